//! The plan: which unit lies in which grid, with codes, figures and provenance.
//!
//! Everything after dividing (staff, chains, audit, maps) stands on this and on the model.

mod draw;
mod numbering;

pub use draw::Divide;

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

/// A division of a city into service grids.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The grids, ordered by community (in city order) and sequence.
    pub grids: Vec<ServiceGrid>,
    /// The grid of every unit: an index into `grids`.
    pub grid_of_unit: Vec<u32>,
    /// Where the plan falls short of what was asked, grid by grid.
    pub violations: Vec<Violation>,
}

/// A service grid (网格).
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceGrid {
    /// The community's code and a 3-digit sequence; 15 digits in China.
    pub code: String,
    /// Its community: an index into `City::communities`.
    pub community: usize,
    /// Its units, ascending: indices into `City::units`.
    pub units: Vec<u32>,
    /// People in it.
    pub population: f64,
    /// Area in square metres.
    pub area_m2: f64,
    /// Length of its borders in metres.
    pub perimeter_m: f64,
    /// Population over the mean of its community's grids, less 1 (signed; 0 where the mean is 0).
    pub population_deviation: f64,
    /// Area over the mean of its community's grids, less 1 (signed).
    pub area_deviation: f64,
    /// Outline in degrees.
    pub shape: MultiPolygon<f64>,
    /// A point well inside, in degrees.
    pub centre: geo::Point<f64>,
}

impl ServiceGrid {
    /// Polsby-Popper compactness, 4πA/p².
    pub fn polsby_popper(&self) -> f64 {
        4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
    }
}

/// A promise that a grid does not keep, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Code of the grid.
    pub grid: String,
    /// Id of its community.
    pub community: String,
    /// Which promise: `population`, `area` or `contiguity`.
    pub promise: String,
    /// The figure it has.
    pub value: f64,
    /// The figure it may have at most (or at least, where it falls short).
    pub limit: f64,
    /// Whether it is proved that no plan could keep the promise there.
    pub unavoidable: bool,
    /// Why, in a sentence.
    pub reason: String,
}
