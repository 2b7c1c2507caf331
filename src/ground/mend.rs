//! Units that almost tile, made to tile: borders within a tolerance are snapped together, ground
//! that several units claim goes to one, small gaps go to a neighbour.

use std::collections::BTreeMap;

use super::areas::Areas;
use super::arrangement::{
    Edges, Snapped, Subdivision, Tangled, UNBOUNDED, covers, node, snap, to_lattice,
};
use super::carve::carve;
use super::cells::EXAMPLES;
use super::coverage::NONE;
use super::defects::SLIVER_M;
use super::face_sizes::FaceSizes;
use super::made::Made;
use super::{LocalFrame, Survey};
use crate::error::{Finding, Result, counted};
use crate::groups::Groups;
use crate::model::City;

/// A sliver goes to a neighbour that has at least this share of its border.
const LEAST_SHARE: f64 = 0.25;

/// Mends a tiling. `areas_m2` are the areas of the units as they were drawn.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn mend(
    city: &City,
    frame: &LocalFrame,
    survey: &Survey,
    community_of_unit: &[u32],
    areas_m2: &[f64],
) -> Result<Made> {
    let units = city.units.len() as u32;
    let mut areas = Areas::default();
    for (unit, number) in city.units.iter().zip(0..) {
        areas.add(number, &unit.shape);
    }
    for (community, number) in city.communities.iter().zip(units..) {
        if let Some(boundary) = &community.boundary {
            areas.add_parts(number, boundary);
        }
    }
    let (strands, snapped) = snap(&areas.strands, survey.snap_m, unit_metres(frame)?);
    let tangled = |t: Tangled| areas.tangled(t.tag, city);
    let edges = node(&strands).map_err(tangled)?;
    let faces = Subdivision::of(&edges.points, &edges.ends);
    let around = covers(&edges, &faces, Some).map_err(tangled)?;
    let sizes = FaceSizes::of(&edges, &faces, frame)?;

    let mut mending = Mending {
        edges: &edges,
        faces: &faces,
        sizes: &sizes,
        owner: vec![NONE; faces.len()],
        astray: vec![false; faces.len()],
        community: vec![NONE; faces.len()],
        overlaps: Patches::default(),
        contested_m2: 0.0,
    };
    for (face, rings) in around.iter().enumerate().skip(1) {
        let over = areas.over(rings);
        let first_community = over.partition_point(|&area| area < units);
        let (claims, within) = over.split_at(first_community);
        mending.community[face] = within.first().map_or(NONE, |c| c - units);
        if within.len() > 1 {
            mending.contested_m2 += sizes.area_m2[face];
        }
        let in_its_own =
            |unit: u32| within.iter().any(|&c| c - units == community_of_unit[unit as usize]);
        mending.settle(face, claims, areas_m2, in_its_own);
    }
    let outcome = mending.fill_gaps(survey.gap_m2, community_of_unit);
    // Afterwards, since a gap that was filled may lie beyond every boundary.
    let beyond_m2 = mending.beyond(city, community_of_unit);

    let cells = city.units.len() + outcome.open_ground.len();
    let carved = carve(&edges, &faces, &mending.owner, cells, frame)?;
    Ok(Made {
        coverage: carved.coverage,
        class_of: Vec::new(),
        beyond_m2,
        findings: findings(city, survey, snapped, &mending, &outcome),
        open_ground: outcome.open_ground,
        lodgers: Vec::new(),
    })
}

