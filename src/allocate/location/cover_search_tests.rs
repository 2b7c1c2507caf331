use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn covers_stay_covers_and_scores_are_true(
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
        let found = search.run(2_000, 0, &mut Random::new(seed), &Watch::default());
        prop_assert!(covers(found.iter().fold(0, |bits, &c| bits | 1 << c)));
        prop_assert!(found.len() as u32 >= best.unwrap_or(0));
        for (column, own) in of_column.iter().enumerate() {
            let taken = search.taken[column];
            let counts = |row: usize| {
                search.covered[row] < need[row] || taken && search.covered[row] == need[row]
            };
            let score: u64 =
                own.iter().map(|&r| r as usize).filter(|&r| counts(r)).map(|r| search.weight[r]).sum();
            prop_assert_eq!(search.score[column], score);
        }
    }

    #[test]
    fn the_search_finds_the_smallest_cover_of_a_ring(third in 4usize..12, seed in 0u64..20) {
        // Every column covers three neighbours on a ring: a third of the columns is enough.
        let n = 3 * third as u32;
        let near = |i: u32| vec![(i + n - 1) % n, i, (i + 1) % n];
        let rows: Vec<Vec<u32>> = (0..n).map(near).collect();
        let need = vec![1; n as usize];
        let all: Vec<usize> = (0..n as usize).collect();
        let mut search = CoverSearch::from(&rows, &need, &rows, &all);
        let found = search.run(20_000, third, &mut Random::new(seed), &Watch::default());
        prop_assert_eq!(found.len(), third);
    }
}
