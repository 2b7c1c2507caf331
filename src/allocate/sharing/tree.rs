//! Branch and bound on pairs of neighbours.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::groups::{MATCHED, Table, Way};
use super::prices::{Bound, Decision, Prices, Relaxation};
use super::{Aim, Effort};
use crate::error::Result;

/// Elementary steps for the prices of each thing that is made small.
const PRICING: i64 = 3_000_000_000;
/// Elementary steps for making good ways better.
const IMPROVING: i64 = 1_000_000_000;
/// Rounds of prices at the root, and further down.
const ROUNDS: [usize; 2] = [400, 60];

/// The best way that is known.
pub(super) struct Search<'a> {
    table: &'a Table,
    pub best: Way,
    improving: Effort,
}

/// What is left to be looked into.
struct Node {
    decided: Vec<Decision>,
    prices: Prices,
    /// The pair to be decided next.
    pair: Option<usize>,
}

impl<'a> Search<'a> {
    /// Begins with as many pairs as can be, or are needed.
    pub fn new(table: &'a Table) -> Result<Search<'a>> {
        let best = table.staffed(table.most_pairs())?;
        let mut improving = Effort(IMPROVING);
        let best = table.improve(best, &mut improving)?;
        Ok(Search { table, best, improving })
    }

    /// Improves the best way by an aim; what no way is better than.
    ///
    /// The pair that prices disagree about is together in one branch and apart in the other (Ryan &
    /// Foster 1981, "An integer programming approach to scheduling"), in the node of the least
    /// bound. Where all are decided the officers are a linear assignment.
    pub fn least(&mut self, aim: Aim) -> Result<f64> {
        let relaxation = Relaxation::new(self.table, aim);
        if self.table.places > MATCHED {
            return Ok(relaxation.at_a_glance().min(relaxation.value(self.best.key)));
        }
        let mut effort = Effort(PRICING);
        let mut nodes: Vec<Node> = Vec::new();
        let mut queue = BinaryHeap::new();
        let decided = vec![Decision::Open; self.table.pairs.len()];
        let none = relaxation.no_prices();
        let mut open = vec![(f64::NEG_INFINITY, decided, none)];
        loop {
            for (above, decided, prices) in open.drain(..) {
                let rounds = ROUNDS[usize::from(!nodes.is_empty())];
                let bound = self.bound(&relaxation, &decided, &prices, rounds, &mut effort)?;
                let Some(Bound { value, prices, together }) = bound else { continue };
                let pair = undecided(&decided, &together);
                queue.push((Reverse(Ordered(value.max(above))), Reverse(nodes.len())));
                nodes.push(Node { decided, prices, pair });
            }
            let value = relaxation.value(self.best.key);
            let Some((Reverse(Ordered(bound)), Reverse(node))) = queue.pop() else {
                return Ok(value);
            };
            // All is whole, so that nothing is between a bound and the next whole number.
            if bound > value - 1.0 {
                return Ok(value);
            }
            if effort.0 <= 0 {
                return Ok(bound.ceil().max(relaxation.at_a_glance()));
            }
            let Node { decided, prices, pair } = &nodes[node];
            let Some(pair) = *pair else {
                let groups = self.groups(decided);
                self.consider(groups)?;
                continue;
            };
            for decision in [Decision::Together, Decision::Apart] {
                open.push((bound, self.decide(decided, pair, decision), prices.clone()));
            }
        }
    }

    fn bound(
        &mut self,
        relaxation: &Relaxation<'_>,
        decided: &[Decision],
        prices: &Prices,
        rounds: usize,
        effort: &mut Effort,
    ) -> Result<Option<Bound>> {
        let target = relaxation.value(self.best.key);
        relaxation.raise(decided, prices, target, rounds, effort, &mut |groups| {
            self.consider(groups)?;
            Ok(relaxation.value(self.best.key))
        })
    }

    /// Takes groups, improved, where they are better with the best officers for them.
    fn consider(&mut self, groups: Vec<Option<usize>>) -> Result<()> {
        let way = self.table.staffed(groups)?;
        if way.key < self.best.key {
            self.best = self.table.improve(way, &mut self.improving)?;
        }
        Ok(())
    }

    fn decide(&self, decided: &[Decision], pair: usize, decision: Decision) -> Vec<Decision> {
        let mut decided = decided.to_vec();
        if decision == Decision::Together {
            let [a, b] = self.table.pairs[pair];
            for (other, [x, y]) in decided.iter_mut().zip(&self.table.pairs) {
                if [a, b].contains(x) || [a, b].contains(y) {
                    *other = Decision::Apart;
                }
            }
        }
        decided[pair] = decision;
        decided
    }

    fn groups(&self, decided: &[Decision]) -> Vec<Option<usize>> {
        let mut partner = vec![None; self.table.places];
        for (&[a, b], decision) in self.table.pairs.iter().zip(decided) {
            if *decision == Decision::Together {
                (partner[a], partner[b]) = (Some(b), Some(a));
            }
        }
        partner
    }
}

/// The pair that was together about as often as not.
fn undecided(decided: &[Decision], together: &[f64]) -> Option<usize> {
    let open = (0..decided.len()).filter(|&pair| decided[pair] == Decision::Open);
    open.min_by(|&a, &b| (together[a] - 0.5).abs().total_cmp(&(together[b] - 0.5).abs()))
}

/// A bound in its order.
#[derive(PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
