#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use geo::{LineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::ground::Survey;
use crate::model::{Community, Unit};
use crate::plan::Promise;

const SIDE: usize = 6;

pub(super) fn unit(x: usize, y: usize, population: f64) -> Unit {
    let (w, s) = (x as f64 * 1e-3, y as f64 * 1e-3);
    let ring = vec![(w, s), (w + 1e-3, s), (w + 1e-3, s + 1e-3), (w, s + 1e-3), (w, s)];
    Unit {
        id: format!("{x}-{y}"),
        population,
        households: None,
        community: Some(0),
        estate: None,
        lock: None,
        shape: Polygon::new(LineString::from(ring), Vec::new()).into(),
    }
}

pub(super) fn town(units: Vec<Unit>) -> City {
    let community = Community {
        id: "c".into(),
        name: "c".into(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    City { communities: vec![community], units, ..City::default() }
}

/// A square town of even units.
pub(super) fn square() -> City {
    town((0..SIDE * SIDE).map(|i| unit(i % SIDE, i / SIDE, 10.0)).collect())
}

pub(super) fn plan(city: &City, grids: usize) -> Result<Plan> {
    Divide::into_grids(grids).run(city, &Ground::survey(city)?)
}

#[test]
fn estates_that_touch_stay_whole_and_scattered_ones_are_told() {
    let mut city = square();
    for i in [0, 1, 2, SIDE] {
        city.units[i].estate = Some("garden".into());
    }
    for i in [20, 35] {
        city.units[i].estate = Some("far flung".into());
    }
    let plan = plan(&city, 6).unwrap();
    let grids: BTreeSet<u32> = [0, 1, 2, SIDE].map(|i| plan.grid_of_unit[i]).into();
    assert_eq!(grids.len(), 1);
    let found = plan.findings.iter().find(|f| f.kind == "scattered-estates").unwrap();
    assert_eq!((found.count, &found.examples[..]), (1, &["far flung".to_owned()][..]));
}

#[test]
fn grids_that_lie_apart_as_their_units_do_are_told() {
    let mut city = square();
    // The first unit takes in the ground of one far away, which goes.
    let (near, far) = (0, SIDE * SIDE - 1);
    let parts = [near, far].map(|unit| match &city.units[unit].shape {
        geo::Geometry::Polygon(polygon) => polygon.clone(),
        other => panic!("{other:?}"),
    });
    city.units[near].shape = geo::MultiPolygon(parts.to_vec()).into();
    city.units.truncate(far);
    let found = plan(&city, 6).unwrap();
    let told = found.findings.iter().find(|f| f.kind == "grids-apart-in-units").unwrap();
    let code = &found.grids[found.grid_of_unit[near] as usize].code;
    assert_eq!((told.count, &told.examples), (1, &vec![code.clone()]));
    let whole = plan(&square(), 6).unwrap();
    assert!(whole.findings.iter().all(|f| f.kind != "grids-apart-in-units"));
}

#[test]
fn locks_hold_together_and_keep_apart() {
    let mut city = square();
    for (i, lock) in [(0, "A"), (1, "A"), (2, "B"), (3, "C"), (9, "C")] {
        city.units[i].lock = Some(lock.into());
    }
    let plan = plan(&city, 4).unwrap();
    let grid = |i: usize| plan.grid_of_unit[i];
    assert_eq!((grid(0), grid(3)), (grid(1), grid(9)));
    assert_eq!([grid(0), grid(2), grid(3)].into_iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
}

#[test]
fn locks_that_cannot_be_kept_are_refused_or_named() {
    let mut city = square();
    for i in [0, 35] {
        city.units[i].lock = Some("A".into());
    }
    let message = plan(&city, 4).unwrap_err().to_string();
    for part in ["units.geojson", "5-5", "\"A\"", "0-0", "touch"] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    // Two locks in one estate cannot be parted.
    let mut city = square();
    for (i, lock) in [(0, "A"), (1, "B")] {
        city.units[i].lock = Some(lock.into());
        city.units[i].estate = Some("garden".into());
    }
    let plan = plan(&city, 4).unwrap();
    let broken: Vec<_> = plan.violations.iter().filter(|v| v.promise == Promise::Lock).collect();
    assert_eq!(broken.len(), 1);
    assert!(broken[0].reason.contains("A, B"), "{}", broken[0].reason);
}

#[test]
fn more_locks_than_grids_are_refused() {
    let mut city = square();
    for i in 0..3 {
        city.units[2 * i].lock = Some(i.to_string());
    }
    let message = plan(&city, 2).unwrap_err().to_string();
    assert!(message.contains("3 to 36"), "{message}");
}

#[test]
fn contiguity_comes_before_evenness() {
    // Two blocks of nine units with a gap between them: three even grids would need a bridge.
    let block = |x: usize| (0..9).map(move |i| unit(x + i % 3, i / 3, 10.0));
    let city = town(block(0).chain(block(4)).collect());
    let three = plan(&city, 3).unwrap();
    assert!(three.grids.iter().all(|grid| grid.parts == 1));
    assert!(three.violations.iter().all(|v| v.promise == Promise::Population));
    let one = plan(&city, 1).unwrap();
    assert_eq!(one.violations[0].promise, Promise::Contiguity);
    assert!(one.violations[0].unavoidable);
}

#[test]
fn what_no_division_could_mend_is_told_from_what_was_not_found() {
    let mut city = square();
    city.units[14].population = 500.0;
    let plan = plan(&city, 4).unwrap();
    for violation in &plan.violations {
        let holds_giant = plan.grids[plan.grid_of_unit[14] as usize].code == violation.grid;
        assert_eq!(violation.unavoidable, holds_giant, "{violation:?}");
        let told = if holds_giant { "2-2" } else { "not all of them can be within" };
        assert!(violation.reason.contains(told), "{}", violation.reason);
    }
    let figures = &plan.communities[0];
    assert!(figures.least_violation <= figures.violation + 1e-6);
    assert_eq!(figures.violations, plan.violations.len());
}

#[test]
fn grids_of_fixed_number_are_kept() {
    let mut city = square();
    city.communities[0].grids = Some(5);
    assert_eq!(plan(&city, 5).unwrap().grids.len(), 5);
    assert!(plan(&city, 6).unwrap_err().to_string().contains("5 to 5"));
    city.communities[0].grids = Some(37);
    assert!(plan(&city, 37).unwrap_err().to_string().contains("communities.geojson"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn plans_keep_their_promises_or_name_what_is_broken(
        people in proptest::collection::vec(prop_oneof![3 => 0..40u32, 1 => Just(0), 1 => 100..300u32], SIDE * SIDE),
        fraction in prop_oneof![Just(0.0), Just(0.25)],
        gaps in proptest::collection::btree_set(0..SIDE * SIDE, 0..9),
        estates in proptest::collection::vec(0..5usize, SIDE * SIDE),
        k in 1..9usize,
    ) {
        let units = (0..SIDE * SIDE).filter(|i| !gaps.contains(i)).map(|i| {
            let mut unit = unit(i % SIDE, i / SIDE, f64::from(people[i]) + fraction);
            unit.estate = (estates[i] == 0).then(|| format!("row {}", i / SIDE));
            unit
        });
        let city = town(units.collect());
        let ground = Survey::default().run(&city).unwrap();
        let divide = Divide::into_grids(k);
        let Ok(plan) = divide.run(&city, &ground) else {
            // Refused only where there are fewer atoms than grids.
            prop_assert!(Atoms::of(&city, &ground, &(0..city.units.len() as u32).collect::<Vec<_>>()).unwrap().len() < k);
            return Ok(());
        };
        prop_assert_eq!(plan.grids.len(), k);
        let codes: BTreeSet<&str> = plan.grids.iter().map(|g| g.code.as_str()).collect();
        prop_assert_eq!(codes.len(), k);
        let mean = city.units.iter().map(|u| u.population).sum::<f64>() / k as f64;
        let mut named: BTreeMap<&str, Vec<Promise>> = BTreeMap::new();
        for violation in &plan.violations {
            named.entry(&violation.grid).or_default().push(violation.promise);
        }
        for (g, grid) in plan.grids.iter().enumerate() {
            prop_assert!(!grid.units.is_empty());
            prop_assert!(grid.units.iter().all(|&u| plan.grid_of_unit[u as usize] as usize == g));
            let broken = |promise| named.get(grid.code.as_str()).is_some_and(|n| n.contains(&promise));
            let out = mean > 0.0 && (grid.population / mean - 1.0).abs() > 0.05 + 1e-9;
            prop_assert_eq!(broken(Promise::Population), out);
            prop_assert_eq!(broken(Promise::Contiguity), grid.parts > 1);
        }
        // Touching units of an estate share a grid.
        for (a, b, length) in ground.contiguity.pairs().filter(|p| p.2 > 0.0) {
            let (a, b) = (a as usize, b as usize);
            if length > 0.0 && city.units[a].estate.is_some() && city.units[a].estate == city.units[b].estate {
                prop_assert_eq!(plan.grid_of_unit[a], plan.grid_of_unit[b]);
            }
        }
        prop_assert!(plan.honeycomb_bound_m < plan.border_m);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_touches_of_an_estate_stays_in_one_grid(
        estates in proptest::collection::vec(proptest::option::weighted(0.5, 0..5u8), SIDE * SIDE),
        people in proptest::collection::vec(prop_oneof![4 => 0..40u32, 1 => 300..900u32], SIDE * SIDE),
        k in 1..5usize,
    ) {
        let mut city = town(
            (0..SIDE * SIDE).map(|i| unit(i % SIDE, i / SIDE, f64::from(people[i]))).collect(),
        );
        for (unit, estate) in city.units.iter_mut().zip(&estates) {
            unit.estate = estate.map(|e| format!("e{e}"));
        }
        // Too few parts for so many grids is an error of its own.
        let Ok(plan) = plan(&city, k) else { return Ok(()) };
        prop_assert_eq!(plan.grids.len(), k);
        for i in 0..SIDE * SIDE {
            let east = (i % SIDE + 1 < SIDE).then_some(i + 1);
            let north = (i + SIDE < SIDE * SIDE).then_some(i + SIDE);
            for other in [east, north].into_iter().flatten() {
                if estates[i].is_some() && estates[i] == estates[other] {
                    prop_assert_eq!(plan.grid_of_unit[i], plan.grid_of_unit[other]);
                }
            }
        }
        prop_assert!(plan.grids.iter().all(|grid| grid.parts == 1));
    }
}
