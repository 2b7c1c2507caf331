//! What no choice of so many stations with limited room can cost less than: prices prove it.
//!
//! Every unit offers a price for each of its people who is served; a station is worth what those who
//! fill it best offer above their ways. The sum of the prices less the worth of the best stations
//! bounds every choice from below: the Lagrangian relaxation of the demands (Cornuéjols, Sridharan &
//! Thizy 1991). People may be shared, so each worth is a knapsack that is filled in order.

use super::filling::Filling;
use super::location::SiteRule;

/// Rounds in which prices are bettered, and ways that may be looked at in all of them.
const ROUNDS: usize = 400;
const LEAST_ROUNDS: usize = 40;
const LOOKED: usize = 60_000_000;
/// Rounds without a better bound after which steps are shortened.
const STALE: usize = 15;
/// Share of what is offered that is taken off every bound, more than rounding may have added.
const ROUNDING: f64 = 1e-12;

/// Stations, and whom they could serve at what cost.
pub(super) struct RoomPrices {
    /// Of every station the units it could serve, with what each of their people costs.
    near: Vec<Vec<(usize, f64)>>,
    supply: Vec<f64>,
    room: Vec<f64>,
    required: Vec<usize>,
    free: Vec<usize>,
    /// What each costs who is not served.
    unserved: f64,
}

/// What prices prove, and what they advise.
pub(super) struct Priced {
    /// No choice costs less.
    pub least: f64,
    /// The stations that are worth most at the best prices, required ones first.
    pub sites: Vec<usize>,
}

impl RoomPrices {
    /// Whoever is served costs so much a metre of way, and whoever is not, `unserved`. `None` where
    /// there are too many ways to look at them often.
    pub fn new(
        filling: &Filling<'_>,
        rules: &[SiteRule],
        metre: f64,
        unserved: f64,
    ) -> Option<Self> {
        let ways: usize =
            (0..filling.supply.len()).map(|unit| filling.lists.sites(unit).len()).sum();
        if ways > LOOKED / LEAST_ROUNDS {
            return None;
        }
        let mut near = vec![Vec::new(); rules.len()];
        for (unit, _) in filling.supply.iter().enumerate().filter(|(_, n)| **n > 0) {
            filling.lists.of(unit).for_each(|(site, way)| near[site].push((unit, metre * way)));
        }
        let are = |rule| (0..rules.len()).filter(|&s| rules[s] == rule).collect();
        Some(RoomPrices {
            near,
            supply: filling.supply.iter().map(|&n| n as f64).collect(),
            room: filling.room.iter().map(|&n| n as f64).collect(),
            required: are(SiteRule::Required),
            free: are(SiteRule::Free),
            unserved,
        })
    }

    /// Betters prices for `p` stations, required ones among them, where a choice of cost `known` has
    /// been found, until they prove `enough`.
    pub fn least(&self, p: usize, known: f64, enough: f64) -> Priced {
        let ways: usize = self.near.iter().map(Vec::len).sum();
        let rounds = ROUNDS.min(LOOKED / ways.max(1));
        let more = p.saturating_sub(self.required.len());
        let mut best = Priced { least: f64::NEG_INFINITY, sites: self.required.clone() };
        let mut price = self.first_prices();
        let mut best_price = price.clone();
        let mut direction = vec![0.0; price.len()];
        let mut served = vec![0.0; price.len()];
        let (mut step, mut stale) = (1.0, 0);
        for _ in 0..rounds {
            let (value, sites) = self.value(&price, more, &mut served);
            stale += 1;
            if value > best.least {
                best = Priced { least: value, sites };
                best_price.copy_from_slice(&price);
                stale = 0;
            }
            if best.least >= enough || step < 1e-3 {
                break;
            }
            if stale > STALE {
                (step, stale) = (0.6 * step, 0);
                price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            let mut norm = 0.0;
            for (unit, direction) in direction.iter_mut().enumerate() {
                let left = self.supply[unit] - served[unit];
                let at_its_end =
                    left > 0.0 && price[unit] >= self.unserved || left < 0.0 && price[unit] <= 0.0;
                *direction = 0.6 * *direction + if at_its_end { 0.0 } else { 0.4 * left };
                norm += *direction * *direction;
            }
            if norm == 0.0 {
                break;
            }
            let length = step * (1.02 * known - value).max(1e-3 * known) / norm;
            for (price, direction) in price.iter_mut().zip(&direction) {
                *price = (*price + length * direction).clamp(0.0, self.unserved);
            }
        }
        best.least = best.least.max(0.0);
        best
    }

    /// Each unit offers all that it has to where being served costs nothing, and otherwise half as much
    /// again as its nearest station asks for.
    fn first_prices(&self) -> Vec<f64> {
        let mut nearest = vec![f64::INFINITY; self.supply.len()];
        for &(unit, cost) in self.near.iter().flatten() {
            nearest[unit] = nearest[unit].min(cost);
        }
        let offer = |cost: f64| if cost > 0.0 { 1.5 * cost } else { self.unserved };
        nearest.into_iter().map(|cost| offer(cost).min(self.unserved)).collect()
    }

    /// The bound at these prices, the best stations, and how many of each unit these would serve.
    fn value(&self, price: &[f64], more: usize, served: &mut [f64]) -> (f64, Vec<usize>) {
        let mut order = Vec::new();
        let worth = |site: usize, order: &mut Vec<(f64, usize)>| {
            self.fill(site, price, order, |_, _| ()).max(0.0)
        };
        let mut free: Vec<(f64, usize)> =
            self.free.iter().map(|&site| (worth(site, &mut order), site)).collect();
        free.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        free.truncate(more);
        let offered: f64 = price.iter().zip(&self.supply).map(|(p, n)| p * n).sum();
        let mut value = offered - free.iter().map(|f| f.0).sum::<f64>();
        let mut sites = self.required.clone();
        value -= sites.iter().map(|&site| worth(site, &mut order)).sum::<f64>();
        sites.extend(free.iter().map(|f| f.1));
        // Sums are in floating point.
        value -= ROUNDING * offered;
        served.fill(0.0);
        for &site in &sites {
            self.fill(site, price, &mut order, |unit, amount| served[unit] += amount);
        }
        (value, sites)
    }

    /// Fills a station with whoever offers most; what they offer in all, and how many go, by unit.
    fn fill(
        &self,
        site: usize,
        price: &[f64],
        order: &mut Vec<(f64, usize)>,
        mut goes: impl FnMut(usize, f64),
    ) -> f64 {
        order.clear();
        let offers = self.near[site].iter().map(|&(unit, cost)| (price[unit] - cost, unit));
        order.extend(offers.filter(|offer| offer.0 > 0.0));
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let (mut room, mut worth) = (self.room[site], 0.0);
        for &(offer, unit) in order.iter() {
            let amount = room.min(self.supply[unit]);
            worth += offer * amount;
            room -= amount;
            goes(unit, amount);
            if room <= 0.0 {
                break;
            }
        }
        worth
    }
}

#[cfg(test)]
#[path = "room_prices_tests.rs"]
mod tests;
