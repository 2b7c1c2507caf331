//! Set cover: the fewest columns that cover every row as often as it needs.
//!
//! What is superfluous is taken out first, what is left falls into parts that do not touch, and each
//! part is bounded by prices on its rows and searched by branching; large ones are bounded by blocks
//! as well, and searched locally.

use super::Effort;
use super::cover_blocks::Blocks;
use super::cover_prices::{Table, at_least};
use super::cover_reduce::{parts, reduce};
use super::cover_search::CoverSearch;
use crate::random::Random;
use crate::watch::Watch;

/// A row: the columns that cover it, ascending, and by how many of them it must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub columns: Vec<u32>,
    pub need: u32,
}

/// Columns that cover all rows, and the number below which no cover can go.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Covering {
    pub columns: Vec<u32>,
    pub least: usize,
}

/// Covers all rows. Rows that need more columns than they have are covered by all they have.
pub(super) fn cover(rows: Vec<Row>, effort: Effort, watch: Watch<'_>) -> Covering {
    let mut nodes = effort.nodes;
    let mut covering = Solver { effort, watch }.solve(rows, &mut nodes, effort.proof);
    covering.columns.sort_unstable();
    covering
}

/// Columns up to which a part is searched by branching alone.
const BRANCHED: usize = 24;
/// Steps of local search that an effort of 1 is worth.
const STEPS: usize = 10_000;

/// How much longer the search goes on where bounds leave something open.
const LONGER: usize = 5;

/// Columns between cover and bound up to which branching may close the gap.
const HOPEFUL: usize = 6;

/// The work of sweeps over narrow blocks, which come first.
const WORK: u64 = 4_000;
/// Choices in sweeps over blocks that a node of branching is worth, and those kept at every step.
const CHOICES: usize = 130_000;
const WIDTH: usize = 30_000;

struct Solver<'a> {
    effort: Effort,
    /// What may stop the work: then the cover is one, but nobody has tried to better it.
    watch: Watch<'a>,
}

impl Solver<'_> {
    fn solve(&self, rows: Vec<Row>, nodes: &mut usize, steps: usize) -> Covering {
        let root = steps == self.effort.proof;
        let (forced, rows) = reduce(rows);
        let mut answer = Covering { least: forced.len(), columns: forced };
        for part in parts(rows) {
            let solved = self.part(&part, nodes, steps, root);
            answer.least += solved.least;
            answer.columns.extend(solved.columns);
        }
        answer
    }

    fn part(&self, rows: &[Row], nodes: &mut usize, steps: usize, root: bool) -> Covering {
        let table = Table::of(rows);
        let (mut answer, price) = self.search(&table, rows, nodes, steps, root);
        let is_open = |answer: &Covering| {
            let tries = root && self.effort.search > 0 && !self.watch.is_over();
            tries && answer.least < answer.columns.len()
        };
        let cover: Vec<usize> = answer.columns.iter().map(|&c| table.number(c)).collect();
        if is_open(&answer) && table.need.iter().all(|&need| need == 1) {
            let choices = self.effort.nodes * CHOICES;
            let blocks = Blocks { work: WORK, width: WIDTH, choices, watch: self.watch };
            let enough = cover.len() as f64 - 1.0 + 1e-5;
            let bound = blocks.bound(&table.rows, &table.of_column, &price, &cover, enough);
            answer.least = answer.least.max(at_least(bound)).min(cover.len());
        }
        if is_open(&answer) {
            let mut search = CoverSearch::from(&table.rows, &table.need, &table.of_column, &cover);
            let steps = LONGER * self.effort.search * STEPS;
            let found = search.run(steps, answer.least, &mut Random::new(2), &self.watch);
            if found.len() < cover.len() {
                answer.columns = found.into_iter().map(|c| table.columns[c]).collect();
            }
        }
        answer
    }

    /// Searches and branches; the prices of the relaxation as well.
    fn search(
        &self,
        table: &Table,
        rows: &[Row],
        nodes: &mut usize,
        steps: usize,
        root: bool,
    ) -> (Covering, Vec<f64>) {
        let mut first = table.greedy(&vec![1.0; table.columns.len()]);
        if root && table.columns.len() > BRANCHED {
            // Small parts are branched on anyway.
            let mut search = CoverSearch::from(&table.rows, &table.need, &table.of_column, &first);
            let steps = self.effort.search * STEPS;
            first = search.run(steps, 1, &mut Random::new(1), &self.watch);
        }
        let mut relaxed = table.relax(first, steps, self.effort.starts.max(1), &self.watch);
        let open = relaxed.answer.columns.len().saturating_sub(relaxed.answer.least);
        if open == 0 || open > HOPEFUL || *nodes == 0 || self.watch.is_over() {
            return (relaxed.answer, relaxed.price);
        }
        *nodes -= 1;
        // Reduced costs settle columns: a cover with one less must do without these.
        let wanted = relaxed.answer.columns.len() - 1;
        let mut rows = rows.to_vec();
        let mut closed = vec![false; table.columns.len()];
        for (column, reduced) in relaxed.reduced.iter().enumerate() {
            closed[column] = relaxed.bound + reduced.max(0.0) > wanted as f64 + 1e-6;
        }
        if closed.iter().any(|c| *c) {
            let closed = |c: &u32| closed[table.number(*c)];
            rows.iter_mut().for_each(|row| row.columns.retain(|c| !closed(c)));
            if rows.iter().any(|row| row.columns.len() < row.need as usize) {
                relaxed.answer.least = relaxed.answer.columns.len();
                return (relaxed.answer, relaxed.price);
            }
        }
        let left = |c: &usize| !closed[*c];
        let branch = (0..table.columns.len())
            .filter(left)
            .min_by(|&a, &b| {
                let undecided = |c: usize| (relaxed.share[c] - 0.5).abs();
                undecided(a).total_cmp(&undecided(b)).then(a.cmp(&b))
            })
            .map(|c| table.columns[c]);
        let Some(branch) = branch else { return (relaxed.answer, relaxed.price) };

        let with = rows.iter().filter_map(|row| {
            let mut row = row.clone();
            if let Ok(at) = row.columns.binary_search(&branch) {
                row.columns.remove(at);
                row.need -= 1;
            }
            (row.need > 0).then_some(row)
        });
        let steps = (steps / 2).max(60);
        let mut inside = self.solve(with.collect(), nodes, steps);
        inside.columns.push(branch);
        inside.least += 1;
        let mut best = relaxed.answer;
        let mut least = inside.least;
        if inside.columns.len() < best.columns.len() {
            best.columns = inside.columns;
        }
        if best.columns.len() > best.least {
            let mut without = rows;
            without.iter_mut().for_each(|row| row.columns.retain(|c| *c != branch));
            if without.iter().all(|row| row.columns.len() >= row.need as usize) {
                let outside = self.solve(without, nodes, steps);
                least = least.min(outside.least);
                if outside.columns.len() < best.columns.len() {
                    best.columns = outside.columns;
                }
            }
        } else {
            least = best.least;
        }
        // What was settled by reduced costs holds for covers better than the first one found.
        best.least = best.least.max(least.min(wanted + 1)).min(best.columns.len());
        (best, relaxed.price)
    }
}

#[cfg(test)]
#[path = "set_cover_tests.rs"]
mod tests;
