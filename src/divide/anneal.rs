//! Annealing of borders: single vertices change blocks at random, worse moves more seldom as it
//! cools, and no move breaks a block.
//!
//! Metropolis moves at a falling temperature (Kirkpatrick, Gelatt & Vecchi 1983; for graphs
//! Johnson, Aragon, McGeoch & Schevon 1989). What lies out of tolerance is priced by its square,
//! so that a chain of blocks hands on what one of them has too much of, and a little by itself,
//! so that the rest goes too.

use std::sync::LazyLock;

use super::field::{Field, Labels, RING};
use super::objective::Limits;
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

/// A division in the making, as annealing sees it.
#[derive(Debug)]
pub(crate) struct Blocks<'a> {
    pub field: &'a Field<'a>,
    pub limits: &'a Limits,
    /// Units in every vertex.
    pub units: &'a [u32],
    /// Units that every block must keep.
    pub least: &'a [usize],
    /// Cost of the border of a block with one share.
    pub border: f64,
}

/// The blocks whose borders are annealed, and their vertices.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub vertices: &'a [u32],
    pub blocks: &'a [u32],
    /// The label that stands for the first of the blocks; those of the others follow.
    pub first: u32,
}

/// The annealing with its buffers; one per thread, used again and again.
#[derive(Debug, Default)]
pub(crate) struct Annealer {
    /// The label of the first block; what follows is of the blocks from there on.
    first: u32,
    /// Loads and limits in shares of the mean block, and the price of what lies out of them.
    load: Vec<f64>,
    range: Vec<(f64, f64)>,
    excess: Vec<f64>,
    linear: f64,
    units: Vec<usize>,
    least: Vec<usize>,
    stamp: u32,
    seen: Vec<u32>,
    queue: Vec<u32>,
}

impl Annealer {
    /// Anneals the borders inside of a group, whose blocks are connected and stay so.
    pub fn anneal(
        &mut self,
        blocks: &Blocks,
        group: &Group,
        labels: &Labels,
        schedule: Schedule,
        watch: &Watch,
        random: &mut Random,
    ) {
        if schedule.sweeps == 0 || group.blocks.len() < 2 {
            return;
        }
        // The number of weights is known when compiling for all that is common.
        let run = match blocks.field.graph().dimensions() {
            1 => Self::run::<1>,
            2 => Self::run::<2>,
            3 => Self::run::<3>,
            _ => Self::run::<0>,
        };
        run(self, blocks, group, labels, schedule, watch, random);
    }

