//! The solver without geometry: divides a METIS graph file into grids.
//!
//! `cargo run --release --example divide_graph -- GRAPH K -o LABELS` reads a METIS 5 graph with
//! vertex weights (population, area), writes a grid number (from 0) a line, and prints one JSON
//! line of figures: `seconds` without reading, `processor_seconds` of all threads.

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use evengrid::divide::{Divider, Division, Effort, Tolerance};
use evengrid::{Error, Graph, io};
use serde_json::json;

/// Divides a METIS 5 graph into K contiguous, balanced grids.
#[derive(Parser)]
struct Arguments {
    /// Graph in METIS 5 format, whose vertex weights are population and area; or `mesh:SIDE`, a
    /// made-up one of SIDE × SIDE vertices.
    graph: PathBuf,
    /// Number of grids.
    k: usize,
    /// LOWER:UPPER around the mean population.
    #[arg(long, default_value = "0.05")]
    population_tolerance: Tolerance,
    /// LOWER:UPPER around the mean area.
    #[arg(long, default_value = ":1.0")]
    area_tolerance: Tolerance,
    /// fast, balanced, thorough, or a number of seconds.
    #[arg(long, default_value_t)]
    effort: Effort,
    /// Number of threads; the answer does not depend on it.
    #[arg(long)]
    threads: Option<usize>,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Coordinates of the vertices, a pair a line; checked, and not needed by this solver.
    #[arg(long)]
    coordinates: Option<PathBuf>,
    /// Where to write the labels.
    #[arg(short)]
    output: PathBuf,
}

fn main() {
    if let Err(error) = run(Arguments::parse()) {
        eprintln!("error: {error}");
        std::process::exit(2);
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    let name = arguments.graph.display().to_string();
    let graph = match name.strip_prefix("mesh:") {
        Some(side) => mesh(side.parse()?)?,
        None => io::metis::read_graph(&name, &std::fs::read_to_string(&arguments.graph)?)?,
    };
    if let Some(file) = &arguments.coordinates {
        let lines = std::fs::read_to_string(file)?.lines().count();
        if lines != graph.len() {
            let problem = format!("{lines} coordinates for {} vertices", graph.len());
            return Err(Error::request(problem, "give one pair a line").into());
        }
    }
    let mut divider = Divider::new(vec![arguments.population_tolerance, arguments.area_tolerance]);
    divider.seed = arguments.seed;
    divider.effort = arguments.effort;
    let (start, before) = (Instant::now(), processor_seconds());
    let division = divider.divide(&graph, arguments.k)?;
    let seconds = start.elapsed().as_secs_f64();
    let processor = processor_seconds().zip(before).map(|(now, before)| now - before);

    let labels: Vec<String> = division.labels.iter().map(u32::to_string).collect();
    std::fs::write(&arguments.output, labels.join("\n") + "\n")?;
    let mut line = figures(&graph, &division, arguments.k);
    line["seconds"] = json!(seconds);
    line["processor_seconds"] = json!(processor);
    println!("{line}");
    Ok(())
}

/// A square mesh in which every square has one of its diagonals, with uneven people and areas.
fn mesh(side: usize) -> evengrid::Result<Graph> {
    let mut state = 1u64;
    let mut draw = |bound: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut edges = Vec::with_capacity(3 * side * side);
    let mut weights = Vec::with_capacity(2 * side * side);
    for v in 0..side * side {
        weights.extend([(draw(8) * draw(8) * draw(8) / 4) as i64, 500 + draw(1_000) as i64]);
        let (east, north) = ((v + 1) % side != 0, v + side < side * side);
        let (v, side) = (v as u32, side as u32);
        edges.extend(east.then_some((v, v + 1, 1)));
        edges.extend(north.then_some((v, v + side, 1)));
        if east && north {
            let ends = if draw(2) == 0 { (v, v + side + 1) } else { (v + 1, v + side) };
            edges.push((ends.0, ends.1, 1));
        }
    }
    Graph::new(2, weights, &edges)
}

/// The time that all threads have had a processor (on Linux): what remains comparable on a busy
/// machine.
fn processor_seconds() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let nanoseconds = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    Some(nanoseconds.sum::<f64>() / 1e9)
}

fn figures(graph: &Graph, division: &Division, k: usize) -> serde_json::Value {
    let label = |v: usize| division.labels[v];
    let neighbours = |v: usize| graph.targets(v).iter().filter(move |&&t| t as usize > v);
    let cut: usize = (0..graph.len())
        .map(|v| neighbours(v).filter(|&&t| label(t as usize) != label(v)).count())
        .sum();
    let over_mean = |weight: usize| {
        let mut loads = vec![0i64; k];
        for v in 0..graph.len() {
            loads[label(v) as usize] += graph.weights(v)[weight];
        }
        let mean = loads.iter().sum::<i64>() as f64 / k as f64;
        let least = loads.iter().min().copied().unwrap_or_default() as f64 / mean;
        let most = loads.iter().max().copied().unwrap_or_default() as f64 / mean;
        (least, most)
    };
    let (min_pop, max_pop) = over_mean(0);
    let mut line = json!({
        "k": k, "cut": cut, "boundary_cost": division.cost,
        "max_pop": max_pop, "min_pop": min_pop,
    });
    if graph.dimensions() > 1 {
        let (min_area, max_area) = over_mean(1);
        line["max_area"] = json!(max_area);
        line["min_area"] = json!(min_area);
    }
    line["noncontiguous"] = json!(division.in_pieces);
    line["violation"] = json!(division.violation);
    line["least_violation"] = json!(division.least_violation);
    line["least_boundary_cost"] = json!(division.least_cost);
    line["gap"] = json!(division.gap());
    line["proved"] = json!(division.proved);
    line
}
