//! The units as they were drawn: their polygons as a coverage, wherever they share vertices.

use geo::{BoundingRect, Coord, Geometry, LineString, Polygon, Rect, coord};
use rayon::prelude::*;

use super::coverage::{Coverage, signed_area};
use super::crossing;
use super::projection::LocalFrame;
use super::vertices::VertexTable;
use crate::error::{Error, Fault, Finding, InputError, Place, Result};
use crate::model::Unit;

/// Rings thinner than this (degrees; a micrometre) enclose nothing: coordinates on one line do so up
/// to rounding, 1e-14.
const LEAST_WIDTH_DEG: f64 = 1e-11;
/// Ids named in a finding.
pub(super) const EXAMPLES: usize = 5;

/// Units as they were drawn.
pub(super) struct Drawn {
    pub(super) frame: LocalFrame,
    /// The units' polygons; a unit that is a point has none.
    pub(super) coverage: Coverage,
    pub(super) findings: Vec<Finding>,
    /// Units whose own borders cross each other, with a place where they do (degrees).
    pub(super) crossed: Vec<(u32, [f64; 2])>,
    /// Whether there are units that are points.
    pub(super) points: bool,
}

/// Reads units as they were drawn.
///
/// Vertices that repeat in a row are taken once and rings are turned the right way round. Rings
/// that enclose nothing are left out and counted, as long as the unit keeps some ground.
///
/// # Errors
/// Where there is no unit, a unit is neither polygon nor point, leaves longitude and latitude, or
/// encloses no ground; and where the extent is none of a city.
pub(super) fn read(units: &[Unit]) -> Result<Drawn> {
    if units.is_empty() {
        return Err(InputError::new(Place::file("units.geojson"), Fault::Empty).into());
    }
    let mut draft = Draft::with_room_for(units);
    for (index, unit) in units.iter().enumerate() {
        draft.add(unit).map_err(|fault| at(index, unit, fault))?;
    }
    let Draft { table, mut rings, mut collapsed, .. } = draft;
    let lonlat = table.into_positions();
    let frame = LocalFrame::over(extent(&lonlat)).map_err(|error| astray(error, units))?;
    let metres = frame.project(&lonlat)?;

    let mut turns = rings.turns(&lonlat);
    if turns.contains(&Turn::None) {
        rings = rings.without_collapsed(&turns, &mut collapsed);
        turns = rings.turns(&lonlat);
    }
    let is_point = |unit: &Unit| matches!(unit.shape, Geometry::Point(_));
    let without_ground = rings.cell_offsets.windows(2).zip(units);
    let mut without_ground = without_ground.map(|(parts, u)| parts[0] == parts[1] && !is_point(u));
    if let Some(unit) = without_ground.position(|without| without) {
        let reason = "its rings enclose no area".to_owned();
        return Err(at(unit, &units[unit], Fault::BrokenGeometry { reason }).into());
    }
    rings.orient(&turns);

    let coverage = Coverage {
        lonlat,
        metres,
        ring_vertices: rings.vertices,
        ring_offsets: rings.ring_offsets,
        part_offsets: rings.part_offsets,
        cell_offsets: rings.cell_offsets,
        ..Coverage::default()
    }
    .connect();
    let crossed = (0..coverage.len())
        .into_par_iter()
        .with_min_len(256)
        .filter_map(|cell| crossing::first_in(&coverage, cell).map(|at| (cell as u32, at)))
        .collect();
    let findings = collapsed_rings(collapsed, units);
    Ok(Drawn { frame, coverage, findings, crossed, points: units.iter().any(is_point) })
}

/// Names the unit that lies farthest out, where the extent is none of a city.
fn astray(error: Error, units: &[Unit]) -> Error {
    let Error::Request { problem, cure } = error else { return error };
    let corner = |unit: &Unit| unit.shape.bounding_rect().map(|extent| extent.center());
    let middle = |axis: fn(Coord<f64>) -> f64| {
        let mut all: Vec<f64> = units.iter().filter_map(corner).map(axis).collect();
        all.sort_unstable_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(0.0)
    };
    let (x, y) = (middle(|c| c.x), middle(|c| c.y));
    let off = |unit: &Unit| corner(unit).map_or(0.0, |c| (c.x - x).hypot(c.y - y));
    let far = (0..units.len()).max_by(|&a, &b| off(&units[a]).total_cmp(&off(&units[b])));
    let unit = far.unwrap_or(0);
    let place = Place::feature("units.geojson", unit, Some(&units[unit].id));
    Error::request(format!("{place}: farthest out where {problem}"), cure)
}

