//! What cut edges cost at least, on graphs of any size.
//!
//! Take a vertex and a tree of paths from it that reaches more than one block may hold: what is
//! beyond the limit lies in other blocks, so the tree must be cut, each cut edge parting what hangs
//! on it. Many such trees that share the cost of every edge among them add up to a bound: the
//! packing dual of spreading metrics (Even, Naor, Rao and Schieber 1999; trees as Delling,
//! Goldberg, Razenshteyn and Werneck 2012 pack them). Only the upper limits count; that blocks are
//! connected and not too light is not made use of.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::objective::Limits;
use super::watch::Watch;
use crate::graph::Graph;

/// The work is done in so many rounds, and a bound taken after each.
const ROUNDS: usize = 200;
/// Vertices visited in a round at least, for every vertex of the graph.
const VISITS: usize = 16;
/// By how much the most crowded edge of a tree becomes longer for the next ones, as a share.
const AVOIDANCE: f64 = 0.3;
/// Weight of all earlier rounds against the next one: the first trees do not know the crowds yet.
const MEMORY: f64 = 0.97;
/// No edge becomes longer.
const LONGEST: f64 = 1e200;
/// Trees end where they hold so many times what a block may hold.
const REACH: f64 = 4.0;
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
    let caps = (0..graph.dimensions()).filter_map(|d| Cap::of(graph, limits, d, violation));
    // The weight that allows the smallest blocks.
    let tightest = caps.min_by(|a, b| (a.most / a.total).total_cmp(&(b.most / b.total)));
    match tightest {
        Some(cap) if cap.most < cap.total => Packing::new(graph, cap).run(work, watch),
        _ => 0,
    }
}

/// What a block may hold of one weight, where heavy vertices count no more than the upper limit.
struct Cap {
    weight: Vec<f64>,
    most: f64,
    total: f64,
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

/// Trees that share the edges.
struct Packing<'a> {
    graph: &'a Graph,
    cap: Cap,
    /// The first edge of every vertex among all, each of which stands at both its ends.
    first: Vec<usize>,
    /// The number of every edge, at both its ends.
    edge: Vec<u32>,
    cost: Vec<f64>,
    length: Vec<f64>,
    /// How much hangs on every edge, over all trees.
    flow: Vec<f64>,
    /// How much of what the trees hold lies beyond the cap.
    gain: f64,
    // Of the tree at hand: vertices in the order they were reached, with distance and way.
    reached: Vec<u32>,
    distance: Vec<f64>,
    way: Vec<(u32, u32)>,
    below: Vec<f64>,
}

/// A vertex on the edge of a tree, nearest first.
#[derive(PartialEq)]
struct Next(f64, u32);

