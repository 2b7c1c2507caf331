//! GCJ-02 (国测局坐标) and BD-09 (百度坐标): the shifted coordinates of Chinese map services.
//!
//! The shift of GCJ-02 is not published by its owner. What everybody computes is the formula that
//! became known in 2010 and stands, with the same constants, in the open converters of all
//! languages (eviltransform and its many ports): series of sines of the position, taken as metres on
//! the Krasovsky 1940 ellipsoid. BD-09 turns and stretches GCJ-02 by the formula of Baidu's own old
//! converter.
//!
//! **Accuracy.** The inverse is found by iteration and undoes the formula to 1e-11 degrees (a
//! micrometre). How well the formula itself meets a map service is not published; comparisons put
//! it within a few metres.

use std::f64::consts::PI;

use geo::Coord;

/// Krasovsky 1940: semi-major axis in metres, first eccentricity squared.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// Where the shift is in use: the rectangle that converters agree on (degrees).
const WEST_EAST: [f64; 2] = [72.004, 137.8347];
const SOUTH_NORTH: [f64; 2] = [0.8293, 55.8271];
/// Steps of the iteration are taken until they are shorter than this (degrees).
const CLOSE_DEG: f64 = 1e-13;
/// The shift changes by less than 1 % of the way, so that each step wins two digits or more.
const MOST_STEPS: usize = 12;

/// Whether a position lies where shifted coordinates are in use.
pub(super) fn in_use_at(at: Coord<f64>) -> bool {
    (WEST_EAST[0]..=WEST_EAST[1]).contains(&at.x)
        && (SOUTH_NORTH[0]..=SOUTH_NORTH[1]).contains(&at.y)
}

/// WGS 84 of a position in GCJ-02.
pub(super) fn wgs84_of_gcj02(gcj: Coord<f64>) -> Coord<f64> {
    undo(gcj02_of_wgs84, gcj, gcj)
}

/// WGS 84 of a position in BD-09.
pub(super) fn wgs84_of_bd09(bd: Coord<f64>) -> Coord<f64> {
    let near = Coord { x: bd.x - BAIDU.x, y: bd.y - BAIDU.y };
    wgs84_of_gcj02(undo(bd09_of_gcj02, bd, near))
}

/// GCJ-02 of a position in WGS 84.
fn gcj02_of_wgs84(at: Coord<f64>) -> Coord<f64> {
    let Coord { x, y } = Coord { x: at.x - 105.0, y: at.y - 35.0 };
    let root = x.abs().sqrt();
    let wave = |amplitude: f64, of: f64| amplitude * 2.0 / 3.0 * (of * PI).sin();
    let common = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + wave(20.0, x)
        + wave(40.0, x / 3.0)
        + wave(150.0, x / 12.0)
        + wave(300.0, x / 30.0);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + wave(20.0, y)
        + wave(40.0, y / 3.0)
        + wave(160.0, y / 12.0)
        + wave(320.0, y / 30.0);
    // Metres to degrees by the radii of curvature.
    let (sine, cosine) = at.y.to_radians().sin_cos();
    let flat = 1.0 - ECCENTRICITY_SQUARED * sine * sine;
    let normal = AXIS_M / flat.sqrt();
    let meridional = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (flat * flat.sqrt());
    Coord {
        x: at.x + (east / (normal * cosine)).to_degrees(),
        y: at.y + (north / meridional).to_degrees(),
    }
}

/// What Baidu adds to GCJ-02 (degrees), and the factor of its waves.
const BAIDU: Coord<f64> = Coord { x: 0.0065, y: 0.006 };
const BAIDU_FACTOR: f64 = PI * 3000.0 / 180.0;

/// BD-09 of a position in GCJ-02.
fn bd09_of_gcj02(gcj: Coord<f64>) -> Coord<f64> {
    let radius = gcj.x.hypot(gcj.y) + 0.000_02 * (gcj.y * BAIDU_FACTOR).sin();
    let angle = gcj.y.atan2(gcj.x) + 0.000_003 * (gcj.x * BAIDU_FACTOR).cos();
    Coord { x: radius * angle.cos() + BAIDU.x, y: radius * angle.sin() + BAIDU.y }
}

/// The position that `forward` brings to `target`, by fixed-point iteration from one `near` it.
fn undo(
    forward: impl Fn(Coord<f64>) -> Coord<f64>,
    target: Coord<f64>,
    near: Coord<f64>,
) -> Coord<f64> {
    let mut at = near;
    for _ in 0..MOST_STEPS {
        let step = target - forward(at);
        at = at + step;
        if step.x.abs().max(step.y.abs()) < CLOSE_DEG {
            break;
        }
    }
    at
}

#[cfg(test)]
#[path = "china_offset_tests.rs"]
mod tests;
