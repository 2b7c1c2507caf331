use serde::{Deserialize, Serialize};

use super::flow::{Arc, Shipment, Transport};
use super::limited::Limited;
use super::location::{
    CapacitatedMedian, Distances, MaxCover, PCenter, PMedian, Rooms, SetCover, SiteRule, Solution,
};
use super::travel::{Travel, centimetres, metres};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::{City, StationStatus};

/// Up to so many units, units go to a station whole where stations are limited; beyond, a unit's
/// people may be shared between two.
const WHOLE: usize = 400;
/// Where people are not whole, so many parts of one are counted.
const PARTS: f64 = 1_000.0;
/// Stations that one unit is offered where capacities count.
const OFFERED: usize = 16;

/// What stations are chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum StationModel {
    /// The fewest that bring everybody within reach of this many (LSCP; 2 for backup).
    Fewest(usize),
    /// Most people within reach of so many stations (MCLP).
    MostPeople(usize),
    /// Least walking in all with so many stations (p-median).
    LeastDistance(usize),
    /// Least longest way with so many stations (p-center).
    LeastLongest(usize),
}

/// What becomes of stations that stand already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ExistingStations {
    /// They stay.
    #[default]
    Required,
    /// They may go.
    Free,
    /// They go.
    Closed,
}

/// Chooses stations of the 15-minute service circle (十五分钟服务圈) among a city's sites.
#[derive(Debug)]
pub struct Stations {
    /// What they are chosen for.
    pub model: StationModel,
    /// The longest way that counts as reach, metres. Default 1,000: 15 minutes.
    pub reach_m: f64,
    /// How ways are measured.
    pub travel: Travel,
    /// What becomes of existing ones.
    pub existing: ExistingStations,
    /// Whether stations serve no more people than their capacity says.
    pub capacities: bool,
}

impl Stations {
    /// Within 1,000 m by straight lines with the usual detour; existing stations stay.
    pub fn new(model: StationModel) -> Self {
        Stations {
            model,
            reach_m: 1_000.0,
            travel: Travel::Usual,
            existing: ExistingStations::Required,
            capacities: false,
        }
    }
}

/// Which stations are open and whom they serve.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StationAssignment {
    /// Open stations: indices into `City::stations`, ascending.
    pub open: Vec<usize>,
    /// The station of every unit: an index into `City::stations`. A unit whose people are shared
    /// between stations has the one that serves most of them.
    pub station_of_unit: Vec<Option<usize>>,
    /// How far that is, metres.
    pub distance_m: Vec<Option<f64>>,
    /// People served within reach.
    pub served_in_reach: f64,
    /// Units (indices) where people live and no site at all is within reach.
    pub unreachable: Vec<usize>,
    /// Units (indices) where people live whom no open station serves, though a site could: beyond
    /// reach, or full.
    pub unserved: Vec<usize>,
    /// Units (indices) whose people are shared between stations.
    pub shared: Vec<usize>,
    /// Who has how many people of the units in `shared`, and of those of which some find no room;
    /// by unit and station. Everybody else's people go to one station together.
    pub shares: Vec<StationShare>,
    /// Units (indices, among `unserved`) that go to a station whole and have more people than any
    /// station has room for.
    pub too_large: Vec<usize>,
    /// The model's value: stations, people, metres times people, or metres; of those only who have
    /// a station.
    pub objective: f64,
    /// The best choice has at least this value, among those that leave as many people as this one
    /// without a station; 0 where nothing is known of these. For [`StationModel::MostPeople`] it is
    /// that of this one.
    pub lower_bound: f64,
    /// The best choice has at most this value; but for [`StationModel::MostPeople`] it is that of
    /// this one.
    pub upper_bound: f64,
}

/// People of a unit at one of several stations.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StationShare {
    /// Index into `City::units`.
    pub unit: usize,
    /// Index into `City::stations`.
    pub station: usize,
    /// People.
    pub people: f64,
    /// How far that is, metres.
    pub distance_m: f64,
}

impl StationAssignment {
    /// Who has how many people of a unit (an index); nothing where all of them go to
    /// `station_of_unit` together, or nowhere.
    pub fn shares_of(&self, unit: usize) -> &[StationShare] {
        let first = self.shares.partition_point(|share| share.unit < unit);
        let rest = &self.shares[first..];
        &rest[..rest.partition_point(|share| share.unit == unit)]
    }
}

