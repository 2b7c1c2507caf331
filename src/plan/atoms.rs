//! What must not be split: units of one estate (or one lock) that touch become one atom.

use std::collections::BTreeMap;

use crate::error::{Finding, Result};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::model::City;

/// Population is counted in thousandths of a person where some unit has a fraction of one.
const PERSON: f64 = 1e3;
/// Areas are counted in square decimetres.
const SQUARE_METRE: f64 = 1e2;

/// The atoms of one community.
#[derive(Debug, Default)]
pub(super) struct Atoms {
    /// The atom of every unit, parallel to the community's unit list.
    pub atom_of: Vec<u32>,
    /// People in every atom.
    pub population: Vec<f64>,
    /// Names of keep-together groups whose units do not all touch.
    scattered: Vec<String>,
    /// Population and area of every unit as the solver counts them, a row a unit.
    weights: Vec<i64>,
}

impl Atoms {
    /// Joins units of one estate or lock along their shared borders.
    pub fn of(city: &City, ground: &Ground, units: &[u32]) -> Atoms {
        let groups = groups(city, units);
        let mut root: Vec<u32> = (0..units.len() as u32).collect();
        let mut atoms = Atoms::default();
        for ((_, name), members) in &groups {
            for &m in members {
                for (neighbour, _) in ground.contiguity.neighbours(units[m as usize] as usize) {
                    if let Ok(local) = units.binary_search(&neighbour)
                        && members.binary_search(&(local as u32)).is_ok()
                    {
                        join(&mut root, m, local as u32);
                    }
                }
            }
            let first = find(&mut root, members[0]);
            if members.iter().any(|&m| find(&mut root, m) != first) {
                atoms.scattered.push((*name).to_owned());
            }
        }
        let mut number = vec![u32::MAX; units.len()];
        for (local, &u) in units.iter().enumerate() {
            let r = find(&mut root, local as u32) as usize;
            if number[r] == u32::MAX {
                number[r] = atoms.population.len() as u32;
                atoms.population.push(0.0);
            }
            atoms.atom_of.push(number[r]);
            atoms.population[number[r] as usize] += city.units[u as usize].population;
        }
        let whole = units.iter().all(|&u| city.units[u as usize].population.fract() == 0.0);
        let person = if whole { 1.0 } else { PERSON };
        for &u in units {
            let people = city.units[u as usize].population * person;
            let area = ground.area_m2[u as usize] * SQUARE_METRE;
            atoms.weights.extend([people.round() as i64, area.round() as i64]);
        }
        atoms
    }

    /// Number of atoms.
    pub fn len(&self) -> usize {
        self.population.len()
    }

    /// The contiguity graph of the atoms, weighted by population and area, with border
    /// millimetres as costs.
    pub fn graph(&self, ground: &Ground, units: &[u32]) -> Result<Graph> {
        let graph = ground.contiguity.graph(units, self.weights.clone(), 2)?;
        Ok(if self.len() == units.len() {
            graph
        } else {
            graph.contract(&self.atom_of, self.len())
        })
    }
}

/// Local numbers, ascending, of the units of every estate and lock.
fn groups<'a>(city: &'a City, units: &[u32]) -> BTreeMap<(u8, &'a str), Vec<u32>> {
    let mut groups: BTreeMap<(u8, &str), Vec<u32>> = BTreeMap::new();
    for (local, &u) in units.iter().enumerate() {
        let unit = &city.units[u as usize];
        for (kind, name) in [(0, &unit.estate), (1, &unit.lock)] {
            if let Some(name) = name {
                groups.entry((kind, name)).or_default().push(local as u32);
            }
        }
    }
    groups
}

/// The finding that tells of estates in parts.
pub(super) fn scattered_finding(atoms: &[Atoms]) -> Option<Finding> {
    let names: Vec<&String> = atoms.iter().flat_map(|a| &a.scattered).collect();
    (!names.is_empty()).then(|| Finding {
        kind: "scattered-estates".into(),
        message: "estates whose units do not all touch: each part that touches is kept whole"
            .into(),
        count: names.len(),
        examples: names.into_iter().take(5).cloned().collect(),
    })
}

fn find(root: &mut [u32], mut v: u32) -> u32 {
    while root[v as usize] != v {
        root[v as usize] = root[root[v as usize] as usize];
        v = root[v as usize];
    }
    v
}

fn join(root: &mut [u32], a: u32, b: u32) {
    let (a, b) = (find(root, a), find(root, b));
    root[a.max(b) as usize] = a.min(b);
}
