//! The figures of grids in what was asked beside people and area.

use std::collections::BTreeMap;

use super::asks::Asks;
use super::draw::DividedCommunity;
use super::likeness::likeness;
use super::measures::Measure;
use crate::model::City;
use crate::plan::{Divide, GridFigure, Promise, ServiceGrid};

/// The figures of a grid of these cells, in a community of those.
///
/// - `households`, where they are limited;
/// - `sum_FIELD` of a further weight; what it deviates comes later, when all grids are known;
/// - `share_FIELD_CLASS` of a mixture: the share of the grid's people in the class (`q1` to `q4`
///   are a number's four classes, the lowest first);
/// - `alike_FIELD`: how alike the units are, 1 at most;
/// - `seeds`, where there are any.
pub(super) fn figures(
    asked: &Divide,
    asks: &Asks<'_>,
    city: &City,
    cells: &[u32],
    community: &[u32],
) -> Vec<GridFigure> {
    let mut figures = Vec::new();
    let units = &cells[..cells.partition_point(|&cell| (cell as usize) < city.units.len())];
    let mut tell = |name: String, value: f64| figures.push(GridFigure { name, value });
    let own = || units.iter().map(|&unit| unit as usize);
    if !asked.households_per_grid.is_open() {
        let households = own().map(|unit| city.units[unit].households.unwrap_or_default());
        tell("households".into(), households.sum());
    }
    for (weight, column) in asked.weights.iter().zip(&asks.weights) {
        tell(sum_name(&weight.field), own().map(|unit| column[unit]).sum());
    }
    for (mixture, classes) in asked.mixtures.iter().zip(&asks.mixtures) {
        let mut people: BTreeMap<u32, f64> =
            (0u32..).zip(&classes.names).map(|c| (c.0, 0.0)).collect();
        let mut all = 0.0;
        for unit in own() {
            all += city.units[unit].population;
            if let Some(people) = classes.of_unit[unit].and_then(|class| people.get_mut(&class)) {
                *people += city.units[unit].population;
            }
        }
        for (people, name) in people.into_values().zip(&classes.names) {
            let share = if all > 0.0 { people / all } else { 0.0 };
            tell(format!("share_{}_{name}", mixture.field), share);
        }
    }
    for (wish, scale) in asked.likenesses.iter().zip(&asks.likenesses) {
        if let Some(alike) = likeness(scale, city, units, community) {
            tell(format!("alike_{}", wish.field), alike);
        }
    }
    if !asks.seeds.is_empty() {
        let seeds: usize = cells.iter().filter_map(|cell| asks.seeds.get(cell)).map(Vec::len).sum();
        tell("seeds".into(), seeds as f64);
    }
    figures
}

/// The name of the largest distance between two points of a grid.
pub(super) const DIAMETER: &str = "diameter_m";

/// The name of the sum of a further weight.
pub(super) fn sum_name(field: &str) -> String {
    format!("sum_{field}")
}

/// Adds what the sums of further weights deviate from the mean of the general grids, as
/// `deviation_FIELD`: signed shares, 0 for special-purpose grids.
pub(super) fn deviations(
    asked: &Divide,
    community: &DividedCommunity,
    order: &[usize],
    grids: &mut [ServiceGrid],
) {
    for weight in &asked.weights {
        let of_weight = |m: &&Measure| m.field.as_ref() == Some(&weight.field);
        let weights = community.measures.iter().filter(|m| m.promise == Promise::Weight);
        let mean = weights
            .filter(of_weight)
            .map(|m| m.total() / community.grids as f64)
            .next()
            .unwrap_or(0.0);
        let sum = sum_name(&weight.field);
        for (grid, &zone) in grids.iter_mut().zip(order) {
            let own = grid.figures.iter().find(|f| f.name == sum).map_or(0.0, |f| f.value);
            let counts = zone < community.grids && mean > 0.0;
            let value = if counts { own / mean - 1.0 } else { 0.0 };
            grid.figures.push(GridFigure { name: format!("deviation_{}", weight.field), value });
        }
    }
}
