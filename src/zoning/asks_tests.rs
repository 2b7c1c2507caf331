//! What can be asked of a division beside people and area, on small towns.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::tests::{plan, square, town, unit};
use crate::divide::{Effort, Tolerance};
use crate::ground::Ground;
use crate::model::{City, Seed, Trait};
use crate::plan::{Between, Divide, PeopleRange, Plan, Promise, ServiceGrid, ShapeWish};

const SIDE: usize = 6;

fn run(divide: Divide, city: &City) -> Plan {
    divide.run(city, &Ground::survey(city).unwrap()).unwrap()
}

fn names(values: &[(usize, &str)], count: usize) -> Vec<Option<String>> {
    let mut column = vec![None; count];
    for &(unit, name) in values {
        column[unit] = Some(name.to_owned());
    }
    column
}

fn figure(grid: &ServiceGrid, name: &str) -> f64 {
    grid.figures.iter().find(|f| f.name == name).unwrap().value
}

fn broken(plan: &Plan, promise: Promise) -> usize {
    plan.violations.iter().filter(|v| v.promise == promise).count()
}

#[test]
fn further_weights_are_even_and_told() {
    let mut city = square();
    // All elderly people live in the two western columns, by tenths.
    let elderly: Vec<f64> = (0..36).map(|i| if i % SIDE < 2 { 1.1 } else { 0.0 }).collect();
    city.attributes.amounts.insert("elderly".into(), elderly);
    let plan = run(Divide::into_grids(3).weight("elderly", Tolerance::both(0.01)), &city);
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
    for grid in &plan.grids {
        assert!((figure(grid, "sum_elderly") - 4.4).abs() < 1e-9);
        assert!(figure(grid, "deviation_elderly").abs() < 1e-9);
    }
    let plan = run(Divide::into_grids(5).weight("elderly", Tolerance::both(0.01)), &city);
    let violation = plan.violations.iter().find(|v| v.promise == Promise::Weight).unwrap();
    assert_eq!(violation.field.as_deref(), Some("elderly"));
    let error = Divide::into_grids(3).weight("young", Tolerance::both(0.1));
    let error = error.run(&city, &Ground::survey(&city).unwrap()).unwrap_err().to_string();
    assert!(error.contains("young"), "{error}");
}

#[test]
fn a_mixture_is_spread_and_its_absence_named() {
    let mut city = square();
    let tenure = |i: usize| Some(if i % SIDE < 3 { "own" } else { "rent" }.to_owned());
    let column = Trait::Categories((0..36).map(tenure).collect());
    city.attributes.traits.insert("tenure".into(), column);
    let mixed = run(Divide::into_grids(3).mix("tenure", 0.05), &city);
    assert_eq!(broken(&mixed, Promise::Mix), 0, "{:?}", mixed.violations);
    for grid in &mixed.grids {
        assert!((figure(grid, "share_tenure_own") - 0.5).abs() < 0.06);
    }
    // A column of numbers is cut into four classes with a quarter of the people each.
    let rising = Trait::Numbers((0..36).map(|i| Some((i % SIDE) as f64)).collect());
    city.attributes.traits.insert("age".into(), rising);
    let mixed = run(Divide::into_grids(3).mix("age", 0.1), &city);
    let shares =
        |grid: &ServiceGrid| (1..=4).map(|q| figure(grid, &format!("share_age_q{q}"))).sum::<f64>();
    assert!(mixed.grids.iter().all(|grid| (shares(grid) - 1.0).abs() < 1e-9));
    assert_eq!(broken(&mixed, Promise::Mix), 0, "{:?}", mixed.violations);
}

#[test]
fn borders_go_to_where_units_differ() {
    let mut city = square();
    let kind = |i: usize| Some(if i % SIDE < 3 { "old" } else { "new" }.to_owned());
    let column = Trait::Categories((0..36).map(kind).collect());
    city.attributes.traits.insert("kind".into(), column);
    let alike = run(Divide::into_grids(2).alike("kind", 0.8), &city);
    assert!(alike.grids.iter().all(|grid| figure(grid, "alike_kind") == 1.0));
    // Borders are told by their true length, whatever they counted.
    let plain = run(Divide::into_grids(2), &city);
    assert!((alike.boundary_cost_m - plain.boundary_cost_m).abs() < 0.01 * plain.boundary_cost_m);
}

