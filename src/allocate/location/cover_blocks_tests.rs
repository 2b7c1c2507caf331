use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn bounds_are_true_however_costs_are_shared(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..11, 1..4), 1..16),
        work in 0u64..200,
        width in 1usize..40,
        choices in 0usize..2_000,
    ) {
        let rows: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
        let mut of_column = vec![Vec::new(); 11];
        for (i, row) in rows.iter().enumerate() {
            row.iter().for_each(|&c| of_column[c as usize].push(i as u32));
        }
        let covers = |bits: u32| rows.iter().all(|row| row.iter().any(|c| bits >> c & 1 == 1));
        let best = (0..1u32 << 11).filter(|&b| covers(b)).map(u32::count_ones).min().unwrap_or(0);
        let blocks = Blocks { work, width, choices, watch: Watch::default() };
        let all: Vec<usize> = (0..11).collect();
        let (price, enough) = (vec![0.2; rows.len()], f64::from(best));
        let bound = blocks.bound(&rows, &of_column, &price, &all, enough);
        prop_assert!(bound <= f64::from(best) + 1e-9, "bound {bound} over the best {best}");
        if width >= 39 && work >= 150 {
            // All of it is one block.
            prop_assert!(bound >= f64::from(best) - 1e-5);
        }
    }

    #[test]
    fn strips_hold_every_row_once(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..30, 1..4), 1..40),
        work in 0u64..60,
    ) {
        let rows: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
        let mut held: Vec<u32> = strips(&rows, work).into_iter().flat_map(|p| p.rows).collect();
        held.sort_unstable();
        prop_assert_eq!(held, (0..rows.len() as u32).collect::<Vec<_>>());
    }
}
