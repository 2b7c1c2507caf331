//! Coarsening: neighbouring vertices are matched and merged, level by level.
//!
//! Every coarse vertex is a connected cluster, so a connected block of coarse vertices is a
//! connected block of units (Karypis & Kumar 1998). Pairs are rated by cost² over the product of
//! their sizes, which keeps clusters even and round (Holtgrewe, Sanders & Schulz 2010).

use crate::graph::Graph;
use crate::random::Random;

/// A graph and its coarser and coarser forms.
#[derive(Debug)]
pub(crate) struct Hierarchy<'a> {
    finest: &'a Graph,
    /// The coarser graphs, finest first, and where the vertices of the one before went.
    coarser: Vec<(Graph, Vec<u32>)>,
    /// The units in every vertex of every graph.
    units: Vec<Vec<u32>>,
    /// The labels of the coarsest graph, where they were respected.
    label: Vec<u32>,
}

/// No pair weighs more than so many times the mean vertex.
const CAP: f64 = 3.0;

impl<'a> Hierarchy<'a> {
    /// Coarsens until at most `enough` vertices are left or matching stalls; where there is a
    /// label, no two vertices of different labels are merged.
    pub fn new(
        graph: &'a Graph,
        enough: usize,
        label: Option<Vec<u32>>,
        random: &mut Random,
    ) -> Self {
        let mut label = label.unwrap_or_default();
        let mut coarser: Vec<(Graph, Vec<u32>)> = Vec::new();
        let mut units = vec![vec![1; graph.len()]];
        loop {
            let finest = coarser.last().map_or(graph, |(graph, _)| graph);
            if finest.len() <= enough {
                break;
            }
            let mean = |&total: &i64| total as f64 / finest.len() as f64;
            let cap: Vec<i64> =
                finest.total_weights().iter().map(|t| (CAP * mean(t)).ceil() as i64).collect();
            let (coarse_of, count) = match_pairs(finest, enough, &cap, &label, random);
            if count * 20 > finest.len() * 19 {
                break;
            }
            let coarse = finest.contract(&coarse_of, count);
            let (mut sums, mut labels) = (vec![0; count], vec![0; count]);
            for (v, (&c, &n)) in coarse_of.iter().zip(&units[units.len() - 1]).enumerate() {
                sums[c as usize] += n;
                labels[c as usize] = label.get(v).copied().unwrap_or(0);
            }
            label = labels;
            units.push(sums);
            coarser.push((coarse, coarse_of));
        }
        Hierarchy { finest: graph, coarser, units, label }
    }

    /// The coarsest graph.
    pub fn coarsest(&self) -> &Graph {
        self.coarser.last().map_or(self.finest, |(graph, _)| graph)
    }

    /// The labels of the coarsest graph, where some were respected.
    pub fn coarse_label(&self) -> Vec<u32> {
        self.label.clone()
    }

    /// The graphs from the coarsest to the finest, numbered down to 0, and the units in their
    /// vertices.
    pub fn finer(&self) -> impl Iterator<Item = (usize, &Graph, &[u32])> {
        let graph = |i: usize| if i == 0 { self.finest } else { &self.coarser[i - 1].0 };
        (0..=self.coarser.len()).rev().map(move |i| (i, graph(i), &self.units[i][..]))
    }

    /// Labels of the graph before the `i`-th for that one; those of the coarsest stay.
    pub fn project(&self, i: usize, label: Vec<u32>) -> Vec<u32> {
        match self.coarser.get(i) {
            Some((_, coarse_of)) => coarse_of.iter().map(|&c| label[c as usize]).collect(),
            None => label,
        }
    }
}

fn match_pairs(
    graph: &Graph,
    enough: usize,
    cap: &[i64],
    label: &[u32],
    random: &mut Random,
) -> (Vec<u32>, usize) {
    const NONE: u32 = u32::MAX;
    let totals = graph.total_weights();
    let size = |v: usize| -> f64 {
        let shares = graph.weights(v).iter().zip(&totals);
        let sum: f64 = shares.map(|(&w, &t)| if t > 0 { w as f64 / t as f64 } else { 0.0 }).sum();
        // A floor, so that empty units are matched early but not all with one neighbour.
        sum + 0.2 / graph.len() as f64
    };
    let sizes: Vec<f64> = (0..graph.len()).map(size).collect();
    let mut order: Vec<u32> = (0..graph.len() as u32).collect();
    random.shuffle(&mut order);
    let mut mate = vec![NONE; graph.len()];
    let mut left = graph.len();
    for &v in &order {
        if mate[v as usize] != NONE || left <= enough {
            continue;
        }
        let mut best: Option<(f64, usize)> = None;
        for (t, cost) in graph.neighbours(v as usize) {
            let fits = || {
                let pair = graph.weights(v as usize).iter().zip(graph.weights(t));
                pair.zip(cap).all(|((a, b), &cap)| a + b <= cap)
            };
            if mate[t] != NONE || label.get(t) != label.get(v as usize) || !fits() {
                continue;
            }
            let cost = cost as f64 + 1e-3;
            let rating = cost * cost / (sizes[v as usize] * sizes[t]);
            if best.is_none_or(|(r, _)| rating > r) {
                best = Some((rating, t));
            }
        }
        if let Some((_, t)) = best {
            mate[v as usize] = t as u32;
            mate[t] = v;
            left -= 1;
        }
    }
    let mut coarse_of = vec![NONE; graph.len()];
    let mut count = 0u32;
    for v in 0..graph.len() {
        if coarse_of[v] == NONE {
            coarse_of[v] = count;
            if mate[v] != NONE {
                coarse_of[mate[v] as usize] = count;
            }
            count += 1;
        }
    }
    (coarse_of, count as usize)
}

#[cfg(test)]
#[path = "coarsen_tests.rs"]
mod tests;
