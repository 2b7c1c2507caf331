//! The grids that need a look: each with a small map, its figures, and the reason.

use std::collections::HashMap;

use geo::{BoundingRect, Rect};

use super::words::{html, say};
use super::{count, percent};
use crate::plan::{Plan, Promise, ServiceGrid, Violation};
use crate::report::classes::Classes;
use crate::report::exhibit::Exhibit;
use crate::report::html::escape_html;
use crate::report::numbers::thousands;
use crate::report::reasons::Both;
use crate::report::svg::Svg;

/// Grids that are shown, at most.
const MOST: usize = 12;
/// Width and height of a small map.
const SIDE: f64 = 128.0;

pub(super) fn section(exhibit: &Exhibit<'_>) -> String {
    let plan = exhibit.plan;
    let mut broken: HashMap<&str, Vec<&Violation>> = HashMap::new();
    for violation in &plan.violations {
        broken.entry(&violation.grid).or_default().push(violation);
    }
    let none = Vec::new();
    let mut ranked: Vec<(&ServiceGrid, &Vec<&Violation>, f64)> = (plan.grids.iter())
        .map(|grid| {
            let own = broken.get(grid.code.as_str()).unwrap_or(&none);
            (grid, own, weight(grid, own))
        })
        .filter(|(grid, own, _)| !own.is_empty() || (broken.is_empty() && grid.special.is_none()))
        .collect();
    ranked.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.code.cmp(&b.0.code)));
    let all = ranked.len();
    ranked.truncate(if broken.is_empty() { MOST / 2 } else { MOST });
    let told = if broken.is_empty() {
        say("worst_none", &[])
    } else {
        say("worst_broken", &[&count(all)])
    };
    let extents: Vec<Option<Rect<f64>>> =
        plan.grids.iter().map(|grid| grid.shape.bounding_rect()).collect();
    let cards: String =
        ranked.iter().map(|(grid, own, _)| card(plan, grid, own, &extents)).collect();
    super::section(
        &say("worst", &[]),
        &format!("<p>{told}</p>\n<div class=\"worst\">{cards}</div>"),
    )
}

/// How grave a grid is: the order of promises first, then how far it is beyond a limit.
fn weight(grid: &ServiceGrid, violations: &[&Violation]) -> f64 {
    let beyond = |violation: &&Violation| {
        let first = match violation.promise {
            Promise::Contiguity | Promise::Lock | Promise::Apart | Promise::Seed => 1e6,
            Promise::Population | Promise::Households | Promise::Units => 1e3,
            _ => 1.0,
        };
        let limit = violation.limit.abs().max(1e-9);
        first * (1.0 + ((violation.value - violation.limit).abs() / limit).min(100.0))
    };
    let sum: f64 = violations.iter().map(beyond).sum();
    if sum > 0.0 { sum } else { grid.population_deviation.abs() }
}

fn card(
    plan: &Plan,
    grid: &ServiceGrid,
    violations: &[&Violation],
    extents: &[Option<Rect<f64>>],
) -> String {
    let why = |violation: &&Violation| {
        let name = match violation.promise {
            Promise::Population => say("promise_population", &[]),
            Promise::Area => say("promise_area", &[]),
            Promise::Contiguity => say("promise_contiguity", &[]),
            Promise::Lock => say("lock", &[]),
            Promise::Apart => say("apart", &[]),
            Promise::Seed => say("seed", &[]),
            Promise::Households => say("households", &[]),
            Promise::Units => say("units", &[]),
            Promise::Diameter => say("diameter", &[]),
            Promise::Weight | Promise::Mix => {
                escape_html(violation.field.as_deref().unwrap_or_default())
            }
        };
        let [value, limit] = [violation.value, violation.limit].map(thousands);
        let unavoidable = if violation.unavoidable {
            format!(" <small>({})</small>", say("unavoidable", &[]))
        } else {
            String::new()
        };
        // The name is HTML already, so it goes around what is filled in.
        let figures = say("limit_is", &["\u{1}", &value, &limit]).replace('\u{FFFD}', &name);
        let reason = html(&Both::of(&violation.reason));
        format!("<p><b>{figures}</b>{unavoidable}</p><p>{reason}</p>")
    };
    let whys: String = violations.iter().map(why).collect();
    let people =
        say("people_is", &[&thousands(grid.population), &percent(grid.population_deviation, 1)]);
    let area = format!("{:.1}", grid.area_m2 / 1e4);
    let area = say("area_is", &[&area, &percent(grid.area_deviation, 1)]);
    format!(
        "<div class=\"grid\">{}<div><h3><bdi>{}</bdi></h3><p>{people}</p><p>{area}</p>{whys}</div></div>\n",
        small_map(plan, grid, extents),
        escape_html(&grid.code)
    )
}

/// A grid among its neighbours.
fn small_map(plan: &Plan, grid: &ServiceGrid, extents: &[Option<Rect<f64>>]) -> String {
    let Some(own) = grid.shape.bounding_rect() else { return "<span></span>".into() };
    let (middle, squeeze) = (own.center(), own.center().y.to_radians().cos());
    let half = (own.width() * squeeze).max(own.height()).max(1e-6) * 0.7;
    let pixel = |c: &geo::Coord<f64>| {
        let x = (c.x - middle.x) * squeeze / half;
        let y = (middle.y - c.y) / half;
        [x, y].map(|part| SIDE / 2.0 * (1.0 + part))
    };
    let classes = Classes::population_deviation(plan.asked.people_band());
    let near = |extent: &Option<Rect<f64>>| {
        extent.is_some_and(|e| {
            (e.center().x - middle.x).abs() * squeeze < half + e.width() * squeeze / 2.0
                && (e.center().y - middle.y).abs() < half + e.height() / 2.0
        })
    };
    let path = |grid: &ServiceGrid| {
        let mut text = String::new();
        for ring in
            grid.shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
        {
            let mut last = [f64::MAX; 2];
            let mut command = 'M';
            for [x, y] in ring.coords().map(pixel) {
                // Half a pixel nobody sees.
                if (x - last[0]).hypot(y - last[1]) > 0.5 {
                    text += &format!("{command}{x:.1} {y:.1}");
                    (last, command) = ([x, y], 'L');
                }
            }
            text.push('z');
        }
        text
    };
    let mut svg = Svg::window([0.0, 0.0, SIDE, SIDE]);
    for (other, _) in plan.grids.iter().zip(extents).filter(|(_, extent)| near(extent)) {
        let colour = classes.colour_of(other.population_deviation);
        svg.path(
            &path(other),
            format_args!(
                "fill=\"{colour}\" fill-rule=\"evenodd\" stroke=\"#8b97a1\" stroke-width=\".7\""
            ),
        );
    }
    svg.path(
        &path(grid),
        "fill=\"none\" stroke=\"#111\" stroke-width=\"2.4\" stroke-linejoin=\"round\"",
    );
    svg.end()
}
