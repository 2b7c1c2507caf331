//! Enclosures: the blocks that barriers and community boundaries cut the ground into.

use crate::ground::arrangement::{Edges, Subdivision, UNBOUNDED};
use crate::ground::coverage::NONE;
use crate::groups::Groups;

/// The enclosures of an arrangement.
pub(super) struct Enclosures {
    /// The enclosure of every face; [`NONE`] beyond all communities.
    pub(super) of_face: Vec<u32>,
    /// The community of every enclosure.
    pub(super) community: Vec<u32>,
}

impl Enclosures {
    /// Joins faces across edges that nothing runs along that divides. Lines that end in the middle
    /// of the ground divide nothing: the same enclosure lies on both their sides.
    pub(super) fn of(
        edges: &Edges,
        faces: &Subdivision,
        community_of_face: &[u32],
        divides: impl Fn(usize) -> bool,
    ) -> Enclosures {
        let mut groups = Groups::of(faces.len());
        for e in (0..edges.len()).filter(|&e| !divides(e)) {
            let [left, right] = faces.sides(e);
            if community_of_face[left as usize] == community_of_face[right as usize] {
                groups.join(left, right);
            }
        }
        let mut enclosures = Enclosures { of_face: vec![NONE; faces.len()], community: Vec::new() };
        for face in 0..faces.len() as u32 {
            let community = community_of_face[face as usize];
            if community == NONE || face == UNBOUNDED {
                continue;
            }
            let least = groups.find(face);
            if least == face {
                enclosures.of_face[face as usize] = enclosures.community.len() as u32;
                enclosures.community.push(community);
            } else {
                enclosures.of_face[face as usize] = enclosures.of_face[least as usize];
            }
        }
        enclosures
    }

    /// The enclosures on the two sides of an edge.
    pub(super) fn sides(&self, faces: &Subdivision, edge: usize) -> [u32; 2] {
        faces.sides(edge).map(|face| self.of_face[face as usize])
    }
}
