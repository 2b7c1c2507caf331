use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand, ValueEnum};
use evengrid::allocate::{
    CentralHouseholds, ExistingStations, Nearest, Officers, Partners, ReportingMembers,
    SpareOfficers, StationModel, Stations, Travel,
};
use evengrid::ground::Ground;
use evengrid::io::{self, CityFolder, NewFolder};
use evengrid::model::City;
use evengrid::plan::Plan;
use evengrid::report::assignment_maps;
use evengrid::settings::Settings;
use evengrid::{Error, Result};
use geo::Point;
use serde_json::json;

use crate::Outcome;
use crate::assign_record::{self, Answer};
use crate::console::Console;

/// Puts people and places in a planned city.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid assign households my-city my-plan -o my-households --places 659
  evengrid assign officers my-city my-plan -o my-officers
  evengrid assign officers my-city my-plan -o my-instructors --role instructors
  evengrid assign stations my-city -o my-stations --model fewest --reach 1000
  evengrid assign nearest my-city -o my-nearest --to stations -k 3 --on-foot --isochrones
  evengrid assign partners my-city -o my-partners
  evengrid assign members my-city -o my-members --together

OUT_DIR gets assignments.geojson (people as points, links as lines), assignment.json (objective,
bounds, gap, and what could not be met, with its cure), map.html and map.svg. Exit code 1: somebody is left out, named.")]
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
        /// Places over the city [default: as few as the links allow]
        #[arg(long, value_name = "N")]
        places: Option<usize>,
        /// Member households that a central household links at most
        #[arg(long, value_name = "N", default_value_t = 10)]
        links: usize,
    },
    /// Auxiliary officers (辅警), one per community; or another role of one per community
    Officers {
        #[command(flatten)]
        folders: Planned,
        /// Place the points of ROLE.geojson in the city folder rather than officers.geojson
        #[arg(long, value_name = "ROLE", default_value = "officers")]
        role: String,
        /// Metres by which a preferred community counts as nearer, and one for each skill it needs
        #[arg(long, value_name = "M", default_value_t = 1_000.0)]
        preference: f64,
        /// What becomes of officers beyond one per community
        #[arg(long, value_enum, default_value_t = Spare::Workload)]
        spare: Spare,
        #[command(flatten)]
        way: Way,
    },
    /// Stations of the 15-minute circle, among the sites of stations.geojson
    Stations {
        #[command(flatten)]
        folders: Folders,
        /// What they are chosen for
        #[arg(long, value_enum, default_value_t = Model::Fewest)]
        model: Model,
        /// Stations to open, where the model needs a number [default: all sites]
        #[arg(short, long, value_name = "N")]
        p: Option<usize>,
        /// Longest way that counts as reach, metres
        #[arg(long, value_name = "M", default_value_t = 1_000.0)]
        reach: f64,
        /// Stations that everybody is to have within reach, with --model fewest
        #[arg(long, value_name = "N", default_value_t = 1)]
        times: usize,
        /// What becomes of existing stations
        #[arg(long, value_enum, default_value_t = Existing::Required)]
        existing: Existing,
        /// Serve no more people than a station's capacity says
        #[arg(long)]
        capacities: bool,
        /// Also write what is within reach of each open station, as areas
        #[arg(long)]
        isochrones: bool,
        #[command(flatten)]
        way: Way,
    },
    /// The nearest few places of any kind for everybody, such as clinics
    Nearest {
        #[command(flatten)]
        folders: Folders,
        /// The places are the points of PLACES.geojson in the city folder
        #[arg(long, value_name = "PLACES", default_value = "stations")]
        to: String,
        /// Places told for each unit at most
        #[arg(short = 'k', long, value_name = "N", default_value_t = 1)]
        count: usize,
        /// Longest way that counts as reach, metres
        #[arg(long, value_name = "M", default_value_t = 1_000.0)]
        reach: f64,
        /// Also write what is within reach of each place, as areas
        #[arg(long)]
        isochrones: bool,
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
        /// Members that each community takes [default: in proportion to population]
        #[arg(long, value_name = "N")]
        capacity: Option<usize>,
        /// Keep the members of an organisation together
        #[arg(long)]
        together: bool,
        #[command(flatten)]
        way: Way,
    },
}

