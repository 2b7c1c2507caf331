//! Whether units are ground or buildings.

use geo::{ConvexHull, CoordsIter, MultiPoint};

use super::cells::Drawn;
use super::coverage::NONE;
use super::survey::UnitKind;
use crate::error::{Error, Result};
use crate::model::City;

/// Units share most of their borders where they are ground.
const SHARED: f64 = 0.5;
/// Ground covers its communities but for this share, more or less.
const COVERED: f64 = 0.9;
/// Buildings cover less than this share of the hull around them.
const SPREAD: f64 = 0.5;

/// Whether the units are buildings.
///
/// # Errors
/// Where units that are points are said to be ground; as the frame's projections.
pub(super) fn is_buildings(said: UnitKind, city: &City, drawn: &Drawn) -> Result<bool> {
    match said {
        UnitKind::Ground if drawn.points => Err(Error::request(
            "units that are points are said to be ground",
            "say that units are buildings, so that the ground is shared out among them",
        )),
        UnitKind::Ground => Ok(false),
        UnitKind::Buildings => Ok(true),
        UnitKind::Auto if drawn.points => Ok(true),
        UnitKind::Auto => {
            let boundaries = city.communities.iter().filter_map(|c| c.boundary.as_ref());
            let mut whole = 0.0;
            for boundary in boundaries {
                whole += drawn.frame.area_m2(boundary)?;
            }
            if whole == 0.0 {
                // Nothing tells how much ground there is; but barriers are for cutting it up.
                return Ok(!city.barriers.is_empty()
                    && shared(drawn) < SHARED
                    && covered(drawn) < SPREAD * hull_m2(city, drawn)?);
            }
            Ok(covered(drawn) < COVERED * whole && shared(drawn) < SHARED)
        }
    }
}

/// The area of all units in m².
fn covered(drawn: &Drawn) -> f64 {
    (0..drawn.coverage.len()).map(|cell| drawn.coverage.area_m2(cell)).sum()
}

/// The area of the convex hull of all units in m².
fn hull_m2(city: &City, drawn: &Drawn) -> Result<f64> {
    let corners = city.units.iter().flat_map(|unit| unit.shape.coords_iter().collect::<Vec<_>>());
    drawn.frame.area_m2(&MultiPoint::from_iter(corners).convex_hull().into())
}

/// The share of the units' borders that two of them share vertex by vertex.
fn shared(drawn: &Drawn) -> f64 {
    let coverage = &drawn.coverage;
    let (mut shared, mut all) = (0.0, 0.0);
    for h in 0..coverage.half_edge_count() {
        let length = coverage.length_m(h);
        all += length;
        if coverage.twins[h] != NONE {
            shared += length;
        }
    }
    if all > 0.0 { shared / all } else { 0.0 }
}
