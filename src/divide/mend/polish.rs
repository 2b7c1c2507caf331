//! The last touch: what need not have moved goes home, and large moves are exchanged for smaller.

use super::{NONE, Problem, Worth};
use crate::divide::extents::Extents;
use crate::divide::partition::{Partition, Reach};

/// Rounds over all that is away.
const ROUNDS: usize = 8;
/// Moves that may take the place of one.
const STEPS: usize = 4;

/// Makes a division no worse, and better where a vertex can go home, by itself or with a few smaller
/// ones leaving in its stead. Steps are judged by the worth itself.
pub(super) fn polish(problem: &Problem, p: &mut Partition) {
    let blocks = problem.limits.blocks();
    let extents = problem.far.as_ref().map(|far| Extents::of(far.footings, p.labels(), blocks));
    let mut polish = Polish { problem, reach: Reach::default(), members: Members::of(p), extents };
    for _ in 0..ROUNDS {
        let before = problem.worth(p);
        polish.round(p);
        if problem.worth(p) >= before {
            break;
        }
    }
}

/// The vertices of every block.
pub(super) struct Members {
    pub of_block: Vec<Vec<u32>>,
    /// Where in its block's list each vertex stands.
    place: Vec<u32>,
}

impl Members {
    pub fn of(p: &Partition) -> Members {
        let mut of_block = vec![Vec::new(); p.limits.blocks()];
        let mut place = Vec::with_capacity(p.graph.len());
        for (v, &block) in p.labels().iter().enumerate() {
            place.push(of_block[block as usize].len() as u32);
            of_block[block as usize].push(v as u32);
        }
        Members { of_block, place }
    }

    pub fn move_vertex(&mut self, v: usize, from: usize, to: usize) {
        let at = self.place[v] as usize;
        self.of_block[from].swap_remove(at);
        if let Some(&other) = self.of_block[from].get(at) {
            self.place[other as usize] = at as u32;
        }
        self.place[v] = self.of_block[to].len() as u32;
        self.of_block[to].push(v as u32);
    }
}

/// What a chain of moves has changed so far.
#[derive(Clone, Copy)]
struct Change {
    violation: i64,
    moved: i64,
    cost: i64,
}

struct Polish<'a> {
    problem: &'a Problem<'a>,
    reach: Reach,
    members: Members,
    extents: Option<Extents<'a>>,
}

impl Polish<'_> {
    fn round(&mut self, p: &mut Partition) {
        let (home, stay) = (&self.problem.start.home, &self.problem.standing.stay);
        let mut away: Vec<u32> = (0..p.graph.len() as u32)
            .filter(|&v| {
                let h = home[v as usize];
                h != NONE && h as usize != p.block(v as usize) && stay[v as usize] > 0
            })
            .collect();
        away.sort_by_key(|&v| (-stay[v as usize], v));
        for v in away {
            let (v, to) = (v as usize, home[v as usize] as usize);
            if p.block(v) != to {
                self.send_home(p, v, to);
            }
        }
    }

    /// Tries to bring `v` home; where that breaks a limit, smaller ones leave in its stead.
    fn send_home(&mut self, p: &mut Partition, v: usize, to: usize) {
        let from = p.block(v);
        let touches = p.graph.targets(v).iter().any(|&t| p.block(t as usize) == to);
        if !touches || self.problem.start.closed[to] || !p.can_leave(v, &mut self.reach) {
            return;
        }
        let nothing = Worth { violation: 0, price: 0 };
        let mut trail = vec![(v, from)];
        let mut sum = self.step(p, v, to, Change { violation: 0, moved: 0, cost: 0 });
        let mut blocks = vec![from, to];
        while self.worth(sum) >= nothing && trail.len() <= STEPS {
            let Some((u, block)) = self.best_substitute(p, &blocks, &trail, sum) else { break };
            trail.push((u, p.block(u)));
            sum = self.step(p, u, block, sum);
            if !blocks.contains(&block) {
                blocks.push(block);
            }
        }
        if self.worth(sum) >= nothing {
            for (u, block) in trail.into_iter().rev() {
                self.reaching(u, p.block(u), block);
                self.members.move_vertex(u, p.block(u), block);
                p.move_vertex(u, block);
            }
        }
    }

    fn worth(&self, change: Change) -> Worth {
        Worth { violation: change.violation, price: self.problem.price(change.moved, change.cost) }
    }

    fn step(&mut self, p: &mut Partition, v: usize, to: usize, sum: Change) -> Change {
        let from = p.block(v);
        let moved = self.problem.moving(v, from, to);
        let too_far = self.reaching(v, from, to);
        let score = p.move_vertex(v, to);
        self.members.move_vertex(v, from, to);
        Change {
            violation: sum.violation + score.violation + too_far,
            moved: sum.moved + moved,
            cost: sum.cost + score.cost,
        }
    }

    /// Moves `v` where it is known how far blocks reach, and tells what reaching too far then counts
    /// more.
    fn reaching(&mut self, v: usize, from: usize, to: usize) -> i64 {
        let (Some(far), Some(extents)) = (&self.problem.far, &mut self.extents) else { return 0 };
        let count = |extents: &Extents| -> i64 {
            [from, to].into_iter().map(|b| far.too_far(b, &extents.of_block[b])).sum()
        };
        let before = count(extents);
        let (left, joined) = (extents.without(v, from, true), extents.with(v, to));
        extents.move_vertex(v, from, to, left, joined);
        count(extents) - before
    }

    /// The move out of or into one of `blocks` that leaves least violation, then least price, and
    /// keeps what is moved in all below what was.
    fn best_substitute(
        &mut self,
        p: &Partition,
        blocks: &[usize],
        trail: &[(usize, usize)],
        sum: Change,
    ) -> Option<(usize, usize)> {
        let mut candidates: Vec<(Worth, usize, usize)> = Vec::new();
        for &block in blocks.iter().filter(|&&b| p.block_violation(b) > 0) {
            for &u in &self.members.of_block[block] {
                let u = u as usize;
                for &t in p.graph.targets(u) {
                    let other = p.block(t as usize);
                    if other != block {
                        self.consider(p, u, other, sum, &mut candidates);
                        self.consider(p, t as usize, block, sum, &mut candidates);
                    }
                }
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let found = candidates.into_iter().find(|&(_, u, _)| {
            trail.iter().all(|&(seen, _)| seen != u) && p.can_leave(u, &mut self.reach)
        });
        found.map(|(_, u, to)| (u, to))
    }

    fn consider(
        &self,
        p: &Partition,
        u: usize,
        to: usize,
        sum: Change,
        candidates: &mut Vec<(Worth, usize, usize)>,
    ) {
        let closed = &self.problem.start.closed;
        let moved = sum.moved + self.problem.moving(u, p.block(u), to);
        if closed[to] || closed[p.block(u)] || moved > 0 {
            return;
        }
        let change = p.violation_change(u, to);
        if change < 0 {
            let worth =
                Worth { violation: sum.violation + change, price: self.problem.price(moved, 0) };
            candidates.push((worth, u, to));
        }
    }
}
