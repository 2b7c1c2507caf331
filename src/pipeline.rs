//! The whole walk in one call: survey, divide, staff, register.
//!
//! Everything here can be done step by step with the parts; this is the order in which the command
//! line, the examples and bindings do it, so that they all come to the same plan.

use std::time::{Duration, Instant};

use crate::allocate::{CentralHouseholds, HouseholdAssignment, OfficerAssignment, Officers};
use crate::error::Result;
use crate::ground::{Ground, Survey};
use crate::model::City;
use crate::organise::Register;
use crate::plan::{Divide, Plan};
use crate::replan::{Change, CurrentPlan, Replan};

/// How to plan a city, stage by stage.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// From shapes to the contiguity graph.
    pub survey: Survey,
    /// From the graph to grids.
    pub divide: Divide,
    /// Central households in the grids.
    pub households: CentralHouseholds,
    /// Officers in the communities.
    pub officers: Officers,
}

/// A stage of the pipeline, for progress and timings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Projection, cells, contiguity.
    Survey,
    /// Grids.
    Divide,
    /// Central households and officers.
    Staff,
}

impl Stage {
    /// The stage's name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Survey => "survey",
            Stage::Divide => "divide",
            Stage::Staff => "staff",
        }
    }
}

/// A city with its plan and staff.
#[derive(Debug)]
pub struct PlannedCity {
    /// What was asked for.
    pub asked: Pipeline,
    /// The surveyed ground.
    pub ground: Ground,
    /// The grids.
    pub plan: Plan,
    /// Central households.
    pub households: HouseholdAssignment,
    /// Officers.
    pub officers: OfficerAssignment,
    /// Who answers for which grid.
    pub register: Register,
    /// How long each stage took.
    pub timings: Vec<(Stage, Duration)>,
}

impl Pipeline {
    /// A pipeline with default settings around a division.
    pub fn new(divide: Divide) -> Self {
        Pipeline {
            survey: Survey::default(),
            divide,
            households: CentralHouseholds::default(),
            officers: Officers::default(),
        }
    }

    /// Plans a city.
    ///
    /// # Errors
    /// As [`Survey::run`] and [`Divide::run`].
    pub fn run(&self, city: &City) -> Result<PlannedCity> {
        self.run_with(city, &|_, _, _| {})
    }

    /// Plans a city and reports progress: a stage, and how much of how much is done in it. Called
    /// from many threads.
    ///
    /// # Errors
    /// As [`Pipeline::run`].
    pub fn run_with(
        &self,
        city: &City,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<PlannedCity> {
        let mut clock = Instant::now();
        let mut timings = Vec::new();
        let mut finish = |stage: Stage| {
            timings.push((stage, clock.elapsed()));
            clock = Instant::now();
        };
        progress(Stage::Survey, 0, 1);
        let ground = self.survey.run(city)?;
        finish(Stage::Survey);
        let plan =
            self.divide.run_with(city, &ground, &|done, all| progress(Stage::Divide, done, all))?;
        finish(Stage::Divide);
        progress(Stage::Staff, 0, 1);
        self.staff(city, ground, plan, timings)
    }

    /// Plans a city near a plan that stands: as [`Pipeline::run`], but grids come from
    /// [`Replan::run`]. Also tells what is different.
    ///
    /// # Errors
    /// As [`Survey::run`] and [`Replan::run`].
    pub fn replan(
        &self,
        replan: &Replan,
        city: &City,
        current: &CurrentPlan,
    ) -> Result<(PlannedCity, Change)> {
        self.replan_with(replan, city, current, &|_, _, _| {})
    }

    /// As [`Pipeline::replan`], and reports progress as [`Pipeline::run_with`] does.
    ///
    /// # Errors
    /// As [`Pipeline::replan`].
    pub fn replan_with(
        &self,
        replan: &Replan,
        city: &City,
        current: &CurrentPlan,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<(PlannedCity, Change)> {
        let clock = Instant::now();
        progress(Stage::Survey, 0, 1);
        let ground = self.survey.run(city)?;
        let surveyed = clock.elapsed();
        let done = |done, all| progress(Stage::Divide, done, all);
        let changed = replan.run_with(&self.divide, city, &ground, current, &done)?;
        let timings = vec![(Stage::Survey, surveyed), (Stage::Divide, clock.elapsed() - surveyed)];
        progress(Stage::Staff, 0, 1);
        let mut planned = self.staff(city, ground, changed.plan, timings)?;
        planned.asked.divide = planned.plan.asked.clone();
        Ok((planned, changed.change))
    }

    /// Puts people in a plan's grids and enters all in the register.
    fn staff(
        &self,
        city: &City,
        ground: Ground,
        plan: Plan,
        mut timings: Vec<(Stage, Duration)>,
    ) -> Result<PlannedCity> {
        let clock = Instant::now();
        let households = self.households.assign(city, &ground, &plan)?;
        let officers = self.officers.assign(city, &ground, &plan)?;
        let register = Register::new(city, &ground, &plan, &households, &officers)?;
        timings.push((Stage::Staff, clock.elapsed()));
        let asked = self.clone();
        Ok(PlannedCity { asked, ground, plan, households, officers, register, timings })
    }
}

impl PlannedCity {
    /// Whether every constraint is met: the ground is tiled, no violation, nobody left over, no
    /// vacancy.
    pub fn is_complete(&self) -> bool {
        self.ground.tiles()
            && self.plan.violations.is_empty()
            && self.households.shortfalls.is_empty()
            && self.households.members_outside.is_empty()
            && self.officers.vacancies.is_empty()
    }
}
