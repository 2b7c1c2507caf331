//! Borders that almost meet are made to meet: vertices within a tolerance become one, and borders
//! are led through vertices that lie within the tolerance beside them.
//!
//! Only borders that nothing else runs along are touched, and only towards those of another owner:
//! where neighbours share their vertices already, nothing moves.

use std::collections::HashMap;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, PointDistance, RTree};

use super::lattice::{Point, dot, vector};
use super::noding::{Strand, Tag};

/// What snapping did.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in crate::ground) struct Snapped {
    /// Vertices moved onto another.
    pub(in crate::ground) moved: usize,
    /// Vertices that a border of another owner was led through.
    pub(in crate::ground) led: usize,
}

/// Snaps strands within `tolerance_m`. The tags of strands are their owners; `metres` holds the
/// length of a lattice unit from west to east and from south to north.
pub(in crate::ground) fn snap(
    strands: &[Strand],
    tolerance_m: f64,
    metres: [f64; 2],
) -> (Vec<Strand>, Snapped) {
    let lone = lone(strands);
    let mut snapped = Snapped::default();
    if tolerance_m <= 0.0 || !lone.contains(&true) {
        return (strands.to_vec(), snapped);
    }
    let space = Space { metres, tolerance_m };
    let corners = corners(strands, &lone);
    let moves = space.moves(&corners);
    snapped.moved = moves.len();
    let place = |p: Point| moves.get(&p).copied().unwrap_or(p);
    let moved: Vec<Strand> = strands
        .iter()
        .map(|s| Strand { from: place(s.from), to: place(s.to), tag: s.tag })
        .collect();

    let lone_now = self::lone(&moved);
    let corners = self::corners(&moved, &lone_now);
    let tree = RTree::bulk_load(
        corners.iter().map(|(p, tags)| GeomWithData::new(space.at(*p), (*p, tags))).collect(),
    );
    let led: Vec<Vec<Point>> = moved
        .par_iter()
        .zip(&lone_now)
        .with_min_len(512)
        .map(|(s, &lone)| if lone { space.beside(s, &tree) } else { Vec::new() })
        .collect();
    let mut result = Vec::with_capacity(moved.len());
    for (s, through) in moved.iter().zip(&led) {
        snapped.led += through.len();
        let mut from = s.from;
        for &to in through.iter().chain([&s.to]) {
            if from != to {
                result.push(Strand { from, to, tag: s.tag });
            }
            from = to;
        }
    }
    (result, snapped)
}

/// Whether each strand runs alone between its ends.
fn lone(strands: &[Strand]) -> Vec<bool> {
    let key = |s: &Strand| if s.from <= s.to { [s.from, s.to] } else { [s.to, s.from] };
    let mut order: Vec<([Point; 2], u32)> =
        strands.iter().zip(0..).map(|(s, i)| (key(s), i)).collect();
    order.par_sort_unstable();
    let mut lone = vec![false; strands.len()];
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        if let [(ends, strand)] = same {
            lone[*strand as usize] = ends[0] != ends[1];
        }
    }
    lone
}

/// The ends of lone strands, ascending, with the owners that meet there.
fn corners(strands: &[Strand], lone: &[bool]) -> Vec<(Point, Vec<Tag>)> {
    let mut ends: Vec<(Point, Tag)> = strands
        .iter()
        .zip(lone)
        .filter(|(_, lone)| **lone)
        .flat_map(|(s, _)| [(s.from, s.tag), (s.to, s.tag)])
        .collect();
    ends.par_sort_unstable();
    ends.dedup();
    ends.chunk_by(|a, b| a.0 == b.0)
        .map(|same| (same[0].0, same.iter().map(|end| end.1).collect()))
        .collect()
}

/// Distances in metres.
struct Space {
    metres: [f64; 2],
    tolerance_m: f64,
}

impl Space {
    fn at(&self, p: Point) -> [f64; 2] {
        [p[0] as f64 * self.metres[0], p[1] as f64 * self.metres[1]]
    }

    /// Where vertices go: those where more owners meet stay, and draw the others within tolerance.
    fn moves(&self, corners: &[(Point, Vec<Tag>)]) -> HashMap<Point, Point> {
        let tree = RTree::bulk_load(
            (0..corners.len()).map(|i| GeomWithData::new(self.at(corners[i].0), i)).collect(),
        );
        let reach_2 = self.tolerance_m * self.tolerance_m;
        let near: Vec<Vec<usize>> = (0..corners.len())
            .into_par_iter()
            .with_min_len(512)
            .map(|i| {
                let mut near: Vec<usize> = tree
                    .locate_within_distance(self.at(corners[i].0), reach_2)
                    .map(|other| other.data)
                    .filter(|&j| j != i && foreign(&corners[i].1, &corners[j].1))
                    .collect();
                near.sort_unstable();
                near
            })
            .collect();
        let mut order: Vec<usize> = (0..corners.len()).filter(|&i| !near[i].is_empty()).collect();
        order.sort_unstable_by_key(|&i| (std::cmp::Reverse(corners[i].1.len()), i));
        let mut settled = vec![false; corners.len()];
        let mut moves = HashMap::new();
        for i in order {
            if std::mem::replace(&mut settled[i], true) {
                continue;
            }
            for &j in &near[i] {
                if !std::mem::replace(&mut settled[j], true) {
                    moves.insert(corners[j].0, corners[i].0);
                }
            }
        }
        moves
    }

    /// Vertices of other owners within tolerance beside a strand, in order along it.
    fn beside(
        &self,
        s: &Strand,
        tree: &RTree<GeomWithData<[f64; 2], (Point, &Vec<Tag>)>>,
    ) -> Vec<Point> {
        let line = Line::new(self.at(s.from), self.at(s.to));
        let reach = |axis: usize| {
            let (a, b) = (line.from[axis], line.to[axis]);
            (a.min(b) - self.tolerance_m, a.max(b) + self.tolerance_m)
        };
        let (x, y) = (reach(0), reach(1));
        let reach_2 = self.tolerance_m * self.tolerance_m;
        let mut through: Vec<Point> = tree
            .locate_in_envelope(&AABB::from_corners([x.0, y.0], [x.1, y.1]))
            .filter(|v| {
                let (point, owners) = v.data;
                point != s.from
                    && point != s.to
                    && !owners.contains(&s.tag)
                    && line.distance_2(v.geom()) <= reach_2
            })
            .map(|v| v.data.0)
            .collect();
        let along = vector(s.from, s.to);
        through.sort_unstable_by_key(|&p| (dot(along, vector(s.from, p)), p));
        // Only those beside the strand, not beyond its ends.
        let whole = dot(along, along);
        through.retain(|&p| (1..whole).contains(&dot(along, vector(s.from, p))));
        through
    }
}

/// Whether two vertices have owners the other has not.
fn foreign(a: &[Tag], b: &[Tag]) -> bool {
    !a.iter().any(|tag| b.contains(tag))
}

#[cfg(test)]
#[path = "snapping_tests.rs"]
mod tests;
