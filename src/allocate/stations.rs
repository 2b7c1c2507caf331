use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::choosing::Choosing;
use super::filling::Filling;
use super::limited::{Aim, Limited};
use super::location::SiteRule;
use super::travel::{Travel, metres};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::{City, Station, StationStatus};

/// Up to so many units, units go to a station whole where stations are limited and all find room so;
/// otherwise a unit's people may be shared between two.
const WHOLE: usize = 400;

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
    /// The only kind of sites that is considered; `None`: all sites. Others are as if closed.
    pub kind: Option<String>,
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
            kind: None,
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
    /// Units (indices) where people live, some or all of whom no open station serves within reach,
    /// though a site could.
    pub unserved: Vec<usize>,
    /// How many people that are.
    pub beyond_reach: f64,
    /// Units (indices) with fewer open stations within reach than everybody is to have, though at least
    /// one, and how many.
    pub lacking_backup: Vec<(usize, usize)>,
    /// Units (indices) whose people are shared between stations.
    pub shared: Vec<usize>,
    /// Who has how many people of the units in `shared`, and of those of which some find no room;
    /// by unit and station. Everybody else's people go to one station together.
    pub shares: Vec<StationShare>,
    /// Units (indices) where people live, some or all of whom find no room at any open station, near
    /// or far.
    pub without_room: Vec<usize>,
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
        self.check(city)?;
        let units = metres(ground, ground.unit_points.iter().copied())?;
        let sites = metres(ground, city.stations.iter().map(|s| s.position))?;
        // Beyond reach the network is searched only where the model asks for it.
        let farthest = match self.model {
            StationModel::Fewest(_) | StationModel::MostPeople(_) => self.reach_m,
            _ => f64::INFINITY,
        };
        let distances = self.travel.between(units, sites, farthest)?;
        let rules: Vec<SiteRule> = city.stations.iter().map(|site| self.rule(site)).collect();
        let allowed: Vec<bool> = rules.iter().map(|&r| r != SiteRule::Closed).collect();
        let lists = distances.within(farthest, &allowed);
        let can_be_served = |unit: usize| !lists.is_empty_at(unit);
        let demand: Vec<f64> = (0..city.units.len())
            .map(|unit| if can_be_served(unit) { city.units[unit].population } else { 0.0 })
            .collect();
        let served = || (0..demand.len()).filter(|&unit| demand[unit] > 0.0);
        let all = allowed.iter().filter(|&&a| a).count();
        let choosing = Choosing {
            distances: &distances,
            demand: &demand,
            rules: &rules,
            reach_m: self.reach_m,
            longest_m: served().filter_map(|u| lists.lengths(u).last()).fold(0.0, |a, &b| a.max(b)),
            is_connected: served().all(|unit| lists.sites(unit).len() == all),
        };
        let room: Vec<f64> =
            city.stations.iter().map(|s| s.capacity.unwrap_or(f64::INFINITY)).collect();
        let whole = match self.model {
            StationModel::LeastDistance(p) if self.capacities && demand.len() <= WHOLE => {
                choosing.all_whole(p, &room)?
            }
            _ => None,
        };
        let are_whole = whole.is_some();
        let solution = match whole {
            Some(solution) => solution,
            None => choosing.choose(self.model)?,
        };
        let mut answer = StationAssignment {
            station_of_unit: solution.site_of_client,
            objective: solution.objective,
            lower_bound: solution.lower_bound,
            upper_bound: solution.upper_bound,
            open: solution.sites,
            ..StationAssignment::default()
        };
        let mut without_room = vec![0; demand.len()];
        if self.capacities && !are_whole {
            let filling = Filling::new(&distances, &demand, &room, &rules, farthest);
            let limited = Limited { filling, rules: &rules, reach: farthest };
            without_room = self.limit(&mut answer, &limited, demand.iter().sum())?;
        }
        for (unit, station) in answer.station_of_unit.iter_mut().enumerate() {
            *station = station.filter(|_| demand[unit] > 0.0);
            answer.distance_m.push(station.and_then(|site| distances.get(unit, site)));
        }
        let within = distances.within(self.reach_m, &allowed);
        let mut is_open = vec![false; allowed.len()];
        answer.open.iter().for_each(|&site| is_open[site] = true);
        for (unit, found) in city.units.iter().enumerate().filter(|(_, u)| u.population > 0.0) {
            let is_placed = without_room[unit] == 0;
            if !is_placed {
                answer.without_room.push(unit);
            }
            let people = self.people_in_reach(&answer, unit, found.population, is_placed);
            answer.served_in_reach += people;
            if within.is_empty_at(unit) {
                answer.unreachable.push(unit);
                continue;
            }
            answer.beyond_reach += found.population - people;
            if !is_placed || people < found.population {
                answer.unserved.push(unit);
            }
            if let StationModel::Fewest(times) = self.model
                && times > 1
            {
                let near = within.sites(unit).iter().filter(|&&site| is_open[site as usize]);
                let near = near.count();
                if (1..times).contains(&near) {
                    answer.lacking_backup.push((unit, near));
                }
            }
        }
        Ok(answer)
    }

    fn check(&self, city: &City) -> Result<()> {
        if city.stations.is_empty() {
            return Err(Error::request(
                "the city has no station and no site for one",
                "add stations.geojson to the city folder",
            ));
        }
        if let Some(kind) = self.kind.as_deref().filter(|_| self.sites(city).next().is_none()) {
            return Err(no_such_kind(kind, city));
        }
        if !(self.reach_m >= 0.0 && self.reach_m.is_finite()) {
            let problem = format!("a reach of {}", self.reach_m);
            return Err(Error::request(problem, "give a distance of 0 or more"));
        }
        if self.model == StationModel::Fewest(0) {
            return Err(Error::request(
                "0 stations within reach of everybody are asked for",
                "ask for 1 or more",
            ));
        }
        let needs_some = !matches!(self.model, StationModel::Fewest(_));
        if needs_some && self.sites(city).all(|site| self.rule(site) == SiteRule::Closed) {
            return Err(Error::request(
                format!(
                    "all {} stations are closed, so that none can be open",
                    self.sites(city).count()
                ),
                "give some another status than closed, or let existing stations stay",
            ));
        }
        if self.capacities && self.sites(city).all(|site| site.capacity.is_none()) {
            return Err(Error::request(
                "capacities are to be kept, and no station has one",
                "give stations a field capacity, or do without capacities",
            ));
        }
        Ok(())
    }

    /// Whether a way counts as within reach.
    pub(crate) fn reaches(&self, way_m: f64) -> bool {
        way_m <= self.reach_m * (1.0 + 1e-9)
    }

    /// How many people of a unit have a station within reach; `is_placed` where none lacks room.
    fn people_in_reach(
        &self,
        answer: &StationAssignment,
        unit: usize,
        people: f64,
        is_placed: bool,
    ) -> f64 {
        let shares = answer.shares_of(unit);
        let is_near = answer.distance_m[unit].is_some_and(|way| self.reaches(way));
        // What adds up to all of them may differ from it by rounding.
        if is_placed && is_near && shares.iter().all(|s| self.reaches(s.distance_m)) {
            return people;
        }
        let near = shares.iter().filter(|s| self.reaches(s.distance_m));
        near.map(|s| s.people).sum::<f64>().min(people)
    }

    /// The sites that are considered, closed ones among them.
    fn sites<'c>(&'c self, city: &'c City) -> impl Iterator<Item = &'c Station> {
        city.stations.iter().filter(|site| self.considers(site))
    }

    /// Whether a site is of the kind that is considered.
    pub(crate) fn considers(&self, site: &Station) -> bool {
        let is_it = |kind: &str| site.kind.as_deref().is_some_and(|own| own.trim() == kind.trim());
        self.kind.as_deref().is_none_or(is_it)
    }

    fn rule(&self, site: &Station) -> SiteRule {
        if !self.considers(site) {
            return SiteRule::Closed;
        }
        match (site.status, self.existing) {
            (StationStatus::Closed, _) => SiteRule::Closed,
            (StationStatus::Candidate, _) => SiteRule::Free,
            (StationStatus::Existing, ExistingStations::Required) => SiteRule::Required,
            (StationStatus::Existing, ExistingStations::Free) => SiteRule::Free,
            (StationStatus::Existing, ExistingStations::Closed) => SiteRule::Closed,
        }
    }

    /// Makes of an answer without regard to rooms one that keeps them, for so many people in all; of
    /// every unit, how many find no room, in parts. The value without rooms bounds what is possible
    /// with them, but says nothing of ways where somebody finds no room.
    fn limit(
        &self,
        answer: &mut StationAssignment,
        limited: &Limited<'_>,
        people: f64,
    ) -> Result<Vec<i64>> {
        let Limited { filling, reach, .. } = limited;
        let opened = match self.model {
            StationModel::Fewest(times) => {
                limited.fewest(&answer.open, answer.lower_bound as i64, times)?
            }
            StationModel::MostPeople(p) | StationModel::LeastDistance(p) => {
                limited.best_of(p, &answer.open, Aim::Ways)?
            }
            StationModel::LeastLongest(p) => limited.best_of(p, &answer.open, Aim::Longest)?,
        };
        let within = match self.model {
            StationModel::LeastLongest(_) => limited.least_longest(&opened.sites)?,
            _ => *reach,
        };
        let filled = filling.fill(&opened.sites, within)?;
        if filled.left() > 0 {
            answer.lower_bound = 0.0;
        }
        match self.model {
            StationModel::Fewest(_) => {
                answer.objective = opened.sites.len() as f64;
                answer.lower_bound = opened.least as f64;
            }
            StationModel::MostPeople(_) => {
                answer.objective = (people - filling.people(filled.left())).max(0.0);
                let most = people - filling.people(opened.least);
                answer.upper_bound = answer.upper_bound.min(most).max(answer.objective);
                answer.lower_bound = answer.objective;
            }
            StationModel::LeastDistance(_) => {
                answer.objective = filling.metres(&filled);
                answer.lower_bound = answer.lower_bound.max(opened.least_way);
            }
            StationModel::LeastLongest(_) => answer.objective = filling.longest(&filled),
        }
        if opened.is_best {
            (answer.lower_bound, answer.upper_bound) = (answer.objective, answer.objective);
        } else if !matches!(self.model, StationModel::MostPeople(_)) {
            answer.lower_bound = answer.lower_bound.min(answer.objective);
            answer.upper_bound = answer.objective;
        }
        answer.station_of_unit = filled.station_of_unit();
        (answer.shared, answer.shares) = filling.shares(&filled);
        answer.open = opened.sites;
        Ok(filled.unplaced)
    }
}

/// The error where no site is of a kind.
fn no_such_kind(kind: &str, city: &City) -> Error {
    let kinds: BTreeSet<&str> =
        city.stations.iter().filter_map(|site| site.kind.as_deref()).map(str::trim).collect();
    let problem = format!("no station or site is of kind {kind:?}");
    if kinds.is_empty() {
        return Error::request(problem, "give them a field kind, or do without a kind");
    }
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    Error::request(problem, format!("ask for one of these: {kinds}"))
}

#[cfg(test)]
#[path = "stations_tests.rs"]
mod tests;
