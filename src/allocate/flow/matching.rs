//! Maximum-weight matching in general graphs, exactly.
//!
//! Edmonds' blossoms with prices ("Maximum matching and a polyhedron with 0,1-vertices", 1965), in
//! O(n³) as surveyed by Galil ("Efficient algorithms for finding maximum matching in graphs",
//! 1986). Whole numbers only; prices are kept doubled, so that halves do not occur.

use std::collections::VecDeque;

/// The partner of every vertex in a matching of greatest weight. `edges` are `(a, b, weight)`; an
/// edge of weight 0 or less is never taken. Of equals, always the same.
pub(crate) fn matching(vertices: usize, edges: &[(usize, usize, i64)]) -> Vec<Option<usize>> {
    let mut search = Search::new(vertices, edges);
    while search.phase() {}
    (1..=vertices).map(|v| search.mate[v].checked_sub(1)).collect()
}

/// An edge between two vertices, whatever blossoms they are in now; weight 0: there is none.
#[derive(Clone, Copy, Default)]
struct Edge {
    a: usize,
    b: usize,
    weight: i64,
}

/// What a blossom is in the present search.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Free,
    Even,
    Odd,
}

/// Vertices are numbered from 1, blossoms after them; 0 is nobody.
struct Search {
    n: usize,
    /// Vertices and blossoms in use.
    used: usize,
    size: usize,
    edges: Vec<Edge>,
    price: Vec<i64>,
    mate: Vec<usize>,
    /// For a blossom outside the tree: the tree's vertex with the least slack towards it.
    slack: Vec<usize>,
    /// The outermost blossom of each.
    outer: Vec<usize>,
    parent: Vec<usize>,
    /// Of blossom b the child in which vertex v lies, at `b * (n + 1) + v`.
    child_with: Vec<usize>,
    side: Vec<Side>,
    visited: Vec<usize>,
    visit: usize,
    children: Vec<Vec<usize>>,
    queue: VecDeque<usize>,
}

impl Search {
    fn new(n: usize, given: &[(usize, usize, i64)]) -> Search {
        let size = 2 * n + 2;
        let mut edges = vec![Edge::default(); size * size];
        for a in 1..=n {
            for b in 1..=n {
                edges[a * size + b] = Edge { a, b, weight: 0 };
            }
        }
        let mut greatest = 0;
        for &(a, b, weight) in given.iter().filter(|e| e.0 != e.1) {
            for (a, b) in [(a + 1, b + 1), (b + 1, a + 1)] {
                let edge = &mut edges[a * size + b];
                edge.weight = edge.weight.max(weight);
            }
            greatest = greatest.max(weight);
        }
        let mut child_with = vec![0; size * (n + 1)];
        for v in 1..=n {
            child_with[v * (n + 1) + v] = v;
        }
        let mut price = vec![0; size];
        price[1..=n].fill(greatest);
        Search {
            n,
            used: n,
            size,
            edges,
            price,
            mate: vec![0; size],
            slack: vec![0; size],
            outer: (0..size).map(|v| if v <= n { v } else { 0 }).collect(),
            parent: vec![0; size],
            child_with,
            side: vec![Side::Free; size],
            visited: vec![0; size],
            visit: 0,
            children: vec![Vec::new(); size],
            queue: VecDeque::new(),
        }
    }

    fn edge(&self, a: usize, b: usize) -> Edge {
        self.edges[a * self.size + b]
    }

    /// Doubled slack of an edge.
    fn open(&self, e: Edge) -> i64 {
        self.price[e.a] + self.price[e.b] - 2 * self.edge(e.a, e.b).weight
    }

    fn child_with(&self, blossom: usize, vertex: usize) -> usize {
        self.child_with[blossom * (self.n + 1) + vertex]
    }

    fn update_slack(&mut self, u: usize, x: usize) {
        let old = self.slack[x];
        if old == 0 || self.open(self.edge(u, x)) < self.open(self.edge(old, x)) {
            self.slack[x] = u;
        }
    }

    fn set_slack(&mut self, x: usize) {
        self.slack[x] = 0;
        for u in 1..=self.n {
            if self.edge(u, x).weight > 0
                && self.outer[u] != x
                && self.side[self.outer[u]] == Side::Even
            {
                self.update_slack(u, x);
            }
        }
    }

