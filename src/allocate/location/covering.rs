//! Covering models: who has a site within reach.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instance::{Instance, complete_rules};
use super::p_median::Median;
use super::set_cover::{Row, cover};
use super::{Distances, Effort, Lists, SiteRule, Solution};
use crate::error::{Error, Result};
use crate::watch::Watch;

/// The fewest sites that bring everybody within reach: the location set covering problem (Toregas
/// et al. 1971), also with backup: everybody within reach of several (Daskin & Stern 1981).
///
/// Clients of demand 0 need no cover. Clients beyond the reach of all sites are left out, and
/// [`Solution::site_of_client`] says so; one that has fewer sites within reach than asked for needs
/// all of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetCover {
    /// The longest distance that counts as reach.
    pub radius: f64,
    /// Sites that each client must have within reach. Default 1.
    pub times: usize,
    /// How much is tried.
    pub effort: Effort,
}

impl SetCover {
    /// Everybody once within a radius.
    pub fn within(radius: f64) -> Self {
        SetCover { radius, times: 1, effort: COVERING }
    }

    /// Solves it: the objective is the number of open sites, required ones included.
    ///
    /// # Errors
    /// Where the numbers of demands or rules do not fit, or the radius is no distance.
    ///
    /// ```
    /// use evengrid::allocate::location::{Distances, SetCover};
    ///
    /// let people = vec![[0.0, 0.0], [900.0, 0.0], [1800.0, 0.0], [9000.0, 0.0]];
    /// let distances = Distances::between(people.clone(), people, 1.0)?;
    /// let answer = SetCover::within(1000.0).solve(&distances, &[1.0; 4], &[])?;
    /// assert_eq!(answer.sites, [1, 3]);
    /// assert!(answer.is_proved());
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

    /// As [`SetCover::solve`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`SetCover::solve`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn solve_watched(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Result<Solution> {
        let (rules, lists) = reach(self.radius, distances, demand, rules)?;
        let solution = self.cover(distances, &lists, demand, &rules, watch);
        watch.check()?;
        Ok(solution)
    }

    pub(super) fn cover(
        &self,
        distances: &Distances,
        lists: &Lists,
        demand: &[f64],
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Solution {
        let required: Vec<usize> =
            (0..rules.len()).filter(|&s| rules[s] == SiteRule::Required).collect();
        let rows = (0..demand.len()).filter(|&c| demand[c] > 0.0).filter_map(|client| {
            let sites = lists.sites(client);
            let served = sites.iter().filter(|&&s| rules[s as usize] == SiteRule::Required);
            let need = self.times.min(sites.len()).saturating_sub(served.count());
            let free = sites.iter().filter(|&&s| rules[s as usize] == SiteRule::Free);
            let mut columns: Vec<u32> = free.copied().collect();
            columns.sort_unstable();
            (need > 0).then_some(Row { columns, need: need as u32 })
        });
        let covering = cover(rows.collect(), self.effort, watch);
        let mut sites: Vec<usize> = covering.columns.iter().map(|&c| c as usize).collect();
        sites.extend(&required);
        sites.sort_unstable();
        let objective = sites.len() as f64;
        Solution {
            site_of_client: served_within(distances, self.radius, &sites),
            sites,
            objective,
            lower_bound: (covering.least + required.len()) as f64,
            upper_bound: objective,
        }
    }
}

/// What covering models try.
const COVERING: Effort = Effort { starts: 1, search: 20, proof: 2_000, nodes: 300 };

/// As much demand as possible within reach of p sites: the maximal covering location problem
/// (Church & ReVelle 1974).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaxCover {
    /// Sites to open.
    pub p: usize,
    /// The longest distance that counts as reach.
    pub radius: f64,
    /// How much is tried.
    pub effort: Effort,
    /// Seed of the search.
    pub seed: u64,
}

impl MaxCover {
    /// With the usual effort.
    pub fn new(p: usize, radius: f64) -> Self {
        let effort = Effort { starts: 2, search: 500, proof: 2_000, nodes: 200 };
        MaxCover { p, radius, effort, seed: 1 }
    }

    /// Solves it: the objective is the demand within reach, and `upper_bound` what no other choice
    /// can bring within reach.
    ///
    /// # Errors
    /// As [`SetCover::solve`], and where p sites cannot be opened.
    pub fn solve(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
    ) -> Result<Solution> {
        self.solve_watched(distances, demand, rules, Watch::default())
    }

    /// As [`MaxCover::solve`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`MaxCover::solve`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn solve_watched(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Result<Solution> {
        let (rules, lists) = reach(self.radius, distances, demand, rules)?;
        // Clients who can be served from the same sites are one.
        let mut alike: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for (client, &demand) in demand.iter().enumerate() {
            let mut sites = lists.sites(client).to_vec();
            sites.sort_unstable();
            if demand > 0.0 && !sites.is_empty() {
                *alike.entry(sites).or_insert(0.0) += demand;
            }
        }
        // It is a median problem in which a client is at 0 within reach and at 1 beyond.
        let weight: Vec<f64> = alike.values().copied().collect();
        let near = |sites: &Vec<u32>| sites.iter().map(|&s| (s as usize, 0.0)).collect();
        let merged = Distances::lists(alike.keys().map(near), distances.sites())?;
        let mut instance = Instance::new(&merged, &weight, &rules, self.p, 1.0)?;
        instance.watch = watch;
        let median = Median { instance: &instance, effort: self.effort, seed: self.seed }.solve();
        watch.check()?;
        let reachable: f64 = weight.iter().sum();
        let site_of_client = served_within(distances, self.radius, &median.sites);
        let served = site_of_client.iter().zip(demand).filter(|(site, _)| site.is_some());
        let objective = served.map(|(_, d)| d).sum();
        // Everything within reach of some site is the trivial bound.
        let left = if median.is_proved() { median.objective } else { median.lower_bound };
        let upper_bound = f64::max(objective, reachable - left);
        Ok(Solution {
            sites: median.sites,
            site_of_client,
            objective,
            lower_bound: objective,
            upper_bound,
        })
    }
}

/// Lists of what is within reach, and complete rules.
fn reach(
    radius: f64,
    distances: &Distances,
    demand: &[f64],
    rules: &[SiteRule],
) -> Result<(Vec<SiteRule>, Lists)> {
    if !(radius >= 0.0 && radius.is_finite()) {
        let problem = format!("a reach of {radius}");
        return Err(Error::request(problem, "give a distance of 0 or more"));
    }
    let rules = complete_rules(distances, demand, rules)?;
    let allowed: Vec<bool> = rules.iter().map(|&rule| rule != SiteRule::Closed).collect();
    let lists = distances.within(radius, &allowed);
    Ok((rules, lists))
}

/// The nearest open site of every client, where it is within the radius.
pub(super) fn served_within(
    distances: &Distances,
    radius: f64,
    open: &[usize],
) -> Vec<Option<usize>> {
    let nearest = distances.nearest(open).into_iter();
    nearest.map(|found| found.filter(|&(_, d)| d <= radius).map(|(site, _)| site)).collect()
}

#[cfg(test)]
#[path = "covering_tests.rs"]
mod tests;
