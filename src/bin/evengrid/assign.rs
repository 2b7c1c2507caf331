use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use evengrid::Result;
use evengrid::assign::{
    Answer, Households, Members, NearestPlaces, Officers, Partners, Stations, Way,
};
use evengrid::ground::Ground;
use evengrid::io::{self, CityFolder, NewFolder, ReadOptions};
use evengrid::model::City;
use evengrid::plan::Plan;
use evengrid::report::{assignment_maps, assignment_summary};
use evengrid::settings::Settings;

use crate::Outcome;
use crate::console::Console;

/// Puts people and places in a planned city.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid assign households my-city my-plan -o my-households --places 659
  evengrid assign households my-city my-plan -o my-households --places-per-grid 2
  evengrid assign officers my-city my-plan -o my-officers
  evengrid assign officers my-city my-plan -o my-instructors --role instructors
  evengrid assign stations my-city -o my-stations --model fewest --reach 1000
  evengrid assign stations my-city -o my-centres --model people -p 9 --kind centre
  evengrid assign nearest my-city -o my-nearest --to stations -k 3 --on-foot --isochrones
  evengrid assign partners my-city -o my-partners
  evengrid assign members my-city -o my-members --together

OUT_DIR gets assignments.geojson (people as points, links as lines), assignment.json (objective,
bounds, gap, and what could not be met, with its cure), map.html and map.svg; of households also
units.csv (the central household of every unit). Exit code 1: somebody is left out, named.")]
pub struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// Central households (党员中心户), and the member households each links
    Households {
        #[command(flatten)]
        folders: Planned,
        #[command(flatten)]
        asked: Households,
    },
    /// Auxiliary officers (辅警), one per community; or another role of one per community
    ///
    /// Ways are straight lines times 1.3, as in all that `assign` answers but households, or go on
    /// foot; `plan` tells the officers' straight lines, as `--detour 1` does.
    Officers {
        #[command(flatten)]
        folders: Planned,
        #[command(flatten)]
        asked: Officers,
        #[command(flatten)]
        way: Way,
    },
    /// Stations of the 15-minute circle, among the sites of stations.geojson
    Stations {
        #[command(flatten)]
        folders: Folders,
        #[command(flatten)]
        asked: Stations,
        #[command(flatten)]
        way: Way,
    },
    /// The nearest few places of any kind for everybody, such as clinics
    Nearest {
        #[command(flatten)]
        folders: Folders,
        #[command(flatten)]
        asked: NearestPlaces,
        #[command(flatten)]
        way: Way,
    },
    /// Partner organisations, each with one community, evenly
    Partners {
        #[command(flatten)]
        folders: Folders,
        #[command(flatten)]
        way: Way,
    },
    /// Reporting members (双报到) to communities, home first
    Members {
        #[command(flatten)]
        folders: Folders,
        #[command(flatten)]
        asked: Members,
        /// Members that each community takes: a table with the columns community and places
        /// (CSV or Excel; FILE.xlsx#SHEET names a sheet)
        #[arg(long, value_name = "FILE", conflicts_with = "capacity")]
        capacities: Option<PathBuf>,
        #[command(flatten)]
        way: Way,
    },
}

/// A table of a city's units.
#[derive(Args)]
pub struct PopulationTable {
    /// A table of the units' people, households and further figures, joined to them by id: CSV or Excel
    /// (FILE.xlsx#SHEET names a sheet) [default: population.csv or .xlsx in the city folder]
    #[arg(long, value_name = "FILE")]
    population_table: Option<PathBuf>,
}

/// A city, and where the answer goes.
#[derive(Args)]
struct Folders {
    /// Folder with units.geojson and what else is known of the city
    city: PathBuf,
    #[command(flatten)]
    table: PopulationTable,
    #[command(flatten)]
    target: Target,
}

