//! Annealing with a price for moving: vertices leave their blocks only where that pays.
//!
//! Metropolis moves as in [`anneal`](crate::divide), but what lies out of tolerance is set against
//! the price of every vertex that is not in the block it was in. At first violations are cheap and
//! moves are hot, so that chains of blocks hand on what one of them has too much of; at last
//! violations are dear and whatever need not be away has gone home.

use super::Problem;
use crate::divide::extents::Extents;
use crate::divide::partition::{Partition, Reach};
use crate::divide::shape::Footing;
use crate::random::Random;

/// Passes over the borders.
const SWEEPS: usize = 200;
/// First and last temperature, in mean prices of a move.
const TEMPERATURE: (f64, f64) = (0.6, 0.004);
/// First and last price of what is out of tolerance, in prices of moving a mean block.
const VIOLATION: (f64, f64) = (0.1, 20.0);
/// What the square of an excess counts beside the excess itself.
const SQUARE: f64 = 10.0;
/// What being out of a limit at all counts at last beside the excess, where annealing is strict: an
/// excess too small to be worth a move is brought in all the same.
const STEP: f64 = 0.01;
/// A mean edge in mean prices of a move, where moving comes before borders.
const TIE: f64 = 0.01;
/// What roundness counts at first where a block reaches too far, and less and less: a single vertex
/// seldom makes it less wide, but always rounder. In prices of moving a mean block.
const PULL: f64 = 2.0;
/// Where only the surroundings are looked at: blocks so many steps from a violated one.
const RINGS: usize = 3;

/// How borders are annealed.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// How many times as hot as usual it begins.
    pub heat: f64,
    /// Whether being out of a limit counts at last, however little it is.
    pub is_strict: bool,
}

/// Which blocks may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those around blocks that are out of tolerance or hold what is not at home.
    Around,
    /// Those around blocks that are out of tolerance.
    Violated,
    /// All.
    All,
}

impl Extent {
    fn of(self, problem: &Problem, p: &Partition) -> Vec<bool> {
        match self {
            Extent::Around if problem.standing.stay_first => around(problem, p, true),
            Extent::Violated if problem.standing.stay_first => around(problem, p, false),
            _ => vec![true; problem.limits.blocks()],
        }
    }
}

/// Anneals the borders from hot to cold.
pub(super) fn settle(
    problem: &Problem,
    p: &mut Partition,
    extent: Extent,
    how: How,
    random: &mut Random,
) {
    let active = extent.of(problem, p);
    Settler::new(problem, p, &active, how.is_strict).run(p, 0.0, how.heat, random);
}

/// Anneals the second half of the schedule only, which sends home what can go.
pub(super) fn cool(
    problem: &Problem,
    p: &mut Partition,
    extent: Extent,
    is_strict: bool,
    random: &mut Random,
) {
    let active = extent.of(problem, p);
    Settler::new(problem, p, &active, is_strict).run(p, 0.5, 1.0, random);
}

/// Blocks within some steps of one that is out of tolerance or, `with_away`, holds what is not at
/// home.
fn around(problem: &Problem, p: &Partition, with_away: bool) -> Vec<bool> {
    let mut active: Vec<bool> =
        (0..problem.limits.blocks()).map(|b| p.block_violation(b) > 0).collect();
    if let Some(far) = &problem.far {
        let extents = Extents::of(far.footings, p.labels(), active.len());
        for ((b, active), footing) in active.iter_mut().enumerate().zip(&extents.of_block) {
            *active |= far.too_far(b, footing) > 0;
        }
    }
    for (v, &home) in problem.start.home.iter().enumerate() {
        if with_away && problem.standing.stay[v] > 0 && home as usize != p.block(v) {
            active[p.block(v)] = true;
        }
    }
    for _ in 0..RINGS {
        let before = active.clone();
        for v in 0..problem.graph.len() {
            if before[p.block(v)] {
                for &t in problem.graph.targets(v) {
                    active[p.block(t as usize)] = true;
                }
            }
        }
    }
    active
}

/// Number of neighbours of every vertex in other blocks.
fn outside(problem: &Problem, p: &Partition) -> Vec<u32> {
    let count = |v: usize| {
        let others = problem.graph.targets(v).iter();
        others.filter(|&&t| p.block(t as usize) != p.block(v)).count() as u32
    };
    (0..problem.graph.len()).map(count).collect()
}

struct Settler<'a> {
    problem: &'a Problem<'a>,
    /// Blocks that may change.
    open: Vec<bool>,
    /// Vertices of these blocks.
    vertices: Vec<u32>,
    /// Weights to shares of the mean, times their priority.
    scale: Vec<f64>,
    /// Number of neighbours of every vertex in other blocks.
    outside: Vec<u32>,
    excess: Vec<f64>,
    /// What being out of a limit at all counts at present, and at last, as an excess.
    step: f64,
    last_step: f64,
    /// Price of a millimetre of border.
    border: f64,
    /// Price of an excess of one mean block.
    block: f64,
    /// Mean price of a move.
    mean: f64,
    reach: Reach,
    /// Where blocks lie, where it is limited how far they reach.
    extents: Option<Extents<'a>>,
}

