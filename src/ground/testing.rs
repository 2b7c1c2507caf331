//! Small cities for the tests of this room.
#![allow(clippy::unwrap_used)]

use geo::{Contains, Geometry, Intersects, LineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;

use super::coverage::NONE;
use super::{Ground, crossing};
use crate::model::{City, Community, Unit};

/// A degree at the equator is some 111 km: cells of about 100 m.
pub(super) const STEP: f64 = 0.001;

pub(super) fn unit(id: impl Into<String>, shape: impl Into<Geometry<f64>>) -> Unit {
    Unit {
        id: id.into(),
        population: 1.0,
        households: None,
        community: None,
        estate: None,
        lock: None,
        shape: shape.into(),
    }
}

pub(super) fn community(id: &str, boundary: Option<MultiPolygon<f64>>) -> Community {
    Community { id: id.into(), name: id.into(), subdistrict: None, grids: None, boundary }
}

/// A city of units alone, named by their index.
pub(super) fn city<G: Into<Geometry<f64>>>(shapes: impl IntoIterator<Item = G>) -> City {
    let units = shapes.into_iter().enumerate().map(|(i, shape)| unit(i.to_string(), shape));
    City { units: units.collect(), ..City::default() }
}

/// A polygon from a ring in steps.
pub(super) fn polygon(ring: &[(f64, f64)]) -> Polygon<f64> {
    polygon_with_holes(ring, &[])
}

pub(super) fn polygon_with_holes(ring: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Polygon<f64> {
    let degrees = |ring: &[(f64, f64)]| -> LineString<f64> {
        ring.iter().map(|&(x, y)| (x * STEP, y * STEP)).collect::<Vec<_>>().into()
    };
    Polygon::new(degrees(ring), holes.iter().map(|hole| degrees(hole)).collect())
}

/// The rectangle from corner to corner, in steps.
pub(super) fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Polygon<f64> {
    polygon(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
}

/// Jittered quadrilaterals that tile a rectangle but for some left out, grouped into units (of one
/// or more pieces, touching or not) with a zone each.
#[derive(Debug, Clone)]
pub(super) struct Tiling {
    pub(super) city: City,
    pub(super) zone_of_unit: Vec<u32>,
    pub(super) zones: usize,
}

pub(super) fn tiling() -> impl Strategy<Value = Tiling> {
    (1usize..9, 1usize..9, 1usize..5).prop_flat_map(|(columns, rows, zones)| {
        let cells = columns * rows;
        let corners = (columns + 1) * (rows + 1);
        (
            prop::collection::vec((-0.3..0.3f64, -0.3..0.3f64), corners),
            // Which unit and zone a cell goes to: mostly its own unit; now and then left out.
            prop::collection::vec((0usize..8, 0..zones as u32, 0usize..4, any::<bool>()), cells),
        )
            .prop_map(move |(jitter, choices)| build(columns, rows, zones, &jitter, &choices))
    })
}

fn build(
    columns: usize,
    rows: usize,
    zones: usize,
    jitter: &[(f64, f64)],
    choices: &[(usize, u32, usize, bool)],
) -> Tiling {
    let corner = |i: usize, j: usize| {
        let (dx, dy) = jitter[j * (columns + 1) + i];
        (i as f64 + dx, j as f64 + dy)
    };
    let mut units: Vec<(Vec<Polygon<f64>>, u32)> = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let (fate, zone, turn, reversed) = choices[j * columns + i];
            if fate == 0 && !units.is_empty() {
                continue;
            }
            let mut ring =
                vec![corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
            // The reader must not care where a ring starts, which way it runs, or what it repeats.
            ring.rotate_left(turn);
            if reversed {
                ring.reverse();
                ring.insert(1, ring[0]);
            }
            let piece = polygon(&ring);
            match units.last_mut() {
                Some(last) if fate == 1 => last.0.push(piece),
                _ => units.push((vec![piece], zone)),
            }
        }
    }
    let zone_of_unit = units.iter().map(|unit| unit.1).collect();
    let shapes = units.into_iter().map(|(mut pieces, _)| match pieces.len() {
        1 => Geometry::Polygon(pieces.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon::new(pieces)),
    });
    Tiling { city: city(shapes), zone_of_unit, zones }
}

/// Directed edges of a shape as bits, exterior rings counter-clockwise and holes clockwise.
pub(super) fn directed_edges(shape: &MultiPolygon<f64>) -> Vec<[[u64; 2]; 2]> {
    use geo::orient::{Direction, Orient};
    let shape = shape.orient(Direction::Default);
    let rings =
        shape.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    let bits = |c: geo::Coord<f64>| [(c.x + 0.0).to_bits(), (c.y + 0.0).to_bits()];
    rings
        .flat_map(|ring| ring.lines())
        .filter(|line| line.start != line.end)
        .map(|line| [bits(line.start), bits(line.end)])
        .collect()
}

/// The shape of a unit.
pub(super) fn shape_of(unit: &Unit) -> MultiPolygon<f64> {
    match &unit.shape {
        Geometry::Polygon(polygon) => MultiPolygon::from(polygon.clone()),
        Geometry::MultiPolygon(parts) => parts.clone(),
        other => panic!("no polygon: {other:?}"),
    }
}

/// Asserts that cells tile: no two borders cross or lie on top of each other, and every point of a
/// raster over `extent` (in steps) lies in a number of cells that is `right`; a point on a border in
/// any number.
pub(super) fn assert_tiles(ground: &Ground, extent: [f64; 4], right: impl Fn(usize) -> bool) {
    let coverage = &ground.coverage;
    assert!(coverage.doubled.is_empty(), "two cells lie on one side of a border");
    let border = |h: usize| {
        [coverage.origin(h), coverage.destination(h)].map(|v| coverage.lonlat[v as usize])
    };
    let borders: Vec<_> = (0..coverage.half_edge_count())
        .filter(|&h| coverage.twins[h] == NONE || coverage.twins[h] as usize > h)
        .map(border)
        .collect();
    for (i, &a) in borders.iter().enumerate() {
        for &b in &borders[..i] {
            assert!(!crossing::cross(a, b), "{a:?} and {b:?} cross");
        }
    }
    let cells = ground.cells();
    const SIDE: usize = 23;
    for i in 0..SIDE * SIDE {
        // Off every round number, so that hardly a point lies on a border.
        let share = |n: usize| (n as f64 + 0.387_213) / SIDE as f64;
        let x = extent[0] + share(i % SIDE) * (extent[2] - extent[0]);
        let y = extent[1] + share(i / SIDE) * (extent[3] - extent[1]);
        let point = Point::new(x * STEP, y * STEP);
        let inside = cells.iter().filter(|cell| cell.contains(&point)).count();
        let on_border = cells.iter().any(|cell| cell.intersects(&point) && !cell.contains(&point));
        assert!(on_border || right(inside), "{inside} cells at ({x}, {y})");
    }
}
