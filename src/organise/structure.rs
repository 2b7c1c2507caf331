//! The structure as it is written and read: a tree of codes and ids.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::codes;
use super::organisation::Organisation;
use super::record::GridKind;
use super::register::Register;
use super::teams::Holder;
use crate::model::{City, EstateBodies};
use crate::plan::Plan;

/// The five levels of a city with its organisations and people, in codes and ids.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Communities that have grids, in city order.
    pub communities: Vec<CommunityNode>,
}

/// Level 2 (社区), with its subdistrict (level 1, 街道) by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommunityNode {
    /// Its code.
    pub community: String,
    /// Its name.
    pub name: String,
    /// The subdistrict, where known.
    pub subdistrict: Option<String>,
    /// Whether there is a community committee (社区党委): where there are branches.
    pub committee: bool,
    /// Posts that serve the whole community.
    pub posts: Vec<PostNode>,
    /// Branches.
    pub branches: Vec<BranchNode>,
    /// Level 3.
    pub grids: Vec<GridNode>,
}

/// A branch (党支部).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BranchNode {
    /// Its id: `B` and the code of its first grid.
    pub branch: String,
    /// Its grids; a joint branch has several.
    pub grids: Vec<String>,
    /// Members.
    pub members: u32,
    /// Full members.
    pub full: u32,
    /// Whether it elects a committee.
    pub committee: bool,
    /// Whether it has too few full members and no neighbour.
    pub lacking: bool,
    /// Its groups, where it has any.
    pub groups: Vec<PartyGroupNode>,
}

/// A party group (党小组).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartyGroupNode {
    /// Its id: the branch's and a number.
    pub group: String,
    /// Its building groups.
    pub building_groups: Vec<String>,
    /// Members.
    pub members: u32,
    /// Full members.
    pub full: u32,
}

/// A post and who holds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PostNode {
    /// Id of the role.
    pub role: String,
    /// Name of the role.
    pub name: String,
    /// Id of the person; null: vacant.
    pub person: Option<String>,
}

/// Level 3 (网格).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GridNode {
    /// Its code.
    pub grid: String,
    /// Whether it is a general or a special-purpose grid (专属网格).
    #[serde(default)]
    pub kind: GridKind,
    /// The name of the special-purpose grid, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
    /// People in it.
    pub population: f64,
    /// Households in it.
    pub households: f64,
    /// Its workload, by the weights of `roles.toml`.
    pub workload: f64,
    /// Id of its branch.
    pub branch: Option<String>,
    /// The auxiliary officer.
    pub officer: Option<String>,
    /// The station.
    pub station: Option<String>,
    /// Central households.
    pub central_households: Vec<String>,
    /// Posts that serve it, alone or on a round.
    pub posts: Vec<PostNode>,
    /// Teams given to it.
    pub teams: Vec<String>,
    /// Level 4.
    pub building_groups: Vec<BuildingGroupNode>,
}

/// Level 4 (楼院).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildingGroupNode {
    /// Its code.
    pub building_group: String,
    /// People in it.
    pub population: f64,
    /// Households in it.
    pub households: f64,
    /// The estate that most of it belongs to.
    pub estate: Option<String>,
    /// Owners' committee of the estate.
    pub owners_committee: Option<String>,
    /// Property company of the estate.
    pub property_company: Option<String>,
    /// Id of its party group, where its branch has groups.
    pub party_group: Option<String>,
    /// Id of the member household that leads it (楼长).
    pub leader: Option<String>,
    /// Level 5.
    pub doorways: Vec<DoorwayNode>,
}

/// Level 5 (单元、楼道): a contact group of some households.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DoorwayNode {
    /// Its code.
    pub doorway: String,
    /// Households in it.
    pub households: f64,
    /// Ids of its units.
    pub units: Vec<String>,
    /// Id of the member household that leads it (单元长).
    pub leader: Option<String>,
}

/// Where a member household stands in the structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdPlace {
    /// Index into `City::members`.
    pub member: usize,
    /// The household's code: that of its doorway and three digits. Empty where it has no doorway.
    pub code: String,
    /// Code of its doorway; empty in a unit without households, which has none.
    pub doorway: String,
    /// Code of its building group.
    pub building_group: String,
    /// Code of its grid.
    pub grid: String,
}