#[test]
fn groups_and_pairs_are_kept_apart() {
    let mut city = square();
    city.attributes.apart = names(&[(0, "clinic"), (1, "clinic"), (7, "clinic")], 36);
    let divide = Divide::into_grids(4).apart(["3-3", "4-3"]).apart(["4-3", "5-3"]);
    let plan = run(divide, &city);
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
    let grid = |x: usize, y: usize| plan.grid_of_unit[y * SIDE + x];
    assert_eq!([grid(0, 0), grid(1, 0), grid(1, 1)].into_iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(grid(4, 3) != grid(3, 3) && grid(4, 3) != grid(5, 3));
    // What an estate holds together cannot be parted.
    for i in [0, 1] {
        city.units[i].estate = Some("garden".into());
    }
    let plan = run(Divide::into_grids(4), &city);
    let violation = plan.violations.iter().find(|v| v.promise == Promise::Apart).unwrap();
    assert!(violation.unavoidable && violation.reason.contains("0-0, 1-0"), "{violation:?}");
    let error = Divide::into_grids(4).apart(["0-0", "nowhere"]);
    let error = error.run(&city, &Ground::survey(&city).unwrap()).unwrap_err().to_string();
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn special_purpose_grids_stand_by_themselves() {
    let mut city = square();
    // A campus that cuts the town in two: its middle column.
    let campus: Vec<(usize, &str)> = (0..SIDE).map(|y| (y * SIDE + 2, "campus")).collect();
    city.attributes.special = names(&campus, 36);
    for &(unit, _) in &campus {
        city.units[unit].population = 1_000.0;
    }
    let plan = run(Divide::into_grids(5), &city);
    assert_eq!(plan.grids.len(), 6);
    assert_eq!((plan.communities[0].grids, plan.communities[0].special_grids), (6, 1));
    let special: Vec<&ServiceGrid> = plan.grids.iter().filter(|g| g.special.is_some()).collect();
    assert_eq!(special.len(), 1);
    assert_eq!((special[0].units.len(), special[0].population), (6, 6_000.0));
    assert_eq!((special[0].code.as_str(), special[0].population_deviation), ("c006", 0.0));
    // Two grids in the west and three in the east, even among themselves, none across.
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
    assert!(plan.grids.iter().all(|grid| grid.parts == 1));
    // The campus' own borders count, whatever is divided besides: twelve sides of a unit.
    let cost = |plan: &Plan, of: &City| {
        let ground = Ground::survey(of).unwrap();
        let apart = |&(a, b, ..): &(u32, u32, f64, f64)| {
            plan.grid_of_unit[a as usize] != plan.grid_of_unit[b as usize]
        };
        ground.contiguity.costs().filter(apart).map(|(.., cost_m)| cost_m).sum::<f64>()
    };
    assert!((plan.boundary_cost_m - cost(&plan, &city)).abs() < 0.1, "{}", plan.boundary_cost_m);
    assert!(plan.least_boundary_cost_m() <= plan.boundary_cost_m);
    // Too few grids for both sides: the one across is named.
    let one = run(Divide::into_grids(1), &city);
    assert_eq!(broken(&one, Promise::Contiguity), 1);
    // A town that is nothing else.
    city.attributes.special = vec![Some("campus".into()); 36];
    assert_eq!(run(Divide::into_grids(0), &city).grids.len(), 1);
}

#[test]
fn special_purpose_grids_in_parts_are_named() {
    let mut city = square();
    city.attributes.special = names(&[(0, "market"), (35, "market")], 36);
    let plan = run(Divide::into_grids(2), &city);
    let violation = plan.violations.iter().find(|v| v.promise == Promise::Contiguity).unwrap();
    assert!(violation.unavoidable && violation.reason.contains("special-purpose"));
}

#[test]
fn seeds_get_a_grid_each() {
    let mut city = square();
    city.attributes.seed = (0..36).map(|i| i < 3).collect();
    let east = city.units[0].shape.clone();
    let geo::Geometry::Polygon(first) = east else { panic!() };
    let corner = first.exterior().0[0];
    let position = geo::Point::new(corner.x + 5.5e-3, corner.y + 0.5e-3);
    city.seeds.push(Seed { id: "office".into(), position });
    let plan = run(Divide::into_grids(4), &city);
    assert_eq!(broken(&plan, Promise::Seed), 0, "{:?}", plan.violations);
    assert!(plan.grids.iter().all(|grid| figure(grid, "seeds") == 1.0));
    let error = Divide::into_grids(3).run(&city, &Ground::survey(&city).unwrap());
    assert!(error.unwrap_err().to_string().contains("4 to 36"));
    city.seeds[0].position = geo::Point::new(9.0, 9.0);
    let error = Divide::into_grids(4).run(&city, &Ground::survey(&city).unwrap());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("seeds.geojson") && error.contains("office"), "{error}");
}

#[test]
fn grids_have_as_many_units_and_households_as_they_may() {
    let mut city = square();
    for (i, unit) in city.units.iter_mut().enumerate() {
        unit.population = if i < 6 { 60.0 } else { 1.0 };
        unit.households = Some(2.0);
    }
    let units = Between { least: Some(8.0), most: Some(10.0) };
    let open = Divide { population_tolerance: Tolerance::OPEN, ..Divide::into_grids(4) };
    let plan = run(open.clone().units_per_grid(units), &city);
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
    assert!(plan.grids.iter().all(|grid| (8..=10).contains(&grid.units.len())));
    let few = Between { least: None, most: Some(12.0) };
    let plan = run(open.households_per_grid(few), &city);
    // 72 households are more than four grids may have: the fewest grids bear it.
    let over = plan.grids.iter().filter(|grid| figure(grid, "households") > 12.0).count();
    assert!(over > 0 && over == broken(&plan, Promise::Households), "{:?}", plan.violations);
    assert!(plan.violations.iter().all(|v| v.limit == 12.0 && v.reason.contains("72 households")));
    city.units[7].households = None;
    let missing = Divide::into_grids(4).households_per_grid(few);
    let error = missing.run(&city, &Ground::survey(&city).unwrap()).unwrap_err().to_string();
    assert!(["units.geojson", "feature 8", "households"].iter().all(|part| error.contains(part)));
}

#[test]
fn the_number_of_grids_is_found_from_least_ideal_and_most() {
    let mut city = square(); // 360 people
    let range = |text: &str| Divide::into_grids_between(text.parse::<PeopleRange>().unwrap());
    let plan = run(range("70:90:100"), &city);
    assert_eq!(plan.grids.len(), 4);
    assert!(plan.violations.is_empty() && plan.findings.is_empty());
    assert!(plan.grids.iter().all(|grid| (70.0..=100.0).contains(&grid.population)));
    // A unit as large as five grids gets one, and the others are divided as if it were not there.
    city.units[14].population = 500.0;
    let plan = run(range("70:90:100"), &city);
    assert_eq!(plan.grids.len(), 5);
    assert!(plan.violations.iter().all(|v| v.unavoidable), "{:?}", plan.violations);
    // 350 people beside it make no number of grids of 190 to 200.
    let plan = run(range("190:195:200"), &city);
    assert!(plan.findings.iter().any(|f| f.kind == "people-per-grid-infeasible"));
}

#[test]
fn grids_are_kept_from_reaching_too_far() {
    // A street of 24 houses, some 2.7 km long, each house two deep.
    let city = town((0..48).map(|i| unit(i / 2, i % 2, 10.0)).collect());
    let shape = ShapeWish { max_diameter_m: Some(720.0), ..ShapeWish::default() };
    let plan = run(Divide::into_grids(4).shape(shape), &city);
    assert_eq!(broken(&plan, Promise::Diameter), 0, "{:?}", plan.violations);
    assert!(plan.grids.iter().all(|grid| figure(grid, "diameter_m") <= 720.0));
    let plan = run(Divide::into_grids(3).shape(shape), &city);
    let violations = plan.violations.iter().filter(|v| v.promise == Promise::Diameter);
    assert!(violations.clone().count() > 0);
    assert!(violations.clone().all(|v| v.value > 720.0 && v.limit == 720.0));
    let wish = ShapeWish { compactness: 2.0, evenness: 2.0, ..ShapeWish::default() };
    let plan = run(Divide::into_grids(4).shape(wish), &square());
    assert!(plan.violations.is_empty(), "{:?}", plan.violations);
    // Four squares of three by three: a square of side s has the moment s⁴ / 6.
    let square_roundness = 3.0 / std::f64::consts::PI;
    assert!(plan.grids.iter().all(|g| (figure(g, "roundness") - square_roundness).abs() < 0.01));
    let wrong = ShapeWish { compactness: f64::NAN, ..ShapeWish::default() };
    assert!(
        Divide::into_grids(4)
            .shape(wrong)
            .run(&square(), &Ground::survey(&square()).unwrap())
            .is_err()
    );
}

#[test]
fn levels_are_divided_inside_each_other() {
    let mut city = square();
    city.units[0].lock = Some("A".into());
    let ground = Ground::survey(&city).unwrap();
    let grids = Divide::into_grids(3).run(&city, &ground).unwrap();
    let (below, its_ground) = super::one_level_down(&city, &ground, &grids);
    let groups = Divide::into_grids(9).run(&below, &its_ground).unwrap();
    assert_eq!(groups.grids.len(), 9);
    for (unit, &group) in groups.grid_of_unit.iter().enumerate() {
        let (group, grid) = (&groups.grids[group as usize], plan_code(&grids, unit));
        assert!(group.code.starts_with(&grid) && group.code.len() == grid.len() + 3);
    }
    assert!(groups.grids.iter().all(|group| group.parts == 1 && group.population == 40.0));
}

fn plan_code(plan: &Plan, unit: usize) -> String {
    plan.grids[plan.grid_of_unit[unit] as usize].code.clone()
}

/// A block of nine units with groups, seeds, locks and estates.
#[derive(Debug, Clone)]
struct Tied {
    apart: Vec<Option<u8>>,
    seed: Vec<bool>,
    lock: Vec<Option<u8>>,
    pair: (usize, usize),
}

fn tied(count: usize) -> impl Strategy<Value = Tied> {
    let group = || {
        proptest::collection::vec(prop_oneof![3 => Just(None), 1 => (0..2u8).prop_map(Some)], count)
    };
    let seed = proptest::collection::vec(proptest::bool::weighted(0.15), count);
    let lock = proptest::collection::vec(
        prop_oneof![8 => Just(None), 1 => (0..40u8).prop_map(Some)],
        count,
    );
    (group(), seed, lock, (0..count, 0..count)).prop_map(|(apart, seed, lock, pair)| Tied {
        apart,
        seed,
        lock,
        pair,
    })
}

impl Tied {
    fn enter(&self, city: &mut City) {
        let name = |group: &Option<u8>| group.map(|g| format!("g{g}"));
        city.attributes.apart = self.apart.iter().map(name).collect();
        city.attributes.seed = self.seed.clone();
        for (i, (unit, lock)) in city.units.iter_mut().zip(&self.lock).enumerate() {
            // A name for every unit, so that no lock lies in parts.
            unit.lock = lock.map(|lock| format!("l{lock}-{i}"));
        }
    }

    /// Whether units of one grid may be together.
    fn allows(&self, together: &[usize]) -> bool {
        let pairs = together.iter().flat_map(|&a| together.iter().map(move |&b| (a, b)));
        pairs.filter(|(a, b)| a < b).all(|(a, b)| {
            !(self.apart[a].is_some() && self.apart[a] == self.apart[b]
                || self.seed[a] && self.seed[b]
                || self.lock[a].is_some() && self.lock[b].is_some()
                || (a, b) == (self.pair.0.min(self.pair.1), self.pair.0.max(self.pair.1)))
        })
    }
}

/// Whether some division of a block of `side` × `side` units into `k` contiguous grids keeps all
/// that is to be kept apart, by trying every one.
fn some_division_keeps(tied: &Tied, side: usize, k: usize) -> bool {
    fn extend(tied: &Tied, side: usize, k: usize, labels: &mut Vec<usize>, used: usize) -> bool {
        let v = labels.len();
        if v == side * side {
            return used == k && is_contiguous(side, k, labels);
        }
        (0..(used + 1).min(k)).any(|label| {
            labels.push(label);
            let together: Vec<usize> = (0..=v).filter(|&u| labels[u] == label).collect();
            let kept = tied.allows(&together) && extend(tied, side, k, labels, used.max(label + 1));
            labels.truncate(v);
            kept
        })
    }
    extend(tied, side, k, &mut Vec::new(), 0)
}

fn is_contiguous(side: usize, k: usize, labels: &[usize]) -> bool {
    let edges: Vec<(u32, u32, i64)> = (0..side * side)
        .flat_map(|v| {
            let east = (v % side + 1 < side).then_some((v as u32, v as u32 + 1, 1));
            let north = (v + side < side * side).then_some((v as u32, (v + side) as u32, 1));
            [east, north].into_iter().flatten()
        })
        .collect();
    let graph = crate::Graph::new(1, vec![1; side * side], &edges).unwrap();
    graph.components_within(|a, b| labels[a] == labels[b]).1 == k
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_can_be_kept_apart_is(tied in tied(9), k in 1..5usize) {
        let mut city = town((0..9).map(|i| unit(i % 3, i / 3, 10.0)).collect());
        tied.enter(&mut city);
        let id = |i: usize| city.units[i].id.clone();
        let mut divide = Divide { population_tolerance: Tolerance::OPEN, ..Divide::into_grids(k) };
        if tied.pair.0 != tied.pair.1 {
            divide = divide.apart([id(tied.pair.0), id(tied.pair.1)]);
        }
        let feasible = some_division_keeps(&tied, 3, k);
        match divide.run(&city, &Ground::survey(&city).unwrap()) {
            // Refused only where there is no way.
            Err(_) => prop_assert!(!feasible),
            Ok(plan) => {
                let broken = [Promise::Apart, Promise::Seed, Promise::Lock]
                    .iter()
                    .any(|&promise| broken(&plan, promise) > 0);
                prop_assert_eq!(broken, !feasible, "{:?}", plan.violations);
            }
        }
    }

    #[test]
    fn every_broken_ask_is_named_and_no_other(
        tied in tied(SIDE * SIDE),
        special in proptest::collection::vec(proptest::bool::weighted(0.2), SIDE * SIDE),
        people in proptest::collection::vec(1..30u32, SIDE * SIDE),
        k in 2..7usize,
    ) {
        let mut city = town((0..SIDE * SIDE).map(|i| unit(i % SIDE, i / SIDE, f64::from(people[i]))).collect());
        tied.enter(&mut city);
        for (i, &special) in special.iter().enumerate() {
            if special {
                city.units[i].lock = None;
                city.attributes.seed[i] = false;
            }
        }
        let name = |&s: &bool| s.then(|| "campus".to_owned());
        city.attributes.special = special.iter().map(name).collect();
        let amounts: Vec<f64> = (0..36).map(|i| f64::from(i) / 3.0).collect();
        city.attributes.amounts.insert("cases".into(), amounts.clone());
        let divide = Divide::into_grids(k)
            .weight("cases", Tolerance::above(0.4))
            .units_per_grid(Between { least: Some(3.0), most: Some(12.0) })
            .effort(Effort::Fast);
        let Ok(plan) = divide.run(&city, &Ground::survey(&city).unwrap()) else {
            return Ok(());
        };
        let is_special = |grid: &ServiceGrid| grid.special.is_some();
        prop_assert_eq!(plan.grids.iter().filter(|g| !is_special(g)).count(), k);
        let held: usize = plan.grids.iter().map(|grid| grid.units.len()).sum();
        prop_assert_eq!(held, SIDE * SIDE);
        for (unit, &grid) in plan.grid_of_unit.iter().enumerate() {
            prop_assert_eq!(is_special(&plan.grids[grid as usize]), special[unit]);
        }
        let cases = |grid: &ServiceGrid| grid.units.iter().map(|&u| amounts[u as usize]).sum::<f64>();
        let general = || plan.grids.iter().filter(|g| !is_special(g));
        let mean = general().map(cases).sum::<f64>() / k as f64;
        for grid in &plan.grids {
            let named: BTreeSet<Promise> = plan
                .violations
                .iter()
                .filter(|v| v.grid == grid.code)
                .map(|v| v.promise)
                .collect();
            prop_assert_eq!(named.contains(&Promise::Contiguity), grid.parts > 1);
            let units: Vec<usize> = grid.units.iter().map(|&u| u as usize).collect();
            let count = |has: &dyn Fn(usize) -> bool| units.iter().filter(|&&u| has(u)).count();
            let groups = (0..2u8).map(|g| count(&|u| tied.apart[u] == Some(g)));
            prop_assert_eq!(named.contains(&Promise::Apart), groups.max().unwrap_or(0) > 1);
            if is_special(grid) {
                continue;
            }
            let seeds = count(&|u| city.attributes.seed[u]);
            let all_seeds = city.attributes.seed.iter().filter(|&&s| s).count();
            prop_assert_eq!(
                named.contains(&Promise::Seed),
                seeds > 1 || seeds == 0 && all_seeds == k
            );
            let locks = count(&|u| city.units[u].lock.is_some());
            prop_assert_eq!(named.contains(&Promise::Lock), locks > 1);
            prop_assert_eq!(named.contains(&Promise::Units), !(3..=12).contains(&units.len()));
            prop_assert_eq!(named.contains(&Promise::Weight), cases(grid) > 1.4 * mean + 1e-9);
        }
    }
}

#[test]
fn nothing_asked_is_nothing_changed() {
    let city = square();
    let plain = plan(&city, 4).unwrap();
    assert!(plain.grids.iter().all(|grid| grid.figures.is_empty() && grid.special.is_none()));
}
