//! A graph of at most 64 vertices, whose sets of vertices are words of bits.

use crate::divide::objective::{Limits, Score};
use crate::graph::Graph;

/// A connected set of vertices with the figures it brings into a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    pub members: u64,
    /// Cost of the edges that leave it; over the blocks of a division, every cut edge twice.
    pub boundary: i64,
    pub violation: i64,
}

/// Which figure of a division is to be small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Violation,
    /// Twice the cost of what is cut.
    Boundary,
}

impl Figure {
    pub fn of(self, block: &Block) -> i64 {
        match self {
            Figure::Violation => block.violation,
            Figure::Boundary => block.boundary,
        }
    }
}

/// The graph with its vertices in an order in which the first ones lie at the edge.
#[derive(Debug)]
pub(super) struct Small<'a> {
    pub limits: &'a Limits,
    /// The vertex of the graph that each bit stands for.
    vertex: Vec<u32>,
    /// Neighbours of each bit, as a set and with costs.
    near: Vec<u64>,
    edges: Vec<Vec<(u8, i64)>>,
    /// A row of weights a bit.
    weights: Vec<i64>,
    dimensions: usize,
}

/// The bits of a set, ascending.
pub(in crate::divide) fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros() as usize;
            set &= set - 1;
            bit
        })
    })
}

impl<'a> Small<'a> {
    /// The graph must have from 1 to 64 vertices.
    pub fn new(graph: &Graph, limits: &'a Limits) -> Self {
        let vertex = from_the_edge(graph);
        let mut bit = vec![0u8; vertex.len()];
        for (b, &v) in vertex.iter().enumerate() {
            bit[v as usize] = b as u8;
        }
        let edges: Vec<Vec<(u8, i64)>> = vertex
            .iter()
            .map(|&v| graph.neighbours(v as usize).map(|(t, c)| (bit[t], c)).collect())
            .collect();
        let near = edges.iter().map(|row| row.iter().fold(0, |set, &(t, _)| set | 1 << t));
        Small {
            limits,
            near: near.collect(),
            edges,
            weights: vertex.iter().flat_map(|&v| graph.weights(v as usize)).copied().collect(),
            dimensions: graph.dimensions(),
            vertex,
        }
    }

    pub fn len(&self) -> usize {
        self.vertex.len()
    }

    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The set of all vertices.
    pub fn all(&self) -> u64 {
        u64::MAX >> (64 - self.len())
    }

    pub fn near(&self, bit: usize) -> u64 {
        self.near[bit]
    }

    pub fn edges(&self, bit: usize) -> &[(u8, i64)] {
        &self.edges[bit]
    }

    pub fn weights(&self, bit: usize) -> &[i64] {
        &self.weights[bit * self.dimensions..][..self.dimensions]
    }

    /// Sums of the weights of all vertices.
    pub fn total(&self) -> Vec<i64> {
        let mut total = Vec::new();
        self.load_into(self.all(), &mut total);
        total
    }

    /// Sums of the weights of a set, into `load`.
    pub fn load_into(&self, set: u64, load: &mut Vec<i64>) {
        load.clear();
        load.resize(self.dimensions, 0);
        for bit in bits(set) {
            for (l, w) in load.iter_mut().zip(self.weights(bit)) {
                *l += w;
            }
        }
    }

    /// The vertices that can be reached from `start` within `inside`.
    pub fn component(&self, start: u64, inside: u64) -> u64 {
        let (mut seen, mut new) = (start, start);
        while new != 0 {
            let around = bits(new).fold(0, |set, bit| set | self.near[bit]);
            new = around & inside & !seen;
            seen |= new;
        }
        seen
    }

    /// A set with its figures, if it is connected and not empty.
    pub fn block(&self, members: u64) -> Option<Block> {
        if members == 0 || self.component(members & members.wrapping_neg(), members) != members {
            return None;
        }
        let mut load = Vec::with_capacity(self.dimensions);
        self.load_into(members, &mut load);
        let leaving = |bit: usize| {
            let out = self.edges[bit].iter().filter(|e| members >> e.0 & 1 == 0);
            out.map(|e| e.1).sum::<i64>()
        };
        Some(Block {
            members,
            boundary: bits(members).map(leaving).sum(),
            violation: self.limits.violation(0, &load),
        })
    }

    /// The blocks of a division given by labels `0..k`; `None` where one is not connected.
    pub fn division(&self, labels: &[u32]) -> Option<Vec<Block>> {
        let k = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let mut sets = vec![0u64; k];
        for (bit, &v) in self.vertex.iter().enumerate() {
            sets[labels[v as usize] as usize] |= 1 << bit;
        }
        sets.into_iter().map(|set| self.block(set)).collect()
    }

    /// The label of every vertex of the graph; blocks are numbered by their first vertex.
    pub fn labels(&self, division: &[Block]) -> Vec<u32> {
        let mut block = vec![0u32; self.len()];
        for (b, own) in division.iter().enumerate() {
            for bit in bits(own.members) {
                block[self.vertex[bit] as usize] = b as u32;
            }
        }
        let mut number = vec![u32::MAX; division.len()];
        let mut count = 0;
        for b in &mut block {
            let number = &mut number[*b as usize];
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            *b = *number;
        }
        block
    }
}

/// What a division is worth.
pub(super) fn score(division: &[Block]) -> Score {
    Score {
        violation: division.iter().map(|b| b.violation).sum(),
        cost: division.iter().map(|b| b.boundary).sum::<i64>() / 2,
    }
}

/// The vertices by hops from one that lies far out, so that what is left after the first ones
/// seldom falls apart. Components follow one another.
fn from_the_edge(graph: &Graph) -> Vec<u32> {
    let mut placed = vec![false; graph.len()];
    let mut order: Vec<u32> = Vec::with_capacity(graph.len());
    for start in 0..graph.len() {
        if placed[start] {
            continue;
        }
        let out = walk(graph, start as u32, &placed).last().copied().unwrap_or(start as u32);
        let component = walk(graph, out, &placed);
        for &v in &component {
            placed[v as usize] = true;
        }
        order.extend(component);
    }
    order
}

/// Breadth-first from `start`, among what is not yet placed.
fn walk(graph: &Graph, start: u32, placed: &[bool]) -> Vec<u32> {
    let mut seen = placed.to_vec();
    let mut queue = vec![start];
    seen[start as usize] = true;
    let mut head = 0;
    while head < queue.len() {
        for &t in graph.targets(queue[head] as usize) {
            if !std::mem::replace(&mut seen[t as usize], true) {
                queue.push(t);
            }
        }
        head += 1;
    }
    queue
}
