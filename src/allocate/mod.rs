//! Who and what goes where: central households, officers; under them the assignment solvers.
//!
//! The solvers know points in metres and cost tables only; [`Officers`] and [`CentralHouseholds`]
//! read them off a city and its plan.

mod central_households;
mod grid_households;
mod linear_assignment;
mod median;
mod officers;
mod places;

pub use central_households::{CentralHousehold, CentralHouseholds, HouseholdAssignment, Shortfall};
pub use linear_assignment::{Assignment, Prices, capacitated_assignment, linear_assignment};
pub use officers::{OfficerAssignment, Officers};

/// A point in the city's local frame, metres.
type Metres = [f64; 2];

/// Straight-line distance, metres.
fn distance([ax, ay]: Metres, [bx, by]: Metres) -> f64 {
    let (x, y) = (ax - bx, ay - by);
    (x * x + y * y).sqrt()
}
