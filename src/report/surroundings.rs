//! What a planner knows the city by: streets, rivers and buildings, drawn under the grids.

use geo::{BoundingRect, Geometry, LineString, Rect};

use super::topology::{PER_DEGREE, Vertex};
use crate::model::City;

/// Lines and buildings are left out of pictures where they have more vertices than this.
const MOST_VERTICES: usize = 400_000;

/// Lines in whole 1e-7 degrees from an origin.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// Barriers on the ground, as far as they lie within the extent of the units.
    pub barriers: Vec<Vec<Vertex>>,
    /// Outlines of the units, closed, where they are buildings.
    pub buildings: Vec<Vec<Vertex>>,
}

impl Surroundings {
    /// What surrounds the grids of a city; `are_buildings` says whether units are.
    pub fn of(city: &City, origin: Vertex, are_buildings: bool) -> Self {
        let extents = city.communities.iter().filter_map(|c| c.boundary.as_ref()?.bounding_rect());
        let extents = extents.chain(city.units.iter().filter_map(|u| u.shape.bounding_rect()));
        let Some(extent) = extents.reduce(join) else { return Surroundings::default() };
        let place = |line: &[geo::Coord<f64>]| -> Vec<Vertex> {
            let whole = |degrees: f64| (degrees * PER_DEGREE).round() as i64;
            line.iter().map(|c| [whole(c.x) - origin[0], whole(c.y) - origin[1]]).collect()
        };
        let on_ground = city.barriers.iter().filter(|barrier| barrier.at_grade);
        let barriers = on_ground
            .flat_map(|barrier| &barrier.lines.0)
            .flat_map(|line| runs_within(line, extent))
            .map(place);
        let rings = city.units.iter().filter(|_| are_buildings).flat_map(|unit| {
            let polygons: &[geo::Polygon<f64>] = match &unit.shape {
                Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
                Geometry::MultiPolygon(polygons) => &polygons.0,
                _ => &[],
            };
            polygons.iter().map(|polygon| place(&polygon.exterior().0))
        });
        Surroundings { barriers: few(barriers.collect()), buildings: few(rings.collect()) }
    }
}

/// The stretches of a line with a vertex within an extent at either end of each step.
fn runs_within(
    line: &LineString<f64>,
    extent: Rect<f64>,
) -> impl Iterator<Item = &[geo::Coord<f64>]> {
    let (min, max) = (extent.min(), extent.max());
    let inside =
        move |c: &geo::Coord<f64>| (min.x..=max.x).contains(&c.x) && (min.y..=max.y).contains(&c.y);
    line.0.chunk_by(move |a, b| inside(a) || inside(b)).filter(|run| run.len() > 1)
}

fn few(lines: Vec<Vec<Vertex>>) -> Vec<Vec<Vertex>> {
    if lines.iter().map(Vec::len).sum::<usize>() > MOST_VERTICES { Vec::new() } else { lines }
}

fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let (p, q) = ((a.min(), a.max()), (b.min(), b.max()));
    Rect::new(
        geo::coord! { x: p.0.x.min(q.0.x), y: p.0.y.min(q.0.y) },
        geo::coord! { x: p.1.x.max(q.1.x), y: p.1.y.max(q.1.y) },
    )
}
