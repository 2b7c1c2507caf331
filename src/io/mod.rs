//! io/mod
pub mod metis;
