use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Plan;
use super::atoms::{Atoms, scattered_finding};
use super::draw::{DividedCommunity, draw};
use crate::apportion::{apportion, round_by_divisor};
use crate::divide::{Divider, Tolerance};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;

/// How many grids a city is to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GridCount {
    /// So many over the whole city, shared out to the communities by population with Webster's
    /// method of highest averages; at least one each, and met exactly.
    Total(usize),
    /// So many people per grid: each community gets its population over this, rounded half up
    /// (Webster's method with this divisor), at least one.
    PeoplePerGrid(f64),
}

/// Divides a city into service grids.
///
/// Communities are divided side by side; the answer is the same for any number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Divide {
    /// The number of grids.
    pub count: GridCount,
    /// Population of a grid around its community's mean. Default 0.05 on both sides.
    pub population_tolerance: Tolerance,
    /// Area of a grid around its community's mean. Default at most 1.0 above.
    pub area_tolerance: Tolerance,
    /// Seed of the search. Default 1.
    pub seed: u64,
}

impl Divide {
    fn new(count: GridCount) -> Self {
        Divide {
            count,
            population_tolerance: Tolerance::both(0.05),
            area_tolerance: Tolerance::above(1.0),
            seed: 1,
        }
    }

    /// Into this many grids over the whole city.
    pub fn into_grids(total: usize) -> Self {
        Divide::new(GridCount::Total(total))
    }

    /// Into grids of about this many people.
    pub fn into_grids_of(people: f64) -> Self {
        Divide::new(GridCount::PeoplePerGrid(people))
    }

    /// Sets how far a grid's population may lie from the mean, as a share, on both sides.
    pub fn population_tolerance(mut self, share: f64) -> Self {
        self.population_tolerance = Tolerance::both(share);
        self
    }

    /// Sets the largest area of a grid, as a multiple of the community's mean.
    pub fn area_at_most(mut self, times: f64) -> Self {
        self.area_tolerance = Tolerance::above(times - 1.0);
        self
    }

    /// Sets the seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Divides the city.
    ///
    /// # Errors
    /// Where the number of grids asked for cannot be had: fewer than communities, more than units.
    pub fn run(&self, city: &City, ground: &Ground) -> Result<Plan> {
        self.run_with(city, ground, &|_, _| {})
    }

    /// Divides the city and reports progress as units done out of all; called from many threads.
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
        for (u, &c) in ground.community_of_unit.iter().enumerate() {
            units_of[c as usize].push(u as u32);
        }
        let atoms: Vec<Atoms> =
            units_of.par_iter().map(|units| Atoms::of(city, ground, units)).collect();
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
                progress(done.fetch_add(count, Ordering::Relaxed) + count, city.units.len());
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
        let divider = Divider {
            tolerances: vec![self.population_tolerance, self.area_tolerance],
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
                Some(grids) if grids == 0 || grids > part.len() => {
                    return Err(Error::request(
                        format!(
                            "community {:?} is to have {grids} grids, but has {} units or estates",
                            community.id,
                            part.len()
                        ),
                        "correct \"grids\" in communities.geojson",
                    ));
                }
                Some(grids) => (grids, grids),
                None => (part.len().min(1), part.len()),
            });
        }
        match self.count {
            GridCount::Total(total) => apportion(&population, total, &limits).map_err(|_| {
                let least: usize = limits.iter().map(|l| l.0).sum();
                let most: usize = limits.iter().map(|l| l.1).sum();
                Error::request(
                    format!(
                        "{total} grids cannot be had: the communities need at least {least} \
                         (one each), and their units or estates make {most} at most"
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
