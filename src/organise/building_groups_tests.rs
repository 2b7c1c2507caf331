#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;
use crate::plan::Divide;

fn town(seed: u64) -> (City, Ground, Plan) {
    let city = Generate::units(900).seed(seed).city();
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(21).effort(Effort::Fast).run(&city, &ground).unwrap();
    (city, ground, plan)
}

#[test]
fn building_groups_are_contiguous_and_make_up_their_grid() {
    for seed in 1..4 {
        let (city, ground, plan) = town(seed);
        let cut = BuildingGroups { seed, ..BuildingGroups::default() };
        let division = cut.run(&city, &ground, &plan).unwrap();
        let parts = ground.contiguity.parts(&division.group_of_unit, division.groups.len());
        assert!(parts.iter().all(|&parts| parts == 1), "{parts:?}");
        let mut seen = vec![0; city.units.len()];
        for (i, group) in division.groups.iter().enumerate() {
            for &unit in &group.units {
                seen[unit as usize] += 1;
                assert_eq!(plan.grid_of_unit[unit as usize] as usize, group.grid);
                assert_eq!(division.group_of_unit[unit as usize] as usize, i);
            }
            let code = &plan.grids[group.grid].code;
            assert!(group.code.starts_with(code) && group.code.len() == code.len() + 2);
        }
        assert!(seen.iter().all(|&n| n == 1));
        // As many as asked for, grid by grid.
        for (g, grid) in plan.grids.iter().enumerate() {
            let households: f64 =
                grid.units.iter().map(|&u| city.units[u as usize].households.unwrap()).sum();
            let count = division.groups.iter().filter(|group| group.grid == g).count();
            assert_eq!(count, nearest_number(households / 50.0));
        }
        let codes: std::collections::BTreeSet<&str> =
            division.groups.iter().map(|g| g.code.as_str()).collect();
        assert_eq!(codes.len(), division.groups.len());
    }
}

/// A grid in two parts, which the plan had to join, is cut into groups of one part each.
#[test]
fn no_building_group_reaches_over_what_lies_apart() {
    let (mut city, _, _) = town(2);
    // A stretch of units goes, from south to north, so that what is left lies in two parts.
    let ground = Ground::survey(&city).unwrap();
    let x: Vec<f64> = ground.unit_points.iter().map(|p| p.x()).collect();
    let mut sorted = x.clone();
    sorted.sort_by(f64::total_cmp);
    let (from, to) = (sorted[400], sorted[500]);
    let mut keep = x.iter().map(|x| !(from..to).contains(x));
    city.units.retain(|_| keep.next().unwrap());
    let everything = crate::model::Community {
        id: "620302001001".into(),
        name: "one".into(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    city.units.iter_mut().for_each(|unit| unit.community = Some(0));
    city.communities = vec![everything];
    city.attributes = Default::default();
    let ground = Ground::survey(&city).unwrap();
    assert!(!ground.contiguity.virtual_edges().is_empty());
    let plan = Divide::into_grids(1).effort(Effort::Fast).run(&city, &ground).unwrap();
    assert!(plan.grids[0].parts > 1);
    let division = BuildingGroups::default().run(&city, &ground, &plan).unwrap();
    let parts = ground.contiguity.parts(&division.group_of_unit, division.groups.len());
    assert!(parts.iter().all(|&parts| parts == 1), "{parts:?}");
}

#[test]
fn doorways_share_out_the_households_evenly() {
    let (city, ground, plan) = town(5);
    let division = BuildingGroups::default().run(&city, &ground, &plan).unwrap();
    for group in &division.groups {
        let sum: f64 = group.doorways.iter().map(|d| d.households).sum();
        assert!((sum - group.households).abs() < 1e-9);
        for doorway in &group.doorways {
            assert!(doorway.code.starts_with(&group.code));
            assert!(doorway.households > 0.0 && doorway.households < 45.0, "{doorway:?}");
        }
    }
    let all: f64 = division.groups.iter().map(|g| g.doorways.len() as f64).sum();
    let households: f64 = city.units.iter().map(|u| u.households.unwrap()).sum();
    assert!((all / (households / 15.0) - 1.0).abs() < 0.1, "{all} for {households}");
}

#[test]
fn an_estate_that_touches_stays_in_one_building_group() {
    let (city, ground, plan) = town(2);
    let division = BuildingGroups::default().run(&city, &ground, &plan).unwrap();
    let mut kept = 0;
    for (a, b, border) in ground.contiguity.pairs() {
        let [a, b] = [a as usize, b as usize];
        let same = city.units[a].estate.is_some() && city.units[a].estate == city.units[b].estate;
        if same && border > 0.0 && plan.grid_of_unit[a] == plan.grid_of_unit[b] {
            assert_eq!(division.group_of_unit[a], division.group_of_unit[b]);
            kept += 1;
        }
    }
    assert!(kept > 20);
}

#[test]
fn no_size_is_no_division() {
    let (city, ground, plan) = town(1);
    let cut = BuildingGroups { households: 0.0, ..BuildingGroups::default() };
    assert!(cut.run(&city, &ground, &plan).is_err());
}

#[test]
fn their_number_brings_the_mean_nearest_to_what_was_asked() {
    // 70 households by 50: one group of 70 is 20 away, two of 35 are 15 away.
    assert_eq!(nearest_number(70.0 / 50.0), 2);
    for hundredth in 1..2_000 {
        let wanted = f64::from(hundredth) / 100.0;
        let away = |groups: usize| (wanted / groups as f64 - 1.0).abs();
        let best = (1..40).map(away).fold(f64::INFINITY, f64::min);
        assert!((away(nearest_number(wanted)) - best).abs() < 1e-12, "{wanted}");
    }
}
