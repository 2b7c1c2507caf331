//! Plans as they stand in files, whoever drew them, for an audit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::{Geometry, MultiPolygon};
use serde_json::Value;

use serde::{Deserialize, Serialize};

use super::asked::read_asked;
use super::attributes::{Row, columns};
use super::crs::Crs;
use super::features::{Feature, FeatureFile, IdFrom};
use super::options::{MissingPopulation, ReadOptions};
use super::plan_folder::{NAME_A_PLAN, require_plan_record};
use super::planned_folder::typed;
use super::properties::Properties;
use super::shape::type_name;
use super::source::{find_layer, require_layer};
use super::table::Table;
use super::units::NONE;
use super::{barriers, communities, numbered};
use crate::audit::{DrawnCell, DrawnGrid, DrawnLink, DrawnPlan, DrawnUnit, Recorded};
use crate::error::{Fault, Result};
use crate::model::{Attributes, Barrier, Community};

/// Properties in which the code of a grid is looked for where none is named.
const CODE_FIELDS: [&str; 3] = ["grid", "code", "id"];

/// Kinds of grid that are special-purpose ones.
const SPECIAL: [&str; 2] = ["special", "专属网格"];
/// The other kinds.
const GENERAL: [&str; 2] = ["general", "一般网格"];
/// Properties of a grid with a number that is no figure, or that has a place of its own.
const NO_FIGURES: [&str; 3] = ["population", "area_m2", "units"];

/// Where a plan that anybody drew stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DrawnFiles {
    /// The grids: polygons.
    pub grids: PathBuf,
    /// The units: polygons or points, with people.
    pub units: PathBuf,
    /// The communities, where there is a file of them.
    pub communities: Option<PathBuf>,
    /// Streets, rivers and other barriers, where there is a file of them.
    pub barriers: Option<PathBuf>,
    /// Property of a grid with its code; where none is named, `grid`, `code` or `id`.
    pub grid_field: Option<String>,
}

/// Reads a plan that anybody drew.
///
/// Of grids, `grid` (or `code`, or `id`), `community`, `kind` (or `special`), `population`, `area_m2`, `units`, `officer` and
/// `central_households` are taken where they are there; of units, what [`read_city`](super::read_city)
/// takes, and the `grid` they name. Grids may be dirty: overlap, cross themselves, have no code.
///
/// # Errors
/// Where a file cannot be read, a grid is no polygon, a unit neither polygon nor point, or a unit has
/// no population ([`ReadOptions::missing_population`]).
pub fn read_drawn(files: &DrawnFiles, options: &ReadOptions) -> Result<DrawnPlan> {
    let (grids, units) = rayon::join(
        || read_drawn_grids(&files.grids, files.grid_field.as_deref(), options),
        || read_own_units(&files.units, options),
    );
    let (units, attributes) = units?;
    let mut drawn = DrawnPlan { grids: grids?, units, attributes, ..DrawnPlan::default() };
    if let Some(path) = &files.communities {
        drawn.communities = read_communities(path, options)?;
    }
    if let Some(path) = &files.barriers {
        drawn.barriers = read_barriers(path, options)?;
    }
    Ok(drawn)
}

