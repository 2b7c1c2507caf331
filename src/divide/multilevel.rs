//! Deep multilevel annealing: one connected graph into k connected blocks.
//!
//! The graph is coarsened to a handful of vertices and made finer again; on the way every block
//! is split in two whenever it has enough vertices, so that at any time there are as many blocks
//! as the graph can tell apart (deep multilevel: Gottesbüren, Heuer, Sanders, Schulz & Seemaier
//! 2021). After every split, and on every level, the borders are annealed: what has to wander far
//! to even out two weights wanders while blocks are few and vertices large.

use rayon::prelude::*;

use super::anneal::{Blocks, Schedule};
use super::coarsen::Hierarchy;
use super::field::{Field, Labels};
use super::groups::anneal_in_groups;
use super::objective::{Limits, Score, Target};
use super::sweep::sweep_cuts;
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// Vertices a block must have for each of its halves before it is split.
const VERTICES_PER_BLOCK: usize = 32;
/// Sweeps of an effort of 1 after a split, on a level without one, and at last.
const SWEEPS: [f64; 3] = [400.0, 100.0, 600.0];
/// Where tolerances are hard to keep, sweeps are so many times more.
const STRAINED_SWEEPS: f64 = 4.0;
/// Graphs up to this size are annealed more thoroughly, since that costs little.
const LARGE: f64 = 600.0;
/// On graphs from this size on, blocks are split by all threads.
const PARALLEL: usize = 4_000;
/// A block is strained if its violation is above so many billionths of the mean block.
const STRAIN: i64 = 20_000_000;

/// What comes of it: the labels, and how hard tolerances were to keep (0 to 1).
pub(crate) type Divided = (Vec<u32>, f64);

/// Divides a connected graph into exactly `k` connected, non-empty blocks (`1 ≤ k ≤ len`).
///
/// `effort` scales the number of sweeps. Limits are aimed at, not guaranteed.
pub(crate) fn multilevel(
    graph: &Graph,
    k: usize,
    target: &Target,
    effort: f64,
    watch: &Watch,
    seed: u64,
) -> Divided {
    let mut random = Random::new(seed);
    let hierarchy = Hierarchy::new(graph, 2 * VERTICES_PER_BLOCK, None, &mut random);
    let mut label = vec![0; hierarchy.coarsest().len()];
    let mut shares = vec![k];
    let mut strain = 0.0;
    for (i, finer, units) in hierarchy.finer() {
        label = hierarchy.project(i, label);
        let mut level = Level::new(finer, units, label, shares, target);
        let effort = effort * for_size(finer, graph);
        let mut split = false;
        while level.shares.len() < k
            && (i == 0 || finer.len() >= 2 * VERTICES_PER_BLOCK * level.shares.len())
            && level.split(target, &mut random)
        {
            split = true;
            strain = level.strain(target);
            level.anneal(target, Stage::Split.schedule(effort, strain), watch, &mut random);
        }
        if i == 0 {
            level.anneal(target, Stage::Last.schedule(effort, strain), watch, &mut random);
        } else if !split {
            level.anneal(target, Stage::Level.schedule(effort, strain), watch, &mut random);
        }
        (label, shares) = (level.label, level.shares);
    }
    (label, strain)
}

/// A further cycle: `label` is coarsened as it is, with no vertex across a border, to a few
/// vertices a block, and annealed anew on the way back, from not as hot as at first (iterated
/// multilevel: Walshaw 2004). What a cycle finds may be worse.
pub(crate) fn cycle(
    graph: &Graph,
    target: &Target,
    (label, strain): Divided,
    effort: f64,
    watch: &Watch,
    seed: u64,
) -> Vec<u32> {
    let mut random = Random::new(seed);
    let k = label.iter().max().map_or(1, |&b| b as usize + 1);
    let hierarchy = Hierarchy::new(graph, VERTICES_PER_BLOCK * k, Some(label), &mut random);
    let mut label = hierarchy.coarse_label();
    for (i, finer, units) in hierarchy.finer() {
        label = hierarchy.project(i, label);
        let stage = match i {
            0 => Stage::Last,
            _ if finer.len() == hierarchy.coarsest().len() => Stage::Split,
            _ => Stage::Level,
        };
        let schedule = stage.schedule(effort * for_size(finer, graph), strain);
        let mut level = Level::new(finer, units, label, vec![1; k], target);
        level.anneal(target, schedule.warm(), watch, &mut random);
        label = level.label;
    }
    label
}

/// Coarse levels are annealed longer, since that costs little.
fn for_size(level: &Graph, finest: &Graph) -> f64 {
    ((finest.len() as f64).max(LARGE) / level.len() as f64).sqrt()
}

/// How much tighter the tolerances of a block get with every doubling of its share.
const TIGHTER: f64 = 1.5;

/// When borders are annealed.
#[derive(Debug, Clone, Copy)]
enum Stage {
    /// After blocks were split.
    Split,
    /// On a level on which none was.
    Level,
    /// On the finest level, at the end.
    Last,
}

