//! What dividing a city will meet, without dividing it.

use super::asks::Asks;
use super::{Anew, Limits, Range, prepare};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Divide;

/// A community with general grids before it is divided.
#[derive(Debug)]
pub(crate) struct Foreseen {
    /// Its index in the city.
    pub community: usize,
    /// People in its general grids.
    pub population: f64,
    /// People that one of its general grids may have.
    pub people: Range,
    /// Units that are not parted: those that touch and are of one estate or lock; most stand alone.
    /// Units of special-purpose grids are in none.
    pub atoms: Vec<Vec<u32>>,
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
        let communities = prepared.iter().zip(counts).filter(|(_, grids)| *grids > 0);
        let foreseen = communities.map(|(part, grids)| {
            let mut atoms = vec![Vec::new(); part.atoms.inhabited];
            for (&cell, &atom) in part.cells.iter().zip(&part.atoms.atom_of) {
                if (cell as usize) < city.units.len() {
                    atoms[atom as usize].push(cell);
                }
            }
            let population = part.atoms.population.iter().sum();
            let people = Limits::of_people(self).range(population, grids);
            Foreseen { community: part.community, population, people, atoms }
        });
        Ok(foreseen.collect())
    }
}