/// What was mended, counted.
fn findings(
    city: &City,
    survey: &Survey,
    snapped: Snapped,
    mending: &Mending,
    outcome: &Gaps,
) -> Vec<Finding> {
    let named = |u: &u32| city.units[*u as usize].id.clone();
    let (overlaps, filled) = (&mending.overlaps, &outcome.filled);
    let found = [
        Finding::counted(
            "borders-snapped",
            snapped.moved + snapped.led,
            format!(
                "{} of borders that almost met (within {} m) were moved onto another, and borders were \
                 led through {}",
                counted(snapped.moved, "vertex", "vertices"),
                survey.snap_m,
                counted(snapped.led, "vertex beside them", "vertices beside them"),
            ),
            Vec::new(),
        ),
        Finding::counted(
            "overlaps-resolved",
            overlaps.count,
            format!(
                "{} claimed by several units ({:.1} m² in all): the smaller unit has it",
                counted(overlaps.count, "patch of ground was", "patches of ground were"),
                overlaps.area_m2,
            ),
            overlaps.units.iter().take(EXAMPLES).map(named).collect(),
        ),
        Finding::counted(
            "gaps-filled",
            filled.count,
            format!(
                "{} between units ({:.1} m² in all, each at most {} m² or a sliver): the neighbour \
                 with the longest border has it",
                counted(filled.count, "gap", "gaps"),
                filled.area_m2,
                survey.gap_m2,
            ),
            filled.units.iter().take(EXAMPLES).map(named).collect(),
        ),
        Finding::counted(
            "open-ground",
            outcome.open_ground.len(),
            format!(
                "{} of ground that no unit covers ({:.1} m² in all) inside communities: cells of their \
                 own, without people",
                counted(outcome.open_ground.len(), "piece", "pieces"),
                outcome.open_m2,
            ),
            Vec::new(),
        ),
        Finding::counted(
            "sliver-networks",
            outcome.slivers,
            format!(
                "{} between units ({:.1} m² in all) touch too many of them to go to one: they are open \
                 ground, or left out beyond boundaries; where borders should meet there, snap farther \
                 than {} m (--snap)",
                counted(outcome.slivers, "network of slivers", "networks of slivers"),
                outcome.slivers_m2,
                survey.snap_m,
            ),
            Vec::new(),
        ),
        Finding::counted(
            "communities-overlap",
            usize::from(mending.contested_m2 >= 1.0),
            format!(
                "{:.1} m² lie inside the boundaries of several communities: gaps there go to the \
                 first of them",
                mending.contested_m2
            ),
            Vec::new(),
        ),
    ];
    found.into_iter().flatten().collect()
}

/// Metres in a lattice unit from west to east and from south to north, at the frame's centre.
fn unit_metres(frame: &LocalFrame) -> Result<[f64; 2]> {
    const STEP: f64 = 1e-3;
    let centre = [frame.centre().x(), frame.centre().y()];
    let east = to_lattice([STEP, 0.0])[0] as f64;
    let ends = [[centre[0] + STEP, centre[1]], [centre[0], centre[1] + STEP]];
    let metres = frame.project(&ends)?;
    Ok([metres[0][0] / east, metres[1][1] / east])
}

/// Patches of ground that were given to somebody.
#[derive(Debug, Default)]
struct Patches {
    count: usize,
    area_m2: f64,
    /// Who got them, ascending.
    units: Vec<u32>,
}

impl Patches {
    fn enter(&mut self, unit: u32, area_m2: f64) {
        self.count += 1;
        self.area_m2 += area_m2;
        if let Err(at) = self.units.binary_search(&unit) {
            self.units.insert(at, unit);
        }
    }
}

/// What became of the gaps.
#[derive(Default)]
struct Gaps {
    filled: Patches,
    /// The community of every cell of open ground.
    open_ground: Vec<u32>,
    open_m2: f64,
    /// Slivers that no neighbour has a good part of.
    slivers: usize,
    slivers_m2: f64,
}

impl Gaps {
    /// A new cell of open ground.
    fn open(&mut self, community: u32, area_m2: f64, units: u32) -> u32 {
        self.open_ground.push(community);
        self.open_m2 += area_m2;
        units + self.open_ground.len() as u32 - 1
    }
}

/// Faces on their way to owners.
struct Mending<'a> {
    edges: &'a Edges,
    faces: &'a Subdivision,
    sizes: &'a FaceSizes,
    /// The unit, later the cell, of every face; [`NONE`] for gaps.
    owner: Vec<u32>,
    /// Whether a face lies outside of its unit's community.
    astray: Vec<bool>,
    /// The community of every face, by the boundaries.
    community: Vec<u32>,
    overlaps: Patches,
    /// Ground inside the boundaries of several communities.
    contested_m2: f64,
}

