//! The best division of some blocks, all others left as they are: whatever could be better is looked
//! at, as far as a number of steps reaches.
//!
//! Vertices are decided one after the other, the dearest first: each stays in its block or goes to
//! another of them. A branch ends where it can no longer be better than the best that is known (branch
//! and bound; Land and Doig 1960): what is decided may be too much for a block already, or cut a block
//! in two; and what blocks are going to have too much of, or lack, must be moved at least. At first
//! only little may be moved, then more and more (iterative deepening; Korf 1985), so that divisions
//! that move little are found before the many that move more are looked through.

use super::{Problem, Worth};
use crate::divide::exact::{Budget, Spent, bits};
use crate::divide::partition::Partition;
use crate::divide::shape::Footing;

/// Most vertices of all blocks together: a set of them is a word of bits.
pub(super) const MOST_VERTICES: usize = 64;

/// Makes the division of `blocks`, none of which is closed, the best there is while all others stay
/// what they are. Whether that is certain: not where `steps` are spent, or blocks have more than
/// [`MOST_VERTICES`] together.
pub(super) fn improve(problem: &Problem, p: &mut Partition, blocks: &[u32], steps: u64) -> bool {
    let budget = Budget::new(steps, &problem.watch);
    let Some(mut search) = Search::new(problem, p, blocks, budget) else { return false };
    let is_certain = search.run();
    for (i, &v) in search.vertices.iter().enumerate() {
        let to = blocks[usize::from(search.best[i])] as usize;
        if p.block(v as usize) != to {
            p.move_vertex(v as usize, to);
        }
    }
    is_certain
}

struct Search<'a> {
    problem: &'a Problem<'a>,
    blocks: &'a [u32],
    /// Vertices in the order in which they are decided.
    vertices: Vec<u32>,
    /// By place in this order: the neighbours, as a set; those before it, with costs; the block that
    /// is tried first, and what any other costs.
    near: Vec<u64>,
    earlier: Vec<Vec<(usize, i64)>>,
    first: Vec<u8>,
    stay: Vec<i64>,
    /// What each vertex weighs in every weight.
    weights: Vec<i64>,
    /// The least that one of the first weight costs to be moved; and what it counts out of limits.
    person: f64,
    out: f64,
    /// What all other blocks are out of limits.
    others_out: i64,
    /// What is decided so far.
    now: Vec<u8>,
    set: Vec<u64>,
    load: Vec<i64>,
    moved: i64,
    cost: i64,
    /// What is not decided: in every weight; in the first, by the block it is at home in, and what is
    /// at home nowhere.
    rest: Vec<i64>,
    at_home: Vec<i64>,
    homeless: i64,
    /// Most that may be moved for now.
    most_moved: i64,
    budget: Budget<'a>,
    best: Vec<u8>,
    worth: Worth,
}

