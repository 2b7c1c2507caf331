//! The contiguity graph: the narrow waist between shapes and the dividing solver.
//!
//! Units are vertices with a weight vector, shared borders are edges with a cost. Everything is a
//! whole number, so that sums are exact and the same in any order on any machine.

use rayon::prelude::*;

use crate::error::{Error, Result};

/// An undirected graph in compressed sparse row form, with vertex weights and edge costs.
///
/// Vertex `v` has the neighbours `targets[offsets[v]..offsets[v + 1]]`, ascending, and the weights
/// `weights[v * dimensions..][..dimensions]`. Each edge stands twice, once at each end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    offsets: Vec<usize>,
    targets: Vec<u32>,
    costs: Vec<i64>,
    weights: Vec<i64>,
    dimensions: usize,
}

impl Graph {
    /// A graph from undirected edges `(a, b, cost)` and row-major vertex weights.
    ///
    /// `weights` holds `dimensions` numbers per vertex (population and area, say) in whatever unit
    /// the caller keeps. Edges that stand more than once are merged and their costs added; loops
    /// are dropped.
    ///
    /// # Errors
    /// Where a weight or cost is negative, an edge names a vertex that is not there, or a sum does
    /// not fit 62 bits.
    ///
    /// ```
    /// let path = evengrid::Graph::new(1, vec![5, 7, 6], &[(0, 1, 10), (1, 2, 4)])?;
    /// assert_eq!(path.neighbours(1).collect::<Vec<_>>(), [(0, 10), (2, 4)]);
    /// # Ok::<(), evengrid::Error>(())
    /// ```
    pub fn new(dimensions: usize, weights: Vec<i64>, edges: &[(u32, u32, i64)]) -> Result<Self> {
        if dimensions == 0 || !weights.len().is_multiple_of(dimensions) {
            return Err(Error::request(
                format!("{} weights do not make rows of {dimensions}", weights.len()),
                "give every vertex the same number of weights, at least one",
            ));
        }
        let n = weights.len() / dimensions;
        if u32::try_from(n).is_err() {
            return Err(Error::request(format!("{n} vertices"), "a graph holds fewer than 2^32"));
        }
        for d in 0..dimensions {
            checked_sum(weights.iter().skip(d).step_by(dimensions), "vertex weight")?;
        }
        checked_sum(edges.iter().map(|(_, _, c)| c), "edge cost")?;
        if let Some((a, b, _)) = edges.iter().find(|(a, b, _)| *a as usize >= n || *b as usize >= n)
        {
            return Err(Error::request(
                format!("edge {a}-{b} leaves the {n} vertices"),
                "number vertices from 0",
            ));
        }

        // Counting sort by source, then each row by target, merging what stands twice.
        let mut offsets = vec![0usize; n + 1];
        for &(a, b, _) in edges.iter().filter(|(a, b, _)| a != b) {
            offsets[a as usize + 1] += 1;
            offsets[b as usize + 1] += 1;
        }
        for v in 0..n {
            offsets[v + 1] += offsets[v];
        }
        let mut next = offsets.clone();
        let mut rows = vec![(0u32, 0i64); offsets[n]];
        for &(a, b, cost) in edges.iter().filter(|(a, b, _)| a != b) {
            rows[next[a as usize]] = (b, cost);
            next[a as usize] += 1;
            rows[next[b as usize]] = (a, cost);
            next[b as usize] += 1;
        }
        let mut graph = Graph {
            offsets: Vec::with_capacity(n + 1),
            targets: Vec::with_capacity(rows.len()),
            costs: Vec::with_capacity(rows.len()),
            weights,
            dimensions,
        };
        graph.offsets.push(0);
        for v in 0..n {
            let row = &mut rows[offsets[v]..offsets[v + 1]];
            row.sort_unstable();
            let start = graph.targets.len();
            for &(target, cost) in row.iter() {
                if graph.targets.len() > start && graph.targets.last() == Some(&target) {
                    if let Some(last) = graph.costs.last_mut() {
                        *last += cost;
                    }
                } else {
                    graph.targets.push(target);
                    graph.costs.push(cost);
                }
            }
            graph.offsets.push(graph.targets.len());
        }
        Ok(graph)
    }

