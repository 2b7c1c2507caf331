use std::fs;
use std::io::{self, Write};
use std::path::Path;

use geo::{Geometry, LineString};
use geojson::GeometryValue;
use serde_json::{Value, json};

use super::organisation_folder::{figure, table};
use super::plan_folder::FeatureWriter;
use super::tidy::tidy;
use super::whole::NewFolder;
use crate::assign::{Answer, AssignmentRecord, Served};
use crate::error::Result;

/// What `assignment.json` says.
pub fn assignment_record(record: &AssignmentRecord) -> Value {
    let mut record = serde_json::to_value(record).unwrap_or_default();
    tidy(&mut record);
    record
}

/// The features of `assignments.geojson`, properties and shape: people as points, links as lines, what
/// is reached as areas (`isochrone`).
pub fn assignment_features(answer: &Answer) -> impl Iterator<Item = (Value, Geometry<f64>)> + '_ {
    let people = answer.people.iter().map(|person| {
        let properties = json!({"kind": person.kind, "id": person.id});
        (properties, person.position.into())
    });
    let links = answer.links.iter().map(|link| {
        let mut properties = json!({"kind": link.kind, "distance_m": link.distance_m});
        for (name, id) in &link.ends {
            properties[*name] = Value::from(id.as_str());
        }
        if let Some(people) = link.people {
            properties["people"] = json!(people);
        }
        tidy(&mut properties);
        (properties, LineString::from(link.positions.to_vec()).into())
    });
    let reached = answer.reached.iter().map(|reached| {
        let mut properties =
            json!({"kind": "isochrone", "place": reached.id, "reach_m": reached.reach_m});
        tidy(&mut properties);
        let area = match reached.area.0.as_slice() {
            [polygon] => polygon.clone().into(),
            _ => reached.area.clone().into(),
        };
        (properties, area)
    });
    people.chain(links).chain(reached)
}

/// Writes an assignment folder, whole or not at all: `assignments.geojson` with the
/// [features](assignment_features), `assignment.json` with the [record](assignment_record), of central
/// households `units.csv` with that of every unit, and maps (names and texts). A folder that is not empty is replaced only if `force` is given and it holds an
/// assignment and nothing else.
///
/// # Errors
/// Where something is in the way or the file system refuses.
pub fn write_assignment_folder(
    target: &Path,
    answer: &Answer,
    maps: &[(&'static str, String)],
    force: bool,
) -> Result<()> {
    let new = NewFolder::begin(target, force, is_assignment)?;
    new.file("assignments.geojson", |out| {
        let mut features = FeatureWriter::begin(out, &answer.record.modelled)?;
        for (properties, shape) in assignment_features(answer) {
            features.feature(&properties, Some(GeometryValue::from(&shape)))?;
        }
        features.end()
    })?;
    new.file("assignment.json", |out| {
        serde_json::to_writer_pretty(&mut *out, &assignment_record(&answer.record))?;
        out.write_all(b"\n")
    })?;
    if !answer.units.is_empty() {
        new.file("units.csv", |out| write_units(out, &answer.units))?;
    }
    for (name, text) in maps {
        new.file(name, |out| out.write_all(text.as_bytes()))?;
    }
    new.commit()
}

fn write_units(out: &mut impl Write, units: &[Served]) -> io::Result<()> {
    let header = ["unit", "grid", "central_household", "distance_m"];
    let rows = units.iter().map(|unit| {
        let [grid, place] = [&unit.grid, &unit.place].map(|of| of.clone().unwrap_or_default());
        [unit.unit.clone(), grid, place, unit.distance_m.map(figure).unwrap_or_default()]
    });
    table(out, &header, rows)
}

/// Checks, before long work, that an assignment folder could be written to `target`. While what
/// is returned lives, no other process can write there.
///
/// # Errors
/// As [`write_assignment_folder`].
pub fn check_assignment_target(target: &Path, force: bool) -> Result<NewFolder> {
    NewFolder::begin(target, force, is_assignment)
}

/// Whether a folder holds an assignment of ours and nothing else.
fn is_assignment(folder: &Path) -> bool {
    let known = ["assignments.geojson", "assignment.json", "units.csv", "map.html", "map.svg"];
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let only_ours = entries.into_iter().all(|entry| {
        entry.is_ok_and(|e| e.file_name().to_str().is_some_and(|name| known.contains(&name)))
    });
    let text = fs::read(folder.join("assignment.json")).unwrap_or_default();
    let record: Value = serde_json::from_slice(&text).unwrap_or_default();
    only_ours && record.get("evengrid").is_some_and(Value::is_string)
}