/// A city, and where the answer goes.
#[derive(Args)]
struct Folders {
    /// Folder with units.geojson and what else is known of the city
    city: PathBuf,
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

/// How ways are measured.
#[derive(Args)]
struct Way {
    /// On foot along walks.geojson rather than by straight lines
    #[arg(long, conflicts_with = "detour")]
    on_foot: bool,
    /// Straight lines are this much shorter than ways
    #[arg(long, value_name = "F", default_value_t = 1.3)]
    detour: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Spare {
    /// Nothing: they are left over
    Left,
    /// Places in proportion to population, by largest remainder
    Workload,
    /// Places so that the most people per officer are as few as possible
    Minimax,
}

#[derive(Clone, Copy, ValueEnum)]
enum Model {
    /// The fewest that bring everybody within reach (LSCP)
    Fewest,
    /// Most people within reach of N (MCLP)
    People,
    /// Least walking in all to N (p-median)
    Distance,
    /// Least longest way to N (p-center)
    Longest,
}

#[derive(Clone, Copy, ValueEnum)]
enum Existing {
    /// They stay
    Required,
    /// They may go
    Free,
    /// They go
    Closed,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    match &arguments.question {
        Question::Households { folders, places, links } => {
            if *links == 0 {
                return Err(Error::request(
                    "--links 0",
                    "let a central household link at least one",
                ));
            }
            let (folder, ground, plan, _reserved) = folders.read()?;
            let city = &folder.city;
            if city.members.is_empty() && city.candidates.is_empty() {
                return Err(missing("households.geojson and members.geojson"));
            }
            let rule = CentralHouseholds { links: *links, places: *places };
            let start = Instant::now();
            let answer = rule.assign(city, &ground, &plan)?;
            let mut answer = assign_record::households(city, &ground, &plan, &answer)?;
            answer.asked(&[("places", json!(places)), ("links", json!(links))]);
            finish(&folder.city, answer, start, &folders.target, console)
        }
        Question::Officers { folders, role, preference, spare, way } => {
            if !(*preference >= 0.0 && preference.is_finite()) {
                let problem = format!("--preference {preference}");
                return Err(Error::request(problem, "give metres, 0 or more"));
            }
            let (mut folder, ground, plan, _reserved) = folders.read()?;
            if role != "officers" {
                let options = folder.options.clone();
                folder.read_role(&folders.city, role, &options)?;
            }
            if folder.city.officers.is_empty() {
                return Err(missing(&format!("{role}.geojson")));
            }
            let (spare, name) = match spare {
                Spare::Left => (SpareOfficers::Left, "left"),
                Spare::Workload => (SpareOfficers::LargestRemainder, "workload"),
                Spare::Minimax => (SpareOfficers::Minimax, "minimax"),
            };
            let rule = Officers { spare, preference_m: *preference };
            let travel = way.travel(&folder, &ground)?;
            let start = Instant::now();
            let answer = rule.assign_by(&folder.city, &ground, &plan, &travel)?;
            let mut answer = assign_record::officers(&folder.city, role, &answer);
            answer.asked(&[
                ("role", json!(role)),
                ("spare", json!(name)),
                ("preference", json!(preference)),
            ]);
            answer.asked(&way.asked());
            finish(&folder.city, answer, start, &folders.target, console)
        }
        Question::Stations {
            folders,
            model,
            p,
            reach,
            times,
            existing,
            capacities,
            isochrones,
            way,
        } => {
            let (folder, ground, _reserved) = folders.read()?;
            if folder.city.stations.is_empty() {
                return Err(missing("stations.geojson"));
            }
            let p = p.unwrap_or(folder.city.stations.len());
            let (model, name) = match model {
                Model::Fewest => (StationModel::Fewest(*times), "fewest"),
                Model::People => (StationModel::MostPeople(p), "people"),
                Model::Distance => (StationModel::LeastDistance(p), "distance"),
                Model::Longest => (StationModel::LeastLongest(p), "longest"),
            };
            let existing = match existing {
                Existing::Required => ExistingStations::Required,
                Existing::Free => ExistingStations::Free,
                Existing::Closed => ExistingStations::Closed,
            };
            let travel = way.travel(&folder, &ground)?;
            let rule =
                Stations { model, reach_m: *reach, travel, existing, capacities: *capacities };
            let start = Instant::now();
            let answer = rule.assign(&folder.city, &ground)?;
            let open = answer.open.clone();
            let mut answer = assign_record::stations(&folder.city, &ground, model, &answer);
            if *isochrones {
                let station = |&site: &usize| {
                    let station = &folder.city.stations[site];
                    (station.id.clone(), station.position)
                };
                let places: Vec<(String, Point<f64>)> = open.iter().map(station).collect();
                answer.reached = assign_record::isochrones(&ground, &rule.travel, *reach, &places)?;
            }
            answer.asked(&[
                ("model", json!(name)),
                ("p", json!(p)),
                ("reach", json!(reach)),
                ("times", json!(times)),
                ("capacities", json!(capacities)),
            ]);
            answer.asked(&way.asked());
            finish(&folder.city, answer, start, &folders.target, console)
        }
        Question::Nearest { folders, to, count, reach, isochrones, way } => {
            let (mut folder, ground, _reserved) = folders.read()?;
            let options = folder.options.clone();
            folder.read_role(&folders.city, to, &options)?;
            let travel = way.travel(&folder, &ground)?;
            let places: Vec<(String, Point<f64>)> =
                folder.city.officers.iter().map(|o| (o.id.clone(), o.position)).collect();
            let at: Vec<Point<f64>> = places.iter().map(|place| place.1).collect();
            let start = Instant::now();
            let rule = Nearest { count: *count, reach_m: *reach, travel };
            let found = rule.find(&folder.city, &ground, &at)?;
            let mut answer = assign_record::nearest(&folder.city, &ground, &places, &found);
            if *isochrones {
                answer.reached = assign_record::isochrones(&ground, &rule.travel, *reach, &places)?;
            }
            answer.asked(&[("to", json!(to)), ("count", json!(count)), ("reach", json!(reach))]);
            answer.asked(&way.asked());
            finish(&folder.city, answer, start, &folders.target, console)
        }
        Question::Partners { folders, way } => {
            let (folder, ground, _reserved) = folders.read()?;
            if folder.city.partners.is_empty() {
                return Err(missing("partners.geojson"));
            }
            let travel = way.travel(&folder, &ground)?;
            let start = Instant::now();
            let answer = Partners { travel, loads: Vec::new() }.assign(&folder.city, &ground)?;
            let mut answer = assign_record::partners(&folder.city, &answer);
            answer.asked(&way.asked());
            finish(&folder.city, answer, start, &folders.target, console)
        }
        Question::Members { folders, capacity, together, way } => {
            let (folder, ground, _reserved) = folders.read()?;
            if folder.city.reporting_members.is_empty() {
                return Err(missing("reporting.geojson"));
            }
            let travel = way.travel(&folder, &ground)?;
            let communities = folder.city.communities.len();
            let places = capacity.map_or(Vec::new(), |n| vec![n; communities]);
            let start = Instant::now();
            let rule = ReportingMembers { travel, places, together: *together };
            let answer = rule.assign(&folder.city, &ground)?;
            let mut answer = assign_record::members(&folder.city, &answer);
            answer.asked(&[("capacity", json!(capacity)), ("together", json!(together))]);
            answer.asked(&way.asked());
            finish(&folder.city, answer, start, &folders.target, console)
        }
    }
}

fn missing(files: &str) -> Error {
    Error::request(
        format!("the city folder has no {files}"),
        format!("add {files} to it, with an id for every point"),
    )
}

impl Folders {
    fn read(&self) -> Result<(CityFolder, Ground, NewFolder)> {
        let reserved = io::check_assignment_target(&self.target.output, self.target.force)?;
        let settings = Settings::default().with_file(&self.city)?;
        let folder = io::read_city(&self.city, &settings.read_options())?;
        let ground = settings.pipeline()?.0.survey.run(&folder.city)?;
        Ok((folder, ground, reserved))
    }
}

impl Planned {
    fn read(&self) -> Result<(CityFolder, Ground, Plan, NewFolder)> {
        let reserved = io::check_assignment_target(&self.target.output, self.target.force)?;
        let planned = io::read_asked(&self.plan)?;
        let folder = io::read_city(&self.city, &planned.options)?;
        let plan = io::read_plan(&self.plan, &folder.city)?;
        let ground = planned.pipeline.survey.run(&folder.city)?;
        Ok((folder, ground, plan, reserved))
    }
}

impl Way {
    fn travel(&self, folder: &CityFolder, ground: &Ground) -> Result<Travel> {
        if !self.on_foot {
            return Ok(Travel::Straight(self.detour));
        }
        if folder.city.walks.is_empty() {
            return Err(missing("walks.geojson"));
        }
        Travel::on_foot(&folder.city, ground)
    }

    fn asked(&self) -> [(&'static str, serde_json::Value); 2] {
        let detour = if self.on_foot { serde_json::Value::Null } else { json!(self.detour) };
        [("on-foot", json!(self.on_foot)), ("detour", detour)]
    }
}

/// Writes the answer and says what it is.
fn finish(
    city: &City,
    mut answer: Answer,
    start: Instant,
    target: &Target,
    console: &Console,
) -> Result<Outcome> {
    answer.record.seconds = start.elapsed().as_secs_f64();
    let Answer { record, people, links, reached } = &answer;
    let maps = assignment_maps(city, record, people, links, reached);
    let (output, force) = (&target.output, target.force);
    io::write_assignment_folder(output, record, people, links, reached, &maps, force)?;
    console.clear();
    let json = serde_json::to_value(record).unwrap_or_default();
    console.result(&assign_record::summary(record, &target.output), &json);
    Ok(if record.wants.is_empty() { Outcome::Complete } else { Outcome::Incomplete })
}
