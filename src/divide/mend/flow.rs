//! The cheapest of the largest flows in a small network.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No arc.
const NONE: u32 = u32::MAX;
/// More than any load: a graph's weights add up to less.
pub(super) const ANY: i64 = i64::MAX / 2;

/// A network with whole capacities and costs that are not negative.
///
/// Flow is sent along shortest ways, lengths reduced by potentials (Edmonds & Karp 1972).
pub(super) struct Flow {
    /// Ends, what is left of the capacity, and cost; every arc is followed by its reverse.
    arcs: Vec<(u32, i64, i64)>,
    of_node: Vec<Vec<u32>>,
}

impl Flow {
    pub fn of(nodes: usize) -> Flow {
        Flow { arcs: Vec::new(), of_node: vec![Vec::new(); nodes] }
    }

    /// Adds an arc and returns its number.
    pub fn arc(&mut self, from: usize, to: usize, capacity: i64, cost: i64) -> usize {
        let number = self.arcs.len();
        for (from, to, capacity, cost) in [(from, to, capacity, cost), (to, from, 0, -cost)] {
            self.of_node[from].push(self.arcs.len() as u32);
            self.arcs.push((to as u32, capacity, cost));
        }
        number
    }

    /// What flows through an arc.
    pub fn through(&self, arc: usize) -> i64 {
        self.arcs[arc + 1].1
    }

    /// Sends as much as can be sent at the least cost: how much, and the cost.
    pub fn send(&mut self, source: usize, sink: usize) -> (i128, i128) {
        let nodes = self.of_node.len();
        let mut potential = vec![0i64; nodes];
        let (mut amount, mut cost) = (0i128, 0i128);
        let mut length = vec![i64::MAX; nodes];
        let mut by = vec![NONE; nodes];
        let mut touched: Vec<usize> = Vec::new();
        let mut queue = BinaryHeap::new();
        loop {
            for node in touched.drain(..) {
                (length[node], by[node]) = (i64::MAX, NONE);
            }
            queue.clear();
            length[source] = 0;
            touched.push(source);
            queue.push(Reverse((0i64, source)));
            while let Some(Reverse((at, node))) = queue.pop() {
                if at >= length[sink] {
                    break;
                }
                if at > length[node] {
                    continue;
                }
                for &arc in &self.of_node[node] {
                    let (to, left, price) = self.arcs[arc as usize];
                    let to = to as usize;
                    let there = at + price + potential[node] - potential[to];
                    if left > 0 && there < length[to] {
                        if length[to] == i64::MAX {
                            touched.push(to);
                        }
                        (length[to], by[to]) = (there, arc);
                        queue.push(Reverse((there, to)));
                    }
                }
            }
            if by[sink] == NONE {
                return (amount, cost);
            }
            // Nodes beyond the sink count as far as the sink; so reduced costs stay right.
            let end = length[sink];
            for &node in &touched {
                potential[node] += length[node].min(end) - end;
            }
            let mut most = i64::MAX;
            let mut node = sink;
            while node != source {
                most = most.min(self.arcs[by[node] as usize].1);
                node = self.arcs[by[node] as usize ^ 1].0 as usize;
            }
            node = sink;
            while node != source {
                let arc = by[node] as usize;
                self.arcs[arc].1 -= most;
                self.arcs[arc ^ 1].1 += most;
                cost += i128::from(most) * i128::from(self.arcs[arc].2);
                node = self.arcs[arc ^ 1].0 as usize;
            }
            amount += i128::from(most);
        }
    }
}

/// Loads of nodes that a flow brings within their ranges, along arcs that others add: what is too
/// much goes, what is wanting comes, and for either a node with room takes in, or one that can spare
/// hands on.
pub(super) struct Balance {
    /// Where what is taken in anywhere, and spared anywhere, meets.
    hub: usize,
    source: usize,
    sink: usize,
    excess: i64,
    lack: i64,
}

impl Balance {
    pub fn over([hub, source, sink]: [usize; 3]) -> Balance {
        Balance { hub, source, sink, excess: 0, lack: 0 }
    }

    /// Enters a node with the least and greatest it may hold, and what it holds.
    pub fn enter(&mut self, flow: &mut Flow, node: usize, range: (i64, i64), load: i64) {
        let (lower, upper) = (range.0, range.1.min(ANY));
        let (hub, source, sink) = (self.hub, self.source, self.sink);
        if load > upper {
            self.excess += load - upper;
            flow.arc(source, node, load - upper, 0);
            flow.arc(hub, node, upper - lower, 0);
        } else if load < lower {
            self.lack += lower - load;
            flow.arc(node, sink, lower - load, 0);
            flow.arc(node, hub, upper - lower, 0);
        } else {
            flow.arc(node, hub, upper - load, 0);
            flow.arc(hub, node, load - lower, 0);
        }
    }

    /// After all are entered: how much must flow, so that all are within.
    pub fn close(self, flow: &mut Flow) -> i128 {
        flow.arc(self.source, self.hub, self.lack, 0);
        flow.arc(self.hub, self.sink, self.excess, 0);
        i128::from(self.excess) + i128::from(self.lack)
    }
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
