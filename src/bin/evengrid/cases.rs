use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use evengrid::cases::{Docket, Items, Moment, Offset, Scoreboard};
use evengrid::error::Finding;
use evengrid::io::{self, CasesFolder, CasesRecord, Crs};
use evengrid::{Error, Result};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;
use crate::organise::{directory, read};

/// Sends reported problems on their way: who, by when, what is overdue.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid cases my-plan --cases reports.csv --structure my-structure --now 2026-03-01T18:00 -o my-cases
  evengrid cases --print-items > items.toml

A CSV has the columns lon, lat, time and kind, where known id and the times of further steps:
discovered, dispatched, handled, fed_back, accepted (a step without a time is taken as done where a
later one has one), and reported: when the department that was called reported. OUT_DIR gets cases.csv, scores of grids and
departments, and grid_workload.csv and unit_workload.csv for the next plan. Days are of 24 hours, holidays
included. Exit code 1: a case lies outside, is of an unknown kind, or its times cannot be so.")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    #[arg(required_unless_present = "print_items")]
    plan: Option<PathBuf>,
    /// Reported problems as CSV, Excel (FILE.xlsx#SHEET names a sheet) or GeoJSON
    #[arg(long, value_name = "FILE", required_unless_present = "print_items")]
    cases: Option<PathBuf>,
    /// Folder that `evengrid organise` has written: who holds which role
    #[arg(long, value_name = "DIR")]
    structure: Option<PathBuf>,
    /// Service items [default: those that --print-items prints]
    #[arg(long, value_name = "FILE")]
    items: Option<PathBuf>,
    /// Print the usual items.toml, with comments, and stop
    #[arg(long)]
    print_items: bool,
    /// When it is [default: the latest time in the cases]
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// The clock of times without an offset
    #[arg(long, value_name = "+HH:MM", default_value_t, allow_hyphen_values = true)]
    clock: Offset,
    /// What the coordinates of the cases mean: wgs84, gcj02, bd09 or EPSG:nnnn
    #[arg(long, value_name = "CRS", default_value_t)]
    crs: Crs,
    /// What the cases are written in, where that is not UTF-8: gbk, gb18030
    #[arg(long, value_name = "NAME", default_value_t, hide_default_value = true)]
    encoding: io::Encoding,
    /// Folder to write to
    #[arg(short, long, value_name = "OUT_DIR", required_unless_present = "print_items")]
    output: Option<PathBuf>,
    /// Replace the cases that stand in OUT_DIR
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    if arguments.print_items {
        console.result(Items::DEFAULT.trim_end(), &json!(Items::DEFAULT));
        return Ok(Outcome::Complete);
    }
    let (Some(plan), Some(file), Some(output)) =
        (&arguments.plan, &arguments.cases, &arguments.output)
    else {
        return Err(Error::request("no plan or cases are named", "name PLAN_DIR, --cases and -o"));
    };
    console.fits([plan, file])?;
    let _reserved = io::check_cases_target(output, arguments.force)?;
    let items = match &arguments.items {
        Some(path) => Items::parse(&read(path)?, &path.display().to_string())?,
        None => Items::parse(Items::DEFAULT, "items.toml")?,
    };
    let register = io::read_plan_folder(plan)?;
    let directory =
        arguments.structure.as_ref().map(|folder| directory(folder, &register)).transpose()?;
    let options = io::ReadOptions {
        crs: arguments.crs,
        encoding: arguments.encoding,
        ..io::ReadOptions::default()
    };
    let (cases, passed_over) = io::read_cases(file, &options)?;
    console.findings(&passed_over);
    let clock = arguments.clock;
    let now = match &arguments.now {
        Some(text) => Moment::parse(text, clock).ok_or_else(|| {
            Error::request(
                format!("--now {text:?} is no time"),
                "write it as 2026-03-01T18:00 or 2026-03-01T18:00+08:00",
            )
        })?,
        None => {
            let times =
                cases.iter().flat_map(|case| case.times.iter().chain([&case.reported]).flatten());
            times.filter_map(|text| Moment::parse(text, clock)).max().ok_or_else(|| {
                Error::request(
                    format!("{} has no time that can be read", file.display()),
                    "write times as 2026-03-01T18:00, or say --now",
                )
            })?
        }
    };
    let docket = Docket { items, now, clock };
    let (docketed, findings) = docket.route(&cases, &register, directory.as_ref());
    let board = Scoreboard::of(&docketed, &docket.items, now);
    let mut record = CasesRecord::of(&docket, &docketed, findings);
    record.parameters.insert("clock".into(), json!(clock.to_string()));
    record.parameters.insert("items".into(), json!(docket.items.items.len()));
    let grids: Vec<String> = register.grids().iter().map(|grid| grid.grid.clone()).collect();
    let folder = CasesFolder {
        docket: &docket,
        cases: &cases,
        docketed: &docketed,
        grids: &grids,
        units: &io::cases_of_units(plan, &register, &cases)?,
        board: &board,
        record: &record,
    };
    io::write_cases_folder(output, &folder, arguments.force)?;
    console.findings(&record.findings);
    let json = serde_json::to_value(&record).unwrap_or_default();
    console.result(&summary(&record, &board, output), &json);
    // A step that nobody noted, or a role that nobody has, is nothing that is left open.
    let is_open =
        |finding: &Finding| !["steps-skipped", "unknown-roles"].contains(&finding.kind.as_str());
    Ok(if record.findings.iter().any(is_open) { Outcome::Incomplete } else { Outcome::Complete })
}

fn summary(record: &CasesRecord, board: &Scoreboard, output: &Path) -> String {
    let mut text = format!("{} cases at {}\n", record.cases, record.now);
    let all = &board.all;
    let _ = writeln!(
        text,
        "  handled in time {}, late {}; open {}, overdue {}; accepted {}",
        all.in_time, all.late, all.open, all.overdue, all.accepted
    );
    let _ = writeln!(text, "  called up a level: {}", record.called);
    let _ = writeln!(
        text,
        "  departments reported in time {}, late {}; to report {}, overdue {}; not noted {}",
        all.reports_in_time,
        all.reports_late,
        all.reports_open,
        all.reports_overdue,
        all.reports_unknown
    );
    for (department, score) in &board.departments {
        let share = score.in_time_share().map_or("-".into(), |s| format!("{:.0} %", 100.0 * s));
        let _ = writeln!(
            text,
            "  {department:<22} {:>5} cases, {share:>5} in time, {} overdue",
            score.cases, score.overdue
        );
    }
    let _ = write!(text, "wrote {}", output.display());
    text
}
