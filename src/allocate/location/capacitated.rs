//! The capacitated p-median: p sites, each of limited room, every client at one of them.

use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use super::clusters::Clusters;
use super::instance::complete_rules;
use super::knapsack::Knapsack;
use super::{Distances, Effort, SiteRule, Solution};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::watch::Watch;

/// Opens p sites and gives each client to one of them, so that no site takes more than it has room
/// for and the sum of weight times distance is least.
///
/// A search by swapping sites and clients finds the answer; prices on clients bound it, with a
/// knapsack at every site (Ceselli & Righini 2005 price such knapsacks out), and branching on sites
/// and clients closes what is open where it can. A client for whom there is no room costs ten times
/// the longest distance, and [`Solution::site_of_client`] says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapacitatedMedian {
    /// Sites to open.
    pub p: usize,
    /// How much is tried.
    pub effort: Effort,
    /// Seed of the search.
    pub seed: u64,
}

/// Pairs of clients and sites up to which more branches are looked into.
const LARGE: usize = 12_000;

/// Clients and sites of a capacitated problem.
#[derive(Debug, Clone, Copy)]
pub struct Rooms<'a> {
    /// What a client's distance is multiplied with.
    pub weight: &'a [f64],
    /// The room a client takes.
    pub load: &'a [f64],
    /// The room a site has.
    pub capacity: &'a [f64],
}

impl CapacitatedMedian {
    /// With the usual effort.
    pub fn new(p: usize) -> Self {
        CapacitatedMedian {
            p,
            effort: Effort { starts: 8, search: 160, proof: 300, nodes: 60 },
            seed: 1,
        }
    }

    /// Solves it. No `rules` means that all sites are free.
    ///
    /// # Errors
    /// Where p sites cannot be opened, a number is negative, or lengths of lists do not fit.
    pub fn solve(
        &self,
        distances: &Distances,
        rooms: &Rooms<'_>,
        rules: &[SiteRule],
    ) -> Result<Solution> {
        self.solve_watched(distances, rooms, rules, Watch::default())
    }

    /// As [`CapacitatedMedian::solve`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`CapacitatedMedian::solve`]; [`Error::Cancelled`] where it was stopped.
    pub fn solve_watched(
        &self,
        distances: &Distances,
        rooms: &Rooms<'_>,
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Result<Solution> {
        let rules = complete_rules(distances, rooms.weight, rules)?;
        let (clients, sites) = (distances.clients(), distances.sites());
        if rooms.load.len() != clients || rooms.capacity.len() != sites {
            return Err(Error::request(
                format!("{} loads and {} capacities", rooms.load.len(), rooms.capacity.len()),
                format!("give {clients} loads and {sites} capacities"),
            ));
        }
        if rooms.load.iter().chain(rooms.capacity).any(|x| x.is_nan() || *x < 0.0) {
            return Err(Error::request("a load or capacity below 0", "give 0 or more"));
        }
        let allowed = rules.iter().filter(|&&rule| rule != SiteRule::Closed).count();
        let required = rules.iter().filter(|&&rule| rule == SiteRule::Required).count();
        if self.p > allowed || self.p < required.max(1) {
            return Err(Error::request(
                format!("{} sites are to be opened, and {allowed} can be", self.p),
                format!("ask for a number from {} to {allowed}", required.max(1)),
            ));
        }
        let mut table = Table::new(distances, rooms, rules, self.p);
        table.watch = watch;
        let solution = self.solve_table(&table);
        watch.check()?;
        Ok(solution)
    }

    fn solve_table<'a>(&self, table: &'a Table<'a>) -> Solution {
        let mut random = Random::new(self.seed);
        // Good answers lie far apart: several starts find more than one long search.
        let starts = self.effort.starts.max(1);
        let seeds: Vec<u64> = (0..starts).map(|_| random.seed()).collect();
        let search = |&seed: &u64| {
            let mut random = Random::new(seed);
            let mut found = Clusters::first(table, &mut random);
            found.shake(self.effort.search * 60 / starts, &mut random);
            found
        };
        let found: Vec<Clusters<'_>> = seeds.par_iter().map(search).collect();
        let better = |a: Clusters<'a>, b: Clusters<'a>| if b.cost() < a.cost() { b } else { a };
        let first = || Clusters::first(table, &mut Random::new(self.seed));
        let best = found.into_iter().reduce(better).unwrap_or_else(first);
        let price = best.prices();
        let root =
            Node { price, rules: table.rules.clone(), forbidden: vec![false; table.cost.len()] };
        // Small tables take less time a branch.
        let nodes = self.effort.nodes * (LARGE / table.cost.len().max(1)).max(1);
        let mut work = Work { table, best, nodes, knapsack: Knapsack::default() };
        let bound = if self.effort.proof > 0 { work.explore(root, self.effort.proof) } else { 0.0 };
        let best = work.best;
        let objective = best.cost();
        let (sites, site_of_client) = best.answer();
        let lower_bound = table.rounded(bound).clamp(0.0, objective);
        Solution { sites, site_of_client, objective, lower_bound, upper_bound: objective }
    }
}

