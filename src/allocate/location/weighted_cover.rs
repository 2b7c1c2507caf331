//! Covers of small tables whose columns have costs: exact, or bounded from below.
//!
//! Nodes are looked into in the order of their bounds, so that the least bound left is one of the
//! whole whenever the work is broken off. A node is bounded by prices on its rows, which also settle
//! columns by their reduced costs (Balas & Ho 1980; Beasley 1987).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Rounds of price improvement at the root, and at every further node.
const ROUNDS: [usize; 2] = [400, 80];
/// Bounds closer than this to a known cost are not told apart from it.
const CLOSE: f64 = 1e-7;

/// Rows, each to be covered once, and columns with their costs.
pub(super) struct WeightedCover {
    rows: Vec<Vec<u32>>,
    of_column: Vec<Vec<u32>>,
    cost: Vec<f64>,
    /// The rows of every column as bits.
    bits: Vec<u64>,
    words: usize,
}

/// The cheapest cover found, and what none can fall below.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounded {
    pub taken: Vec<bool>,
    pub cost: f64,
    pub least: f64,
    /// Prices of rows at the root.
    pub price: Vec<f64>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Free,
    Taken,
    Banned,
}

struct Node {
    bound: f64,
    state: Vec<State>,
    price: Vec<f64>,
    /// The column to branch on.
    branch: usize,
}

impl WeightedCover {
    /// Every row must have a column.
    pub fn new(rows: Vec<Vec<u32>>, cost: Vec<f64>) -> Self {
        let words = rows.len().div_ceil(64).max(1);
        let mut of_column = vec![Vec::new(); cost.len()];
        let mut bits = vec![0u64; cost.len() * words];
        for (i, row) in rows.iter().enumerate() {
            for &column in row {
                of_column[column as usize].push(i as u32);
                bits[column as usize * words + i / 64] |= 1 << (i % 64);
            }
        }
        WeightedCover { rows, of_column, cost, bits, words }
    }

    /// Looks into up to `nodes` nodes, starting from prices and, where one is known, from a cover.
    pub fn solve(&self, price: Vec<f64>, known: Option<Vec<bool>>, nodes: usize) -> Bounded {
        let state = self.cost.iter().map(|&c| if c <= 0.0 { State::Taken } else { State::Free });
        let mut root = Node { bound: 0.0, state: state.collect(), price, branch: 0 };
        let taken = known.unwrap_or_else(|| vec![true; self.cost.len()]);
        let cost =
            taken.iter().zip(&self.cost).map(|(&t, c)| if t { *c } else { c.min(0.0) }).sum();
        let mut best = Bounded { taken, cost, least: 0.0, price: Vec::new() };
        for (taken, cost) in best.taken.iter_mut().zip(&self.cost) {
            *taken |= *cost <= 0.0;
        }
        let open = self.look_into(&mut root, &mut best, ROUNDS[0]);
        best.price.clone_from(&root.price);
        let mut queue: BinaryHeap<Node> = BinaryHeap::new();
        if open {
            queue.push(root);
        }
        for _ in 0..nodes / 2 {
            let Some(node) = queue.pop() else { break };
            if node.bound >= best.cost - CLOSE {
                queue.clear();
                break;
            }
            for settled in [State::Taken, State::Banned] {
                let mut child = Node {
                    bound: node.bound,
                    state: node.state.clone(),
                    price: node.price.clone(),
                    branch: 0,
                };
                child.state[node.branch] = settled;
                if self.look_into(&mut child, &mut best, ROUNDS[1]) {
                    queue.push(child);
                }
            }
        }
        let open = queue.into_iter().map(|node| node.bound);
        best.least = open.fold(best.cost - CLOSE, f64::min);
        best
    }

    /// Settles and bounds a node; whether it may hold a cheaper cover than the best.
    fn look_into(&self, node: &mut Node, best: &mut Bounded, rounds: usize) -> bool {
        for pass in 0..3 {
            let Some(uncovered) = self.settle(&mut node.state) else { return false };
            let taken: f64 = (0..self.cost.len())
                .filter(|&c| node.state[c] == State::Taken)
                .map(|c| self.cost[c])
                .sum();
            if uncovered.is_empty() {
                if taken < best.cost {
                    best.cost = taken;
                    best.taken = node.state.iter().map(|&s| s == State::Taken).collect();
                }
                return false;
            }
            let rounds = if pass == 0 { rounds } else { rounds / 3 };
            if !self.relax(node, best, taken, &uncovered, rounds) {
                return node.bound < best.cost - CLOSE;
            }
        }
        node.bound < best.cost - CLOSE
    }

