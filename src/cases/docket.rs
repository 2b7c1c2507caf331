use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use geo::Point;

use super::closed_loop::{Log, Step};
use super::items::{Item, Items, Level, plain};
use super::moment::{Moment, Offset};
use crate::error::Finding;
use crate::organise::{Directory, Register, ResponsibilityChain};

/// Roles that are no posts: they are led, or were placed with the plan.
const OWN_ROLES: [&str; 3] = ["building-leader", "central-household", "police-officer"];
/// Ids that a finding names.
const EXAMPLES: usize = 5;

/// A reported problem, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
    /// Its kind, in the words of the report.
    pub kind: String,
    /// When each step of the loop was done, as text; the first is when it was reported.
    pub times: [Option<String>; 6],
    /// When the department that was called came to report (报到), as text.
    #[serde(default)]
    pub reported: Option<String>,
}

/// What is done with cases: the rules of the loop at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Docket {
    /// The service items.
    pub items: Items,
    /// When it is.
    pub now: Moment,
    /// The clock of times without an offset, and of what is written.
    pub clock: Offset,
}

/// A case on its way: where it belongs, who has it, by when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocketedCase {
    /// Who answers for its place; `None` outside of all grids.
    pub chain: Option<ResponsibilityChain>,
    /// Its item: an index into [`Items::items`]; `None` where its kind is in no item.
    pub item: Option<usize>,
    /// Its steps, as far as they can be believed.
    pub log: Log,
    /// What is to be done next, by whom, by when; `None` where it is accepted, or its time is not
    /// known.
    pub next: Option<NextStep>,
    /// By when it is, or was, to be handled.
    pub handle_by: Option<Moment>,
    /// How often it was called up a level, until it was handled, because nobody did so in time.
    pub calls: usize,
    /// The level that has it now, or had it when it was handled; `None` outside of all grids.
    pub level: Option<Level>,
    /// By when its department is to report (报到), where the community or the subdistrict has called
    /// it (吹哨).
    pub report_by: Option<Moment>,
    /// When it reported, as far as that can be believed.
    pub reported: Option<Moment>,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    /// The step.
    pub step: Step,
    /// Who: id of a person, or code of the body that has it where nobody holds the role.
    pub who: String,
    /// By when.
    pub due: Moment,
    /// Whether that is past.
    pub overdue: bool,
}

/// How a case, or the report of a department, stands against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Handled, or reported, by the deadline.
    InTime,
    /// Done after it.
    Late,
    /// Not done, and there is time.
    Open,
    /// Not done, and the deadline is past.
    Overdue,
    /// Of no known kind or time, or in no grid, so that nobody of ours answers for it; of a report:
    /// handled, and nobody has noted it.
    Unknown,
}

impl Standing {
    fn of(done: Option<Moment>, by: Moment, now: Moment) -> Standing {
        match done {
            Some(done) if done <= by => Standing::InTime,
            Some(_) => Standing::Late,
            None if now <= by => Standing::Open,
            None => Standing::Overdue,
        }
    }
}

impl DocketedCase {
    /// How it stands at a moment.
    pub fn standing(&self, now: Moment) -> Standing {
        match self.handle_by {
            Some(by) if self.chain.is_some() => {
                Standing::of(self.log.done_by(Step::Handled), by, now)
            }
            _ => Standing::Unknown,
        }
    }

    /// How the report (报到) of its department stands at a moment; `None` where none was called. Of a
    /// case that was handled before anybody noted a report nothing is known.
    pub fn report(&self, now: Moment) -> Option<Standing> {
        let by = self.report_by?;
        let is_unknown = self.reported.is_none() && self.log.done_by(Step::Handled).is_some();
        Some(if is_unknown { Standing::Unknown } else { Standing::of(self.reported, by, now) })
    }
}

