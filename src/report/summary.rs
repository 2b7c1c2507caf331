//! The few lines a planner reads first.

use std::fmt::Write;

use super::numbers::{several, thousands};
use crate::divide::Tolerance;
use crate::model::City;
use crate::pipeline::PlannedCity;
use crate::plan::{GridCount, Plan, Promise, Violation, gap};

/// A short account of a plan: what was divided, how well, who was placed, what falls short.
pub fn summary(city: &City, planned: &PlannedCity) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write_summary(&mut text, city, planned);
    text
}

fn write_summary(out: &mut String, city: &City, planned: &PlannedCity) -> std::fmt::Result {
    let plan = &planned.plan;
    let people: f64 = plan.grids.iter().map(|g| g.population).sum();
    writeln!(
        out,
        "{}: {} units, {} people, {} → {} grids",
        city.name,
        thousands(city.units.len() as f64),
        thousands(people),
        several(plan.divided_communities(), "community", "communities"),
        thousands(plan.grids.len() as f64),
    )?;
    for sentence in &city.modelled {
        writeln!(out, "  modelled, not real: {sentence}")?;
    }

    let broken = |promise| plan.violations.iter().filter(|v| v.promise == promise).count();
    let special = plan.grids.iter().filter(|grid| grid.special.is_some()).count();
    // What special-purpose grids hold is given, and judged by nobody; their form is.
    let general = plan.grids.len() - special;
    let within = |promise| general.saturating_sub(broken(promise));
    if special > 0 {
        writeln!(out, "  special-purpose grids (专属网格) among them: {special}")?;
    }
    let people = match plan.asked.count {
        GridCount::PeopleBetween(range) => format!("{} to {} people", range.least, range.most),
        _ => around_mean("population", plan.asked.population_tolerance),
    };
    writeln!(out, "  {people}: {} grids of {general}", within(Promise::Population))?;
    writeln!(
        out,
        "  {}: {} grids of {general}",
        around_mean("area", plan.asked.area_tolerance),
        within(Promise::Area),
    )?;
    write_wishes(out, plan, general)?;
    let whole = plan.grids.len() - broken(Promise::Contiguity);
    writeln!(out, "  in one piece: {whole} grids of {}", plan.grids.len())?;
    if !planned.ground.tiles() {
        writeln!(
            out,
            "  the units do not tile their communities; plan.json lists where, under findings"
        )?;
    }
    let outside = planned.households.members_outside.len();
    if outside > 0 {
        writeln!(out, "  member households that lie in no grid: {outside}")?;
    }
    let unavoidable = plan.violations.iter().filter(|v| v.unavoidable).count();
    if !plan.violations.is_empty() {
        writeln!(
            out,
            "  asked for and not kept: {} times, {unavoidable} of them unavoidable, because a single \
             unit or estate is too large; plan.json names each grid and the reason",
            plan.violations.len()
        )?;
    }
    writeln!(
        out,
        "  borders: {:.1} km in all ({:.2} × the least that grids of these areas can have); between grids of one community \
         {:.1} km, a metre along a barrier counted as less",
        plan.border_m / 1e3,
        plan.border_m / plan.honeycomb_bound_m,
        plan.boundary_cost_m / 1e3,
    )?;

    write!(
        out,
        "  proved to be divided best: {} of {}",
        plan.proved_communities(),
        several(plan.divided_communities(), "community", "communities"),
    )?;
    match gap(plan.boundary_cost_m, plan.least_boundary_cost_m()) {
        Some(gap) if gap > 0.0 => writeln!(
            out,
            "; borders between grids are at most {:.0} % above the least possible with as little \
             outside of the tolerances",
            gap * 1e2
        )?,
        _ => writeln!(out)?,
    }

    let households = &planned.households;
    if !city.members.is_empty() || !city.candidates.is_empty() {
        let linked = households.central_of_member.iter().flatten().count();
        writeln!(
            out,
            "  central households (党员中心户): {}; member households linked: {} of {}, {:.0} m \
             away in the mean",
            thousands(households.central.len() as f64),
            thousands(linked as f64),
            thousands(city.members.len() as f64),
            households.total_distance_m / linked.max(1) as f64,
        )?;
        if !households.shortfalls.is_empty() {
            writeln!(out, "  grids that lack central households: {}", households.shortfalls.len())?;
        }
    }
    if !city.officers.is_empty() {
        let placed = planned.officers.officer_of_community.iter().flatten().count();
        writeln!(
            out,
            "  officers (辅警): {placed}, one per community, {:.1} km by straight lines in all: the \
             least possible; {} communities without one",
            planned.officers.total_distance_m / 1e3,
            planned.officers.vacancies.len(),
        )?;
    }
    let times: Vec<String> = planned
        .timings
        .iter()
        .map(|(stage, time)| format!("{} {:.2} s", stage.name(), time.as_secs_f64()))
        .collect();
    write!(out, "  time: {}", times.join(", "))?;
    Ok(())
}

/// How far what was asked beside people and area is kept, a line each; by `general` grids, all but
/// the special-purpose ones, where it is about what a grid holds.
fn write_wishes(out: &mut String, plan: &Plan, general: usize) -> std::fmt::Result {
    let asked = &plan.asked;
    let count = |promise: Promise, field: Option<&str>| {
        let broken = |v: &&Violation| v.promise == promise && v.field.as_deref() == field;
        let mut grids: Vec<&str> =
            plan.violations.iter().filter(broken).map(|v| v.grid.as_str()).collect();
        grids.dedup();
        grids.len()
    };
    let all = plan.grids.len();
    let within = |promise, field| general.saturating_sub(count(promise, field));
    for weight in &asked.weights {
        let kept = within(Promise::Weight, Some(&weight.field));
        let asked = around_mean(&weight.field, weight.tolerance);
        writeln!(out, "  {asked}: {kept} grids of {general}")?;
    }
    for mixture in &asked.mixtures {
        let kept = within(Promise::Mix, Some(&mixture.field));
        writeln!(out, "  {} mixed as in the community: {kept} grids of {general}", mixture.field)?;
    }
    for (name, limits, promise) in [
        ("households", asked.households_per_grid, Promise::Households),
        ("units", asked.units_per_grid, Promise::Units),
    ] {
        if !limits.is_open() {
            let kept = within(promise, None);
            writeln!(out, "  {name} per grid {limits}: {kept} grids of {general}")?;
        }
    }
    if let Some(most) = asked.shape.max_diameter_m {
        let kept = all - count(Promise::Diameter, None);
        writeln!(out, "  {most} m across at most: {kept} grids of {all}")?;
    }
    Ok(())
}

/// What a tolerance asks of an amount, in words.
fn around_mean(amount: &str, tolerance: Tolerance) -> String {
    // Shares are written with few digits: rounding takes away what binary fractions add.
    let percent = |share: f64| (share * 1e6).round() / 1e4;
    let of = "the community's mean";
    match (tolerance.lower.map(percent), tolerance.upper.map(percent)) {
        (Some(lower), Some(upper)) if lower == upper => {
            format!("{amount} within {lower} % of {of}")
        }
        (Some(lower), Some(upper)) => {
            format!("{amount} at most {lower} % below and {upper} % above {of}")
        }
        (None, Some(upper)) => format!("{amount} at most {upper} % above {of}"),
        (Some(lower), None) => format!("{amount} at most {lower} % below {of}"),
        (None, None) => format!("{amount} without a limit around {of}"),
    }
}
