//! The Lagrangian relaxation of the p-median: a bound, and sites that are worth opening.
//!
//! Each client offers a price for being served; a site is worth what its clients would save. The
//! sum of the prices less the worth of the best p sites bounds every solution from below. Prices
//! rise where nobody serves and fall where several do (Cornuéjols, Fisher & Nemhauser 1977; Beasley
//! 1993). A site whose opening, or closing, would lift the bound over a known cost is settled
//! (Avella, Sassano & Vasil'ev 2007).

use rayon::prelude::*;

use super::instance::Instance;
use super::{Lists, SiteRule};

/// Sites whose worth is summed by one task.
const BATCH: usize = 256;
/// From so many entries on sums are shared out to threads.
const MANY: usize = 300_000;
/// Rounds after which lists are cut to what prices can reach.
const CUT: usize = 60;

/// The relaxation, with prices that keep their value from run to run.
#[derive(Clone)]
pub(super) struct Relaxation<'a> {
    instance: &'a Instance<'a>,
    /// The price that every client offers per unit of demand.
    pub price: Vec<f64>,
    /// Prices stay below this: the lists say nothing of what is farther.
    limit: Vec<f64>,
    /// Of every site the clients within their limit.
    near: Lists,
    /// What is settled of every site.
    pub rules: Vec<SiteRule>,
    /// Free sites, ascending.
    free: Vec<u32>,
    /// Σ w·min(0, d − price) of every site: not above 0.
    worth: Vec<f64>,
    /// The sites the relaxation opens.
    pub open: Vec<u32>,
    served: Vec<f64>,
    direction: Vec<f64>,
    /// How often each site was opened of late.
    pub share: Vec<f64>,
}

/// When a run ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub steps: usize,
    /// Ends where the bound is within this share of the known cost.
    pub gap: f64,
    /// First step length.
    pub first: f64,
}

impl<'a> Relaxation<'a> {
    /// Starts from prices.
    pub fn new(instance: &'a Instance<'a>, price: Vec<f64>) -> Self {
        let sites = instance.rules.len();
        let mut relaxation = Relaxation {
            instance,
            price,
            limit: instance.complete_to.clone(),
            near: Lists::default(),
            rules: instance.rules.clone(),
            free: Vec::new(),
            worth: vec![0.0; sites],
            open: Vec::new(),
            served: vec![0.0; instance.clients()],
            direction: vec![0.0; instance.clients()],
            share: vec![0.0; sites],
        };
        for (client, price) in relaxation.price.iter_mut().enumerate() {
            *price = price.clamp(0.0, instance.complete_to[client]);
        }
        relaxation.settle();
        relaxation.cut(1.6);
        relaxation
    }

    /// Cuts the lists to `slack` times the prices.
    fn cut(&mut self, slack: f64) {
        let instance = self.instance;
        let mean = self.price.iter().filter(|p| p.is_finite()).sum::<f64>()
            / self.price.len().max(1) as f64;
        for (limit, (price, complete)) in
            self.limit.iter_mut().zip(self.price.iter().zip(&instance.complete_to))
        {
            *limit = (slack * price + 0.1 * mean).min(*complete);
        }
        let (limit, rules) = (&self.limit, &self.rules);
        self.near = instance.by_client.by_site_below(
            rules.len(),
            |client| limit[client],
            |site| rules[site] != SiteRule::Closed,
        );
    }

    /// Takes note of changed rules.
    pub fn settle(&mut self) {
        let rules = &self.rules;
        self.free =
            (0..rules.len() as u32).filter(|&s| rules[s as usize] == SiteRule::Free).collect();
    }

    /// Free sites.
    pub fn free(&self) -> &[u32] {
        &self.free
    }

    /// Improves prices; returns the best bound and leaves its prices. `known` is the cost of a
    /// solution; `at_open` is called with the open sites now and then, and may lower it.
    pub fn run(
        &mut self,
        known: &mut f64,
        limits: Limits,
        at_open: &mut dyn FnMut(&[u32]) -> f64,
    ) -> f64 {
        let mut best = f64::NEG_INFINITY;
        let mut best_price = self.price.clone();
        let mut step = limits.first;
        let mut stale = 0;
        self.direction.fill(0.0);
        self.share.fill(0.0);
        for round in 0..limits.steps {
            let bound = self.bound();
            if bound > best + 1e-7 * bound.abs() {
                stale = 0;
            } else {
                stale += 1;
            }
            if bound > best {
                best = bound;
                best_price.copy_from_slice(&self.price);
            }
            if round % CUT == CUT - 1 {
                self.cut(1.3);
            }
            if round % 10 == 9 {
                *known = known.min(at_open(&self.open));
            }
            if best >= *known * (1.0 - limits.gap) || step < 1e-4 || self.instance.watch.is_over() {
                break;
            }
            if stale >= 12 {
                step *= 0.6;
                stale = 0;
                self.price.copy_from_slice(&best_price);
                self.direction.fill(0.0);
                continue;
            }
            self.step(step, *known, bound);
        }
        self.price.copy_from_slice(&best_price);
        best
    }

