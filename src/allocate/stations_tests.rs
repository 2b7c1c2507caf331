#![allow(clippy::unwrap_used)]

use geo::{LineString, Point, Polygon};
use proptest::prelude::*;

use super::*;
use crate::generate::Generate;
use crate::model::{Station, Unit};

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

/// People at every station.
fn loads(city: &City, answer: &StationAssignment) -> Vec<f64> {
    let mut load = vec![0.0; city.stations.len()];
    for share in &answer.shares {
        load[share.station] += share.people;
    }
    for (unit, station) in answer.station_of_unit.iter().enumerate() {
        let Some(station) = *station else { continue };
        assert!(answer.open.contains(&station));
        if answer.shares.iter().all(|share| share.unit != unit) {
            load[station] += city.units[unit].population;
        }
    }
    load
}

/// Units of 100 m in a row, and sites in the middle of some.
fn row(people: &[u8], sites: &[(usize, u8)]) -> City {
    let square = |from: usize, to: usize| -> Polygon<f64> {
        let (a, b) = (from as f64 * 1e-3, to as f64 * 1e-3);
        let ring = vec![(a, 0.0), (b, 0.0), (b, 1e-3), (a, 1e-3)];
        Polygon::new(LineString::from(ring), Vec::new())
    };
    let unit = |(i, &people): (usize, &u8)| Unit {
        id: format!("u{i}"),
        population: f64::from(people),
        households: None,
        community: None,
        estate: None,
        lock: None,
        shape: square(i, i + 1).into(),
    };
    let station = |(i, &(at, room)): (usize, &(usize, u8))| Station {
        id: format!("s{i}"),
        position: Point::new((at as f64 + 0.5) * 1e-3, 0.5e-3),
        kind: None,
        capacity: Some(f64::from(room)),
        status: StationStatus::Candidate,
    };
    City {
        units: people.iter().enumerate().map(unit).collect(),
        stations: sites.iter().enumerate().map(station).collect(),
        ..City::default()
    }
}

