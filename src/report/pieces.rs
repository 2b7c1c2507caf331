//! The ground piece by piece: what a map must know so that units can be found, and moved.

use std::collections::HashMap;

use geo::{InteriorPoint, MultiPolygon};

use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::City;
use crate::plan::Plan;

/// The ground of a planned city, cell by cell, with who touches whom.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The cells in degrees; empty where there is no ground.
    pub shapes: Vec<MultiPolygon<f64>>,
    /// The unit of each, an index into `City::units`; `None` for open ground.
    pub unit: Vec<Option<u32>>,
    /// The grid of each, an index into `Plan::grids`; `u32::MAX` where there is none.
    pub grid: Vec<u32>,
    /// Square metres of each.
    pub area_m2: Vec<f64>,
    /// The cell of every unit, its own or, where it has no ground, the one it hangs on.
    pub of_unit: Vec<Option<u32>>,
    /// Pairs of neighbours: cells, the lower first, shared border in metres (0 where they are only
    /// taken to touch), and that times the factor of the barrier along it.
    pub touching: Vec<(u32, u32, f64, f64)>,
}

impl Pieces {
    /// The ground of a plan as it was surveyed for it.
    pub fn of(ground: &Ground, plan: &Plan) -> Pieces {
        let units = plan.grid_of_unit.len();
        let shapes = ground.cells();
        let grid = plan.grid_of_unit.iter().chain(&plan.grid_of_open_ground).copied().collect();
        let mut of_unit: Vec<Option<u32>> = (0..units as u32).map(Some).collect();
        for &(unit, host) in &ground.hosts {
            of_unit[unit as usize] = Some(host);
        }
        let unit = (0..shapes.len()).map(|cell| (cell < units).then_some(cell as u32)).collect();
        let area_m2 = ground.area_m2.clone();
        Pieces {
            shapes,
            unit,
            grid,
            area_m2,
            of_unit,
            touching: ground.contiguity.costs().collect(),
        }
    }

    /// The ground of a plan that was read back: `on_ground` has the cells for units, those of open
    /// ground (so many) last, and `ground` is its survey; `city` and `plan` have the units as they
    /// were drawn.
    pub fn read_back(
        (city, plan): (&City, &Plan),
        (on_ground, open): (&City, usize),
        ground: &Ground,
        grid: Vec<u32>,
    ) -> Pieces {
        let number: HashMap<&str, u32> =
            city.units.iter().zip(0..).map(|(unit, i)| (unit.id.as_str(), i)).collect();
        let owned = on_ground.units.len() - open;
        let unit: Vec<Option<u32>> = (on_ground.units.iter().enumerate())
            .map(|(cell, unit)| number.get(unit.id.as_str()).copied().filter(|_| cell < owned))
            .collect();
        let mut of_unit = vec![None; city.units.len()];
        for (cell, unit) in (0u32..).zip(&unit) {
            if let Some(unit) = unit {
                of_unit[*unit as usize] = Some(cell);
            }
        }
        let shapes = ground.cells();
        if of_unit.contains(&None) {
            // Where a building stands wholly under another, its people belong to that one's ground.
            let index = GridIndex::new(&shapes);
            for (u, place) in of_unit.iter_mut().enumerate().filter(|(_, place)| place.is_none()) {
                let own = plan.grid_of_unit[u];
                let under = city.units[u].shape.interior_point().and_then(|p| index.locate(p));
                let under = under.filter(|&cell| grid[cell] == own);
                let host = under.or_else(|| grid.iter().position(|&grid| grid == own));
                *place = host.map(|cell| cell as u32);
            }
        }
        let touching = ground.contiguity.costs().collect();
        Pieces { shapes, unit, grid, area_m2: ground.area_m2.clone(), of_unit, touching }
    }
}
