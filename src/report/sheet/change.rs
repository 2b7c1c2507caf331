//! What is different from the plan before: who moves, from where to where, and why.

use std::collections::BTreeMap;

use super::words::{html, say};
use super::{count, row, section};
use crate::replan::{Change, CommunityChange, Move};
use crate::report::exhibit::Exhibit;
use crate::report::html::escape_html;
use crate::report::numbers::thousands;
use crate::report::reasons::Both;

/// Rows of the table of moves.
const ROWS: usize = 25;
/// Codes that are named in a sentence.
const NAMED: usize = 12;

/// The change in words and as a table from grid to grid; nothing for a plan that is no change.
pub(super) fn told(exhibit: &Exhibit<'_>) -> String {
    let Some(change) = exhibit.change else { return String::new() };
    let values = [
        thousands(change.people_moved),
        thousands(change.people_staying_or_moved),
        count(change.units_moved),
        thousands(change.least_people_moved),
        count(change.grids_kept),
        count(change.new_grids.len()),
        count(change.given_up_grids.len()),
        thousands(change.least_between_neighbours),
    ];
    let mut text = paragraph("change_told", &values);
    text += &change.communities.as_ref().map(communities).unwrap_or_default();
    for (key, codes) in [("grids_new", &change.new_grids), ("grids_gone", &change.given_up_grids)] {
        text += &named(key, codes);
    }
    if change.new_units + change.vanished_units > 0 {
        text += &paragraph(
            "units_come_and_go",
            &[count(change.new_units), count(change.vanished_units)],
        );
    }
    section(&say("change", &[]), &(text + &moves(change)))
}

fn paragraph(key: &str, values: &[String]) -> String {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    format!("<p>{}</p>\n", say(key, &values))
}

/// What has become of communities that were drawn anew.
fn communities(change: &CommunityChange) -> String {
    let values = [
        thousands(change.people_moved),
        thousands(change.least_people_moved),
        count(change.kept),
        count(change.new.len()),
        count(change.given_up.len()),
    ];
    paragraph("communities_told", &values)
        + &named("communities_new", &change.new)
        + &named("communities_gone", &change.given_up)
}

/// A sentence with codes; nothing where there are none.
fn named(key: &str, codes: &[String]) -> String {
    if codes.is_empty() {
        return String::new();
    }
    let mut list = codes.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if codes.len() > NAMED {
        list += &format!(" … ({})", codes.len());
    }
    paragraph(key, &[list])
}

/// Moves of units that both plans have, from grid to grid: most people first.
fn moves(change: &Change) -> String {
    let mut ways: BTreeMap<(&str, &str), (f64, usize, &Move)> = BTreeMap::new();
    for unit in &change.moves {
        if let (Some(from), Some(to)) = (&unit.from, &unit.to) {
            let way = ways.entry((from, to)).or_insert((0.0, 0, unit));
            // The reason is that of the unit with most people.
            *way = (
                way.0 + unit.people,
                way.1 + 1,
                if unit.people > way.2.people { unit } else { way.2 },
            );
        }
    }
    if ways.is_empty() {
        return String::new();
    }
    let mut ways: Vec<_> = ways.into_iter().collect();
    ways.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
    let head =
        ["moved_from", "moved_to", "moved_units", "people", "reason"].map(|key| say(key, &[]));
    let mut table = row(
        "th",
        &[
            (&head[0], false),
            (&head[1], false),
            (&head[2], true),
            (&head[3], true),
            (&head[4], false),
        ],
    );
    for ((from, to), (people, units, unit)) in ways.iter().take(ROWS) {
        let code = |code: &str| format!("<bdi>{}</bdi>", escape_html(code));
        table += &row(
            "td",
            &[
                (&code(from), false),
                (&code(to), false),
                (&count(*units), true),
                (&thousands(*people), true),
                (&html(&Both::of(&unit.reason)), false),
            ],
        );
    }
    let mut text = format!("<table>{table}</table>\n");
    if ways.len() > ROWS {
        text += &paragraph("more_moves", &[count(ways.len() - ROWS)]);
    }
    text
}
