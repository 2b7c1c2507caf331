#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;
use crate::model::Station;

fn town() -> (City, Ground) {
    let town = Generate { communities: 4, old_communities: 2, ..Generate::units(600) };
    let mut city = town.seed(3).city();
    // Sites where candidates live, all over the town.
    let step = city.candidates.len() / 9;
    let at = city.candidates.iter().step_by(step).take(9).enumerate();
    city.stations = at
        .map(|(i, candidate)| Station {
            id: format!("s{i}"),
            position: candidate.position,
            kind: None,
            capacity: None,
            status: StationStatus::Candidate,
        })
        .collect();
    let ground = Ground::survey(&city).unwrap();
    (city, ground)
}

#[test]
fn everybody_within_reach_is_served_by_the_fewest() {
    let (city, ground) = town();
    let answer = Stations::new(StationModel::Fewest(1)).assign(&city, &ground).unwrap();
    assert!(answer.unserved.is_empty());
    assert_eq!(answer.lower_bound, answer.open.len() as f64);
    for (unit, length) in answer.distance_m.iter().enumerate() {
        assert!(length.is_none_or(|l| l <= 1_000.0));
        let empty = city.units[unit].population == 0.0;
        assert_eq!(length.is_none(), empty || answer.unreachable.contains(&unit));
    }
}

#[test]
fn existing_stations_stay_or_go_as_asked() {
    let (mut city, ground) = town();
    city.stations[4].status = StationStatus::Existing;
    city.stations[5].status = StationStatus::Closed;
    for (existing, stays) in
        [(ExistingStations::Required, Some(true)), (ExistingStations::Closed, Some(false))]
    {
        let model = StationModel::LeastDistance(3);
        let rule = Stations { existing, ..Stations::new(model) };
        let answer = rule.assign(&city, &ground).unwrap();
        assert_eq!(Some(answer.open.contains(&4)), stays);
        assert!(!answer.open.contains(&5));
        assert_eq!(answer.open.len(), 3);
        assert!(answer.lower_bound <= answer.objective);
    }
}

#[test]
fn rooms_are_kept_and_who_finds_none_is_named() {
    let (mut city, ground) = town();
    let people: f64 = city.units.iter().map(|unit| unit.population).sum();
    for station in &mut city.stations {
        station.capacity = Some((people / 6.0).ceil());
    }
    let model = StationModel::LeastDistance(7);
    let rule = Stations { capacities: true, ..Stations::new(model) };
    let answer = rule.assign(&city, &ground).unwrap();
    let mut load = vec![0.0; city.stations.len()];
    for (unit, station) in answer.station_of_unit.iter().enumerate() {
        // Of a unit that is shared nobody knows here how many go where.
        if let Some(station) = station.filter(|_| !answer.shared.contains(&unit)) {
            assert!(answer.open.contains(&station));
            load[station] += city.units[unit].population;
        }
    }
    assert!(load.iter().all(|&l| l <= (people / 6.0).ceil()), "{load:?}");
    assert!(answer.lower_bound <= answer.objective);

    // With room for half of the people, half of them are left over.
    for station in &mut city.stations {
        station.capacity = Some((people / 14.0).floor());
    }
    let rule = Stations { capacities: true, ..Stations::new(StationModel::MostPeople(7)) };
    let answer = rule.assign(&city, &ground).unwrap();
    assert!(answer.objective <= people / 2.0 + 1.0);
    assert!(!answer.unserved.is_empty());
    assert!(answer.upper_bound >= answer.objective);
}

#[test]
fn backup_needs_two_and_a_city_without_sites_is_refused() {
    let (mut city, ground) = town();
    let once = Stations::new(StationModel::Fewest(1)).assign(&city, &ground).unwrap();
    let twice = Stations::new(StationModel::Fewest(2)).assign(&city, &ground).unwrap();
    assert!(twice.objective >= once.objective);
    city.stations.clear();
    let error = Stations::new(StationModel::Fewest(1)).assign(&city, &ground).unwrap_err();
    assert!(error.to_string().contains("stations.geojson"));
}
