use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::roles::Roles;
use crate::model::City;
use crate::organise::building_groups::BuildingGroupDivision;
use crate::organise::homes::Homes;
use crate::plan::Plan;

/// Square metres of a hectare.
const HECTARE: f64 = 10_000.0;

/// What is known of every grid that may make work, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    grids: usize,
    by_name: BTreeMap<String, Vec<f64>>,
}

impl Measures {
    /// What every plan tells: `population`, `households`, `units`, `members`, `area_hectares`.
    pub fn of(city: &City, plan: &Plan, buildings: &BuildingGroupDivision, homes: &Homes) -> Self {
        let grids = plan.grids.len();
        let mut measures = Measures { grids, by_name: BTreeMap::new() };
        let mut households = vec![0.0; grids];
        for group in &buildings.groups {
            households[group.grid] += group.households;
        }
        let mut members = vec![0.0; grids];
        for (member, group) in city.members.iter().zip(&homes.group_of_member) {
            if let Some(group) = group {
                members[buildings.groups[*group].grid] += f64::from(member.members);
            }
        }
        let of_grid = |figure: fn(&crate::plan::ServiceGrid) -> f64| -> Vec<f64> {
            plan.grids.iter().map(figure).collect()
        };
        measures.set("population", of_grid(|grid| grid.population));
        measures.set("units", of_grid(|grid| grid.units.len() as f64));
        measures.set("area_hectares", of_grid(|grid| grid.area_m2 / HECTARE));
        measures.set("households", households);
        measures.set("members", members);
        measures
    }

    /// Enters a measure, a number per grid; another of the same name is replaced. A list of another
    /// length is not entered.
    pub fn set(&mut self, name: &str, of_grid: Vec<f64>) {
        if of_grid.len() == self.grids {
            self.by_name.insert(name.to_owned(), of_grid);
        }
    }

    /// The weighted sum of measures, grid by grid; measures that are not known count 0.
    pub fn sum(&self, weights: &BTreeMap<String, f64>) -> Vec<f64> {
        let mut sum = vec![0.0; self.grids];
        for (name, weight) in weights {
            for (sum, value) in sum.iter_mut().zip(self.by_name.get(name).into_iter().flatten()) {
                *sum += weight * value;
            }
        }
        sum
    }

    /// Measures that roles name and nobody has told, each once.
    pub fn unknown<'a>(&self, roles: &'a Roles) -> Vec<&'a str> {
        let needs = roles.teams.iter().filter_map(|team| team.need.as_ref());
        let named = needs.chain([&roles.workload]).flatten().filter(|(_, weight)| **weight > 0.0);
        let mut unknown: Vec<&str> = named
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.by_name.contains_key(*name))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }
}
