//! Parts of a community that do not touch: which stay apart, and which must join another.

use crate::graph::Graph;

/// Takes virtual edges (cost 0) out of a graph wherever contiguity allows it.
///
/// Contiguity comes before evenness: a part whose first weight is at least `least` gets grids of
/// its own. Smaller parts stay joined to the part at the other end of their virtual edge. Where
/// more than `k` groups would remain, the graph is left as it is.
pub(super) fn keep_apart(graph: Graph, least: f64, k: usize) -> Graph {
    let border =
        |graph: &Graph, a: usize, b: usize| graph.neighbours(a).any(|(t, cost)| t == b && cost > 0);
    let (part, count) = graph.components_within(|a, b| border(&graph, a, b));
    if count == 1 {
        return graph;
    }
    let mut weight = vec![0.0; count];
    for (v, &p) in part.iter().enumerate() {
        weight[p as usize] += graph.weights(v)[0] as f64;
    }
    // Groups of parts: the smallest one that is too small joins its heaviest neighbour, until none
    // is left.
    let mut group: Vec<usize> = (0..count).collect();
    let bridges: Vec<(usize, usize)> = (0..graph.len())
        .flat_map(|v| graph.neighbours(v).map(move |(t, _)| (v, t)))
        .map(|(v, t)| (part[v] as usize, part[t] as usize))
        .filter(|(a, b)| a != b)
        .collect();
    loop {
        let weight_of = |g: usize| -> f64 {
            group.iter().zip(&weight).filter(|(own, _)| **own == g).map(|(_, w)| w).sum()
        };
        let mut groups = group.clone();
        groups.sort_unstable();
        groups.dedup();
        let small = groups
            .iter()
            .copied()
            .filter(|&g| weight_of(g) < least)
            .min_by(|&a, &b| weight_of(a).total_cmp(&weight_of(b)));
        let Some(small) = small else {
            if groups.len() > k {
                return graph;
            }
            break;
        };
        let neighbours = bridges
            .iter()
            .filter(|(a, b)| group[*a] == small && group[*b] != small)
            .map(|(_, b)| group[*b]);
        let Some(host) = neighbours.max_by(|&a, &b| weight_of(a).total_cmp(&weight_of(b))) else {
            break;
        };
        group.iter_mut().filter(|g| **g == small).for_each(|g| *g = host);
    }
    graph.filter_edges(|a, b| group[part[a] as usize] == group[part[b] as usize])
}

#[cfg(test)]
#[path = "islands_tests.rs"]
mod tests;
