//! The plan before a change, on today's ground and under today's people.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::pieces::Pieces;
use crate::model::City;
use crate::plan::Plan;
use crate::replan::{Change, Move};

/// What is drawn beside or under the new plan.
#[derive(Debug)]
pub(super) struct Before<'a> {
    pub change: &'a Change,
    /// The grids that units were in, by code.
    pub grids: Vec<GridBefore>,
    /// The grid of every unit: an index into `grids`; `None` for a new unit.
    of_unit: Vec<Option<usize>>,
    /// What goes on as each grid of today: an index into `grids`.
    of_grid: Vec<Option<usize>>,
    /// Units that both plans have and that move.
    pub moved: Vec<(u32, &'a Move)>,
}

/// A grid as it was.
#[derive(Debug)]
pub(super) struct GridBefore {
    pub code: String,
    /// Today's people of the units it had.
    pub population: f64,
    /// That over the mean of the grids of its community, less 1.
    pub deviation: f64,
}

impl<'a> Before<'a> {
    pub fn of(city: &City, plan: &Plan, change: &'a Change) -> Before<'a> {
        let unit: HashMap<&str, u32> =
            city.units.iter().zip(0..).map(|(unit, i)| (unit.id.as_str(), i)).collect();
        let before_name: HashMap<&str, &str> =
            change.renamed_grids.iter().map(|r| (r.to.as_str(), r.from.as_str())).collect();
        let mut from: HashMap<u32, &'a Move> = HashMap::new();
        for moved in &change.moves {
            if let (Some(&unit), Some(_)) = (unit.get(moved.unit.as_str()), &moved.to) {
                from.insert(unit, moved);
            }
        }
        let went_on = |grid: usize| -> Option<&str> {
            let code = plan.grids.get(grid)?.code.as_str();
            let is_new = change.new_grids.iter().any(|new| new == code);
            (!is_new).then(|| before_name.get(code).copied().unwrap_or(code))
        };
        let code_of = |u: usize| match from.get(&(u as u32)) {
            Some(moved) => moved.from.as_deref(),
            None => went_on(*plan.grid_of_unit.get(u)? as usize),
        };
        // Codes in order, so that the same plan gives the same bytes.
        let mut grids: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for ((u, unit), &grid) in city.units.iter().enumerate().zip(&plan.grid_of_unit) {
            if let (Some(code), Some(grid)) = (code_of(u), plan.grids.get(grid as usize)) {
                grids.entry(code).or_insert((0.0, grid.community)).0 += unit.population;
            }
        }
        // Special-purpose grids are given, and in no mean; they go on as such.
        let special = plan.grids.iter().enumerate().filter(|(_, grid)| grid.special.is_some());
        let special: HashSet<&str> = special.filter_map(|(grid, _)| went_on(grid)).collect();
        let mut sums: HashMap<usize, (f64, f64)> = HashMap::new();
        for (_, (people, community)) in grids.iter().filter(|(code, _)| !special.contains(*code)) {
            let sum = sums.entry(*community).or_default();
            *sum = (sum.0 + people, sum.1 + 1.0);
        }
        let number: HashMap<&str, usize> = grids.keys().copied().zip(0..).collect();
        let place = |code: Option<&str>| number.get(code?).copied();
        let mut moved: Vec<(u32, &Move)> =
            from.iter().filter(|(_, m)| m.from.is_some()).map(|(&unit, &m)| (unit, m)).collect();
        moved.sort_unstable_by_key(|(unit, _)| *unit);
        Before {
            change,
            of_unit: (0..city.units.len()).map(|u| place(code_of(u))).collect(),
            of_grid: (0..plan.grids.len()).map(|grid| place(went_on(grid))).collect(),
            grids: (grids.iter())
                .map(|(code, (population, community))| {
                    let (sum, count) = sums.get(community).copied().unwrap_or_default();
                    let is_even = sum <= 0.0 || special.contains(code);
                    let deviation = if is_even { 0.0 } else { population / (sum / count) - 1.0 };
                    GridBefore { code: (*code).to_owned(), population: *population, deviation }
                })
                .collect(),
            moved,
        }
    }

    /// The grid of every cell, -1 where there was none; open ground is taken to have been where it
    /// is.
    pub fn of_cells(&self, pieces: &Pieces) -> Vec<i64> {
        let cells = pieces.unit.iter().zip(&pieces.grid);
        cells
            .map(|(unit, grid)| {
                let before = match unit {
                    Some(unit) => self.of_unit.get(*unit as usize),
                    None => self.of_grid.get(*grid as usize),
                };
                before.copied().flatten().map_or(-1, |grid| grid as i64)
            })
            .collect()
    }
}
