use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use evengrid::error::Finding;
use evengrid::io::{self, MeasureTable, OrganisationRecord};
use evengrid::organise::{Directory, GridRecord, Organise, Register, Roles, Structure};
use evengrid::{Error, Result, report};
use serde_json::json;

use crate::Outcome;
use crate::assign::{PopulationTable, options_of};
use crate::console::{Console, padded};
use crate::excel::{Folders, Workbook};

/// Organises a planned city below and beside its grids.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid organise my-city my-plan -o my-structure
  evengrid organise --print-roles > my-city/roles.toml

CITY_DIR may hold roster.geojson (id, skills), estates.geojson (id, owners_committee,
property_company) and roles.toml. OUT_DIR gets structure.json (the tree), building_groups.geojson, and
tables: grids.csv, people.csv, households.csv, teams.csv, vacancies.csv. Exit code 1: a post is vacant.")]
pub struct Arguments {
    /// Folder with units.geojson and what else is known of the city
    #[arg(required_unless_present = "print_roles")]
    city: Option<PathBuf>,
    /// Folder that `evengrid plan` has written for it
    #[arg(required_unless_present = "print_roles")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    table: PopulationTable,
    /// Folder to write the structure to
    #[arg(short, long, value_name = "OUT_DIR", required_unless_present = "print_roles")]
    output: Option<PathBuf>,
    /// Replace the structure that stands in OUT_DIR
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    workbook: Workbook,
    /// Roles and teams [default: roles.toml in CITY_DIR, else those that --print-roles prints]
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Print the usual roles.toml, with comments, and stop
    #[arg(long)]
    print_roles: bool,
    /// Further measures of workload: a table (CSV, Excel) with a column grid (or unit) and
    /// columns such as cases
    #[arg(long, value_name = "FILE")]
    measures: Option<PathBuf>,
    /// Households of a building group, in the mean
    #[arg(long, value_name = "N", default_value_t = 50.0)]
    building_group: f64,
    /// Households of a doorway, in the mean
    #[arg(long, value_name = "N", default_value_t = 15.0)]
    doorway: f64,
    /// Full members that form a branch
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    branch: u32,
    /// Members above which a branch has groups, and the most in a group
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    group_above: u32,
    /// Figures reported elsewhere, to be set beside: TOML, name = number
    #[arg(long, value_name = "FILE")]
    beside: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    if arguments.print_roles {
        console.result(Roles::DEFAULT.trim_end(), &json!(Roles::DEFAULT));
        return Ok(Outcome::Complete);
    }
    let (Some(city), Some(plan_folder), Some(output)) =
        (&arguments.city, &arguments.plan, &arguments.output)
    else {
        return Err(Error::request("no folders are named", "name CITY_DIR, PLAN_DIR and -o"));
    };
    console.fits([city, plan_folder])?;
    arguments.workbook.check(output, arguments.force)?;
    let _reserved = io::check_organisation_target(output, arguments.force)?;
    let reported = arguments.beside.as_deref().map(reported).transpose()?;
    let roles = match &arguments.roles {
        Some(path) => read_roles(path)?,
        None if city.join("roles.toml").exists() => read_roles(&city.join("roles.toml"))?,
        None => Roles::parse(Roles::DEFAULT, "roles.toml")?,
    };
    let start = Instant::now();
    let planned = io::read_asked(plan_folder)?;
    let folder =
        io::read_city(city, &options_of(city, &planned.options, &arguments.table, console)?)?;
    let city = &folder.city;
    let mut plan = io::read_plan(plan_folder, city)?;
    let register = io::read_plan_folder(plan_folder)?;
    let ground = planned.pipeline.survey.run(city)?;
    io::centre_grids(&mut plan, &ground)?;
    let table = match &arguments.measures {
        Some(path) => io::read_measures(path, city, &plan, planned.options.encoding)?,
        None => MeasureTable::default(),
    };
    let mut asked = Organise::new(roles);
    asked.buildings.households = arguments.building_group;
    asked.buildings.doorway = arguments.doorway;
    asked.party.branch = arguments.branch;
    asked.party.group_above = arguments.group_above;
    let mut made = asked.run(city, &ground, &plan, &register, &table.measures)?;
    made.findings.extend(table.passed_over);
    if table.strangers > 0 {
        made.findings.push(Finding {
            kind: "measures-of-strangers".into(),
            message: "rows of --measures name a grid or unit that is not in the plan".into(),
            count: table.strangers,
            examples: Vec::new(),
        });
    }
    let central: usize = register.grids().iter().map(|grid| grid.central_households.len()).sum();
    let mut record = OrganisationRecord::of(city, made.figures(city, &plan, central));
    for (name, value) in [
        ("building-group", json!(arguments.building_group)),
        ("doorway", json!(arguments.doorway)),
        ("branch", json!(arguments.branch)),
        ("group-above", json!(arguments.group_above)),
    ] {
        record.parameters.insert(name.into(), value);
    }
    for figure in &mut record.figures {
        figure.reported = reported.as_ref().and_then(|r| r.get(&figure.name).copied());
    }
    let strange = reported
        .iter()
        .flatten()
        .filter(|(name, _)| !record.figures.iter().any(|figure| figure.name == **name));
    let strange: Vec<String> = strange.map(|(name, _)| name.clone()).collect();
    if !strange.is_empty() {
        made.findings.push(Finding {
            kind: "figures-unknown".into(),
            message: "names of --beside that are no figure of the structure: they stand beside \
                      nothing"
                .into(),
            count: strange.len(),
            examples: strange,
        });
    }
    let vacancies = io::vacancies(city, &plan, &made);
    record.vacancies = vacancies.len();
    record.findings = made.findings.clone();
    record.seconds = start.elapsed().as_secs_f64();
    let structure = Structure::of(city, &plan, &register, &made);
    io::write_organisation_folder(
        output,
        city,
        &plan,
        &made,
        &structure,
        &record,
        arguments.force,
    )?;
    let folders = Folders { plan: plan_folder, structure: Some(output), city: Some(&folder.city) };
    let book = arguments.workbook.write(&folders, arguments.force, console)?;
    console.clear();
    console.findings(&record.findings);
    let json = serde_json::to_value(&record).unwrap_or_default();
    console.result(&(summary(&record, output, console) + &book), &json);
    Ok(if record.vacancies == 0 { Outcome::Complete } else { Outcome::Incomplete })
}

