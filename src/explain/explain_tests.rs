#![allow(clippy::unwrap_used)]

use geo::polygon;
use proptest::prelude::*;

use super::*;
use crate::model::{Community, Unit};
use crate::plan::Divide;

/// A town of square units with these people, `width` in a row, in one community.
fn town(people: &[f64], width: usize) -> City {
    let unit = |(i, &population): (usize, &f64)| {
        let (x, y) = ((i % width) as f64 * 1e-3, (i / width) as f64 * 1e-3);
        Unit {
            id: format!("u{i}"),
            population,
            households: None,
            community: Some(0),
            estate: None,
            lock: None,
            shape: polygon![
                (x: x, y: y), (x: x + 1e-3, y: y), (x: x + 1e-3, y: y + 1e-3), (x: x, y: y + 1e-3),
            ]
            .into(),
        }
    };
    let community = Community {
        id: "c".into(),
        name: "c".into(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    City {
        units: people.iter().enumerate().map(unit).collect(),
        communities: vec![community],
        ..City::default()
    }
}

/// The plan that has these units in these grids, made by locking them there.
fn planned(mut city: City, labels: &[u32]) -> (City, Ground, Plan) {
    for (unit, label) in city.units.iter_mut().zip(labels) {
        unit.lock = Some(label.to_string());
    }
    let grids = labels.iter().max().unwrap() + 1;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(grids as usize).run(&city, &ground).unwrap();
    city.units.iter_mut().for_each(|unit| unit.lock = None);
    (city, ground, plan)
}

#[test]
fn every_figure_of_a_move_is_told() {
    // Two rows of three; the left grid has the left column and the middle of the lower row.
    let (city, ground, plan) =
        planned(town(&[100.0, 50.0, 60.0, 100.0, 90.0, 100.0], 3), &[0, 0, 1, 0, 1, 1]);
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!((found.unit.as_str(), found.grid.units, found.grid.pieces), ("u1", 3, 1));
    assert!((found.border_within_m - 110.574).abs() < 0.1, "{found:?}");
    let [only] = &found.moves[..] else { panic!("{found:?}") };
    assert_eq!(only.from.population, [250.0, 200.0]);
    assert_eq!(only.to.population, [250.0, 300.0]);
    assert_eq!(only.from.population_deviation, [0.0, 200.0 / 250.0 - 1.0]);
    assert_eq!((only.from.pieces, only.to.pieces), ([1, 1], [1, 1]));
    // 20 % off on both sides, 5 % allowed.
    assert!((only.violation_change - 0.3).abs() < 1e-9, "{only:?}");
    // One side to the left is cut, one to the right and one above are joined.
    assert!((only.border_change_m + 111.32).abs() < 0.2, "{only:?}");
    assert_eq!(only.judgement, Judgement::MoreViolation);
    // The left grid is an L of three, and would be a column of two.
    let (w, h) = (111.32, 110.574);
    let from = &only.from;
    let ([before, after], [_, compactness]) = (from.perimeter_m, from.polsby_popper);
    let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-3;
    assert!(near(before, 4.0 * w + 4.0 * h) && near(after, 2.0 * w + 4.0 * h));
    let compact = 4.0 * std::f64::consts::PI * 2.0 * w * h / after.powi(2);
    assert!(near(compactness, compact) && near(from.diameter_m[1], w.hypot(2.0 * h)));
    assert_eq!((found.grid.perimeter_m, found.grid.diameter_m), (before, from.diameter_m[0]));
    let text = found.to_string();
    assert!(text.contains("every other place would be worse"), "{text}");
    assert!(text.contains("m around, compactness"), "{text}");
    assert!(text.contains("from 250 to 200 people"), "{text}");
}

#[test]
fn a_move_that_tears_a_grid_is_ruled_out() {
    // The middle of three in a row holds its grid together.
    let (city, ground, plan) =
        planned(town(&[10.0, 10.0, 10.0, 10.0, 10.0, 10.0], 3), &[0, 0, 0, 1, 1, 1]);
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(found.moves[0].from.pieces, [1, 2]);
    assert_eq!(found.moves[0].judgement, Judgement::Forbidden);
    assert!(found.to_string().contains("would fall into 2 pieces"), "{found}");
}

#[test]
fn estates_and_locks_are_told() {
    let (mut city, ground, plan) =
        planned(town(&[10.0, 10.0, 10.0, 10.0, 10.0, 10.0], 3), &[0, 0, 1, 0, 1, 1]);
    city.units[0].estate = Some("garden".into());
    city.units[1].estate = Some("garden".into());
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(found.stays_with, ["u0", "u1"]);
    let alone = found.moves.iter().find(|moved| moved.units.len() == 1).unwrap();
    assert_eq!(alone.splits_estate.as_deref(), Some("garden"));
    assert_eq!(alone.judgement, Judgement::Forbidden);
    let group = found.moves.iter().find(|moved| moved.units.len() == 2).unwrap();
    assert_eq!(group.splits_estate, None);
    assert_eq!(group.to.population, [30.0, 50.0]);

    city.units[1].estate = None;
    city.units[1].lock = Some("a".into());
    city.units[2].lock = Some("b".into());
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(found.moves[0].breaks_lock.as_deref(), Some("a"));
}

#[test]
fn a_unit_inside_its_grid_can_go_nowhere() {
    let people = [10.0; 12];
    let (city, ground, plan) = planned(town(&people, 6), &[0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
    let found = explain(&city, &ground, &plan, 0).unwrap();
    assert!(found.moves.is_empty());
    assert!(found.to_string().contains("touches no other grid"), "{found}");
    assert!(explain(&city, &ground, &plan, 99).is_err());
}

proptest! {
    /// What a move is said to do is what is found when it is made.
    #[test]
    fn a_move_does_what_is_said(
        people in prop::collection::vec(1u8..100, 12),
        columns in prop::collection::vec(1usize..4, 3),
    ) {
        // Each row of four is cut where the column says: two connected grids.
        let labels: Vec<u32> =
            (0..12).map(|i| u32::from(i % 4 >= columns[i / 4])).collect();
        let people: Vec<f64> = people.into_iter().map(f64::from).collect();
        let (city, ground, plan) = planned(town(&people, 4), &labels);
        for unit in 0..12 {
            let found = explain(&city, &ground, &plan, unit).unwrap();
            for moved in &found.moves {
                let mut after = plan.grid_of_unit.clone();
                after[unit] = 1 - after[unit];
                let parts = ground.contiguity.parts(&after, 2);
                let border = |labels: &[u32]| ground.border_lengths(labels, 2).1;
                let home = plan.grid_of_unit[unit] as usize;
                prop_assert_eq!(moved.from.pieces[1], parts[home]);
                prop_assert_eq!(moved.to.pieces[1], parts[1 - home]);
                let change = border(&after) - border(&plan.grid_of_unit);
                prop_assert!((moved.border_change_m - change).abs() < 1e-6);
                let sum = |grid: usize| -> f64 {
                    (0..12).filter(|&u| after[u] as usize == grid).map(|u| people[u]).sum()
                };
                prop_assert_eq!(moved.from.population[1], sum(home));
                prop_assert_eq!(moved.to.population[1], sum(1 - home));
                let zones = [&plan.grid_of_unit, &after].map(|of| ground.dissolve(of, 2));
                for (change, grid) in [(&moved.from, home), (&moved.to, 1 - home)] {
                    for (when, zones) in zones.iter().enumerate() {
                        let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * b.abs().max(1.0);
                        let zone = &zones[grid];
                        prop_assert!(near(change.perimeter_m[when], zone.perimeter_m));
                        prop_assert!(zone.area_m2 <= 0.0
                            || near(change.polsby_popper[when], zone.polsby_popper()));
                    }
                }
            }
        }
    }
}

/// The moves of a unit in a plan of which more was asked than it was made by.
fn asked(
    (city, ground, mut plan): (City, Ground, Plan),
    unit: usize,
    ask: impl Fn(Divide) -> Divide,
) -> Explanation {
    plan.asked = ask(plan.asked);
    explain(&city, &ground, &plan, unit).unwrap()
}

fn only(found: &Explanation) -> &Move {
    assert_eq!(found.moves.len(), 1, "{found}");
    &found.moves[0]
}

#[test]
fn what_is_to_be_kept_apart_forbids_a_move() {
    // Moving the middle unit evens out people.
    let town = || planned(town(&[100.0, 60.0, 40.0, 100.0, 60.0, 40.0], 3), &[0, 0, 1, 0, 0, 1]);
    let free = asked(town(), 1, |divide| divide);
    assert_eq!(only(&free).judgement, Judgement::Better, "{free}");
    let apart = asked(town(), 1, |divide| divide.apart(["u1", "u5"]));
    assert_eq!(only(&apart).judgement, Judgement::Forbidden);
    assert_eq!(only(&apart).to.amiss[1].len(), 1);
    assert!(apart.to_string().contains("units u1, u5 share it"), "{apart}");
    // They are together: parting them is an improvement.
    let parted = asked(town(), 1, |divide| divide.apart(["u1", "u0"]));
    assert_eq!(only(&parted).judgement, Judgement::Better);
    assert_eq!((parted.grid.amiss.len(), only(&parted).from.amiss[1].len()), (1, 0));
    // A group of the units' own.
    let (mut city, ground, plan) = town();
    city.attributes.apart = vec![None; 6];
    city.attributes.apart[1] = Some("market".into());
    city.attributes.apart[2] = Some("market".into());
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(only(&found).judgement, Judgement::Forbidden);
}

#[test]
fn seeds_forbid_a_move() {
    let (mut city, ground, plan) =
        planned(town(&[100.0, 60.0, 40.0, 100.0, 60.0, 40.0], 3), &[0, 0, 1, 0, 0, 1]);
    city.attributes.seed = vec![false, true, true, false, false, false];
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(only(&found).judgement, Judgement::Forbidden);
    let text = found.to_string();
    assert!(text.contains("seeds u1, u2 share it") && text.contains("it has no seed"), "{text}");
}

#[test]
fn limits_and_amounts_weigh_in() {
    let town = || planned(town(&[100.0, 60.0, 40.0, 100.0, 60.0, 40.0], 3), &[0, 0, 1, 0, 0, 1]);
    let limit = |text: &str| text.parse::<crate::plan::Between>().unwrap();
    // More than two units are asked for at most: three of four leave room, four in all do not.
    let most = asked(town(), 1, |divide| divide.units_per_grid(limit(":2")));
    let change = only(&most);
    assert_eq!(change.judgement, Judgement::Trade, "{most}");
    let units = |change: &GridChange| {
        let figure = change.asked.iter().find(|c| c.before.name == "units").unwrap().clone();
        (figure.before.value, figure.after, figure.before.most)
    };
    assert_eq!(units(&change.from), (4.0, 3.0, Some(2.0)));
    assert_eq!(units(&change.to), (2.0, 3.0, Some(2.0)));
    let diameter = asked(town(), 1, |divide| {
        divide.shape(crate::plan::ShapeWish { max_diameter_m: Some(200.0), ..Default::default() })
    });
    assert!(only(&diameter).judgement >= Judgement::Trade, "{diameter}");
    // Elderly people live in one unit: moving it takes them all along.
    let (mut city, ground, mut plan) = town();
    let elderly = vec![0.0, 30.0, 0.0, 0.0, 0.0, 30.0];
    city.attributes.amounts.insert("elderly".into(), elderly);
    plan.asked = plan.asked.weight("elderly", crate::divide::Tolerance::both(0.2));
    let found = explain(&city, &ground, &plan, 1).unwrap();
    assert_eq!(only(&found).judgement, Judgement::Trade, "{found}");
    assert!(found.to_string().contains("elderly 30 to 0 (24 to 36 asked)"), "{found}");
}

#[test]
fn a_unit_without_ground_is_explained_by_the_one_it_stands_with() {
    // The seventh building stands wholly on the ground of the second.
    let mut city = town(&[100.0, 60.0, 40.0, 100.0, 60.0, 40.0, 8.0], 3);
    city.units[6].shape = geo::Point::new(1.5e-3, 0.5e-3).into();
    let survey = crate::ground::Survey::default();
    let ground = survey.run_as_written(&city).unwrap();
    assert_eq!(ground.hosts, [(6, 1)]);
    for (unit, lock) in city.units.iter_mut().zip(["0", "0", "1", "0", "0", "1", "0"]) {
        unit.lock = Some(lock.into());
    }
    let plan = Divide::into_grids(2).run(&city, &ground).unwrap();
    city.units.iter_mut().for_each(|unit| unit.lock = None);
    let [alone, host] = [6, 1].map(|unit| explain(&city, &ground, &plan, unit).unwrap());
    assert_eq!((alone.stands_on.as_deref(), host.stands_on.as_deref()), (Some("u1"), None));
    assert_eq!(alone.moves, host.moves);
    assert_eq!(only(&alone).units, ["u1", "u6"]);
    // Both go, with the people of both.
    assert_eq!(only(&alone).to.population, [80.0, 148.0]);
    assert!(alone.to_string().contains("stands on that of u1"), "{alone}");
}
