//! Barriers: streets, rivers, railways, walls.

use geo::{Geometry, LineString, MultiLineString, Polygon};

use super::features::{Feature, FeatureFile};
use super::properties::Properties;
use super::tally::Tally;
use crate::error::{Fault, Finding, Result};
use crate::model::Barrier;

/// Where the class stands: the field of this project, that of OpenStreetMap extracts as shapefiles,
/// or else a tag of OpenStreetMap with the class that a bare `yes` means.
const CLASS_FIELDS: [(&str, &str); 6] = [
    ("class", ""),
    ("fclass", ""),
    ("highway", "road"),
    ("railway", "rail"),
    ("waterway", "river"),
    ("barrier", "wall"),
];

/// Reads barriers: lines, or areas by their rings, with `class`, `hard`, `bridge`, `tunnel` and
/// `layer`. Features without a line are left out and counted.
///
/// # Errors
/// The first faulty barrier.
pub(super) fn read(file: &FeatureFile) -> Result<(Vec<Barrier>, Vec<Finding>)> {
    let read = file.decode("id", barrier)?;
    let mut skipped = Tally::new(
        "barriers-without-line",
        "barriers have no line (no geometry, or a point such as a gate): they were left out",
    );
    let mut off_grade = Tally::new(
        "barriers-off-grade",
        "barriers are bridges, tunnels or on another layer: they divide nothing",
    );
    let mut barriers = Vec::with_capacity(read.len());
    for barrier in read {
        if barrier.lines.0.is_empty() {
            skipped.note(&barrier.id);
        } else {
            if !barrier.at_grade {
                off_grade.note(&barrier.id);
            }
            barriers.push(barrier);
        }
    }
    Ok((barriers, [skipped, off_grade].into_iter().filter_map(Tally::finding).collect()))
}

fn barrier(mut feature: Feature<'_>) -> Result<Barrier, Fault> {
    let lines = if feature.has_geometry() { lines(feature.geometry()?) } else { Vec::new() };
    let properties = &feature.properties;
    let layer = properties.text("layer").ok().flatten();
    let elsewhere = layer.is_some_and(|layer| layer.trim().parse().is_ok_and(|n: f64| n != 0.0));
    Ok(Barrier {
        class: class(properties)?,
        hard: properties.flag("hard"),
        at_grade: !elsewhere && !properties.flag("bridge") && !properties.flag("tunnel"),
        lines: MultiLineString(lines),
        id: feature.id,
    })
}

fn class(properties: &Properties<'_>) -> Result<String, Fault> {
    for (field, usual) in CLASS_FIELDS {
        match properties.text(field)? {
            Some(class) if class == "yes" && !usual.is_empty() => return Ok(usual.to_owned()),
            Some(class) => return Ok(class.trim().to_lowercase()),
            None => {}
        }
    }
    Ok(String::new())
}

fn lines(geometry: Geometry<f64>) -> Vec<LineString<f64>> {
    let rings = |polygon: Polygon<f64>| {
        let (exterior, holes) = polygon.into_inner();
        std::iter::once(exterior).chain(holes)
    };
    match geometry {
        Geometry::LineString(line) => vec![line],
        Geometry::MultiLineString(lines) => lines.0,
        Geometry::Polygon(polygon) => rings(polygon).collect(),
        Geometry::MultiPolygon(polygons) => polygons.into_iter().flat_map(rings).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "barriers_tests.rs"]
mod tests;
