use std::path::PathBuf;

use clap::Args;
use evengrid::Result;
use evengrid::io::{self, CityFolder};
use evengrid::model::Labels;
use evengrid::pipeline::PlannedCity;
use evengrid::replan::{Change, CurrentPlan};
use evengrid::report::{self, Exhibit, Language};
use evengrid::settings::Settings;

use crate::Outcome;
use crate::console::Console;
use crate::excel::{Folders, Workbook};

/// Plans a city folder in one go.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid plan my-city -o my-plan --grids 463
  evengrid plan my-city -o my-plan --target-population 1000 --population-tolerance 0.05

CITY_DIR holds units.geojson (id, population; where known community, estate) and where present
communities.geojson, barriers.geojson, members.geojson, households.geojson, officers.geojson, stations.geojson,
and evengrid.toml with settings such as: target-population = 1000")]
pub struct Arguments {
    /// Folder with units.geojson and what else is known of the city
    city: PathBuf,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    workbook: Workbook,
    #[command(flatten)]
    settings: Settings,
}

/// Where a plan goes.
#[derive(Args)]
pub struct Target {
    /// Folder to write the plan to
    #[arg(short, long, value_name = "OUT_DIR")]
    pub output: PathBuf,
    /// Replace the plan that stands in OUT_DIR
    #[arg(long)]
    pub force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([&arguments.city])?;
    let settings = arguments.settings.clone().with_file(&arguments.city)?;
    console.fits(settings.read_options().population_table)?;
    let city = io::read_city(&arguments.city, &settings.read_options())?;
    plan_and_write(city, &settings, &arguments.target, &arguments.workbook, console)
}

/// The main job on a city that has been read.
pub fn plan_and_write(
    mut folder: CityFolder,
    settings: &Settings,
    Target { output, force }: &Target,
    workbook: &Workbook,
    console: &Console,
) -> Result<Outcome> {
    let (pipeline, remark) = settings.pipeline()?;
    settings.enter(&mut folder.city)?;
    if let Some(remark) = remark {
        console.note(&remark);
    }
    workbook.check(output, *force)?;
    let _reserved = io::check_target(output, *force)?;
    let planned =
        pipeline.run_with(&folder.city, &|stage, done, all| console.progress(stage, done, all))?;
    let pages = report::pages(&exhibit(&folder, &planned, None, console.language));
    let record = io::write_plan(output, &folder, &planned, &pages, *force)?;
    let folders = Folders { plan: output, structure: None, city: Some(&folder.city) };
    let book = workbook.write(&folders, *force, console)?;
    console.clear();
    console.findings(&record.findings);
    let summary = report::summary(&folder.city, &planned);
    let text = format!("{summary}\n{}{book}", io::written_files(output));
    console.result(&text, &record);
    let outcome = if planned.is_complete() { Outcome::Complete } else { Outcome::Incomplete };
    // The process ends here: taking a million shapes apart one by one would only keep it waiting.
    std::mem::forget((folder, planned));
    Ok(outcome)
}

/// What the pages of a planned city show.
pub fn exhibit<'a>(
    folder: &'a CityFolder,
    planned: &'a PlannedCity,
    before: Option<(&CurrentPlan, &'a Change)>,
    language: Language,
) -> Exhibit<'a> {
    let CityFolder { city, units_text, .. } = folder;
    let labels = if report::draws_units(city) { units_text.labels() } else { Labels::default() };
    let record =
        serde_json::to_value(io::record_of(folder, planned, before.map(|(_, change)| change)));
    let record = record.unwrap_or_default();
    Exhibit { labels, record, language, ..Exhibit::after(city, planned, before) }
}
