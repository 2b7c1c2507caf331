//! Who and what goes where: central households, officers; under them the assignment solvers.

mod central_households;
mod linear_assignment;
mod officers;

pub use central_households::{CentralHousehold, CentralHouseholds, HouseholdAssignment, Shortfall};
pub use linear_assignment::linear_assignment;
pub use officers::{OfficerAssignment, Officers};
