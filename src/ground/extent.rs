//! How far ground reaches, and how it is spread.

/// The largest distance between two of the points: over the pairs of corners of their convex hull
/// (Andrew's monotone chain, 1979). 0 for fewer than two.
pub(super) fn diameter(points: impl Iterator<Item = [f64; 2]>) -> f64 {
    let hull = hull(points.collect());
    let mut most = 0.0f64;
    for (i, a) in hull.iter().enumerate() {
        for b in &hull[i + 1..] {
            most = most.max((a[0] - b[0]).hypot(a[1] - b[1]));
        }
    }
    most
}

/// Area, first moments and the second moment around the origin of the ground to the left of closed
/// lines, segment by segment (Green's theorem; Steger 1996, "On the calculation of arbitrary moments
/// of polygons").
pub(super) fn moments(segments: impl Iterator<Item = ([f64; 2], [f64; 2])>) -> [f64; 4] {
    let mut sums = [0.0; 4];
    for ([ax, ay], [bx, by]) in segments {
        let cross = ax * by - bx * ay;
        sums[0] += cross / 2.0;
        sums[1] += cross * (ax + bx) / 6.0;
        sums[2] += cross * (ay + by) / 6.0;
        let square = |a: f64, b: f64| a * a + a * b + b * b;
        sums[3] += cross * (square(ax, bx) + square(ay, by)) / 12.0;
    }
    sums
}

/// The corners of the convex hull, counter-clockwise.
fn hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut hull: Vec<[f64; 2]> = Vec::new();
    let mut chain = |points: &mut dyn Iterator<Item = &[f64; 2]>| {
        let start = hull.len();
        for &p in points {
            while let [.., a, b] = hull[start..]
                && (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) <= 0.0
            {
                hull.pop();
            }
            hull.push(p);
        }
        // The last point begins the next chain.
        hull.pop();
    };
    chain(&mut points.iter());
    chain(&mut points.iter().rev());
    hull
}

#[cfg(test)]
#[path = "extent_tests.rs"]
mod tests;
