//! What stands in the way of a plan, told before one is made.

use serde::{Deserialize, Serialize};

use crate::error::{Result, counted};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridCount};

mod beyond;
mod large;

/// Something in the data for which grids cannot be as they are asked to be, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// What it is, in a sentence with figures.
    pub problem: String,
    /// What the planner can change.
    pub cure: String,
    /// Ids of the first few units, estates or communities concerned.
    pub examples: Vec<String>,
}

/// What a city comes to, and what stands in the way of the grids that are asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prospect {
    /// Units.
    pub units: usize,
    /// People.
    pub population: f64,
    /// Square metres.
    pub area_m2: f64,
    /// Communities with units.
    pub communities: usize,
    /// People of a mean grid, as asked.
    pub people_per_grid: f64,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
}

/// Ids that an obstacle names.
const NAMED: usize = 5;

impl Obstacle {
    /// About so many things, of which there is one or there are many; none where there is none.
    fn about(
        ids: impl IntoIterator<Item = String>,
        [one, many]: [&str; 2],
        what: &str,
        cure: &str,
    ) -> Option<Obstacle> {
        let mut examples: Vec<String> = ids.into_iter().collect();
        let count = examples.len();
        examples.truncate(NAMED);
        (count > 0).then(|| Obstacle {
            problem: format!("{} {what}", counted(count, one, many)),
            cure: cure.to_owned(),
            examples,
        })
    }
}

impl Prospect {
    /// Looks at a surveyed city and at what is asked of its grids. Nothing is divided.
    ///
    /// # Errors
    /// Where [`Divide::run`] is refused what is asked, with the same error.
    pub fn of(city: &City, ground: &Ground, asked: &Divide) -> Result<Prospect> {
        let foreseen = asked.foresee(city, ground)?;
        let population: f64 = city.units.iter().map(|unit| unit.population).sum();
        let people_per_grid = match asked.count {
            GridCount::Total(grids) => population / grids.max(1) as f64,
            GridCount::PeoplePerGrid(people) => people,
            GridCount::PeopleBetween(range) => range.ideal,
        };
        let mut obstacles = large::obstacles(city, &foreseen);
        obstacles.extend(beyond::obstacles(city, &foreseen, asked));
        Ok(Prospect {
            units: city.units.len(),
            population,
            area_m2: ground.area_m2.iter().sum(),
            communities: inhabited(city, ground),
            people_per_grid,
            obstacles,
        })
    }
}

/// Number of communities that have a unit.
fn inhabited(city: &City, ground: &Ground) -> usize {
    let mut has_unit = vec![false; city.communities.len()];
    for &community in ground.community_of_cell.iter().take(city.units.len()) {
        if let Some(has) = has_unit.get_mut(community as usize) {
            *has = true;
        }
    }
    has_unit.into_iter().filter(|&has| has).count()
}
