use std::collections::HashMap;

use rayon::prelude::*;

use super::barriers::BarrierClass;
use super::coverage::{Coverage, NONE};
use crate::error::Result;
use crate::graph::Graph;

/// Rook contiguity over all units of a city: compressed sparse rows with shared border lengths.
///
/// Two cells are neighbours where they share a border of some length; a shared corner is none, and
/// a border along a hard barrier counts for nothing.
/// Virtual edges, of length 0, join what has no border to share (see
/// [`Islands::Attach`](super::Islands)).
#[derive(Debug, Clone, PartialEq)]
pub struct Contiguity {
    /// Unit `u` has the entries `offsets[u]..offsets[u + 1]`.
    offsets: Vec<usize>,
    /// Neighbours, ascending in each row.
    targets: Vec<u32>,
    /// Shared border in metres, parallel to `targets`; 0 on a virtual edge.
    lengths_m: Vec<f64>,
    /// Shared border in metres times the factor of the barrier along it, parallel to `targets`.
    costs_m: Vec<f64>,
    /// Virtual edges, lower unit first, ascending.
    virtual_edges: Vec<(u32, u32)>,
    /// Cells without ground, ascending.
    groundless: Vec<u32>,
}

/// Cells whose rows one task makes.
const BATCH: usize = 1024;

impl Contiguity {
    /// The contiguity of a coverage; borders shorter than `least_border_m` in all do not count.
    /// `barriers` tells what runs along each half-edge.
    pub(super) fn of(coverage: &Coverage, least_border_m: f64, barriers: &Along<'_>) -> Contiguity {
        let cells: Vec<usize> = (0..coverage.len()).collect();
        let batches: Vec<Rows> = cells
            .par_chunks(BATCH)
            .map(|batch| {
                let mut rows = Rows::default();
                let mut row = Vec::new();
                for &cell in batch {
                    rows.add(coverage, cell, least_border_m, barriers, &mut row);
                }
                rows
            })
            .collect();
        let entries = batches.iter().map(|rows| rows.targets.len()).sum();
        let mut all = Contiguity {
            offsets: Vec::with_capacity(coverage.len() + 1),
            targets: Vec::with_capacity(entries),
            lengths_m: Vec::with_capacity(entries),
            costs_m: Vec::with_capacity(entries),
            virtual_edges: Vec::new(),
            groundless: (0..coverage.len() as u32)
                .filter(|&cell| coverage.parts(cell as usize).is_empty())
                .collect(),
        };
        all.offsets.push(0);
        for rows in batches {
            let before = all.targets.len();
            all.offsets.extend(rows.ends.iter().map(|end| before + end));
            all.targets.extend(rows.targets);
            all.lengths_m.extend(rows.lengths_m);
            all.costs_m.extend(rows.costs_m);
        }
        all
    }

    /// Adds virtual edges between units that are no neighbours yet.
    pub(super) fn attach(&mut self, edges: Vec<(u32, u32)>) {
        let mut edges: Vec<(u32, u32)> =
            edges.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
        if edges.is_empty() {
            return;
        }
        edges.sort_unstable();
        let mut added: Vec<(u32, u32)> =
            edges.iter().flat_map(|&(a, b)| [(a, b), (b, a)]).collect();
        added.sort_unstable();
        let mut added = added.into_iter().peekable();
        let mut joined = Contiguity {
            offsets: vec![0],
            targets: Vec::with_capacity(self.targets.len() + 2 * edges.len()),
            lengths_m: Vec::with_capacity(self.targets.len() + 2 * edges.len()),
            costs_m: Vec::with_capacity(self.targets.len() + 2 * edges.len()),
            virtual_edges: Vec::new(),
            groundless: std::mem::take(&mut self.groundless),
        };
        for u in 0..self.len() {
            for entry in self.offsets[u]..self.offsets[u + 1] {
                let target = self.targets[entry];
                while let Some((_, b)) = added.next_if(|&(a, b)| a as usize == u && b < target) {
                    joined.push(b, 0.0, 0.0);
                }
                joined.push(target, self.lengths_m[entry], self.costs_m[entry]);
            }
            while let Some((_, b)) = added.next_if(|&(a, _)| a as usize == u) {
                joined.push(b, 0.0, 0.0);
            }
            joined.offsets.push(joined.targets.len());
        }
        joined.virtual_edges = std::mem::take(&mut self.virtual_edges);
        joined.virtual_edges.extend(edges);
        joined.virtual_edges.sort_unstable();
        *self = joined;
    }

    fn push(&mut self, target: u32, length_m: f64, cost_m: f64) {
        self.targets.push(target);
        self.lengths_m.push(length_m);
        self.costs_m.push(cost_m);
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of pairs of neighbours, virtual edges included.
    pub fn pair_count(&self) -> usize {
        self.targets.len() / 2
    }

    /// The neighbours of unit `u`, ascending, with the shared border in metres (0 on a virtual
    /// edge).
    pub fn neighbours(&self, u: usize) -> impl ExactSizeIterator<Item = (u32, f64)> + '_ {
        let row = self.offsets[u]..self.offsets[u + 1];
        self.targets[row.clone()].iter().copied().zip(self.lengths_m[row].iter().copied())
    }

