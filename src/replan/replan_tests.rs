#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::generate::Generate;

/// A modelled city with its plan.
struct Town {
    city: City,
    ground: Ground,
    divide: Divide,
    plan: Plan,
    current: CurrentPlan,
}

impl Town {
    fn of(units: usize, grids: usize) -> Town {
        let city = Generate::units(units).seed(1).run().city;
        let ground = Ground::survey(&city).unwrap();
        let divide = Divide::into_grids(grids).effort(crate::divide::Effort::Fast);
        let plan = divide.run(&city, &ground).unwrap();
        let current = CurrentPlan::of(&city, &plan);
        Town { city, ground, divide, plan, current }
    }

    fn replan(&self, replan: &Replan, city: &City) -> Replanned {
        let ground = Ground::survey(city).unwrap();
        let replanned = replan.run(&self.divide, city, &ground, &self.current).unwrap();
        self.check(city, &ground, &replanned);
        replanned
    }

    /// What every changed plan must keep, recomputed from scratch.
    fn check(&self, city: &City, ground: &Ground, replanned: &Replanned) {
        let Replanned { plan, change } = replanned;
        // Nothing is lost.
        let mut units = 0;
        for (g, grid) in plan.grids.iter().enumerate() {
            units += grid.units.len();
            for &u in &grid.units {
                assert_eq!(plan.grid_of_unit[u as usize] as usize, g);
                assert_eq!(ground.community_of_cell[u as usize] as usize, grid.community);
            }
        }
        assert_eq!(units, city.units.len());
        // In one piece, unless it says otherwise.
        let labels: Vec<u32> =
            plan.grid_of_unit.iter().chain(&plan.grid_of_open_ground).copied().collect();
        let parts = ground.contiguity.parts(&labels, plan.grids.len());
        for (grid, parts) in plan.grids.iter().zip(parts) {
            let told = plan
                .violations
                .iter()
                .any(|v| v.grid == grid.code && v.promise == crate::plan::Promise::Contiguity);
            assert!(parts == 1 || told, "{} lies in {parts} parts", grid.code);
        }
        // Codes are the community's with a number, each once, in order.
        let codes: Vec<&str> = plan.grids.iter().map(|g| g.code.as_str()).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        for grid in &plan.grids {
            assert!(grid.code.starts_with(&city.communities[grid.community].id));
        }
        // People moved, by the codes alone where no grid has another code.
        if change.renamed_grids.is_empty() {
            let mut moved = 0.0;
            for (u, unit) in city.units.iter().enumerate() {
                let Some(known) = self.current.units.get(&unit.id) else { continue };
                let was = &self.current.grids[known.grid as usize].code;
                if *was != plan.grids[plan.grid_of_unit[u] as usize].code {
                    moved += unit.population;
                }
            }
            assert_eq!(moved, change.people_moved);
        }
        let listed: f64 = change
            .moves
            .iter()
            .filter(|m| m.from.is_some() && m.to.is_some())
            .map(|m| m.people)
            .sum();
        assert!((listed - change.people_moved).abs() < 1e-6);
        assert!(change.moves.iter().all(|m| m.reason.len() > 10));
        assert!(change.least_people_moved <= change.people_moved);
        assert!(change.least_people_moved >= 0.0);
        // A code that is given up is not used again.
        for code in &change.given_up_grids {
            assert!(!codes.contains(&code.as_str()));
        }
        assert_eq!(change.grids_kept + change.new_grids.len(), plan.grids.len());
    }
}

#[test]
fn nothing_changed_is_nothing_done() {
    let town = Town::of(400, 9);
    let same = town.replan(&Replan::default(), &town.city);
    assert_eq!(same.change.people_moved, 0.0);
    assert!(same.change.moves.is_empty());
    assert_eq!(same.plan.grids, town.plan.grids);
    assert_eq!(same.plan.grid_of_unit, town.plan.grid_of_unit);
    assert_eq!(same.plan.violations, town.plan.violations);
    assert_eq!(same.plan.communities, town.plan.communities);
}

