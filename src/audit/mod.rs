//! Does a plan stand up to the division standard? Any plan, also one drawn by hand.
//!
//! The eight principles by which GB/T 30428.1 divides unit grids (单元网格) become figures with a
//! verdict per grid and for the city, and beside them what was asked of the plan, codes, accounts and
//! staffing. Everything is
//! computed anew from the polygons: contiguity from the pieces of each grid, seams from borders that
//! do or do not cancel, people from the units that lie inside. What a plan says of itself is only
//! compared.

mod asked;
mod barriers;
mod borders;
mod cells;
mod compare;
mod continuity;
mod drawn;
mod facts;
mod findings;
mod handling;
mod hard;
mod kinds;
mod measures;
mod present;
mod recorded;
mod report;
mod residents;
mod rules;
mod seams;
mod settings;
mod sums;
mod territory;
mod text;
mod tiling;

pub(crate) use compare::plain;
pub use compare::{Comparison, compare};
pub use drawn::{DrawnCell, DrawnGrid, DrawnLink, DrawnPlan, DrawnUnit, Recorded};
pub use report::{AuditReport, Failure, GridFigures, Subject, SubjectReport, Verdict};
pub use settings::Audit;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::error::{Error, Result};
use facts::Facts;

impl Audit {
    /// Audits a plan; against a present one, where it is given, for status quo and stability.
    ///
    /// # Errors
    /// Where there is no grid or no unit, or the extent is none of a city; where what was asked is about
    /// a property or a unit that is not there.
    pub fn run(&self, plan: &DrawnPlan, present: Option<&[DrawnGrid]>) -> Result<AuditReport> {
        if plan.grids.is_empty() {
            return Err(Error::request("the plan has no grid", "give the grids as polygons"));
        }
        if plan.units.is_empty() {
            return Err(Error::request(
                "the plan has no unit",
                "give the units, as polygons or points with a population",
            ));
        }
        let facts = Facts::gather(self, plan)?;
        let moves = present.map(|present| present::compare(&facts, present));
        let principles: [Judge<'_>; 8] = [
            &|| territory::legal_basis(&facts),
            &|| territory::territorial_management(&facts),
            &|| territory::geographic_layout(&facts),
            &|| continuity::status_quo(&facts, moves.as_ref()),
            &|| handling::ease_of_management(&facts),
            &|| handling::load_balance(&facts),
            &|| seams::seamless_tiling(&facts),
            &|| continuity::relative_stability(&facts, moves.as_ref()),
        ];
        let rules: [Judge<'_>; 3] =
            [&|| rules::codes(&facts), &|| rules::accounts(&facts), &|| rules::staffing(&facts)];
        let ((mut subjects, asked), rules) = rayon::join(
            || rayon::join(|| judged(&principles), || asked::judge(&facts)),
            || judged(&rules),
        );
        let asked = asked?;
        subjects.extend(asked.subjects);
        subjects.extend(rules);
        for subject in &mut subjects {
            for failure in &mut subject.failures {
                failure.named_by_plan = facts.names(failure);
            }
        }
        recorded::compare(&facts, &asked.figures, &mut subjects);
        let grids = facts.grid_figures(&subjects, &asked.figures);
        let mut figures: BTreeMap<String, f64> = facts.city_figures();
        for subject in &subjects {
            figures.extend(subject.figures.iter().map(|(name, value)| (name.clone(), *value)));
        }
        let passes = subjects.iter().all(|subject| subject.verdict != Verdict::Fail);
        Ok(AuditReport { passes, subjects, figures, grids })
    }
}

/// Judges one subject.
type Judge<'a> = &'a (dyn Fn() -> SubjectReport + Sync);

fn judged(judges: &[Judge<'_>]) -> Vec<SubjectReport> {
    judges.par_iter().with_max_len(1).map(|judge| judge()).collect()
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
