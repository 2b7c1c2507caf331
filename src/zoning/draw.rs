//! From labels to a plan: outlines, codes, figures and violations.

use super::atoms::Atoms;
use super::numbering;
use super::violations::{Community, violations};
use crate::divide::Division;
use crate::error::Result;
use crate::ground::{Ground, Zone};
use crate::model::City;
use crate::plan::{CommunityFigures, Divide, Plan, ServiceGrid, honeycomb_bound};

/// The answer for one community.
#[derive(Debug, Default)]
pub(super) struct DividedCommunity {
    /// Its units, ascending.
    pub units: Vec<u32>,
    pub atoms: Atoms,
    /// Number of grids.
    pub grids: usize,
    /// Grid of every atom; `None` for a community without units.
    pub division: Option<Division>,
}

impl DividedCommunity {
    /// Each unit with its grid, numbered from 0 in the community.
    fn labels(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let labels = self.division.as_ref().map_or(&[][..], |d| &d.labels);
        self.units.iter().zip(&self.atoms.atom_of).map(|(&u, &a)| (u, labels[a as usize]))
    }
}

/// Draws the plan of a city whose communities are divided; `communities` is in city order.
pub(super) fn draw(
    asked: &Divide,
    city: &City,
    ground: &Ground,
    communities: &[DividedCommunity],
) -> Result<Plan> {
    let cells = ground.coverage.len();
    let mut zone_of_cell = vec![u32::MAX; cells];
    let mut count = 0;
    for community in communities {
        for (u, label) in community.labels() {
            zone_of_cell[u as usize] = count + label;
        }
        count += community.grids as u32;
    }
    let zones = ground.dissolve(&zone_of_cell, count as usize);
    let (along_m, between_m) = ground.border_lengths(&zone_of_cell, zones.len());
    let parts = ground.contiguity.parts(&zone_of_cell, zones.len());
    let community_parts = ground.contiguity.parts(&ground.community_of_cell, communities.len());
    let digits = numbering::digits(communities.iter().map(|c| c.grids).max().unwrap_or(1));

    let mut grid_of_zone = vec![u32::MAX; zones.len()];
    let mut plan = Plan::bare(asked.clone(), Vec::new(), Vec::new());
    let mut first = 0;
    for (c, community) in communities.iter().enumerate() {
        let range = first..first + community.grids;
        first = range.end;
        let start = plan.grids.len();
        let outlines = Outlines {
            zones: &zones[range.clone()],
            along_m: &along_m[range.clone()],
            parts: &parts[range.clone()],
        };
        let (order, new) = grids_of(city, ground, c, community, &outlines, digits)?;
        for (i, zone) in order.into_iter().enumerate() {
            grid_of_zone[range.start + zone] = (start + i) as u32;
        }
        let context = Community {
            city,
            index: c,
            units: &community.units,
            atoms: &community.atoms,
            parts: community_parts[c],
        };
        let broken = violations(&context, &new, asked);
        plan.communities.push(figures(&city.communities[c], community, &new, broken.len()));
        plan.violations.extend(broken);
        plan.grids.extend(new);
    }
    let grid_of_cell: Vec<u32> = zone_of_cell
        .iter()
        .map(|&z| grid_of_zone.get(z as usize).copied().unwrap_or(NONE))
        .collect();
    measure(ground, &grid_of_cell, between_m, &mut plan);
    let (units, open_ground) = grid_of_cell.split_at(city.units.len());
    plan.are_buildings = ground.are_buildings;
    plan.grid_of_unit = units.to_vec();
    plan.grid_of_open_ground = open_ground.to_vec();
    Ok(plan)
}

/// No grid.
const NONE: u32 = u32::MAX;

/// The zones of one community, in the order of their labels.
struct Outlines<'a> {
    zones: &'a [Zone],
    /// Metres of their borders along barriers.
    along_m: &'a [f64],
    parts: &'a [usize],
}

