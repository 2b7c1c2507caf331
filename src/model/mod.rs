//! What a planner talks about: a city with its communities, units, people and facilities.
//!
//! Plain data in longitude and latitude (WGS 84, degrees). Nothing here computes.

mod attributes;
mod barrier;
mod city;
mod community;
mod facility;
mod labels;
mod people;
mod sheet;
mod unit;
mod walk;

pub use attributes::{Attributes, Trait};
pub use barrier::Barrier;
pub use city::{City, Source};
pub use community::Community;
pub use facility::{EstateBodies, Offers, Partner, Seed, Station, StationStatus};
pub use labels::{LabelColumn, Labels};
pub use people::{CandidateHousehold, MemberHousehold, Officer, ReportingMember, Worker};
pub use sheet::Sheet;
pub use unit::Unit;
pub use walk::Walk;
