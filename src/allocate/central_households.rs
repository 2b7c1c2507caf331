use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Chooses central households (党员中心户, the "1+10+N" model) in every grid.
#[derive(Debug, Clone, PartialEq)]
pub struct CentralHouseholds {
    /// Member households that one central household links at most. Default 10.
    pub links: usize,
    /// Central-household places over the whole city; `None`: as few as the links allow, at least
    /// one for every grid that has a candidate.
    pub places: Option<usize>,
}

impl Default for CentralHouseholds {
    fn default() -> Self {
        CentralHouseholds { links: 10, places: None }
    }
}

/// A chosen central household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CentralHousehold {
    /// Index into `City::candidates`.
    pub candidate: usize,
    /// Index into `Plan::grids`.
    pub grid: usize,
}

/// Central households and who is linked to them.
#[derive(Debug, Clone, Default)]
pub struct HouseholdAssignment {
    /// The central households, by grid.
    pub central: Vec<CentralHousehold>,
    /// The central household of every member household: an index into `central`.
    pub central_of_member: Vec<Option<u32>>,
    /// The central household of every unit: an index into `central`.
    pub central_of_unit: Vec<Option<u32>>,
    /// Sum of straight-line distances from member households to their central household, metres.
    pub total_distance_m: f64,
    /// The longest of them, metres.
    pub longest_m: f64,
    /// Grids where somebody is left over, and by how much.
    pub shortfalls: Vec<Shortfall>,
    /// Member households that lie in no grid.
    pub members_outside: Vec<u32>,
}

/// A grid that cannot house all its member households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// Index into `Plan::grids`.
    pub grid: usize,
    /// Candidates in the grid.
    pub candidates: usize,
    /// Central-household places given to the grid.
    pub places: usize,
    /// Member households left without one.
    pub unlinked: usize,
    /// What would cure it, in a sentence.
    pub cure: String,
}

impl CentralHouseholds {
    /// Assigns.
    pub fn assign(&self, city: &City, ground: &Ground, plan: &Plan) -> HouseholdAssignment {
        let _ = (city, ground, plan);
        unimplemented!()
    }
}