proptest! {
    /// Against all choices of sites, each filled exactly: bounds are never above what is best among
    /// those who leave as many without a station, rooms are kept, and figures are those of the links.
    #[test]
    fn rooms_are_kept_and_no_choice_beats_the_bound(
        people in prop::collection::vec(0u8..5, 1..6),
        sites in prop::collection::vec((0usize..7, 0u8..9), 1..5),
        p in 1usize..4,
        model in 0usize..3,
    ) {
        let sites: Vec<(usize, u8)> =
            sites.into_iter().map(|(at, room)| (at % people.len(), room)).collect();
        let p = p.min(sites.len());
        let city = row(&people, &sites);
        let ground = Ground::survey(&city).unwrap();
        let model = [
            StationModel::LeastDistance(p),
            StationModel::LeastLongest(p),
            StationModel::MostPeople(p),
        ][model];
        let rule = Stations { capacities: true, reach_m: 250.0, ..Stations::new(model) };
        let answer = rule.assign(&city, &ground).unwrap();
        for (station, load) in loads(&city, &answer).into_iter().enumerate() {
            prop_assert!(load <= f64::from(sites[station].1), "{} at {}", load, station);
        }
        let (low, value, high) = (answer.lower_bound, answer.objective, answer.upper_bound);
        prop_assert!(low <= value && value <= high, "{} {} {}", low, value, high);
        let placed = |unit: usize| -> f64 {
            let shares: Vec<_> = answer.shares.iter().filter(|s| s.unit == unit).collect();
            match (shares.is_empty(), answer.station_of_unit[unit]) {
                (true, Some(_)) => f64::from(people[unit]),
                _ => shares.iter().map(|share| share.people).sum(),
            }
        };
        let left: f64 = (0..people.len()).map(|unit| f64::from(people[unit]) - placed(unit)).sum();
        for (unit, &people) in people.iter().enumerate() {
            let named = answer.unserved.contains(&unit) || answer.unreachable.contains(&unit);
            prop_assert!(named || placed(unit) == f64::from(people), "unit {}", unit);
        }

        // Everybody's places one by one, so that a unit may be shared as well as whole.
        let way = |unit: usize, site: usize| {
            let travel = rule.travel.between(
                vec![[unit as f64, 0.0]], vec![[sites[site].0 as f64, 0.0]], f64::INFINITY).unwrap();
            travel.get(0, 0).unwrap() * 1e-3 * 111_319.49
        };
        // Units go to a station whole where all find room so.
        let is_distance = matches!(model, StationModel::LeastDistance(_));
        let all: f64 = people.iter().map(|&people| f64::from(people)).sum();
        let whole = is_distance && (0..sites.len().pow(people.len() as u32)).any(|number| {
            let mut room: Vec<i32> = sites.iter().map(|&(_, room)| i32::from(room)).collect();
            let mut open = 0u32;
            for (unit, &people) in people.iter().enumerate().filter(|(_, people)| **people > 0) {
                let site = number / sites.len().pow(unit as u32) % sites.len();
                room[site] -= i32::from(people);
                open |= 1 << site;
            }
            open.count_ones() as usize <= p && room.iter().all(|&room| room >= 0)
        });
        prop_assert!(!whole || (left == 0.0 && answer.shares.is_empty()), "{} of {}", left, all);
        let (mut best, mut fewest_left) = (f64::INFINITY, f64::INFINITY);
        for open in (0..1u32 << sites.len()).filter(|o| o.count_ones() as usize == p) {
            let is_open = |site: &usize| open >> site & 1 == 1;
            let mut states = vec![(sites.iter().map(|s| s.1).collect::<Vec<u8>>(), 0.0, 0.0)];
            for (unit, &people) in people.iter().enumerate() {
                let packets: Vec<u8> =
                    if whole { vec![people] } else { vec![1; people as usize] };
                for packet in packets {
                    let mut next = Vec::new();
                    for (room, out, cost) in &states {
                        next.push((room.clone(), out + f64::from(packet), *cost));
                        for site in (0..sites.len()).filter(is_open).filter(|&s| room[s] >= packet) {
                            let mut room = room.clone();
                            room[site] -= packet;
                            let way = way(unit, site);
                            let cost = match model {
                                StationModel::LeastLongest(_) => f64::max(*cost, way),
                                _ => cost + f64::from(packet) * way,
                            };
                            next.push((room, *out, cost));
                        }
                    }
                    next.sort_by(|a, b| a.partial_cmp(b).unwrap());
                    next.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
                    states = next;
                }
            }
            fewest_left = states.iter().map(|state| state.1).fold(fewest_left, f64::min);
            let as_many = states.iter().filter(|state| state.1 <= left + 1e-9);
            best = as_many.map(|state| state.2).fold(best, f64::min);
        }
        if is_distance {
            prop_assert!(left <= fewest_left + 1e-9, "{} left over, not {}", left, fewest_left);
            prop_assert!(low < value * (1.0 - 1e-9) || value <= best * 1.001 + 1e-6);
        }
        if !matches!(model, StationModel::MostPeople(_)) {
            prop_assert!(low <= best * 1.001 + 1e-6, "bound {} above {}", low, best);
        }
    }
}

#[test]
fn rooms_are_kept_to_a_part_of_a_person() {
    let mut city = row(&[1, 1, 1, 1, 1], &[(2, 20)]);
    city.units.iter_mut().for_each(|unit| unit.population = 4.4);
    let ground = Ground::survey(&city).unwrap();
    let model = StationModel::MostPeople(1);
    let rule = Stations { capacities: true, ..Stations::new(model) };
    let answer = rule.assign(&city, &ground).unwrap();
    let load = loads(&city, &answer)[0];
    assert!(load <= 20.0 && load > 19.9, "{load}");
    assert!((answer.objective - 20.0).abs() < 0.01 && !answer.unserved.is_empty());
}

