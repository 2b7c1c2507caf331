//! The enclosed tessellation (Fleischmann, Feliciotti, Romice & Porta 2020; Arribas-Bel &
//! Fleischmann 2022): communities are cut along barriers into enclosures, and every enclosure is
//! shared out among its buildings.
//!
//! A building's cell is its footprint and the ground that is nearest to it among the buildings of
//! the same enclosure and community. Ground where a cell would lie apart from its building goes to
//! the cell it touches most; enclosures without buildings are open ground.

mod enclosed;
mod enclosures;
mod findings;
mod owners;
mod parted;
mod sampling;
mod sharing;
mod voronoi;

use geo::Area;

use self::enclosed::Enclosed;
use self::owners::Owners;
use self::parted::Parted;
use self::sharing::Shared;
use super::LocalFrame;
use super::arrangement::{Edges, Strand, Subdivision, node};
use super::barriers::BarrierClasses;
use super::carve::carve;
use super::coverage::NONE;
use super::domain::Domain;
use super::face_sizes::FaceSizes;
use super::made::Made;
use crate::error::Result;
use crate::model::City;
use crate::watch::Watch;

/// What the tessellation starts from.
pub(super) struct Tessellation<'a> {
    city: &'a City,
    frame: &'a LocalFrame,
    /// The ground that is to be shared out.
    domain: Domain,
    community_of_unit: &'a [u32],
    classes: &'a BarrierClasses,
    /// No ground goes to a building that is farther away than the nearest by more than this (m).
    error_m: f64,
    /// Areas of the units as they were drawn, to be compared.
    sizes: Vec<f64>,
}

/// An arrangement with its faces.
struct Layer {
    edges: Edges,
    faces: Subdivision,
    sizes: FaceSizes,
}

impl Layer {
    fn of(strands: &[Strand], frame: &LocalFrame) -> Result<Layer> {
        Layer::between(node(strands)?, frame)
    }

    /// The layer of lines that are noded.
    fn between(edges: Edges, frame: &LocalFrame) -> Result<Layer> {
        let faces = Subdivision::of(&edges.points, &edges.ends);
        let sizes = FaceSizes::of(&edges, &faces, frame)?;
        Ok(Layer { edges, faces, sizes })
    }
}

impl<'a> Tessellation<'a> {
    /// The question: buildings, their communities, and what divides the ground between them.
    ///
    /// # Errors
    /// As the frame's projections.
    pub(super) fn new(
        city: &'a City,
        frame: &'a LocalFrame,
        community_of_unit: &'a [u32],
        classes: &'a BarrierClasses,
        error_m: f64,
    ) -> Result<Self> {
        let sizes = city.units.iter().map(|unit| unit.shape.unsigned_area()).collect();
        let domain = Domain::of(city, frame)?;
        Ok(Tessellation { city, frame, domain, community_of_unit, classes, error_m, sizes })
    }

    /// Makes the cells.
    ///
    /// # Errors
    /// As the frame's projections; where the watch stops it.
    pub(super) fn cells(&self, watch: &Watch<'_>) -> Result<Made> {
        let enclosed = Enclosed::of(self)?;
        watch.check()?;
        let shared = Shared::out(self, &enclosed, watch)?;
        watch.check()?;
        let parted = Parted::of(self, &enclosed, &shared)?;
        watch.check()?;
        let owners = Owners::settle(self, &enclosed, &parted, &shared)?;

        watch.check()?;
        let cells = self.city.units.len() + owners.open_ground.len();
        let Layer { edges, faces, .. } = &parted.layer;
        let carved = carve(edges, faces, &owners.of_face, cells, self.frame)?;
        Ok(Made {
            class_of: carved.edge_of.iter().map(|&e| parted.class_of_edge(e as usize)).collect(),
            coverage: carved.coverage,
            beyond_m2: Vec::new(),
            findings: findings::of(self, &enclosed, &parted, &shared, &owners),
            lodgers: shared.lodgers,
            open_ground: owners.open_ground,
        })
    }

    /// Number of units; areas with higher numbers are communities.
    fn units(&self) -> u32 {
        self.city.units.len() as u32
    }

    /// The units of a community among the areas over a place.
    fn claimants(&self, over: &[u32], community: u32) -> Vec<u32> {
        let own = |&&unit: &&u32| {
            unit < self.units()
                && (self.domain.is_free() || self.community_of_unit[unit as usize] == community)
        };
        over.iter().filter(own).copied().collect()
    }

    /// The smallest footprint over a place, the first of equal ones, among the units of its
    /// community; [`NONE`] for open ground.
    fn winner(&self, over: &[u32], community: u32) -> u32 {
        let size = |unit: u32| self.sizes[unit as usize];
        self.claimants(over, community)
            .into_iter()
            .min_by(|&a, &b| size(a).total_cmp(&size(b)))
            .unwrap_or(NONE)
    }
}

#[cfg(test)]
#[path = "tessellation_tests.rs"]
mod tests;