impl Stations {
    /// Chooses and assigns. Units without people need no station.
    ///
    /// # Errors
    /// Where there is no site, or so many stations cannot be had; where a station cannot be
    /// projected.
    pub fn assign(&self, city: &City, ground: &Ground) -> Result<StationAssignment> {
        if city.stations.is_empty() {
            return Err(Error::request(
                "the city has no station and no site for one",
                "add stations.geojson to the city folder",
            ));
        }
        let units = metres(ground, ground.unit_points.iter().copied())?;
        let sites = metres(ground, city.stations.iter().map(|s| s.position))?;
        // Beyond reach the network is searched only where the model asks for it.
        let farthest = match self.model {
            StationModel::Fewest(_) | StationModel::MostPeople(_) => self.reach_m,
            _ => f64::INFINITY,
        };
        let distances = self.travel.between(units, sites, farthest)?;
        let people: Vec<f64> = city.units.iter().map(|unit| unit.population).collect();
        let rules: Vec<SiteRule> = city.stations.iter().map(|s| self.rule(s.status)).collect();
        let mut demand = people.clone();
        let allowed: Vec<bool> = rules.iter().map(|&r| r != SiteRule::Closed).collect();
        let lists = distances.within(farthest, &allowed);
        let within = distances.within(self.reach_m, &allowed);
        for (unit, demand) in demand.iter_mut().enumerate() {
            if lists.is_empty_at(unit) {
                *demand = 0.0;
            }
        }
        let capacities: Option<Vec<f64>> = self
            .capacities
            .then(|| city.stations.iter().map(|s| s.capacity.unwrap_or(f64::INFINITY)).collect());
        let solution = match (&self.model, &capacities) {
            (StationModel::LeastDistance(p), Some(room)) if demand.len() <= WHOLE => {
                let rooms = Rooms { weight: &demand, load: &demand, capacity: room };
                CapacitatedMedian::new(*p).solve(&distances, &rooms, &rules)?
            }
            _ => self.choose(&distances, &demand, &rules)?,
        };
        let mut answer = StationAssignment {
            station_of_unit: solution.site_of_client.clone(),
            objective: solution.objective,
            lower_bound: solution.lower_bound,
            upper_bound: solution.upper_bound,
            open: solution.sites,
            ..StationAssignment::default()
        };
        let mut without_room = vec![0; people.len()];
        if let Some(room) = &capacities {
            if demand.len() <= WHOLE && matches!(self.model, StationModel::LeastDistance(_)) {
                without_penalty(&mut answer, &distances, &demand);
                let rooms = (0..room.len()).filter(|&s| allowed[s]).map(|s| room[s]);
                let largest = rooms.fold(0.0, f64::max);
                answer.too_large = (0..demand.len()).filter(|&u| demand[u] > largest).collect();
            } else {
                let (distances, demand) = (&distances, &demand[..]);
                let limited = Limited { distances, demand, room, rules: &rules, reach: farthest };
                let mut reach = farthest;
                let is_best = match self.model {
                    StationModel::Fewest(times) => {
                        let least = Self::least_with_room(answer.lower_bound, &limited);
                        let opened = limited.fewest(&answer.open, times)?;
                        answer.objective = opened.sites.len() as f64;
                        answer.upper_bound = answer.objective;
                        answer.lower_bound = least.min(answer.objective);
                        answer.open = opened.sites;
                        opened.is_best
                    }
                    StationModel::MostPeople(p)
                    | StationModel::LeastDistance(p)
                    | StationModel::LeastLongest(p) => {
                        let longest = matches!(self.model, StationModel::LeastLongest(_));
                        let opened = limited.best_of(p, &answer.open, longest)?;
                        answer.open = opened.sites;
                        if longest {
                            reach = limited.least_longest(&answer.open)?;
                        }
                        opened.is_best
                    }
                };
                let served = limited.fill(&answer.open, reach)?;
                answer.station_of_unit = served.station_of_unit();
                (answer.shared, answer.shares) = served.shares(distances);
                self.revalue(&mut answer, &served, distances, demand);
                if is_best {
                    (answer.lower_bound, answer.upper_bound) = (answer.objective, answer.objective);
                }
                without_room = served.unplaced;
            }
        }
        let in_reach = |length: f64| length <= self.reach_m * (1.0 + 1e-9);
        for unit in 0..people.len() {
            let station = answer.station_of_unit[unit].filter(|_| demand[unit] > 0.0);
            answer.station_of_unit[unit] = station;
            let length = station.and_then(|site| distances.get(unit, site));
            answer.distance_m.push(length);
            if people[unit] > 0.0 {
                if within.is_empty_at(unit) {
                    answer.unreachable.push(unit);
                } else if !length.is_some_and(in_reach) || without_room[unit] > 0 {
                    answer.unserved.push(unit);
                }
                let shares = answer.shares_of(unit);
                answer.served_in_reach += if !shares.is_empty() {
                    shares.iter().filter(|s| in_reach(s.distance_m)).map(|s| s.people).sum()
                } else if length.is_some_and(in_reach) {
                    people[unit]
                } else {
                    0.0
                };
            }
        }
        Ok(answer)
    }

