//! The lattice: whole billionths of a degree, 0.11 mm from north to south and less from east to
//! west, and exact predicates on it.

use std::cmp::Ordering;

/// Lattice units in a degree.
const PER_DEGREE: f64 = 1e9;

/// A lattice point: billionths of a degree of longitude and latitude. All predicates are exact for
/// |coordinates| up to 2^38, which holds the whole Earth.
pub(in crate::ground) type Point = [i64; 2];

/// The lattice point nearest to a position in degrees.
pub(in crate::ground) fn to_lattice(degrees: [f64; 2]) -> Point {
    degrees.map(|d| (d * PER_DEGREE).round() as i64)
}

/// The position of a lattice point in degrees, correctly rounded: nine decimals say it all.
pub(in crate::ground) fn to_degrees(point: Point) -> [f64; 2] {
    point.map(|units| units as f64 / PER_DEGREE)
}

/// The vector from `a` to `b`.
#[inline]
pub(super) fn vector(a: Point, b: Point) -> Point {
    [b[0] - a[0], b[1] - a[1]]
}

/// The cross product of two vectors, exact.
#[inline]
pub(super) fn cross(u: Point, v: Point) -> i128 {
    i128::from(u[0]) * i128::from(v[1]) - i128::from(u[1]) * i128::from(v[0])
}

/// The dot product of two vectors, exact.
#[inline]
pub(super) fn dot(u: Point, v: Point) -> i128 {
    i128::from(u[0]) * i128::from(v[0]) + i128::from(u[1]) * i128::from(v[1])
}

/// The sign of [`cross`], mostly without wide arithmetic.
#[inline]
pub(super) fn turn(u: Point, v: Point) -> Ordering {
    // Components fit in 39 bits, so they are exact as floats; each product and the difference err
    // by half a unit in the last place.
    let (left, right) = (u[0] as f64 * v[1] as f64, u[1] as f64 * v[0] as f64);
    let (difference, doubt) = (left - right, 4e-16 * (left.abs() + right.abs()));
    if difference > doubt {
        Ordering::Greater
    } else if difference < -doubt {
        Ordering::Less
    } else {
        cross(u, v).cmp(&0)
    }
}

/// On which side of the line a→b a point lies: `Greater` for left.
#[inline]
pub(super) fn side(a: Point, b: Point, point: Point) -> Ordering {
    turn(vector(a, b), vector(a, point))
}

/// Whether two segments cross in a point inside both.
#[inline]
pub(super) fn cross_inside([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let opposite = |p: Ordering, q: Ordering| p != Ordering::Equal && p == q.reverse();
    opposite(side(a, b, c), side(a, b, d)) && opposite(side(c, d, a), side(c, d, b))
}

/// The lattice point nearest to where two segments cross; they must.
pub(super) fn crossing([a, b]: [Point; 2], [c, d]: [Point; 2]) -> Point {
    let (along, other) = (vector(a, b), vector(c, d));
    let whole = cross(along, other);
    let share = cross(vector(a, c), other);
    let step = |component: i64| {
        // To the nearest, halves upwards: the pixel of a lattice point is closed below.
        let (numerator, whole) = if whole < 0 { (-share, -whole) } else { (share, whole) };
        (2 * i128::from(component) * numerator + whole).div_euclid(2 * whole) as i64
    };
    [a[0] + step(along[0]), a[1] + step(along[1])]
}

/// Whether the segment a→b passes through the pixel of a lattice point: the square of side 1 around
/// it, closed to the south and west.
pub(super) fn passes([a, b]: [Point; 2], pixel: Point) -> bool {
    let within = |axis: usize| {
        let (low, high) = (a[axis].min(b[axis]), a[axis].max(b[axis]));
        2 * low < 2 * pixel[axis] + 1 && 2 * high >= 2 * pixel[axis] - 1
    };
    if !within(0) || !within(1) {
        return false;
    }
    let along = vector(a, b);
    let off = 2 * cross(along, vector(a, pixel));
    let reach = i128::from(along[0].abs()) + i128::from(along[1].abs());
    // Beyond the reach the line misses the pixel; at it, it touches a corner, and only the
    // south-western corner belongs to the pixel.
    let upright = along[0] == 0 || along[1] == 0;
    upright || off.abs() < reach || off == i128::from(along[0]) - i128::from(along[1])
}

/// The order of directions counter-clockwise from east.
pub(super) fn by_angle(u: Point, v: Point) -> Ordering {
    let lower = |w: Point| w[1] < 0 || (w[1] == 0 && w[0] < 0);
    lower(u).cmp(&lower(v)).then_with(|| turn(v, u))
}

#[cfg(test)]
#[path = "lattice_tests.rs"]
mod tests;
