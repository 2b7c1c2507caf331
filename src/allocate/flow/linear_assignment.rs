//! Exact assignment by shortest augmenting paths.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// An assignment of rows to columns that serves as many rows as can be served and, among those, at
/// the least total cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The column of every row; `None` where no column is left for it.
    pub column_of_row: Vec<Option<usize>>,
    /// Sum of the costs of the assigned pairs.
    pub cost: f64,
    /// The proof that `cost` is least; there is one where every row has its column.
    pub prices: Option<Prices>,
}

/// Dual prices. No allowed pair costs less than the prices of its row and column together, and no
/// column price is above 0; so no assignment of all rows costs less than the sum of the row prices
/// and of each column price times its capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prices {
    /// A price per row.
    pub rows: Vec<f64>,
    /// A price per column; 0 where the column is not full.
    pub columns: Vec<f64>,
}

/// The linear assignment problem: every row gets a column of its own.
///
/// `costs` is row-major; a cost that is not finite forbids the pair. Either side may be longer.
/// Among equally good answers the same one is always returned. Takes O(r²c) steps.
///
/// Shortest augmenting paths with prices (Jonker & Volgenant 1987, "A shortest augmenting path
/// algorithm for dense and sparse linear assignment problems").
///
/// # Errors
/// Where `costs` does not hold `rows * columns` numbers.
///
/// ```
/// use evengrid::allocate::linear_assignment;
///
/// // Two officers' distances to two communities: the sum counts, not the first come.
/// let answer = linear_assignment(&[1.0, 2.0, 1.0, 5.0], 2, 2)?;
/// assert_eq!(answer.column_of_row, [Some(1), Some(0)]);
/// assert_eq!(answer.cost, 3.0);
/// # Ok::<(), evengrid::Error>(())
/// ```
pub fn linear_assignment(costs: &[f64], rows: usize, columns: usize) -> Result<Assignment> {
    capacitated_assignment(costs, rows, &vec![1; columns])
}

/// As [`linear_assignment`], where a column can take several rows: `capacities[column]` at most.
///
/// # Errors
/// Where `costs` does not hold a number for every row and column.
pub fn capacitated_assignment(
    costs: &[f64],
    rows: usize,
    capacities: &[usize],
) -> Result<Assignment> {
    let columns = capacities.len();
    if rows.checked_mul(columns) != Some(costs.len()) {
        return Err(Error::request(
            format!("{} costs are no table of {rows} rows and {columns} columns", costs.len()),
            "give a cost for every pair, row by row",
        ));
    }
    let mut search = Search::new(costs, rows, capacities);
    for row in 0..rows {
        search.serve(row);
    }
    Ok(search.finish())
}

/// A cost in the order of importance: rows left unserved, then the sum of costs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost {
    unserved: i64,
    sum: f64,
}

const NOTHING: Cost = Cost { unserved: 0, sum: 0.0 };
const UNSERVED: Cost = Cost { unserved: 1, sum: 0.0 };
const FORBIDDEN: Cost = Cost { unserved: i64::MAX, sum: f64::INFINITY };

impl Cost {
    fn plus(self, other: Cost) -> Cost {
        Cost { unserved: self.unserved + other.unserved, sum: self.sum + other.sum }
    }

    fn minus(self, other: Cost) -> Cost {
        Cost { unserved: self.unserved - other.unserved, sum: self.sum - other.sum }
    }

    fn below(self, other: Cost) -> bool {
        self.unserved.cmp(&other.unserved).then(self.sum.total_cmp(&other.sum)) == Ordering::Less
    }
}

/// Where a shortest path ends.
enum Sink {
    /// At a column with room.
    Column(usize),
    /// At a row that gives up its column, or gets none.
    Row(usize),
}

