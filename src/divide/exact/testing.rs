//! Small graphs with all that is awkward, and their optimum by trying every division.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use proptest::prelude::*;

use crate::divide::Tolerance;
use crate::divide::objective::{Limits, Score};
use crate::graph::Graph;

/// What is to be divided.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    pub graph: Graph,
    pub k: usize,
    pub tolerances: Vec<Tolerance>,
}

impl Town {
    /// Lots in a few streets, most of them neighbours of the next, some across a corner; now and
    /// then in several parts. One to three weights: none, all alike, mixed, or with a giant. From
    /// one block to as many as vertices, but no fewer than parts.
    pub fn any(most: usize) -> impl Strategy<Value = Town> {
        let lots = (1..=most, 2..5usize, 1..4usize);
        lots.prop_flat_map(|(n, width, dimensions)| {
            let links = proptest::collection::vec((0..10u8, 0..60i64), 3 * n);
            let weights = prop_oneof![
                3 => proptest::collection::vec(0..40i64, n * dimensions),
                1 => Just(vec![7; n * dimensions]),
                1 => proptest::collection::vec(prop_oneof![Just(0i64), 1..30i64], n * dimensions),
                2 => (proptest::collection::vec(1..30i64, n * dimensions), 0..n).prop_map(
                    move |(mut weights, giant)| {
                        weights[giant * dimensions] = 150;
                        weights
                    }
                ),
            ];
            (links, weights, 0..100usize, prop_oneof![Just(0.1), Just(0.3)]).prop_map(
                move |(links, weights, pick, share)| {
                    let mut edges = Vec::new();
                    for v in 0..n {
                        let (x, last) = (v % width, n - 1);
                        let [right, below, across] = [0, 1, 2].map(|i| links[3 * v + i]);
                        if x + 1 < width && v < last && right.0 > 0 {
                            edges.push((v as u32, v as u32 + 1, right.1));
                        }
                        if v + width <= last && below.0 > 0 {
                            edges.push((v as u32, (v + width) as u32, below.1));
                        }
                        if x + 1 < width && v + width < last && across.0 > 6 {
                            edges.push((v as u32, (v + width) as u32 + 1, across.1));
                        }
                    }
                    let graph = Graph::new(dimensions, weights, &edges).unwrap();
                    let parts = graph.components().1;
                    // Few blocks more often than many.
                    let k = parts + (n - parts) * pick * pick / 10_000;
                    let tolerances =
                        vec![Tolerance::both(share), Tolerance::above(1.0), Tolerance::both(0.5)];
                    Town { graph, k, tolerances }
                },
            )
        })
    }

    /// Some division into connected blocks: neighbours are joined until `k` are left.
    pub fn some_division(&self) -> Vec<u32> {
        let n = self.graph.len();
        let mut label: Vec<u32> = (0..n as u32).collect();
        let mut left = n;
        for v in 0..n {
            for &t in self.graph.targets(v) {
                let (own, other) = (label[v], label[t as usize]);
                if left > self.k && own != other {
                    label.iter_mut().filter(|l| **l == other).for_each(|l| *l = own);
                    left -= 1;
                }
            }
        }
        let mut number = HashMap::new();
        for l in &mut label {
            let next = number.len() as u32;
            *l = *number.entry(*l).or_insert(next);
        }
        label
    }
}

/// What every set of vertices is worth as a block, with twice the cost; `None` where it is not
/// connected.
fn blocks(graph: &Graph, limits: &Limits) -> Vec<Option<Score>> {
    let n = graph.len();
    let inside = |set: usize, v: usize| set >> v & 1 == 1;
    (0..1usize << n)
        .map(|set| {
            let (part, _) = graph.components_within(|a, b| inside(set, a) && inside(set, b));
            let mut members = (0..n).filter(|&v| inside(set, v));
            let first = members.next()?;
            if members.any(|v| part[v] != part[first]) {
                return None;
            }
            let mut load = vec![0; graph.dimensions()];
            let mut cost = 0;
            for v in (0..n).filter(|&v| inside(set, v)) {
                load.iter_mut().zip(graph.weights(v)).for_each(|(l, w)| *l += w);
                cost += graph.neighbours(v).filter(|e| !inside(set, e.0)).map(|e| e.1).sum::<i64>();
            }
            Some(Score { violation: limits.violation(0, &load), cost })
        })
        .collect()
}

/// Every division that no other beats in both violation and cost, by trying all of them: a dynamic
/// programme over all sets of vertices.
pub(crate) fn frontier(graph: &Graph, limits: &Limits) -> Vec<Score> {
    let (n, k) = (graph.len(), limits.blocks());
    let blocks = blocks(graph, limits);
    // Of every set: what it can be divided into with so many blocks. Costs are twice.
    let mut best = vec![vec![Vec::<Score>::new(); k + 1]; 1 << n];
    best[0][0].push(Score::default());
    for set in 1..1usize << n {
        let first = 1 << set.trailing_zeros();
        let mut own = set;
        while own > 0 {
            if own & first > 0
                && let Some(block) = blocks[own]
            {
                for count in 1..=k {
                    let sums: Vec<Score> =
                        best[set & !own][count - 1].iter().map(|s| *s + block).collect();
                    best[set][count].extend(sums);
                }
            }
            own = (own - 1) & set;
        }
        for list in &mut best[set] {
            list.sort_unstable();
            let mut cheapest = i64::MAX;
            list.retain(|s| {
                let cheaper = s.cost < cheapest;
                cheapest = cheapest.min(s.cost);
                cheaper
            });
        }
    }
    let whole = &best[(1 << n) - 1][k];
    whole.iter().map(|s| Score { violation: s.violation, cost: s.cost / 2 }).collect()
}

/// The best of all divisions, if there is one, by trying them all.
pub(crate) fn best_score(graph: &Graph, limits: &Limits) -> Option<Score> {
    let (n, k) = (graph.len(), limits.blocks());
    let blocks = blocks(graph, limits);
    let mut best = vec![None; 1 << n];
    best[0] = Some(Score::default());
    for _ in 0..k {
        let mut next: Vec<Option<Score>> = vec![None; 1 << n];
        for set in 1..1usize << n {
            // The block of the first vertex, and then the rest.
            let others = set & (set - 1);
            let mut rest = others;
            loop {
                if let (Some(block), Some(sum)) = (blocks[set & !rest], best[rest]) {
                    let both = block + sum;
                    next[set] = Some(next[set].map_or(both, |b: Score| b.min(both)));
                }
                if rest == 0 {
                    break;
                }
                rest = (rest - 1) & others;
            }
        }
        best = next;
    }
    best[(1 << n) - 1].map(|s| Score { violation: s.violation, cost: s.cost / 2 })
}

/// The least cost of any division with at most so much violation.
pub(crate) fn cheapest(frontier: &[Score], violation: i64) -> Option<i64> {
    frontier.iter().filter(|s| s.violation <= violation).map(|s| s.cost).min()
}
