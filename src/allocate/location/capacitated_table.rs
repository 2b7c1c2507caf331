//! Who may be served where, and at what cost: a capacitated problem as its search and its proof see
//! it.

use super::capacitated::Rooms;
use super::{Distances, SiteRule};
use crate::watch::Watch;

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
    pub fn new(
        distances: &Distances,
        rooms: &Rooms<'a>,
        mut rules: Vec<SiteRule>,
        p: usize,
        outside: Option<f64>,
    ) -> Self {
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
        let outside = outside.unwrap_or(10.0 * longest + 1.0);
        for client in 0..clients {
            cost[client * sites + real] = rooms.weight[client].max(1e-9) * outside;
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

    /// Whether a site is one of those given.
    pub fn is_real(&self, site: usize) -> bool {
        site + 1 < self.sites
    }

    pub fn cost(&self, client: usize, site: usize) -> f64 {
        self.cost[client * self.sites + site]
    }

    /// A bound, rounded up where all answers are whole numbers.
    pub fn rounded(&self, bound: f64) -> f64 {
        if self.whole && bound.is_finite() { (bound - 1e-6).ceil() } else { bound }
    }
}
