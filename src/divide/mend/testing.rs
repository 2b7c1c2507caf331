//! Boards and problems for the tests of mending.

use super::start::{Start, connected_blocks};
use super::{NONE, Problem, Standing};
use crate::divide::objective::Limits;
use crate::divide::{Divider, Watch};
use crate::graph::Graph;

/// A board of `width` × `height` vertices with unit border costs.
pub(super) fn board(width: usize, height: usize, weights: &[i64]) -> Graph {
    let mut edges = Vec::new();
    for v in 0..width * height {
        if v % width + 1 < width {
            edges.push((v as u32, v as u32 + 1, 1));
        }
        if v + width < width * height {
            edges.push((v as u32, (v + width) as u32, 1));
        }
    }
    Graph::new(1, weights.to_vec(), &edges).unwrap()
}

/// Blocks that stand, of which nothing is closed, new or tolerated, with one weight.
pub(super) fn standing(block: Vec<u32>, weights: &[i64], k: usize) -> Standing {
    Standing {
        place: vec![NONE; block.len()],
        stay: weights.iter().map(|w| w * 1024 + 1).collect(),
        closed: vec![false; k],
        tolerated: vec![(i64::MAX, 0); k],
        stay_first: true,
        diameters: None,
        block,
    }
}

/// The likeliest start.
pub(super) fn start_of(divider: &Divider, graph: &Graph, k: usize, standing: &Standing) -> Start {
    connected_blocks(divider, graph, k, standing, 0).unwrap().unwrap()
}

/// A problem of which no violation is unavoidable and no diameter limited.
pub(super) fn problem<'a>(
    graph: &'a Graph,
    limits: &'a Limits,
    standing: &'a Standing,
    start: &'a Start,
) -> Problem<'a> {
    let watch = Watch::default();
    Problem { graph, limits, unavoidable: 0, standing, start, far: None, watch }
}
