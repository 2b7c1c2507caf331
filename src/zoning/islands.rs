//! Parts of a community that do not touch: which stay apart, and which must join another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::Graph;
use crate::ground::Ground;
use crate::groups::Groups;

/// In how many parts that do not touch the general grids' cells of every community lie: with fewer
/// grids than that, one of them is in pieces.
pub(super) fn parts<'a>(ground: &Ground, cells: impl Iterator<Item = &'a [u32]>) -> Vec<usize> {
    let mut community_of_cell = vec![u32::MAX; ground.coverage.len()];
    let mut communities = 0;
    for (own, number) in cells.zip(0u32..) {
        own.iter().for_each(|&cell| community_of_cell[cell as usize] = number);
        communities += 1;
    }
    ground.contiguity.parts(&community_of_cell, communities)
}

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
    let mut weight = vec![0i64; count];
    let mut beyond: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (v, &p) in part.iter().enumerate() {
        weight[p as usize] += graph.weights(v)[0];
        let bridges = graph.neighbours(v).map(|(t, _)| part[t]).filter(|&q| q != p);
        beyond[p as usize].extend(bridges);
    }
    // The smallest group that is too small joins its heaviest neighbour, until none is left.
    let mut groups = Groups::of(count);
    let mut remaining = count;
    let mut smallest: BinaryHeap<Reverse<(i64, u32)>> =
        weight.iter().zip(0..).map(|(&weight, p)| Reverse((weight, p))).collect();
    while let Some(Reverse((own, group))) = smallest.pop() {
        if own as f64 >= least {
            break;
        }
        if groups.find(group) != group || weight[group as usize] != own {
            continue; // It has joined another since.
        }
        let neighbours = std::mem::take(&mut beyond[group as usize]);
        let host = neighbours
            .iter()
            .map(|&p| groups.find(p))
            .filter(|&host| host != group)
            .max_by_key(|&host| (weight[host as usize], Reverse(host)));
        let Some(host) = host else { continue };
        let host_neighbours = std::mem::take(&mut beyond[host as usize]);
        groups.join(group, host);
        let joined = groups.find(host) as usize;
        let (mut more, fewer) = if neighbours.len() > host_neighbours.len() {
            (neighbours, host_neighbours)
        } else {
            (host_neighbours, neighbours)
        };
        more.extend(fewer);
        weight[joined] = own + weight[host as usize];
        beyond[joined] = more;
        remaining -= 1;
        smallest.push(Reverse((weight[joined], joined as u32)));
    }
    if remaining > k {
        return graph;
    }
    let group: Vec<u32> = (0..count as u32).map(|p| groups.find(p)).collect();
    graph.filter_edges(|a, b| group[part[a] as usize] == group[part[b] as usize])
}

#[cfg(test)]
#[path = "islands_tests.rs"]
mod tests;
