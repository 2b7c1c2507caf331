//! What cut edges cost at least, on graphs of any size.
//!
//! Take a vertex and bring to each vertex around it, until there are more than one block may hold,
//! its weight along any ways: what is beyond the limit lies in other blocks, so at least so much
//! runs over cut edges. Many such flows that share the cost of every edge among them add up to a
//! bound: the packing dual of spreading metrics (Even, Naor, Rao and Schieber 1999; Delling,
//! Goldberg, Razenshteyn and Werneck 2012 pack trees likewise). No edge is cut twice, so one that
//! is crowded takes no more from the bound than what it carries above its cost. Only the upper
//! limits count; that blocks are connected and not too light is not made use of.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::objective::Limits;
use super::watch::Watch;
use crate::graph::Graph;

/// The work is done in so many rounds.
const ROUNDS: usize = 200;
/// A bound is taken so many times.
const LOOKS: usize = 6;
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
/// How much ways that lead straight away from the root are preferred, as a power.
const STRAIGHT: i32 = 3;
/// Flows end where they hold so many times what a block may hold.
const REACH: f64 = 3.0;
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

/// Flows that share the edges.
struct Packing {
    cap: Cap,
    /// Where the links of every vertex begin, and its links: a neighbour and the number of the
    /// edge, which stands at both its ends. Edges without a cost are no way.
    first: Vec<u32>,
    links: Vec<(u32, u32)>,
    cost: Vec<f64>,
    length: Vec<f32>,
    /// How much runs over every edge, over all flows.
    flow: Vec<f64>,
    /// How much of what the flows reach lies beyond the cap.
    gain: f64,
    // Of the flow at hand: vertices in the order they were reached, with distance, place in that
    // order, and what is to be brought to them and beyond; and what runs over every edge.
    reached: Vec<u32>,
    distance: Vec<f32>,
    place: Vec<u32>,
    below: Vec<f64>,
    ways: Vec<(u32, f64)>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<u64>>,
}

impl Packing {
    fn new(graph: &Graph, cap: Cap) -> Self {
        // Neighbours that are read together stand together.
        let order = graph.breadth_first();
        let n = graph.len();
        let mut place = vec![0u32; n];
        for (i, &v) in order.iter().enumerate() {
            place[v as usize] = i as u32;
        }
        let mut first = Vec::with_capacity(n + 1);
        let mut links = Vec::with_capacity(2 * graph.edge_count());
        let mut cost = Vec::with_capacity(graph.edge_count());
        first.push(0);
        for (at, &v) in order.iter().enumerate() {
            let ways = graph.neighbours(v as usize).filter(|&(_, cost)| cost > 0);
            for (t, c) in ways {
                let to = place[t];
                let number = if to as usize > at {
                    cost.push(c as f64);
                    cost.len() as u32 - 1
                } else {
                    let own = first[to as usize] as usize..first[to as usize + 1] as usize;
                    let back = |link: &&(u32, u32)| link.0 as usize == at;
                    links[own].iter().find(back).map_or(0, |link: &(u32, u32)| link.1)
                };
                links.push((to, number));
            }
            first.push(links.len() as u32);
        }
        let mean = cost.iter().sum::<f64>() / cost.len().max(1) as f64;
        let weight = order.iter().map(|&v| cap.weight[v as usize]).collect();
        Packing {
            cap: Cap { weight, ..cap },
            length: cost.iter().map(|&c| (mean / c) as f32).collect(),
            flow: vec![0.0; cost.len()],
            gain: 0.0,
            reached: Vec::new(),
            distance: vec![f32::INFINITY; n],
            place: vec![u32::MAX; n],
            below: vec![0.0; n],
            ways: Vec::new(),
            touched: Vec::new(),
            queue: BinaryHeap::new(),
            first,
            links,
            cost,
        }
    }

    fn run(mut self, work: usize, watch: &Watch) -> i64 {
        let n = self.place.len();
        let step = stride(n);
        let (mut best, mut done, mut root) = (0.0f64, 0, 0);
        let mut usual = None;
        let (round, mut next_look) = ((work / ROUNDS).max(VISITS * n), work / LOOKS);
        // Some of the roots a round, all over the graph, and others in the next.
        while done < work && !watch.is_over() {
            let until = (done + round).min(work);
            let mut flows = 0;
            while flows < n && done < until {
                let avoidance = AVOIDANCE / (1.0 + done as f64 / (HALVED * n as f64));
                done += self.add_flow(root, avoidance, &mut usual);
                root = (root + step) % n;
                flows += 1;
            }
            if done >= next_look {
                best = best.max(self.bound());
                next_look += work / LOOKS;
            }
            self.forget();
        }
        floor(best.max(self.bound()))
    }

