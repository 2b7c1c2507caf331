//! What a plan records of itself against what is found: further figures of grids, and what it says
//! that it falls short of.

use std::collections::BTreeMap;

use super::facts::{Facts, promise_of};
use super::report::{Failure, Subject, SubjectReport, Verdict};
use super::rules::{AREA_SHARE, PEOPLE};
use super::sums;
use crate::plan::{Promise, Violation};

/// Metres may differ from what is recorded by this.
const LENGTH_M: f64 = 1.0;
/// Shares may differ from what is recorded by this: six decimals, and sums of fractions.
pub(super) const SHARE: f64 = 1e-5;

/// Enters into the accounts whatever is recorded and not so; `asked` are the figures of what was asked
/// of every grid, or empty.
pub(super) fn compare(
    facts: &Facts<'_>,
    asked: &[BTreeMap<String, f64>],
    subjects: &mut [SubjectReport],
) {
    let mut wrong = figures(facts, asked);
    wrong.extend(sums::compare(facts));
    wrong.extend(unfounded(facts, subjects));
    let accounts = subjects.iter_mut().find(|report| report.subject == Subject::Accounts);
    let Some(accounts) = accounts else { return };
    let sums = accounts.figures.entry("wrong_records".into()).or_default();
    *sums += wrong.len() as f64;
    if wrong.is_empty() {
        return;
    }
    accounts.summary += &format!("; {} further records wrong", wrong.len());
    accounts.failures.extend(wrong);
    accounts.failures.sort_by(|a, b| a.fault.cmp(&b.fault));
    accounts.verdict = Verdict::Fail;
}

pub(super) fn failure(
    fault: &str,
    grid: Option<String>,
    of: Vec<String>,
    [value, limit]: [f64; 2],
    reason: String,
) -> Failure {
    Failure {
        subject: Subject::Accounts,
        fault: fault.to_owned(),
        grid,
        of,
        value,
        limit,
        reason,
        named_by_plan: false,
    }
}

/// Figures of grids that are reckoned anew, against those that are recorded.
fn figures(facts: &Facts<'_>, asked: &[BTreeMap<String, f64>]) -> Vec<Failure> {
    let mut wrong = Vec::new();
    let own = is_held_to_its_own(facts);
    for (grid, drawn) in facts.drawn.grids.iter().enumerate() {
        let asked = asked.get(grid).filter(|_| own);
        for (name, &said) in &drawn.figures {
            let Some((found, slack)) = found(facts, grid, name, asked) else { continue };
            if (said - found).abs() > slack {
                let code = facts.drawn.name(grid);
                let reason = format!(
                    "grid {code} records {name:?} {}, and has {}",
                    digits(said),
                    digits(found)
                );
                let values = [said, found];
                wrong.push(failure("wrong-figure", Some(code), vec![name.clone()], values, reason));
            }
        }
        if facts.drawn.recorded.is_some() {
            let code = || Some(facts.drawn.name(grid));
            let needed = [
                ("population", drawn.population, facts.population[grid]),
                ("units", drawn.units, facts.units[grid] as f64),
                ("area_m2", drawn.area_m2, facts.measures[grid].area_m2),
            ];
            for (name, _, found) in needed.into_iter().filter(|(_, said, _)| said.is_none()) {
                let reason = format!(
                    "grid {} records no {name:?}, and has {}",
                    facts.drawn.name(grid),
                    digits(found)
                );
                wrong.push(failure(
                    "figure-missing",
                    code(),
                    vec![name.into()],
                    [0.0, found],
                    reason,
                ));
            }
        }
    }
    if facts.drawn.recorded.is_some() {
        for unit in facts.drawn.units.iter().filter(|unit| unit.grid.is_none()) {
            let reason = format!("unit {} names no grid", unit.id);
            wrong.push(failure("grid-unsaid", None, vec![unit.id.clone()], [0.0, 1.0], reason));
        }
    }
    wrong
}

/// What a grid has by a name, and by how much what is recorded may differ from it.
fn found(
    facts: &Facts<'_>,
    grid: usize,
    name: &str,
    asked: Option<&BTreeMap<String, f64>>,
) -> Option<(f64, f64)> {
    let measures = &facts.measures[grid];
    let length = |metres: f64| (metres, LENGTH_M.max(AREA_SHARE * metres));
    Some(match name {
        "perimeter_m" => length(measures.perimeter_m),
        "diameter_m" => length(measures.diameter_m),
        // Of an area and the square of a length.
        "polsby_popper" => {
            (measures.polsby_popper(), SHARE + 3.0 * AREA_SHARE * measures.polsby_popper())
        }
        "population_deviation" => (facts.deviations[grid][0], SHARE),
        "area_deviation" => {
            let deviation = facts.deviations[grid][1];
            (deviation, SHARE + 2.0 * AREA_SHARE * (1.0 + deviation.abs()))
        }
        _ => {
            let value = *asked?.get(name)?;
            let slack =
                if name == "households" || name.starts_with("sum_") { PEOPLE } else { SHARE };
            (value, slack.max(1e-9 * value.abs()))
        }
    })
}

/// What the plan says that it falls short of, and does not.
fn unfounded(facts: &Facts<'_>, subjects: &[SubjectReport]) -> Vec<Failure> {
    let failures = || subjects.iter().flat_map(|report| &report.failures);
    let is_so = |said: &Violation| {
        failures().any(|failure| {
            failure.grid.as_ref() == Some(&said.grid)
                && promise_of(&failure.fault) == Some(said.promise)
                && (said.field.is_none() || failure.of.first() == said.field.as_ref())
        })
    };
    if !is_held_to_its_own(facts) {
        return Vec::new();
    }
    let named = facts.drawn.named.iter().filter(|said| is_judged(facts, said) && !is_so(said));
    let told = named.map(|said| {
        let promise = serde_json::to_value(said.promise).unwrap_or_default();
        let promise = promise.as_str().unwrap_or_default().to_owned();
        let reason = format!(
            "the plan says that grid {} falls short in {promise} ({}, where {} is the limit), and it \
             does not",
            said.grid,
            digits(said.value),
            digits(said.limit)
        );
        let values = [said.value, said.limit];
        failure("violation-unfounded", Some(said.grid.clone()), vec![promise], values, reason)
    });
    told.collect()
}

/// Whether the plan is held to what it was asked when it was made, and to nothing else.
fn is_held_to_its_own(facts: &Facts<'_>) -> bool {
    let recorded = facts.drawn.recorded.as_ref().filter(|_| facts.audit.asked.is_some());
    recorded.is_some_and(|recorded| recorded.asked == facts.audit.all_asked())
}

/// Whether the audit has looked at a promise as the plan did, where it is held to its own.
fn is_judged(facts: &Facts<'_>, said: &Violation) -> bool {
    match said.promise {
        Promise::Contiguity => facts.knows_hard_barriers_at(&said.grid),
        // Areas and lengths by another projection may lie on the other side of a limit.
        Promise::Area | Promise::Diameter => {
            (said.value - said.limit).abs() > 2.0 * AREA_SHARE * said.limit.abs()
        }
        _ => true,
    }
}

/// As many digits as were recorded, and no more than tell something.
pub(super) fn digits(value: f64) -> String {
    if value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let decimals = if value.abs() >= 100.0 { 2 } else { 6 };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
