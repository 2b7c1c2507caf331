//! What is larger than a grid may be by itself, and communities that are smaller than one.

use super::Obstacle;
use crate::model::City;
use crate::plan::Promise;
use crate::zoning::{Foreseen, Range};

/// Units, estates, locks and communities of the wrong size.
pub(super) fn obstacles(city: &City, foreseen: &[Foreseen]) -> Vec<Obstacle> {
    let [units, estates, locks] = large(city, foreseen);
    let people = [units, estates, locks, small_communities(city, foreseen)];
    people.into_iter().flatten().chain(further(city, foreseen)).collect()
}

/// The most that one grid may have, where this is more.
fn passed(range: &Range, amount: f64) -> Option<f64> {
    range.most.filter(|most| amount > most + range.slack())
}

/// Things with more of something than a grid of their community may have.
#[derive(Default)]
struct Large {
    ids: Vec<String>,
    /// The most that one has.
    largest: f64,
    /// The least and the greatest of the limits that they pass.
    limits: Option<(f64, f64)>,
}

impl Large {
    fn add(&mut self, id: &str, people: f64, limit: f64) {
        self.ids.push(id.to_owned());
        self.largest = self.largest.max(people);
        let (low, high) = self.limits.unwrap_or((limit, limit));
        self.limits = Some((low.min(limit), high.max(limit)));
    }

    fn obstacle(self, names: [&str; 2], noun: &str, cure: &str) -> Option<Obstacle> {
        let (low, high) = self.limits?;
        let (low, high) = (format!("{low:.0}"), format!("{high:.0}"));
        let limit = if low == high { low } else { format!("{low} to {high}") };
        let what = format!("more {noun} than a grid may have ({limit}), up to {:.0}", self.largest);
        Obstacle::about(self.ids, names, &what, cure)
    }
}

/// Units, estates and groups of locked units that are larger than a grid of their community may be;
/// estates and groups where none of their units alone is.
fn large(city: &City, foreseen: &[Foreseen]) -> [Option<Obstacle>; 3] {
    let [mut units, mut estates, mut locks] = <[Large; 3]>::default();
    for community in foreseen {
        let passes = |amount: f64| passed(&community.sums.first()?.range, amount);
        for atom in &community.atoms {
            let members = || atom.iter().filter_map(|&unit| city.units.get(unit as usize));
            let mut alone = false;
            for unit in members() {
                if let Some(limit) = passes(unit.population) {
                    units.add(&unit.id, unit.population, limit);
                    alone = true;
                }
            }
            let people: f64 = members().map(|unit| unit.population).sum();
            if let (false, Some(limit)) = (alone, passes(people)) {
                let estate = members().find_map(|unit| unit.estate.as_ref());
                let lock = members().find_map(|unit| unit.lock.as_ref());
                match (estate, lock) {
                    (Some(estate), None) => estates.add(estate, people, limit),
                    (_, Some(lock)) => locks.add(lock, people, limit),
                    (None, None) => {}
                }
            }
        }
    }
    [
        units.obstacle(
            ["unit has", "units have"],
            "people",
            "split them into smaller units, or ask for larger grids; their grids will be out of \
             tolerance",
        ),
        estates.obstacle(
            ["estate has", "estates have"],
            "people",
            "give parts of them names of their own, or ask for larger grids; an estate that hangs \
             together is not split",
        ),
        locks.obstacle(
            ["lock holds", "locks hold"],
            "people",
            "lock fewer units together, or ask for larger grids",
        ),
    ]
}

/// Communities with fewer people than any grid may have. Where grids are held against the mean of
/// their own community there is none.
fn small_communities(city: &City, foreseen: &[Foreseen]) -> Option<Obstacle> {
    let least = |of: &Foreseen| {
        let people = of.sums.first()?;
        people.range.least.filter(|least| people.total < least - people.range.slack())
    };
    let limit = foreseen.iter().find_map(least)?;
    let small = foreseen.iter().filter(|of| least(of).is_some());
    Obstacle::about(
        small.filter_map(|of| Some(city.communities.get(of.community)?.id.clone())),
        ["community has", "communities have"],
        &format!("fewer people than a grid should have ({limit:.0})"),
        "ask for smaller grids, or join them to others; each gets one grid, as small as it is",
    )
}

/// Units and estates with more of something else than a grid of their community may have.
fn further(city: &City, foreseen: &[Foreseen]) -> Vec<Obstacle> {
    let mut of_noun: Vec<(&str, Large)> = Vec::new();
    for community in foreseen {
        for sum in community.sums.iter().filter(|sum| sum.promise != Promise::Population) {
            for (atom, &amount) in community.atoms.iter().zip(&sum.atoms) {
                let (Some(limit), Some(&unit)) = (passed(&sum.range, amount), atom.first()) else {
                    continue;
                };
                let id = city.units.get(unit as usize).map_or("?", |unit| unit.id.as_str());
                if !of_noun.iter().any(|(noun, _)| *noun == sum.noun) {
                    of_noun.push((&sum.noun, Large::default()));
                }
                let known = of_noun.iter_mut().find(|(noun, _)| *noun == sum.noun);
                known.into_iter().for_each(|(_, large)| large.add(id, amount, limit));
            }
        }
    }
    let told = |(noun, large): (&str, Large)| {
        large.obstacle(
            ["unit, estate or lock has", "units, estates or locks have"],
            noun,
            "split them into smaller ones, or ask for wider limits; their grids will be out of \
             them",
        )
    };
    of_noun.into_iter().filter_map(told).collect()
}