impl Mending<'_> {
    /// Gives a face to the smallest of the units that claim it, the first of equal ones: so a unit
    /// drawn on top of a larger one keeps its ground. Units of the community whose ground it is come
    /// before others.
    fn settle(
        &mut self,
        face: usize,
        claims: &[u32],
        areas_m2: &[f64],
        in_its_own: impl Fn(u32) -> bool,
    ) {
        let rank = |u: &u32| (!in_its_own(*u), areas_m2[*u as usize]);
        let Some(&owner) = claims.iter().min_by(|a, b| {
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        }) else {
            return;
        };
        self.owner[face] = owner;
        self.astray[face] = !in_its_own(owner);
        if claims.len() > 1 {
            self.overlaps.enter(owner, self.sizes.area_m2[face]);
        }
    }

    /// Gives gaps to neighbours, or makes them open ground, or leaves them.
    fn fill_gaps(&mut self, gap_m2: f64, community_of_unit: &[u32]) -> Gaps {
        // Faces that no unit claims hang together across edges, within one community.
        let mut gaps = Groups::of(self.faces.len());
        for e in 0..self.edges.len() {
            let [f, g] = self.faces.sides(e).map(|f| f as usize);
            let open = self.owner[f] == NONE && self.owner[g] == NONE;
            if open && self.community[f] == self.community[g] {
                gaps.join(f as u32, g as u32);
            }
        }
        let outer = gaps.find(UNBOUNDED);
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for face in 0..self.faces.len() as u32 {
            let group = gaps.find(face);
            if self.owner[face as usize] == NONE && group != outer {
                members.entry(group).or_default().push(face);
            }
        }
        let units = community_of_unit.len() as u32;
        let mut result = Gaps::default();
        for faces in members.into_values() {
            let community = self.community[faces[0] as usize];
            let area: f64 = faces.iter().map(|&f| self.sizes.area_m2[f as usize]).sum();
            let (neighbours, perimeter) = self.neighbours(&faces, units);
            let sliver = 2.0 * area <= SLIVER_M * perimeter;
            let host = neighbours
                .iter()
                .filter(|(u, _)| community == NONE || community_of_unit[**u as usize] == community)
                .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
            // A network of slivers would make neighbours of all that lie along it.
            let beside = |shared: f64| shared >= LEAST_SHARE * perimeter;
            let owner = match host {
                Some((&unit, &shared)) if area <= gap_m2 || (sliver && beside(shared)) => {
                    result.filled.enter(unit, area);
                    unit
                }
                _ if sliver => {
                    result.slivers += 1;
                    result.slivers_m2 += area;
                    match community {
                        NONE => continue,
                        _ => result.open(community, area, units),
                    }
                }
                _ if community != NONE => result.open(community, area, units),
                _ => continue,
            };
            for face in faces {
                self.owner[face as usize] = owner;
                self.astray[face as usize] = community == NONE;
            }
        }
        result
    }

    /// Ground that the units of each community have beyond its boundary.
    fn beyond(&self, city: &City, community_of_unit: &[u32]) -> Vec<f64> {
        let mut beyond_m2 = vec![0.0; city.communities.len()];
        for (face, &owner) in self.owner.iter().enumerate() {
            let Some(&own) = community_of_unit.get(owner as usize) else { continue };
            let community = city.communities.get(own as usize);
            if community.is_some_and(|c| c.boundary.is_some()) && self.astray[face] {
                beyond_m2[own as usize] += self.sizes.area_m2[face];
            }
        }
        beyond_m2
    }

    /// Metres of border that some faces share with each unit (a number below `units`), and their
    /// border in all.
    fn neighbours(&self, faces: &[u32], units: u32) -> (BTreeMap<u32, f64>, f64) {
        let mut shared: BTreeMap<u32, f64> = BTreeMap::new();
        let mut perimeter = 0.0;
        for &face in faces {
            for &start in &self.faces.loops[face as usize] {
                for h in self.faces.half_edges(start) {
                    let beyond = self.faces.face_of[(h ^ 1) as usize];
                    if faces.binary_search(&beyond).is_ok() {
                        continue;
                    }
                    let length = self.sizes.length_m(self.edges.ends[h as usize / 2]);
                    perimeter += length;
                    let unit = self.owner[beyond as usize];
                    if unit < units {
                        *shared.entry(unit).or_default() += length;
                    }
                }
            }
        }
        (shared, perimeter)
    }
}

#[cfg(test)]
#[path = "mend_tests.rs"]
mod tests;
