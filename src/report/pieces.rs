//! The ground piece by piece: what a map must know so that units can be found, and moved.

use geo::MultiPolygon;

use crate::ground::Ground;
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
            if let Some(cell) = of_unit.get_mut(unit as usize) {
                *cell = Some(host);
            }
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
}
