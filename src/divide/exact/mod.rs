//! The exact solver for small graphs: what it returns is proved to be the optimum.
//!
//! A division is a choice of `k` disjoint connected blocks, and both of its figures, violation and
//! cost, are sums over blocks. So all blocks that a better division than the best one known could
//! hold are enumerated ([`blocks`]), prices on the vertices bound from below what any choice of
//! them costs ([`prices`]), blocks too dear for it are dropped, and the rest is searched wholly
//! ([`cover`]): set partitioning, as Garfinkel and Nemhauser (1970) draw political districts. Work
//! is counted in steps, never in seconds, so that the answer is the same on every machine.

mod blocks;
mod budget;
mod cover;
mod prices;
mod rest;
mod small;

use super::objective::{Limits, Score};
use crate::graph::Graph;
use crate::watch::Watch;
use blocks::{Caps, Dear, Growth};
pub(super) use budget::{Budget, Spent};
use cover::Cover;
use prices::price;
pub(super) use small::bits;
use small::{Block, Figure, Small};

/// Most vertices of a graph that may be solved exactly: a set of them is a word of bits.
const MOST_VERTICES: usize = 64;

/// What is proved of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// That no division without more violation costs less than this.
    Cost(i64),
    /// That no division is better: none has less violation, and none with as little costs less.
    Optimum,
}

impl Default for Proof {
    fn default() -> Self {
        Proof::Cost(0)
    }
}

/// What the exact solver came to: the best division known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exact {
    pub labels: Vec<u32>,
    pub score: Score,
    pub proof: Proof,
}

/// Improves a division into connected blocks to the optimum, or until `steps` are spent.
///
/// `least` is a violation that is known to be unavoidable; all blocks have the same limits. `None`
/// where the graph has too many vertices, or a block is not connected.
pub(crate) fn solve_exactly(
    graph: &Graph,
    limits: &Limits,
    labels: &[u32],
    least: i64,
    steps: u64,
    watch: &Watch,
) -> Option<Exact> {
    if graph.is_empty() || graph.len() > MOST_VERTICES {
        return None;
    }
    let small = Small::new(graph, limits);
    let mut budget = Budget::new(steps, watch);
    let mut best = small.division(labels)?;
    let blocks = best.len();
    let mut least_violation = small::score(&best).violation <= least;
    if !least_violation {
        let most = small::score(&best).violation - 1;
        let wanted = Wanted { blocks, violation: most, figure: Figure::Violation, most };
        let (found, bound) = search(&small, wanted, &best, &mut budget);
        best = found.unwrap_or(best);
        least_violation = bound.is_some_and(|bound| bound >= small::score(&best).violation);
    }
    let Score { violation, cost } = small::score(&best);
    // The cost around blocks is twice the cost of what is cut.
    let wanted = Wanted { blocks, violation, figure: Figure::Boundary, most: 2 * cost - 2 };
    let (found, bound) = search(&small, wanted, &best, &mut budget);
    best = found.unwrap_or(best);
    let score = small::score(&best);
    let least_cost = bound.map_or(0, |b| b.saturating_add(1) / 2).clamp(0, score.cost);
    let proof = match least_violation && least_cost == score.cost && bound.is_some() {
        true => Proof::Optimum,
        false => Proof::Cost(least_cost),
    };
    Some(Exact { labels: small.labels(&best), score, proof })
}

/// What is looked for: among divisions into so many blocks with at most so much violation, the one
/// with the least of a figure, and at most so much of it.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    blocks: usize,
    violation: i64,
    figure: Figure,
    most: i64,
}

