//! What must not be split: units of one estate (or one lock) that touch become one atom.

use std::collections::BTreeMap;

use crate::error::{Fault, Finding, InputError, Place, Result};
use crate::graph::Graph;
use crate::ground::Ground;
use crate::groups::Groups;
use crate::model::{City, Unit};

/// The atoms of one community.
#[derive(Debug, Default)]
pub(super) struct Atoms {
    /// The atom of every unit, parallel to the community's unit list.
    pub atom_of: Vec<u32>,
    /// People in every atom.
    pub population: Vec<f64>,
    /// Number of atoms that hold units; the others are open ground.
    pub inhabited: usize,
    /// Names of estates whose units do not all touch.
    scattered: Vec<String>,
}

impl Atoms {
    /// Joins units of one estate or lock along their shared borders. `units` are cells, ascending:
    /// units and, after them, open ground.
    ///
    /// # Errors
    /// Where units of one lock are not connected.
    pub fn of(city: &City, ground: &Ground, units: &[u32]) -> Result<Atoms> {
        let mut root = Groups::of(units.len());
        let mut atoms = Atoms::default();
        // A unit without ground stays with the cell it hangs on.
        for &(unit, host) in &ground.hosts {
            if let (Ok(unit), Ok(host)) = (units.binary_search(&unit), units.binary_search(&host)) {
                root.join(unit as u32, host as u32);
            }
        }
        for (name, members) in groups(city, units, |unit| unit.estate.as_deref()) {
            if join_touching(&mut root, ground, units, &members).is_some() {
                atoms.scattered.push(name.to_owned());
            }
        }
        let locks = groups(city, units, |unit| unit.lock.as_deref());
        for (name, members) in &locks {
            if let Some(apart) = join_touching(&mut root, ground, units, members) {
                let unit = |local: u32| units[local as usize] as usize;
                let (index, other) = (unit(apart), &city.units[unit(members[0])].id);
                let fault = Fault::ScatteredLock { lock: (*name).to_owned(), other: other.clone() };
                let place = Place::feature("units.geojson", index, Some(&city.units[index].id));
                return Err(InputError::new(place, fault).into());
            }
        }
        atoms.number(city, units, &mut root);
        Ok(atoms)
    }

    /// Numbers the atoms by their first unit.
    fn number(&mut self, city: &City, units: &[u32], root: &mut Groups) {
        // Units come before open ground, so the first atoms are the inhabited ones.
        let mut number = vec![u32::MAX; units.len()];
        for (local, &u) in units.iter().enumerate() {
            let r = root.find(local as u32) as usize;
            if number[r] == u32::MAX {
                number[r] = self.population.len() as u32;
                self.population.push(0.0);
            }
            self.atom_of.push(number[r]);
            if let Some(unit) = city.units.get(u as usize) {
                self.population[number[r] as usize] += unit.population;
                self.inhabited = self.population.len();
            }
        }
    }

    /// Number of atoms.
    pub fn len(&self) -> usize {
        self.population.len()
    }

    /// The graph of the atoms, from that of the units.
    pub fn contract(&self, graph: Graph) -> Graph {
        if self.len() == graph.len() { graph } else { graph.contract(&self.atom_of, self.len()) }
    }

    /// What the atoms have of something that units have.
    pub fn sums(&self, amounts: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.len()];
        for (&atom, amount) in self.atom_of.iter().zip(amounts) {
            sums[atom as usize] += amount;
        }
        sums
    }
}

/// Local numbers, ascending, of the units that a property groups by name.
fn groups<'a>(
    city: &'a City,
    units: &[u32],
    name: impl Fn(&'a Unit) -> Option<&'a str>,
) -> BTreeMap<&'a str, Vec<u32>> {
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (local, &u) in units.iter().enumerate() {
        if let Some(name) = city.units.get(u as usize).and_then(&name) {
            groups.entry(name).or_default().push(local as u32);
        }
    }
    groups
}

/// Joins members that share a border; a member that is not connected with the first, if any.
fn join_touching(
    root: &mut Groups,
    ground: &Ground,
    units: &[u32],
    members: &[u32],
) -> Option<u32> {
    for &m in members {
        for (neighbour, length_m) in ground.contiguity.neighbours(units[m as usize] as usize) {
            if length_m > 0.0
                && let Ok(local) = units.binary_search(&neighbour)
                && members.binary_search(&(local as u32)).is_ok()
            {
                root.join(m, local as u32);
            }
        }
    }
    let first = root.find(*members.first()?);
    members.iter().copied().find(|&m| root.find(m) != first)
}

/// The finding that tells of estates in parts.
pub(super) fn scattered_finding<'a>(atoms: impl Iterator<Item = &'a Atoms>) -> Option<Finding> {
    let names: Vec<&String> = atoms.flat_map(|a| &a.scattered).collect();
    (!names.is_empty()).then(|| Finding {
        kind: "scattered-estates".into(),
        message: "estates whose units do not all touch: each part that touches is kept whole"
            .into(),
        count: names.len(),
        examples: names.into_iter().take(5).cloned().collect(),
    })
}