impl Docket {
    /// Sends every case on its way: to the chain of its place, and there to whoever its item names.
    ///
    /// Where the role is vacant, or `directory` is not given, the case is the grid's or community's
    /// own. A case that is not handled in time is called up a level, and another for every further
    /// deadline that passes until it is handled; from the community up its department is called as
    /// well. Findings count and name what lies outside, kinds that are in no item, and steps that
    /// cannot be so.
    pub fn route(
        &self,
        cases: &[Case],
        register: &Register,
        directory: Option<&Directory>,
    ) -> (Vec<DocketedCase>, Vec<Finding>) {
        let by_name = self.items.by_name();
        let roles = directory.map(Directory::roles);
        let points: Vec<Point<f64>> = cases.iter().map(|case| case.position).collect();
        let chains = register.locate_all(&points);
        let mut met = Met::default();
        let mut routed = Vec::with_capacity(cases.len());
        let mut seen = std::collections::HashSet::new();
        for (case, mut chain) in cases.iter().zip(chains) {
            if let (Some(chain), Some(directory)) = (&mut chain, directory) {
                directory.complete(chain, case.position);
            }
            if chain.is_none() {
                met.enter("cases-outside", &case.id);
            }
            let item = by_name.get(&plain(&case.kind)).copied();
            let known = item.and_then(|item| self.items.items.get(item));
            if let (Some(item), Some(roles)) = (known, &roles)
                && !item.role.is_empty()
                && !OWN_ROLES.contains(&item.role.as_str())
                && !roles.contains(item.role.as_str())
            {
                met.enter("unknown-roles", &format!("{}: {}", case.id, item.role));
            }
            if item.is_none() {
                met.enter("unknown-kinds", &format!("{}: {}", case.id, case.kind));
            }
            if !seen.insert(case.id.as_str()) {
                met.enter("ids-twice", &case.id);
            }
            let (log, fault) = Log::read(&case.times, self.clock, self.now);
            if let Some(fault) = fault {
                met.enter(fault.kind(), &case.id);
            }
            let reported = self.reported(case, &log, &mut met);
            routed.push(self.docket(chain, item, log, reported, directory));
        }
        (routed, met.findings())
    }

    /// When a department reported: not before the case was gathered, and not in the future.
    fn reported(&self, case: &Case, log: &Log, met: &mut Met) -> Option<Moment> {
        let text = case.reported.as_deref().filter(|text| !text.trim().is_empty())?;
        let can_be = |moment: &Moment| {
            *moment <= self.now && log.at(Step::Gathered).is_some_and(|first| first <= *moment)
        };
        let moment = Moment::parse(text, self.clock).filter(can_be);
        if moment.is_none() {
            met.enter("bad-reports", &case.id);
        }
        moment
    }

    fn docket(
        &self,
        chain: Option<ResponsibilityChain>,
        item: Option<usize>,
        log: Log,
        reported: Option<Moment>,
        directory: Option<&Directory>,
    ) -> DocketedCase {
        let mut case = DocketedCase {
            chain,
            item,
            log,
            next: None,
            handle_by: None,
            calls: 0,
            level: None,
            report_by: None,
            reported,
        };
        let (Some(item), Some(gathered)) =
            (item.and_then(|i| self.items.items.get(i)), log.at(Step::Gathered))
        else {
            return case;
        };
        let by = gathered.after(item.deadline);
        case.handle_by = Some(by);
        // Outside of all grids there is nobody to call.
        let Some(chain) = &case.chain else { return case };
        case.calls = calls(by, item, log.done_by(Step::Handled).unwrap_or(self.now));
        let level = item.level.up(case.calls);
        case.level = Some(level);
        case.report_by = department_called(by, item, case.calls)
            .map(|called| called.after(self.items.times.report));
        let times = &self.items.times;
        let due = |step: Step| match step {
            Step::Gathered => gathered,
            // What comes before it is due by when the case is to be handled, at the latest.
            Step::Discovered | Step::Dispatched => gathered.after(times.dispatch).min(by),
            Step::Handled => by,
            Step::FedBack => log.done_by(Step::Handled).unwrap_or(by).after(times.feedback),
            Step::Accepted => log.done_by(Step::FedBack).unwrap_or(by).after(times.accept),
        };
        if let Some(step) = log.state().and_then(Step::next) {
            let due = due(step);
            // Dispatch and what comes after handling are the community's, at its window.
            let who = match step {
                Step::Discovered | Step::Handled => handler(chain, item, level, directory),
                Step::Gathered | Step::Dispatched => body(chain, Level::Community.max(level)),
                Step::FedBack | Step::Accepted => body(chain, Level::Community),
            };
            case.next = Some(NextStep { step, who, due, overdue: self.now > due });
        }
        case
    }
}

