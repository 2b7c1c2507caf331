//! What annealing reads and changes: the links of a graph laid out for it, and the labels of its
//! vertices, which groups of blocks change side by side.
//!
//! A group writes labels of its own vertices alone, and of all others it only sees that they are
//! not its own, whatever they are just then: so nothing depends on which thread is first.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::objective::Limits;
use crate::graph::Graph;

/// Rows that one thread makes; fewer are not shared out.
const TOGETHER: usize = 20_000;
/// A vertex of more links has no ring.
pub(super) const RING: usize = 32;
/// What is not known yet of a ring; no neighbour is beside all of them, itself among them.
const UNKNOWN: u32 = u32::MAX;

/// A graph in the measures of annealing.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    graph: &'a Graph,
    /// A neighbour and what the edge costs in mean edge costs, side by side, since they are read
    /// together.
    links: Vec<(u32, f32)>,
    /// For every link those of the same vertex whose ends are neighbours of its end, as bits; known
    /// once a vertex was first asked for.
    ring: Vec<AtomicU32>,
    /// Weights as shares of the mean block.
    share: Vec<f64>,
    /// What costs are measured in.
    pub unit_cost: f64,
}

impl<'a> Field<'a> {
    pub fn new(graph: &'a Graph, limits: &Limits) -> Self {
        let mean = graph.mean_cost();
        let unit_cost = if mean > 0.0 { mean } else { 1.0 };
        let (cost_scale, scale) = (1.0 / unit_cost, limits.shares());
        let (targets, costs, weights) = graph.flat();
        Field {
            graph,
            links: made(targets.len(), |i| (targets[i], (costs[i] as f64 * cost_scale) as f32)),
            ring: made(targets.len(), |_| AtomicU32::new(UNKNOWN)),
            share: made(weights.len(), |i| weights[i] as f64 * scale[i % scale.len()]),
            unit_cost,
        }
    }

    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    #[inline]
    pub fn links(&self, v: usize) -> &[(u32, f32)] {
        &self.links[self.graph.row(v)]
    }

    #[inline]
    pub fn share(&self, v: usize, dimensions: usize) -> &[f64] {
        &self.share[v * dimensions..][..dimensions]
    }

    /// For the `i`-th link of `v`, which has no more than [`RING`], those whose ends are neighbours
    /// of its end.
    #[inline]
    pub fn beside(&self, v: usize, i: usize) -> u32 {
        let at = self.graph.row(v).start + i;
        match self.ring[at].load(Ordering::Relaxed) {
            UNKNOWN => self.look_beside(v, at),
            known => known,
        }
    }

    fn look_beside(&self, v: usize, at: usize) -> u32 {
        let beside = self.graph.targets(self.links[at].0 as usize);
        // Both rows ascend.
        let (mut bits, mut next) = (0, 0);
        for (j, &t) in self.graph.targets(v).iter().enumerate() {
            while next < beside.len() && beside[next] < t {
                next += 1;
            }
            bits |= u32::from(next < beside.len() && beside[next] == t) << j;
        }
        self.ring[at].store(bits, Ordering::Relaxed);
        bits
    }
}

/// The blocks of vertices while they change.
#[derive(Debug)]
pub(crate) struct Labels {
    label: Vec<AtomicU32>,
    /// Number of neighbours in other blocks.
    outside: Vec<AtomicU32>,
}

impl Labels {
    pub fn new(graph: &Graph, label: &[u32]) -> Self {
        let outside = |v: usize| {
            let others = graph.targets(v).iter().filter(|&&t| label[t as usize] != label[v]);
            AtomicU32::new(others.count() as u32)
        };
        Labels {
            label: label.iter().map(|&b| AtomicU32::new(b)).collect(),
            outside: made(graph.len(), outside),
        }
    }

    /// What the edges between blocks cost.
    pub fn cut_cost(&self, graph: &Graph) -> i64 {
        let at_border = (0..self.len()).filter(|&v| self.outside(v) > 0);
        let of = |v: usize| {
            let links = graph.neighbours(v).filter(|&(t, _)| self.get(t) != self.get(v));
            links.map(|(_, cost)| cost).sum::<i64>()
        };
        at_border.map(of).sum::<i64>() / 2
    }

    #[inline]
    pub fn get(&self, v: usize) -> u32 {
        self.label[v].load(Ordering::Relaxed)
    }

    #[inline]
    pub fn set(&self, v: usize, block: u32) {
        self.label[v].store(block, Ordering::Relaxed);
    }

    #[inline]
    pub fn outside(&self, v: usize) -> u32 {
        self.outside[v].load(Ordering::Relaxed)
    }

    #[inline]
    pub fn set_outside(&self, v: usize, count: u32) {
        self.outside[v].store(count, Ordering::Relaxed);
    }

    pub fn len(&self) -> usize {
        self.label.len()
    }

    /// Sets what `stands_for` the given labels; borders stay where they are.
    pub fn write(&self, label: &[u32], stands_for: impl Fn(u32) -> u32) {
        label.iter().enumerate().for_each(|(v, &b)| self.set(v, stands_for(b)));
    }

    /// Brings out what the labels stand for.
    pub fn read(&self, label: &mut [u32], stands_for: impl Fn(u32) -> u32) {
        label.iter_mut().enumerate().for_each(|(v, b)| *b = stands_for(self.get(v)));
    }
}

/// `make` for every index, by all threads where there are many.
fn made<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    if count <= TOGETHER {
        return (0..count).map(make).collect();
    }
    (0..count).into_par_iter().with_min_len(TOGETHER).map(make).collect()
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
