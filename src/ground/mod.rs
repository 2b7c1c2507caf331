//! From shapes to the contiguity graph and back: projection, coverage, contiguity, dissolve.
//!
//! Cells are faces of one planar subdivision: a vertex that two cells share is one vertex, so a
//! shared border has one length, and a grid polygon is what is left when inner borders cancel.

mod areas;
mod arrangement;
mod barriers;
mod carve;
mod cells;
mod contiguity;
mod coverage;
mod crossing;
mod defects;
mod dissolve;
mod domain;
mod extent;
mod face_sizes;
mod islands;
mod kind;
mod made;
mod matching;
mod mend;
mod overlay;
mod placement;
mod pole;
mod projection;
mod survey;
mod surveyed;
mod tessellation;
#[cfg(test)]
mod testing;
mod triangulation;
mod vertices;

pub use barriers::{BarrierClass, BarrierCosts};
pub use contiguity::Contiguity;
pub use coverage::Coverage;
pub use crossing::self_crossing;
pub use dissolve::{Zone, zone_centre};
pub use overlay::{Patch, overlay, pieces};
pub use projection::LocalFrame;
pub use survey::{Islands, Survey, UnitKind};
pub use surveyed::Ground;
