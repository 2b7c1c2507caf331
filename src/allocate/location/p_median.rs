//! The p-median: p sites so that demand is served over the least distance in all.

use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use super::instance::Instance;
use super::relaxation::{Limits, Relaxation};
use super::swap::Search;
use super::{Distances, Effort, SiteRule, Solution};
use crate::error::Result;
use crate::random::Random;
use crate::watch::Watch;

/// Opens p sites so that the sum of demand times distance to the nearest open site is least.
///
/// A local search by swaps on near sites alone finds the answer, a Lagrangian relaxation bounds it
/// and settles sites; what is left is searched by branching where it is small. With
/// [`Effort::proof`] 0 there is a search and no bound beyond the trivial one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PMedian {
    /// Sites to open.
    pub p: usize,
    /// How much is tried.
    pub effort: Effort,
    /// Seed of the search.
    pub seed: u64,
    /// What a unit of demand costs that no open site can serve, where distances are lists. Default:
    /// ten times the longest distance listed.
    pub outside: Option<f64>,
}

impl PMedian {
    /// With the usual effort.
    pub fn new(p: usize) -> Self {
        PMedian { p, effort: Effort::default(), seed: 1, outside: None }
    }

    /// Solves it. No `rules` means that all sites are free.
    ///
    /// # Errors
    /// Where fewer sites can be opened than asked for, or more are required; where a demand is
    /// negative or the numbers of demands or rules do not fit.
    ///
    /// ```
    /// use evengrid::allocate::location::{Distances, PMedian};
    ///
    /// let people = vec![[0.0, 0.0], [10.0, 0.0], [500.0, 0.0], [520.0, 0.0]];
    /// let distances = Distances::between(people.clone(), people, 1.0)?;
    /// let answer = PMedian::new(2).solve(&distances, &[1.0, 2.0, 3.0, 1.0], &[])?;
    /// assert_eq!(answer.sites, [1, 2]);
    /// assert_eq!((answer.objective, answer.gap()), (30.0, 0.0));
    /// # Ok::<(), evengrid::Error>(())
    /// ```
    pub fn solve(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
    ) -> Result<Solution> {
        self.solve_watched(distances, demand, rules, Watch::default())
    }

    /// As [`PMedian::solve`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`PMedian::solve`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn solve_watched(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Result<Solution> {
        let outside = self.outside.unwrap_or_else(|| 10.0 * distances.longest_listed() + 1.0);
        let mut instance = Instance::new(distances, demand, rules, self.p, outside)?;
        instance.watch = watch;
        let solution = Median { instance: &instance, effort: self.effort, seed: self.seed }.solve();
        watch.check()?;
        Ok(solution)
    }
}

/// Free sites up to which branching is worth while.
const BRANCHED: usize = 80;
/// Distances of an instance on which as many nodes are looked at as asked for; on smaller ones more.
const SMALL: usize = 20_000;

/// What rounds of shaking are reckoned from: with it the search takes about as long at any p.
const ROUNDS: f64 = 2e5;

/// The work on one instance.
pub(super) struct Median<'a> {
    pub instance: &'a Instance<'a>,
    pub effort: Effort,
    pub seed: u64,
}

