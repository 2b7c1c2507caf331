//! Shape: blocks that are round, more even than they need be, or not too far across.
//!
//! The division is annealed once more with terms that see where vertices lie. Roundness is the
//! moment of inertia of a block, told as the border of a disc of that moment, so that it can be
//! added to borders; how far a block reaches is known in some directions, and the largest width is
//! at most so much less than the largest distance of two points. Nothing here runs unless asked.

use super::effort::Effort;
use super::extents::Extents;
use super::objective::Limits;
use super::partition::{Partition, Reach};
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// Directions, over half a turn, in which the width of blocks is known.
const DIRECTIONS: usize = 16;
/// Passes over all border vertices for each level of effort, and how often that is tried.
const SWEEPS: [usize; 3] = [60, 200, 800];
const ROUNDS: [usize; 3] = [1, 3, 6];
/// First and last temperature, in mean edge costs.
const TEMPERATURE: (f64, f64) = (2.0, 0.05);
/// First and last price of being out of a limit by as much as the mean block, in borders of one;
/// the same of reaching too far.
const PRICE: (f64, f64) = (10.0, 200.0);
const FAR_PRICE: (f64, f64) = (0.02, 200.0);
/// What roundness counts at first, and less and less, where blocks may not reach too far: a single
/// vertex seldom makes a block less wide, but always rounder.
const PULL: f64 = 4.0;
/// Passes at last that take nothing but what is better.
const LAST: usize = 30;
/// What reaching too far counts against a violation in another weight, and, in billionths of the
/// limit, what every block that does counts besides.
const DIAMETER_PRIORITY: f64 = 3.0;
const OUT: f64 = 10_000_000.0;

/// Where a vertex lies, in metres.
#[derive(Debug, Clone, PartialEq)]
pub struct Footing {
    /// Area, the area times x and times y, and the integral of x² + y².
    pub(super) moments: [f64; 4],
    /// How far it reaches in each direction.
    pub(super) reach: [f64; 2 * DIRECTIONS],
}

impl Default for Footing {
    fn default() -> Self {
        Footing { moments: [0.0; 4], reach: [f64::NEG_INFINITY; 2 * DIRECTIONS] }
    }
}

impl Footing {
    /// The footing of ground with these moments (area in m², the area times x and times y, the
    /// integral of x² + y²) and corners.
    pub fn new(moments: [f64; 4], corners: impl IntoIterator<Item = [f64; 2]>) -> Self {
        let mut footing = Footing { moments, ..Footing::default() };
        let directions = directions();
        for [x, y] in corners {
            for (reach, [cos, sin]) in footing.reach.iter_mut().zip(directions) {
                *reach = reach.max(x * cos + y * sin);
            }
        }
        footing
    }

    /// The footing of both.
    pub fn add(&mut self, other: &Footing) {
        for (own, more) in self.moments.iter_mut().zip(other.moments) {
            *own += more;
        }
        for (own, more) in self.reach.iter_mut().zip(other.reach) {
            *own = own.max(more);
        }
    }

    /// The border of a disc that has the same moment of inertia around its middle.
    pub(super) fn border(&self) -> f64 {
        use std::f64::consts::PI;
        let [area, x, y, square] = self.moments;
        if area <= 0.0 {
            return 0.0;
        }
        let moment = (square - (x * x + y * y) / area).max(0.0);
        2.0 * PI * (2.0 * moment / PI).powf(0.25)
    }

    /// The largest width: the largest distance between two points is at least this, and less than
    /// a two-hundredth longer.
    pub fn width(&self) -> f64 {
        let (there, back) = self.reach.split_at(DIRECTIONS);
        there.iter().zip(back).map(|(a, b)| a + b).fold(0.0, f64::max)
    }
}

fn directions() -> [[f64; 2]; 2 * DIRECTIONS] {
    std::array::from_fn(|i| {
        let angle = i as f64 * std::f64::consts::PI / DIRECTIONS as f64;
        [angle.cos(), angle.sin()]
    })
}

/// What is asked of the shape of blocks, and where the vertices of the graph lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Shaping {
    /// What roundness counts beside borders.
    pub compactness: f64,
    /// What evenness of the first weight counts beside borders.
    pub evenness: f64,
    /// The largest distance between two points of a block, metres.
    pub max_diameter: Option<f64>,
    /// What a metre of border costs in the graph.
    pub cost_per_metre: f64,
    /// Where every vertex lies.
    pub footings: Vec<Footing>,
}

