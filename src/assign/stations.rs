use std::time::Instant;

use geo::Point;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Goal, Link, Way, isochrones, missing, note_off_the_walks, out_of_reach};
use crate::allocate::{self, ExistingStations, StationAssignment, StationModel};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::{City, Station, StationStatus};

/// The longest way that counts as reach where nothing else is said: 15 minutes.
pub(super) const REACH_M: f64 = 1_000.0;

/// What helps where room is short.
const MORE_ROOM: &str = "open one more station, or more room";

/// Stations of the 15-minute circle, among the sites of stations.geojson
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stations {
    /// What they are chosen for
    #[cfg_attr(feature = "cli", arg(long, value_enum, default_value_t))]
    pub model: Model,
    /// Stations to open, where the model needs a number [default: all sites]
    #[cfg_attr(feature = "cli", arg(short, long, value_name = "N"))]
    pub p: Option<usize>,
    /// The only kind of sites to choose among, as the field kind says it [default: all sites]
    #[cfg_attr(feature = "cli", arg(long, value_name = "NAME"))]
    pub kind: Option<String>,
    /// Longest way that counts as reach, metres
    #[cfg_attr(feature = "cli", arg(long, value_name = "M", default_value_t = REACH_M))]
    pub reach: f64,
    /// Stations that everybody is to have within reach, with --model fewest
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", default_value_t = 1))]
    pub times: usize,
    /// What becomes of existing stations
    #[cfg_attr(feature = "cli", arg(long, value_enum, default_value_t))]
    pub existing: Existing,
    /// Serve no more people than a station's capacity says
    #[cfg_attr(feature = "cli", arg(long))]
    pub capacities: bool,
    /// Also write what is within reach of each open station, as areas
    #[cfg_attr(feature = "cli", arg(long))]
    pub isochrones: bool,
}

/// What stations are chosen for.
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// The fewest that bring everybody within reach (LSCP)
    #[default]
    Fewest,
    /// Most people within reach of N (MCLP)
    People,
    /// Least walking in all to N (p-median)
    Distance,
    /// Least longest way to N (p-center)
    Longest,
}

/// What becomes of existing stations.
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Existing {
    /// They stay
    #[default]
    Required,
    /// They may go
    Free,
    /// They go
    Closed,
}

impl Default for Stations {
    fn default() -> Self {
        Stations {
            model: Model::default(),
            p: None,
            kind: None,
            reach: REACH_M,
            times: 1,
            existing: Existing::default(),
            capacities: false,
            isochrones: false,
        }
    }
}

impl Stations {
    /// Stations and whom they serve.
    ///
    /// # Errors
    /// Where the city has no stations; as [`Way::travel`] and [`allocate::Stations::assign`].
    pub fn answer(&self, city: &City, ground: &Ground, way: &Way) -> Result<Answer> {
        if city.stations.is_empty() {
            return Err(missing("stations", "stations.geojson"));
        }
        let existing = match self.existing {
            Existing::Required => ExistingStations::Required,
            Existing::Free => ExistingStations::Free,
            Existing::Closed => ExistingStations::Closed,
        };
        let mut rule = allocate::Stations {
            model: StationModel::Fewest(self.times),
            reach_m: self.reach,
            travel: way.travel(city, ground)?,
            existing,
            capacities: self.capacities,
            kind: self.kind.clone(),
        };
        let p = self.p.unwrap_or_else(|| self.all_sites(city, &rule));
        rule.model = match self.model {
            Model::Fewest => StationModel::Fewest(self.times),
            Model::People => StationModel::MostPeople(p),
            Model::Distance => StationModel::LeastDistance(p),
            Model::Longest => StationModel::LeastLongest(p),
        };
        let start = Instant::now();
        let found = rule.assign(city, ground)?;
        let units = ground.unit_points.iter().copied();
        let off_the_walks = rule.travel.off_the_walks(ground, units)?;
        let mut answer = told(city, ground, &rule, &found, &off_the_walks);
        let place = |site: usize| {
            let station = &city.stations[site];
            (station.id.clone(), station.position)
        };
        let considered = (0..city.stations.len()).filter(|&i| rule.considers(&city.stations[i]));
        let sites: Vec<(String, Point<f64>)> = considered.map(place).collect();
        note_off_the_walks(&mut answer, ground, &rule.travel, &sites)?;
        if self.isochrones {
            let places: Vec<_> = found.open.iter().copied().map(place).collect();
            answer.reached = isochrones(ground, &rule.travel, self.reach, &places)?;
        }
        answer.asked([
            ("model", json!(self.model)),
            ("p", json!(p)),
            ("kind", json!(self.kind)),
            ("reach", json!(self.reach)),
            ("times", json!(self.times)),
            ("existing", json!(self.existing)),
            ("capacities", json!(self.capacities)),
        ]);
        answer.ways(way);
        Ok(answer.since(start))
    }
}

