//! What stands in the way of a plan, told before one is made.

use serde::{Deserialize, Serialize};

use crate::error::{Result, counted};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridCount};
use crate::zoning::Foreseen;

/// Ids that an obstacle names.
const NAMED: usize = 5;

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
        let [units, estates, locks] = large(city, &foreseen);
        let small = small_communities(city, &foreseen);
        let obstacles = [units, estates, locks, small];
        Ok(Prospect {
            units: city.units.len(),
            population,
            area_m2: ground.area_m2.iter().sum(),
            communities: inhabited(city, ground),
            people_per_grid,
            obstacles: obstacles.into_iter().flatten().collect(),
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

/// Things with more people than a grid of their community may have.
#[derive(Default)]
struct Large {
    ids: Vec<String>,
    /// The most people of one.
    largest: f64,
    /// The least and the greatest of the limits that they pass.
    limits: Option<(f64, f64)>,
}

impl Large {
    fn add(&mut self, id: &str, people: f64, limit: f64) {
        self.ids.push(id.to_owned());
        self.largest = self.largest.max(people);
        let (low, high) = self.limits.unwrap_or((limit, limit));
        self.limits = Some((low.min(limit), high.max(limit)));
    }

    fn obstacle(self, names: [&str; 2], cure: &str) -> Option<Obstacle> {
        let (low, high) = self.limits?;
        let (low, high) = (format!("{low:.0}"), format!("{high:.0}"));
        let limit = if low == high { low } else { format!("{low} to {high}") };
        let what = format!("more people than a grid may have ({limit}), up to {:.0}", self.largest);
        obstacle(self.ids.into_iter(), names, &what, cure)
    }
}

/// Units, estates and groups of locked units that are larger than a grid of their community may be;
/// estates and groups where none of their units alone is.
fn large(city: &City, foreseen: &[Foreseen]) -> [Option<Obstacle>; 3] {
    let [mut units, mut estates, mut locks] = <[Large; 3]>::default();
    for community in foreseen {
        let passes = |people: f64| {
            let most = community.people.most?;
            (people > most + community.people.slack()).then_some(most)
        };
        for atom in &community.atoms {
            let members = || atom.iter().filter_map(|&unit| city.units.get(unit as usize));
            let mut alone = false;
            for unit in members() {
                if let Some(limit) = passes(unit.population) {
                    units.add(&unit.id, unit.population, limit);
                    alone = true;
                }
            }
            let people: f64 = members().map(|unit| unit.population).sum();
            if let (false, Some(limit)) = (alone, passes(people)) {
                let estate = members().find_map(|unit| unit.estate.as_ref());
                let lock = members().find_map(|unit| unit.lock.as_ref());
                match (estate, lock) {
                    (Some(estate), None) => estates.add(estate, people, limit),
                    (_, Some(lock)) => locks.add(lock, people, limit),
                    (None, None) => {}
                }
            }
        }
    }
    [
        units.obstacle(
            ["unit has", "units have"],
            "split them into smaller units, or ask for larger grids; their grids will be out of \
             tolerance",
        ),
        estates.obstacle(
            ["estate has", "estates have"],
            "give parts of them names of their own, or ask for larger grids; an estate that hangs \
             together is not split",
        ),
        locks.obstacle(
            ["lock holds", "locks hold"],
            "lock fewer units together, or ask for larger grids",
        ),
    ]
}

/// Communities with fewer people than any grid may have. Where grids are held against the mean of
/// their own community there is none.
fn small_communities(city: &City, foreseen: &[Foreseen]) -> Option<Obstacle> {
    let least =
        |of: &Foreseen| of.people.least.filter(|least| of.population < least - of.people.slack());
    let limit = foreseen.iter().find_map(least)?;
    let small = foreseen.iter().filter(|of| least(of).is_some());
    obstacle(
        small.filter_map(|of| Some(city.communities.get(of.community)?.id.clone())),
        ["community has", "communities have"],
        &format!("fewer people than a grid should have ({limit:.0})"),
        "ask for smaller grids, or join them to others; each gets one grid, as small as it is",
    )
}

fn obstacle(
    ids: impl Iterator<Item = String>,
    [one, many]: [&str; 2],
    what: &str,
    cure: &str,
) -> Option<Obstacle> {
    let mut examples: Vec<String> = ids.collect();
    let count = examples.len();
    examples.truncate(NAMED);
    (count > 0).then(|| Obstacle {
        problem: format!("{} {what}", counted(count, one, many)),
        cure: cure.to_owned(),
        examples,
    })
}
