#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::{Generate, PeopleCounts};
use crate::organise::{BuildingGroups, ContactTree};
use crate::plan::Divide;

struct Town {
    city: City,
    ground: Ground,
    plan: Plan,
    buildings: BuildingGroupDivision,
    homes: Homes,
}

fn town(members: usize) -> Town {
    let usual = Generate::units(900);
    let people = PeopleCounts { party_members: members, ..usual.people.clone() };
    let city = Generate { people, ..usual }.city();
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(21).effort(Effort::Fast).run(&city, &ground).unwrap();
    let buildings = BuildingGroups::default().run(&city, &ground, &plan).unwrap();
    let homes = Homes::of(&city, &ground, &plan, &buildings);
    Town { city, ground, plan, buildings, homes }
}

fn organise(town: &Town, rules: &PartyRules) -> PartyOrganisation {
    rules.organise(&town.city, &town.ground, &town.plan, &town.buildings, &town.homes).unwrap()
}

#[test]
fn grids_with_too_few_members_share_a_branch_with_neighbours() {
    let town = town(70);
    let party = organise(&town, &PartyRules::default());
    let joint: Vec<&Branch> = party.branches.iter().filter(|b| b.grids.len() > 1).collect();
    assert!(!joint.is_empty() && party.exact);
    for (i, branch) in party.branches.iter().enumerate() {
        assert!(branch.full >= 3 || branch.lacking, "{branch:?}");
        assert!(branch.grids.iter().all(|&g| town.plan.grids[g].community == branch.community));
        assert!(branch.grids.iter().all(|&g| party.branch_of_grid[g] == Some(i)));
    }
    let label: Vec<u32> = town
        .plan
        .grid_of_unit
        .iter()
        .map(|&g| party.branch_of_grid[g as usize].unwrap() as u32)
        .collect();
    let parts = town.ground.contiguity.parts(&label, party.branches.len());
    assert!(parts.iter().all(|&parts| parts == 1), "{parts:?}");
    let members: u32 = party.branches.iter().map(|b| b.members).sum();
    assert_eq!(members, 70);
    let probationary: u32 = town.city.members.iter().map(|m| m.probationary).sum();
    assert_eq!(party.branches.iter().map(|b| b.full).sum::<u32>(), 70 - probationary);
}

#[test]
fn groups_share_out_the_building_groups_of_a_large_branch() {
    let town = town(500);
    let rules = PartyRules::default();
    let party = organise(&town, &rules);
    assert!(!party.groups.is_empty());
    for branch in &party.branches {
        assert_eq!(branch.committee, branch.full >= 7);
        if branch.groups.is_empty() {
            continue;
        }
        assert!(branch.members > rules.group_above);
        let mut inside: Vec<usize> = Vec::new();
        for &group in &branch.groups {
            let group = &party.groups[group];
            assert!(group.members >= 3 && group.full >= 1);
            assert!(group.members <= rules.group_above, "{group:?}");
            inside.extend(&group.building_groups);
        }
        inside.sort_unstable();
        let own: Vec<usize> = (0..town.buildings.groups.len())
            .filter(|&i| branch.grids.contains(&town.buildings.groups[i].grid))
            .collect();
        assert_eq!(inside, own);
    }
    let none = organise(&town, &PartyRules { group_above: 1_000, ..rules });
    assert!(none.groups.is_empty() && none.branches.iter().all(|b| b.groups.is_empty()));
}

#[test]
fn as_many_leaders_as_there_are_members_or_posts() {
    let town = town(300);
    let Town { city, ground, buildings, homes, .. } = &town;
    let tree = ContactTree::grow(city, ground, buildings, homes).unwrap();
    let mut leads = vec![0; city.members.len()];
    for grid in 0..town.plan.grids.len() {
        let (mut posts, mut filled, mut groups, mut led) = (0, 0, 0, 0);
        for (i, group) in buildings.groups.iter().enumerate().filter(|(_, g)| g.grid == grid) {
            if group.doorways.is_empty() {
                continue;
            }
            let leaders = &tree.doorway_leaders[i];
            posts += 1 + leaders.len();
            groups += 1;
            led += usize::from(tree.building_leaders[i].is_some());
            for &leader in leaders.iter().chain([&tree.building_leaders[i]]).flatten() {
                filled += 1;
                leads[leader] += 1;
                assert_eq!(buildings.groups[homes.group_of_member[leader].unwrap()].grid, grid);
            }
        }
        let members: u32 = (0..city.members.len())
            .filter(|&m| homes.group_of_member[m].is_some_and(|g| buildings.groups[g].grid == grid))
            .map(|m| city.members[m].members)
            .sum();
        assert_eq!(filled, posts.min(members as usize));
        assert_eq!(led, groups.min(members as usize));
    }
    assert!(leads.iter().zip(&city.members).all(|(&n, m)| n <= m.members));
    assert_eq!(tree.leaders() + tree.without_post, 300);
}

#[test]
fn many_building_groups_keep_the_limit_with_a_group_more() {
    // Twelve in a row, of 13 members and none in turn: two of 13 are too many together.
    let people: Vec<(u32, u32)> =
        (0..12).map(|i| if i % 2 == 0 { (13, 13) } else { (0, 0) }).collect();
    let edges: Vec<(u32, u32, i64)> = (1..12).map(|i| (i - 1, i, 5)).collect();
    let split = Split { members: &people, edges: &edges, least: 3, most: 20 };
    let labels = divide(&split).unwrap().unwrap();
    assert_eq!(split.rank(&labels, 6), Some((0, 0, 6)), "{labels:?}");
    // One of 39 shares a group with nobody, and the others do not pay for it.
    let people: Vec<(u32, u32)> = (0..12).map(|i| if i == 0 { (39, 39) } else { (3, 3) }).collect();
    let split = Split { members: &people, ..split };
    let labels = divide(&split).unwrap().unwrap();
    assert_eq!(split.rank(&labels, 3), Some((0, 19, 3)), "{labels:?}");
}
