//! The community of every unit.

use geo::{BoundingRect, Coord, Intersects, LinesIter, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::cells::EXAMPLES;
use super::pole::distance_2;
use crate::error::{Fault, Finding, InputError, Place, Result, counted};
use crate::model::{City, Community};

/// A unit that lies in no community goes to one that is within this distance (m), such as a house
/// that stands half beyond the boundary.
const NEAR_M: f64 = 100.0;

/// Places every unit: where it says its community, there; else where its interior point lies, on a
/// border in the community that comes first; else in the nearest within 100 m. A city without
/// communities, or with a single one without boundary, is one community.
///
/// `points` holds a point inside every unit, in degrees.
///
/// # Errors
/// Where a unit that names no community lies in none.
pub(super) fn place(city: &City, points: &[Point<f64>]) -> Result<(Vec<u32>, Vec<Finding>)> {
    let whole = match &city.communities[..] {
        [] => true,
        [only] => only.boundary.is_none(),
        _ => false,
    };
    if whole {
        return Ok((vec![0; city.units.len()], Vec::new()));
    }
    let boundaries = Boundaries::of(&city.communities);
    let placed: Vec<(Option<usize>, Remark)> = city
        .units
        .par_iter()
        .enumerate()
        .with_min_len(256)
        .map(|(index, unit)| {
            let point = points[index];
            match unit.community {
                // Only a community with a boundary can be contradicted by the ground.
                Some(said) if boundaries.may_hold(said, point) => (Some(said), Remark::None),
                Some(said) => (Some(said), Remark::Contradicted),
                None => match boundaries.first_at(point) {
                    Some(community) => (Some(community), Remark::None),
                    None => (boundaries.nearest(point), Remark::Outside),
                },
            }
        })
        .collect();

    let mut community_of_unit = Vec::with_capacity(placed.len());
    let (mut elsewhere, mut outside) = (Vec::new(), Vec::new());
    for (index, (community, remark)) in placed.into_iter().enumerate() {
        let unit = &city.units[index];
        let Some(community) = community.filter(|&c| c < city.communities.len()) else {
            let place = Place::feature("units.geojson", index, Some(&unit.id));
            return Err(InputError::new(place, Fault::InNoCommunity).into());
        };
        community_of_unit.push(community as u32);
        match remark {
            Remark::None => {}
            Remark::Contradicted => elsewhere.push(unit.id.clone()),
            Remark::Outside => outside.push(unit.id.clone()),
        }
    }
    let mut findings = Vec::new();
    for (kind, units, what) in [
        (
            "community-mismatch",
            elsewhere,
            "whose middle lies outside of the boundary of the community they name: the name was \
             followed",
        ),
        (
            "outside-boundaries",
            outside,
            "whose middle lies in no community: each went to the nearest, at most 100 m away",
        ),
    ] {
        if !units.is_empty() {
            findings.push(Finding {
                kind: kind.into(),
                message: format!("{} {what}", counted(units.len(), "unit", "units")),
                count: units.len(),
                examples: units.into_iter().take(EXAMPLES).collect(),
            });
        }
    }
    Ok((community_of_unit, findings))
}

/// What is to be said of where a unit was placed.
enum Remark {
    None,
    /// It lies elsewhere than it says.
    Contradicted,
    /// It lies in no community.
    Outside,
}

/// Community boundaries in an R*-tree.
struct Boundaries<'a> {
    communities: &'a [Community],
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Boundaries<'a> {
    fn of(communities: &'a [Community]) -> Self {
        let boxes = communities.iter().enumerate().filter_map(|(index, community)| {
            let extent = community.boundary.as_ref()?.bounding_rect()?;
            let corners = (<[f64; 2]>::from(extent.min()), <[f64; 2]>::from(extent.max()));
            Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
        });
        Boundaries { communities, tree: RTree::bulk_load(boxes.collect()) }
    }

    fn may_hold(&self, community: usize, point: Point<f64>) -> bool {
        self.communities
            .get(community)
            .and_then(|c| c.boundary.as_ref())
            .is_none_or(|boundary| boundary.intersects(&point))
    }

    /// The nearest community within [`NEAR_M`] of a point.
    fn nearest(&self, point: Point<f64>) -> Option<usize> {
        // So near, the Earth is flat.
        let north = 6_371_000.0_f64.to_radians();
        let scale = [north * point.y().to_radians().cos(), north];
        let metres = |c: Coord<f64>| [(c.x - point.x()) * scale[0], (c.y - point.y()) * scale[1]];
        let reach = [NEAR_M / scale[0].max(1.0), NEAR_M / scale[1]];
        let near = AABB::from_corners(
            [point.x() - reach[0], point.y() - reach[1]],
            [point.x() + reach[0], point.y() + reach[1]],
        );
        let distance_2 = |community: usize| {
            let lines = self.communities[community].boundary.iter().flat_map(LinesIter::lines_iter);
            lines
                .map(|line| distance_2([0.0, 0.0], [metres(line.start), metres(line.end)]))
                .fold(f64::INFINITY, f64::min)
        };
        self.tree
            .locate_in_envelope_intersecting(&near)
            .map(|entry| (distance_2(entry.data), entry.data))
            .filter(|(distance_2, _)| *distance_2 <= NEAR_M * NEAR_M)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, community)| community)
    }

    fn first_at(&self, point: Point<f64>) -> Option<usize> {
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point([point.x(), point.y()]))
            .map(|entry| entry.data)
            .filter(|&c| self.communities[c].boundary.is_some() && self.may_hold(c, point))
            .min()
    }
}

#[cfg(test)]
#[path = "placement_tests.rs"]
mod tests;
