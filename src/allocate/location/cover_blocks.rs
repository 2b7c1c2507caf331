//! A bound on covers by blocks: the rows fall into blocks, every column's cost is shared out among
//! the blocks it reaches into, and each block is covered for least by itself.
//!
//! No cover of all costs less than these covers together, however costs are shared (Guignard & Kim
//! 1987). Shares begin as prices say, where the sum is the relaxation's bound or more: inside a
//! block whole numbers are kept. Then costs move to where a column is wanted from where it is not.
//! Blocks are strips across the whole, as broad as a sweep along them can solve.

use std::collections::HashMap;

use rayon::prelude::*;

use super::cover_order::{along, narrow};
use super::cover_sweep::{CoverSweep, Swept};
use crate::groups::Groups;
use crate::watch::Watch;

/// The share of the open gap by which costs move at first, and where it has become too little.
const STEP: f64 = 0.3;
const LEAST_STEP: f64 = 0.005;
/// Rounds that must close this share of the gap.
const ROUNDS: usize = 10;
const LEAST_PROGRESS: f64 = 0.02;
/// Blocks become so many times more work until their first round takes its share of all choices.
const BROADER: u64 = 4;
const FIRST: usize = 60;

/// Rows that hang together, with their columns, by numbers of their own.
pub(super) struct Piece {
    /// The numbers that rows and columns have outside, ascending.
    pub rows: Vec<u32>,
    pub columns: Vec<u32>,
    pub table: Vec<Vec<u32>>,
    pub of_column: Vec<Vec<u32>>,
}

/// A block: what each of its columns costs here, and what is known of it.
struct Block {
    sweep: CoverSweep,
    cost: Vec<f64>,
    price: Vec<f64>,
    cover: Vec<bool>,
}

/// How blocks are made and solved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks<'a> {
    /// The work that a sweep over a block may be to begin with, as its order of columns measures it.
    pub work: u64,
    /// Choices kept at every step of a sweep.
    pub width: usize,
    /// Choices looked at in all.
    pub choices: usize,
    /// What may stop the rounds.
    pub watch: Watch<'a>,
}

