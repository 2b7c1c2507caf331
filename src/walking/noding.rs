//! Lines cut where they meet or cross.
//!
//! Lines from maps often cross without a common vertex. Each segment is cut where another crosses
//! it or ends on it, on the same level only: a bridge or tunnel passes without a node.

use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, RTree};

use super::network::apart;

/// An end that is this near to a line, in metres, lies on it.
const ON_LINE_M: f64 = 0.05;

/// A piece of a line between two of its vertices, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub ends: [[f64; 2]; 2],
    /// Segments of different levels cross without meeting; their ends meet all the same.
    pub level: i32,
    /// Which line it is part of.
    pub line: u32,
}

impl Segment {
    fn at(&self, share: f64) -> [f64; 2] {
        let [a, b] = self.ends;
        [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
    }

    /// Where along the segment (0 to 1) a point lies that is on it, or nearest to it.
    pub fn foot(&self, point: [f64; 2]) -> (f64, [f64; 2]) {
        let [a, b] = self.ends;
        let (x, y) = (b[0] - a[0], b[1] - a[1]);
        let squared = x * x + y * y;
        let share = if squared > 0.0 {
            (((point[0] - a[0]) * x + (point[1] - a[1]) * y) / squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (share, self.at(share))
    }
}

/// The points at which each segment is cut, in order from its first end to its last, both included;
/// after these a short way of its own between every two ends that nearly meet. Nothing is moved, so
/// that what meets does not depend on the order of the segments or on the side an end lies on.
pub(super) fn node(segments: &[Segment]) -> Vec<Vec<[f64; 2]>> {
    let items = segments.iter().enumerate();
    let items = items.map(|(i, s)| GeomWithData::new(Line::new(s.ends[0], s.ends[1]), i));
    let tree = RTree::bulk_load(items.collect());
    let mut cuts: Vec<Vec<(f64, [f64; 2])>> = vec![Vec::new(); segments.len()];
    let mut links: Vec<Vec<[f64; 2]>> = Vec::new();
    for (i, segment) in segments.iter().enumerate() {
        let [a, b] = segment.ends;
        let low = [a[0].min(b[0]) - ON_LINE_M, a[1].min(b[1]) - ON_LINE_M];
        let high = [a[0].max(b[0]) + ON_LINE_M, a[1].max(b[1]) + ON_LINE_M];
        for found in tree.locate_in_envelope_intersecting(&AABB::from_corners(low, high)) {
            let j = found.data;
            if j > i {
                meet(segments, i, j, &mut cuts, &mut links);
            }
        }
    }
    segments.iter().zip(cuts).map(|(segment, cuts)| in_order(segment, cuts)).chain(links).collect()
}

/// Enters where two segments meet.
fn meet(
    segments: &[Segment],
    i: usize,
    j: usize,
    cuts: &mut [Vec<(f64, [f64; 2])>],
    links: &mut Vec<Vec<[f64; 2]>>,
) {
    let (p, q) = (&segments[i], &segments[j]);
    // Ends meet on any level; where they meet exactly they are one node already.
    for a in p.ends {
        for b in q.ends {
            let gap = apart(a, b);
            if gap > 0.0 && gap <= ON_LINE_M {
                links.push(vec![a, b]);
            }
        }
    }
    // An end on a line cuts that line, on one level only.
    for (one, other, others) in [(p, q, j), (q, p, i)] {
        for point in one.ends {
            let (share, foot) = other.foot(point);
            let is_near_end = other.ends.iter().any(|&end| apart(end, point) <= ON_LINE_M);
            if !is_near_end && one.level == other.level && apart(foot, point) <= ON_LINE_M {
                cuts[others].push((share, point));
            }
        }
    }
    if p.level != q.level {
        return;
    }
    let (d, e) = (direction(p), direction(q));
    let cross = d[0] * e[1] - d[1] * e[0];
    if cross == 0.0 {
        return;
    }
    let between = [q.ends[0][0] - p.ends[0][0], q.ends[0][1] - p.ends[0][1]];
    let t = (between[0] * e[1] - between[1] * e[0]) / cross;
    let u = (between[0] * d[1] - between[1] * d[0]) / cross;
    if (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u) {
        // The very same point on both, so that they share a node; near an end they meet already. Of
        // lines that lie on each other `cross` is rounding error, and the two places are not one.
        let point = p.at(t);
        let is_one = apart(point, q.at(u)) <= ON_LINE_M;
        if is_one && p.ends.iter().chain(&q.ends).all(|&end| apart(end, point) > ON_LINE_M) {
            cuts[i].push((t, point));
            cuts[j].push((u, point));
        }
    }
}

fn direction(segment: &Segment) -> [f64; 2] {
    let [a, b] = segment.ends;
    [b[0] - a[0], b[1] - a[1]]
}

fn in_order(segment: &Segment, mut cuts: Vec<(f64, [f64; 2])>) -> Vec<[f64; 2]> {
    cuts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1[0].total_cmp(&b.1[0])));
    let mut points = vec![segment.ends[0]];
    points.extend(cuts.into_iter().map(|cut| cut.1));
    points.push(segment.ends[1]);
    points.dedup();
    points
}

#[cfg(test)]
#[path = "noding_tests.rs"]
mod tests;
