//! Divides communities near what stands in them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::counts::{Claim, counts};
use super::standing::{NONE, Standing};
use super::{Counts, CurrentPlan, Replan};
use crate::divide::{self, Division, Holding, Keeping, Mended};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Divide;
use crate::zoning::{Anew, CommunityGraph, Way};

/// Prices of moving are counted in these parts of a person, so that moving a unit without people
/// has a price, too: one part.
const PARTS: f64 = 1_024.0;
/// Border costs are millimetres.
const MILLIMETRES: f64 = 1e3;
/// Areas are counted in square decimetres.
const SQUARE_METRE: f64 = 1e2;

/// What is known of a community once it is divided.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    /// Present grids with people or ground in it, ascending.
    pub present: Vec<u32>,
    /// What of them could be kept.
    pub keeping: Keeping,
    /// People per unit of weight.
    pub person: f64,
}

pub(super) struct Near<'a> {
    replan: &'a Replan,
    city: &'a City,
    current: &'a CurrentPlan,
    standing: &'a Standing,
    locked: &'a [bool],
    /// Whether other tolerances are asked for than the present plan had.
    same_tolerances: bool,
    /// Present grids with units that are gone.
    thinned: Vec<bool>,
    facts: Vec<Mutex<Option<Facts>>>,
    /// Units of every present grid that persist.
    persisting: Vec<usize>,
    /// Mean people and area over the grids of each present grid's community, before.
    mean_before: Vec<[f64; 2]>,
    /// Area of each present grid, by today's cells.
    area_today: Vec<f64>,
    /// Whether to take the present numbers of grids and nothing else.
    is_anew: bool,
}