/// A fault of a unit.
pub(super) fn at(index: usize, unit: &Unit, fault: Fault) -> InputError {
    InputError::new(Place::feature("units.geojson", index, Some(&unit.id)), fault)
}

fn collapsed_rings(mut cells: Vec<u32>, units: &[Unit]) -> Vec<Finding> {
    if cells.is_empty() {
        return Vec::new();
    }
    let count = cells.len();
    cells.dedup();
    vec![Finding {
        kind: "collapsed-rings".into(),
        message: format!("{count} rings of units enclose no area and were left out"),
        count,
        examples: cells.iter().take(EXAMPLES).map(|&c| units[c as usize].id.clone()).collect(),
    }]
}

fn extent(lonlat: &[[f64; 2]]) -> Rect<f64> {
    let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for position in lonlat {
        for axis in 0..2 {
            min[axis] = min[axis].min(position[axis]);
            max[axis] = max[axis].max(position[axis]);
        }
    }
    Rect::new(coord! { x: min[0], y: min[1] }, coord! { x: max[0], y: max[1] })
}

/// Which way a ring turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Counter-clockwise.
    Left,
    /// Clockwise.
    Right,
    /// It encloses no area.
    None,
}

fn turn(lonlat: &[[f64; 2]], ring: &[u32]) -> Turn {
    let area = signed_area(lonlat, ring);
    let step = |(&a, &b): (&u32, &u32)| {
        let (a, b) = (lonlat[a as usize], lonlat[b as usize]);
        (a[0] - b[0]).abs() + (a[1] - b[1]).abs()
    };
    let length: f64 = ring.iter().zip(&ring[1..]).map(step).sum();
    match area {
        _ if area.abs() <= LEAST_WIDTH_DEG * length => match flat(lonlat, ring, length) {
            true => Turn::None,
            // The wings of a bow-tie cancel; it is as well this way round as that.
            false => Turn::Left,
        },
        _ if area > 0.0 => Turn::Left,
        _ => Turn::Right,
    }
}

/// Whether the vertices of a ring lie on one line.
fn flat(lonlat: &[[f64; 2]], ring: &[u32], length: f64) -> bool {
    let first = lonlat[ring[0] as usize];
    let from_first =
        |&v: &u32| [lonlat[v as usize][0] - first[0], lonlat[v as usize][1] - first[1]];
    let far = ring
        .iter()
        .map(from_first)
        .fold([0.0f64; 2], |far, p| if p[0].hypot(p[1]) > far[0].hypot(far[1]) { p } else { far });
    ring.iter()
        .map(from_first)
        .all(|p| (far[0] * p[1] - far[1] * p[0]).abs() <= LEAST_WIDTH_DEG * length)
}

/// Rings on their way into a coverage.
#[derive(Debug, Default)]
struct Rings {
    vertices: Vec<u32>,
    ring_offsets: Vec<u32>,
    part_offsets: Vec<u32>,
    cell_offsets: Vec<u32>,
}

impl Rings {
    fn count(&self) -> usize {
        self.ring_offsets.len() - 1
    }

    fn ring(&self, ring: usize) -> &[u32] {
        &self.vertices[self.ring_offsets[ring] as usize..self.ring_offsets[ring + 1] as usize]
    }

    fn turns(&self, lonlat: &[[f64; 2]]) -> Vec<Turn> {
        let turn = |ring| turn(lonlat, self.ring(ring));
        (0..self.count()).into_par_iter().with_min_len(512).map(turn).collect()
    }

    /// Turns exterior rings counter-clockwise and holes clockwise.
    fn orient(&mut self, turns: &[Turn]) {
        let mut exterior = vec![false; turns.len()];
        for &first in &self.part_offsets[..self.part_offsets.len() - 1] {
            exterior[first as usize] = true;
        }
        for (ring, &turn) in turns.iter().enumerate() {
            if (turn == Turn::Left) != exterior[ring] {
                let range = self.ring_offsets[ring] as usize..self.ring_offsets[ring + 1] as usize;
                self.vertices[range].reverse();
            }
        }
    }

