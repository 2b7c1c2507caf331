//! The plan: which unit lies in which grid, with codes, figures and what it falls short of.
//!
//! Everything after dividing (staff, chains, audit, maps) stands on this and on the model.

mod asked;
mod figures;
mod wishes;

pub use asked::{Divide, GridCount};
pub use figures::{CommunityFigures, gap, honeycomb_bound};
pub use wishes::{Between, EvenWeight, Likeness, Mixture, PeopleRange, ShapeWish};

use geo::{MultiPolygon, Point};
use serde::{Deserialize, Serialize};

use crate::error::Finding;

/// A division of a city into service grids.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked for.
    pub asked: Divide,
    /// The grids, ordered by community (in city order) and sequence.
    pub grids: Vec<ServiceGrid>,
    /// The grid of every unit: an index into `grids`.
    pub grid_of_unit: Vec<u32>,
    /// The grid of every cell of open ground, in the ground's order: an index into `grids`, or
    /// `u32::MAX` in a community without units.
    pub grid_of_open_ground: Vec<u32>,
    /// Whether the units are buildings, among which the ground was shared out.
    pub are_buildings: bool,
    /// Figures of every community, in city order.
    pub communities: Vec<CommunityFigures>,
    /// Sum of shared border lengths between grids of one community, in metres, times the barrier
    /// factor: what the division keeps short.
    pub boundary_cost_m: f64,
    /// Number of pairs of neighbouring cells of one community that lie in different grids.
    pub cut_edges: usize,
    /// Length of all borders of the plan, inner and outer, in metres.
    pub border_m: f64,
    /// What `border_m` cannot fall below: the honeycomb bound (Hales 2001), in metres.
    pub honeycomb_bound_m: f64,
    /// Where the plan falls short of what was asked, grid by grid.
    pub violations: Vec<Violation>,
    /// What was met while dividing and did not stop it.
    pub findings: Vec<Finding>,
}

impl Plan {
    /// What the boundary cost cannot fall below, in metres: the sum over communities.
    pub fn least_boundary_cost_m(&self) -> f64 {
        self.communities.iter().map(|c| c.least_boundary_cost_m).sum()
    }

    /// Number of communities that have a grid.
    pub fn divided_communities(&self) -> usize {
        self.communities.iter().filter(|c| c.grids > 0).count()
    }

    /// Number of communities with grids for which no better division is possible.
    pub fn proved_communities(&self) -> usize {
        self.communities.iter().filter(|c| c.grids > 0 && c.proved).count()
    }

    /// A plan of given grids, without figures.
    pub(crate) fn bare(asked: Divide, grids: Vec<ServiceGrid>, grid_of_unit: Vec<u32>) -> Plan {
        Plan {
            asked,
            grids,
            grid_of_unit,
            grid_of_open_ground: Vec::new(),
            are_buildings: false,
            communities: Vec::new(),
            boundary_cost_m: 0.0,
            cut_edges: 0,
            border_m: 0.0,
            honeycomb_bound_m: 0.0,
            violations: Vec::new(),
            findings: Vec::new(),
        }
    }
}

/// A service grid (网格).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceGrid {
    /// The community's code and a 3-digit sequence; 15 digits in China.
    pub code: String,
    /// Its community: an index into `City::communities`.
    pub community: usize,
    /// Its units, ascending: indices into `City::units`.
    pub units: Vec<u32>,
    /// Number of cells of open ground (without a unit) in it.
    pub open_ground: usize,
    /// People in it.
    pub population: f64,
    /// Area in square metres.
    pub area_m2: f64,
    /// Length of its borders in metres.
    pub perimeter_m: f64,
    /// Share of its borders that runs along barriers; 0 where no barrier is known.
    pub barrier_share: f64,
    /// Population over the mean of its community's grids, less 1 (signed; 0 where the mean is 0).
    pub population_deviation: f64,
    /// Area over the mean of its community's grids, less 1 (signed).
    pub area_deviation: f64,
    /// Number of parts that do not touch each other; 1 for a contiguous grid.
    pub parts: usize,
    /// The name of the special-purpose grid (专属网格) that this is; `None` for a general one.
    pub special: Option<String>,
    /// What else was asked of it, each with its figure.
    pub figures: Vec<GridFigure>,
    /// Outline in degrees.
    pub shape: MultiPolygon<f64>,
    /// A point well inside, in degrees.
    pub centre: Point<f64>,
}

impl ServiceGrid {
    /// Polsby-Popper compactness 4πA/p²: 1 for a disc, towards 0 for a thread
    /// (Polsby & Popper 1991).
    pub fn polsby_popper(&self) -> f64 {
        4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
    }
}

/// The figure of a grid in something that was asked beside people and area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridFigure {
    /// What it is, as `grids.geojson` names it: `sum_elderly`, `households`, `diameter_m`.
    pub name: String,
    /// The figure.
    pub value: f64,
}

/// What a plan promises of every grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Promise {
    /// It is in one piece.
    Contiguity,
    /// It holds units of one lock at most.
    Lock,
    /// It holds no two units that are to be kept apart.
    Apart,
    /// It holds one seed at most; one where there are as many seeds as grids.
    Seed,
    /// Its population is within tolerance.
    Population,
    /// It has as many households as a grid may have.
    Households,
    /// It has as many units as a grid may have.
    Units,
    /// Its sum of a further amount is within tolerance.
    Weight,
    /// Its people are the community's mixture in a trait.
    Mix,
    /// Its area is within tolerance.
    Area,
    /// No two points of it are too far apart.
    Diameter,
}

/// A promise that a grid does not keep, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// Code of the grid.
    pub grid: String,
    /// Id of its community.
    pub community: String,
    /// Which promise.
    pub promise: Promise,
    /// The property of units that the promise is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The figure it has: people, square metres, locks or parts, or what was asked besides.
    pub value: f64,
    /// The figure that is the nearest it might have.
    pub limit: f64,
    /// Whether it is proved that no division could bring the grid of this unit within its limit,
    /// because a single unit or estate breaks it.
    pub unavoidable: bool,
    /// Why, in a sentence.
    pub reason: String,
}