    /// Takes columns that are alone in a row and bans those that another makes superfluous; the
    /// rows left to be covered, or `None` where one cannot be.
    fn settle(&self, state: &mut [State]) -> Option<Vec<u32>> {
        let words = self.words;
        let of = |column: usize| &self.bits[column * words..][..words];
        let mut open = vec![0u64; words];
        loop {
            open.fill(0);
            (0..self.rows.len()).for_each(|i| open[i / 64] |= 1 << (i % 64));
            for column in (0..state.len()).filter(|&c| state[c] == State::Taken) {
                open.iter_mut().zip(of(column)).for_each(|(o, b)| *o &= !b);
            }
            let is_open = |row: usize| open[row / 64] >> (row % 64) & 1 == 1;
            let mut changed = false;
            for (_, row) in self.rows.iter().enumerate().filter(|(row, _)| is_open(*row)) {
                let mut free = row.iter().filter(|&&c| state[c as usize] == State::Free);
                let first = *free.next()? as usize;
                if free.next().is_none() {
                    state[first] = State::Taken;
                    changed = true;
                    break;
                }
            }
            if changed {
                continue;
            }
            for column in 0..state.len() {
                if state[column] != State::Free {
                    continue;
                }
                let own = self.of_column[column].iter().filter(|&&r| is_open(r as usize));
                let Some(shortest) = own.min_by_key(|&&r| self.rows[r as usize].len()) else {
                    state[column] = State::Banned;
                    continue;
                };
                let superfluous = self.rows[*shortest as usize].iter().any(|&other| {
                    let other = other as usize;
                    other != column
                        && state[other] == State::Free
                        && (self.cost[other], other) < (self.cost[column], column)
                        && (0..words).all(|w| of(column)[w] & open[w] & !of(other)[w] == 0)
                });
                if superfluous {
                    state[column] = State::Banned;
                    changed = true;
                }
            }
            if !changed {
                return Some(
                    (0..self.rows.len() as u32).filter(|&r| is_open(r as usize)).collect(),
                );
            }
        }
    }

