use geo::MultiPolygon;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One grid of the register: the properties of its feature in `grids.geojson`, and its outline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridRecord {
    /// Code of the grid.
    pub grid: String,
    /// Id of the community.
    pub community: String,
    /// Name of the community.
    pub community_name: String,
    /// The subdistrict, where known.
    pub subdistrict: Option<String>,
    /// Whether it is a general or a special-purpose grid.
    #[serde(default)]
    pub kind: GridKind,
    /// The name of the special-purpose grid, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// People in it.
    pub population: f64,
    /// Area in square metres.
    pub area_m2: f64,
    /// Number of units.
    pub units: usize,
    /// Length of its borders, metres.
    pub perimeter_m: f64,
    /// Share of its borders along barriers, where barriers are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barrier_share: Option<f64>,
    /// Polsby-Popper compactness.
    pub polsby_popper: f64,
    /// Signed: population over the community's mean per grid, less 1.
    pub population_deviation: f64,
    /// Signed: area over the community's mean per grid, less 1.
    pub area_deviation: f64,
    /// Auxiliary officer of the community.
    pub officer: Option<String>,
    /// Central households in the grid.
    pub central_households: Vec<PersonPoint>,
    /// Member households in the grid that have a central household.
    pub linked_members: usize,
    /// Nearest station to the grid's centre, where the city has stations.
    pub station: Option<String>,
    /// What else was asked of it, by name: `sum_elderly`, `households`, `diameter_m`.
    #[serde(flatten)]
    pub figures: Map<String, Value>,
    /// Outline in degrees.
    #[serde(skip)]
    pub shape: Option<MultiPolygon<f64>>,
}

/// What kind of grid it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GridKind {
    /// A general grid (一般网格): drawn by dividing.
    #[default]
    General,
    /// A special-purpose grid (专属网格): given, such as a market or a campus.
    Special,
}

/// A household as outputs may name it: an id and a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonPoint {
    /// Its id.
    pub id: String,
    /// Longitude, degrees.
    pub lon: f64,
    /// Latitude, degrees.
    pub lat: f64,
}
