use geo::{LineString, MultiPolygon, Polygon, unary_union};

use serde::{Deserialize, Serialize};

use super::Snapped;
use super::network::Network;

/// Corners of the half circle at each end of a way.
const CORNERS: usize = 6;

/// What can be reached on foot within a distance, as an area in metres: all ways, with a strip along
/// them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Isochrone {
    /// Longest way, metres.
    pub most_m: f64,
    /// Half the width of the strip along ways, metres. Default 30: the depth of a plot.
    pub strip_m: f64,
}

impl Isochrone {
    /// With the usual strip.
    pub fn within(most_m: f64) -> Self {
        Isochrone { most_m, strip_m: 30.0 }
    }

    /// The area around a place, in the network's metres; a way that is longer than what is left is
    /// entered as far as one comes. `off` are straight ways between points off the network and
    /// their places on it: of people who are counted as within reach, so that the area holds them.
    pub fn around(
        &self,
        network: &Network,
        start: &Snapped,
        off: impl IntoIterator<Item = [[f64; 2]; 2]>,
    ) -> MultiPolygon<f64> {
        let lengths = network.lengths(start, self.most_m);
        let mut strips: Vec<Polygon<f64>> = Vec::new();
        let mut along = |from: u32, to: u32, begin: f64, way: f64, left: f64| {
            let (a, b) = (network.nodes[from as usize], network.nodes[to as usize]);
            let at = |metres: f64| {
                let share = if way > 0.0 { (metres / way).clamp(0.0, 1.0) } else { 0.0 };
                [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
            };
            strips.push(self.strip(at(begin), at(begin + left), heading(a, b)));
        };
        // The start's own edge, both ways.
        let [a, b] = start.nodes;
        let own = start.along_m[0] + start.along_m[1];
        let left = self.most_m - start.off_m;
        if left >= 0.0 {
            along(a, b, start.along_m[0], own, left);
            along(b, a, start.along_m[1], own, left);
        }
        for (node, &length) in lengths.iter().enumerate().filter(|(_, l)| l.is_finite()) {
            let node = node as u32;
            for &(next, way) in network.neighbours(node) {
                // A way that is walked whole from its other end as well is drawn from there.
                if next < node && lengths[next as usize] + way <= self.most_m {
                    continue;
                }
                along(node, next, 0.0, way, self.most_m - length);
            }
        }
        strips.extend(off.into_iter().map(|[a, b]| self.strip(a, b, heading(a, b))));
        // All at once, since a union of unions is rounded anew each time. Strips are convex and run
        // against the clock, so that none takes from another.
        unary_union(&strips)
    }

    /// Whether a point so far off the network may lie beyond the strips along it.
    pub(crate) fn is_off(&self, place: &Snapped) -> bool {
        // Round ends have corners, so that a strip is a little narrower there.
        place.off_m > 0.9 * self.strip_m
    }

    /// A strip around a straight way, round at both ends. It runs along `heading` even where the way
    /// has no length, so that a longer way's strip holds that of a shorter one.
    fn strip(&self, a: [f64; 2], b: [f64; 2], heading: f64) -> Polygon<f64> {
        let half_circle = |centre: [f64; 2], from: f64| {
            (0..=CORNERS).map(move |i| {
                let angle = from + std::f64::consts::PI * i as f64 / CORNERS as f64;
                (centre[0] + self.strip_m * angle.cos(), centre[1] + self.strip_m * angle.sin())
            })
        };
        let right = heading - std::f64::consts::FRAC_PI_2;
        let ring: Vec<(f64, f64)> =
            half_circle(b, right).chain(half_circle(a, right + std::f64::consts::PI)).collect();
        Polygon::new(LineString::from(ring), Vec::new())
    }
}

/// The direction from one point to another, as an angle.
fn heading(a: [f64; 2], b: [f64; 2]) -> f64 {
    (b[1] - a[1]).atan2(b[0] - a[0])
}

#[cfg(test)]
#[path = "isochrone_tests.rs"]
mod tests;
