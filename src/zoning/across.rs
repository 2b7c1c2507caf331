//! Names that units of several communities bear: no grid crosses the border of one.

use std::collections::{BTreeSet, HashMap};

use crate::error::{Fault, Finding, InputError, Place, Result};
use crate::ground::Ground;
use crate::model::City;

/// Refuses a lock on units of several communities, since no grid could hold them all.
///
/// # Errors
/// Where there is one: the first unit in another community than the first of its lock is named.
pub(super) fn refuse_locks(city: &City, ground: &Ground) -> Result<()> {
    let community = |unit: usize| {
        let number = ground.community_of_cell[unit];
        (number, city.communities.get(number as usize).map_or("?", |c| c.id.as_str()))
    };
    let mut first_of: HashMap<&str, usize> = HashMap::new();
    for (index, unit) in city.units.iter().enumerate() {
        let Some(lock) = unit.lock.as_deref() else { continue };
        let first = *first_of.entry(lock).or_insert(index);
        let [(own, here), (other, there)] = [community(index), community(first)];
        if own != other {
            let fault = Fault::LockAcrossCommunities {
                lock: lock.to_owned(),
                community: here.to_owned(),
                other: city.units[first].id.clone(),
                other_community: there.to_owned(),
            };
            let place = Place::feature("units.geojson", index, Some(&unit.id));
            return Err(InputError::new(place, fault).into());
        }
    }
    Ok(())
}

/// The finding on estates that hang together across the border of a community.
pub(super) fn estates_finding(city: &City, ground: &Ground) -> Option<Finding> {
    let community = |unit: usize| ground.community_of_cell[unit];
    let across = within_estates(city, ground).filter(|&(a, b, _)| community(a) != community(b));
    let names: BTreeSet<&str> = across.map(|(_, _, name)| name).collect();
    Finding::counted(
        "estates-across-communities",
        names.len(),
        "estates hang together across the border of a community: no grid crosses it, so each \
         community keeps its part whole"
            .into(),
        names.into_iter().take(5).map(str::to_owned).collect(),
    )
}

/// Pairs of units that share a border and an estate, with its name; each pair is met from both
/// sides.
pub(super) fn within_estates<'a>(
    city: &'a City,
    ground: &'a Ground,
) -> impl Iterator<Item = (usize, usize, &'a str)> {
    let estate = |unit: usize| city.units.get(unit)?.estate.as_deref();
    (0..city.units.len()).filter_map(move |unit| Some((unit, estate(unit)?))).flat_map(
        move |(unit, name)| {
            let beside = ground.contiguity.neighbours(unit).filter(|(_, length)| *length > 0.0);
            let beside = beside.map(|(other, _)| other as usize);
            let same = beside.filter(move |&other| estate(other) == Some(name));
            same.map(move |other| (unit, other, name))
        },
    )
}
