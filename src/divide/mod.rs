//! The dividing solver: a graph into contiguous, balanced blocks with short borders.
//!
//! It sees a [`Graph`](crate::Graph) and nothing else: no shape, no file. Multilevel: the graph is coarsened,
//! split by recursive spanning-tree bisection, refined level by level without ever breaking a
//! block, and repaired by recombining neighbouring blocks until the tolerances hold.

mod bisect;
mod bounds;
mod coarsen;
mod divider;
mod objective;
mod partition;
mod recombine;
mod refine;
mod solve;
mod sweep;
mod tolerance;
mod tree_cut;

pub use bounds::unavoidable_violation;
pub use divider::{Divider, Division};
pub use tolerance::Tolerance;
