use std::path::PathBuf;

use clap::Args;
use evengrid::explain::explain;
use evengrid::io::UnitShape;
use evengrid::{Error, Result, io, report};

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
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    unit: String,
    /// The barriers that the plan was made with
    #[arg(long, value_name = "B.geojson")]
    barriers: Option<PathBuf>,
    /// Property of a unit with its id [default: the plan's]
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// Property of a unit with its people [default: the plan's]
    #[arg(long, value_name = "NAME")]
    population_field: Option<String>,
    /// Property of a unit with its estate (小区) [default: the plan's]
    #[arg(long, value_name = "NAME")]
    estate_field: Option<String>,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([Some(&arguments.plan), arguments.barriers.as_ref()].into_iter().flatten())?;
    let mut options = io::read_asked(&arguments.plan)?.options;
    for (given, field) in [
        (&arguments.id_field, &mut options.id_field),
        (&arguments.population_field, &mut options.population_field),
        (&arguments.estate_field, &mut options.estate_field),
    ] {
        if let Some(given) = given {
            field.clone_from(given);
        }
    }
    options.missing_population = io::MissingPopulation::Zero;
    let mut folder = io::read_planned_folder(&arguments.plan, UnitShape::Ground, &options)?;
    let drawn = folder.city.units.len().saturating_sub(folder.open_ground);
    let unit = folder.city.units.iter().take(drawn).position(|unit| unit.id == arguments.unit);
    let unit = unit.ok_or_else(|| {
        Error::request(
            format!("unit {:?} is not in the plan {}", arguments.unit, arguments.plan.display()),
            "name the id of a unit in its units.geojson",
        )
    })?;
    if let Some(path) = &arguments.barriers {
        folder.city.barriers = io::read_barriers(path, &options)?;
    }
    let ground = folder.survey()?;
    let explanation = explain(&folder.city, &ground, &folder.plan, unit)?;
    let json = serde_json::to_value(&explanation).unwrap_or_default();
    let text = report::explanation_text(&explanation, console.language);
    console.result(&text, &json);
    Ok(Outcome::Complete)
}