    /// Improves prices, settles columns by reduced costs and chooses where to branch; whether
    /// another pass is worth while.
    fn relax(
        &self,
        node: &mut Node,
        best: &mut Bounded,
        taken: f64,
        uncovered: &[u32],
        rounds: usize,
    ) -> bool {
        let free: Vec<u32> = (0..self.cost.len() as u32)
            .filter(|&c| node.state[c as usize] == State::Free)
            .collect();
        // A table of what is left, so that rounds are short.
        let mut number = vec![u32::MAX; self.rows.len()];
        uncovered.iter().zip(0..).for_each(|(&row, i)| number[row as usize] = i);
        let mut first = vec![0u32];
        let mut entries: Vec<u32> = Vec::new();
        for &column in &free {
            let rows = self.of_column[column as usize].iter().map(|&r| number[r as usize]);
            entries.extend(rows.filter(|&r| r != u32::MAX));
            first.push(entries.len() as u32);
        }
        let of = |i: usize| &entries[first[i] as usize..first[i + 1] as usize];
        let mut price: Vec<f64> = uncovered.iter().map(|&r| node.price[r as usize]).collect();
        let mut best_price = price.clone();
        let mut left = vec![0.0; price.len()];
        let mut direction = vec![0.0; price.len()];
        let mut reduced = vec![0.0; free.len()];
        let mut share = vec![0.0f64; free.len()];
        let mut bound = f64::NEG_INFINITY;
        let (mut step, mut stale) = (1.0, 0);
        for round in 0..rounds.max(2) {
            let mut value = taken + price.iter().sum::<f64>();
            left.fill(1.0);
            for (i, reduced) in reduced.iter_mut().enumerate() {
                let offered: f64 = of(i).iter().map(|&r| price[r as usize]).sum();
                *reduced = self.cost[free[i] as usize] - offered;
                share[i] *= 0.95;
                if *reduced < 0.0 {
                    share[i] += 0.05;
                    value += *reduced;
                    of(i).iter().for_each(|&r| left[r as usize] -= 1.0);
                }
            }
            stale = if value > bound + 1e-6 { 0 } else { stale + 1 };
            if value > bound {
                bound = value;
                best_price.copy_from_slice(&price);
            }
            if round % 20 == 1 {
                self.greedy(node, best, taken, &free, &reduced, uncovered);
            }
            if bound >= best.cost - CLOSE || step < 1e-3 {
                break;
            }
            if stale >= 10 {
                step *= 0.6;
                stale = 0;
                price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            let mut norm = 0.0;
            for (direction, left) in direction.iter_mut().zip(&left) {
                *direction = 0.6 * left + 0.4 * *direction;
                norm += *direction * *direction;
            }
            if norm < 1e-12 {
                break;
            }
            let length = step * (1.02 * best.cost - value).max(1e-3) / norm;
            for (price, direction) in price.iter_mut().zip(&direction) {
                *price = (*price + length * direction).max(0.0);
            }
        }
        node.bound = node.bound.max(bound);
        uncovered.iter().zip(&best_price).for_each(|(&r, &p)| node.price[r as usize] = p);
        if node.bound >= best.cost - CLOSE {
            return false;
        }
        let mut settled = 0;
        let mut branch = (f64::INFINITY, free[0] as usize);
        for (i, &column) in free.iter().enumerate() {
            let offered: f64 = of(i).iter().map(|&r| best_price[r as usize]).sum();
            let reduced = self.cost[column as usize] - offered;
            if bound + reduced.abs() >= best.cost - CLOSE {
                node.state[column as usize] =
                    if reduced > 0.0 { State::Banned } else { State::Taken };
                settled += 1;
                continue;
            }
            let undecided = (share[i] - 0.5).abs() - 1e-3 * of(i).len() as f64;
            if undecided < branch.0 {
                branch = (undecided, column as usize);
            }
        }
        node.branch = branch.1;
        settled * 5 > free.len() || (settled > 0 && branch.0.is_infinite())
    }

    /// A cover by reduced costs per row helped, less what is not needed.
    fn greedy(
        &self,
        node: &Node,
        best: &mut Bounded,
        taken: f64,
        free: &[u32],
        reduced: &[f64],
        uncovered: &[u32],
    ) {
        let mut open = vec![false; self.rows.len()];
        uncovered.iter().for_each(|&r| open[r as usize] = true);
        let mut left = uncovered.len();
        let helps = |column: u32, open: &[bool]| {
            self.of_column[column as usize].iter().filter(|&&r| open[r as usize]).count()
        };
        let mut chosen: Vec<u32> = Vec::new();
        let mut cost = taken;
        while left > 0 {
            let key = |&i: &usize| match helps(free[i], &open) {
                0 => f64::INFINITY,
                n => reduced[i].max(1e-4 * self.cost[free[i] as usize] + 1e-9) / n as f64,
            };
            let keys = (0..free.len()).map(|i| (key(&i), i));
            let Some((key, i)) = keys.min_by(|a, b| a.0.total_cmp(&b.0)) else { return };
            if key.is_infinite() {
                return;
            }
            chosen.push(free[i]);
            cost += self.cost[free[i] as usize];
            for &row in &self.of_column[free[i] as usize] {
                left -= usize::from(std::mem::replace(&mut open[row as usize], false));
            }
        }
        let mut covered = vec![0u32; self.rows.len()];
        for &column in &chosen {
            self.of_column[column as usize].iter().for_each(|&r| covered[r as usize] += 1);
        }
        let mut is_left = vec![false; self.rows.len()];
        uncovered.iter().for_each(|&r| is_left[r as usize] = true);
        let mut order = chosen.clone();
        order.sort_by(|&a, &b| self.cost[b as usize].total_cmp(&self.cost[a as usize]));
        for column in order {
            let rows = &self.of_column[column as usize];
            if rows.iter().all(|&r| !is_left[r as usize] || covered[r as usize] > 1) {
                rows.iter().for_each(|&r| covered[r as usize] -= 1);
                chosen.retain(|&c| c != column);
                cost -= self.cost[column as usize];
            }
        }
        if cost < best.cost - 1e-12 {
            best.cost = cost;
            best.taken = node.state.iter().map(|&s| s == State::Taken).collect();
            chosen.iter().for_each(|&c| best.taken[c as usize] = true);
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The least bound first out of a heap.
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound)
    }
}

#[cfg(test)]
#[path = "weighted_cover_tests.rs"]
mod tests;
