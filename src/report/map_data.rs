use geo::{CoordsIter, Geometry, LineString, MultiPolygon, Point};
use serde::Serialize;

use super::before::Before;
use super::classes::{Classes, PARTS};
use super::surroundings::Surroundings;
use super::topology::{PER_DEGREE, Topology, Vertex};
use crate::model::City;
use crate::organise::{PersonPoint, Register};
use crate::plan::{Plan, Promise, gap};
use crate::replan::Change;

/// The outlines of units are left out of the map where they have more vertices than this (about
/// 9 bytes each in the file).
const MOST_UNIT_VERTICES: usize = 400_000;

/// What the map's script reads. Field names are what `map.js` calls them.
///
/// Positions are whole 1e-7 degrees east and north of `origin`. An arc is a flat list: its first
/// vertex, then the step from each vertex to the next. `grids[].shape` and `community_borders`
/// refer to `arcs` as TopoJSON does: `i`, or `-1 - i` for arc `i` walked backwards.
#[derive(Debug, Serialize)]
pub(super) struct MapData<'a> {
    version: &'static str,
    city: String,
    modelled: &'a [String],
    seed: u64,
    /// Lower and upper share around the mean; `null` where open.
    population_tolerance: [Option<f64>; 2],
    area_tolerance: [Option<f64>; 2],
    units: usize,
    /// Communities whose division is proved optimal, and how far the boundary cost may lie above
    /// the least possible, as a share; `null` where that is not known.
    proved: usize,
    boundary_gap: Option<f64>,
    classes: Vec<Classes>,
    origin: Vertex,
    arcs: Vec<Vec<i64>>,
    /// Arcs on the border of a community.
    community_borders: Vec<usize>,
    /// Borders between units inside of grids, as arcs; outlines of units that are buildings.
    unit_borders: Vec<Vec<i64>>,
    /// Whether the units are buildings.
    buildings: bool,
    /// Streets, rivers and other barriers on the ground.
    barriers: Vec<Vec<i64>>,
    /// Whether there are too many of them to be drawn.
    unit_borders_left_out: bool,
    communities: Vec<Community<'a>>,
    grids: Vec<Grid<'a>>,
    officers: Vec<Place<'a>>,
    stations: Vec<Place<'a>>,
    /// The plan before, where this one was made near it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<BeforeData<'a>>,
}

/// The plan before a change; arcs and shapes as those of the plan itself.
#[derive(Debug, Serialize)]
pub(super) struct BeforeData<'a> {
    people_moved: f64,
    least_people_moved: f64,
    people: f64,
    arcs: Vec<Vec<i64>>,
    grids: Vec<BeforeGrid<'a>>,
    moved: Vec<MovedUnit<'a>>,
}

#[derive(Debug, Serialize)]
struct BeforeGrid<'a> {
    grid: &'a str,
    /// Today's people.
    population: f64,
    population_deviation: f64,
    shape: Vec<Vec<Vec<i32>>>,
}

#[derive(Debug, Serialize)]
struct MovedUnit<'a> {
    unit: &'a str,
    from: &'a str,
    to: &'a str,
    people: f64,
    reason: &'a str,
    /// Polygons, of rings, as arcs.
    rings: Vec<Vec<Vec<i64>>>,
}

#[derive(Debug, Serialize)]
struct Community<'a> {
    id: &'a str,
    name: &'a str,
    subdistrict: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Grid<'a> {
    grid: &'a str,
    /// Index into `communities`.
    community: usize,
    population: f64,
    area_m2: f64,
    units: usize,
    polsby_popper: f64,
    population_deviation: f64,
    area_deviation: f64,
    officer: Option<&'a str>,
    station: Option<&'a str>,
    linked_members: usize,
    central_households: Vec<Place<'a>>,
    violations: Vec<Violation<'a>>,
    centre: Vertex,
    shape: Vec<Vec<Vec<i32>>>,
}

#[derive(Debug, Serialize)]
struct Violation<'a> {
    promise: Promise,
    value: f64,
    limit: f64,
    unavoidable: bool,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    id: &'a str,
    at: Vertex,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
}