/// Looks for a division better than `known`. The second answer is a bound on the figure: what was
/// found has it, or no division has less than one more than `most`, where the budget was enough.
fn search(
    small: &Small,
    wanted: Wanted,
    known: &[Block],
    budget: &mut Budget,
) -> (Option<Vec<Block>>, Option<i64>) {
    let Wanted { blocks, violation, figure, most } = wanted;
    match blocks {
        // There is no other division, or none that costs less than nothing.
        1 => (None, Some(most.saturating_add(1))),
        _ if most < 0 => (None, Some(most + 1)),
        2 => halves(small, wanted, budget),
        _ => {
            let Ok(mut pool) = pool(small, wanted, known, budget) else { return (None, None) };
            if figure == Figure::Boundary && violation > 0 {
                // What is part of no division with so little violation, is of no use.
                let least = (blocks, Figure::Violation, violation);
                price(small, &mut pool, least, 0.0, budget);
            }
            let prices = price(small, &mut pool, (blocks, figure, most), 0.0, budget);
            let bound = prices.bound(blocks).clamp(0, most.saturating_add(1));
            let cover =
                Cover::new(small, &pool, &prices, figure, (blocks, most, violation), budget);
            match cover.run() {
                (Some(found), Ok(())) => {
                    let sum = found.iter().map(|b| figure.of(b)).sum();
                    (Some(found), Some(sum))
                }
                (None, Ok(())) => (None, Some(most.saturating_add(1))),
                (found, Err(Spent)) => (found, Some(bound)),
            }
        }
    }
}

/// Rounds of pricing some blocks and looking for others that are cheap at these prices.
const ROUNDS: usize = 6;
/// Share of a mean block by which a block may be too dear for the pool, and be kept for now.
const SPARE: f64 = 0.1;

/// All blocks that a division as wanted may hold, as far as they are not too dear for it.
fn pool(
    small: &Small,
    wanted: Wanted,
    known: &[Block],
    budget: &mut Budget,
) -> Result<Vec<Block>, Spent> {
    let Wanted { blocks, violation, figure, most } = wanted;
    if figure == Figure::Violation {
        return all_blocks(small, Caps { blocks, violation, boundary: i64::MAX }, None, budget);
    }
    // Of the cost around all blocks, one has at most half: what is around it is around others too.
    let caps = Caps { blocks, violation, boundary: most / 2 };
    let dearest = known.iter().map(|b| b.boundary).max().unwrap_or(0).min(caps.boundary);
    let mut pool = all_blocks(small, Caps { boundary: dearest, ..caps }, None, budget)?;
    for _ in 0..ROUNDS {
        if dearest == caps.boundary {
            return Ok(pool);
        }
        let prices = price(small, &mut pool, (blocks, figure, most), SPARE, budget);
        let allowance = ((most / blocks as i64) << prices.shift()) / 64;
        let least = prices.base() - allowance;
        let farthest = prices.farthest(blocks, most, least).max(prices.base() + allowance);
        let dear = Dear::new(small, &prices, farthest, violation);
        pool = all_blocks(small, caps, Some(dear), budget)?;
        let beyond = |b: &Block| prices.beyond(b.members, b.boundary);
        // Every block but those of the pool costs more than `farthest`.
        let least = pool.iter().map(beyond).min().unwrap_or(farthest);
        if prices.farthest(blocks, most, least) <= farthest {
            return Ok(pool);
        }
    }
    all_blocks(small, caps, None, budget)
}

/// All blocks that a division within the caps may hold and that are not too dear.
fn all_blocks(
    small: &Small,
    caps: Caps,
    dear: Option<Dear>,
    budget: &mut Budget,
) -> Result<Vec<Block>, Spent> {
    let mut pool = Vec::new();
    let mut growth = Growth::new(small, caps, dear, budget, |block, _: &mut Caps| {
        pool.push(block);
    });
    for root in 0..small.len() {
        growth.grow_from(root)?;
    }
    Ok(pool)
}

/// The best division into two: the block of the first vertex tells the other.
fn halves(small: &Small, wanted: Wanted, budget: &mut Budget) -> (Option<Vec<Block>>, Option<i64>) {
    let Wanted { violation, figure, mut most, .. } = wanted;
    let by_cost = figure == Figure::Boundary;
    let boundary = if by_cost { most / 2 } else { i64::MAX };
    let mut best = None;
    let caps = Caps { blocks: 2, violation, boundary };
    let mut growth = Growth::new(small, caps, None, budget, |block: Block, caps: &mut Caps| {
        let Some(other) = small.block(small.all() & !block.members) else { return };
        let sum = figure.of(&block) + figure.of(&other);
        if sum <= most && block.violation + other.violation <= caps.violation {
            best = Some(vec![block, other]);
            most = sum - 1;
            if by_cost {
                caps.boundary = most / 2;
            } else {
                caps.violation = most;
            }
        }
    });
    let ended = growth.grow_from(0);
    drop(growth);
    (best, ended.is_ok().then_some(most.saturating_add(1)))
}

#[cfg(test)]
pub(super) mod testing;

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;
