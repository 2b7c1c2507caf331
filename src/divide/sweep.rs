//! Sweep cuts: straight cuts through the graph's own map of itself.
//!
//! Hop distances to two far-apart pairs of vertices give every vertex a place in the plane (a
//! landmark embedding; de Silva & Tenenbaum 2004). A line swept across it in many directions cuts
//! the graph in two; among the directions is one that balances two weights at once (the
//! ham-sandwich theorem), where spanning trees seldom do.

use super::objective::{Limits, Score};
use crate::graph::Graph;
use crate::random::Random;

/// Directions in which a line is swept.
const DIRECTIONS: usize = 12;

/// The best cut of every direction into blocks 0 and 1, best first; each side is connected.
pub(crate) fn sweep_cuts(
    graph: &Graph,
    limits: &Limits,
    random: &mut Random,
) -> Vec<(Score, Vec<u32>)> {
    let places = embed(graph, random);
    let mut cuts = Vec::with_capacity(DIRECTIONS);
    let (mut along, mut order) = (Vec::with_capacity(graph.len()), Vec::new());
    for i in 0..DIRECTIONS {
        let angle = (i as f64 + random.unit()) * std::f64::consts::TAU / DIRECTIONS as f64;
        let (sin, cos) = angle.sin_cos();
        along.clear();
        along.extend(places.iter().zip(0..).map(|([x, y], v)| (x * cos + y * sin, v)));
        along.sort_unstable_by(|a: &(f64, u32), b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        order.clear();
        order.extend(along.iter().map(|at| at.1));
        if let Some(label) = best_prefix(graph, limits, &order) {
            let label = connect(graph, label);
            let score = judge(graph, limits, &label);
            cuts.push((score, label));
        }
    }
    cuts.sort_by_key(|cut| cut.0);
    cuts.dedup_by(|a, b| a.1 == b.1);
    cuts
}

/// Places in the plane from hop distances, with a little noise to part what lies equally far.
fn embed(graph: &Graph, random: &mut Random) -> Vec<[f64; 2]> {
    let far = |distance: &[u32]| -> usize {
        (0..distance.len()).max_by_key(|&v| (distance[v], std::cmp::Reverse(v))).unwrap_or(0)
    };
    let west = far(&hops(graph, random.below(graph.len())));
    let to_west = hops(graph, west);
    let east = far(&to_west);
    let to_east = hops(graph, east);
    // Farthest from both, and then farthest from that: across the first axis.
    let across: Vec<u32> = to_west.iter().zip(&to_east).map(|(w, e)| *w.min(e)).collect();
    let south = far(&across);
    let to_south = hops(graph, south);
    let aside: Vec<u32> = to_south.iter().zip(&across).map(|(s, a)| s.saturating_add(*a)).collect();
    let north = far(&aside);
    let to_north = hops(graph, north);
    (0..graph.len())
        .map(|v| {
            let x = f64::from(to_west[v]) - f64::from(to_east[v]) + random.unit() - 0.5;
            let y = f64::from(to_south[v]) - f64::from(to_north[v]) + random.unit() - 0.5;
            [x, y]
        })
        .collect()
}

/// Hops from `start` to every vertex; 0 for what cannot be reached.
fn hops(graph: &Graph, start: usize) -> Vec<u32> {
    let mut distance = vec![u32::MAX; graph.len()];
    let mut queue = vec![start as u32];
    distance[start] = 0;
    let mut head = 0;
    while head < queue.len() {
        let v = queue[head] as usize;
        head += 1;
        for &t in graph.targets(v) {
            if distance[t as usize] == u32::MAX {
                distance[t as usize] = distance[v] + 1;
                queue.push(t);
            }
        }
    }
    distance.iter().map(|&d| if d == u32::MAX { 0 } else { d }).collect()
}

/// Labels of the best split of `order` into a first part (block 0) and a second (block 1).
fn best_prefix(graph: &Graph, limits: &Limits, order: &[u32]) -> Option<Vec<u32>> {
    let mut first = vec![0i64; graph.dimensions()];
    let mut second = graph.total_weights();
    let mut inside = vec![false; graph.len()];
    let mut cost = 0;
    let mut best: Option<(Score, usize)> = None;
    for (i, &v) in order[..order.len().saturating_sub(1)].iter().enumerate() {
        for (d, &w) in graph.weights(v as usize).iter().enumerate() {
            first[d] += w;
            second[d] -= w;
        }
        for (t, c) in graph.neighbours(v as usize) {
            cost += if inside[t] { -c } else { c };
        }
        inside[v as usize] = true;
        let violation = limits.violation(0, &first) + limits.violation(1, &second);
        let score = Score { violation, cost };
        if best.is_none_or(|(b, _)| score < b) {
            best = Some((score, i + 1));
        }
    }
    let (_, length) = best?;
    let mut label = vec![1; graph.len()];
    for &v in &order[..length] {
        label[v as usize] = 0;
    }
    Some(label)
}

/// Gives all but the largest part of each side to the other side.
fn connect(graph: &Graph, mut label: Vec<u32>) -> Vec<u32> {
    for side in [0, 1] {
        let (part, count) = graph.components_within(|a, b| label[a] == label[b]);
        if count == 2 {
            // Both sides are there, so each is in one part.
            break;
        }
        let mut size = vec![0usize; count];
        for (v, &p) in part.iter().enumerate() {
            size[p as usize] += usize::from(label[v] == side);
        }
        let largest = (0..count).max_by_key(|&p| (size[p], std::cmp::Reverse(p)));
        for (l, &p) in label.iter_mut().zip(&part) {
            if *l == side && Some(p as usize) != largest {
                *l = 1 - side;
            }
        }
    }
    label
}

fn judge(graph: &Graph, limits: &Limits, label: &[u32]) -> Score {
    let d = graph.dimensions();
    let load = graph.class_weights(label, 2);
    let violation = limits.violation(0, &load[..d]) + limits.violation(1, &load[d..]);
    Score { violation, cost: graph.cut_cost(label) }
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
