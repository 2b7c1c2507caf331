//! Special-purpose grids (专属网格): a market, a campus, a park that is one grid by itself. They are
//! taken out before the rest is divided.

use std::collections::{BTreeMap, VecDeque};

use super::across::within_estates;
use crate::error::{Finding, Result};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::model::City;

/// A special-purpose grid of one community.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Special {
    pub name: String,
    /// Its cells, ascending.
    pub cells: Vec<u32>,
}

/// The special-purpose grids of a community, by name, and the cells that are left; both ascending.
///
/// A unit without ground goes where its host goes. Where no unit is left, open ground goes to the
/// special-purpose grid that is reached first.
pub(super) fn take_out(city: &City, ground: &Ground, cells: Vec<u32>) -> (Vec<Special>, Vec<u32>) {
    if city.attributes.special.is_empty() {
        return (Vec::new(), cells);
    }
    let mut name_of: BTreeMap<u32, &str> = BTreeMap::new();
    for &cell in &cells {
        let host = ground.hosts.binary_search_by_key(&cell, |host| host.0);
        let host = host.map_or(cell, |i| ground.hosts[i].1);
        if let Some(name) = city.attributes.special(host as usize) {
            name_of.insert(cell, name);
        }
    }
    let is_unit = |cell: &u32| (*cell as usize) < city.units.len();
    if cells.iter().filter(|cell| is_unit(cell)).all(|cell| name_of.contains_key(cell)) {
        spread(ground, &cells, &mut name_of);
    }
    let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (&cell, &name) in &name_of {
        by_name.entry(name).or_default().push(cell);
    }
    let special = by_name.into_iter().map(|(name, cells)| Special { name: name.into(), cells });
    let left = cells.iter().copied().filter(|cell| !name_of.contains_key(cell)).collect();
    (special.collect(), left)
}

/// Gives the cells that are left to the grids, from their borders outwards.
fn spread(ground: &Ground, cells: &[u32], name_of: &mut BTreeMap<u32, &str>) {
    let mut queue: VecDeque<u32> = name_of.keys().copied().collect();
    let first = queue.front().and_then(|cell| name_of.get(cell)).copied();
    while let Some(cell) = queue.pop_front() {
        let Some(&name) = name_of.get(&cell) else { continue };
        for (next, _) in ground.contiguity.neighbours(cell as usize) {
            if cells.binary_search(&next).is_ok() && !name_of.contains_key(&next) {
                name_of.insert(next, name);
                queue.push_back(next);
            }
        }
    }
    if let Some(name) = first {
        for &cell in cells {
            name_of.entry(cell).or_insert(name);
        }
    }
}

/// Joins what taking out special-purpose grids has cut apart, by virtual edges of cost 0 between
/// the nearest cells.
pub(super) fn rejoin(graph: Graph, ground: &Ground, cells: &[u32]) -> Result<Graph> {
    let (part, count) = graph.components();
    if count < 2 {
        return Ok(graph);
    }
    let mut parts = vec![Vec::new(); count];
    for (&cell, &p) in cells.iter().zip(&part) {
        parts[p as usize].push(cell);
    }
    let local = |cell: u32| cells.binary_search(&cell).ok().map(|i| i as u32);
    let bridges = ground.bridges(&parts);
    graph.with_edges(bridges.iter().filter_map(|&(a, b)| Some((local(a)?, local(b)?, 0))))
}

/// The finding on special-purpose units that have no ground of their own, and so go with the
/// cell they hang on.
pub(super) fn groundless_finding(city: &City, ground: &Ground) -> Option<Finding> {
    let special = |unit: u32| city.attributes.special(unit as usize);
    let moved: Vec<u32> = ground
        .hosts
        .iter()
        .filter(|&&(unit, host)| special(unit).is_some() && special(unit) != special(host))
        .map(|host| host.0)
        .collect();
    Finding::counted(
        "special-without-ground",
        moved.len(),
        "units of a special-purpose grid have no ground of their own: they go with the unit whose \
         ground they lie on"
            .into(),
        moved.iter().take(5).map(|&unit| city.units[unit as usize].id.clone()).collect(),
    )
}

/// The finding on names of special-purpose grids that stand in several communities.
pub(super) fn namesakes_finding(city: &City, ground: &Ground) -> Option<Finding> {
    let mut communities: BTreeMap<&str, std::collections::BTreeSet<u32>> = BTreeMap::new();
    for unit in 0..city.units.len() {
        if let Some(name) = city.attributes.special(unit) {
            communities.entry(name).or_default().insert(ground.community_of_cell[unit]);
        }
    }
    let several: Vec<&str> =
        communities.into_iter().filter(|(_, own)| own.len() > 1).map(|(name, _)| name).collect();
    Finding::counted(
        "special-in-several-communities",
        several.len(),
        "names of special-purpose grids stand in several communities: each has a grid of its own by \
         that name, for no grid crosses a community"
            .into(),
        several.into_iter().take(5).map(str::to_owned).collect(),
    )
}

/// The finding on estates that hang together and of which special-purpose grids take a part.
pub(super) fn estates_finding(city: &City, ground: &Ground) -> Option<Finding> {
    if city.attributes.special.is_empty() {
        return None;
    }
    let community = |unit: usize| ground.community_of_cell[unit];
    let split: std::collections::BTreeSet<(u32, &str)> = within_estates(city, ground)
        .filter(|&(unit, other, _)| {
            community(unit) == community(other)
                && city.attributes.special(unit) != city.attributes.special(other)
        })
        .map(|(unit, _, name)| (community(unit), name))
        .collect();
    Finding::counted(
        "estates-split-by-special",
        split.len(),
        "estates hang together, but special-purpose grids take a part of them, as given: the rest \
         stays whole"
            .into(),
        split.into_iter().take(5).map(|(_, name)| name.to_owned()).collect(),
    )
}