impl Stage {
    /// The schedule, from calm (`strain` 0) to strained (1): the more blocks are out of their
    /// limits, the hotter it begins and the slower it cools.
    fn schedule(self, effort: f64, strain: f64) -> Schedule {
        let mix = |calm: f64, strained: f64| calm + (strained - calm) * strain;
        let (hot, cold, price, linear) = match self {
            Stage::Split => (mix(2.0, 8.0), 0.15, (30.0, 60.0), 0.0),
            Stage::Level => (mix(1.5, 3.0), 0.15, (60.0, 80.0), 0.0),
            Stage::Last => (mix(1.3, 2.0), 0.075, (80.0, 300.0), 0.01),
        };
        let sweeps = SWEEPS[self as usize] * effort * mix(1.0, STRAINED_SWEEPS);
        Schedule { sweeps: sweeps.ceil() as usize, temperature: (hot, cold), price, linear }
    }
}

/// The division on one level: blocks hold one or more grids each.
struct Level<'a> {
    graph: &'a Graph,
    field: Field<'a>,
    units: &'a [u32],
    label: Vec<u32>,
    shares: Vec<usize>,
}

impl<'a> Level<'a> {
    fn new(
        graph: &'a Graph,
        units: &'a [u32],
        label: Vec<u32>,
        shares: Vec<usize>,
        target: &Target,
    ) -> Self {
        let field = Field::new(graph, &limits(target, &shares));
        Level { graph, field, units, label, shares }
    }

    fn anneal(&mut self, target: &Target, schedule: Schedule, watch: &Watch, random: &mut Random) {
        let limits = limits(target, &self.shares);
        let labels = Labels::new(self.graph, &self.label);
        // Borders grow with the square root of the area they enclose.
        let roots: f64 = self.shares.iter().map(|&s| (s as f64).sqrt()).sum();
        let blocks = Blocks {
            field: &self.field,
            limits: &limits,
            units: self.units,
            least: &self.shares,
            border: 2.0 * labels.cut_cost(self.graph) as f64 / roots,
        };
        anneal_in_groups(&blocks, &labels, &mut self.label, schedule, watch, random);
    }

    /// How many of the blocks are out of their limits: 1 for half of them or more.
    fn strain(&self, target: &Target) -> f64 {
        let limits = limits(target, &self.shares);
        let count = limits.blocks();
        let load = self.graph.class_weights(&self.label, count);
        let load = load.chunks_exact(self.graph.dimensions()).enumerate();
        let strained = load.filter(|(b, load)| limits.violation(*b, load) > STRAIN).count();
        (2.0 * strained as f64 / count as f64).min(1.0)
    }

    /// Splits every block of more than one share in two; whether there was one that could be.
    fn split(&mut self, target: &Target, random: &mut Random) -> bool {
        let mut members = vec![Vec::new(); self.shares.len()];
        let mut place = vec![(0, 0); self.graph.len()];
        for (v, &b) in self.label.iter().enumerate() {
            place[v] = (b, members[b as usize].len() as u32);
            members[b as usize].push(v as u32);
        }
        let before = self.shares.len();
        let seeds: Vec<u64> = members.iter().map(|_| random.seed()).collect();
        let cut = |(block, vertices): (usize, &Vec<u32>)| {
            let share = self.shares[block];
            if share < 2 || vertices.len() < 2 {
                return None;
            }
            let part = self.graph.induced_by(vertices, &place);
            let halves = [share - share / 2, share / 2];
            best_cut(&part, &limits(target, &halves), &mut Random::new(seeds[block]))
        };
        let cuts: Vec<Option<Vec<u32>>> = if self.graph.len() < PARALLEL {
            members.iter().enumerate().map(cut).collect()
        } else {
            members.par_iter().enumerate().map(cut).collect()
        };
        for (block, (vertices, side)) in members.iter().zip(cuts).enumerate() {
            let Some(side) = side else { continue };
            let share = self.shares[block];
            let mut units = [0usize; 2];
            for (&v, &s) in vertices.iter().zip(&side) {
                units[s as usize] += self.units[v as usize] as usize;
            }
            let first = (share - share / 2)
                .clamp(share.saturating_sub(units[1]).max(1), units[0].min(share - 1));
            let new = self.shares.len() as u32;
            self.shares[block] = first;
            self.shares.push(share - first);
            for (&v, &s) in vertices.iter().zip(&side) {
                if s == 1 {
                    self.label[v as usize] = new;
                }
            }
        }
        self.shares.len() > before
    }
}

/// A block of many grids must be closer to its share than a single one, or nothing is left for
/// the cuts that follow.
fn limits(target: &Target, shares: &[usize]) -> Limits {
    target.limits_tightened(shares, |share| 1.0 / (1.0 + TIGHTER * (share as f64).log2()))
}

/// The sweep cut that is short and well balanced; the sides.
fn best_cut(graph: &Graph, limits: &Limits, random: &mut Random) -> Option<Vec<u32>> {
    // A violation as large as a grid counts as much as a hundred times the cut.
    let price =
        |s: &Score| s.cost as f64 * (1.0 + s.violation as f64 / 1e7) + s.violation as f64 / 1e9;
    let cuts = sweep_cuts(graph, limits, random);
    let best = cuts.into_iter().min_by(|a, b| price(&a.0).total_cmp(&price(&b.0)));
    best.map(|(_, side)| side)
}
