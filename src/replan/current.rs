use std::collections::HashMap;

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::model::City;
use crate::plan::{CommunityFigures, Divide, Plan, Violation};

/// The plan that stands, as far as a new one near it has to know: read back from a plan folder
/// ([`io::read_current_plan`](crate::io::read_current_plan)) or taken from a plan in memory.
///
/// It may be of an earlier state of the city: units are told by their ids.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CurrentPlan {
    /// Its grids.
    pub grids: Vec<CurrentGrid>,
    /// Its units by id.
    pub units: HashMap<String, CurrentUnit>,
    /// What was asked of its grids, where known.
    pub asked: Option<Divide>,
    /// What it falls short of by its own record: that may go on, but become no worse.
    pub violations: Vec<Violation>,
    /// Its figures by community, where known.
    pub communities: Vec<CommunityFigures>,
}

/// A grid of the present plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CurrentGrid {
    /// Its code.
    pub code: String,
    /// Id of its community.
    pub community: String,
    /// Whether it is a special-purpose grid (专属网格): given, and in no mean.
    pub is_special: bool,
    /// Its people when the plan was made.
    pub population: f64,
    /// Its area in square metres.
    pub area_m2: f64,
    /// Its outline in degrees.
    pub shape: MultiPolygon<f64>,
}

/// A unit of the present plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurrentUnit {
    /// Its grid: an index into [`CurrentPlan::grids`].
    pub grid: u32,
    /// Its people when the plan was made.
    pub population: f64,
}

impl CurrentPlan {
    /// What stands by a plan of a city.
    pub fn of(city: &City, plan: &Plan) -> CurrentPlan {
        let grids = plan.grids.iter().map(|grid| CurrentGrid {
            code: grid.code.clone(),
            community: city.communities[grid.community].id.clone(),
            is_special: grid.special.is_some(),
            population: grid.population,
            area_m2: grid.area_m2,
            shape: grid.shape.clone(),
        });
        let units = city.units.iter().zip(&plan.grid_of_unit).map(|(unit, &grid)| {
            (unit.id.clone(), CurrentUnit { grid, population: unit.population })
        });
        CurrentPlan {
            grids: grids.collect(),
            units: units.collect(),
            asked: Some(plan.asked.clone()),
            violations: plan.violations.clone(),
            communities: plan.communities.clone(),
        }
    }
}
