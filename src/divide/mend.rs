//! Mending: a division near one that stands, after weights, vertices or the number of blocks have
//! changed.
//!
//! Less violation comes first, then less that is moved, then less border. What stands is made into
//! `k` connected blocks with as little ado as possible ([`start`]). Where there are few vertices, all
//! that could be better is looked at ([`exact`]). Else what is too much is handed on along the cheapest
//! flow from block to block until there is room for it ([`hand_on`]), or borders are annealed under a
//! price for every vertex that leaves the block it was in ([`settle`]); what need not have moved goes
//! back ([`polish`]), the best parts of all that was found are put together ([`combine`]), and at last
//! blocks are mended anew by the cheapest chains of moves ([`chains`]).

mod between;
mod carve;
mod chains;
mod combine;
mod exact;
mod exchange;
mod flow;
mod hand_on;
mod least;
mod polish;
mod settle;
mod start;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod testing;
mod touching;

pub use least::{Holding, Keeping};

use rayon::prelude::*;

use super::divider::{Divider, Division};
use super::extents::Extents;
use super::objective::{Limits, Target};
use super::partition::Partition;
use super::repair::{Patience, repair};
use super::shape::{Footing, too_far, width_of};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

use settle::How;
use start::Start;

/// No block.
pub(super) const NONE: u32 = u32::MAX;
/// Starts that hand on, and that anneal, of which the best is kept, group of blocks by group of blocks;
/// and how often as many set out again from that.
const HANDED: usize = 6;
const STARTS: usize = 4;
const AGAIN: usize = 3;
/// How often blocks that have changed are mended anew, from each start.
const TRIES: usize = 60;
/// Where there is a block too many or too few, so many of the likeliest to be given up or split first
/// are tried; on graphs of at most so many vertices, which are looked at wholly, all.
const CHOICES: usize = 3;
const TINY: usize = 24;
/// Answers agree where what they move differs by no more than one part in so many.
const AGREEING: i128 = 30;
/// Steps of the exact search of a whole graph; and of the search for chains of moves around one block,
/// on small graphs and on others.
const STEPS: u64 = 1_000_000;
const CHAIN_STEPS: (u64, u64) = (1_000_000, 250_000);
/// Starts on graphs of at most so many vertices, every other one of them hotter: there is less room
/// to move in.
const SMALL: (usize, usize) = (400, 12);
const HOT: f64 = 6.0;
/// Vertices that repair may anneal anew for each of the graph, where annealing with a price for
/// moving has left a violation.
const REPAIR_WORK: usize = 4;

/// What stands, and what it is worth to leave it so.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The block that every vertex is in, by any number below `closed.len()`; `u32::MAX` for a new
    /// vertex.
    pub block: Vec<u32>,
    /// Where a new vertex had best begin, likewise; `u32::MAX` where that is not known.
    pub place: Vec<u32>,
    /// The price of moving each vertex out of its block.
    pub stay: Vec<i64>,
    /// Blocks that stay as they are: nothing leaves them, and nothing comes in.
    pub closed: Vec<bool>,
    /// What each block may have besides what tolerances allow, a least and greatest load per weight:
    /// where it was out of tolerance before, it may stay so. `(i64::MAX, 0)` allows nothing more.
    pub tolerated: Vec<(i64, i64)>,
    /// Whether prices of moving come before costs of borders, however high; else they add up.
    pub stay_first: bool,
    /// How far blocks may reach; `None`: as far as they like.
    pub diameters: Option<Diameters>,
}

/// How far blocks may reach.
#[derive(Debug, Clone)]
pub struct Diameters {
    /// Where every vertex lies.
    pub footings: Vec<Footing>,
    /// The largest distance between two points of a block, metres.
    pub most_m: f64,
    /// What each standing block may have besides, because it reached too far before; 0 where not.
    pub tolerated_m: Vec<f64>,
}

impl Diameters {
    /// The largest width of each block, of which `block_of_standing` says what it goes on with.
    fn widest(&self, blocks: usize, block_of_standing: &[u32]) -> Vec<f64> {
        let mut widest = vec![width_of(self.most_m); blocks];
        for (&block, &tolerated) in block_of_standing.iter().zip(&self.tolerated_m) {
            if let Some(widest) = widest.get_mut(block as usize) {
                *widest = widest.max(tolerated * (1.0 + 1e-9));
            }
        }
        widest
    }
}

/// A division near a standing one.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// The division and its figures.
    pub division: Division,
    /// The standing block that each block goes on with; `None` for a new one.
    pub standing_of_block: Vec<Option<u32>>,
    /// What is out of limits and was not tolerated, as it counts in searching: a measure by which
    /// two answers to one question can be compared.
    pub outside: i64,
}

