//! Who answers for a place: the register of grids and the responsibility chain.

mod chain;
mod record;
mod register;

pub use chain::ResponsibilityChain;
pub use record::{GridKind, GridRecord, PersonPoint};
pub use register::Register;
