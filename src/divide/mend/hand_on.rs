//! Handing on: what a block has too much of goes to neighbours that have room, by way of others
//! where there is none beside it.
//!
//! A flow on the quotient graph says how much must go from which block to which; then connected sets
//! of vertices that weigh as much are carved off along the borders. Since whole vertices seldom fit,
//! the flow is asked again for what is left; and what is then out of another limit is mended by
//! exchanging sets. A block that can still not be mended is brought within its limits at its
//! neighbours' cost, which then hand that on. And it is tried again and again: some blocks that have
//! changed are put back as they stood and are mended anew (ruin and recreate; Schrimpf et al. 2000).

use std::collections::BTreeSet;

use super::carve::Carving;
use super::flow::{ANY, Balance, Flow};
use super::polish::Members;
use super::{Problem, Worth};
use crate::divide::partition::{Partition, Reach};
use crate::groups::Groups;
use crate::random::Random;

/// Rounds of flow and carving.
const ROUNDS: usize = 8;
/// Prices of handing on from block to block are drawn from so many above as many, so that ways
/// differ.
const PRICE: usize = 16;
/// Chance that blocks beside changed ones are mended anew together with these.
const TOGETHER: f64 = 0.5;
/// Exchanges that are looked for, and that are forced, at most: dear, and mostly the same ones.
const EXCHANGES: usize = 200;
const FORCED: usize = 200;
/// Flows are first looked for within so many steps of blocks that are out of their limits.
const RINGS: usize = 4;

/// Hands on what blocks have too much or too little of in the first weight; never worse. `tries`
/// times some of the blocks that differ from the start are mended anew. Does nothing where it is
/// limited how far blocks may reach, which flows know nothing of.
pub(super) fn hand_on(problem: &Problem, p: &mut Partition, tries: usize, random: &mut Random) {
    if problem.far.is_some() {
        return;
    }
    let (before, start) = (problem.worth(p), p.clone());
    let mut hander = Hander::new(problem, p);
    let all = (0..hander.beside.len()).collect();
    hander.mend(p, all, random);
    for _ in 0..tries {
        if problem.watch.is_over() {
            break;
        }
        hander.again(p, random);
    }
    if problem.worth(p) > before {
        *p = start;
    }
}

pub(super) struct Hander<'a> {
    pub problem: &'a Problem<'a>,
    /// Blocks that touch at the start and may change: nothing is handed on between others.
    pub beside: Vec<Vec<u32>>,
    pub members: Members,
    pub reach: Reach,
    /// Room that blocks want besides, for a vertex that does not fit yet.
    pub wanted: Vec<i64>,
    pub carving: Carving,
    /// Moves so far: a vertex and where it came from.
    trail: Vec<(u32, u32)>,
    /// Vertices that are not where they were at the start.
    away: BTreeSet<u32>,
    /// Prices of what is not in its block.
    moved: i64,
    /// Exchanges that may still be looked for.
    pub exchanges: usize,
    /// Exchanges that may still be forced.
    forced: usize,
}

/// What is to go from a block to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Handed {
    pub from: usize,
    pub to: usize,
    pub amount: i64,
}

impl<'a> Hander<'a> {
    fn new(problem: &'a Problem<'a>, p: &Partition) -> Self {
        let (label, closed) = (&problem.start.label, &problem.start.closed);
        let blocks = problem.limits.blocks();
        let mut beside = problem.graph.beside(label, blocks);
        for (own, &closed_itself) in beside.iter_mut().zip(closed) {
            own.retain(|&other| !closed_itself && !closed[other as usize]);
        }
        let n = problem.graph.len();
        let away = (0..n as u32).filter(|&v| p.labels()[v as usize] != label[v as usize]);
        Hander {
            problem,
            beside,
            members: Members::of(p),
            reach: Reach::default(),
            wanted: vec![0; blocks],
            carving: Carving::of(n),
            trail: Vec::new(),
            away: away.collect(),
            moved: problem.moved(p),
            exchanges: EXCHANGES,
            forced: FORCED,
        }
    }

    /// Moves a vertex; it can be taken back.
    pub fn step(&mut self, p: &mut Partition, v: usize, to: usize) {
        self.trail.push((v as u32, p.block(v) as u32));
        self.put(p, v, to);
    }

