use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use geo::{MultiPolygon, Point};
use rayon::prelude::*;

use super::codes;
use super::doorways::{self, Doorway};
use crate::divide::{Divider, Effort, Tolerance};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::groups::Groups;
use crate::model::City;
use crate::plan::Plan;
use crate::zoning::numbering;

/// People of a household where a unit does not say how many households it has: the mean of the
/// Seventh National Population Census (2020).
const HOUSEHOLD: f64 = 2.62;
/// Households are counted in hundredths.
const COUNTED: f64 = 100.0;
/// How far a building group may lie from the mean of its grid before borders count.
const EVENNESS: f64 = 0.3;

/// Cuts grids into building groups (楼院) and these into doorways (单元、楼道).
///
/// A building group is a contiguous cluster of units inside one grid. A grid gets as many as bring
/// the mean nearest to the households wanted, at least one for each of its parts that do not touch;
/// they are cut evenly by households and along short borders by [`Divider`], and units of one
/// estate that touch stay together. A unit that has [`doorway`](Self::doorway) households or more
/// is cut into doorways of its own; the smaller ones are taken together, in the order of the
/// numbering, until they have so many.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildingGroups {
    /// Households of a building group, in the mean. Default 50.
    pub households: f64,
    /// Households of a doorway, in the mean. Default 15: a stairwell of six floors with two or
    /// three homes on each.
    pub doorway: f64,
    /// Seed of the cuts.
    pub seed: u64,
}

impl Default for BuildingGroups {
    fn default() -> Self {
        BuildingGroups { households: 50.0, doorway: 15.0, seed: 1 }
    }
}

/// A building group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildingGroup {
    /// The grid's code and its number there.
    pub code: String,
    /// Its grid: an index into `Plan::grids`.
    pub grid: usize,
    /// Its units, ascending: indices into `City::units`.
    pub units: Vec<u32>,
    /// Households in it.
    pub households: f64,
    /// People in it.
    pub population: f64,
    /// The estate that most of its households belong to, where more belong to it than to none.
    pub estate: Option<String>,
    /// Its doorways, in the order of their codes.
    pub doorways: Vec<Doorway>,
    /// Outline of its units, in degrees.
    pub shape: MultiPolygon<f64>,
    /// A point well inside, in degrees.
    pub centre: Point<f64>,
}

/// The building groups of a city.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildingGroupDivision {
    /// By grid, in the order of their codes.
    pub groups: Vec<BuildingGroup>,
    /// The building group of every unit: an index into `groups`; `u32::MAX` for a unit in no grid.
    pub group_of_unit: Vec<u32>,
    /// Households of every unit, counted or estimated.
    pub households_of_unit: Vec<f64>,
    /// Whether households had to be estimated from people somewhere.
    pub estimated: bool,
}

impl BuildingGroups {
    /// Cuts every grid; the same for any number of threads.
    ///
    /// # Errors
    /// Where a number of households is not above 0, or a unit cannot be projected.
    pub fn run(&self, city: &City, ground: &Ground, plan: &Plan) -> Result<BuildingGroupDivision> {
        for size in [self.households, self.doorway] {
            if !(size > 0.0 && size.is_finite()) {
                return Err(Error::request(
                    format!("groups of {size} households"),
                    "ask for at least one household",
                ));
            }
        }
        let estimated = city.units.iter().any(|u| u.households.is_none() && u.population > 0.0);
        let households: Vec<f64> =
            city.units.iter().map(|u| u.households.unwrap_or(u.population / HOUSEHOLD)).collect();
        let lonlat: Vec<[f64; 2]> = ground.unit_points.iter().map(|p| [p.x(), p.y()]).collect();
        let survey = Survey {
            city,
            ground,
            households: &households,
            places: ground.frame.project(&lonlat)?,
        };

        let cut: Vec<Vec<Vec<u32>>> = (0..plan.grids.len())
            .into_par_iter()
            .with_max_len(4)
            .map(|grid| self.cut(&survey, &plan.grids[grid].units, grid))
            .collect::<Result<_>>()?;
        let mut zone = vec![u32::MAX; ground.coverage.len()];
        let mut units_of = Vec::new();
        for (grid, parts) in cut.into_iter().enumerate() {
            for units in parts {
                for &unit in &units {
                    zone[unit as usize] = units_of.len() as u32;
                }
                units_of.push((grid, units));
            }
        }
        let zones = ground.dissolve(&zone, units_of.len());
        let most = units_of.iter().fold(vec![0usize; plan.grids.len()], |mut most, (grid, _)| {
            most[*grid] += 1;
            most
        });
        let digits = codes::digits(most.into_iter().max().unwrap_or(1), codes::PART);

        let mut answer = BuildingGroupDivision {
            groups: Vec::with_capacity(units_of.len()),
            group_of_unit: vec![u32::MAX; city.units.len()],
            households_of_unit: Vec::new(),
            estimated,
        };
        let centres: Vec<[f64; 2]> = zones.iter().map(|z| [z.centre.x(), z.centre.y()]).collect();
        let centres = ground.frame.project(&centres)?;
        let mut first = 0;
        while first < units_of.len() {
            let grid = units_of[first].0;
            let last = first + units_of[first..].partition_point(|(g, _)| *g == grid);
            let area: f64 = zones[first..last].iter().map(|z| z.area_m2).sum();
            let order = numbering::order(&centres[first..last], area / (last - first) as f64);
            for (i, place) in order.into_iter().enumerate() {
                let units = std::mem::take(&mut units_of[first + place].1);
                for &unit in &units {
                    answer.group_of_unit[unit as usize] = answer.groups.len() as u32;
                }
                let sum = |of: &dyn Fn(usize) -> f64| units.iter().map(|&u| of(u as usize)).sum();
                let code = codes::below(&plan.grids[grid].code, i + 1, digits);
                let zone = &zones[first + place];
                answer.groups.push(BuildingGroup {
                    grid,
                    households: sum(&|u| households[u]),
                    population: sum(&|u| city.units[u].population),
                    estate: survey.estate_of(&units),
                    doorways: doorways::cut(&survey, &units, self.doorway, zone.area_m2),
                    shape: zone.shape.clone(),
                    centre: zone.centre,
                    code,
                    units,
                });
            }
            first = last;
        }
        doorways::number(&mut answer.groups);
        answer.households_of_unit = households;
        Ok(answer)
    }

