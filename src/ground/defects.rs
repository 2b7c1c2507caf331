//! What is wrong, or worth knowing, about the borders: found and counted, never mended here.

use std::collections::BTreeMap;

use geo::{BoundingRect, Contains, InteriorPoint, Intersects, MultiPolygon, Polygon};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line, Rectangle};
use rstar::{AABB, RTree, RTreeObject};

use super::cells::EXAMPLES;
use super::coverage::{Coverage, NONE};
use super::islands::Parts;
use super::pole::distance_2;
use super::survey::Islands;
use super::{LocalFrame, crossing, dissolve, overlay};
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
/// Ground narrower than this on average (m) is where a border was drawn twice.
const SEAM_M: f64 = 0.1;

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
    // Borders between the same two vertices are one: piles of equal units are looked at once.
    let mut piles: BTreeMap<[u32; 2], Vec<u32>> = BTreeMap::new();
    for h in (0..coverage.half_edge_count()).filter(|&h| coverage.twins[h] == NONE) {
        let (from, to) = (coverage.origin(h), coverage.destination(h));
        piles.entry([from.min(to), from.max(to)]).or_default().push(h as u32);
    }
    let piles: Vec<Vec<u32>> = piles.into_values().collect();
    let cells = |pile: &[u32]| -> Vec<u32> {
        let mut cells: Vec<u32> = pile.iter().map(|&h| coverage.cell_of(h as usize)).collect();
        cells.dedup();
        cells
    };
    let tree = RTree::bulk_load(
        piles.iter().zip(0..).map(|(pile, i)| border(coverage, pile[0] as usize, i)).collect(),
    );
    // Whether a border crosses another's, and whether it runs along one: asked until both are known,
    // since in a heap of units each border meets all.
    let meets = |(i, pile): (usize, &Vec<u32>)| {
        let (own, e) = (cells(pile), pile[0] as usize);
        let near = border(coverage, e, 0).envelope();
        let near =
            AABB::from_corners(near.lower().map(|c| c - near_m), near.upper().map(|c| c + near_m));
        let (mut crosses, mut runs_along) = (false, false);
        for other in tree.locate_in_envelope_intersecting(&near) {
            let pile = &piles[other.data as usize];
            if other.data as usize == i || own.len() == 1 && cells(pile) == own {
                continue;
            }
            match fault(coverage, e, pile[0] as usize, near_m) {
                Some(true) => crosses = true,
                Some(false) => runs_along = true,
                None => {}
            }
            if crosses && runs_along {
                break;
            }
        }
        (own, crosses, runs_along)
    };
    let met: Vec<(Vec<u32>, bool, bool)> =
        piles.par_iter().enumerate().with_min_len(512).map(meets).collect();
    let (mut overlaps, mut unnoded) = (Vec::new(), Vec::new());
    for (own, crosses, runs_along) in met {
        if crosses {
            overlaps.extend(&own);
        }
        if runs_along {
            unnoded.extend(own);
        }
    }
    for &h in &coverage.doubled {
        overlaps.push(coverage.cell_of(h as usize));
    }

    let mut findings = Vec::new();
    for (kind, mut concerned, what) in [
        ("overlaps", overlaps, "on top of another: ground there counts twice"),
        (
            "borders-not-noded",
            unnoded,
            "with a border that runs along another's without sharing its vertices: neighbours may \
             be missed, and grids may show slivers there",
        ),
    ] {
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

fn border(coverage: &Coverage, h: usize, pile: u32) -> Border {
    let [a, b] = segment(&coverage.metres, coverage, h);
    Border::new(Line::new(a, b), pile)
}

fn segment(positions: &[[f64; 2]], coverage: &Coverage, h: usize) -> crossing::Segment {
    [positions[coverage.origin(h) as usize], positions[coverage.destination(h) as usize]]
}

/// What is wrong between two borders of different cells: whether they cross, or else lie along each
/// other.
fn fault(coverage: &Coverage, e: usize, f: usize, near_m: f64) -> Option<bool> {
    let exact = |h| segment(&coverage.lonlat, coverage, h);
    if crossing::cross(exact(e), exact(f)) {
        return Some(true);
    }
    let touches = |h, other| {
        let border = segment(&coverage.metres, coverage, h);
        let ends = [coverage.origin(h), coverage.destination(h)];
        let [a, b] = segment(&coverage.metres, coverage, other);
        // The middle tells of borders side by side whose corners are, too.
        let middle = [0, 1].map(|axis| (a[axis] + b[axis]) / 2.0);
        lies_along(middle, border, near_m)
            || [coverage.origin(other), coverage.destination(other)]
                .into_iter()
                .filter(|vertex| !ends.contains(vertex))
                .any(|vertex| lies_along(coverage.metres[vertex as usize], border, near_m))
    };
    (touches(e, f) || touches(f, e)).then_some(false)
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
    inside_another(pieces, |piece, other| {
        piece.home != other.home
            && piece.shape.exterior().points().all(|corner| other.shape.intersects(&corner))
    })
}

/// Whether units lie in a hole of others: narrow ground between them may be a gap.
pub(super) fn enclosed(coverage: &Coverage) -> bool {
    let (mut pieces, holes) = dissolve::whole(coverage);
    if holes.is_empty() {
        return false;
    }
    for piece in &mut pieces {
        piece.shape = Polygon::new(piece.shape.exterior().clone(), Vec::new());
    }
    !inside_another(&pieces, |_, _| true).is_empty()
}

/// A cell of each piece whose interior point lies in another piece of which the rest holds, too.
fn inside_another(
    pieces: &[dissolve::Piece],
    holds: impl Fn(&dissolve::Piece, &dissolve::Piece) -> bool + Sync,
) -> Vec<u32> {
    if pieces.len() < 2 {
        return Vec::new();
    }
    let boxes = pieces.iter().enumerate().filter_map(|(index, piece)| {
        let extent = piece.shape.bounding_rect()?;
        let corners = (<[f64; 2]>::from(extent.min()), <[f64; 2]>::from(extent.max()));
        Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let inside = |(index, piece): (usize, &dissolve::Piece)| {
        let point = piece.shape.interior_point()?;
        let around = |other: usize| {
            other != index && pieces[other].shape.contains(&point) && holds(piece, &pieces[other])
        };
        tree.locate_in_envelope_intersecting(&AABB::from_point([point.x(), point.y()]))
            .any(|other| around(other.data))
            .then_some(piece.cell)
    };
    pieces.par_iter().enumerate().filter_map(inside).collect()
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

/// Communities whose boundary encloses ground that their units do not cover, or whose units reach
/// beyond it. Areas are compared and, where `outlines` tell the ground of the units of every community,
/// shapes as well: a gap here and ground beyond the boundary there may cancel in areas.
pub(super) fn communities(
    city: &City,
    frame: &LocalFrame,
    community_of_cell: &[u32],
    area_m2: &[f64],
    outlines: &[MultiPolygon<f64>],
) -> Result<Vec<Finding>> {
    let mut covered = vec![None; city.communities.len()];
    for (&community, area) in community_of_cell.iter().zip(area_m2) {
        if let Some(sum) = covered.get_mut(community as usize) {
            *sum = Some(sum.unwrap_or(0.0) + area);
        }
    }
    let apart = misfits(city, frame, outlines)?;
    let (mut bare, mut beyond) = (Vec::new(), vec![0.0; city.communities.len()]);
    let mut bare_m2 = 0.0;
    for (c, (community, sum)) in city.communities.iter().zip(&covered).enumerate() {
        if let (Some(boundary), Some(sum)) = (&community.boundary, sum) {
            let within = frame.area_m2(boundary)?;
            let [gap, over] = apart.get(c).copied().unwrap_or_default();
            let (gap, over) = (gap.max(within - sum), over.max(sum - within));
            if gap > tolerable(within) {
                bare.push(c);
                bare_m2 += gap;
            }
            if over > tolerable(within) {
                beyond[c] = over;
            }
        }
    }
    let what = format!(
        "with more ground than the units cover: the rest lies in no grid ({bare_m2:.1} m² in all)"
    );
    let bare = of_communities(city, "uncovered-ground", &bare, what);
    Ok(bare.into_iter().chain(self::beyond(city, &beyond)).collect())
}

/// Of every community with a boundary, how much ground within it the units leave bare, and how much
/// they have beyond it: square metres, without what is too narrow to be meant.
fn misfits(
    city: &City,
    frame: &LocalFrame,
    outlines: &[MultiPolygon<f64>],
) -> Result<Vec<[f64; 2]>> {
    let mut apart = vec![[0.0; 2]; city.communities.len()];
    let communities = || city.communities.iter().zip(outlines).zip(0u32..);
    let boundaries =
        communities().filter_map(|((community, _), c)| Some((2 * c, community.boundary.as_ref()?)));
    let grounds = communities()
        .filter(|((community, _), _)| community.boundary.is_some())
        .map(|((_, outline), c)| (2 * c + 1, outline));
    for patch in overlay(boundaries.chain(grounds), SEAM_M, frame)? {
        for &area in &patch.over {
            if !patch.over.contains(&(area ^ 1)) {
                apart[area as usize / 2][area as usize % 2] += patch.area_m2;
            }
        }
    }
    Ok(apart)
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
            "{} whose own rings cross, touch or lie wrongly in each other",
            counted(concerned.len(), "unit", "units")
        );
        finding("crossed-borders", message, concerned.len(), &concerned, units)
    })
}

/// Units whose own borders are not simple, once their ground has been told by even and odd.
pub(super) fn untangled(crossed: &[(u32, [f64; 2])], units: &[Unit]) -> Option<Finding> {
    let concerned: Vec<u32> = crossed.iter().map(|(unit, _)| *unit).collect();
    (!concerned.is_empty()).then(|| {
        let message = format!(
            "{} whose own rings cross, touch or lie wrongly in each other: the ground between them \
             was told by the even-odd rule",
            counted(concerned.len(), "unit", "units")
        );
        finding("borders-untangled", message, concerned.len(), &concerned, units)
    })
}

/// Units with spikes: a ring runs out and back along the same border.
pub(super) fn spikes(coverage: &Coverage, units: &[Unit]) -> Option<Finding> {
    let spiked = |h: &usize| {
        let twin = coverage.twins[*h];
        twin != NONE && coverage.ring_of[twin as usize] == coverage.ring_of[*h]
    };
    let mut concerned: Vec<u32> =
        (0..coverage.half_edge_count()).filter(spiked).map(|h| coverage.cell_of(h)).collect();
    concerned.dedup();
    (!concerned.is_empty()).then(|| {
        let message = format!(
            "{} with spikes, where a border runs out and back: they enclose nothing and were left out",
            counted(concerned.len(), "unit", "units")
        );
        finding("spikes", message, concerned.len(), &concerned, units)
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

/// Units without ground of their own: the `lodgers` among them (with their landlords, ascending) are
/// points heaped in one place, the others have lost theirs.
pub(super) fn groundless(
    coverage: &Coverage,
    lodgers: &[(u32, u32)],
    units: &[Unit],
) -> Vec<Finding> {
    let groundless = (0..units.len() as u32).filter(|&u| coverage.parts(u as usize).is_empty());
    let is_lodger = |unit: &u32| lodgers.binary_search_by_key(unit, |lodger| lodger.0).is_ok();
    let (heaped, bare): (Vec<u32>, Vec<u32>) = groundless.partition(is_lodger);
    heaps(&heaped, units).into_iter().chain(without_ground(&bare, units)).collect()
}

/// Points in one place with more others than can have ground there.
fn heaps(concerned: &[u32], units: &[Unit]) -> Option<Finding> {
    (!concerned.is_empty()).then(|| {
        let message = "units are heaped in one place with more than a thousand others: each shares \
                       the ground of one of them. If the place stands for positions that are not \
                       known, give the units theirs; if they are people of one building, make them \
                       one unit";
        finding("units-heaped", message.into(), concerned.len(), concerned, units)
    })
}

fn without_ground(concerned: &[u32], units: &[Unit]) -> Option<Finding> {
    (!concerned.is_empty()).then(|| {
        let message = format!(
            "{} all of whose ground is another's, or lies beyond the boundary: each stays with the \
             nearest cell of its community",
            counted(concerned.len(), "unit", "units")
        );
        finding("units-without-ground", message, concerned.len(), concerned, units)
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