impl Shaping {
    /// The width that keeps the diameter within its limit.
    fn widest(&self) -> Option<f64> {
        self.max_diameter.map(width_of)
    }
}

/// The width that keeps a diameter within `most`.
pub(super) fn width_of(most: f64) -> f64 {
    most * (std::f64::consts::PI / (2 * DIRECTIONS) as f64).cos()
}

/// By how much a block as wide as `width` reaches too far, in billionths of what it may.
pub(super) fn too_far(width: f64, widest: f64) -> f64 {
    let over = width / widest - 1.0;
    if over > 0.0 { DIAMETER_PRIORITY * (over * 1e9 + OUT) } else { 0.0 }
}

/// What a division is worth with its shape: smaller is better, violation counts first.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Worth {
    violation: i64,
    cost: f64,
}

/// Shapes the connected blocks of `label`; the answer is never worse.
pub(crate) fn shape(
    graph: &Graph,
    limits: &Limits,
    label: Vec<u32>,
    shaping: &Shaping,
    effort: Effort,
    watch: &Watch,
    seed: u64,
) -> Vec<u32> {
    if limits.blocks() < 2 {
        return label;
    }
    let level = match effort {
        Effort::Fast => 0,
        Effort::Balanced | Effort::Time(_) => 1,
        Effort::Thorough => 2,
    };
    let mut random = Random::new(seed);
    let start = Shaper::new(graph, limits, label.clone(), shaping);
    let (mut best, mut worth) = (label, start.worth());
    // Worths can be compared only where evenness is weighed by one and the same border.
    let border = start.border;
    for round in 0..ROUNDS[level] {
        if watch.is_over() || (round > 0 && worth.violation == 0) {
            break;
        }
        let mut shaper = Shaper::new(graph, limits, best.clone(), shaping);
        shaper.border = border;
        shaper.anneal(SWEEPS[level], watch, &mut random);
        let found = shaper.worth();
        if found < worth {
            (best, worth) = (shaper.p.into_labels(), found);
        }
    }
    best
}

/// A division in the making, with where its blocks lie.
struct Shaper<'a> {
    p: Partition<'a>,
    shaping: &'a Shaping,
    widest: Option<f64>,
    extents: Extents<'a>,
    people: Vec<i64>,
    mean_people: f64,
    /// Cost of the border of a mean block.
    border: f64,
    reach: Reach,
}

/// A move as it would turn out.
struct Move {
    rise: f64,
    /// Change of violation of the limits.
    violation: f64,
    /// Change of reaching too far.
    far: f64,
    left: Footing,
    joined: Footing,
}

impl<'a> Shaper<'a> {
    fn new(graph: &'a Graph, limits: &'a Limits, label: Vec<u32>, shaping: &'a Shaping) -> Self {
        let count = limits.blocks();
        let extents = Extents::of(&shaping.footings, &label, count);
        let mut people = vec![0; count];
        for (v, &b) in label.iter().enumerate() {
            people[b as usize] += graph.weights(v)[0];
        }
        let p = Partition::new(graph, limits, label);
        let border = 2.0 * p.score().cost.max(1) as f64 / count as f64;
        let mean_people = people.iter().sum::<i64>() as f64 / count as f64;
        Shaper {
            p,
            shaping,
            widest: shaping.widest(),
            extents,
            people,
            mean_people,
            border,
            reach: Reach::default(),
        }
    }

    fn worth(&self) -> Worth {
        let blocks = self.extents.of_block.iter().zip(&self.people);
        let far: f64 = self.extents.of_block.iter().map(|f| self.too_far(f)).sum();
        Worth {
            violation: self.p.score().violation + far as i64,
            cost: self.p.score().cost as f64
                + blocks.map(|(f, &people)| self.term(f, people)).sum::<f64>(),
        }
    }

    /// What the shape and evenness of a block cost.
    fn term(&self, footing: &Footing, people: i64) -> f64 {
        let mut term = 0.0;
        if self.shaping.compactness > 0.0 {
            // Half of it, since a border is counted once for two blocks.
            term += self.shaping.compactness * self.shaping.cost_per_metre * footing.border() / 2.0;
        }
        if self.shaping.evenness > 0.0 && self.mean_people > 0.0 {
            let deviation = (people as f64 / self.mean_people - 1.0).abs();
            term += self.shaping.evenness * self.border * deviation;
        }
        term
    }

    /// By how much a block reaches too far, in billionths of what it may.
    fn too_far(&self, footing: &Footing) -> f64 {
        self.widest.map_or(0.0, |widest| too_far(footing.width(), widest))
    }

