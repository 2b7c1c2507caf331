//! From results to folders: a planned city as a plan folder, a generated city as a city folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::city::CityFolder;
use super::csv_cell::guarded;
use super::plan_folder::{PlanFolder, write_plan_folder};
use super::plan_json::{PlanRecord, StaffSummary};
use super::redrawn::{COMMUNITIES, communities_text};
use super::whole::NewFolder;
use crate::error::{Error, Finding, Result};
use crate::pipeline::PlannedCity;
use crate::plan::{Plan, gap};
use crate::replan::{Change, Move};

/// Writes a planned city as a plan folder, whole or not at all, and returns its `plan.json`.
///
/// `extras` are further files, such as `map.html`: name and text.
///
/// # Errors
/// As [`write_plan_folder`].
pub fn write_plan(
    target: &Path,
    folder: &CityFolder,
    planned: &PlannedCity,
    extras: &[(&str, String)],
    force: bool,
) -> Result<PlanRecord> {
    write_changed_plan(target, folder, planned, None, extras, force)
}

/// As [`write_plan`], for a plan that was made near another: what is different goes into
/// `plan.json` and, move by move, into `moves.csv`. Where communities were
/// drawn anew, these go into `communities.geojson`, and every unit gets its new one.
///
/// # Errors
/// As [`write_plan_folder`].
pub fn write_changed_plan(
    target: &Path,
    folder: &CityFolder,
    planned: &PlannedCity,
    change: Option<&Change>,
    extras: &[(&str, String)],
    force: bool,
) -> Result<PlanRecord> {
    let city = &folder.city;
    let mut extras = extras.to_vec();
    let mut community_field = None;
    if let Some(change) = change {
        extras.push(("moves.csv", moves_csv(&change.moves)?));
        if change.communities.is_some() {
            extras.push((COMMUNITIES, communities_text(city)?));
            community_field = Some(folder.options.community_field.as_str());
        }
    }
    let record = record_of(folder, planned, change);
    let PlannedCity { ground, plan, households, officers, register, .. } = planned;
    let parts = PlanFolder {
        city,
        units_text: &folder.units_text,
        community_field,
        plan,
        register,
        ground: Some(ground),
        households,
        officers,
        record: &record,
        extras: &extras,
    };
    write_plan_folder(target, &parts, force)?;
    Ok(record)
}

/// What `plan.json` says of a planned city, and of how it differs from the plan before.
pub fn record_of(
    folder: &CityFolder,
    planned: &PlannedCity,
    change: Option<&Change>,
) -> PlanRecord {
    let city = &folder.city;
    let PlannedCity { asked, ground, plan, households, officers, timings, .. } = planned;
    let staffed =
        !(city.members.is_empty() && city.candidates.is_empty() && city.officers.is_empty());
    let findings = [&folder.findings, &ground.findings, &plan.findings];
    let told = Asked::of(asked, &folder.options, city);
    PlanRecord {
        parameters: told.parameters(),
        seeds: told.seed_records(),
        seed: asked.divide.seed,
        objective: objective(plan),
        findings: findings.into_iter().flatten().cloned().collect::<Vec<Finding>>(),
        staff: staffed.then(|| StaffSummary::of(city, plan, households, officers)),
        replan: change.cloned(),
        timings: timings.iter().map(|(s, t)| (s.name().into(), json!(t.as_secs_f64()))).collect(),
        ..PlanRecord::of(city, plan)
    }
}

/// Moves as a table: unit, from, to, people, reason.
fn moves_csv(moves: &[Move]) -> Result<String> {
    let refused = |reason: String| Error::request(reason, "report this as a fault");
    let mut table = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let mut write = |row: [&str; 5]| {
        let cells = row.map(|cell| guarded(cell).into_owned());
        table.write_record(cells).map_err(|error| refused(format!("moves.csv: {error}")))
    };
    write(["unit", "from", "to", "people", "reason"])?;
    for Move { unit, from, to, people, reason } in moves {
        let grid = |code: &Option<String>| code.clone().unwrap_or_default();
        write([unit, &grid(from), &grid(to), &people.to_string(), reason])?;
    }
    let text = table.into_inner().map_err(|error| refused(format!("moves.csv: {error}")))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// What the division made small, with bounds.
fn objective(plan: &Plan) -> Map<String, Value> {
    let sum = |figure: fn(&crate::plan::CommunityFigures) -> f64| -> f64 {
        plan.communities.iter().map(figure).sum()
    };
    let figures = [
        ("violation", json!(sum(|c| c.violation))),
        ("least_violation", json!(sum(|c| c.least_violation))),
        ("boundary_cost_m", json!(plan.boundary_cost_m)),
        ("least_boundary_cost_m", json!(plan.least_boundary_cost_m())),
        ("boundary_cost_gap", json!(gap(plan.boundary_cost_m, plan.least_boundary_cost_m()))),
        ("communities_proved_optimal", json!(plan.proved_communities())),
        ("cut_edges", json!(plan.cut_edges)),
        ("border_m", json!(plan.border_m)),
        ("honeycomb_bound_m", json!(plan.honeycomb_bound_m)),
        ("honeycomb_ratio", json!(plan.border_m / plan.honeycomb_bound_m)),
    ];
    let mut objective: Map<String, Value> =
        figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let asked = asked_figures(plan);
    if !asked.is_empty() {
        objective.insert("grid_figures".into(), Value::Object(asked));
    }
    objective
}

/// The least and the most over the general grids of every figure that was asked besides.
fn asked_figures(plan: &Plan) -> Map<String, Value> {
    let mut ranges: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for figure in plan.grids.iter().filter(|g| g.special.is_none()).flat_map(|g| &g.figures) {
        let range = ranges.entry(&figure.name).or_insert((figure.value, figure.value));
        *range = (range.0.min(figure.value), range.1.max(figure.value));
    }
    let told = |(name, (least, most)): (&str, (f64, f64))| {
        (name.to_owned(), json!({"least": least, "most": most}))
    };
    ranges.into_iter().map(told).collect()
}

/// Writes the files of a generated city as a city folder, whole or not at all.
///
/// With `force` a folder is replaced that holds a generated city and nothing else.
///
/// # Errors
/// Where something is in the way or the file system refuses.
pub fn write_city_folder(target: &Path, files: &[(&str, String)], force: bool) -> Result<()> {
    let new =
        NewFolder::begin(target, force, |path| is_generated(path, files)).map_err(|error| {
            match error {
                Error::File { path, source, .. } => Error::File {
                    path,
                    source,
                    cure: "name a new folder; --force replaces a generated city and nothing else"
                        .into(),
                },
                other => other,
            }
        })?;
    for (name, text) in files {
        new.file(name, |out| out.write_all(text.as_bytes()))?;
    }
    new.commit()
}

/// Whether a folder holds files of these names only, and says that they were generated.
fn is_generated(folder: &Path, files: &[(&str, String)]) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let known = |name: &str| files.iter().any(|(file, _)| *file == name);
    let all_known = entries
        .into_iter()
        .all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(known)));
    let head = fs::read(folder.join("units.geojson")).unwrap_or_default();
    let head: Vec<u8> = head.into_iter().take(1_000).collect();
    let head = String::from_utf8_lossy(&head);
    all_known && head.contains("modelled by evengrid generate")
}
