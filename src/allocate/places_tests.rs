use proptest::prelude::*;

use super::*;

/// The best sums by trying every way.
fn brute_force(curves: &[Curve], places: usize) -> Option<(usize, f64)> {
    let Some((first, rest)) = curves.split_first() else {
        return (places == 0).then_some((0, 0.0));
    };
    let with = |(extra, outcome): (usize, &Outcome)| {
        let rest = brute_force(rest, places.checked_sub(first.least + extra)?)?;
        Some((rest.0 + outcome.unlinked, rest.1 + outcome.cost_m))
    };
    let ways = first.outcomes.iter().enumerate().filter_map(with);
    ways.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))
}

fn curve() -> impl Strategy<Value = Curve> {
    let outcome = (0usize..3, 0i32..20)
        .prop_map(|(unlinked, cost)| Outcome { unlinked, cost_m: f64::from(cost) });
    (0usize..3, prop::collection::vec(outcome, 1..5))
        .prop_map(|(least, outcomes)| Curve { least, outcomes })
}

proptest! {
    #[test]
    fn no_other_way_is_better(curves in prop::collection::vec(curve(), 0..5), places in 0usize..20) {
        let least: usize = curves.iter().map(|c| c.least).sum();
        let most: usize = curves.iter().map(|c| c.least + c.outcomes.len() - 1).sum();
        let (shares, sum) = share_places(&curves, places);
        prop_assert_eq!(shares.iter().sum::<usize>(), places.clamp(least, most));
        let mut total = (0, 0.0);
        for (curve, share) in curves.iter().zip(&shares) {
            let outcome = curve.outcomes[share - curve.least];
            total = (total.0 + outcome.unlinked, total.1 + outcome.cost_m);
        }
        prop_assert_eq!(total, (sum.unlinked, sum.cost_m));
        prop_assert_eq!(Some(total), brute_force(&curves, places.clamp(least, most)));
    }
}
