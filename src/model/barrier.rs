use geo::MultiLineString;
use serde::{Deserialize, Serialize};

/// A barrier (道路、河流、围墙): a line that a grid should follow rather than cross.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Barrier {
    /// Its id.
    pub id: String,
    /// Its class, such as `river`, `primary` or `residential`; empty where unknown.
    pub class: String,
    /// Whether no grid may reach across it.
    pub hard: bool,
    /// Whether it lies on the ground. Bridges, tunnels and other layers divide nothing.
    pub at_grade: bool,
    /// Its lines in degrees; an area (a river, a lake) is given by its rings.
    pub lines: MultiLineString<f64>,
}
