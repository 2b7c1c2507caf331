//! Transport: supplies to sites of limited room at least cost, exactly.
//!
//! The questions and their answers; [`site_flow`](super::site_flow) finds them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::site_flow::{Problem, SiteFlow};
use crate::error::{Error, Result};

/// A way from a point to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arc {
    /// The point.
    pub point: usize,
    /// The site.
    pub site: usize,
    /// Cost of one unit.
    pub cost: i64,
}

/// An amount that goes from a point to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The point.
    pub point: usize,
    /// The site.
    pub site: usize,
    /// Units.
    pub amount: i64,
}

/// A transportation problem in whole numbers (Hitchcock 1941).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Transport {
    /// Units at every point.
    pub supply: Vec<i64>,
    /// Units that every site takes at most.
    pub capacity: Vec<i64>,
    /// Units that every site is to get at least, as far as that can be; empty: nothing is set. Comes
    /// before cost, and after placing as much as possible.
    pub at_least: Vec<i64>,
    /// The ways there are.
    pub arcs: Vec<Arc>,
}

/// What goes where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Transported {
    /// Amounts, by point and site; none is 0.
    pub shipments: Vec<Shipment>,
    /// Their cost: the least of all ways that place as much and keep the least loads as well.
    pub cost: i64,
    /// Units of every point that found no room.
    pub unplaced: Vec<i64>,
    /// The price of a unit of room at every site: not below 0, and 0 where there is room left. With
    /// everything placed and no least loads, each point's cheapest cost with prices, times its
    /// supply, less price times capacity, sums up to `cost`: that proves it.
    pub prices: Vec<i64>,
}

impl Transport {
    /// Places as much as possible, keeps the least loads as far as possible, and of all ways to do
    /// so takes the cheapest.
    ///
    /// # Errors
    /// Where an arc names no point or site, stands twice, a number is negative, or costs are so
    /// large that sums would not be exact.
    ///
    /// ```
    /// use evengrid::allocate::flow::{Arc, Transport};
    ///
    /// let arc = |point, site, cost| Arc { point, site, cost };
    /// let problem = Transport {
    ///     supply: vec![2, 1],
    ///     capacity: vec![1, 5],
    ///     arcs: vec![arc(0, 0, 1), arc(0, 1, 4), arc(1, 0, 1), arc(1, 1, 9)],
    ///     ..Transport::default()
    /// };
    /// assert_eq!(problem.solve()?.cost, 1 + 4 + 4);
    /// # Ok::<(), evengrid::Error>(())
    /// ```
    pub fn solve(&self) -> Result<Transported> {
        let problem = self.with_penalties()?;
        let mut flow = SiteFlow::new(&problem, &problem.sampled_prices(), false);
        if !flow.run() {
            // Something finds no room: a place without limit takes it, at a cost beyond all others.
            flow = SiteFlow::new(&problem, &[], true);
            flow.run();
        }
        Ok(self.read(&problem, &flow))
    }

    /// What a unit of a least load is worth, and what a unit costs that finds no room, where no arc
    /// costs more than `most`. A chain of moves visits each half of a site, that of its least load and
    /// the rest, once; so each outweighs every difference of two chains in what comes after it.
    fn outweighing(most: i64, sites: usize, has_least: bool) -> [i64; 2] {
        let chain = 4 * sites as i64 + 4;
        let over_costs = most.saturating_mul(2).saturating_add(1).saturating_mul(chain);
        [over_costs, if has_least { over_costs.saturating_mul(chain) } else { over_costs }]
    }

    /// The largest cost of an arc with which sums along a chain over so many sites are exact, where some
    /// have a least load or none has.
    pub(crate) fn most_cost(sites: usize, has_least: bool) -> i64 {
        let of_one = Transport::outweighing(0, sites, has_least)[1];
        // 2 most + 1 times that of one is to stay below.
        ((i64::MAX / 8 / of_one - 1) / 2).max(0)
    }

