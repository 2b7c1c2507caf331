//! From labels to a plan: outlines, codes, figures and violations.

use super::asks::Asks;
use super::atoms::Atoms;
use super::measures::Measure;
use super::special::Special;
use super::violations::{Community, violations};
use super::{Way, figures, islands, numbering};
use crate::divide::Division;
use crate::error::{Finding, Result};
use crate::ground::{Ground, Zone};
use crate::model::City;
use crate::plan::{CommunityFigures, Divide, GridFigure, Plan, ServiceGrid, honeycomb_bound};

/// The answer for one community.
#[derive(Debug, Default)]
pub(super) struct DividedCommunity {
    /// Its cells, ascending, but those of special-purpose grids.
    pub cells: Vec<u32>,
    pub specials: Vec<Special>,
    pub atoms: Atoms,
    /// What is added up over its grids.
    pub measures: Vec<Measure>,
    /// Number of general grids.
    pub grids: usize,
    /// Grid of every atom; `None` for a community without general grids.
    pub division: Option<Division>,
}

impl DividedCommunity {
    /// Each cell with its grid, numbered from 0 in the community: general grids only.
    pub fn labels(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let labels = self.division.as_ref().map_or(&[][..], |d| &d.labels);
        self.cells.iter().zip(&self.atoms.atom_of).map(|(&u, &a)| (u, labels[a as usize]))
    }

    /// Each cell with its grid: special-purpose grids are numbered after the general ones.
    fn zones(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let special = (self.grids as u32..).zip(&self.specials);
        let special = special.flat_map(|(zone, s)| s.cells.iter().map(move |&cell| (cell, zone)));
        self.labels().chain(special)
    }

    /// Number of grids, special-purpose ones among them.
    fn all_grids(&self) -> usize {
        self.grids + self.specials.len()
    }

    /// The atom of a cell, if it lies in a general grid.
    pub fn atom(&self, cell: u32) -> Option<u32> {
        self.atoms.atom_of.get(self.cells.binary_search(&cell).ok()?).copied()
    }
}

