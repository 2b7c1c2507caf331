//! A bound on covers by blocks: the rows fall into blocks, every column's cost is shared out among
//! the blocks it reaches into, and each block is covered for least by itself.
//!
//! No cover of all costs less than these covers together, however costs are shared (Guignard & Kim
//! 1987). Shares begin as prices say, where the sum is the relaxation's bound or more: inside a
//! block whole numbers are kept. Then costs move to where a column is wanted from where it is not.

use rayon::prelude::*;

use super::weighted_cover::{Bounded, WeightedCover};
use crate::watch::Watch;

/// The share of the open gap by which costs move at first.
const STEP: f64 = 0.2;
/// Three rounds must close this share of the gap.
const LEAST_PROGRESS: f64 = 0.05;

/// A block: its rows, its columns, and what each of these costs here.
#[derive(Default)]
struct Block {
    rows: Vec<u32>,
    columns: Vec<u32>,
    cost: Vec<f64>,
    /// Prices on its rows to begin with, and a cover where one is known.
    price: Vec<f64>,
    known: Option<Vec<bool>>,
}

/// How blocks are made and solved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks<'a> {
    /// Columns of a block, roughly.
    pub columns: usize,
    /// Times that shares are improved.
    pub rounds: usize,
    /// Nodes looked into in a block, each time.
    pub nodes: usize,
    /// What may stop the rounds.
    pub watch: Watch<'a>,
}

impl Blocks<'_> {
    /// A bound from prices on rows; ends where `enough` is reached.
    pub fn bound(
        &self,
        rows: &[Vec<u32>],
        of_column: &[Vec<u32>],
        price: &[f64],
        enough: f64,
    ) -> f64 {
        let block_of_row = divide(rows, of_column, of_column.len().div_ceil(self.columns));
        let count = block_of_row.iter().max().map_or(0, |b| b + 1);
        let mut blocks: Vec<Block> = (0..count).map(|_| Block::default()).collect();
        for (row, &block) in block_of_row.iter().enumerate() {
            blocks[block].rows.push(row as u32);
        }
        // Of every column its blocks, with the place it has in each.
        let mut places: Vec<Vec<(usize, usize)>> = vec![Vec::new(); of_column.len()];
        for (column, own) in of_column.iter().enumerate() {
            let mut parts: Vec<(usize, f64)> = Vec::new();
            for &row in own {
                let (block, price) = (block_of_row[row as usize], price[row as usize] + 1e-9);
                match parts.iter_mut().find(|p| p.0 == block) {
                    Some(part) => part.1 += price,
                    None => parts.push((block, price)),
                }
            }
            let sum: f64 = parts.iter().map(|p| p.1).sum();
            for (block, part) in parts {
                places[column].push((block, blocks[block].columns.len()));
                blocks[block].columns.push(column as u32);
                blocks[block].cost.push(part / sum);
            }
        }
        self.improve(rows, price, enough, blocks, &places)
    }

    /// Solves the blocks again and again and moves costs between them.
    fn improve(
        &self,
        rows: &[Vec<u32>],
        price: &[f64],
        enough: f64,
        mut blocks: Vec<Block>,
        places: &[Vec<(usize, usize)>],
    ) -> f64 {
        for block in &mut blocks {
            block.price = block.rows.iter().map(|&row| price[row as usize]).collect();
        }
        let mut bound = f64::NEG_INFINITY;
        let mut noted = f64::NEG_INFINITY;
        let mut step = STEP;
        let mut direction: Vec<f64> = Vec::new();
        for round in 0..self.rounds.max(1) {
            let solved: Vec<Bounded> =
                blocks.par_iter().map(|block| block.solve(rows, self.nodes)).collect();
            let sum: f64 = solved.iter().map(|s| s.least).sum();
            if sum <= bound {
                step *= 0.6;
            }
            bound = bound.max(sum);
            if bound >= enough || self.watch.is_over() {
                break;
            }
            if round % 3 == 0 {
                // Where blocks are too hard, or whole numbers cost nothing, more rounds do not help.
                if bound - noted < LEAST_PROGRESS * (enough - bound) {
                    break;
                }
                noted = bound;
            }
            let shared = places.iter().filter(|p| p.len() > 1);
            let wishes = shared.clone().flat_map(|places| {
                let wanted = |&(block, at): &(usize, usize)| f64::from(solved[block].taken[at]);
                let mean = places.iter().map(wanted).sum::<f64>() / places.len() as f64;
                let wanted: Vec<f64> = places.iter().map(|p| wanted(p) - mean).collect();
                wanted
            });
            let wishes: Vec<f64> = wishes.collect();
            direction = if direction.is_empty() {
                wishes
            } else {
                direction.iter().zip(wishes).map(|(d, w)| 0.4 * d + 0.6 * w).collect()
            };
            let norm: f64 = direction.iter().map(|d| d * d).sum();
            if norm == 0.0 {
                break;
            }
            let length = step * (enough - sum).max(0.1) / norm;
            for (&(block, at), wish) in shared.flatten().zip(&direction) {
                blocks[block].cost[at] += length * wish;
            }
            for (block, solved) in blocks.iter_mut().zip(solved) {
                block.price = solved.price;
                block.known = Some(solved.taken);
            }
        }
        bound
    }
}

