//! The search among the blocks that are left: every vertex in exactly one.

use super::budget::{Budget, Spent};
use super::prices::Prices;
use super::small::{Block, Figure, Small};

/// Steps that the last block of a division counts.
const CLOSING: u64 = 16;

/// Looks for the division into blocks of a pool with the least of a figure.
pub(super) struct Cover<'a, 'b> {
    small: &'a Small<'a>,
    prices: &'a Prices,
    figure: Figure,
    /// Most violation of the whole division.
    violation: i64,
    budget: &'a mut Budget<'b>,
    /// Blocks by first vertex, by excess.
    by_first: Vec<Vec<(i64, Block)>>,
    /// Most of the figure: less than the best found.
    most: i64,
    /// Most excess, for that.
    slack: i64,
    blocks: usize,
    chosen: Vec<Block>,
    found: Option<Vec<Block>>,
}

impl<'a, 'b> Cover<'a, 'b> {
    /// A search for at most `most` of the figure and at most `violation`. The prices must be those
    /// of the pool and the figure.
    pub fn new(
        small: &'a Small<'a>,
        pool: &[Block],
        prices: &'a Prices,
        figure: Figure,
        (blocks, most, violation): (usize, i64, i64),
        budget: &'a mut Budget<'b>,
    ) -> Self {
        let mut by_first = vec![Vec::new(); small.len()];
        for b in pool {
            let excess = prices.excess(b.members, figure.of(b));
            by_first[b.members.trailing_zeros() as usize].push((excess, *b));
        }
        for list in &mut by_first {
            list.sort_unstable_by_key(|(excess, b)| (*excess, b.members));
        }
        let slack = prices.slack(blocks, most);
        Cover {
            small,
            prices,
            figure,
            violation,
            budget,
            by_first,
            most,
            slack,
            blocks,
            chosen: Vec::with_capacity(blocks),
            found: None,
        }
    }

    /// The best division within the limits, if there is one; `Err` where the budget was spent
    /// before all was seen.
    pub fn run(mut self) -> (Option<Vec<Block>>, Result<(), Spent>) {
        let ended = self.extend(self.small.all(), 0, self.violation);
        (self.found, ended)
    }

    /// Divides what is open; the blocks chosen so far have `spent` in excess and leave `violation`.
    fn extend(&mut self, open: u64, spent: i64, violation: i64) -> Result<(), Spent> {
        if self.chosen.len() + 1 == self.blocks {
            return self.close(open, violation);
        }
        let first = open.trailing_zeros() as usize;
        for i in 0..self.by_first[first].len() {
            self.budget.take(1)?;
            let (excess, block) = self.by_first[first][i];
            if spent + excess > self.slack {
                break;
            }
            let left = open & !block.members;
            if block.members & !open != 0 || left == 0 || block.violation > violation {
                continue;
            }
            self.chosen.push(block);
            let extended = self.extend(left, spent + excess, violation - block.violation);
            self.chosen.pop();
            extended?;
        }
        Ok(())
    }

    /// All that is open makes the last block.
    fn close(&mut self, open: u64, violation: i64) -> Result<(), Spent> {
        self.budget.take(CLOSING)?;
        let Some(block) = self.small.block(open).filter(|b| b.violation <= violation) else {
            return Ok(());
        };
        let sum = self.chosen.iter().chain([&block]).map(|b| self.figure.of(b)).sum::<i64>();
        if sum <= self.most {
            self.most = sum - 1;
            self.slack = self.prices.slack(self.blocks, self.most);
            let mut division = self.chosen.clone();
            division.push(block);
            self.found = Some(division);
        }
        Ok(())
    }
}
