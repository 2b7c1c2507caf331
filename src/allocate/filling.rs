//! Who goes to which of some open stations, each with room for so many people.

use super::flow::{Arc, Shipment, Transport};
use super::location::{Distances, Lists, SiteRule};
use super::stations::StationShare;
use super::travel::centimetres;
use crate::error::Result;

/// Where people are not whole, so many parts of one are counted.
const PARTS: f64 = 1_000.0;
/// Stations that one unit is offered at first.
const OFFERED: usize = 16;

/// People, stations with room for so many, and the ways between them.
pub(super) struct Filling<'a> {
    pub distances: &'a Distances,
    /// Of every unit the stations that are not closed, and that are near enough.
    pub lists: Lists,
    /// People of every unit, counted in parts of a person.
    pub supply: Vec<i64>,
    /// Room of every station, counted alike and never above what all units need.
    pub room: Vec<i64>,
    /// Parts of a person that are counted: 1 where all are whole.
    parts: f64,
}

impl<'a> Filling<'a> {
    /// With ways up to `reach`. People are rounded up and rooms down, so that none is exceeded.
    pub fn new(
        distances: &'a Distances,
        demand: &[f64],
        room: &[f64],
        rules: &[SiteRule],
        reach: f64,
    ) -> Self {
        let allowed: Vec<bool> = rules.iter().map(|&rule| rule != SiteRule::Closed).collect();
        let parts = if demand.iter().all(|d| d.fract() == 0.0) { 1.0 } else { PARTS };
        let supply: Vec<i64> =
            demand.iter().map(|d| (d * parts - 1e-6).ceil().max(0.0) as i64).collect();
        let total: i64 = supply.iter().sum();
        let whole = |room: &f64| ((room * parts + 1e-6).floor().min(total as f64)) as i64;
        let room = room.iter().map(whole).collect();
        Filling { distances, lists: distances.within(reach, &allowed), supply, room, parts }
    }

    /// Parts that rounding may have added to all people together.
    pub fn rounded_up(&self) -> i64 {
        let placed = self.supply.iter().filter(|&&n| n > 0).count();
        if self.parts == 1.0 { 0 } else { placed as i64 }
    }

    /// So many parts as people.
    pub fn people(&self, parts: i64) -> f64 {
        parts as f64 / self.parts
    }

    /// Fills open stations, exactly: as many people as can be, at least walking in all.
    ///
    /// # Errors
    /// As [`Transport::solve`].
    pub fn fill(&self, open: &[usize], reach: f64) -> Result<Filled> {
        let mut capacity = vec![0; self.room.len()];
        open.iter().for_each(|&site| capacity[site] = self.room[site]);
        let mut is_open = vec![false; self.room.len()];
        open.iter().for_each(|&site| is_open[site] = true);
        let near = |unit: usize| {
            let list = self.lists.of(unit).take_while(|&(_, d)| d <= reach);
            list.filter(|&(site, _)| is_open[site])
        };
        let placed = || (0..self.supply.len()).filter(|&unit| self.supply[unit] > 0);
        let offered = |count: usize| -> Vec<Arc> {
            let ways = placed().flat_map(|unit| {
                let arc = move |(site, d)| Arc { point: unit, site, cost: centimetres(d) };
                near(unit).take(count).map(arc)
            });
            ways.collect()
        };
        let arcs = offered(OFFERED);
        let supply = self.supply.clone();
        let mut problem = Transport { capacity, arcs, supply, ..Transport::default() };
        let mut flow = problem.solve()?;
        // The near stations may do; only prices of all show whether one farther away would be better.
        let offer = |(site, d): (usize, f64)| centimetres(d) + flow.prices[site];
        let beyond = placed().any(|unit| {
            let best = near(unit).take(OFFERED).map(offer).min();
            near(unit).skip(OFFERED).map(offer).any(|o| best.is_none_or(|b| o < b))
        });
        if beyond || flow.unplaced.iter().any(|&n| n > 0) {
            problem.arcs = offered(usize::MAX);
            flow = problem.solve()?;
        }
        Ok(Filled { shipments: flow.shipments, unplaced: flow.unplaced })
    }

    /// All ways together, metres times people.
    pub fn metres(&self, filled: &Filled) -> f64 {
        let ways = filled.shipments.iter().map(|s| self.people(s.amount) * self.way(s));
        ways.sum::<f64>() + 0.0
    }

    /// The longest way of all, metres.
    pub fn longest(&self, filled: &Filled) -> f64 {
        filled.shipments.iter().map(|s| self.way(s)).fold(0.0, f64::max)
    }

    /// Units that are shared between stations, and who has how many of those that are not served by
    /// one station whole.
    pub fn shares(&self, filled: &Filled) -> (Vec<usize>, Vec<StationShare>) {
        let (mut shared, mut shares) = (Vec::new(), Vec::new());
        for parts in filled.shipments.chunk_by(|a, b| a.point == b.point) {
            let unit = parts[0].point;
            if parts.len() > 1 {
                shared.push(unit);
            }
            if parts.len() > 1 || filled.unplaced[unit] > 0 {
                shares.extend(parts.iter().map(|part| StationShare {
                    unit,
                    station: part.site,
                    people: self.people(part.amount),
                    distance_m: self.way(part),
                }));
            }
        }
        (shared, shares)
    }

    fn way(&self, shipment: &Shipment) -> f64 {
        self.distances.get(shipment.point, shipment.site).unwrap_or_default()
    }
}

/// People at stations that have room for them.
pub(super) struct Filled {
    /// By unit and station, counted in parts of a person.
    pub shipments: Vec<Shipment>,
    /// People of every unit who found no room, counted alike.
    pub unplaced: Vec<i64>,
}

impl Filled {
    /// How many found no room, counted in parts.
    pub fn left(&self) -> i64 {
        self.unplaced.iter().sum()
    }

    /// The station that serves most of a unit, the first where equal.
    pub fn station_of_unit(&self) -> Vec<Option<usize>> {
        let mut most = vec![(0, None); self.unplaced.len()];
        for shipment in &self.shipments {
            if shipment.amount > most[shipment.point].0 {
                most[shipment.point] = (shipment.amount, Some(shipment.site));
            }
        }
        most.into_iter().map(|most| most.1).collect()
    }
}