#[test]
fn changed_counts_are_evened_out_with_few_moves() {
    let mut town = Town::of(600, 12);
    assert!(town.plan.violations.is_empty());
    for (i, unit) in town.city.units.iter_mut().enumerate() {
        if i % 20 == 0 {
            unit.population = (unit.population * if i % 40 == 0 { 1.5 } else { 0.5 }).round();
        }
    }
    let changed = town.replan(&Replan::default(), &town.city);
    assert!(changed.plan.violations.is_empty(), "{:?}", changed.plan.violations);
    let (_, anew, all) =
        Replan::default().anew(&town.divide, &town.city, &town.ground, &town.current).unwrap();
    assert!(changed.change.people_moved < 0.25 * anew, "{} {anew}", changed.change.people_moved);
    assert_eq!(all, changed.change.people_staying_or_moved);
}

#[test]
fn units_come_and_go() {
    let mut town = Town::of(400, 9);
    let gone = town.city.units.remove(17);
    let mut new = town.city.units[30].clone();
    new.id = "new".into();
    town.city.units[30].population = 0.0;
    // The new one takes the place of another, which is gone, too.
    let replaced = std::mem::replace(&mut town.city.units[30], new);
    let changed = town.replan(&Replan::default(), &town.city);
    let change = &changed.change;
    assert_eq!((change.new_units, change.vanished_units), (1, 2));
    let of = |id: &str| change.moves.iter().find(|m| m.unit == id).unwrap();
    assert_eq!((of("new").from.clone(), of(&gone.id).to.clone()), (None, None));
    // On the ground of the one it takes the place of.
    let before = &town.current.grids[town.current.units[&replaced.id].grid as usize].code;
    assert!(of("new").to.as_ref() == Some(before) || change.people_moved > 0.0);
}

#[test]
fn more_and_fewer_grids() {
    let town = Town::of(600, 12);
    for total in [10, 11, 13, 14] {
        let replan = Replan { counts: Counts::Total(total), ..Replan::default() };
        let changed = town.replan(&replan, &town.city);
        let change = &changed.change;
        assert_eq!(changed.plan.grids.len(), total);
        assert_eq!(change.grids_kept, total.min(12));
        assert_eq!(change.new_grids.len(), total.saturating_sub(12));
        assert_eq!(change.given_up_grids.len(), 12usize.saturating_sub(total));
        assert!(change.least_people_moved > 0.0);
        // New codes come after the highest of their community.
        for code in &change.new_grids {
            let community = &code[..12];
            let own = town.current.grids.iter().filter(|g| g.community == community);
            assert!(own.map(|g| &g.code).max().unwrap() < code);
        }
    }
}

#[test]
fn locked_grids_stay_as_they_are() {
    let mut town = Town::of(600, 12);
    let locked: Vec<String> =
        town.plan.grids.iter().step_by(5).map(|grid| grid.code.clone()).collect();
    for (i, unit) in town.city.units.iter_mut().enumerate() {
        unit.population = (unit.population * (0.6 + (i % 9) as f64 * 0.1)).round();
    }
    let replan = Replan { locked: locked.clone(), ..Replan::default() };
    let changed = town.replan(&replan, &town.city);
    for code in &locked {
        let units =
            |plan: &Plan| plan.grids.iter().find(|g| g.code == *code).unwrap().units.clone();
        assert_eq!(units(&town.plan), units(&changed.plan));
    }
    let wrong = Replan { locked: vec!["nowhere".into()], ..Replan::default() };
    let refused = wrong.run(&town.divide, &town.city, &town.ground, &town.current).unwrap_err();
    assert!(refused.to_string().contains("no such grid"), "{refused}");
}