    /// The rings that enclose an area; a part whose exterior does not goes with its holes.
    fn without_collapsed(&self, turns: &[Turn], collapsed: &mut Vec<u32>) -> Rings {
        let mut kept = Rings { ring_offsets: vec![0], part_offsets: vec![0], ..Rings::default() };
        kept.cell_offsets.push(0);
        for (cell, parts) in self.cell_offsets.windows(2).enumerate() {
            for part in parts[0] as usize..parts[1] as usize {
                let rings = self.part_offsets[part] as usize..self.part_offsets[part + 1] as usize;
                if turns[rings.start] == Turn::None {
                    collapsed.push(cell as u32);
                    continue;
                }
                for ring in rings {
                    if turns[ring] == Turn::None {
                        collapsed.push(cell as u32);
                        continue;
                    }
                    kept.vertices.extend_from_slice(self.ring(ring));
                    kept.ring_offsets.push(kept.vertices.len() as u32);
                }
                kept.part_offsets.push(kept.count() as u32);
            }
            kept.cell_offsets.push(kept.part_offsets.len() as u32 - 1);
        }
        collapsed.sort_unstable();
        kept
    }
}

/// Reads polygons into rings of numbered vertices.
struct Draft {
    table: VertexTable,
    rings: Rings,
    /// Cell of every ring that had fewer than three vertices.
    collapsed: Vec<u32>,
}

impl Draft {
    fn with_room_for(units: &[Unit]) -> Draft {
        let points: usize = units.iter().map(|unit| vertex_count(&unit.shape)).sum();
        let mut rings = Rings { ring_offsets: vec![0], part_offsets: vec![0], ..Rings::default() };
        rings.cell_offsets.push(0);
        rings.vertices.reserve_exact(points);
        // In a tiling each vertex stands in two cells or more.
        Draft { table: VertexTable::with_capacity(points / 2), rings, collapsed: Vec::new() }
    }

    fn add(&mut self, unit: &Unit) -> std::result::Result<(), Fault> {
        match &unit.shape {
            Geometry::Polygon(polygon) => self.add_part(polygon)?,
            Geometry::MultiPolygon(parts) => {
                for polygon in parts {
                    self.add_part(polygon)?;
                }
            }
            Geometry::Point(point) => {
                self.vertex(point.0)?;
            }
            other => {
                return Err(Fault::WrongGeometry {
                    found: type_of(other).into(),
                    expected: "Polygon, MultiPolygon or Point",
                });
            }
        }
        self.rings.cell_offsets.push(self.rings.part_offsets.len() as u32 - 1);
        Ok(())
    }

    fn add_part(&mut self, polygon: &Polygon<f64>) -> std::result::Result<(), Fault> {
        if self.add_ring(polygon.exterior())? {
            for hole in polygon.interiors() {
                self.add_ring(hole)?;
            }
            self.rings.part_offsets.push(self.rings.count() as u32);
        }
        Ok(())
    }

    /// The number of a vertex.
    fn vertex(&mut self, c: Coord<f64>) -> std::result::Result<u32, Fault> {
        // NaN fails this test too.
        if !(c.x.abs() <= 180.0 && c.y.abs() <= 90.0) {
            return Err(Fault::NotLonLat { x: c.x, y: c.y });
        }
        Ok(self.table.number(c.x, c.y))
    }

    /// Adds a ring, unless it has fewer than three vertices.
    fn add_ring(&mut self, ring: &LineString<f64>) -> std::result::Result<bool, Fault> {
        let start = self.rings.vertices.len();
        for c in &ring.0 {
            let vertex = self.vertex(*c)?;
            if self.rings.vertices.len() == start || self.rings.vertices.last() != Some(&vertex) {
                self.rings.vertices.push(vertex);
            }
        }
        let vertices = &mut self.rings.vertices;
        while vertices.len() > start + 1 && vertices.last() == Some(&vertices[start]) {
            vertices.pop();
        }
        if vertices.len() - start < 3 {
            vertices.truncate(start);
            self.collapsed.push(self.rings.cell_offsets.len() as u32 - 1);
            return Ok(false);
        }
        if u32::try_from(vertices.len()).is_err() {
            return Err(Fault::BrokenGeometry { reason: "the city has over 2^32 vertices".into() });
        }
        self.rings.ring_offsets.push(vertices.len() as u32);
        Ok(true)
    }
}

fn vertex_count(shape: &Geometry<f64>) -> usize {
    let of = |polygon: &Polygon<f64>| {
        polygon.exterior().0.len() + polygon.interiors().iter().map(|r| r.0.len()).sum::<usize>()
    };
    match shape {
        Geometry::Polygon(polygon) => of(polygon),
        Geometry::MultiPolygon(parts) => parts.iter().map(of).sum(),
        _ => 0,
    }
}

fn type_of(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}
