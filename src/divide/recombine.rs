//! Recombination: a few neighbouring grids are merged and divided anew, kept where better.
//!
//! Borders to the outside do not change, so each trial is judged by itself (the large-neighbourhood
//! form of ReCom). It is the strong repair where single moves cannot reach the tolerance.

use super::bisect::split;
use super::objective::{Score, Target};
use super::partition::Partition;
use super::refine::{Effort, Refiner};
use crate::graph::Graph;
use crate::random::Random;

/// A division whose grids are recombined, with each grid's members at hand.
pub(crate) struct Recombiner<'a> {
    graph: &'a Graph,
    target: &'a Target,
    label: Vec<u32>,
    members: Vec<Vec<u32>>,
    violation: Vec<i64>,
    refiner: Refiner,
}

impl<'a> Recombiner<'a> {
    pub fn new(graph: &'a Graph, target: &'a Target, label: Vec<u32>, k: usize) -> Self {
        let mut members = vec![Vec::new(); k];
        for (v, &b) in label.iter().enumerate() {
            members[b as usize].push(v as u32);
        }
        let limits = target.limits(&vec![1; k]);
        let p = Partition::new(graph, &limits, label);
        let violation = (0..k).map(|b| p.block_violation(b)).collect();
        let label = p.into_labels();
        Recombiner { graph, target, label, members, violation, refiner: Refiner::default() }
    }

    pub fn into_labels(self) -> Vec<u32> {
        self.label
    }

    /// Blocks that are out of their limits, worst first.
    pub fn violated(&self) -> Vec<usize> {
        let mut blocks: Vec<usize> =
            (0..self.members.len()).filter(|&b| self.violation[b] > 0).collect();
        blocks.sort_by_key(|&b| (-self.violation[b], b));
        blocks
    }

    pub fn violation(&self) -> i64 {
        self.violation.iter().sum()
    }

    /// A random connected group of up to `count` blocks around `start`.
    pub fn group(&self, start: usize, count: usize, random: &mut Random) -> Vec<usize> {
        let mut group = vec![start];
        let mut around: Vec<usize> = Vec::new();
        while group.len() < count {
            let newest = group[group.len() - 1];
            for &v in &self.members[newest] {
                for &t in self.graph.targets(v as usize) {
                    let b = self.label[t as usize] as usize;
                    if !group.contains(&b) && !around.contains(&b) {
                        around.push(b);
                    }
                }
            }
            if around.is_empty() {
                break;
            }
            group.push(around.swap_remove(random.below(around.len())));
        }
        group
    }

    /// Number of vertices in a group of blocks.
    pub fn size(&self, group: &[usize]) -> usize {
        group.iter().map(|&b| self.members[b].len()).sum()
    }

    /// Divides the union of `group` anew; whether that was better and so was kept.
    ///
    /// With `sideways`, an answer just as good is taken too, which lets repeated calls wander.
    pub fn recombine(&mut self, group: &[usize], sideways: bool, random: &mut Random) -> bool {
        let vertices: Vec<u32> =
            group.iter().flat_map(|&b| self.members[b].iter().copied()).collect();
        let part = self.graph.induced(&vertices);
        let limits = self.target.limits(&vec![1; group.len()]);
        let mut old = vec![0u32; vertices.len()];
        let mut start = 0;
        for (i, &b) in group.iter().enumerate() {
            let end = start + self.members[b].len();
            old[start..end].fill(i as u32);
            start = end;
        }
        let before: Score = Partition::new(&part, &limits, old).score();
        let label = split(&part, group.len(), self.target, random.seed());
        let mut p = Partition::new(&part, &limits, label);
        self.refiner.refine(&mut p, Effort { rounds: 3, patience: 20 }, random);
        let after = p.score();
        if after > before || (after == before && !sideways) {
            return false;
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
        after < before
    }
}
