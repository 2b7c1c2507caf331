//! The capacitated p-median: p sites, each of limited room, every client at one of them.

use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use super::capacitated_proof::prove;
use super::capacitated_table::Table;
use super::clusters::Clusters;
use super::instance::complete_rules;
use super::{Distances, Effort, SiteRule, Solution};
use crate::error::{Error, Result};
use crate::random::Random;
use crate::watch::Watch;

/// Opens p sites and gives each client to one of them, so that no site takes more than it has room
/// for and the sum of weight times distance is least.
///
/// A search by swapping sites and clients finds the answer; prices on clients bound it, with a
/// knapsack at every site (Ceselli & Righini 2005 price such knapsacks out), and branching on sites
/// and clients closes what is open where it can. A client for whom there is no room costs `outside`,
/// and [`Solution::site_of_client`] says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapacitatedMedian {
    /// Sites to open.
    pub p: usize,
    /// How much is tried.
    pub effort: Effort,
    /// Seed of the search.
    pub seed: u64,
    /// What a unit of weight costs for which there is no room. Default: ten times the longest
    /// distance.
    pub outside: Option<f64>,
}

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
            effort: Effort { starts: 8, search: 145, proof: 300, nodes: 40 },
            seed: 1,
            outside: None,
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
        let mut table = Table::new(distances, rooms, rules, self.p, self.outside);
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
        let (best, bound) = match self.effort.proof {
            0 => (best, 0.0),
            steps => prove(table, best, steps, self.effort.nodes),
        };
        let objective = best.cost();
        let (sites, site_of_client) = best.answer();
        let lower_bound = table.rounded(bound).clamp(0.0, objective);
        Solution { sites, site_of_client, objective, lower_bound, upper_bound: objective }
    }
}

#[cfg(test)]
#[path = "capacitated_tests.rs"]
mod tests;