/// Reads a plan folder as it stands, with the ground of units (`cells.geojson`), who is linked to
/// whom (`assignments.geojson`), and what the plan itself falls short of (`plan.json`).
///
/// # Errors
/// As [`read_drawn`]; where the folder holds no plan.
pub fn read_drawn_folder(folder: &Path, options: &ReadOptions) -> Result<(DrawnPlan, Value)> {
    let cure = format!("{NAME_A_PLAN}, or give --grids and --units");
    let record = require_plan_record(folder, &cure)?;
    // Whatever the city was drawn in, a plan is written in WGS 84.
    let options = &ReadOptions { crs: Crs::Wgs84, ..options.clone() };
    let (grids, units) = (require_layer(folder, "grids")?, require_layer(folder, "units")?);
    // Grids of a plan always name their community so; what units said of a grid is written over.
    let community = ReadOptions::default().community_field;
    let of_grids = ReadOptions { community_field: community, ..options.clone() };
    let mut of_units = options.clone();
    if of_units.community_field == "grid" {
        of_units.community_field = NONE.to_owned();
    }
    let (grids, units) = rayon::join(
        || read_drawn_grids(&grids, None, &of_grids),
        || read_own_units(&units, &of_units),
    );
    let (units, attributes) = units?;
    let asked = read_asked(folder)?;
    let (seeds, asked) = (asked.seeds, asked.pipeline.divide);
    let mut drawn = DrawnPlan { grids: grids?, units, attributes, seeds, ..DrawnPlan::default() };
    let communities = record.get("communities").and_then(Value::as_array).into_iter().flatten();
    let named = communities.filter_map(|of| Some((of.get("community")?.as_str()?, of)));
    let communities = named.map(|(id, of)| (id.to_owned(), numbers(Some(of)))).collect();
    drawn.recorded = Some(Recorded { totals: numbers(record.get("totals")), communities, asked });
    if let Some(path) = find_layer(folder, "cells")? {
        let file = FeatureFile::open(&path, options)?;
        drawn.cells = file.read_features("id", |mut feature| {
            let shape = if feature.has_geometry() { feature.polygons()? } else { empty() };
            let properties = &feature.properties;
            Ok(DrawnCell { unit: properties.text("unit")?, grid: properties.text("grid")?, shape })
        })?;
    }
    let assignments = folder.join("assignments.geojson");
    if assignments.exists() {
        let file = FeatureFile::open(&assignments, options)?;
        let links = file.read_features("id", |feature| {
            let text = |name: &str| feature.properties.text(name);
            let is_link = text("kind")?.as_deref() == Some("link");
            let parts = (text("member")?, text("central_household")?, text("grid")?);
            Ok(match parts {
                (Some(member), Some(central_household), Some(grid)) if is_link => {
                    Some(DrawnLink { member, central_household, grid })
                }
                _ => None,
            })
        })?;
        drawn.links = links.into_iter().flatten().collect();
    }
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    drawn.named = typed(folder, &record, "violations")?;
    let renamed = list(record.pointer("/replan/renamed_grids")).into_iter();
    let code = |of: &Value, name: &str| Some(of.get(name)?.as_str()?.to_owned());
    drawn.renamed = renamed.filter_map(|of| Some((code(&of, "from")?, code(&of, "to")?))).collect();
    let count = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or(0) as usize;
    let unlinked = list(record.pointer("/staff/shortfalls")).into_iter();
    drawn.unlinked = unlinked
        .filter_map(|short| Some((code(&short, "grid")?, count(short.get("unlinked")))))
        .filter(|short| short.1 > 0)
        .collect();
    drawn.members_outside = count(record.pointer("/staff/member_households_outside"));
    let short = list(record.pointer("/staff/shortfalls")).into_iter();
    drawn.named_short =
        short.filter_map(|shortfall| Some(shortfall.get("grid")?.as_str()?.to_owned())).collect();
    Ok((drawn, record))
}

/// The numbers in an object, by name.
fn numbers(of: Option<&Value>) -> BTreeMap<String, f64> {
    let members = of.and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
}

/// Reads grids that anybody drew.
///
/// # Errors
/// As [`read_drawn`].
pub fn read_drawn_grids(
    path: &Path,
    grid_field: Option<&str>,
    options: &ReadOptions,
) -> Result<Vec<DrawnGrid>> {
    let file = FeatureFile::open(path, options)?;
    file.read_features("id", |mut feature| {
        let shape = if feature.has_geometry() { feature.polygons()? } else { empty() };
        let properties = &feature.properties;
        // A grid that says nonsense of itself is no reason not to look at it.
        let text = |name: &str| properties.text(name).ok().flatten();
        let amount = |name: &str| properties.amount(name, "a number").ok().flatten();
        let code = match grid_field {
            Some(field) => text(field),
            None => CODE_FIELDS.iter().find_map(|field| text(field)),
        };
        let households = properties.get("central_households");
        let households = households.and_then(|list| serde_json::from_str(list.get()).ok());
        let kind = text("kind").map(|kind| kind.trim().to_owned());
        let is = |kinds: &[&str]| kind.as_ref().is_some_and(|kind| kinds.contains(&kind.as_str()));
        let special = is(&SPECIAL) || text("special").is_some();
        Ok(DrawnGrid {
            code,
            community: text(&options.community_field),
            special,
            figures: figures(properties),
            population: amount("population"),
            area_m2: amount("area_m2"),
            units: amount("units"),
            officer: text("officer"),
            central_households: households.unwrap_or_default(),
            unknown_kind: if special || is(&GENERAL) { None } else { kind },
            shape,
        })
    })
}

