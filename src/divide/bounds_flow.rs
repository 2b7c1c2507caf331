//! Flows for the bound on the cost: from a root along short ways to what no block can hold with it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bounds_cost::{Cap, Packing};
use crate::graph::Graph;

/// Flows end where they hold so many times what a block may hold.
const REACH: f64 = 3.0;
/// How much ways that lead straight away from the root are preferred, as a power.
const STRAIGHT: i32 = 3;

/// What the flows run on.
pub(super) struct Ground {
    pub cap: Cap,
    /// Where the links of every vertex begin, and its links: a neighbour and the number of the
    /// edge, which stands at both its ends. Edges without a cost are no way.
    pub first: Vec<u32>,
    pub links: Vec<(u32, u32)>,
}

impl Ground {
    /// The ground and the costs of its edges; neighbours that are read together stand together.
    pub fn new(graph: &Graph, cap: Cap) -> (Ground, Vec<f64>) {
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
            for (t, c) in graph.neighbours(v as usize).filter(|&(_, cost)| cost > 0) {
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
        let weight = order.iter().map(|&v| cap.weight[v as usize]).collect();
        (Ground { cap: Cap { weight, ..cap }, first, links }, cost)
    }

    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    fn links(&self, v: usize) -> &[(u32, u32)] {
        &self.links[self.first[v] as usize..self.first[v + 1] as usize]
    }
}

/// The search for the flow from one root, with its buffers.
#[derive(Default)]
pub(super) struct Search {
    pub root: usize,
    /// How much the flow reaches beyond the cap, and that for its length.
    pub gain: f64,
    pub ratio: f64,
    /// What runs over every edge, and how full the fullest is.
    pub ways: Vec<(u32, f64)>,
    pub crowd: f64,
    /// Vertices in the order they were reached, with distance, place in that order, and what is to
    /// be brought to them and beyond.
    pub reached: Vec<u32>,
    distance: Vec<f32>,
    place: Vec<u32>,
    below: Vec<f64>,
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<u64>>,
}

impl Search {
    pub fn new(n: usize) -> Self {
        Search {
            distance: vec![f32::INFINITY; n],
            place: vec![u32::MAX; n],
            below: vec![0.0; n],
            ..Search::default()
        }
    }

    /// Finds the flow from the root along short ways that reaches the most beyond the cap for its
    /// length.
    pub fn look(&mut self, packing: &Packing) {
        let (count, gain, ratio) = self.reach(packing);
        (self.gain, self.ratio) = (gain, ratio);
        self.ways.clear();
        self.spread(packing, count);
        let crowds = self.ways.iter().map(|&(e, amount)| amount / packing.cost[e as usize]);
        self.crowd = crowds.fold(0.0, f64::max);
        for &v in &self.touched {
            self.distance[v as usize] = f32::INFINITY;
            self.place[v as usize] = u32::MAX;
        }
    }

    /// Reaches out from the root, nearest vertices first; how many of them have the most beyond the
    /// cap for the length of the ways to them, how much that is, and for every length.
    fn reach(&mut self, packing: &Packing) -> (usize, f64, f64) {
        let (ground, root) = (&packing.ground, self.root);
        let most = ground.cap.most;
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
            weight += ground.cap.weight[v];
            length += ground.cap.weight[v] * f64::from(distance);
            if weight > most && length > 0.0 {
                let ratio = (weight - most) / length;
                if ratio > best.2 {
                    best = (self.reached.len(), weight - most, ratio);
                }
                if weight > REACH * most || ratio < 0.7 * best.2 {
                    break;
                }
            }
            for &(t, e) in ground.links(v) {
                let far = distance + packing.length[e as usize];
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
    fn spread(&mut self, packing: &Packing, count: usize) {
        let ground = &packing.ground;
        for &v in &self.reached[..count] {
            self.below[v as usize] = ground.cap.weight[v as usize];
        }
        for (at, &v) in self.reached[..count].iter().enumerate().skip(1).rev() {
            let v = v as usize;
            let (begin, far) = (self.ways.len(), self.distance[v]);
            let mut sum = 0.0;
            for &(t, e) in ground.links(v) {
                if self.place[t as usize] < at as u32 {
                    let nearer = (far - self.distance[t as usize]) / packing.length[e as usize];
                    let pull = packing.cost[e as usize] * f64::from(nearer).powi(STRAIGHT) + 1e-30;
                    self.ways.push((e, pull));
                    sum += pull;
                }
            }
            let amount = self.below[v] / sum;
            let mut way = begin;
            for &(t, _) in ground.links(v) {
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
