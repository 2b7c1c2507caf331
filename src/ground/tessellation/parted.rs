//! The second arrangement: footprints, fences between enclosures, and the borders between cells.

use super::enclosed::Enclosed;
use super::sharing::{CellBorder, Shared};
use super::{Layer, Tessellation};
use crate::error::Result;
use crate::ground::arrangement::{Strand, Tag};
use crate::ground::barriers::strongest;
use crate::ground::coverage::NONE;
use crate::groups::Groups;

/// Enclosures parted among their buildings.
///
/// Tags are rings of footprints as before, then fences, then borders between cells. Lines that end
/// in the middle of the ground are gone.
pub(super) struct Parted {
    pub(super) layer: Layer,
    footprint_rings: u32,
    fences: Vec<Fence>,
    /// The enclosure of every face; [`NONE`] beyond all communities.
    pub(super) enclosure_of_face: Vec<u32>,
}

/// What separates two enclosures.
struct Fence {
    /// The enclosures left and right of its way.
    sides: [u32; 2],
    /// The barrier class along it; [`NONE`] for a community boundary alone.
    class: u32,
}

impl Parted {
    /// Draws the borders between cells into the enclosures.
    ///
    /// # Errors
    /// As the frame's projections.
    pub(super) fn of(of: &Tessellation, enclosed: &Enclosed, shared: &Shared) -> Result<Parted> {
        let Enclosed { layer: first, footprint_rings, enclosures, .. } = enclosed;
        let mut fences: Vec<Fence> = Vec::new();
        let mut lines: Vec<Strand> = Vec::new();
        for e in 0..first.edges.len() {
            lines.extend(first.edges.strands(e).filter(|s| s.tag < *footprint_rings));
            let sides = enclosures.sides(&first.faces, e);
            if sides[0] != sides[1] {
                let [from, to] = first.edges.ends[e].map(|v| first.edges.points[v as usize]);
                lines.push(Strand { from, to, tag: footprint_rings + fences.len() as u32 });
                let class = of.classes.strongest(enclosed.barriers(e));
                fences.push(Fence { sides, class });
            }
        }
        lines.extend(shared.strands(footprint_rings + fences.len() as u32));
        let layer = Layer::of(&lines, of.frame)?;
        let footprint_rings = *footprint_rings;
        let mut parted = Parted { layer, footprint_rings, fences, enclosure_of_face: Vec::new() };
        parted.enclosure_of_face = parted.enclosures();
        Ok(parted)
    }

    /// The footprint ring of a tag.
    pub(super) fn ring(&self, tag: Tag) -> Option<u32> {
        (tag < self.footprint_rings).then_some(tag)
    }

    /// The border between cells of a tag.
    pub(super) fn border<'s>(&self, shared: &'s Shared, tag: Tag) -> Option<&'s CellBorder> {
        let number = tag.checked_sub(self.footprint_rings + self.fences.len() as u32)?;
        shared.borders.get(number as usize)
    }

    /// The strongest barrier class along an edge, or [`NONE`].
    pub(super) fn class_of_edge(&self, edge: usize) -> u32 {
        strongest(self.layer.edges.tags(edge).filter_map(|(tag, _)| Some(self.fence(tag)?.class)))
    }

    fn fence(&self, tag: Tag) -> Option<&Fence> {
        self.fences.get(tag.checked_sub(self.footprint_rings)? as usize)
    }

    /// The enclosure of every face, as the fences around it tell.
    fn enclosures(&self) -> Vec<u32> {
        let Layer { edges, faces, .. } = &self.layer;
        let fence =
            |e: usize| edges.tags(e).find_map(|(tag, forward)| Some((self.fence(tag)?, forward)));
        let mut groups = Groups::of(faces.len());
        for e in (0..edges.len()).filter(|&e| fence(e).is_none()) {
            let [left, right] = faces.sides(e);
            groups.join(left, right);
        }
        let mut told = vec![NONE; faces.len()];
        for e in 0..edges.len() {
            let Some((fence, forward)) = fence(e) else { continue };
            let mut sides = fence.sides;
            if !forward {
                sides.reverse();
            }
            for (face, enclosure) in faces.sides(e).into_iter().zip(sides) {
                let slot = &mut told[groups.find(face) as usize];
                if *slot == NONE {
                    *slot = enclosure;
                }
            }
        }
        (0..faces.len() as u32).map(|face| told[groups.find(face) as usize]).collect()
    }
}
