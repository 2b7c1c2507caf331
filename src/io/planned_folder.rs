//! A plan folder read back as a city with its plan, without the folder it was made from.

use std::collections::HashMap;
use std::path::Path;

use geo::{Geometry, InteriorPoint, MultiPolygon, Point, Polygon};
use serde_json::Value;

use serde::{Deserialize, Serialize};

use super::asked::{Asked, read_asked};
use super::drawn_plan::read_drawn_folder;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::plan_folder::read_plan_folder;
use super::source::find_layer;
use crate::audit::{DrawnCell, DrawnPlan};
use crate::error::{Error, Fault, InputError, Place, Result};
use crate::ground::{Ground, zone_centre};
use crate::model::{City, Community, Officer, Unit};
use crate::organise::{GridRecord, Register};
use crate::plan::{GridFigure, Plan, ServiceGrid};

/// A plan folder as a city with its plan.
#[derive(Debug)]
pub struct PlannedFolder {
    /// The city, as far as the folder tells: units, and the communities that grids name.
    pub city: City,
    /// The plan, with what was asked and what it falls short of.
    pub plan: Plan,
    /// Who answers for which grid.
    pub register: Register,
    /// All that was asked of the plan.
    pub asked: Asked,
    /// How many of the city's units, the last ones, are open ground.
    pub open_ground: usize,
    /// `plan.json`.
    pub record: Value,
}

/// What stands for a unit in the city that is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnitShape {
    /// The units as they were drawn.
    Drawn,
    /// The ground of each, where that is other ground; a unit without ground of its own is a point.
    /// Open ground comes after the units, as units without people, until it is
    /// [surveyed](PlannedFolder::survey).
    Ground,
}

impl PlannedFolder {
    /// Surveys the ground as it was written: what was repaired is written so, and what was not is
    /// not to be repaired now. Barriers cost what they did, where the city has any by now. Open
    /// ground is no unit any more.
    ///
    /// # Errors
    /// As [`Survey::run`](crate::ground::Survey::run).
    pub fn survey(&mut self) -> Result<Ground> {
        let mut ground = self.asked.pipeline.survey.run_as_written(&self.city)?;
        centre_grids(&mut self.plan, &ground)?;
        let units = self.city.units.len() - std::mem::take(&mut self.open_ground);
        self.city.units.truncate(units);
        ground.unit_points.truncate(units);
        self.plan.grid_of_open_ground.extend(self.plan.grid_of_unit.split_off(units));
        for grid in &mut self.plan.grids {
            let inhabited = grid.units.partition_point(|&unit| (unit as usize) < units);
            grid.open_ground += grid.units.len() - inhabited;
            grid.units.truncate(inhabited);
        }
        Ok(ground)
    }
}

/// Puts the centres of grids that were read back where they were when the grids were made: a plan
/// folder has their outlines alone, and a centre is a matter of the frame.
///
/// # Errors
/// Where a vertex cannot be projected with the city.
pub fn centre_grids(plan: &mut Plan, ground: &Ground) -> Result<()> {
    for grid in plan.grids.iter_mut().filter(|grid| !grid.shape.0.is_empty()) {
        grid.centre = zone_centre(&grid.shape, &ground.frame)?;
    }
    Ok(())
}

