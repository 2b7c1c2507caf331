//! A new plan near the one that stands: people, units, communities or the number of grids have
//! changed, and as few people as possible are to get another grid.
//!
//! Units are matched by id. Every community is mended by itself
//! ([`Divider::mend`](crate::divide::Divider::mend)): contiguity comes first, then less violation
//! of tolerances, then fewer people moved, then shorter borders. A grid of the new plan goes on
//! with at most one of the present plan, so that most people keep theirs (an exact assignment);
//! people who persist and whose unit is not in the grid that theirs goes on as are *moved*. What
//! no plan could avoid to move is told beside it.

mod codes;
mod counts;
mod current;
mod curve;
mod ladder;
mod least;
mod matching;
mod moves;
mod near;
mod reasons;
mod redraw;
mod standing;
mod vanished;

pub use current::{CurrentGrid, CurrentPlan, CurrentUnit};
pub use curve::{Curve, CurvePoint};
pub use moves::{Change, CommunityChange, Move, Renamed};
pub use redraw::{Redraw, Redrawn};

use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridCount, Plan, Violation};
use crate::watch::Watch;
use serde::{Deserialize, Serialize};

use ladder::Ladder;
use near::{Facts, Near};
use standing::Standing;

/// How to change a plan.
///
/// ```
/// use evengrid::replan::{CurrentPlan, Replan};
/// use evengrid::{Divide, generate::Generate, ground::Ground};
///
/// let mut city = Generate::units(200).seed(1).run().city;
/// let ground = Ground::survey(&city)?;
/// let divide = Divide::into_grids(4);
/// let plan = divide.run(&city, &ground)?;
/// let current = CurrentPlan::of(&city, &plan);
/// city.units[0].population += 50.0;
/// let changed = Replan::default().run(&divide, &city, &ground, &current)?;
/// assert!(changed.change.people_moved >= changed.change.least_people_moved);
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Replan {
    /// Where the numbers of grids come from.
    pub counts: Counts,
    /// Metres of border that one person's staying is worth; `None`: people come before borders,
    /// whatever these cost.
    pub stability: Option<f64>,
    /// Codes of grids that stay whole and as they are.
    pub locked: Vec<String>,
}

/// Where the number of grids of each community comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Counts {
    /// As many as it has. Where communities were redrawn, their grids are shared out among them
    /// anew by Webster's method.
    #[default]
    Present,
    /// From the present numbers to this total, a grid at a time where Webster's method gives or
    /// takes the next one.
    Total(usize),
    /// As [`Divide::count`] says, as if there were no plan.
    Asked,
}

/// A changed plan.
#[derive(Debug, Serialize, Deserialize)]
pub struct Replanned {
    /// The new plan.
    pub plan: Plan,
    /// What is different.
    pub change: Change,
}

impl Replan {
    /// Makes a plan for the city near a present one. `divide` tells tolerances, seed and effort.
    ///
    /// # Errors
    /// Where a locked grid is not in the present plan, or lies in more than one community now; where
    /// the number of grids cannot be had.
    pub fn run(
        &self,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
    ) -> Result<Replanned> {
        self.run_with(divide, city, ground, current, &|_, _| {})
    }

