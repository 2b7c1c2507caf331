//! The planar arrangement: lines of any origin noded on a whole-number lattice, and the faces
//! between them.
//!
//! All predicates are exact, and every output coordinate is a lattice point, so that two faces that
//! share a border share its very vertices. Lines carry tags, which survive noding: an edge of the
//! arrangement knows every line that runs along it, and which way.

mod cover;
mod faces;
mod index;
mod lattice;
mod nesting;
mod noding;
mod snapping;

pub(super) use cover::covers;
pub(super) use faces::{Subdivision, UNBOUNDED};
pub(super) use lattice::{Point, to_degrees, to_lattice};
pub(super) use nesting::FaceIndex;
pub(super) use noding::{Edges, Strand, TANGLED, Tag, Tangled, node};
pub(super) use snapping::{Snapped, snap};
