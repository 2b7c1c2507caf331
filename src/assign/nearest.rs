use std::time::Instant;

use geo::Point;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::stations::REACH_M;
use super::{Answer, Link, Way, isochrones, missing, note_off_the_walks, out_of_reach};
use crate::allocate::{self, Nearest};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;

/// Places where nothing else is said.
const TO: &str = "stations";

/// The nearest few places of any kind for everybody, such as clinics
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NearestPlaces {
    /// The places are the points of PLACES.geojson in the city folder
    #[cfg_attr(feature = "cli", arg(long, value_name = "PLACES", default_value = TO))]
    pub to: String,
    /// Places told for each unit at most
    #[cfg_attr(feature = "cli", arg(short = 'k', long, value_name = "N", default_value_t = 1))]
    pub count: usize,
    /// Longest way that counts as reach, metres
    #[cfg_attr(feature = "cli", arg(long, value_name = "M", default_value_t = REACH_M))]
    pub reach: f64,
    /// Also write what is within reach of each place, as areas
    #[cfg_attr(feature = "cli", arg(long))]
    pub isochrones: bool,
}

impl Default for NearestPlaces {
    fn default() -> Self {
        NearestPlaces { to: TO.into(), count: 1, reach: REACH_M, isochrones: false }
    }
}

impl NearestPlaces {
    /// The nearest few of `places` (ids and points in degrees) for every unit; `to` says what they
    /// are called, no more. [`read_places`](crate::io::CityFolder::read_places) reads them of a city
    /// folder.
    ///
    /// # Errors
    /// Where there are no places; as [`Way::travel`] and [`Nearest::find`].
    pub fn answer(
        &self,
        city: &City,
        ground: &Ground,
        places: &[(String, Point<f64>)],
        way: &Way,
    ) -> Result<Answer> {
        if places.is_empty() {
            return Err(missing(&self.to, &format!("{}.geojson", self.to)));
        }
        let at: Vec<Point<f64>> = places.iter().map(|place| place.1).collect();
        let travel = way.travel(city, ground)?;
        let start = Instant::now();
        let rule = Nearest { count: self.count, reach_m: self.reach, travel };
        let found = rule.find(city, ground, &at)?;
        let units = ground.unit_points.iter().copied();
        let off_the_walks = rule.travel.off_the_walks(ground, units)?;
        let mut answer = told(city, ground, places, &found, &off_the_walks);
        note_off_the_walks(&mut answer, ground, &rule.travel, places)?;
        if self.isochrones {
            answer.reached = isochrones(ground, &rule.travel, self.reach, places)?;
        }
        answer.asked([
            ("to", json!(self.to)),
            ("count", json!(self.count)),
            ("reach", json!(self.reach)),
        ]);
        answer.ways(way);
        Ok(answer.since(start))
    }
}

/// The answer as it is told.
fn told(
    city: &City,
    ground: &Ground,
    places: &[(String, Point<f64>)],
    found: &allocate::NearestPlaces,
    off_the_walks: &[bool],
) -> Answer {
    let mut answer = Answer::new(city, "nearest");
    let sum = found.metres_people;
    answer.record.value("metres times people to the nearest place", sum, sum, sum);
    let people = |units: &[usize]| units.iter().map(|&u| city.units[u].population).sum::<f64>();
    let reached: Vec<usize> =
        (0..found.of_unit.len()).filter(|&unit| !found.of_unit[unit].is_empty()).collect();
    answer.figure("people_in_reach", json!(people(&reached) + 0.0));
    answer.figure("people_unreachable", json!(people(&found.unreachable) + 0.0));
    for (id, position) in places {
        answer.person("place", id, *position);
    }
    for (unit, near) in found.of_unit.iter().enumerate() {
        for &(place, distance_m) in near {
            let (id, position) = &places[place];
            answer.links.push(Link {
                kind: "nearest_link",
                ends: [("unit", city.units[unit].id.clone()), ("place", id.clone())],
                positions: [ground.unit_points[unit], *position],
                distance_m,
                people: None,
            });
        }
    }
    for &unit in &found.unreachable {
        let people = city.units[unit].population;
        let (reason, cure) = out_of_reach(people, "place", off_the_walks[unit]);
        answer.want(&city.units[unit].id, reason, cure);
    }
    answer
}
