use geo::Point;
use serde::{Deserialize, Serialize};

/// A station or centre of the 15-minute service circle, or a site where one could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
    /// Kind as the data has it, such as `station` or `centre`.
    pub kind: Option<String>,
    /// People it can serve, where limited.
    pub capacity: Option<f64>,
    /// Whether it stands already.
    pub status: StationStatus,
}

/// A seed point (网格驻点): an office that has a grid without another in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seed {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
}

/// Whether a station stands already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StationStatus {
    /// A site where one could be.
    #[default]
    Candidate,
    /// It is there.
    Existing,
    /// None can be there.
    Closed,
}

/// Who speaks for an estate (小区) and who keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstateBodies {
    /// The estate, as units name it.
    pub estate: String,
    /// Where its office is, in degrees.
    pub position: Point<f64>,
    /// Its owners' committee (业主委员会), where there is one.
    pub owners_committee: Option<String>,
    /// Its property company (物业服务企业), where there is one.
    pub property_company: Option<String>,
}

/// What a community needs and offers (需求、资源、项目), by category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Offers {
    /// What it needs.
    pub needs: Vec<String>,
    /// What it can give.
    pub resources: Vec<String>,
    /// Its projects.
    pub projects: Vec<String>,
    /// Skills and languages that whoever serves there as an officer must have.
    pub requires: Vec<String>,
}

/// A partner organisation with its three lists (三张清单).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Partner {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
    /// What it needs, by category.
    pub needs: Vec<String>,
    /// What it can give, by category.
    pub resources: Vec<String>,
    /// The projects it takes part in.
    pub projects: Vec<String>,
}
