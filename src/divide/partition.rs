//! A division in the making: labels, loads and score, kept in step move by move.

use super::objective::{Limits, Score};
use crate::graph::Graph;

/// Searches longer than this give up and call the move unsafe; contiguity is then kept all the same.
const SEARCH_LIMIT: usize = 4096;

/// An assignment of vertices to blocks with everything that a move changes.
///
/// Invariant: a move made through [`Partition::move_vertex`] after [`Partition::can_leave`] keeps
/// every block connected and non-empty.
#[derive(Debug, Clone)]
pub(crate) struct Partition<'a> {
    pub graph: &'a Graph,
    pub limits: &'a Limits,
    label: Vec<u32>,
    load: Vec<i64>,
    size: Vec<u32>,
    violation: Vec<i64>,
    score: Score,
}

impl<'a> Partition<'a> {
    pub fn new(graph: &'a Graph, limits: &'a Limits, label: Vec<u32>) -> Self {
        let (blocks, d) = (limits.blocks(), graph.dimensions());
        let load = graph.class_weights(&label, blocks);
        let mut size = vec![0; blocks];
        label.iter().for_each(|&b| size[b as usize] += 1);
        let cost = graph.cut_cost(&label);
        let violation: Vec<i64> =
            (0..blocks).map(|b| limits.violation(b, &load[b * d..][..d])).collect();
        let score = Score { violation: violation.iter().sum(), cost };
        Partition { graph, limits, label, load, size, violation, score }
    }

    pub fn score(&self) -> Score {
        self.score
    }

    pub fn labels(&self) -> &[u32] {
        &self.label
    }

    pub fn into_labels(self) -> Vec<u32> {
        self.label
    }

    #[inline]
    pub fn block(&self, v: usize) -> usize {
        self.label[v] as usize
    }

    pub fn block_violation(&self, block: usize) -> i64 {
        self.violation[block]
    }

    pub fn load(&self, block: usize) -> &[i64] {
        let d = self.graph.dimensions();
        &self.load[block * d..][..d]
    }

    /// Whether `v` has a neighbour in another block.
    #[inline]
    pub fn on_border(&self, v: usize) -> bool {
        self.graph.targets(v).iter().any(|&t| self.label[t as usize] != self.label[v])
    }

    /// The violation change if `v` moved to block `to`.
    #[inline]
    pub fn violation_change(&self, v: usize, to: usize) -> i64 {
        let from = self.block(v);
        let w = self.graph.weights(v);
        let left = self.limits.violation_with(from, self.load(from), w, -1);
        let joined = self.limits.violation_with(to, self.load(to), w, 1);
        left + joined - self.violation[from] - self.violation[to]
    }

    /// Moves `v` to block `to` and returns the change of the score.
    pub fn move_vertex(&mut self, v: usize, to: usize) -> Score {
        let from = self.block(v);
        let before = self.score;
        let d = self.graph.dimensions();
        for (t, c) in self.graph.neighbours(v) {
            if self.block(t) == from {
                self.score.cost += c;
            } else if self.block(t) == to {
                self.score.cost -= c;
            }
        }
        for (i, &w) in self.graph.weights(v).iter().enumerate() {
            self.load[from * d + i] -= w;
            self.load[to * d + i] += w;
        }
        self.size[from] -= 1;
        self.size[to] += 1;
        self.label[v] = to as u32;
        for b in [from, to] {
            let now = self.limits.violation(b, self.load(b));
            self.score.violation += now - self.violation[b];
            self.violation[b] = now;
        }
        self.score - before
    }

    /// Whether `v`'s block stays connected and non-empty without it.
    ///
    /// Searches outward from all of `v`'s neighbours in the block at once, until they have all met or
    /// one side has nowhere to go: on a planar graph they meet at once around `v` nearly always (the
    /// simple-point test), and what would be cut off is mostly small.
    pub fn can_leave(&self, v: usize, reach: &mut Reach) -> bool {
        let own = self.label[v];
        let is_own = |t: &u32| self.label[*t as usize] == own;
        if self.size[own as usize] <= 1 {
            return false;
        }
        reach.start(self.graph.len());
        reach.visit(v as u32);
        let around = self.graph.targets(v).iter().copied().filter(is_own);
        let mut sides = reach.start_sides(around);
        if sides <= 1 {
            // No neighbour inside means the block was apart already; leave such blocks alone.
            return sides == 1;
        }
        let mut head = 0;
        while head < reach.queue.len() && reach.queue.len() < SEARCH_LIMIT {
            let u = reach.queue[head];
            head += 1;
            let side = reach.side_of(u);
            reach.open[side] -= 1;
            for &t in self.graph.targets(u as usize) {
                if is_own(&t) && t as usize != v && reach.meet(side, t) {
                    sides -= 1;
                    if sides == 1 {
                        return true;
                    }
                }
            }
            if reach.open[side] == 0 {
                return false;
            }
        }
        false
    }
}

/// Scratch space of the connectivity search, reused so that a search allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    stamp: u32,
    /// The stamp of the start; later ones tell parts of one search apart.
    first: u32,
    seen: Vec<u32>,
    queue: Vec<u32>,
    /// Sides that search at once, by their parts of the search: the side that each has joined, and
    /// how many vertices it has in the queue.
    joined: Vec<u32>,
    open: Vec<u32>,
}

impl Reach {
    /// Forgets what was seen.
    pub fn start(&mut self, n: usize) {
        if self.seen.len() < n || self.stamp > u32::MAX / 2 {
            self.seen = vec![0; n];
            self.stamp = 0;
        }
        self.stamp += 1;
        self.first = self.stamp;
    }

    /// Begins another part of the search; what was seen before stays seen.
    pub fn start_part(&mut self) -> u32 {
        self.stamp += 1;
        self.stamp
    }

    /// The part of the search that has seen `v`.
    pub fn part_of(&self, v: u32) -> Option<u32> {
        Some(self.seen[v as usize]).filter(|&stamp| stamp >= self.first)
    }

    /// Marks `v`; whether it was new.
    pub fn visit(&mut self, v: u32) -> bool {
        let seen = &mut self.seen[v as usize];
        let new = *seen != self.stamp;
        *seen = self.stamp;
        new
    }

    /// Begins a side at every one of some vertices; how many.
    fn start_sides(&mut self, vertices: impl Iterator<Item = u32>) -> usize {
        self.queue.clear();
        self.joined.clear();
        self.open.clear();
        for (side, v) in vertices.enumerate() {
            self.start_part();
            self.visit(v);
            self.queue.push(v);
            self.joined.push(side as u32);
            self.open.push(1);
        }
        self.queue.len()
    }

    /// The side that has seen `v`, with all that have joined it.
    fn side_of(&self, v: u32) -> usize {
        let mut side = self.seen[v as usize] - self.first - 1;
        while self.joined[side as usize] != side {
            side = self.joined[side as usize];
        }
        side as usize
    }

    /// A side comes to `v`; whether it meets another there, which then joins it.
    fn meet(&mut self, side: usize, v: u32) -> bool {
        if self.part_of(v).is_none() {
            self.seen[v as usize] = self.first + 1 + side as u32;
            self.queue.push(v);
            self.open[side] += 1;
            return false;
        }
        let other = self.side_of(v);
        if other == side {
            return false;
        }
        self.joined[other] = side as u32;
        self.open[side] += self.open[other];
        true
    }
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;
