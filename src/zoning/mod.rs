//! Divides a city: shares the grids out to the communities, keeps estates and locks whole, has each
//! community's graph divided, numbers the grids and names what falls short.

mod atoms;
mod draw;
mod islands;
mod numbering;
mod violations;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::apportion::{apportion, round_by_divisor};
use crate::divide::{Divider, Tolerance};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridCount, Plan};

use atoms::{Atoms, scattered_finding};
use draw::{DividedCommunity, draw};

/// What violations in population, area and locks count against each other: locks come before all,
/// and where not all can be kept, people are to be even.
const PRIORITIES: [f64; 3] = [10.0, 1.0, 1_000.0];

impl Divide {
    /// Divides the city.
    ///
    /// # Errors
    /// Where the number of grids asked for cannot be had: fewer than communities, more than units.
    pub fn run(&self, city: &City, ground: &Ground) -> Result<Plan> {
        self.run_with(city, ground, &|_, _| {})
    }

    /// Divides the city and reports progress as cells done out of all; called from many threads.
    ///
    /// # Errors
    /// As [`Divide::run`].
    pub fn run_with(
        &self,
        city: &City,
        ground: &Ground,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Plan> {
        let mut units_of = vec![Vec::new(); city.communities.len()];
        for (cell, &c) in ground.community_of_cell.iter().enumerate() {
            // Open ground comes after the units, and makes no community of its own.
            let is_unit = cell < city.units.len();
            if is_unit || !units_of[c as usize].is_empty() {
                units_of[c as usize].push(cell as u32);
            }
        }
        let atoms: Vec<Result<Atoms>> =
            units_of.par_iter().map(|units| Atoms::of(city, ground, units)).collect();
        // The first community with an error speaks, whichever thread was faster.
        let atoms = atoms.into_iter().collect::<Result<Vec<_>>>()?;
        let counts = self.share_out(city, &atoms)?;
        let scattered = scattered_finding(&atoms);

        let done = AtomicUsize::new(0);
        let communities: Vec<DividedCommunity> = (units_of, atoms, counts)
            .into_par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(c, (units, atoms, k))| {
                let count = units.len();
                let divided = self.divide_community(ground, units, atoms, k, c);
                progress(done.fetch_add(count, Ordering::Relaxed) + count, ground.coverage.len());
                divided
            })
            .collect::<Result<_>>()?;
        let mut plan = draw(self, city, ground, &communities)?;
        plan.findings.extend(scattered);
        Ok(plan)
    }

    fn divide_community(
        &self,
        ground: &Ground,
        units: Vec<u32>,
        atoms: Atoms,
        k: usize,
        community: usize,
    ) -> Result<DividedCommunity> {
        if units.is_empty() {
            return Ok(DividedCommunity::default());
        }
        let graph = atoms.graph(ground, &units)?;
        let people = graph.total_weights()[0] as f64;
        let (least, _) = self.population_tolerance.range(people / k as f64);
        let graph = islands::keep_apart(graph, least.unwrap_or(0.0), k);
        let mut tolerances = vec![self.population_tolerance, self.area_tolerance];
        if atoms.locks > 0 {
            // As a weight of which a grid may hold one: so locks keep apart.
            tolerances.push(Tolerance::above(k as f64 / atoms.locks as f64 - 1.0));
        }
        let divider = Divider {
            tolerances,
            priorities: PRIORITIES.to_vec(),
            seed: self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(community as u64),
        };
        let division = divider.divide(&graph, k)?;
        Ok(DividedCommunity { units, atoms, grids: k, division: Some(division) })
    }

    /// The number of grids of every community.
    fn share_out(&self, city: &City, atoms: &[Atoms]) -> Result<Vec<usize>> {
        let population: Vec<f64> = atoms.iter().map(|a| a.population.iter().sum()).collect();
        let mut limits = Vec::with_capacity(atoms.len());
        for (community, part) in city.communities.iter().zip(atoms) {
            limits.push(match community.grids {
                Some(grids) if grids < part.locks.max(1) || grids > part.inhabited => {
                    return Err(Error::request(
                        format!(
                            "community {:?} is to have {grids} grids, but {} locks and {} units, \
                             estates or locked groups allow {} to {}",
                            community.id,
                            part.locks,
                            part.inhabited,
                            part.locks.max(1),
                            part.inhabited
                        ),
                        "correct \"grids\" in communities.geojson",
                    ));
                }
                Some(grids) => (grids, grids),
                None => (part.locks.max(1).min(part.inhabited), part.inhabited),
            });
        }
        match self.count {
            GridCount::Total(total) => apportion(&population, total, &limits).map_err(|_| {
                let least: usize = limits.iter().map(|l| l.0).sum();
                let most: usize = limits.iter().map(|l| l.1).sum();
                Error::request(
                    format!(
                        "{total} grids cannot be had: one for each community, lock and number set \
                         in communities.geojson makes at least {least}, units and estates make \
                         {most} at most"
                    ),
                    format!("ask for {least} to {most} grids"),
                )
            }),
            GridCount::PeoplePerGrid(people) if people > 0.0 && people.is_finite() => {
                Ok(population
                    .iter()
                    .zip(limits)
                    .map(|(&p, l)| round_by_divisor(p, people, l))
                    .collect())
            }
            GridCount::PeoplePerGrid(people) => Err(Error::request(
                format!("{people} people per grid is not a positive number"),
                "ask for at least one person per grid",
            )),
        }
    }
}

#[cfg(test)]
#[path = "zoning_tests.rs"]
mod tests;
