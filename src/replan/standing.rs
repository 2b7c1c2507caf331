//! Where the units of today's city stand in the present plan.

use geo::Point;

use super::CurrentPlan;
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::City;

/// No grid.
pub(super) const NONE: u32 = u32::MAX;

/// The present grid of every cell.
#[derive(Debug)]
pub(super) struct Standing {
    /// Units that the present plan has, and open ground on a present grid; `NONE` for new units.
    pub grid_of_cell: Vec<u32>,
    /// The grid on whose ground a new unit stands; `NONE` where there is none, and for the others.
    pub place_of_cell: Vec<u32>,
    /// The community of every unit today: an index into the city's.
    pub community_of_unit: Vec<u32>,
    /// Whether a unit has other people than when the plan was made.
    pub has_changed: Vec<bool>,
    /// Ids of units that are gone, ascending, with their grid and people.
    pub vanished: Vec<(String, u32, f64)>,
}

impl Standing {
    pub fn of(city: &City, ground: &Ground, current: &CurrentPlan) -> Standing {
        let cells = ground.coverage.len();
        let mut standing = Standing {
            grid_of_cell: vec![NONE; cells],
            place_of_cell: vec![NONE; cells],
            community_of_unit: ground.community_of_cell[..city.units.len()].to_vec(),
            has_changed: vec![false; city.units.len()],
            vanished: Vec::new(),
        };
        let mut seen = 0;
        for (u, unit) in city.units.iter().enumerate() {
            if let Some(known) = current.units.get(&unit.id) {
                standing.grid_of_cell[u] = known.grid;
                standing.has_changed[u] = known.population != unit.population;
                seen += 1;
            }
        }
        if seen < current.units.len() {
            standing.vanished = vanished(city, current);
        }
        let unknown: Vec<usize> =
            (0..cells).filter(|&cell| standing.grid_of_cell[cell] == NONE).collect();
        if !unknown.is_empty() {
            let shapes: Vec<_> = current.grids.iter().map(|grid| grid.shape.clone()).collect();
            let codes: Vec<&str> = current.grids.iter().map(|grid| grid.code.as_str()).collect();
            let points: Vec<Point<f64>> = unknown
                .iter()
                .map(|&cell| match ground.unit_points.get(cell) {
                    Some(&point) => point,
                    None => ground.coverage.interior_point(cell),
                })
                .collect();
            let found = GridIndex::by_code(&shapes, &codes).locate_all(&points);
            for (cell, grid) in unknown.into_iter().zip(found) {
                let of_cell = if cell < city.units.len() {
                    &mut standing.place_of_cell
                } else {
                    &mut standing.grid_of_cell
                };
                of_cell[cell] = grid.unwrap_or(NONE);
            }
        }
        standing
    }

    /// Which present grids are locked.
    ///
    /// # Errors
    /// Where a code is none of the plan's, or its grid lies in several communities now, or in none.
    pub fn locked(
        &self,
        codes: &[String],
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
    ) -> Result<Vec<bool>> {
        let mut locked = vec![false; current.grids.len()];
        for code in codes {
            let Some(grid) = current.grids.iter().position(|grid| &grid.code == code) else {
                return Err(Error::request(
                    format!("grid {code:?} cannot be locked: the present plan has no such grid"),
                    "name a code that stands in grids.geojson of the present plan",
                ));
            };
            let mut communities: Vec<u32> = (0..city.units.len())
                .filter(|&unit| self.grid_of_cell[unit] == grid as u32)
                .map(|unit| ground.community_of_cell[unit])
                .collect();
            communities.sort_unstable();
            communities.dedup();
            let (problem, cure) = match communities[..] {
                [_] => {
                    locked[grid] = true;
                    continue;
                }
                [] => ("all its units are gone".to_owned(), "do not lock it"),
                [first, second, ..] => {
                    let name = |c: u32| city.communities[c as usize].id.as_str();
                    let (first, second) = (name(first), name(second));
                    let problem = format!("it lies in communities {first:?} and {second:?} now");
                    (problem, "do not lock it, or draw the communities around it")
                }
            };
            return Err(Error::request(format!("grid {code:?} cannot be locked: {problem}"), cure));
        }
        Ok(locked)
    }
}

/// Units of the present plan that the city has no more, by id.
fn vanished(city: &City, current: &CurrentPlan) -> Vec<(String, u32, f64)> {
    let ids: std::collections::HashSet<&str> =
        city.units.iter().map(|unit| unit.id.as_str()).collect();
    let gone = current.units.iter().filter(|(id, _)| !ids.contains(id.as_str()));
    let mut gone: Vec<(String, u32, f64)> =
        gone.map(|(id, unit)| (id.clone(), unit.grid, unit.population)).collect();
    gone.sort_by(|a, b| a.0.cmp(&b.0));
    gone
}
