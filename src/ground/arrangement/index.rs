//! Which segments lie near each other: boxes in a tree.
//!
//! Boxes upright are good enough for maps. Long lines askew, such as the borders between points
//! along a straight street or a curve, would have boxes that all overlap: then segments are kept by
//! both of their ends, so that a node of the tree holds those that begin near each other and end
//! near each other, and what lies between is a thin strip. Either way the same segments are found to
//! meet; only the number of those that are looked at differs.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree, SelectionFunction};

use super::lattice::Point;

type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>;
/// Both ends of a segment, with its number.
type Strip = GeomWithData<[f64; 4], u32>;

/// Segments of which a sample of boxes is tried out; fewer are looked through in no time.
const MANY: usize = 4_000;
const SAMPLE: usize = 64;
/// Boxes over one box, on average, from which on strips are taken.
const CROWDED: usize = 200;
/// Lattice units to spare between segments: one for snapping on either side, of which less than
/// half is needed, and the rest for rounding.
const SPARE: f64 = 2.0;

/// An index over segments.
pub(super) enum Index {
    /// The box around each.
    Boxes(Boxes),
    /// The ends of each.
    Strips(RTree<Strip>),
}

impl Index {
    pub(super) fn of(ends: &[[Point; 2]]) -> Index {
        let boxed = ends.iter().zip(0..).map(|(ends, i)| GeomWithData::new(around(ends).into(), i));
        let boxes = RTree::bulk_load(boxed.collect());
        if ends.len() < MANY || !is_crowded(ends, &boxes) {
            Index::Boxes(boxes)
        } else {
            Index::strips(ends)
        }
    }

    fn strips(ends: &[[Point; 2]]) -> Index {
        let strips = ends.iter().zip(0..).map(|([a, b], i)| {
            let [a, b] = [a, b].map(|end| end.map(|c| c as f64));
            Strip::new([a[0], a[1], b[0], b[1]], i)
        });
        Index::Strips(RTree::bulk_load(strips.collect()))
    }

    /// The segments that may come within a lattice unit of another.
    pub(super) fn near(&self, ends: [Point; 2]) -> impl Iterator<Item = u32> + '_ {
        let (boxes, strips) = match self {
            Index::Boxes(boxes) => (Some(boxes), None),
            Index::Strips(strips) => (None, Some(strips)),
        };
        let boxes = boxes.into_iter().flat_map(move |tree| {
            tree.locate_in_envelope_intersecting(&around(&ends)).map(|entry| entry.data)
        });
        let strips = strips.into_iter().flat_map(move |tree| {
            tree.locate_with_selection_function(Beside::new(ends)).map(|entry| entry.data)
        });
        boxes.chain(strips)
    }

    /// The segments that may come within a lattice unit of a point.
    pub(super) fn at(&self, point: Point) -> impl Iterator<Item = u32> + '_ {
        self.near([point, point])
    }
}

/// The box around a segment, with half of what is to spare.
fn around(ends: &[Point; 2]) -> AABB<[f64; 2]> {
    let [a, b] = ends.map(|end| end.map(|c| c as f64));
    let spare = SPARE / 2.0;
    AABB::from_corners(
        [a[0].min(b[0]) - spare, a[1].min(b[1]) - spare],
        [a[0].max(b[0]) + spare, a[1].max(b[1]) + spare],
    )
}

/// Whether the boxes of a sample lie over more others than is usual.
fn is_crowded(ends: &[[Point; 2]], boxes: &Boxes) -> bool {
    let step = ends.len().div_ceil(SAMPLE);
    let over = |own: &[Point; 2]| {
        boxes.locate_in_envelope_intersecting(&around(own)).take(100 * CROWDED).count()
    };
    let looked_at = ends.iter().step_by(step);
    let count = looked_at.len();
    looked_at.map(over).sum::<usize>() > CROWDED * count
}

/// The strips that come near a segment.
struct Beside {
    from: [f64; 2],
    way: [f64; 2],
}

impl Beside {
    fn new([from, to]: [Point; 2]) -> Beside {
        let [from, to] = [from, to].map(|end| end.map(|c| c as f64));
        Beside { from, way: [to[0] - from[0], to[1] - from[1]] }
    }

    /// Whether the hull of two boxes, between which the segments of a node run, comes near: no line
    /// along an edge of either keeps them apart (the separating axes of two convex shapes).
    ///
    /// Coordinates below 2^38 and their differences are exact, and products right to 2^-52 of
    /// themselves: far less than is spared.
    fn meets(&self, low: [f64; 4], high: [f64; 4]) -> bool {
        let [x, y] = self.from;
        let low = [low[0] - x, low[1] - y, low[2] - x, low[3] - y];
        let high = [high[0] - x, high[1] - y, high[2] - x, high[3] - y];
        let mut middle = [0.0; 4];
        let mut half = [0.0; 4];
        for side in 0..4 {
            middle[side] = (low[side] + high[side]) / 2.0;
            half[side] = (high[side] - low[side]) / 2.0;
        }
        let apart = |axis: [f64; 2]| {
            let reach = axis.map(f64::abs);
            let along = |first: usize| {
                let at = axis[0] * middle[first] + axis[1] * middle[first + 1];
                let by = reach[0] * half[first] + reach[1] * half[first + 1];
                [at - by, at + by]
            };
            let (a, b) = (along(0), along(2));
            let (least, most) = (a[0].min(b[0]), a[1].max(b[1]));
            let own = axis[0] * self.way[0] + axis[1] * self.way[1];
            let gap = (least - own.max(0.0)).max(own.min(0.0) - most);
            gap > SPARE * axis[0].hypot(axis[1])
        };
        let between = |x: &[f64; 4], y: &[f64; 4]| apart([y[1] - y[3], x[2] - x[0]]);
        !(apart([1.0, 0.0])
            || apart([0.0, 1.0])
            || apart([-self.way[1], self.way[0]])
            || between(&low, &low)
            || between(&low, &high)
            || between(&high, &low)
            || between(&high, &high))
    }
}

impl SelectionFunction<Strip> for Beside {
    fn should_unpack_parent(&self, ends: &AABB<[f64; 4]>) -> bool {
        self.meets(ends.lower(), ends.upper())
    }

    fn should_unpack_leaf(&self, strip: &Strip) -> bool {
        self.meets(*strip.geom(), *strip.geom())
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
