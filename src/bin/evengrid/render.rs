use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use evengrid::allocate::Travel;
use evengrid::ground::{Ground, Survey, UnitKind};
use evengrid::io::{PlannedFolder, ReadOptions, UnitShape};
use evengrid::model::City;
use evengrid::replan::Change;
use evengrid::report::{Exhibit, Pieces};
use evengrid::{Error, Result, io, report};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;

/// Way that counts as 15 minutes on foot, metres.
const REACH_M: f64 = 1_000.0;

/// Draws the map of a plan, or its report.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid render my-plan -o map.html
  evengrid render my-plan --city my-city --structure my-structure -o map.html
  evengrid render my-plan --city my-city -o map.svg

A plan that replan has made gets a switch between before and after. In the map units can be moved and the
changed plan saved; unpacked, it is a folder for audit, replan --current and render.")]
pub struct Arguments {
    /// Folder that `evengrid plan` or `replan` has written
    #[arg(value_name = "PLAN_DIR")]
    plan: PathBuf,
    /// The city folder, for barriers, officers, stations and what is within 15 minutes of them
    #[arg(long, value_name = "CITY_DIR")]
    city: Option<PathBuf>,
    /// Folder that `evengrid organise` has written, for building groups and service teams
    #[arg(long, value_name = "STRUCTURE_DIR")]
    structure: Option<PathBuf>,
    /// File to write: .html for the browser, .svg for slides
    #[arg(short, long, value_name = "MAP")]
    output: PathBuf,
    /// Width of a picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1_400)]
    width: u32,
    /// Replace MAP
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let extension =
        arguments.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !["html", "htm", "svg"].contains(&&*extension) {
        return Err(Error::request(
            format!("{} is neither .html nor .svg", arguments.output.display()),
            "name a map that ends in .html or .svg",
        ));
    }
    let options =
        ReadOptions { missing_population: io::MissingPopulation::Zero, ..ReadOptions::default() };
    let mut folder = io::read_planned_folder(&arguments.plan, UnitShape::Drawn, &options)?;
    if let Some(path) = &arguments.city {
        let city = io::read_city(path, &options)?.city;
        folder.city.barriers = city.barriers;
        folder.city.officers = city.officers;
        folder.city.stations = city.stations;
        folder.city.walks = city.walks;
    }
    let text = if extension == "svg" {
        report::map_svg(&folder.city, &folder.plan, arguments.width)
    } else {
        html(arguments, &folder, &options)?
    };
    io::write_file(&arguments.output, arguments.force, |out| out.write_all(text.as_bytes()))?;
    let file = arguments.output.display();
    console.result(&format!("wrote {file}"), &json!({"file": arguments.output}));
    Ok(Outcome::Complete)
}

fn html(arguments: &Arguments, folder: &PlannedFolder, options: &ReadOptions) -> Result<String> {
    let PlannedFolder { city, plan, register, record, .. } = folder;
    let change: Option<Change> =
        record.get("replan").and_then(|change| serde_json::from_value(change.clone()).ok());
    let directory = arguments.structure.as_ref().map(io::read_organisation).transpose()?;
    let mut exhibit = Exhibit {
        links: io::read_links(&arguments.plan)?,
        change: change.as_ref(),
        directory: directory.as_ref(),
        record: record.clone(),
        ..Exhibit::new(city, plan, register)
    };
    if report::draws_units(city) {
        let (ground, pieces) = ground(&arguments.plan, folder, options)?;
        exhibit.labels = io::read_labels(&units_file(&arguments.plan), options)?;
        exhibit.reached = reached(city, &ground)?;
        exhibit.pieces = Some(pieces);
    }
    Ok(report::map_html(&exhibit))
}

/// The ground of a plan that was read back, cell by cell.
fn ground(
    plan_folder: &Path,
    folder: &PlannedFolder,
    options: &ReadOptions,
) -> Result<(Ground, Pieces)> {
    let mut own = io::read_planned_folder(plan_folder, UnitShape::Ground, options)?;
    own.city.barriers.clone_from(&folder.city.barriers);
    // What was repaired was written so; what was not shall not be repaired now.
    let survey = Survey { units: UnitKind::Ground, repair: false, ..Survey::default() };
    let ground = survey.run(&own.city)?;
    let as_drawn = (&folder.city, &folder.plan);
    let pieces =
        Pieces::read_back(as_drawn, (&own.city, own.open_ground), &ground, own.plan.grid_of_unit);
    Ok((ground, pieces))
}

/// What is within 15 minutes of each station, where the ways to walk are known.
fn reached(city: &City, ground: &Ground) -> Result<Vec<geo::MultiPolygon<f64>>> {
    if city.walks.is_empty() || city.stations.is_empty() {
        return Ok(Vec::new());
    }
    let travel = Travel::on_foot(city, ground)?;
    travel.reached(ground, city.stations.iter().map(|station| station.position), REACH_M)
}

/// The file of a plan's units, packed or not.
fn units_file(folder: &Path) -> PathBuf {
    let plain = folder.join("units.geojson");
    if plain.exists() { plain } else { folder.join("units.geojson.gz") }
}
