//! Graphs on which the parts of the solver are tried out.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::objective::{Limits, Target};
use super::tolerance::Tolerance;
use crate::graph::Graph;

/// A board of vertices beside and above each other; every edge costs one.
pub(crate) fn board(width: usize, height: usize, weights: &[i64]) -> Graph {
    let mut edges = Vec::new();
    for v in 0..(width * height) as u32 {
        if !(v as usize + 1).is_multiple_of(width) {
            edges.push((v, v + 1, 1));
        }
        if v as usize + width < width * height {
            edges.push((v, v + width as u32, 1));
        }
    }
    let weights = weights.iter().copied().cycle().take(width * height).collect();
    Graph::new(1, weights, &edges).unwrap()
}

/// A connected graph with a label of `k` blocks for each vertex, none of them empty, but in as many
/// parts as may be.
pub(crate) fn labelled(most: usize, k: usize) -> impl Strategy<Value = (Graph, Vec<u32>)> {
    (k..=most).prop_flat_map(move |n| {
        let tree: Vec<_> = (1..n).map(|v| (0..v as u32, 0..50i64)).collect();
        let extra = prop::collection::vec((0..n as u32, 0..n as u32, 0..50i64), 0..n);
        let weights = prop::collection::vec(0..40i64, 2 * n);
        let label = prop::collection::vec(0..k as u32, n);
        (tree, extra, weights, label).prop_map(move |(tree, extra, weights, mut label)| {
            let own = tree.into_iter().zip(1..).map(|((to, cost), v)| (v, to, cost));
            let edges: Vec<_> = own.chain(extra).collect();
            label.iter_mut().zip(0..k as u32).for_each(|(label, block)| *label = block);
            (Graph::new(2, weights, &edges).unwrap(), label)
        })
    })
}

/// Limits around the mean block.
pub(crate) fn limits(graph: &Graph, k: usize) -> Limits {
    Target::new(graph, k, &[Tolerance::both(0.1), Tolerance::above(0.5)]).limits(&vec![1; k])
}

/// Whether each of `k` blocks is there and in one part.
pub(crate) fn are_connected(graph: &Graph, label: &[u32], k: usize) -> bool {
    (0..k as u32).all(|b| label.contains(&b))
        && graph.components_within(|a, b| label[a] == label[b]).1 == k
}
