use std::path::PathBuf;

use clap::Args;
use evengrid::generate::Generate;
use evengrid::{Result, io};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;

/// Makes a synthetic city at the scale of Jinchang, for trying and measuring; never real data.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid generate -o made-up-city && evengrid plan made-up-city -o plan --grids 463")]
pub struct Arguments {
    /// Number of units, at most ten million; people and facilities keep their proportion
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    units: Option<u64>,
    /// Seed: same seed, same city
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Folder to write the city to
    #[arg(short, long, value_name = "CITY_DIR")]
    output: PathBuf,
    /// Replace the generated city that stands in CITY_DIR
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let generate = arguments.units.map_or_else(Generate::default, |n| Generate::units(n as usize));
    let city = generate.seed(arguments.seed).run();
    io::write_city_folder(&arguments.output, &city.folder(), arguments.force)?;
    let (units, communities) = (city.city.units.len(), city.city.communities.len());
    console.result(
        &format!(
            "{units} units in {communities} communities, modelled from seed {}; not real data\nwrote {}",
            arguments.seed,
            arguments.output.display()
        ),
        &json!({"units": units, "communities": communities, "seed": arguments.seed, "folder": arguments.output}),
    );
    Ok(Outcome::Complete)
}
