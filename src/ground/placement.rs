//! The community of every unit.

use geo::{BoundingRect, Intersects, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::cells::EXAMPLES;
use super::coverage::Coverage;
use crate::error::{Fault, Finding, InputError, Place, Result};
use crate::model::{City, Community};

/// Places every unit: where it says its community, there; else where its interior point lies, on a
/// border in the community that comes first. A city without communities, or with a single one
/// without boundary, is one community.
///
/// # Errors
/// Where a unit that names no community lies in none.
pub(super) fn place(city: &City, coverage: &Coverage) -> Result<(Vec<u32>, Vec<Finding>)> {
    let whole = match &city.communities[..] {
        [] => true,
        [only] => only.boundary.is_none(),
        _ => false,
    };
    if whole {
        return Ok((vec![0; city.units.len()], Vec::new()));
    }
    let boundaries = Boundaries::of(&city.communities);
    let placed: Vec<(Option<usize>, bool)> = city
        .units
        .par_iter()
        .enumerate()
        .with_min_len(256)
        .map(|(index, unit)| {
            let point = coverage.interior_point(index);
            match unit.community {
                // Only a community with a boundary can be contradicted by the ground.
                Some(said) => (Some(said), !boundaries.may_hold(said, point)),
                None => (boundaries.first_at(point), false),
            }
        })
        .collect();

    let mut community_of_unit = Vec::with_capacity(placed.len());
    let mut elsewhere = Vec::new();
    for (index, (community, contradicted)) in placed.into_iter().enumerate() {
        let unit = &city.units[index];
        let Some(community) = community.filter(|&c| c < city.communities.len()) else {
            let place = Place::feature("units.geojson", index, Some(&unit.id));
            return Err(InputError::new(place, Fault::InNoCommunity).into());
        };
        community_of_unit.push(community as u32);
        if contradicted {
            elsewhere.push(unit.id.clone());
        }
    }
    let mut findings = Vec::new();
    if !elsewhere.is_empty() {
        findings.push(Finding {
            kind: "community-mismatch".into(),
            message: format!(
                "units that name a community but lie outside of its boundary: {}; the name was followed",
                elsewhere.len()
            ),
            count: elsewhere.len(),
            examples: elsewhere.into_iter().take(EXAMPLES).collect(),
        });
    }
    Ok((community_of_unit, findings))
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
