//! What makes one division better than another: first less violation, then less border.

use super::Tolerance;
use crate::graph::Graph;

/// Violations are counted in billionths of the mean grid, so that they add up exactly.
const BILLION: f64 = 1e9;
/// What every figure out of its limits counts besides, in billionths and times its priority: where
/// not all grids can be within, what is left over is gathered in few.
const OUT: f64 = 50_000_000.0;

/// The worth of a division, or a change of it; smaller is better, violation counts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Score {
    /// Sum over grids and weights of what lies outside of tolerance, in billionths of the mean.
    pub violation: i64,
    /// Sum of the costs of cut edges.
    pub cost: i64,
}

impl std::ops::Add for Score {
    type Output = Score;
    fn add(self, other: Score) -> Score {
        Score { violation: self.violation + other.violation, cost: self.cost + other.cost }
    }
}

impl std::ops::Sub for Score {
    type Output = Score;
    fn sub(self, other: Score) -> Score {
        Score { violation: self.violation - other.violation, cost: self.cost - other.cost }
    }
}

/// What one grid may weigh: the mean and tolerance of every weight.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Mean of each weight over the grids.
    means: Vec<f64>,
    tolerances: Vec<Tolerance>,
    /// What a violation in each weight counts.
    priorities: Vec<f64>,
}

impl Target {
    /// The target of dividing `graph` into `k` grids. Weights without a tolerance are open.
    pub fn new(graph: &Graph, k: usize, tolerances: &[Tolerance]) -> Self {
        let means: Vec<f64> =
            graph.total_weights().iter().map(|&total| total as f64 / k as f64).collect();
        let mut tolerances = tolerances.to_vec();
        tolerances.resize(means.len(), Tolerance::OPEN);
        let priorities = vec![1.0; means.len()];
        Target { means, tolerances, priorities }
    }

    /// The same target with what a violation in each weight counts against one in another; 1 for
    /// weights that are not named.
    pub fn prefer(mut self, priorities: &[f64]) -> Self {
        for (own, &given) in self.priorities.iter_mut().zip(priorities) {
            *own = given;
        }
        self
    }

    /// Limits for blocks that hold `shares[b]` grids each.
    pub fn limits(&self, shares: &[usize]) -> Limits {
        self.limits_tightened(shares, |_| 1.0)
    }

    /// Limits of `k` single grids where those that are no whole numbers are rounded outward: what
    /// lies outside of these is no more than what lies outside of the tolerances themselves.
    pub fn limits_outward(&self, k: usize) -> Limits {
        let mut limits = self.limits(&vec![1; k]);
        let tolerances = self.means.iter().zip(&self.tolerances);
        let outward = tolerances.map(|(&mean, tolerance)| {
            let (lower, upper) = tolerance.range(mean);
            let lower = lower.map_or(0, |l| (l * (1.0 + 1e-10)).floor().max(0.0) as i64);
            (lower, upper.map_or(i64::MAX, |u| (u * (1.0 - 1e-10)).ceil() as i64))
        });
        let outward: Vec<(i64, i64)> = outward.collect();
        for ranges in limits.ranges.chunks_mut(outward.len().max(1)) {
            ranges.copy_from_slice(&outward);
        }
        limits
    }

    /// What lies out of tolerance in a division into `k` grids, as shares of the mean grid, summed
    /// over grids and weights.
    pub fn violation(&self, graph: &Graph, k: usize, labels: &[u32]) -> f64 {
        let dimensions = self.means.len();
        let load = graph.class_weights(labels, k);
        let outside = |(d, &load): (usize, &i64)| {
            let (mean, load) = (self.means[d % dimensions], load as f64);
            let (lower, upper) = self.tolerances[d % dimensions].range(mean);
            let below = lower.map_or(0.0, |l| l - load);
            let outside = below.max(upper.map_or(0.0, |u| load - u));
            // As in the limits, what lies outside by a hair does not.
            if outside > 1e-10 * mean { outside / mean } else { 0.0 }
        };
        load.iter().enumerate().map(outside).sum()
    }

