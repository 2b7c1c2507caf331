//! What present grids may go on having because they had it before, and where they are out of
//! limits today.
//!
//! Only what the present plan itself named as a violation is tolerated, and no more of it than it
//! had, nor than there would be today if nothing were done. So a new ask, or a stricter one, holds for every grid that kept what was asked before.

use super::Near;
use crate::plan::{Promise, Violation};
use crate::replan::CurrentGrid;
use crate::replan::standing::NONE;
use crate::zoning::{CommunityGraph, Subject};

/// Nothing besides what limits allow.
const NOTHING: (i64, i64) = (i64::MAX, 0);
/// Slack for comparing shares, far below what anyone counts.
const EPSILON: f64 = 1e-9;

/// Where a present grid would be out of limits, if nothing were done.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::replan) struct Broken {
    /// What is counted: an index into the subjects of its community, which are as many for the
    /// diameter.
    pub subject: usize,
    pub value: f64,
    pub limit: f64,
}

impl Broken {
    pub fn is_over(&self) -> bool {
        self.value > self.limit
    }
}

/// The present grids of a community, as vertices of its graph stand in them.
pub(super) struct Grids<'a> {
    pub near: &'a Near<'a>,
    pub part: &'a CommunityGraph<'a>,
    /// By number.
    pub present: &'a [u32],
    /// The grid of every vertex, and where new ones are placed: indices into `present`.
    pub block: &'a [u32],
    pub place: &'a [u32],
    /// People per unit of weight.
    pub person: f64,
}

impl Grids<'_> {
    /// Least and greatest load per present grid and weight that are tolerated besides the limits.
    pub fn tolerated(&self) -> Vec<(i64, i64)> {
        let subjects = self.part.subjects;
        let d = self.part.graph.dimensions();
        let loads = self.loads(|v| self.block[v]);
        let mut tolerated = vec![NOTHING; self.present.len() * d];
        for (local, &grid) in self.present.iter().enumerate() {
            let grid = &self.near.current.grids[grid as usize];
            for violation in self.near.violations_of(&grid.code) {
                let about = |subject: &Subject| {
                    subject.promise == violation.promise && subject.field == violation.field
                };
                for i in (0..d).filter(|&i| about(&subjects[i])) {
                    let today = loads[local * d + i];
                    let had = self.had(grid, local, violation, i, today);
                    let slot = &mut tolerated[local * d + i];
                    slot.0 = slot.0.min(had.0);
                    slot.1 = slot.1.max(had.1);
                }
            }
        }
        tolerated
    }

    /// What a grid had of a weight when it was out of limits.
    fn had(
        &self,
        grid: &CurrentGrid,
        local: usize,
        violation: &Violation,
        i: usize,
        today: i64,
    ) -> (i64, i64) {
        let is_over = violation.value > violation.limit;
        let side = |low: f64, high: f64| match is_over {
            true => (i64::MAX, high.ceil() as i64),
            false => (low.floor() as i64, 0),
        };
        // What has got better since need not get worse again.
        let at_most_today = |low: f64, high: f64| {
            let (low, high) = side(low, high);
            if is_over { (low, high.min(today)) } else { (low.max(today), high) }
        };
        match violation.promise {
            Promise::Population => {
                // In number, or as a share of the mean.
                let (people, mean) = (grid.population, self.near.mean_before[self.number(local)]);
                let now = self.part.graph.total_weights()[0] as f64 / self.part.grids as f64;
                let share = if mean > 0.0 { people / mean * now } else { 0.0 };
                let number = people / self.person;
                at_most_today(number.min(share), number.max(share))
            }
            // Measured anew: grids.geojson is rounded.
            Promise::Area => {
                let area = self.near.area_today[self.number(local)] * self.part.subjects[i].scale;
                side(area - 1.0, area + 1.0)
            }
            // Which class of a mixture it was is not told.
            Promise::Mix => (today, today),
            Promise::Lock | Promise::Apart | Promise::Seed => match today as f64 {
                today if !is_over || today <= violation.value => side(today, today),
                _ => NOTHING,
            },
            _ => {
                let value = violation.value * self.part.subjects[i].scale;
                at_most_today(value - 1.0, value + 1.0)
            }
        }
    }

    /// How far across each present grid may be because it was before, metres; 0 where it was not.
    pub fn tolerated_diameters(&self) -> Vec<f64> {
        let diameter = |&grid: &u32| {
            let code = &self.near.current.grids[grid as usize].code;
            let mut all = self.near.violations_of(code);
            all.find(|v| v.promise == Promise::Diameter).map_or(0.0, |v| v.value)
        };
        self.present.iter().map(diameter).collect()
    }

    /// Where every present grid would be out of limits and of what is tolerated, weight by weight.
    pub fn broken(&self, tolerated: &[(i64, i64)], diameters: &[f64]) -> Vec<Vec<Broken>> {
        let (graph, k) = (self.part.graph, self.part.grids as f64);
        let d = graph.dimensions();
        let loads = self.loads(|v| match self.block[v] {
            NONE => self.place[v],
            block => block,
        });
        let total = graph.total_weights();
        let mut broken = vec![Vec::new(); self.present.len()];
        for (local, broken) in broken.iter_mut().enumerate() {
            for (i, subject) in self.part.subjects.iter().enumerate() {
                let mean = total[i] as f64 / k;
                let (least, most) = self.part.divider.tolerances[i].range(mean);
                let load = loads[local * d + i] as f64;
                let (low, high) = tolerated[local * d + i];
                let slack = EPSILON * mean.max(1.0);
                let limit = match (least, most) {
                    (_, Some(most)) if load > most.max(high as f64) + slack => most,
                    (Some(least), _) if load < least.min(low as f64) - slack => least,
                    _ => continue,
                };
                let (value, limit) = (load / subject.scale, limit / subject.scale);
                broken.push(Broken { subject: i, value, limit });
            }
            if let Some((most, width)) = self.diameter(local)
                && width > most.max(diameters[local]) * (1.0 + EPSILON)
            {
                broken.push(Broken { subject: d, value: width, limit: most });
            }
        }
        broken
    }

    /// How far across a present grid may be, and is at least.
    fn diameter(&self, local: usize) -> Option<(f64, f64)> {
        let shaping = self.part.shaping?;
        let mut footing = crate::divide::Footing::default();
        for (own, _) in
            shaping.footings.iter().zip(self.block).filter(|(_, block)| **block == local as u32)
        {
            footing.add(own);
        }
        Some((shaping.max_diameter?, footing.width()))
    }

    fn number(&self, local: usize) -> usize {
        self.present[local] as usize
    }

    fn loads(&self, block: impl Fn(usize) -> u32) -> Vec<i64> {
        let d = self.part.graph.dimensions();
        let mut loads = vec![0; self.present.len() * d];
        for v in 0..self.part.graph.len() {
            if block(v) != NONE {
                let own = &mut loads[block(v) as usize * d..][..d];
                own.iter_mut().zip(self.part.graph.weights(v)).for_each(|(sum, w)| *sum += w);
            }
        }
        loads
    }
}
