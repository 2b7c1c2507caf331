//! Prices on the vertices: a bound on what any choice of blocks costs together.
//!
//! Where every vertex has a price and no block costs less than the prices of its vertices and a
//! fixed sum, no division into `k` blocks costs less than all prices and `k` times that sum. The
//! best prices are the dual of set partitioning's linear relaxation; they are approached by
//! iterative scaling (Darroch and Ratcliff 1972): blocks are weighed by how little they cost beyond
//! their prices, and a vertex that too much of this weight lies on becomes cheaper. Any prices make
//! a true bound, so they are sought in floating point, and rounded before anything is concluded.

use super::budget::{Budget, Spent};
use super::small::{Block, Figure, Small, bits};

/// Rounds of scaling at most.
const ROUNDS: usize = 240;
/// Rounds after which dear blocks are dropped.
const DROP: usize = 8;
/// Such times without a better bound, after which it is at its best.
const PATIENCE: usize = 4;
/// Temperature of the weighing at first and by round, as shares of the mean cost of a block.
const HOT: f64 = 0.2;
const COOLING: f64 = 0.97;
/// Share of the last change of a price that is made again.
const MOMENTUM: f64 = 0.7;
/// A pool so small is searched at once.
const FEW: usize = 40;

/// Prices in whole numbers: costs times `2^shift`.
#[derive(Debug)]
pub(super) struct Prices {
    shift: u32,
    price: Vec<i64>,
    /// What every block of the pool costs at least beyond its prices.
    base: i64,
}

impl Prices {
    fn rounded(price: &[f64], unit: f64, shift: u32) -> Self {
        let whole = |p: &f64| (p * unit * (1u64 << shift) as f64) as i64;
        Prices { shift, price: price.iter().map(whole).collect(), base: 0 }
    }

    /// What a block costs beyond its prices.
    pub fn beyond(&self, members: u64, cost: i64) -> i64 {
        (cost << self.shift) - bits(members).map(|v| self.price[v]).sum::<i64>()
    }

    /// What a block costs more than the cheapest beyond its prices.
    pub fn excess(&self, members: u64, cost: i64) -> i64 {
        self.beyond(members, cost) - self.base
    }

    /// What a division into `blocks` may have in excess, to cost no more than `most`; negative
    /// where there is none.
    pub fn slack(&self, blocks: usize, most: i64) -> i64 {
        (most << self.shift) - self.price.iter().sum::<i64>() - blocks as i64 * self.base
    }

    /// How far beyond its prices a block of a division into `blocks` may cost, for that to cost no
    /// more than `most`, if no block costs less than `least` beyond.
    pub fn farthest(&self, blocks: usize, most: i64, least: i64) -> i64 {
        (most << self.shift) - self.price.iter().sum::<i64>() - (blocks as i64 - 1) * least
    }

    /// What the cheapest block of the pool costs beyond its prices.
    pub fn base(&self) -> i64 {
        self.base
    }

    /// What a cost of one counts.
    pub fn shift(&self) -> u32 {
        self.shift
    }

    /// The price of every vertex.
    pub fn price(&self, vertex: usize) -> i64 {
        self.price[vertex]
    }

    /// What every division into `blocks` of the pool costs at least.
    pub fn bound(&self, blocks: usize) -> i64 {
        let bound = self.price.iter().sum::<i64>() + blocks as i64 * self.base;
        // Rounded up: costs are whole.
        -((-bound) >> self.shift)
    }
}

/// Finds prices for the blocks of a pool and drops every block that no division of the pool's into
/// `blocks` with a cost up to `most` holds. Blocks that are too dear by less than `spare` mean
/// blocks are kept: more may be added to such a pool.
pub(super) fn price(
    small: &Small,
    pool: &mut Vec<Block>,
    (blocks, cost, most): (usize, Figure, i64),
    spare: f64,
    budget: &mut Budget,
) -> Prices {
    let n = small.len();
    let k = blocks as f64;
    let dearest = pool.iter().map(|b| cost.of(b)).max().unwrap_or(0).max(most).max(1);
    let unit = (most as f64 / k).max(1.0);
    // Sums over all vertices and blocks stay far below 2^62.
    let shift = (50 - dearest.ilog2().min(50)).min(24);
    let mut now = vec![0.0; n];
    let mut last = now.clone();
    let mut best = Prices::rounded(&now, unit, shift);
    let spare = (spare * unit * (1u64 << shift) as f64) as i64;
    best.settle(pool, (blocks, cost, most), spare);
    let mut heat = HOT;
    let mut vain = 0;
    let mut beyond = Vec::new();
    for round in 1..=ROUNDS {
        if pool.len() <= FEW || best.slack(blocks, most) < 0 {
            break;
        }
        let size = pool.iter().map(|b| u64::from(b.members.count_ones())).sum::<u64>();
        if budget.take(size / 4) == Err(Spent) {
            break;
        }
        let ahead: Vec<f64> = now.iter().zip(&last).map(|(a, b)| a + MOMENTUM * (a - b)).collect();
        beyond.clear();
        beyond
            .extend(pool.iter().map(|b| {
                cost.of(b) as f64 / unit - bits(b.members).map(|v| ahead[v]).sum::<f64>()
            }));
        let least = beyond.iter().copied().fold(f64::INFINITY, f64::min);
        let (mut all, mut on) = (0.0, vec![0.0; n]);
        for (block, own) in pool.iter().zip(&beyond) {
            let weight = (least - own) / heat;
            if weight > -20.0 {
                let weight = weight.exp();
                all += weight;
                bits(block.members).for_each(|v| on[v] += weight);
            }
        }
        let pace = heat * pool.len() as f64 / size as f64;
        last = std::mem::replace(&mut now, ahead);
        for (price, on) in now.iter_mut().zip(&on) {
            *price -= pace * (k * on / all).ln().max(-5.0);
        }
        heat = (heat * COOLING).max(1e-3);
        if round % DROP == 0 {
            let mut found = Prices::rounded(&now, unit, shift);
            let before = pool.len();
            found.settle(pool, (blocks, cost, most), spare);
            if found.slack(blocks, most) < best.slack(blocks, most) {
                best = found;
                vain = 0;
            } else if pool.len() * 20 > before * 19 {
                vain += 1;
            }
            if vain == PATIENCE || pool.is_empty() {
                break;
            }
        }
    }
    best
}

impl Prices {
    /// Finds the cheapest block beyond its prices, and drops what is too dear.
    fn settle(
        &mut self,
        pool: &mut Vec<Block>,
        (blocks, cost, most): (usize, Figure, i64),
        spare: i64,
    ) {
        self.base = pool.iter().map(|b| self.beyond(b.members, cost.of(b))).min().unwrap_or(0);
        let slack = self.slack(blocks, most) + spare;
        pool.retain(|b| self.excess(b.members, cost.of(b)) <= slack);
    }
}
