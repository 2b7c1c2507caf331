//! Divides communities near what stands in them.

mod blocks;
mod facts;
mod present;
mod tolerated;

use std::collections::HashMap;
use std::sync::Mutex;

use super::counts::{Claim, counts};
use super::ladder::{Ladder, Step};
use super::standing::{NONE, Standing};
use super::{Counts, CurrentPlan, Replan};
use crate::divide::{self, Diameters, Division, Holding, Mended};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Promise, Violation};
use crate::zoning::{Anew, CommunityGraph, Subject, Way};

use blocks::Blocks;
pub(super) use facts::Facts;
use facts::weighs;
use present::means_before;
pub(super) use tolerated::Broken;
use tolerated::Grids;

/// Prices of moving are counted in these parts of a person, so that moving a unit without people
/// has a price, too: one part.
const PARTS: f64 = 1_024.0;
/// Border costs are millimetres.
const MILLIMETRES: f64 = 1e3;

pub(super) struct Near<'a> {
    replan: &'a Replan,
    city: &'a City,
    current: &'a CurrentPlan,
    standing: &'a Standing,
    locked: &'a [bool],
    ladder: &'a Ladder,
    /// What the present plan fell short of, by grid.
    violations: HashMap<&'a str, Vec<&'a Violation>>,
    /// Present grids with units that are gone.
    thinned: Vec<bool>,
    facts: Vec<Mutex<Option<Facts>>>,
    /// Units of every present grid that persist.
    persisting: Vec<usize>,
    /// Mean people over the grids of each present grid's community, before.
    mean_before: Vec<f64>,
    /// Area of each present grid, by today's cells.
    area_today: Vec<f64>,
    /// Whether to take the present numbers of grids and nothing else.
    is_anew: bool,
}

impl<'a> Near<'a> {
    pub fn new(
        replan: &'a Replan,
        city: &'a City,
        ground: &Ground,
        current: &'a CurrentPlan,
        standing: &'a Standing,
        locked: &'a [bool],
        ladder: &'a Ladder,
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
        let mut violations: HashMap<&str, Vec<&Violation>> = HashMap::new();
        for violation in &current.violations {
            violations.entry(&violation.grid).or_default().push(violation);
        }
        Near {
            replan,
            city,
            current,
            standing,
            locked,
            ladder,
            violations,
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

    /// What a present grid was out of.
    fn violations_of(&self, code: &str) -> impl Iterator<Item = &'a Violation> + use<'a> {
        self.violations.get(code).cloned().unwrap_or_default().into_iter()
    }

    /// The best division of a community: the one with fewest people moved or, where these are weighed
    /// against borders, the best of all on the ladder.
    fn mended(
        &self,
        part: &CommunityGraph<'_>,
        blocks: &Blocks,
        standing: &divide::Standing,
        person: f64,
    ) -> Result<Mended> {
        let mend = |stability: Option<f64>| {
            let standing = divide::Standing {
                stay: blocks.prices(stability, person),
                stay_first: stability.is_none(),
                ..standing.clone()
            };
            part.divider.mend_with(part.graph, part.grids, &standing, part.watch)
        };
        let Some(metres) = self.replan.stability else { return mend(None) };
        let step = |stability: Option<f64>| {
            let mended = mend(stability)?;
            let home = |v: usize| {
                let own = mended.standing_of_block[mended.division.labels[v] as usize];
                own == Some(blocks.block[v])
            };
            let away = (0..blocks.block.len()).filter(|&v| blocks.block[v] != NONE && !home(v));
            let people = away.map(|v| blocks.people[v]).sum();
            Ok(Step { mended, people })
        };
        self.ladder.best(part.community, metres, step)
    }
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
        let blocks = self.blocks(part);
        let grids = Grids {
            near: self,
            part,
            present: &blocks.present,
            block: &blocks.block,
            place: &blocks.place,
            person,
        };
        let (tolerated, diameters) = (grids.tolerated(), grids.tolerated_diameters());
        let broken = grids.broken(&tolerated, &diameters);
        let limited = part.shaping.and_then(|shaping| Some((shaping.max_diameter?, shaping)));
        let standing = divide::Standing {
            block: blocks.block.clone(),
            place: blocks.place.clone(),
            stay: blocks.prices(None, person),
            closed: blocks.present.iter().map(|&grid| self.locked[grid as usize]).collect(),
            tolerated,
            stay_first: true,
            diameters: limited.map(|(most_m, shaping)| Diameters {
                footings: shaping.footings.clone(),
                most_m,
                tolerated_m: diameters,
            }),
        };
        let is_unchanged = self.replan.stability.is_none()
            && broken.iter().all(Vec::is_empty)
            && self.is_steady(part, &blocks);
        let Mended { division, standing_of_block, .. } = if is_unchanged {
            let same = (0..part.grids as u32).map(Some).collect();
            let division = part.divider.judge(part.graph, part.grids, standing.block.clone());
            Mended { division, standing_of_block: same, outside: 0 }
        } else {
            let mended = self.mended(part, &blocks, &standing, person)?;
            // What is told of moves counts grids as going on where most of their people are.
            let standing_of_block = self.goes_on(part, &blocks.present, &mended.division.labels);
            Mended { standing_of_block, ..mended }
        };
        let (items, own) = self.items(part, &blocks, person);
        let mut goes_on = vec![None; blocks.present.len()];
        for (block, old) in standing_of_block.iter().enumerate() {
            if let Some(old) = old {
                goes_on[*old as usize] = Some(block as u32);
            }
        }
        let holding = Holding {
            block: &standing.block,
            own: &own,
            items: &items,
            tolerated: &standing.tolerated,
            goes_on: &goes_on,
            is_whole: self.is_whole(part, &blocks.present),
        };
        let keeping = part.divider.keeping(part.graph, &division.labels, &holding);
        let weighs = weighs(part, &blocks, &division.labels, &standing_of_block);
        let mut subjects = part.subjects.to_vec();
        subjects.push(Subject {
            promise: Promise::Diameter,
            field: None,
            noun: "m across".into(),
            scale: 1.0,
        });
        if let Ok(mut slot) = self.facts[part.community].lock() {
            *slot = Some(Facts {
                present: blocks.present,
                keeping,
                person,
                is_unchanged,
                subjects,
                broken,
                weighs,
                standing_of_label: standing_of_block,
            });
        }
        Ok(division)
    }

    fn falls_short(
        &self,
        community: usize,
        label: u32,
        promise: Promise,
        field: Option<&str>,
    ) -> Option<String> {
        if self.is_anew {
            return None;
        }
        let facts = self.facts.get(community)?.lock().ok()?;
        let facts = facts.as_ref()?;
        let old = facts.standing_of_label.get(label as usize).copied().flatten();
        if let Some(present) = old.map(|old| facts.present[old as usize]) {
            let code = &self.current.grids[present as usize].code;
            if self.locked[present as usize] {
                return Some(format!("grid {code} is locked, and stays as it is"));
            }
            let is_same = |v: &Violation| v.promise == promise && v.field.as_deref() == field;
            if let Some(before) = self.violations_of(code).find(|v| is_same(v)) {
                return Some(format!(
                    "grid {code} was out of this limit in the present plan, too ({:.0}, limit \
                     {:.0}); for that alone nobody is moved",
                    before.value, before.limit
                ));
            }
        }
        Some(
            "no better division was found near the present plan; it is not proved that there is \
             none, and dividing the community anew may find one with more people moved"
                .into(),
        )
    }
}