#[test]
fn redrawn_communities_are_never_crossed() {
    let generated = Generate::units(600).seed(1).run();
    let mut old = generated.city.clone();
    old.communities = (0..generated.old_communities.len())
        .map(|i| crate::model::Community {
            id: format!("old-{i:02}"),
            name: format!("old-{i:02}"),
            subdistrict: None,
            grids: None,
            boundary: None,
        })
        .collect();
    for (unit, &community) in old.units.iter_mut().zip(&generated.old_community_of_unit) {
        unit.community = Some(community as usize);
    }
    let ground = Ground::survey(&old).unwrap();
    let divide = Divide::into_grids(10);
    let plan = divide.run(&old, &ground).unwrap();
    let current = CurrentPlan::of(&old, &plan);
    let town = Town { city: old, ground, divide, plan, current };
    let changed = town.replan(&Replan::default(), &generated.city);
    let change = &changed.change;
    assert_eq!(changed.plan.grids.len(), 10);
    assert_eq!(change.renamed_grids.len(), change.grids_kept, "no old code begins with a new one");
    // Matched at best: no other grid holds more of those that go on than they keep in all.
    let mut kept: BTreeMap<&str, f64> = BTreeMap::new();
    let moved: BTreeSet<&str> = change.moves.iter().map(|m| m.unit.as_str()).collect();
    for (u, unit) in generated.city.units.iter().enumerate() {
        if !moved.contains(unit.id.as_str()) {
            let code = changed.plan.grids[changed.plan.grid_of_unit[u] as usize].code.as_str();
            *kept.entry(code).or_insert(0.0) += unit.population;
        }
    }
    let kept: f64 = kept.values().sum();
    assert!((kept + change.people_moved - change.people_staying_or_moved).abs() < 1e-6);
}

#[test]
fn stability_trades_people_for_borders() {
    let mut town = Town::of(400, 9);
    for (i, unit) in town.city.units.iter_mut().enumerate() {
        unit.population = (unit.population * if i % 11 == 0 { 1.4 } else { 1.0 }).round();
    }
    let curve =
        Curve::of(&Replan::default(), &town.divide, &town.city, &town.ground, &town.current)
            .unwrap();
    let (first, last) = (curve.points[0], curve.points[curve.points.len() - 2]);
    assert!(first.people_moved <= last.people_moved);
    assert!(first.boundary_cost_m > last.boundary_cost_m);
    for step in curve.points[1..curve.points.len() - 1].windows(2) {
        assert!(step[0].people_moved <= step[1].people_moved);
    }
    assert_eq!(curve.csv().lines().count(), curve.points.len() + 1);
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        let wrong = Replan { stability: Some(weight), ..Replan::default() };
        assert!(wrong.run(&town.divide, &town.city, &town.ground, &town.current).is_err());
    }
}

#[test]
fn a_grid_that_reaches_too_far_is_drawn_in() {
    let town = Town::of(400, 9);
    let across = |plan: &Plan, ground: &Ground| -> Vec<f64> {
        let mut across: Vec<f64> =
            plan.grids.iter().map(|grid| ground.diameter_m(&grid.units)).collect();
        across.sort_by(f64::total_cmp);
        across
    };
    let before = across(&town.plan, &town.ground);
    let limit = (before[before.len() - 1] + before[before.len() - 2]) / 2.0;
    let mut divide = town.divide.clone();
    divide.shape.max_diameter_m = Some(limit);
    let changed = Replan::default().run(&divide, &town.city, &town.ground, &town.current).unwrap();
    let now = across(&changed.plan, &town.ground);
    let most = now[now.len() - 1];
    assert!(most < before[before.len() - 1], "{most} {before:?}");
    assert_eq!(changed.plan.violations.is_empty(), most <= limit * (1.0 + 1e-9));
    assert!(changed.change.people_moved > 0.0);
    let all = changed.change.people_staying_or_moved;
    assert!(changed.change.people_moved < 0.1 * all, "{}", changed.change.people_moved / all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever happens to people, units and numbers: what a plan must keep is kept.
    #[test]
    fn any_change_is_taken_in(
        factors in proptest::collection::vec(0u32..5, 150),
        gone in proptest::collection::btree_set(0usize..150, 0..20),
        total in 3usize..8,
        stability in proptest::option::of(0.0..2.0f64),
    ) {
        let town = Town::of(150, 5);
        let mut city = town.city.clone();
        for (unit, factor) in city.units.iter_mut().zip(factors) {
            unit.population = (unit.population * f64::from(factor) / 2.0).round();
        }
        for unit in gone.into_iter().rev() {
            city.units.remove(unit);
        }
        let replan = Replan { counts: Counts::Total(total), stability, locked: Vec::new() };
        let changed = town.replan(&replan, &city);
        prop_assert_eq!(changed.plan.grids.len(), total);
    }
}
