//! The walking network's lines.

use std::path::Path;

use geo::Geometry;

use super::crs::Crs;
use super::features::{Feature, FeatureFile};
use super::shape::type_name;
use crate::error::{Fault, Result};
use crate::model::Walk;

/// Reads the lines of a walking network from a file in WGS 84.
///
/// # Errors
/// Where the file cannot be read, and at the first feature that is no line, or whose level is no
/// whole number.
pub fn read_walks(path: impl AsRef<Path>) -> Result<Vec<Walk>> {
    read(&FeatureFile::open(path.as_ref(), Crs::Wgs84)?)
}

/// Reads walks: lines with, where known, `level` or `layer`, `bridge`, `tunnel`. Features without a
/// geometry are passed over: there is nothing to walk on.
///
/// # Errors
/// The first feature that is no line, or whose level is no whole number.
pub(super) fn read(file: &FeatureFile) -> Result<Vec<Walk>> {
    Ok(file.decode("id", walks)?.into_iter().flatten().collect())
}

fn walks(mut feature: Feature<'_>) -> Result<Vec<Walk>, Fault> {
    let level = level(&feature)?;
    let lines = match feature.geometry() {
        Err(Fault::NoGeometry) => Vec::new(),
        Err(fault) => return Err(fault),
        Ok(Geometry::LineString(line)) => vec![line],
        Ok(Geometry::MultiLineString(lines)) => lines.0,
        Ok(other) => {
            let found = type_name(&other).to_owned();
            return Err(Fault::WrongGeometry { found, expected: "LineString or MultiLineString" });
        }
    };
    Ok(lines.into_iter().map(|line| Walk { line, level }).collect())
}

/// The level a walk runs on: as its `level` or `layer` says, else 1 on a bridge, -1 in a tunnel.
fn level(feature: &Feature<'_>) -> Result<i32, Fault> {
    for name in ["level", "layer"] {
        if let Some(text) = feature.properties.text(name)? {
            return text.trim().parse().map_err(|_| Fault::BadProperty {
                name: name.to_owned(),
                value: format!("{text:?}"),
                expected: "a whole number",
            });
        }
    }
    let says = |name: &str| {
        let text = feature.properties.get(name).map_or("false", |value| value.get());
        !matches!(text, "false" | "0" | "\"no\"" | "\"false\"" | "\"0\"" | "\"\"")
    };
    Ok(i32::from(says("bridge")) - i32::from(says("tunnel")))
}
