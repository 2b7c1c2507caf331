//! The measures of each grid, from its polygon alone.

use geo::{ConvexHull, MultiPolygon};
use rayon::prelude::*;

use crate::error::Result;
use crate::ground::{LocalFrame, pieces, self_crossing};

/// What a grid's polygon measures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Measures {
    pub(super) area_m2: f64,
    pub(super) perimeter_m: f64,
    /// The longest distance between two of its points.
    pub(super) diameter_m: f64,
    /// Pieces that do not hang together.
    pub(super) pieces: usize,
    /// Whether it hangs together through units alone that lie in parts themselves.
    pub(super) lies_apart_in_units: bool,
    /// Ground outside of its largest piece.
    pub(super) apart_m2: f64,
    /// Where its border crosses itself, in degrees.
    pub(super) crossing: Option<[f64; 2]>,
}

impl Measures {
    /// Polsby-Popper compactness (Polsby & Popper 1991); 0 for no ground.
    pub(super) fn polsby_popper(&self) -> f64 {
        if self.perimeter_m > 0.0 {
            4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
        } else {
            0.0
        }
    }
}

/// Measures every shape.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn measure(
    shapes: &[&MultiPolygon<f64>],
    least_border_m: f64,
    frame: &LocalFrame,
) -> Result<Vec<Measures>> {
    shapes.par_iter().map(|shape| measure_one(shape, least_border_m, frame)).collect()
}

/// Counts the pieces anew where a unit lies in parts: a unit is never split, so that its parts count
/// as one, and that is noted.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn rejoin(
    measures: &mut Measures,
    shape: &MultiPolygon<f64>,
    units_in_parts: &[&MultiPolygon<f64>],
    least_border_m: f64,
    frame: &LocalFrame,
) -> Result<()> {
    let pieces = pieces(shape, units_in_parts, least_border_m, frame)?;
    measures.lies_apart_in_units = pieces.len() == 1 && measures.pieces > 1;
    measures.pieces = pieces.len();
    measures.apart_m2 = pieces.iter().skip(1).sum();
    Ok(())
}

fn measure_one(
    shape: &MultiPolygon<f64>,
    least_border_m: f64,
    frame: &LocalFrame,
) -> Result<Measures> {
    let mut measures = Measures { crossing: self_crossing(shape), ..Measures::default() };
    for polygon in shape {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let lonlat: Vec<[f64; 2]> = ring.0.iter().map(|&c| c.into()).collect();
            let metres = frame.project(&lonlat)?;
            let steps = metres.windows(2);
            measures.perimeter_m +=
                steps.map(|s| (s[0][0] - s[1][0]).hypot(s[0][1] - s[1][1])).sum::<f64>();
        }
    }
    let hull = shape.convex_hull();
    let corners: Vec<[f64; 2]> = hull.exterior().0.iter().map(|&c| c.into()).collect();
    let corners = frame.project(&corners)?;
    for (i, a) in corners.iter().enumerate() {
        for b in &corners[i + 1..] {
            measures.diameter_m = measures.diameter_m.max((a[0] - b[0]).hypot(a[1] - b[1]));
        }
    }
    if shape.0.len() == 1 && measures.crossing.is_none() {
        measures.area_m2 = frame.area_m2(shape)?;
        measures.pieces = 1;
        return Ok(measures);
    }
    let pieces = pieces(shape, &[], least_border_m, frame)?;
    // As drawn, unless parts lie on each other; the arrangement rounds to a tenth of a millimetre.
    let (drawn, laid) = (frame.area_m2(shape)?, pieces.iter().sum::<f64>());
    let same = measures.crossing.is_none() && (drawn - laid).abs() < 1.0;
    measures.area_m2 = if same { drawn } else { laid };
    measures.pieces = pieces.len();
    measures.apart_m2 = pieces.iter().skip(1).sum();
    Ok(measures)
}
