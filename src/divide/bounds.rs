//! What no division could avoid.

use super::Tolerance;
use super::objective::{Limits, Target};
use crate::graph::Graph;

/// A lower bound on the violation in one weight of any division of `graph` into `k` blocks, as a
/// share of the mean block, summed over blocks.
///
/// A vertex heavier than the upper limit puts its block over by the difference; what such
/// vertices leave may be too little for the other blocks. And where no choice of vertices weighs
/// what a block may weigh (all of 500 people, say, and blocks of 950 to 1050 to be made of them),
/// every block is out by what the nearest sum lacks. Components that do not touch
/// make a whole number of blocks each, where there are no more of them than blocks.
pub fn unavoidable_violation(graph: &Graph, k: usize, weight: usize, tolerance: Tolerance) -> f64 {
    unavoidable_violations(graph, k, &[(weight, tolerance)])
}

/// The same, summed over some of the weights.
pub(crate) fn unavoidable_violations(
    graph: &Graph,
    k: usize,
    weights: &[(usize, Tolerance)],
) -> f64 {
    let components = graph.components();
    let of_weight = |&(weight, tolerance): &(usize, Tolerance)| {
        let mut tolerances = vec![Tolerance::OPEN; graph.dimensions()];
        tolerances[weight] = tolerance;
        let limits = Target::new(graph, k, &tolerances).limits_outward(k).plain();
        least_violation(graph, &components, &limits) as f64 / 1e9
    };
    weights.iter().map(of_weight).sum()
}

impl Target {
    /// A lower bound on the violation of any division into `k` blocks, as it counts in searching,
    /// over all weights.
    pub(crate) fn least_violation(&self, graph: &Graph, k: usize) -> i64 {
        least_violation(graph, &graph.components(), &self.limits(&vec![1; k]))
    }

    /// The same, of a graph known to be connected.
    pub(crate) fn least_violation_connected(&self, graph: &Graph, k: usize) -> i64 {
        least_violation(graph, &(Vec::new(), 1), &self.limits(&vec![1; k]))
    }
}

/// Components times squared blocks that may be looked at in sharing blocks out to components.
const SHARES_WORK: usize = 4_000_000;

/// A lower bound on the violation of any division, by the measure of the limits, which are the same
/// for all blocks.
fn least_violation(graph: &Graph, (component, count): &(Vec<u32>, usize), limits: &Limits) -> i64 {
    let k = limits.blocks();
    let all: Vec<u32> = (0..graph.len() as u32).collect();
    let whole = Part::new(graph, limits, &all).least_violation(k);
    let count = *count;
    if count == 1 || count > k || count.saturating_mul(k * k) > SHARES_WORK {
        return whole;
    }
    let mut members = vec![Vec::new(); count];
    for (v, &c) in component.iter().enumerate() {
        members[c as usize].push(v as u32);
    }
    // sums[b]: the least over the components so far, with b blocks among them.
    let mut sums = vec![None; k + 1];
    sums[0] = Some(0i64);
    for vertices in &members {
        let part = Part::new(graph, limits, vertices);
        let own: Vec<i64> =
            (1..=k.min(vertices.len())).map(|blocks| part.least_violation(blocks)).collect();
        let mut next: Vec<Option<i64>> = vec![None; k + 1];
        for (before, sum) in sums.iter().enumerate() {
            let Some(sum) = sum else { continue };
            for (after, violation) in next[before + 1..].iter_mut().zip(&own) {
                let both = sum.saturating_add(*violation);
                *after = Some(after.map_or(both, |a| a.min(both)));
            }
        }
        sums = next;
    }
    sums[k].unwrap_or(0).max(whole)
}

/// What a set of vertices weighs, as far as violation depends on it.
struct Part {
    weights: Vec<PartWeight>,
}

struct PartWeight {
    lower: i64,
    upper: i64,
    /// What a unit outside counts.
    scale: f64,
    /// What any violation in one block counts besides.
    out: i64,
    total: i64,
    giants: i64,
    /// Weight of giants, and by how much they are over.
    heavy: i64,
    over: i64,
    /// What every block misses its limits by.
    miss: i64,
}

impl Part {
    fn new(graph: &Graph, limits: &Limits, vertices: &[u32]) -> Part {
        let shares = limits.shares();
        let weights = limits.ranges(0).iter().enumerate().map(|(d, &(lower, upper))| {
            let weights = || vertices.iter().map(move |&v| graph.weights(v as usize)[d]);
            let heavy = || weights().filter(|&w| w > upper);
            // Where no share counts, nothing is out.
            let scale = shares[d] * 1e9;
            PartWeight {
                lower,
                upper,
                scale,
                out: limits.out()[d],
                total: weights().sum(),
                giants: heavy().count() as i64,
                heavy: heavy().sum(),
                over: heavy().map(|w| w - upper).sum(),
                miss: least_miss(weights(), vertices.len(), lower, upper),
            }
        });
        Part { weights: weights.collect() }
    }

    fn least_violation(&self, blocks: usize) -> i64 {
        let blocks = blocks as i64;
        let of_weight = |w: &PartWeight| -> i64 {
            if w.scale <= 0.0 {
                return 0;
            }
            let over = w.over.max(w.total.saturating_sub(w.upper.saturating_mul(blocks)));
            let others = (blocks - w.giants).max(0) as f64;
            let under = (others * w.lower as f64 - (w.total - w.heavy) as f64).max(0.0);
            let uneven = blocks as f64 * w.miss as f64;
            // Of blocks that are over there is one, of those under as many as cannot be empty.
            let out = i64::from(over > 0) + (under / (w.lower as f64).max(1.0)).ceil() as i64;
            let out = if w.miss > 0 { out.max(blocks) } else { out };
            // Block by block, what is outside is rounded down, and `out` makes more than up for it:
            // so the sum, a whole number, is more than this but for its rounding.
            let outside = (over as f64 + under).max(uneven) * w.scale;
            (outside * (1.0 - 1e-14) - 1e-3).ceil().max(0.0) as i64 + out * (w.out - 1)
        };
        self.weights.iter().map(of_weight).sum()
    }
}

/// Words of 64 sums that may be touched in looking for a sum within limits.
const SUMS_WORK: usize = 4_000_000;

/// By how much every sum of some of the weights misses `lower..=upper`: 0 where one does not, or
/// where there are too many sums to look at.
fn least_miss(
    weights: impl Iterator<Item = i64> + Clone,
    count: usize,
    lower: i64,
    upper: i64,
) -> i64 {
    if reaches(weights.clone(), lower, upper) {
        return 0;
    }
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

/// Whether taking what fits, one after the other, comes to a sum within `lower..=upper`: with many
/// small weights it does, and no table of sums is needed.
fn reaches(weights: impl Iterator<Item = i64>, lower: i64, upper: i64) -> bool {
    let mut sum = 0;
    for weight in weights {
        if sum + weight <= upper {
            sum += weight;
        }
        if sum >= lower {
            return true;
        }
    }
    sum >= lower
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

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