    /// What the flows prove. Scaled so that no edge carries more than it costs, they prove the gain;
    /// but no edge is cut more than once, so where they are scaled less, an edge takes away no more
    /// than what it carries above its cost. The best scale is one at which some edge is full.
    fn bound(&self) -> f64 {
        let full = |e: &usize| self.cost[*e] / self.flow[*e];
        let mut crowded: Vec<usize> =
            (0..self.cost.len()).filter(|&e| self.flow[e] > 0.0).collect();
        crowded.sort_unstable_by(|a, b| full(a).total_cmp(&full(b)));
        let (mut gain, mut cost, mut best) = (self.gain, 0.0, 0.0f64);
        for e in &crowded {
            best = best.max(full(e) * gain + cost);
            gain -= self.flow[*e];
            cost += self.cost[*e];
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

    fn links(&self, v: usize) -> std::ops::Range<usize> {
        self.first[v] as usize..self.first[v + 1] as usize
    }

    /// Adds the flow from `root` along short ways that reaches the most beyond the cap for its
    /// length; how many vertices were visited. `usual` is a mean of this over flows.
    fn add_flow(&mut self, root: usize, avoidance: f64, usual: &mut Option<f64>) -> usize {
        let (count, gain, ratio) = self.reach(root);
        if count > 0 {
            // Flows that gain more than others for their length count more.
            let typical = *usual.get_or_insert(ratio);
            *usual = Some(0.9 * typical + 0.1 * ratio);
            let share = (ratio / typical).clamp(0.05, 4.0);
            self.spread(count);
            let mut crowd = 0.0f64;
            for &(e, amount) in &self.ways {
                crowd = crowd.max(amount / self.cost[e as usize]);
            }
            for &(e, amount) in &self.ways {
                let e = e as usize;
                self.flow[e] += share * amount;
                let longer = avoidance * share * amount / self.cost[e] / crowd;
                self.length[e] = (self.length[e] * (1.0 + longer as f32)).min(LONGEST);
            }
            self.gain += share * gain;
        }
        for &v in &self.touched {
            self.distance[v as usize] = f32::INFINITY;
            self.place[v as usize] = u32::MAX;
        }
        self.reached.len()
    }

    /// Reaches out from `root`, nearest vertices first; how many of them have the most beyond the
    /// cap for the length of the ways to them, how much that is, and for every length.
    fn reach(&mut self, root: usize) -> (usize, f64, f64) {
        let most = self.cap.most;
        self.queue.clear();
        self.reached.clear();
        self.touched.clear();
        self.distance[root] = 0.0;
        self.touched.push(root as u32);
        self.queue.push(entry(0.0, root as u32));
        let (mut weight, mut length) = (0.0, 0.0);
        let mut best = (0, 0.0, 0.0);
        while let Some(Reverse(next)) = self.queue.pop() {
            let v = next as u32 as usize;
            if self.place[v] != u32::MAX {
                continue;
            }
            let distance = self.distance[v];
            self.place[v] = self.reached.len() as u32;
            self.reached.push(v as u32);
            weight += self.cap.weight[v];
            length += self.cap.weight[v] * f64::from(distance);
            if weight > most && length > 0.0 {
                let ratio = (weight - most) / length;
                if ratio > best.2 {
                    best = (self.reached.len(), weight - most, ratio);
                }
                if weight > REACH * most || ratio < 0.7 * best.2 {
                    break;
                }
            }
            for &(t, e) in &self.links[self.links(v)] {
                let far = distance + self.length[e as usize];
                let known = &mut self.distance[t as usize];
                if far < *known {
                    if *known == f32::INFINITY {
                        self.touched.push(t);
                    }
                    *known = far;
                    self.queue.push(entry(far, t));
                }
            }
        }
        best
    }

    /// Brings its weight to each of the first `count` vertices that were reached, from the farthest
    /// back to the root: over every edge from a nearer vertex, the more the straighter it comes and
    /// the more it costs. One way alone would be crowded sooner.
    fn spread(&mut self, count: usize) {
        self.ways.clear();
        for &v in &self.reached[..count] {
            self.below[v as usize] = self.cap.weight[v as usize];
        }
        for (at, &v) in self.reached[..count].iter().enumerate().skip(1).rev() {
            let v = v as usize;
            let (begin, far) = (self.ways.len(), self.distance[v]);
            let mut sum = 0.0;
            for &(t, e) in &self.links[self.links(v)] {
                if self.place[t as usize] < at as u32 {
                    let nearer = (far - self.distance[t as usize]) / self.length[e as usize];
                    let pull = self.cost[e as usize] * f64::from(nearer).powi(STRAIGHT) + 1e-30;
                    self.ways.push((e, pull));
                    sum += pull;
                }
            }
            let amount = self.below[v] / sum;
            let mut way = begin;
            for &(t, _) in &self.links[self.links(v)] {
                if self.place[t as usize] < at as u32 {
                    self.ways[way].1 *= amount;
                    self.below[t as usize] += self.ways[way].1;
                    way += 1;
                }
            }
        }
    }
}

/// A vertex to be reached: distances are not negative, so their bits are in order.
fn entry(distance: f32, v: u32) -> Reverse<u64> {
    Reverse(u64::from(distance.to_bits()) << 32 | u64::from(v))
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