impl Eq for Next {}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> Packing<'a> {
    fn new(graph: &'a Graph, cap: Cap) -> Self {
        let mut first = Vec::with_capacity(graph.len() + 1);
        let mut edge = vec![0; 2 * graph.edge_count()];
        let mut cost = Vec::with_capacity(graph.edge_count());
        first.push(0);
        for v in 0..graph.len() {
            first.push(first[v] + graph.degree(v));
        }
        for v in 0..graph.len() {
            for (i, (t, c)) in graph.neighbours(v).enumerate().filter(|(_, (t, _))| *t > v) {
                let back = graph.targets(t).partition_point(|&s| (s as usize) < v);
                edge[first[v] + i] = cost.len() as u32;
                edge[first[t] + back] = cost.len() as u32;
                cost.push(c as f64);
            }
        }
        let mean = graph.mean_cost().max(1.0);
        Packing {
            length: cost.iter().map(|&c| mean / (c + mean)).collect(),
            flow: vec![0.0; cost.len()],
            gain: 0.0,
            reached: Vec::new(),
            distance: vec![f64::INFINITY; graph.len()],
            way: vec![(0, 0); graph.len()],
            below: vec![0.0; graph.len()],
            graph,
            cap,
            first,
            edge,
            cost,
        }
    }

    fn run(mut self, work: usize, watch: &Watch) -> i64 {
        let n = self.graph.len();
        let step = stride(n);
        let (mut best, mut done, mut root) = (0.0f64, 0, 0);
        let mut usual = None;
        // Some of the roots a round, all over the graph, and others in the next.
        while done < work {
            let until = done + (work / ROUNDS).max(VISITS * n);
            let mut trees = 0;
            while trees < n && done < until {
                if watch.is_over() {
                    return floor(best);
                }
                done += self.add_tree(root, &mut usual);
                root = (root + step) % n;
                trees += 1;
            }
            let crowds = self.flow.iter().zip(&self.cost).filter(|(f, _)| **f > 0.0);
            let crowd = crowds.map(|(f, c)| f / c).fold(0.0, f64::max);
            if crowd <= 0.0 {
                break;
            }
            best = best.max(self.gain / crowd);
            self.forget();
        }
        floor(best)
    }

    /// Makes what was done so far count less.
    fn forget(&mut self) {
        self.gain *= MEMORY;
        self.flow.iter_mut().for_each(|f| *f *= MEMORY);
        let shortest = self.length.iter().copied().fold(LONGEST, f64::min);
        self.length.iter_mut().for_each(|l| *l /= shortest);
    }

    /// Adds the tree of shortest paths from `root` that has the most beyond the cap for its length;
    /// how many vertices were visited. `usual` is a mean of this over trees.
    fn add_tree(&mut self, root: usize, usual: &mut Option<f64>) -> usize {
        let most = self.cap.most;
        let mut queue = BinaryHeap::from([Next(0.0, root as u32)]);
        self.reached.clear();
        self.distance[root] = 0.0;
        let mut touched = vec![root as u32];
        let (mut weight, mut length) = (0.0, 0.0);
        let (mut best, mut best_count, mut best_gain) = (0.0, 0, 0.0);
        while let Some(Next(distance, v)) = queue.pop() {
            let v = v as usize;
            if distance > self.distance[v] {
                continue;
            }
            self.reached.push(v as u32);
            weight += self.cap.weight[v];
            length += self.cap.weight[v] * distance;
            if weight > most && length > 0.0 {
                let ratio = (weight - most) / length;
                if ratio > best {
                    (best, best_count, best_gain) = (ratio, self.reached.len(), weight - most);
                }
                if weight > REACH * most || ratio < 0.7 * best {
                    break;
                }
            }
            for (i, &t) in self.graph.targets(v).iter().enumerate() {
                let e = self.edge[self.first[v] + i] as usize;
                let far = distance + self.length[e];
                if self.cost[e] > 0.0 && far < self.distance[t as usize] {
                    if self.distance[t as usize] == f64::INFINITY {
                        touched.push(t);
                    }
                    self.distance[t as usize] = far;
                    self.way[t as usize] = (v as u32, e as u32);
                    queue.push(Next(far, t));
                }
            }
        }
        if best_count > 0 {
            // Trees that gain more than others for their length count more.
            let typical = *usual.get_or_insert(best);
            *usual = Some(0.9 * typical + 0.1 * best);
            let share = (best / typical).clamp(0.05, 4.0);
            for &v in &self.reached[..best_count] {
                self.below[v as usize] = self.cap.weight[v as usize];
            }
            let mut crowd = 0.0f64;
            for &v in self.reached[1..best_count].iter().rev() {
                let (parent, e) = self.way[v as usize];
                let below = self.below[v as usize];
                self.below[parent as usize] += below;
                self.flow[e as usize] += share * below;
                crowd = crowd.max(below / self.cost[e as usize]);
            }
            for &v in &self.reached[1..best_count] {
                let (e, below) = (self.way[v as usize].1 as usize, self.below[v as usize]);
                let longer = AVOIDANCE * share * below / self.cost[e] / crowd;
                self.length[e] = (self.length[e] * (1.0 + longer)).min(LONGEST);
            }
            self.gain += share * best_gain;
        }
        for v in touched {
            self.distance[v as usize] = f64::INFINITY;
        }
        self.reached.len()
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
