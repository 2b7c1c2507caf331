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
        self.count.check()?;
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
            let counts = counts?;
            return match self.count {
                GridCount::PeopleBetween(range) => {
                    Ok(by_range(range, city, prepared, &limits, Some(&counts)))
                }
                _ => Ok((counts, None)),
            };
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
            GridCount::PeoplePerGrid(people) => {
                let round = |(&p, l)| round_by_divisor(p, people, l);
                Ok((population.iter().zip(limits).map(round).collect(), None))
            }
            GridCount::PeopleBetween(range) => Ok(by_range(range, city, prepared, &limits, None)),
        }
    }
}

/// The number of grids of every community by least, ideal and most people: a grid for each unit or
/// estate that is larger than a grid may be, and for the others as many as suit them. A present
/// number stands as long as it suits.
fn by_range(
    range: PeopleRange,
    city: &City,
    prepared: &[Prepared],
    limits: &[(usize, usize)],
    present: Option<&[usize]>,
) -> (Vec<usize>, Option<Finding>) {
    let mut out = Vec::new();
    let mut counts = Vec::with_capacity(prepared.len());
    for (c, (community, part)) in city.communities.iter().zip(prepared).enumerate() {
        let (least, most) = limits[c];
        let suits = Suits::of(range, &part.atoms.population);
        let present = present.map(|counts| counts[c]);
        let (count, feasible) = match present.filter(|&count| suits.allows(count)) {
            Some(count) => (count, true),
            None => {
                let (wished, feasible) = suits.wished();
                let count = wished.clamp(least, most);
                (count, feasible && count == wished)
            }
        };
        if most > 0 && !feasible {
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

/// Numbers of grids that suit a community's people.
struct Suits {
    range: PeopleRange,
    /// Units and estates larger than a grid may be.
    giants: usize,
    /// People of all others.
    left: f64,
}

impl Suits {
    fn of(range: PeopleRange, atoms: &[f64]) -> Suits {
        let giants = atoms.iter().filter(|&&people| people > range.most).count();
        let left = atoms.iter().filter(|&&people| people <= range.most).sum();
        Suits { range, giants, left }
    }

    /// The number that is best, and whether all grids but those of giants can be within.
    fn wished(&self) -> (usize, bool) {
        match self.giants {
            0 => self.range.grids_for(self.left),
            // Less than half a grid is better off beside a giant.
            giants if self.beside_giants() => (giants, true),
            giants => {
                let (others, feasible) = self.range.grids_for(self.left);
                (giants + others, feasible)
            }
        }
    }

    fn beside_giants(&self) -> bool {
        self.giants > 0 && self.left < self.range.least / 2.0
    }

    /// Whether so many grids can be within, but for those of giants.
    fn allows(&self, count: usize) -> bool {
        if self.beside_giants() {
            return count == self.giants;
        }
        let others = count.saturating_sub(self.giants) as f64;
        let slack = 1e-9 * self.left;
        self.left >= others * self.range.least - slack
            && self.left <= others * self.range.most + slack
    }
}
