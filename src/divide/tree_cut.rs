//! Spanning-tree cuts: the balanced bisections that are connected by construction.
//!
//! A random spanning tree is drawn and the edge is cut that divides best (the step of ReCom:
//! DeFord, Duchin & Solomon 2021). Edges of high cost join the tree early and so are seldom cut.

use super::objective::{Limits, Score};
use crate::graph::Graph;
use crate::random::Random;

/// Buffers for drawing and judging trees over one connected graph.
#[derive(Debug)]
pub(crate) struct TreeCutter<'a> {
    graph: &'a Graph,
    edges: Vec<(u32, u32, i64)>,
    totals: Vec<i64>,
    root_of: Vec<u32>,
    tree: Vec<Vec<u32>>,
    parent: Vec<u32>,
    depth: Vec<u32>,
    order: Vec<u32>,
    load: Vec<i64>,
    cut: Vec<i64>,
}

impl<'a> TreeCutter<'a> {
    pub fn new(graph: &'a Graph) -> Self {
        let n = graph.len();
        let mut edges = Vec::with_capacity(graph.edge_count());
        for v in 0..n {
            edges.extend(
                graph.neighbours(v).filter(|e| e.0 > v).map(|(t, c)| (v as u32, t as u32, c)),
            );
        }
        TreeCutter {
            graph,
            edges,
            totals: graph.total_weights(),
            root_of: vec![0; n],
            tree: vec![Vec::new(); n],
            parent: vec![0; n],
            depth: vec![0; n],
            order: Vec::with_capacity(n),
            load: vec![0; n * graph.dimensions()],
            cut: vec![0; n],
        }
    }

    /// The best cut of one random tree into blocks 0 and 1; `None` where the graph is not
    /// connected or has fewer than two vertices.
    pub fn draw(&mut self, limits: &Limits, random: &mut Random) -> Option<(Score, Vec<u32>)> {
        let n = self.graph.len();
        if n < 2 {
            return None;
        }
        self.span(random);
        self.root(random.below(n));
        if self.order.len() < n {
            return None;
        }
        self.add_up();
        let d = self.graph.dimensions();
        let mut rest = vec![0; d];
        let mut best: Option<(Score, u32, u32)> = None;
        for &v in &self.order[1..] {
            let below = &self.load[v as usize * d..][..d];
            for (r, (t, b)) in rest.iter_mut().zip(self.totals.iter().zip(below)) {
                *r = t - b;
            }
            for block in [0, 1] {
                let violation = limits.violation(block, below) + limits.violation(1 - block, &rest);
                let score = Score { violation, cost: self.cut[v as usize] };
                if best.is_none_or(|(b, ..)| score < b) {
                    best = Some((score, v, block as u32));
                }
            }
        }
        let (score, top, block) = best?;
        let mut label = vec![1 - block; n];
        label[top as usize] = block;
        // Parents come before children in the order.
        for &v in &self.order[1..] {
            if label[self.parent[v as usize] as usize] == block && v != top {
                label[v as usize] = block;
            }
        }
        Some((score, label))
    }

    /// Kruskal over exponential clocks whose rate is the edge's cost.
    fn span(&mut self, random: &mut Random) {
        let mut clocks: Vec<(f64, u32)> = self
            .edges
            .iter()
            .enumerate()
            .map(|(i, &(_, _, cost))| (-(1.0 - random.unit()).ln() / (cost as f64 + 1.0), i as u32))
            .collect();
        clocks.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (v, root) in self.root_of.iter_mut().enumerate() {
            *root = v as u32;
        }
        self.tree.iter_mut().for_each(Vec::clear);
        for (_, i) in clocks {
            let (a, b, _) = self.edges[i as usize];
            let (ra, rb) = (find(&mut self.root_of, a), find(&mut self.root_of, b));
            if ra != rb {
                self.root_of[ra as usize] = rb;
                self.tree[a as usize].push(b);
                self.tree[b as usize].push(a);
            }
        }
    }

    /// Parents, depths and a top-down order from `root`.
    fn root(&mut self, root: usize) {
        self.order.clear();
        self.order.push(root as u32);
        self.parent[root] = root as u32;
        self.depth[root] = 0;
        let mut head = 0;
        while head < self.order.len() {
            let v = self.order[head] as usize;
            head += 1;
            for &t in &self.tree[v] {
                if t != self.parent[v] {
                    self.parent[t as usize] = v as u32;
                    self.depth[t as usize] = self.depth[v] + 1;
                    self.order.push(t);
                }
            }
        }
    }

    /// Load and cut cost of the subtree below every vertex.
    fn add_up(&mut self) {
        let d = self.graph.dimensions();
        for v in 0..self.graph.len() {
            self.load[v * d..][..d].copy_from_slice(self.graph.weights(v));
            self.cut[v] = 0;
        }
        // An edge is cut by the subtrees that hold one end only: those up to the ends' meeting.
        for &(a, b, cost) in &self.edges {
            self.cut[a as usize] += cost;
            self.cut[b as usize] += cost;
            let (mut x, mut y) = (a, b);
            while x != y {
                if self.depth[x as usize] >= self.depth[y as usize] {
                    x = self.parent[x as usize];
                } else {
                    y = self.parent[y as usize];
                }
            }
            self.cut[x as usize] -= 2 * cost;
        }
        for i in (1..self.order.len()).rev() {
            let v = self.order[i] as usize;
            let parent = self.parent[v] as usize;
            self.cut[parent] += self.cut[v];
            for j in 0..d {
                self.load[parent * d + j] += self.load[v * d + j];
            }
        }
    }
}

fn find(root_of: &mut [u32], mut v: u32) -> u32 {
    while root_of[v as usize] != v {
        root_of[v as usize] = root_of[root_of[v as usize] as usize];
        v = root_of[v as usize];
    }
    v
}
