//! Annealing of borders: single vertices change blocks at random, worse moves more seldom as it
//! cools, and no move breaks a block.
//!
//! Metropolis moves at a falling temperature (Kirkpatrick, Gelatt & Vecchi 1983; for graphs
//! Johnson, Aragon, McGeoch & Schevon 1989). What lies out of tolerance is priced by its square,
//! so that a chain of blocks hands on what one of them has too much of, and a little by itself,
//! so that the rest goes too.

use super::objective::Limits;
use super::watch::Watch;
use crate::graph::Graph;
use crate::random::Random;

/// A search for a way around a vertex gives up after so many vertices.
const WAY_LIMIT: usize = 64;

/// How slowly to cool and what to charge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    /// Passes over all border vertices.
    pub sweeps: usize,
    /// First and last temperature, in mean edge costs; falls geometrically.
    pub temperature: (f64, f64),
    /// Price of the squared excess, first and last: an excess of one mean block costs so many
    /// borders of a block.
    pub price: (f64, f64),
    /// What is added to every excess but none before it is squared away: the linear part.
    pub linear: f64,
}

impl Schedule {
    /// The `part`-th of `parts` stretches of this schedule.
    pub fn stretch(&self, part: usize, parts: usize) -> Schedule {
        let at = |i: usize| i as f64 / parts as f64;
        let ends = |range: (f64, f64)| (between(range, at(part)), between(range, at(part + 1)));
        Schedule {
            sweeps: self.sweeps * (part + 1) / parts - self.sweeps * part / parts,
            temperature: ends(self.temperature),
            price: ends(self.price),
            linear: self.linear,
        }
    }
}

/// From one end to the other, geometrically.
fn between((from, to): (f64, f64), t: f64) -> f64 {
    from * (to / from).powf(t)
}

/// A division in the making, as annealing sees it.
#[derive(Debug)]
pub(crate) struct Blocks<'a> {
    pub graph: &'a Graph,
    pub limits: &'a Limits,
    /// Units in every vertex.
    pub units: &'a [u32],
    /// Units that every block must keep.
    pub least: &'a [usize],
    /// Cost of the border of a block with one share.
    pub border: f64,
}

/// The annealing with its buffers; one per thread, used again and again.
#[derive(Debug, Default)]
pub(crate) struct Annealer {
    /// Number of neighbours in other blocks.
    outside: Vec<u32>,
    /// Weights as shares of the mean block.
    share: Vec<f64>,
    /// Loads and limits in the same measure, and the price of what lies out of them.
    load: Vec<f64>,
    range: Vec<(f64, f64)>,
    excess: Vec<f64>,
    linear: f64,
    units: Vec<usize>,
    stamp: u32,
    seen: Vec<u32>,
    queue: Vec<u32>,
}

impl Annealer {
    /// Anneals `label`, whose blocks are connected and stay so.
    pub fn anneal(
        &mut self,
        blocks: &Blocks,
        label: &mut [u32],
        schedule: Schedule,
        watch: &Watch,
        random: &mut Random,
    ) {
        if schedule.sweeps == 0 || blocks.limits.blocks() < 2 {
            return;
        }
        // The number of weights is known when compiling for all that is common.
        match blocks.graph.dimensions() {
            1 => self.run::<1>(blocks, label, schedule, watch, random),
            2 => self.run::<2>(blocks, label, schedule, watch, random),
            3 => self.run::<3>(blocks, label, schedule, watch, random),
            _ => self.run::<0>(blocks, label, schedule, watch, random),
        }
    }

    /// `D` is the number of weights, or 0 where it is only known at run time.
    fn run<const D: usize>(
        &mut self,
        blocks: &Blocks,
        label: &mut [u32],
        schedule: Schedule,
        watch: &Watch,
        random: &mut Random,
    ) {
        self.reset(blocks, label, schedule.linear);
        let mean_cost = blocks.graph.mean_cost();
        for sweep in 0..schedule.sweeps {
            if watch.is_over() {
                return;
            }
            let t = sweep as f64 / schedule.sweeps as f64;
            let temperature = between(schedule.temperature, t) * mean_cost;
            let price = between(schedule.price, t) * blocks.border;
            for v in 0..blocks.graph.len() {
                if self.outside[v] > 0 {
                    self.try_move::<D>(blocks, label, v, temperature, price, random.seed());
                }
            }
        }
    }

