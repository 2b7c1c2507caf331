use std::path::PathBuf;

use clap::Args;
use evengrid::settings::Settings;
use evengrid::{Result, io};

use crate::Outcome;
use crate::console::Console;
use crate::excel::Workbook;
use crate::plan::{Target, plan_and_write};

/// Divides units into grids, without people.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid divide --units blocks.geojson --communities tracts.geojson --grids 700 -o plan
  evengrid divide --units houses.geojson --barriers streets.geojson --target-population 1000 -o plan")]
pub struct Arguments {
    /// The units: polygons or points with id and population
    #[arg(long, value_name = "U.geojson")]
    units: PathBuf,
    /// The communities' boundaries
    #[arg(long, value_name = "C.geojson")]
    communities: Option<PathBuf>,
    /// Streets, rivers and other lines that grids should follow
    #[arg(long, value_name = "B.geojson")]
    barriers: Option<PathBuf>,
    /// Offices, of which a grid holds one at most
    #[arg(long, value_name = "S.geojson")]
    seeds: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    workbook: Workbook,
    #[command(flatten)]
    settings: Settings,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let Arguments { units, communities, barriers, seeds, .. } = arguments;
    console.fits(
        [Some(units), communities.as_ref(), barriers.as_ref(), seeds.as_ref()]
            .into_iter()
            .flatten(),
    )?;
    let options = arguments.settings.read_options();
    console.fits(options.population_table.as_ref())?;
    let mut city = io::read_units(&arguments.units, arguments.communities.as_deref(), &options)?;
    if let Some(barriers) = &arguments.barriers {
        city.read_barriers(barriers, &options)?;
    }
    if let Some(seeds) = &arguments.seeds {
        city.read_seeds(seeds, &options)?;
    }
    plan_and_write(city, &arguments.settings, &arguments.target, &arguments.workbook, console)
}
