#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn all_seats_are_given_within_limits_and_no_transfer_would_be_fairer(
        claims in proptest::collection::vec((0.0..10_000.0f64, 0..3usize, 1..20usize), 1..12),
        share in 0.0..=1.0f64,
    ) {
        let weights: Vec<f64> = claims.iter().map(|c| c.0).collect();
        let limits: Vec<_> = claims.iter().map(|c| (c.1, c.1 + c.2)).collect();
        let least: usize = limits.iter().map(|l| l.0).sum();
        let most: usize = limits.iter().map(|l| l.1).sum();
        let seats = least + ((most - least) as f64 * share) as usize;
        let given = apportion(&weights, seats, &limits).unwrap();
        prop_assert_eq!(given.iter().sum::<usize>(), seats);
        for (g, l) in given.iter().zip(&limits) {
            prop_assert!(l.0 <= *g && *g <= l.1);
        }
        // Webster's condition: no last seat was worth less than somebody's next.
        for (i, &g) in given.iter().enumerate().filter(|(i, g)| **g > limits[*i].0) {
            let last = weights[i] / (2 * g - 1) as f64;
            for (j, &h) in given.iter().enumerate().filter(|(j, h)| **h < limits[*j].1) {
                prop_assert!(last >= weights[j] / (2 * h + 1) as f64, "{i} {j}");
            }
        }
    }
}

#[test]
fn too_few_and_too_many_seats_are_refused() {
    for seats in [1, 7] {
        let error = apportion(&[1.0, 1.0], seats, &[(1, 3); 2]).unwrap_err();
        assert!(error.to_string().contains("between 2 and 6"), "{error}");
    }
}

#[test]
fn the_divisor_rounds_half_up_and_keeps_to_the_limits() {
    assert_eq!(round_by_divisor(2_500.0, 1_000.0, (1, 9)), 3);
    assert_eq!(round_by_divisor(2_499.0, 1_000.0, (1, 9)), 2);
    assert_eq!(round_by_divisor(0.0, 1_000.0, (1, 9)), 1);
    assert_eq!(round_by_divisor(1e9, 1_000.0, (1, 9)), 9);
}

#[test]
fn webster_as_in_the_books() {
    // 53,000, 24,000 and 23,000 votes over seven seats: 3, 2, 2.
    let seats = apportion(&[53_000.0, 24_000.0, 23_000.0], 7, &[(0, 7); 3]).unwrap();
    assert_eq!(seats, [3, 2, 2]);
}
