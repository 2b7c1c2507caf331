//! Who answers for a place: the register of grids and the responsibility chain.

mod chain;
mod register;

pub use chain::ResponsibilityChain;
pub use register::{GridRecord, PersonPoint, Register};
