//! The best division of a graph so small that all can be looked at.

use super::Problem;
use crate::divide::partition::Partition;

/// Divisions that are looked at, at most.
const MOST: usize = 20_000;

/// The best of all connected divisions; `None` where there are too many to look at.
pub(super) fn best_of_all(problem: &Problem) -> Option<Vec<u32>> {
    let (n, k) = (problem.graph.len(), problem.limits.blocks());
    let count = k.checked_pow(u32::try_from(n).ok()?).filter(|count| *count <= MOST)?;
    let start = problem.start;
    let allowed = |v: usize, block: u32| {
        let own = start.label[v];
        own == block || !start.closed[own as usize] && !start.closed[block as usize]
    };
    let mut best = None;
    for code in 0..count {
        let mut rest = code;
        let mut label = Vec::with_capacity(n);
        for v in 0..n {
            let block = (rest % k) as u32;
            rest /= k;
            if !allowed(v, block) {
                break;
            }
            label.push(block);
        }
        if label.len() < n || !is_connected(problem, &label) {
            continue;
        }
        let p = Partition::new(problem.graph, problem.limits, label);
        let worth = problem.worth(&p);
        if best.as_ref().is_none_or(|(least, _)| worth < *least) {
            best = Some((worth, p.into_labels()));
        }
    }
    best.map(|(_, label)| label)
}

/// Whether every open block is there and in one piece.
fn is_connected(problem: &Problem, label: &[u32]) -> bool {
    let (piece, count) = problem.graph.components_within(|a, b| label[a] == label[b]);
    let mut pieces = vec![0; problem.limits.blocks()];
    let mut seen = vec![false; count];
    for (&p, &block) in piece.iter().zip(label) {
        if !std::mem::replace(&mut seen[p as usize], true) {
            pieces[block as usize] += 1;
        }
    }
    pieces.iter().zip(&problem.start.closed).all(|(&n, &closed)| n == 1 || closed && n > 0)
}
