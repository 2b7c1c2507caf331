//! Levels: subdistrict → communities → grids → building groups, each divided by the same solver.

use crate::ground::Ground;
use crate::model::{Attributes, City, Community, Unit};
use crate::plan::Plan;

/// The grids of a plan as communities of the level below, with their ground: what [`Divide::run`]
/// divides again, inside of every grid. Codes grow by three digits a level.
///
/// Estates stay whole on every level, and amounts and traits go along. What was asked for the level
/// above does not: locks, units kept apart, seeds, special-purpose grids, numbers of grids.
///
/// ```
/// use evengrid::divide::Effort;
/// use evengrid::{Divide, ground::Ground, io, zoning::one_level_down};
///
/// let city = io::read_city("examples/data/buenos-aires", &io::ReadOptions::default())?.city;
/// let ground = Ground::survey(&city)?;
/// let grids = Divide::into_grids(60).effort(Effort::Fast).run(&city, &ground)?;
/// let (city, ground) = one_level_down(&city, &ground, &grids);
/// let groups = Divide::into_grids(240).effort(Effort::Fast).run(&city, &ground)?;
/// assert!(groups.grids[0].code.starts_with(&grids.grids[0].code));
/// # Ok::<(), evengrid::Error>(())
/// ```
///
/// [`Divide::run`]: crate::Divide::run
pub fn one_level_down(city: &City, ground: &Ground, plan: &Plan) -> (City, Ground) {
    let mut communities: Vec<Community> = plan
        .grids
        .iter()
        .map(|grid| Community {
            id: grid.code.clone(),
            name: grid.code.clone(),
            subdistrict: city.communities.get(grid.community).map(|above| above.name.clone()),
            grids: None,
            boundary: Some(grid.shape.clone()),
        })
        .collect();
    let community_of_cell = grids_as_communities(plan, &mut communities, "open ground in no grid");
    let below = |(unit, &grid): (&Unit, &u32)| Unit {
        community: Some(grid as usize),
        lock: None,
        ..unit.clone()
    };
    let attributes = Attributes {
        amounts: city.attributes.amounts.clone(),
        traits: city.attributes.traits.clone(),
        ..Attributes::default()
    };
    let city = City {
        communities,
        units: city.units.iter().zip(&plan.grid_of_unit).map(below).collect(),
        attributes,
        seeds: Vec::new(),
        community_offers: Vec::new(),
        ..city.clone()
    };
    let mut ground = ground.clone();
    ground.community_of_cell = community_of_cell;
    (city, ground)
}

/// The community of every cell where every grid of a plan is one. Ground of communities without
/// units lies in no grid; it makes one more, of this name and without units, where there is any.
pub(crate) fn grids_as_communities(
    plan: &Plan,
    communities: &mut Vec<Community>,
    name_of_open_ground: &str,
) -> Vec<u32> {
    let beyond = communities.len() as u32;
    let owners = plan.grid_of_unit.iter().chain(&plan.grid_of_open_ground);
    let community_of_cell: Vec<u32> = owners.map(|&grid| grid.min(beyond)).collect();
    if community_of_cell.contains(&beyond) {
        communities.push(Community {
            id: "open".into(),
            name: name_of_open_ground.into(),
            subdistrict: None,
            grids: None,
            boundary: None,
        });
    }
    community_of_cell
}