impl Divider {
    /// Divides `graph` into `k` blocks near a standing division.
    ///
    /// # Errors
    /// Where `k` is 0 or larger than the number of vertices, or the closed blocks leave too few or
    /// too many blocks for the rest.
    pub fn mend(&self, graph: &Graph, k: usize, standing: &Standing) -> Result<Mended> {
        self.mend_with(graph, k, standing, Watch::default())
    }

    /// As [`Divider::mend`], under a watch that may stop early: what has been found till then stands.
    ///
    /// # Errors
    /// As [`Divider::mend`].
    pub fn mend_with(
        &self,
        graph: &Graph,
        k: usize,
        standing: &Standing,
        watch: Watch<'_>,
    ) -> Result<Mended> {
        if k == 0 || k > graph.len() {
            return Err(Error::request(
                format!("{} units cannot be divided into {k} grids", graph.len()),
                "ask for at least one grid and at most as many as there are units",
            ));
        }
        let joined;
        let (_, components) = graph.components();
        let whole = if components > k {
            joined = super::divider::strung_together(graph)?;
            &joined
        } else {
            graph
        };
        let choices = if whole.len() <= TINY { k + 1 } else { CHOICES };
        let mut best: Option<(Worth, Vec<u32>, Start)> = None;
        for choice in 0..choices {
            let start = start::connected_blocks(self, whole, k, standing, choice)?;
            let Some(start) = start.filter(|_| best.is_none() || !watch.is_over()) else { break };
            let (worth, label) = self.mend_from(whole, standing, &start, watch);
            if best.as_ref().is_none_or(|(least, ..)| worth < *least) {
                best = Some((worth, label, start));
            }
        }
        let Some((worth, label, start)) = best else {
            return Err(Error::request(
                "no plan was found near the present one",
                "plan the city anew",
            ));
        };
        let mut standing_of_block = vec![None; k];
        for (old, &block) in start.block_of_standing.iter().enumerate() {
            if block != NONE {
                standing_of_block[block as usize] = Some(old as u32);
            }
        }
        let division = self.judge(graph, k, label);
        Ok(Mended { division, standing_of_block, outside: worth.violation })
    }

    /// Mends from one start.
    fn mend_from(
        &self,
        graph: &Graph,
        standing: &Standing,
        start: &Start,
        watch: Watch<'_>,
    ) -> (Worth, Vec<u32>) {
        let k = start.closed.len();
        let target = Target::new(graph, k, &self.tolerances).prefer(&self.priorities);
        let mut limits = target.limits(&vec![1; k]);
        let mut unavoidable = target.least_violation(graph, k);
        let d = graph.dimensions();
        for (old, &block) in start.block_of_standing.iter().enumerate() {
            if block != NONE {
                let wide = &standing.tolerated[old * d..][..d];
                // What is tolerated, too much or too little, may be what could not be avoided.
                let usual = limits.ranges(block as usize).iter();
                let farthest = |(w, u): (&(i64, i64), &(i64, i64))| {
                    let is_under = u.0.saturating_sub(w.0) > w.1.saturating_sub(u.1).max(0);
                    if is_under { w.0 } else { w.1.max(u.0) }
                };
                let loads: Vec<i64> = wide.iter().zip(usual).map(farthest).collect();
                unavoidable -= limits.violation(block as usize, &loads).min(unavoidable);
                limits.widen(block as usize, wide);
            }
        }
        let far = standing.diameters.as_ref().map(|diameters| Far {
            footings: &diameters.footings,
            widest: diameters.widest(k, &start.block_of_standing),
        });
        let problem = Problem { graph, limits: &limits, unavoidable, standing, start, far, watch };
        let label = problem.solve(self.seed);
        let p = Partition::new(graph, &limits, label);
        (problem.worth(&p), p.into_labels())
    }
}

/// The worth of a mended division; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    violation: i64,
    /// Moving and borders, in the order of [`Standing::stay_first`].
    price: i128,
}

/// A division to be mended.
pub(super) struct Problem<'a> {
    pub graph: &'a Graph,
    pub limits: &'a Limits,
    pub unavoidable: i64,
    pub standing: &'a Standing,
    pub start: &'a Start,
    /// How far blocks may reach, where that is limited.
    pub far: Option<Far<'a>>,
    /// What may stop the search.
    pub watch: Watch<'a>,
}

/// Where vertices lie, and how wide each block may be.
pub(super) struct Far<'a> {
    pub footings: &'a [Footing],
    pub widest: Vec<f64>,
}