impl<'a> Search<'a> {
    fn new(
        problem: &'a Problem,
        p: &Partition,
        blocks: &'a [u32],
        budget: Budget<'a>,
    ) -> Option<Self> {
        let graph = problem.graph;
        let (d, k) = (graph.dimensions(), blocks.len());
        let mut place_of = vec![u8::MAX; problem.limits.blocks()];
        for (i, &block) in blocks.iter().enumerate() {
            place_of[block as usize] = u8::try_from(i).ok().filter(|&i| i < u8::MAX)?;
        }
        let mut vertices: Vec<u32> = Vec::new();
        for (v, &block) in p.labels().iter().enumerate() {
            if place_of[block as usize] != u8::MAX {
                vertices.push(v as u32);
            }
            if vertices.len() > MOST_VERTICES {
                return None;
            }
        }
        let stay_of = |v: u32| problem.standing.stay[v as usize];
        vertices.sort_by_key(|&v| (std::cmp::Reverse(stay_of(v)), v));
        let n = vertices.len();
        let index = |t: usize| vertices.iter().position(|&v| v as usize == t);
        let mut search = Search {
            problem,
            blocks,
            near: vec![0; n],
            earlier: vec![Vec::new(); n],
            first: Vec::with_capacity(n),
            stay: Vec::with_capacity(n),
            weights: Vec::with_capacity(n * d),
            person: f64::INFINITY,
            out: problem.limits.shares().first().map_or(0.0, |share| share * 1e9),
            others_out: 0,
            now: vec![0; n],
            set: vec![0; k],
            load: vec![0; k * d],
            moved: 0,
            cost: 0,
            rest: vec![0; d],
            at_home: vec![0; k],
            homeless: 0,
            most_moved: i64::MAX,
            budget,
            best: Vec::with_capacity(n),
            worth: Worth { violation: 0, price: 0 },
            vertices: Vec::new(),
        };
        let (mut moved, mut cost) = (0, 0);
        for (i, &v) in vertices.iter().enumerate() {
            let v = v as usize;
            let own = place_of[p.block(v)];
            for (t, edge) in graph.neighbours(v) {
                let Some(t) = index(t) else { continue };
                search.near[i] |= 1 << t;
                if t < i {
                    search.earlier[i].push((t, edge));
                    cost += if search.best[t] == own { 0 } else { edge };
                }
            }
            let stay = problem.standing.stay[v];
            let home = place_of.get(problem.start.home[v] as usize).filter(|_| stay > 0);
            let weights = graph.weights(v);
            search.rest.iter_mut().zip(weights).for_each(|(sum, w)| *sum += w);
            search.weights.extend(weights);
            if let Some(&home) = home.filter(|&&home| home != u8::MAX) {
                search.at_home[usize::from(home)] += weights[0];
                search.stay.push(stay);
                search.first.push(home);
                moved += if home == own { 0 } else { stay };
                if weights[0] > 0 {
                    search.person = search.person.min(stay as f64 / weights[0] as f64);
                }
            } else {
                // Whatever becomes of it here costs the same.
                search.homeless += weights[0];
                search.stay.push(0);
                search.first.push(own);
            }
            search.best.push(own);
        }
        search.vertices = vertices;
        let violation = (0..k).map(|b| p.block_violation(blocks[b] as usize)).sum::<i64>()
            + search.too_far(&search.best);
        search.worth = Worth { violation, price: problem.price(moved, cost) };
        search.others_out = problem.violation(p) - violation;
        Some(search)
    }

    /// Looks for the best; whether all was seen.
    fn run(&mut self) -> bool {
        if self.problem.standing.stay_first {
            let all: i64 = self.stay.iter().sum();
            let least = self.least_moved();
            let mut more = (all / self.stay.len().max(1) as i64).max(1);
            while least + more < all {
                self.most_moved = least + more;
                if self.decide(0).is_err() {
                    return false;
                }
                // What moves more than the best known can only be better by being less out of limits.
                let out = self.worth.violation + self.others_out;
                if out <= self.problem.unavoidable && self.moved_by_best() <= self.most_moved {
                    return true;
                }
                more *= 2;
            }
        }
        self.most_moved = i64::MAX;
        self.decide(0).is_ok()
    }

    fn moved_by_best(&self) -> i64 {
        let away = self.best.iter().zip(&self.first).zip(&self.stay);
        away.filter(|((now, home), _)| now != home).map(|(_, stay)| stay).sum()
    }

    /// Decides the vertices from one on in every way that may be better than the best.
    fn decide(&mut self, i: usize) -> Result<(), Spent> {
        if i == self.vertices.len() {
            self.keep_if_better();
            return Ok(());
        }
        let first = self.first[i];
        let others = (0..self.blocks.len() as u8).filter(|&block| block != first);
        for block in std::iter::once(first).chain(others) {
            // What can still come of it is asked of every block.
            self.budget.take(self.blocks.len() as u64)?;
            self.put(i, block, 1);
            let decided = if self.is_hopeless(i + 1) { Ok(()) } else { self.decide(i + 1) };
            self.put(i, block, -1);
            decided?;
        }
        Ok(())
    }

    /// Puts a vertex into a block (`sign` 1), or takes it out again (−1).
    fn put(&mut self, i: usize, block: u8, sign: i64) {
        let (b, d) = (usize::from(block), self.rest.len());
        let weights = &self.weights[i * d..][..d];
        for ((load, rest), w) in self.load[b * d..].iter_mut().zip(&mut self.rest).zip(weights) {
            *load += sign * w;
            *rest -= sign * w;
        }
        self.now[i] = block;
        self.set[b] ^= 1 << i;
        if self.stay[i] > 0 {
            self.at_home[usize::from(self.first[i])] -= sign * weights[0];
            self.moved += if block == self.first[i] { 0 } else { sign * self.stay[i] };
        } else {
            self.homeless -= sign * weights[0];
        }
        let cut = self.earlier[i].iter().filter(|&&(t, _)| self.now[t] != block);
        self.cost += sign * cut.map(|&(_, cost)| cost).sum::<i64>();
    }

