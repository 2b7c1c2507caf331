use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use geo::{Geometry, MultiPolygon};
use serde::Serialize;
use serde_json::{Map, Value};

use super::asked::read_asked;
use super::features::{Feature, FeatureFile};
use super::options::ReadOptions;
use super::organisation_folder::table;
use super::plan_back::grids_of_units;
use super::source::{find_layer, require_layer};
use super::tidy::tidy;
use super::whole::{NewFolder, holds_only};
use crate::cases::{Case, Docket, DocketedCase, Moment, Score, Scoreboard, Standing, Step};
use crate::error::{Finding, Result};
use crate::locate::GridIndex;
use crate::organise::Register;

/// Files of a folder of cases.
const FILES: [&str; 6] = [
    "cases.json",
    "cases.csv",
    "grid_scores.csv",
    "department_scores.csv",
    "grid_workload.csv",
    "unit_workload.csv",
];

/// The content of `cases.json`: what was asked, sums, what was met.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CasesRecord {
    /// Version of evengrid; with `cases` the mark by which such a folder is known.
    pub evengrid: String,
    /// Number of cases.
    pub cases: usize,
    /// When it was taken to be.
    pub now: String,
    /// What was asked, by the names of the command line.
    pub parameters: Map<String, Value>,
    /// Cases that lie in a grid.
    pub located: usize,
    /// Cases by how they stand: `in_time`, `late`, `open`, `overdue`, `unknown`.
    pub standings: BTreeMap<&'static str, usize>,
    /// Cases by the last step that was done.
    pub steps: BTreeMap<&'static str, usize>,
    /// Cases that were called up a level.
    pub called: usize,
    /// Calls of departments by how their reports stand: `in_time`, `late`, `open`, `overdue`,
    /// `unknown`.
    pub reports: BTreeMap<&'static str, usize>,
    /// What was met, with a count and the first few ids.
    pub findings: Vec<Finding>,
}

impl CasesRecord {
    /// Sums up cases.
    pub fn of(docket: &Docket, cases: &[DocketedCase], findings: Vec<Finding>) -> Self {
        let mut record = CasesRecord {
            evengrid: env!("CARGO_PKG_VERSION").into(),
            cases: cases.len(),
            now: docket.now.text(docket.clock),
            findings,
            ..CasesRecord::default()
        };
        for case in cases {
            *record.standings.entry(standing(case.standing(docket.now))).or_insert(0) += 1;
            let state = case.log.state().map_or("unknown", Step::name);
            *record.steps.entry(state).or_insert(0) += 1;
            record.called += usize::from(case.calls > 0);
            if let Some(report) = case.report(docket.now) {
                *record.reports.entry(standing(report)).or_insert(0) += 1;
            }
            record.located += usize::from(case.chain.is_some());
        }
        record
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::InTime => "in_time",
        Standing::Late => "late",
        Standing::Open => "open",
        Standing::Overdue => "overdue",
        Standing::Unknown => "unknown",
    }
}

/// Counts cases by unit: that of the cell a case lies in, by the ground that a plan folder holds. A
/// case on a border belongs to a unit of the grid that answers for it. Cases in no unit's ground are
/// not counted.
///
/// # Errors
/// Where the folder's units cannot be read.
pub fn cases_of_units(
    plan: impl AsRef<Path>,
    register: &Register,
    cases: &[Case],
) -> Result<BTreeMap<String, usize>> {
    let plan = plan.as_ref();
    let units = grids_of_units(plan, register, &read_asked(plan)?.options, |_, _| Ok(()))?;
    let grid_of: HashMap<&str, usize> =
        units.iter().map(|(id, grid, ())| (id.as_str(), *grid as usize)).collect();
    let ground = match find_layer(plan, "cells")? {
        Some(cells) => ground_of_cells(&cells)?,
        None => {
            let shapes = shapes(&require_layer(plan, "units")?, "id", |_| ())?;
            let ids = units.iter().map(|unit| Some(unit.0.clone()));
            ids.zip(shapes.into_iter().map(|(_, shape)| shape)).collect()
        }
    };
    let (ids, shapes): (Vec<Option<String>>, Vec<MultiPolygon<f64>>) = ground.into_iter().unzip();
    let grids: Vec<Option<usize>> =
        ids.iter().map(|id| grid_of.get(id.as_deref()?).copied()).collect();
    let index = GridIndex::new(&shapes);
    let mut counts: BTreeMap<String, usize> = units.iter().map(|u| (u.0.clone(), 0)).collect();
    for case in cases {
        let grid = register.index().locate(case.position);
        let own = grid.and_then(|_| index.locate_among(case.position, |unit| grids[unit] == grid));
        let unit = own.or_else(|| index.locate(case.position));
        if let Some(count) = unit.and_then(|unit| counts.get_mut(ids[unit].as_deref()?)) {
            *count += 1;
        }
    }
    Ok(counts)
}