/// Costs of all pairs. The last site is not real: it takes in whoever is left out.
pub(super) struct Table<'a> {
    pub clients: usize,
    pub sites: usize,
    pub p: usize,
    /// Client by client; infinite where a site cannot serve.
    pub cost: Vec<f64>,
    pub load: &'a [f64],
    pub capacity: Vec<f64>,
    pub rules: Vec<SiteRule>,
    /// Whether all costs are whole numbers.
    pub whole: bool,
    /// What may stop the work: then no answer is good, and whoever asked says so.
    pub watch: Watch<'a>,
}

impl<'a> Table<'a> {
    fn new(distances: &Distances, rooms: &Rooms<'a>, mut rules: Vec<SiteRule>, p: usize) -> Self {
        let (clients, real) = (distances.clients(), distances.sites());
        let sites = real + 1;
        let mut cost = vec![f64::INFINITY; clients * sites];
        let all = distances.within(f64::INFINITY, &vec![true; real]);
        let mut longest = 0.0f64;
        for client in 0..clients {
            for (site, length) in all.of(client) {
                longest = longest.max(length);
                if rooms.load[client] <= rooms.capacity[site] {
                    cost[client * sites + site] = rooms.weight[client] * length;
                }
            }
        }
        for client in 0..clients {
            cost[client * sites + real] = rooms.weight[client].max(1e-9) * (10.0 * longest + 1.0);
        }
        let whole = cost.iter().filter(|c| c.is_finite()).all(|c| c.fract() == 0.0);
        rules.push(SiteRule::Required);
        let capacity = rooms.capacity.iter().copied().chain([f64::INFINITY]).collect();
        Table {
            clients,
            sites,
            p: p + 1,
            cost,
            load: rooms.load,
            capacity,
            rules,
            whole,
            watch: Watch::default(),
        }
    }

    pub fn cost(&self, client: usize, site: usize) -> f64 {
        self.cost[client * self.sites + site]
    }

    /// A bound, rounded up where all answers are whole numbers.
    fn rounded(&self, bound: f64) -> f64 {
        if self.whole && bound.is_finite() { (bound - 1e-6).ceil() } else { bound }
    }
}

/// A part of all answers: what is settled, and prices to bound it with.
#[derive(Clone)]
struct Node {
    price: Vec<f64>,
    rules: Vec<SiteRule>,
    /// Pairs that are ruled out, client by client.
    forbidden: Vec<bool>,
}

struct Work<'a> {
    table: &'a Table<'a>,
    best: Clusters<'a>,
    nodes: usize,
    knapsack: Knapsack,
}

/// What a run of prices found out about a node.
struct Priced {
    bound: f64,
    /// How often of late each site was open.
    share: Vec<f64>,
    /// How often of late each client was served.
    served: Vec<f64>,
    value: Vec<f64>,
    open: Vec<usize>,
}

