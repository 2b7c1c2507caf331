//! The whole walk in one call: survey, divide, staff, register.
//!
//! Everything here can be done step by step with the parts; this is the order in which the command
//! line, the examples and bindings do it, so that they all come to the same plan.

use std::time::{Duration, Instant};

use geo::MultiPolygon;
use serde::{Deserialize, Serialize};

use crate::allocate::{CentralHouseholds, HouseholdAssignment, OfficerAssignment, Officers};
use crate::audit::{DrawnCell, DrawnGrid, DrawnLink, DrawnPlan, DrawnUnit};
use crate::error::{Finding, Result};
use crate::ground::{Ground, Survey};
use crate::model::City;
use crate::organise::Register;
use crate::plan::{Divide, Plan};
use crate::replan::{Change, CurrentPlan, Redraw, Redrawn, Replan};
use crate::watch::Watch;

/// Shares of the whole work that are done, roughly, when a city is surveyed, its communities are
/// drawn anew, its grids are divided; as a [`Watch`] reports them.
const SURVEYED: f64 = 0.2;
const REDRAWN: f64 = 0.4;
const DIVIDED: f64 = 0.9;

/// How to plan a city, stage by stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Serialize)]
pub struct PlannedCity {
    /// What was asked for.
    pub asked: Pipeline,
    /// The surveyed ground.
    #[serde(skip)]
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
        self.run_watched(city, Watch::default(), progress)
    }

    /// As [`Pipeline::run_with`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Pipeline::run`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn run_watched(
        &self,
        city: &City,
        watch: Watch<'_>,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<PlannedCity> {
        let mut clock = Instant::now();
        let mut timings = Vec::new();
        let mut finish = |stage: Stage| {
            timings.push((stage, clock.elapsed()));
            clock = Instant::now();
        };
        progress(Stage::Survey, 0, 1);
        let ground = self.survey.run_watched(city, watch)?;
        watch.report(SURVEYED);
        finish(Stage::Survey);
        let divided = |done, all| progress(Stage::Divide, done, all);
        let plan = watch.within(SURVEYED, DIVIDED, |watch| {
            self.divide.run_watched(city, &ground, watch, &divided)
        })?;
        finish(Stage::Divide);
        progress(Stage::Staff, 0, 1);
        self.staff(city, ground, plan, timings, &watch)
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
        self.replan_watched(replan, city, current, Watch::default(), progress)
    }

    /// As [`Pipeline::replan_with`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Pipeline::replan`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn replan_watched(
        &self,
        replan: &Replan,
        city: &City,
        current: &CurrentPlan,
        watch: Watch<'_>,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<(PlannedCity, Change)> {
        let clock = Instant::now();
        progress(Stage::Survey, 0, 1);
        let ground = self.survey.run_watched(city, watch)?;
        watch.report(SURVEYED);
        self.replan_on(replan, city, ground, current, clock, watch, progress)
    }

    /// As [`Pipeline::replan_with`], with communities drawn anew from the same units first; also
    /// returns the city with these.
    ///
    /// # Errors
    /// As [`Survey::run`], [`Redraw::run`] and [`Replan::run`].
    pub fn redraw_with(
        &self,
        redraw: &Redraw,
        replan: &Replan,
        city: &City,
        current: &CurrentPlan,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<(City, PlannedCity, Change)> {
        self.redraw_watched(redraw, replan, city, current, Watch::default(), progress)
    }

    /// As [`Pipeline::redraw_with`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Pipeline::redraw_with`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was
    /// stopped.
    pub fn redraw_watched(
        &self,
        redraw: &Redraw,
        replan: &Replan,
        city: &City,
        current: &CurrentPlan,
        watch: Watch<'_>,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<(City, PlannedCity, Change)> {
        let clock = Instant::now();
        progress(Stage::Survey, 0, 1);
        let ground = self.survey.run_watched(city, watch)?;
        watch.report(SURVEYED);
        let Redrawn { city, ground, change: communities, findings } =
            watch.within(SURVEYED, REDRAWN, |watch| {
                redraw.run_watched(city, &ground, current, watch)
            })?;
        let (mut planned, mut change) = watch.within(REDRAWN, 1.0, |watch| {
            self.replan_on(replan, &city, ground, current, clock, watch, progress)
        })?;
        planned.plan.findings.splice(0..0, findings);
        change.communities = Some(communities);
        Ok((city, planned, change))
    }

    // As its public callers, and what they share.
    #[allow(clippy::too_many_arguments)]
    fn replan_on(
        &self,
        replan: &Replan,
        city: &City,
        ground: Ground,
        current: &CurrentPlan,
        clock: Instant,
        watch: Watch<'_>,
        progress: &(dyn Fn(Stage, usize, usize) + Sync),
    ) -> Result<(PlannedCity, Change)> {
        let surveyed = clock.elapsed();
        let done = |done, all| progress(Stage::Divide, done, all);
        let changed = watch.within(SURVEYED, DIVIDED, |watch| {
            replan.run_watched(&self.divide, city, &ground, current, watch, &done)
        })?;
        let timings = vec![(Stage::Survey, surveyed), (Stage::Divide, clock.elapsed() - surveyed)];
        progress(Stage::Staff, 0, 1);
        let mut planned = self.staff(city, ground, changed.plan, timings, &watch)?;
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
        watch: &Watch<'_>,
    ) -> Result<PlannedCity> {
        watch.check()?;
        let clock = Instant::now();
        let mut plan = plan;
        let households = self.households.assign(city, &ground, &plan)?;
        plan.findings.extend(self.missing_places(households.central.len()));
        watch.check()?;
        let officers = self.officers.assign(city, &ground, &plan)?;
        watch.check()?;
        let register = Register::new(city, &ground, &plan, &households, &officers)?;
        timings.push((Stage::Staff, clock.elapsed()));
        watch.report(1.0);
        let asked = self.clone();
        Ok(PlannedCity { asked, ground, plan, households, officers, register, timings })
    }
}

