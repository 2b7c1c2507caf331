use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn covers_are_the_smallest_and_bounds_true(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..11, 1..5), 1..14),
        nodes in 0usize..200,
    ) {
        let rows: Vec<Row> = sets.into_iter().enumerate()
            .map(|(i, set)| {
                let need = if i % 5 == 4 { 2.min(set.len() as u32) } else { 1 };
                Row { columns: set.into_iter().collect(), need }
            })
            .collect();
        let covers = |bits: u32| rows.iter().all(|row| {
            row.columns.iter().filter(|c| bits >> **c & 1 == 1).count() >= row.need as usize
        });
        let best = (0..1u32 << 11).filter(|&bits| covers(bits)).map(u32::count_ones).min();
        let effort = Effort { starts: 1, search: 0, proof: 100, nodes };
        let answer = cover(rows.clone(), effort, Watch::default());
        prop_assert!(covers(answer.columns.iter().fold(0, |bits, c| bits | 1 << c)));
        let best = best.unwrap_or(0) as usize;
        prop_assert!(answer.least <= best, "bound {} over the best {}", answer.least, best);
        prop_assert!(answer.columns.len() >= best);
        if nodes >= 100 {
            prop_assert_eq!((answer.columns.len(), answer.least), (best, best));
        }
    }
}
