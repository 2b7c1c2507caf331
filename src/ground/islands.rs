//! Parts of a community that do not touch each other, and the virtual edges that join them.

use std::collections::BTreeMap;

use geo::Point;
use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};

use super::contiguity::Contiguity;
use super::coverage::{Coverage, NONE};
use super::{LocalFrame, dissolve};
use crate::error::Result;
use crate::locate::GridIndex;

/// The parts of one community that no border joins.
pub(super) struct Parts {
    /// Its units part by part, each ascending; the parts by their first unit.
    pub(super) parts: Vec<Vec<u32>>,
}

/// The communities that fall into several parts, ascending.
pub(super) fn scattered(contiguity: &Contiguity, community_of_unit: &[u32]) -> Vec<Parts> {
    let mut seen = vec![false; contiguity.len()];
    let mut found: Vec<(u32, Vec<u32>)> = Vec::new();
    let mut stack = Vec::new();
    for start in 0..contiguity.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let community = community_of_unit[start];
        let mut part = Vec::new();
        stack.push(start as u32);
        while let Some(u) = stack.pop() {
            part.push(u);
            for (v, _) in contiguity.neighbours(u as usize) {
                let inside = community_of_unit[v as usize] == community;
                if inside && !std::mem::replace(&mut seen[v as usize], true) {
                    stack.push(v);
                }
            }
        }
        part.sort_unstable();
        found.push((community, part));
    }
    found.sort_unstable();
    found
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|parts| parts.len() > 1)
        .map(|parts| Parts { parts: parts.iter().map(|part| part.1.clone()).collect() })
        .collect()
}

/// The cell that every unit without ground hangs on: the one whose ground it lies on, or else the
/// nearest of its community, by a corner; that of its landlord, where it is a lodger. Pairs of unit
/// and cell, ascending.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn hosts(
    coverage: &Coverage,
    unit_points: &[Point<f64>],
    lodgers: &[(u32, u32)],
    community_of_cell: &[u32],
    frame: &LocalFrame,
) -> Result<Vec<(u32, u32)>> {
    let has_ground = |unit: u32| !coverage.parts(unit as usize).is_empty();
    let lodging = |unit: u32| {
        let found = lodgers.binary_search_by_key(&unit, |lodger| lodger.0).ok()?;
        Some(lodgers[found].1).filter(|&landlord| has_ground(landlord))
    };
    let units = 0..unit_points.len() as u32;
    let groundless: Vec<u32> = units.filter(|&unit| !has_ground(unit)).collect();
    let (lodged, groundless): (Vec<u32>, Vec<u32>) =
        groundless.into_iter().partition(|&unit| lodging(unit).is_some());
    let mut hosts: Vec<(u32, u32)> =
        lodged.into_iter().filter_map(|unit| Some((unit, lodging(unit)?))).collect();
    if groundless.is_empty() {
        return Ok(hosts);
    }
    let index = GridIndex::new(&dissolve::shapes(coverage));
    // A tree for each community that asks, so that no search wanders through others.
    let mut corners: BTreeMap<u32, Vec<Corner>> =
        groundless.iter().map(|&u| (community_of_cell[u as usize], Vec::new())).collect();
    for h in 0..coverage.half_edge_count() {
        let cell = coverage.cell_of(h);
        if let Some(own) = corners.get_mut(&community_of_cell[cell as usize]) {
            own.push(Corner::new(coverage.metres[coverage.origin(h) as usize], cell));
        }
    }
    let trees: BTreeMap<u32, RTree<Corner>> =
        corners.into_iter().map(|(community, own)| (community, RTree::bulk_load(own))).collect();
    let points: Vec<[f64; 2]> =
        groundless.iter().map(|&u| unit_points[u as usize].0.into()).collect();
    for (&unit, at) in groundless.iter().zip(frame.project(&points)?) {
        let community = community_of_cell[unit as usize];
        let under = index.locate(unit_points[unit as usize]).map(|cell| cell as u32);
        if let Some(cell) = under.filter(|&cell| community_of_cell[cell as usize] == community) {
            hosts.push((unit, cell));
            continue;
        }
        let tree = trees.get(&community);
        let host = tree.and_then(|tree| tree.nearest_neighbor(&at));
        hosts.extend(host.map(|corner| (unit, corner.data)));
    }
    hosts.sort_unstable();
    Ok(hosts)
}

