use std::collections::BTreeMap;

use geo::{Geometry, MultiPolygon};
use serde::{Deserialize, Serialize};

use crate::locate::GridIndex;
use crate::model::{Attributes, Barrier, Community, Seed};
use crate::organise::PersonPoint;
use crate::plan::{Divide, Violation};

/// A plan as it stands in files, whoever drew it: grids and units with what they say of themselves,
/// right or wrong.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DrawnPlan {
    /// The grids.
    pub grids: Vec<DrawnGrid>,
    /// The units.
    pub units: Vec<DrawnUnit>,
    /// What further is known of the units, in their order.
    pub attributes: Attributes,
    /// Offices of which a grid holds one, where known.
    pub seeds: Vec<Seed>,
    /// The ground of units and open ground, where it is other ground than the units' own shapes;
    /// else empty.
    pub cells: Vec<DrawnCell>,
    /// The communities; where none are given, grids and units tell which there are.
    pub communities: Vec<Community>,
    /// Barriers, where known.
    pub barriers: Vec<Barrier>,
    /// Which member household is linked to which central household, where known.
    pub links: Vec<DrawnLink>,
    /// Grids that go on under another code, as the plan itself says: the code before, and the code
    /// now.
    pub renamed: Vec<(String, String)>,
    /// What the plan itself says that it falls short of.
    pub named: Vec<Violation>,
    /// Codes of grids of which the plan itself says that staff is wanting.
    pub named_short: Vec<String>,
    /// Grids with member households that have no central household, as the plan says: how many.
    pub unlinked: Vec<(String, usize)>,
    /// Member households that lie in no grid, as the plan says.
    pub members_outside: usize,
    /// What the plan records of itself, where it is one of ours: then nothing may be missing.
    #[serde(default)]
    pub recorded: Option<Recorded>,
}

/// What `plan.json` records of a plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recorded {
    /// Sums over the city, by name: `population`, `grids`.
    pub totals: BTreeMap<String, f64>,
    /// Sums over every community, by its id and their names.
    #[serde(default)]
    pub communities: BTreeMap<String, BTreeMap<String, f64>>,
    /// What was asked of the plan when it was made.
    pub asked: Divide,
}

/// A grid as it was drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnGrid {
    /// Its code, where it has one.
    pub code: Option<String>,
    /// Id of the community that it names.
    pub community: Option<String>,
    /// Whether it calls itself a special-purpose grid (专属网格): given, so that it counts in no mean
    /// and is held to no tolerance, if its units say so, too.
    pub special: bool,
    /// A kind that it names and that is none.
    #[serde(default)]
    pub unknown_kind: Option<String>,
    /// Its outline in degrees.
    pub shape: MultiPolygon<f64>,
    /// People it says it has.
    pub population: Option<f64>,
    /// Square metres it says it has.
    pub area_m2: Option<f64>,
    /// Units it says it has.
    pub units: Option<f64>,
    /// Further figures it records, by name: `perimeter_m`, `sum_elderly`.
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
    /// The officer it names.
    pub officer: Option<String>,
    /// The central households it names.
    pub central_households: Vec<PersonPoint>,
}

/// A unit as it was drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnUnit {
    /// Its id.
    pub id: String,
    /// People who live in it.
    pub population: f64,
    /// Households in it, where known.
    pub households: Option<f64>,
    /// Id of the community that it names.
    pub community: Option<String>,
    /// The estate (小区) that it names.
    pub estate: Option<String>,
    /// The lock that it names.
    pub lock: Option<String>,
    /// Code of the grid that it names.
    pub grid: Option<String>,
    /// Its shape in degrees: a polygon, polygons or a point.
    pub shape: Geometry<f64>,
}

/// A piece of ground: that of a unit, or open ground.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnCell {
    /// Id of the unit whose ground it is; `None` for open ground.
    pub unit: Option<String>,
    /// Code of the grid that it names.
    pub grid: Option<String>,
    /// Its shape in degrees; empty for a unit without ground.
    pub shape: MultiPolygon<f64>,
}

/// Who is linked to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnLink {
    /// Id of the member household.
    pub member: String,
    /// Id of the central household.
    pub central_household: String,
    /// Code of the grid.
    pub grid: String,
}

impl DrawnGrid {
    /// A grid of which nothing but its outline is known.
    pub fn of(shape: MultiPolygon<f64>) -> Self {
        DrawnGrid {
            code: None,
            community: None,
            special: false,
            unknown_kind: None,
            shape,
            population: None,
            area_m2: None,
            units: None,
            figures: BTreeMap::new(),
            officer: None,
            central_households: Vec::new(),
        }
    }
}

/// An index of grids, by which a point on a border is in the grid that `locate` answers.
pub(super) fn index(grids: &[DrawnGrid]) -> GridIndex {
    let shapes: Vec<MultiPolygon<f64>> = grids.iter().map(|grid| grid.shape.clone()).collect();
    let codes: Vec<&str> = grids.iter().map(|g| g.code.as_deref().unwrap_or_default()).collect();
    GridIndex::by_code(&shapes, &codes)
}

impl DrawnPlan {
    /// What a grid is called in messages: its code, or its number in the file.
    pub fn name(&self, grid: usize) -> String {
        match self.grids.get(grid).and_then(|g| g.code.clone()) {
            Some(code) => code,
            None => format!("feature {}", grid + 1),
        }
    }
}
