use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn bounds_are_true_however_costs_are_shared(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..11, 1..4), 1..16),
        columns in 2usize..12,
        rounds in 1usize..6,
        nodes in 0usize..40,
    ) {
        let rows: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
        let mut of_column = vec![Vec::new(); 11];
        for (i, row) in rows.iter().enumerate() {
            row.iter().for_each(|&c| of_column[c as usize].push(i as u32));
        }
        let covers = |bits: u32| rows.iter().all(|row| row.iter().any(|c| bits >> c & 1 == 1));
        let best = (0..1u32 << 11).filter(|&b| covers(b)).map(u32::count_ones).min().unwrap_or(0);
        let blocks = Blocks { columns, rounds, nodes, watch: Watch::default() };
        let bound = blocks.bound(&rows, &of_column, &vec![0.2; rows.len()], f64::from(best));
        prop_assert!(bound <= f64::from(best) + 1e-9, "bound {bound} over the best {best}");
    }
}
