//! The enclosed tessellation (Fleischmann, Feliciotti, Romice & Porta 2020; Arribas-Bel &
//! Fleischmann 2022): communities are cut along barriers into enclosures, and every enclosure is
//! shared out among its buildings.
//!
//! A building's cell is its footprint and the ground that is nearest to it among the buildings of
//! the same enclosure and community. Ground where a cell would lie apart from its building goes to
//! the cell it touches most; enclosures without buildings are open ground.

mod enclosures;
mod owners;
mod sampling;
mod sharing;
mod voronoi;

use geo::{Area, Geometry};

use self::enclosures::Enclosures;
use self::owners::Owners;
use self::sharing::Shared;
use super::LocalFrame;
use super::areas::{Areas, strands};
use super::arrangement::{Edges, FaceIndex, Strand, Subdivision, covers, node, to_lattice};
use super::barriers::{BarrierClasses, strongest};
use super::carve::carve;
use super::coverage::NONE;
use super::domain::Domain;
use super::faces::FaceSizes;
use super::made::Made;
use crate::error::Result;
use crate::model::City;

/// What the tessellation starts from.
pub(super) struct Tessellation<'a> {
    pub(super) city: &'a City,
    pub(super) frame: &'a LocalFrame,
    /// The ground that is to be shared out.
    pub(super) domain: Domain,
    pub(super) community_of_unit: &'a [u32],
    /// The class of every barrier; [`NONE`] for barriers that do not divide.
    pub(super) classes: &'a BarrierClasses,
    /// No ground goes to a building that is farther away than the nearest by more than this (m).
    pub(super) error_m: f64,
}

/// An arrangement with its faces.
pub(super) struct Layer {
    edges: Edges,
    faces: Subdivision,
    sizes: FaceSizes,
}

impl Layer {
    fn of(strands: &[Strand], frame: &LocalFrame) -> Result<Layer> {
        let edges = node(strands);
        let faces = Subdivision::of(&edges.points, &edges.ends);
        let sizes = FaceSizes::of(&edges, &faces, frame)?;
        Ok(Layer { edges, faces, sizes })
    }
}