impl Stations {
    /// How many stations may be open at most.
    fn all_sites(&self, city: &City, rule: &allocate::Stations) -> usize {
        let goes = |status: StationStatus| match status {
            StationStatus::Closed => true,
            StationStatus::Existing => self.existing == Existing::Closed,
            StationStatus::Candidate => false,
        };
        let stays = |site: &&Station| rule.considers(site) && !goes(site.status);
        city.stations.iter().filter(stays).count()
    }
}

/// The answer as it is told.
fn told(
    city: &City,
    ground: &Ground,
    rule: &allocate::Stations,
    found: &StationAssignment,
    off_the_walks: &[bool],
) -> Answer {
    let mut answer = Answer::new(city, "stations");
    let model = rule.model;
    let measure = match model {
        StationModel::Fewest(_) => "stations",
        StationModel::MostPeople(_) => "people within reach",
        StationModel::LeastDistance(_) => "metres times people",
        StationModel::LeastLongest(_) => "metres of the longest way",
    };
    if let StationModel::MostPeople(_) = model {
        answer.record.goal = Goal::Most;
    }
    let (value, lower, upper) = (found.objective, found.lower_bound, found.upper_bound);
    answer.record.value(measure, value, lower, upper);
    // Adding 0 turns the -0 of an empty sum into 0.
    let people =
        |units: &[usize]| units.iter().map(|&u| city.units[u].population).sum::<f64>() + 0.0;
    answer.figure("stations", json!(found.open.len()));
    answer.figure("people_in_reach", json!(found.served_in_reach));
    answer.figure("people_unreachable", json!(people(&found.unreachable)));
    answer.figure("people_beyond_reach", json!(found.beyond_reach + 0.0));
    answer.figure("units_shared", json!(found.shared.len()));
    for &site in &found.open {
        let station = &city.stations[site];
        answer.person("station", &station.id, station.position);
    }
    let mut link = |unit: usize, site: usize, people: f64, distance_m: f64| {
        let station = &city.stations[site];
        answer.links.push(Link {
            kind: "station_link",
            ends: [("unit", city.units[unit].id.clone()), ("station", station.id.clone())],
            positions: [ground.unit_points[unit], station.position],
            distance_m,
            people: Some(people),
        });
    };
    for (unit, station) in found.station_of_unit.iter().enumerate() {
        let (Some(site), Some(distance_m)) = (station, found.distance_m[unit]) else { continue };
        let shares = found.shares_of(unit);
        if shares.is_empty() {
            link(unit, *site, city.units[unit].population, distance_m);
        }
        shares.iter().for_each(|s| link(unit, s.station, s.people, s.distance_m));
    }
    for &unit in &found.unreachable {
        let (reason, cure) = match found.distance_m[unit] {
            _ if found.without_room.contains(&unit) => without_room(city, found, unit),
            Some(way) => {
                let reason = format!("its station is {way:.0} m away, and no site within reach");
                (reason, "name a site nearer to it".to_owned())
            }
            None => out_of_reach(city.units[unit].population, "site", off_the_walks[unit]),
        };
        answer.want(&city.units[unit].id, reason, cure);
    }
    for &unit in &found.unserved {
        let people = city.units[unit].population;
        let shares = found.shares_of(unit);
        let near = shares.iter().filter(|share| rule.reaches(share.distance_m));
        let placed: f64 = near.map(|share| share.people).sum();
        let reason = match found.distance_m[unit] {
            Some(_) if !shares.is_empty() => {
                format!("{placed:.0} of its {people:.0} people have a station within reach")
            }
            Some(way) => format!("its station is {way:.0} m away, beyond reach"),
            None if rule.capacities => "no open station within reach has room for it".to_owned(),
            None => "no open station is within reach".to_owned(),
        };
        let cure = match rule.capacities {
            true => MORE_ROOM,
            false => "open one more station",
        };
        answer.want(&city.units[unit].id, reason, cure);
    }
    for &(unit, near) in &found.lacking_backup {
        let reason = format!("stations within reach: {near}, fewer than asked for");
        answer.want(&city.units[unit].id, reason, "name a site nearer to it");
    }
    answer
}

/// Why people of a unit have no station, though ways lead to some, and what helps.
fn without_room(city: &City, found: &StationAssignment, unit: usize) -> (String, String) {
    let people = city.units[unit].population;
    let placed: f64 = found.shares_of(unit).iter().map(|share| share.people).sum();
    let reason = match placed > 0.0 {
        true => format!("open stations have room for {placed:.0} of its {people:.0} people"),
        false => format!("no open station has room for its {people:.0} people"),
    };
    (reason, MORE_ROOM.to_owned())
}
