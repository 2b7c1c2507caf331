//! The walking network's lines.

use std::path::Path;

use geo::Geometry;

use super::features::{Feature, FeatureFile};
use super::options::ReadOptions;
use super::shape::type_name;
use super::tally::Tally;
use crate::error::{Fault, Finding, Result};
use crate::model::Walk;

/// Reads the lines of a walking network from a file in WGS 84.
///
/// # Errors
/// Where the file cannot be read, and at the first feature that is no line, or whose level is no
/// whole number.
pub fn read_walks(path: impl AsRef<Path>) -> Result<Vec<Walk>> {
    Ok(read(&FeatureFile::open(path.as_ref(), &ReadOptions::default())?)?.0)
}

/// Reads walks: lines with, where known, `level` or `layer`, `bridge`, `tunnel`. Features without a
/// geometry are passed over and counted: there is nothing to walk on.
///
/// # Errors
/// The first feature that is no line, or whose level is no whole number.
pub(super) fn read(file: &FeatureFile) -> Result<(Vec<Walk>, Option<Finding>)> {
    let read = file.decode("id", |feature| Ok((feature.id.clone(), walks(feature)?)))?;
    let mut empty = Tally::new("walks-without-line", "walks have no line: they were left out");
    let mut all = Vec::with_capacity(read.len());
    for (id, walks) in read {
        if walks.is_empty() {
            empty.note(&id);
        }
        all.extend(walks);
    }
    Ok((all, empty.finding()))
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
            // A column of numbers may write the whole number 0 as 0.0.
            let number = text.trim().parse::<f64>().ok().filter(|n| n.fract() == 0.0);
            let whole = number.filter(|n| n.abs() <= f64::from(i32::MAX));
            return whole.map(|n| n as i32).ok_or_else(|| Fault::BadProperty {
                name: name.to_owned(),
                value: format!("{text:?}"),
                expected: "a whole number",
            });
        }
    }
    let says = |name| i32::from(feature.properties.flag(name));
    Ok(says("bridge") - says("tunnel"))
}
