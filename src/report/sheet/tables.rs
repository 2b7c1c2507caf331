//! The tables: communities, audit, staff, and what a plan was made from.

use serde_json::Value;

use super::words::{html, say};
use super::{count, percent, row, section};
use crate::audit::{SubjectReport, Verdict};
use crate::report::exhibit::Exhibit;
use crate::report::html::escape_html;
use crate::report::numbers::thousands;
use crate::report::reasons::Both;

/// Failures of a principle that are told in words.
const TOLD: usize = 3;

/// A row for each community.
pub(super) fn communities(exhibit: &Exhibit<'_>) -> String {
    let divided = || exhibit.plan.communities.iter().filter(|c| c.grids > 0);
    if divided().count() < 2 {
        return String::new();
    }
    let keys =
        ["community", "grids", "people", "largest_people", "largest_area", "violations", "optimal"];
    let head = keys.map(say_key);
    let mut table = row("th", &all_but_the_first(&head));
    for community in divided() {
        let cells = [
            format!("<bdi>{}</bdi>", escape_html(&community.name)),
            count(community.grids),
            thousands(community.population),
            percent(community.max_population_deviation, 1).replace('+', "±"),
            percent(community.max_area_deviation, 1).replace('+', "±"),
            count(community.violations),
            if community.proved { "✓".to_owned() } else { String::new() },
        ];
        table += &row("td", &all_but_the_first(&cells));
    }
    section(&say("communities", &[]), &format!("<table>{table}</table>"))
}

/// Cells of which all but the first are figures.
fn all_but_the_first<const N: usize>(cells: &[String; N]) -> [(&str, bool); N] {
    let mut is_figure = false;
    cells.each_ref().map(|cell| (cell.as_str(), std::mem::replace(&mut is_figure, true)))
}

fn say_key(key: &str) -> String {
    say(key, &[])
}

/// What an audit says, principle by principle.
pub(super) fn audit(exhibit: &Exhibit<'_>) -> String {
    let Some(report) = &exhibit.audit else {
        let why = match &exhibit.audit_fault {
            Some(fault) => say("audit_fault", &[fault]),
            None => say("audit_left_out", &[]),
        };
        return section(&say("audit", &[]), &format!("<p>{why}</p>"));
    };
    let head = ["principle", "verdict", "finding"].map(say_key);
    let mut table = row("th", &[(&head[0], false), (&head[1], false), (&head[2], false)]);
    for subject in &report.subjects {
        let [en, zh] = subject.subject.name();
        let verdict = match subject.verdict {
            Verdict::Pass => format!("<span class=\"pass\">{}</span>", say("pass", &[])),
            Verdict::Fail => {
                let failures = count(subject.failures.len());
                format!("<span class=\"fail\">{}</span>", say("fail", &[&failures]))
            }
            Verdict::NotJudged => say("not_judged", &[]),
        };
        let name = html(&Both::new(en, zh));
        table += &row("td", &[(&name, false), (&verdict, false), (&finding(subject), false)]);
    }
    section(&say("audit", &[]), &format!("<table>{table}</table>"))
}

fn finding(subject: &SubjectReport) -> String {
    let failures = subject.failures.iter().take(TOLD);
    let failures: String =
        failures.map(|failure| format!("<li>{}</li>", html(&Both::of(&failure.reason)))).collect();
    let list = if failures.is_empty() { failures } else { format!("<ul>{failures}</ul>") };
    html(&Both::of(&subject.summary)) + &list
}

