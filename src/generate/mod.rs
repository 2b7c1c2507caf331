//! Synthetic cities and modelled people, drawn from a seed, for trying and measuring.
//!
//! Nothing here is real data, and everything that is made here says so.
//!
//! A city is cut from its outline inwards: old communities, street blocks, parcels, with smaller
//! parcels towards the centre. The communities are groups of blocks grown anew across the old ones.

mod cutting;
mod folder;
mod grouping;
mod layout;
mod people;
mod subdivision;
mod town;

pub use people::{People, PeopleCounts};
pub use town::{Generate, GeneratedCity};
