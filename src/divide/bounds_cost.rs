//! What cut edges cost at least, on graphs of any size.
//!
//! Take a vertex and bring to each vertex around it, until there are more than one block may hold,
//! its weight along any ways: what is beyond the limit lies in other blocks, so at least so much
//! runs over cut edges. Many such flows that share the cost of every edge among them add up to a
//! bound: the packing dual of spreading metrics (Even, Naor, Rao and Schieber 1999; Delling,
//! Goldberg, Razenshteyn and Werneck 2012 pack trees likewise). No edge is cut twice, so one that
//! is crowded takes no more from the bound than what it carries above its cost. Only the upper
//! limits count; that blocks are connected and not too light is not made use of.

use rayon::prelude::*;

use super::bounds_flow::{Ground, Search};
use super::objective::Limits;
use crate::graph::Graph;
use crate::watch::Watch;

/// The work is done in so many rounds.
const ROUNDS: usize = 200;
/// So many flows at most are sought at a time, and no more than one for so many blocks.
const TOGETHER: usize = 8;
const APART: usize = 8;
/// A bound is taken so many times.
const LOOKS: usize = 3;
/// Vertices visited in a round at least, for every vertex of the graph.
const VISITS: usize = 8;
/// By how much the most crowded edge of a flow becomes longer for the next ones at first, as a
/// share.
const AVOIDANCE: f64 = 2.0;
/// Visits for every vertex after which it is halved.
const HALVED: f64 = 60.0;
/// Weight of all earlier rounds against the next one: the first flows do not know the crowds yet.
const MEMORY: f64 = 0.97;
/// No edge becomes longer.
const LONGEST: f32 = 1e30;
/// Taken off the bound, far more than rounding may have added.
const ROUNDING: f64 = 1e-6;

/// A lower bound on the cost of cut edges of any division into `limits.blocks()` blocks, connected
/// or not, with at most `violation`. About `work` vertices are visited.
pub(crate) fn least_cost(
    graph: &Graph,
    limits: &Limits,
    violation: i64,
    work: usize,
    watch: &Watch,
) -> i64 {
    if work == 0 {
        return 0;
    }
    let caps = (0..graph.dimensions()).filter_map(|d| Cap::of(graph, limits, d, violation));
    // The weight that allows the smallest blocks.
    let tightest = caps.min_by(|a, b| (a.most / a.total).total_cmp(&(b.most / b.total)));
    match tightest {
        Some(cap) if cap.most < cap.total => {
            Packing::new(graph, cap).run(limits.blocks(), work, watch)
        }
        _ => 0,
    }
}

/// What a block may hold of one weight, where heavy vertices count no more than the upper limit.
pub(super) struct Cap {
    pub weight: Vec<f64>,
    pub most: f64,
    pub total: f64,
}

impl Cap {
    fn of(graph: &Graph, limits: &Limits, d: usize, violation: i64) -> Option<Cap> {
        let (lower, upper) = limits.ranges(0)[d];
        let scale = limits.shares()[d] * 1e9;
        if upper == i64::MAX || scale <= 0.0 {
            return None;
        }
        // With its excess taken off, a vertex over the limit fills its block, and what the other
        // blocks then lack is violation, too: what is left of it may put blocks further over.
        let (mut excess, mut giants, mut left) = (0i64, 0i64, 0i64);
        for v in 0..graph.len() {
            let weight = graph.weights(v)[d];
            if weight > upper {
                excess += weight - upper;
                giants += 1;
            } else {
                left += weight;
            }
        }
        let others = (limits.blocks() as i64 - giants).max(0);
        let under = (others as f64 * lower as f64 - left as f64).max(0.0);
        let spare = violation as f64 / scale * (1.0 + 1e-9) - excess as f64 - under;
        let weight: Vec<f64> =
            (0..graph.len()).map(|v| graph.weights(v)[d].min(upper) as f64).collect();
        let total = weight.iter().sum();
        Some(Cap { most: upper as f64 + spare.max(0.0) * (1.0 + 1e-9), weight, total })
    }
}

/// Flows that share the edges.
pub(super) struct Packing {
    pub ground: Ground,
    pub cost: Vec<f64>,
    pub length: Vec<f32>,
    /// How much runs over every edge, over all flows.
    flow: Vec<f64>,
    /// How much of what the flows reach lies beyond the cap.
    gain: f64,
    /// What a flow usually reaches beyond the cap for its length.
    usual: Option<f64>,
}

