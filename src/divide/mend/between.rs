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
use std::collections::{BinaryHeap, VecDeque};

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
        // Or a block that gains does not go on at all, and all that is in it moves.
        let given_up = gaining.iter().map(|&(b, _)| load[b as usize]).min().unwrap_or(i64::MAX);
        let bound = |far: bool| {
            let sum = sum(&losing) + sum(&gaining) - self.most_shared(&losing, &gaining, far);
            (sum - self.outside).max(0).min(given_up)
        };
        (bound(true), bound(false))
    }

    /// The least that can leave a block if at least `excess` is to.
    fn least_loss(&self, block: u32, excess: i64) -> i64 {
        let inside = |v: usize| self.block[v] == block;
        let starts = (0..self.graph.len())
            .filter(|&v| inside(v) && self.graph.targets(v).iter().any(|&t| !inside(t as usize)));
        least_sum(self.reached(starts, inside, excess), excess)
    }

    /// The least that can enter a block if at least `lack` is to.
    fn least_gain(&self, block: u32, lack: i64) -> i64 {
        let outside = |v: usize| self.block[v] != block;
        let starts = (0..self.graph.len())
            .filter(|&v| outside(v) && self.graph.targets(v).iter().any(|&t| !outside(t as usize)));
        least_sum(self.reached(starts, outside, lack), lack)
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

    /// The most that moves from losing to gaining blocks can serve both; `far_too` says whether also
    /// between blocks that do not touch.
    fn most_shared(&self, losing: &[(u32, i64)], gaining: &[(u32, i64)], far_too: bool) -> i64 {
        let (sources, sinks) = (losing.len(), gaining.len());
        // Losing blocks, gaining blocks, the far ways into these, what is free, source and sink.
        let far = sources + sinks;
        let free = far + sinks;
        let mut flow = Flow::of(free + 3);
        let (source, sink) = (free + 1, free + 2);
        for (i, &(_, loss)) in losing.iter().enumerate() {
            flow.arc(source, i, loss);
        }
        flow.arc(source, free, self.free);
        let mut is_losing = vec![NONE; self.range.len()];
        for (i, &(block, _)) in losing.iter().enumerate() {
            is_losing[block as usize] = i as u32;
        }
        for (j, &(block, gain)) in gaining.iter().enumerate() {
            let node = sources + j;
            flow.arc(node, sink, gain);
            flow.arc(free, node, gain);
            let near = self.neighbours(block);
            if far_too {
                let corridor = self.corridor(block, &near, &is_losing, gain);
                flow.arc(far + j, node, (gain - corridor).max(0));
            }
            for (i, &(other, _)) in losing.iter().enumerate() {
                let to = if near[other as usize] { node } else { far + j };
                flow.arc(i, to, i64::MAX / 4);
            }
        }
        flow.most(source, sink)
    }

    /// Which blocks a block touches, by itself or over vertices that are in none.
    fn neighbours(&self, block: u32) -> Vec<bool> {
        let mut near = vec![false; self.range.len()];
        let mut seen = vec![false; self.graph.len()];
        let mut stack: Vec<usize> =
            (0..self.graph.len()).filter(|&v| self.block[v] == block).collect();
        while let Some(v) = stack.pop() {
            for &t in self.graph.targets(v) {
                match self.block[t as usize] {
                    NONE if !seen[t as usize] => {
                        seen[t as usize] = true;
                        stack.push(t as usize);
                    }
                    NONE => {}
                    other => near[other as usize] = true,
                }
            }
        }
        near
    }

    /// The least weight that a block takes in on the way to a losing block beyond its neighbours, that
    /// of losing blocks beyond them left out; `most` where it is no less.
    fn corridor(&self, block: u32, near: &[bool], is_losing: &[u32], most: i64) -> i64 {
        let is_far_and_losing = |other: u32| {
            other != NONE && !near[other as usize] && is_losing[other as usize] != NONE
        };
        let price = |v: usize| match self.block[v] {
            NONE => 0,
            other if is_far_and_losing(other) => 0,
            _ => self.weight[v],
        };
        let mut seen = std::collections::HashSet::new();
        let mut queue = BinaryHeap::new();
        for v in (0..self.graph.len()).filter(|&v| self.block[v] == block) {
            seen.insert(v);
            for &t in self.graph.targets(v) {
                if self.block[t as usize] != block {
                    queue.push(Reverse((price(t as usize), t as usize)));
                }
            }
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
                if !seen.contains(&(t as usize)) {
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

/// The most that flows through a small network (Edmonds & Karp 1972).
struct Flow {
    arcs: Vec<(usize, i64)>,
    of_node: Vec<Vec<usize>>,
}

impl Flow {
    fn of(nodes: usize) -> Flow {
        Flow { arcs: Vec::new(), of_node: vec![Vec::new(); nodes] }
    }

    fn arc(&mut self, from: usize, to: usize, capacity: i64) {
        self.of_node[from].push(self.arcs.len());
        self.arcs.push((to, capacity));
        self.of_node[to].push(self.arcs.len());
        self.arcs.push((from, 0));
    }

    fn most(&mut self, source: usize, sink: usize) -> i64 {
        let mut total = 0;
        loop {
            let mut by = vec![usize::MAX; self.of_node.len()];
            let mut queue = VecDeque::from([source]);
            while let Some(node) = queue.pop_front() {
                for &arc in &self.of_node[node] {
                    let (to, left) = self.arcs[arc];
                    if left > 0 && by[to] == usize::MAX && to != source {
                        by[to] = arc;
                        queue.push_back(to);
                    }
                }
            }
            if by[sink] == usize::MAX {
                return total;
            }
            let mut amount = i64::MAX;
            let mut node = sink;
            while node != source {
                amount = amount.min(self.arcs[by[node]].1);
                node = self.arcs[by[node] ^ 1].0;
            }
            node = sink;
            while node != source {
                self.arcs[by[node]].1 -= amount;
                self.arcs[by[node] ^ 1].1 += amount;
                node = self.arcs[by[node] ^ 1].0;
            }
            total += amount;
        }
    }
}