    fn rule(&self, status: StationStatus) -> SiteRule {
        match (status, self.existing) {
            (StationStatus::Closed, _) => SiteRule::Closed,
            (StationStatus::Candidate, _) => SiteRule::Free,
            (StationStatus::Existing, ExistingStations::Required) => SiteRule::Required,
            (StationStatus::Existing, ExistingStations::Free) => SiteRule::Free,
            (StationStatus::Existing, ExistingStations::Closed) => SiteRule::Closed,
        }
    }

    fn choose(
        &self,
        distances: &Distances,
        demand: &[f64],
        rules: &[SiteRule],
    ) -> Result<Solution> {
        match self.model {
            StationModel::Fewest(times) => {
                SetCover { times, ..SetCover::within(self.reach_m) }.solve(distances, demand, rules)
            }
            StationModel::MostPeople(p) => {
                MaxCover::new(p, self.reach_m).solve(distances, demand, rules)
            }
            StationModel::LeastDistance(p) => PMedian::new(p).solve(distances, demand, rules),
            StationModel::LeastLongest(p) => PCenter::new(p).solve(distances, demand, rules),
        }
    }

    /// At least as many stations as a cover needs, and as the largest rooms for all people.
    fn least_with_room(cover: f64, limited: &Limited<'_>) -> f64 {
        let total: f64 = limited.demand.iter().sum();
        let Limited { room, rules, .. } = limited;
        let allowed = |site: &usize| rules[*site] != SiteRule::Closed;
        let mut rooms: Vec<f64> = (0..room.len()).filter(allowed).map(|s| room[s]).collect();
        rooms.sort_by(|a, b| b.total_cmp(a));
        let mut sum = 0.0;
        let needed = rooms.iter().take_while(|&&r| {
            let more = sum < total;
            sum += r;
            more
        });
        (needed.count() as f64).max(cover)
    }

    /// The model's value with rooms. What was chosen without them bounds what is possible with
    /// them, but says nothing of those who find no room.
    fn revalue(
        &self,
        answer: &mut StationAssignment,
        served: &Filled,
        distances: &Distances,
        demand: &[f64],
    ) {
        let left = served.left();
        if left > 0 {
            answer.lower_bound = 0.0;
        }
        match self.model {
            StationModel::MostPeople(_) => {
                answer.objective = (demand.iter().sum::<f64>() - served.people(left)).max(0.0);
                answer.lower_bound = answer.objective;
                answer.upper_bound = answer.upper_bound.max(answer.objective);
            }
            StationModel::LeastDistance(_) => {
                answer.objective = served.metres(distances);
                answer.upper_bound = answer.objective;
            }
            StationModel::LeastLongest(_) => {
                answer.objective = served.longest(distances);
                answer.upper_bound = answer.objective;
            }
            StationModel::Fewest(_) => answer.lower_bound = answer.lower_bound.max(1.0),
        }
        answer.lower_bound = answer.lower_bound.min(answer.objective);
    }
}

/// Takes from value and bound what the model charges for those who find no room: what is left is
/// about ways, and the bound about answers that leave as many without a station.
fn without_penalty(answer: &mut StationAssignment, distances: &Distances, demand: &[f64]) {
    let stations = answer.station_of_unit.iter().zip(demand).enumerate();
    let ways =
        stations.filter_map(|(unit, (s, demand))| Some(demand * distances.get(unit, (*s)?)?));
    let metres = ways.sum::<f64>() + 0.0;
    let is_proved = answer.lower_bound >= answer.objective * (1.0 - 1e-9);
    let penalty = answer.objective - metres;
    // Units without anybody go for next to nothing.
    if penalty > 1e-6 * (1.0 + answer.objective) {
        let least = (answer.lower_bound - penalty).max(0.0);
        answer.lower_bound = if is_proved { metres } else { least.min(metres) };
        (answer.objective, answer.upper_bound) = (metres, metres);
    }
}

