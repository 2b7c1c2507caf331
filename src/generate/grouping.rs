//! Contiguous groups of like weight: communities from blocks, subdistricts from communities.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::random::Random;

/// Rounds of growing; each starts from the middles of the groups before.
const ROUNDS: usize = 5;

/// Places with weights and neighbours, to be grouped.
pub(super) struct Places {
    /// Where each lies, in metres.
    pub(super) centres: Vec<[f64; 2]>,
    pub(super) weights: Vec<f64>,
    pub(super) neighbours: Vec<Vec<u32>>,
}

impl Places {
    /// The group (`0..groups`) of every place. Each group is connected where the whole is, and none
    /// is empty where there are at least as many places as groups.
    pub(super) fn group(&self, groups: usize, random: &mut Random) -> Vec<u32> {
        // Groups differ in size as real communities do.
        let targets: Vec<f64> = (0..groups).map(|_| random.between(0.75, 1.25)).collect();
        let mut seeds = self.spread(groups, random);
        let mut group = self.grow(&seeds, &targets);
        for _ in 1..ROUNDS {
            seeds = self.middles(&group, groups);
            group = self.grow(&seeds, &targets);
        }
        group
    }

    /// The groups as places of their own.
    pub(super) fn merged(&self, group: &[u32], groups: usize) -> Places {
        let mut merged = Places {
            centres: vec![[0.0; 2]; groups],
            weights: vec![0.0; groups],
            neighbours: vec![Vec::new(); groups],
        };
        let mut members = vec![0.0; groups];
        for (i, &g) in group.iter().enumerate() {
            let own = g as usize;
            members[own] += 1.0;
            merged.weights[own] += self.weights[i];
            for (sum, c) in merged.centres[own].iter_mut().zip(self.centres[i]) {
                *sum += c;
            }
            let others = self.neighbours[i].iter().map(|&j| group[j as usize]);
            merged.neighbours[own].extend(others.filter(|&other| other != g));
        }
        for (centre, members) in merged.centres.iter_mut().zip(members) {
            *centre = centre.map(|c| c / members);
        }
        for neighbours in &mut merged.neighbours {
            neighbours.sort_unstable();
            neighbours.dedup();
        }
        merged
    }

    /// Places far apart: each next one is drawn by weight and squared distance from those before
    /// (k-means++, Arthur & Vassilvitskii 2007).
    fn spread(&self, groups: usize, random: &mut Random) -> Vec<usize> {
        let mut far = vec![1.0_f64; self.centres.len()];
        let mut seeds: Vec<usize> = Vec::with_capacity(groups);
        while seeds.len() < groups.min(self.centres.len()) {
            let pull = |i: usize| (self.weights[i] + 1.0) * far[i];
            let total: f64 = (0..far.len()).map(pull).sum();
            let mut left = random.unit() * total;
            let drawn = (0..far.len()).filter(|&i| pull(i) > 0.0).find(|&i| {
                left -= pull(i);
                left < 0.0
            });
            let seed = drawn.or_else(|| (0..far.len()).find(|&i| far[i] > 0.0)).unwrap_or(0);
            for (i, far) in far.iter_mut().enumerate() {
                let near = squared_distance(self.centres[i], self.centres[seed]);
                *far = if seeds.is_empty() { near } else { far.min(near) };
            }
            far[seed] = 0.0;
            seeds.push(seed);
        }
        seeds
    }

    /// The group that is lightest for its target takes the place on its rim that lies nearest to
    /// its seed, until all are taken.
    fn grow(&self, seeds: &[usize], targets: &[f64]) -> Vec<u32> {
        const NONE: u32 = u32::MAX;
        let mut group = vec![NONE; self.centres.len()];
        let mut weight = vec![0.0; seeds.len()];
        let mut rims: Vec<BinaryHeap<Reverse<(u64, u32)>>> = vec![BinaryHeap::new(); seeds.len()];
        // Non-negative doubles sort like their bits.
        let mut turns: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
        for (g, &seed) in seeds.iter().enumerate() {
            rims[g].push(Reverse((0, seed as u32)));
            turns.push(Reverse((0, g as u32)));
        }
        while let Some(Reverse((_, g))) = turns.pop() {
            let g = g as usize;
            let nearest = std::iter::from_fn(|| rims[g].pop())
                .map(|Reverse((_, place))| place as usize)
                .find(|&place| group[place] == NONE);
            let Some(place) = nearest else { continue };
            group[place] = g as u32;
            weight[g] += self.weights[place] + 1.0;
            for &next in &self.neighbours[place] {
                if group[next as usize] == NONE {
                    let far = squared_distance(self.centres[next as usize], self.centres[seeds[g]]);
                    rims[g].push(Reverse((far.to_bits(), next)));
                }
            }
            turns.push(Reverse(((weight[g] / targets[g]).to_bits(), g as u32)));
        }
        group.iter_mut().filter(|g| **g == NONE).for_each(|g| *g = 0);
        group
    }

    /// The place nearest to the middle of each group.
    fn middles(&self, group: &[u32], groups: usize) -> Vec<usize> {
        let mut sums = vec![([0.0, 0.0], 0.0); groups];
        for (&g, &[x, y]) in group.iter().zip(&self.centres) {
            let (sum, count) = &mut sums[g as usize];
            *sum = [sum[0] + x, sum[1] + y];
            *count += 1.0;
        }
        let mut nearest = vec![(f64::INFINITY, 0); groups];
        for (i, (&g, &centre)) in group.iter().zip(&self.centres).enumerate() {
            let (sum, count) = sums[g as usize];
            let far = squared_distance(centre, sum.map(|s| s / count));
            if far < nearest[g as usize].0 {
                nearest[g as usize] = (far, i);
            }
        }
        nearest.into_iter().filter(|n| n.0 < f64::INFINITY).map(|n| n.1).collect()
    }
}

fn squared_distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

#[cfg(test)]
#[path = "grouping_tests.rs"]
mod tests;
