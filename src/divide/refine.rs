//! Localised Fiduccia-Mattheyses refinement that never breaks a block.
//!
//! Searches start from single border vertices and may pass through worse states; what counts is
//! the best state on the way (Fiduccia & Mattheyses 1982; localised k-way form: Sanders & Schulz
//! 2011). Moves may pass through imbalance, priced by an exchange rate, so that chains of moves
//! along several blocks are found; a search is kept only where the score itself got better.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::objective::Score;
use super::partition::{Partition, Reach};
use crate::random::Random;

/// Mean edge costs by which a search may fall behind its best state before it gives up.
const DESPAIR: f64 = 5.0;

/// How hard to refine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Rounds over all border vertices, at most.
    pub rounds: usize,
    /// Moves without a new best state before a search gives up.
    pub patience: usize,
}

/// A candidate move in the queue; the greatest is the one that worsens least.
#[derive(Debug, PartialEq)]
struct Candidate {
    price: f64,
    vertex: u32,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.price.total_cmp(&self.price).then(other.vertex.cmp(&self.vertex))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The refinement with its buffers; one per thread, used again and again.
#[derive(Debug, Default)]
pub(crate) struct Refiner {
    reach: Reach,
    queue: BinaryHeap<Candidate>,
    /// Search (or round) in which a vertex was moved for good.
    moved: Vec<u32>,
    stamp: u32,
    round: u32,
    /// Search in which a block's border was queued as a whole.
    opened: Vec<u32>,
    trail: Vec<(u32, u32)>,
    links: Vec<(u32, i64)>,
    seeds: Vec<u32>,
    block_queue: Vec<u32>,
    /// Mean cost of an edge.
    mean_cost: f64,
}

impl Refiner {
    /// Refines until a round brings nothing or the rounds are used up.
    pub fn refine(&mut self, p: &mut Partition, effort: Effort, random: &mut Random) {
        self.reset(p);
        self.mean_cost = p.graph.mean_cost();
        for _ in 0..effort.rounds {
            let before = p.score();
            self.seeds.clear();
            self.seeds.extend((0..p.graph.len() as u32).filter(|&v| p.on_border(v as usize)));
            let mut seeds = std::mem::take(&mut self.seeds);
            random.shuffle(&mut seeds);
            let exchange = exchange_rate(p);
            self.stamp += 1;
            self.round = self.stamp;
            for &seed in &seeds {
                if self.moved[seed as usize] < self.round && p.on_border(seed as usize) {
                    self.search(p, seed, exchange, effort.patience);
                }
            }
            self.seeds = seeds;
            let gain = before - p.score();
            if gain.violation == 0 && gain.cost * 500 <= before.cost {
                break;
            }
        }
    }

    fn reset(&mut self, p: &Partition) {
        if self.moved.len() != p.graph.len() || self.stamp > u32::MAX / 2 {
            self.moved = vec![0; p.graph.len()];
            self.opened = Vec::new();
            self.stamp = 0;
        }
        if self.opened.len() < p.limits.blocks() {
            self.opened.resize(p.limits.blocks(), 0);
        }
    }

    /// Moves vertices around `seed`, best first, and keeps the best state met.
    fn search(&mut self, p: &mut Partition, seed: u32, exchange: f64, patience: usize) {
        self.stamp += 1;
        self.queue.clear();
        self.trail.clear();
        self.enqueue(p, seed, exchange);
        let despair = DESPAIR * self.mean_cost;
        let (mut sum, mut best, mut best_length) = (Score::default(), Score::default(), 0);
        while let Some(candidate) = self.queue.pop() {
            let v = candidate.vertex as usize;
            if self.moved[v] >= self.round {
                continue;
            }
            let Some((price, to)) = self.best_move(p, v, exchange) else { continue };
            if price > candidate.price && self.queue.peek().is_some_and(|next| next.price < price) {
                self.queue.push(Candidate { price, vertex: candidate.vertex });
                continue;
            }
            if !p.can_leave(v, &mut self.reach) {
                continue;
            }
            let (from, outside) = (p.block(v), p.block_violation(to));
            sum = sum + p.move_vertex(v, to);
            self.moved[v] = self.stamp;
            self.trail.push((candidate.vertex, from as u32));
            if sum < best {
                best = sum;
                best_length = self.trail.len();
            } else if self.trail.len() - best_length > patience
                || (sum - best).cost as f64 + exchange * (sum - best).violation as f64 > despair
            {
                break;
            }
            for i in 0..p.graph.degree(v) {
                let t = p.graph.targets(v)[i];
                if self.moved[t as usize] < self.round {
                    self.enqueue(p, t, exchange);
                }
            }
            if p.block_violation(to) > outside && self.opened[to] != self.stamp {
                self.opened[to] = self.stamp;
                self.enqueue_border(p, candidate.vertex, exchange);
            }
        }
        for &(v, from) in self.trail[best_length..].iter().rev() {
            p.move_vertex(v as usize, from as usize);
            self.moved[v as usize] = 0;
        }
    }

    fn enqueue(&mut self, p: &Partition, vertex: u32, exchange: f64) {
        if let Some((price, _)) = self.best_move(p, vertex as usize, exchange) {
            self.queue.push(Candidate { price, vertex });
        }
    }

    /// Queues the whole border of `start`'s block, so that what came in can go out elsewhere.
    fn enqueue_border(&mut self, p: &Partition, start: u32, exchange: f64) {
        const LIMIT: usize = 512;
        let block = p.block(start as usize);
        let mut queue = std::mem::take(&mut self.block_queue);
        queue.clear();
        queue.push(start);
        self.reach.start(p.graph.len());
        self.reach.visit(start);
        let mut head = 0;
        while head < queue.len() && queue.len() < LIMIT {
            let v = queue[head];
            head += 1;
            if self.moved[v as usize] < self.round {
                self.enqueue(p, v, exchange);
            }
            for &t in p.graph.targets(v as usize) {
                if p.block(t as usize) == block && self.reach.visit(t) {
                    queue.push(t);
                }
            }
        }
        self.block_queue = queue;
    }

    /// The neighbouring block that `v` would best move to, and the price of it.
    fn best_move(&mut self, p: &Partition, v: usize, exchange: f64) -> Option<(f64, usize)> {
        let own = p.block(v) as u32;
        self.links.clear();
        let mut inside = 0;
        for (t, c) in p.graph.neighbours(v) {
            let b = p.block(t) as u32;
            if b == own {
                inside += c;
            } else if let Some(link) = self.links.iter_mut().find(|l| l.0 == b) {
                link.1 += c;
            } else {
                self.links.push((b, c));
            }
        }
        let mut best: Option<(f64, usize)> = None;
        for &(b, outside) in &self.links {
            let change = p.violation_change(v, b as usize);
            let price = (inside - outside) as f64 + exchange * change as f64;
            if best.is_none_or(|(p, to)| price < p || (price == p && (b as usize) < to)) {
                best = Some((price, b as usize));
            }
        }
        best
    }
}

/// What a billionth of violation is worth in border cost while searching: a grid that is a tenth
/// of the mean out of its limits weighs as much as its whole border.
fn exchange_rate(p: &Partition) -> f64 {
    let border = 2.0 * p.score().cost as f64 / p.limits.blocks() as f64;
    10.0 * border.max(1.0) / 1e9
}

#[cfg(test)]
#[path = "refine_tests.rs"]
mod tests;