type Corner = GeomWithData<[f64; 2], u32>;

/// A way to join two parts: squared distance between corners and the units they belong to.
type Link = (f64, u32, u32);

/// The virtual edges that join the parts of a community with the least total distance between
/// corners of their outer borders (a minimum spanning tree by Borůvka's rounds); ties go to the
/// lower units.
pub(super) fn bridges(coverage: &Coverage, parts: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let mut part_of = std::collections::HashMap::new();
    let mut corners: Vec<Vec<Corner>> = Vec::with_capacity(parts.len());
    for (p, units) in parts.iter().enumerate() {
        part_of.extend(units.iter().map(|&u| (u, p)));
        corners.push(Vec::new());
    }
    for (p, units) in parts.iter().enumerate() {
        for &unit in units {
            for h in coverage.half_edges(unit as usize) {
                let twin = coverage.twins[h];
                let inner =
                    twin != NONE && part_of.get(&coverage.cell_of(twin as usize)) == Some(&p);
                if !inner {
                    for v in [coverage.origin(h), coverage.destination(h)] {
                        corners[p].push(Corner::new(coverage.metres[v as usize], unit));
                    }
                }
            }
        }
    }
    let tree = RTree::bulk_load(corners.iter().flatten().copied().collect());

    // Groups of joined parts; every round joins each group but the largest to its nearest other.
    let mut group: Vec<usize> = (0..parts.len()).collect();
    let mut edges = Vec::new();
    loop {
        let mut size = vec![0usize; parts.len()];
        for (p, &g) in group.iter().enumerate() {
            size[g] += corners[p].len();
        }
        let groups: Vec<usize> = (0..parts.len()).filter(|&g| size[g] > 0).collect();
        let Some(&largest) = groups.iter().max_by_key(|&&g| (size[g], std::cmp::Reverse(g))) else {
            return edges;
        };
        if groups.len() < 2 {
            return edges;
        }
        let mut nearest: Vec<Option<Link>> = vec![None; parts.len()];
        for (p, own) in corners.iter().enumerate().filter(|(p, _)| group[*p] != largest) {
            let best = &mut nearest[group[p]];
            for corner in own {
                improve(best, corner, &tree, |unit| {
                    part_of.get(&unit).is_some_and(|&q| group[q] == group[p])
                });
            }
        }
        let mut links: Vec<Link> = nearest.into_iter().flatten().collect();
        links.sort_unstable_by(order);
        for (_, a, b) in links {
            let (Some(&p), Some(&q)) = (part_of.get(&a), part_of.get(&b)) else { continue };
            let (from, to) = (group[p].max(group[q]), group[p].min(group[q]));
            if from != to {
                edges.push((a.min(b), a.max(b)));
                for g in group.iter_mut().filter(|g| **g == from) {
                    *g = to;
                }
            }
        }
    }
}

fn order(a: &Link, b: &Link) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2))
}

/// Takes the nearest corner of another group where it beats the best link so far.
fn improve(
    best: &mut Option<Link>,
    from: &Corner,
    tree: &RTree<Corner>,
    own: impl Fn(u32) -> bool,
) {
    for to in tree.nearest_neighbor_iter(from.geom()) {
        let distance = to.distance_2(from.geom());
        if best.is_some_and(|b| distance > b.0) {
            return;
        }
        if own(to.data) {
            continue;
        }
        let link = (distance, from.data.min(to.data), from.data.max(to.data));
        if best.is_none_or(|b| order(&link, &b).is_lt()) {
            *best = Some(link);
        }
        // Farther corners only tie where the distance is the same; the loop ends at the next one.
    }
}

#[cfg(test)]
#[path = "islands_tests.rs"]
mod tests;