/// All further numbers that a grid records.
fn figures(properties: &Properties<'_>) -> BTreeMap<String, f64> {
    let members = properties.members().iter();
    let further = members.filter(|(name, _)| !NO_FIGURES.contains(&name.as_ref()));
    let number = |value: &str| value.parse().ok().filter(|number: &f64| number.is_finite());
    further.filter_map(|(name, value)| Some((name.to_string(), number(value.get())?))).collect()
}

/// Reads communities by themselves.
///
/// # Errors
/// As [`read_city`](super::read_city).
pub fn read_communities(path: &Path, options: &ReadOptions) -> Result<Vec<Community>> {
    communities::read(&FeatureFile::open(path, options)?)
}

/// Communities of a table.
///
/// # Errors
/// As [`read_communities`].
pub fn communities_of_table(table: Table) -> Result<Vec<Community>> {
    communities::read(&FeatureFile::of_table(table)?)
}

/// Barriers of a table.
///
/// # Errors
/// As [`read_barriers`].
pub fn barriers_of_table(table: Table) -> Result<Vec<Barrier>> {
    Ok(barriers::read(&FeatureFile::of_table(table)?)?.0)
}

/// Reads barriers by themselves.
///
/// # Errors
/// As [`read_city`](super::read_city).
pub fn read_barriers(path: &Path, options: &ReadOptions) -> Result<Vec<Barrier>> {
    Ok(barriers::read(&FeatureFile::open(path, options)?)?.0)
}

/// Reads the units of a plan of ours, and what further is known of them.
fn read_own_units(path: &Path, options: &ReadOptions) -> Result<(Vec<DrawnUnit>, Attributes)> {
    let file = FeatureFile::open(path, options)?;
    let rows = file.read_features(&options.id_field, |feature| {
        let row = Row::read(&feature.properties, options)?;
        Ok(((feature.id_from, read_unit(feature, options)?), row))
    })?;
    let (units, further): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Ok((told_apart(units), columns(&file, further, options)?.0))
}

/// Units with the ids that they have in a city.
fn told_apart(mut units: Vec<(IdFrom, DrawnUnit)>) -> Vec<DrawnUnit> {
    numbered::keep_apart(units.iter_mut().map(|(from, unit)| (&mut unit.id, *from)));
    units.into_iter().map(|(_, unit)| unit).collect()
}

fn read_unit(mut feature: Feature<'_>, options: &ReadOptions) -> Result<DrawnUnit, Fault> {
    let shape = feature.geometry()?;
    if !matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Point(_)) {
        let found = type_name(&shape).to_owned();
        return Err(Fault::WrongGeometry { found, expected: "Polygon, MultiPolygon or Point" });
    }
    let properties = &feature.properties;
    let field = &options.population_field;
    let population = properties.amount(field, "a number of people, 0 or more")?;
    if population.is_none() && options.missing_population == MissingPopulation::Error {
        return Err(Fault::MissingProperty { name: field.clone() });
    }
    let households = properties.amount(&options.households_field, "a number of households");
    Ok(DrawnUnit {
        population: population.unwrap_or(0.0),
        households: households.ok().flatten(),
        community: properties.text(&options.community_field)?,
        estate: properties.text(&options.estate_field)?,
        lock: properties.text(&options.lock_field)?,
        grid: properties.text("grid")?,
        id: feature.id,
        shape,
    })
}

fn empty() -> MultiPolygon<f64> {
    MultiPolygon(Vec::new())
}