impl Block {
    fn solve(&self, rows: &[Vec<u32>], nodes: usize) -> Bounded {
        let local = |row: &u32| {
            let columns = rows[*row as usize].iter();
            columns.filter_map(|c| self.columns.binary_search(c).ok().map(|c| c as u32)).collect()
        };
        let rows = self.rows.iter().map(local).collect();
        WeightedCover::new(rows, self.cost.clone()).solve(
            self.price.clone(),
            self.known.clone(),
            nodes,
        )
    }
}

/// Rows in `count` blocks: seeds as far as can be from each other, every row with the nearest seed,
/// by steps from row to row over columns; then anew from the middles.
fn divide(rows: &[Vec<u32>], of_column: &[Vec<u32>], count: usize) -> Vec<usize> {
    const FAR: u32 = u32::MAX;
    let spread = |seeds: &[usize]| -> (Vec<usize>, Vec<u32>) {
        let mut owner = vec![0; rows.len()];
        let mut steps = vec![FAR; rows.len()];
        let mut queue = std::collections::VecDeque::new();
        for (block, &seed) in seeds.iter().enumerate() {
            if steps[seed] == FAR {
                (owner[seed], steps[seed]) = (block, 0);
                queue.push_back(seed);
            }
        }
        while let Some(row) = queue.pop_front() {
            for &column in &rows[row] {
                for &next in &of_column[column as usize] {
                    let next = next as usize;
                    if steps[next] == FAR {
                        (owner[next], steps[next]) = (owner[row], steps[row] + 1);
                        queue.push_back(next);
                    }
                }
            }
        }
        (owner, steps)
    };
    let mut seeds = vec![0];
    while seeds.len() < count.min(rows.len()) {
        let (_, steps) = spread(&seeds);
        let far = (0..rows.len()).max_by_key(|&r| (steps[r], std::cmp::Reverse(r)));
        match far.filter(|&r| steps[r] > 0) {
            Some(row) => seeds.push(row),
            None => break,
        }
    }
    let mut owner = spread(&seeds).0;
    for _ in 0..4 {
        // The middle of a block is the row farthest from its border.
        let mut inner = vec![FAR; rows.len()];
        let mut queue = std::collections::VecDeque::new();
        for row in 0..rows.len() {
            let near = rows[row].iter().flat_map(|&c| &of_column[c as usize]);
            if near.into_iter().any(|&other| owner[other as usize] != owner[row]) {
                inner[row] = 0;
                queue.push_back(row);
            }
        }
        while let Some(row) = queue.pop_front() {
            for &column in &rows[row] {
                for &next in &of_column[column as usize] {
                    let next = next as usize;
                    if inner[next] == FAR {
                        inner[next] = inner[row] + 1;
                        queue.push_back(next);
                    }
                }
            }
        }
        for (block, seed) in seeds.iter_mut().enumerate() {
            let own = (0..rows.len()).filter(|&r| owner[r] == block);
            if let Some(row) = own.max_by_key(|&r| (inner[r], std::cmp::Reverse(r))) {
                *seed = row;
            }
        }
        owner = spread(&seeds).0;
    }
    owner
}

#[cfg(test)]
#[path = "cover_blocks_tests.rs"]
mod tests;