/// Draws the plan of a city whose communities are divided; `communities` is in city order.
pub(super) fn draw(
    asked: &Divide,
    way: &dyn Way,
    asks: &Asks<'_>,
    city: &City,
    ground: &Ground,
    communities: &[DividedCommunity],
) -> Result<Plan> {
    let cells = ground.coverage.len();
    let mut zone_of_cell = vec![u32::MAX; cells];
    let mut is_special = Vec::new();
    let mut count = 0;
    for community in communities {
        for (u, zone) in community.zones() {
            zone_of_cell[u as usize] = count + zone;
        }
        count += community.all_grids() as u32;
        is_special.extend(std::iter::repeat_n(false, community.grids));
        is_special.extend(std::iter::repeat_n(true, community.specials.len()));
    }
    let given_m = given_borders(ground, &zone_of_cell, &is_special, communities.len());
    let zones = ground.dissolve(&zone_of_cell, count as usize);
    let (along_m, between_m) = ground.border_lengths(&zone_of_cell, zones.len());
    let parts = ground.contiguity.parts(&zone_of_cell, zones.len());
    let community_parts = islands::parts(ground, communities.iter().map(|c| c.cells.as_slice()));
    let most = communities.iter().map(DividedCommunity::all_grids).max();
    let digits = numbering::digits(most.unwrap_or(1));

    let mut grid_of_zone = vec![u32::MAX; zones.len()];
    let mut plan = Plan::bare(asked.clone(), Vec::new(), Vec::new());
    let mut first = 0;
    for (c, community) in communities.iter().enumerate() {
        let range = first..first + community.all_grids();
        first = range.end;
        let start = plan.grids.len();
        let outlines = Outlines {
            zones: &zones[range.clone()],
            along_m: &along_m[range.clone()],
            parts: &parts[range.clone()],
        };
        let context = Community {
            asked,
            way,
            asks,
            city,
            index: c,
            divided: community,
            parts: community_parts[c],
            proved: community.division.as_ref().is_some_and(|d| d.proved),
        };
        let numbered = grids_of(&context, ground, &outlines, digits)?;
        for (i, &zone) in numbered.order.iter().enumerate() {
            grid_of_zone[range.start + zone] = (start + i) as u32;
        }
        let broken = violations(&context, &numbered);
        let named = &city.communities[c];
        plan.communities.push(figures_of(
            named,
            community,
            &numbered.grids,
            broken.len(),
            given_m[c],
        ));
        plan.violations.extend(broken);
        plan.grids.extend(numbered.grids);
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
    plan.findings.extend(apart_in_units_finding(&plan.grids));
    Ok(plan)
}

/// The finding on grids that lie apart though their units hang together.
fn apart_in_units_finding(grids: &[ServiceGrid]) -> Option<Finding> {
    let lies_apart = |grid: &&ServiceGrid| grid.parts == 1 && grid.shape.0.len() > 1;
    let codes: Vec<&str> = grids.iter().filter(lies_apart).map(|g| g.code.as_str()).collect();
    Finding::counted(
        "grids-apart-in-units",
        codes.len(),
        "grids lie apart since a unit of theirs lies in parts: a unit is never split, and its parts \
         count as joined"
            .into(),
        codes.into_iter().take(5).map(str::to_owned).collect(),
    )
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

/// The grids of one community in the order of their codes.
pub(super) struct Numbered {
    pub grids: Vec<ServiceGrid>,
    /// The zone of each: its label, special-purpose grids after the general ones.
    pub order: Vec<usize>,
    /// The cells of each, ascending.
    pub cells: Vec<Vec<u32>>,
}

/// The grids of one community: general ones are numbered first.
fn grids_of(
    context: &Community<'_>,
    ground: &Ground,
    outlines: &Outlines<'_>,
    digits: usize,
) -> Result<Numbered> {
    let Outlines { zones, along_m, parts } = outlines;
    let Community { asked, asks, city, index, divided: community, .. } = context;
    let k = community.grids;
    let mut members = vec![Vec::new(); community.all_grids()];
    for (u, zone) in community.zones() {
        members[zone as usize].push(u);
    }
    let mut everywhere: Vec<u32> = members.iter().flatten().copied().collect();
    everywhere.sort_unstable();
    let mean_population = community.atoms.population.iter().sum::<f64>() / k as f64;
    let mean_area = zones[..k].iter().map(|z| z.area_m2).sum::<f64>() / k as f64;
    let deviation = |value: f64, mean: f64| if mean > 0.0 { value / mean - 1.0 } else { 0.0 };
    let centres: Vec<[f64; 2]> = zones.iter().map(|z| [z.centre.x(), z.centre.y()]).collect();
    let centres = ground.frame.project(&centres)?;
    let row = if k > 0 { mean_area } else { zones.iter().map(|z| z.area_m2).sum() };
    let mut order = numbering::order(&centres[..k], row);
    order.extend(numbering::order(&centres[k..], row).into_iter().map(|zone| zone + k));
    let numbered = order.iter().enumerate().map(|(i, &z)| {
        let cells = &members[z];
        let inhabited = cells.partition_point(|&u| (u as usize) < city.units.len());
        let (units, open_ground) = cells.split_at(inhabited);
        let population = units.iter().map(|&u| city.units[u as usize].population).sum();
        let is_general = z < k;
        let deviation = |value, mean| if is_general { deviation(value, mean) } else { 0.0 };
        let mut figures = figures::figures(asked, asks, city, cells, &everywhere);
        if asked.shape.compactness > 0.0 {
            let value = ground.roundness(cells);
            figures.push(GridFigure { name: "roundness".into(), value });
        }
        if asked.shape.max_diameter_m.is_some() {
            let value = ground.diameter_m(cells);
            figures.push(GridFigure { name: figures::DIAMETER.into(), value });
        }
        ServiceGrid {
            code: numbering::code(&city.communities[*index].id, i + 1, digits),
            community: *index,
            population,
            area_m2: zones[z].area_m2,
            perimeter_m: zones[z].perimeter_m,
            barrier_share: share(along_m[z], zones[z].perimeter_m),
            open_ground: open_ground.len(),
            population_deviation: deviation(population, mean_population),
            area_deviation: deviation(zones[z].area_m2, mean_area),
            parts: parts[z],
            special: (!is_general).then(|| community.specials[z - k].name.clone()),
            figures,
            shape: zones[z].shape.clone(),
            centre: zones[z].centre,
            units: units.to_vec(),
        }
    });
    let mut grids: Vec<ServiceGrid> = numbered.collect();
    figures::deviations(asked, community, &order, &mut grids);
    let cells = order.iter().map(|&z| std::mem::take(&mut members[z])).collect();
    Ok(Numbered { grids, order, cells })
}

/// What the borders of special-purpose grids within their community cost, by community, in metres:
/// no division could do without them.
fn given_borders(
    ground: &Ground,
    zone_of_cell: &[u32],
    is_special: &[bool],
    communities: usize,
) -> Vec<f64> {
    let mut given_m = vec![0.0; communities];
    if !is_special.contains(&true) {
        return given_m;
    }
    for (a, b, _, cost_m) in ground.contiguity.costs() {
        let [a, b] = [a as usize, b as usize];
        let [own, other] = [zone_of_cell[a], zone_of_cell[b]];
        let special = |zone: u32| is_special.get(zone as usize) == Some(&true);
        let community = ground.community_of_cell[a];
        if own != other
            && (special(own) || special(other))
            && community == ground.community_of_cell[b]
        {
            given_m[community as usize] += cost_m;
        }
    }
    given_m
}

fn figures_of(
    named: &crate::model::Community,
    community: &DividedCommunity,
    grids: &[ServiceGrid],
    violations: usize,
    given_m: f64,
) -> CommunityFigures {
    let most = |f: fn(&ServiceGrid) -> f64| grids.iter().map(|g| f(g).abs()).fold(0.0, f64::max);
    let division = community.division.as_ref();
    CommunityFigures {
        community: named.id.clone(),
        name: named.name.clone(),
        subdistrict: named.subdistrict.clone(),
        units: grids.iter().map(|g| g.units.len()).sum(),
        grids: grids.len(),
        special_grids: community.specials.len(),
        population: grids.iter().map(|g| g.population).sum(),
        area_m2: grids.iter().map(|g| g.area_m2).sum(),
        max_population_deviation: most(|g| g.population_deviation),
        max_area_deviation: most(|g| g.area_deviation),
        violation: division.map_or(0.0, |d| d.violation),
        least_violation: division.map_or(0.0, |d| d.least_violation),
        violations,
        boundary_cost_m: division.map_or(0.0, |d| d.cost as f64 / 1e3) + given_m,
        least_boundary_cost_m: division.map_or(0.0, |d| d.least_cost as f64 / 1e3) + given_m,
        proved: division.is_some_and(|d| d.proved),
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
