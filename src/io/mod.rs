//! The edge: GeoJSON and CSV in, plan folders out.
//!
//! Files are read in two passes (features are found first, then read in parallel), errors name the
//! file, the first faulty feature and the cure, and what is written appears whole or not at all.

mod assignment_folder;
mod barriers;
mod china_offset;
mod city;
mod communities;
mod converted_text;
mod crs;
mod feature_scan;
mod feature_text;
mod features;
pub mod metis;
mod options;
mod places;
mod plan_back;
mod plan_folder;
mod plan_json;
mod points;
mod position_text;
mod properties;
mod save;
mod shape;
mod source;
mod tally;
mod tidy;
mod units;
mod walks;
mod whole;

pub use assignment_folder::{
    AssignmentRecord, Link, Person, Reached, Want, check_assignment_target, write_assignment_folder,
};
pub use city::{CityFolder, read_city, read_units};
pub use crs::Crs;
pub use feature_text::FeatureText;
pub use options::{MissingPopulation, ReadOptions};
pub use plan_back::read_plan;
pub use plan_folder::{PlanFolder, check_target, read_plan_folder, write_plan_folder};
pub use plan_json::{PlanRecord, ShortfallRecord, StaffSummary, Totals};
pub use points::{Points, read_points};
pub use save::{write_city_folder, write_plan};
pub use walks::read_walks;
pub use whole::{NewFolder, write_file};
