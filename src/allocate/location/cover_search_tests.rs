use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_search_ends_with_a_smallest_cover(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..10, 1..5), 1..14),
        seed in 0u64..100,
    ) {
        let rows: Vec<Vec<u32>> = sets.into_iter().map(|s| s.into_iter().collect()).collect();
        let need: Vec<u32> =
            rows.iter().enumerate().map(|(i, r)| (1 + i as u32 % 2).min(r.len() as u32)).collect();
        let mut of_column = vec![Vec::new(); 10];
        for (columns, row) in rows.iter().zip(0u32..) {
            columns.iter().for_each(|&c| of_column[c as usize].push(row));
        }
        let covers = |bits: u32| rows.iter().zip(&need).all(|(row, &need)| {
            row.iter().filter(|&&c| bits >> c & 1 == 1).count() >= need as usize
        });
        let best = (0..1u32 << 10).filter(|&bits| covers(bits)).map(u32::count_ones).min();
        let all: Vec<usize> = (0..10).collect();
        let mut search = CoverSearch::from(&rows, &need, &of_column, &all);
        let found = search.run(2_000, 0, &mut Random::new(seed));
        prop_assert!(covers(found.iter().fold(0, |bits, &c| bits | 1 << c)));
        prop_assert_eq!(Some(found.len() as u32), best);
    }
}