    /// Number of moves so far.
    pub fn steps(&self) -> usize {
        self.trail.len()
    }

    /// Takes moves back until so many are left.
    pub fn back_to(&mut self, p: &mut Partition, steps: usize) {
        while self.trail.len() > steps
            && let Some((v, block)) = self.trail.pop()
        {
            self.put(p, v as usize, block as usize);
        }
    }

    fn put(&mut self, p: &mut Partition, v: usize, to: usize) {
        let from = p.block(v);
        self.moved += self.problem.moving(v, from, to);
        self.members.move_vertex(v, from, to);
        p.move_vertex(v, to);
        if self.problem.start.label[v] as usize == to {
            self.away.remove(&(v as u32));
        } else {
            self.away.insert(v as u32);
        }
    }

    /// Puts some changed blocks back and mends them anew; kept if no worse.
    fn again(&mut self, p: &mut Partition, random: &mut Random) {
        let Some(back) = self.some_changed(p, random) else { return };
        let (score, moved) = (p.score(), self.moved);
        self.trail.clear();
        for v in back {
            self.step(p, v as usize, self.problem.start.label[v as usize] as usize);
        }
        let back = self.changed_since(p, 0);
        self.mend(p, back, random);
        let change = p.score() - score;
        let price = self.problem.price(self.moved - moved, change.cost);
        let worth = Worth { violation: change.violation, price };
        if worth > (Worth { violation: 0, price: 0 }) {
            self.back_to(p, 0);
        }
    }

    /// The vertices that are away in a group of blocks that have exchanged some, and perhaps in
    /// groups beside it. Together they can go back: their blocks are then what they were.
    fn some_changed(&self, p: &Partition, random: &mut Random) -> Option<Vec<u32>> {
        let start = &self.problem.start.label;
        let chosen = self.away.iter().nth(random.below(self.away.len().max(1)))?;
        let mut groups = Groups::of(self.beside.len());
        for &v in &self.away {
            groups.join(p.labels()[v as usize], start[v as usize]);
        }
        let chosen = groups.find(start[*chosen as usize]);
        let mut back = BTreeSet::from([chosen]);
        if random.chance(TOGETHER) {
            for (b, beside) in self.beside.iter().enumerate() {
                if groups.find(b as u32) == chosen {
                    let some = beside.iter().filter(|_| random.chance(TOGETHER));
                    back.extend(some.map(|&other| groups.find(other)));
                }
            }
        }
        let vertices = self.away.iter().copied();
        Some(vertices.filter(|&v| back.contains(&groups.find(start[v as usize]))).collect())
    }

    /// Mends blocks as far as they, or others on the way, are out of their limits: of the first weight
    /// everywhere, of others in `changed` blocks and those that change.
    fn mend(&mut self, p: &mut Partition, mut changed: BTreeSet<usize>, random: &mut Random) {
        self.rounds(p, &mut changed, random);
        for block in changed {
            if p.block_violation(block) == 0 || self.forced == 0 {
                continue;
            }
            self.forced -= 1;
            let (steps, violation) = (self.steps(), p.score().violation);
            if self.force(p, block) {
                let mut changed = self.changed_since(p, steps);
                self.rounds(p, &mut changed, random);
                if p.score().violation >= violation {
                    self.back_to(p, steps);
                }
            }
        }
    }

    /// Blocks that any of the moves but the first so many has changed.
    fn changed_since(&self, p: &Partition, steps: usize) -> BTreeSet<usize> {
        let moves = self.trail.iter().skip(steps);
        moves.flat_map(|&(v, from)| [from as usize, p.block(v as usize)]).collect()
    }

    /// Rounds of flow and carving, and of exchanges where no flow is wanted.
    fn rounds(&mut self, p: &mut Partition, changed: &mut BTreeSet<usize>, random: &mut Random) {
        for _ in 0..ROUNDS {
            let flows = self.flows(p, random);
            if flows.is_empty() {
                let before = self.steps();
                for &block in changed.iter() {
                    self.exchange(p, block);
                }
                if self.steps() == before {
                    break;
                }
                continue;
            }
            self.wanted.fill(0);
            let steps = self.steps();
            let mut entered = BTreeSet::new();
            for handed in downstream_first(flows, self.beside.len()) {
                self.carve(p, handed, random);
                changed.extend([handed.from, handed.to]);
                entered.insert(handed.to);
            }
            for block in entered {
                self.relieve(p, block, random);
            }
            if self.steps() == steps && self.wanted.iter().all(|&room| room == 0) {
                break;
            }
        }
        self.wanted.fill(0);
    }

