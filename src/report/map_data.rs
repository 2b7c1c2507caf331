//! What the map's script reads.

use geo::{CoordsIter, MultiPolygon, Point};
use serde::Serialize;
use serde_json::{Map, Value};

use super::before::Before;
use super::classes::{Classes, PARTS, figures};
use super::exhibit::Exhibit;
use super::mesh_data::{CellData, UnitData};
use super::reasons::Both;
use super::surroundings::Surroundings;
use super::topology::{PER_DEGREE, Topology, Vertex};
use crate::organise::PersonPoint;
use crate::plan::{Plan, Promise, gap};

/// The ground of units is left out of the map where it has more vertices than this (about 8 bytes
/// each in the file).
const MOST_VERTICES: usize = 1_000_000;

/// What 15 minutes on foot come to where nothing is known of the ways: 1,000 m of way are 1,000 m
/// over the usual detour as the crow flies.
const REACH_M: f64 = 1_000.0 / 1.3;

/// What the map's script reads. Field names are what the scripts call them.
///
/// Positions are whole 1e-7 degrees east and north of `origin`. An arc is a flat list: its first
/// vertex, then the step from each vertex to the next. `cells.shape` refers to `arcs` as TopoJSON
/// does: `i`, or `-1 - i` for arc `i` walked backwards. Where the ground of units is left out, the
/// cells are those of the grids themselves.
#[derive(Debug, Serialize)]
pub(super) struct MapData<'a> {
    version: &'static str,
    city: String,
    modelled: &'a [String],
    seed: u64,
    /// Lower and upper share around the mean; `null` where open.
    population_tolerance: [Option<f64>; 2],
    area_tolerance: [Option<f64>; 2],
    unit_count: usize,
    /// Communities whose division is proved optimal, and how far the boundary cost may lie above
    /// the least possible, as a share; `null` where that is not known.
    proved: usize,
    boundary_gap: Option<f64>,
    classes: Vec<Classes>,
    origin: Vertex,
    arcs: Vec<Vec<i64>>,
    /// Whether cells are the ground of units, so that units can be found and moved.
    has_units: bool,
    cells: CellData,
    units: UnitData<'a>,
    /// Outlines of units that are buildings.
    buildings: Vec<Vec<i64>>,
    /// Streets, rivers and other barriers on the ground.
    barriers: Vec<Vec<i64>>,
    communities: Vec<Community<'a>>,
    grids: Vec<Grid<'a>>,
    officers: Vec<Place<'a>>,
    stations: Vec<Place<'a>>,
    /// Radius of the circle around a station for which no area is known, metres.
    reach_m: f64,
    /// Member household, central household, …
    links: Vec<[Vertex; 2]>,
    building_groups: Vec<BuildingGroup<'a>>,
    /// The plan before, where this one was made near it.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<BeforeData<'a>>,
    /// `plan.json`, as far as a changed plan takes it over.
    record: Map<String, Value>,
}

/// The plan before a change, on today's ground.
#[derive(Debug, Serialize)]
struct BeforeData<'a> {
    people_moved: f64,
    least_people_moved: f64,
    people: f64,
    grids: Vec<BeforeGrid<'a>>,
    /// The grid of every cell.
    grid: Vec<i64>,
    moved: Vec<MovedUnit<'a>>,
}

#[derive(Debug, Serialize)]
struct BeforeGrid<'a> {
    grid: &'a str,
    /// Today's people.
    population: f64,
    population_deviation: f64,
}

#[derive(Debug, Serialize)]
struct MovedUnit<'a> {
    /// Index into `units`.
    unit: u32,
    from: &'a str,
    to: &'a str,
    people: f64,
    reason: Both,
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
    special: Option<&'a str>,
    population: f64,
    area_m2: f64,
    units: usize,
    polsby_popper: f64,
    population_deviation: f64,
    area_deviation: f64,
    perimeter_m: f64,
    /// What else is known of it, by the names of `grids.geojson`.
    figures: Map<String, Value>,
    officer: Option<&'a str>,
    station: Option<&'a str>,
    linked_members: usize,
    central_households: Vec<Place<'a>>,
    /// Who else serves it: role and person.
    team: Vec<String>,
    violations: Vec<Violation<'a>>,
    centre: Vertex,
}

#[derive(Debug, Serialize)]
struct BuildingGroup<'a> {
    code: &'a str,
    leader: Option<&'a str>,
    owners_committee: Option<&'a str>,
    property_company: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Violation<'a> {
    promise: Promise,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    value: f64,
    limit: f64,
    unavoidable: bool,
    reason: Both,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    id: &'a str,
    at: Vertex,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    /// What is within 15 minutes: rings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reached: Vec<Vec<i64>>,
}

