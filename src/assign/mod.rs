//! The questions of `evengrid assign`, by the names of the command line, and their answers as they
//! are written and said, whoever asks.
//!
//! What is computed stands in [`allocate`](crate::allocate); here a question is put to a city and
//! becomes an [`Answer`]: a record with its bounds and all that could not be met, people and places,
//! links, areas.

mod households;
mod members;
mod nearest;
mod officers;
mod partners;
mod record;
mod stations;
mod way;

use std::time::Instant;

use geo::{MultiPolygon, Point};
use serde_json::{Value, json};

use serde::Serialize;

use crate::allocate::{FARTHEST_M, Travel};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;

pub use households::Households;
pub use members::Members;
pub use nearest::NearestPlaces;
pub use officers::{Officers, Spare};
pub use partners::Partners;
pub use record::{AssignmentRecord, Goal, Link, Person, Reached, Served, Want};
pub use stations::{Existing, Model, Stations};
pub use way::Way;

/// Who and what goes where.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Answer {
    /// What was asked, how good the answer is, what is wanting.
    pub record: AssignmentRecord,
    /// People and places.
    pub people: Vec<Person>,
    /// Who belongs to whom.
    pub links: Vec<Link>,
    /// The central household of every unit, where households were asked for.
    pub units: Vec<Served>,
    /// What can be reached from places, where it was asked for.
    pub reached: Vec<Reached>,
}

impl Answer {
    fn new(city: &City, assignment: &str) -> Self {
        let record = AssignmentRecord::of(city, assignment);
        Answer { record, ..Answer::default() }
    }

    /// Enters what was asked.
    fn asked<'a>(&mut self, parameters: impl IntoIterator<Item = (&'a str, Value)>) {
        for (name, value) in parameters {
            self.record.parameters.insert(name.to_owned(), value);
        }
    }

    /// Enters how ways were measured, and says it beside the figures.
    fn ways(&mut self, way: &Way) {
        self.asked(way.asked());
        self.figure("ways", json!(way.told()));
    }

    fn figure(&mut self, name: &str, value: Value) {
        self.record.figures.insert(name.to_owned(), value);
    }

    fn person(&mut self, kind: &'static str, id: &str, position: Point<f64>) {
        self.people.push(Person { kind, id: id.to_owned(), position });
    }

    fn want(&mut self, of: &str, reason: impl Into<String>, cure: impl Into<String>) {
        let (reason, cure) = (reason.into(), cure.into());
        self.record.wants.push(Want { of: of.to_owned(), reason, cure });
    }

    /// Notes how long it took.
    fn since(mut self, start: Instant) -> Self {
        self.record.seconds = start.elapsed().as_secs_f64();
        self
    }
}

/// The error where the city lacks a layer that a question is about.
fn missing(layers: &str, files: &str) -> Error {
    Error::request(
        format!("the city has no {layers}"),
        format!("add {files} to it, with an id for every point"),
    )
}

/// Why somebody has no place within reach, and what helps.
fn out_of_reach(people: f64, what: &str, off_the_walks: bool) -> (String, String) {
    if off_the_walks {
        let reason = format!("{people} people, and no walk within {FARTHEST_M:.0} m");
        return (reason, "add the walks around it, or ask without --on-foot".to_owned());
    }
    (format!("{people} people, and no {what} within reach"), format!("name a {what} nearer to it"))
}

/// Why somebody reaches no community, and what helps.
fn without_way(off_the_walks: bool) -> (String, &'static str) {
    if off_the_walks {
        let reason = format!("no walk within {FARTHEST_M:.0} m");
        return (reason, "add the walks around it, or ask without --on-foot");
    }
    let reason = "no way leads to the centre of any community".to_owned();
    (reason, "join its walks to those of the communities, or ask without --on-foot")
}

/// Enters the communities whose centres stand off all walks: nobody reaches these.
fn note_centres_off_the_walks(
    answer: &mut Answer,
    city: &City,
    ground: &Ground,
    travel: &Travel,
    centres: &[Option<Point<f64>>],
) -> Result<()> {
    let known = city.communities.iter().zip(centres);
    let known = known.filter_map(|(community, centre)| Some((community.id.clone(), (*centre)?)));
    note_off_the_walks(answer, ground, travel, &known.collect::<Vec<_>>())
}

/// Enters the places that stand off all walks: nobody reaches these.
fn note_off_the_walks(
    answer: &mut Answer,
    ground: &Ground,
    travel: &Travel,
    places: &[(String, Point<f64>)],
) -> Result<()> {
    if let Travel::OnFoot(_) = travel {
        let off = travel.off_the_walks(ground, places.iter().map(|place| place.1))?;
        let ids = places.iter().zip(off).filter(|(_, off)| *off).map(|(place, _)| &place.0);
        answer.figure("places_off_the_walks", json!(ids.collect::<Vec<_>>()));
    }
    Ok(())
}

/// What can be reached from each place, as areas.
fn isochrones(
    ground: &Ground,
    travel: &Travel,
    reach_m: f64,
    places: &[(String, Point<f64>)],
) -> Result<Vec<Reached>> {
    let at = places.iter().map(|place| place.1);
    let people = ground.unit_points.iter().copied();
    let areas = places.iter().zip(travel.reached(ground, at, people, reach_m)?);
    let near = areas.filter(|(_, area): &(_, MultiPolygon<f64>)| !area.0.is_empty());
    Ok(near.map(|((id, _), area)| Reached { id: id.clone(), reach_m, area }).collect())
}
