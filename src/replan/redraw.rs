//! Communities drawn anew from the same units, near those that stand.
//!
//! It is the same question as for grids, a level above: a city's subdistricts are divided into
//! communities near the present ones, so that few people get another community. Present grids are
//! not cut, since each is taken as one unit; so most grids go on as they are, some of them in
//! another community and under a code of that one.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use geo::MultiPolygon;

use super::standing::{NONE, Standing};
use super::vanished::check_ids;
use super::{CommunityChange, Counts, CurrentGrid, CurrentPlan, CurrentUnit, Replan};
use crate::divide::{Effort, Tolerance};
use crate::error::{Error, Finding, Result};
use crate::ground::Ground;
use crate::model::{Attributes, City, Community, Unit};
use crate::plan::{Divide, Plan, Promise};
use crate::watch::Watch;
use crate::zoning::grids_as_communities;

/// How to draw communities anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redraw {
    /// The number of communities over the city.
    pub total: usize,
    /// People of a community around the mean of its subdistrict. Default 0.1 on both sides.
    pub tolerance: Tolerance,
    /// Seed of the search. Default 1.
    pub seed: u64,
}

/// A city with its communities drawn anew.
#[derive(Debug, Serialize)]
pub struct Redrawn {
    /// The same units in the new communities. Each has its code (the one it had where it goes on,
    /// else the next of its subdistrict) and its ground as boundary.
    pub city: City,
    /// The same ground, in the new communities.
    #[serde(skip)]
    pub ground: Ground,
    /// What is different.
    pub change: CommunityChange,
    /// What was promised of the new communities and could not be kept.
    pub findings: Vec<Finding>,
}

impl Redraw {
    /// Into so many communities.
    pub fn into_communities(total: usize) -> Self {
        Redraw { total, tolerance: Tolerance::both(0.1), seed: 1 }
    }

    /// Draws the communities of a city anew, near those of the present plan.
    ///
    /// # Errors
    /// Where so many communities cannot be had, or the plan is one of other units.
    pub fn run(&self, city: &City, ground: &Ground, current: &CurrentPlan) -> Result<Redrawn> {
        self.run_watched(city, ground, current, Watch::default())
    }

    /// As [`Redraw::run`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Redraw::run`]; [`Error::Cancelled`] where it was stopped.
    pub fn run_watched(
        &self,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
        watch: Watch<'_>,
    ) -> Result<Redrawn> {
        check_ids(city, current)?;
        let fewest = above(city).1.len();
        if self.total < fewest.max(1) || self.total > current.grids.len() {
            return Err(Error::request(
                format!(
                    "{} communities cannot be drawn from {} grids",
                    self.total,
                    current.grids.len()
                ),
                format!(
                    "ask for {} (one for each subdistrict) to {}",
                    fewest.max(1),
                    current.grids.len()
                ),
            ));
        }
        let standing = Standing::of(city, ground, current);
        let (of_community, names) = above(city);
        let upper = upper_city(city, ground, current, &standing, &of_community, &names);
        let mut upper_ground = ground.clone();
        for community in &mut upper_ground.community_of_cell {
            *community = of_community.get(*community as usize).copied().unwrap_or(0) as u32;
        }
        let standing_communities = communities_as_grids(city, current, &of_community, &names);
        let divide = Divide {
            population_tolerance: self.tolerance,
            area_tolerance: Tolerance::OPEN,
            seed: self.seed,
            effort: Effort::default(),
            ..Divide::into_grids(self.total)
        };
        let replan = Replan { counts: Counts::Total(self.total), ..Replan::default() };
        let drawn = replan.run_watched(
            &divide,
            &upper,
            &upper_ground,
            &standing_communities,
            watch,
            &|_, _| {},
        )?;
        let mut findings = broken(&drawn.plan);
        findings.extend(cut_finding(&drawn.plan, &standing, current));
        let (city, ground) = lower(city, ground, &names, &drawn.plan);
        Ok(Redrawn { city, ground, change: CommunityChange::of(&drawn.change), findings })
    }
}

/// The findings on communities, the grids of `plan`, that are not even or not in one piece.
fn broken(plan: &Plan) -> Vec<Finding> {
    let told = |promise: Promise, kind: &str, message: &str| {
        let broken = plan.violations.iter().filter(|v| v.promise == promise);
        let codes: Vec<String> = broken.map(|v| v.grid.clone()).collect();
        Finding::counted(kind, codes.len(), message.into(), codes.into_iter().take(5).collect())
    };
    let uneven = "communities lie farther from their subdistrict's mean in people than was asked, as \
                  present grids are kept whole";
    let apart = "communities lie in parts that do not touch";
    let all = [
        told(Promise::Population, "communities-uneven", uneven),
        told(Promise::Contiguity, "communities-in-parts", apart),
    ];
    all.into_iter().flatten().collect()
}

/// The finding on present grids that lie in several communities, the grids of `plan`.
fn cut_finding(plan: &Plan, standing: &Standing, current: &CurrentPlan) -> Option<Finding> {
    let mut communities: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (&grid, &community) in standing.grid_of_cell.iter().zip(&plan.grid_of_unit) {
        communities.entry(grid).or_default().insert(community);
    }
    let cut = communities.into_iter().filter(|(_, own)| own.len() > 1);
    let codes = cut.filter_map(|(grid, _)| Some(current.grids.get(grid as usize)?.code.clone()));
    let codes: Vec<String> = codes.collect();
    Finding::counted(
        "grids-cut-by-communities",
        codes.len(),
        "present grids lie in parts, and these in several of the new communities".into(),
        codes.into_iter().take(5).collect(),
    )
}