    fn enqueue(&mut self, x: usize) {
        if x <= self.n {
            self.queue.push_back(x);
        } else {
            for child in self.children[x].clone() {
                self.enqueue(child);
            }
        }
    }

    fn set_outer(&mut self, x: usize, outer: usize) {
        self.outer[x] = outer;
        if x > self.n {
            for child in self.children[x].clone() {
                self.set_outer(child, outer);
            }
        }
    }

    /// The place of a child on an even way from the blossom's base, turning the blossom if need be.
    fn even_place(&mut self, blossom: usize, child: usize) -> usize {
        let children = &mut self.children[blossom];
        let place = children.iter().position(|&c| c == child).unwrap_or(0);
        if place % 2 == 0 {
            return place;
        }
        children[1..].reverse();
        children.len() - place
    }

    fn set_mate(&mut self, u: usize, v: usize) {
        let edge = self.edge(u, v);
        self.mate[u] = edge.b;
        if u <= self.n {
            return;
        }
        let child = self.child_with(u, edge.a);
        let place = self.even_place(u, child);
        for i in 0..place {
            let (a, b) = (self.children[u][i], self.children[u][i ^ 1]);
            self.set_mate(a, b);
        }
        self.set_mate(child, v);
        self.children[u].rotate_left(place);
    }

    fn augment(&mut self, mut u: usize, mut v: usize) {
        loop {
            let next = self.outer[self.mate[u]];
            self.set_mate(u, v);
            if next == 0 {
                return;
            }
            let parent = self.outer[self.parent[next]];
            self.set_mate(next, parent);
            (u, v) = (parent, next);
        }
    }

    /// Where two ways to the roots meet; 0 where they do not.
    fn meeting(&mut self, mut u: usize, mut v: usize) -> usize {
        self.visit += 1;
        while u != 0 || v != 0 {
            if u != 0 {
                if self.visited[u] == self.visit {
                    return u;
                }
                self.visited[u] = self.visit;
                u = self.outer[self.mate[u]];
                if u != 0 {
                    u = self.outer[self.parent[u]];
                }
            }
            std::mem::swap(&mut u, &mut v);
        }
        0
    }

    fn shrink(&mut self, u: usize, base: usize, v: usize) {
        let mut b = self.n + 1;
        while b <= self.used && self.outer[b] != 0 {
            b += 1;
        }
        self.used = self.used.max(b);
        self.price[b] = 0;
        self.side[b] = Side::Even;
        self.mate[b] = self.mate[base];
        self.children[b] = vec![base];
        let way = |search: &mut Search, from: usize| {
            let mut x = from;
            while x != base {
                let y = search.outer[search.mate[x]];
                search.children[b].extend([x, y]);
                search.enqueue(y);
                x = search.outer[search.parent[y]];
            }
        };
        way(self, u);
        self.children[b][1..].reverse();
        way(self, v);
        self.set_outer(b, b);
        for x in 1..=self.used {
            self.edges[b * self.size + x].weight = 0;
            self.edges[x * self.size + b].weight = 0;
        }
        let row = b * (self.n + 1);
        self.child_with[row..row + self.n + 1].fill(0);
        for child in self.children[b].clone() {
            for x in 1..=self.used {
                let (own, new) = (self.edge(b, x), self.edge(child, x));
                if own.weight == 0 || self.open(new) < self.open(own) {
                    self.edges[b * self.size + x] = new;
                    self.edges[x * self.size + b] = self.edge(x, child);
                }
            }
            for x in 1..=self.n {
                if self.child_with(child, x) != 0 {
                    self.child_with[row + x] = child;
                }
            }
        }
        self.set_slack(b);
    }

