use geo::{MultiPolygon, Point};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::building_groups::BuildingGroupDivision;
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::{City, MemberHousehold};
use crate::plan::Plan;

/// In which building member households live.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Homes {
    /// The unit of every member household: the one it lies in (on a border, one of the grid with the
    /// lowest code), or where it lies in none but in a grid, the nearest of that grid.
    pub unit_of_member: Vec<Option<usize>>,
    /// The building group of every member household.
    pub group_of_member: Vec<Option<usize>>,
    /// Member households that lie in no grid.
    pub outside: Vec<usize>,
}

impl Homes {
    /// Finds the homes of all member households.
    pub fn of(
        city: &City,
        ground: &Ground,
        plan: &Plan,
        buildings: &BuildingGroupDivision,
    ) -> Homes {
        let mut homes = Homes::default();
        if city.members.is_empty() {
            return homes;
        }
        let mut cells = ground.cells();
        cells.truncate(city.units.len());
        let units = GridIndex::new(&cells);
        let shapes: Vec<MultiPolygon<f64>> = plan.grids.iter().map(|g| g.shape.clone()).collect();
        let codes: Vec<&str> = plan.grids.iter().map(|g| g.code.as_str()).collect();
        let grids = GridIndex::by_code(&shapes, &codes);
        let unit_of = |member: &MemberHousehold| {
            let point = member.position;
            // On a border: a unit of the grid that answers for the point.
            let own = grids.locate(point).and_then(|grid| {
                let own = |unit: usize| plan.grid_of_unit.get(unit) == Some(&(grid as u32));
                let open = || nearest_in(&plan.grids[grid].units, ground, point);
                units.locate_among(point, own).or_else(open)
            });
            own.or_else(|| units.locate(point))
        };
        let found: Vec<Option<usize>> =
            city.members.par_iter().with_min_len(1024).map(unit_of).collect();
        for (i, unit) in found.into_iter().enumerate() {
            let group = unit.map(|u| buildings.group_of_unit[u]).filter(|&g| g != u32::MAX);
            homes.unit_of_member.push(unit);
            homes.group_of_member.push(group.map(|g| g as usize));
            if group.is_none() {
                homes.outside.push(i);
            }
        }
        homes
    }
}

/// The unit of a grid nearest to a point, in the plane that touches the globe there.
fn nearest_in(units: &[u32], ground: &Ground, point: Point<f64>) -> Option<usize> {
    let shrink = point.y().to_radians().cos();
    let squared = |unit: u32| {
        let at = ground.unit_points[unit as usize];
        ((at.x() - point.x()) * shrink).powi(2) + (at.y() - point.y()).powi(2)
    };
    let nearest = units.iter().copied().min_by(|&a, &b| squared(a).total_cmp(&squared(b)));
    nearest.map(|unit| unit as usize)
}
