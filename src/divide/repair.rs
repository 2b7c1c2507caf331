//! Repair: the blocks around a violated one are warmed up and annealed anew, kept where better.
//!
//! Borders to the outside do not change, so each trial is judged by itself (a large-neighbourhood
//! search; Shaw 1998). The first neighbourhoods are small; those that follow reach farther, so
//! that what is too much finds its way to where there is room.

use super::anneal::{Annealer, Blocks, Group, Schedule};
use super::field::{Field, Labels};
use super::objective::{Limits, Score};
use super::partition::Partition;
use super::refine::{Effort, Refiner};
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// Blocks in the neighbourhoods of the rounds, one after the other and again.
const SIZES: [usize; 6] = [4, 6, 9, 14, 21, 32];
/// Not as hot as after a split, or what is good would be lost.
const SCHEDULE: Schedule =
    Schedule { sweeps: 100, temperature: (1.0, 0.1), price: (100.0, 1_000.0), linear: 0.02 };
/// Local search after annealing.
const REFINEMENT: Effort = Effort { rounds: 2, patience: 15 };
/// What beginning a trial is worth in vertices.
const OVERHEAD: usize = 64;

/// How long to try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Rounds without less violation before it gives up.
    pub rounds: usize,
    /// Vertices that may be annealed anew in all.
    pub work: usize,
}

/// Drives violations of a division of `graph` down until they are gone, are down to what is
/// `unavoidable`, or stay where they are. Never makes a division worse.
pub(crate) fn repair(
    graph: &Graph,
    limits: &Limits,
    label: &mut [u32],
    unavoidable: i64,
    patience: Patience,
    watch: &Watch,
    random: &mut Random,
) {
    let mut repair = Repair::new(graph, limits, label);
    let (mut least, mut idle) = (repair.violation(), 0);
    let mut work = 0;
    for round in 0.. {
        if repair.violation() <= unavoidable || idle == patience.rounds {
            break;
        }
        for block in repair.violated() {
            if work > patience.work || watch.is_over() {
                return;
            }
            let group = repair.group(block, SIZES[round % SIZES.len()], random);
            if group.len() > 1 {
                work += OVERHEAD + repair.size(&group);
                repair.anneal(&group, watch, random);
            }
        }
        idle = if repair.violation() < least { 0 } else { idle + 1 };
        least = least.min(repair.violation());
    }
}

/// A division with each block's members at hand.
struct Repair<'a> {
    graph: &'a Graph,
    limits: &'a Limits,
    label: &'a mut [u32],
    members: Vec<Vec<u32>>,
    violation: Vec<i64>,
    annealer: Annealer,
    refiner: Refiner,
}

impl<'a> Repair<'a> {
    fn new(graph: &'a Graph, limits: &'a Limits, label: &'a mut [u32]) -> Self {
        let count = limits.blocks();
        let mut members = vec![Vec::new(); count];
        for (v, &b) in label.iter().enumerate() {
            members[b as usize].push(v as u32);
        }
        let p = Partition::new(graph, limits, label.to_vec());
        let violation = (0..count).map(|b| p.block_violation(b)).collect();
        Repair {
            graph,
            limits,
            label,
            members,
            violation,
            annealer: Annealer::default(),
            refiner: Refiner::default(),
        }
    }

    /// Blocks that are out of their limits, worst first.
    fn violated(&self) -> Vec<usize> {
        let mut blocks: Vec<usize> =
            (0..self.members.len()).filter(|&b| self.violation[b] > 0).collect();
        blocks.sort_by_key(|&b| (-self.violation[b], b));
        blocks
    }

    fn violation(&self) -> i64 {
        self.violation.iter().sum()
    }

    /// A connected group of up to `count` blocks around `start`, near ones first, in random order.
    fn group(&self, start: usize, count: usize, random: &mut Random) -> Vec<usize> {
        let mut group = vec![start];
        let mut head = 0;
        while head < group.len() && group.len() < count {
            let mut around: Vec<usize> = Vec::new();
            for &v in &self.members[group[head]] {
                for &t in self.graph.targets(v as usize) {
                    let b = self.label[t as usize] as usize;
                    if !group.contains(&b) && !around.contains(&b) {
                        around.push(b);
                    }
                }
            }
            random.shuffle(&mut around);
            around.truncate(count - group.len());
            group.extend(around);
            head += 1;
        }
        group
    }

    /// Number of vertices in a group of blocks.
    fn size(&self, group: &[usize]) -> usize {
        group.iter().map(|&b| self.members[b].len()).sum()
    }

    /// Anneals the borders inside of `group`; an answer just as good is taken too, which lets
    /// repeated calls wander.
    fn anneal(&mut self, group: &[usize], watch: &Watch, random: &mut Random) {
        let vertices: Vec<u32> =
            group.iter().flat_map(|&b| self.members[b].iter().copied()).collect();
        let part = self.graph.induced(&vertices);
        let own: Vec<u32> = group.iter().map(|&b| b as u32).collect();
        let limits = self.limits.of(&own);
        let mut label: Vec<u32> = Vec::with_capacity(vertices.len());
        for (i, &b) in group.iter().enumerate() {
            label.resize(label.len() + self.members[b].len(), i as u32);
        }
        let before: Score = Partition::new(&part, &limits, label.clone()).score();
        let places: Vec<u32> = (0..part.len() as u32).collect();
        let whole = Group { vertices: &places, blocks: &places[..group.len()], first: 0 };
        let blocks = Blocks {
            field: &Field::new(&part, &limits),
            limits: &limits,
            units: &vec![1; part.len()],
            least: &vec![1; group.len()],
            border: 2.0 * before.cost.max(1) as f64 / group.len() as f64,
        };
        let labels = Labels::new(&part, &label);
        self.annealer.anneal(&blocks, &whole, &labels, SCHEDULE, watch, random);
        labels.read(&mut label, |b| b);
        let mut p = Partition::new(&part, &limits, label);
        self.refiner.refine(&mut p, REFINEMENT, random);
        if p.score() > before {
            return;
        }
        for (i, &b) in group.iter().enumerate() {
            self.violation[b] = p.block_violation(i);
            self.members[b].clear();
        }
        for (&v, &i) in vertices.iter().zip(p.labels()) {
            let b = group[i as usize];
            self.label[v as usize] = b as u32;
            self.members[b].push(v);
        }
    }
}

#[cfg(test)]
#[path = "repair_tests.rs"]
mod tests;
