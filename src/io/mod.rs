//! io/mod
