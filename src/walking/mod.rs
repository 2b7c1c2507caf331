//! The walking network: how far it is on foot.
//!
//! Lines of paths and streets become a network with a node wherever they meet or cross. Points are
//! snapped to the nearest place on it, and the way there counts. What cannot be reached is said to
//! be so, and never counted as far.

mod isochrone;
mod network;
mod noding;
mod reach;

pub use isochrone::Isochrone;
pub use network::{Network, Snapped};
pub use reach::Within;
