use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::building_groups::BuildingGroupDivision;
use super::homes::Homes;
use crate::allocate::flow::{Arc, Transport};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;

/// What a way to another building group counts more, centimetres: leaders are to live where they
/// lead.
const ELSEWHERE: i64 = 10_000_000;

/// Leads buildings and doorways by party members who live there.
///
/// Every building group is to have a leader (楼长), every doorway another (单元长). In each grid the
/// members are put in these posts, one member in one post: as many posts as can be are filled,
/// among them those of building groups first, and of all such ways the one is taken with the fewest
/// leaders of another building group, and then the least distance between home and doorway.
/// Exactly (a transportation problem per grid).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ContactTree {
    /// The member household that leads every building group: an index into `City::members`.
    pub building_leaders: Vec<Option<usize>>,
    /// The same of every doorway, by building group.
    pub doorway_leaders: Vec<Vec<Option<usize>>>,
    /// Leaders who live in another building group of their grid.
    pub elsewhere: usize,
    /// Members in grids who lead nothing, because all posts of their grid are taken.
    pub without_post: usize,
}

impl ContactTree {
    /// Fills the posts of every grid.
    ///
    /// # Errors
    /// Where a member household cannot be projected.
    pub fn grow(
        city: &City,
        ground: &Ground,
        buildings: &BuildingGroupDivision,
        homes: &Homes,
    ) -> Result<ContactTree> {
        let grids = buildings.groups.iter().map(|group| group.grid + 1).max().unwrap_or(0);
        let mut groups_of: Vec<Vec<usize>> = vec![Vec::new(); grids];
        for (i, group) in buildings.groups.iter().enumerate() {
            groups_of[group.grid].push(i);
        }
        let mut members_of: Vec<Vec<usize>> = vec![Vec::new(); grids];
        let mut inside = Vec::new();
        for (member, group) in homes.group_of_member.iter().enumerate() {
            if let Some(group) = group {
                members_of[buildings.groups[*group].grid].push(inside.len());
                inside.push((member, *group));
            }
        }
        let position = |member: usize| city.members[member].position;
        let lonlat: Vec<[f64; 2]> =
            inside.iter().map(|&(m, _)| [position(m).x(), position(m).y()]).collect();
        let places = ground.frame.project(&lonlat)?;
        let filled: Vec<Vec<Post>> = groups_of
            .par_iter()
            .zip(&members_of)
            .map(|(groups, members)| fill(city, buildings, groups, members, &inside, &places))
            .collect::<Result<_>>()?;

        let mut tree = ContactTree {
            building_leaders: vec![None; buildings.groups.len()],
            doorway_leaders: buildings
                .groups
                .iter()
                .map(|g| vec![None; g.doorways.len()])
                .collect(),
            ..ContactTree::default()
        };
        for post in filled.into_iter().flatten() {
            let Some(leader) = post.leader else { continue };
            tree.elsewhere += usize::from(homes.group_of_member[leader] != Some(post.group));
            match post.doorway {
                None => tree.building_leaders[post.group] = Some(leader),
                Some(doorway) => tree.doorway_leaders[post.group][doorway] = Some(leader),
            }
        }
        let people = inside.iter().map(|&(member, _)| u64::from(city.members[member].members));
        tree.without_post = (people.sum::<u64>() as usize).saturating_sub(tree.leaders());
        Ok(tree)
    }

    /// Number of members who lead a building group or a doorway.
    pub fn leaders(&self) -> usize {
        let doorways = self.doorway_leaders.iter().flatten();
        self.building_leaders.iter().chain(doorways).flatten().count()
    }
}

/// A post of a grid.
struct Post {
    group: usize,
    /// `None`: it leads the whole building group.
    doorway: Option<usize>,
    leader: Option<usize>,
}

fn fill(
    city: &City,
    buildings: &BuildingGroupDivision,
    groups: &[usize],
    members: &[usize],
    inside: &[(usize, usize)],
    places: &[[f64; 2]],
) -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    let mut at = Vec::new();
    for &group in groups {
        let doorways = &buildings.groups[group].doorways;
        if doorways.is_empty() {
            continue;
        }
        let middle = [0, 1]
            .map(|i| doorways.iter().map(|d| d.place[i]).sum::<f64>() / doorways.len() as f64);
        posts.push(Post { group, doorway: None, leader: None });
        at.push(middle);
        for (i, doorway) in doorways.iter().enumerate() {
            posts.push(Post { group, doorway: Some(i), leader: None });
            at.push(doorway.place);
        }
    }
    let mut arcs = Vec::with_capacity(members.len() * posts.len());
    for (point, &m) in members.iter().enumerate() {
        let (_, home) = inside[m];
        for (site, post) in posts.iter().enumerate() {
            let [x, y] = [0, 1].map(|i| places[m][i] - at[site][i]);
            let away = if post.group == home { 0 } else { ELSEWHERE };
            arcs.push(Arc { point, site, cost: (x.hypot(y) * 100.0).round() as i64 + away });
        }
    }
    let transport = Transport {
        supply: members.iter().map(|&m| i64::from(city.members[inside[m].0].members)).collect(),
        capacity: vec![1; posts.len()],
        at_least: posts.iter().map(|post| i64::from(post.doorway.is_none())).collect(),
        arcs,
    };
    for shipment in transport.solve()?.shipments {
        posts[shipment.site].leader = Some(inside[members[shipment.point]].0);
    }
    Ok(posts)
}
