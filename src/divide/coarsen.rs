//! Coarsening: neighbouring vertices are matched and merged, level by level.
//!
//! Every coarse vertex is a connected cluster, so a connected block of coarse vertices is a
//! connected block of units (Karypis & Kumar 1998). Pairs are rated by cost² over the product of
//! their sizes, which keeps clusters even and round (Holtgrewe, Sanders & Schulz 2010).

use crate::graph::Graph;
use crate::random::Random;

/// A coarser graph and where each finer vertex went.
#[derive(Debug)]
pub(crate) struct Level {
    pub graph: Graph,
    pub coarse_of: Vec<u32>,
}

/// No pair weighs more than so many times the mean vertex.
const CAP: f64 = 3.0;

/// Coarsens until at most `enough` vertices are left or matching stalls; finest level first.
pub(crate) fn coarsen(graph: &Graph, enough: usize, random: &mut Random) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    loop {
        let finest = levels.last().map_or(graph, |level| &level.graph);
        if finest.len() <= enough {
            break;
        }
        let mean = |&total: &i64| total as f64 / finest.len() as f64;
        let cap: Vec<i64> =
            finest.total_weights().iter().map(|t| (CAP * mean(t)).ceil() as i64).collect();
        let (coarse_of, count) = match_pairs(finest, enough, &cap, random);
        if count * 20 > finest.len() * 19 {
            break;
        }
        let coarse = finest.contract(&coarse_of, count);
        levels.push(Level { graph: coarse, coarse_of });
    }
    levels
}

fn match_pairs(
    graph: &Graph,
    enough: usize,
    cap: &[i64],
    random: &mut Random,
) -> (Vec<u32>, usize) {
    const NONE: u32 = u32::MAX;
    let totals = graph.total_weights();
    let size = |v: usize| -> f64 {
        let shares = graph.weights(v).iter().zip(&totals);
        let sum: f64 = shares.map(|(&w, &t)| if t > 0 { w as f64 / t as f64 } else { 0.0 }).sum();
        // A floor, so that empty units are matched early but not all with one neighbour.
        sum + 0.2 / graph.len() as f64
    };
    let sizes: Vec<f64> = (0..graph.len()).map(size).collect();
    let mut order: Vec<u32> = (0..graph.len() as u32).collect();
    random.shuffle(&mut order);
    let mut mate = vec![NONE; graph.len()];
    let mut left = graph.len();
    for &v in &order {
        if mate[v as usize] != NONE || left <= enough {
            continue;
        }
        let mut best: Option<(f64, usize)> = None;
        for (t, cost) in graph.neighbours(v as usize) {
            let fits = || {
                let pair = graph.weights(v as usize).iter().zip(graph.weights(t));
                pair.zip(cap).all(|((a, b), &cap)| a + b <= cap)
            };
            if mate[t] != NONE || !fits() {
                continue;
            }
            let cost = cost as f64 + 1e-3;
            let rating = cost * cost / (sizes[v as usize] * sizes[t]);
            if best.is_none_or(|(r, _)| rating > r) {
                best = Some((rating, t));
            }
        }
        if let Some((_, t)) = best {
            mate[v as usize] = t as u32;
            mate[t] = v;
            left -= 1;
        }
    }
    let mut coarse_of = vec![NONE; graph.len()];
    let mut count = 0u32;
    for v in 0..graph.len() {
        if coarse_of[v] == NONE {
            coarse_of[v] = count;
            if mate[v] != NONE {
                coarse_of[mate[v] as usize] = count;
            }
            count += 1;
        }
    }
    (coarse_of, count as usize)
}
