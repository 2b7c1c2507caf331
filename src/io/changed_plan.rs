//! What a plan that was made near another keeps of it: its grids, so that maps can show before and
//! after at any time, and communities where they were drawn anew.

use std::collections::HashMap;
use std::path::Path;

use geo::{Geometry, MultiPolygon};
use serde::Deserialize;
use serde_json::json;

use super::crs::Crs;
use super::features::FeatureFile;
use super::plan_folder::{FeatureWriter, area_value};
use super::planned_folder::PlannedFolder;
use super::source::find_layer;
use crate::error::{Error, Fault, Result};
use crate::model::City;
use crate::replan::{Change, CurrentGrid, CurrentPlan, CurrentUnit};

/// The file of grids as they were.
pub(super) const BEFORE: &str = "before.geojson";
/// The file of communities, where they were drawn anew.
pub(super) const COMMUNITIES: &str = "communities.geojson";

/// The grids of the present plan as text of a file.
pub(super) fn before_text(current: &CurrentPlan) -> Result<String> {
    text(
        BEFORE,
        &mut current.grids.iter().map(|grid| {
            let properties = json!({
                "grid": grid.code,
                "community": grid.community,
                "special": grid.is_special,
                "population": grid.population,
                "area_m2": grid.area_m2,
            });
            (properties, &grid.shape)
        }),
    )
}

/// The communities of a city as text of a file that a city folder may hold.
pub(super) fn communities_text(city: &City) -> Result<String> {
    let drawn = city.communities.iter().filter_map(|community| {
        let properties = json!({
            "id": community.id,
            "name": community.name,
            "subdistrict": community.subdistrict,
        });
        Some((properties, community.boundary.as_ref()?))
    });
    text(COMMUNITIES, &mut { drawn })
}

fn text(
    name: &str,
    features: &mut dyn Iterator<Item = (serde_json::Value, &MultiPolygon<f64>)>,
) -> Result<String> {
    let mut text = Vec::new();
    let written = (|| {
        let mut writer = FeatureWriter::begin(&mut text, &[])?;
        for (properties, shape) in features {
            writer.feature(&properties, Some(area_value(shape)))?;
        }
        writer.end()
    })();
    written
        .map_err(|error| Error::request(format!("{name}: {error}"), "report this as a fault"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A grid as it was.
#[derive(Deserialize)]
struct BeforeRecord {
    grid: String,
    community: String,
    special: bool,
    population: f64,
    area_m2: f64,
}

/// Reads back from a plan folder what the plan was made near, and how it differs from that; `None`
/// where it was made anew, or before this was written.
///
/// # Errors
/// Where `before.geojson` cannot be read.
pub fn read_before(
    folder: impl AsRef<Path>,
    planned: &PlannedFolder,
) -> Result<Option<(CurrentPlan, Change)>> {
    let change = planned.record.get("replan").cloned();
    let change = change.and_then(|change| serde_json::from_value::<Change>(change).ok());
    let (Some(change), Some(path)) = (change, find_layer(folder.as_ref(), "before")?) else {
        return Ok(None);
    };
    let file = FeatureFile::open(&path, Crs::Wgs84)?;
    let grids = file.read_features("grid", |mut feature| {
        let shape = match feature.geometry()? {
            Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
            Geometry::MultiPolygon(polygons) => polygons,
            _ => {
                let found = "another shape".to_owned();
                return Err(Fault::WrongGeometry { found, expected: "Polygon or MultiPolygon" });
            }
        };
        let record: BeforeRecord = feature.properties.typed()?;
        Ok(CurrentGrid {
            code: record.grid,
            community: record.community,
            is_special: record.special,
            population: record.population,
            area_m2: record.area_m2,
            shape,
        })
    })?;
    let number: HashMap<&str, u32> =
        grids.iter().zip(0..).map(|(grid, i)| (grid.code.as_str(), i)).collect();
    // Who is not listed as moving is in the grid that its own goes on as.
    let listed: HashMap<&str, Option<&str>> =
        change.moves.iter().map(|m| (m.unit.as_str(), m.from.as_deref())).collect();
    let renamed: HashMap<&str, &str> =
        change.renamed_grids.iter().map(|r| (r.to.as_str(), r.from.as_str())).collect();
    let mut units = HashMap::new();
    for (unit, &grid) in planned.city.units.iter().zip(&planned.plan.grid_of_unit) {
        let code = planned.plan.grids[grid as usize].code.as_str();
        let stays = Some(renamed.get(code).copied().unwrap_or(code));
        let was = listed.get(unit.id.as_str()).copied().unwrap_or(stays);
        if let Some(&grid) = was.and_then(|code| number.get(code)) {
            let known = CurrentUnit { grid, population: unit.population };
            units.insert(unit.id.clone(), known);
        }
    }
    Ok(Some((CurrentPlan { grids, units, ..CurrentPlan::default() }, change)))
}