    /// The bound at the prices as they are; opens the best sites.
    pub fn bound(&mut self) -> f64 {
        let Relaxation { instance, price, rules, worth, free, near, .. } = self;
        let sum = |(site, worth): (usize, &mut f64)| {
            let live = rules[site] != SiteRule::Closed;
            *worth = if live { site_worth(near, instance.weight, price, site) } else { 0.0 };
        };
        if near.entries() >= MANY {
            worth.par_iter_mut().with_min_len(BATCH).enumerate().for_each(sum);
        } else {
            worth.iter_mut().enumerate().for_each(sum);
        }
        self.open.clear();
        let required = (0..rules.len()).filter(|&s| rules[s] == SiteRule::Required);
        self.open.extend(required.map(|site| site as u32));
        let wanted = instance.p.saturating_sub(self.open.len()).min(free.len());
        if wanted > 0 {
            let order =
                |a: &u32, b: &u32| worth[*a as usize].total_cmp(&worth[*b as usize]).then(a.cmp(b));
            if wanted < free.len() {
                free.select_nth_unstable_by(wanted - 1, order);
            }
            self.open.extend(&free[..wanted]);
        }
        let offered: f64 = price.iter().zip(instance.weight).map(|(p, w)| p * w).sum();
        let worth: f64 = self.open.iter().map(|&site| self.worth[site as usize]).sum();
        // Rounding must not lift the bound above the truth.
        offered + worth - 1e-11 * offered
    }

    fn step(&mut self, step: f64, known: f64, bound: f64) {
        let instance = self.instance;
        self.served.fill(0.0);
        for &site in &self.open {
            self.share[site as usize] = 0.95 * self.share[site as usize] + 0.05;
            for (client, length) in self.near.of(site as usize) {
                if length < self.price[client] {
                    self.served[client] += 1.0;
                }
            }
        }
        let mut norm = 0.0;
        for (client, served) in self.served.iter().enumerate() {
            // A client at its limit may as well be left out.
            let left = if self.price[client] >= self.limit[client] && *served == 0.0 {
                0.0
            } else {
                1.0 - served
            };
            let direction = 0.7 * left + 0.3 * self.direction[client];
            self.direction[client] = direction;
            norm += instance.weight[client] * direction * direction;
        }
        if norm == 0.0 {
            return;
        }
        let length = step * (1.02 * known - bound).max(1e-6 * known.abs()) / norm;
        for (client, price) in self.price.iter_mut().enumerate() {
            let moved = *price + length * self.direction[client];
            *price = moved.clamp(0.0, self.limit[client]);
        }
    }

    /// Settles sites that no solution cheaper than `known` can have open, or closed; call with the
    /// prices of the best bound. Returns how many free sites are left.
    pub fn fix(&mut self, known: f64) -> usize {
        let bound = self.bound();
        let wanted = self
            .instance
            .p
            .saturating_sub(self.rules.iter().filter(|&&rule| rule == SiteRule::Required).count());
        if wanted == 0 || wanted >= self.free.len() {
            return self.free.len();
        }
        let worth = |site: &u32| self.worth[*site as usize];
        let (inside, outside) = self.free.split_at(wanted);
        let last = inside.iter().map(worth).fold(f64::NEG_INFINITY, f64::max);
        let next = outside.iter().map(worth).fold(f64::INFINITY, f64::min);
        let beyond = known * (1.0 + 1e-10);
        for site in outside {
            if bound + worth(site) - last > beyond {
                self.rules[*site as usize] = SiteRule::Closed;
            }
        }
        for site in inside {
            if bound - worth(site) + next > beyond {
                self.rules[*site as usize] = SiteRule::Required;
            }
        }
        self.settle();
        self.free.len()
    }
}

fn site_worth(near: &Lists, weight: &[f64], price: &[f64], site: usize) -> f64 {
    let mut worth = 0.0;
    for (&client, &length) in near.sites(site).iter().zip(near.lengths(site)) {
        let saving = (length - price[client as usize]).min(0.0);
        worth += weight[client as usize] * saving;
    }
    worth
}
