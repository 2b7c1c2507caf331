//! The cheapest cover of a block that is long and narrow, by a sweep over its columns.
//!
//! Columns are taken or left one after another, from one end of the block to the other. Two choices
//! after which the same rows are covered have the same future, and the cheaper of them is enough: a
//! layered decision diagram (Bergman, Cire, van Hoeve & Hooker 2016). What matters of a choice are
//! the rows that are open, with columns decided and columns to come, so that there are few where
//! the block is narrow. Prices on rows bound what a choice may still come to (Balas & Ho 1980).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use crate::mixer::Mixer;

/// Words of 64 rows that may be open at a time.
const WORDS: usize = 4;
/// Bounds closer than this to a known cost are not told apart from it.
const CLOSE: f64 = 1e-7;
/// Rounds in which prices are improved before a sweep.
const ROUNDS: usize = 150;
/// Choices kept in a first, quick sweep.
const QUICK: usize = 100;

/// Open rows as bits: set where covered.
type Bits = [u64; WORDS];

/// Rows, each to be covered once, and the order in which columns are decided.
pub(super) struct CoverSweep {
    rows: usize,
    of_column: Vec<Vec<u32>>,
    /// `None` where more rows are open at a time than can be told apart.
    steps: Option<Vec<Step>>,
}

/// A column is decided.
struct Step {
    column: usize,
    /// Its rows, with their places among the open ones.
    own: Vec<(u32, usize)>,
    mask: Bits,
    /// Rows whose last column this is.
    closing: Bits,
}

/// A choice of the columns so far.
#[derive(Clone, Copy)]
struct Choice {
    covered: Bits,
    /// No cover that goes on from here costs less.
    least: f64,
    /// The choice before, and whether the column was taken after it.
    from: u32,
    takes: bool,
}

/// The cheapest cover found, and what none can fall below.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Swept {
    pub taken: Vec<bool>,
    pub least: f64,
    /// Prices of rows.
    pub price: Vec<f64>,
    /// Choices looked at.
    pub choices: usize,
}

impl CoverSweep {
    /// Decides columns in the order given, which holds each once; every row must have a column.
    pub fn new(rows: &[Vec<u32>], of_column: Vec<Vec<u32>>, order: &[u32]) -> Self {
        let steps = steps(rows, &of_column, order);
        CoverSweep { rows: rows.len(), of_column, steps }
    }

    /// Looks for a cover cheaper than a known one, keeping `width` choices at a time; where these
    /// are not enough, the bound is what the first one left out might have come to.
    pub fn solve(&self, cost: &[f64], price: Vec<f64>, known: Vec<bool>, width: usize) -> Swept {
        let mut best = Swept { taken: known, least: 0.0, price, choices: 0 };
        for (taken, cost) in best.taken.iter_mut().zip(cost) {
            *taken |= *cost <= 0.0;
        }
        let mut least_known: f64 =
            best.taken.iter().zip(cost).filter(|(t, _)| **t).map(|(_, c)| c).sum();
        best.least = self.relax(cost, &mut best.price, least_known);
        let Some(steps) = &self.steps else { return best };
        for width in [QUICK.min(width), width] {
            if best.least >= least_known - CLOSE {
                break;
            }
            let (least, found) = self.sweep(steps, cost, &mut best, least_known, width);
            if let Some((cost, taken)) = found {
                (least_known, best.taken) = (cost, taken);
            }
            best.least = best.least.max(least);
        }
        best.least = best.least.min(least_known - CLOSE);
        best
    }

    /// Improves prices by their subgradient; the bound that they are.
    fn relax(&self, cost: &[f64], price: &mut Vec<f64>, known: f64) -> f64 {
        let mut bound = f64::NEG_INFINITY;
        let mut best = price.clone();
        let mut direction = vec![0.0; self.rows];
        let mut left = vec![0.0; self.rows];
        let (mut step, mut stale) = (1.0, 0);
        for _ in 0..ROUNDS {
            let mut value = price.iter().sum::<f64>();
            left.fill(1.0);
            for (rows, cost) in self.of_column.iter().zip(cost) {
                let reduced = cost - rows.iter().map(|&r| price[r as usize]).sum::<f64>();
                if reduced < 0.0 {
                    value += reduced;
                    rows.iter().for_each(|&r| left[r as usize] -= 1.0);
                }
            }
            stale = if value > bound + 1e-6 { 0 } else { stale + 1 };
            if value > bound {
                bound = value;
                best.copy_from_slice(price);
            }
            if bound >= known - CLOSE || step < 1e-3 {
                break;
            }
            if stale >= 10 {
                (step, stale) = (step * 0.6, 0);
                price.copy_from_slice(&best);
                direction.fill(0.0);
                continue;
            }
            let mut norm = 0.0;
            for ((direction, left), price) in direction.iter_mut().zip(&left).zip(&*price) {
                let left = if *left < 0.0 && *price == 0.0 { 0.0 } else { *left };
                *direction = 0.6 * left + 0.4 * *direction;
                norm += *direction * *direction;
            }
            if norm < 1e-12 {
                break;
            }
            let length = step * (1.02 * known - value).max(1e-3) / norm;
            for (price, direction) in price.iter_mut().zip(&direction) {
                *price = (*price + length * direction).max(0.0);
            }
        }
        price.copy_from_slice(&best);
        bound
    }

