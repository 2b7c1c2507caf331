use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn covers_are_the_cheapest_and_bounds_true(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..10, 1..5), 1..14),
        cost in prop::collection::vec(prop_oneof![4 => 0.0..1.0f64, 1 => Just(1.0), 1 => -0.2..0.0f64], 10),
        known in prop::bool::ANY,
        nodes in 0usize..300,
    ) {
        let rows: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
        let covers = |bits: u32| rows.iter().all(|row| row.iter().any(|c| bits >> c & 1 == 1));
        let value = |bits: u32| (0..10).filter(|c| bits >> c & 1 == 1).map(|c| cost[c]).sum::<f64>();
        let best =
            (0..1u32 << 10).filter(|&b| covers(b)).map(value).fold(f64::INFINITY, f64::min);
        let known = known.then(|| vec![true; 10]);
        let found =
            WeightedCover::new(rows.clone(), cost.clone()).solve(vec![0.1; rows.len()], known, nodes);
        let taken = (0..10).filter(|&c| found.taken[c]).fold(0, |bits, c| bits | 1 << c);
        prop_assert!(covers(taken));
        prop_assert!((value(taken) - found.cost).abs() < 1e-9);
        prop_assert!(found.least <= best + 1e-9, "bound {} over {}", found.least, best);
        prop_assert!(found.cost >= best - 1e-9);
        if nodes >= 250 {
            prop_assert!(found.cost - best < 1e-6 && best - found.least < 1e-5);
        }
    }
}
