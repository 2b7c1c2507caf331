//! Cells and units as the map's script reads them: columns, so that the file stays small.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::exhibit::Exhibit;
use super::map_data::rounded;
use super::pieces::Pieces;
use super::topology::Topology;
use crate::plan::Plan;

/// Texts of units are left out of the map, the longest column first, where they come to more bytes
/// than this.
const MOST_TEXT: usize = 4_000_000;

/// Cells, column by column.
#[derive(Debug, Default, Serialize)]
pub(super) struct CellData {
    /// Polygons, of rings, of references to arcs.
    shape: Vec<Vec<Vec<Vec<i32>>>>,
    /// Index into `grids`; -1 where there is none.
    grid: Vec<i64>,
    /// Index into `units`; -1 for open ground.
    unit: Vec<i64>,
    area_m2: Vec<f64>,
    /// Pairs of cells that share a border and are no neighbours: hard barriers run there.
    parted: Vec<[u32; 2]>,
    /// Pairs of cells that share no border and are taken for neighbours.
    joined: Vec<[u32; 2]>,
    /// Pairs of cells with a barrier between them: what a metre of border costs there.
    factor: Vec<(u32, u32, f64)>,
}

/// Units, column by column. Columns that say nothing are empty.
#[derive(Debug, Default, Serialize)]
pub(super) struct UnitData<'a> {
    id: Vec<&'a str>,
    people: Vec<f64>,
    /// The cell of each; -1 where there is none.
    cell: Vec<i64>,
    estate: Vec<Option<&'a str>>,
    lock: Vec<Option<&'a str>>,
    households: Vec<Option<f64>>,
    /// Index into `building_groups`.
    group: Vec<Option<u32>>,
    labels: Vec<Label<'a>>,
    /// Names of the texts that are left out.
    labels_left_out: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Label<'a> {
    name: &'a str,
    texts: Vec<Option<&'a str>>,
}

impl CellData {
    /// The ground of units.
    pub fn of_units(pieces: &Pieces, topology: &Topology) -> Self {
        let number = |known: Option<u32>| known.map_or(-1, i64::from);
        let touching: HashSet<(u32, u32)> =
            pieces.touching.iter().filter(|t| t.2 > 0.0).map(|t| (t.0, t.1)).collect();
        let mut beside = BTreeMap::new();
        for side in &topology.sides {
            if let [Some(a), Some(b)] = *side
                && a != b
            {
                beside.insert([a.min(b), a.max(b)], ());
            }
        }
        let parted = beside.keys().filter(|[a, b]| !touching.contains(&(*a, *b)));
        let factor = pieces.touching.iter().filter(|t| t.2 > 0.0);
        let factor = factor.map(|&(a, b, length, cost)| (a, b, rounded(cost / length, 1e4)));
        CellData {
            shape: topology.areas.clone(),
            grid: pieces.grid.iter().map(|&g| number(Some(g).filter(|g| *g != u32::MAX))).collect(),
            unit: pieces.unit.iter().map(|&unit| number(unit)).collect(),
            area_m2: pieces.area_m2.iter().map(|&area| rounded(area, 1e1)).collect(),
            parted: parted.copied().collect(),
            joined: pieces.touching.iter().filter(|t| t.2 <= 0.0).map(|t| [t.0, t.1]).collect(),
            factor: factor.filter(|&(_, _, factor)| factor != 1.0).collect(),
        }
    }

    /// A cell for each grid.
    pub fn of_grids(plan: &Plan, topology: &Topology) -> Self {
        CellData {
            shape: topology.areas.clone(),
            grid: (0..plan.grids.len() as i64).collect(),
            unit: vec![-1; plan.grids.len()],
            area_m2: plan.grids.iter().map(|grid| rounded(grid.area_m2, 1e1)).collect(),
            ..CellData::default()
        }
    }
}

impl<'a> UnitData<'a> {
    /// The units of a city; `group_of` tells the building group of each by its id.
    pub fn of(exhibit: &'a Exhibit<'a>, pieces: &Pieces, group_of: &HashMap<&str, u32>) -> Self {
        let units = &exhibit.city.units;
        let mut labels: Vec<Label<'a>> = exhibit
            .labels
            .columns
            .iter()
            .map(|column| Label {
                name: &column.name,
                texts: column.texts.iter().map(Option::as_deref).collect(),
            })
            .collect();
        let length =
            |label: &Label<'_>| label.texts.iter().flatten().map(|text| text.len()).sum::<usize>();
        let mut labels_left_out = Vec::new();
        while labels.iter().map(length).sum::<usize>() > MOST_TEXT {
            let longest = labels.iter().enumerate().max_by_key(|(_, label)| length(label));
            let Some((longest, _)) = longest else { break };
            labels_left_out.push(labels.remove(longest).name);
        }
        UnitData {
            id: units.iter().map(|unit| unit.id.as_str()).collect(),
            people: units.iter().map(|unit| rounded(unit.population, 1e3)).collect(),
            cell: pieces.of_unit.iter().map(|cell| cell.map_or(-1, i64::from)).collect(),
            estate: column(units.iter().map(|unit| unit.estate.as_deref()).collect()),
            lock: column(units.iter().map(|unit| unit.lock.as_deref()).collect()),
            households: column(units.iter().map(|unit| unit.households).collect()),
            group: column(units.iter().map(|unit| group_of.get(&*unit.id).copied()).collect()),
            labels,
            labels_left_out,
        }
    }
}

/// A column, or nothing where it says nothing.
fn column<T>(values: Vec<Option<T>>) -> Vec<Option<T>> {
    if values.iter().all(Option::is_none) { Vec::new() } else { values }
}
