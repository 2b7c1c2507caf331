use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

/// A community (社区): a legal boundary that no grid crosses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Community {
    /// Its code; 12 digits in China (6 division + 3 subdistrict + 3 community).
    pub id: String,
    /// Its name.
    pub name: String,
    /// The subdistrict (街道) it belongs to, where known.
    pub subdistrict: Option<String>,
    /// The number of grids it is to have, where the planner has set it.
    pub grids: Option<usize>,
    /// Its legal boundary in degrees; `None` where only its units are known.
    pub boundary: Option<MultiPolygon<f64>>,
}