impl<'a> MapData<'a> {
    pub fn of(exhibit: &'a Exhibit<'a>, before: Option<&'a Before<'a>>) -> Self {
        let Exhibit { city, plan, register, directory, .. } = *exhibit;
        let pieces = exhibit.pieces.as_ref().filter(|pieces| {
            // What two cells share stands in both.
            let all: usize = pieces.shapes.iter().map(CoordsIter::coords_count).sum();
            all / 2 <= MOST_VERTICES
        });
        let topology = match pieces {
            Some(pieces) => Topology::of(pieces.shapes.iter()),
            None => Topology::of(plan.grids.iter().map(|grid| &grid.shape)),
        };
        let origin = topology.origin;
        let groups = directory.map(|directory| building_groups(directory.structure()));
        let (groups, group_of) = groups.unwrap_or_default();
        let cells = match pieces {
            Some(pieces) => CellData::of_units(pieces, &topology),
            None => CellData::of_grids(plan, &topology),
        };
        let units = pieces.map(|pieces| UnitData::of(exhibit, pieces, &group_of));
        let surroundings = Surroundings::of(city, origin, plan.are_buildings);
        let lines = |lines: &[Vec<Vertex>]| -> Vec<Vec<i64>> {
            lines.iter().map(|line| steps(line, [0, 0])).collect()
        };
        let rings = |area: &MultiPolygon<f64>| -> Vec<Vec<i64>> {
            let rings =
                area.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            let at = |c: &geo::Coord<f64>| position(origin, Point::from(*c));
            rings.map(|ring| steps(&ring.coords().map(at).collect::<Vec<_>>(), [0, 0])).collect()
        };
        let place = |id: &'a str, point: Point<f64>, kind: Option<&'a str>| Place {
            id,
            at: position(origin, point),
            kind,
            reached: Vec::new(),
        };
        let household =
            |person: &'a PersonPoint| place(&person.id, Point::new(person.lon, person.lat), None);
        let grids = plan.grids.iter().enumerate().map(|(index, grid)| {
            let record = register.grids().get(index).filter(|record| record.grid == grid.code);
            let central = record.map_or(&[][..], |record| &record.central_households);
            let served = directory.and_then(|directory| directory.grid(&grid.code));
            let posts = served.into_iter().flat_map(|(c, g)| g.posts.iter().chain(&c.posts));
            let held = posts.filter_map(|p| Some(format!("{}: {}", p.name, p.person.as_ref()?)));
            Grid {
                grid: &grid.code,
                community: grid.community,
                special: grid.special.as_deref(),
                population: rounded(grid.population, 1e2),
                area_m2: rounded(grid.area_m2, 1e1),
                units: grid.units.len(),
                polsby_popper: rounded(grid.polsby_popper(), 1e4),
                population_deviation: rounded(grid.population_deviation, PARTS),
                area_deviation: rounded(grid.area_deviation, PARTS),
                perimeter_m: rounded(grid.perimeter_m, 1e1),
                figures: figures(grid, record),
                officer: record.and_then(|record| record.officer.as_deref()),
                station: record.and_then(|record| record.station.as_deref()),
                linked_members: record.map_or(0, |record| record.linked_members),
                central_households: central.iter().map(household).collect(),
                team: held.collect(),
                violations: violations(plan, &grid.code),
                centre: position(origin, grid.centre),
            }
        });
        let tolerance = |t: crate::divide::Tolerance| [t.lower, t.upper];
        let stations = city.stations.iter().enumerate().map(|(i, s)| Place {
            reached: exhibit.reached.get(i).map(rings).unwrap_or_default(),
            ..place(&s.id, s.position, s.kind.as_deref())
        });
        let communities = city.communities.iter().map(|c| Community {
            id: &c.id,
            name: &c.name,
            subdistrict: c.subdistrict.as_deref(),
        });
        let grids: Vec<Grid<'a>> = grids.collect();
        MapData {
            version: env!("CARGO_PKG_VERSION"),
            city: title(&city.name),
            modelled: &city.modelled,
            seed: plan.asked.seed,
            population_tolerance: tolerance(plan.asked.people_band()),
            area_tolerance: tolerance(plan.asked.area_tolerance),
            unit_count: plan.grid_of_unit.len(),
            proved: plan.proved_communities(),
            boundary_gap: gap(plan.boundary_cost_m, plan.least_boundary_cost_m())
                .map(|gap| rounded(gap, 1e4)),
            classes: Classes::all(plan, grids.iter().map(|grid| &grid.figures)),
            origin,
            arcs: topology.arcs.iter().map(|arc| steps(arc, [0, 0])).collect(),
            has_units: pieces.is_some(),
            before: pieces.zip(before).map(|(pieces, before)| BeforeData::of(pieces, before)),
            cells,
            units: units.unwrap_or_default(),
            buildings: lines(&surroundings.buildings),
            barriers: lines(&surroundings.barriers),
            communities: communities.collect(),
            grids,
            officers: city.officers.iter().map(|o| place(&o.id, o.position, None)).collect(),
            stations: stations.collect(),
            reach_m: rounded(REACH_M, 1e1),
            links: exhibit.links.iter().map(|ends| ends.map(|p| position(origin, p))).collect(),
            building_groups: groups,
            record: kept_of_record(&exhibit.record),
        }
    }
}

