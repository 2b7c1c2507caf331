//! The plan before a change as it was drawn: its grids under today's people, and the units that move.

use std::collections::HashMap;

use geo::{Geometry, MultiPolygon};

use crate::model::City;
use crate::replan::{Change, CurrentPlan, Move};

/// What is drawn beside or under the new plan.
#[derive(Debug)]
pub(super) struct Present<'a> {
    pub current: &'a CurrentPlan,
    /// Over today's mean of the grids that its community had, less 1.
    pub deviation: Vec<f64>,
    /// Units that both plans have and that move, with their shapes.
    pub moved: Vec<(&'a Move, MultiPolygon<f64>)>,
}

impl<'a> Present<'a> {
    pub fn of(city: &'a City, current: &'a CurrentPlan, change: &'a Change) -> Present<'a> {
        let mut population = vec![0.0; current.grids.len()];
        for unit in &city.units {
            let known = current.units.get(&unit.id);
            if let Some(sum) = known.and_then(|known| population.get_mut(known.grid as usize)) {
                *sum += unit.population;
            }
        }
        let mut sums: HashMap<&str, (f64, f64)> = HashMap::new();
        // Special-purpose grids are given, and in no mean.
        let general = |(grid, _): &(&crate::replan::CurrentGrid, &f64)| !grid.is_special;
        for (grid, people) in current.grids.iter().zip(&population).filter(general) {
            let sum = sums.entry(grid.community.as_str()).or_default();
            *sum = (sum.0 + people, sum.1 + 1.0);
        }
        let deviation = |(grid, &people): (&crate::replan::CurrentGrid, &f64)| {
            let (sum, count) = sums.get(grid.community.as_str()).copied().unwrap_or((0.0, 1.0));
            if sum > 0.0 && !grid.is_special { people / (sum / count) - 1.0 } else { 0.0 }
        };
        let deviation = current.grids.iter().zip(&population).map(deviation).collect();
        let unit: HashMap<&str, usize> =
            city.units.iter().enumerate().map(|(i, unit)| (unit.id.as_str(), i)).collect();
        let shape = |id: &str| match &city.units.get(*unit.get(id)?)?.shape {
            Geometry::Polygon(polygon) => Some(polygon.clone().into()),
            Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
            _ => Some(MultiPolygon(Vec::new())),
        };
        let moves = change.moves.iter().filter(|m| m.from.is_some() && m.to.is_some());
        let moved = moves.filter_map(|m| Some((m, shape(&m.unit)?))).collect();
        Present { current, deviation, moved }
    }
}
