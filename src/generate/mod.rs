//! generate/mod
