//! evengrid divides a city's communities into even service grids and puts the right people in them.

pub mod allocate;
pub mod apportion;
pub mod divide;
pub mod error;
pub mod generate;
pub mod graph;
pub mod ground;
pub mod io;
pub mod locate;
pub mod model;
pub mod organise;
pub mod pipeline;
pub mod plan;
pub mod report;

mod random;

pub use error::{Error, Result};
pub use graph::Graph;
pub use plan::{Divide, Plan};