impl Packing {
    fn new(graph: &Graph, cap: Cap) -> Self {
        let (ground, cost) = Ground::new(graph, cap);
        let mean = cost.iter().sum::<f64>() / cost.len().max(1) as f64;
        Packing {
            ground,
            length: cost.iter().map(|&c| (mean / c) as f32).collect(),
            flow: vec![0.0; cost.len()],
            gain: 0.0,
            usual: None,
            cost,
        }
    }

    fn run(mut self, blocks: usize, work: usize, watch: &Watch) -> i64 {
        let n = self.ground.len();
        let step = stride(n);
        let (mut best, mut done, mut root) = (0.0f64, 0, 0);
        let (round, mut next_look) = ((work / ROUNDS).max(VISITS * n), work / LOOKS);
        // As many as do not meet; their number does not depend on threads.
        let together = (blocks / APART).clamp(1, TOGETHER);
        let mut searches: Vec<Search> = (0..together).map(|_| Search::new(n)).collect();
        // Some of the roots a round, all over the graph, and others in the next.
        while done < work && !watch.is_over() {
            let until = (done + round).min(work);
            let mut flows = 0;
            while flows < n && done < until {
                let avoidance = AVOIDANCE / (1.0 + done as f64 / (HALVED * n as f64));
                for search in &mut searches {
                    search.root = root;
                    root = (root + step) % n;
                }
                let look = |search: &mut Search| search.look(&self);
                match &mut searches[..] {
                    [only] => look(only),
                    all => all.par_iter_mut().with_max_len(1).for_each(look),
                }
                for search in &searches {
                    self.add(search, avoidance);
                    done += search.reached.len();
                    flows += 1;
                }
            }
            if done >= next_look {
                best = best.max(self.bound());
                next_look += work / LOOKS;
            }
            self.forget();
        }
        floor(best.max(self.bound()))
    }

    /// Adds the flow that was found.
    fn add(&mut self, search: &Search, avoidance: f64) {
        if search.ways.is_empty() {
            return;
        }
        // Flows that gain more than others for their length count more.
        let typical = *self.usual.get_or_insert(search.ratio);
        self.usual = Some(0.9 * typical + 0.1 * search.ratio);
        let share = (search.ratio / typical).clamp(0.05, 4.0);
        for &(e, amount) in &search.ways {
            let e = e as usize;
            self.flow[e] += share * amount;
            let longer = avoidance * share * amount / self.cost[e] / search.crowd;
            self.length[e] = (self.length[e] * (1.0 + longer as f32)).min(LONGEST);
        }
        self.gain += share * search.gain;
    }

    /// What the flows prove. Scaled so that no edge carries more than it costs, they prove the gain;
    /// but no edge is cut more than once, so where they are scaled less, an edge takes away no more
    /// than what it carries above its cost. The best scale is one at which some edge is full.
    fn bound(&self) -> f64 {
        let edges = self.cost.par_iter().zip(&self.flow).filter(|(_, flow)| **flow > 0.0);
        let mut edges: Vec<(f64, f64)> = edges.map(|(&cost, &flow)| (cost / flow, flow)).collect();
        edges.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (mut gain, mut cost, mut best) = (self.gain, 0.0, 0.0f64);
        for (full, flow) in edges {
            best = best.max(full * gain + cost);
            gain -= flow;
            cost += full * flow;
            if gain <= 0.0 {
                break;
            }
        }
        best
    }

    /// Makes what was done so far count less.
    fn forget(&mut self) {
        self.gain *= MEMORY;
        self.flow.iter_mut().for_each(|f| *f *= MEMORY);
        let shortest = self.length.iter().copied().fold(LONGEST, f32::min);
        self.length.iter_mut().for_each(|l| *l /= shortest);
    }
}

/// A whole number that is no more than a bound in floating point.
fn floor(bound: f64) -> i64 {
    (bound * (1.0 - ROUNDING)).floor().max(0.0) as i64
}

/// A step that visits all of `n` places, far from one another.
fn stride(n: usize) -> usize {
    let mut step = ((n as f64 * 0.618) as usize).max(1);
    while gcd(step, n) != 1 {
        step += 1;
    }
    step
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
#[path = "bounds_cost_tests.rs"]
mod tests;