#[test]
fn whoever_is_shared_in_parts_that_add_up_is_served() {
    // 0.1 and 0.7 are less than 0.8 in floating point.
    let mut city = row(&[1], &[(0, 1), (0, 1)]);
    city.units[0].population = 0.8;
    city.stations[0].capacity = Some(0.1);
    city.stations[1].capacity = Some(0.7);
    let ground = Ground::survey(&city).unwrap();
    let rule = Stations { capacities: true, ..Stations::new(StationModel::MostPeople(2)) };
    let answer = rule.assign(&city, &ground).unwrap();
    assert!(answer.unserved.is_empty(), "{:?}", answer.shares);
    assert_eq!((answer.served_in_reach, answer.beyond_reach), (0.8, 0.0));
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
    let load = loads(&city, &answer);
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
fn nobody_is_left_over_to_save_others_their_ways() {
    // The only station has room for 84 of 136, who live nearest.
    let city = row(&[15, 31, 40, 12, 0, 0, 0, 38], &[(2, 84)]);
    let ground = Ground::survey(&city).unwrap();
    let model = StationModel::LeastDistance(1);
    let answer = Stations { capacities: true, ..Stations::new(model) };
    let answer = answer.assign(&city, &ground).unwrap();
    assert_eq!(loads(&city, &answer), [84.0]);
    assert_eq!(answer.objective, answer.lower_bound);
    assert!(answer.without_room.contains(&7) && !answer.without_room.contains(&2));
}

#[test]
fn units_are_shared_where_they_find_no_room_whole() {
    // Three of four people, and two stations with room for six each: one of them is shared.
    let city = row(&[4, 4, 4], &[(0, 6), (2, 6)]);
    let ground = Ground::survey(&city).unwrap();
    let answer = Stations { capacities: true, ..Stations::new(StationModel::LeastDistance(2)) };
    let answer = answer.assign(&city, &ground).unwrap();
    assert_eq!((loads(&city, &answer), &answer.shared), (vec![6.0, 6.0], &vec![1]));
    assert!(answer.without_room.is_empty() && answer.unserved.is_empty());
    assert_eq!(answer.objective, answer.lower_bound);
}

#[test]
fn every_person_is_counted_within_reach_or_beyond_it() {
    // The second station has room for the rest, 2.6 km away.
    let city =
        row(&[10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], &[(0, 6), (19, 9)]);
    let ground = Ground::survey(&city).unwrap();
    for (model, reached) in
        [(StationModel::LeastLongest(2), 7.0), (StationModel::MostPeople(1), 6.0)]
    {
        let answer = Stations { capacities: true, ..Stations::new(model) };
        let answer = answer.assign(&city, &ground).unwrap();
        assert_eq!((answer.served_in_reach, answer.beyond_reach), (reached, 11.0 - reached));
        assert!(answer.unserved.contains(&0), "{model:?}");
    }
}

#[test]
fn who_has_fewer_stations_than_asked_for_is_named() {
    let city = row(&[1; 20], &[(0, 9), (4, 9)]);
    let ground = Ground::survey(&city).unwrap();
    let answer = Stations::new(StationModel::Fewest(2)).assign(&city, &ground).unwrap();
    let near: Vec<usize> = answer.lacking_backup.iter().map(|&(unit, _)| unit).collect();
    // 1,000 m are 769 m in a straight line.
    assert_eq!(near, [7, 8, 9, 10]);
    assert_eq!(answer.unreachable, [11, 12, 13, 14, 15, 16, 17, 18, 19]);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (city, ground) = town();
    for (change, word) in [
        (Stations { capacities: true, ..Stations::new(StationModel::Fewest(1)) }, "capacity"),
        (Stations { reach_m: f64::NAN, ..Stations::new(StationModel::LeastDistance(2)) }, "reach"),
        (Stations { reach_m: -1.0, ..Stations::new(StationModel::LeastLongest(2)) }, "reach"),
        (Stations::new(StationModel::Fewest(0)), "1 or more"),
    ] {
        let error = change.assign(&city, &ground).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
    let mut closed = city;
    closed.stations.iter_mut().for_each(|station| station.status = StationStatus::Closed);
    let error = Stations::new(StationModel::LeastDistance(1)).assign(&closed, &ground).unwrap_err();
    assert!(error.to_string().contains("all 9 stations are closed"), "{error}");
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
