use std::collections::HashMap;

use rayon::prelude::*;

use super::coverage::{Coverage, NONE};
use crate::error::Result;
use crate::graph::Graph;

/// Rook contiguity over all units of a city: compressed sparse rows with shared border lengths.
///
/// Two units are neighbours where they share a border of some length; a shared corner is none.
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
    /// Virtual edges, lower unit first, ascending.
    virtual_edges: Vec<(u32, u32)>,
}

/// Cells whose rows one task makes.
const BATCH: usize = 1024;

impl Contiguity {
    /// The contiguity of a coverage; borders shorter than `least_border_m` in all do not count.
    pub(super) fn of(coverage: &Coverage, least_border_m: f64) -> Contiguity {
        let cells: Vec<usize> = (0..coverage.len()).collect();
        let batches: Vec<Rows> = cells
            .par_chunks(BATCH)
            .map(|batch| {
                let mut rows = Rows::default();
                let mut row = Vec::new();
                for &cell in batch {
                    rows.add(coverage, cell, least_border_m, &mut row);
                }
                rows
            })
            .collect();
        let entries = batches.iter().map(|rows| rows.targets.len()).sum();
        let mut all = Contiguity {
            offsets: Vec::with_capacity(coverage.len() + 1),
            targets: Vec::with_capacity(entries),
            lengths_m: Vec::with_capacity(entries),
            virtual_edges: Vec::new(),
        };
        all.offsets.push(0);
        for rows in batches {
            let before = all.targets.len();
            all.offsets.extend(rows.ends.iter().map(|end| before + end));
            all.targets.extend(rows.targets);
            all.lengths_m.extend(rows.lengths_m);
        }
        all
    }

    /// Adds virtual edges between units that are no neighbours yet.
    pub(super) fn attach(&mut self, mut edges: Vec<(u32, u32)>) {
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
            virtual_edges: edges,
        };
        for u in 0..self.len() {
            for (target, length) in self.neighbours(u) {
                while let Some((_, b)) = added.next_if(|&(a, b)| a as usize == u && b < target) {
                    joined.push(b, 0.0);
                }
                joined.push(target, length);
            }
            while let Some((_, b)) = added.next_if(|&(a, _)| a as usize == u) {
                joined.push(b, 0.0);
            }
            joined.offsets.push(joined.targets.len());
        }
        *self = joined;
    }

    fn push(&mut self, target: u32, length_m: f64) {
        self.targets.push(target);
        self.lengths_m.push(length_m);
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

    /// The virtual edges, lower unit first, ascending.
    pub fn virtual_edges(&self) -> &[(u32, u32)] {
        &self.virtual_edges
    }

    /// In how many parts the units of every label lie, where virtual edges do not count.
    ///
    /// `label_of_unit` holds a number from `0..labels` per unit; 1 means contiguous, 0 empty.
    pub fn parts(&self, label_of_unit: &[u32], labels: usize) -> Vec<usize> {
        let mut parts = vec![0; labels];
        let mut seen = vec![false; self.len()];
        let mut stack = Vec::new();
        for start in 0..self.len() {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            parts[label_of_unit[start] as usize] += 1;
            stack.push(start);
            while let Some(u) = stack.pop() {
                for (t, length) in self.neighbours(u) {
                    let t = t as usize;
                    let same = length > 0.0 && label_of_unit[t] == label_of_unit[u];
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
    /// costs its shared border in millimetres, at least 1; a virtual edge costs nothing.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn graph(&self, units: &[u32], weights: Vec<i64>, dimensions: usize) -> Result<Graph> {
        let vertex: HashMap<u32, u32> = units.iter().zip(0..).map(|(&u, i)| (u, i)).collect();
        let mut edges = Vec::new();
        for (&u, i) in units.iter().zip(0u32..) {
            for (v, length_m) in self.neighbours(u as usize).filter(|n| n.0 > u) {
                if let Some(&j) = vertex.get(&v) {
                    let border = length_m > 0.0;
                    edges.push((i, j, ((length_m * 1000.0).round() as i64).max(border.into())));
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
}

impl Rows {
    fn add(
        &mut self,
        coverage: &Coverage,
        cell: usize,
        least_border_m: f64,
        row: &mut Vec<(u32, f64)>,
    ) {
        row.clear();
        for h in coverage.half_edges(cell) {
            let twin = coverage.twins[h];
            if twin != NONE {
                let other = coverage.cell_of(twin as usize);
                if other as usize != cell {
                    row.push((other, coverage.length_m(h)));
                }
            }
        }
        // By length too, so that both neighbours add the same numbers in the same order.
        row.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for border in row.chunk_by(|a, b| a.0 == b.0) {
            let length: f64 = border.iter().map(|b| b.1).sum();
            if length >= least_border_m {
                self.targets.push(border[0].0);
                self.lengths_m.push(length);
            }
        }
        self.ends.push(self.targets.len());
    }
}

#[cfg(test)]
#[path = "contiguity_tests.rs"]
mod tests;
