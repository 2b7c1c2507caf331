use std::fs;
use std::io::{self, Write};
use std::path::Path;

use geo::{Geometry, MultiPolygon, Point};
use geojson::GeometryValue;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::feature_text::FeatureText;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::plan_json::PlanRecord;
use super::redrawn::COMMUNITIES;
use super::shape::type_name;
use super::source::find_layer;
use super::tidy::tidy;
use super::whole::NewFolder;
use crate::allocate::{HouseholdAssignment, OfficerAssignment};
use crate::error::{Error, Fault, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::organise::{GridRecord, Register};
use crate::plan::Plan;

/// Files that a plan folder may hold.
const PLAN_FILES: [&str; 12] = [
    "units.geojson",
    "cells.geojson",
    "grids.geojson",
    "assignments.geojson",
    "plan.json",
    "map.html",
    "report.html",
    "map.svg",
    "plan.xlsx",
    "moves.csv",
    "changes.svg",
    COMMUNITIES,
];

/// The files that stand in a written plan folder, a line each, for whoever wants to open them.
pub fn written_files(folder: &Path) -> String {
    let files = PLAN_FILES.iter().map(|name| folder.join(name)).filter(|path| path.exists());
    files.fold("wrote".to_owned(), |text, path| format!("{text}\n  {}", path.display()))
}

/// All that a plan folder is made of.
#[derive(Debug, Clone, Copy)]
pub struct PlanFolder<'a> {
    /// The city.
    pub city: &'a City,
    /// The text of its units, as [`read_city`](super::read_city) kept it.
    pub units_text: &'a FeatureText,
    /// The property of units that gets their community, where communities were drawn anew.
    pub community_field: Option<&'a str>,
    /// The plan.
    pub plan: &'a Plan,
    /// The register of the plan.
    pub register: &'a Register,
    /// The ground, whose cells are written where they are not the units' own shapes.
    pub ground: Option<&'a Ground>,
    /// Central households and who is linked to them.
    pub households: &'a HouseholdAssignment,
    /// Who serves which community.
    pub officers: &'a OfficerAssignment,
    /// What goes into `plan.json`.
    pub record: &'a PlanRecord,
    /// Further files, such as `map.html`: name and text.
    pub extras: &'a [(&'a str, String)],
}

/// Writes a plan folder, whole or not at all.
///
/// It gets `units.geojson` (the input text with `grid` in the properties of every unit),
/// `cells.geojson` where the ground of units had to be made or repaired (`unit` is null for open
/// ground),
/// `grids.geojson`, `assignments.geojson` (where anybody was placed: ids and points only),
/// `plan.json`, and the extras. A folder that is not empty is replaced only if `force` is given and
/// it holds a plan.
///
/// # Errors
/// Where something is in the way or the file system refuses; nothing half-done stays.
pub fn write_plan_folder(target: &Path, folder: &PlanFolder<'_>, force: bool) -> Result<()> {
    let plan = folder.plan;
    if folder.units_text.len() != plan.grid_of_unit.len() {
        return Err(Error::request(
            format!(
                "the plan has {} units, the text {}",
                plan.grid_of_unit.len(),
                folder.units_text.len()
            ),
            "write a plan with the text of the city it was made for",
        ));
    }
    let new = begin(target, force)?;
    // The units are most of what is written; the rest goes beside them.
    let (units, rest) = rayon::join(
        || {
            new.file("units.geojson", |out| {
                folder.units_text.write_with(out, |unit| {
                    let grid = &plan.grids[plan.grid_of_unit[unit] as usize];
                    let mut members = vec![("grid", Value::from(grid.code.as_str()))];
                    if let Some(field) = folder.community_field {
                        let community = &folder.city.communities[grid.community];
                        members.push((field, Value::from(community.id.as_str())));
                    }
                    members
                })
            })
        },
        || write_beside_units(&new, folder),
    );
    units.and(rest)?;
    new.commit()
}