impl<'a> Near<'a> {
    pub fn new(
        replan: &'a Replan,
        divide: &Divide,
        city: &'a City,
        ground: &Ground,
        current: &'a CurrentPlan,
        standing: &'a Standing,
        locked: &'a [bool],
    ) -> Near<'a> {
        let mut thinned = vec![false; current.grids.len()];
        for &(_, grid, _) in &standing.vanished {
            thinned[grid as usize] = true;
        }
        let mut area_today = vec![0.0; current.grids.len()];
        for (&grid, area) in standing.grid_of_cell.iter().zip(&ground.area_m2) {
            if grid != NONE {
                area_today[grid as usize] += area;
            }
        }
        let mut persisting = vec![0; current.grids.len()];
        for &grid in &standing.grid_of_cell[..city.units.len()] {
            if grid != NONE {
                persisting[grid as usize] += 1;
            }
        }
        Near {
            same_tolerances: current.asked.as_ref().is_some_and(|asked| {
                asked.population_tolerance == divide.population_tolerance
                    && asked.area_tolerance == divide.area_tolerance
            }),
            replan,
            city,
            current,
            standing,
            locked,
            thinned,
            facts: city.communities.iter().map(|_| Mutex::new(None)).collect(),
            persisting,
            mean_before: means_before(current),
            area_today,
            is_anew: false,
        }
    }

    /// The same numbers of grids, divided as if there were none.
    pub fn anew(self) -> Self {
        Near { is_anew: true, ..self }
    }

    /// The facts of every community that has units.
    pub fn into_facts(self) -> Vec<Option<Facts>> {
        let take = |slot: Mutex<Option<Facts>>| slot.into_inner().unwrap_or(None);
        self.facts.into_iter().map(take).collect()
    }

    /// Present grids by number in each community, where it is what it was.
    fn present_counts(&self) -> Vec<Option<usize>> {
        let mut community_of: Vec<Option<usize>> = vec![None; self.current.grids.len()];
        let index: BTreeMap<&str, usize> =
            self.city.communities.iter().enumerate().map(|(c, own)| (own.id.as_str(), c)).collect();
        for (grid, slot) in self.current.grids.iter().zip(&mut community_of) {
            *slot = index.get(grid.community.as_str()).copied();
        }
        let mut counts: Vec<Option<usize>> = vec![Some(0); self.city.communities.len()];
        for (grid, community) in self.current.grids.iter().zip(&community_of) {
            // Special-purpose grids are given, and stand beside the number.
            if let Some(count) = community.and_then(|c| counts[c].as_mut())
                && !grid.is_special
            {
                *count += 1;
            }
        }
        // A unit that is in another community than its grid was: both are redrawn.
        let of_cell = &self.standing.community_of_unit;
        for (unit, &grid) in self.standing.grid_of_cell[..self.city.units.len()].iter().enumerate()
        {
            if grid == NONE {
                continue;
            }
            let (now, was) = (of_cell[unit] as usize, community_of[grid as usize]);
            if was != Some(now) {
                counts[now] = None;
                if let Some(was) = was {
                    counts[was] = None;
                }
            }
        }
        for count in &mut counts {
            *count = count.filter(|&n| n > 0);
        }
        counts
    }

    /// The present grid of every vertex (the one most of its people are in), and the price of
    /// leaving it.
    fn standing_of(&self, part: &CommunityGraph<'_>, person: f64) -> (divide::Standing, Vec<u32>) {
        let mut present: Vec<u32> = part
            .cells
            .iter()
            .flat_map(|&c| {
                let standing = &self.standing;
                [standing.grid_of_cell[c as usize], standing.place_of_cell[c as usize]]
            })
            .filter(|&grid| grid != NONE)
            .collect();
        present.sort_unstable();
        present.dedup();
        let local = |grid: u32| present.binary_search(&grid).map_or(NONE, |i| i as u32);
        let n = part.graph.len();
        // Of every vertex: people, cells and the grid they are in.
        let mut shares: Vec<Vec<(u32, f64, usize)>> = vec![Vec::new(); n];
        let mut place = vec![NONE; n];
        for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
            let grid = local(self.standing.grid_of_cell[cell as usize]);
            if grid == NONE {
                let at = local(self.standing.place_of_cell[cell as usize]);
                place[atom as usize] = place[atom as usize].min(at);
                continue;
            }
            let people = self.city.units.get(cell as usize).map_or(0.0, |unit| unit.population);
            let shares = &mut shares[atom as usize];
            match shares.iter_mut().find(|share| share.0 == grid) {
                Some(share) => {
                    share.1 += people;
                    share.2 += 1;
                }
                None => shares.push((grid, people, 1)),
            }
        }
        let mut block = vec![NONE; n];
        let mut stay = vec![0i64; n];
        for (v, shares) in shares.iter().enumerate() {
            let most = shares.iter().max_by(|a, b| {
                let closed =
                    |share: &(u32, f64, usize)| self.locked[present[share.0 as usize] as usize];
                closed(a)
                    .cmp(&closed(b))
                    .then(a.1.total_cmp(&b.1))
                    .then(a.2.cmp(&b.2))
                    .then(b.0.cmp(&a.0))
            });
            if let Some(&(grid, people, _)) = most {
                block[v] = grid;
                stay[v] = match self.replan.stability {
                    None => (people / person * PARTS).round() as i64 + 1,
                    Some(metres) => (people * metres * MILLIMETRES).round() as i64,
                };
            }
        }
        let standing = divide::Standing {
            tolerated: self.tolerated(part, &present, person),
            block,
            place,
            stay,
            closed: present.iter().map(|&grid| self.locked[grid as usize]).collect(),
            stay_first: self.replan.stability.is_none(),
        };
        (standing, present)
    }

    /// What present grids may have because they were out of tolerance before: no more than they had,
    /// in people as a share of the mean or in number, and in area.
    fn tolerated(
        &self,
        part: &CommunityGraph<'_>,
        present: &[u32],
        person: f64,
    ) -> Vec<(i64, i64)> {
        const NOTHING: (i64, i64) = (i64::MAX, 0);
        let d = part.graph.dimensions();
        let total = part.graph.total_weights();
        let k = part.grids as f64;
        let mut tolerated = vec![NOTHING; present.len() * d];
        for (local, &grid) in present.iter().enumerate() {
            let grid_before = &self.current.grids[grid as usize];
            let (people, mean) = (grid_before.population, self.mean_before[grid as usize]);
            let tolerance = part.divider.tolerances[0];
            let (lower, upper) = tolerance.range(mean[0]);
            let now = total[0] as f64 / k;
            let share = if mean[0] > 0.0 { people / mean[0] * now } else { 0.0 };
            let of = &mut tolerated[local * d..][..d];
            if upper.is_some_and(|upper| people > upper) {
                of[0].1 = (people / person).max(share).ceil() as i64;
            }
            if lower.is_some_and(|lower| people < lower) {
                of[0].0 = (people / person).min(share).floor() as i64;
            }
            let (lower, upper) = part.divider.tolerances[1].range(mean[1]);
            // Measured anew: grids.geojson is rounded.
            let area = self.area_today[grid as usize];
            if upper.is_some_and(|upper| grid_before.area_m2 > upper) {
                of[1].1 = (area * SQUARE_METRE).ceil() as i64 + 1;
            }
            if lower.is_some_and(|lower| grid_before.area_m2 < lower) {
                of[1].0 = (area * SQUARE_METRE).floor() as i64 - 1;
            }
        }
        tolerated
    }

    /// People of every present grid, vertex by vertex, in the graph's weight; and of every vertex
    /// those that are in its own.
    fn items(
        &self,
        part: &CommunityGraph<'_>,
        present: &[u32],
        block: &[u32],
        person: f64,
    ) -> (Vec<Vec<i64>>, Vec<i64>) {
        let mut of_vertex: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
            let grid = self.standing.grid_of_cell[cell as usize];
            if let Some(unit) = self.city.units.get(cell as usize)
                && grid != NONE
            {
                *of_vertex.entry((grid, atom)).or_insert(0.0) += unit.population;
            }
        }
        let mut items = vec![Vec::new(); present.len()];
        let mut own = vec![0; block.len()];
        for ((grid, vertex), people) in of_vertex {
            if let Ok(local) = present.binary_search(&grid) {
                let weight = (people / person).round() as i64;
                items[local].push(weight);
                if block[vertex as usize] == local as u32 {
                    own[vertex as usize] = weight;
                }
            }
        }
        (items, own)
    }

    /// Whether present grids have units nowhere but in this community.
    fn is_whole(&self, part: &CommunityGraph<'_>, present: &[u32]) -> bool {
        let mut units = vec![0; present.len()];
        for &cell in part.cells.iter().filter(|&&cell| (cell as usize) < self.city.units.len()) {
            if let Ok(local) = present.binary_search(&self.standing.grid_of_cell[cell as usize]) {
                units[local] += 1;
            }
        }
        present.iter().zip(units).all(|(&grid, units)| self.persisting[grid as usize] == units)
    }

    /// Whether a community is as it was, so that nothing is to be done in it.
    fn is_unchanged(&self, part: &CommunityGraph<'_>, present: &[u32], block: &[u32]) -> bool {
        let mut units = vec![0; present.len()];
        let steady = part.cells.iter().zip(part.atom_of).all(|(&cell, &atom)| {
            let grid = self.standing.grid_of_cell[cell as usize];
            let Ok(local) = present.binary_search(&grid) else { return false };
            if (cell as usize) < self.city.units.len() {
                units[local] += 1;
                if self.standing.has_changed[cell as usize] {
                    return false;
                }
            }
            block[atom as usize] == local as u32
        });
        steady
            && self.same_tolerances
            && self.replan.stability.is_none()
            && present.len() == part.grids
            && present.iter().zip(&units).all(|(&grid, &units)| {
                self.persisting[grid as usize] == units && !self.thinned[grid as usize]
            })
    }
}

