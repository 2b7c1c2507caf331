use std::path::PathBuf;

use clap::Args;
use evengrid::explain::explain;
use evengrid::ground::{Survey, UnitKind};
use evengrid::io::{ReadOptions, UnitShape};
use evengrid::{Error, Result, io};

use crate::Outcome;
use crate::console::Console;

/// Explains why a unit is in its grid, and what moving it would do.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid explain my-plan --unit 4711 --barriers my-city/barriers.geojson

Contiguity and borders are those of the ground as it was written. Without the barriers, a metre of
border counts as a metre.")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    #[arg(value_name = "PLAN_DIR")]
    plan: PathBuf,
    /// Id of the unit
    #[arg(long, value_name = "ID")]
    unit: String,
    /// The barriers that the plan was made with
    #[arg(long, value_name = "B.geojson")]
    barriers: Option<PathBuf>,
    /// Property of a unit with its id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Property of a unit with its people
    #[arg(long, value_name = "NAME", default_value = "population")]
    population_field: String,
    /// Property of a unit with its estate (小区)
    #[arg(long, value_name = "NAME", default_value = "estate")]
    estate_field: String,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let options = ReadOptions {
        id_field: arguments.id_field.clone(),
        population_field: arguments.population_field.clone(),
        estate_field: arguments.estate_field.clone(),
        missing_population: io::MissingPopulation::Zero,
        ..ReadOptions::default()
    };
    let mut folder = io::read_planned_folder(&arguments.plan, UnitShape::Ground, &options)?;
    let unit = folder.city.units.iter().position(|unit| unit.id == arguments.unit);
    let unit = unit.ok_or_else(|| {
        Error::request(
            format!(
                "unit {:?} is not in the plan {}, or has no ground of its own",
                arguments.unit,
                arguments.plan.display()
            ),
            "name the id of a unit in its units.geojson",
        )
    })?;
    if let Some(path) = &arguments.barriers {
        folder.city.barriers = io::read_barriers(path, &options)?;
    }
    // What was repaired was written so; what was not shall not be repaired now.
    let survey = Survey { units: UnitKind::Ground, repair: false, ..Survey::default() };
    let ground = survey.run(&folder.city)?;
    let explanation = explain(&folder.city, &ground, &folder.plan, unit)?;
    let json = serde_json::to_value(&explanation).unwrap_or_default();
    console.result(&explanation.to_string(), &json);
    Ok(Outcome::Complete)
}
