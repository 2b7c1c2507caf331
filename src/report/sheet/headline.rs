//! The figures that come first, against what was asked and what cannot be had better.

use super::words::say;
use super::{count, percent, row};
use crate::divide::Tolerance;
use crate::plan::{GridCount, Plan, Promise, Violation, gap};
use crate::report::exhibit::Exhibit;
use crate::report::numbers::thousands;

pub(super) fn section_rows(plan: &Plan) -> Vec<[String; 4]> {
    let all = plan.grids.len();
    let within = |broken: &dyn Fn(&Violation) -> bool| {
        let mut grids: Vec<&str> =
            plan.violations.iter().filter(|v| broken(v)).map(|v| v.grid.as_str()).collect();
        grids.sort_unstable();
        grids.dedup();
        say("of", &[&count(all - grids.len()), &count(all)])
    };
    let of = |promise: Promise| within(&|v| v.promise == promise);
    let most = |figure: fn(&crate::plan::ServiceGrid) -> f64| {
        let values = plan.grids.iter().filter(|grid| grid.special.is_none()).map(figure);
        percent(values.fold(0.0, |most: f64, v| if v.abs() > most.abs() { v } else { most }), 1)
    };
    let asked = &plan.asked;
    let [people, area] = [asked.population_tolerance, asked.area_tolerance]
        .map(|t| say("around_mean", &[&tolerance(t)]));
    let people = match asked.count {
        GridCount::PeopleBetween(range) => {
            say("between_people", &[&thousands(range.least), &thousands(range.most)])
        }
        _ => people,
    };
    let none = String::new;
    let mut rows = vec![
        [say("kept", &[]), within(&|_| true), none(), none()],
        [say("within_people", &[]), of(Promise::Population), people.clone(), none()],
        [say("largest_people", &[]), most(|g| g.population_deviation), people, none()],
        [say("within_area", &[]), of(Promise::Area), area.clone(), none()],
        [say("largest_area", &[]), most(|g| g.area_deviation), area, none()],
        [say("contiguous", &[]), of(Promise::Contiguity), count(all), none()],
    ];
    for weight in &asked.weights {
        let kept =
            within(&|v| v.promise == Promise::Weight && v.field.as_ref() == Some(&weight.field));
        rows.push([say("weight", &[&weight.field]), kept, tolerance(weight.tolerance), none()]);
    }
    for mixture in &asked.mixtures {
        let kept =
            within(&|v| v.promise == Promise::Mix && v.field.as_ref() == Some(&mixture.field));
        let share = format!("±{}", percent(mixture.tolerance, 1).trim_start_matches('+'));
        rows.push([say("mix", &[&mixture.field]), kept, share, none()]);
    }
    // What else was asked, as far as it is known: a plan read back has its violations alone.
    let further = [
        (
            Promise::Households,
            say("households", &[]),
            asked.households_per_grid.to_string(),
            !asked.households_per_grid.is_open(),
        ),
        (
            Promise::Units,
            say("units", &[]),
            asked.units_per_grid.to_string(),
            !asked.units_per_grid.is_open(),
        ),
        (
            Promise::Diameter,
            say("diameter", &[]),
            asked.shape.max_diameter_m.map(|m| format!("{m} m")).unwrap_or_default(),
            asked.shape.max_diameter_m.is_some(),
        ),
        (Promise::Lock, say("lock", &[]), none(), false),
        (Promise::Apart, say("apart", &[]), none(), false),
        (Promise::Seed, say("seed", &[]), none(), false),
    ];
    for (promise, name, limit, known) in further {
        if known || plan.violations.iter().any(|v| v.promise == promise) {
            let limit = if known { limit } else { none() };
            rows.push([name, of(promise), limit, none()]);
        }
    }
    let sum = |figure: fn(&crate::plan::CommunityFigures) -> f64| -> f64 {
        plan.communities.iter().map(figure).sum()
    };
    let outside = [sum(|c| c.violation), sum(|c| c.least_violation)].map(|v| format!("{v:.3}"));
    let [outside, least_outside] = outside;
    rows.push([say("outside", &[]), outside, none(), least_outside]);
    let km = |metres: f64| format!("{:.1} km", metres / 1e3);
    if plan.boundary_cost_m > 0.0 {
        let least = plan.least_boundary_cost_m();
        let over = gap(plan.boundary_cost_m, least).filter(|_| least > 0.0);
        let over = over.map(|g| format!("<br><small>{}</small>", say("gap", &[&percent(g, 0)])));
        let bound = format!("{}{}", km(least), over.unwrap_or_default());
        rows.push([say("borders", &[]), km(plan.boundary_cost_m), none(), bound]);
    }
    if plan.honeycomb_bound_m > 0.0 {
        let ratio =
            format!("{} = {:.2} ×", km(plan.border_m), plan.border_m / plan.honeycomb_bound_m);
        rows.push([say("all_borders", &[]), ratio, none(), km(plan.honeycomb_bound_m)]);
    }
    let communities = plan.divided_communities();
    let proved = say("of", &[&count(plan.proved_communities()), &count(communities)]);
    rows.push([say("proved", &[]), proved, none(), none()]);
    let compact: Vec<f64> = plan.grids.iter().map(|grid| grid.polsby_popper()).collect();
    let mean = compact.iter().sum::<f64>() / compact.len().max(1) as f64;
    let least = compact.iter().copied().fold(f64::INFINITY, f64::min);
    if least.is_finite() {
        rows.push([say("compactness", &[]), format!("{mean:.2}, {least:.2}"), none(), none()]);
    }
    rows
}

pub(super) fn section(exhibit: &Exhibit<'_>) -> String {
    let plan = exhibit.plan;
    let mut rows = section_rows(plan);
    if let Some(change) = exhibit.change {
        let moved = thousands(change.people_moved);
        let least = thousands(change.least_people_moved);
        rows.push([say("moved", &[]), moved, String::new(), least]);
    }
    let cards: String = rows
        .iter()
        .take(5)
        .filter(|row| !row[1].contains('%') || row[2].contains('%'))
        .take(4)
        .map(|[name, value, ..]| format!("<div class=\"card\"><b>{value}</b>{name}</div>"))
        .collect();
    let head = ["figure", "value", "asked", "bound"].map(|key| super::words::say(key, &[]));
    let mut table =
        row("th", &[(&head[0], false), (&head[1], true), (&head[2], false), (&head[3], true)]);
    for [name, value, asked, bound] in &rows {
        table += &row("td", &[(name, false), (value, true), (asked, false), (bound, true)]);
    }
    let content = format!("<div class=\"cards\">{cards}</div>\n<table>{table}</table>");
    super::section(&say("headline", &[]), &content)
}

/// A tolerance in percent.
pub(super) fn tolerance(tolerance: Tolerance) -> String {
    match (tolerance.lower, tolerance.upper) {
        (Some(lower), Some(upper)) if lower == upper => {
            format!("±{}", percent(upper, 1).trim_start_matches('+'))
        }
        (lower, upper) => {
            let sides = [lower.map(|l| percent(-l, 1)), upper.map(|u| percent(u, 1))];
            sides.into_iter().flatten().collect::<Vec<_>>().join(" … ")
        }
    }
}
