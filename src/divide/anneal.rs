//! Annealing of borders: single vertices change blocks at random, worse moves more seldom as it
//! cools, and no move breaks a block.
//!
//! Metropolis moves at a falling temperature (Kirkpatrick, Gelatt & Vecchi 1983; for graphs
//! Johnson, Aragon, McGeoch & Schevon 1989). What lies out of tolerance is priced by its square,
//! so that a chain of blocks hands on what one of them has too much of, and a little by itself,
//! so that the rest goes too.

use std::sync::LazyLock;

use super::objective::Limits;
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// A search for a way around a vertex gives up after so many vertices.
const WAY_LIMIT: usize = 32;

/// How far uphill a move may go, in temperatures, for every draw: `−ln` of an even chance, so that
/// a rise is accepted as often as Metropolis has it.
static REACH: LazyLock<[f32; 2048]> =
    LazyLock::new(|| std::array::from_fn(|i| -(((i as f64 + 0.5) / 2048.0).ln()) as f32));
const REACH_MASK: u64 = 2047;

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

/// A division that is good already begins so much cooler.
const WARM: f64 = 0.85;

impl Schedule {
    /// The same schedule for what was annealed before.
    pub fn warm(self) -> Schedule {
        let (hot, cold) = self.temperature;
        Schedule { temperature: ((WARM * hot).max(cold), cold), ..self }
    }

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

/// What costs are measured in: the mean edge's, if edges cost anything.
fn unit_cost(graph: &Graph) -> f64 {
    let mean = graph.mean_cost();
    if mean > 0.0 { mean } else { 1.0 }
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
    /// Where the links of every vertex begin, and its links: a neighbour and what the edge costs in
    /// mean edge costs, side by side, since they are read together.
    start: Vec<u32>,
    links: Vec<(u32, f32)>,
    /// For every link those of the same vertex whose ends are neighbours of its end, as bits; known
    /// once a vertex was first asked for.
    ring: Vec<u32>,
    ring_known: Vec<bool>,
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
        let border = blocks.border / unit_cost(blocks.graph);
        let mut temperature = schedule.temperature.0;
        let mut price = schedule.price.0 * border;
        let step = |(from, to): (f64, f64)| (to / from).powf(1.0 / schedule.sweeps as f64);
        let (cooler, dearer) = (step(schedule.temperature), step(schedule.price));
        for _ in 0..schedule.sweeps {
            if watch.is_over() {
                return;
            }
            for v in 0..blocks.graph.len() {
                if self.outside[v] > 0 {
                    self.try_move::<D>(blocks, label, v, temperature, price, random.seed());
                }
            }
            temperature *= cooler;
            price *= dearer;
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
        let d = if D > 0 { D } else { blocks.graph.dimensions() };
        let own = label[v];
        let links = &self.links[self.start[v] as usize..self.start[v + 1] as usize];
        let pick = ((draw >> 32) * links.len() as u64) >> 32;
        let to = label[links[pick as usize].0 as usize];
        if to == own {
            return;
        }
        let (mut rise, mut inside) = (0.0, 0u32);
        for (i, &(x, c)) in links.iter().enumerate() {
            let b = label[x as usize];
            inside |= u32::from(b == own) << (i & 31);
            // Which block it is cannot be foretold, so there is nothing to branch on.
            let only = |yes: bool| f32::from_bits(c.to_bits() & u32::from(yes).wrapping_neg());
            rise += only(b == own) - only(b == to);
        }
        let (from, into) = (own as usize, to as usize);
        let weights = &self.share[v * d..][..d];
        let left = self.excess_with::<D>(from, weights, -1.0);
        let joined = self.excess_with::<D>(into, weights, 1.0);
        let change = left + joined - self.excess[from] - self.excess[into];
        let rise = f64::from(rise) + price * change;
        if rise > temperature * f64::from(REACH[(draw & REACH_MASK) as usize]) {
            return;
        }
        let units = blocks.units[v] as usize;
        if self.units[from] < blocks.least[from] + units || !self.can_leave(label, v, inside) {
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
        for &(x, _) in &self.links[self.start[v] as usize..self.start[v + 1] as usize] {
            let b = label[x as usize];
            let beside = &mut self.outside[x as usize];
            *beside = beside.wrapping_add(u32::from(b == own)).wrapping_sub(u32::from(b == to));
            outside += u32::from(b != to);
        }
        self.outside[v] = outside;
    }

    fn reset(&mut self, blocks: &Blocks, label: &[u32], linear: f64) {
        let (graph, limits) = (blocks.graph, blocks.limits);
        let (d, count) = (graph.dimensions(), limits.blocks());
        let scale = limits.shares();
        let cost_scale = 1.0 / unit_cost(graph);
        self.start.clear();
        self.start.push(0);
        self.links.clear();
        self.linear = linear;
        self.outside.clear();
        self.share.clear();
        self.load.clear();
        self.load.resize(count * d, 0.0);
        self.units.clear();
        self.units.resize(count, 0);
        for v in 0..graph.len() {
            let own = label[v];
            let mut outside = 0;
            for (t, cost) in graph.neighbours(v) {
                outside += u32::from(label[t] != own);
                self.links.push((t as u32, (cost as f64 * cost_scale) as f32));
            }
            self.start.push(self.links.len() as u32);
            self.outside.push(outside);
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
        self.ring.resize(self.links.len(), 0);
        self.ring_known.clear();
        self.ring_known.resize(graph.len(), false);
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
    fn can_leave(&mut self, label: &[u32], v: usize, inside: u32) -> bool {
        if inside & inside.wrapping_sub(1) == 0 && self.degree(v) <= 32 {
            // With one neighbour inside it can leave; with none it is the block.
            return inside != 0;
        }
        if self.joined_around(v, inside) {
            return true;
        }
        let own = label[v];
        if self.stamp > u32::MAX - 4 {
            self.seen.fill(0);
            self.stamp = 0;
        }
        self.stamp += 2;
        let (wish, met) = (self.stamp, self.stamp + 1);
        let links = &self.links;
        let of = |v: usize| &links[self.start[v] as usize..self.start[v + 1] as usize];
        self.seen[v] = met;
        self.queue.clear();
        let mut wanted = 0;
        for &(t, _) in of(v) {
            if label[t as usize] == own {
                if self.queue.is_empty() {
                    self.queue.push(t);
                    self.seen[t as usize] = met;
                } else {
                    self.seen[t as usize] = wish;
                    wanted += 1;
                }
            }
        }
        if wanted == 0 {
            // A vertex without a neighbour in its block is the block.
            return !self.queue.is_empty();
        }
        let mut head = 0;
        while head < self.queue.len() && self.queue.len() < WAY_LIMIT {
            let u = self.queue[head] as usize;
            head += 1;
            for &(t, _) in of(u) {
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

    fn degree(&self, v: usize) -> usize {
        (self.start[v + 1] - self.start[v]) as usize
    }

    /// Whether the links of `v` that are bits of `inside` are joined by edges between their ends:
    /// nearly always so where `v` may leave (a simple point, on a planar graph).
    fn joined_around(&mut self, v: usize, inside: u32) -> bool {
        if self.degree(v) > 32 {
            return false;
        }
        if !self.ring_known[v] {
            self.ring_known[v] = true;
            self.look_around(v);
        }
        let ring = &self.ring[self.start[v] as usize..self.start[v + 1] as usize];
        let mut joined = inside & inside.wrapping_neg();
        let mut open = joined;
        while open != 0 {
            let new = ring[open.trailing_zeros() as usize] & inside & !joined;
            joined |= new;
            open = (open & (open - 1)) | new;
        }
        joined == inside
    }

    /// Notes which neighbours of `v` are neighbours.
    fn look_around(&mut self, v: usize) {
        let row = self.start[v] as usize..self.start[v + 1] as usize;
        for i in row.clone() {
            let end = self.links[i].0 as usize;
            let beside = &self.links[self.start[end] as usize..self.start[end + 1] as usize];
            // Both rows ascend.
            let (mut bits, mut at) = (0, 0);
            for (j, &(t, _)) in self.links[row.clone()].iter().enumerate() {
                while at < beside.len() && beside[at].0 < t {
                    at += 1;
                }
                bits |= u32::from(at < beside.len() && beside[at].0 == t) << j;
            }
            self.ring[i] = bits;
        }
    }
}

#[cfg(test)]
#[path = "anneal_tests.rs"]
mod tests;
