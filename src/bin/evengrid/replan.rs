use std::path::PathBuf;

use clap::Args;
use evengrid::io::{self, Asked, CityFolder};
use evengrid::pipeline::PlannedCity;
use evengrid::replan::{Change, Counts, CurrentPlan, Curve, Redraw, Replan};
use evengrid::settings::Settings;
use evengrid::{Error, Result, report};

use crate::Outcome;
use crate::console::Console;
use crate::excel::{Folders, Workbook};
use crate::picture::{self, Picture};
use crate::plan::{Target, exhibit};

/// Changes a plan that stands, moving as few people as possible.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid replan my-city --current my-plan -o next-plan
  evengrid replan my-city --current my-plan -o next-plan --grids 480 --lock 620302001001003
  evengrid replan my-city --current my-plan -o next-plan --curve curve.csv --curve curve.svg
  evengrid replan my-city --current my-plan -o next-plan --communities 26 --grids 463

Units are matched by id. Communities keep their number of grids unless --grids, --target-population or
\"grids\" in communities.geojson say otherwise; all else that was asked of the present plan is asked again
unless --forget names it, and what is asked here is added. Codes of grids that go on are kept; new grids
are numbered after the highest code of their community. moves.csv lists every move with its reason, plan.json the fewest people that any plan as good
could move, map.html shows before and after.")]
pub struct Arguments {
    /// Folder with units.geojson and what else is known of the city today
    city: PathBuf,
    /// Folder of the plan that stands, as written by `evengrid plan` or `replan`
    #[arg(long, value_name = "PLAN_DIR")]
    current: PathBuf,
    /// Metres of border that one person's staying is worth [default: people come before borders]
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true)]
    stability: Option<f64>,
    /// Draws communities anew from the same units, as many as this, before the grids: few people get
    /// another community, no present grid is cut, and communities.geojson and the units written tell
    /// the new ones
    #[arg(long, value_name = "K")]
    communities: Option<usize>,
    /// Codes of grids that stay whole and as they are
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ',')]
    lock: Vec<String>,
    /// What was asked of the present plan and shall not be asked again: the name of a setting, such as
    /// apart, or of one of several, such as weight=elderly; repeatable
    #[arg(long, value_name = "ASK")]
    forget: Vec<String>,
    /// Also writes what fewer people moved cost in border, as a table (.csv) or a picture (.svg,
    /// .png)
    #[arg(long, value_name = "FILE")]
    curve: Vec<PathBuf>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    workbook: Workbook,
    #[command(flatten)]
    settings: Settings,
}

/// Borders longer than the present plan's by more than this share are spoken of.
const LONGER: f64 = 0.02;
/// Width of the curve in pixels, where it is painted.
const CURVE_WIDTH: u32 = 1_520;

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([&arguments.city, &arguments.current])?;
    for path in &arguments.curve {
        check_curve_file(path, arguments.target.force)?;
    }
    arguments.workbook.check(&arguments.target.output, arguments.target.force)?;
    let _reserved = io::check_target(&arguments.target.output, arguments.target.force)?;
    let settings = arguments.settings.clone().with_file(&arguments.city)?;
    console.fits(settings.read_options().population_table)?;
    let standing = io::read_asked(&arguments.current)?.without(&arguments.forget)?;
    let asked = settings.over(&standing)?;
    let current = io::read_current_plan(&arguments.current, &asked.options)?;
    let mut folder = io::read_city(&arguments.city, &asked.options)?;
    settings.enter(&mut folder.city)?;
    if let Some(note) = keep_seeds(&asked, &mut folder) {
        console.note(&note);
    }
    let pipeline = asked.pipeline;
    let replan = Replan {
        counts: match settings.count() {
            (Some(total), _) => Counts::Total(total),
            (None, true) => Counts::Asked,
            (None, false) => Counts::Present,
        },
        stability: arguments.stability,
        locked: arguments.lock.clone(),
    };
    let progress = |stage, done, all| console.progress(stage, done, all);
    let (planned, change) = match arguments.communities {
        None => pipeline.replan_with(&replan, &folder.city, &current, &progress)?,
        Some(total) => {
            let seed = pipeline.divide.seed;
            let redraw = Redraw { seed, ..Redraw::into_communities(total) };
            let (city, planned, change) =
                pipeline.redraw_with(&redraw, &replan, &folder.city, &current, &progress)?;
            folder.city = city;
            (planned, change)
        }
    };
    let exhibit = exhibit(&folder, &planned, Some((&current, &change)), console.language);
    let mut pages = report::pages(&exhibit);
    let both =
        report::changes_svg(&folder.city, &planned.plan, &current, &change, console.language);
    pages.push(("changes.svg", both));
    let Target { output, force } = &arguments.target;
    let record = io::write_changed_plan(output, &folder, &planned, Some(&change), &pages, *force)?;
    if !arguments.curve.is_empty() {
        let divide = &planned.asked.divide;
        let curve = Curve::of(&replan, divide, &folder.city, &planned.ground, &current)?;
        write_curves(arguments, &curve, console)?;
    }
    let folders = Folders { plan: output, structure: None, city: Some(&folder.city) };
    let book = arguments.workbook.write(&folders, *force, console)?;
    console.clear();
    console.findings(&record.findings);
    if let Some(note) = longer(arguments, &current, &planned) {
        console.note(&note);
    }
    let summary = report::summary(&folder.city, &planned);
    let text = format!("{}\n{summary}\n{}{book}", told(&change), io::written_files(output));
    console.result(&text, &record);
    let outcome = if planned.is_complete() { Outcome::Complete } else { Outcome::Incomplete };
    std::mem::forget((folder, planned, current));
    Ok(outcome)
}

