//! Whether grids tile their communities: cancelled border by border where they fit, laid over each
//! other where they do not.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, MultiPolygon, Rect};
use rayon::prelude::*;

use super::borders::Chain;
use super::drawn::DrawnPlan;
use super::residents::NONE;
use crate::error::Result;
use crate::ground::{LocalFrame, Patch, overlay};
use crate::model::Community;

/// Ground that is not as it should be: how much, and where the most of it is (degrees).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Amiss {
    pub(super) area_m2: f64,
    pub(super) at: [f64; 2],
    largest: f64,
}

impl Amiss {
    fn add(&mut self, patch: &Patch) {
        self.area_m2 += patch.area_m2;
        if patch.area_m2 > self.largest {
            (self.largest, self.at) = (patch.area_m2, patch.at);
        }
    }
}

/// How grids lie on their communities and on each other.
#[derive(Debug, Default)]
pub(super) struct Tiling {
    /// Ground of communities that lies in none of their grids, nor in one of another community.
    pub(super) gaps: BTreeMap<u32, Amiss>,
    /// Ground that two grids claim.
    pub(super) overlaps: BTreeMap<[u32; 2], Amiss>,
    /// Ground of grids beyond the boundary of their community; with the community there, or [`NONE`].
    pub(super) outside: BTreeMap<(u32, u32), Amiss>,
    /// Slivers between borders that are drawn twice, counted as nothing else.
    pub(super) narrow_m2: f64,
}

/// Sides of a plan that fit are left out of the overlay.
pub(super) struct Tiles<'a> {
    pub(super) drawn: &'a DrawnPlan,
    pub(super) communities: &'a [Community],
    /// The community of every grid, or [`NONE`].
    pub(super) community_of_grid: &'a [u32],
    /// Grids that are the union of their units, which do not lie on each other.
    pub(super) made_of_units: &'a [bool],
    /// Grids whose border crosses itself.
    pub(super) crossed: &'a [bool],
}

impl Tiles<'_> {
    /// Finds gaps, overlaps and ground beyond boundaries.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn judge(&self, least_width_m: f64, frame: &LocalFrame) -> Result<Tiling> {
        let involved = self.involved();
        let mut tiling = Tiling::default();
        if involved.is_empty() {
            return Ok(tiling);
        }
        let first = self.drawn.grids.len() as u32;
        let grids = self.drawn.grids.iter().zip(0u32..);
        let grids = grids
            .filter(|(_, number)| involved.contains(&self.community_of_grid[*number as usize]))
            .map(|(grid, number)| (number, &grid.shape));
        let communities = self.communities.iter().zip(0u32..).filter_map(|(community, number)| {
            let boundary = community.boundary.as_ref().filter(|_| involved.contains(&number))?;
            Some((first + number, boundary))
        });
        for patch in overlay(grids.chain(communities), least_width_m, frame)? {
            let (grids, within) = patch.over.split_at(patch.over.partition_point(|&n| n < first));
            let within: Vec<u32> = within.iter().map(|&n| n - first).collect();
            self.enter(&patch, grids, &within, &mut tiling);
        }
        Ok(tiling)
    }

    /// Enters a patch under these grids, within these communities.
    fn enter(&self, patch: &Patch, grids: &[u32], within: &[u32], tiling: &mut Tiling) {
        let mut faulty = false;
        if grids.is_empty() {
            for &community in within {
                tiling.gaps.entry(community).or_default().add(patch);
                faulty = true;
            }
        }
        for (i, &grid) in grids.iter().enumerate() {
            for &other in &grids[i + 1..] {
                tiling.overlaps.entry([grid, other]).or_default().add(patch);
                faulty = true;
            }
            let community = self.community_of_grid[grid as usize];
            let bounded =
                self.communities.get(community as usize).is_some_and(|c| c.boundary.is_some());
            if bounded && !within.contains(&community) {
                let there = within.first().copied().unwrap_or(NONE);
                tiling.outside.entry((grid, there)).or_default().add(patch);
                faulty = true;
            }
        }
        if faulty {
            tiling.narrow_m2 += patch.narrow_m2;
        }
    }

    /// Communities whose grids have to be laid out: those where borders do not cancel, and those
    /// that lie beside them.
    fn involved(&self) -> BTreeSet<u32> {
        let mut grids_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (grid, &community) in self.community_of_grid.iter().enumerate() {
            grids_of.entry(community).or_default().push(grid);
        }
        for community in 0..self.communities.len() as u32 {
            grids_of.entry(community).or_default();
        }
        let fits = |community: u32, grids: &[usize]| {
            if grids.iter().any(|&grid| self.crossed[grid]) {
                return false;
            }
            let boundary =
                self.communities.get(community as usize).and_then(|c| c.boundary.as_ref());
            match boundary {
                Some(boundary) => {
                    let mut chain = Chain::default();
                    grids.iter().for_each(|&g| chain.add(&self.drawn.grids[g].shape.0, 1));
                    chain.add(&boundary.0, -1);
                    chain.is_empty()
                }
                None => grids.iter().all(|&grid| self.made_of_units[grid]),
            }
        };
        let misfits: Vec<u32> = grids_of
            .par_iter()
            .filter(|(community, grids)| !fits(**community, grids))
            .map(|(&community, _)| community)
            .collect();
        let extent = |community: u32| {
            let grids = grids_of[&community].iter().map(|&g| &self.drawn.grids[g].shape);
            let boundary =
                self.communities.get(community as usize).and_then(|c| c.boundary.as_ref());
            let shapes = grids.chain(boundary);
            shapes.filter_map(MultiPolygon::bounding_rect).reduce(|a, b| {
                let (low, high) = (a.min(), a.max());
                Rect::new(
                    geo::coord! { x: low.x.min(b.min().x), y: low.y.min(b.min().y) },
                    geo::coord! { x: high.x.max(b.max().x), y: high.y.max(b.max().y) },
                )
            })
        };
        let touched: Vec<Rect<f64>> = misfits.iter().filter_map(|&c| extent(c)).collect();
        let beside = |other: Rect<f64>| {
            let apart =
                |a: &Rect<f64>, b: &Rect<f64>| a.max().x < b.min().x || a.max().y < b.min().y;
            touched.iter().any(|own| !apart(own, &other) && !apart(&other, own))
        };
        let neighbours = grids_of.keys().copied().filter(|&c| extent(c).is_some_and(beside));
        misfits.iter().copied().chain(neighbours).collect()
    }
}
