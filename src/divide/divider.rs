use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::bounds::unavoidable_violations;
use super::bounds_cost::least_cost;
use super::exact::{Proof, solve_exactly};
use super::objective::Target;
use super::partition::Partition;
use super::shape::{Shaping, shape};
use super::solve::solve;
use super::{Effort, Tolerance, Watch};
use crate::apportion::apportion;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Shares;

/// Divides graphs into contiguous blocks.
///
/// Contiguity is never given up where the graph is connected; then the sum of tolerance
/// violations is made small, then the cost of cut edges.
///
/// ```
/// use evengrid::{Graph, divide::{Divider, Tolerance}};
/// // A street of six houses, two people each.
/// let street: Vec<_> = (0..5).map(|i| (i, i + 1, 1)).collect();
/// let graph = Graph::new(1, vec![2; 6], &street)?;
/// let division = Divider::new(vec![Tolerance::both(0.05)]).divide(&graph, 3)?;
/// assert_eq!(division.violation, 0.0);
/// assert_eq!(division.cost, 2);
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Divider {
    /// A tolerance for each weight of the graph; missing ones are open.
    pub tolerances: Vec<Tolerance>,
    /// What a violation in each weight counts against one in another while searching; missing
    /// ones are 1. Figures are told without it.
    pub priorities: Vec<f64>,
    /// Same seed, same graph: same answer, on any number of threads.
    pub seed: u64,
    /// How long to look for a better division.
    pub effort: Effort,
}

/// A division and its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Division {
    /// The block of every vertex, from `0..k`; every block has a vertex.
    pub labels: Vec<u32>,
    /// Sum over blocks and weights of what lies outside of tolerance, as shares of the mean.
    pub violation: f64,
    /// A violation that no division can avoid, in the same measure.
    pub least_violation: f64,
    /// Sum of the costs of cut edges.
    pub cost: i64,
    /// A cost that no division without more violation falls below, contiguous or not: the most
    /// that packed trees and, on small graphs, prices of the vertices prove.
    pub least_cost: i64,
    /// Whether no contiguous division is better: none has less violation, as it counts in searching
    /// (with priorities, and a hundredth of a block for every figure out of tolerance), and none
    /// with as little costs less.
    pub proved: bool,
    /// Number of blocks that are not connected: 0 unless the graph has more components than
    /// blocks were asked for.
    pub in_pieces: usize,
}

impl Division {
    /// By how much the cost may lie above the least possible, as a share of that: (cost − bound) /
    /// bound. `None` where no bound but 0 is known, and there is a cost.
    pub fn gap(&self) -> Option<f64> {
        match (self.cost - self.least_cost, self.least_cost) {
            (0, _) => Some(0.0),
            (_, 0) => None,
            (above, least) => Some(above as f64 / least as f64),
        }
    }
}

impl Divider {
    /// A divider with the given tolerances and seed 1.
    pub fn new(tolerances: Vec<Tolerance>) -> Self {
        Divider { tolerances, priorities: Vec::new(), seed: 1, effort: Effort::default() }
    }

    /// Divides `graph` into `k` blocks.
    ///
    /// # Errors
    /// Where `k` is 0 or larger than the number of vertices.
    pub fn divide(&self, graph: &Graph, k: usize) -> Result<Division> {
        self.divide_with(graph, k, Watch::default())
    }

    /// Divides `graph` into `k` blocks, under a watch that reports progress and may stop early.
    ///
    /// # Errors
    /// As [`Divider::divide`].
    pub fn divide_with(&self, graph: &Graph, k: usize, watch: Watch) -> Result<Division> {
        let (labels, proof) = self.solve(graph, k, &watch, true)?;
        Ok(self.judge_proved(graph, k, labels, proof, &watch))
    }

    /// The block of every vertex alone, where nobody asks how good the division is: figures, bounds
    /// and proofs of a small one take longer than finding it.
    pub(crate) fn labels(&self, graph: &Graph, k: usize) -> Result<Vec<u32>> {
        Ok(self.solve(graph, k, &Watch::default(), false)?.0)
    }

    /// Without `exact` nothing is proved of small graphs.
    fn solve(
        &self,
        graph: &Graph,
        k: usize,
        watch: &Watch,
        exact: bool,
    ) -> Result<(Vec<u32>, Proof)> {
        if k == 0 || k > graph.len() {
            return Err(Error::request(
                format!("{} units cannot be divided into {k} grids", graph.len()),
                "ask for at least one grid and at most as many as there are units",
            ));
        }
        let (component, count) = graph.components();
        match count {
            1 => {
                let target = self.target(graph, k);
                Ok(solve(graph, k, &target, self.effort, watch, self.seed, exact))
            }
            _ if count <= k => self.divide_components(graph, k, (&component, count), watch, exact),
            _ => self.divide_joined(graph, k, watch, exact),
        }
    }

    /// Divides `graph` into `k` blocks of which more is asked than even weights and short borders.
    /// Of a time given as effort, shaping gets half.
    ///
    /// # Errors
    /// As [`Divider::divide`]; where not every vertex has a footing.
    pub fn divide_shaped(
        &self,
        graph: &Graph,
        k: usize,
        shaping: &Shaping,
        watch: Watch,
    ) -> Result<Division> {
        if shaping.footings.len() != graph.len() {
            return Err(Error::request(
                format!("{} footings for {} units", shaping.footings.len(), graph.len()),
                "say where every unit lies",
            ));
        }
        let (effort, deadline) = match self.effort {
            Effort::Time(time) => (Effort::Time(time / 2), Instant::now().checked_add(time)),
            level => (level, None),
        };
        let plain = Divider { effort, ..self.clone() };
        let labels = watch.within(0.0, 0.5, |watch| plain.divide_with(graph, k, watch))?.labels;
        let limits = self.target(graph, k).limits(&vec![1; k]);
        let watch = watch.until(deadline);
        let labels = shape(graph, &limits, labels, shaping, effort, &watch, self.seed);
        // What was proved, was proved of the division before it was shaped.
        Ok(self.judge_proved(graph, k, labels, Proof::default(), &watch))
    }

