//! Cells that were made.

use super::coverage::Coverage;
use crate::error::Finding;

/// Cells that were made, rather than read: the units' first, then open ground.
pub(super) struct Made {
    pub(super) coverage: Coverage,
    /// The barrier class along every half-edge ([`NONE`](super::coverage::NONE) for none); empty
    /// where barriers had no part in it.
    pub(super) class_of: Vec<u32>,
    /// The community of every cell of open ground.
    pub(super) open_ground: Vec<u32>,
    /// Ground that units of each community have beyond its boundary, in m², community by community.
    pub(super) beyond_m2: Vec<f64>,
    /// Units without ground that share the cell of another, with that other; ascending.
    pub(super) lodgers: Vec<(u32, u32)>,
    /// What was done.
    pub(super) findings: Vec<Finding>,
}

impl Made {
    /// Cells that are the units as they were drawn.
    pub(super) fn as_drawn(coverage: Coverage) -> Made {
        Made {
            coverage,
            class_of: Vec::new(),
            open_ground: Vec::new(),
            beyond_m2: Vec::new(),
            lodgers: Vec::new(),
            findings: Vec::new(),
        }
    }
}
