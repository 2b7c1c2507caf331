//! Which stations to open, without regard to their room or with units that go to one whole.

use super::location::{
    CapacitatedMedian, Distances, MaxCover, PCenter, PMedian, Rooms, SetCover, SiteRule, Solution,
};
use super::stations::StationModel;
use crate::error::Result;

/// Ways that are equal but for rounding, what those cost who are left over among it.
const ROUNDING: f64 = 1e-7;

/// People, and the sites that may serve them.
pub(super) struct Choosing<'a> {
    pub distances: &'a Distances,
    pub demand: &'a [f64],
    pub rules: &'a [SiteRule],
    /// The longest way that counts as reach, metres.
    pub reach_m: f64,
    /// The longest way of all, metres.
    pub longest_m: f64,
    /// Whether there is a way from everybody to every site.
    pub is_connected: bool,
}

impl Choosing<'_> {
    /// Solves a model without regard to room.
    ///
    /// # Errors
    /// Where so many stations cannot be had.
    pub fn choose(&self, model: StationModel) -> Result<Solution> {
        let Choosing { distances, demand, rules, reach_m, .. } = *self;
        match model {
            StationModel::Fewest(times) => {
                SetCover { times, ..SetCover::within(reach_m) }.solve(distances, demand, rules)
            }
            StationModel::MostPeople(p) => {
                MaxCover::new(p, reach_m).solve(distances, demand, rules)
            }
            StationModel::LeastDistance(p) => {
                let model = PMedian::new(p);
                let first = model.solve(distances, demand, rules)?;
                self.serving_all_it_can(first, || {
                    let outside = Some(self.beyond_all_ways());
                    PMedian { outside, ..model }.solve(distances, demand, rules)
                })
            }
            StationModel::LeastLongest(p) => self.least_longest(p),
        }
    }

    /// Least ways where units go to stations whole, and stations have room for so many people; `None`
    /// where no room is found so for all.
    ///
    /// # Errors
    /// Where so many stations cannot be had.
    pub fn all_whole(&self, p: usize, room: &[f64]) -> Result<Option<Solution>> {
        let Choosing { distances, demand, rules, .. } = *self;
        let rooms = Rooms { weight: demand, load: demand, capacity: room };
        let model = CapacitatedMedian::new(p);
        let mut solution = model.solve(distances, &rooms, rules)?;
        if !self.are_all_served(&solution) {
            let outside = Some(self.beyond_all_ways());
            solution = CapacitatedMedian { outside, ..model }.solve(distances, &rooms, rules)?;
        }
        let is_found = self.are_all_served(&solution);
        Ok(is_found.then(|| self.without_penalty(solution)))
    }

    /// What each person costs who is left over, so that nobody is to save others their ways.
    fn beyond_all_ways(&self) -> f64 {
        self.demand.iter().sum::<f64>() * self.longest_m + 1.0
    }

    /// An answer by the usual price of those who are left over, or, where there are any, by a price
    /// beyond all ways; of ways alone.
    fn serving_all_it_can(
        &self,
        first: Solution,
        again: impl FnOnce() -> Result<Solution>,
    ) -> Result<Solution> {
        let solution = if self.are_all_served(&first) { first } else { again()? };
        Ok(self.without_penalty(solution))
    }

    fn are_all_served(&self, solution: &Solution) -> bool {
        let mut sites = solution.site_of_client.iter().zip(self.demand);
        sites.all(|(site, &demand)| site.is_some() || demand == 0.0)
    }

    /// Takes from value and bound what the model charges for those who are left over: what stays is
    /// about ways, and the bound about answers that leave as many without a station.
    fn without_penalty(&self, mut solution: Solution) -> Solution {
        let stations = solution.site_of_client.iter().zip(self.demand).enumerate();
        let ways = stations
            .filter_map(|(unit, (s, demand))| Some(demand * self.distances.get(unit, (*s)?)?));
        let metres = ways.sum::<f64>() + 0.0;
        let penalty = solution.objective - metres;
        // Units without anybody go for next to nothing.
        if penalty > 1e-6 * (1.0 + solution.objective) {
            let open = solution.objective - solution.lower_bound;
            let is_proved = open <= ROUNDING * metres;
            solution.lower_bound = if is_proved { metres } else { (metres - open).max(0.0) };
            (solution.objective, solution.upper_bound) = (metres, metres);
        }
        solution
    }

    /// The least longest way; where so many stations cannot reach everybody on the network, of those
    /// whom most can be reached with.
    fn least_longest(&self, p: usize) -> Result<Solution> {
        let Choosing { distances, demand, rules, longest_m, .. } = *self;
        if self.is_connected {
            return PCenter::new(p).solve(distances, demand, rules);
        }
        let reached = MaxCover::new(p, longest_m).solve(distances, demand, rules)?;
        let is_left = |unit: usize| demand[unit] > 0.0 && reached.site_of_client[unit].is_none();
        if !(0..demand.len()).any(is_left) {
            return PCenter::new(p).solve(distances, demand, rules);
        }
        let served: Vec<f64> =
            (0..demand.len()).map(|u| if is_left(u) { 0.0 } else { demand[u] }).collect();
        let first = PCenter::new(p).solve(distances, &served, rules)?;
        self.shorter_for_as_many(p, first, reached.objective)
    }

    /// The least length within which p sites reach as many people as a first choice does: others may
    /// be among them. Within a longer one they reach no fewer, so that it is found by bisection.
    fn shorter_for_as_many(&self, p: usize, first: Solution, people: f64) -> Result<Solution> {
        let Choosing { distances, demand, rules, .. } = *self;
        let allowed: Vec<bool> = rules.iter().map(|&rule| rule != SiteRule::Closed).collect();
        let lists = distances.within(first.objective, &allowed);
        let served = (0..demand.len()).filter(|&unit| demand[unit] > 0.0);
        let mut lengths: Vec<f64> = served.flat_map(|u| lists.lengths(u)).copied().collect();
        lengths.sort_unstable_by(f64::total_cmp);
        lengths.dedup();
        let as_many = people * (1.0 - ROUNDING);
        let mut best = first;
        // Below `low` nothing was found, below `proved` there is nothing.
        let (mut low, mut high) = (0, lengths.len().saturating_sub(1));
        let mut proved = 0;
        while low < high {
            let middle = low + (high - low) / 2;
            let found = MaxCover::new(p, lengths[middle]).solve(distances, demand, rules)?;
            if found.objective >= as_many {
                high = middle;
                best = found;
            } else {
                low = middle + 1;
                proved = if found.upper_bound < as_many { low } else { proved };
            }
        }
        let way = |(unit, site): (usize, &Option<usize>)| distances.get(unit, (*site)?);
        let served = best.site_of_client.iter().enumerate().filter(|(unit, _)| demand[*unit] > 0.0);
        let objective = served.filter_map(way).fold(0.0, f64::max);
        let lower_bound = lengths.get(proved).map_or(objective, |least| least.min(objective));
        Ok(Solution { objective, lower_bound, upper_bound: objective, ..best })
    }
}

#[cfg(test)]
#[path = "choosing_tests.rs"]
mod tests;