    /// Number of vertices.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no vertex.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.targets.len() / 2
    }

    /// Mean cost of an edge; 0 where there is none.
    pub fn mean_cost(&self) -> f64 {
        self.costs.iter().sum::<i64>() as f64 / self.costs.len().max(1) as f64
    }

    /// Number of weights per vertex.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The weights of vertex `v`.
    #[inline]
    pub fn weights(&self, v: usize) -> &[i64] {
        &self.weights[v * self.dimensions..][..self.dimensions]
    }

    /// Sum of the weights over all vertices.
    pub fn total_weights(&self) -> Vec<i64> {
        let mut total = vec![0; self.dimensions];
        for row in self.weights.chunks_exact(self.dimensions) {
            for (t, w) in total.iter_mut().zip(row) {
                *t += w;
            }
        }
        total
    }

    /// Sum of the weights over the vertices of every class, row by row.
    pub(crate) fn class_weights(&self, class_of: &[u32], count: usize) -> Vec<i64> {
        let d = self.dimensions;
        let mut sums = vec![0; count * d];
        for (&class, weights) in class_of.iter().zip(self.weights.chunks_exact(d)) {
            let sums = sums[class as usize * d..][..d].iter_mut();
            sums.zip(weights).for_each(|(sum, w)| *sum += w);
        }
        sums
    }

    /// The classes that touch each class, ascending; a vertex of class `u32::MAX` is in none.
    pub(crate) fn beside(&self, class_of: &[u32], count: usize) -> Vec<Vec<u32>> {
        const NONE: u32 = u32::MAX;
        let mut beside = vec![Vec::new(); count];
        for (v, &own) in class_of.iter().enumerate().filter(|(_, own)| **own != NONE) {
            let row: &mut Vec<u32> = &mut beside[own as usize];
            for &t in self.targets(v) {
                let other = class_of[t as usize];
                if other != own && other != NONE && !row.contains(&other) {
                    row.push(other);
                }
            }
        }
        beside.iter_mut().for_each(|row| row.sort_unstable());
        beside
    }

    /// What the edges between classes cost.
    pub(crate) fn cut_cost(&self, class_of: &[u32]) -> i64 {
        let mut twice = 0;
        for (v, &own) in class_of.iter().enumerate() {
            for (t, cost) in self.neighbours(v) {
                twice += if class_of[t] == own { 0 } else { cost };
            }
        }
        twice / 2
    }

    /// The neighbours of `v` with the cost of the edge to each, ascending by neighbour.
    #[inline]
    pub fn neighbours(&self, v: usize) -> impl ExactSizeIterator<Item = (usize, i64)> + '_ {
        let range = self.row(v);
        self.targets[range.clone()]
            .iter()
            .map(|&t| t as usize)
            .zip(self.costs[range].iter().copied())
    }

    /// The neighbours of `v`, ascending.
    #[inline]
    pub fn targets(&self, v: usize) -> &[u32] {
        &self.targets[self.row(v)]
    }

    /// Where the links of `v` stand among all.
    #[inline]
    pub(crate) fn row(&self, v: usize) -> std::ops::Range<usize> {
        self.offsets[v]..self.offsets[v + 1]
    }

    /// The ends and the costs of all links, row by row, and the weights of all vertices.
    pub(crate) fn flat(&self) -> (&[u32], &[i64], &[i64]) {
        (&self.targets, &self.costs, &self.weights)
    }

    /// Number of neighbours of `v`.
    #[inline]
    pub fn degree(&self, v: usize) -> usize {
        self.offsets[v + 1] - self.offsets[v]
    }

    /// The connected component of every vertex, numbered from 0 by smallest vertex, and how many
    /// there are.
    pub fn components(&self) -> (Vec<u32>, usize) {
        self.components_within(|_, _| true)
    }

    /// The components that remain where only edges with `keep(a, b)` count.
    pub fn components_within(&self, keep: impl Fn(usize, usize) -> bool) -> (Vec<u32>, usize) {
        const NONE: u32 = u32::MAX;
        let mut component = vec![NONE; self.len()];
        let mut count = 0u32;
        let mut stack = Vec::new();
        for start in 0..self.len() {
            if component[start] != NONE {
                continue;
            }
            component[start] = count;
            stack.push(start);
            while let Some(v) = stack.pop() {
                for &t in self.targets(v) {
                    let t = t as usize;
                    if component[t] == NONE && keep(v, t) {
                        component[t] = count;
                        stack.push(t);
                    }
                }
            }
            count += 1;
        }
        (component, count as usize)
    }

    /// All vertices in breadth-first order, component by component.
    pub(crate) fn breadth_first(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.len());
        let mut seen = vec![false; self.len()];
        let mut head = 0;
        for start in 0..self.len() {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            order.push(start as u32);
            while head < order.len() {
                for &t in self.targets(order[head] as usize) {
                    if !seen[t as usize] {
                        seen[t as usize] = true;
                        order.push(t);
                    }
                }
                head += 1;
            }
        }
        order
    }

    /// The graph whose vertices are the `count` classes of `class_of`: weights are added up, edges
    /// between two classes become one, edges inside a class vanish.
    pub fn contract(&self, class_of: &[u32], count: usize) -> Graph {
        let d = self.dimensions;
        let mut members = vec![0usize; count + 1];
        for &c in class_of {
            members[c as usize + 1] += 1;
        }
        for c in 0..count {
            members[c + 1] += members[c];
        }
        let mut next = members.clone();
        let mut by_class = vec![0u32; self.len()];
        for (v, &c) in class_of.iter().enumerate() {
            by_class[next[c as usize]] = v as u32;
            next[c as usize] += 1;
        }
        let weights = self.class_weights(class_of, count);
        Graph::from_rows(d, weights, self.targets.len(), |c, row| {
            for &v in &by_class[members[c]..members[c + 1]] {
                for (t, cost) in self.neighbours(v as usize) {
                    let other = class_of[t];
                    if other as usize != c {
                        row.add(other, cost);
                    }
                }
            }
        })
    }

    /// A graph from its rows, on all threads; what stands more than once in a row is added up.
    /// About `links` are filled in.
    fn from_rows(
        dimensions: usize,
        weights: Vec<i64>,
        links: usize,
        fill: impl Fn(usize, &mut Row) + Sync,
    ) -> Graph {
        let count = weights.len() / dimensions;
        let together = (count * LINKS_TOGETHER / links.max(1)).max(1);
        let make = |first: usize| {
            let last = count.min(first + together);
            let mut rows = Rows::default();
            let mut ends = Vec::with_capacity(last - first);
            for vertex in first..last {
                let mut row = Row { begin: rows.targets.len(), rows: &mut rows };
                fill(vertex, &mut row);
                ends.push(row.end());
            }
            (rows.targets, rows.costs, ends)
        };
        if count <= together {
            let (targets, costs, mut offsets) = make(0);
            offsets.insert(0, 0);
            return Graph { offsets, targets, costs, weights, dimensions };
        }
        let starts: Vec<usize> = (0..count).step_by(together).collect();
        let parts: Vec<_> = starts.into_par_iter().with_max_len(1).map(make).collect();
        let total = parts.iter().map(|(targets, ..)| targets.len()).sum();
        let mut graph = Graph {
            offsets: Vec::with_capacity(count + 1),
            targets: Vec::with_capacity(total),
            costs: Vec::with_capacity(total),
            weights,
            dimensions,
        };
        graph.offsets.push(0);
        for (targets, costs, ends) in parts {
            let before = graph.targets.len();
            graph.offsets.extend(ends.into_iter().map(|end| before + end));
            graph.targets.extend(targets);
            graph.costs.extend(costs);
        }
        graph
    }

    /// The same graph with the cost of every edge set to `cost(a, b, old)`, which is the same for
    /// both of its directions and not negative.
    pub fn map_costs(&self, cost: impl Fn(usize, usize, i64) -> i64) -> Graph {
        let mut graph = self.clone();
        for v in 0..self.len() {
            let row = self.offsets[v]..self.offsets[v + 1];
            for (new, (t, old)) in graph.costs[row].iter_mut().zip(self.neighbours(v)) {
                *new = cost(v.min(t), v.max(t), old);
            }
        }
        graph
    }

    /// The same graph with further edges `(a, b, cost)`.
    ///
    /// # Errors
    /// As [`Graph::new`].
    pub fn with_edges(&self, more: impl IntoIterator<Item = (u32, u32, i64)>) -> Result<Graph> {
        let own = (0..self.len()).flat_map(|v| {
            let later = self.neighbours(v).filter(move |&(t, _)| t > v);
            later.map(move |(t, cost)| (v as u32, t as u32, cost))
        });
        let edges: Vec<(u32, u32, i64)> = own.chain(more).collect();
        Graph::new(self.dimensions, self.weights.clone(), &edges)
    }

    /// The same vertices with only the edges for which `keep(a, b)` holds.
    pub fn filter_edges(&self, keep: impl Fn(usize, usize) -> bool) -> Graph {
        let mut graph = Graph {
            offsets: Vec::with_capacity(self.offsets.len()),
            targets: Vec::with_capacity(self.targets.len()),
            costs: Vec::with_capacity(self.costs.len()),
            weights: self.weights.clone(),
            dimensions: self.dimensions,
        };
        graph.offsets.push(0);
        for v in 0..self.len() {
            for (t, cost) in self.neighbours(v).filter(|&(t, _)| keep(v, t)) {
                graph.targets.push(t as u32);
                graph.costs.push(cost);
            }
            graph.offsets.push(graph.targets.len());
        }
        graph
    }

    /// The subgraph induced by `vertices`, renumbered in the order given.
    pub fn induced(&self, vertices: &[u32]) -> Graph {
        let mut local = std::collections::HashMap::with_capacity(vertices.len());
        for (i, &v) in vertices.iter().enumerate() {
            local.insert(v, i as u32);
        }
        self.induced_where(vertices, |t| local.get(&t).copied())
    }

    /// The subgraph induced by one of several groups of vertices, where `place` holds the group of
    /// every vertex and its place in it.
    pub(crate) fn induced_by(&self, vertices: &[u32], place: &[(u32, u32)]) -> Graph {
        let own = vertices.first().map_or(0, |&v| place[v as usize].0);
        self.induced_where(vertices, |t| {
            let (group, at) = place[t as usize];
            (group == own).then_some(at)
        })
    }

    fn induced_where(&self, vertices: &[u32], local: impl Fn(u32) -> Option<u32> + Sync) -> Graph {
        let mut weights = Vec::with_capacity(vertices.len() * self.dimensions);
        for &v in vertices {
            weights.extend_from_slice(self.weights(v as usize));
        }
        let links = self.targets.len() / self.len().max(1) * vertices.len();
        Graph::from_rows(self.dimensions, weights, links, |v, row| {
            for (t, cost) in self.neighbours(vertices[v] as usize) {
                if let Some(t) = local(t as u32) {
                    row.add(t, cost);
                }
            }
        })
    }
}