impl Structure {
    /// The structure of an organised city.
    pub fn of(city: &City, plan: &Plan, register: &Register, made: &Organisation) -> Structure {
        let naming = Naming::of(plan, made);
        let grids = grids(city, plan, register, made, &naming);
        let mut structure = Structure::default();
        for (grid, node) in plan.grids.iter().zip(grids) {
            let known = city.communities.get(grid.community);
            let code = known.map_or("", |c| c.id.as_str());
            if structure.communities.last().is_none_or(|c| c.community != code) {
                structure.communities.push(CommunityNode {
                    community: code.to_owned(),
                    name: known.map(|c| c.name.clone()).unwrap_or_default(),
                    subdistrict: known.and_then(|c| c.subdistrict.clone()),
                    ..CommunityNode::default()
                });
            }
            if let Some(last) = structure.communities.last_mut() {
                last.grids.push(node);
            }
        }
        let place: HashMap<usize, usize> = {
            let mut place = HashMap::new();
            for grid in &plan.grids {
                let next = place.len();
                place.entry(grid.community).or_insert(next);
            }
            place
        };
        for (i, branch) in made.party.branches.iter().enumerate() {
            let group = |&g: &usize| {
                let group = &made.party.groups[g];
                let codes = group.building_groups.iter();
                PartyGroupNode {
                    group: naming.groups[g].clone(),
                    building_groups: codes
                        .map(|&b| made.buildings.groups[b].code.clone())
                        .collect(),
                    members: group.members,
                    full: group.full,
                }
            };
            let node = &mut structure.communities[place[&branch.community]];
            node.committee = true;
            node.branches.push(BranchNode {
                branch: naming.branches[i].clone(),
                grids: branch.grids.iter().map(|&g| plan.grids[g].code.clone()).collect(),
                members: branch.members,
                full: branch.full,
                committee: branch.committee,
                lacking: branch.lacking,
                groups: branch.groups.iter().map(group).collect(),
            });
        }
        for post in &made.teams.posts {
            let node = &mut structure.communities[place[&post.community]];
            if post.grids.len() == node.grids.len() {
                node.posts.push(post_node(city, made, post));
            }
        }
        structure
    }
}

fn post_node(city: &City, made: &Organisation, post: &super::teams::Post) -> PostNode {
    let role = &made.asked.roles.roles[post.role];
    let person = post.holder.map(|holder| match holder {
        Holder::Worker(worker) => city.workers[worker].id.clone(),
        Holder::Officer(officer) => city.officers[officer].id.clone(),
    });
    PostNode { role: role.id.clone(), name: role.name.clone(), person }
}

fn grids(
    city: &City,
    plan: &Plan,
    register: &Register,
    made: &Organisation,
    naming: &Naming,
) -> Vec<GridNode> {
    let mut nodes: Vec<GridNode> = Vec::with_capacity(plan.grids.len());
    let mut in_community: HashMap<usize, usize> = HashMap::new();
    for (i, grid) in plan.grids.iter().enumerate() {
        *in_community.entry(grid.community).or_insert(0) += 1;
        let record = register.grids().get(i);
        let central = record.into_iter().flat_map(|r| &r.central_households);
        nodes.push(GridNode {
            grid: grid.code.clone(),
            kind: record.map(|r| r.kind).unwrap_or_default(),
            special: grid.special.clone(),
            population: grid.population,
            workload: made.teams.workload[i],
            branch: made.party.branch_of_grid[i].map(|b| naming.branches[b].clone()),
            officer: record.and_then(|r| r.officer.clone()),
            station: record.and_then(|r| r.station.clone()),
            central_households: central.map(|h| h.id.clone()).collect(),
            ..GridNode::default()
        });
    }
    for post in &made.teams.posts {
        if post.grids.len() < in_community[&post.community] || post.grids.len() == 1 {
            for &grid in &post.grids {
                nodes[grid].posts.push(post_node(city, made, post));
            }
        }
    }
    for team in &made.teams.teams {
        nodes[team.grid].teams.push(team.id.clone());
    }
    let bodies: HashMap<&str, &EstateBodies> =
        city.estates.iter().map(|b| (b.estate.as_str(), b)).collect();
    let leader = |member: Option<usize>| member.map(|m| city.members[m].id.clone());
    for (i, group) in made.buildings.groups.iter().enumerate() {
        let body = group.estate.as_deref().and_then(|estate| bodies.get(estate));
        let party = made.party.group_of_building_group[i];
        let doorways = group.doorways.iter().zip(&made.contacts.doorway_leaders[i]);
        let node = &mut nodes[group.grid];
        node.households += group.households;
        node.building_groups.push(BuildingGroupNode {
            building_group: group.code.clone(),
            population: group.population,
            households: group.households,
            estate: group.estate.clone(),
            owners_committee: body.and_then(|b| b.owners_committee.clone()),
            property_company: body.and_then(|b| b.property_company.clone()),
            party_group: party.map(|g| naming.groups[g].clone()),
            leader: leader(made.contacts.building_leaders[i]),
            doorways: doorways
                .map(|(doorway, led)| DoorwayNode {
                    doorway: doorway.code.clone(),
                    households: doorway.households,
                    units: doorway
                        .units
                        .iter()
                        .map(|&u| city.units[u as usize].id.clone())
                        .collect(),
                    leader: leader(*led),
                })
                .collect(),
        });
    }
    nodes
}

