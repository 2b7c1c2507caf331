//! What stands in the way of a plan, told before one is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::counted;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridCount};

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
    pub fn of(city: &City, ground: &Ground, asked: &Divide) -> Prospect {
        let population: f64 = city.units.iter().map(|unit| unit.population).sum();
        let mean = match asked.count {
            GridCount::Total(grids) => population / grids.max(1) as f64,
            GridCount::PeoplePerGrid(people) => people,
            GridCount::PeopleBetween(range) => range.ideal,
        };
        let (least, most) = match asked.count {
            GridCount::PeopleBetween(range) => (Some(range.least), Some(range.most)),
            _ => asked.population_tolerance.range(mean),
        };
        let mut people_of = vec![0.0; city.communities.len()];
        for (unit, community) in city.units.iter().zip(&ground.community_of_cell) {
            if let Some(people) = people_of.get_mut(*community as usize) {
                *people += unit.population;
            }
        }
        let communities = inhabited(city, ground);
        let mut obstacles = Vec::new();
        if let GridCount::Total(grids) = asked.count {
            obstacles.extend(number_of_grids(grids, communities, city.units.len()));
        }
        if let Some(most) = most {
            obstacles.extend(large_units(city, most));
            obstacles.extend(large_estates(city, &ground.community_of_cell, most));
        }
        if let Some(least) = least {
            obstacles.extend(small_communities(city, &people_of, least));
        }
        Prospect {
            units: city.units.len(),
            population,
            area_m2: ground.area_m2.iter().sum(),
            communities,
            people_per_grid: mean,
            obstacles,
        }
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

/// A number of grids that no plan can have, whatever else is asked.
fn number_of_grids(grids: usize, communities: usize, units: usize) -> Option<Obstacle> {
    (grids < communities || grids > units).then(|| Obstacle {
        problem: format!(
            "{grids} grids cannot be had: one for each community makes {communities} at least, one \
             for each unit {units} at most"
        ),
        cure: format!("ask for {communities} to {units} grids"),
        examples: Vec::new(),
    })
}

fn large_units(city: &City, most: f64) -> Option<Obstacle> {
    let large = city.units.iter().filter(|unit| unit.population > most);
    let largest = large.clone().map(|unit| unit.population).fold(0.0, f64::max);
    obstacle(
        large.map(|unit| unit.id.clone()),
        ["unit has", "units have"],
        &format!("more people than a grid may have ({most:.0}), up to {largest:.0}"),
        "split them into smaller units, or ask for larger grids; their grids will be out of tolerance",
    )
}

/// Estates are looked at where a unit alone is not too large already.
fn large_estates(city: &City, community_of: &[u32], most: f64) -> Option<Obstacle> {
    let mut people: BTreeMap<(u32, &str), (f64, f64)> = BTreeMap::new();
    for (unit, &community) in city.units.iter().zip(community_of) {
        let Some(estate) = &unit.estate else { continue };
        let (all, largest) = people.entry((community, estate)).or_default();
        *all += unit.population;
        *largest = largest.max(unit.population);
    }
    let large = people.iter().filter(|(_, (all, largest))| *all > most && *largest <= most);
    let largest = large.clone().map(|(_, (all, _))| *all).fold(0.0, f64::max);
    obstacle(
        large.map(|((_, estate), _)| (*estate).to_owned()),
        ["estate has", "estates have"],
        &format!("more people than a grid may have ({most:.0}), up to {largest:.0}"),
        "give parts of them names of their own, or ask for larger grids; an estate that hangs together \
         is not split",
    )
}

fn small_communities(city: &City, people_of: &[f64], least: f64) -> Option<Obstacle> {
    let small = city
        .communities
        .iter()
        .zip(people_of)
        .filter(|(_, people)| **people > 0.0 && **people < least);
    obstacle(
        small.map(|(community, _)| community.id.clone()),
        ["community has", "communities have"],
        &format!("fewer people than a grid should have ({least:.0})"),
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
