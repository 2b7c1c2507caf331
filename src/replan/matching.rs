//! Which grid of the new plan each present grid goes on as.

use std::collections::BTreeMap;

use super::CurrentPlan;
use super::standing::{NONE, Standing};
use crate::allocate::linear_assignment;
use crate::groups::Groups;
use crate::model::City;
use crate::plan::Plan;

/// People are compared in thousandths, and below that by number of units.
const PERSON: f64 = 1e3;
/// Units that weigh less than a thousandth of a person.
const UNITS: i64 = 1 << 16;

/// What a unit counts towards the grids that it is in, before and after.
pub(super) fn in_common(people: f64) -> i64 {
    (people * PERSON).round() as i64 * UNITS + 1
}

/// Both ways of a matching of present and new grids.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GoesOn {
    /// The new grid of every present one; `None` where it is given up.
    pub new_of_present: Vec<Option<u32>>,
    /// The present grid of every new one; `None` where it is new.
    pub present_of_new: Vec<Option<u32>>,
}

/// Matches grids so that as many people as possible keep theirs; among equals, as many units. Grids
/// without a unit in common are never matched.
pub(super) fn goes_on_as(
    city: &City,
    current: &CurrentPlan,
    standing: &Standing,
    plan: &Plan,
) -> GoesOn {
    let mut common: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for (u, unit) in city.units.iter().enumerate() {
        let (present, new) = (standing.grid_of_cell[u], plan.grid_of_unit[u]);
        if present != NONE {
            *common.entry((present, new)).or_insert(0) += in_common(unit.population);
        }
    }
    let common: Vec<(u32, u32, i64)> =
        common.into_iter().map(|((present, new), weight)| (present, new, weight)).collect();
    let mut matched = GoesOn {
        new_of_present: vec![None; current.grids.len()],
        present_of_new: vec![None; plan.grids.len()],
    };
    for (present, new) in heaviest(&common, current.grids.len(), plan.grids.len()) {
        matched.new_of_present[present as usize] = Some(new);
        matched.present_of_new[new as usize] = Some(present);
    }
    matched
}

/// A matching of greatest weight of a sparse table of `(row, column, weight)`.
///
/// A pair that weighs as much as the heaviest others of its row and its column together can be
/// taken at once: whatever these two would be matched to weighs no more. What is left falls into
/// parts, and each is solved exactly as an assignment.
pub(super) fn heaviest(pairs: &[(u32, u32, i64)], rows: usize, columns: usize) -> Vec<(u32, u32)> {
    let mut left = pairs.to_vec();
    let mut taken = Vec::new();
    loop {
        // The two heaviest of each row and column.
        let mut of_row = vec![[0i64; 2]; rows];
        let mut of_column = vec![[0i64; 2]; columns];
        let enter = |top: &mut [i64; 2], weight: i64| {
            if weight > top[0] {
                *top = [weight, top[0]];
            } else if weight > top[1] {
                top[1] = weight;
            }
        };
        for &(row, column, weight) in &left {
            enter(&mut of_row[row as usize], weight);
            enter(&mut of_column[column as usize], weight);
        }
        let other = |top: &[i64; 2], weight: i64| if weight == top[0] { top[1] } else { top[0] };
        let mut row_done = vec![false; rows];
        let mut column_done = vec![false; columns];
        for &(row, column, weight) in &left {
            let (r, c) = (row as usize, column as usize);
            let others = other(&of_row[r], weight) + other(&of_column[c], weight);
            if weight >= others && !row_done[r] && !column_done[c] {
                row_done[r] = true;
                column_done[c] = true;
                taken.push((row, column));
            }
        }
        let before = left.len();
        left.retain(|&(row, column, _)| !row_done[row as usize] && !column_done[column as usize]);
        if left.len() == before {
            break;
        }
    }
    taken.extend(assigned(&left, rows));
    taken.sort_unstable();
    taken
}

/// Solves what is left, part by part.
fn assigned(pairs: &[(u32, u32, i64)], rows: usize) -> Vec<(u32, u32)> {
    let columns = pairs.iter().map(|p| p.1 as usize + 1).max().unwrap_or(0);
    let mut groups = Groups::of(rows + columns);
    for &(row, column, _) in pairs {
        groups.join(row, rows as u32 + column);
    }
    let mut parts: BTreeMap<u32, Vec<(u32, u32, i64)>> = BTreeMap::new();
    for &pair in pairs {
        parts.entry(groups.find(pair.0)).or_default().push(pair);
    }
    let mut matched = Vec::new();
    for part in parts.into_values() {
        let sorted = |key: fn(&(u32, u32, i64)) -> u32| {
            let mut list: Vec<u32> = part.iter().map(key).collect();
            list.sort_unstable();
            list.dedup();
            list
        };
        let (own_rows, own_columns) = (sorted(|p| p.0), sorted(|p| p.1));
        // A pair of no weight stands for none.
        let mut costs = vec![0.0; own_rows.len() * own_columns.len()];
        for (row, column, weight) in part {
            if let (Ok(r), Ok(c)) =
                (own_rows.binary_search(&row), own_columns.binary_search(&column))
            {
                costs[r * own_columns.len() + c] = -(weight as f64);
            }
        }
        let Ok(answer) = linear_assignment(&costs, own_rows.len(), own_columns.len()) else {
            continue;
        };
        for (r, column) in answer.column_of_row.into_iter().enumerate() {
            if let Some(c) = column
                && costs[r * own_columns.len() + c] < 0.0
            {
                matched.push((own_rows[r], own_columns[c]));
            }
        }
    }
    matched
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
