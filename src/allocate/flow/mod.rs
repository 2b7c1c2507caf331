//! Flow models: what goes where when rooms are limited. Exact, in whole numbers or with a proof. Who goes with whom: matching.
//!
//! Everything here knows tables and arcs, and nothing of a city.

mod linear_assignment;
mod matching;
mod site_flow;
mod transport;

pub use linear_assignment::{Assignment, Prices, capacitated_assignment, linear_assignment};
pub(crate) use matching::matching;
pub use transport::{Arc, Shipment, Transport, Transported};
