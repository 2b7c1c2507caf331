//! The dividing solver.
