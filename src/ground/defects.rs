//! What is wrong, or worth knowing, about the borders: found and counted, never mended here.

use geo::{BoundingRect, Contains, InteriorPoint, Intersects};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line, Rectangle};
use rstar::{AABB, RTree, RTreeObject};

use super::cells::EXAMPLES;
use super::coverage::{Coverage, NONE};
use super::islands::Parts;
use super::pole::distance_2;
use super::survey::Islands;
use super::{LocalFrame, crossing, dissolve};
use crate::error::{Finding, Result, counted};
use crate::model::{City, Unit};

/// Holes narrower than this on average (m) are slivers.
pub(super) const SLIVER_M: f64 = 1.0;
/// A vertex lies along a border, rather than beside one of its ends, where its distance from the
/// border is at most this share of its distance from either end.
const ALONG: f64 = 0.25;
/// Areas that differ by less than this share are the same.
const AREA_SHARE: f64 = 1e-6;
/// Areas that differ by less than this (m²) are the same.
const AREA_M2: f64 = 1.0;

/// A finding about units, by index; cells of open ground have no name.
fn finding(kind: &str, message: String, count: usize, units: &[u32], all: &[Unit]) -> Finding {
    let examples = units
        .iter()
        .filter_map(|&u| all.get(u as usize))
        .take(EXAMPLES)
        .map(|unit| unit.id.clone())
        .collect();
    Finding { kind: kind.into(), message, count, examples }
}

/// Borders that should be one and are not.
///
/// Two cells *overlap* where borders of theirs run the same way between the same vertices, or cross
/// each other. Their borders are *not noded* where a vertex of one lies along a border of the other
/// (at most `near_m` off) that does not have it. Only half-edges without a twin can do either, so a
/// clean city is looked at along its outer border alone.
pub(super) fn borders(coverage: &Coverage, units: &[Unit], near_m: f64) -> Vec<Finding> {
    let unshared: Vec<Border> = (0..coverage.half_edge_count())
        .filter(|&h| coverage.twins[h] == NONE)
        .map(|h| border(coverage, h))
        .collect();
    let tree = RTree::bulk_load(unshared.clone());
    let faults: Vec<(bool, [u32; 2])> = unshared
        .par_iter()
        .with_min_len(512)
        .flat_map_iter(|e| {
            let near = e.envelope();
            let near = AABB::from_corners(
                near.lower().map(|c| c - near_m),
                near.upper().map(|c| c + near_m),
            );
            tree.locate_in_envelope_intersecting(&near)
                .filter(|f| f.data > e.data)
                .filter_map(|f| fault(coverage, e.data as usize, f.data as usize, near_m))
        })
        .collect();
    let (mut overlaps, mut unnoded) = (Vec::new(), Vec::new());
    for (crossing, pair) in faults {
        if crossing { overlaps.push(pair) } else { unnoded.push(pair) }
    }
    for &h in &coverage.doubled {
        // Beside which cell does not matter to the planner: the first unit is named.
        let cell = coverage.cell_of(h as usize);
        overlaps.push([cell, cell]);
    }

    let mut findings = Vec::new();
    for (kind, mut pairs, what) in [
        ("overlaps", overlaps, "on top of another: ground there counts twice"),
        (
            "borders-not-noded",
            unnoded,
            "with a border that runs along another's without sharing its vertices: neighbours may \
             be missed, and grids may show slivers there",
        ),
    ] {
        let mut concerned: Vec<u32> = pairs.drain(..).flatten().collect();
        concerned.sort_unstable();
        concerned.dedup();
        if !concerned.is_empty() {
            let concerned_units = counted(concerned.len(), "unit", "units");
            let message = format!("{concerned_units} {what}; nothing was moved");
            findings.push(finding(kind, message, concerned.len(), &concerned, units));
        }
    }
    findings
}

type Border = GeomWithData<Line<[f64; 2]>, u32>;

fn border(coverage: &Coverage, h: usize) -> Border {
    let [a, b] = segment(&coverage.metres, coverage, h);
    Border::new(Line::new(a, b), h as u32)
}

fn segment(positions: &[[f64; 2]], coverage: &Coverage, h: usize) -> crossing::Segment {
    [positions[coverage.origin(h) as usize], positions[coverage.destination(h) as usize]]
}

/// What is wrong between two half-edges: whether they cross (or lie along each other), and the
/// cells.
fn fault(coverage: &Coverage, e: usize, f: usize, near_m: f64) -> Option<(bool, [u32; 2])> {
    let cells = [coverage.cell_of(e), coverage.cell_of(f)];
    if cells[0] == cells[1] {
        return None;
    }
    let exact = |h| segment(&coverage.lonlat, coverage, h);
    if crossing::cross(exact(e), exact(f)) {
        return Some((true, cells));
    }
    let touches = |h, other| {
        let border = segment(&coverage.metres, coverage, h);
        let ends = [coverage.origin(h), coverage.destination(h)];
        [coverage.origin(other), coverage.destination(other)]
            .into_iter()
            .filter(|vertex| !ends.contains(vertex))
            .any(|vertex| lies_along(coverage.metres[vertex as usize], border, near_m))
    };
    (touches(e, f) || touches(f, e)).then_some((false, cells))
}

