use std::path::PathBuf;

use clap::Args;
use evengrid::io::Crs;
use evengrid::{Result, io};
use serde_json::json;

use crate::Outcome;
use crate::console::Console;

/// Finds the grid of points, and who answers for them.
#[derive(Args)]
#[command(after_help = "\
Example:
  evengrid locate my-plan --points reports.csv -o answered.csv

A CSV needs columns lon and lat. A point on a border belongs to the grid with the lowest code;
a point in no grid gets empty columns.")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    plan: PathBuf,
    /// Points as CSV (columns lon, lat) or GeoJSON
    #[arg(long, value_name = "P.csv|P.geojson")]
    points: PathBuf,
    /// What the coordinates of the points mean: wgs84, gcj02, bd09 or EPSG:nnnn
    #[arg(long, value_name = "CRS", default_value_t)]
    crs: Crs,
    /// File to write, of the same kind as the points
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Replace OUT
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    let register = io::read_plan_folder(&arguments.plan)?;
    let points = io::read_points(&arguments.points, arguments.crs)?;
    let answers = register.locate_all(points.positions());
    points.write(&arguments.output, &answers, arguments.force)?;
    let inside = answers.iter().flatten().count();
    let outside = answers.len() - inside;
    console.result(
        &format!(
            "{inside} points in a grid, {outside} in none\nwrote {}",
            arguments.output.display()
        ),
        &json!({"inside": inside, "outside": outside, "file": arguments.output}),
    );
    Ok(Outcome::Complete)
}
