//! What must not share a grid, and does: one rule for grids, for what is never parted, and for grids
//! that stand already.

use std::collections::BTreeMap;

use super::asks::Asks;
use super::caps;
use crate::model::City;
use crate::plan::Promise;

/// What must not be in one grid, and is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Together {
    pub promise: Promise,
    /// How many share the grid, or 0 where one is missing.
    pub count: usize,
    /// Ids of units or seeds, or names of locks.
    pub of: Vec<String>,
    /// Why that must not be, in a clause.
    pub why: String,
    /// The cell of each: a unit of every lock, the units, the ground of every seed.
    pub cells: Vec<u32>,
}

/// What must not be together and is among these cells, ascending: locks, units to be kept apart,
/// seeds.
pub(super) fn together(city: &City, asks: &Asks<'_>, cells: &[u32]) -> Vec<Together> {
    let units = &cells[..cells.partition_point(|&cell| (cell as usize) < city.units.len())];
    let mut found = Vec::new();
    let mut tell = |promise, of: Vec<String>, cells: Vec<u32>, why: String| {
        if of.len() > 1 {
            found.push(Together { promise, count: of.len(), of, why, cells });
        }
    };
    let mut locks: BTreeMap<&str, u32> = BTreeMap::new();
    for &unit in units {
        if let Some(lock) = city.units[unit as usize].lock.as_deref() {
            locks.entry(lock).or_insert(unit);
        }
    }
    let (names, heads) = locks.into_iter().map(|(lock, unit)| (lock.to_owned(), unit)).unzip();
    tell(Promise::Lock, names, heads, "units of different locks do not share a grid".into());
    for (why, own) in caps::together(city, asks, units) {
        let ids = own.iter().map(|&unit| city.units[unit as usize].id.clone()).collect();
        tell(Promise::Apart, ids, own, why);
    }
    let seeds = cells.iter().filter_map(|&cell| Some((cell, asks.seeds.get(&cell)?)));
    let (names, grounds) =
        seeds.flat_map(|(cell, names)| names.iter().map(move |name| (name.clone(), cell))).unzip();
    tell(Promise::Seed, names, grounds, "a grid holds one seed".into());
    found
}
