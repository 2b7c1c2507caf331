//! What every number of places comes to in every grid, looked into harder where a bound rests on it.

use std::ops::RangeInclusive;

use rayon::prelude::*;

use super::grid_households::{GridHouseholds, GridPeople};
use super::places::{Curve, Outcome, share_places};
use crate::error::Result;

/// How many times as hard a number of places is looked into, the first time and whenever the bound
/// over the city rests on it without a proof.
const PATIENCE: [usize; 3] = [1, 8, 64];

/// The central households of all grids, for every number of places that a grid may get.
pub(super) struct HouseholdChoices<'a> {
    people: &'a [GridPeople],
    links: usize,
    /// Of every grid the least number of places, and what comes of that and each larger one.
    least: Vec<usize>,
    choices: Vec<Vec<Choice>>,
}

struct Choice {
    households: GridHouseholds,
    /// Entries of [`PATIENCE`] that were spent on it.
    looked_into: usize,
}

impl Choice {
    fn is_open(&self) -> bool {
        !self.households.is_proved() && self.looked_into < PATIENCE.len()
    }

    /// Looks into it once more, harder; what was known before is kept where it is better.
    fn tighten(&mut self, people: &GridPeople, places: usize, links: usize) -> Result<()> {
        let again = people.choose(places, links, PATIENCE[self.looked_into])?;
        self.looked_into += 1;
        let known = &mut self.households;
        let bound_m = known.bound_m.max(again.bound_m);
        if again.cost_m < known.cost_m {
            *known = again;
        }
        known.bound_m = bound_m.min(known.cost_m);
        Ok(())
    }
}

impl<'a> HouseholdChoices<'a> {
    /// Chooses in every grid, for every number of places in its range.
    pub fn new(
        people: &'a [GridPeople],
        ranges: &[RangeInclusive<usize>],
        links: usize,
    ) -> Result<Self> {
        let of_grid = |(people, range): (&GridPeople, &RangeInclusive<usize>)| {
            let choice = |places| {
                let households = people.choose(places, links, PATIENCE[0])?;
                Ok(Choice { households, looked_into: 1 })
            };
            range.clone().map(choice).collect()
        };
        let choices = people.par_iter().zip(ranges).map(of_grid).collect::<Result<_>>()?;
        let least = ranges.iter().map(|range| *range.start()).collect();
        Ok(HouseholdChoices { people, links, least, choices })
    }

    /// The choice of every grid so that over all grids as few as possible are unlinked and the sum
    /// of distances is least, with `places` in all; and what no other choices can fall below,
    /// metres.
    ///
    /// A bound rests on the numbers of places that look best by their bounds. Those without a proof
    /// are looked into harder, until the bound rests on none of them or patience ends.
    pub fn share(mut self, places: usize) -> Result<(Vec<GridHouseholds>, f64)> {
        loop {
            let (shares, found) = share_places(&self.curves(|here| here.cost_m), places);
            let (rest, bound) = share_places(&self.curves(|here| here.bound_m), places);
            let is_proved = bound.cost_m >= found.cost_m * (1.0 - 1e-9);
            if is_proved || !self.tighten(&rest)? {
                let chosen = self.choices.into_iter().zip(shares.into_iter().zip(self.least));
                let chosen = chosen.map(|(mut choices, (share, least))| {
                    choices.swap_remove(share - least).households
                });
                return Ok((chosen.collect(), bound.cost_m));
            }
        }
    }

    fn curves(&self, figure: fn(&GridHouseholds) -> f64) -> Vec<Curve> {
        let outcome = |choice: &Choice| Outcome {
            unlinked: choice.households.central_of_member.iter().filter(|c| c.is_none()).count(),
            cost_m: figure(&choice.households),
        };
        let curve = |(&least, choices): (&usize, &Vec<Choice>)| Curve {
            least,
            outcomes: choices.iter().map(outcome).collect(),
        };
        self.least.iter().zip(&self.choices).map(curve).collect()
    }

    /// Looks harder into what is open among some numbers of places, one for each grid; whether any
    /// was.
    fn tighten(&mut self, places: &[usize]) -> Result<bool> {
        let links = self.links;
        let least = &self.least;
        let tightened = self.choices.par_iter_mut().zip(self.people).enumerate().map(
            |(grid, (choices, people))| {
                let Some(choice) = choices.get_mut(places[grid] - least[grid]) else {
                    return Ok(false);
                };
                let is_open = choice.is_open();
                if is_open {
                    choice.tighten(people, places[grid], links)?;
                }
                Ok(is_open)
            },
        );
        let tightened: Vec<bool> = tightened.collect::<Result<_>>()?;
        Ok(tightened.contains(&true))
    }
}

#[cfg(test)]
#[path = "household_choices_tests.rs"]
mod tests;
