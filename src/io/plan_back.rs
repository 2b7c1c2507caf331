use std::collections::HashMap;
use std::fs;
use std::path::Path;

use geo::{InteriorPoint, Point};
use serde_json::{Map, Value};

use super::crs::Crs;
use super::features::FeatureFile;
use super::options::ReadOptions;
use super::plan_folder::read_plan_folder;
use super::source::require_layer;
use crate::error::{Error, Fault, InputError, Result};
use crate::model::City;
use crate::plan::{Divide, Plan, ServiceGrid};
use crate::replan::{CurrentGrid, CurrentPlan, CurrentUnit};

/// Reads a written plan back for a city: its grids, and which unit lies in which, by the units' ids.
///
/// Figures of communities, violations and findings are not read; `plan.json` holds them.
///
/// # Errors
/// Where the folder holds no plan, or one of another city: a unit, community or grid that is not in
/// the other.
pub fn read_plan(folder: impl AsRef<Path>, city: &City) -> Result<Plan> {
    let folder = folder.as_ref();
    let register = read_plan_folder(folder)?;
    let communities: HashMap<&str, usize> =
        city.communities.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
    let mut number: HashMap<String, u32> = HashMap::new();
    let mut grids: Vec<ServiceGrid> = Vec::new();
    let file = require_layer(folder, "grids")?;
    for (i, record) in register.grids().iter().enumerate() {
        let Some(&community) = communities.get(record.community.as_str()) else {
            let place = crate::error::Place::feature(file.display().to_string(), i, None);
            let community = record.community.clone();
            return Err(InputError::new(place, Fault::UnknownCommunity { community }).into());
        };
        number.insert(record.grid.clone(), i as u32);
        let shape = record.shape.clone().unwrap_or(geo::MultiPolygon(Vec::new()));
        grids.push(ServiceGrid {
            code: record.grid.clone(),
            community,
            units: Vec::new(),
            population: 0.0,
            area_m2: record.area_m2,
            perimeter_m: record.perimeter_m,
            population_deviation: record.population_deviation,
            area_deviation: record.area_deviation,
            parts: 1,
            barrier_share: record.barrier_share.unwrap_or_default(),
            open_ground: 0,
            special: record.special.clone(),
            figures: Vec::new(),
            centre: shape.interior_point().unwrap_or_else(|| Point::new(0.0, 0.0)),
            shape,
        });
    }
    let units = FeatureFile::open(&require_layer(folder, "units")?, Crs::Wgs84)?;
    let rows = units.decode("id", |feature| {
        let grid = feature.properties.text("grid")?;
        let grid = grid.ok_or_else(|| Fault::MissingProperty { name: "grid".to_owned() })?;
        let number = number.get(&grid).copied().ok_or_else(|| Fault::BadProperty {
            name: "grid".to_owned(),
            value: grid.clone(),
            expected: "the code of a grid in grids.geojson",
        })?;
        Ok((feature.id, number))
    })?;
    let of_unit: HashMap<String, u32> = rows.into_iter().collect();
    let mut grid_of_unit = Vec::with_capacity(city.units.len());
    for (unit, found) in city.units.iter().enumerate() {
        let Some(&grid) = of_unit.get(&found.id) else {
            return Err(Error::request(
                format!("unit {:?} is not in the plan {}", found.id, folder.display()),
                "name the plan of this city, or plan the city anew",
            ));
        };
        grids[grid as usize].units.push(unit as u32);
        grids[grid as usize].population += found.population;
        grid_of_unit.push(grid);
    }
    Ok(Plan::bare(Divide::into_grids(grids.len()), grids, grid_of_unit))
}

/// Reads the plan that stands from its folder, for a new one near it, and the parameters by which
/// it was made, by the names of the command line.
///
/// Unlike [`read_plan`] it may be of an earlier state of the city. `options` name the properties of
/// its units.
///
/// # Errors
/// Where the folder holds no plan, or a unit in it has no grid or one that is not there.
pub fn read_current_plan(
    folder: impl AsRef<Path>,
    options: &ReadOptions,
) -> Result<(CurrentPlan, Map<String, Value>)> {
    let folder = folder.as_ref();
    let register = read_plan_folder(folder)?;
    let number: HashMap<&str, u32> =
        register.grids().iter().zip(0..).map(|(record, i)| (record.grid.as_str(), i)).collect();
    let units = FeatureFile::open(&require_layer(folder, "units")?, Crs::Wgs84)?;
    let rows = units.decode(&options.id_field, |feature| {
        let grid = feature.properties.text("grid")?;
        let grid = grid.ok_or_else(|| Fault::MissingProperty { name: "grid".to_owned() })?;
        let number = number.get(grid.as_str()).copied().ok_or_else(|| Fault::BadProperty {
            name: "grid".to_owned(),
            value: grid.clone(),
            expected: "the code of a grid in grids.geojson",
        })?;
        let population = feature
            .properties
            .amount(&options.population_field, "a number of people")?
            .unwrap_or(0.0);
        Ok((feature.id, CurrentUnit { grid: number, population }))
    })?;
    let grids = register.grids().iter().map(|record| CurrentGrid {
        code: record.grid.clone(),
        community: record.community.clone(),
        is_special: record.special.is_some(),
        population: record.population,
        area_m2: record.area_m2,
        shape: record.shape.clone().unwrap_or(geo::MultiPolygon(Vec::new())),
    });
    let parameters = fs::read(folder.join("plan.json"))
        .ok()
        .and_then(|text| serde_json::from_slice::<Value>(&text).ok())
        .and_then(|mut record| match record.get_mut("parameters")?.take() {
            Value::Object(parameters) => Some(parameters),
            _ => None,
        })
        .unwrap_or_default();
    let tolerance = |name: &str| parameters.get(name)?.as_str()?.parse().ok();
    let current = CurrentPlan {
        grids: grids.collect(),
        units: rows.into_iter().collect(),
        population_tolerance: tolerance("population-tolerance"),
        area_tolerance: tolerance("area-tolerance"),
    };
    Ok((current, parameters))
}