/// Says how borders can be kept short, where they have become longer for few people's sake.
fn longer(arguments: &Arguments, current: &CurrentPlan, planned: &PlannedCity) -> Option<String> {
    let before: f64 = current.communities.iter().map(|community| community.boundary_cost_m).sum();
    let longer = planned.plan.boundary_cost_m / before - 1.0;
    (arguments.stability.is_none() && longer.is_finite() && longer > LONGER).then(|| {
        format!(
            "note: borders are {:.1} % longer than in the present plan, since the fewest people move: \
             --stability METRES says how many metres of border one person's staying is worth, --curve \
             FILE draws what that would change",
            100.0 * longer
        )
    })
}

/// Lets the seeds of the present plan stand where the city has no file of them, and says so.
fn keep_seeds(asked: &Asked, folder: &mut CityFolder) -> Option<String> {
    let has_file = folder.city.sources.iter().any(|source| source.file.starts_with("seeds."));
    if has_file || asked.seeds.is_empty() {
        return None;
    }
    folder.city.seeds.clone_from(&asked.seeds);
    Some(format!(
        "note: {} seeds of the present plan stand, for the city has no seeds.geojson (--forget seeds \
         lets them go)",
        asked.seeds.len()
    ))
}

/// The change in two lines.
fn told(change: &Change) -> String {
    let all = change.people_staying_or_moved;
    let share = if all > 0.0 { 100.0 * change.people_moved / all } else { 0.0 };
    let above = |least: f64| match change.people_moved / least - 1.0 {
        gap if !gap.is_finite() => String::new(),
        gap if gap < -5e-4 => " (fewer, by reaching further or giving a grid up)".to_owned(),
        gap => format!(" ({:.1} % above that)", 100.0 * gap.max(0.0)),
    };
    let count = |codes: &[String], what: &str| match codes.len() {
        0 => String::new(),
        n => format!(", {n} {what}"),
    };
    format!(
        "{:.0} people in {} units move ({share:.2} %); at least {:.0} do in any plan as good{}, at \
         least {:.0} where every grid goes on and nobody moves beyond a neighbouring one{}\n{} grids go on{}{}{}",
        change.people_moved,
        change.units_moved,
        change.least_people_moved,
        above(change.least_people_moved),
        change.least_between_neighbours,
        above(change.least_between_neighbours),
        change.grids_kept,
        count(&change.new_grids, "new"),
        count(&change.given_up_grids, "given up"),
        match change.renamed_grids.len() {
            0 => String::new(),
            n => format!(", {n} under another code"),
        },
    ) + &came_and_went(change)
}

/// Units that came and went, and what has become of communities, a line each.
fn came_and_went(change: &Change) -> String {
    let mut text = String::new();
    if change.new_units + change.vanished_units > 0 {
        text +=
            &format!("\n{} units are new, {} are gone", change.new_units, change.vanished_units);
    }
    if let Some(communities) = &change.communities {
        text += &format!(
            "\n{} communities go on, {} are new, {} are given up; {:.0} people have another \
             community",
            communities.kept,
            communities.new.len(),
            communities.given_up.len(),
            communities.people_moved,
        );
    }
    text
}

fn check_curve_file(path: &std::path::Path, force: bool) -> Result<()> {
    let kind = path.extension().and_then(|e| e.to_str());
    if !matches!(kind, Some("csv" | "svg" | "png")) {
        return Err(Error::request(
            format!("--curve {} is neither .csv, .svg nor .png", path.display()),
            "name a file that ends in .csv, .svg or .png",
        ));
    }
    if path.exists() && !force {
        return Err(Error::request(
            format!("{} is there already", path.display()),
            "name another file, or use --force",
        ));
    }
    Ok(())
}

/// Writes the curve as it was asked for: as a table, or as a picture.
fn write_curves(arguments: &Arguments, curve: &Curve, console: &Console) -> Result<()> {
    for path in &arguments.curve {
        let drawn = || report::curve_svg(curve, console.language);
        let bytes = match path.extension().and_then(|e| e.to_str()) {
            Some("csv") => curve.csv().into_bytes(),
            Some("png") => picture::png(&Picture::Text(&drawn()), CURVE_WIDTH, console)?,
            _ => drawn().into_bytes(),
        };
        io::write_file(path, arguments.target.force, |out| std::io::Write::write_all(out, &bytes))?;
    }
    Ok(())
}
