//! The dividing solver: a graph into contiguous, balanced blocks with short borders.
//!
//! It sees a [`Graph`](crate::Graph) and nothing else: no shape, no file. Deep multilevel
//! annealing: the graph is coarsened, and on the way back blocks are split in two and their
//! borders annealed without ever breaking a block; local search and repair finish the rest.
//! [`Effort`] says how long; better is never worse.

mod anneal;
mod bounds;
mod bounds_cost;
mod bounds_flow;
mod coarsen;
mod divider;
mod effort;
mod exact;
mod extents;
mod field;
mod groups;
mod hanging;
mod mend;
mod multilevel;
mod objective;
mod partition;
mod refine;
mod repair;
mod shape;
mod solve;
mod sweep;
#[cfg(test)]
mod testing;
mod tolerance;

pub use crate::watch::Watch;
pub use bounds::unavoidable_violation;
pub use divider::{Divider, Division};
pub use effort::Effort;
pub use mend::{Diameters, Holding, Keeping, Mended, Standing};
pub use shape::{Footing, Shaping};
pub use tolerance::Tolerance;
