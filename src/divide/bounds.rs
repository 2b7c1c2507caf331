//! What no division could avoid.

use super::{Tolerance, objective::Target};
use crate::graph::Graph;

/// A lower bound on the violation in one weight of any division of `graph` into `k` blocks, as a
/// share of the mean block, summed over blocks.
///
/// A vertex heavier than the upper limit puts its block over by the difference; what such
/// vertices leave may be too little for the other blocks. And where no choice of vertices weighs
/// what a block may weigh (all of 500 people, say, and blocks of 950 to 1050 to be made of them),
/// every block is out by what the nearest sum lacks.
pub fn unavoidable_violation(graph: &Graph, k: usize, weight: usize, tolerance: Tolerance) -> f64 {
    let mut tolerances = vec![Tolerance::OPEN; graph.dimensions()];
    tolerances[weight] = tolerance;
    Target::new(graph, k, &tolerances).least_violation(graph, k) as f64 / 1e9
}

impl Target {
    /// A lower bound on the violation of any division into `k` blocks, in billionths of the mean,
    /// over all weights.
    pub(crate) fn least_violation(&self, graph: &Graph, k: usize) -> i64 {
        let limits = self.limits(&[1]);
        let bound = |(d, &(lower, upper)): (usize, &(i64, i64))| -> i64 {
            let mean = self.means()[d];
            if mean <= 0.0 {
                return 0;
            }
            let (mut giants, mut giant_load, mut over, mut total) = (0i64, 0i64, 0i64, 0i64);
            for v in 0..graph.len() {
                let w = graph.weights(v)[d];
                total += w;
                if w > upper {
                    giants += 1;
                    giant_load += w;
                    over += w - upper;
                }
            }
            let others = (k as i64 - giants).max(0);
            let under = (others as f64 * lower as f64 - (total - giant_load) as f64).max(0.0);
            let weights = (0..graph.len()).map(|v| graph.weights(v)[d]);
            let uneven = k as f64 * least_miss(weights, graph.len(), lower, upper) as f64;
            (self.priorities()[d] * (over as f64 + under).max(uneven) / mean * 1e9) as i64
        };
        limits.ranges(0).iter().enumerate().map(bound).sum()
    }
}

/// Words of 64 sums that may be touched in looking for a sum within limits.
const SUMS_WORK: usize = 4_000_000;

/// By how much every sum of some of the weights misses `lower..=upper`: 0 where one does not, or
/// where there are too many sums to look at.
fn least_miss(weights: impl Iterator<Item = i64>, count: usize, lower: i64, upper: i64) -> i64 {
    // Sums beyond twice the upper limit miss it by more than no weight at all misses the lower.
    let Some(words) = usize::try_from(upper.saturating_mul(2) / 64 + 1)
        .ok()
        .filter(|words| words.saturating_mul(count) <= SUMS_WORK)
    else {
        return 0;
    };
    let mut sums = vec![0u64; words];
    sums[0] = 1;
    for weight in weights.filter(|&w| w > 0) {
        add_to_sums(&mut sums, weight as usize);
    }
    let reached = |sum: &i64| sums[(sum / 64) as usize] >> (sum % 64) & 1 == 1;
    let below = (0..=upper).rev().find(reached).map_or(lower, |sum| (lower - sum).max(0));
    let beyond = 64 * words as i64;
    let above = (upper + 1..beyond).find(reached).unwrap_or(beyond) - upper;
    below.min(above)
}

/// Every sum in the set may have `weight` added: the set shifted by it joins the set.
pub(super) fn add_to_sums(sums: &mut [u64], weight: usize) {
    let (words, bits) = (weight / 64, weight % 64);
    for i in (words..sums.len()).rev() {
        let high = sums[i - words] << bits;
        let low = if bits > 0 && i > words { sums[i - words - 1] >> (64 - bits) } else { 0 };
        sums[i] |= high | low;
    }
}

/// The largest sum of some of the weights that is at most `upper`; `upper` itself where there are
/// too many sums to look at.
pub(super) fn largest_sum(weights: &[i64], upper: i64) -> i64 {
    let Some(words) = usize::try_from(upper / 64 + 1)
        .ok()
        .filter(|words| words.saturating_mul(weights.len()) <= SUMS_WORK)
    else {
        return upper;
    };
    let mut sums = vec![0u64; words];
    sums[0] = 1;
    for &weight in weights.iter().filter(|&&w| w > 0 && w <= upper) {
        add_to_sums(&mut sums, weight as usize);
    }
    (0..=upper).rev().find(|sum| sums[(sum / 64) as usize] >> (sum % 64) & 1 == 1).unwrap_or(0)
}
