//! Borders where units differ are cheap, so that the units of a grid come out alike.

use super::asks::{Asks, Scale};
use crate::graph::Graph;
use crate::model::City;
use crate::plan::Divide;

/// The graph of these cells with the cost of every edge lessened by how much its ends differ: each
/// trait multiplies it by 1 − weight · difference. No border gets free.
pub(super) fn cheapen(
    graph: Graph,
    asked: &Divide,
    asks: &Asks<'_>,
    city: &City,
    cells: &[u32],
) -> Graph {
    if asked.likenesses.is_empty() {
        return graph;
    }
    let units = city.units.len();
    graph.map_costs(|a, b, cost| {
        let (a, b) = (cells[a] as usize, cells[b] as usize);
        if cost == 0 || a >= units || b >= units {
            return cost;
        }
        ((cost as f64 * factor(asked, asks, a, b)).round() as i64).max(1)
    })
}

/// What a border between two units costs because they differ, of what it would else: each trait
/// multiplies it by 1 − weight · difference.
pub(super) fn factor(asked: &Divide, asks: &Asks<'_>, a: usize, b: usize) -> f64 {
    let factors = asked.likenesses.iter().zip(&asks.likenesses);
    factors.map(|(wish, scale)| 1.0 - wish.weight * scale.difference(a, b)).product()
}

/// How alike the units of a grid are: of categories, the share of people in the most common one;
/// of numbers, 1 less the variance over that of `all` (1 where all are the same). People count, or
/// units where there are none; `None` where no unit says anything.
pub(super) fn likeness(scale: &Scale, city: &City, units: &[u32], all: &[u32]) -> Option<f64> {
    match scale {
        Scale::Categories(of_unit) => {
            let mut people = std::collections::BTreeMap::new();
            let mut sum = 0.0;
            for (unit, weight) in weighed(city, units, |unit| of_unit[unit].is_some()) {
                *people.entry(of_unit[unit]).or_insert(0.0) += weight;
                sum += weight;
            }
            (sum > 0.0).then(|| people.into_values().fold(0.0, f64::max) / sum)
        }
        Scale::Numbers { value, .. } => {
            let variance = |units: &[u32]| {
                let said = || weighed(city, units, |unit| value[unit].is_some());
                let of = |unit: usize| value[unit].unwrap_or_default();
                let sum: f64 = said().map(|(_, weight)| weight).sum();
                let mean = said().map(|(unit, weight)| weight * of(unit)).sum::<f64>() / sum;
                let square = said().map(|(unit, weight)| weight * (of(unit) - mean).powi(2));
                (sum > 0.0).then(|| square.sum::<f64>() / sum)
            };
            let (own, whole) = (variance(units)?, variance(all)?);
            Some(if whole > 0.0 { 1.0 - own / whole } else { 1.0 })
        }
    }
}

/// Units that say something, with their people, or 1 each where nobody lives in them.
fn weighed<'a>(
    city: &'a City,
    units: &'a [u32],
    says: impl Fn(usize) -> bool + 'a,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    let units = units.iter().map(|&unit| unit as usize);
    let said = units.filter(move |&unit| unit < city.units.len() && says(unit));
    let said: Vec<usize> = said.collect();
    let empty = said.iter().all(|&unit| city.units[unit].population <= 0.0);
    said.into_iter().map(move |unit| (unit, if empty { 1.0 } else { city.units[unit].population }))
}