impl Far<'_> {
    /// What a block that lies there counts for reaching too far.
    pub fn too_far(&self, block: usize, footing: &Footing) -> i64 {
        too_far(footing.width(), self.widest[block]) as i64
    }
}

impl Problem<'_> {
    /// The best of some starts; on any number of threads the same.
    fn solve(&self, seed: u64) -> Vec<u32> {
        let mut random = Random::new(seed);
        let before = Partition::new(self.graph, self.limits, self.start.label.clone());
        let nothing_to_do = self.violation(&before) <= self.unavoidable
            && self.moved(&before) == 0
            && self.standing.stay_first;
        if nothing_to_do {
            return before.into_labels();
        }
        let open = self.open_blocks();
        let mut best = before.clone();
        if exact::improve(self, &mut best, &open, STEPS) {
            return best.into_labels();
        }
        let chain_steps = if self.is_small() { CHAIN_STEPS.0 } else { CHAIN_STEPS.1 };
        if self.is_small() {
            chains::improve(self, &mut best, chain_steps);
        }
        let looked_at = self.worth(&best);
        let mut found = vec![(looked_at, best.into_labels())];
        found.extend(self.answers(&before, &mut random));
        // Of equals the first, since sorting is stable.
        found.sort_by_key(|(worth, _)| *worth);
        let mut found = found.into_iter().map(|(_, label)| label);
        let Some(best) = found.next() else { return before.into_labels() };
        let mut best = Partition::new(self.graph, self.limits, best);
        self.gather(&mut best, found.collect());
        if !self.is_small() || self.standing.stay_first {
            self.go_on(&mut best, &mut random);
        }
        chains::improve(self, &mut best, chain_steps);
        if self.worth(&best) < looked_at {
            exact::improve(self, &mut best, &open, STEPS);
        }
        best.into_labels()
    }

    /// Answers by handing on, and by annealing: that takes longer, and seldom comes to as little where
    /// handing on comes to the same again and again.
    fn answers(&self, before: &Partition, random: &mut Random) -> Vec<(Worth, Vec<u32>)> {
        let mut answers: Vec<(Worth, Vec<u32>)> = Vec::new();
        if self.standing.stay_first {
            let seeds: Vec<u64> = (0..HANDED).map(|_| random.seed()).collect();
            let hand_on = |seed| self.handed_on(before.clone(), seed);
            seeds.into_par_iter().with_max_len(1).map(hand_on).collect_into_vec(&mut answers);
        }
        if self.is_small() || !self.agree(&answers) {
            let ways = self.ways_to_settle(random);
            let settle = |(seed, how)| self.attempt(seed, how);
            let settled: Vec<(Worth, Vec<u32>)> =
                ways.into_par_iter().with_max_len(1).map(settle).collect();
            answers.extend(settled);
        }
        answers
    }

    /// Whether there are answers, all within limits, that move much the same.
    fn agree(&self, answers: &[(Worth, Vec<u32>)]) -> bool {
        let prices = answers.iter().map(|(worth, _)| worth.price);
        let (Some(least), Some(most)) = (prices.clone().min(), prices.max()) else { return false };
        answers.iter().all(|(worth, _)| worth.violation <= self.unavoidable)
            && (most - least) * AGREEING <= least
    }

    /// Seeds and schedules of annealing.
    fn ways_to_settle(&self, random: &mut Random) -> Vec<(u64, How)> {
        let is_small = self.is_small();
        let mut ways = Vec::new();
        for i in 0..if is_small { SMALL.1 } else { STARTS } {
            let seed = random.seed();
            let heat = if is_small && i % 2 == 1 { HOT } else { 1.0 };
            ways.push((seed, How { heat, is_strict: is_small && i % 4 >= 2 }));
            if !is_small && self.standing.stay_first {
                ways.push((seed, How { heat, is_strict: true }));
            }
        }
        ways
    }

    /// Sets out again from the best, as long as that helps.
    fn go_on(&self, best: &mut Partition, random: &mut Random) {
        for _ in 0..AGAIN {
            if self.watch.is_over() {
                break;
            }
            let seeds: Vec<u64> = (0..STARTS).map(|_| random.seed()).collect();
            let refine = |seed| {
                let mut p = best.clone();
                let mut random = Random::new(seed);
                if self.standing.stay_first {
                    hand_on::hand_on(self, &mut p, TRIES, &mut random);
                } else {
                    settle::cool(self, &mut p, settle::Extent::Around, true, &mut random);
                }
                polish::polish(self, &mut p);
                p.into_labels()
            };
            let found = seeds.into_par_iter().with_max_len(1).map(refine).collect();
            if !self.gather(best, found) {
                break;
            }
        }
    }

    /// Blocks that are not closed.
    fn open_blocks(&self) -> Vec<u32> {
        let closed = self.start.closed.iter().enumerate();
        closed.filter(|(_, closed)| !**closed).map(|(block, _)| block as u32).collect()
    }

    /// Takes over what is better in other divisions, until nothing is. Whether anything was.
    fn gather(&self, best: &mut Partition, others: Vec<Vec<u32>>) -> bool {
        let mut better = false;
        loop {
            let mut taken = false;
            for other in &others {
                taken |= combine::take_over(self, best, other);
            }
            if !taken {
                return better;
            }
            // What was taken over may leave smaller groups.
            better = true;
        }
    }

    /// Hands on what is too much, and settles what could not be handed on.
    fn handed_on(&self, mut p: Partition, seed: u64) -> (Worth, Vec<u32>) {
        let mut random = Random::new(seed);
        hand_on::hand_on(self, &mut p, TRIES, &mut random);
        polish::polish(self, &mut p);
        if self.violation(&p) > self.unavoidable {
            settle::cool(self, &mut p, settle::Extent::Violated, true, &mut random);
            polish::polish(self, &mut p);
            hand_on::hand_on(self, &mut p, TRIES, &mut random);
            polish::polish(self, &mut p);
        }
        (self.worth(&p), p.into_labels())
    }

    fn attempt(&self, seed: u64, how: How) -> (Worth, Vec<u32>) {
        let mut random = Random::new(seed);
        let mut p = Partition::new(self.graph, self.limits, self.start.label.clone());
        settle::settle(self, &mut p, settle::Extent::Around, how, &mut random);
        polish::polish(self, &mut p);
        if self.watch.is_over() {
            return (self.worth(&p), p.into_labels());
        }
        if self.violation(&p) > self.unavoidable {
            let mut wide = p.clone();
            settle::settle(self, &mut wide, settle::Extent::All, how, &mut random);
            polish::polish(self, &mut wide);
            if self.worth(&wide) < self.worth(&p) {
                p = wide;
            }
        }
        if self.violation(&p) > self.unavoidable && self.is_all_open() {
            let mut label = p.labels().to_vec();
            let patience = Patience { rounds: 3, work: REPAIR_WORK * self.graph.len() };
            let (least, watch) = (self.unavoidable, &self.watch);
            repair(self.graph, self.limits, &mut label, least, patience, watch, &mut random);
            let mut repaired = Partition::new(self.graph, self.limits, label);
            if self.violation(&repaired) < self.violation(&p) {
                settle::cool(self, &mut repaired, settle::Extent::All, how.is_strict, &mut random);
                polish::polish(self, &mut repaired);
                if self.worth(&repaired) < self.worth(&p) {
                    p = repaired;
                }
            }
        }
        (self.worth(&p), p.into_labels())
    }

    /// Whether there is little room to move in, and little time is needed.
    fn is_small(&self) -> bool {
        self.graph.len() <= SMALL.0
    }

    fn is_all_open(&self) -> bool {
        !self.start.closed.contains(&true)
    }

    /// The price of a move between two blocks; negative for a way home.
    fn moving(&self, v: usize, from: usize, to: usize) -> i64 {
        let home = self.start.home[v] as usize;
        let stay = self.standing.stay[v];
        if home == from {
            stay
        } else if home == to {
            -stay
        } else {
            0
        }
    }

    /// Prices of what is not in its block.
    fn moved(&self, p: &Partition) -> i64 {
        let home = self.start.home.iter().zip(p.labels());
        home.zip(&self.standing.stay).filter(|((home, now), _)| home != now).map(|(_, s)| s).sum()
    }

    /// What is out of limits, blocks that reach too far among it.
    pub fn violation(&self, p: &Partition) -> i64 {
        let too_far = |far: &Far| {
            let extents = Extents::of(far.footings, p.labels(), self.limits.blocks());
            let blocks = extents.of_block.iter().enumerate();
            blocks.map(|(block, footing)| far.too_far(block, footing)).sum()
        };
        p.score().violation + self.far.as_ref().map_or(0, too_far)
    }

    pub fn worth(&self, p: &Partition) -> Worth {
        let price = self.price(self.moved(p), p.score().cost);
        Worth { violation: self.violation(p), price }
    }

    /// Moving and borders as one number, exact.
    pub fn price(&self, moved: i64, cost: i64) -> i128 {
        let first = if self.standing.stay_first { 1i128 << 62 } else { 1 };
        i128::from(moved) * first + i128::from(cost)
    }
}

#[cfg(test)]
#[path = "mend_tests.rs"]
mod tests;