    /// Whether nothing better can come of what is decided, the vertices before `next`.
    fn is_hopeless(&self, next: usize) -> bool {
        let moved = self.least_moved();
        let least = Worth {
            violation: self.least_violation(),
            price: self.problem.price(moved, self.cost),
        };
        moved > self.most_moved || least >= self.worth || !self.can_connect(next)
    }

    /// A violation that no block falls below, whatever comes to it of what is not decided.
    fn least_violation(&self) -> i64 {
        let (d, limits) = (self.rest.len(), self.problem.limits);
        let of_block = |(i, &block): (usize, &u32)| {
            let loads = self.load[i * d..][..d].iter().zip(&self.rest);
            let ranges = limits.ranges(block as usize).iter();
            let nearest = loads.zip(ranges).map(|((&load, rest), range)| {
                // No load between what there is and what there can be is nearer to its limits.
                load.max(range.0.min(load + rest))
            });
            limits.sum_outside(block as usize, nearest)
        };
        self.blocks.iter().enumerate().map(of_block).sum()
    }

    /// What is moved at least: what is decided, and what blocks have too much of, or lack, once all
    /// the rest stays at home.
    fn least_moved(&self) -> i64 {
        let (d, limits) = (self.rest.len(), self.problem.limits);
        let (mut over, mut under) = (0i64, -self.homeless);
        for (i, &block) in self.blocks.iter().enumerate() {
            let (lower, upper) = limits.ranges(block as usize)[0];
            let load = self.load[i * d] + self.at_home[i];
            over += load.saturating_sub(upper).max(0);
            under += (lower - load).max(0);
        }
        let mut least = over.max(under);
        if self.worth.violation > 0 {
            // Something better may still be out of limits by so much.
            let may_be_out = self.worth.violation as f64 / self.out.max(f64::MIN_POSITIVE) + 1.0;
            least -= may_be_out.min(least.max(0) as f64) as i64;
        }
        // A hair less, so that rounding never lifts a bound over what it bounds.
        let price = self.person * least.max(0) as f64 * (1.0 - 1e-12);
        self.moved + if price.is_finite() { price as i64 } else { 0 }
    }

    /// Whether every block can still be in one piece.
    fn can_connect(&self, next: usize) -> bool {
        let open = match next {
            MOST_VERTICES => 0,
            _ => !0 << next & (!0 >> (MOST_VERTICES - self.vertices.len())),
        };
        self.set.iter().all(|&set| {
            let (mut seen, mut new) = (set & set.wrapping_neg(), set & set.wrapping_neg());
            while new != 0 && set & !seen != 0 {
                let around = bits(new).fold(0, |around, v| around | self.near[v]);
                new = around & (set | open) & !seen;
                seen |= new;
            }
            set & !seen == 0 && (set | open) != 0
        })
    }

    /// Remembers a division that is better; all that was asked of it on the way holds.
    fn keep_if_better(&mut self) {
        let violation = self.least_violation() + self.too_far(&self.now);
        let worth = Worth { violation, price: self.problem.price(self.moved, self.cost) };
        if worth < self.worth {
            self.worth = worth;
            self.best.copy_from_slice(&self.now);
        }
    }

    /// What blocks count for reaching too far.
    fn too_far(&self, label: &[u8]) -> i64 {
        let Some(far) = &self.problem.far else { return 0 };
        let of_block = |(i, &block): (usize, &u32)| {
            let mut footing = Footing::default();
            let members =
                self.vertices.iter().zip(label).filter(|(_, own)| usize::from(**own) == i);
            members.for_each(|(&v, _)| footing.add(&far.footings[v as usize]));
            far.too_far(block as usize, &footing)
        };
        self.blocks.iter().enumerate().map(of_block).sum()
    }
}