    /// Moves `v` into the block of one of its neighbours, if the draw says so.
    #[inline]
    fn try_move<const D: usize>(
        &mut self,
        blocks: &Blocks,
        label: &mut [u32],
        v: usize,
        temperature: f64,
        price: f64,
        draw: u64,
    ) {
        let graph = blocks.graph;
        let d = if D > 0 { D } else { graph.dimensions() };
        let own = label[v];
        let targets = graph.targets(v);
        let pick = ((draw >> 32) * targets.len() as u64) >> 32;
        let to = label[targets[pick as usize] as usize];
        if to == own {
            return;
        }
        let mut cost = 0i64;
        for (x, c) in graph.neighbours(v) {
            let b = label[x];
            cost += if b == own {
                c
            } else if b == to {
                -c
            } else {
                0
            };
        }
        let (from, into) = (own as usize, to as usize);
        let weights = &self.share[v * d..][..d];
        let left = self.excess_with::<D>(from, weights, -1.0);
        let joined = self.excess_with::<D>(into, weights, 1.0);
        let change = left + joined - self.excess[from] - self.excess[into];
        let rise = cost as f64 + price * change;
        if rise > 0.0 {
            let chance = (draw & 0xffff_ffff) as f64 * (1.0 / 4_294_967_296.0);
            if rise > 16.0 * temperature || chance >= (-rise / temperature).exp() {
                return;
            }
        }
        let units = blocks.units[v] as usize;
        if self.units[from] < blocks.least[from] + units || !self.can_leave(graph, label, v) {
            return;
        }
        for i in 0..d {
            let w = self.share[v * d + i];
            self.load[from * d + i] -= w;
            self.load[into * d + i] += w;
        }
        self.excess[from] = left;
        self.excess[into] = joined;
        self.units[from] -= units;
        self.units[into] += units;
        label[v] = to;
        let mut outside = 0;
        for &x in targets {
            let b = label[x as usize];
            if b == own {
                self.outside[x as usize] += 1;
            } else if b == to {
                self.outside[x as usize] -= 1;
            }
            outside += u32::from(b != to);
        }
        self.outside[v] = outside;
    }

    fn reset(&mut self, blocks: &Blocks, label: &[u32], linear: f64) {
        let (graph, limits) = (blocks.graph, blocks.limits);
        let (d, count) = (graph.dimensions(), limits.blocks());
        let scale = limits.shares();
        self.linear = linear;
        self.outside.clear();
        self.share.clear();
        self.load.clear();
        self.load.resize(count * d, 0.0);
        self.units.clear();
        self.units.resize(count, 0);
        for v in 0..graph.len() {
            let own = label[v];
            let outside = graph.targets(v).iter().filter(|&&t| label[t as usize] != own).count();
            self.outside.push(outside as u32);
            self.units[own as usize] += blocks.units[v] as usize;
            for (i, &w) in graph.weights(v).iter().enumerate() {
                let share = w as f64 * scale[i];
                self.share.push(share);
                self.load[own as usize * d + i] += share;
            }
        }
        self.range.clear();
        for block in 0..count {
            for (&(lower, upper), scale) in limits.ranges(block).iter().zip(&scale) {
                let upper = if upper == i64::MAX { f64::INFINITY } else { upper as f64 * scale };
                self.range.push((lower as f64 * scale, upper));
            }
        }
        self.excess.clear();
        let nothing = vec![0.0; d];
        for block in 0..count {
            let excess = self.excess_with::<0>(block, &nothing, 0.0);
            self.excess.push(excess);
        }
        if self.seen.len() < graph.len() {
            self.seen.resize(graph.len(), 0);
        }
    }

    /// What a block's excess counts with `weights` added (`sign` 1) or taken away (−1).
    #[inline]
    fn excess_with<const D: usize>(&self, block: usize, weights: &[f64], sign: f64) -> f64 {
        let d = if D > 0 { D } else { weights.len() };
        let load = &self.load[block * d..][..d];
        let range = &self.range[block * d..][..d];
        let mut sum = 0.0;
        for i in 0..d {
            let load = load[i] + sign * weights[i];
            let excess = (load - range[i].1).max(range[i].0 - load).max(0.0);
            sum += excess * (excess + self.linear);
        }
        sum
    }

    /// Whether the neighbours of `v` in its block stay connected without it, as far as a short
    /// search around `v` can tell.
    fn can_leave(&mut self, graph: &Graph, label: &[u32], v: usize) -> bool {
        let own = label[v];
        let inside = |t: &&u32| label[**t as usize] == own;
        let mut wanted = graph.targets(v).iter().filter(inside).count();
        if wanted <= 1 {
            return wanted == 1;
        }
        if self.stamp > u32::MAX - 4 {
            self.seen.fill(0);
            self.stamp = 0;
        }
        self.stamp += 2;
        let (wish, met) = (self.stamp, self.stamp + 1);
        self.seen[v] = met;
        self.queue.clear();
        for &t in graph.targets(v).iter().filter(inside) {
            if self.queue.is_empty() {
                self.queue.push(t);
                self.seen[t as usize] = met;
            } else {
                self.seen[t as usize] = wish;
            }
        }
        wanted -= 1;
        let mut head = 0;
        while head < self.queue.len() && self.queue.len() < WAY_LIMIT {
            let u = self.queue[head] as usize;
            head += 1;
            for &t in graph.targets(u) {
                let seen = &mut self.seen[t as usize];
                if label[t as usize] == own && *seen != met {
                    if *seen == wish {
                        wanted -= 1;
                        if wanted == 0 {
                            return true;
                        }
                    }
                    *seen = met;
                    self.queue.push(t);
                }
            }
        }
        false
    }
}
