//! Which face a loop that turns the other way round lies in.

use std::cmp::Ordering;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use super::faces::{Subdivision, UNBOUNDED, origin};
use super::lattice::{Point, side};

/// Sets the face of every hole loop: each bounds a connected part of the arrangement from outside,
/// and lies in the face below its westernmost vertex, where a ray to the south meets the first edge.
pub(super) fn place(
    points: &[Point],
    ends: &[[u32; 2]],
    next: &[u32],
    loop_of: &[u32],
    starts: &[u32],
    holes: &[u32],
    face_of_loop: &mut [u32],
) {
    if holes.len() < 2 {
        return; // One part: nothing lies around it.
    }
    let westernmost = |&hole: &u32| {
        let mut best = u32::MAX;
        let start = starts[hole as usize];
        let mut h = start;
        loop {
            let v = origin(ends, h);
            if best == u32::MAX || points[v as usize] < points[best as usize] {
                best = v;
            }
            h = next[h as usize];
            if h == start {
                return (points[best as usize], hole);
            }
        }
    };
    let parts: Vec<(Point, u32)> = holes.par_iter().map(westernmost).collect();
    let below = FaceIndex::of(points, ends);
    let found: Vec<Option<u32>> =
        parts.par_iter().map(|&(point, _)| below.half_edge(point)).collect();
    // From west to east, so that the part a ray meets has its own place already.
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_unstable_by_key(|&i| parts[i]);
    for i in order {
        if let Some(h) = found[i] {
            face_of_loop[parts[i].1 as usize] = face_of_loop[loop_of[h as usize] as usize];
        }
    }
}

/// Edges, to be met by rays to the south: tells the face that a point lies in.
pub(in crate::ground) struct FaceIndex<'a> {
    points: &'a [Point],
    ends: &'a [[u32; 2]],
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
    south: f64,
}

impl<'a> FaceIndex<'a> {
    /// An index over noded edges.
    pub(in crate::ground) fn of(points: &'a [Point], ends: &'a [[u32; 2]]) -> Self {
        let at = |v: u32| points[v as usize].map(|c| c as f64);
        let lines = ends
            .iter()
            .zip(0..)
            .filter(|(e, _)| points[e[0] as usize][0] != points[e[1] as usize][0]);
        let tree = RTree::bulk_load(
            lines.map(|(e, i)| GeomWithData::new(Line::new(at(e[0]), at(e[1])), i)).collect(),
        );
        let south = points.iter().map(|p| p[1]).min().unwrap_or(0) as f64;
        FaceIndex { points, ends, tree, south }
    }

    /// The face that a point lies in; on an edge, one of its two.
    pub(in crate::ground) fn face_at(&self, faces: &Subdivision, point: Point) -> u32 {
        self.half_edge(point).map_or(UNBOUNDED, |h| faces.face_of[h as usize])
    }

    /// The first edge south of a point, as the half-edge that runs east: its face lies above it.
    fn half_edge(&self, point: Point) -> Option<u32> {
        let at = point.map(|c| c as f64);
        let ray = AABB::from_corners([at[0], self.south], at);
        let mut best: Option<(u32, [Point; 2])> = None;
        for line in self.tree.locate_in_envelope_intersecting(&ray) {
            let h = self.eastward(line.data);
            let segment = self.segment(h);
            // Closed to the west: a ray through a vertex meets the edges that begin there.
            let spans = segment[0][0] <= point[0] && point[0] < segment[1][0];
            if spans
                && side(segment[0], segment[1], point) == Ordering::Greater
                && best.is_none_or(|(_, other)| above(segment, other))
            {
                best = Some((h, segment));
            }
        }
        best.map(|(h, _)| h)
    }

    fn eastward(&self, edge: u32) -> u32 {
        let [a, b] = self.ends[edge as usize].map(|v| self.points[v as usize]);
        2 * edge + u32::from(a > b)
    }

    fn segment(&self, h: u32) -> [Point; 2] {
        [h, h ^ 1].map(|h| self.points[origin(self.ends, h) as usize])
    }
}

/// Whether the first of two eastward segments that do not cross lies above the second, where both
/// span the same meridian.
fn above(first: [Point; 2], second: [Point; 2]) -> bool {
    let on = |line: [Point; 2], segment: [Point; 2]| {
        side(line[0], line[1], segment[0]).then(side(line[0], line[1], segment[1]))
    };
    if first[0][0] >= second[0][0] {
        on(second, first) == Ordering::Greater
    } else {
        on(first, second) == Ordering::Less
    }
}
