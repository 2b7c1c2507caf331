use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::closed_loop::Step;
use super::docket::{DocketedCase, Standing};
use super::items::Items;
use super::moment::Moment;

/// How a grid or a department does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Cases.
    pub cases: usize,
    /// Handled by their deadline.
    pub in_time: usize,
    /// Handled after it.
    pub late: usize,
    /// Not handled, and there is time.
    pub open: usize,
    /// Not handled, and the deadline is past.
    pub overdue: usize,
    /// Accepted.
    pub accepted: usize,
    /// Called up a level at least once, whether or not they were handled since.
    pub called: usize,
    /// Of no known kind or time, or in no grid.
    pub unknown: usize,
    /// Calls whose department reported in time (报到).
    pub reports_in_time: usize,
    /// Calls whose department reported late.
    pub reports_late: usize,
    /// Calls whose department has yet to report, and has time.
    pub reports_open: usize,
    /// Calls whose department has not reported, though the time is past.
    pub reports_overdue: usize,
    /// Calls of which nobody noted a report before the case was handled.
    pub reports_unknown: usize,
    /// Seconds from gathered to handled, over all that are handled.
    seconds: i64,
    handled: usize,
}

impl Score {
    fn enter(&mut self, case: &DocketedCase, now: Moment) {
        self.cases += 1;
        match case.standing(now) {
            Standing::InTime => self.in_time += 1,
            Standing::Late => self.late += 1,
            Standing::Open => self.open += 1,
            Standing::Overdue => self.overdue += 1,
            Standing::Unknown => self.unknown += 1,
        }
        match case.report(now) {
            Some(Standing::InTime) => self.reports_in_time += 1,
            Some(Standing::Late) => self.reports_late += 1,
            Some(Standing::Open) => self.reports_open += 1,
            Some(Standing::Overdue) => self.reports_overdue += 1,
            Some(Standing::Unknown) => self.reports_unknown += 1,
            None => {}
        }
        self.accepted += usize::from(case.log.at(Step::Accepted).is_some());
        self.called += usize::from(case.calls > 0);
        if let (Some(from), Some(to)) =
            (case.log.at(Step::Gathered), case.log.done_by(Step::Handled))
        {
            self.seconds += to.seconds - from.seconds;
            self.handled += 1;
        }
    }

    /// Share of cases past their deadline or handled that were handled in time; `None` where there
    /// is none.
    pub fn in_time_share(&self) -> Option<f64> {
        let judged = self.in_time + self.late + self.overdue;
        (judged > 0).then(|| self.in_time as f64 / judged as f64)
    }

    /// Mean hours from gathered to handled; `None` where nothing is handled.
    pub fn mean_hours(&self) -> Option<f64> {
        (self.handled > 0).then(|| self.seconds as f64 / 3_600.0 / self.handled as f64)
    }
}

/// Scores by grid and by department; cases outside of all grids or of no known kind are in one of
/// them at most.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// By grid's code.
    pub grids: BTreeMap<String, Score>,
    /// By department.
    pub departments: BTreeMap<String, Score>,
    /// Over all cases.
    pub all: Score,
}

impl Scoreboard {
    /// Scores cases at a moment.
    pub fn of(cases: &[DocketedCase], items: &Items, now: Moment) -> Scoreboard {
        let mut board = Scoreboard::default();
        for case in cases {
            board.all.enter(case, now);
            if let Some(chain) = &case.chain {
                board.grids.entry(chain.grid.clone()).or_default().enter(case, now);
            }
            if let Some(item) = case.item.and_then(|i| items.items.get(i)) {
                board.departments.entry(item.department.clone()).or_default().enter(case, now);
            }
        }
        board
    }
}