    /// Every pair of neighbours once, lower unit first, ascending, with the shared border in
    /// metres.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..self.len()).flat_map(move |u| {
            let u = u as u32;
            self.neighbours(u as usize).filter(move |n| u < n.0).map(move |(v, m)| (u, v, m))
        })
    }

    /// As [`pairs`](Contiguity::pairs), with the shared border times the factor of the barrier along
    /// it as the last.
    pub fn costs(&self) -> impl Iterator<Item = (u32, u32, f64, f64)> + '_ {
        (0..self.len()).flat_map(move |u| {
            let row = self.offsets[u]..self.offsets[u + 1];
            let entries = row.filter(move |&e| u < self.targets[e] as usize);
            entries.map(move |e| (u as u32, self.targets[e], self.lengths_m[e], self.costs_m[e]))
        })
    }

    /// The virtual edges, lower unit first, ascending.
    pub fn virtual_edges(&self) -> &[(u32, u32)] {
        &self.virtual_edges
    }

    /// In how many parts the cells of every label lie, where virtual edges do not count.
    ///
    /// `label_of_cell` holds a number from `0..labels` per cell (higher ones do not count, and cells
    /// without ground make no part); 1 means contiguous, 0 empty.
    pub fn parts(&self, label_of_cell: &[u32], labels: usize) -> Vec<usize> {
        let mut parts = vec![0; labels];
        let mut seen = vec![false; self.len()];
        self.groundless.iter().for_each(|&cell| seen[cell as usize] = true);
        let mut stack = Vec::new();
        for start in 0..self.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            if let Some(count) = parts.get_mut(label_of_cell[start] as usize) {
                *count += 1;
            }
            stack.push(start);
            while let Some(u) = stack.pop() {
                for (t, length) in self.neighbours(u) {
                    let t = t as usize;
                    let same = length > 0.0 && label_of_cell[t] == label_of_cell[u];
                    if same && !std::mem::replace(&mut seen[t], true) {
                        stack.push(t);
                    }
                }
            }
        }
        parts
    }

    /// The graph that the dividing solver sees of some units, such as those of a community.
    ///
    /// Vertex `i` is `units[i]`, with row `i` of `weights` (`dimensions` numbers each). An edge
    /// costs its shared border in millimetres times the factor of the barrier along it, at least 1; a
    /// virtual edge costs nothing.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn graph(&self, units: &[u32], weights: Vec<i64>, dimensions: usize) -> Result<Graph> {
        let vertex: HashMap<u32, u32> = units.iter().zip(0..).map(|(&u, i)| (u, i)).collect();
        let mut edges = Vec::new();
        for (&u, i) in units.iter().zip(0u32..) {
            for entry in self.offsets[u as usize]..self.offsets[u as usize + 1] {
                let v = self.targets[entry];
                if v > u
                    && let Some(&j) = vertex.get(&v)
                {
                    let border = self.lengths_m[entry] > 0.0;
                    let cost = (self.costs_m[entry] * 1000.0).round() as i64;
                    edges.push((i, j, cost.max(border.into())));
                }
            }
        }
        Graph::new(dimensions, weights, &edges)
    }
}

/// Some rows on their way into a contiguity.
#[derive(Default)]
struct Rows {
    ends: Vec<usize>,
    targets: Vec<u32>,
    lengths_m: Vec<f64>,
    costs_m: Vec<f64>,
}

/// What runs along half-edges.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Along<'a> {
    pub(super) classes: &'a [BarrierClass],
    /// The class of every half-edge, or `NONE`; empty where there is no barrier.
    pub(super) class_of: &'a [u32],
}

impl<'a> Along<'a> {
    /// The barrier along a half-edge.
    pub(super) fn class(&self, h: usize) -> Option<&'a BarrierClass> {
        self.classes.get(*self.class_of.get(h)? as usize)
    }
}

impl Rows {
    fn add(
        &mut self,
        coverage: &Coverage,
        cell: usize,
        least_border_m: f64,
        barriers: &Along<'_>,
        row: &mut Vec<(u32, f64, f64)>,
    ) {
        row.clear();
        for h in coverage.half_edges(cell) {
            let twin = coverage.twins[h];
            if twin != NONE {
                let other = coverage.cell_of(twin as usize);
                let class = barriers.class(h);
                if other as usize != cell && class.is_none_or(|class| !class.hard) {
                    let factor = class.map_or(1.0, |class| class.factor);
                    row.push((other, coverage.length_m(h), factor));
                }
            }
        }
        // By length too, so that both neighbours add the same numbers in the same order.
        row.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
        });
        for border in row.chunk_by(|a, b| a.0 == b.0) {
            let length: f64 = border.iter().map(|b| b.1).sum();
            if length >= least_border_m {
                self.targets.push(border[0].0);
                self.lengths_m.push(length);
                self.costs_m.push(border.iter().map(|b| b.1 * b.2).sum());
            }
        }
        self.ends.push(self.targets.len());
    }
}

#[cfg(test)]
#[path = "contiguity_tests.rs"]
mod tests;