/// How often a case to be handled by a moment is called up a level until another: once when that
/// is past, and again for every further deadline. At exactly the moment of a deadline it is not past
/// yet.
fn calls(by: Moment, item: &Item, until: Moment) -> usize {
    if until <= by {
        return 0;
    }
    let past = (until.seconds - by.seconds - 1) / item.deadline.seconds;
    1 + usize::try_from(past).unwrap_or(usize::MAX - 1)
}

/// When the department of a case is called: with the first of its calls that comes to the community
/// or above.
fn department_called(by: Moment, item: &Item, calls: usize) -> Option<Moment> {
    let first = (1..=calls).find(|&n| item.level.up(n) >= Level::Community)?;
    let span = item.deadline.seconds.saturating_mul(first as i64 - 1);
    let is_known = !item.department.is_empty();
    is_known.then(|| Moment { seconds: by.seconds.saturating_add(span) })
}

/// Who handles a case at a level: the item's role, where it has not been called away from it.
fn handler(
    chain: &ResponsibilityChain,
    item: &Item,
    level: Level,
    directory: Option<&Directory>,
) -> String {
    let own = match item.role.as_str() {
        "building-leader" => chain.building_leader.as_deref(),
        "central-household" => chain.central_household.as_deref(),
        "police-officer" => chain.officer.as_deref(),
        role => directory.and_then(|directory| directory.holder(&chain.grid, role)),
    };
    let called_away = level > item.level;
    match own.filter(|_| !called_away) {
        Some(person) => person.to_owned(),
        None => body(chain, level),
    }
}

/// The code of the body of a level.
fn body(chain: &ResponsibilityChain, level: Level) -> String {
    match level {
        Level::BuildingGroup => chain.building_group.as_ref().unwrap_or(&chain.grid).clone(),
        Level::Grid => chain.grid.clone(),
        Level::Community => chain.community.clone(),
        Level::Subdistrict => chain.subdistrict.as_ref().unwrap_or(&chain.community).clone(),
    }
}

/// What was met, by kind.
#[derive(Default)]
struct Met(BTreeMap<&'static str, (usize, Vec<String>)>);

impl Met {
    fn enter(&mut self, kind: &'static str, example: &str) {
        let (count, examples) = self.0.entry(kind).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(example.to_owned());
        }
    }

    fn findings(self) -> Vec<Finding> {
        let message = |kind: &str| match kind {
            "cases-outside" => "cases that lie in no grid: nobody answers for them",
            "unknown-kinds" => "kinds that are in no service item: they have no deadline",
            "unknown-roles" => {
                "cases of items whose role is in no post of the structure: they are the body's own"
            }
            "ids-twice" => "ids that stand twice",
            "bad-times" => "cases without a time, or with one that cannot be read: no deadline",
            "bad-step-times" => "times of steps that cannot be read: steps count up to them",
            "bad-reports" => {
                "times at which a department reported that cannot be so: they are not counted"
            }
            "steps-skipped" => {
                "cases with a step that has no time, though a later one has: taken as done"
            }
            "steps-backwards" => "steps earlier than the one before: steps count up to there",
            _ => "steps that have yet to come: steps count up to them",
        };
        let finding = |(kind, (count, examples))| {
            Finding::counted(kind, count, message(kind).to_owned(), examples)
        };
        self.0.into_iter().filter_map(finding).collect()
    }
}

#[cfg(test)]
#[path = "docket_tests.rs"]
mod tests;
