use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use evengrid::check::Prospect;
use evengrid::error::Finding;
use evengrid::io::{self, LayerCheck};
use evengrid::settings::Settings;
use evengrid::{Error, Result, report};
use serde_json::{Value, json};

use crate::Outcome;
use crate::console::{Console, padded};

/// Says what is wrong with a city folder, before anything runs.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid check my-city --target-population 1000

Every file is looked at, where `evengrid plan` stops at the first fault. Exit code 0: nothing stands in
the way. 1: a plan can be made, but what is listed stands in the way of one that keeps everything asked.
2: a plan cannot be made before what is listed is mended.")]
pub struct Arguments {
    /// Folder with units.geojson and what else is known of the city
    city: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([&arguments.city])?;
    let settings = arguments.settings.clone().with_file(&arguments.city)?;
    console.fits(settings.read_options().population_table)?;
    let (pipeline, remark) = settings.pipeline()?;
    let (layers, folder) = io::check_city(&arguments.city, &settings.read_options())?;
    let mut text = arguments.city.display().to_string();
    for layer in &layers {
        text.push_str(&told(layer, console));
    }
    let records: Vec<Value> = layers.iter().map(record).collect();
    let Some(mut folder) = folder else {
        text.push_str("\nno plan can be made before these faults are mended");
        console.result(&text, &json!({"plan_can_be_made": false, "layers": records}));
        return Ok(Outcome::Unusable);
    };
    let prospect = settings.enter(&mut folder.city).and_then(|()| {
        let ground = pipeline.survey.run(&folder.city)?;
        let prospect = Prospect::of(&folder.city, &ground, &pipeline.divide)?;
        Ok((ground, prospect))
    });
    let (ground, prospect) = match prospect {
        Ok(found) => found,
        Err(fault) => {
            let said = report::told_error(&fault, console.language);
            let label = console.label("FAULT ", "错误 ");
            let _ = write!(text, "\n  {label}{said}\nno plan can be made before it is mended");
            let fault = fault.to_string();
            let json = json!({"plan_can_be_made": false, "layers": records, "fault": fault});
            console.result(&text, &json);
            return Ok(Outcome::Unusable);
        }
    };
    if let Some(remark) = remark {
        console.note(&remark);
    }
    let findings: Vec<&Finding> = folder.findings.iter().chain(&ground.findings).collect();
    text.push_str(&foreseen(&prospect, &findings, ground.tiles()));
    let json = json!({
        "plan_can_be_made": true,
        "layers": records,
        "tiles": ground.tiles(),
        "findings": findings,
        "prospect": prospect,
    });
    console.result(&text, &json);
    let clear = ground.tiles() && prospect.obstacles.is_empty();
    Ok(if clear { Outcome::Complete } else { Outcome::Incomplete })
}

/// A layer in a line.
fn told(layer: &LayerCheck, console: &Console) -> String {
    let name = layer.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let counted = |n| match layer.is_table() {
        true => format!("{n} {}", console.label("rows", "行")),
        false => format!("{n} {}", console.label("features", "个要素")),
    };
    let features = layer.features.map_or(String::new(), counted);
    let fault = layer.fault.as_ref().map_or_else(
        || console.label("sound", "无误").to_owned(),
        |fault| {
            let said = report::told_error(fault, console.language);
            format!("{}{said}", console.label("FAULT ", "错误 "))
        },
    );
    format!("\n  {} {} {fault}", padded(&name, 24), padded(&features, 18))
}

fn record(layer: &LayerCheck) -> Value {
    let counted = if layer.is_table() { "rows" } else { "features" };
    json!({
        "layer": layer.layer,
        "file": layer.file.display().to_string(),
        counted: layer.features,
        "fault": layer.fault.as_ref().map(Error::to_string),
    })
}

/// What a plan will meet.
fn foreseen(prospect: &Prospect, findings: &[&Finding], tiles: bool) -> String {
    let mut text = format!(
        "\n{} units with {:.0} people on {:.2} km² in {} communities; grids of about {:.0} people",
        prospect.units,
        prospect.population,
        prospect.area_m2 / 1e6,
        prospect.communities,
        prospect.people_per_grid,
    );
    let examples = |ids: &[String]| match ids {
        [] => String::new(),
        ids => format!(" (e.g. {})", ids.join(", ")),
    };
    // Writing to a string cannot fail.
    for finding in findings {
        let Finding { kind, message, count, examples: ids } = finding;
        let _ = write!(text, "\nnoted: {kind} ({count}): {message}{}", examples(ids));
    }
    if !tiles {
        text.push_str("\nin the way: the units do not tile their communities, as told above");
    }
    for obstacle in &prospect.obstacles {
        let ids = examples(&obstacle.examples);
        let _ = write!(text, "\nin the way: {}{ids}; {}", obstacle.problem, obstacle.cure);
    }
    let in_parts = findings.iter().any(|finding| finding.kind == "islands");
    if in_parts {
        text.push_str(
            "\nmay be in the way: communities lie in parts that do not touch, as told above; where a \
             part is too small for a grid of its own, a grid will be in pieces, and the plan says so",
        );
    }
    if tiles && prospect.obstacles.is_empty() {
        let nothing = if in_parts { "nothing else stands" } else { "nothing stands" };
        let _ = write!(text, "\n{nothing} in the way of a plan");
    }
    text
}
