use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use evengrid::io::{ReadOptions, UnitShape};
use evengrid::{Error, Result, io, report};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;

/// Draws the map of a plan.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid render my-plan -o map.html
  evengrid render my-plan --city my-city -o map.svg")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    #[arg(value_name = "PLAN_DIR")]
    plan: PathBuf,
    /// The city folder, for barriers, officers and stations on the map
    #[arg(long, value_name = "CITY_DIR")]
    city: Option<PathBuf>,
    /// File to write: .html for the browser, .svg for slides
    #[arg(short, long, value_name = "MAP")]
    output: PathBuf,
    /// Width of a picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1_400, value_parser = clap::value_parser!(u32).range(100..=20_000))]
    width: u32,
    /// Replace MAP
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let options = ReadOptions {
        missing_population: io::MissingPopulation::Zero,
        ..io::read_asked(&arguments.plan)?.options
    };
    let extension =
        arguments.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if !["html", "htm", "svg"].contains(&&*extension) {
        return Err(Error::request(
            format!("{} is neither .html nor .svg", arguments.output.display()),
            "name a map that ends in .html or .svg",
        ));
    }
    let mut folder = io::read_planned_folder(&arguments.plan, UnitShape::Drawn, &options)?;
    if let Some(path) = &arguments.city {
        let city = io::read_city(path, &options)?.city;
        folder.city.barriers = city.barriers;
        folder.city.officers = city.officers;
        folder.city.stations = city.stations;
    }
    let text = if extension == "svg" {
        report::map_svg(&folder.city, &folder.plan, arguments.width)
    } else {
        let (city, plan, register) = (&folder.city, &folder.plan, &folder.register);
        match io::read_before(&arguments.plan, &folder)? {
            Some((current, change)) => {
                report::change_map_html(city, plan, register, &current, &change)
            }
            None => report::map_html(city, plan, register),
        }
    };
    io::write_file(&arguments.output, arguments.force, |out| out.write_all(text.as_bytes()))?;
    let file = arguments.output.display();
    console.result(&format!("wrote {file}"), &json!({"file": arguments.output}));
    Ok(Outcome::Complete)
}