impl<'a> MapData<'a> {
    pub fn of(city: &'a City, plan: &'a Plan, register: &'a Register) -> Self {
        let topology = Topology::of(plan.grids.iter().map(|grid| &grid.shape));
        let origin = topology.origin;
        let surroundings = Surroundings::of(city, origin, plan.are_buildings);
        let lines = |lines: &[Vec<Vertex>]| -> Vec<Vec<i64>> {
            lines.iter().map(|line| steps(line, [0, 0])).collect()
        };
        let place = |id: &'a str, point: Point<f64>, kind: Option<&'a str>| Place {
            id,
            at: position(origin, point),
            kind,
        };
        let household =
            |person: &'a PersonPoint| place(&person.id, Point::new(person.lon, person.lat), None);
        let grids = plan.grids.iter().zip(topology.areas.iter().cloned()).enumerate();
        let grids = grids.map(|(index, (grid, shape))| {
            let record = register.grids().get(index).filter(|record| record.grid == grid.code);
            let central = record.map_or(&[][..], |record| &record.central_households);
            Grid {
                grid: &grid.code,
                community: grid.community,
                population: rounded(grid.population, 1e2),
                area_m2: rounded(grid.area_m2, 1e1),
                units: grid.units.len(),
                polsby_popper: rounded(grid.polsby_popper(), 1e4),
                population_deviation: rounded(grid.population_deviation, PARTS),
                area_deviation: rounded(grid.area_deviation, PARTS),
                officer: record.and_then(|record| record.officer.as_deref()),
                station: record.and_then(|record| record.station.as_deref()),
                linked_members: record.map_or(0, |record| record.linked_members),
                central_households: central.iter().map(household).collect(),
                violations: violations(plan, &grid.code),
                centre: position(origin, grid.centre),
                shape,
            }
        });
        let tolerance = |t: crate::divide::Tolerance| [t.lower, t.upper];
        let unit_borders = if plan.are_buildings {
            Some(&surroundings.buildings)
                .filter(|drawn| !drawn.is_empty())
                .map(|drawn| lines(drawn))
        } else {
            unit_borders(city, plan, origin)
        };
        MapData {
            version: env!("CARGO_PKG_VERSION"),
            city: title(&city.name),
            modelled: &city.modelled,
            seed: plan.asked.seed,
            population_tolerance: tolerance(plan.asked.population_tolerance),
            area_tolerance: tolerance(plan.asked.area_tolerance),
            units: plan.grid_of_unit.len(),
            proved: plan.proved_communities(),
            boundary_gap: gap(plan.boundary_cost_m, plan.least_boundary_cost_m())
                .map(|gap| rounded(gap, 1e4)),
            classes: Classes::all(plan),
            origin,
            arcs: topology.arcs.iter().map(|arc| steps(arc, [0, 0])).collect(),
            community_borders: community_borders(plan, &topology),
            unit_borders_left_out: unit_borders.is_none(),
            unit_borders: unit_borders.unwrap_or_default(),
            buildings: plan.are_buildings,
            barriers: lines(&surroundings.barriers),
            communities: city
                .communities
                .iter()
                .map(|c| Community {
                    id: &c.id,
                    name: &c.name,
                    subdistrict: c.subdistrict.as_deref(),
                })
                .collect(),
            grids: grids.collect(),
            officers: city.officers.iter().map(|o| place(&o.id, o.position, None)).collect(),
            stations: city
                .stations
                .iter()
                .map(|s| place(&s.id, s.position, s.kind.as_deref()))
                .collect(),
            before: None,
        }
    }

    /// The same with the plan before.
    pub fn with_before(mut self, before: &'a Before<'a>, change: &Change) -> Self {
        let shapes = before.current.grids.iter().map(|grid| &grid.shape);
        let topology = Topology::of(shapes);
        let origin = self.origin;
        let shift = [topology.origin[0] - origin[0], topology.origin[1] - origin[1]];
        let grids = before.current.grids.iter().zip(topology.areas.iter().cloned()).enumerate();
        let ring = |ring: &LineString<f64>| {
            let line: Vec<Vertex> =
                ring.coords().map(|&c| position(origin, Point::from(c))).collect();
            steps(&line, [0, 0])
        };
        let moved = before.moved.iter().map(|(moved, shape)| MovedUnit {
            unit: &moved.unit,
            from: moved.from.as_deref().unwrap_or_default(),
            to: moved.to.as_deref().unwrap_or_default(),
            people: rounded(moved.people, 1e2),
            reason: &moved.reason,
            rings: shape
                .iter()
                .map(|p| std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect())
                .collect(),
        });
        self.before = Some(BeforeData {
            people_moved: rounded(change.people_moved, 1e2),
            least_people_moved: rounded(change.least_people_moved, 1e2),
            people: rounded(change.people_staying_or_moved, 1e2),
            arcs: topology.arcs.iter().map(|arc| steps(arc, shift)).collect(),
            grids: grids
                .map(|(i, (grid, shape))| BeforeGrid {
                    grid: &grid.code,
                    population: rounded(before.population[i], 1e2),
                    population_deviation: rounded(before.deviation[i], PARTS),
                    shape,
                })
                .collect(),
            moved: moved.collect(),
        });
        self
    }
}