/// The structure as a table, beside what was reported where that is given.
fn summary(record: &OrganisationRecord, output: &Path, console: &Console) -> String {
    let told = |text: &str| report::told(text, console.language);
    let mut text = format!("structure of {}\n", record.city);
    for sentence in &record.modelled {
        let _ = writeln!(text, "  modelled, not real: {sentence}");
    }
    let beside = record.figures.iter().any(|figure| figure.reported.is_some());
    for figure in &record.figures {
        let name = told(&figure.name.replace('_', " "));
        let _ = write!(text, "  {} {:>7}", padded(&name, 22), figure.value);
        if beside {
            let reported = figure.reported.map_or(String::new(), |r| r.to_string());
            let _ = write!(text, "  {} {reported:>6}", console.label("reported", "上报"));
        }
        let _ = writeln!(text, "  {}", told(&figure.rule));
    }
    let _ = writeln!(text, "  vacancies: {}, listed in vacancies.csv", record.vacancies);
    let _ = write!(text, "wrote {}", output.display());
    text
}

/// The text of a file that was named.
pub fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
        cure: "name a file that can be read".into(),
    })
}

fn read_roles(path: &Path) -> Result<Roles> {
    Roles::parse(&read(path)?, &path.display().to_string())
}

fn reported(path: &Path) -> Result<BTreeMap<String, f64>> {
    toml::from_str(&read(path)?).map_err(|error| {
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        Error::request(format!("{}: {reason}", path.display()), "write lines such as: grids = 463")
    })
}

/// People of a grid that differ by less are the same, up to rounding.
const SAME_PEOPLE: f64 = 0.5;

/// Reads a structure that is to be asked about a plan.
pub fn directory(folder: &Path, register: &Register) -> Result<Directory> {
    let directory = io::read_organisation(folder)?;
    // The same code may stand in two cities, or in a plan before and after it was changed.
    let is_same = |grid: &GridRecord| {
        directory.grid(&grid.grid).is_some_and(|(community, own)| {
            community.community == grid.community
                && (own.population - grid.population).abs() < SAME_PEOPLE
        })
    };
    let strange = register.grids().iter().find(|grid| !is_same(grid));
    match strange {
        None => Ok(directory),
        Some(grid) => Err(Error::request(
            format!(
                "grid {} of the plan is not in the structure {}, or has other people there",
                grid.grid,
                folder.display()
            ),
            "name the structure of this plan, or organise the plan anew",
        )),
    }
}
