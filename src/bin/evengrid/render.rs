use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use evengrid::allocate::Travel;
use evengrid::error::{Fault, InputError, Place};
use evengrid::ground::Ground;
use evengrid::io::{PlannedFolder, ReadOptions, UnitShape};
use evengrid::model::City;
use evengrid::replan::Change;
use evengrid::report::{Exhibit, Pieces};
use evengrid::{Error, Result, io, report};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::assign::{PopulationTable, options_of};
use crate::console::Console;
use crate::excel::{self, Folders};
use crate::picture::{self, Picture};

/// Way that counts as 15 minutes on foot, metres.
const REACH_M: f64 = 1_000.0;

/// Draws the map of a plan, or writes its report.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid render my-plan -o map.html
  evengrid render my-plan --city my-city --structure my-structure -o map.html
  evengrid render my-plan --city my-city -o report.html
  evengrid render my-plan --city my-city --lang zh -o map.svg
  evengrid render my-plan --city my-city -o map.png --width 1920
  evengrid render next-plan/changes.svg -o changes.png --width 1920
  evengrid render my-plan --structure my-structure -o plan.xlsx

A plan that replan has made gets a slider between before and after. In the map units can be moved and the
changed plan saved; unpacked, it is a folder for audit, replan --current and render.")]
pub struct Arguments {
    /// Folder that `evengrid plan` or `replan` has written; or a picture (.svg) of any command, to be
    /// painted as .png
    #[arg(value_name = "PLAN_DIR")]
    plan: PathBuf,
    /// The city folder, for barriers, officers, stations and what is within 15 minutes of them
    #[arg(long, value_name = "CITY_DIR")]
    city: Option<PathBuf>,
    #[command(flatten)]
    table: PopulationTable,
    /// Folder that `evengrid organise` has written, for building groups and service teams
    #[arg(long, value_name = "STRUCTURE_DIR")]
    structure: Option<PathBuf>,
    /// File to write: .html for the browser, .svg or .png for slides, .xlsx for tables; report.html is
    /// the report
    #[arg(short, long, value_name = "MAP")]
    output: PathBuf,
    /// What to write as .html: the map, or the report for a meeting [default: report where the file is
    /// named so]
    #[arg(long, value_enum, value_name = "PAGE")]
    page: Option<Page>,
    /// Width of a picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1_400, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    width: u32,
    /// Replace MAP
    #[arg(long)]
    force: bool,
}

/// A page for the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Page {
    /// The map
    Map,
    /// The report
    Report,
}

impl Arguments {
    /// Which page is asked for.
    fn page(&self) -> Page {
        let stem = self.output.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let named = if stem.contains("report") { Page::Report } else { Page::Map };
        self.page.unwrap_or(named)
    }
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([Some(&arguments.plan), arguments.city.as_ref()].into_iter().flatten())?;
    let extension =
        arguments.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !["html", "htm", "svg", "png", "xlsx"].contains(&&*extension) {
        return Err(Error::request(
            format!("{} is neither .html, .svg, .png nor .xlsx", arguments.output.display()),
            "name a file that ends in .html, .svg, .png or .xlsx",
        ));
    }
    if extension == "xlsx" {
        return tables(arguments, console);
    }
    if extension == "png" && arguments.plan.is_file() {
        let drawn = Picture::Drawn(&arguments.plan);
        return written(arguments, &picture::png(&drawn, arguments.width, console)?, console);
    }
    let options = ReadOptions {
        missing_population: io::MissingPopulation::Zero,
        ..io::read_asked(&arguments.plan)?.options
    };
    let mut folder = io::read_planned_folder(&arguments.plan, UnitShape::Drawn, &options)?;
    if let Some(path) = &arguments.city {
        let city =
            io::read_city(path, &options_of(path, &options, &arguments.table, console)?)?.city;
        folder.city.barriers = city.barriers;
        folder.city.officers = city.officers;
        folder.city.stations = city.stations;
        folder.city.walks = city.walks;
        for community in &mut folder.city.communities {
            let same = city.communities.iter().find(|other| other.id == community.id);
            community.boundary = same.and_then(|same| same.boundary.clone());
        }
    }
    if folder.city.officers.is_empty() {
        folder.city.officers = io::read_placed_officers(&arguments.plan)?;
    }
    let (city, plan, width) = (&folder.city, &folder.plan, arguments.width);
    let bytes = match &*extension {
        "svg" => report::map_svg(city, plan, width, console.language).into_bytes(),
        "png" => picture::png(&Picture::Map(city, plan), width, console)?,
        _ => html(arguments, &folder, &options)?.into_bytes(),
    };
    written(arguments, &bytes, console)
}