impl<'a> Settler<'a> {
    fn new(problem: &'a Problem<'a>, p: &Partition, active: &[bool], is_strict: bool) -> Self {
        let blocks = problem.limits.blocks();
        let open: Vec<bool> = (0..blocks).map(|b| active[b] && !problem.start.closed[b]).collect();
        let vertices = (0..problem.graph.len() as u32).filter(|&v| open[p.block(v as usize)]);
        let vertices = vertices.collect();
        let stay = problem.standing.stay.iter().sum::<i64>() as f64;
        let edge = problem.graph.mean_cost().max(1.0);
        let mean_stay = (stay / problem.graph.len().max(1) as f64).max(1.0);
        let border = if problem.standing.stay_first { TIE * mean_stay / edge } else { 1.0 };
        let mean = mean_stay + border * edge;
        let block = stay / blocks as f64 + border * 2.0 * p.score().cost as f64 / blocks as f64;
        let scale = problem.limits.shares();
        let mut settler = Settler {
            problem,
            open,
            vertices,
            scale,
            outside: outside(problem, p),
            excess: Vec::new(),
            step: 0.0,
            last_step: if is_strict { STEP } else { 0.0 },
            border,
            block: block.max(mean),
            mean,
            reach: Reach::default(),
            extents: problem.far.as_ref().map(|far| Extents::of(far.footings, p.labels(), blocks)),
        };
        settler.count_excess(p);
        settler
    }

    fn count_excess(&mut self, p: &Partition) {
        let nothing = vec![0; self.problem.graph.dimensions()];
        self.excess = (0..self.open.len()).map(|b| self.excess_with(p, b, &nothing, 0)).collect();
    }

    /// What a block's excess counts with `weights` added (`sign` 1) or taken away (−1).
    fn excess_with(&self, p: &Partition, block: usize, weights: &[i64], sign: i64) -> f64 {
        let ranges = self.problem.limits.ranges(block).iter();
        let loads = p.load(block).iter().zip(weights);
        let mut sum = 0.0;
        for (((load, weight), &(lower, upper)), scale) in loads.zip(ranges).zip(&self.scale) {
            let load = load + sign * weight;
            let outside = (load - upper).max(lower - load);
            if outside > 0 {
                let excess = outside as f64 * scale;
                sum += self.step + excess * (1.0 + SQUARE * excess);
            }
        }
        sum
    }

    fn run(&mut self, p: &mut Partition, from: f64, heat: f64, random: &mut Random) {
        let between = |(a, b): (f64, f64), t: f64| a * (b / a).powf(t);
        let first = (from * SWEEPS as f64) as usize;
        for sweep in first..SWEEPS {
            if self.problem.watch.is_over() {
                break;
            }
            let t = sweep as f64 / SWEEPS as f64;
            let temperature = between((TEMPERATURE.0 * heat, TEMPERATURE.1), t) * self.mean;
            let price = between(VIOLATION, t) * self.block;
            if self.last_step > 0.0 {
                self.step = self.last_step * t * t;
                self.count_excess(p);
            }
            let pull = PULL * (1.0 - t) * self.block;
            for i in 0..self.vertices.len() {
                let v = self.vertices[i] as usize;
                if self.outside[v] > 0 {
                    self.try_move(p, v, temperature, [price, pull], random.seed());
                }
            }
        }
    }

    fn try_move(
        &mut self,
        p: &mut Partition,
        v: usize,
        temperature: f64,
        [price, pull]: [f64; 2],
        draw: u64,
    ) {
        let graph = self.problem.graph;
        let targets = graph.targets(v);
        let pick = ((draw >> 32) * targets.len() as u64) >> 32;
        let (own, to) = (p.block(v), p.block(targets[pick as usize] as usize));
        if to == own || !self.open[to] || !self.open[own] {
            return;
        }
        let mut cost = 0i64;
        for (t, c) in graph.neighbours(v) {
            let block = p.block(t);
            cost += if block == own {
                c
            } else if block == to {
                -c
            } else {
                0
            };
        }
        let home = self.problem.start.home[v] as usize;
        let stay = self.problem.standing.stay[v] as f64;
        let moving = stay * (f64::from(u8::from(home == own)) - f64::from(u8::from(home == to)));
        let weights = graph.weights(v);
        let left = self.excess_with(p, own, weights, -1);
        let joined = self.excess_with(p, to, weights, 1);
        let change = left + joined - self.excess[own] - self.excess[to];
        let mut rise = moving + self.border * cost as f64 + price * change;
        let footings = self.extents.as_ref().map(|e| (e.without(v, own, true), e.with(v, to)));
        if let Some((left, joined)) = &footings {
            rise +=
                self.reaching(own, left, [price, pull]) + self.reaching(to, joined, [price, pull]);
        }
        if rise > 0.0 {
            let chance = (draw & 0xffff_ffff) as f64 * (1.0 / 4_294_967_296.0);
            if rise > 16.0 * temperature || chance >= (-rise / temperature).exp() {
                return;
            }
        }
        if !p.can_leave(v, &mut self.reach) {
            return;
        }
        p.move_vertex(v, to);
        let mut outside = 0;
        for &t in graph.targets(v) {
            let block = p.block(t as usize);
            let beside = &mut self.outside[t as usize];
            *beside = *beside + u32::from(block == own) - u32::from(block == to);
            outside += u32::from(block != to);
        }
        self.outside[v] = outside;
        self.excess[own] = left;
        self.excess[to] = joined;
        if let (Some(extents), Some((left, joined))) = (&mut self.extents, footings) {
            extents.move_vertex(v, own, to, left, joined);
        }
    }

    /// What it costs that a block that reaches too far, before or after, changes its footing.
    fn reaching(&self, block: usize, after: &Footing, [price, pull]: [f64; 2]) -> f64 {
        let (Some(far), Some(extents)) = (&self.problem.far, &self.extents) else { return 0.0 };
        let before = &extents.of_block[block];
        let too_far = [before, after].map(|f| far.too_far(block, f) as f64 / 1e9);
        if too_far == [0.0; 2] {
            return 0.0;
        }
        let excess = too_far.map(|excess| excess * (1.0 + SQUARE * excess));
        let rounder = after.border() / before.border().max(f64::MIN_POSITIVE) - 1.0;
        price * (excess[1] - excess[0]) + pull * rounder
    }
}
