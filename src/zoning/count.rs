//! How many grids every community gets.

use super::{Prepared, Way};
use crate::apportion::{apportion, round_by_divisor};
use crate::error::{Error, Finding, Result};
use crate::model::City;
use crate::plan::{Divide, GridCount, PeopleRange};

impl Divide {
    /// The number of general grids of every community, and what is to be noted of it.
    ///
    /// # Errors
    /// Where the number asked for cannot be had.
    pub(super) fn share_out(
        &self,
        way: &dyn Way,
        city: &City,
        prepared: &[Prepared],
    ) -> Result<(Vec<usize>, Option<Finding>)> {
        let population: Vec<f64> =
            prepared.iter().map(|part| part.atoms.population.iter().sum()).collect();
        let mut limits = Vec::with_capacity(prepared.len());
        for (community, part) in city.communities.iter().zip(prepared) {
            let (least, most) = (part.caps.least_grids, part.atoms.inhabited);
            limits.push(match community.grids {
                Some(grids) if grids < least || grids > most => {
                    return Err(Error::request(
                        format!(
                            "community {:?} is to have {grids} grids, but what must not share a \
                             grid (locks, seeds, units kept apart) and its {most} units, estates \
                             or locked groups allow {least} to {most}",
                            community.id,
                        ),
                        "correct \"grids\" in communities.geojson or evengrid.toml",
                    ));
                }
                Some(grids) => (grids, grids),
                None => (least.min(most), most),
            });
        }
        if let Some(counts) = way.counts(&population, &limits) {
            return Ok((counts?, None));
        }
        match self.count {
            GridCount::Total(total) => {
                let counts = apportion(&population, total, &limits).map_err(|_| {
                    let least: usize = limits.iter().map(|l| l.0).sum();
                    let most: usize = limits.iter().map(|l| l.1).sum();
                    Error::request(
                        format!(
                            "{total} grids cannot be had: one for each community, for each lock, \
                             seed or unit kept apart, and numbers set community by community make \
                             at least {least}, units and estates make {most} at most"
                        ),
                        format!("ask for {least} to {most} grids"),
                    )
                })?;
                Ok((counts, None))
            }
            GridCount::PeoplePerGrid(people) if people > 0.0 && people.is_finite() => {
                let round = |(&p, l)| round_by_divisor(p, people, l);
                Ok((population.iter().zip(limits).map(round).collect(), None))
            }
            GridCount::PeoplePerGrid(people) => Err(Error::request(
                format!("{people} people per grid is not a positive number"),
                "ask for at least one person per grid",
            )),
            GridCount::PeopleBetween(range) => {
                check(range)?;
                Ok(by_range(range, city, prepared, &limits))
            }
        }
    }
}

/// Refuses limits of people that make no sense.
fn check(range: PeopleRange) -> Result<()> {
    let PeopleRange { least, ideal, most } = range;
    if least > 0.0 && least <= ideal && ideal <= most && most.is_finite() {
        return Ok(());
    }
    Err(Error::request(
        format!("{range} people per grid"),
        "write three rising numbers of people, such as 800:1000:1300",
    ))
}

/// The number of grids of every community by least, ideal and most people: a grid for each unit or
/// estate that is larger than a grid may be, and for the others as many as suit them.
fn by_range(
    range: PeopleRange,
    city: &City,
    prepared: &[Prepared],
    limits: &[(usize, usize)],
) -> (Vec<usize>, Option<Finding>) {
    let mut out = Vec::new();
    let mut counts = Vec::with_capacity(prepared.len());
    for ((community, part), &(least, most)) in city.communities.iter().zip(prepared).zip(limits) {
        let giants = part.atoms.population.iter().filter(|&&people| people > range.most);
        let left: f64 = part.atoms.population.iter().filter(|&&people| people <= range.most).sum();
        let (wished, feasible) = match giants.count() {
            0 => range.grids_for(left),
            // Less than half a grid is better off beside a giant.
            count if left < range.least / 2.0 => (count, true),
            count => {
                let (others, feasible) = range.grids_for(left);
                (count + others, feasible)
            }
        };
        let count = wished.clamp(least, most);
        if most > 0 && (!feasible || count != wished) {
            out.push(community.id.clone());
        }
        counts.push(count);
    }
    let finding = Finding::counted(
        "people-per-grid-infeasible",
        out.len(),
        format!(
            "communities cannot be divided into grids of {range} people, because of their number \
             of people, or because a number of grids is set, or must be for what is to be kept \
             apart: they get the number that comes nearest, and violations name their grids"
        ),
        out.into_iter().take(5).collect(),
    );
    (counts, finding)
}
