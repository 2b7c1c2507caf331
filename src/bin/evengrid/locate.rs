use std::io::{BufWriter, ErrorKind, stdout};
use std::path::PathBuf;

use clap::Args;
use evengrid::io::Crs;
use evengrid::organise::ResponsibilityChain;
use evengrid::{Error, Result, io};
use serde_json::{Map, Value, json};

use crate::Outcome;
use crate::console::Console;
use crate::organise::directory;

/// Finds the grid of points, and who answers for them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  evengrid locate my-plan --points reports.csv -o answered.csv
  evengrid locate my-plan --points reports.geojson > answered.csv

A CSV needs columns lon and lat. A point on a border belongs to the grid with the lowest code;
a point in no grid gets empty columns, or, with --nearest 50, the nearest grid within 50 m and how far
it is (distance_m). Without -o the answer is printed as CSV (points of GeoJSON as id, lon, lat), and
what there is to say goes to stderr. Columns of these names that the points have already are replaced, which is noted.
Exit code 1: a point is in no grid, nor near one.")]
pub struct Arguments {
    /// Folder that `evengrid plan` has written
    plan: PathBuf,
    /// Points as CSV (columns lon, lat) or GeoJSON
    #[arg(long, value_name = "P.csv|P.geojson")]
    points: PathBuf,
    /// What the coordinates of the points mean: wgs84, gcj02, bd09 or EPSG:nnnn
    #[arg(long, value_name = "CRS", default_value_t)]
    crs: Crs,
    /// What the points are written in, where that is not UTF-8: gbk, gb18030
    #[arg(long, value_name = "NAME", default_value_t, hide_default_value = true)]
    encoding: io::Encoding,
    /// A point in no grid goes to the nearest one within this distance (m), which is told
    #[arg(long, value_name = "M")]
    nearest: Option<f64>,
    /// Folder that `evengrid organise` has written: adds building group, its leader, the estate's
    /// bodies and the team
    #[arg(long, value_name = "DIR")]
    structure: Option<PathBuf>,
    /// File to write, of the same kind as the points [default: print CSV]
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace OUT
    #[arg(long)]
    force: bool,
}

pub fn run(arguments: &Arguments, console: &Console) -> Result<Outcome> {
    console.fits([&arguments.plan, &arguments.points])?;
    let register = io::read_plan_folder(&arguments.plan)?;
    let options = io::ReadOptions {
        crs: arguments.crs,
        encoding: arguments.encoding,
        ..io::ReadOptions::default()
    };
    let mut points = io::read_points(&arguments.points, &options)?;
    if arguments.structure.is_some() {
        points = points.organised();
    }
    console.findings(points.passed_over());
    let directory =
        arguments.structure.as_ref().map(|folder| directory(folder, &register)).transpose()?;
    let (mut answers, distances_m) = match arguments.nearest {
        Some(most) if most >= 0.0 => {
            let near = |&point| register.locate_near(point, most).unzip();
            let found: (Vec<_>, Vec<Option<f64>>) = points.positions().iter().map(near).unzip();
            (found.0, Some(found.1))
        }
        Some(most) => {
            return Err(Error::request(
                format!("--nearest {most}"),
                "give a distance of 0 or more",
            ));
        }
        None => (register.locate_all(points.positions()), None),
    };
    if let Some(directory) = &directory {
        for (chain, &point) in answers.iter_mut().zip(points.positions()) {
            if let Some(chain) = chain {
                directory.complete(chain, point);
            }
        }
    }
    let distances: Option<Vec<f64>> =
        distances_m.map(|all| all.into_iter().map(Option::unwrap_or_default).collect());
    let distances = distances.as_deref();
    if let Some(output) = &arguments.output {
        points.write_with_distances(output, &answers, distances, arguments.force)?;
    } else if !console.json {
        console.clear();
        print(&points, &answers, distances)?;
    }
    let replaced = points.replaced();
    if !replaced.is_empty() {
        console.note(&format!(
            "note: the points have columns of these names already, which the answers replace: {}",
            replaced.join(", ")
        ));
    }
    let answered = answers.iter().flatten().count();
    let outside = answers.len() - answered;
    let near = distances.into_iter().flatten().filter(|distance| **distance > 0.0).count();
    let inside = answered - near;
    let nearby = if near > 0 { format!(", {near} near one") } else { String::new() };
    let found = format!("{inside} points in a grid{nearby}, {outside} in none");
    let counts = [("inside", inside), ("near", near), ("outside", outside)];
    let mut json: Map<String, Value> =
        counts.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect();
    match &arguments.output {
        Some(output) => {
            json.insert("file".into(), json!(output));
            console.result(&format!("{found}\nwrote {}", output.display()), &json);
        }
        None if console.json => {
            json.insert("answers".into(), told(&answers, distances));
            console.result("", &json);
        }
        None => console.note(&format!("note: {found}")),
    }
    Ok(if outside == 0 { Outcome::Complete } else { Outcome::Incomplete })
}

/// Prints the answers as CSV; a reader that has gone away (as in `| head`) is no error.
fn print(
    points: &io::Points,
    answers: &[Option<ResponsibilityChain>],
    distances: Option<&[f64]>,
) -> Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    match points.write_csv(&mut out, answers, distances) {
        Err(Error::File { source, .. }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The answers in the order of the points, null where nobody answers.
fn told(answers: &[Option<ResponsibilityChain>], distances: Option<&[f64]>) -> Value {
    let answer = |(i, chain): (usize, &Option<ResponsibilityChain>)| {
        let mut answer = json!(chain);
        let distance = distances.and_then(|all| all.get(i));
        if let (Value::Object(answer), Some(distance)) = (&mut answer, distance) {
            answer.insert("distance_m".into(), json!(distance));
        }
        answer
    };
    answers.iter().enumerate().map(answer).collect()
}