/// Writes all files but that of the units.
fn write_beside_units(new: &NewFolder, folder: &PlanFolder<'_>) -> Result<()> {
    let city = folder.city;
    if let Some(ground) = folder.ground.filter(|ground| ground.made) {
        new.file("cells.geojson", |out| write_cells(out, folder, ground))?;
    }
    new.file("grids.geojson", |out| {
        let mut features = FeatureWriter::begin(out, &city.modelled)?;
        let texts: Vec<io::Result<Vec<u8>>> =
            folder.register.grids().par_iter().with_min_len(16).map(grid_feature).collect();
        for text in texts {
            features.text(&text?)?;
        }
        features.end()
    })?;
    if !folder.households.central.is_empty() || !city.officers.is_empty() {
        new.file("assignments.geojson", |out| write_assignments(out, folder))?;
    }
    new.file("plan.json", |out| {
        let mut record = serde_json::to_value(folder.record)?;
        tidy(&mut record);
        serde_json::to_writer_pretty(&mut *out, &record)?;
        out.write_all(b"\n")
    })?;
    for (name, text) in folder.extras {
        new.file(name, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

/// A grid as the text of a feature.
fn grid_feature(grid: &GridRecord) -> io::Result<Vec<u8>> {
    feature_text(&grid_properties(grid)?, grid.shape.as_ref().map(area_value))
}

/// What `grids.geojson` says of a grid.
///
/// # Errors
/// None that a record from a plan can meet.
pub fn grid_properties(grid: &GridRecord) -> serde_json::Result<Value> {
    let mut properties = serde_json::to_value(grid)?;
    tidy(&mut properties);
    Ok(properties)
}

/// Writes the ground of every unit, and open ground.
fn write_cells(out: &mut impl Write, folder: &PlanFolder<'_>, ground: &Ground) -> io::Result<()> {
    let PlanFolder { city, plan, .. } = folder;
    let mut features = FeatureWriter::begin(out, &city.modelled)?;
    let grids = plan.grid_of_unit.iter().chain(&plan.grid_of_open_ground);
    let cells: Vec<(MultiPolygon<f64>, u32)> =
        ground.cells().into_iter().zip(grids.copied()).collect();
    let text = |(cell, (shape, grid)): (usize, &(MultiPolygon<f64>, u32))| {
        let community = city.communities.get(ground.community_of_cell[cell] as usize);
        let mut properties = json!({
            "unit": city.units.get(cell).map(|unit| &unit.id),
            "community": community.map(|community| &community.id),
            "grid": plan.grids.get(*grid as usize).map(|grid| &grid.code),
            "area_m2": ground.area_m2[cell],
        });
        tidy(&mut properties);
        feature_text(&properties, Some(shape).filter(|shape| !shape.0.is_empty()).map(area_value))
    };
    let texts: Vec<io::Result<Vec<u8>>> =
        cells.par_iter().enumerate().with_min_len(64).map(text).collect();
    for text in texts {
        features.text(&text?)?;
    }
    features.end()
}

/// Checks, before long work, that a plan folder could be written to `target`. While what
/// is returned lives, no other process can write there.
///
/// # Errors
/// As [`write_plan_folder`].
pub fn check_target(target: &Path, force: bool) -> Result<NewFolder> {
    begin(target, force)
}

/// Begins a plan folder; with `force` it replaces a plan, but no file that is not part of one.
fn begin(target: &Path, force: bool) -> Result<NewFolder> {
    if force && plan_record(target).is_some() {
        let foreign = fs::read_dir(target).ok().and_then(|mut entries| {
            entries.find_map(|entry| {
                let name = entry.ok()?.file_name().to_string_lossy().into_owned();
                (!PLAN_FILES.contains(&name.as_str())).then_some(name)
            })
        });
        if let Some(name) = foreign {
            return Err(Error::File {
                path: target.join(name),
                source: io::Error::other("is not part of a plan and would be lost"),
                cure: "move it elsewhere, or name a new folder".into(),
            });
        }
    }
    NewFolder::begin(target, force, |path| plan_record(path).is_some())
}

/// Reads the register of a written plan back.
///
/// # Errors
/// Where the folder holds no plan, or its `grids.geojson` cannot be read.
pub fn read_plan_folder(folder: impl AsRef<Path>) -> Result<Register> {
    let folder = folder.as_ref();
    let missing = |name: &str, problem: &str, cure: &str| Error::File {
        path: folder.join(name),
        source: io::Error::other(problem),
        cure: cure.into(),
    };
    require_plan_record(folder, NAME_A_PLAN)?;
    let grids = find_layer(folder, "grids")?.ok_or_else(|| {
        missing("grids.geojson", "there is no such file", "write the plan anew with --force")
    })?;
    let file = FeatureFile::open(&grids, &ReadOptions::default())?;
    let grids = file.read_features("grid", |mut feature| {
        let shape = feature.geometry()?;
        let mut grid: GridRecord = feature.properties.typed()?;
        grid.shape = Some(match shape {
            Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
            Geometry::MultiPolygon(polygons) => polygons,
            other => {
                let found = type_name(&other).to_owned();
                return Err(Fault::WrongGeometry { found, expected: "Polygon or MultiPolygon" });
            }
        });
        Ok(grid)
    })?;
    Ok(Register::from_records(grids))
}

/// The record of a folder that holds a plan of ours.
pub(super) fn plan_record(folder: &Path) -> Option<Value> {
    let text = fs::read(folder.join("plan.json")).ok()?;
    let record: Value = serde_json::from_slice(&text).ok()?;
    record.get("evengrid")?.is_string().then_some(record)
}

/// What to do where a folder holds no plan.
pub(super) const NAME_A_PLAN: &str = "name a folder that \"evengrid plan\" has written";

/// The record of a folder that has to hold a plan of ours.
pub(super) fn require_plan_record(folder: &Path, cure: &str) -> Result<Value> {
    plan_record(folder).ok_or_else(|| Error::File {
        path: folder.join("plan.json"),
        source: io::Error::other("missing, or not written by evengrid"),
        cure: cure.into(),
    })
}

/// Central households and officers as points, who belongs to them as lines.
fn write_assignments(out: &mut impl Write, folder: &PlanFolder<'_>) -> io::Result<()> {
    let PlanFolder { city, plan, households, officers, .. } = folder;
    let mut features = FeatureWriter::begin(out, &city.modelled)?;
    let central = |index: usize| {
        let central = households.central[index];
        (&city.candidates[central.candidate], plan.grids[central.grid].code.as_str())
    };
    for index in 0..households.central.len() {
        let (household, grid) = central(index);
        let properties = json!({"kind": "central_household", "id": household.id, "grid": grid});
        features.feature(&properties, Some(point_value(household.position)))?;
    }
    for (member, link) in city.members.iter().zip(&households.central_of_member) {
        let Some(link) = link else { continue };
        let (household, grid) = central(*link as usize);
        let properties = json!({
            "kind": "link", "member": member.id, "central_household": household.id, "grid": grid,
        });
        features.feature(&properties, Some(line_value(member.position, household.position)))?;
    }
    for (community, officer) in officers.officer_of_community.iter().enumerate() {
        let Some(officer) = officer.and_then(|officer| city.officers.get(officer)) else {
            continue;
        };
        let id = &city.communities[community].id;
        let properties = json!({"kind": "officer", "id": officer.id, "community": id});
        features.feature(&properties, Some(point_value(officer.position)))?;
        if let Some(Some(centre)) = officers.centre_of_community.get(community) {
            let properties =
                json!({"kind": "officer_link", "officer": officer.id, "community": id});
            features.feature(&properties, Some(line_value(officer.position, *centre)))?;
        }
    }
    features.end()
}

/// Writes a FeatureCollection, a feature a line.
pub(super) struct FeatureWriter<'w, W> {
    out: &'w mut W,
    first: bool,
}

#[derive(Serialize)]
struct FeatureOut<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    properties: &'a Value,
    geometry: Option<geojson::Geometry>,
}

impl<'w, W: Write> FeatureWriter<'w, W> {
    pub fn begin(out: &'w mut W, modelled: &[String]) -> io::Result<Self> {
        out.write_all(b"{\"type\":\"FeatureCollection\",")?;
        if !modelled.is_empty() {
            out.write_all(b"\"modelled\":")?;
            serde_json::to_writer(&mut *out, modelled)?;
            out.write_all(b",")?;
        }
        out.write_all(b"\"features\":[\n")?;
        Ok(FeatureWriter { out, first: true })
    }

    pub fn feature(
        &mut self,
        properties: &Value,
        geometry: Option<GeometryValue>,
    ) -> io::Result<()> {
        self.text(&feature_text(properties, geometry)?)
    }

    /// Writes a feature that is text already.
    fn text(&mut self, feature: &[u8]) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.out.write_all(b",\n")?;
        }
        self.out.write_all(feature)
    }

    pub fn end(self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")
    }
}

/// The text of a feature.
fn feature_text(properties: &Value, geometry: Option<GeometryValue>) -> io::Result<Vec<u8>> {
    let geometry = geometry.map(geojson::Geometry::new);
    Ok(serde_json::to_vec(&FeatureOut { kind: "Feature", properties, geometry })?)
}

/// A Polygon where one will do, else a MultiPolygon.
pub(super) fn area_value(shape: &MultiPolygon<f64>) -> GeometryValue {
    match shape.0.as_slice() {
        [polygon] => GeometryValue::from(polygon),
        _ => GeometryValue::from(shape),
    }
}

pub(super) fn point_value(point: Point<f64>) -> GeometryValue {
    GeometryValue::from(&point)
}

pub(super) fn line_value(from: Point<f64>, to: Point<f64>) -> GeometryValue {
    GeometryValue::from(&geo::LineString::from(vec![from, to]))
}

#[cfg(test)]
#[path = "plan_folder_tests.rs"]
mod tests;