/// Reads a plan folder back.
///
/// # Errors
/// Where the folder holds no plan, or a unit names a grid that is not in it.
pub fn read_planned_folder(
    folder: impl AsRef<Path>,
    shape: UnitShape,
    options: &ReadOptions,
) -> Result<PlannedFolder> {
    let folder = folder.as_ref();
    let (drawn, record) = read_drawn_folder(folder, options)?;
    let register = read_plan_folder(folder)?;
    let asked = read_asked(folder)?;
    let mut city = City { name: text(&record, "city").unwrap_or_default(), ..City::default() };
    city.modelled = typed(folder, &record, "modelled")?;

    let mut community_of: HashMap<&str, usize> = HashMap::new();
    let mut grid_of: HashMap<&str, u32> = HashMap::new();
    let mut grids = Vec::with_capacity(register.grids().len());
    for (number, record) in (0u32..).zip(register.grids()) {
        let community = *community_of.entry(&record.community).or_insert_with(|| {
            city.communities.push(Community {
                id: record.community.clone(),
                name: record.community_name.clone(),
                subdistrict: record.subdistrict.clone(),
                grids: None,
                boundary: None,
            });
            city.communities.len() - 1
        });
        grid_of.insert(&record.grid, number);
        grids.push(grid_of_record(record, community));
    }
    let open_ground = open_ground(&drawn, shape).count();
    let mut grid_of_unit = Vec::new();
    for (index, unit) in units(&drawn, shape).enumerate() {
        let (unit, code) = unit;
        let Some(&grid) = code.as_deref().and_then(|code| grid_of.get(code)) else {
            let place =
                Place::feature(folder.join("units.geojson").display().to_string(), index, None);
            let fault = match code {
                None => Fault::MissingProperty { name: "grid".into() },
                Some(value) => Fault::BadProperty {
                    name: "grid".into(),
                    value,
                    expected: "the code of a grid in grids.geojson",
                },
            };
            return Err(InputError::new(place, fault).into());
        };
        let community = grids.get_mut(grid as usize).map(|grid| {
            grid.units.push(grid_of_unit.len() as u32);
            grid.population += unit.population;
            grid.community
        });
        grid_of_unit.push(grid);
        city.units.push(Unit { community, ..unit });
    }
    let mut plan = Plan::bare(asked.pipeline.divide.clone(), grids, grid_of_unit);
    plan.are_buildings = are_buildings(&drawn);
    plan.violations.clone_from(&drawn.named);
    plan.communities = typed(folder, &record, "communities")?;
    let objective =
        |name: &str| record.pointer(&format!("/objective/{name}")).and_then(Value::as_f64);
    plan.boundary_cost_m = objective("boundary_cost_m").unwrap_or_default();
    plan.border_m = objective("border_m").unwrap_or_default();
    plan.honeycomb_bound_m = objective("honeycomb_bound_m").unwrap_or_default();
    city.seeds.clone_from(&asked.seeds);
    city.attributes = drawn.attributes;
    Ok(PlannedFolder { city, plan, register, asked, open_ground, record })
}

/// Reads who is linked to whom in a plan folder: member household and central household, in degrees.
/// None where nobody was placed.
///
/// # Errors
/// Where `assignments.geojson` cannot be read.
pub fn read_links(folder: impl AsRef<Path>) -> Result<Vec<[Point<f64>; 2]>> {
    let Some(path) = find_layer(folder.as_ref(), "assignments")? else { return Ok(Vec::new()) };
    let file = FeatureFile::open(&path, &ReadOptions::default())?;
    let links = file.read_features("id", |mut feature| {
        let is_link = feature.properties.text("kind")?.as_deref() == Some("link");
        Ok(match feature.geometry()? {
            Geometry::LineString(line) if is_link => match line.0[..] {
                [from, to] => Some([from.into(), to.into()]),
                _ => None,
            },
            _ => None,
        })
    })?;
    Ok(links.into_iter().flatten().collect())
}

/// Reads the officers that were placed in a plan folder. None where nobody was placed.
///
/// # Errors
/// Where `assignments.geojson` cannot be read.
pub fn read_placed_officers(folder: impl AsRef<Path>) -> Result<Vec<Officer>> {
    let Some(path) = find_layer(folder.as_ref(), "assignments")? else { return Ok(Vec::new()) };
    let file = FeatureFile::open(&path, &ReadOptions::default())?;
    let officers = file.read_features("id", |mut feature| {
        let is_officer = feature.properties.text("kind")?.as_deref() == Some("officer");
        Ok(match feature.geometry()? {
            Geometry::Point(position) if is_officer => {
                let (prefers, avoids, skills) = (Vec::new(), Vec::new(), Vec::new());
                Some(Officer { id: feature.id, position, prefers, avoids, skills })
            }
            _ => None,
        })
    })?;
    Ok(officers.into_iter().flatten().collect())
}