/// The unit of every cell, none of open ground, and its shape.
fn ground_of_cells(layer: &Path) -> Result<Vec<(Option<String>, MultiPolygon<f64>)>> {
    shapes(layer, "unit", |feature| feature.properties.has("unit").then(|| feature.id.clone()))
}

/// The shapes of a layer of areas, each with what else is read of it.
fn shapes<T: Send>(
    layer: &Path,
    id: &str,
    read: impl Fn(&Feature<'_>) -> T + Sync,
) -> Result<Vec<(T, MultiPolygon<f64>)>> {
    let file = FeatureFile::open(layer, &ReadOptions::default())?;
    file.decode(id, |mut feature| {
        let shape = match feature.has_geometry().then(|| feature.geometry()).transpose()? {
            Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon]),
            Some(Geometry::MultiPolygon(polygons)) => polygons,
            _ => MultiPolygon(Vec::new()),
        };
        Ok((read(&feature), shape))
    })
}

/// All that a folder of cases is made of.
#[derive(Debug, Clone, Copy)]
pub struct CasesFolder<'a> {
    /// The rules and the moment.
    pub docket: &'a Docket,
    /// The cases as they were read.
    pub cases: &'a [Case],
    /// Where each is, in the same order.
    pub docketed: &'a [DocketedCase],
    /// Codes of all grids of the plan.
    pub grids: &'a [String],
    /// Cases by unit.
    pub units: &'a BTreeMap<String, usize>,
    /// The scores.
    pub board: &'a Scoreboard,
    /// What goes into `cases.json`.
    pub record: &'a CasesRecord,
}

/// Writes a folder of cases, whole or not at all: `cases.csv` (who, by when, what is overdue),
/// scores of grids and departments, and the cases of every grid and unit as tables that feed the
/// next plan. Of people nothing but ids is written, of the input nothing but id, place, kind and
/// times. With `force` a folder that holds cases and nothing else is replaced.
///
/// # Errors
/// Where something is in the way or the file system refuses.
pub fn write_cases_folder(target: &Path, folder: &CasesFolder<'_>, force: bool) -> Result<()> {
    let new = begin(target, force)?;
    let CasesFolder { grids, units, board, record, .. } = folder;
    new.file("cases.json", |out| {
        let mut record = serde_json::to_value(record)?;
        tidy(&mut record);
        serde_json::to_writer_pretty(&mut *out, &record)?;
        out.write_all(b"\n")
    })?;
    new.file("cases.csv", |out| write_cases(out, folder))?;
    let none = Score::default();
    let of_grids = grids.iter().map(|code| (code, board.grids.get(code).unwrap_or(&none)));
    new.file("grid_scores.csv", |out| write_scores(out, "grid", of_grids.clone()))?;
    new.file("department_scores.csv", |out| {
        write_scores(out, "department", board.departments.iter())
    })?;
    new.file("grid_workload.csv", |out| {
        let rows = of_grids.clone().map(|(code, score)| {
            [code.clone(), score.cases.to_string(), (score.open + score.overdue).to_string()]
        });
        table(out, &["grid", "cases", "cases_open"], rows)
    })?;
    new.file("unit_workload.csv", |out| {
        let rows = units.iter().map(|(unit, cases)| [unit.clone(), cases.to_string()]);
        table(out, &["unit", "cases"], rows)
    })?;
    new.commit()
}

