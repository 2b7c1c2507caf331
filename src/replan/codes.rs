//! Codes over time: a grid that goes on keeps its code, a new one gets one that was never used.
//!
//! New grids of a community are numbered after the highest sequence number that its present grids
//! have, in the order of the numbering standard among themselves (rows from the north, in a row from
//! the west). So the code of a grid that is given up is not given to another. A grid that goes on
//! in another community gets a code of that one, since a code begins with its community's.

use std::collections::HashSet;

use super::CurrentPlan;
use super::matching::GoesOn;
use crate::model::City;
use crate::plan::Plan;

/// Digits of a sequence number, at least; as many as the present plan has.
const DIGITS: usize = 3;

/// Gives the plan's grids their codes and puts the grids of each community in the order of these.
pub(super) fn keep_codes(city: &City, current: &CurrentPlan, matched: &GoesOn, plan: &mut Plan) {
    let mut next = vec![1usize; city.communities.len()];
    let mut digits = DIGITS;
    let used: HashSet<&str> = current.grids.iter().map(|grid| grid.code.as_str()).collect();
    for (community, next) in city.communities.iter().zip(&mut next) {
        let sequence = |code: &str| code.strip_prefix(community.id.as_str())?.parse().ok();
        let own = current.grids.iter().filter(|grid| grid.community == community.id);
        let width = |code: &str| code.strip_prefix(community.id.as_str()).map_or(0, str::len);
        digits = own.clone().map(|grid| width(&grid.code)).fold(digits, usize::max);
        let highest: Option<usize> = own.filter_map(|grid| sequence(&grid.code)).max();
        *next = highest.unwrap_or(0) + 1;
    }
    let codes: Vec<String> = plan
        .grids
        .iter()
        .zip(&matched.present_of_new)
        .map(|(grid, present)| {
            let community = &city.communities[grid.community].id;
            let present = present.map(|present| &current.grids[present as usize]);
            if let Some(present) = present.filter(|present| &present.community == community) {
                return present.code.clone();
            }
            loop {
                let sequence = next[grid.community];
                next[grid.community] += 1;
                let code = format!("{community}{sequence:0digits$}");
                if !used.contains(code.as_str()) {
                    return code;
                }
            }
        })
        .collect();
    rename(codes, plan);
}

/// Renames grids and sorts them by community and code, with all that refers to them.
fn rename(codes: Vec<String>, plan: &mut Plan) {
    for violation in &mut plan.violations {
        if let Some(grid) = plan.grids.iter().position(|grid| grid.code == violation.grid) {
            violation.grid.clone_from(&codes[grid]);
        }
    }
    for (grid, code) in plan.grids.iter_mut().zip(codes) {
        grid.code = code;
    }
    let mut order: Vec<usize> = (0..plan.grids.len()).collect();
    let key = |&g: &usize| {
        let grid = &plan.grids[g];
        (grid.community, grid.code.len(), grid.code.clone())
    };
    order.sort_by_cached_key(key);
    let mut place = vec![0u32; order.len()];
    for (i, &grid) in order.iter().enumerate() {
        place[grid] = i as u32;
    }
    let grids = std::mem::take(&mut plan.grids);
    let mut sorted: Vec<_> = grids.into_iter().zip(&place).collect();
    sorted.sort_by_key(|(_, place)| **place);
    plan.grids = sorted.into_iter().map(|(grid, _)| grid).collect();
    for grid in plan.grid_of_unit.iter_mut().chain(&mut plan.grid_of_open_ground) {
        *grid = place.get(*grid as usize).copied().unwrap_or(*grid);
    }
    let index: std::collections::HashMap<&str, usize> =
        plan.grids.iter().enumerate().map(|(i, grid)| (grid.code.as_str(), i)).collect();
    plan.violations.sort_by_key(|v| (index.get(v.grid.as_str()).copied(), v.promise));
}