/// Units with the code of their grid.
fn units(drawn: &DrawnPlan, shape: UnitShape) -> impl Iterator<Item = (Unit, Option<String>)> + '_ {
    let unit = |id: &str, population: f64, shape: Geometry<f64>| Unit {
        id: id.to_owned(),
        population,
        households: None,
        community: None,
        estate: None,
        lock: None,
        shape,
    };
    let by_ground = has_open_ground(drawn, shape);
    let mut cell_of = HashMap::new();
    for cell in drawn.cells.iter().filter(|cell| by_ground && !cell.shape.0.is_empty()) {
        if let Some(id) = &cell.unit {
            cell_of.insert(id.as_str(), &cell.shape);
        }
    }
    let of_units = drawn.units.iter().map(move |drawn| {
        let ground = cell_of.get(drawn.id.as_str()).map(|shape| (*shape).clone().into());
        // A unit wholly under others has a place, but no ground.
        let place = || drawn.shape.interior_point().map_or_else(|| drawn.shape.clone(), Into::into);
        let shape = if by_ground { ground.unwrap_or_else(place) } else { drawn.shape.clone() };
        let unit = Unit {
            households: drawn.households,
            estate: drawn.estate.clone(),
            lock: drawn.lock.clone(),
            ..unit(&drawn.id, drawn.population, shape)
        };
        (unit, drawn.grid.clone())
    });
    let of_open_ground = open_ground(drawn, shape).enumerate().map(move |(number, cell)| {
        let id = format!("open ground {}", number + 1);
        (unit(&id, 0.0, cell.shape.clone().into()), cell.grid.clone())
    });
    of_units.chain(of_open_ground)
}

fn has_open_ground(drawn: &DrawnPlan, shape: UnitShape) -> bool {
    shape == UnitShape::Ground && !drawn.cells.is_empty()
}

/// Ground without a unit that lies in a grid.
fn open_ground(drawn: &DrawnPlan, shape: UnitShape) -> impl Iterator<Item = &DrawnCell> {
    let asked = has_open_ground(drawn, shape);
    let open = drawn.cells.iter().filter(move |cell| asked && cell.unit.is_none());
    open.filter(|cell| !cell.shape.0.is_empty() && cell.grid.is_some())
}

/// A grid as the register has it, without its units.
pub(super) fn grid_of_record(record: &GridRecord, community: usize) -> ServiceGrid {
    let shape = record.shape.clone().unwrap_or(MultiPolygon(Vec::new()));
    let figure = |(name, value): (&String, &Value)| {
        Some(GridFigure { name: name.clone(), value: value.as_f64()? })
    };
    ServiceGrid {
        code: record.grid.clone(),
        community,
        units: Vec::new(),
        open_ground: 0,
        population: 0.0,
        area_m2: record.area_m2,
        perimeter_m: record.perimeter_m,
        barrier_share: record.barrier_share.unwrap_or_default(),
        population_deviation: record.population_deviation,
        area_deviation: record.area_deviation,
        parts: 1,
        special: record.special.clone(),
        figures: record.figures.iter().filter_map(figure).collect(),
        centre: shape.interior_point().unwrap_or_else(|| Point::new(0.0, 0.0)),
        shape,
    }
}

/// Whether the units are buildings: their ground is much more than they cover themselves.
fn are_buildings(drawn: &DrawnPlan) -> bool {
    const MOST_COVERED: f64 = 0.9;
    let area =
        |polygons: &[Polygon<f64>]| -> f64 { polygons.iter().map(geo::Area::unsigned_area).sum() };
    let covered: f64 = drawn
        .units
        .iter()
        .map(|unit| match &unit.shape {
            Geometry::Polygon(polygon) => area(std::slice::from_ref(polygon)),
            Geometry::MultiPolygon(parts) => area(&parts.0),
            _ => 0.0,
        })
        .sum();
    let ground: f64 = drawn.cells.iter().map(|cell| area(&cell.shape.0)).sum();
    covered < MOST_COVERED * ground
}

fn text(record: &Value, name: &str) -> Option<String> {
    record.get(name)?.as_str().map(str::to_owned)
}

/// The entries of a list in a plan's record; none where there is no such list.
///
/// # Errors
/// Where an entry is not what it should be.
pub(super) fn typed<T: serde::de::DeserializeOwned>(
    folder: &Path,
    record: &Value,
    name: &str,
) -> Result<Vec<T>> {
    let entries = record.get(name).and_then(Value::as_array).into_iter().flatten();
    let typed = entries.map(|entry| {
        T::deserialize(entry).map_err(|error| {
            let place = Place::file(folder.join("plan.json").display().to_string());
            let reason = format!("{name}: {error}");
            Error::from(InputError::new(place, Fault::NotReadable { format: "plan.json", reason }))
        })
    });
    typed.collect()
}
