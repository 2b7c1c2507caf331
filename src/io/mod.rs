//! The edge: GeoJSON and CSV in, plan folders out.
//!
//! Files are read in two passes (features are found first, then read in parallel), errors name the
//! file, the first faulty feature and the cure, and what is written appears whole or not at all.

mod city;
mod communities;
mod feature_text;
mod features;
pub mod metis;
mod options;
mod places;
mod properties;
mod shape;
mod source;
mod tally;
mod units;

pub use city::{CityFolder, read_city, read_units};
pub use feature_text::FeatureText;
pub use options::{MissingPopulation, ReadOptions};