struct Search<'a> {
    costs: &'a [f64],
    capacities: &'a [usize],
    column_of_row: Vec<Option<usize>>,
    rows_of_column: Vec<Vec<usize>>,
    price: Vec<Cost>,
    // Reused by every search: distance to each column, the row it was reached from, whether final.
    distance: Vec<Cost>,
    reached_from: Vec<usize>,
    done: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(costs: &'a [f64], rows: usize, capacities: &'a [usize]) -> Self {
        let columns = capacities.len();
        Search {
            costs,
            capacities,
            column_of_row: vec![None; rows],
            rows_of_column: vec![Vec::new(); columns],
            price: vec![NOTHING; columns],
            distance: vec![FORBIDDEN; columns],
            reached_from: vec![0; columns],
            done: vec![false; columns],
        }
    }

    fn cost(&self, row: usize, column: usize) -> Option<f64> {
        let cost = self.costs[row * self.capacities.len() + column];
        cost.is_finite().then_some(cost)
    }

    /// Gives `row` a column by the cheapest chain of changes.
    fn serve(&mut self, row: usize) {
        self.distance.fill(FORBIDDEN);
        self.done.fill(false);
        let mut finished: Vec<usize> = Vec::new();
        // The cheapest way so far to leave a row unserved.
        let mut drop = (UNSERVED, row);
        self.relax(row, NOTHING);
        let (length, sink) = loop {
            let open = (0..self.capacities.len()).filter(|&c| !self.done[c]);
            let nearest =
                open.reduce(
                    |best, c| {
                        if self.distance[c].below(self.distance[best]) { c } else { best }
                    },
                );
            let column = match nearest {
                Some(c) if self.distance[c].below(drop.0) => c,
                _ => break (drop.0, Sink::Row(drop.1)),
            };
            let length = self.distance[column];
            if self.rows_of_column[column].len() < self.capacities[column] {
                break (length, Sink::Column(column));
            }
            self.done[column] = true;
            finished.push(column);
            for i in 0..self.rows_of_column[column].len() {
                let holder = self.rows_of_column[column][i];
                // What the path has cost when it stands at the holder, without the column's cost.
                let given_up = self.reduced(holder, column).unwrap_or(NOTHING);
                let at_holder = length.minus(given_up);
                let dropped = at_holder.plus(UNSERVED);
                if dropped.below(drop.0) {
                    drop = (dropped, holder);
                }
                self.relax(holder, at_holder);
            }
        };
        for &column in &finished {
            let gain = self.distance[column].minus(length);
            self.price[column] = self.price[column].plus(gain);
        }
        let mut column = match sink {
            Sink::Column(column) => column,
            Sink::Row(dropped) => {
                let Some(column) = self.column_of_row[dropped].take() else { return };
                self.rows_of_column[column].retain(|&r| r != dropped);
                column
            }
        };
        // Back along the path: every row on it takes the column it reached.
        loop {
            let taker = self.reached_from[column];
            let left = self.column_of_row[taker].replace(column);
            self.rows_of_column[column].push(taker);
            let Some(left) = left else { break };
            self.rows_of_column[left].retain(|&r| r != taker);
            column = left;
        }
    }

    fn reduced(&self, row: usize, column: usize) -> Option<Cost> {
        let sum = self.cost(row, column)?;
        Some(Cost { unserved: 0, sum }.minus(self.price[column]))
    }

    /// Shortens the ways to columns that lead over `row`, which `so_far` has been paid to reach.
    fn relax(&mut self, row: usize, so_far: Cost) {
        for column in 0..self.capacities.len() {
            if self.done[column] || self.capacities[column] == 0 {
                continue;
            }
            let Some(step) = self.reduced(row, column) else { continue };
            let length = so_far.plus(step);
            if length.below(self.distance[column]) {
                self.distance[column] = length;
                self.reached_from[column] = row;
            }
        }
    }

    fn finish(self) -> Assignment {
        let assigned = self.column_of_row.iter().enumerate();
        // Adding 0 turns the -0 of an empty sum into 0.
        let cost = assigned.filter_map(|(r, &c)| self.cost(r, c?)).sum::<f64>() + 0.0;
        // Once a row is left out, prices count unserved rows as well and are no plain numbers.
        let prices = self.column_of_row.iter().all(Option::is_some).then(|| Prices {
            rows: (0..self.column_of_row.len())
                .map(|row| {
                    let offers = (0..self.capacities.len()).filter(|&c| self.capacities[c] > 0);
                    let net = offers.filter_map(|c| Some(self.reduced(row, c)?.sum));
                    net.fold(f64::INFINITY, f64::min)
                })
                .collect(),
            columns: self.price.iter().map(|price| price.sum).collect(),
        });
        Assignment { column_of_row: self.column_of_row, cost, prices }
    }
}

#[cfg(test)]
#[path = "linear_assignment_tests.rs"]
mod tests;
