use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::asked::read_asked;
use super::features::{Feature, FeatureFile};
use super::numbered;
use super::options::ReadOptions;
use super::plan_folder::{plan_record, read_plan_folder};
use super::planned_folder::{grid_of_record, typed};
use super::source::require_layer;
use crate::error::{Error, Fault, InputError, Result};
use crate::model::City;
use crate::organise::Register;
use crate::plan::{Plan, ServiceGrid};
use crate::replan::{CurrentGrid, CurrentPlan, CurrentUnit};

/// Reads a written plan back for a city: its grids, which unit lies in which, by the units' ids, and
/// what was asked.
///
/// Figures of communities, violations and findings are not read; `plan.json` holds them.
///
/// # Errors
/// Where the folder holds no plan, or one of another city: a unit, community or grid that is not in
/// the other.
pub fn read_plan(folder: impl AsRef<Path>, city: &City) -> Result<Plan> {
    let folder = folder.as_ref();
    let register = read_plan_folder(folder)?;
    let asked = read_asked(folder)?;
    let communities: HashMap<&str, usize> =
        city.communities.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
    let mut grids: Vec<ServiceGrid> = Vec::new();
    let file = require_layer(folder, "grids")?;
    for (i, record) in register.grids().iter().enumerate() {
        let Some(&community) = communities.get(record.community.as_str()) else {
            let place = crate::error::Place::feature(file.display().to_string(), i, None);
            let community = record.community.clone();
            return Err(InputError::new(place, Fault::UnknownCommunity { community }).into());
        };
        grids.push(grid_of_record(record, community));
    }
    let rows = grids_of_units(folder, &register, &asked.options, |_, _| Ok(()))?;
    let order: Vec<String> = rows.iter().map(|row| row.0.clone()).collect();
    let of_unit: HashMap<String, u32> = rows.into_iter().map(|(id, grid, ())| (id, grid)).collect();
    let mut grid_of_unit = Vec::with_capacity(city.units.len());
    for (unit, found) in city.units.iter().enumerate() {
        let Some(&grid) = of_unit.get(&found.id) else {
            return Err(Error::request(
                format!("unit {:?} is not in the plan {}", found.id, folder.display()),
                "name the plan of this city, or plan the city anew",
            ));
        };
        if let Some(grid) = grids.get_mut(grid as usize) {
            grid.units.push(unit as u32);
            grid.population += found.population;
        }
        grid_of_unit.push(grid);
    }
    let known: HashSet<&str> = city.units.iter().map(|unit| unit.id.as_str()).collect();
    let strange = order.iter().find(|id| !known.contains(id.as_str()));
    if let Some(unit) = strange {
        return Err(Error::request(
            format!("unit {unit:?} of the plan {} is not in the city", folder.display()),
            "name the plan of this city, or replan the city",
        ));
    }
    Ok(Plan::bare(asked.pipeline.divide, grids, grid_of_unit))
}

/// Reads the plan that stands from its folder, for a new one near it.
///
/// Unlike [`read_plan`] it may be of an earlier state of the city. `options` name the properties of
/// its units.
///
/// # Errors
/// Where the folder holds no plan, or a unit in it has no grid or one that is not there.
pub fn read_current_plan(folder: impl AsRef<Path>, options: &ReadOptions) -> Result<CurrentPlan> {
    let folder = folder.as_ref();
    let register = read_plan_folder(folder)?;
    let rows = grids_of_units(folder, &register, options, |feature, options| {
        let people = feature.properties.amount(&options.population_field, "a number of people")?;
        Ok(people.unwrap_or(0.0))
    })?;
    let units =
        rows.into_iter().map(|(id, grid, population)| (id, CurrentUnit { grid, population }));
    let grids = register.grids().iter().map(|record| CurrentGrid {
        code: record.grid.clone(),
        community: record.community.clone(),
        is_special: record.special.is_some(),
        population: record.population,
        area_m2: record.area_m2,
        shape: record.shape.clone().unwrap_or(geo::MultiPolygon(Vec::new())),
    });
    let record = plan_record(folder).unwrap_or_default();
    Ok(CurrentPlan {
        grids: grids.collect(),
        units: units.collect(),
        asked: Some(read_asked(folder)?.pipeline.divide),
        violations: typed(folder, &record, "violations")?,
        communities: typed(folder, &record, "communities")?,
    })
}

/// The id of every unit, the number of its grid in the register, and what else is read of it.
pub(super) fn grids_of_units<T: Send>(
    folder: &Path,
    register: &Register,
    options: &ReadOptions,
    read: impl Fn(&Feature<'_>, &ReadOptions) -> Result<T, Fault> + Sync,
) -> Result<Vec<(String, u32, T)>> {
    let number: HashMap<&str, u32> =
        register.grids().iter().zip(0..).map(|(record, i)| (record.grid.as_str(), i)).collect();
    let units = FeatureFile::open(&require_layer(folder, "units")?, &ReadOptions::default())?;
    let mut units = units.decode(&options.id_field, |feature| {
        let grid = feature.properties.text("grid")?;
        let grid = grid.ok_or_else(|| Fault::MissingProperty { name: "grid".to_owned() })?;
        let number = number.get(grid.as_str()).copied().ok_or_else(|| Fault::BadProperty {
            name: "grid".to_owned(),
            value: grid.clone(),
            expected: "the code of a grid in grids.geojson",
        })?;
        let read = read(&feature, options)?;
        Ok((feature.id_from, (feature.id, number, read)))
    })?;
    numbered::keep_apart(units.iter_mut().map(|(from, unit)| (&mut unit.0, *from)));
    Ok(units.into_iter().map(|(_, unit)| unit).collect())
}
