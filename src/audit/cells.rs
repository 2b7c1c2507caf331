//! The ground of a plan, piece by piece, each with the grid that holds it.

use std::collections::HashMap;

use geo::{Geometry, MultiPolygon};

use super::drawn::DrawnPlan;
use super::residents::NONE;

/// A piece of ground.
pub(super) struct Cell {
    /// The unit whose ground it is, or [`NONE`] for open ground.
    pub(super) unit: u32,
    /// Its grid, or [`NONE`].
    pub(super) grid: u32,
    /// Its shape; empty for a unit without ground.
    pub(super) shape: MultiPolygon<f64>,
}

/// All ground, in the order of the plan: that of units first. Open ground has the grid it names.
pub(super) fn cells(drawn: &DrawnPlan, grid_of_unit: &[u32]) -> Vec<Cell> {
    if drawn.cells.is_empty() {
        let of_units = drawn.units.iter().zip(0u32..).zip(grid_of_unit);
        let cell = |((drawn, unit), &grid): ((&super::DrawnUnit, u32), &u32)| {
            let shape = match &drawn.shape {
                Geometry::Polygon(polygon) => MultiPolygon(vec![polygon.clone()]),
                Geometry::MultiPolygon(parts) => parts.clone(),
                _ => MultiPolygon(Vec::new()),
            };
            Cell { unit, grid, shape }
        };
        return of_units.map(cell).collect();
    }
    let unit_of: HashMap<&str, u32> =
        drawn.units.iter().zip(0..).map(|(unit, number)| (unit.id.as_str(), number)).collect();
    let codes = drawn.grids.iter().zip(0u32..);
    let grid_of: HashMap<&str, u32> =
        codes.filter_map(|(grid, number)| Some((grid.code.as_deref()?, number))).collect();
    let cell = |drawn: &super::DrawnCell| {
        let unit = drawn.unit.as_deref().and_then(|id| unit_of.get(id).copied());
        let named = || drawn.grid.as_deref().and_then(|code| grid_of.get(code).copied());
        let own = unit.and_then(|unit| grid_of_unit.get(unit as usize).copied());
        let grid = own.or_else(named).unwrap_or(NONE);
        Cell { unit: unit.unwrap_or(NONE), grid, shape: drawn.shape.clone() }
    };
    drawn.cells.iter().map(cell).collect()
}
