#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// Every way to share seats out.
fn all(seats: usize, most: &[usize]) -> Vec<Vec<usize>> {
    let Some((&first, rest)) = most.split_first() else {
        return if seats == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let with = |own: usize| {
        all(seats - own, rest).into_iter().map(move |mut tail| {
            tail.insert(0, own);
            tail
        })
    };
    (0..=first.min(seats)).flat_map(with).collect()
}

/// What everybody has to do, those without anybody first and the greatest first.
fn loads(weights: &[f64], given: &[usize]) -> Vec<(bool, f64)> {
    let load = |(&w, &s): (&f64, &usize)| (s == 0 && w > 0.0, w / s.max(1) as f64);
    let mut loads: Vec<(bool, f64)> = weights.iter().zip(given).map(load).collect();
    loads.sort_by(|a, b| b.partial_cmp(a).unwrap());
    loads
}

#[test]
fn rules_differ_where_they_are_known_to() {
    let most = [99; 3];
    let share = |rule: Share| rule.out(&[5.3, 3.1, 1.6], 10, &most).unwrap();
    assert_eq!(share(Share::Webster), [5, 3, 2]);
    assert_eq!(share(Share::LargestRemainder), [5, 3, 2]);
    let share = |rule: Share| rule.out(&[9.4, 0.3, 0.3], 10, &most).unwrap();
    assert_eq!(share(Share::LargestRemainder), [10, 0, 0]);
    assert_eq!(share(Share::Minimax), [8, 1, 1]);
    // More than there is room for.
    assert_eq!(Share::Webster.out(&[1.0, 1.0], 9, &[2, 3]).unwrap(), [2, 3]);
    assert_eq!(Share::LargestRemainder.out(&[0.0, 0.0], 3, &[5, 5]).unwrap(), [2, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_other_share_is_more_even(
        weights in prop::collection::vec(0u32..30, 1..5),
        seats in 0usize..9,
        most in prop::collection::vec(1usize..6, 5),
    ) {
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let most = &most[..weights.len()];
        let seats = seats.min(most.iter().sum());
        let given = Share::Minimax.out(&weights, seats, most).unwrap();
        prop_assert_eq!(given.iter().sum::<usize>(), seats);
        let weights = if weights.iter().all(|&w| w == 0.0) { vec![1.0; most.len()] } else { weights };
        let best = all(seats, most).into_iter().map(|other| loads(&weights, &other));
        let best = best.min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        prop_assert_eq!(loads(&weights, &given), best);
    }

    #[test]
    fn largest_remainders_keep_the_quota(
        weights in prop::collection::vec(1u32..30, 1..6),
        seats in 0usize..40,
    ) {
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let total: f64 = weights.iter().sum();
        let given = Share::LargestRemainder.out(&weights, seats, &vec![99; weights.len()]).unwrap();
        for (w, s) in weights.iter().zip(given) {
            let quota = seats as f64 * w / total;
            prop_assert!((quota.floor()..=quota.ceil()).contains(&(s as f64)) );
        }
    }
}
