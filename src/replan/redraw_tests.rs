#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::generate::Generate;

#[test]
fn codes_begin_alike() {
    let above = |ids: &[&str]| code_above(ids.iter().copied());
    assert_eq!(above(&["620302001001", "620302001014"]), "620302001");
    assert_eq!(above(&["620302001001", "620302002001"]), "62030200");
    assert_eq!(above(&["old-00", "old-11"]), "old-");
    assert_eq!(above(&["a", "b"]), "");
}

/// 6 communities become 9, and 9 become 6: grids are not cut, communities even and connected, and
/// those that go on keep their codes.
#[test]
fn communities_come_and_go_with_whole_grids() {
    let city = Generate { communities: 6, ..Generate::units(900).seed(2) }.run().city;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(54).effort(Effort::Fast).run(&city, &ground).unwrap();
    let current = CurrentPlan::of(&city, &plan);
    for total in [9, 4] {
        let redraw = Redraw { tolerance: Tolerance::both(0.2), ..Redraw::into_communities(total) };
        let drawn = redraw.run(&city, &ground, &current).unwrap();
        let Redrawn { city: new, ground: new_ground, change, findings } = &drawn;
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!(new.communities.len(), total);
        assert_eq!(change.kept, total.min(6));
        let before: BTreeSet<&str> = city.communities.iter().map(|c| c.id.as_str()).collect();
        let after: BTreeSet<&str> = new.communities.iter().map(|c| c.id.as_str()).collect();
        assert_eq!(after.len(), total);
        assert_eq!(before.intersection(&after).count(), total.min(6));
        // No grid is cut.
        let mut community_of: BTreeMap<u32, usize> = BTreeMap::new();
        let mut people = vec![0.0; total];
        for (unit, &grid) in new.units.iter().zip(&plan.grid_of_unit) {
            let community = unit.community.unwrap();
            assert_eq!(*community_of.entry(grid).or_insert(community), community);
            people[community] += unit.population;
        }
        let mean = people.iter().sum::<f64>() / total as f64;
        assert!(people.iter().all(|p| (p / mean - 1.0).abs() <= 0.2), "{people:?}");
        // Every community is in one piece.
        let parts = new_ground.contiguity.parts(&new_ground.community_of_cell, total);
        assert!(parts.iter().all(|&parts| parts == 1), "{parts:?}");
        // Then the grids: as many as before, few people move, nothing is crossed.
        let divide = Divide::into_grids(54).effort(Effort::Fast);
        let changed = Replan::default().run(&divide, new, new_ground, &current).unwrap();
        assert_eq!(changed.plan.grids.len(), 54);
        for grid in &changed.plan.grids {
            assert!(grid.code.starts_with(&new.communities[grid.community].id));
        }
        let all = changed.change.people_staying_or_moved;
        assert!(changed.change.people_moved < 0.1 * all, "{}", changed.change.people_moved / all);
    }
}

/// Whole grids of some hundred people cannot make communities even within a thousandth.
#[test]
fn communities_that_could_not_be_made_even_are_named() {
    let city = Generate { communities: 6, ..Generate::units(400).seed(2) }.run().city;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(24).effort(Effort::Fast).run(&city, &ground).unwrap();
    let current = CurrentPlan::of(&city, &plan);
    let redraw = Redraw { tolerance: Tolerance::both(0.001), ..Redraw::into_communities(5) };
    let drawn = redraw.run(&city, &ground, &current).unwrap();
    let told = drawn.findings.iter().find(|f| f.kind == "communities-uneven").unwrap();
    let mut people = [0.0; 5];
    let mut subdistricts: BTreeMap<&Option<String>, Vec<usize>> = BTreeMap::new();
    for unit in &drawn.city.units {
        people[unit.community.unwrap()] += unit.population;
    }
    for (c, community) in drawn.city.communities.iter().enumerate() {
        subdistricts.entry(&community.subdistrict).or_default().push(c);
    }
    let uneven: usize = (subdistricts.values())
        .map(|own| {
            let mean = own.iter().map(|&c| people[c]).sum::<f64>() / own.len() as f64;
            own.iter().filter(|&&c| (people[c] / mean - 1.0).abs() > 0.001).count()
        })
        .sum();
    assert_eq!(told.count, uneven);
    assert!(drawn.findings.iter().all(|f| f.kind != "grids-cut-by-communities"));
}

#[test]
fn as_many_as_there_are_changes_nothing() {
    let city = Generate { communities: 4, ..Generate::units(300).seed(5) }.run().city;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(16).effort(Effort::Fast).run(&city, &ground).unwrap();
    let current = CurrentPlan::of(&city, &plan);
    let redraw = Redraw { tolerance: Tolerance::both(2.0), ..Redraw::into_communities(4) };
    let drawn = redraw.run(&city, &ground, &current).unwrap();
    assert_eq!(drawn.change.people_moved, 0.0);
    assert_eq!(drawn.city.units, city.units);
    let too_many = Redraw::into_communities(17).run(&city, &ground, &current).unwrap_err();
    assert!(too_many.to_string().contains("to 16"), "{too_many}");
}

#[test]
fn subdistricts_keep_their_communities_apart() {
    let mut city = Generate { communities: 4, ..Generate::units(300).seed(6) }.run().city;
    for (i, community) in city.communities.iter_mut().enumerate() {
        community.id = format!("c{}", i + 1);
        community.subdistrict = Some(if i < 2 { "east" } else { "west" }.into());
    }
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(20).effort(Effort::Fast).run(&city, &ground).unwrap();
    let current = CurrentPlan::of(&city, &plan);
    let drawn = Redraw::into_communities(6).run(&city, &ground, &current).unwrap();
    let ids: BTreeSet<&str> = drawn.city.communities.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), 6, "{ids:?}");
    assert!(["c1", "c2", "c3", "c4"].iter().all(|id| ids.contains(id)));
    for (unit, now) in city.units.iter().zip(&drawn.city.units) {
        let of = |city: &City, unit: &Unit| {
            city.communities[unit.community.unwrap()].subdistrict.clone()
        };
        assert_eq!(of(&city, unit), of(&drawn.city, now));
    }
}