    fn expand(&mut self, b: usize) {
        for child in self.children[b].clone() {
            self.set_outer(child, child);
        }
        let entry = self.child_with(b, self.edge(b, self.parent[b]).a);
        let place = self.even_place(b, entry);
        let children = std::mem::take(&mut self.children[b]);
        for pair in children[..place].chunks_exact(2) {
            let (odd, even) = (pair[0], pair[1]);
            self.parent[odd] = self.edge(even, odd).a;
            self.side[odd] = Side::Odd;
            self.side[even] = Side::Even;
            self.slack[odd] = 0;
            self.set_slack(even);
            self.enqueue(even);
        }
        self.side[entry] = Side::Odd;
        self.parent[entry] = self.parent[b];
        for &child in &children[place + 1..] {
            self.side[child] = Side::Free;
            self.set_slack(child);
        }
        self.outer[b] = 0;
    }

    /// Takes a tight edge in; whether that made the matching larger.
    fn take(&mut self, edge: Edge) -> bool {
        let (u, v) = (self.outer[edge.a], self.outer[edge.b]);
        match self.side[v] {
            Side::Free => {
                self.parent[v] = edge.a;
                self.side[v] = Side::Odd;
                let next = self.outer[self.mate[v]];
                self.slack[v] = 0;
                self.slack[next] = 0;
                self.side[next] = Side::Even;
                self.enqueue(next);
            }
            Side::Even => match self.meeting(u, v) {
                0 => {
                    self.augment(u, v);
                    self.augment(v, u);
                    return true;
                }
                base => self.shrink(u, base, v),
            },
            Side::Odd => {}
        }
        false
    }

    fn outermost(&self, x: usize) -> bool {
        self.outer[x] == x
    }

    /// Grows trees from all unmatched vertices until the matching is larger; false where it cannot
    /// be, or is not worth it.
    fn phase(&mut self) -> bool {
        self.side[..=self.used].fill(Side::Free);
        self.slack[..=self.used].fill(0);
        self.queue.clear();
        for x in 1..=self.used {
            if self.outermost(x) && self.mate[x] == 0 {
                self.parent[x] = 0;
                self.side[x] = Side::Even;
                self.enqueue(x);
            }
        }
        if self.queue.is_empty() {
            return false;
        }
        loop {
            while let Some(u) = self.queue.pop_front() {
                if self.side[self.outer[u]] == Side::Odd {
                    continue;
                }
                for v in 1..=self.n {
                    let edge = self.edge(u, v);
                    if edge.weight <= 0 || self.outer[u] == self.outer[v] {
                        continue;
                    }
                    if self.open(edge) > 0 {
                        self.update_slack(u, self.outer[v]);
                    } else if self.take(edge) {
                        return true;
                    }
                }
            }
            if !self.reprice() {
                return false;
            }
            self.queue.clear();
            for x in 1..=self.used {
                let s = self.slack[x];
                if self.outermost(x)
                    && s != 0
                    && self.outer[s] != x
                    && self.open(self.edge(s, x)) == 0
                    && self.take(self.edge(s, x))
                {
                    return true;
                }
            }
            for b in self.n + 1..=self.used {
                if self.outermost(b) && self.side[b] == Side::Odd && self.price[b] == 0 {
                    self.expand(b);
                }
            }
        }
    }

    /// Moves prices until another edge is tight; false where a price has come to nothing.
    fn reprice(&mut self) -> bool {
        let mut step = i64::MAX;
        for b in self.n + 1..=self.used {
            if self.outermost(b) && self.side[b] == Side::Odd {
                step = step.min(self.price[b] / 2);
            }
        }
        for x in 1..=self.used {
            if self.outermost(x) && self.slack[x] != 0 {
                let open = self.open(self.edge(self.slack[x], x));
                match self.side[x] {
                    Side::Free => step = step.min(open),
                    Side::Even => step = step.min(open / 2),
                    Side::Odd => {}
                }
            }
        }
        let even = (1..=self.n).filter(|&u| self.side[self.outer[u]] == Side::Even);
        if even.map(|u| self.price[u]).min().is_none_or(|least| least <= step) {
            return false;
        }
        for u in 1..=self.n {
            match self.side[self.outer[u]] {
                Side::Even => self.price[u] -= step,
                Side::Odd => self.price[u] += step,
                Side::Free => {}
            }
        }
        for b in self.n + 1..=self.used {
            if self.outermost(b) {
                match self.side[b] {
                    Side::Even => self.price[b] += 2 * step,
                    Side::Odd => self.price[b] -= 2 * step,
                    Side::Free => {}
                }
            }
        }
        true
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
