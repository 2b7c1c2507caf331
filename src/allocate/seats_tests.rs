use proptest::prelude::*;

use super::*;

#[test]
fn whoever_is_raised_to_one_has_no_second_claim() {
    assert_eq!(by_largest_remainder(&[16.0, 16.0, 8.0], 4), [2, 1, 1]);
    assert_eq!(by_largest_remainder(&[90.0, 9.0, 1.0], 5), [3, 1, 1]);
    assert_eq!(by_largest_remainder(&[0.0, 0.0], 5), [3, 2]);
    assert_eq!(by_largest_remainder(&[0.0, 7.0], 5), [1, 4]);
}

proptest! {
    #[test]
    fn places_go_by_workload(
        people in prop::collection::vec(0u32..50, 1..8),
        spare in 0usize..12,
    ) {
        let people: Vec<f64> = people.into_iter().map(f64::from).collect();
        let officers = people.len() + spare;
        let seats = by_largest_remainder(&people, officers);
        prop_assert_eq!(seats.iter().sum::<usize>(), officers);
        prop_assert!(seats.iter().all(|&s| s >= 1));
        // Those above the least share what the others leave in proportion: fair shares are one, or
        // as many people each as another's; seats are their whole parts, or one more.
        let shares = fair_shares(&people, officers);
        prop_assert!((shares.iter().sum::<f64>() - officers as f64).abs() < 1e-6);
        for (i, &share) in shares.iter().enumerate() {
            prop_assert!(share >= 1.0 - 1e-6);
            prop_assert!((share - seats[i] as f64).abs() < 1.0);
            for (j, &other) in shares.iter().enumerate() {
                if share > 1.0 + 1e-6 {
                    prop_assert!(people[i] * other >= people[j] * share - 1e-6);
                }
                // Nobody has one more whose remainder is smaller than that of one who has not.
                let over = |i: usize, share: f64| seats[i] as f64 > share + 1e-6;
                let under = |j: usize, other: f64| (seats[j] as f64) < other - 1e-6;
                if over(i, share) && under(j, other) {
                    prop_assert!(share.fract() >= other.fract() - 1e-6);
                }
            }
        }
    }

    #[test]
    fn the_most_people_per_officer_are_as_few_as_possible(
        people in prop::collection::vec(0.0..5_000.0f64, 1..8),
        spare in 0usize..12,
    ) {
        let officers = people.len() + spare;
        let seats = by_most_people(&people, officers);
        prop_assert_eq!(seats.iter().sum::<usize>(), officers);
        let worst = people.iter().zip(&seats).map(|(p, &s)| p / s as f64).fold(0.0, f64::max);
        // One fewer in all would be needed to bring everybody below the worst load.
        let needed: usize =
            people.iter().map(|p| ((p / (worst * (1.0 - 1e-9))).ceil() as usize).max(1)).sum();
        prop_assert!(worst == 0.0 || needed > officers, "{} {}", needed, officers);
    }
}