impl<'a> BeforeData<'a> {
    fn of(pieces: &super::pieces::Pieces, before: &'a Before<'a>) -> Self {
        let grids = before.grids.iter().map(|grid| BeforeGrid {
            grid: &grid.code,
            population: rounded(grid.population, 1e2),
            population_deviation: rounded(grid.deviation, PARTS),
        });
        let moved = before.moved.iter().map(|&(unit, moved)| MovedUnit {
            unit,
            from: moved.from.as_deref().unwrap_or_default(),
            to: moved.to.as_deref().unwrap_or_default(),
            people: rounded(moved.people, 1e2),
            reason: Both::of(&moved.reason),
        });
        BeforeData {
            people_moved: rounded(before.change.people_moved, 1e2),
            least_people_moved: rounded(before.change.least_people_moved, 1e2),
            people: rounded(before.change.people_staying_or_moved, 1e2),
            grids: grids.collect(),
            grid: before.of_cells(pieces),
            moved: moved.collect(),
        }
    }
}

/// Building groups with who leads them, and the group of each unit by its id.
fn building_groups(
    structure: &crate::organise::Structure,
) -> (Vec<BuildingGroup<'_>>, std::collections::HashMap<&str, u32>) {
    let mut groups = Vec::new();
    let mut of_unit = std::collections::HashMap::new();
    let nodes = structure.communities.iter().flat_map(|c| &c.grids);
    for node in nodes.flat_map(|grid| &grid.building_groups) {
        for unit in node.doorways.iter().flat_map(|doorway| &doorway.units) {
            of_unit.insert(unit.as_str(), groups.len() as u32);
        }
        groups.push(BuildingGroup {
            code: &node.building_group,
            leader: node.leader.as_deref(),
            owners_committee: node.owners_committee.as_deref(),
            property_company: node.property_company.as_deref(),
        });
    }
    (groups, of_unit)
}

/// What a plan that is changed in the map says of itself as the one it came from did.
fn kept_of_record(record: &Value) -> Map<String, Value> {
    let kept = ["evengrid", "city", "modelled", "parameters", "seed", "sources", "communities"];
    let kept = kept.into_iter().filter_map(|name| Some((name.into(), record.get(name)?.clone())));
    kept.collect()
}

/// A name fit for a title: where it is that of a folder (small letters, joined by hyphens or
/// underscores), its words get capitals.
pub(super) fn title(name: &str) -> String {
    if name.chars().any(|c| !(c.is_ascii_lowercase() || "-_0123456789".contains(c))) {
        return name.to_owned();
    }
    let words = name.split(['-', '_']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at_checked(1)?;
        Some(first.to_uppercase() + rest)
    };
    words.filter_map(capital).collect::<Vec<_>>().join(" ")
}

/// Arcs with different communities, or none, on their two sides.
pub(super) fn community_borders(plan: &Plan, topology: &Topology) -> Vec<usize> {
    let community = |side: Option<u32>| plan.grids.get(side? as usize).map(|grid| grid.community);
    let between = |sides: &[Option<u32>; 2]| community(sides[0]) != community(sides[1]);
    let arcs = topology.sides.iter().enumerate();
    arcs.filter(|(_, sides)| between(sides)).map(|(arc, _)| arc).collect()
}

/// An arc as its first vertex, shifted, and the steps after it.
pub(super) fn steps(arc: &[Vertex], shift: Vertex) -> Vec<i64> {
    let mut before = [-shift[0], -shift[1]];
    let mut flat = Vec::with_capacity(2 * arc.len());
    for vertex in arc {
        flat.extend([vertex[0] - before[0], vertex[1] - before[1]]);
        before = *vertex;
    }
    flat
}

pub(super) fn position(origin: Vertex, point: Point<f64>) -> Vertex {
    let whole = |degrees: f64| (degrees * PER_DEGREE).round() as i64;
    [whole(point.x()) - origin[0], whole(point.y()) - origin[1]]
}

/// Rounded to so many parts of a unit: the map needs no more, and the file is smaller.
pub(super) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn violations<'a>(plan: &'a Plan, code: &str) -> Vec<Violation<'a>> {
    let found = plan.violations.iter().filter(|violation| violation.grid == code);
    let entry = found.map(|violation| Violation {
        promise: violation.promise,
        field: violation.field.as_deref(),
        value: rounded(violation.value, 1e2),
        limit: rounded(violation.limit, 1e2),
        unavoidable: violation.unavoidable,
        reason: Both::of(&violation.reason),
    });
    entry.collect()
}
