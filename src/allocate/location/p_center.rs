//! The p-center: p sites so that the farthest client is as near as possible.

use serde::{Deserialize, Serialize};

use super::covering::{SetCover, served_within};
use super::instance::complete_rules;
use super::{Distances, Effort, SiteRule, Solution};
use crate::error::{Error, Result};
use crate::watch::Watch;

/// Opens p sites so that the longest distance to the nearest open site is least.
///
/// The answer is one of the distances, so it is found by bisection among them: each asks whether p
/// sites can cover everybody within it (Minieka 1970). Clients of demand 0 do not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PCenter {
    /// Sites to open.
    pub p: usize,
    /// How much is tried for every radius.
    pub effort: Effort,
}

impl PCenter {
    /// With the usual effort.
    pub fn new(p: usize) -> Self {
        PCenter { p, effort: Effort { starts: 1, search: 0, proof: 300, nodes: 200 } }
    }

    /// Solves it: the objective is the longest distance. Fewer than p sites are opened where more
    /// would not shorten it.
    ///
    /// # Errors
    /// Where no site serves some client, p sites cannot be opened, or are too few to reach all
    /// clients at all; where the numbers of demands or rules do not fit.
    pub fn solve(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
    ) -> Result<Solution> {
        self.solve_watched(distances, demand, rules, Watch::default())
    }

    /// As [`PCenter::solve`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`PCenter::solve`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn solve_watched(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
        watch: Watch<'_>,
    ) -> Result<Solution> {
        let rules = complete_rules(distances, demand, rules)?;
        let required: Vec<usize> =
            (0..rules.len()).filter(|&s| rules[s] == SiteRule::Required).collect();
        let allowed: Vec<bool> = rules.iter().map(|&rule| rule != SiteRule::Closed).collect();
        let sites = allowed.iter().filter(|a| **a).count();
        if self.p > sites || self.p < required.len().max(1) {
            return Err(Error::request(
                format!("{} sites are to be opened, and {sites} can be", self.p),
                format!("ask for a number from {} to {sites}", required.len().max(1)),
            ));
        }
        let farthest_first = self.farthest_first(distances, demand, &required, &allowed);
        let first = longest(distances, demand, &farthest_first);
        let lists = distances.within(first.min(f64::MAX), &allowed);
        let counts = (0..demand.len()).filter(|&c| demand[c] > 0.0);
        if let Some(client) = counts.clone().find(|&c| lists.is_empty_at(c)) {
            return Err(Error::request(
                format!("client {client} can be served from no site"),
                "leave it out, or give it a site within reach",
            ));
        }
        let mut radii: Vec<f64> = counts.flat_map(|c| lists.lengths(c).iter().copied()).collect();
        radii.push(0.0);
        radii.sort_unstable_by(f64::total_cmp);
        radii.dedup();

        // Below `low` it is proved that p do not do; at `high` a cover is known.
        let mut best = first.is_finite().then_some(farthest_first);
        let (mut low, mut high) = (0, radii.partition_point(|&r| r < first).min(radii.len()));
        let mut proved = 0;
        while low < high {
            watch.check()?;
            let middle = low + (high - low) / 2;
            let model = SetCover { radius: radii[middle], times: 1, effort: self.effort };
            let near = distances.within(radii[middle], &allowed);
            let all_reached = (0..demand.len()).all(|c| demand[c] == 0.0 || !near.is_empty_at(c));
            let covered = all_reached.then(|| model.cover(distances, &near, demand, &rules, watch));
            match covered {
                Some(cover) if cover.sites.len() <= self.p => {
                    high = middle;
                    best = Some(cover.sites);
                }
                Some(cover) => {
                    if cover.lower_bound > self.p as f64 {
                        proved = proved.max(middle + 1);
                    }
                    low = middle + 1;
                }
                None => {
                    proved = proved.max(middle + 1);
                    low = middle + 1;
                }
            }
        }
        watch.check()?;
        let Some(mut sites) = best else {
            return Err(Error::request(
                format!("{} sites cannot reach all clients", self.p),
                "ask for more sites, or allow longer distances",
            ));
        };
        sites.sort_unstable();
        let objective = longest(distances, demand, &sites);
        let lower_bound = radii.get(proved).copied().unwrap_or(objective).min(objective);
        Ok(Solution {
            site_of_client: served_within(distances, f64::INFINITY, &sites),
            sites,
            objective,
            lower_bound,
            upper_bound: objective,
        })
    }

    /// Opens the nearest site of the client that is farthest from all, again and again (Gonzalez
    /// 1985).
    fn farthest_first(
        &self,
        distances: &Distances,
        demand: &[f64],
        required: &[usize],
        allowed: &[bool],
    ) -> Vec<usize> {
        let choices: Vec<usize> = (0..allowed.len()).filter(|&s| allowed[s]).collect();
        let own = distances.nearest(&choices);
        let mut open = required.to_vec();
        let far = |found: &Option<(usize, f64)>| found.map_or(f64::INFINITY, |(_, d)| d);
        let mut length: Vec<f64> = distances.nearest(&open).iter().map(far).collect();
        while open.len() < self.p {
            let farthest = (0..demand.len())
                .filter(|&c| demand[c] > 0.0 && own[c].is_some())
                .reduce(|a, b| if length[b] > length[a] { b } else { a });
            let Some((site, _)) = farthest.and_then(|c| own[c]) else { break };
            if open.contains(&site) {
                break;
            }
            open.push(site);
            for (length, now) in length.iter_mut().zip(distances.nearest(&[site])) {
                *length = length.min(far(&now));
            }
        }
        open
    }
}

fn longest(distances: &Distances, demand: &[f64], open: &[usize]) -> f64 {
    let nearest = distances.nearest(open).into_iter().zip(demand).filter(|(_, d)| **d > 0.0);
    nearest.map(|(found, _)| found.map_or(f64::INFINITY, |(_, d)| d)).fold(0.0, f64::max)
}

#[cfg(test)]
#[path = "p_center_tests.rs"]
mod tests;
