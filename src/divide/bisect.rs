//! Recursive multilevel bisection: one connected graph into k connected blocks.

use super::coarsen::coarsen;
use super::objective::{Score, Target};
use super::partition::Partition;
use super::refine::{Effort, Refiner};
use super::sweep::sweep_cuts;
use super::tree_cut::TreeCutter;
use crate::graph::Graph;
use crate::random::Random;

/// Vertices left when a bisection's first cut is drawn.
const COARSEST: usize = 144;
/// Sweep cuts and spanning-tree cuts that are refined, and the best taken.
const SWEEPS: usize = 4;
const TREES: usize = 4;
/// Above this many vertices the two halves are divided in parallel.
const PARALLEL: usize = 4_000;

/// Divides a connected graph into `k` connected, non-empty blocks; `k` is at most its size.
///
/// Every label is in `0..k`. Limits are aimed at, not guaranteed.
pub(crate) fn split(graph: &Graph, k: usize, target: &Target, seed: u64) -> Vec<u32> {
    let mut label = vec![0; graph.len()];
    let vertices: Vec<u32> = (0..graph.len() as u32).collect();
    for (v, block) in split_part(graph, vertices, k, 0, target, seed) {
        label[v as usize] = block;
    }
    label
}

/// Divides the subgraph of `vertices` into blocks `first..first + k`; pairs of vertex and block.
fn split_part(
    graph: &Graph,
    vertices: Vec<u32>,
    k: usize,
    first: u32,
    target: &Target,
    seed: u64,
) -> Vec<(u32, u32)> {
    if k <= 1 {
        return vertices.into_iter().map(|v| (v, first)).collect();
    }
    if k == vertices.len() {
        return vertices.into_iter().zip(first..).collect();
    }
    let mut random = Random::new(seed);
    let part;
    let graph = if vertices.len() == graph.len() {
        graph
    } else {
        part = graph.induced(&vertices);
        &part
    };
    let shares = [k / 2, k - k / 2];
    let label = bisect(graph, shares, target, &mut random);
    let mut sides = [Vec::new(), Vec::new()];
    for (v, &side) in label.iter().enumerate() {
        sides[side as usize].push(v as u32);
    }
    let shares = shares_that_fit(shares, [sides[0].len(), sides[1].len()]);
    let seeds = [random.seed(), random.seed()];
    let [left, right] = sides;
    let second = first + shares[0] as u32;
    let parallel = graph.len() > PARALLEL;
    let run_left = || split_part(graph, left, shares[0], first, target, seeds[0]);
    let run_right = || split_part(graph, right, shares[1], second, target, seeds[1]);
    let (mut blocks, others) =
        if parallel { rayon::join(run_left, run_right) } else { (run_left(), run_right()) };
    blocks.extend(others);
    // Numbers are local to this part: translate to the caller's.
    for pair in &mut blocks {
        pair.0 = vertices[pair.0 as usize];
    }
    blocks
}

/// Shares corrected so that no side is asked for more blocks than it has vertices.
fn shares_that_fit(shares: [usize; 2], sizes: [usize; 2]) -> [usize; 2] {
    let k = shares[0] + shares[1];
    let left = shares[0].clamp(k.saturating_sub(sizes[1]).max(1), sizes[0].min(k - 1));
    [left, k - left]
}

/// Two connected sides for `shares` blocks each.
pub(crate) fn bisect(
    graph: &Graph,
    shares: [usize; 2],
    target: &Target,
    random: &mut Random,
) -> Vec<u32> {
    let k = shares[0] + shares[1];
    // A side of many blocks must be closer to its share than a single block, or nothing is left
    // for the cuts that follow.
    let depth = (k as f64 / 2.0).log2().max(0.0);
    let limits = target.tightened(1.0 / (1.0 + 0.5 * depth)).limits(&shares);
    let cap: Vec<i64> = graph.total_weights().iter().map(|t| t / 16).collect();
    let levels = coarsen(graph, COARSEST, &cap, random);
    let coarsest = levels.last().map_or(graph, |level| &level.graph);

    let mut refiner = Refiner::default();
    let effort = Effort { rounds: 4, patience: 12 };
    let mut cutter = TreeCutter::new(coarsest);
    let mut cuts = sweep_cuts(coarsest, &limits, random);
    cuts.truncate(SWEEPS);
    cuts.extend((0..TREES).filter_map(|_| cutter.draw(&limits, random)));
    let mut best: Option<(Score, Vec<u32>)> = None;
    for (_, label) in cuts {
        let mut p = Partition::new(coarsest, &limits, label);
        refiner.refine(&mut p, effort, random);
        let score = p.score();
        if best.as_ref().is_none_or(|(b, _)| score < *b) {
            best = Some((score, p.into_labels()));
        }
    }
    let mut label = best.map_or_else(|| vec![0; coarsest.len()], |(_, label)| label);
    for i in (0..levels.len()).rev() {
        let finer = if i == 0 { graph } else { &levels[i - 1].graph };
        let projected = levels[i].coarse_of.iter().map(|&c| label[c as usize]).collect();
        let mut p = Partition::new(finer, &limits, projected);
        refiner.refine(&mut p, effort, random);
        label = p.into_labels();
    }
    label
}