    /// What no cover costs less than, as far as it lies below `known`, and the cheapest cover below
    /// that among the choices kept.
    fn sweep(
        &self,
        steps: &[Step],
        cost: &[f64],
        best: &mut Swept,
        known: f64,
        width: usize,
    ) -> (f64, Option<(f64, Vec<bool>)>) {
        let price = &best.price;
        // What a column may still give back where it is worth taking for itself.
        let worth: Vec<f64> = (self.of_column.iter().zip(cost))
            .map(|(rows, c)| (c - rows.iter().map(|&r| price[r as usize]).sum::<f64>()).min(0.0))
            .collect();
        let least = price.iter().sum::<f64>() + worth.iter().sum::<f64>();
        let mut layer = vec![Choice { covered: [0; WORDS], least, from: 0, takes: false }];
        let mut trail: Vec<Vec<(u32, bool)>> = Vec::with_capacity(steps.len());
        let mut left_out = known;
        let mut places: HashMap<Bits, u32, BuildHasherDefault<Mixer>> = HashMap::default();
        for step in steps {
            let column = step.column;
            let mut next: Vec<Choice> = Vec::with_capacity(2 * layer.len());
            places.clear();
            let mut keep = |mut choice: Choice| {
                let lost = (0..WORDS).any(|w| step.closing[w] & !choice.covered[w] != 0);
                if lost || choice.least >= known - CLOSE {
                    return;
                }
                (0..WORDS).for_each(|w| choice.covered[w] &= !step.closing[w]);
                match places.entry(choice.covered) {
                    Entry::Occupied(at) => {
                        let other = &mut next[*at.get() as usize];
                        if choice.least < other.least {
                            *other = choice;
                        }
                    }
                    Entry::Vacant(at) => {
                        at.insert(next.len() as u32);
                        next.push(choice);
                    }
                }
            };
            for (choice, from) in layer.iter().zip(0..) {
                let least = choice.least - worth[column];
                keep(Choice { least, from, takes: false, ..*choice });
                let open = |&&(_, place): &&(u32, usize)| {
                    choice.covered[place / 64] >> (place % 64) & 1 == 0
                };
                let gained = step.own.iter().filter(open).map(|&(row, _)| price[row as usize]);
                let least = least + cost[column] - gained.sum::<f64>();
                let mut covered = choice.covered;
                covered.iter_mut().zip(&step.mask).for_each(|(bits, own)| *bits |= own);
                keep(Choice { covered, least, from, takes: true });
            }
            best.choices += next.len();
            if next.len() > width {
                next.sort_by(|a, b| a.least.total_cmp(&b.least));
                left_out = left_out.min(next[width].least);
                next.truncate(width);
            }
            trail.push(next.iter().map(|choice| (choice.from, choice.takes)).collect());
            layer = next;
            if layer.is_empty() {
                break;
            }
        }
        // After the last column nothing is open, and one choice is left at most.
        let Some(last) = layer.first() else { return (left_out, None) };
        let mut taken = vec![false; cost.len()];
        let mut at = 0;
        for (step, choices) in steps.iter().zip(&trail).rev() {
            let (from, takes) = choices[at];
            (taken[step.column], at) = (takes, from as usize);
        }
        (left_out.min(last.least), Some((last.least, taken)))
    }
}

/// What is decided when, and which rows are open meanwhile; `None` where these are too many.
fn steps(rows: &[Vec<u32>], of_column: &[Vec<u32>], order: &[u32]) -> Option<Vec<Step>> {
    let mut left: Vec<usize> = rows.iter().map(Vec::len).collect();
    let mut free: Vec<usize> = (0..64 * WORDS).rev().collect();
    let mut place: Vec<Option<usize>> = vec![None; rows.len()];
    let mut steps = Vec::with_capacity(order.len());
    for &column in order {
        let column = column as usize;
        let mut step = Step { column, own: Vec::new(), mask: [0; WORDS], closing: [0; WORDS] };
        for &row in &of_column[column] {
            let at = match place[row as usize] {
                Some(at) => at,
                None => *place[row as usize].insert(free.pop()?),
            };
            step.own.push((row, at));
            step.mask[at / 64] |= 1 << (at % 64);
        }
        for &(row, at) in &step.own {
            left[row as usize] -= 1;
            if left[row as usize] == 0 {
                step.closing[at / 64] |= 1 << (at % 64);
                free.push(at);
            }
        }
        steps.push(step);
    }
    Some(steps)
}

#[cfg(test)]
#[path = "cover_sweep_tests.rs"]
mod tests;