impl Pipeline {
    /// What is to be told where fewer central households could be placed than were asked.
    fn missing_places(&self, placed: usize) -> Option<Finding> {
        let missing = self.households.places?.checked_sub(placed).filter(|&missing| missing > 0)?;
        Some(Finding {
            kind: "places-not-filled".into(),
            message: "places for central households that were asked stay empty: there are no more \
                      candidates in the grids (households.geojson)"
                .into(),
            count: missing,
            examples: Vec::new(),
        })
    }
}

impl PlannedCity {
    /// The plan as an audit sees it: as it would be read back from the files it is written to.
    pub fn drawn(&self, city: &City) -> DrawnPlan {
        let PlannedCity { ground, plan, households, register, .. } = self;
        let community = |index: usize| city.communities.get(index).map(|c| c.id.clone());
        let code = |grid: u32| plan.grids.get(grid as usize).map(|grid| grid.code.clone());
        let grids = register.grids().iter().map(|grid| DrawnGrid {
            code: Some(grid.grid.clone()),
            community: Some(grid.community.clone()),
            special: grid.special.is_some(),
            population: Some(grid.population),
            area_m2: Some(grid.area_m2),
            units: Some(grid.units as f64),
            officer: grid.officer.clone(),
            central_households: grid.central_households.clone(),
            ..DrawnGrid::of(grid.shape.clone().unwrap_or(MultiPolygon(Vec::new())))
        });
        let units = city.units.iter().enumerate().map(|(unit, of)| DrawnUnit {
            id: of.id.clone(),
            population: of.population,
            households: of.households,
            community: community(ground.community_of_cell[unit] as usize),
            estate: of.estate.clone(),
            lock: of.lock.clone(),
            grid: code(plan.grid_of_unit[unit]),
            shape: of.shape.clone(),
        });
        let grid_of_cell = plan.grid_of_unit.iter().chain(&plan.grid_of_open_ground);
        let cells = ground.cells().into_iter().zip(grid_of_cell).enumerate();
        let cells = cells.map(|(cell, (shape, &grid))| DrawnCell {
            unit: city.units.get(cell).map(|unit| unit.id.clone()),
            grid: code(grid),
            shape,
        });
        let links = city.members.iter().zip(&households.central_of_member);
        let links = links.filter_map(|(member, central)| {
            let central = households.central[(*central)? as usize];
            Some(DrawnLink {
                member: member.id.clone(),
                central_household: city.candidates[central.candidate].id.clone(),
                grid: plan.grids[central.grid].code.clone(),
            })
        });
        let short = households.shortfalls.iter().map(|s| plan.grids[s.grid].code.clone());
        let unlinked = households.shortfalls.iter().filter(|short| short.unlinked > 0);
        let unlinked = unlinked.map(|s| (plan.grids[s.grid].code.clone(), s.unlinked));
        DrawnPlan {
            grids: grids.collect(),
            units: units.collect(),
            attributes: city.attributes.clone(),
            seeds: city.seeds.clone(),
            cells: if ground.made { cells.collect() } else { Vec::new() },
            communities: city.communities.clone(),
            barriers: city.barriers.clone(),
            links: links.collect(),
            named: plan.violations.clone(),
            named_short: short.collect(),
            unlinked: unlinked.collect(),
            members_outside: households.members_outside.len(),
            // What it was before is not known to a plan by itself.
            renamed: Vec::new(),
            recorded: None,
        }
    }

    /// Whether every constraint is met: the ground is tiled, no violation, nobody left over, no
    /// vacancy, every place asked for filled.
    pub fn is_complete(&self) -> bool {
        let places = self.asked.households.places.unwrap_or(0);
        self.ground.tiles()
            && self.plan.violations.is_empty()
            && self.households.shortfalls.is_empty()
            && self.households.members_outside.is_empty()
            && self.households.central.len() >= places
            && self.officers.vacancies.is_empty()
    }
}
