#![allow(clippy::unwrap_used)]

use geo::Intersects;
use proptest::prelude::*;

use super::*;
use crate::generate::Generate;
use crate::plan::{Divide, ServiceGrid};

/// A plan of runs of about `run` consecutive units of a community; their order keeps neighbours
/// together.
fn plan_of_runs(city: &City, ground: &Ground, run: usize) -> Plan {
    let mut rows: Vec<(usize, Vec<u32>)> = Vec::new();
    for community in 0..city.communities.len() {
        let units: Vec<u32> = (0..city.units.len() as u32)
            .filter(|&u| ground.community_of_cell[u as usize] as usize == community)
            .collect();
        let even = units.len().div_ceil((units.len() / run).max(1));
        rows.extend(units.chunks(even).map(|chunk| (community, chunk.to_vec())));
    }
    let mut grid_of_unit = vec![0; city.units.len()];
    for (grid, (_, units)) in rows.iter().enumerate() {
        units.iter().for_each(|&u| grid_of_unit[u as usize] = grid as u32);
    }
    let zones = ground.dissolve(&grid_of_unit, rows.len());
    let grids = rows.into_iter().zip(zones).enumerate().map(|(i, ((community, units), zone))| {
        ServiceGrid {
            code: format!("{i:03}"),
            community,
            population: units.iter().map(|&u| city.units[u as usize].population).sum(),
            units,
            area_m2: zone.area_m2,
            perimeter_m: zone.perimeter_m,
            barrier_share: 0.0,
            open_ground: 0,
            special: None,
            figures: Vec::new(),
            population_deviation: 0.0,
            area_deviation: 0.0,
            parts: 1,
            shape: zone.shape,
            centre: zone.centre,
        }
    });
    {
        let grids: Vec<_> = grids.collect();
        Plan::bare(Divide::into_grids(grids.len()), grids, grid_of_unit)
    }
}

fn town(units: usize) -> (City, Ground, Plan) {
    let city = Generate::units(units).seed(3).city();
    let ground = Ground::survey(&city).unwrap();
    let plan = plan_of_runs(&city, &ground, 43);
    (city, ground, plan)
}

#[test]
fn everybody_is_linked_within_the_own_grid() {
    let (city, ground, plan) = town(2_000);
    let places = 72;
    let rule = CentralHouseholds { places: Some(places), ..CentralHouseholds::default() };
    let answer = rule.assign(&city, &ground, &plan).unwrap();

    assert_eq!(answer.shortfalls, []);
    assert_eq!(answer.central.len(), places);
    assert!(answer.members_outside.is_empty() && answer.candidates_outside.is_empty());
    let mut load = vec![0; places];
    let mut total = 0.0;
    for (member, central) in city.members.iter().zip(&answer.central_of_member) {
        let central = central.unwrap() as usize;
        load[central] += 1;
        let grid = &plan.grids[answer.central[central].grid];
        assert!(grid.shape.intersects(&member.position));
        let ends = [member.position, city.candidates[answer.central[central].candidate].position];
        assert!(grid.shape.intersects(&ends[1]));
        let ends = project(&ground, &ends).unwrap();
        total += distance(ends[0], ends[1]);
    }
    assert!(load.iter().all(|&l| l <= 10));
    assert!((total - answer.total_distance_m).abs() < 1e-6);
    for (unit, central) in answer.central_of_unit.iter().enumerate() {
        let grid = answer.central[central.unwrap() as usize].grid;
        assert_eq!(grid as u32, plan.grid_of_unit[unit]);
    }
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let (city, ground, plan) = town(1_000);
    let rule = CentralHouseholds::default();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rule.assign(&city, &ground, &plan)).unwrap()
    };
    let once = with(1);
    assert_eq!(once, with(2));
    assert_eq!(once, with(5));
}

#[test]
fn a_grid_without_candidates_and_people_outside_are_named() {
    let (mut city, ground, plan) = town(300);
    city.members[0].position = Point::new(103.0, 39.0);
    let first = &plan.grids[0].shape;
    city.candidates.retain(|c| !first.intersects(&c.position));
    city.candidates.insert(
        0,
        crate::model::CandidateHousehold { id: "far".into(), position: Point::new(10.0, -39.0) },
    );
    let answer = CentralHouseholds::default().assign(&city, &ground, &plan).unwrap();
    assert_eq!(answer.members_outside, [0]);
    assert_eq!(answer.candidates_outside, [0]);
    assert_eq!(answer.central_of_member[0], None);
    let shortfall = &answer.shortfalls[0];
    assert_eq!((shortfall.grid, shortfall.candidates, shortfall.places), (0, 0, 0));
    let here = city.members.iter().filter(|m| first.intersects(&m.position)).count();
    assert_eq!(shortfall.unlinked, here);
    assert!(shortfall.cure.starts_with("name "), "{}", shortfall.cure);
}

proptest! {
    /// No combination of new candidates, places and links concerns fewer households.
    #[test]
    fn the_first_cure_is_the_cheapest(
        members in 0usize..60,
        candidates in 0usize..6,
        taken in 0usize..6,
        links in 1usize..12,
    ) {
        let rule = CentralHouseholds { links, places: Some(5) };
        let places = taken.min(candidates);
        if let Some(shortfall) = rule.shortfall(0, true, members, candidates, places) {
            let cost = |more: usize| {
                let all = places + more;
                let found = all.saturating_sub(candidates);
                2 * found + (more - found) + members.saturating_sub(all * links)
            };
            let least = (0..70).filter(|more| places + more > 0).map(cost).min().unwrap();
            prop_assert_eq!(shortfall.cures[0].households, least);
            prop_assert!(shortfall.cures.is_sorted_by_key(|cure| cure.households));
        }
    }
}

#[test]
fn too_few_places_are_told_with_both_cures() {
    let rule = CentralHouseholds { links: 10, places: Some(7) };
    let shortfall = rule.shortfall(4, true, 23, 5, 2).unwrap();
    assert_eq!(shortfall.unlinked, 3);
    assert_eq!(shortfall.cure, "give 1 more place(s), or let each link up to 12 households");
    let shortfall = rule.shortfall(4, true, 23, 2, 1).unwrap();
    assert_eq!(
        shortfall.cure,
        "name 1 more candidate household(s) there and give 2 more place(s), \
         or let each link up to 23 households"
    );
    // One household too many is sooner linked beyond the usual number than a new one is found.
    let shortfall = rule.shortfall(4, true, 11, 1, 1).unwrap();
    let costs: Vec<usize> = shortfall.cures.iter().map(|cure| cure.households).collect();
    assert_eq!(costs, [1, 2]);
    assert!(shortfall.cure.starts_with("let each link up to 11 households, or name 1 more"));
    // One more candidate and one household beyond the number are less than two candidates.
    let usual = CentralHouseholds::default();
    let shortfall = usual.shortfall(4, true, 21, 1, 1).unwrap();
    let costs: Vec<usize> = shortfall.cures.iter().map(|cure| cure.households).collect();
    assert_eq!(costs, [3, 4, 11]);
    assert_eq!(
        shortfall.cures[0].what,
        "name 1 more candidate household(s) there and let each link up to 11 households"
    );
    assert_eq!(rule.shortfall(4, true, 20, 5, 2), None);
    assert_eq!(rule.shortfall(4, false, 0, 0, 0), None);
    assert_eq!(rule.shortfall(4, true, 0, 0, 0).map(|s| s.unlinked), Some(0));
}
