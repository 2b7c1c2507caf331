//! The report: what a planner shows in a meeting, and prints.

mod change;
mod charts;
mod headline;
mod tables;
mod words;
mod worst;

use super::exhibit::Exhibit;
use super::html::{escape_html, fill};
use super::map_data::title;
use super::numbers::thousands;
use super::svg::bare_map;
use words::say;

const TEMPLATE: &str = include_str!("../assets/report/report.html");

/// A report of a plan: one HTML page that needs nothing but itself, and prints on A4.
///
/// It tells the headline figures against what was asked and against what no plan can fall below, how
/// even the grids are, which of them need a look and why, what an audit says (where the exhibit has
/// one), staff and vacancies, method, parameters and sources. English and Chinese stand in the page,
/// one of them is shown.
pub fn report_html(exhibit: &Exhibit<'_>) -> String {
    fill(
        TEMPLATE,
        &[
            ("title", &escape_html(&title(&exhibit.city.name))),
            ("css", include_str!("../assets/report/report.css")),
            ("body", &body(exhibit)),
            ("script", include_str!("../assets/report/report.js")),
        ],
    )
}

fn body(exhibit: &Exhibit<'_>) -> String {
    let sections = [
        head(exhibit),
        headline::section(exhibit),
        change::told(exhibit),
        map(exhibit),
        charts::section(exhibit),
        worst::section(exhibit),
        tables::communities(exhibit),
        tables::audit(exhibit),
        tables::staff(exhibit),
        tables::method(exhibit),
    ];
    sections.concat()
}

fn head(exhibit: &Exhibit<'_>) -> String {
    let Exhibit { city, plan, .. } = exhibit;
    let people: f64 = plan.grids.iter().map(|grid| grid.population).sum();
    let communities = plan.divided_communities();
    let modelled = city.modelled.iter().map(|text| {
        format!(
            "<p class=\"modelled\">{}<bdi>{}</bdi></p>",
            say("modelled", &[]),
            escape_html(text)
        )
    });
    format!(
        "<h1>{}</h1>\n<p class=\"soft\">{}</p>\n{}",
        say("title", &[&title(&city.name), &count(plan.grids.len())]),
        say(
            "subtitle",
            &[&thousands(people), &count(communities), &count(plan.grid_of_unit.len())]
        ),
        modelled.collect::<String>()
    )
}

/// The map, with its legend.
fn map(exhibit: &Exhibit<'_>) -> String {
    let classes = super::classes::Classes::population_deviation(exhibit.plan.asked.people_band());
    let swatch = |(i, colour): (usize, &&str)| {
        let limit = |share: f64| percent(share, 1);
        let text =
            match (i.checked_sub(1).and_then(|i| classes.breaks.get(i)), classes.breaks.get(i)) {
                (None, Some(&high)) => format!("&lt; {}", limit(high)),
                (Some(&low), None) => format!("&gt; {}", limit(low)),
                (Some(&low), Some(&high)) => format!("{} … {}", limit(low), limit(high)),
                (None, None) => String::new(),
            };
        format!("<span><i style=\"background:{colour}\"></i>{text}</span>")
    };
    let swatches: String = classes.colours.iter().enumerate().map(swatch).collect();
    let broken = if exhibit.plan.violations.is_empty() {
        String::new()
    } else {
        let outline = "<i style=\"border:2px solid #111\"></i>";
        format!("<span>{outline}{}</span>", say("class_broken", &[]))
    };
    format!(
        "<h2>{}</h2>\n<figure class=\"map\">{}<figcaption>{}</figcaption></figure>\n\
         <div class=\"legend\">{swatches}{broken}</div>\n",
        say("map", &[]),
        bare_map(exhibit.city, exhibit.plan, 900.0),
        say("map_told", &[]),
    )
}

/// A number of things.
fn count(number: usize) -> String {
    thousands(number as f64)
}

/// A share with its sign.
fn percent(share: f64, digits: usize) -> String {
    let scale = 10f64.powi(digits as i32);
    let rounded = (share * 100.0 * scale).round() / scale;
    let sign = if rounded > 0.0 {
        "+"
    } else if rounded < 0.0 {
        "\u{2212}"
    } else {
        ""
    };
    let text = format!("{:.digits$}", rounded.abs());
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{sign}{text}\u{202F}%")
}

/// A heading with what stands under it.
fn section(key_html: &str, content: &str) -> String {
    format!("<h2>{key_html}</h2>\n{content}\n")
}

/// A row of a table: cells that are HTML; those marked are numbers.
fn row(tag: &str, cells: &[(&str, bool)]) -> String {
    let cell = |(html, number): &(&str, bool)| {
        let class = if *number { " class=\"n\"" } else { "" };
        format!("<{tag}{class}>{html}</{tag}>")
    };
    format!("<tr>{}</tr>\n", cells.iter().map(cell).collect::<String>())
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
