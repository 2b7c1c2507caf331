//! Exchanging sets of vertices between a block that is out of its limits and blocks beside it.
//!
//! Where a block has room for people but not for ground, or the other way round, no set can come or
//! go by itself; one that goes in exchange for another can.

use super::hand_on::Hander;
use crate::divide::partition::Partition;

/// Exchanges for one block, one after the other.
const ROUNDS: usize = 8;
/// Of the best exchanges so many are tried.
const TRIED: usize = 50;

/// A connected set of vertices that can go from its block to another.
struct Set {
    first: u32,
    from: usize,
    to: usize,
    weights: Vec<i64>,
    /// Change of the prices of what is not in its block.
    moving: i64,
}

/// Whom an exchange is to help.
#[derive(Debug, Clone, Copy)]
enum For {
    /// All blocks together.
    All,
    /// The block itself.
    Block,
}

impl Hander<'_> {
    /// Exchanges sets until the block is within its limits, or none helps.
    pub fn exchange(&mut self, p: &mut Partition, block: usize) {
        for _ in 0..ROUNDS {
            if p.block_violation(block) == 0 || self.exchanges == 0 {
                return;
            }
            self.exchanges -= 1;
            if !self.exchange_once(p, block, For::All) {
                return;
            }
        }
    }

    /// Brings a block within its limits by one exchange, however far out others are then, as little as
    /// can be: it is for them to hand it on.
    pub fn force(&mut self, p: &mut Partition, block: usize) -> bool {
        self.exchange_once(p, block, For::Block)
    }

    fn exchange_once(&mut self, p: &mut Partition, block: usize, whom: For) -> bool {
        let before = p.block_violation(block);
        let beside: Vec<usize> = self.beside[block].iter().map(|&b| b as usize).collect();
        let outs = self.sets(p, block, &beside);
        let mut ins = Vec::new();
        for &other in &beside {
            ins.extend(self.sets(p, other, &[block]));
        }
        let singly = |sets: &[Set]| (0..sets.len()).map(Some).chain([None]).collect::<Vec<_>>();
        let mut found: Vec<(i64, i64, [Option<usize>; 2])> = Vec::new();
        for &i in &singly(&outs) {
            for &j in &singly(&ins) {
                let pair = [i.map(|i| &outs[i]), j.map(|j| &ins[j])];
                let (own, others) = self.change(p, block, pair);
                let helps = match whom {
                    For::All => own < 0 && own + others < 0,
                    For::Block => own == -before,
                };
                if helps {
                    let moving = pair.into_iter().flatten().map(|set| set.moving).sum();
                    found.push((own + others, moving, [i, j]));
                }
            }
        }
        found.sort_unstable();
        for (_, _, [i, j]) in found.into_iter().take(TRIED) {
            let (steps, all) = (self.steps(), p.score().violation);
            let pair = [i.map(|i| &outs[i]), j.map(|j| &ins[j])];
            // What hangs on a vertex may be something else once the other set is gone.
            let is_done = pair.into_iter().flatten().all(|set| self.go(p, set))
                && match whom {
                    For::All => p.score().violation < all,
                    For::Block => p.block_violation(block) == 0,
                };
            if is_done {
                return true;
            }
            self.back_to(p, steps);
        }
        false
    }

    /// Moves a set as it is now; whether it could go.
    fn go(&mut self, p: &mut Partition, set: &Set) -> bool {
        let v = set.first as usize;
        let touches = p.graph.targets(v).iter().any(|&t| p.block(t as usize) == set.to);
        if !touches || p.block(v) != set.from {
            return false;
        }
        let Some(leaving) = self.with_hanging(p, set.first) else { return false };
        for u in leaving {
            self.step(p, u as usize, set.to);
        }
        true
    }

    /// Sets along the borders of a block with some others.
    fn sets(&mut self, p: &Partition, block: usize, others: &[usize]) -> Vec<Set> {
        let graph = self.problem.graph;
        let mut sets = Vec::new();
        for i in 0..self.members.of_block[block].len() {
            let v = self.members.of_block[block][i];
            let beside = graph.targets(v as usize).iter().map(|&t| p.block(t as usize));
            let mut to: Vec<usize> = beside.filter(|b| others.contains(b)).collect();
            to.sort_unstable();
            to.dedup();
            if to.is_empty() {
                continue;
            }
            let Some(leaving) = self.with_hanging(p, v) else { continue };
            for to in to {
                let mut weights = vec![0; graph.dimensions()];
                let mut moving = 0;
                for &u in &leaving {
                    weights.iter_mut().zip(graph.weights(u as usize)).for_each(|(a, b)| *a += b);
                    moving += self.problem.moving(u as usize, block, to);
                }
                sets.push(Set { first: v, from: block, to, weights, moving });
            }
        }
        sets
    }

    /// How the violation of a block, and that of others, changes when one set leaves it and another
    /// comes in. What others have is not looked at where the block itself is no better off.
    fn change(&self, p: &Partition, block: usize, sets: [Option<&Set>; 2]) -> (i64, i64) {
        let with = |b: usize| {
            let sign = |set: &Set| i64::from(set.to == b) - i64::from(set.from == b);
            let sets = sets.map(|set| set.map(|set| (sign(set), set)));
            let loads = p.load(b).iter().enumerate().map(|(i, load)| {
                let changes = sets.iter().flatten().map(|(sign, set)| sign * set.weights[i]);
                load + changes.sum::<i64>()
            });
            self.problem.limits.sum_outside(b, loads) - p.block_violation(b)
        };
        let own = with(block);
        if own >= 0 {
            return (own, 0);
        }
        let others = match sets {
            [Some(out), Some(coming)] if out.to == coming.from => with(out.to),
            [out, coming] => out.map_or(0, |s| with(s.to)) + coming.map_or(0, |s| with(s.from)),
        };
        (own, others)
    }
}
