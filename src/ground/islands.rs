//! Parts of a community that do not touch each other, and the virtual edges that join them.

use std::collections::{BTreeMap, HashMap};

use geo::Point;
use rstar::RTree;
use rstar::primitives::GeomWithData;
use spade::Triangulation;

use super::contiguity::Contiguity;
use super::coverage::{Coverage, NONE};
use super::triangulation::{FAR, Site, triangulated};
use super::{LocalFrame, dissolve};
use crate::error::Result;
use crate::groups::Groups;
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
/// corners of their outer borders (a minimum spanning tree by Kruskal's way); of links as long as each
/// other those of lower units come first.
///
/// The nearest corners of any two groups of parts are joined in the Delaunay triangulation of all
/// corners (Shamos & Hoey 1975), so that only its edges are looked at.
pub(super) fn bridges(coverage: &Coverage, parts: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let part_of: HashMap<u32, u32> =
        (0u32..).zip(parts).flat_map(|(p, units)| units.iter().map(move |&u| (u, p))).collect();
    let corners = corners(coverage, parts, &part_of);
    // What is joined by one of these is joined at once: corners of several parts in one place.
    let touching = corners.windows(2).filter(|two| two[0].at == two[1].at);
    let mut links: Vec<Link> = touching.map(|two| (0.0, two[0].label, two[1].label)).collect();
    let mut places = corners;
    places.dedup_by(|next, first| next.at == first.at);
    let extent =
        places.iter().fold([[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]], |[low, high], p| {
            [
                [low[0].min(p.at[0]), low[1].min(p.at[1])],
                [high[0].max(p.at[0]), high[1].max(p.at[1])],
            ]
        });
    let edges = triangulated(&places, extent);
    for edge in edges.iter().flat_map(|diagram| diagram.undirected_edges()) {
        let [a, b] = edge.vertices().map(|vertex| *vertex.data());
        if a.label != FAR && b.label != FAR && part_of.get(&a.label) != part_of.get(&b.label) {
            let [x, y] = [a.at[0] - b.at[0], a.at[1] - b.at[1]];
            links.push((x * x + y * y, a.label.min(b.label), a.label.max(b.label)));
        }
    }
    links.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut joined = Groups::of(parts.len());
    let mut edges = Vec::with_capacity(parts.len().saturating_sub(1));
    for (_, a, b) in links {
        let (Some(&p), Some(&q)) = (part_of.get(&a), part_of.get(&b)) else { continue };
        if joined.find(p) != joined.find(q) {
            joined.join(p, q);
            edges.push((a.min(b), a.max(b)));
        }
    }
    edges
}

/// The corners of the outer borders of parts, each with its unit: by place, then by unit.
fn corners(coverage: &Coverage, parts: &[Vec<u32>], part_of: &HashMap<u32, u32>) -> Vec<Site> {
    let mut corners = Vec::new();
    for &unit in parts.iter().flatten() {
        for h in coverage.half_edges(unit as usize) {
            let twin = coverage.twins[h];
            let inner =
                twin != NONE && part_of.get(&coverage.cell_of(twin as usize)) == part_of.get(&unit);
            if !inner {
                for v in [coverage.origin(h), coverage.destination(h)] {
                    // Without a negative zero, which would stand apart.
                    let at = coverage.metres[v as usize].map(|c| c + 0.0);
                    corners.push(Site { at, label: unit });
                }
            }
        }
    }
    corners.sort_unstable_by(|a, b| {
        let by_place = a.at[0].total_cmp(&b.at[0]).then(a.at[1].total_cmp(&b.at[1]));
        by_place.then(a.label.cmp(&b.label))
    });
    corners.dedup();
    corners
}

#[cfg(test)]
#[path = "islands_tests.rs"]
mod tests;
