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
    let mut zone_of_unit = vec![0u32; city.units.len()];
    let mut count = 0;
    for community in communities {
        for (u, label) in community.labels() {
            zone_of_unit[u as usize] = count + label;
        }
        count += community.grids as u32;
    }
    let zones = ground.dissolve(&zone_of_unit, count as usize);
    let parts = ground.contiguity.parts(&zone_of_unit, zones.len());
    let community_parts = ground.contiguity.parts(&ground.community_of_unit, communities.len());
    let digits = numbering::digits(communities.iter().map(|c| c.grids).max().unwrap_or(1));

    let mut plan = Plan::bare(asked.clone(), Vec::new(), vec![0; city.units.len()]);
    let mut first = 0;
    for (c, community) in communities.iter().enumerate() {
        let range = first..first + community.grids;
        first = range.end;
        let start = plan.grids.len();
        let new =
            grids_of(city, ground, c, community, &zones[range.clone()], &parts[range], digits)?;
        for (i, grid) in new.iter().enumerate() {
            for &u in &grid.units {
                plan.grid_of_unit[u as usize] = (start + i) as u32;
            }
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
    measure(city, ground, &mut plan);
    Ok(plan)
}

/// The grids of one community in the order of their codes.
fn grids_of(
    city: &City,
    ground: &Ground,
    index: usize,
    community: &DividedCommunity,
    zones: &[Zone],
    parts: &[usize],
    digits: usize,
) -> Result<Vec<ServiceGrid>> {
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
    let numbered = order.into_iter().enumerate().map(|(i, z)| {
        let units = std::mem::take(&mut members[z]);
        let population = units.iter().map(|&u| city.units[u as usize].population).sum();
        ServiceGrid {
            code: numbering::code(&city.communities[index].id, i + 1, digits),
            community: index,
            population,
            area_m2: zones[z].area_m2,
            perimeter_m: zones[z].perimeter_m,
            population_deviation: deviation(population, mean_population),
            area_deviation: deviation(zones[z].area_m2, mean_area),
            parts: parts[z],
            shape: zones[z].shape.clone(),
            centre: zones[z].centre,
            units,
        }
    });
    Ok(numbered.collect())
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
        units: community.units.len(),
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

/// Border figures over the whole plan.
fn measure(city: &City, ground: &Ground, plan: &mut Plan) {
    let mut inner = 0.0;
    for u in 0..city.units.len() {
        for (t, length) in ground.contiguity.neighbours(u).filter(|n| n.0 as usize > u) {
            let t = t as usize;
            if plan.grid_of_unit[u] != plan.grid_of_unit[t] {
                inner += length;
                let same = ground.community_of_unit[u] == ground.community_of_unit[t];
                plan.cut_edges += usize::from(same);
            }
        }
    }
    plan.boundary_cost_m = plan.communities.iter().map(|c| c.boundary_cost_m).sum();
    plan.border_m = plan.grids.iter().map(|g| g.perimeter_m).sum::<f64>() - inner;
    let areas: Vec<f64> = plan.grids.iter().map(|g| g.area_m2).collect();
    plan.honeycomb_bound_m = honeycomb_bound(&areas);
}
