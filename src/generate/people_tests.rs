#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;

/// A generated city as if it were a real one without any people known.
fn bare_city() -> City {
    let generated = Generate::units(2_000).city();
    City { communities: generated.communities, units: generated.units, ..City::default() }
}

#[test]
fn people_live_inside_inhabited_units() {
    let mut city = bare_city();
    People::default().seed(4).populate(&mut city);
    assert!(city.modelled[0].contains("seed 4; not real data"));
    assert!(city.partners.is_empty() && city.reporting_members.is_empty());
    assert_eq!(city.members.iter().map(|m| m.members).sum::<u32>(), 951);
    assert!(city.members.iter().all(|m| (1..=3).contains(&m.members)));
    assert_eq!((city.candidates.len(), city.officers.len()), (400, city.communities.len()));
    assert_eq!(city.stations.len(), 3 + 1);

    let members = city.members.iter().map(|m| m.position);
    let points = members.chain(city.candidates.iter().map(|c| c.position));
    for point in points.chain(city.officers.iter().map(|o| o.position)) {
        let home = city.units.iter().find(|u| u.population > 0.0 && u.shape.intersects(&point));
        assert!(home.is_some(), "{point:?} is in no inhabited unit");
    }
}

#[test]
fn members_follow_the_population() {
    let mut city = bare_city();
    let half = city.units.len() / 2;
    for unit in &mut city.units[..half] {
        unit.population = 0.0;
    }
    let counts = PeopleCounts { party_members: 500, ..PeopleCounts::for_city(&city) };
    People { seed: 1, counts: Some(counts) }.populate(&mut city);
    let empty = &city.units[..half];
    for member in &city.members {
        // Only a shared border can be in an empty unit as well.
        let inside = |unit: &crate::model::Unit| unit.shape.intersects(&member.position);
        assert!(!empty.iter().any(inside) || city.units[half..].iter().any(inside));
    }
}

#[test]
fn a_city_without_people_gets_none_and_does_not_fail() {
    let mut city = City::default();
    People::default().populate(&mut city);
    assert!(city.members.is_empty() && city.candidates.is_empty() && city.officers.is_empty());
}

#[test]
fn ids_are_unique_and_one_kind_does_not_change_another() {
    let mut city = bare_city();
    let counts = PeopleCounts::for_city(&city);
    let mut more = City { units: city.units.clone(), ..bare_city() };
    People { seed: 1, counts: Some(counts.clone()) }.populate(&mut city);
    let counts = PeopleCounts { party_members: counts.party_members + 300, ..counts };
    People { seed: 1, counts: Some(counts) }.populate(&mut more);
    assert_eq!(city.officers, more.officers);
    assert_eq!(city.stations, more.stations);
    assert_ne!(city.members.len(), more.members.len());
    let ids: std::collections::BTreeSet<&str> =
        city.stations.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), city.stations.len());
}
