//! The pole of inaccessibility: the point of a polygon farthest from its border (Garcia-Castellanos
//! & Lombardo 2007), by branch and bound over squares as in Mapbox's polylabel (2016).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::crossing::Segment;

/// The answer is this much of the extent's longer side from the best, at most.
const PRECISION: f64 = 0.02;

/// The pole of the ground that segments enclose, in their coordinates. `None` where they enclose
/// none, or hair-thin ground only.
pub(super) fn of_inaccessibility(segments: &[Segment]) -> Option<[f64; 2]> {
    let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for [a, _] in segments {
        for axis in 0..2 {
            min[axis] = min[axis].min(a[axis]);
            max[axis] = max[axis].max(a[axis]);
        }
    }
    let (width, height) = (max[0] - min[0], max[1] - min[1]);
    let side = width.min(height);
    if !(side > 0.0 && side.is_finite()) {
        return None;
    }
    let precision = PRECISION * width.max(height);

    let mut queue = BinaryHeap::new();
    // Long shapes start with squares as wide as they are, but never with more than a hundred.
    let half = (side / 2.0).max(width.max(height) / 200.0);
    let mut best = Square::new([min[0] + width / 2.0, min[1] + height / 2.0], 0.0, segments);
    let mut y = min[1] + half;
    while y - half < max[1] {
        let mut x = min[0] + half;
        while x - half < max[0] {
            queue.push(Square::new([x, y], half, segments));
            x += 2.0 * half;
        }
        y += 2.0 * half;
    }
    while let Some(square) = queue.pop() {
        if square.clearance > best.clearance {
            best = square;
        }
        if square.potential() - best.clearance <= precision {
            break;
        }
        let half = square.half / 2.0;
        for (dx, dy) in [(-half, -half), (half, -half), (-half, half), (half, half)] {
            let centre = [square.centre[0] + dx, square.centre[1] + dy];
            queue.push(Square::new(centre, half, segments));
        }
    }
    (best.clearance > 1e-3).then_some(best.centre)
}

/// A square of the search, with the clearance of its centre.
#[derive(Debug, Clone, Copy)]
struct Square {
    centre: [f64; 2],
    half: f64,
    /// Distance from the centre to the border; negative outside.
    clearance: f64,
}

impl Square {
    fn new(centre: [f64; 2], half: f64, segments: &[Segment]) -> Square {
        Square { centre, half, clearance: clearance(centre, segments) }
    }

    /// No point of the square has more clearance than this.
    fn potential(&self) -> f64 {
        self.clearance + self.half * std::f64::consts::SQRT_2
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |s: &Square| (s.potential(), -s.centre[0], -s.centre[1]);
        let (a, b) = (key(self), key(other));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
    }
}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Square {}

fn clearance([x, y]: [f64; 2], segments: &[Segment]) -> f64 {
    let mut inside = false;
    let mut nearest = f64::INFINITY;
    for &[a, b] in segments {
        if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
        nearest = nearest.min(distance_2([x, y], [a, b]));
    }
    if inside { nearest.sqrt() } else { -nearest.sqrt() }
}

/// Squared distance from a point to a segment.
pub(super) fn distance_2([x, y]: [f64; 2], [a, b]: Segment) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length_2 = dx * dx + dy * dy;
    let along = if length_2 > 0.0 {
        (((x - a[0]) * dx + (y - a[1]) * dy) / length_2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (x - a[0] - along * dx, y - a[1] - along * dy);
    ex * ex + ey * ey
}

#[cfg(test)]
#[path = "pole_tests.rs"]
mod tests;