/// Mean people and area of the grids that shared each present grid's community.
fn means_before(current: &CurrentPlan) -> Vec<[f64; 2]> {
    let mut sums: BTreeMap<&str, ([f64; 2], usize)> = BTreeMap::new();
    for grid in current.grids.iter().filter(|grid| !grid.is_special) {
        let (sum, count) = sums.entry(&grid.community).or_default();
        *sum = [sum[0] + grid.population, sum[1] + grid.area_m2];
        *count += 1;
    }
    let mean = |grid: &super::CurrentGrid| {
        let (sum, count) = sums.get(grid.community.as_str()).copied().unwrap_or_default();
        sum.map(|sum| sum / count.max(1) as f64)
    };
    current.grids.iter().map(mean).collect()
}

impl Way for Near<'_> {
    fn counts(&self, population: &[f64], limits: &[(usize, usize)]) -> Option<Result<Vec<usize>>> {
        let total = match self.replan.counts {
            Counts::Asked => return None,
            Counts::Present => None,
            Counts::Total(total) => Some(total),
        };
        let present = self.present_counts();
        let claims: Vec<Claim> = population
            .iter()
            .zip(limits)
            .zip(present)
            .map(|((&population, &limits), present)| Claim { population, present, limits })
            .collect();
        let general = self.current.grids.iter().filter(|grid| !grid.is_special).count();
        Some(counts(&claims, general, total))
    }

    fn divide(&self, part: &CommunityGraph<'_>) -> Result<Division> {
        if self.is_anew {
            return Anew.divide(part);
        }
        let people: f64 = part
            .cells
            .iter()
            .filter_map(|&cell| self.city.units.get(cell as usize))
            .map(|unit| unit.population)
            .sum();
        let weight = part.graph.total_weights()[0] as f64;
        // People are counted whole, or in thousandths.
        let person = if weight > 0.0 { 1.0 / (weight / people).round().max(1.0) } else { 1.0 };
        let (standing, present) = self.standing_of(part, person);
        let Mended { division, standing_of_block } =
            if self.is_unchanged(part, &present, &standing.block) {
                let same = (0..part.grids as u32).map(Some).collect();
                let division = part.divider.judge(part.graph, part.grids, standing.block.clone());
                Mended { division, standing_of_block: same }
            } else {
                part.divider.mend(part.graph, part.grids, &standing)?
            };
        let (items, own) = self.items(part, &present, &standing.block, person);
        let mut goes_on = vec![None; present.len()];
        for (block, old) in standing_of_block.iter().enumerate() {
            if let Some(old) = old {
                goes_on[*old as usize] = Some(block as u32);
            }
        }
        let d = part.graph.dimensions();
        let tolerated: Vec<(i64, i64)> = standing.tolerated.iter().step_by(d).copied().collect();
        let holding = Holding {
            block: &standing.block,
            own: &own,
            items: &items,
            tolerated: &tolerated,
            goes_on: &goes_on,
            is_whole: self.is_whole(part, &present),
        };
        let keeping = part.divider.keeping(part.graph, &division.labels, &holding);
        if let Ok(mut slot) = self.facts[part.community].lock() {
            *slot = Some(Facts { present, keeping, person });
        }
        Ok(division)
    }
}
