//! What no division could avoid.

use super::{Tolerance, objective::Target};
use crate::graph::Graph;

/// A lower bound on the violation in one weight of any division of `graph` into `k` blocks, as a
/// share of the mean block, summed over blocks.
///
/// A vertex heavier than the upper limit puts its block over by the difference; what such
/// vertices leave may be too little for the other blocks.
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
            (self.priorities()[d] * (over as f64 + under) / mean * 1e9) as i64
        };
        limits.ranges(0).iter().enumerate().map(bound).sum()
    }
}