impl Tessellation<'_> {
    /// Makes the cells.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn cells(&self) -> Result<Made> {
        let units = self.city.units.len() as u32;
        // Areas are numbered: units, then communities.
        let mut areas = Areas::default();
        for (unit, number) in self.city.units.iter().zip(0..) {
            areas.add(number, &unit.shape);
        }
        let footprint_rings = areas.rings();
        self.domain.add_to(&mut areas, units);
        let rings = areas.rings();
        let mut lines = std::mem::take(&mut areas.strands);
        for (barrier, tag) in self.city.barriers.iter().zip(rings..) {
            if self.classes.of_barrier(tag - rings) != NONE {
                lines.extend(barrier.lines.iter().flat_map(|line| strands(line, tag, false)));
            }
        }
        let ground = Layer::of(&lines, self.frame)?;
        let around = covers(&ground.edges, &ground.faces, |tag| (tag < rings).then_some(tag));
        let over: Vec<Vec<u32>> = around.iter().map(|rings| areas.over(rings)).collect();
        let community_of_face: Vec<u32> = over
            .iter()
            .map(|over| over.iter().find(|&&a| a >= units).map_or(NONE, |a| a - units))
            .collect();
        let divides = |e: usize| ground.edges.tags(e).any(|(tag, _)| tag >= footprint_rings);
        let enclosures = Enclosures::of(&ground.edges, &ground.faces, &community_of_face, divides);

        let sizes: Vec<f64> =
            self.city.units.iter().map(|unit| unit.shape.unsigned_area()).collect();
        let claims = Claims { units, sizes: &sizes, tessellation: self };
        let owner_of_face: Vec<u32> = over
            .iter()
            .zip(&community_of_face)
            .map(|(over, &community)| claims.winner(over, community))
            .collect();
        let shared = Shared::out(
            self,
            &ground,
            &enclosures,
            &owner_of_face,
            &self.seeds(&ground, &enclosures),
        )?;

        // Once more, with the borders between cells: footprints keep their tags, what separates
        // enclosures becomes a fence, and lines that end in the middle of the ground go.
        let mut fences: Vec<Fence> = Vec::new();
        let mut lines: Vec<Strand> = Vec::new();
        for e in 0..ground.edges.len() {
            lines.extend(ground.edges.strands(e).filter(|s| s.tag < footprint_rings));
            let sides = enclosures.sides(&ground.faces, e);
            if sides[0] != sides[1] {
                let barriers = ground
                    .edges
                    .tags(e)
                    .filter(|(tag, _)| *tag >= rings)
                    .map(|(tag, _)| tag - rings);
                let [from, to] = ground.edges.ends[e].map(|v| ground.edges.points[v as usize]);
                lines.push(Strand { from, to, tag: footprint_rings + fences.len() as u32 });
                fences.push(Fence { sides, class: self.classes.strongest(barriers) });
            }
        }
        let first_border = footprint_rings + fences.len() as u32;
        lines.extend(shared.strands(first_border));
        let layer = Layer::of(&lines, self.frame)?;
        let kinds = Kinds { footprint_rings, first_border };
        let owners =
            Owners::settle(self, &claims, &areas, &layer, &kinds, &fences, &shared, &enclosures);

        let cells = self.city.units.len() + owners.open_ground.len();
        let carved = carve(&layer.edges, &layer.faces, &owners.of_face, cells, self.frame)?;
        let class_of_edge = |e: u32| {
            let fence = layer.edges.tags(e as usize).filter_map(|(tag, _)| kinds.fence(tag));
            strongest(fence.map(|f| fences[f as usize].class))
        };
        Ok(Made {
            class_of: carved.edge_of.iter().map(|&e| class_of_edge(e)).collect(),
            coverage: carved.coverage,
            open_ground: owners.open_ground,
            beyond_m2: Some(vec![0.0; self.city.communities.len()]),
            findings: owners.findings,
        })
    }

    /// Units that are points: where they lie, and in which enclosure.
    fn seeds(&self, ground: &Layer, enclosures: &Enclosures) -> Vec<Seed> {
        let points: Vec<(u32, [f64; 2])> = self
            .city
            .units
            .iter()
            .zip(0..)
            .filter_map(|(unit, number)| match unit.shape {
                Geometry::Point(point) => Some((number, [point.x(), point.y()])),
                _ => None,
            })
            .collect();
        if points.is_empty() {
            return Vec::new();
        }
        let index = FaceIndex::of(&ground.edges.points, &ground.edges.ends);
        points
            .into_iter()
            .map(|(unit, lonlat)| {
                let face = index.face_at(&ground.faces, to_lattice(lonlat));
                Seed { unit, lonlat, enclosure: enclosures.of_face[face as usize] }
            })
            .collect()
    }

    /// Whether a unit may have ground in a community.
    fn belongs(&self, unit: u32, community: u32) -> bool {
        self.domain.is_free() || self.community_of_unit[unit as usize] == community
    }
}

/// A unit that is a point.
pub(super) struct Seed {
    unit: u32,
    lonlat: [f64; 2],
    enclosure: u32,
}

/// What separates two enclosures.
pub(super) struct Fence {
    /// The enclosures left and right of the way from the lower end.
    sides: [u32; 2],
    /// The barrier class along it; [`NONE`] for a community boundary alone.
    class: u32,
}

/// What the tags of the second layer stand for: footprint rings, then fences, then borders.
pub(super) struct Kinds {
    footprint_rings: u32,
    first_border: u32,
}

impl Kinds {
    fn ring(&self, tag: u32) -> Option<u32> {
        (tag < self.footprint_rings).then_some(tag)
    }

    fn fence(&self, tag: u32) -> Option<u32> {
        (self.footprint_rings..self.first_border).contains(&tag).then(|| tag - self.footprint_rings)
    }

    fn border(&self, tag: u32) -> Option<u32> {
        tag.checked_sub(self.first_border)
    }
}

/// Who has ground that footprints cover.
pub(super) struct Claims<'a> {
    units: u32,
    sizes: &'a [f64],
    tessellation: &'a Tessellation<'a>,
}

impl Claims<'_> {
    /// The smallest footprint over a place, the first of equal ones, among the units of its
    /// community; [`NONE`] for open ground.
    fn winner(&self, over: &[u32], community: u32) -> u32 {
        self.of(over, community)
            .into_iter()
            .min_by(|&a, &b| self.sizes[a as usize].total_cmp(&self.sizes[b as usize]))
            .unwrap_or(NONE)
    }

    /// The units of the community whose footprints lie over a place.
    fn of(&self, over: &[u32], community: u32) -> Vec<u32> {
        let own = |&&a: &&u32| a < self.units && self.tessellation.belongs(a, community);
        over.iter().filter(own).copied().collect()
    }
}

#[cfg(test)]
#[path = "tessellation_tests.rs"]
mod tests;
