//! What is to be told of the tessellation.

use std::collections::BTreeMap;

use super::Tessellation;
use super::enclosed::Enclosed;
use super::owners::Owners;
use super::parted::Parted;
use super::sharing::Shared;
use crate::error::{Finding, counted};
use crate::ground::cells::EXAMPLES;
use crate::ground::coverage::NONE;

/// Footprints that share less ground than this touch, and no more (m²).
const LEAST_OVERLAP_M2: f64 = 0.01;
/// Less ground than this is none (m²).
const LEAST_M2: f64 = 1.0;

/// The findings of the tessellation.
pub(super) fn of(
    of: &Tessellation,
    enclosed: &Enclosed,
    parted: &Parted,
    shared: &Shared,
    owners: &Owners,
) -> Vec<Finding> {
    let named = |units: &mut dyn Iterator<Item = u32>| {
        let mut units: Vec<u32> = units.collect();
        units.sort_unstable();
        units.dedup();
        units.iter().take(EXAMPLES).map(|&u| of.city.units[u as usize].id.clone()).collect()
    };
    let doubled: Vec<(&Vec<u32>, f64)> = owners
        .doubled_m2
        .iter()
        .map(|(units, &area_m2)| (units, area_m2))
        .filter(|(_, area_m2)| *area_m2 >= LEAST_OVERLAP_M2)
        .collect();
    let doubled_m2: f64 = doubled.iter().map(|(_, area_m2)| area_m2).sum();
    let beyond = beyond_boundary(of, enclosed);
    let beyond_m2: f64 = beyond.values().sum();
    let contested_m2 = contested_m2(of, enclosed);
    let across = across_hard_barriers(of, parted, owners);
    let open_m2: f64 = owners
        .of_face
        .iter()
        .zip(&parted.layer.sizes.area_m2)
        .filter(|(owner, _)| **owner != NONE && **owner >= of.units())
        .map(|(_, area_m2)| area_m2)
        .sum();
    let found = [
        Finding::counted(
            "footprints-overlap",
            doubled.len(),
            format!(
                "{} overlap ({doubled_m2:.1} m² in all): the smaller building has the ground",
                counted(doubled.len(), "group of footprints", "groups of footprints")
            ),
            named(&mut doubled.iter().flat_map(|(units, _)| units.iter().copied())),
        ),
        Finding::counted(
            "footprints-beyond-boundary",
            beyond.len(),
            format!(
                "{} beyond the boundary of their community ({beyond_m2:.1} m² in all): that ground \
                 is not theirs",
                counted(beyond.len(), "building reaches", "buildings reach")
            ),
            named(&mut beyond.keys().copied()),
        ),
        Finding::counted(
            "communities-overlap",
            usize::from(contested_m2 >= LEAST_M2),
            format!(
                "{contested_m2:.1} m² lie inside the boundaries of several communities: the first \
                 of them has the ground"
            ),
            Vec::new(),
        ),
        Finding::counted(
            "coincident-points",
            shared.spread.len(),
            "units are points at the place of another: they share the ground there".to_owned(),
            named(&mut shared.spread.iter().copied()),
        ),
        Finding::counted(
            "cut-off-ground",
            owners.moved.len(),
            format!(
                "{} nearest to a building it does not touch ({:.1} m² in all): the cell with the \
                 longest border has it",
                counted(owners.moved.len(), "piece of ground is", "pieces of ground are"),
                owners.moved_m2,
            ),
            named(&mut owners.moved.iter().copied()),
        ),
        Finding::counted(
            "units-across-hard-barriers",
            across.len(),
            format!(
                "{} on both sides of a hard barrier: a grid may reach across there",
                counted(across.len(), "building stands", "buildings stand")
            ),
            named(&mut across.iter().copied()),
        ),
        Finding::counted(
            "open-ground",
            owners.open_ground.len(),
            format!(
                "{} between barriers without any building ({open_m2:.0} m² in all): cells of their \
                 own, without people",
                counted(owners.open_ground.len(), "enclosure", "enclosures")
            ),
            Vec::new(),
        ),
    ];
    found.into_iter().flatten().collect()
}

/// Units with a part of their footprint outside of their community, and how many m².
fn beyond_boundary(of: &Tessellation, enclosed: &Enclosed) -> BTreeMap<u32, f64> {
    let mut beyond: BTreeMap<u32, f64> = BTreeMap::new();
    for (over, area_m2) in enclosed.over.iter().zip(&enclosed.layer.sizes.area_m2) {
        for &unit in over.iter().filter(|&&area| area < of.units()) {
            let home = of.units() + of.community_of_unit[unit as usize];
            if !of.domain.is_free() && !over.contains(&home) {
                *beyond.entry(unit).or_default() += area_m2;
            }
        }
    }
    beyond.retain(|_, area_m2| *area_m2 >= LEAST_M2);
    beyond
}

/// Ground inside the boundaries of several communities.
fn contested_m2(of: &Tessellation, enclosed: &Enclosed) -> f64 {
    let communities = |over: &[u32]| over.iter().filter(|&&area| area >= of.units()).count();
    let faces = enclosed.over.iter().zip(&enclosed.layer.sizes.area_m2);
    faces.filter(|(over, _)| communities(over) > 1).map(|(_, area_m2)| area_m2).sum()
}

/// Units with ground on both sides of a hard barrier.
fn across_hard_barriers(of: &Tessellation, parted: &Parted, owners: &Owners) -> Vec<u32> {
    let hard = |e: usize| {
        let class = of.classes.classes.get(parted.class_of_edge(e) as usize);
        class.is_some_and(|class| class.hard)
    };
    let mut across: Vec<u32> = (0..parted.layer.edges.len())
        .filter_map(|e| {
            let [left, right] = parted.layer.faces.sides(e).map(|f| owners.of_face[f as usize]);
            (left == right && left < of.units() && hard(e)).then_some(left)
        })
        .collect();
    across.sort_unstable();
    across.dedup();
    across
}
