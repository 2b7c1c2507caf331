//! What must be moved at least where every standing block goes on: a transport bound on the
//! quotient graph.
//!
//! A block that is too full loses people, one that is not full enough gains some. A move serves
//! both where it leads from the one to the other; so the sum of all losses and gains, less the most
//! that can be shared, bounds what is moved. Sharing is cheap between neighbours alone: whoever
//! takes from a block beyond its neighbours takes in a corridor through these as well. And what
//! leaves or enters must hang together: a vertex is reached over others, from the border inward,
//! and only sums of whole vertices can be had.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::flow::{ANY, Balance, Flow};
use super::touching::Touching;
use crate::divide::bounds::add_to_sums;
use crate::graph::Graph;

/// No block.
const NONE: u32 = u32::MAX;
/// Sums beyond so many times what is wanted are not looked at.
const HORIZON: i64 = 4;
/// Words of 64 sums that may be touched for one block.
const WORK: usize = 4_000_000;

/// A graph whose standing blocks all go on.
pub(super) struct Quotient<'a> {
    pub graph: &'a Graph,
    /// The standing block of every vertex; `NONE` for a new one.
    pub block: &'a [u32],
    /// What counts as moved when a vertex leaves its block.
    pub weight: &'a [i64],
    /// Least and greatest load of every block.
    pub range: &'a [(i64, i64)],
    /// What must leave every block for the limits of other weights.
    pub leaving: &'a [i64],
    /// Weight that is in no block yet and can go anywhere.
    pub free: i64,
    /// What may stay out of limits over all blocks.
    pub outside: i64,
    /// Which blocks touch.
    pub touching: Touching,
}

