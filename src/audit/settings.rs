use crate::divide::Tolerance;
use crate::ground::Survey;
use crate::plan::Divide;
use serde::{Deserialize, Serialize};

/// What an audit holds a plan against.
///
/// ```
/// use evengrid::audit::{Audit, DrawnPlan};
///
/// let strict = Audit { most_diameter_m: Some(800.0), ..Audit::default() };
/// let report = strict.run(&DrawnPlan::default(), None);
/// assert!(report.is_err()); // there is no grid to look at
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Population of a grid around its community's mean. Default 0.05 on both sides.
    pub population_tolerance: Tolerance,
    /// Area of a grid around its community's mean. Default at most 1.0 above.
    pub area_tolerance: Tolerance,
    /// What was asked of the plan besides: further amounts, mixtures, limits, what is kept apart, and
    /// people from least to most, which take the place of their tolerance. By default nothing.
    pub asked: Option<Divide>,
    /// Gaps, overlaps and ground beyond a boundary up to this (m²) pass. Default 1.
    pub seam_m2: f64,
    /// Ground narrower than this on average (m) is no gap and no overlap: borders drawn twice with
    /// differing vertices leave such slivers. It is counted. Default 0.1.
    pub seam_width_m: f64,
    /// A unit is cut where more than this share of its ground lies in another grid. Default 0.05.
    pub cut_share: f64,
    /// Member households that one central household links at most. Default 10.
    pub links: usize,
    /// Limit on the Polsby-Popper compactness of a grid; none by default.
    pub least_compactness: Option<f64>,
    /// Limit on the diameter of a grid in metres; none by default.
    pub most_diameter_m: Option<f64>,
    /// Limit on the share of a grid's border that runs along barriers; none by default.
    pub least_barrier_share: Option<f64>,
    /// Limit on the share of people who get into another grid than at present; none by default.
    pub most_moved_share: Option<f64>,
    /// Parts of a grid that share less border than this (m) do not hang together. Default 0.1.
    pub least_border_m: f64,
    /// Borders follow a barrier where they lie within this distance of it (m). Default 10.
    pub barrier_reach_m: f64,
    /// Classes of barriers that no grid may reach across, beside the barriers that say so themselves.
    /// By default none.
    pub hard_barriers: Vec<String>,
}

impl Audit {
    /// What a plan is held against by what was asked of it, and nothing else: `links` are the member
    /// households that one central household links at most.
    pub fn of_asked(asked: &Divide, links: usize) -> Audit {
        Audit {
            population_tolerance: asked.population_tolerance,
            area_tolerance: asked.area_tolerance,
            asked: Some(asked.clone()),
            links,
            ..Audit::default()
        }
    }

    /// The same with barriers and least borders taken as a survey takes them.
    pub fn by_survey(self, survey: &Survey) -> Audit {
        Audit {
            least_border_m: survey.least_border_m,
            barrier_reach_m: survey.barrier_reach_m,
            hard_barriers: survey.hard_barriers.clone(),
            ..self
        }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Audit {
            population_tolerance: Tolerance::both(0.05),
            area_tolerance: Tolerance::above(1.0),
            asked: None,
            seam_m2: 1.0,
            seam_width_m: 0.1,
            cut_share: 0.05,
            links: 10,
            least_compactness: None,
            most_diameter_m: None,
            least_barrier_share: None,
            most_moved_share: None,
            least_border_m: 0.1,
            barrier_reach_m: 10.0,
            hard_barriers: Vec::new(),
        }
    }
}

impl Audit {
    /// All that grids are held to.
    pub(super) fn all_asked(&self) -> Divide {
        Divide {
            population_tolerance: self.population_tolerance,
            area_tolerance: self.area_tolerance,
            ..self.asked.clone().unwrap_or_else(|| Divide::into_grids(1))
        }
    }
}
