//! What must not come together in a grid, as weights with a cap, so that the solver needs to know
//! nothing but weights.
//!
//! Of a group (a lock's first units, seeds, units of one `apart`, a list) a grid may hold one: each
//! weighs 1, the cap is 1. Pairs are gathered into stars: a unit with n partners weighs n and each
//! partner 1, and the cap of n allows the partners together or the unit alone, exactly.

use std::collections::BTreeMap;

use super::Subject;
use super::asks::Asks;
use super::atoms::Atoms;
use crate::divide::Tolerance;
use crate::model::City;
use crate::plan::Promise;

/// What violations of caps count against others: they come before all.
pub(super) const PRIORITY: f64 = 1_000.0;

/// A weight of which a grid may hold so much and no more.
#[derive(Debug)]
pub(super) struct Cap {
    promise: Promise,
    /// What is kept apart, as a sentence names it.
    noun: String,
    /// What atoms weigh; the others weigh nothing.
    pub weights: Vec<(u32, i64)>,
    pub most: i64,
}

impl Cap {
    /// What its weights stand for.
    pub fn subject(&self) -> Subject {
        Subject { promise: self.promise, field: None, noun: self.noun.clone(), scale: 1.0 }
    }

    /// The cap as the solver takes it, for `k` grids. Where there is one of a group for every grid,
    /// every grid is to have one.
    pub fn tolerance(&self, k: usize) -> Tolerance {
        let total: i64 = self.weights.iter().map(|weight| weight.1).sum();
        let upper = (self.most * k as i64) as f64 / total as f64 - 1.0;
        if self.most == 1 && total == k as i64 {
            return Tolerance::both(0.0);
        }
        Tolerance::above(upper)
    }
}

/// The caps of a community, and how many grids it needs at least to keep them all.
#[derive(Debug, Default)]
pub(super) struct Caps {
    pub all: Vec<Cap>,
    pub least_grids: usize,
}

impl Caps {
    /// All caps of the community of these cells.
    pub fn of(city: &City, asks: &Asks<'_>, cells: &[u32], atoms: &Atoms) -> Caps {
        let atom = |cell: u32| Some(atoms.atom_of[cells.binary_search(&cell).ok()?]);
        let distinct = |units: &[u32]| {
            let mut found: Vec<u32> = units.iter().filter_map(|&unit| atom(unit)).collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let seeds: Vec<u32> = asks.seeds.keys().copied().collect();
        let mut groups = vec![
            (Promise::Lock, "locks".to_owned(), distinct(&lock_heads(city, cells))),
            (Promise::Seed, "seeds".to_owned(), distinct(&seeds)),
        ];
        for (name, units) in apart_groups(city, cells) {
            groups.push((Promise::Apart, format!("units of group {name:?}"), distinct(&units)));
        }
        let mut pairs = Vec::new();
        for units in &asks.apart {
            match distinct(units)[..] {
                [a, b] => pairs.push((a, b)),
                ref more => groups.push((Promise::Apart, TO_BE_APART.to_owned(), more.to_vec())),
            }
        }
        let mut caps = Caps { all: Vec::new(), least_grids: 1 };
        for (promise, noun, group) in groups {
            caps.least_grids = caps.least_grids.max(group.len());
            // A lock by itself is a weight, too: it keeps the others at their places.
            if group.len() > 1 || (promise == Promise::Lock && !group.is_empty()) {
                let weights = group.iter().map(|&atom| (atom, 1)).collect();
                caps.all.push(Cap { promise, noun, weights, most: 1 });
            }
        }
        if !pairs.is_empty() {
            caps.least_grids = caps.least_grids.max(2);
        }
        caps.all.extend(stars(pairs));
        caps
    }
}

/// Units of a list.
const TO_BE_APART: &str = "units to be kept apart";

/// The first unit of every lock.
fn lock_heads(city: &City, cells: &[u32]) -> Vec<u32> {
    let mut first = BTreeMap::new();
    for &cell in cells {
        if let Some(lock) = city.units.get(cell as usize).and_then(|unit| unit.lock.as_deref()) {
            first.entry(lock).or_insert(cell);
        }
    }
    first.into_values().collect()
}

/// The units of every group that is to be kept apart, by its name.
fn apart_groups<'a>(city: &'a City, cells: &[u32]) -> BTreeMap<&'a str, Vec<u32>> {
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for &cell in cells {
        if let Some(name) = city.attributes.apart(cell as usize) {
            groups.entry(name).or_default().push(cell);
        }
    }
    groups
}

/// What is to be kept apart and is together among these units, ascending: why a grid may not hold
/// them, and which they are.
pub(super) fn together(city: &City, asks: &Asks<'_>, units: &[u32]) -> Vec<(String, Vec<u32>)> {
    let named = apart_groups(city, units).into_iter();
    let named = named.map(|(name, own)| (format!("a grid may hold one of group {name:?}"), own));
    let mut met: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &unit in units {
        let lists = asks.lists_of_unit.get(&unit).into_iter().flatten();
        lists.for_each(|&list| met.entry(list).or_default().push(unit));
    }
    let listed = met.into_values().map(|own| ("are to be kept apart".to_owned(), own));
    named.chain(listed).filter(|(_, own)| own.len() > 1).collect()
}

/// Pairs gathered into stars: again and again the atom with most partners, the first of equals,
/// with all of them. So there are about as few as can be (a greedy vertex cover).
fn stars(mut pairs: Vec<(u32, u32)>) -> Vec<Cap> {
    pairs.sort_unstable();
    pairs.dedup();
    let mut stars = Vec::new();
    while !pairs.is_empty() {
        let mut partners: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &(a, b) in &pairs {
            partners.entry(a).or_default().push(b);
            partners.entry(b).or_default().push(a);
        }
        let most =
            partners.iter().max_by_key(|(atom, with)| (with.len(), std::cmp::Reverse(**atom)));
        let Some((&centre, with)) = most else { break };
        let most = with.len() as i64;
        let mut weights = vec![(centre, most)];
        weights.extend(with.iter().map(|&atom| (atom, 1)));
        let noun = TO_BE_APART.to_owned();
        stars.push(Cap { promise: Promise::Apart, noun, weights, most });
        pairs.retain(|&(a, b)| a != centre && b != centre);
    }
    stars
}

#[cfg(test)]
#[path = "caps_tests.rs"]
mod tests;