/// A city with its plan, and where the answer goes.
#[derive(Args)]
struct Planned {
    /// Folder with units.geojson and what else is known of the city
    city: PathBuf,
    /// Folder that `evengrid plan` has written for it
    plan: PathBuf,
    #[command(flatten)]
    table: PopulationTable,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
pub struct Target {
    /// Folder to write the answer to
    #[arg(short, long, value_name = "OUT_DIR")]
    pub output: PathBuf,
    /// Replace the answer that stands in OUT_DIR
    #[arg(long)]
    pub force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    match &arguments.question {
        Question::Households { folders, asked } => {
            asked.check()?;
            let layers = ["households", "members"];
            let (folder, ground, plan, _reserved) = folders.read(&layers, console)?;
            let answer = asked.answer(&folder.city, &ground, &plan)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
        Question::Officers { folders, asked, way } => {
            asked.check()?;
            let layers = with_walks(Some(&asked.role), way);
            let (mut folder, ground, plan, _reserved) = folders.read(&layers, console)?;
            if asked.role != Officers::default().role {
                let options = folder.options.clone();
                folder.read_role(&folders.city, &asked.role, &options)?;
            }
            let answer = asked.answer(&folder.city, &ground, &plan, way)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
        Question::Stations { folders, asked, way } => {
            let layers = with_walks(Some("stations"), way);
            let (folder, ground, _reserved) = folders.read(&layers, console)?;
            let answer = asked.answer(&folder.city, &ground, way)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
        Question::Nearest { folders, asked, way } => {
            // The places are read by their name, whatever else they are.
            let layers = with_walks(None, way);
            let (mut folder, ground, _reserved) = folders.read(&layers, console)?;
            let options = folder.options.clone();
            let places = folder.read_places(&folders.city, &asked.to, &options)?;
            let answer = asked.answer(&folder.city, &ground, &places, way)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
        Question::Partners { folders, way } => {
            let layers = with_walks(Some("partners"), way);
            let (folder, ground, _reserved) = folders.read(&layers, console)?;
            let answer = Partners.answer(&folder.city, &ground, way)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
        Question::Members { folders, asked, capacities, way } => {
            let layers = with_walks(Some("reporting"), way);
            let (mut folder, ground, _reserved) = folders.read(&layers, console)?;
            let mut asked = asked.clone();
            if let Some(table) = capacities {
                console.fits([table])?;
                asked.capacities = folder.read_capacities(table)?;
            }
            let answer = asked.answer(&folder.city, &ground, way)?;
            finish(&folder.city, &answer, &folders.target, console)
        }
    }
}

/// The layers that a question is about.
fn with_walks<'a>(layer: Option<&'a str>, way: &Way) -> Vec<&'a str> {
    let walks = way.on_foot.then_some("walks");
    layer.into_iter().chain(walks).collect()
}

impl Folders {
    fn read(&self, layers: &[&str], console: &Console) -> Result<(CityFolder, Ground, NewFolder)> {
        console.fits([&self.city])?;
        let reserved = io::check_assignment_target(&self.target.output, self.target.force)?;
        let settings = Settings::default().with_file(&self.city)?;
        let options = self.table.over(settings.read_options(), console)?;
        let folder = io::read_city_layers(&self.city, &options, layers)?;
        let ground = settings.pipeline()?.0.survey.run(&folder.city)?;
        Ok((folder, ground, reserved))
    }
}

impl Planned {
    fn read(
        &self,
        layers: &[&str],
        console: &Console,
    ) -> Result<(CityFolder, Ground, Plan, NewFolder)> {
        console.fits([&self.city, &self.plan])?;
        let reserved = io::check_assignment_target(&self.target.output, self.target.force)?;
        let planned = io::read_asked(&self.plan)?;
        let options = options_of(&self.city, &planned.options, &self.table, console)?;
        let folder = io::read_city_layers(&self.city, &options, layers)?;
        let mut plan = io::read_plan(&self.plan, &folder.city)?;
        let ground = planned.pipeline.survey.run(&folder.city)?;
        io::centre_grids(&mut plan, &ground)?;
        Ok((folder, ground, plan, reserved))
    }
}

/// How a city is to be read that has been planned: as for its plan, with the table of its units'
/// figures that is named, or that its `evengrid.toml` names today.
pub fn options_of(
    city: &Path,
    planned: &ReadOptions,
    table: &PopulationTable,
    console: &Console,
) -> Result<ReadOptions> {
    let settings = Settings::default().with_file(city)?;
    let population_table = settings.read_options().population_table;
    table.over(ReadOptions { population_table, ..planned.clone() }, console)
}

impl PopulationTable {
    /// The table that is named in the place of another.
    fn over(&self, mut options: ReadOptions, console: &Console) -> Result<ReadOptions> {
        if let Some(table) = &self.population_table {
            options.population_table = Some(table.clone());
        }
        console.fits(options.population_table.as_ref())?;
        Ok(options)
    }
}

/// Writes the answer and says what it is.
fn finish(city: &City, answer: &Answer, target: &Target, console: &Console) -> Result<Outcome> {
    let maps = assignment_maps(city, answer, console.language);
    io::write_assignment_folder(&target.output, answer, &maps, target.force)?;
    console.clear();
    let record = &answer.record;
    let summary = assignment_summary(record);
    console.result(&format!("{summary}\nwrote {}", target.output.display()), record);
    Ok(if record.wants.is_empty() { Outcome::Complete } else { Outcome::Incomplete })
}
