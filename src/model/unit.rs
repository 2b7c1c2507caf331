use geo::Geometry;
use serde::{Deserialize, Serialize};

/// A unit (单元): the smallest thing that is never split: a building, parcel or census block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id, unique in the city.
    pub id: String,
    /// People who live in it; not negative.
    pub population: f64,
    /// Households in it, where known.
    pub households: Option<f64>,
    /// The community it says it belongs to: an index into [`City::communities`](super::City).
    /// `None` where it is to be placed by its interior point.
    pub community: Option<usize>,
    /// The estate (小区) it belongs to: units of one estate in one community stay in one grid.
    pub estate: Option<String>,
    /// The grid it is locked to, by any name: units of a community with the same name share a grid,
    /// units with different names do not. Units of one lock must touch.
    pub lock: Option<String>,
    /// Its shape in degrees.
    pub shape: Geometry<f64>,
}
