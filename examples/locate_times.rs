//! How long places are looked up: the index of a file of grids, and the grid of every point on one
//! thread and on all, as one line of JSON. `benches/peers/plans.py` sets it beside other tools and
//! compares what they found.
//!
//! ```sh
//! cargo run --release --example locate_times -- grids.geojson points.csv [found.txt]
//! ```
//!
//! `points.csv` has a longitude and a latitude a line. `found.txt` is written: the grid of each point,
//! a number from 0 in the order of the file, or -1 where there is none.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use evengrid::io::{ReadOptions, read_drawn_grids};
use evengrid::locate::GridIndex;
use geo::{MultiPolygon, Point};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [grids, points, ..] = &arguments[..] else {
        return Err("name grids and points: locate_times grids.geojson points.csv".into());
    };
    let grids = read_drawn_grids(Path::new(grids), None, &ReadOptions::default())?;
    let shapes: Vec<MultiPolygon<f64>> = grids.into_iter().map(|grid| grid.shape).collect();
    let text = fs::read_to_string(points)?;
    let point = |line: &str| -> Result<Point<f64>, Box<dyn Error>> {
        let (lon, lat) = line.split_once(',').ok_or("a line without a comma")?;
        Ok(Point::new(lon.parse()?, lat.parse()?))
    };
    let points = text.lines().map(point).collect::<Result<Vec<Point<f64>>, _>>()?;

    let mut clock = Instant::now();
    let mut lap = || std::mem::replace(&mut clock, Instant::now()).elapsed().as_secs_f64();
    let index = GridIndex::new(&shapes);
    let index_s = lap();
    let one_by_one: Vec<Option<usize>> = points.iter().map(|&point| index.locate(point)).collect();
    let one_thread_s = lap();
    let together = index.locate_all(&points);
    let all_threads_s = lap();

    let found: Vec<i64> = together.iter().map(|grid| grid.map_or(-1, i64::from)).collect();
    if one_by_one.iter().map(|grid| grid.map_or(-1, |grid| grid as i64)).ne(found.iter().copied()) {
        return Err("one thread and all found different grids".into());
    }
    if let Some(path) = arguments.get(2) {
        let mut out = BufWriter::new(File::create(path)?);
        for grid in &found {
            writeln!(out, "{grid}")?;
        }
        out.flush()?;
    }
    println!(
        "{{\"grids\": {}, \"points\": {}, \"index_s\": {index_s:.4}, \"one_thread_s\": \
         {one_thread_s:.4}, \"all_threads_s\": {all_threads_s:.4}}}",
        shapes.len(),
        points.len()
    );
    Ok(())
}
