//! Chains of moves: the cheapest way to bring a block within its limits, found by looking at all chains
//! of single moves from the cheapest on.
//!
//! Where few vertices have to move, and each is large beside the room that blocks have, it counts which
//! ones they are. So a block that is out of its limits gives a vertex away or takes one in, whichever;
//! then the one that is now farthest out does, and so on, until all are within (ejection chains; Glover
//! 1996). What may be moved in all grows step by step (iterative deepening; Korf 1985).

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;
use super::polish::Members;
use crate::divide::exact::{Budget, Spent};
use crate::divide::partition::{Partition, Reach};
use crate::groups::Groups;

/// How often all groups are looked at while any becomes better.
const PASSES: usize = 8;
/// Steps that it counts to ask whether a vertex can leave its block.
const LEAVING: u64 = 16;

/// A chain: what it moves, what it costs in borders, and where its vertices come to.
struct Chain {
    moved: i64,
    border: i64,
    way: Vec<(u32, u32)>,
}

/// Brings blocks within their limits one after the other, and mends anew what groups of blocks have
/// exchanged; each in no more than `steps` steps, and never worse. Does nothing where borders count as
/// much as moving, or it is limited how far blocks may reach.
pub(super) fn improve(problem: &Problem, p: &mut Partition, steps: u64) {
    if problem.far.is_some() || !problem.standing.stay_first {
        return;
    }
    let blocks = problem.limits.blocks();
    let mut chains = Chains {
        problem,
        reach: Reach::default(),
        members: Members::of(p),
        allowed: vec![0; blocks],
        watched: Vec::new(),
        is_moved: vec![false; problem.graph.len()],
        trail: Vec::new(),
        moved: 0,
        most: 0,
        known: None,
        best: None,
        budget: Budget::new(steps, &problem.watch),
    };
    let mut looked_at = BTreeSet::new();
    for _ in 0..PASSES {
        // A group is what it was only where no chain of another has come: else it waits for the next
        // pass.
        let mut touched = vec![false; blocks];
        for (group, away) in groups(problem, p) {
            let is_touched = group.iter().any(|&block| touched[block as usize]);
            if is_touched || !looked_at.insert((group.clone(), away.clone())) {
                continue;
            }
            if problem.watch.is_over() {
                return;
            }
            chains.budget = Budget::new(steps, &problem.watch);
            for block in chains.mend(p, &group, &away) {
                touched[block as usize] = true;
            }
        }
        if !touched.contains(&true) {
            return;
        }
    }
}

/// Blocks that have exchanged vertices, with these; and blocks out of their limits alone. None of them
/// is closed.
fn groups(problem: &Problem, p: &Partition) -> Vec<(Vec<u32>, Vec<u32>)> {
    let start = problem.start;
    let mut joined = Groups::of(start.closed.len());
    let mut changed: BTreeSet<u32> = (0..start.closed.len() as u32)
        .filter(|&b| p.block_violation(b as usize) > 0 && !start.closed[b as usize])
        .collect();
    let away: Vec<u32> = (0..start.label.len() as u32)
        .filter(|&v| p.labels()[v as usize] != start.label[v as usize])
        .collect();
    for &v in &away {
        let (now, before) = (p.labels()[v as usize], start.label[v as usize]);
        changed.extend([now, before]);
        joined.join(now, before);
    }
    let mut groups: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for block in changed {
        groups.entry(joined.find(block)).or_default().0.push(block);
    }
    for v in away {
        groups.entry(joined.find(start.label[v as usize])).or_default().1.push(v);
    }
    groups.into_values().collect()
}

struct Chains<'a> {
    problem: &'a Problem<'a>,
    reach: Reach,
    members: Members,
    /// What each block may be out of its limits, since it was before.
    allowed: Vec<i64>,
    /// Blocks that are to be within, and all that have changed.
    watched: Vec<u32>,
    /// Vertices of the chain; each moves once.
    is_moved: Vec<bool>,
    trail: Vec<u32>,
    moved: i64,
    /// Most that may be moved for now.
    most: i64,
    /// What the way that is known moves and costs in borders, if it leaves nothing out of limits; and the
    /// best chain that is better.
    known: Option<(i64, i64)>,
    best: Option<Chain>,
    budget: Budget<'a>,
}

