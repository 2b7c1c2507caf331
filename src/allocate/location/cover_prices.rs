//! Prices on the rows of a table: a bound on its covers, and covers taken by them (Balas & Ho 1980;
//! Caprara, Fischetti & Toth 1999).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::set_cover::{Covering, Row};
use crate::watch::Watch;

/// Rows and columns of one part, both ways.
pub(super) struct Table {
    /// The numbers the columns have outside.
    pub columns: Vec<u32>,
    pub rows: Vec<Vec<u32>>,
    pub need: Vec<u32>,
    pub of_column: Vec<Vec<u32>>,
}

/// What prices tell of a part.
pub(super) struct Relaxed {
    pub answer: Covering,
    pub bound: f64,
    /// Reduced cost of every column at the best prices.
    pub reduced: Vec<f64>,
    /// How often each column was worth taking of late.
    pub share: Vec<f64>,
    /// The best prices.
    pub price: Vec<f64>,
}

impl Table {
    pub fn of(rows: &[Row]) -> Table {
        let mut columns: Vec<u32> = rows.iter().flat_map(|r| r.columns.iter().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut table = Table {
            of_column: vec![Vec::new(); columns.len()],
            rows: Vec::new(),
            need: rows.iter().map(|r| r.need).collect(),
            columns,
        };
        for (i, row) in rows.iter().enumerate() {
            let local: Vec<u32> = row.columns.iter().map(|&c| table.number(c) as u32).collect();
            local.iter().for_each(|&c| table.of_column[c as usize].push(i as u32));
            table.rows.push(local);
        }
        table
    }

    pub fn number(&self, column: u32) -> usize {
        self.columns.binary_search(&column).unwrap_or(usize::MAX)
    }

    /// Improves prices from a cover on, and looks for better covers by them.
    pub fn relax(
        &self,
        mut best: Vec<usize>,
        steps: usize,
        starts: usize,
        watch: &Watch<'_>,
    ) -> Relaxed {
        let most = |row: &Vec<u32>| row.iter().map(|&c| self.of_column[c as usize].len()).max();
        let mut price: Vec<f64> =
            self.rows.iter().map(|row| 1.0 / most(row).unwrap_or(1) as f64).collect();
        let mut best_price = price.clone();
        let mut direction = vec![0.0; self.rows.len()];
        let mut reduced = vec![1.0; self.columns.len()];
        let mut share = vec![0.5; self.columns.len()];
        let mut bound = 0.0f64;
        let (mut step, mut stale) = (1.0, 0);
        let every = (steps / (20 * starts)).max(1);
        for round in 0..steps {
            self.reduce_costs(&price, &mut reduced);
            let offered: f64 = price.iter().zip(&self.need).map(|(p, &n)| p * f64::from(n)).sum();
            let value = offered + reduced.iter().map(|r| r.min(0.0)).sum::<f64>();
            stale = if value > bound + 1e-6 { 0 } else { stale + 1 };
            if value > bound {
                bound = value;
                best_price.copy_from_slice(&price);
            }
            if round % every == 0 {
                let found = self.greedy(&reduced);
                if found.len() < best.len() {
                    best = found;
                }
            }
            if at_least(bound) >= best.len() {
                break;
            }
            if step < 1e-3 || watch.is_over() {
                break;
            }
            if stale >= 30 {
                step *= 0.7;
                stale = 0;
                price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            for (share, reduced) in share.iter_mut().zip(&reduced) {
                *share = 0.95 * *share + if *reduced < 0.0 { 0.05 } else { 0.0 };
            }
            let mut norm = 0.0;
            for (row, direction) in direction.iter_mut().enumerate() {
                let taken = self.rows[row].iter().filter(|&&c| reduced[c as usize] < 0.0);
                let left = f64::from(self.need[row]) - taken.count() as f64;
                let left = if left < 0.0 && price[row] == 0.0 { 0.0 } else { left };
                *direction = 0.4 * left + 0.6 * *direction;
                norm += *direction * *direction;
            }
            if norm == 0.0 {
                break;
            }
            let length = step * (1.05 * best.len() as f64 - value).max(0.05) / norm;
            for (price, direction) in price.iter_mut().zip(&direction) {
                *price = (*price + length * direction).max(0.0);
            }
        }
        self.reduce_costs(&best_price, &mut reduced);
        let columns: Vec<u32> = best.iter().map(|&c| self.columns[c]).collect();
        let least = at_least(bound).min(columns.len());
        Relaxed { answer: Covering { columns, least }, bound, reduced, share, price: best_price }
    }

    fn reduce_costs(&self, price: &[f64], reduced: &mut [f64]) {
        for (reduced, rows) in reduced.iter_mut().zip(&self.of_column) {
            *reduced = 1.0 - rows.iter().map(|&row| price[row as usize]).sum::<f64>();
        }
    }

    /// Takes columns by how many rows they help for what they cost, then gives back what is not
    /// needed.
    pub fn greedy(&self, reduced: &[f64]) -> Vec<usize> {
        let mut need = self.need.clone();
        let mut open: usize = need.iter().filter(|n| **n > 0).count();
        let mut helps: Vec<u32> = self.of_column.iter().map(|rows| rows.len() as u32).collect();
        let mut taken = vec![false; self.columns.len()];
        let mut order: Vec<usize> = Vec::new();
        let key = |column: usize, helps: &[u32]| {
            // Below 0 a column is worth taking for itself.
            let cost = reduced[column].max(1e-3);
            cost / f64::from(helps[column].max(1))
        };
        let mut queue: BinaryHeap<Offer> = (0..self.columns.len())
            .map(|column| Offer { key: key(column, &helps), column })
            .collect();
        while open > 0 {
            let Some(Offer { key: old, column }) = queue.pop() else { break };
            if taken[column] || helps[column] == 0 {
                continue;
            }
            let now = key(column, &helps);
            if now > old {
                queue.push(Offer { key: now, column });
                continue;
            }
            taken[column] = true;
            order.push(column);
            for &row in &self.of_column[column] {
                let need = &mut need[row as usize];
                if *need == 0 {
                    continue;
                }
                *need -= 1;
                if *need == 0 {
                    open -= 1;
                    self.rows[row as usize].iter().for_each(|&c| helps[c as usize] -= 1);
                }
            }
        }
        let mut covered = vec![0u32; self.rows.len()];
        for &column in &order {
            self.of_column[column].iter().for_each(|&row| covered[row as usize] += 1);
        }
        // The dearest are given back first.
        let mut back = order.clone();
        back.sort_by(|&a, &b| reduced[b].total_cmp(&reduced[a]).then(b.cmp(&a)));
        for column in back {
            let rows = &self.of_column[column];
            if rows.iter().all(|&row| covered[row as usize] > self.need[row as usize]) {
                rows.iter().for_each(|&row| covered[row as usize] -= 1);
                taken[column] = false;
            }
        }
        order.retain(|&column| taken[column]);
        order
    }
}

/// The whole number that a bound on whole numbers amounts to.
pub(super) fn at_least(bound: f64) -> usize {
    (bound - 1e-6).ceil().max(0.0) as usize
}

#[derive(PartialEq)]
struct Offer {
    key: f64,
    column: usize,
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.total_cmp(&self.key).then(other.column.cmp(&self.column))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