fn write_scores<'a>(
    out: &mut impl Write,
    of: &str,
    scores: impl Iterator<Item = (&'a String, &'a Score)>,
) -> io::Result<()> {
    let header = [
        of,
        "cases",
        "in_time",
        "late",
        "open",
        "overdue",
        "accepted",
        "called",
        "unknown",
        "reports_in_time",
        "reports_late",
        "reports_open",
        "reports_overdue",
        "reports_unknown",
        "in_time_share",
        "mean_hours",
    ];
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or(String::new(), |value| format!("{value:.decimals$}"))
    };
    let rows = scores.map(|(name, score)| {
        [
            name.clone(),
            score.cases.to_string(),
            score.in_time.to_string(),
            score.late.to_string(),
            score.open.to_string(),
            score.overdue.to_string(),
            score.accepted.to_string(),
            score.called.to_string(),
            score.unknown.to_string(),
            score.reports_in_time.to_string(),
            score.reports_late.to_string(),
            score.reports_open.to_string(),
            score.reports_overdue.to_string(),
            score.reports_unknown.to_string(),
            number(score.in_time_share(), 3),
            number(score.mean_hours(), 1),
        ]
    });
    table(out, &header, rows)
}

fn write_cases(out: &mut impl Write, folder: &CasesFolder<'_>) -> io::Result<()> {
    let CasesFolder { docket, cases, docketed, .. } = folder;
    let header = [
        "id",
        "lon",
        "lat",
        "kind",
        "item",
        "department",
        "gathered",
        "discovered",
        "dispatched",
        "handled",
        "fed_back",
        "accepted",
        "subdistrict",
        "community",
        "grid",
        "building_group",
        "state",
        "standing",
        "handle_by",
        "next_step",
        "who",
        "by",
        "overdue",
        "level",
        "calls",
        "report_by",
        "reported",
        "report",
    ];
    let when = |moment: Option<Moment>| moment.map_or(String::new(), |m| m.text(docket.clock));
    let rows = cases.iter().zip(*docketed).map(|(case, found)| {
        let item = found.item.map(|i| &docket.items.items[i]);
        let chain = found.chain.as_ref();
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let [gathered, discovered, dispatched, handled, fed_back, accepted] =
            Step::ALL.map(|step| when(found.log.at(step)));
        let next = found.next.as_ref();
        [
            case.id.clone(),
            case.position.x().to_string(),
            case.position.y().to_string(),
            case.kind.clone(),
            text(item.map(|item| &item.id)),
            text(item.map(|item| &item.department)),
            gathered,
            discovered,
            dispatched,
            handled,
            fed_back,
            accepted,
            text(chain.and_then(|c| c.subdistrict.as_ref())),
            text(chain.map(|c| &c.community)),
            text(chain.map(|c| &c.grid)),
            text(chain.and_then(|c| c.building_group.as_ref())),
            found.log.state().map_or("", Step::name).to_owned(),
            standing(found.standing(docket.now)).to_owned(),
            when(found.handle_by),
            next.map_or("", |next| next.step.name()).to_owned(),
            text(next.map(|next| &next.who)),
            when(next.map(|next| next.due)),
            next.map_or("", |next| if next.overdue { "yes" } else { "no" }).to_owned(),
            found.level.map_or("", |level| level.name()).to_owned(),
            found.calls.to_string(),
            when(found.report_by),
            when(found.reported),
            found.report(docket.now).map_or("", standing).to_owned(),
        ]
    });
    table(out, &header, rows)
}

/// Checks, before long work, that a folder of cases could be written to `target`.
///
/// # Errors
/// As [`write_cases_folder`].
pub fn check_cases_target(target: &Path, force: bool) -> Result<NewFolder> {
    begin(target, force)
}

fn begin(target: &Path, force: bool) -> Result<NewFolder> {
    NewFolder::begin(target, force, |folder| {
        let text = std::fs::read(folder.join("cases.json")).unwrap_or_default();
        let record: Value = serde_json::from_slice(&text).unwrap_or_default();
        holds_only(folder, &FILES)
            && record.get("evengrid").is_some_and(Value::is_string)
            && record.get("standings").is_some()
    })
}
