#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// The best (rows served, cost) over all ways, by trying them.
fn brute_force(costs: &[f64], row: usize, rows: usize, room: &mut [usize]) -> (usize, f64) {
    if row == rows {
        return (0, 0.0);
    }
    let columns = room.len();
    let mut best = brute_force(costs, row + 1, rows, room);
    for column in 0..columns {
        let cost = costs[row * columns + column];
        if room[column] == 0 || !cost.is_finite() {
            continue;
        }
        room[column] -= 1;
        let (served, rest) = brute_force(costs, row + 1, rows, room);
        room[column] += 1;
        let way = (served + 1, rest + cost);
        if way.0 > best.0 || (way.0 == best.0 && way.1 < best.1) {
            best = way;
        }
    }
    best
}

/// Tables with many ties, forbidden pairs and negative costs, and capacities.
fn table() -> impl Strategy<Value = (Vec<f64>, usize, Vec<usize>)> {
    (0usize..=6, 0usize..=6).prop_flat_map(|(rows, columns)| {
        let cost = prop_oneof![
            4 => (-3i32..12).prop_map(f64::from),
            2 => 0.0..100.0f64,
            2 => Just(f64::INFINITY),
        ];
        let costs = prop::collection::vec(cost, rows * columns);
        (costs, Just(rows), prop::collection::vec(0usize..=3, columns))
    })
}

fn check(
    costs: &[f64],
    rows: usize,
    capacities: &[usize],
) -> std::result::Result<(), TestCaseError> {
    let answer = capacitated_assignment(costs, rows, capacities).unwrap();
    let mut load = vec![0; capacities.len()];
    let mut cost = 0.0;
    for (row, column) in answer.column_of_row.iter().enumerate() {
        if let Some(column) = *column {
            load[column] += 1;
            cost += costs[row * capacities.len() + column];
        }
    }
    prop_assert!(cost.is_finite());
    prop_assert!(load.iter().zip(capacities).all(|(l, c)| l <= c));
    let served = answer.column_of_row.iter().flatten().count();
    let (most, least) = brute_force(costs, 0, rows, &mut capacities.to_vec());
    prop_assert_eq!(served, most);
    prop_assert!((cost - least).abs() < 1e-9, "{} is not the least, {}", cost, least);
    prop_assert!((cost - answer.cost).abs() < 1e-9);

    prop_assert_eq!(answer.prices.is_some(), served == rows);
    if let Some(prices) = &answer.prices {
        for (i, &cost) in costs.iter().enumerate().filter(|(_, c)| c.is_finite()) {
            let (row, column) = (i / capacities.len(), i % capacities.len());
            if capacities[column] > 0 {
                prop_assert!(prices.rows[row] + prices.columns[column] <= cost + 1e-9);
            }
        }
        prop_assert!(prices.columns.iter().all(|&p| p <= 1e-9));
        let paid: f64 = prices.columns.iter().zip(capacities).map(|(p, &c)| p * c as f64).sum();
        let bound = prices.rows.iter().sum::<f64>() + paid;
        prop_assert!((bound - cost).abs() < 1e-9, "the bound {} is not the cost {}", bound, cost);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn capacitated_assignment_is_the_best_of_all((costs, rows, capacities) in table()) {
        check(&costs, rows, &capacities)?;
    }

    #[test]
    fn square_assignment_is_the_best_of_all(
        costs in prop::collection::vec(prop_oneof![(0i32..4).prop_map(f64::from), 0.0..9.0f64], 49),
    ) {
        check(&costs, 7, &[1; 7])?;
    }
}

#[test]
fn too_few_columns_serve_the_cheapest_rows() {
    let answer = linear_assignment(&[5.0, 1.0, 3.0], 3, 1).unwrap();
    assert_eq!(answer.column_of_row, [None, Some(0), None]);
    assert_eq!(answer.cost, 1.0);
    assert_eq!(answer.prices, None);
}

#[test]
fn a_table_of_the_wrong_size_is_refused() {
    let error = linear_assignment(&[1.0; 5], 2, 3).unwrap_err();
    assert!(error.to_string().contains("5 costs are no table of 2 rows and 3 columns"));
}
