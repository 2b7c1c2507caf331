use std::fs;
use std::io::Write;
use std::path::Path;

use geo::{MultiPolygon, Point};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::plan_folder::{FeatureWriter, area_value, line_value, point_value};
use super::tidy::tidy;
use super::whole::NewFolder;
use crate::error::Result;
use crate::model::{City, Source};

/// The content of `assignment.json`: what was asked, how good the answer is, what is wanting.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AssignmentRecord {
    /// Version of evengrid that made it; also the mark by which such a folder is known.
    pub evengrid: String,
    /// What was placed: `households`, `officers` or another role, `stations`, `nearest`, `partners`
    /// or `members`.
    pub assignment: String,
    /// Name of the city.
    pub city: String,
    /// What in the city is modelled rather than real, a sentence each.
    pub modelled: Vec<String>,
    /// What was asked, by the names of the command line.
    pub parameters: Map<String, Value>,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// What `objective` and its bounds measure.
    pub measure: String,
    /// The value of the answer.
    pub objective: f64,
    /// No answer to what was asked has a lower value.
    pub lower_bound: f64,
    /// The best answer has at most this value.
    pub upper_bound: f64,
    /// (upper − lower) / lower; null where the lower bound is 0 and the upper is not.
    pub gap: Option<f64>,
    /// Further figures, by name.
    pub figures: Map<String, Value>,
    /// What could not be met: who or what, by how much, and the cure.
    pub wants: Vec<Want>,
    /// Seconds it took: the only part that differs from run to run.
    pub seconds: f64,
}

/// Something that could not be met.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Want {
    /// Id or code of what is concerned.
    pub of: String,
    /// What is wanting, in a sentence with figures.
    pub reason: String,
    /// What would mend it.
    pub cure: String,
}

/// A person or place in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Kind, such as `officer`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
}

/// Who belongs to whom: a line in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Kind, such as `officer_link`.
    pub kind: &'static str,
    /// Names and ids of both ends, such as `("officer", "o001")`.
    pub ends: [(&'static str, String); 2],
    /// Both ends, in degrees.
    pub positions: [Point<f64>; 2],
    /// How far it is, metres, as it was measured.
    pub distance_m: f64,
}

/// What can be reached from somewhere: an area in `assignments.geojson`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reached {
    /// Id of what it is reached from.
    pub id: String,
    /// Longest way, metres.
    pub reach_m: f64,
    /// The area, in degrees.
    pub area: MultiPolygon<f64>,
}

impl AssignmentRecord {
    /// A record with what the city tells by itself.
    pub fn of(city: &City, assignment: &str) -> Self {
        AssignmentRecord {
            evengrid: env!("CARGO_PKG_VERSION").into(),
            assignment: assignment.into(),
            city: city.name.clone(),
            modelled: city.modelled.clone(),
            sources: city.sources.clone(),
            ..AssignmentRecord::default()
        }
    }

    /// Enters a value with its bounds.
    pub fn value(&mut self, measure: &str, objective: f64, lower: f64, upper: f64) {
        self.measure = measure.into();
        (self.objective, self.lower_bound, self.upper_bound) = (objective, lower, upper);
        let open = upper - lower;
        self.gap = if open <= 1e-9 * upper.abs() {
            Some(0.0)
        } else {
            (lower > 0.0).then_some(open / lower)
        };
    }
}

/// Writes an assignment folder, whole or not at all: `assignments.geojson` with people as points,
/// links as lines and what is reached as areas (`isochrone`), and `assignment.json`. A folder that is not empty is replaced only if `force` is
/// given and it holds an assignment and nothing else.
///
/// # Errors
/// Where something is in the way or the file system refuses.
pub fn write_assignment_folder(
    target: &Path,
    record: &AssignmentRecord,
    people: &[Person],
    links: &[Link],
    reached: &[Reached],
    maps: &[(&'static str, String)],
    force: bool,
) -> Result<()> {
    let new = NewFolder::begin(target, force, is_assignment)?;
    new.file("assignments.geojson", |out| {
        let mut features = FeatureWriter::begin(out, &record.modelled)?;
        for person in people {
            let properties = json!({"kind": person.kind, "id": person.id});
            features.feature(&properties, Some(point_value(person.position)))?;
        }
        for link in links {
            let mut properties = json!({"kind": link.kind, "distance_m": link.distance_m});
            for (name, id) in &link.ends {
                properties[*name] = Value::from(id.as_str());
            }
            tidy(&mut properties);
            let [from, to] = link.positions;
            features.feature(&properties, Some(line_value(from, to)))?;
        }
        for reached in reached {
            let mut properties =
                json!({"kind": "isochrone", "station": reached.id, "reach_m": reached.reach_m});
            tidy(&mut properties);
            features.feature(&properties, Some(area_value(&reached.area)))?;
        }
        features.end()
    })?;
    new.file("assignment.json", |out| {
        let mut record = serde_json::to_value(record)?;
        tidy(&mut record);
        serde_json::to_writer_pretty(&mut *out, &record)?;
        out.write_all(b"\n")
    })?;
    for (name, text) in maps {
        new.file(name, |out| out.write_all(text.as_bytes()))?;
    }
    new.commit()
}

/// Checks, before long work, that an assignment folder could be written to `target`.
///
/// # Errors
/// As [`write_assignment_folder`].
pub fn check_assignment_target(target: &Path, force: bool) -> Result<()> {
    NewFolder::begin(target, force, is_assignment).map(drop)
}

/// Whether a folder holds an assignment of ours and nothing else.
fn is_assignment(folder: &Path) -> bool {
    let known = ["assignments.geojson", "assignment.json", "map.html", "map.svg"];
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let only_ours = entries.into_iter().all(|entry| {
        entry.is_ok_and(|e| e.file_name().to_str().is_some_and(|name| known.contains(&name)))
    });
    let text = fs::read(folder.join("assignment.json")).unwrap_or_default();
    let record: Value = serde_json::from_slice(&text).unwrap_or_default();
    only_ours && record.get("evengrid").is_some_and(Value::is_string)
}