/// What stands above communities: of every community which, and of every one its code and name. The
/// code is what the codes of its communities begin with, all but the three digits at their end.
fn above(city: &City) -> (Vec<usize>, Vec<(String, Option<String>)>) {
    let mut groups: BTreeMap<&Option<String>, Vec<usize>> = BTreeMap::new();
    for (c, community) in city.communities.iter().enumerate() {
        groups.entry(&community.subdistrict).or_default().push(c);
    }
    let mut of_community = vec![0; city.communities.len()];
    let mut names: Vec<(String, Option<String>)> = Vec::new();
    for (subdistrict, members) in groups {
        for &c in &members {
            of_community[c] = names.len();
        }
        let ids = members.iter().map(|&c| city.communities[c].id.as_str());
        let mut code = code_above(ids);
        if names.iter().any(|(taken, _)| *taken == code) {
            // Two subdistricts whose codes do not tell them apart: then their names do.
            code = format!("{code}{}-", subdistrict.as_deref().unwrap_or_default());
        }
        names.push((code, subdistrict.clone()));
    }
    (of_community, names)
}

/// What all ids begin with, the sequence number at the end of each left out.
fn code_above<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let stem = |id: &str| -> String {
        let digits = id.bytes().rev().take(SEQUENCE).take_while(u8::is_ascii_digit).count();
        id.get(..id.len() - digits).unwrap_or(id).to_owned()
    };
    let common = ids.map(stem).reduce(|a, b| {
        a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    common.unwrap_or_default()
}

/// Digits of a sequence number.
const SEQUENCE: usize = 3;

/// The city with subdistricts for communities, and in it present grids that are not cut.
fn upper_city(
    city: &City,
    ground: &Ground,
    current: &CurrentPlan,
    standing: &Standing,
    of_community: &[usize],
    names: &[(String, Option<String>)],
) -> City {
    let communities = names.iter().map(|(code, name)| Community {
        id: code.clone(),
        name: name.clone().unwrap_or_else(|| code.clone()),
        subdistrict: None,
        grids: None,
        boundary: None,
    });
    let unit = |(u, unit): (usize, &Unit)| {
        let grid = match standing.grid_of_cell[u] {
            NONE => standing.place_of_cell[u],
            grid => grid,
        };
        let grid = current.grids.get(grid as usize).map(|grid| grid.code.clone());
        let community = ground.community_of_cell[u] as usize;
        Unit {
            community: of_community.get(community).copied(),
            estate: grid.or_else(|| unit.estate.clone()),
            lock: None,
            ..unit.clone()
        }
    };
    City {
        communities: communities.collect(),
        units: city.units.iter().enumerate().map(unit).collect(),
        attributes: Attributes::default(),
        seeds: Vec::new(),
        community_offers: Vec::new(),
        name: city.name.clone(),
        ..City::default()
    }
}

/// The present communities as the grids of a plan of subdistricts.
fn communities_as_grids(
    city: &City,
    current: &CurrentPlan,
    of_community: &[usize],
    names: &[(String, Option<String>)],
) -> CurrentPlan {
    let above: BTreeMap<&str, usize> = city
        .communities
        .iter()
        .zip(of_community)
        .map(|(c, &above)| (c.id.as_str(), above))
        .collect();
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    let mut grids: Vec<CurrentGrid> = Vec::new();
    let community_of_grid: Vec<u32> = current
        .grids
        .iter()
        .map(|grid| {
            let at = *number.entry(&grid.community).or_insert_with(|| {
                let above = above.get(grid.community.as_str()).map(|&above| names[above].0.clone());
                grids.push(CurrentGrid {
                    code: grid.community.clone(),
                    community: above.unwrap_or_default(),
                    is_special: false,
                    population: 0.0,
                    area_m2: 0.0,
                    shape: MultiPolygon(Vec::new()),
                });
                grids.len() - 1
            });
            grids[at].population += grid.population;
            grids[at].area_m2 += grid.area_m2;
            grids[at].shape.0.extend(grid.shape.0.iter().cloned());
            at as u32
        })
        .collect();
    let units = current.units.iter().map(|(id, unit)| {
        let grid = community_of_grid[unit.grid as usize];
        (id.clone(), CurrentUnit { grid, ..*unit })
    });
    CurrentPlan { units: units.collect(), grids, ..CurrentPlan::default() }
}

/// The city and its ground with the grids of `plan` for communities.
fn lower(
    city: &City,
    ground: &Ground,
    names: &[(String, Option<String>)],
    plan: &Plan,
) -> (City, Ground) {
    let known: BTreeMap<&str, &Community> =
        city.communities.iter().map(|community| (community.id.as_str(), community)).collect();
    let communities = plan.grids.iter().map(|grid| Community {
        id: grid.code.clone(),
        name: known.get(grid.code.as_str()).map_or(&grid.code, |known| &known.name).clone(),
        subdistrict: names[grid.community].1.clone(),
        grids: None,
        boundary: Some(grid.shape.clone()),
    });
    let mut communities: Vec<Community> = communities.collect();
    let community_of_cell =
        grids_as_communities(plan, &mut communities, "open ground in no community");
    let units = city.units.iter().zip(&community_of_cell);
    let units = units
        .map(|(unit, &community)| Unit { community: Some(community as usize), ..unit.clone() })
        .collect();
    let city = City { communities, units, community_offers: Vec::new(), ..city.clone() };
    let mut ground = ground.clone();
    ground.community_of_cell = community_of_cell;
    (city, ground)
}

#[cfg(test)]
#[path = "redraw_tests.rs"]
mod tests;