    /// How much is to go from which block to which, so that all are within their limits in the first
    /// weight and as little as can be is handed on.
    fn flows(&self, p: &Partition, random: &mut Random) -> Vec<Handed> {
        let is_outside = |&b: &u32| {
            let ((lower, upper), load) = self.range_and_load(p, b as usize);
            load < lower || load > upper
        };
        let outside: Vec<u32> = (0..self.beside.len() as u32).filter(is_outside).collect();
        if outside.is_empty() {
            return Vec::new();
        }
        let all = || (0..self.beside.len() as u32).collect::<Vec<_>>();
        let around = self.around(outside);
        let is_all = around.len() == self.beside.len();
        match self.flows_among(&around, p, random) {
            (flows, true) => flows,
            (flows, false) if is_all => flows,
            _ => self.flows_among(&all(), p, random).0,
        }
    }

    /// Least and greatest of the first weight in a block; and what it has and wants room for.
    fn range_and_load(&self, p: &Partition, block: usize) -> ((i64, i64), i64) {
        (self.problem.limits.ranges(block)[0], p.load(block)[0] + self.wanted[block])
    }

    /// Blocks within some steps of these, ascending.
    fn around(&self, blocks: Vec<u32>) -> Vec<u32> {
        let mut near: BTreeSet<u32> = blocks.iter().copied().collect();
        let mut last = blocks;
        for _ in 0..RINGS {
            let beside = last.iter().flat_map(|&b| &self.beside[b as usize]);
            last = beside.copied().filter(|&b| near.insert(b)).collect();
        }
        near.into_iter().collect()
    }

    /// Flows among some blocks; and whether these suffice.
    fn flows_among(
        &self,
        blocks: &[u32],
        p: &Partition,
        random: &mut Random,
    ) -> (Vec<Handed>, bool) {
        let [hub, source, sink] = [0, 1, 2].map(|i| blocks.len() + i);
        let mut flow = Flow::of(blocks.len() + 3);
        let mut balance = Balance::over([hub, source, sink]);
        let mut arcs = Vec::new();
        for (node, &block) in blocks.iter().enumerate() {
            let (range, load) = self.range_and_load(p, block as usize);
            balance.enter(&mut flow, node, range, load);
            for &to in &self.beside[block as usize] {
                if let Ok(other) = blocks.binary_search(&to) {
                    let price = (PRICE + random.below(PRICE)) as i64;
                    let arc = flow.arc(node, other, ANY, price);
                    arcs.push((block as usize, to as usize, arc));
                }
            }
        }
        let outside = balance.close(&mut flow);
        let (sent, _) = flow.send(source, sink);
        let flows = arcs.into_iter();
        let flows = flows.map(|(from, to, arc)| Handed { from, to, amount: flow.through(arc) });
        let flows = flows.filter(|handed| handed.amount > 0).collect();
        (flows, sent == outside)
    }
}

/// Flows in such an order that a block hands on before it is handed anything. (Cheapest flows do not
/// go round in circles.)
fn downstream_first(flows: Vec<Handed>, blocks: usize) -> Vec<Handed> {
    let mut leaving = vec![0; blocks];
    let mut into = vec![Vec::new(); blocks];
    for handed in &flows {
        leaving[handed.from] += 1;
        into[handed.to].push(*handed);
    }
    let mut ready: Vec<usize> = (0..blocks).filter(|&b| leaving[b] == 0).collect();
    let mut ordered = Vec::with_capacity(flows.len());
    while let Some(block) = ready.pop() {
        for handed in into[block].drain(..) {
            ordered.push(handed);
            leaving[handed.from] -= 1;
            if leaving[handed.from] == 0 {
                ready.push(handed.from);
            }
        }
    }
    ordered
}

#[cfg(test)]
#[path = "hand_on_tests.rs"]
mod tests;
