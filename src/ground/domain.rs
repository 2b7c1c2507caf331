//! The ground that is to be shared out among buildings.

use geo::{ConvexHull, CoordsIter, MultiPoint, MultiPolygon, Point};

use super::LocalFrame;
use super::areas::Areas;
use crate::error::Result;
use crate::model::City;

/// Around units without a boundary, so much ground (m) is theirs.
const MARGIN_M: f64 = 20.0;

/// Communities with their boundaries, or the ground around all units.
pub(super) struct Domain {
    /// Communities, by number, with ground.
    grounds: Vec<(u32, MultiPolygon<f64>)>,
    /// Whether no boundary is known, so that ground belongs to the nearest building's community.
    free: bool,
}

impl Domain {
    /// The boundaries of the communities that have one; where none has, the convex hull of all units
    /// and 20 m around it.
    ///
    /// # Errors
    /// As the frame's projections.
    pub(super) fn of(city: &City, frame: &LocalFrame) -> Result<Domain> {
        let grounds: Vec<(u32, MultiPolygon<f64>)> = city
            .communities
            .iter()
            .zip(0..)
            .filter_map(|(community, number)| Some((number, community.boundary.clone()?)))
            .collect();
        if !grounds.is_empty() {
            return Ok(Domain { grounds, free: false });
        }
        let mut around = Vec::new();
        let corners =
            city.units.iter().flat_map(|unit| unit.shape.coords_iter().collect::<Vec<_>>());
        for corner in MultiPoint::from_iter(corners).convex_hull().exterior().coords() {
            let at = frame.to_metres(Point::from(*corner))?;
            for turn in 0..8 {
                let angle = f64::from(turn) * std::f64::consts::FRAC_PI_4;
                let step = Point::new(MARGIN_M * angle.cos(), MARGIN_M * angle.sin());
                around.push(frame.to_degrees(at + step)?);
            }
        }
        let hull = MultiPoint::from(around).convex_hull();
        Ok(Domain { grounds: vec![(0, hull.into())], free: true })
    }

    /// Adds the grounds to areas, numbered from `first` on.
    pub(super) fn add_to(&self, areas: &mut Areas, first: u32) {
        for (community, ground) in &self.grounds {
            areas.add_parts(first + community, ground);
        }
    }

    /// Whether no boundary is known.
    pub(super) fn is_free(&self) -> bool {
        self.free
    }
}
