//! Borders that cross: exact tests on the coordinates as they were read.

use geo::algorithm::kernels::{Kernel, RobustKernel};
use geo::{Coord, MultiPolygon, Orientation};

use super::coverage::Coverage;

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

/// A place where two borders of one cell cross each other, in degrees.
///
/// A sweep over the segments by their west end, which for the few of an ordinary cell is as good as
/// comparing all.
pub(super) fn first_in(coverage: &Coverage, cell: usize) -> Option<[f64; 2]> {
    let ends = coverage.half_edges(cell).map(|h| {
        [coverage.origin(h), coverage.destination(h)].map(|v| coverage.lonlat[v as usize])
    });
    first_among(ends)
}

/// A place where the borders of a shape cross each other, in degrees.
pub fn self_crossing(shape: &MultiPolygon<f64>) -> Option<[f64; 2]> {
    let rings = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    first_among(
        rings.flat_map(|ring| ring.0.windows(2)).map(|ends| [ends[0].into(), ends[1].into()]),
    )
}

/// A place where two of some segments cross.
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