    /// Limits with the tolerances of a block of so many grids scaled by a factor.
    pub fn limits_tightened(&self, shares: &[usize], factor: impl Fn(usize) -> f64) -> Limits {
        let dimensions = self.means.len();
        let mut ranges = Vec::with_capacity(shares.len() * dimensions);
        for &share in shares {
            for (&mean, tolerance) in self.means.iter().zip(&self.tolerances) {
                let (lower, upper) = tolerance.scaled(factor(share)).range(mean * share as f64);
                // A hair of slack, so that a grid exactly at its limit is not lost to rounding.
                let lower = lower.map_or(0, |l| (l * (1.0 - 1e-10)).ceil().max(0.0) as i64);
                let upper = upper.map_or(i64::MAX, |u| (u * (1.0 + 1e-10)).floor() as i64);
                ranges.push((lower, upper));
            }
        }
        let factors = self.means.iter().zip(&self.priorities);
        let scale =
            factors.map(|(&mean, f)| if mean > 0.0 { f * BILLION / mean } else { 0.0 }).collect();
        let out = self.priorities.iter().map(|priority| (OUT * priority) as i64).collect();
        Limits { dimensions, ranges, scale, out }
    }
}

/// Lower and upper limit of every weight in every block.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    dimensions: usize,
    ranges: Vec<(i64, i64)>,
    scale: Vec<f64>,
    /// What every figure out of its limits counts besides, a number a weight.
    out: Vec<i64>,
}

impl Limits {
    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.ranges.len() / self.dimensions
    }

    /// The same limits for figures that are told: nothing but what lies outside counts.
    pub fn plain(self) -> Limits {
        // Rounded up, so that what is outside by a hair is outside.
        Limits { out: vec![1; self.dimensions], ..self }
    }

    /// Lets a block have what lies in `ranges`, too, a pair per weight.
    pub fn widen(&mut self, block: usize, ranges: &[(i64, i64)]) {
        let own = &mut self.ranges[block * self.dimensions..][..self.dimensions];
        for (own, more) in own.iter_mut().zip(ranges) {
            *own = (own.0.min(more.0), own.1.max(more.1));
        }
    }

    /// The limits of some of the blocks, in the order given.
    pub fn of(&self, blocks: &[u32]) -> Limits {
        let ranges = blocks.iter().flat_map(|&b| self.ranges(b as usize)).copied().collect();
        Limits { ranges, scale: self.scale.clone(), out: self.out.clone(), ..*self }
    }

    /// The limits of one block, a pair per weight.
    pub fn ranges(&self, block: usize) -> &[(i64, i64)] {
        &self.ranges[block * self.dimensions..][..self.dimensions]
    }

    /// What every figure out of its limits counts besides, a number a weight.
    pub fn out(&self) -> &[i64] {
        &self.out
    }

    /// What turns each weight into a share of the mean, times its priority.
    pub fn shares(&self) -> Vec<f64> {
        self.scale.iter().map(|s| s / BILLION).collect()
    }

    /// By how much a load lies outside of a block's limits.
    #[inline]
    pub fn violation(&self, block: usize, load: &[i64]) -> i64 {
        self.sum_outside(block, load.iter().copied())
    }

    /// The violation once `weights` is added to (`sign` 1) or taken from (−1) the load.
    #[inline]
    pub fn violation_with(&self, block: usize, load: &[i64], weights: &[i64], sign: i64) -> i64 {
        self.sum_outside(block, load.iter().zip(weights).map(|(l, w)| l + sign * w))
    }

    /// By how much a load, weight by weight, lies outside of a block's limits.
    #[inline]
    pub fn sum_outside(&self, block: usize, load: impl Iterator<Item = i64>) -> i64 {
        let mut sum = 0;
        let counts = self.scale.iter().zip(&self.out);
        for ((load, &(lower, upper)), (&scale, &out)) in load.zip(self.ranges(block)).zip(counts) {
            let outside = (load - upper).max(lower - load);
            if outside > 0 {
                sum += (outside as f64 * scale) as i64 + out;
            }
        }
        sum
    }
}

#[cfg(test)]
#[path = "objective_tests.rs"]
mod tests;
