use proptest::prelude::*;

use super::*;

/// The heaviest matching by trying all.
fn best(table: &[Vec<i64>], row: usize, used: u32) -> i64 {
    let Some(columns) = table.get(row) else { return 0 };
    let skip = best(table, row + 1, used);
    let take = (0..columns.len())
        .filter(|c| used >> c & 1 == 0)
        .map(|c| columns[c] + best(table, row + 1, used | 1 << c));
    take.fold(skip, i64::max)
}

#[test]
fn the_sum_counts_and_not_the_first_come() {
    let pairs = [(0, 0, 5), (0, 1, 4), (1, 0, 4)];
    assert_eq!(heaviest(&pairs, 2, 2), [(0, 1), (1, 0)]);
    assert_eq!(heaviest(&[(0, 0, 8), (0, 1, 4), (1, 0, 4)], 2, 2), [(0, 0)]);
    assert!(heaviest(&[], 2, 2).is_empty());
}

proptest! {
    #[test]
    fn as_heavy_as_the_best(table in proptest::collection::vec(proptest::collection::vec(0i64..9, 5), 5)) {
        let mut pairs = Vec::new();
        for (r, row) in table.iter().enumerate() {
            for (c, &weight) in row.iter().enumerate().filter(|(_, w)| **w > 0) {
                pairs.push((r as u32, c as u32, weight));
            }
        }
        let matched = heaviest(&pairs, 5, 5);
        let weight: i64 = matched.iter().map(|&(r, c)| table[r as usize][c as usize]).sum();
        prop_assert_eq!(weight, best(&table, 0, 0));
        let mut columns: Vec<u32> = matched.iter().map(|m| m.1).collect();
        columns.sort_unstable();
        columns.dedup();
        prop_assert_eq!(columns.len(), matched.len());
    }
}
