//! The first arrangement: footprints, boundaries and barriers, and the enclosures between them.

use geo::Geometry;

use super::enclosures::Enclosures;
use super::{Layer, Tessellation};
use crate::error::Result;
use crate::ground::areas::{Areas, strands};
use crate::ground::arrangement::{FaceIndex, Tangled, covers, node, to_lattice};
use crate::ground::coverage::NONE;

/// Enclosures with what stands in them.
///
/// Tags are rings of footprints, then rings of communities, then barriers.
pub(super) struct Enclosed {
    pub(super) layer: Layer,
    /// Units, then communities.
    pub(super) areas: Areas,
    /// Tags below this are rings of footprints.
    pub(super) footprint_rings: u32,
    /// Tags from this on are barriers.
    pub(super) rings: u32,
    /// The areas over each face.
    pub(super) over: Vec<Vec<u32>>,
    pub(super) enclosures: Enclosures,
    /// The unit whose footprint covers each face, or [`NONE`].
    pub(super) owner_of_face: Vec<u32>,
}

/// A unit that is a point.
pub(super) struct Seed {
    pub(super) unit: u32,
    pub(super) lonlat: [f64; 2],
    pub(super) enclosure: u32,
}

impl Enclosed {
    /// Cuts the ground along barriers and boundaries.
    ///
    /// # Errors
    /// As the frame's projections.
    pub(super) fn of(of: &Tessellation) -> Result<Enclosed> {
        let mut areas = Areas::default();
        for (unit, number) in of.city.units.iter().zip(0..) {
            areas.add(number, &unit.shape);
        }
        let footprint_rings = areas.rings();
        of.domain.add_to(&mut areas, of.units());
        let rings = areas.rings();
        let mut lines = std::mem::take(&mut areas.strands);
        for (barrier, number) in of.city.barriers.iter().zip(0..) {
            if of.classes.of_barrier(number) != NONE {
                let tagged = |line| strands(line, rings + number, false);
                lines.extend(barrier.lines.iter().flat_map(tagged));
            }
        }
        let tangled = |Tangled { tag }| match tag < rings {
            true => areas.tangled(tag, of.city),
            false => Tangled { tag }.into(),
        };
        let edges = node(&lines).map_err(tangled)?;
        let layer = Layer::between(edges, of.frame)?;
        let around = covers(&layer.edges, &layer.faces, |tag| (tag < rings).then_some(tag))
            .map_err(tangled)?;
        let over: Vec<Vec<u32>> = around.iter().map(|rings| areas.over(rings)).collect();
        let community = |over: &Vec<u32>| {
            over.iter().find_map(|area| area.checked_sub(of.units())).unwrap_or(NONE)
        };
        let community_of_face: Vec<u32> = over.iter().map(community).collect();
        let divides = |e: usize| layer.edges.tags(e).any(|(tag, _)| tag >= footprint_rings);
        let enclosures = Enclosures::of(&layer.edges, &layer.faces, &community_of_face, divides);
        let owner_of_face = over
            .iter()
            .zip(&community_of_face)
            .map(|(over, &community)| of.winner(over, community))
            .collect();
        Ok(Enclosed { layer, areas, footprint_rings, rings, over, enclosures, owner_of_face })
    }

    /// Units that are points: where they lie, and in which enclosure.
    pub(super) fn seeds(&self, of: &Tessellation) -> Vec<Seed> {
        let points = of.city.units.iter().zip(0..).filter_map(|(unit, number)| match unit.shape {
            Geometry::Point(point) => Some((number, [point.x(), point.y()])),
            _ => None,
        });
        let points: Vec<(u32, [f64; 2])> = points.collect();
        if points.is_empty() {
            return Vec::new();
        }
        let index = FaceIndex::of(&self.layer.edges.points, &self.layer.edges.ends);
        let seed = |(unit, lonlat)| {
            let face = index.face_at(&self.layer.faces, to_lattice(lonlat));
            Seed { unit, lonlat, enclosure: self.enclosures.of_face[face as usize] }
        };
        points.into_iter().map(seed).collect()
    }

    /// The barriers along an edge.
    pub(super) fn barriers(&self, edge: usize) -> impl Iterator<Item = u32> + '_ {
        self.layer.edges.tags(edge).filter_map(|(tag, _)| tag.checked_sub(self.rings))
    }
}