impl Chains<'_> {
    /// Sends home what a group has exchanged and looks for a better way; else all is as it was. The
    /// blocks that the better way has changed.
    fn mend(&mut self, p: &mut Partition, group: &[u32], away: &[u32]) -> BTreeSet<u32> {
        let (score, problem) = (p.score(), self.problem);
        let before: Vec<(u32, u32)> = away.iter().map(|&v| (v, p.labels()[v as usize])).collect();
        // A way that is known and leaves nothing out of limits is to be undercut.
        let is_within =
            !away.is_empty() && group.iter().all(|&b| p.block_violation(b as usize) == 0);
        let mut moved = 0;
        for &v in away {
            let home = problem.start.label[v as usize] as usize;
            moved -= problem.moving(v as usize, p.block(v as usize), home);
            self.put(p, v, home);
        }
        let border = (score - p.score()).cost;
        (0..self.allowed.len()).for_each(|b| self.allowed[b] = p.block_violation(b));
        group.iter().for_each(|&b| self.allowed[b as usize] = 0);
        self.watched = group.to_vec();
        self.moved = 0;
        let known = is_within.then_some((moved, border));
        self.best = None;
        self.deepen(p, known);
        let mut changed = BTreeSet::new();
        let better = self.best.take();
        if let Some(chain) = &better {
            let from = chain.way.iter().map(|&(v, _)| p.labels()[v as usize]);
            changed.extend(from.chain(chain.way.iter().map(|&(_, to)| to)));
        }
        for (v, to) in better.map_or(before, |chain| chain.way) {
            self.put(p, v, to as usize);
        }
        changed
    }

    /// Looks through chains that move more and more, until one is better than what is known (moves,
    /// borders), or steps are spent.
    fn deepen(&mut self, p: &mut Partition, known: Option<(i64, i64)>) {
        let stay = &self.problem.standing.stay;
        let all = stay.iter().fold(0i64, |sum, s| sum.saturating_add(*s));
        let limit = known.map_or(all, |(moved, _)| moved);
        let mut step = (all / stay.len().max(1) as i64).max(1);
        self.known = known;
        self.most = 0;
        while self.most < limit && self.best.is_none() {
            self.most = self.most.saturating_add(step).min(limit);
            if self.search(p, 0).is_err() {
                return;
            }
            step = step.saturating_mul(2);
        }
    }

    /// Goes on from a chain whose borders cost so much more than before.
    fn search(&mut self, p: &mut Partition, cost: i64) -> Result<(), Spent> {
        let out = |&block: &u32| p.block_violation(block as usize) - self.allowed[block as usize];
        let worst = self.watched.iter().copied().filter(|b| out(b) > 0);
        let Some(worst) = worst.max_by_key(|b| (out(b), std::cmp::Reverse(*b))) else {
            let best = self.best.as_ref().map(|chain| (chain.moved, chain.border)).or(self.known);
            if best.is_none_or(|best| (self.moved, cost) < best) {
                let way = self.trail.iter().map(|&v| (v, p.labels()[v as usize])).collect();
                self.best = Some(Chain { moved: self.moved, border: cost, way });
                self.most = self.most.min(self.moved);
            }
            return Ok(());
        };
        for (price, v, to) in self.moves(p, worst as usize)? {
            if self.moved + price > self.most {
                break;
            }
            self.budget.take(LEAVING)?;
            if !p.can_leave(v as usize, &mut self.reach) {
                continue;
            }
            let (from, watched) = (p.block(v as usize), self.watched.len());
            for block in [from as u32, to] {
                if !self.watched.contains(&block) {
                    self.watched.push(block);
                }
            }
            let change = self.put(p, v, to as usize);
            self.trail.push(v);
            self.is_moved[v as usize] = true;
            self.moved += price;
            let searched = self.search(p, cost + change);
            self.moved -= price;
            self.is_moved[v as usize] = false;
            self.trail.pop();
            self.put(p, v, from);
            self.watched.truncate(watched);
            searched?;
        }
        Ok(())
    }

    /// Single moves that bring a block nearer to its limits: out of it where it has too much of
    /// anything, else into it. The cheapest first: price, vertex, block.
    fn moves(&mut self, p: &Partition, block: usize) -> Result<Vec<(i64, u32, u32)>, Spent> {
        let (graph, closed) = (self.problem.graph, &self.problem.start.closed);
        let ranges = self.problem.limits.ranges(block);
        let loads = || p.load(block).iter().zip(ranges).enumerate();
        let over: Vec<usize> = loads().filter(|(_, (l, r))| **l > r.1).map(|(i, _)| i).collect();
        let under = loads().filter(|(_, (l, r))| **l < r.0).map(|(i, _)| i);
        let is_over = !over.is_empty();
        let out = if is_over { over } else { under.collect() };
        let helps = |v: u32| out.iter().any(|&i| graph.weights(v as usize)[i] > 0);
        let mut moves = Vec::new();
        let mut looked_at = 0;
        for &v in &self.members.of_block[block] {
            let targets = graph.targets(v as usize);
            looked_at += targets.len() as u64;
            for &t in targets.iter().filter(|&&t| p.block(t as usize) != block) {
                let other = p.block(t as usize);
                let (leaving, to) = if is_over { (v, other) } else { (t, block) };
                if !closed[other] && !self.is_moved[leaving as usize] && helps(leaving) {
                    let from = p.block(leaving as usize);
                    let price = self.problem.moving(leaving as usize, from, to);
                    moves.push((price, leaving, to as u32));
                }
            }
        }
        self.budget.take(looked_at + 1)?;
        moves.sort_unstable();
        moves.dedup();
        Ok(moves)
    }

    /// Moves a vertex; what borders cost more.
    fn put(&mut self, p: &mut Partition, v: u32, to: usize) -> i64 {
        self.members.move_vertex(v as usize, p.block(v as usize), to);
        p.move_vertex(v as usize, to).cost
    }
}

#[cfg(test)]
#[path = "chains_tests.rs"]
mod tests;