/// A name fit for a title: where it is that of a folder (small letters, joined by hyphens or
/// underscores), its words get capitals.
pub(super) fn title(name: &str) -> String {
    if name.chars().any(|c| !(c.is_ascii_lowercase() || "-_0123456789".contains(c))) {
        return name.to_owned();
    }
    let words = name.split(['-', '_']).filter(|word| !word.is_empty());
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.map(capital).collect::<Vec<_>>().join(" ")
}

/// Arcs with different communities, or none, on their two sides.
pub(super) fn community_borders(plan: &Plan, topology: &Topology) -> Vec<usize> {
    let community = |side: Option<u32>| side.map(|grid| plan.grids[grid as usize].community);
    let between = |sides: &[Option<u32>; 2]| community(sides[0]) != community(sides[1]);
    let arcs = topology.sides.iter().enumerate();
    arcs.filter(|(_, sides)| between(sides)).map(|(arc, _)| arc).collect()
}

/// Borders between units of the same grid; `None` where there are too many of them.
fn unit_borders(city: &City, plan: &Plan, origin: Vertex) -> Option<Vec<Vec<i64>>> {
    // What two units share stands in both; what is not on a grid's outline is shared.
    let of_units: usize = city.units.iter().map(|unit| unit.shape.coords_count()).sum();
    let of_grids: usize = plan.grids.iter().map(|grid| grid.shape.coords_count()).sum();
    if of_units.saturating_sub(of_grids) / 2 > MOST_UNIT_VERTICES {
        return None;
    }
    let shapes: Vec<MultiPolygon<f64>> = city
        .units
        .iter()
        .map(|unit| match &unit.shape {
            Geometry::Polygon(polygon) => polygon.clone().into(),
            Geometry::MultiPolygon(polygons) => polygons.clone(),
            _ => MultiPolygon(Vec::new()),
        })
        .collect();
    let topology = Topology::of(shapes.iter());
    let grid = |unit: Option<u32>| plan.grid_of_unit.get(unit? as usize);
    let inside = |sides: &[Option<u32>; 2]| {
        sides[0] != sides[1] && grid(sides[0]).is_some() && grid(sides[0]) == grid(sides[1])
    };
    let arcs = topology.arcs.iter().zip(&topology.sides);
    let arcs: Vec<_> = arcs.filter(|(_, sides)| inside(sides)).map(|(arc, _)| arc).collect();
    if arcs.iter().map(|arc| arc.len()).sum::<usize>() > MOST_UNIT_VERTICES {
        return None;
    }
    let shift = [topology.origin[0] - origin[0], topology.origin[1] - origin[1]];
    Some(arcs.into_iter().map(|arc| steps(arc, shift)).collect())
}

/// An arc as its first vertex, shifted, and the steps after it.
fn steps(arc: &[Vertex], shift: Vertex) -> Vec<i64> {
    let mut before = [-shift[0], -shift[1]];
    let mut flat = Vec::with_capacity(2 * arc.len());
    for vertex in arc {
        flat.extend([vertex[0] - before[0], vertex[1] - before[1]]);
        before = *vertex;
    }
    flat
}

fn position(origin: Vertex, point: Point<f64>) -> Vertex {
    let whole = |degrees: f64| (degrees * PER_DEGREE).round() as i64;
    [whole(point.x()) - origin[0], whole(point.y()) - origin[1]]
}

/// Rounded to so many parts of a unit: the map needs no more, and the file is smaller.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn violations<'a>(plan: &'a Plan, code: &str) -> Vec<Violation<'a>> {
    let found = plan.violations.iter().filter(|violation| violation.grid == code);
    let entry = found.map(|violation| Violation {
        promise: violation.promise,
        value: rounded(violation.value, 1e1),
        limit: rounded(violation.limit, 1e1),
        unavoidable: violation.unavoidable,
        reason: &violation.reason,
    });
    entry.collect()
}