    /// As [`Replan::run`], and reports progress as cells done out of all; called from many threads.
    ///
    /// # Errors
    /// As [`Replan::run`].
    pub fn run_with(
        &self,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Replanned> {
        self.run_watched(divide, city, ground, current, Watch::default(), progress)
    }

    /// As [`Replan::run_with`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Replan::run`]; [`Error::Cancelled`] where it was stopped.
    pub fn run_watched(
        &self,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
        watch: Watch<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Replanned> {
        self.run_on(&Ladder::default(), divide, city, ground, current, watch, progress)
    }

    /// As [`Replan::run_watched`], with what other runs have found already.
    // As its public callers, and what they share.
    #[allow(clippy::too_many_arguments)]
    fn run_on(
        &self,
        ladder: &Ladder,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
        watch: Watch<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Replanned> {
        watch.check()?;
        if let Some(weight) = self.stability.filter(|w| !(*w >= 0.0 && *w <= MOST_STABLE)) {
            return Err(Error::request(
                format!("stability {weight} is not a number of metres from 0 to {MOST_STABLE:e}"),
                "say how many metres of border a person's staying is worth, or leave it out",
            ));
        }
        vanished::check_ids(city, current)?;
        let (divide, vanished) = vanished::leave_out(divide, city, current);
        let standing = Standing::of(city, ground, current);
        let locked = standing.locked(&self.locked, city, ground, current)?;
        let near = Near::new(self, city, ground, current, &standing, &locked, ladder);
        let mut plan = divide.run_by(&near, city, ground, watch, progress)?;
        plan.findings.extend(vanished);
        let matched = matching::goes_on_as(city, current, &standing, &plan);
        codes::keep_codes(city, current, &matched, &mut plan);
        // Grids stand in the order of their codes now.
        let matched = matching::goes_on_as(city, current, &standing, &plan);
        watch.check()?;
        let facts = near.into_facts();
        as_before(&facts, current, &mut plan);
        let change = moves::change(city, ground, current, &standing, &plan, &matched, &facts);
        plan.asked.count = match (self.counts, divide.count) {
            (Counts::Asked, count) | (Counts::Present, count @ GridCount::PeopleBetween(_)) => {
                count
            }
            _ => GridCount::Total(plan.grids.iter().filter(|grid| grid.special.is_none()).count()),
        };
        Ok(Replanned { plan, change })
    }
}

impl Replan {
    /// The city divided anew into the same numbers of grids, with the people moved by that and all
    /// who could have been; for comparison.
    ///
    /// # Errors
    /// As [`Replan::run`].
    pub fn anew(
        &self,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
    ) -> Result<(Plan, f64, f64)> {
        let standing = Standing::of(city, ground, current);
        let none = vec![false; current.grids.len()];
        let (divide, _) = vanished::leave_out(divide, city, current);
        let ladder = Ladder::default();
        let near = Near::new(self, city, ground, current, &standing, &none, &ladder).anew();
        let mut plan = divide.run_by(&near, city, ground, Watch::default(), &|_, _| {})?;
        let matched = matching::goes_on_as(city, current, &standing, &plan);
        codes::keep_codes(city, current, &matched, &mut plan);
        let matched = matching::goes_on_as(city, current, &standing, &plan);
        let known = (0..city.units.len()).filter(|&u| standing.grid_of_cell[u] != standing::NONE);
        let (mut moved, mut all) = (0.0, 0.0);
        for u in known {
            all += city.units[u].population;
            let goes_on = matched.new_of_present[standing.grid_of_cell[u] as usize];
            if goes_on != Some(plan.grid_of_unit[u]) {
                moved += city.units[u].population;
            }
        }
        Ok((plan, moved, all))
    }
}

/// Lets the record of the present plan stand where nothing had to be done: the reasons of violations,
/// and what was proved when it was made.
fn as_before(facts: &[Option<Facts>], current: &CurrentPlan, plan: &mut Plan) {
    let unchanged = facts.iter().zip(&mut plan.communities);
    let unchanged =
        unchanged.filter(|(facts, _)| facts.as_ref().is_some_and(|facts| facts.is_unchanged));
    for (_, figures) in unchanged {
        for violation in plan.violations.iter_mut().filter(|v| v.community == figures.community) {
            let is_same = |before: &&Violation| {
                (&before.grid, before.promise, &before.field)
                    == (&violation.grid, violation.promise, &violation.field)
            };
            if let Some(before) = current.violations.iter().find(is_same) {
                violation.reason.clone_from(&before.reason);
                violation.unavoidable = before.unavoidable;
            }
        }
        let before = current.communities.iter().find(|before| {
            before.community == figures.community
                && before.boundary_cost_m == figures.boundary_cost_m
        });
        if let Some(before) = before {
            figures.least_violation = before.least_violation;
            figures.least_boundary_cost_m = before.least_boundary_cost_m;
            figures.proved = before.proved;
        }
    }
}

/// Beyond this a person's staying outweighs every border on Earth.
const MOST_STABLE: f64 = 1e6;

#[cfg(test)]
#[path = "replan_tests.rs"]
mod tests;
