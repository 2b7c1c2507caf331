//! Which segments lie near each other: boxes in a tree.
//!
//! Boxes upright are good enough for maps. Long parallel lines askew, such as the borders between
//! points along a straight street, would have boxes that all overlap: then lines of like direction
//! get a tree of their own, turned so that their boxes are thin. Either way the same segments are
//! found to meet; only the number of boxes that are looked at differs.

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::lattice::Point;

type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>;

/// Segments of which a sample of boxes is tried out; fewer are looked through in no time.
const MANY: usize = 4_000;
const SAMPLE: usize = 64;
/// Boxes over one box, on average, from which on trees are turned.
const CROWDED: usize = 200;
/// Directions that are kept apart.
const DIRECTIONS: usize = 8;
/// Lattice units to spare around a segment: one for snapping, one for the rounding of turned
/// coordinates (below 2^38, and so right to a ten thousandth).
const SPARE: f64 = 2.0;

/// Boxes of segments that run alike, in coordinates that are turned.
struct Turned {
    cos: f64,
    sin: f64,
    boxes: Boxes,
}

impl Turned {
    fn at(&self, point: Point) -> [f64; 2] {
        let [x, y] = point.map(|c| c as f64);
        [self.cos * x + self.sin * y, self.cos * y - self.sin * x]
    }

    fn around(&self, ends: &[Point; 2]) -> AABB<[f64; 2]> {
        let [a, b] = ends.map(|end| self.at(end));
        let low = [a[0].min(b[0]) - SPARE, a[1].min(b[1]) - SPARE];
        AABB::from_corners(low, [a[0].max(b[0]) + SPARE, a[1].max(b[1]) + SPARE])
    }

    fn of(ends: &[[Point; 2]], which: impl Iterator<Item = u32>, angle: f64) -> Turned {
        // Upright to the last bit.
        let (sin, cos) = if angle == 0.0 { (0.0, 1.0) } else { angle.sin_cos() };
        let empty = Turned { cos, sin, boxes: RTree::new() };
        let boxed = which.map(|i| GeomWithData::new(empty.around(&ends[i as usize]).into(), i));
        Turned { boxes: RTree::bulk_load(boxed.collect()), ..empty }
    }
}

/// An index over segments.
pub(super) struct Index {
    turned: Vec<Turned>,
}

impl Index {
    pub(super) fn of(ends: &[[Point; 2]]) -> Index {
        let upright = Turned::of(ends, 0..ends.len() as u32, 0.0);
        if ends.len() < MANY || !is_crowded(ends, &upright) {
            return Index { turned: vec![upright] };
        }
        let class_of: Vec<usize> = ends.par_iter().map(|ends| class(direction(ends))).collect();
        let turned = (0..DIRECTIONS).into_par_iter().filter_map(|class| {
            let own = || (0..ends.len() as u32).filter(|&i| class_of[i as usize] == class);
            // The mean of directions, by their length; a direction and its opposite are one.
            let mean = own().fold([0.0, 0.0], |sum: [f64; 2], i| {
                let [x, y] = way(&ends[i as usize]);
                let length = x.hypot(y).max(f64::MIN_POSITIVE);
                [sum[0] + (x * x - y * y) / length, sum[1] + 2.0 * x * y / length]
            });
            own().next().map(|_| Turned::of(ends, own(), mean[1].atan2(mean[0]) / 2.0))
        });
        Index { turned: turned.collect() }
    }

    /// The segments whose boxes meet that of another.
    pub(super) fn near(&self, ends: [Point; 2]) -> impl Iterator<Item = u32> + '_ {
        self.found(move |turned| turned.around(&ends))
    }

    /// The segments whose boxes hold a point.
    pub(super) fn at(&self, point: Point) -> impl Iterator<Item = u32> + '_ {
        self.found(move |turned| AABB::from_point(turned.at(point)))
    }

    fn found<'s>(
        &'s self,
        envelope: impl Fn(&Turned) -> AABB<[f64; 2]> + 's,
    ) -> impl Iterator<Item = u32> + 's {
        self.turned.iter().flat_map(move |turned| {
            let met = turned.boxes.locate_in_envelope_intersecting(&envelope(turned));
            met.map(|entry| entry.data)
        })
    }
}

/// Whether the boxes of a sample lie over more others than is usual.
fn is_crowded(ends: &[[Point; 2]], upright: &Turned) -> bool {
    let step = ends.len().div_ceil(SAMPLE);
    let over = |own: &[Point; 2]| {
        let envelope = upright.around(own);
        upright.boxes.locate_in_envelope_intersecting(&envelope).take(100 * CROWDED).count()
    };
    let looked_at = ends.iter().step_by(step);
    let count = looked_at.len();
    looked_at.map(over).sum::<usize>() > CROWDED * count
}

fn way([a, b]: &[Point; 2]) -> [f64; 2] {
    [(b[0] - a[0]) as f64, (b[1] - a[1]) as f64]
}

/// The direction of a segment, in half turns from 0 to 1.
fn direction(ends: &[Point; 2]) -> f64 {
    let [x, y] = way(ends);
    (y.atan2(x) / std::f64::consts::PI).rem_euclid(1.0)
}

/// The class of a direction; those along the axes are in the middle of theirs.
fn class(direction: f64) -> usize {
    (direction * DIRECTIONS as f64 + 0.5) as usize % DIRECTIONS
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
