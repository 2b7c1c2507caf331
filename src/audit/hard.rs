//! Which grids reach across hard barriers: by the ground of their units, surveyed as it is for a plan.

use std::collections::HashMap;

use super::barriers::as_units;
use super::cells::{Cell, cells};
use super::drawn::DrawnPlan;
use super::residents::NONE;
use super::settings::Audit;
use crate::error::Result;
use crate::ground::{Contiguity, Islands, Survey, UnitKind};

/// The ground of a plan where some barriers are hard.
pub(super) struct HardGround {
    /// In how many parts the ground of every grid lies: with hard barriers, and without them.
    parts: Vec<[usize; 2]>,
    /// Which pieces of ground touch: with hard barriers, and without them.
    touching: [Contiguity; 2],
    cell_of_unit: HashMap<u32, u32>,
}

impl HardGround {
    /// Surveys the ground; `None` where no barrier is hard. An error says why it cannot be done.
    pub(super) fn of(
        audit: &Audit,
        drawn: &DrawnPlan,
        grid_of_unit: &[u32],
    ) -> Option<std::result::Result<HardGround, String>> {
        let mut barriers = drawn.barriers.iter().filter(|barrier| barrier.at_grade);
        barriers.find(|barrier| barrier.hard || audit.hard_barriers.contains(&barrier.class))?;
        let mut ground = cells(drawn, grid_of_unit);
        ground.retain(|cell| !cell.shape.0.is_empty());
        if ground.is_empty() {
            return Some(Err("the units have no ground".to_owned()));
        }
        let surveyed = HardGround::survey(audit, drawn, ground);
        Some(surveyed.map_err(|error| format!("their ground cannot be surveyed: {error}")))
    }

    fn survey(audit: &Audit, drawn: &DrawnPlan, cells: Vec<Cell>) -> Result<HardGround> {
        let mut grids: Vec<u32> = cells.iter().map(|cell| cell.grid).collect();
        let units = cells.iter().zip(0u32..).filter(|(cell, _)| cell.unit != NONE);
        let cell_of_unit = units.map(|(cell, number)| (cell.unit, number)).collect();
        let survey = Survey {
            units: UnitKind::Ground,
            islands: Islands::Report,
            least_border_m: audit.least_border_m,
            barrier_reach_m: audit.barrier_reach_m,
            hard_barriers: audit.hard_barriers.clone(),
            ..Survey::default()
        };
        let city = as_units(cells.into_iter().map(|cell| cell.shape), drawn);
        // Ground that a plan has made is taken as it is.
        let ground = match drawn.cells.is_empty() {
            true => survey.run(&city)?,
            false => survey.run_as_written(&city)?,
        };
        grids.resize(ground.coverage.len(), NONE);
        let soft = ground.contiguity_but_for_hard(survey.least_border_m);
        let parts = |contiguity: &Contiguity| contiguity.parts(&grids, drawn.grids.len());
        let parts = parts(&ground.contiguity).into_iter().zip(parts(&soft));
        Ok(HardGround {
            parts: parts.map(|(hard, soft)| [hard, soft]).collect(),
            touching: [ground.contiguity, soft],
            cell_of_unit,
        })
    }

    /// In how many parts hard barriers cut the ground of a grid, if they do.
    pub(super) fn parts(&self, grid: usize) -> Option<usize> {
        let [hard, soft] = *self.parts.get(grid)?;
        (hard > soft).then_some(hard)
    }

    /// Whether the units of a grid in so many pieces do not touch, so that nothing can be said of it.
    pub(super) fn is_in_doubt(&self, grid: usize, pieces: usize) -> bool {
        self.parts.get(grid).is_some_and(|&[hard, soft]| hard == soft && soft > pieces)
    }

    /// Whether two units touch across a hard barrier alone.
    pub(super) fn parts_units(&self, a: u32, b: u32) -> bool {
        let [Some(a), Some(b)] = [a, b].map(|unit| self.cell_of_unit.get(&unit)) else {
            return false;
        };
        let [hard, soft] = &self.touching;
        let touch = |contiguity: &Contiguity| {
            contiguity.neighbours(*a as usize).any(|(other, length)| other == *b && length > 0.0)
        };
        touch(soft) && !touch(hard)
    }
}