/// People at stations that have room for them.
pub(super) struct Filled {
    /// By unit and station, counted in parts of a person.
    pub shipments: Vec<Shipment>,
    /// People of every unit who found no room, counted alike.
    pub unplaced: Vec<i64>,
    /// Parts of a person that are counted: 1 where all are whole.
    parts: f64,
}

impl Filled {
    /// How many found no room, counted in parts.
    pub fn left(&self) -> i64 {
        self.unplaced.iter().sum()
    }

    /// All ways together, metres times people.
    pub fn metres(&self, distances: &Distances) -> f64 {
        let ways = self
            .shipments
            .iter()
            .map(|s| self.people(s.amount) * distances.get(s.point, s.site).unwrap_or_default());
        ways.sum::<f64>() + 0.0
    }

    /// The longest way of all, metres.
    pub fn longest(&self, distances: &Distances) -> f64 {
        let ways = self.shipments.iter().map(|s| distances.get(s.point, s.site));
        ways.flatten().fold(0.0, f64::max)
    }

    fn people(&self, amount: i64) -> f64 {
        amount as f64 / self.parts
    }

    /// The station that serves most of a unit, the first where equal.
    fn station_of_unit(&self) -> Vec<Option<usize>> {
        let mut most = vec![(0, None); self.unplaced.len()];
        for shipment in &self.shipments {
            if shipment.amount > most[shipment.point].0 {
                most[shipment.point] = (shipment.amount, Some(shipment.site));
            }
        }
        most.into_iter().map(|most| most.1).collect()
    }

    /// Units that are shared between stations, and who has how many of those that are not served by
    /// one station whole.
    fn shares(&self, distances: &Distances) -> (Vec<usize>, Vec<StationShare>) {
        let (mut shared, mut shares) = (Vec::new(), Vec::new());
        for parts in self.shipments.chunk_by(|a, b| a.point == b.point) {
            let unit = parts[0].point;
            if parts.len() > 1 {
                shared.push(unit);
            }
            if parts.len() > 1 || self.unplaced[unit] > 0 {
                shares.extend(parts.iter().map(|part| StationShare {
                    unit,
                    station: part.site,
                    people: self.people(part.amount),
                    distance_m: distances.get(unit, part.site).unwrap_or_default(),
                }));
            }
        }
        (shared, shares)
    }
}

/// Fills open stations, exactly, at least walking in all.
pub(super) fn fill(
    distances: &Distances,
    demand: &[f64],
    room: &[f64],
    open: &[usize],
    reach: f64,
) -> Result<Filled> {
    let mut allowed = vec![false; room.len()];
    open.iter().for_each(|&site| allowed[site] = true);
    let lists = distances.within(reach, &allowed);
    // Rounded against whoever is to be placed, so that no room is exceeded.
    let parts = if demand.iter().all(|d| d.fract() == 0.0) { 1.0 } else { PARTS };
    let supply: Vec<i64> =
        demand.iter().map(|d| (d * parts - 1e-6).ceil().max(0.0) as i64).collect();
    let total: i64 = supply.iter().sum();
    let whole = |room: f64| ((room * parts + 1e-6).floor().min(total as f64)) as i64;
    let offered = |count: usize| -> Vec<Arc> {
        let ways = (0..demand.len()).filter(|&unit| supply[unit] > 0).flat_map(|unit| {
            let near = lists.of(unit).take(count);
            near.map(move |(site, d)| Arc { point: unit, site, cost: centimetres(d) })
        });
        ways.collect()
    };
    let mut problem = Transport {
        capacity: (0..room.len()).map(|s| if allowed[s] { whole(room[s]) } else { 0 }).collect(),
        arcs: offered(OFFERED),
        supply: supply.clone(),
        ..Transport::default()
    };
    let mut flow = problem.solve()?;
    // The near stations may do; only prices of all show whether one farther away would be better.
    let offer = |site: usize, d: f64| centimetres(d) + flow.prices[site];
    let beyond = (0..demand.len()).any(|unit| {
        let best = lists.of(unit).take(OFFERED).map(|(s, d)| offer(s, d)).min();
        lists.of(unit).skip(OFFERED).any(|(s, d)| best.is_none_or(|b| offer(s, d) < b))
    });
    if beyond || flow.unplaced.iter().any(|&n| n > 0) {
        problem.arcs = offered(usize::MAX);
        flow = problem.solve()?;
    }
    Ok(Filled { shipments: flow.shipments, unplaced: flow.unplaced, parts })
}

#[cfg(test)]
#[path = "stations_tests.rs"]
mod tests;