/// Who was placed, and what is vacant.
pub(super) fn staff(exhibit: &Exhibit<'_>) -> String {
    let staff = exhibit.record.get("staff").filter(|staff| staff.is_object());
    let Some(staff) = staff else {
        return section(&say("staff", &[]), &format!("<p>{}</p>", say("no_staff", &[])));
    };
    let number = |name: &str| staff.get(name).and_then(Value::as_f64).unwrap_or_default();
    let amount = |name: &str| thousands(number(name));
    let names = |name: &str| {
        let list = staff.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        if names.is_empty() {
            say("none", &[])
        } else {
            format!("{}: <bdi>{}</bdi>", names.len(), escape_html(&names.join(", ")))
        }
    };
    let linked = number("member_households_linked");
    let mean = number("total_distance_m") / linked.max(1.0);
    let rows = [
        (say("central", &[]), amount("central_households")),
        (
            say("linked", &[]),
            ["linked", "unlinked", "outside"]
                .map(|kind| amount(&format!("member_households_{kind}")))
                .join("; "),
        ),
        (say("distance", &[]), format!("{mean:.0} m; {:.0} m", number("longest_distance_m"))),
        (say("officers", &[]), amount("officers")),
        (say("vacant", &[]), names("communities_without_officer")),
        (say("spare", &[]), names("spare_officers")),
        (say("shortfalls", &[]), shortfalls(staff)),
    ];
    let rows: String =
        rows.iter().map(|(name, value)| row("td", &[(name, false), (value, false)])).collect();
    section(&say("staff", &[]), &format!("<table>{rows}</table>"))
}

/// Grids that lack central households, and what would cure it.
fn shortfalls(staff: &Value) -> String {
    let list = staff.get("shortfalls").and_then(Value::as_array).cloned().unwrap_or_default();
    if list.is_empty() {
        return say("none", &[]);
    }
    let item = |shortfall: &Value| {
        let text = |name: &str| shortfall.get(name).and_then(Value::as_str).unwrap_or_default();
        let (grid, cure) = (escape_html(text("grid")), html(&Both::of(text("cure"))));
        format!("<li><bdi>{grid}</bdi>: {cure}</li>")
    };
    let items: String = list.iter().take(2 * TOLD).map(item).collect();
    format!("{}<ul>{items}</ul>", count(list.len()))
}

/// How the plan was made, and from what.
pub(super) fn method(exhibit: &Exhibit<'_>) -> String {
    let record = &exhibit.record;
    let mut content: String = ["method_1", "method_2", "method_3"]
        .map(|key| format!("<p>{}</p>\n", say_key(key)))
        .concat();
    if let Some(parameters) = record.get("parameters").and_then(Value::as_object) {
        let parameter = |(name, value): (&String, &Value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("<code>{}</code>", escape_html(&format!("{name} = {value}")))
        };
        let list: Vec<String> =
            parameters.iter().filter(|(_, value)| !value.is_null()).map(parameter).collect();
        content += &format!("<h3>{}</h3>\n<p>{}</p>\n", say("parameters", &[]), list.join("; "));
    }
    let sources = record.get("sources").and_then(Value::as_array).cloned().unwrap_or_default();
    if !sources.is_empty() {
        let head = ["file", "features"].map(say_key);
        let mut table = row("th", &[(&head[0], false), (&head[1], true), ("SHA-256", false)]);
        for source in &sources {
            let text = |name: &str| source.get(name).and_then(Value::as_str).unwrap_or_default();
            let features = source.get("features").and_then(Value::as_f64).map(thousands);
            let hash: String = text("sha256").chars().take(16).collect();
            let (file, hash) =
                (escape_html(text("file")), format!("<code>{}…</code>", escape_html(&hash)));
            let features = features.unwrap_or_default();
            table += &row("td", &[(&file, false), (&features, true), (&hash, false)]);
        }
        content += &format!("<h3>{}</h3>\n<table>{table}</table>\n", say("sources", &[]));
    }
    let findings = record.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
    if !findings.is_empty() {
        let finding = |finding: &Value| {
            let message = finding.get("message").and_then(Value::as_str).unwrap_or_default();
            let number = finding.get("count").and_then(Value::as_f64).unwrap_or_default();
            format!("<li>{}: {}</li>", thousands(number), html(&Both::of(message)))
        };
        let items: String = findings.iter().map(finding).collect();
        content += &format!("<h3>{}</h3>\n<ul>{items}</ul>\n", say("findings", &[]));
    }
    content += &format!("<footer>{}</footer>", say("licence", &[env!("CARGO_PKG_VERSION")]));
    section(&say("method", &[]), &content)
}
