//! Who and what goes where: central households, officers; under them a family of solvers.
//!
//! The solvers, [`location`] and [`flow`], know distances, demands and arcs only; the planner's
//! questions, such as [`Officers`] and [`CentralHouseholds`], read these off a city and its plan.

mod central_households;
mod choosing;
mod filling;
pub mod flow;
mod grid_households;
mod household_choices;
mod limited;
pub mod location;
mod median;
mod nearest;
mod officers;
mod packing;
mod partners;
mod places;
mod reporting;
mod room_prices;
mod seats;
mod sharing;
mod stations;
mod together;
mod travel;

pub use central_households::{
    CentralHousehold, CentralHouseholds, Cure, HouseholdAssignment, Shortfall,
};
pub use flow::{Assignment, Prices, capacitated_assignment, linear_assignment};
pub use nearest::{Nearest, NearestPlaces};
pub use officers::{OfficerAssignment, Officers, SpareOfficers};
pub use partners::{PartnerAssignment, Partners};
pub use reporting::{ReportingAssignment, ReportingMembers};
pub use stations::{ExistingStations, StationAssignment, StationModel, StationShare, Stations};
pub use travel::{DETOUR, FARTHEST_M, Travel};

/// A point in the city's local frame, metres.
type Metres = [f64; 2];

/// Straight-line distance, metres.
fn distance([ax, ay]: Metres, [bx, by]: Metres) -> f64 {
    let (x, y) = (ax - bx, ay - by);
    (x * x + y * y).sqrt()
}
