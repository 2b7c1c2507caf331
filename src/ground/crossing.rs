//! Borders that cross: exact tests on the coordinates as they were read.

use std::collections::BTreeMap;

use geo::algorithm::kernels::{Kernel, RobustKernel};
use geo::{Coord, MultiPolygon, Orientation};
use rstar::{AABB, RTree, RTreeObject};

use super::coverage::{Coverage, NONE};

/// A segment with its two ends.
pub(super) type Segment = [[f64; 2]; 2];

/// On which side of the line a→b a point lies; exact.
pub(super) fn side(a: [f64; 2], b: [f64; 2], point: [f64; 2]) -> Orientation {
    RobustKernel::orient2d(Coord::from(a), Coord::from(b), Coord::from(point))
}

/// Whether two segments cross in a point inside both; touching is not crossing.
pub(super) fn cross([a, b]: Segment, [c, d]: Segment) -> bool {
    let opposite = |p: Orientation, q: Orientation| {
        p != q && p != Orientation::Collinear && q != Orientation::Collinear
    };
    opposite(side(a, b, c), side(a, b, d)) && opposite(side(c, d, a), side(c, d, b))
}

/// A place, in degrees, where a cell's own borders are not simple: where two cross, where one ends
/// on another that has no vertex there, or where a ring lies where it cannot: a hole outside of its
/// part, or ground on ground.
pub(super) fn first_in(coverage: &Coverage, cell: usize) -> Option<[f64; 2]> {
    let borders: Vec<Border> = coverage
        .half_edges(cell)
        .map(|h| Border { ends: ends(coverage, h), ring: coverage.ring_of[h] })
        .collect();
    let rings = coverage.rings(cell).len();
    if rings < 2 && borders.len() < FEW {
        return pairs(&borders).find_map(|(s, t)| meeting(s.ends, t.ends));
    }
    let tree = RTree::bulk_load(borders.clone());
    let met = |s: &Border| {
        tree.locate_in_envelope_intersecting(&s.envelope()).find_map(|t| meeting(s.ends, t.ends))
    };
    borders.iter().find_map(met).or_else(|| {
        (rings > 1)
            .then(|| coverage.rings(cell).find_map(|ring| misplaced(coverage, &tree, ring)))?
    })
}

/// Borders that are compared one with another, rather than by a tree.
const FEW: usize = 24;

/// A border of a cell, and its ring.
#[derive(Debug, Clone, Copy)]
struct Border {
    ends: Segment,
    ring: u32,
}

impl RTreeObject for Border {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.ends[0], self.ends[1])
    }
}

fn ends(coverage: &Coverage, h: usize) -> Segment {
    [coverage.origin(h), coverage.destination(h)].map(|v| coverage.lonlat[v as usize])
}

fn pairs(borders: &[Border]) -> impl Iterator<Item = (&Border, &Border)> {
    borders.iter().enumerate().flat_map(|(i, s)| borders[i + 1..].iter().map(move |t| (s, t)))
}

/// Where two segments cross, or one ends on the other between its ends.
fn meeting(s: Segment, t: Segment) -> Option<[f64; 2]> {
    let apart = |axis: usize| {
        let low = |s: Segment| s[0][axis].min(s[1][axis]);
        let high = |s: Segment| s[0][axis].max(s[1][axis]);
        high(s) < low(t) || high(t) < low(s)
    };
    if apart(0) || apart(1) {
        return None;
    }
    let on = |p: [f64; 2], [a, b]: Segment| {
        let between =
            (0..2).all(|i| a[i].min(b[i]) <= p[i] && p[i] <= a[i].max(b[i])) && p != a && p != b;
        between && side(a, b, p) == Orientation::Collinear
    };
    if cross(s, t) {
        return Some(t[0]);
    }
    t.into_iter().find(|&p| on(p, s)).or_else(|| s.into_iter().find(|&p| on(p, t)))
}

/// A place on a ring that lies where it cannot. Rings are known not to cross.
fn misplaced(coverage: &Coverage, tree: &RTree<Border>, ring: usize) -> Option<[f64; 2]> {
    let cell = coverage.cell_of_ring[ring];
    // A border that two rings share says nothing about where they lie.
    let own = coverage.half_edges_of_ring(ring).find(|&h| {
        let twin = coverage.twins[h];
        twin == NONE || coverage.cell_of(twin as usize) != cell
    })?;
    let [a, b] = ends(coverage, own);
    let point = [a[0].midpoint(b[0]), a[1].midpoint(b[1])];
    let ray = AABB::from_corners(point, [180.0, point[1]]);
    let mut around: BTreeMap<u32, bool> = BTreeMap::new();
    for border in tree.locate_in_envelope_intersecting(&ray) {
        let [mut a, mut b] = border.ends;
        if a[1] > b[1] {
            (a, b) = (b, a);
        }
        let level = a[1] <= point[1] && point[1] < b[1];
        if border.ring != ring as u32 && level && side(a, b, point) == Orientation::CounterClockwise
        {
            *around.entry(border.ring).or_default() ^= true;
        }
    }
    let (own_part, mut depth) = (coverage.part_of_ring[ring], BTreeMap::new());
    let is_hole =
        |ring: u32| coverage.part_offsets[coverage.part_of_ring[ring as usize] as usize] != ring;
    for (&other, _) in around.iter().filter(|(_, odd)| **odd) {
        let (shells, holes) = depth.entry(coverage.part_of_ring[other as usize]).or_insert((0, 0));
        *(if is_hole(other) { holes } else { shells }) += 1;
    }
    let (shell, holes) = depth.remove(&own_part).unwrap_or((0, 0));
    let sound = holes == 0 && shell == i32::from(is_hole(ring as u32));
    let on_other_ground = depth.values().any(|&(shell, holes)| shell > holes);
    (!sound || on_other_ground).then_some(point)
}

/// A place where the borders of a shape cross each other, in degrees.
pub fn self_crossing(shape: &MultiPolygon<f64>) -> Option<[f64; 2]> {
    let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    first_among(
        rings.flat_map(|ring| ring.0.windows(2)).map(|ends| [ends[0].into(), ends[1].into()]),
    )
}

/// A place where two of some segments cross.
///
/// A sweep over the segments by their west end, which for the few of an ordinary shape is as good as
/// comparing all.
fn first_among(segments: impl Iterator<Item = Segment>) -> Option<[f64; 2]> {
    let mut segments: Vec<Segment> =
        segments.map(|[a, b]| if a <= b { [a, b] } else { [b, a] }).collect();
    segments.sort_unstable_by(|s, t| s[0][0].total_cmp(&t[0][0]));
    for (i, s) in segments.iter().enumerate() {
        let (low, high) = (s[0][1].min(s[1][1]), s[0][1].max(s[1][1]));
        for t in segments[i + 1..].iter().take_while(|t| t[0][0] < s[1][0]) {
            let apart = t[0][1].min(t[1][1]) >= high || t[0][1].max(t[1][1]) <= low;
            if !apart && cross(*s, *t) {
                return Some(t[0]);
            }
        }
    }
    None
}

#[cfg(test)]
#[path = "crossing_tests.rs"]
mod tests;