impl Blocks<'_> {
    /// A bound from prices on rows and a cover; ends where `enough` is reached.
    pub fn bound(
        &self,
        rows: &[Vec<u32>],
        of_column: &[Vec<u32>],
        price: &[f64],
        cover: &[usize],
        enough: f64,
    ) -> f64 {
        let mut covers = vec![false; of_column.len()];
        cover.iter().for_each(|&column| covers[column] = true);
        let mut bound = f64::NEG_INFINITY;
        let mut choices = 0;
        let mut work = self.work.max(1);
        loop {
            let mut shared = Shared::new(strips(rows, work), of_column, price, &covers);
            let solved = shared.solve(self.width);
            bound = bound.max(sum(&solved));
            let first: usize = solved.iter().map(|s| s.choices).sum();
            choices += first;
            if bound >= enough || self.watch.is_over() {
                return bound;
            }
            if first.saturating_mul(FIRST) >= self.choices || shared.places.is_empty() {
                let left = self.choices.saturating_sub(choices);
                return bound.max(self.improve(shared, solved, left, enough));
            }
            work = work.saturating_mul(BROADER);
        }
    }

    /// Moves costs between blocks that were solved, and solves them again and again.
    fn improve(
        &self,
        mut shared: Shared,
        mut solved: Vec<Swept>,
        mut choices: usize,
        enough: f64,
    ) -> f64 {
        let mut bound = sum(&solved);
        let mut noted = bound;
        let mut step = STEP;
        let mut direction: Vec<f64> = Vec::new();
        for round in 1.. {
            let wishes = shared.places.iter().flat_map(|places| {
                let wanted = |&(block, at): &(usize, usize)| f64::from(solved[block].taken[at]);
                let mean = places.iter().map(wanted).sum::<f64>() / places.len() as f64;
                places.iter().map(move |place| wanted(place) - mean)
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
            let length = step * (enough - sum(&solved)).max(0.1) / norm;
            for (&(block, at), wish) in shared.places.iter().flatten().zip(&direction) {
                shared.blocks[block].cost[at] += length * wish;
            }
            for (block, solved) in shared.blocks.iter_mut().zip(solved) {
                (block.price, block.cover) = (solved.price, solved.taken);
            }
            solved = shared.solve(self.width);
            choices = choices.saturating_sub(solved.iter().map(|s| s.choices).sum());
            if sum(&solved) <= bound {
                step *= 0.7;
            }
            bound = bound.max(sum(&solved));
            let spent = choices == 0 || step < LEAST_STEP;
            if bound >= enough || spent || self.watch.is_over() {
                break;
            }
            if round % ROUNDS == 0 {
                // Where blocks are too hard, or whole numbers cost nothing, more rounds do not help.
                if bound - noted < LEAST_PROGRESS * (enough - bound) {
                    break;
                }
                noted = bound;
            }
        }
        bound
    }
}

fn sum(solved: &[Swept]) -> f64 {
    solved.iter().map(|s| s.least).sum()
}

/// Blocks, and the columns that several of them share.
struct Shared {
    blocks: Vec<Block>,
    /// Of every such column the blocks, with the place it has in each.
    places: Vec<Vec<(usize, usize)>>,
}

impl Shared {
    /// Shares costs out as prices say.
    fn new(pieces: Vec<Piece>, of_column: &[Vec<u32>], price: &[f64], covers: &[bool]) -> Shared {
        let mut block_of_row = vec![0; price.len()];
        let mut blocks: Vec<Block> = Vec::new();
        for (piece, number) in pieces.into_iter().zip(0..) {
            piece.rows.iter().for_each(|&row| block_of_row[row as usize] = number);
            let order = narrow(&piece.table, &piece.of_column).0;
            blocks.push(Block {
                price: piece.rows.iter().map(|&row| price[row as usize]).collect(),
                cover: piece.columns.iter().map(|&column| covers[column as usize]).collect(),
                cost: Vec::with_capacity(piece.columns.len()),
                sweep: CoverSweep::new(&piece.table, piece.of_column, &order),
            });
        }
        let mut places = Vec::new();
        for own in of_column {
            let mut parts: Vec<(usize, f64)> = Vec::new();
            for &row in own {
                let (block, price) = (block_of_row[row as usize], price[row as usize] + 1e-9);
                match parts.iter_mut().find(|p| p.0 == block) {
                    Some(part) => part.1 += price,
                    None => parts.push((block, price)),
                }
            }
            let sum: f64 = parts.iter().map(|p| p.1).sum();
            let mut here = Vec::with_capacity(parts.len());
            for (number, part) in parts {
                // Columns of blocks ascend, as they do here.
                let cost = &mut blocks[number].cost;
                here.push((number, cost.len()));
                cost.push(part / sum);
            }
            if here.len() > 1 {
                places.push(here);
            }
        }
        Shared { blocks, places }
    }

    fn solve(&mut self, width: usize) -> Vec<Swept> {
        let solve = |block: &mut Block| {
            let (price, cover) =
                (std::mem::take(&mut block.price), std::mem::take(&mut block.cover));
            block.sweep.solve(&block.cost, price, cover, width)
        };
        self.blocks.par_iter_mut().map(solve).collect()
    }
}

/// Strips across every piece of the whole, each as broad as the work allows, in pieces.
fn strips(rows: &[Vec<u32>], work: u64) -> Vec<Piece> {
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut strips = Vec::new();
    for whole in pieces(rows, &all) {
        let place = along(&whole.table, &whole.of_column);
        let mut order: Vec<usize> = (0..place.len()).collect();
        order.sort_by(|&a, &b| place[a].total_cmp(&place[b]).then(a.cmp(&b)));
        let mut left: Vec<u32> = order.into_iter().map(|i| whole.rows[i]).collect();
        while !left.is_empty() {
            let (mut fits, mut too_many) = (1, left.len() + 1);
            while fits + 1 < too_many {
                let middle = if too_many > left.len() {
                    (2 * fits + 100).min(left.len())
                } else {
                    fits.midpoint(too_many)
                };
                if can_do(&pieces(rows, &left[..middle]), work) {
                    fits = middle;
                } else {
                    too_many = middle;
                }
            }
            let rest = left.split_off(fits);
            strips.extend(pieces(rows, &left));
            left = rest;
        }
    }
    strips
}

fn can_do(pieces: &[Piece], most: u64) -> bool {
    let work = |piece: &Piece| narrow(&piece.table, &piece.of_column).1;
    pieces.iter().map(work).fold(0, u64::saturating_add) <= most
}

/// Some of the rows, in pieces that share no column.
fn pieces(rows: &[Vec<u32>], some: &[u32]) -> Vec<Piece> {
    let mut some = some.to_vec();
    some.sort_unstable();
    let mut groups = Groups::of(some.len());
    let mut first: HashMap<u32, u32> = HashMap::new();
    for (&row, i) in some.iter().zip(0..) {
        for &column in &rows[row as usize] {
            groups.join(i, *first.entry(column).or_insert(i));
        }
    }
    let mut number: HashMap<u32, usize> = HashMap::new();
    let mut members: Vec<Vec<u32>> = Vec::new();
    for (&row, i) in some.iter().zip(0..) {
        let piece = *number.entry(groups.find(i)).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[piece].push(row);
    }
    members.into_iter().map(|members| Piece::of(rows, members)).collect()
}

impl Piece {
    fn of(all: &[Vec<u32>], rows: Vec<u32>) -> Piece {
        let own = rows.iter().flat_map(|&row| &all[row as usize]);
        let mut columns: Vec<u32> = own.copied().collect();
        columns.sort_unstable();
        columns.dedup();
        let number: HashMap<u32, u32> = columns.iter().copied().zip(0..).collect();
        let mut of_column = vec![Vec::new(); columns.len()];
        let mut table = Vec::with_capacity(rows.len());
        for (&row, i) in rows.iter().zip(0..) {
            let local: Vec<u32> = all[row as usize].iter().map(|column| number[column]).collect();
            local.iter().for_each(|&column| of_column[column as usize].push(i));
            table.push(local);
        }
        Piece { rows, columns, table, of_column }
    }
}

#[cfg(test)]
#[path = "cover_blocks_tests.rs"]
mod tests;