    /// The units of a grid in contiguous parts, even by households.
    fn cut(&self, survey: &Survey<'_>, units: &[u32], grid: usize) -> Result<Vec<Vec<u32>>> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let weights =
            units.iter().map(|&u| (survey.households[u as usize] * COUNTED).round() as i64);
        let graph = survey.ground.contiguity.graph(units, weights.collect(), 1)?;
        // What lies apart is joined by virtual edges, over which no building group reaches; units
        // without ground go where they can.
        let Survey { ground, .. } = survey;
        let has_ground =
            |unit: u32| ground.hosts.binary_search_by_key(&unit, |&(unit, _)| unit).is_err();
        let graph = graph.filter_edges(|a, b| {
            let (a, b) = (units[a].min(units[b]), units[a].max(units[b]));
            let is_virtual = ground.contiguity.virtual_edges().binary_search(&(a, b)).is_ok();
            !(is_virtual && has_ground(a) && has_ground(b))
        });
        let (atom_of, atoms) = survey.atoms(units);
        let graph = if atoms < units.len() { graph.contract(&atom_of, atoms) } else { graph };
        let (_, parts) = graph.components();
        let wanted = graph.total_weights()[0] as f64 / COUNTED / self.households;
        let k = nearest_number(wanted).clamp(1, atoms).max(parts);
        let divider = Divider {
            seed: self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(grid as u64),
            effort: Effort::Fast,
            ..Divider::new(vec![Tolerance::both(EVENNESS)])
        };
        let labels = divider.labels(&graph, k)?;
        let mut groups = vec![Vec::new(); k];
        for (&unit, &atom) in units.iter().zip(&atom_of) {
            groups[labels[atom as usize] as usize].push(unit);
        }
        Ok(groups)
    }
}

/// How many groups bring their mean nearest to what is asked, where `wanted` times as much is there;
/// of two as near, the fewer.
fn nearest_number(wanted: f64) -> usize {
    let fewer = wanted.floor().max(1.0);
    let away = |groups: f64| (wanted / groups - 1.0).abs();
    let nearest = if away(fewer + 1.0) < away(fewer) { fewer + 1.0 } else { fewer };
    nearest as usize
}

/// What is known of all units.
pub(super) struct Survey<'a> {
    pub city: &'a City,
    pub ground: &'a Ground,
    pub households: &'a [f64],
    /// Where units are, metres.
    pub places: Vec<[f64; 2]>,
}

impl Survey<'_> {
    /// Units of one estate that touch, and units without ground with their hosts, as one: the
    /// number of every unit's atom, and how many there are.
    fn atoms(&self, units: &[u32]) -> (Vec<u32>, usize) {
        let mut groups = Groups::of(units.len());
        let local = |unit: u32| units.binary_search(&unit).ok();
        for (i, &unit) in units.iter().enumerate() {
            let hosts = &self.ground.hosts;
            if let Ok(at) = hosts.binary_search_by_key(&unit, |&(unit, _)| unit)
                && let Some(host) = local(hosts[at].1)
            {
                groups.join(i as u32, host as u32);
            }
            let Some(estate) = &self.city.units[unit as usize].estate else { continue };
            for (other, border) in self.ground.contiguity.neighbours(unit as usize) {
                let same = |u: &crate::model::Unit| u.estate.as_ref() == Some(estate);
                if border > 0.0
                    && self.city.units.get(other as usize).is_some_and(same)
                    && let Some(other) = local(other)
                {
                    groups.join(i as u32, other as u32);
                }
            }
        }
        let mut number = vec![u32::MAX; units.len()];
        let mut count = 0;
        let atom_of = (0..units.len() as u32).map(|i| {
            let root = groups.find(i) as usize;
            if number[root] == u32::MAX {
                number[root] = count;
                count += 1;
            }
            number[root]
        });
        let atom_of = atom_of.collect();
        (atom_of, count as usize)
    }

    /// The estate that more of the units' households belong to than to any other, or to none.
    fn estate_of(&self, units: &[u32]) -> Option<String> {
        let mut by_estate: BTreeMap<Option<&str>, f64> = BTreeMap::new();
        for &unit in units {
            let estate = self.city.units[unit as usize].estate.as_deref();
            *by_estate.entry(estate).or_insert(0.0) += self.households[unit as usize];
        }
        let most = by_estate.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
        most.and_then(|(estate, _)| estate).map(str::to_owned)
    }
}

#[cfg(test)]
#[path = "building_groups_tests.rs"]
mod tests;
