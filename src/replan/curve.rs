//! What fewer people moved costs in border, from all staying that can to dividing anew.

use serde::{Deserialize, Serialize};

use super::ladder::{Ladder, WEIGHTS};
use super::{CurrentPlan, Replan};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, Plan};
use crate::watch::Watch;

/// Plans between two ends: fewest people moved, and divided anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// From the most stable to the plan divided anew; for every weight the plan that
    /// [`Replan::stability`] gives.
    pub points: Vec<CurvePoint>,
}

/// One plan of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Metres of border that a person's staying is worth; `None` for the ends.
    pub stability: Option<f64>,
    /// Whether the plan was divided anew.
    pub anew: bool,
    /// People moved.
    pub people_moved: f64,
    /// As a share of those whose unit persists.
    pub share_moved: f64,
    /// Boundary cost in metres.
    pub boundary_cost_m: f64,
    /// Grids with a violation.
    pub grids_in_violation: usize,
}

impl Curve {
    /// Plans the city with a number of weights, and anew.
    ///
    /// # Errors
    /// As [`Replan::run`].
    pub fn of(
        replan: &Replan,
        divide: &Divide,
        city: &City,
        ground: &Ground,
        current: &CurrentPlan,
    ) -> Result<Curve> {
        let mut points = Vec::new();
        let ladder = Ladder::default();
        for stability in std::iter::once(None).chain(WEIGHTS.map(Some)) {
            let step = Replan { stability, ..replan.clone() };
            let changed =
                step.run_on(&ladder, divide, city, ground, current, Watch::default(), &|_, _| {})?;
            let change = &changed.change;
            let all = change.people_staying_or_moved;
            points.push(point(stability, false, change.people_moved, all, &changed.plan));
        }
        let (plan, moved, all) = replan.anew(divide, city, ground, current)?;
        points.push(point(None, true, moved, all, &plan));
        Ok(Curve { points })
    }

    /// The curve as a table: `stability` is empty at the two ends.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "plan,stability,people_moved,share_moved,boundary_cost_m,grids_in_violation\n",
        );
        for point in &self.points {
            let name = match (point.anew, point.stability) {
                (true, _) => "anew",
                (false, None) => "fewest moved",
                (false, Some(_)) => "weighed",
            };
            let weight = point.stability.map(|weight| weight.to_string()).unwrap_or_default();
            text.push_str(&format!(
                "{name},{weight},{},{:.6},{:.1},{}\n",
                point.people_moved,
                point.share_moved,
                point.boundary_cost_m,
                point.grids_in_violation
            ));
        }
        text
    }
}

fn point(stability: Option<f64>, anew: bool, moved: f64, all: f64, plan: &Plan) -> CurvePoint {
    let mut broken: Vec<&str> = plan.violations.iter().map(|v| v.grid.as_str()).collect();
    broken.sort_unstable();
    broken.dedup();
    CurvePoint {
        stability,
        anew,
        people_moved: moved,
        share_moved: if all > 0.0 { moved / all } else { 0.0 },
        boundary_cost_m: plan.boundary_cost_m,
        grids_in_violation: broken.len(),
    }
}
