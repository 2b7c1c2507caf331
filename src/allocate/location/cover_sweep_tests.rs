use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn covers_are_the_cheapest_and_bounds_true(
        sets in prop::collection::vec(prop::collection::btree_set(0u32..10, 1..5), 1..14),
        cost in prop::collection::vec(prop_oneof![4 => 0.0..1.0f64, 1 => Just(1.0), 1 => -0.2..0.0f64], 10),
        order in Just((0..10).collect::<Vec<u32>>()).prop_shuffle(),
        width in 1usize..300,
    ) {
        let rows: Vec<Vec<u32>> = sets.iter().map(|set| set.iter().copied().collect()).collect();
        let covers = |bits: u32| rows.iter().all(|row| row.iter().any(|c| bits >> c & 1 == 1));
        let value = |bits: u32| (0..10).filter(|c| bits >> c & 1 == 1).map(|c| cost[c]).sum::<f64>();
        let best =
            (0..1u32 << 10).filter(|&b| covers(b)).map(value).fold(f64::INFINITY, f64::min);
        let mut of_column = vec![Vec::new(); 10];
        for (row, i) in rows.iter().zip(0..) {
            row.iter().for_each(|&c| of_column[c as usize].push(i));
        }
        let sweep = CoverSweep::new(&rows, of_column, &order);
        let found = sweep.solve(&cost, vec![0.1; rows.len()], vec![true; 10], width);
        let taken = (0..10).filter(|&c| found.taken[c]).fold(0, |bits, c| bits | 1 << c);
        prop_assert!(covers(taken));
        prop_assert!(found.least <= best + 1e-9, "bound {} over {}", found.least, best);
        if width >= 256 {
            // Among ten columns no more choices can differ in what is open.
            prop_assert!(value(taken) - best < 1e-6 && best - found.least < 1e-5);
        }
    }
}

#[test]
fn more_open_rows_than_can_be_told_apart_are_bounded_by_prices() {
    // Every row shares one column, and none can be closed before the last.
    let count = 64 * WORDS as u32 + 1;
    let rows: Vec<Vec<u32>> = (0..count).map(|row| vec![0, 1 + row]).collect();
    let mut of_column = vec![(0..count).collect::<Vec<u32>>()];
    of_column.extend((0..count).map(|row| vec![row]));
    let columns = of_column.len();
    let order: Vec<u32> = (0..columns as u32).collect();
    let sweep = CoverSweep::new(&rows, of_column, &order);
    let cost = vec![1.0; columns];
    let found = sweep.solve(&cost, vec![0.0; rows.len()], vec![true; columns], 100);
    assert!(found.taken.iter().all(|&taken| taken));
    assert!(found.least > 0.9 && found.least <= 1.0);
}