    fn target(&self, graph: &Graph, k: usize) -> Target {
        Target::new(graph, k, &self.tolerances).prefer(&self.priorities)
    }

    /// Components get blocks of their own, apportioned by the first weight (people).
    fn divide_components(
        &self,
        graph: &Graph,
        k: usize,
        (component, count): (&[u32], usize),
        watch: &Watch,
        exact: bool,
    ) -> Result<(Vec<u32>, Proof)> {
        let target = self.target(graph, k);
        let mut members = vec![Vec::new(); count];
        let mut people = vec![0.0; count];
        for (v, &c) in component.iter().enumerate() {
            members[c as usize].push(v as u32);
            people[c as usize] += graph.weights(v)[0] as f64;
        }
        let limits: Vec<_> = members.iter().map(|m| (1, m.len())).collect();
        let shares = apportion(&people, k, &limits)?;
        let mut random = Random::new(self.seed);
        let mut labels = vec![0; graph.len()];
        let shares_done = Shares::of(graph.len());
        let mut first = 0;
        for (vertices, &share) in members.iter().zip(&shares) {
            let part = graph.induced(vertices);
            let seed = random.seed();
            let (local, _) = shares_done.part(part.len(), *watch, |watch| {
                solve(&part, share, &target, self.effort, &watch, seed, exact)
            });
            for (&v, l) in vertices.iter().zip(local) {
                labels[v as usize] = first + l;
            }
            first += share as u32;
        }
        if !exact {
            return Ok((labels, Proof::default()));
        }
        // The components may be better off with other shares.
        let limits = target.limits(&vec![1; k]);
        let least = target.least_violation(graph, k);
        let steps = self.effort.exact_steps();
        Ok(match solve_exactly(graph, &limits, &labels, least, steps, watch) {
            Some(exact) => (exact.labels, exact.proof),
            None => (labels, Proof::default()),
        })
    }

    /// More components than blocks: some blocks must be in pieces.
    fn divide_joined(
        &self,
        graph: &Graph,
        k: usize,
        watch: &Watch,
        exact: bool,
    ) -> Result<(Vec<u32>, Proof)> {
        let joined = strung_together(graph)?;
        let target = self.target(graph, k);
        let (labels, _) = solve(&joined, k, &target, self.effort, watch, self.seed, exact);
        Ok((labels, Proof::default()))
    }

    /// The figures of a division with the given labels.
    pub(crate) fn judge(&self, graph: &Graph, k: usize, labels: Vec<u32>) -> Division {
        self.judge_proved(graph, k, labels, Proof::default(), &Watch::default())
    }

    /// The same for one of which something is proved.
    fn judge_proved(
        &self,
        graph: &Graph,
        k: usize,
        labels: Vec<u32>,
        proof: Proof,
        watch: &Watch,
    ) -> Division {
        let limits = self.target(graph, k).limits(&vec![1; k]);
        let counted = Partition::new(graph, &limits, labels.clone()).score();
        let least_cost = match proof {
            Proof::Optimum => counted.cost,
            Proof::Cost(bound) => {
                let work = self.effort.visits(graph.len());
                least_cost(graph, &limits, counted.violation, work, watch).max(bound)
            }
        };
        let (piece, count) = graph.components_within(|a, b| labels[a] == labels[b]);
        let mut block_of_piece = vec![0; count];
        for (&p, &label) in piece.iter().zip(&labels) {
            block_of_piece[p as usize] = label;
        }
        let mut pieces = vec![0; k];
        for block in block_of_piece {
            pieces[block as usize] += 1;
        }
        let in_pieces = pieces.iter().filter(|&&n| n > 1).count();
        let violation = Target::new(graph, k, &self.tolerances).violation(graph, k, &labels);
        let tolerances = self.tolerances.iter().take(graph.dimensions()).copied().enumerate();
        let unavoidable = unavoidable_violations(graph, k, &tolerances.collect::<Vec<_>>());
        Division {
            violation,
            least_violation: unavoidable.min(violation),
            cost: counted.cost,
            least_cost,
            proved: proof == Proof::Optimum,
            in_pieces,
            labels,
        }
    }
}

/// The graph with its components strung together by edges of cost 0, in order.
pub(super) fn strung_together(graph: &Graph) -> Result<Graph> {
    let (component, count) = graph.components();
    let mut edges = Vec::with_capacity(graph.edge_count() + count);
    let mut weights = Vec::with_capacity(graph.len() * graph.dimensions());
    let mut seen = 0;
    for (v, &c) in component.iter().enumerate() {
        weights.extend_from_slice(graph.weights(v));
        let later = graph.neighbours(v).filter(|&(t, _)| t > v);
        edges.extend(later.map(|(t, cost)| (v as u32, t as u32, cost)));
        if c == seen {
            if v > 0 {
                edges.push((v as u32 - 1, v as u32, 0));
            }
            seen += 1;
        }
    }
    Graph::new(graph.dimensions(), weights, &edges)
}

#[cfg(test)]
#[path = "divider_tests.rs"]
mod tests;