impl Work<'_> {
    fn is_closed_by(&self, bound: f64) -> bool {
        self.table.rounded(bound) >= self.best.cost() * (1.0 - 1e-9)
    }

    /// Searches a node depth first; returns a bound of all answers in it.
    fn explore(&mut self, mut node: Node, steps: usize) -> f64 {
        let table = self.table;
        let is = |rule| move |r: &&SiteRule| **r == rule;
        if node.rules.iter().filter(is(SiteRule::Required)).count() == table.p {
            let free = node.rules.iter_mut().filter(|rule| **rule == SiteRule::Free);
            free.for_each(|rule| *rule = SiteRule::Closed);
        }
        if let Some(cost) = self.leaf(&node) {
            return cost;
        }
        let priced = self.price(&mut node, steps);
        if self.is_closed_by(priced.bound) {
            return priced.bound;
        }
        if self.nodes == 0 || table.watch.is_over() {
            return priced.bound;
        }
        self.nodes -= 1;
        self.settle(&mut node, &priced);
        let free: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Free).collect();
        let required = node.rules.iter().filter(|&&rule| rule == SiteRule::Required).count();
        if required > table.p || required + free.len() < table.p {
            return f64::INFINITY;
        }
        let undecided = |s: usize| (priced.share[s] - 0.5).abs();
        let site =
            free.iter().copied().reduce(|a, b| if undecided(b) < undecided(a) { b } else { a });
        let children = match site {
            Some(site) if required < table.p && undecided(site) < 0.47 => self.on_site(&node, site),
            _ => match self.on_client(&node, &priced) {
                Some(children) => children,
                None => match site.filter(|_| required < table.p) {
                    Some(site) => self.on_site(&node, site),
                    None => return priced.bound,
                },
            },
        };
        let mut least = f64::INFINITY;
        for child in children {
            least = least.min(self.explore(child, 50));
        }
        priced.bound.max(least)
    }

    /// Whether a site may serve a client in a node.
    fn may(&self, node: &Node, client: usize, site: usize) -> bool {
        node.rules[site] != SiteRule::Closed
            && !node.forbidden[client * self.table.sites + site]
            && self.table.cost(client, site).is_finite()
    }

    /// The cost of a node in which nothing is left to choose; infinite where it holds no answer.
    fn leaf(&mut self, node: &Node) -> Option<f64> {
        let table = self.table;
        let mut decided = node.rules.iter().all(|&rule| rule != SiteRule::Free);
        for client in 0..table.clients {
            let mut choices = (0..table.sites).filter(|&s| self.may(node, client, s));
            if choices.next().is_none() {
                return Some(f64::INFINITY);
            }
            decided &= choices.next().is_none();
        }
        if !decided {
            return None;
        }
        let open: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Required).collect();
        let only = |client| open.iter().position(|&s| self.may(node, client, s));
        let place: Option<Vec<usize>> = (0..table.clients).map(only).collect();
        let clusters = Clusters::placed(table, &open, place?);
        let Some(clusters) = clusters.filter(|_| open.len() == table.p) else {
            return Some(f64::INFINITY);
        };
        let cost = clusters.cost();
        if cost < self.best.cost() {
            self.best = clusters;
        }
        Some(cost)
    }

    fn on_site(&self, node: &Node, site: usize) -> [Node; 2] {
        [SiteRule::Required, SiteRule::Closed].map(|rule| {
            let mut child = node.clone();
            child.rules[site] = rule;
            child
        })
    }

    /// Branches on a client that is served too often or not at all: at its likeliest site, or not
    /// there.
    fn on_client(&self, node: &Node, priced: &Priced) -> Option<[Node; 2]> {
        let table = self.table;
        let choices = |client: usize| (0..table.sites).filter(move |&s| self.may(node, client, s));
        let unclear = |client: usize| (priced.served[client] - 1.0).abs();
        let client = (0..table.clients)
            .filter(|&client| choices(client).nth(1).is_some())
            .reduce(|a, b| if unclear(b) > unclear(a) { b } else { a })?;
        let open = |s: usize| if priced.open.contains(&s) { 0 } else { 1 };
        let site = choices(client).reduce(|a, b| {
            let key = |s: usize| (open(s), table.cost(client, s));
            if key(b) < key(a) { b } else { a }
        })?;
        let row = client * table.sites;
        let mut there = node.clone();
        (0..table.sites).filter(|&s| s != site).for_each(|s| there.forbidden[row + s] = true);
        let mut elsewhere = node.clone();
        elsewhere.forbidden[row + site] = true;
        Some([there, elsewhere])
    }

    /// Settles sites by what the bound would be with them open, or closed.
    fn settle(&self, node: &mut Node, priced: &Priced) {
        let table = self.table;
        let required: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Required).collect();
        let Some(wanted) = table.p.checked_sub(required.len()).filter(|&w| w > 0) else { return };
        let mut free: Vec<usize> =
            (0..table.sites).filter(|&s| node.rules[s] == SiteRule::Free).collect();
        free.sort_by(|&a, &b| priced.value[a].total_cmp(&priced.value[b]).then(a.cmp(&b)));
        if free.len() <= wanted {
            return;
        }
        let (last, next) = (priced.value[free[wanted - 1]], priced.value[free[wanted]]);
        for (rank, &site) in free.iter().enumerate() {
            let (other, rule) = if rank < wanted {
                (priced.bound - priced.value[site] + next, SiteRule::Required)
            } else {
                (priced.bound + priced.value[site] - last, SiteRule::Closed)
            };
            if self.is_closed_by(other - 1e-9 * other.abs()) {
                node.rules[site] = rule;
            }
        }
    }

    /// Improves the prices of a node; tries the sites that they point to.
    fn price(&mut self, node: &mut Node, steps: usize) -> Priced {
        let table = self.table;
        let mut priced = Priced {
            bound: f64::NEG_INFINITY,
            share: vec![0.0; table.sites],
            served: vec![1.0; table.clients],
            value: vec![0.0; table.sites],
            open: Vec::new(),
        };
        let mut best_price = node.price.clone();
        let mut value = vec![0.0; table.sites];
        let mut direction = vec![0.0; table.clients];
        let (mut step, mut stale) = (if steps > 100 { 1.0 } else { 0.5 }, 0);
        let mut tried: Vec<usize> = Vec::new();
        for round in 0..steps {
            let (bound, open, count) = self.bound(node, &mut value);
            stale = if bound > priced.bound + 1e-7 * bound.abs() { 0 } else { stale + 1 };
            if bound > priced.bound {
                priced.bound = bound;
                priced.value.copy_from_slice(&value);
                priced.open.clone_from(&open);
                best_price.copy_from_slice(&node.price);
            }
            if table.watch.is_over() {
                break;
            }
            if round % 8 == 7 && open != tried {
                let mut other = Clusters::of(table, &open);
                other.settle();
                if other.cost() < 1.01 * self.best.cost() {
                    other.settle_well();
                }
                if other.cost() < self.best.cost() {
                    self.best = other;
                }
                tried.clone_from(&open);
            }
            if self.is_closed_by(priced.bound) || step < 1e-3 {
                break;
            }
            for share in &mut priced.share {
                *share *= 0.95;
            }
            open.iter().for_each(|&s| priced.share[s] += 0.05);
            let mut norm = 0.0;
            for client in 0..table.clients {
                priced.served[client] = 0.9 * priced.served[client] + 0.1 * count[client];
                let left = 1.0 - count[client];
                direction[client] = 0.7 * left + 0.3 * direction[client];
                norm += direction[client] * direction[client];
            }
            if norm == 0.0 {
                break;
            }
            if stale >= 10 {
                step *= 0.6;
                stale = 0;
                node.price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            let length = step * (1.02 * self.best.cost() - bound).max(1e-6) / norm;
            for (client, price) in node.price.iter_mut().enumerate() {
                *price = (*price + length * direction[client]).max(0.0);
            }
        }
        node.price = best_price;
        priced
    }

    /// The bound at a node's prices, the sites it opens, and how often each client is served.
    fn bound(&mut self, node: &Node, value: &mut [f64]) -> (f64, Vec<usize>, Vec<f64>) {
        let table = self.table;
        for (site, value) in value.iter_mut().enumerate() {
            *value = if node.rules[site] == SiteRule::Closed {
                0.0
            } else {
                self.knapsack.fill(table, site, &node.price, &node.forbidden, None)
            };
        }
        let of = |rule| (0..table.sites).filter(move |&s| node.rules[s] == rule);
        let mut open: Vec<usize> = of(SiteRule::Required).collect();
        let mut free: Vec<usize> = of(SiteRule::Free).collect();
        free.sort_by(|&a, &b| value[a].total_cmp(&value[b]).then(a.cmp(&b)));
        open.extend(free.iter().take(table.p.saturating_sub(open.len())));
        let offered: f64 = node.price.iter().sum();
        let bound = offered + open.iter().map(|&s| value[s]).sum::<f64>() - 1e-11 * offered;
        let mut count = vec![0.0; table.clients];
        for &site in &open {
            self.knapsack.fill(table, site, &node.price, &node.forbidden, Some(&mut count));
        }
        open.sort_unstable();
        (bound, open, count)
    }
}

#[cfg(test)]
#[path = "capacitated_tests.rs"]
mod tests;