impl Median<'_> {
    pub fn solve(&self) -> Solution {
        let mut best = if self.instance.p == 1 {
            self.one()
        } else {
            let mut random = Random::new(self.seed);
            self.search(&mut random)
        };
        // The search looks at lists; costs are settled exactly.
        let (mut cost, _) = self.instance.cost(&best);
        let mut bound = 0.0;
        if self.instance.p == 1 {
            bound = cost;
        } else if self.effort.proof > 0 {
            (cost, bound) = self.prove(&mut best, cost);
        }
        let (objective, site_of_client) = self.instance.cost(&best);
        debug_assert!((objective - cost).abs() <= 1e-6 * cost.abs() + 1e-9);
        let lower_bound = bound.clamp(0.0, objective);
        Solution { sites: best, site_of_client, objective, lower_bound, upper_bound: objective }
    }

    /// The best single site, by trying all.
    fn one(&self) -> Vec<usize> {
        let Instance { rules, distances, weight, outside, .. } = self.instance;
        let required = rules.iter().position(|&rule| rule == SiteRule::Required);
        let candidates: Vec<usize> = match required {
            Some(site) => vec![site],
            None => (0..rules.len()).filter(|&s| rules[s] == SiteRule::Free).collect(),
        };
        let cost = |site: usize| -> f64 {
            if !distances.is_metric() {
                let listed = self.instance.by_site.of(site);
                let saved = listed.map(|(c, d)| weight[c] * (d - outside).min(0.0));
                return saved.sum();
            }
            let lengths = (0..weight.len()).map(|c| distances.get(c, site).unwrap_or(*outside));
            lengths.zip(weight.iter()).map(|(d, w)| d * w).sum()
        };
        let costs: Vec<f64> = candidates.par_iter().map(|&site| cost(site)).collect();
        let best = (0..costs.len()).reduce(|a, b| if costs[b] < costs[a] { b } else { a });
        best.map(|i| candidates[i]).into_iter().collect()
    }

    fn search(&self, random: &mut Random) -> Vec<usize> {
        let starts = self.effort.starts.max(1);
        let rounds = self.rounds();
        let mut best: Option<Search<'_>> = None;
        for _ in 0..starts {
            let mut search = Search::seeded(self.instance, random);
            search.descend_once();
            search.shake(rounds / starts, random);
            if best.as_ref().is_none_or(|best| search.cost() < best.cost()) {
                best = Some(search);
            }
        }
        // To be sure of the others as well would take as long again.
        best.map_or(Vec::new(), |mut search| {
            search.descend();
            search.open()
        })
    }

    /// Rounds of shaking that fit into the effort, one for every start at least: a round looks at
    /// some sites around two places, each with the clients around it.
    fn rounds(&self) -> usize {
        let Instance { rules, p, .. } = self.instance;
        let Effort { starts, search, .. } = self.effort;
        if search == 0 {
            return 0;
        }
        // Small problems are branched on anyway.
        if rules.len() <= BRANCHED {
            return rules.len() / 4;
        }
        let around = (rules.len() / p + 8) as f64;
        let rounds = (search as f64 * ROUNDS / around.powf(2.5)) as usize;
        rounds.max(starts).min(20 * rules.len())
    }

    /// Bounds the cost from below, betters the answer where the bound shows how, and branches.
    fn prove(&self, best: &mut Vec<usize>, cost: f64) -> (f64, f64) {
        let instance = self.instance;
        let mut known = cost;
        let start = Search::from(instance, best);
        let price = (0..instance.clients()).map(|client| {
            let [first, second] = start.lengths(client);
            if second.is_finite() { (first + second) / 2.0 } else { first }
        });
        let mut relaxation = Relaxation::new(instance, price.collect());
        let mut tried: Vec<u32> = Vec::new();
        // A descent from the relaxation's sites takes as long as some bounds.
        let pass = instance.by_site.entries();
        let mut descents = 2 + 8_000_000 / pass.max(1);
        let mut at_open = |open: &[u32]| {
            if open == tried || descents == 0 {
                return f64::INFINITY;
            }
            descents -= 1;
            tried = open.to_vec();
            let open: Vec<usize> = open.iter().map(|&site| site as usize).collect();
            let mut search = Search::from(instance, &open);
            search.descend();
            if search.cost() < known * (1.0 - 1e-12) {
                *best = search.open();
                known = instance.cost(best).0;
            }
            known
        };
        let mut upper = cost;
        let limits = Limits { steps: self.effort.proof, gap: 1e-9, first: 1.0 };
        let mut bound = relaxation.run(&mut upper, limits, &mut at_open);
        if bound < upper * (1.0 - 1e-9) {
            let before = relaxation.free().len();
            let free = relaxation.fix(upper);
            if free < before && free > 0 && self.effort.nodes > 0 {
                let limits = Limits { steps: self.effort.proof / 2, gap: 1e-9, first: 0.3 };
                bound = bound.max(relaxation.run(&mut upper, limits, &mut at_open).min(upper));
            }
        }
        upper = known.min(upper);
        let few = relaxation.free().len() <= BRANCHED;
        if few && bound < upper * (1.0 - 1e-9) && self.effort.nodes > 0 {
            let mut branching = Branching {
                instance,
                best,
                known: &mut upper,
                // On small instances a node takes no time, and ties leave many.
                nodes: self.effort.nodes * (SMALL / pass.max(1)).clamp(1, 50),
                steps: 60,
            };
            bound = bound.max(branching.explore(relaxation, bound));
        }
        (upper, bound.min(upper))
    }
}

/// Depth-first branching on sites.
struct Branching<'a, 'b> {
    instance: &'a Instance<'a>,
    best: &'b mut Vec<usize>,
    known: &'b mut f64,
    /// Nodes that may still be looked at.
    nodes: usize,
    steps: usize,
}

impl<'a> Branching<'a, '_> {
    /// Looks into a node whose bound is known; returns a bound of all that is in it.
    fn explore(&mut self, mut node: Relaxation<'a>, bound: f64) -> f64 {
        if bound >= *self.known * (1.0 - 1e-9) {
            return bound;
        }
        if self.nodes == 0 {
            return bound;
        }
        self.nodes -= 1;
        let mut bound = bound;
        let limits = Limits { steps: self.steps, gap: 1e-9, first: 0.4 };
        let (instance, best, known) = (self.instance, &mut *self.best, &mut *self.known);
        let mut upper = *known;
        let mut at_open = |open: &[u32]| {
            let open: Vec<usize> = open.iter().map(|&site| site as usize).collect();
            let (cost, _) = instance.cost(&open);
            if open.len() == instance.p && cost < *known {
                *known = cost;
                *best = open;
                best.sort_unstable();
            }
            *known
        };
        bound = bound.max(node.run(&mut upper, limits, &mut at_open));
        if bound >= *self.known * (1.0 - 1e-9) {
            return bound;
        }
        node.fix(*self.known);
        let required = node.rules.iter().filter(|&&rule| rule == SiteRule::Required).count();
        if node.free().is_empty() || required >= self.instance.p {
            // One choice is left.
            let open: Vec<usize> =
                (0..node.rules.len()).filter(|&s| node.rules[s] == SiteRule::Required).collect();
            if open.len() != self.instance.p {
                return f64::INFINITY;
            }
            let (cost, _) = self.instance.cost(&open);
            if cost < *self.known {
                *self.known = cost;
                *self.best = open;
            }
            return cost;
        }
        if required + node.free().len() < self.instance.p {
            return f64::INFINITY;
        }
        let undecided = |site: u32| (node.share[site as usize] - 0.5).abs();
        let branch = node
            .free()
            .iter()
            .copied()
            .reduce(|a, b| if (undecided(b), b) < (undecided(a), a) { b } else { a });
        let Some(site) = branch else { return bound };
        let mut least = f64::INFINITY;
        for rule in [SiteRule::Required, SiteRule::Closed] {
            let mut child = node.clone();
            child.rules[site as usize] = rule;
            child.settle();
            least = least.min(self.explore(child, bound));
        }
        bound.max(least)
    }
}

#[cfg(test)]
#[path = "p_median_tests.rs"]
mod tests;
