use geo::LineString;
use serde::{Deserialize, Serialize};

/// A path or street to walk on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Walk {
    /// Its line in degrees.
    pub line: LineString<f64>,
    /// Its level: lines of different levels (bridges, tunnels) cross without meeting, but for their
    /// ends.
    pub level: i32,
}