    /// Splits sites with a least load in two: the first units there are worth a great deal.
    fn with_penalties(&self) -> Result<Problem> {
        let (points, sites) = (self.supply.len(), self.capacity.len());
        let request = |problem: String, cure: &str| Err(Error::request(problem, cure));
        if self.supply.iter().chain(&self.capacity).chain(&self.at_least).any(|&x| x < 0) {
            return request("a supply, capacity or least load below 0".into(), "give 0 or more");
        }
        if !self.at_least.is_empty() && self.at_least.len() != sites {
            let problem = format!("{} least loads for {sites} sites", self.at_least.len());
            return request(problem, "give one per site, or none");
        }
        let most = self.arcs.iter().map(|arc| arc.cost.saturating_abs()).max().unwrap_or(0);
        let has_least = self.at_least.iter().any(|&least| least > 0);
        let [least_load, unplaced] = Transport::outweighing(most, sites, has_least);
        let total: i64 = self.supply.iter().fold(0, |sum: i64, &s| sum.saturating_add(s));
        if most.saturating_mul(total.max(1)) == i64::MAX
            || most > Transport::most_cost(sites, has_least)
        {
            let problem = format!("costs up to {most} for {total} units");
            return request(problem, "measure costs in a larger unit");
        }
        let mut rows: Vec<Vec<(u32, i64)>> = vec![Vec::new(); points];
        for (i, arc) in self.arcs.iter().enumerate() {
            if arc.point >= points || arc.site >= sites {
                let problem = format!("arc {i} goes from {} to {}", arc.point, arc.site);
                return request(problem, "name points and sites that exist");
            }
            let least =
                self.at_least.get(arc.site).copied().unwrap_or(0).min(self.capacity[arc.site]);
            rows[arc.point].push((arc.site as u32, arc.cost));
            if least > 0 {
                rows[arc.point].push(((sites + arc.site) as u32, arc.cost - least_load));
            }
        }
        let mut capacity = self.capacity.clone();
        if has_least {
            let least: Vec<i64> =
                self.at_least.iter().zip(&capacity).map(|(&l, &c)| l.min(c)).collect();
            capacity.iter_mut().zip(&least).for_each(|(c, l)| *c -= l);
            capacity.extend(least);
        }
        for (point, row) in rows.iter_mut().enumerate() {
            row.sort_unstable();
            if row.windows(2).any(|w| w[0].0 == w[1].0) {
                let problem = format!("two arcs from point {point} to one site");
                return request(problem, "keep the cheaper one");
            }
        }
        Ok(Problem { supply: self.supply.clone(), capacity, rows, unplaced })
    }

    fn read(&self, problem: &Problem, flow: &SiteFlow) -> Transported {
        let sites = self.capacity.len();
        let mut amounts: HashMap<(usize, usize), i64> = HashMap::new();
        let mut unplaced = vec![0; self.supply.len()];
        for (point, unplaced) in unplaced.iter_mut().enumerate() {
            for (k, way) in flow.ways(point) {
                let amount = flow.amount[k];
                if amount > 0 && (way as usize) < problem.capacity.len() {
                    *amounts.entry((point, way as usize % sites)).or_insert(0) += amount;
                } else {
                    *unplaced += amount;
                }
            }
            if problem.rows[point].is_empty() {
                *unplaced = self.supply[point];
            }
        }
        let mut shipments: Vec<Shipment> = amounts
            .into_iter()
            .map(|((point, site), amount)| Shipment { point, site, amount })
            .collect();
        shipments.sort_unstable_by_key(|s| (s.point, s.site));
        let mut cost = 0;
        let mut next = 0;
        let mut arcs = self.arcs.clone();
        arcs.sort_unstable_by_key(|arc| (arc.point, arc.site));
        for arc in arcs {
            if let Some(shipment) = shipments.get(next)
                && (shipment.point, shipment.site) == (arc.point, arc.site)
            {
                cost += shipment.amount * arc.cost;
                next += 1;
            }
        }
        let prices = (0..sites).map(|site| flow.price(site)).collect();
        Transported { shipments, cost, unplaced, prices }
    }
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