impl Quotient<'_> {
    /// The least that any division moves in which every block goes on; and the least of those in
    /// which nothing moves to a block that does not touch its own today.
    pub fn least_moved(&self) -> (i64, i64) {
        let blocks = self.range.len();
        let mut load = vec![0i64; blocks];
        for (&block, weight) in self.block.iter().zip(self.weight) {
            if block != NONE {
                load[block as usize] += weight;
            }
        }
        let exact = self.outside == 0;
        let (mut losing, mut gaining) = (Vec::new(), Vec::new());
        for (b, (&load, &(lower, upper))) in load.iter().zip(self.range).enumerate() {
            let leaving = self.leaving[b];
            if load > upper {
                let excess = load - upper;
                let least = if exact { self.least_loss(b as u32, excess) } else { excess };
                losing.push((b as u32, least.max(leaving)));
            } else if leaving > 0 {
                losing.push((b as u32, leaving));
            } else if load < lower {
                let lack = lower - load;
                let exact = exact && self.free == 0;
                let least = if exact { self.least_gain(b as u32, lack) } else { lack };
                gaining.push((b as u32, least));
            }
        }
        let sum = |list: &[(u32, i64)]| list.iter().map(|l| l.1).sum::<i64>();
        let shared = self.most_shared(&losing, &gaining);
        let far = (sum(&losing) + sum(&gaining) - shared - self.outside).max(0);
        (far, self.least_between_neighbours(&load, &losing, &gaining).max(far))
    }

    /// The least that can leave a block if at least `excess` is to.
    fn least_loss(&self, block: u32, excess: i64) -> i64 {
        let inside = |v: usize| self.block[v] == block;
        let starts = self.touching.rim[block as usize].iter().map(|&v| v as usize);
        least_sum(self.reached(starts, inside, excess), excess)
    }

    /// The least that can enter a block if at least `lack` is to.
    fn least_gain(&self, block: u32, lack: i64) -> i64 {
        let outside = |v: usize| self.block[v] != block;
        let starts = self.around(block).into_iter().map(|v| v as usize);
        least_sum(self.reached(starts, outside, lack), lack)
    }

    /// Vertices of other blocks, or of none, that touch a block.
    fn around(&self, block: u32) -> BTreeSet<u32> {
        let rim = self.touching.rim[block as usize].iter();
        let beside = rim.flat_map(|&v| self.graph.targets(v as usize)).copied();
        beside.filter(|&t| self.block[t as usize] != block).collect()
    }

    /// Vertices with the least weight that goes with each, its own included, from `starts` on
    /// through vertices that are `open` (Dijkstra 1959); as far as the horizon of `wanted`.
    fn reached(
        &self,
        starts: impl Iterator<Item = usize>,
        open: impl Fn(usize) -> bool,
        wanted: i64,
    ) -> Vec<(i64, i64)> {
        let mut queue: BinaryHeap<Reverse<(i64, usize)>> =
            starts.map(|v| Reverse((self.weight[v], v))).collect();
        let mut seen = std::collections::HashSet::new();
        let mut reached = Vec::new();
        while let Some(Reverse((access, v))) = queue.pop() {
            if access > HORIZON.saturating_mul(wanted) || !seen.insert(v) {
                continue;
            }
            reached.push((access, self.weight[v]));
            for &t in self.graph.targets(v) {
                let t = t as usize;
                if open(t) && !seen.contains(&t) {
                    queue.push(Reverse((access + self.weight[t], t)));
                }
            }
        }
        reached
    }

    /// The least that moves where nothing moves but to a block that touches its own today: the
    /// cheapest flow on the quotient graph that leaves every block within its range.
    ///
    /// Of every block there are three nodes: what leaves it, what enters it and what it holds. What
    /// a block holds in the end is set against its upper limit (if it is too full), its lower (if
    /// not full enough) or what it holds today.
    fn least_between_neighbours(
        &self,
        load: &[i64],
        losing: &[(u32, i64)],
        gaining: &[(u32, i64)],
    ) -> i64 {
        let (blocks, pieces) = (load.len(), &self.touching.around_piece);
        let [hub, free, over, under, source, sink] = [0, 1, 2, 3, 4, 5].map(|i| 3 * blocks + i);
        let piece = |i: usize| 3 * blocks + 6 + i;
        let [holds, leaves, enters] = [0, 1, 2].map(|i| move |b: usize| 3 * b + i);
        let mut flow = Flow::of(3 * blocks + 6 + pieces.len());
        let mut wanted = 0i128;
        // An arc that carries at least so much: that much is sent from its head, and taken at its tail.
        let mut at_least = |flow: &mut Flow, from: usize, to: usize, least: i64| {
            flow.arc(from, to, ANY, 0);
            flow.arc(source, to, least, 0);
            flow.arc(from, sink, least, 0);
            wanted += i128::from(least);
        };
        let exact = self.outside == 0;
        let mut least_leaving = vec![0; blocks];
        let mut least_entering = vec![0; blocks];
        for (losing, least) in [(losing, &mut least_leaving), (gaining, &mut least_entering)] {
            for &(block, amount) in losing {
                least[block as usize] = if exact { amount } else { 0 };
            }
        }
        for b in 0..blocks {
            at_least(&mut flow, holds(b), leaves(b), least_leaving[b].max(self.leaving[b]));
            at_least(&mut flow, enters(b), holds(b), least_entering[b]);
            flow.arc(free, enters(b), ANY, 0);
            // What may stay outside may be anywhere.
            flow.arc(holds(b), over, ANY, 0);
            flow.arc(under, holds(b), ANY, 0);
            for &other in &self.touching.beside[b] {
                flow.arc(leaves(b), enters(other as usize), ANY, 1);
            }
        }
        for (i, around) in pieces.iter().enumerate() {
            for &b in around {
                flow.arc(leaves(b as usize), piece(i), ANY, 1);
                flow.arc(piece(i), enters(b as usize), ANY, 0);
            }
        }
        let mut balance = Balance::over([hub, source, sink]);
        for (b, (&load, &range)) in load.iter().zip(self.range).enumerate() {
            balance.enter(&mut flow, holds(b), range, load);
        }
        let outside = balance.close(&mut flow);
        flow.arc(hub, free, self.free, 0);
        flow.arc(over, hub, self.outside, 0);
        flow.arc(hub, under, self.outside, 0);
        match flow.send(source, sink) {
            (amount, cost) if amount == wanted + outside => i64::try_from(cost).unwrap_or(i64::MAX),
            // No division is within: what was found stands for itself.
            _ => 0,
        }
    }

    /// The most that moves from losing to gaining blocks can serve both.
    fn most_shared(&self, losing: &[(u32, i64)], gaining: &[(u32, i64)]) -> i64 {
        let (sources, sinks) = (losing.len(), gaining.len());
        // Losing blocks, gaining blocks, what is free, what goes far, source and sink.
        let [free, far, source, sink] = [0, 1, 2, 3].map(|i| sources + sinks + i);
        let mut flow = Flow::of(sources + sinks + 4);
        for (i, &(_, loss)) in losing.iter().enumerate() {
            flow.arc(source, i, loss, 0);
            flow.arc(i, far, loss, 0);
        }
        flow.arc(source, free, self.free, 0);
        let mut is_losing = vec![NONE; self.range.len()];
        for (i, &(block, _)) in losing.iter().enumerate() {
            is_losing[block as usize] = i as u32;
        }
        for (j, &(block, gain)) in gaining.iter().enumerate() {
            let node = sources + j;
            flow.arc(node, sink, gain, 0);
            flow.arc(free, node, gain, 0);
            let near = self.touching.near(block);
            let corridor = self.corridor(block, &near, &is_losing, gain);
            flow.arc(far, node, (gain - corridor).max(0), 0);
            for &other in near.iter().filter(|&&other| is_losing[other as usize] != NONE) {
                flow.arc(is_losing[other as usize] as usize, node, ANY, 0);
            }
        }
        i64::try_from(flow.send(source, sink).0).unwrap_or(i64::MAX)
    }

    /// The least weight that a block takes in on the way to a losing block beyond its neighbours, that
    /// of losing blocks beyond them left out; `most` where it is no less.
    fn corridor(&self, block: u32, near: &BTreeSet<u32>, is_losing: &[u32], most: i64) -> i64 {
        let is_far_and_losing = |other: u32| {
            other != NONE && !near.contains(&other) && is_losing[other as usize] != NONE
        };
        let price = |v: usize| match self.block[v] {
            NONE => 0,
            other if is_far_and_losing(other) => 0,
            _ => self.weight[v],
        };
        let mut seen = std::collections::HashSet::new();
        let mut queue = BinaryHeap::new();
        for v in self.around(block).into_iter().map(|v| v as usize) {
            queue.push(Reverse((price(v), v)));
        }
        while let Some(Reverse((length, v))) = queue.pop() {
            if length >= most {
                break;
            }
            if !seen.insert(v) {
                continue;
            }
            if is_far_and_losing(self.block[v]) {
                return length;
            }
            for &t in self.graph.targets(v) {
                if self.block[t as usize] != block && !seen.contains(&(t as usize)) {
                    queue.push(Reverse((length + price(t as usize), t as usize)));
                }
            }
        }
        most
    }
}

/// The least sum, no less than `least`, of some of the items `(access, weight)`, where no item can
/// be had for less than its access. What is returned is never more than that.
fn least_sum(mut items: Vec<(i64, i64)>, least: i64) -> i64 {
    let horizon = HORIZON.saturating_mul(least);
    items.sort_unstable();
    let Some(words) = usize::try_from(horizon / 64 + 1)
        .ok()
        .filter(|words| words.saturating_mul(items.len()) <= WORK)
    else {
        return least;
    };
    let mut sums = vec![0u64; words];
    sums[0] = 1;
    let mut best = horizon;
    let mut next = 0;
    while next < items.len() && items[next].0 < best {
        let access = items[next].0;
        while next < items.len() && items[next].0 == access {
            let weight = items[next].1;
            if weight > 0 && weight <= horizon {
                add_to_sums(&mut sums, weight as usize);
            }
            next += 1;
        }
        let had = |sum: &i64| sums[(sum / 64) as usize] >> (sum % 64) & 1 == 1;
        if let Some(sum) = (least..best).find(had) {
            best = best.min(sum.max(access));
        }
    }
    best.max(least)
}
