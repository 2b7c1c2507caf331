//! Borders as directed steps between exact positions: where tilings fit, they cancel.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use geo::{LineString, Point, Polygon};

use crate::mixer::Mixer;

/// A step of a border, by the bits of its two ends; the ground is on its left.
pub(super) type Step = [u64; 4];

/// A map from steps. Coordinates need no protection against chosen keys, so mixing is short.
pub(super) type StepMap<V> = HashMap<Step, V, BuildHasherDefault<Mixer>>;

/// The other way along a step.
pub(super) fn back([a, b, c, d]: Step) -> Step {
    [c, d, a, b]
}

/// The ends of a step.
pub(super) fn ends(step: Step) -> [[f64; 2]; 2] {
    let [a, b, c, d] = step.map(f64::from_bits);
    [[a, b], [c, d]]
}

/// Calls `act` with every step of a shape's borders, its ground on the left, whichever way its rings
/// were drawn; steps without length are left out.
pub(super) fn each_step(shape: &[Polygon<f64>], mut act: impl FnMut(Step)) {
    for polygon in shape {
        along(polygon.exterior(), true, &mut act);
        for hole in polygon.interiors() {
            along(hole, false, &mut act);
        }
    }
}

fn along(ring: &LineString<f64>, exterior: bool, act: &mut impl FnMut(Step)) {
    let forward = (twice_area(ring) >= 0.0) == exterior;
    // Adding 0 turns -0 into 0.
    let bits = |c: &geo::Coord<f64>| [(c.x + 0.0).to_bits(), (c.y + 0.0).to_bits()];
    let mut step = |a: [u64; 2], b: [u64; 2]| {
        if a != b {
            let (a, b) = if forward { (a, b) } else { (b, a) };
            act([a[0], a[1], b[0], b[1]]);
        }
    };
    for pair in ring.0.windows(2) {
        step(bits(&pair[0]), bits(&pair[1]));
    }
    if let (Some(last), Some(first)) = (ring.0.last(), ring.0.first()) {
        step(bits(last), bits(first));
    }
}

/// Twice the area on the left of a ring, in square degrees, from its first vertex.
fn twice_area(ring: &LineString<f64>) -> f64 {
    let Some(&first) = ring.0.first() else { return 0.0 };
    let from_first = ring.0.iter().map(|&c| c - first);
    from_first.clone().zip(from_first.skip(1)).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// Area of a shape in square degrees.
pub(super) fn square_degrees(shape: &[Polygon<f64>]) -> f64 {
    let of = |ring: &LineString<f64>| twice_area(ring).abs() / 2.0;
    shape.iter().map(|p| of(p.exterior()) - p.interiors().iter().map(of).sum::<f64>()).sum()
}

/// A point inside a polygon: on the parallel through the middle of its extent, or a little north of
/// it where that meets a corner, in the middle of the longest run inside. `None` where it encloses
/// nothing there.
pub(super) fn inner_point(polygon: &Polygon<f64>) -> Option<Point<f64>> {
    let rings = || std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let latitudes = || rings().flat_map(|ring| &ring.0).map(|c| c.y);
    let (low, high) = latitudes()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
    let middle = low + (high - low) / 2.0;
    // A corner that touches the parallel from one side would lie within a run.
    let parallel = if latitudes().any(|y| y == middle) {
        let next = latitudes().filter(|&y| y > middle).fold(high, f64::min);
        middle + (next - middle) / 2.0
    } else {
        middle
    };
    let mut crossings: Vec<f64> = rings()
        .flat_map(|ring| ring.0.windows(2))
        .filter(|ends| (ends[0].y <= parallel) != (ends[1].y <= parallel))
        .map(|ends| {
            let (a, b) = (ends[0], ends[1]);
            a.x + (parallel - a.y) / (b.y - a.y) * (b.x - a.x)
        })
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let runs = crossings.chunks_exact(2).filter(|run| run[1] > run[0]);
    let longest = runs.max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(Point::new(longest[0] + (longest[1] - longest[0]) / 2.0, parallel))
}

/// A chain of steps of which opposite ones cancel.
#[derive(Debug, Default)]
pub(super) struct Chain(StepMap<i32>);

impl Chain {
    /// Adds the borders of a shape, or takes them away.
    pub(super) fn add(&mut self, shape: &[Polygon<f64>], times: i32) {
        each_step(shape, |step| {
            let (key, sign) =
                if ends(step)[0] < ends(step)[1] { (step, 1) } else { (back(step), -1) };
            *self.0.entry(key).or_default() += sign * times;
        });
    }

    /// Whether all has cancelled.
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(|&count| count == 0)
    }
}

#[cfg(test)]
#[path = "borders_tests.rs"]
mod tests;