fn lies_along(point: [f64; 2], [a, b]: crossing::Segment, near_m: f64) -> bool {
    let off = distance_2(point, [a, b]);
    let to_end = distance_2(point, [a, a]).min(distance_2(point, [b, b]));
    off <= near_m * near_m && off <= ALONG * ALONG * to_end
}

/// Holes in the ground of the whole city; gaps: holes of at most `gap_m2`; slivers: holes less than
/// 1 m wide on average; and pieces of ground that lie inside another, so that their units are on
/// top of others.
pub(super) fn ground(coverage: &Coverage, city: &City, gap_m2: f64) -> Vec<Finding> {
    let units = &city.units[..];
    let (pieces, holes) = dissolve::whole(coverage);
    let (slivers, holes): (Vec<_>, Vec<_>) =
        holes.into_iter().partition(|hole| 2.0 * hole.area_m2 < SLIVER_M * hole.perimeter_m);
    let (gaps, holes): (Vec<_>, Vec<_>) =
        holes.into_iter().partition(|hole| hole.area_m2 <= gap_m2);
    let nested = nested(&pieces);
    let mut findings = Vec::new();
    for (kind, found, what) in [
        (
            "holes",
            holes,
            "inside the city's ground: usual for enclaves, parks and water without units; grids leave \
             them open",
        ),
        ("gaps", gaps, "too small to be left out; grids leave them open"),
        (
            "slivers",
            slivers,
            "less than 1 m wide between units whose borders should meet; grids leave them open",
        ),
    ] {
        if !found.is_empty() {
            let area: f64 = found.iter().map(|hole| hole.area_m2).sum();
            let cells: Vec<u32> = found.iter().map(|hole| hole.cell).collect();
            let message =
                format!("{} ({area:.1} m² in all) {what}", counted(found.len(), "hole", "holes"));
            findings.push(finding(kind, message, found.len(), &cells, units));
        }
    }
    if !nested.is_empty() {
        let message = format!(
            "{} inside the ground of other units without a border to it: ground there counts \
             twice; nothing was moved",
            counted(nested.len(), "group of units", "groups of units")
        );
        findings.push(finding("nested-units", message, nested.len(), &nested, units));
    }
    findings
}

