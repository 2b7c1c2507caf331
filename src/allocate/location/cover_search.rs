//! Local search for set covers: take a column out, mend what is no longer covered, learn which rows
//! are hard.
//!
//! Rows that are left uncovered gain weight, so that the search does not return to where it failed
//! (row weighting local search, Gao, Weise & Li 2015). Whenever all is covered, the cover is noted
//! and one column fewer is tried.

use crate::random::Random;
use crate::watch::Watch;

/// A column does not come back for so many steps after it was taken out.
const TABU: usize = 3;

/// Rows and columns both ways, by number.
pub(super) struct CoverSearch<'a> {
    rows: &'a [Vec<u32>],
    need: &'a [u32],
    of_column: &'a [Vec<u32>],
    weight: Vec<u64>,
    covered: Vec<u32>,
    taken: Vec<bool>,
    /// The columns that are taken, in no order.
    cover: Vec<u32>,
    /// Weight of rows that a column would cover, or that would miss it where it is taken.
    score: Vec<u64>,
    changed: Vec<usize>,
    uncovered: Vec<u32>,
    /// Where a row stands among the uncovered.
    rank: Vec<usize>,
}

impl<'a> CoverSearch<'a> {
    /// A search that starts from a cover.
    pub fn from(
        rows: &'a [Vec<u32>],
        need: &'a [u32],
        of_column: &'a [Vec<u32>],
        cover: &[usize],
    ) -> Self {
        let mut search = CoverSearch {
            rows,
            need,
            of_column,
            weight: vec![1; rows.len()],
            covered: vec![0; rows.len()],
            taken: vec![false; of_column.len()],
            cover: Vec::new(),
            score: of_column.iter().map(|rows| rows.len() as u64).collect(),
            changed: vec![0; of_column.len()],
            uncovered: (0..rows.len() as u32).collect(),
            rank: (0..rows.len()).collect(),
        };
        cover.iter().for_each(|&column| search.add(column as u32));
        search
    }

    /// The smallest cover met in so many steps; ends where `least` columns are enough.
    pub fn run(
        &mut self,
        steps: usize,
        least: usize,
        random: &mut Random,
        watch: &Watch<'_>,
    ) -> Vec<usize> {
        let mut best = self.cover.clone();
        for step in TABU..steps + TABU {
            if watch.is_over() {
                break;
            }
            while self.uncovered.is_empty() {
                best.clone_from(&self.cover);
                if best.len() <= least.max(1) {
                    return best.into_iter().map(|c| c as usize).collect();
                }
                if let Some(out) = self.least_missed(usize::MAX) {
                    self.remove(out);
                }
            }
            // Where nothing could come in, nothing goes out either until the number is made up.
            let full = self.cover.len() + 1 >= best.len();
            let out = if full { self.least_missed(step) } else { None };
            if let Some(out) = out {
                self.remove(out);
                self.changed[out as usize] = step;
            }
            let row = self.uncovered[random.below(self.uncovered.len())];
            let columns = &self.rows[row as usize];
            let free = columns.iter().copied().filter(|&c| !self.taken[c as usize]);
            let rested = |c: u32| self.changed[c as usize] + TABU <= step;
            let allowed = free.filter(|&c| rested(c) || Some(c) == out);
            let best_in = allowed.max_by_key(|&c| {
                (
                    Some(c) != out,
                    self.score[c as usize],
                    std::cmp::Reverse(self.changed[c as usize]),
                )
            });
            if let Some(column) = best_in {
                self.add(column);
                self.changed[column as usize] = step;
            }
            for i in 0..self.uncovered.len() {
                let row = self.uncovered[i] as usize;
                self.weight[row] += 1;
                for &column in &self.rows[row] {
                    self.score[column as usize] += 1;
                }
            }
        }
        best.into_iter().map(|c| c as usize).collect()
    }

    /// The taken column whose rows weigh least, the longest unchanged of several; none that came in
    /// in the step before.
    fn least_missed(&self, step: usize) -> Option<u32> {
        let key = |c: u32| {
            let c = c as usize;
            (self.changed[c] + 1 >= step && step < usize::MAX, self.score[c], self.changed[c], c)
        };
        self.cover.iter().copied().min_by_key(|&c| key(c))
    }

    fn add(&mut self, column: u32) {
        self.taken[column as usize] = true;
        self.cover.push(column);
        let mut own = 0;
        for &row in &self.of_column[column as usize] {
            let r = row as usize;
            let (before, need) = (self.covered[r], self.need[r]);
            self.covered[r] = before + 1;
            if before + 1 == need {
                self.tell(r, |taken, weight| if taken { 0 } else { -weight });
                self.cross_out(row);
            } else if before == need {
                self.tell(r, |taken, weight| if taken { -weight } else { 0 });
            }
            if before < need {
                own += self.weight[r];
            }
        }
        self.score[column as usize] = own;
    }

    fn remove(&mut self, column: u32) {
        self.taken[column as usize] = false;
        self.cover.retain(|&c| c != column);
        let mut own = 0;
        for &row in &self.of_column[column as usize] {
            let r = row as usize;
            let (before, need) = (self.covered[r], self.need[r]);
            self.covered[r] = before - 1;
            if before == need {
                self.tell(r, |taken, weight| if taken { 0 } else { weight });
                self.rank[r] = self.uncovered.len();
                self.uncovered.push(row);
            } else if before == need + 1 {
                self.tell(r, |taken, weight| if taken { weight } else { 0 });
            }
            if before <= need {
                own += self.weight[r];
            }
        }
        self.score[column as usize] = own;
    }

    fn tell(&mut self, row: usize, change: impl Fn(bool, i64) -> i64) {
        for &column in &self.rows[row] {
            let change = change(self.taken[column as usize], self.weight[row] as i64);
            let score = &mut self.score[column as usize];
            *score = score.saturating_add_signed(change);
        }
    }

    fn cross_out(&mut self, row: u32) {
        let at = self.rank[row as usize];
        self.uncovered.swap_remove(at);
        if let Some(&moved) = self.uncovered.get(at) {
            self.rank[moved as usize] = at;
        }
    }
}

#[cfg(test)]
#[path = "cover_search_tests.rs"]
mod tests;