    /// `D` is the number of weights, or 0 where it is only known at run time.
    fn run<const D: usize>(
        &mut self,
        blocks: &Blocks,
        group: &Group,
        labels: &Labels,
        schedule: Schedule,
        watch: &Watch,
        random: &mut Random,
    ) {
        self.reset(blocks, group, labels, schedule.linear);
        let border = blocks.border / blocks.field.unit_cost;
        let mut temperature = schedule.temperature.0;
        let mut price = schedule.price.0 * border;
        let step = |(from, to): (f64, f64)| (to / from).powf(1.0 / schedule.sweeps as f64);
        let (cooler, dearer) = (step(schedule.temperature), step(schedule.price));
        for _ in 0..schedule.sweeps {
            if watch.is_over() {
                return;
            }
            for &v in group.vertices {
                let v = v as usize;
                if labels.outside(v) > 0 {
                    self.try_move::<D>(blocks, labels, v, temperature, price, random.seed());
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
        labels: &Labels,
        v: usize,
        temperature: f64,
        price: f64,
        draw: u64,
    ) {
        let field = blocks.field;
        let d = if D > 0 { D } else { field.graph().dimensions() };
        let own = labels.get(v);
        let links = field.links(v);
        let pick = ((draw >> 32) * links.len() as u64) >> 32;
        let to = labels.get(links[pick as usize].0 as usize);
        let into = to.wrapping_sub(self.first) as usize;
        if to == own || into >= self.units.len() {
            return;
        }
        let mut rise = 0.0;
        for &(x, c) in links {
            let b = labels.get(x as usize);
            // Which block it is cannot be foretold, so there is nothing to branch on.
            let only = |yes: bool| f32::from_bits(c.to_bits() & u32::from(yes).wrapping_neg());
            rise += only(b == own) - only(b == to);
        }
        let from = own.wrapping_sub(self.first) as usize;
        let (rise, before) = (f64::from(rise), [self.excess[from], self.excess[into]]);
        let most = temperature * f64::from(REACH[(draw & REACH_MASK) as usize]);
        if rise > most && before == [0.0; 2] {
            // Nothing is out of its limits that could get better.
            return;
        }
        let weights = field.share(v, d);
        let left = self.excess_with::<D>(from, weights, -1.0);
        let joined = self.excess_with::<D>(into, weights, 1.0);
        if rise + price * (left + joined - before[0] - before[1]) > most {
            return;
        }
        let units = blocks.units[v] as usize;
        if self.units[from] < self.least[from] + units || !self.can_leave(field, labels, v) {
            return;
        }
        for (i, w) in weights.iter().enumerate() {
            self.load[from * d + i] -= w;
            self.load[into * d + i] += w;
        }
        self.excess[from] = left;
        self.excess[into] = joined;
        self.units[from] -= units;
        self.units[into] += units;
        labels.set(v, to);
        let mut outside = 0;
        for &(x, _) in links {
            let b = labels.get(x as usize);
            // What is of another group changes by other hands, and only by these.
            if b == own {
                labels.set_outside(x as usize, labels.outside(x as usize) + 1);
            } else if b == to {
                labels.set_outside(x as usize, labels.outside(x as usize) - 1);
            }
            outside += u32::from(b != to);
        }
        labels.set_outside(v, outside);
    }

    fn reset(&mut self, blocks: &Blocks, group: &Group, labels: &Labels, linear: f64) {
        let (field, limits) = (blocks.field, blocks.limits);
        let (d, count) = (field.graph().dimensions(), group.blocks.len());
        (self.first, self.linear) = (group.first, linear);
        self.load.clear();
        self.load.resize(count * d, 0.0);
        self.units.clear();
        self.units.resize(count, 0);
        for &v in group.vertices {
            let own = (labels.get(v as usize) - group.first) as usize;
            self.units[own] += blocks.units[v as usize] as usize;
            let load = self.load[own * d..][..d].iter_mut();
            load.zip(field.share(v as usize, d)).for_each(|(load, share)| *load += share);
        }
        self.least.clear();
        self.least.extend(group.blocks.iter().map(|&b| blocks.least[b as usize]));
        self.range.clear();
        let scale = limits.shares();
        for &block in group.blocks {
            for (&(lower, upper), scale) in limits.ranges(block as usize).iter().zip(&scale) {
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
        if self.seen.len() < labels.len() {
            self.seen.resize(labels.len(), 0);
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
    fn can_leave(&mut self, field: &Field, labels: &Labels, v: usize) -> bool {
        let (links, own) = (field.links(v), labels.get(v));
        if links.len() <= RING {
            let mut inside = 0;
            for (i, &(t, _)) in links.iter().enumerate() {
                inside |= u32::from(labels.get(t as usize) == own) << i;
            }
            if inside & inside.wrapping_sub(1) == 0 {
                // With one neighbour inside it can leave; with none it is the block.
                return inside != 0;
            }
            if joined_around(field, v, inside) {
                return true;
            }
        }
        if self.stamp > u32::MAX - 4 {
            self.seen.fill(0);
            self.stamp = 0;
        }
        self.stamp += 2;
        let (wish, met) = (self.stamp, self.stamp + 1);
        self.seen[v] = met;
        self.queue.clear();
        let mut wanted = 0;
        for &(t, _) in links {
            if labels.get(t as usize) == own {
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
            for &(t, _) in field.links(u) {
                let seen = &mut self.seen[t as usize];
                if labels.get(t as usize) == own && *seen != met {
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

/// Whether the links of `v` that are bits of `inside` are joined by edges between their ends:
/// nearly always so where `v` may leave (a simple point, on a planar graph).
fn joined_around(field: &Field, v: usize, inside: u32) -> bool {
    let mut joined = inside & inside.wrapping_neg();
    let mut open = joined;
    while open != 0 {
        let new = field.beside(v, open.trailing_zeros() as usize) & inside & !joined;
        joined |= new;
        open = (open & (open - 1)) | new;
    }
    joined == inside
}

#[cfg(test)]
#[path = "anneal_tests.rs"]
mod tests;