/// Writes the file that was asked for, and says so.
fn written(arguments: &Arguments, bytes: &[u8], console: &Console) -> Result<Outcome> {
    let Arguments { output, force, .. } = arguments;
    io::write_file(output, *force, |out| std::io::Write::write_all(out, bytes))?;
    console.result(&format!("wrote {}", output.display()), &json!({"file": output}));
    Ok(Outcome::Complete)
}

/// Writes the plan as a workbook.
fn tables(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let (plan, file) = (&arguments.plan, &arguments.output);
    let options = io::read_asked(plan)?.options;
    let read = |path: &PathBuf| {
        io::read_city(path, &options_of(path, &options, &arguments.table, console)?)
    };
    let city = arguments.city.as_ref().map(read).transpose()?;
    if let Some(structure) = &arguments.structure {
        // It has to be that of this plan.
        crate::organise::directory(structure, &io::read_plan_folder(plan)?)?;
    }
    let folders = Folders {
        plan,
        structure: arguments.structure.as_deref(),
        city: city.as_ref().map(|folder| &folder.city),
    };
    excel::write(file, &folders, arguments.force, console)?;
    console.result(&format!("wrote {}", file.display()), &json!({"file": file}));
    Ok(Outcome::Complete)
}

fn html(arguments: &Arguments, folder: &PlannedFolder, options: &ReadOptions) -> Result<String> {
    let PlannedFolder { city, plan, register, record, .. } = folder;
    let change = change_in(&arguments.plan, record)?;
    let directory = arguments.structure.as_ref();
    let directory = directory.map(|path| crate::organise::directory(path, register)).transpose()?;
    let mut exhibit = Exhibit {
        links: io::read_links(&arguments.plan)?,
        change: change.as_ref(),
        directory: directory.as_ref(),
        record: record.clone(),
        ..Exhibit::new(city, plan, register)
    };
    if arguments.page() == Page::Report {
        let (asked, city) = (&folder.asked, &folder.city);
        exhibit.audit =
            Some(excel::audit(&arguments.plan, asked, &city.communities, &city.barriers)?);
        return Ok(report::report_html(&exhibit));
    }
    if report::draws_units(city) {
        let (ground, pieces) = ground(&arguments.plan, folder, options)?;
        exhibit.labels = io::read_labels(&units_file(&arguments.plan), options)?;
        exhibit.reached = reached(city, &ground)?;
        exhibit.pieces = Some(pieces);
    }
    Ok(report::map_html(&exhibit))
}

/// What a replan changed, as its plan's record says.
///
/// # Errors
/// Where the record says it in another form than replan does.
fn change_in(plan_folder: &Path, record: &Value) -> Result<Option<Change>> {
    let name = "replan";
    let Some(change) = record.get(name).filter(|change| !change.is_null()) else {
        return Ok(None);
    };
    Change::deserialize(change).map(Some).map_err(|error| {
        let file = plan_folder.join("plan.json").display().to_string();
        let reason = format!("{name}: {error}");
        InputError::new(Place::file(file), Fault::NotReadable { format: "plan.json", reason })
            .into()
    })
}

/// The ground of a plan that was read back, cell by cell.
fn ground(
    plan_folder: &Path,
    folder: &PlannedFolder,
    options: &ReadOptions,
) -> Result<(Ground, Pieces)> {
    let mut own = io::read_planned_folder(plan_folder, UnitShape::Ground, options)?;
    own.city.barriers.clone_from(&folder.city.barriers);
    let ground = own.survey()?;
    let pieces = Pieces::of(&ground, &own.plan);
    Ok((ground, pieces))
}

/// What is within 15 minutes of each station, where the ways to walk are known.
fn reached(city: &City, ground: &Ground) -> Result<Vec<geo::MultiPolygon<f64>>> {
    if city.walks.is_empty() || city.stations.is_empty() {
        return Ok(Vec::new());
    }
    let travel = Travel::on_foot(city, ground)?;
    let stations = city.stations.iter().map(|station| station.position);
    travel.reached(ground, stations, ground.unit_points.iter().copied(), REACH_M)
}

/// The file of a plan's units, packed or not.
fn units_file(folder: &Path) -> PathBuf {
    let plain = folder.join("units.geojson");
    if plain.exists() { plain } else { folder.join("units.geojson.gz") }
}