/// Ids of branches and groups.
struct Naming {
    branches: Vec<String>,
    groups: Vec<String>,
}

impl Naming {
    fn of(plan: &Plan, made: &Organisation) -> Naming {
        let first = |branch: &super::party::Branch| {
            branch.grids.first().map_or(String::new(), |&g| format!("B{}", plan.grids[g].code))
        };
        let branches: Vec<String> = made.party.branches.iter().map(first).collect();
        let mut groups = vec![String::new(); made.party.groups.len()];
        for (branch, id) in made.party.branches.iter().zip(&branches) {
            for (i, &group) in branch.groups.iter().enumerate() {
                groups[group] = format!("{id}-{}", i + 1);
            }
        }
        Naming { branches, groups }
    }
}

impl Organisation {
    /// The code of every member household: in the order of their file they are the first households
    /// of their doorway; where a unit has several doorways, they are dealt to these in turn, for
    /// nobody knows which is whose. In a unit without households there is no doorway, and no code.
    pub fn household_places(&self, city: &City, plan: &Plan) -> Vec<HouseholdPlace> {
        let mut doorways_of: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        for (g, group) in self.buildings.groups.iter().enumerate() {
            for (d, doorway) in group.doorways.iter().enumerate() {
                for &unit in &doorway.units {
                    doorways_of.entry(unit).or_default().push((g, d));
                }
            }
        }
        let mut dealt: HashMap<u32, usize> = HashMap::new();
        let mut number: HashMap<(usize, usize), usize> = HashMap::new();
        let mut places = Vec::new();
        for member in 0..city.members.len() {
            let Some(unit) = self.homes.unit_of_member[member] else { continue };
            let Some(doorways) = doorways_of.get(&(unit as u32)) else {
                // A unit without households has no doorway: the place is known, the code is not.
                let group = self.homes.group_of_member[member].map(|g| &self.buildings.groups[g]);
                places.extend(group.map(|group| HouseholdPlace {
                    member,
                    building_group: group.code.clone(),
                    grid: plan.grids[group.grid].code.clone(),
                    ..HouseholdPlace::default()
                }));
                continue;
            };
            let turn = dealt.entry(unit as u32).or_insert(0);
            let (g, d) = doorways[*turn % doorways.len()];
            *turn += 1;
            let sequence = number.entry((g, d)).or_insert(0);
            *sequence += 1;
            let group = &self.buildings.groups[g];
            let doorway = &group.doorways[d];
            places.push(HouseholdPlace {
                member,
                code: codes::below(&doorway.code, *sequence, codes::HOUSEHOLD),
                doorway: doorway.code.clone(),
                building_group: group.code.clone(),
                grid: plan.grids[group.grid].code.clone(),
            });
        }
        places
    }
}