    fn anneal(&mut self, sweeps: usize, watch: &Watch, random: &mut Random) {
        let mean_cost = self.p.graph.mean_cost();
        let between = |(from, to): (f64, f64), t: f64| from * (to / from).powf(t);
        for sweep in 0..sweeps {
            if watch.is_over() {
                break;
            }
            let t = sweep as f64 / sweeps as f64;
            let temperature = between(TEMPERATURE, t) * mean_cost;
            let price = between(PRICE, t) * self.border / 1e9;
            let far_price = between(FAR_PRICE, t) * self.border / 1e9;
            let pull = if self.widest.is_some() { PULL * (1.0 - t) } else { 0.0 };
            for v in 0..self.p.graph.len() {
                let Some((to, change)) = self.draw(v, random) else { continue };
                let mut rise = change.rise + price * change.violation + far_price * change.far;
                if pull > 0.0 {
                    rise += pull * self.rounding(v, to, &change);
                }
                let taken = rise <= 0.0 || random.unit() < (-rise / temperature).exp();
                if taken && self.p.can_leave(v, &mut self.reach) {
                    self.make(v, to, change);
                }
            }
        }
        for _ in 0..LAST {
            let mut moved = false;
            for v in 0..self.p.graph.len() {
                moved |= self.improve(v);
            }
            if !moved || watch.is_over() {
                break;
            }
        }
    }

    /// A move of `v` into the block of one of its neighbours, drawn at random.
    fn draw(&mut self, v: usize, random: &mut Random) -> Option<(usize, Move)> {
        let targets = self.p.graph.targets(v);
        let pick = random.below(targets.len());
        let to = self.p.block(*targets.get(pick)? as usize);
        (to != self.p.block(v)).then(|| (to, self.change(v, to)))
    }

    /// Moves `v` where that is better, less violation before less cost.
    fn improve(&mut self, v: usize) -> bool {
        let own = self.p.block(v);
        let mut blocks: Vec<usize> =
            self.p.graph.targets(v).iter().map(|&t| self.p.block(t as usize)).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let changes = blocks.into_iter().filter(|&b| b != own).map(|b| (b, self.change(v, b)));
        let outside = |c: &Move| (c.violation + c.far).round();
        let key = |c: &Move| (outside(c), c.rise);
        let best = changes.min_by(|a, b| {
            let ((a, rise), (b, other)) = (key(&a.1), key(&b.1));
            a.total_cmp(&b).then(rise.total_cmp(&other))
        });
        let Some((to, change)) = best else { return false };
        // A hair, so that rounding cannot lead in circles.
        let better =
            outside(&change) < 0.0 || outside(&change) == 0.0 && change.rise < -1e-6 * self.border;
        if !better || !self.p.can_leave(v, &mut self.reach) {
            return false;
        }
        self.make(v, to, change);
        true
    }

    fn change(&self, v: usize, to: usize) -> Move {
        let from = self.p.block(v);
        let graph = self.p.graph;
        let mut cost = 0;
        for (t, c) in graph.neighbours(v) {
            let b = self.p.block(t);
            cost += if b == from {
                c
            } else if b == to {
                -c
            } else {
                0
            };
        }
        let left = self.extents.without(v, from, self.widest.is_some());
        let joined = self.extents.with(v, to);
        let people = graph.weights(v)[0];
        let terms = self.term(&left, self.people[from] - people)
            + self.term(&joined, self.people[to] + people)
            - self.term(&self.extents.of_block[from], self.people[from])
            - self.term(&self.extents.of_block[to], self.people[to]);
        let far = self.too_far(&left) + self.too_far(&joined)
            - self.too_far(&self.extents.of_block[from])
            - self.too_far(&self.extents.of_block[to]);
        Move {
            rise: cost as f64 + terms,
            violation: self.p.violation_change(v, to) as f64,
            far,
            left,
            joined,
        }
    }

    /// By how much the discs of the two blocks' moments would grow, as border cost.
    fn rounding(&self, v: usize, to: usize, change: &Move) -> f64 {
        let from = &self.extents.of_block[self.p.block(v)];
        let grown = change.left.border() + change.joined.border()
            - from.border()
            - self.extents.of_block[to].border();
        self.shaping.cost_per_metre * grown / 2.0
    }

    fn make(&mut self, v: usize, to: usize, change: Move) {
        let from = self.p.block(v);
        let people = self.p.graph.weights(v)[0];
        self.p.move_vertex(v, to);
        self.people[from] -= people;
        self.people[to] += people;
        self.extents.move_vertex(v, from, to, change.left, change.joined);
    }
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
