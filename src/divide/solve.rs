//! The whole solution of one connected graph: coarsen, split, refine, recombine.

use super::bisect::split;
use super::coarsen::coarsen;
use super::objective::{Score, Target};
use super::partition::Partition;
use super::recombine::Recombiner;
use super::refine::{Effort, Refiner};
use crate::graph::Graph;
use crate::random::Random;

/// Vertices per grid at which the graph is first split.
const VERTICES_PER_GRID: usize = 16;
/// Graphs up to this size are solved several times over.
const SMALL: usize = 1_500;

/// Rounds of repair without success before it gives up: on every start, and on the best of them.
const PATIENCE: (usize, usize) = (3, 32);

/// Vertices that repair may divide anew in all: so many per vertex of the graph, and at least.
const WORK_PER_VERTEX: usize = 40;
const LEAST_WORK: usize = 200_000;
/// What beginning a recombination is worth in vertices.
const OVERHEAD: usize = 64;

/// Starts on a small graph: at least, and at most while violation is left that may be avoidable.
const STARTS: (usize, usize) = (4, 12);

/// Divides a connected graph into exactly `k` connected blocks (`1 ≤ k ≤ len`).
pub(crate) fn solve(graph: &Graph, k: usize, target: &Target, seed: u64) -> Vec<u32> {
    if k == 1 {
        return vec![0; graph.len()];
    }
    if k == graph.len() {
        return (0..k as u32).collect();
    }
    let mut random = Random::new(seed);
    let unavoidable = target.least_violation(graph, k);
    let (least, most) = if graph.len() <= SMALL { STARTS } else { (1, 1) };
    let limits = target.limits(&vec![1; k]);
    let mut best: Option<(Score, Vec<u32>)> = None;
    for start in 0..most {
        if start >= least && best.as_ref().is_some_and(|(s, _)| s.violation <= unavoidable) {
            break;
        }
        let label = multilevel(graph, k, target, random.seed());
        let label = repair(graph, k, target, label, PATIENCE.0, random.seed());
        let p = Partition::new(graph, &limits, label);
        let score = p.score();
        if best.as_ref().is_none_or(|(b, _)| score < *b) {
            best = Some((score, p.into_labels()));
        }
    }
    let label = best.map_or_else(|| vec![0; graph.len()], |(_, label)| label);
    repair(graph, k, target, label, PATIENCE.1, random.seed())
}

fn multilevel(graph: &Graph, k: usize, target: &Target, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let cap: Vec<i64> =
        target.means().iter().map(|m| (m / VERTICES_PER_GRID as f64 * 3.0) as i64).collect();
    let levels = coarsen(graph, k * VERTICES_PER_GRID, &cap, &mut random);
    let coarsest = levels.last().map_or(graph, |level| &level.graph);
    let limits = target.limits(&vec![1; k]);
    let mut refiner = Refiner::default();
    let mut label = split(coarsest, k, target, random.seed());
    let mut p = Partition::new(coarsest, &limits, label);
    refiner.refine(&mut p, Effort { rounds: 6, patience: 25 }, &mut random);
    label = p.into_labels();
    for i in (0..levels.len()).rev() {
        let finer = if i == 0 { graph } else { &levels[i - 1].graph };
        let projected = levels[i].coarse_of.iter().map(|&c| label[c as usize]).collect();
        let mut p = Partition::new(finer, &limits, projected);
        refiner.refine(&mut p, Effort { rounds: 3, patience: 15 }, &mut random);
        label = p.into_labels();
    }
    label
}

/// Drives violations down by recombination around violated grids, until they are gone, are down
/// to what is unavoidable, or stay where they are.
fn repair(
    graph: &Graph,
    k: usize,
    target: &Target,
    label: Vec<u32>,
    patience: usize,
    seed: u64,
) -> Vec<u32> {
    let unavoidable = target.least_violation(graph, k);
    let mut random = Random::new(seed);
    let mut recombiner = Recombiner::new(graph, target, label, k);
    let (mut least, mut idle) = (recombiner.violation(), 0);
    let budget = WORK_PER_VERTEX * graph.len() + LEAST_WORK;
    let mut work = 0;
    for round in 0.. {
        if recombiner.violation() <= unavoidable || idle == patience || work > budget {
            break;
        }
        for b in recombiner.violated() {
            let count = 2 + round % 8;
            let group = recombiner.group(b, count, &mut random);
            if group.len() > 1 && work <= budget {
                work += recombiner.size(&group) + OVERHEAD;
                recombiner.recombine(&group, true, &mut random);
            }
        }
        idle = if recombiner.violation() < least { 0 } else { idle + 1 };
        least = least.min(recombiner.violation());
    }
    recombiner.into_labels()
}