/// Rows of links that are being filled.
#[derive(Default)]
struct Rows {
    targets: Vec<u32>,
    costs: Vec<i64>,
    sorted: Vec<(u32, i64)>,
}

/// The last of them.
struct Row<'a> {
    begin: usize,
    rows: &'a mut Rows,
}

/// Shorter rows are put in order by moving each link to its place.
const SHORT: usize = 24;

impl Row<'_> {
    /// Adds a link, or its cost to the one that leads there.
    #[inline]
    fn add(&mut self, target: u32, cost: i64) {
        let Rows { targets, costs, .. } = &mut *self.rows;
        let mut at = targets.len();
        if at - self.begin < SHORT {
            while at > self.begin && targets[at - 1] > target {
                at -= 1;
            }
            if at > self.begin && targets[at - 1] == target {
                costs[at - 1] += cost;
                return;
            }
        }
        targets.push(target);
        costs.push(cost);
        for i in (at + 1..targets.len()).rev() {
            targets.swap(i - 1, i);
            costs.swap(i - 1, i);
        }
    }

    /// Puts what is left in order; where the row ends.
    fn end(self) -> usize {
        let Rows { targets, costs, sorted } = self.rows;
        if targets.len() - self.begin > SHORT {
            sorted.clear();
            sorted.extend(targets.drain(self.begin..).zip(costs.drain(self.begin..)));
            sorted.sort_unstable_by_key(|link| link.0);
            for &(target, cost) in sorted.iter() {
                match costs.last_mut() {
                    Some(sum) if targets.len() > self.begin && targets.last() == Some(&target) => {
                        *sum += cost;
                    }
                    _ => {
                        targets.push(target);
                        costs.push(cost);
                    }
                }
            }
        }
        targets.len()
    }
}

/// Links that are filled into rows one after the other; more are shared out to threads.
const LINKS_TOGETHER: usize = 50_000;

/// Sums are kept below 2^62 so that the solver may add two of them without overflow.
fn checked_sum<'a>(values: impl Iterator<Item = &'a i64>, what: &str) -> Result<i64> {
    let mut sum = 0i64;
    for &value in values {
        if value < 0 {
            return Err(Error::request(format!("{what} {value} is negative"), "correct the value"));
        }
        sum = sum.checked_add(value).filter(|s| *s < 1 << 62).ok_or_else(|| {
            Error::request(format!("the sum of every {what} passes 2^62"), "use a larger unit")
        })?;
    }
    Ok(sum)
}
