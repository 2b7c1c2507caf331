//! What dividing a city will meet, without dividing it: what no division could keep, by the measures
//! and rules by which grids are judged.

use super::asks::Asks;
use super::clash::{Together, together};
use super::measures::Measure;
use super::{Anew, Prepared, Range, islands, prepare};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, Promise};

/// A community before it is divided.
#[derive(Debug)]
pub(crate) struct Foreseen {
    /// Its index in the city.
    pub community: usize,
    /// Number of its general grids.
    pub grids: usize,
    /// Units that are not parted: those that touch and are of one estate or lock; most stand alone.
    /// Units of special-purpose grids are in none.
    pub atoms: Vec<Vec<u32>>,
    /// What is added up over its general grids: people first, then area. Empty where it has none.
    pub sums: Vec<ForeseenSum>,
    /// Parts that do not touch, in which the ground of its general grids lies.
    pub parts: usize,
    /// What must not share a grid and will, since nothing parts it.
    pub clashes: Vec<Together>,
    /// A unit of everything that is never parted and is by itself farther across than a grid may be.
    pub wide: Vec<u32>,
    /// Names of its special-purpose grids whose units do not all touch.
    pub specials_in_parts: Vec<String>,
}

/// A sum over each general grid of a community.
#[derive(Debug)]
pub(crate) struct ForeseenSum {
    pub promise: Promise,
    /// What is counted, as a sentence names it.
    pub noun: String,
    /// The sum over the community.
    pub total: f64,
    /// What one grid may have.
    pub range: Range,
    /// What all that is not parted has, in the order of [`Foreseen::atoms`].
    pub atoms: Vec<f64>,
}

impl Divide {
    /// Looks at what is asked as [`Divide::run`] does before it divides.
    ///
    /// # Errors
    /// Those of [`Divide::run`].
    pub(crate) fn foresee(&self, city: &City, ground: &Ground) -> Result<Vec<Foreseen>> {
        let asks = Asks::of(self, city, ground)?;
        let prepared = prepare(city, ground, &asks)?;
        let (counts, _) = self.share_out(&Anew, city, &prepared)?;
        let parts = islands::parts(ground, prepared.iter().map(|part| part.cells.as_slice()));
        let communities = prepared.iter().zip(counts).zip(parts);
        let foreseen = communities.map(|((part, grids), parts)| {
            let atoms = atoms(part);
            Foreseen {
                community: part.community,
                grids,
                parts,
                sums: if grids > 0 {
                    sums(self, city, ground, &asks, part, grids)
                } else {
                    Vec::new()
                },
                clashes: clashes(city, &asks, part, &atoms),
                wide: wide(self, city, ground, part, &atoms),
                specials_in_parts: specials_in_parts(ground, part),
                atoms: inhabited(city, part, atoms),
            }
        });
        Ok(foreseen.collect())
    }
}

/// The cells of every atom.
fn atoms(part: &Prepared) -> Vec<Vec<u32>> {
    let mut atoms = vec![Vec::new(); part.atoms.len()];
    for (&cell, &atom) in part.cells.iter().zip(&part.atoms.atom_of) {
        atoms[atom as usize].push(cell);
    }
    atoms
}

/// The units of every atom that has any.
fn inhabited(city: &City, part: &Prepared, mut atoms: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    atoms.truncate(part.atoms.inhabited);
    for atom in &mut atoms {
        atom.retain(|&cell| (cell as usize) < city.units.len());
    }
    atoms
}

fn sums(
    asked: &Divide,
    city: &City,
    ground: &Ground,
    asks: &Asks<'_>,
    part: &Prepared,
    grids: usize,
) -> Vec<ForeseenSum> {
    let measures = Measure::all(asked, city, &ground.area_m2, asks, &part.cells);
    let sum = |measure: Measure| {
        let mut atoms = part.atoms.sums(&measure.amounts);
        atoms.truncate(part.atoms.inhabited);
        ForeseenSum {
            promise: measure.promise,
            total: measure.total(),
            range: measure.range(grids),
            noun: measure.noun,
            atoms,
        }
    };
    measures.into_iter().map(sum).collect()
}

/// What must not share a grid and is held together, or given to one special-purpose grid.
fn clashes(city: &City, asks: &Asks<'_>, part: &Prepared, atoms: &[Vec<u32>]) -> Vec<Together> {
    // A cell by itself can clash with nothing but its own seeds.
    let looked_at = |cells: &&[u32]| match cells {
        [cell] => asks.seeds.contains_key(cell),
        _ => true,
    };
    let given = part.specials.iter().map(|special| special.cells.as_slice());
    let held = atoms.iter().map(Vec::as_slice).chain(given).filter(looked_at);
    held.flat_map(|cells| together(city, asks, cells)).collect()
}

/// The first unit of all that reaches farther than a grid may.
fn wide(
    asked: &Divide,
    city: &City,
    ground: &Ground,
    part: &Prepared,
    atoms: &[Vec<u32>],
) -> Vec<u32> {
    let Some(most) = asked.shape.max_diameter_m else { return Vec::new() };
    let limit = Range { least: None, most: Some(most), mean: most };
    let given = part.specials.iter().map(|special| &special.cells);
    let too_wide = atoms
        .iter()
        .chain(given)
        .filter(|cells| limit.broken(ground.diameter_m(cells)).is_some())
        .filter_map(|cells| cells.first().copied());
    too_wide.filter(|&cell| (cell as usize) < city.units.len()).collect()
}

fn specials_in_parts(ground: &Ground, part: &Prepared) -> Vec<String> {
    if part.specials.is_empty() {
        return Vec::new();
    }
    let parts = islands::parts(ground, part.specials.iter().map(|s| s.cells.as_slice()));
    let specials = part.specials.iter().zip(parts).filter(|(_, parts)| *parts > 1);
    specials.map(|(special, _)| special.name.clone()).collect()
}
