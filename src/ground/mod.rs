//! From shapes to the contiguity graph and back: projection, coverage, contiguity, dissolve.
//!
//! Cells are faces of one planar subdivision: a vertex that two cells share is one vertex, so a
//! shared border has one length, and a grid polygon is what is left when inner borders cancel.

mod contiguity;
mod coverage;
mod dissolve;
mod placement;
mod projection;
mod survey;

pub use contiguity::Contiguity;
pub use coverage::Coverage;
pub use dissolve::Zone;
pub use projection::LocalFrame;
pub use survey::{Ground, Islands, Survey};