/// The grids of one community in the order of their codes, and the zone of each.
fn grids_of(
    city: &City,
    ground: &Ground,
    index: usize,
    community: &DividedCommunity,
    outlines: &Outlines<'_>,
    digits: usize,
) -> Result<(Vec<usize>, Vec<ServiceGrid>)> {
    let Outlines { zones, along_m, parts } = outlines;
    let k = community.grids as f64;
    let mut members = vec![Vec::new(); community.grids];
    for (u, label) in community.labels() {
        members[label as usize].push(u);
    }
    let mean_population = community.atoms.population.iter().sum::<f64>() / k;
    let mean_area = zones.iter().map(|z| z.area_m2).sum::<f64>() / k;
    let deviation = |value: f64, mean: f64| if mean > 0.0 { value / mean - 1.0 } else { 0.0 };
    let centres: Vec<[f64; 2]> = zones.iter().map(|z| [z.centre.x(), z.centre.y()]).collect();
    let order = numbering::order(&ground.frame.project(&centres)?, mean_area);
    let numbered = order.iter().enumerate().map(|(i, &z)| {
        let mut units = std::mem::take(&mut members[z]);
        let inhabited = units.partition_point(|&u| (u as usize) < city.units.len());
        let open_ground = units.split_off(inhabited).len();
        let population = units.iter().map(|&u| city.units[u as usize].population).sum();
        ServiceGrid {
            code: numbering::code(&city.communities[index].id, i + 1, digits),
            community: index,
            population,
            area_m2: zones[z].area_m2,
            perimeter_m: zones[z].perimeter_m,
            barrier_share: share(along_m[z], zones[z].perimeter_m),
            open_ground,
            population_deviation: deviation(population, mean_population),
            area_deviation: deviation(zones[z].area_m2, mean_area),
            parts: parts[z],
            shape: zones[z].shape.clone(),
            centre: zones[z].centre,
            units,
        }
    });
    let grids = numbered.collect();
    Ok((order, grids))
}

fn figures(
    named: &crate::model::Community,
    community: &DividedCommunity,
    grids: &[ServiceGrid],
    violations: usize,
) -> CommunityFigures {
    let most = |f: fn(&ServiceGrid) -> f64| grids.iter().map(|g| f(g).abs()).fold(0.0, f64::max);
    let division = community.division.as_ref();
    CommunityFigures {
        community: named.id.clone(),
        name: named.name.clone(),
        subdistrict: named.subdistrict.clone(),
        units: grids.iter().map(|g| g.units.len()).sum(),
        grids: community.grids,
        population: community.atoms.population.iter().sum(),
        area_m2: grids.iter().map(|g| g.area_m2).sum(),
        max_population_deviation: most(|g| g.population_deviation),
        max_area_deviation: most(|g| g.area_deviation),
        violation: division.map_or(0.0, |d| d.violation),
        least_violation: division.map_or(0.0, |d| d.least_violation),
        violations,
        boundary_cost_m: division.map_or(0.0, |d| d.cost as f64 / 1e3),
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Border figures over the whole plan.
fn measure(ground: &Ground, grid_of_cell: &[u32], between_m: f64, plan: &mut Plan) {
    let apart = |&(a, b, _): &(u32, u32, f64)| {
        let of = |list: &[u32], cell: u32| list[cell as usize];
        of(grid_of_cell, a) != of(grid_of_cell, b)
            && of(&ground.community_of_cell, a) == of(&ground.community_of_cell, b)
    };
    plan.cut_edges = ground.contiguity.pairs().filter(apart).count();
    plan.boundary_cost_m = plan.communities.iter().map(|c| c.boundary_cost_m).sum();
    plan.border_m = plan.grids.iter().map(|g| g.perimeter_m).sum::<f64>() - between_m;
    let areas: Vec<f64> = plan.grids.iter().map(|g| g.area_m2).collect();
    plan.honeycomb_bound_m = honeycomb_bound(&areas);
}