/// A cell of each piece that lies inside another piece.
fn nested(pieces: &[dissolve::Piece]) -> Vec<u32> {
    if pieces.len() < 2 {
        return Vec::new();
    }
    let boxes = pieces.iter().enumerate().filter_map(|(index, piece)| {
        let extent = piece.shape.bounding_rect()?;
        let corners = (<[f64; 2]>::from(extent.min()), <[f64; 2]>::from(extent.max()));
        Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let inside_another = |piece: &dissolve::Piece| {
        let point = piece.shape.interior_point()?;
        let around = |other: &dissolve::Piece| {
            other.home != piece.home
                && other.shape.contains(&point)
                && piece.shape.exterior().points().all(|corner| other.shape.intersects(&corner))
        };
        tree.locate_in_envelope_intersecting(&AABB::from_point([point.x(), point.y()]))
            .any(|other| around(&pieces[other.data]))
            .then_some(piece.cell)
    };
    pieces.par_iter().filter_map(inside_another).collect()
}

/// Communities without units.
pub(super) fn empty_communities(city: &City, community_of_cell: &[u32]) -> Option<Finding> {
    let mut empty = vec![true; city.communities.len()];
    for &community in community_of_cell.iter().take(city.units.len()) {
        if let Some(slot) = empty.get_mut(community as usize) {
            *slot = false;
        }
    }
    let empty: Vec<usize> = (0..empty.len()).filter(|&c| empty[c]).collect();
    of_communities(city, "empty-communities", &empty, "without any unit: no grid there".into())
}

/// Communities whose boundary encloses more or less ground than their units cover. Areas are
/// compared, not shapes: a gap here and an overlap there can cancel.
pub(super) fn communities(
    city: &City,
    frame: &LocalFrame,
    community_of_cell: &[u32],
    area_m2: &[f64],
) -> Result<Vec<Finding>> {
    let mut covered = vec![None; city.communities.len()];
    for (&community, area) in community_of_cell.iter().zip(area_m2) {
        if let Some(sum) = covered.get_mut(community as usize) {
            *sum = Some(sum.unwrap_or(0.0) + area);
        }
    }
    let (mut bare, mut beyond) = (Vec::new(), vec![0.0; city.communities.len()]);
    let mut bare_m2 = 0.0;
    for (c, (community, sum)) in city.communities.iter().zip(&covered).enumerate() {
        if let (Some(boundary), Some(sum)) = (&community.boundary, sum) {
            let within = frame.area_m2(boundary)?;
            if within - sum > tolerable(within) {
                bare.push(c);
                bare_m2 += within - sum;
            }
            if sum - within > tolerable(within) {
                beyond[c] = sum - within;
            }
        }
    }
    let what = format!(
        "with more ground than the units cover: the rest lies in no grid ({bare_m2:.1} m² in all)"
    );
    let bare = of_communities(city, "uncovered-ground", &bare, what);
    Ok(bare.into_iter().chain(self::beyond(city, &beyond)).collect())
}

/// What areas may differ by (m²) and still be the same.
fn tolerable(area_m2: f64) -> f64 {
    AREA_M2.max(AREA_SHARE * area_m2)
}

/// Communities whose units reach beyond the boundary, by so many m².
pub(super) fn beyond(city: &City, beyond_m2: &[f64]) -> Vec<Finding> {
    let beyond: Vec<usize> = (0..beyond_m2.len()).filter(|&c| beyond_m2[c] > AREA_M2).collect();
    let area: f64 = beyond.iter().map(|&c| beyond_m2[c]).sum();
    let what = format!("whose units reach beyond the boundary ({area:.1} m² in all)");
    of_communities(city, "ground-beyond-boundary", &beyond, what).into_iter().collect()
}

fn of_communities(city: &City, kind: &str, found: &[usize], what: String) -> Option<Finding> {
    (!found.is_empty()).then(|| Finding {
        kind: kind.into(),
        message: format!("{} {what}", counted(found.len(), "community", "communities")),
        count: found.len(),
        examples: found.iter().take(EXAMPLES).map(|&c| city.communities[c].id.clone()).collect(),
    })
}

/// Units whose own borders cross each other.
pub(super) fn crossed(crossed: &[(u32, [f64; 2])], units: &[Unit]) -> Option<Finding> {
    let concerned: Vec<u32> = crossed.iter().map(|(unit, _)| *unit).collect();
    (!concerned.is_empty()).then(|| {
        let message = format!(
            "{} whose own borders cross each other",
            counted(concerned.len(), "unit", "units")
        );
        finding("crossed-borders", message, concerned.len(), &concerned, units)
    })
}

/// Barriers that no grid may reach across, though they run through units.
pub(super) fn through_units(barriers: &[u32], city: &City) -> Option<Finding> {
    (!barriers.is_empty()).then(|| Finding {
        kind: "hard-barriers-through-units".into(),
        message: format!(
            "{} through the middle of units, which are never split: grids may reach across there",
            counted(barriers.len(), "hard barrier runs", "hard barriers run")
        ),
        count: barriers.len(),
        examples: barriers
            .iter()
            .take(EXAMPLES)
            .map(|&b| city.barriers[b as usize].id.clone())
            .collect(),
    })
}

/// Units without ground of their own.
pub(super) fn groundless(coverage: &Coverage, units: &[Unit]) -> Option<Finding> {
    let concerned: Vec<u32> =
        (0..units.len() as u32).filter(|&unit| coverage.parts(unit as usize).is_empty()).collect();
    (!concerned.is_empty()).then(|| {
        let message = format!(
            "{} all of whose ground is another's, or lies beyond the boundary: each stays with the \
             nearest cell of its community",
            counted(concerned.len(), "unit", "units")
        );
        finding("units-without-ground", message, concerned.len(), &concerned, units)
    })
}

/// Communities in parts.
pub(super) fn islands(scattered: &[Parts], treatment: Islands, city: &City) -> Vec<Finding> {
    if scattered.is_empty() {
        return Vec::new();
    }
    let mut apart: Vec<u32> = Vec::new();
    for community in scattered {
        let largest = community.parts.iter().map(Vec::len).max().unwrap_or(0);
        let main = community.parts.iter().position(|part| part.len() == largest);
        let others = community.parts.iter().enumerate().filter(|(p, _)| Some(*p) != main);
        apart.extend(others.filter_map(|(_, part)| part.first()));
    }
    let done = match treatment {
        Islands::Attach => {
            "joined to the nearest by virtual edges, so a grid there may be in pieces"
        }
        Islands::Report => "left apart, so no grid can span them",
    };
    let message = format!(
        "{} in {} without a border to the rest of the community: {done}",
        counted(apart.len(), "group of units", "groups of units"),
        counted(scattered.len(), "community", "communities"),
    );
    vec![finding("islands", message, apart.len(), &apart, &city.units)]
}

#[cfg(test)]
#[path = "defects_tests.rs"]
mod tests;
