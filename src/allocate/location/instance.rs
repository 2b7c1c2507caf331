//! A median problem as its search and its relaxation see it.

use super::{Distances, Lists, SiteRule};
use crate::error::{Error, Result};
use crate::watch::Watch;

/// No place.
pub(super) const NONE: u32 = u32::MAX;
/// Entries that the lists of all clients may hold together.
const MOST_ENTRIES: usize = 60_000_000;

/// Sites that are near at least, up to twice what is usual.
const LEAST_NEAR: usize = 400;

/// Clients, what they weigh, and the sites near to them.
pub(super) struct Instance<'a> {
    pub distances: &'a Distances,
    pub weight: &'a [f64],
    pub rules: Vec<SiteRule>,
    /// Sites to open.
    pub p: usize,
    /// What may stop the work: then no answer is good, and whoever asked says so.
    pub watch: Watch<'a>,
    pub by_client: Lists,
    pub by_site: Lists,
    /// What a unit of demand costs that no open site can serve; infinite where all sites can.
    pub outside: f64,
    /// Whether any pair can be measured at once.
    measured: bool,
    /// Below this a client's list is complete.
    pub complete_to: Vec<f64>,
}

impl<'a> Instance<'a> {
    /// `outside` matters where lists leave sites out.
    pub fn new(
        distances: &'a Distances,
        weight: &'a [f64],
        rules: &[SiteRule],
        p: usize,
        outside: f64,
    ) -> Result<Self> {
        let rules = complete_rules(distances, weight, rules)?;
        let allowed: Vec<bool> = rules.iter().map(|&rule| rule != SiteRule::Closed).collect();
        let sites = allowed.iter().filter(|a| **a).count();
        let required = rules.iter().filter(|&&rule| rule == SiteRule::Required).count();
        if p > sites || p < required.max(1) {
            return Err(Error::request(
                format!("{p} sites are to be opened, {required} must be open and {sites} can be"),
                format!("ask for a number from {} to {sites}", required.max(1)),
            ));
        }
        // An open site has clients/p of its own; a swap concerns those of its neighbours too.
        let wanted =
            (4 * sites.div_ceil(p) + 16).max(LEAST_NEAR.min(8 * sites.div_ceil(p))).min(sites);
        let count = wanted.min((MOST_ENTRIES / distances.clients().max(1)).max(16));
        let by_client = distances.nearest_lists(count, &allowed);
        let outside = if distances.is_metric() { f64::INFINITY } else { outside };
        let complete_to = (0..distances.clients())
            .map(|client| match by_client.lengths(client).last() {
                Some(&last) if distances.is_metric() && count < sites => last,
                _ => outside,
            })
            .collect();
        let by_site = by_client.by_site(distances.sites());
        let measured = distances.is_metric();
        Ok(Instance {
            distances,
            weight,
            rules,
            p,
            watch: Watch::default(),
            by_client,
            by_site,
            outside,
            measured,
            complete_to,
        })
    }

    pub fn clients(&self) -> usize {
        self.weight.len()
    }

    /// The two nearest open sites of a client, as places with their distances.
    pub fn two_nearest(&self, client: usize, place_of: &[u32], places: &[u32]) -> [(u32, f64); 2] {
        let mut found = [(NONE, self.outside); 2];
        let mut count = 0;
        if self.measured && 2 * places.len() < self.by_client.sites(client).len() {
            for (place, &site) in places.iter().enumerate() {
                let length = self.distances.get(client, site as usize).unwrap_or(self.outside);
                if length < found[0].1 {
                    found = [(place as u32, length), found[0]];
                } else if length < found[1].1 {
                    found[1] = (place as u32, length);
                }
            }
            return found;
        }
        for (&site, &length) in
            self.by_client.sites(client).iter().zip(self.by_client.lengths(client))
        {
            let place = place_of[site as usize];
            if place != NONE && length < self.outside {
                found[count] = (place, length);
                count += 1;
                if count == 2 {
                    return found;
                }
            }
        }
        if self.complete_to[client] < self.outside {
            // The list has come to its end before two open sites were met.
            for (place, &site) in places.iter().enumerate() {
                let place = place as u32;
                let known = count > 0 && found[0].0 == place;
                let length = self.distances.get(client, site as usize);
                let Some(length) = length.filter(|_| !known) else { continue };
                if count == 0 && length < found[0].1 {
                    found = [(place, length), found[0]];
                } else if length < found[1].1 {
                    found[1] = (place, length);
                }
            }
        }
        found
    }

    /// The cost of open sites, exactly, and who goes where.
    pub fn cost(&self, open: &[usize]) -> (f64, Vec<Option<usize>>) {
        let nearest = self.distances.nearest(open);
        let mut cost = 0.0;
        let site_of_client = nearest.into_iter().zip(self.weight);
        let site_of_client = site_of_client.map(|(found, &weight)| {
            let served = found.filter(|&(_, length)| length < self.outside);
            cost += weight * served.map_or(self.outside, |(_, length)| length);
            served.map(|(site, _)| site)
        });
        let site_of_client = site_of_client.collect();
        (cost, site_of_client)
    }
}

/// Checks demands and rules; where no rules are given, all sites are free.
pub(super) fn complete_rules(
    distances: &Distances,
    demand: &[f64],
    rules: &[SiteRule],
) -> Result<Vec<SiteRule>> {
    if demand.len() != distances.clients() {
        return Err(Error::request(
            format!("{} demands for {} clients", demand.len(), distances.clients()),
            "give one demand per client",
        ));
    }
    if demand.iter().any(|d| !(*d >= 0.0 && d.is_finite())) {
        return Err(Error::request("a demand below 0", "give demands of 0 or more"));
    }
    match rules.len() {
        0 => Ok(vec![SiteRule::Free; distances.sites()]),
        n if n == distances.sites() => Ok(rules.to_vec()),
        n => Err(Error::request(
            format!("{n} rules for {} sites", distances.sites()),
            "give one rule per site, or none",
        )),
    }
}

#[cfg(test)]
#[path = "instance_tests.rs"]
mod tests;
