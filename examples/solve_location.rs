//! The location and flow solvers alone, on files that others know.
//!
//! `cargo run --release --example solve_location -- p-median --tsplib rl1304.tsp -p 10` prints one
//! JSON line: `objective`, `lower_bound` and `upper_bound` (the best value lies between), `gap`,
//! `seconds` (without reading), `processor_seconds` (of all threads, on Linux), `sites` (numbers of the chosen points in file order, from 0) and
//! `assignment` (for each point the number of the point that serves it, or null).
//!
//! Sub-commands: `p-median`, `p-center`, `lscp`, `mclp`, `capacitated-p-median`, `transport`,
//! `walk`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, Parser, Subcommand};
use evengrid::allocate::Travel;
use evengrid::allocate::flow::{Arc, Transport};
use evengrid::allocate::location::{
    CapacitatedMedian, Distances, Effort, MaxCover, PCenter, PMedian, Rooms, SetCover, Solution,
};
use evengrid::ground::LocalFrame;
use evengrid::walking::Network;
use geo::BoundingRect;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::json;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// Solves location problems and prints one JSON line.
#[derive(Parser)]
struct CommandLine {
    #[command(subcommand)]
    model: Model,
}

#[derive(Subcommand)]
enum Model {
    /// p sites, least distance in all
    PMedian {
        #[command(flatten)]
        data: Data,
        #[arg(short)]
        p: usize,
        #[command(flatten)]
        trying: Trying,
    },
    /// p sites, least longest distance
    PCenter {
        #[command(flatten)]
        data: Data,
        #[arg(short)]
        p: usize,
    },
    /// Fewest sites that bring everybody within reach
    Lscp {
        #[command(flatten)]
        data: Data,
        /// Longest distance that counts as reach
        #[arg(long)]
        radius: f64,
        /// Sites that everybody is to have within reach
        #[arg(long, default_value_t = 1)]
        times: usize,
        #[command(flatten)]
        trying: Trying,
        /// Where to write `client site distance` a line, for all pairs within the radius
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Most demand within reach of p sites
    Mclp {
        #[command(flatten)]
        data: Data,
        #[arg(short)]
        p: usize,
        /// Longest distance that counts as reach
        #[arg(long)]
        radius: f64,
        #[command(flatten)]
        trying: Trying,
    },
    /// p sites of limited room, least distance in all
    CapacitatedPMedian {
        /// OR-Library instance (pmedcap); distances are Euclidean, rounded down
        #[arg(long)]
        orlib: PathBuf,
        #[command(flatten)]
        trying: Trying,
    },
    /// Ways on foot from units to sites on a network that is noded first
    Walk {
        /// Lines of the network, GeoJSON
        #[arg(long)]
        walks: PathBuf,
        /// Points near the network
        #[arg(long, default_value_t = 20_000)]
        units: usize,
        #[arg(long, default_value_t = 100)]
        sites: usize,
        /// Longest way, metres
        #[arg(long, default_value_t = 1_000.0)]
        reach: f64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where to write lines, points and ways (metres), as JSON
        #[arg(long)]
        write: Option<PathBuf>,
    },
    /// Supplies to sites of limited room at least cost
    Transport {
        /// Points, one unit each, spread evenly over a square of 20 km
        #[arg(long, default_value_t = 100_000)]
        points: usize,
        #[arg(long, default_value_t = 463)]
        sites: usize,
        /// Room in thousandths of the supply
        #[arg(long, default_value_t = 1_100)]
        room: i64,
        /// Arcs from each point, to its nearest sites
        #[arg(long, default_value_t = 16)]
        arcs: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where to write the instance: `points sites arcs`, a supply a line, a capacity a line,
        /// then `point site cost` a line
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

/// Where distances come from.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Data {
    /// TSPLIB points (EUC_2D): each is a client of demand 1 and a site; distances are not rounded
    #[arg(long)]
    tsplib: Option<PathBuf>,
    /// CSV with the columns distance, name (site), DestinationName (client), demand
    #[arg(long)]
    matrix: Option<PathBuf>,
    /// City folder with units.geojson and walks.geojson: units with people are clients and sites,
    /// ways are on foot
    #[arg(long)]
    city: Option<PathBuf>,
    /// CLIENTS:SITES:SEED random points on a square of 30 km; where SITES is 0 clients are the sites
    #[arg(long)]
    random: Option<String>,
}

/// How much is tried; left out, the model's own measure.
#[derive(Args)]
struct Trying {
    /// Starts of the search
    #[arg(long)]
    starts: Option<usize>,
    /// Shaking, in rough hundredths of a second
    #[arg(long)]
    search: Option<usize>,
    /// Steps that improve the bound; 0: none is sought
    #[arg(long)]
    proof: Option<usize>,
    /// Branches
    #[arg(long)]
    nodes: Option<usize>,
    /// Seed of the search
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Trying {
    fn over(&self, usual: Effort) -> Effort {
        Effort {
            starts: self.starts.unwrap_or(usual.starts),
            search: self.search.unwrap_or(usual.search),
            proof: self.proof.unwrap_or(usual.proof),
            nodes: self.nodes.unwrap_or(usual.nodes),
        }
    }
}

fn main() {
    if let Err(error) = run(CommandLine::parse().model) {
        eprintln!("error: {error}");
        std::process::exit(2);
    }
}

fn run(model: Model) -> Fallible<()> {
    match model {
        Model::PMedian { data, p, trying } => {
            let (distances, demand) = data.read()?;
            let mut model = PMedian { seed: trying.seed, ..PMedian::new(p) };
            model.effort = trying.over(model.effort);
            tell(|| model.solve(&distances, &demand, &[]))
        }
        Model::PCenter { data, p } => {
            let (distances, demand) = data.read()?;
            tell(|| PCenter::new(p).solve(&distances, &demand, &[]))
        }
        Model::Lscp { data, radius, times, trying, write } => {
            let (distances, demand) = data.read()?;
            if let Some(file) = write {
                let near = distances.within(radius, &vec![true; distances.sites()]);
                let mut text = String::new();
                for client in 0..near.len() {
                    for (site, length) in near.of(client) {
                        writeln!(text, "{client} {site} {length}")?;
                    }
                }
                std::fs::write(file, text)?;
            }
            let mut model = SetCover { times, ..SetCover::within(radius) };
            model.effort = trying.over(model.effort);
            tell(|| model.solve(&distances, &demand, &[]))
        }
        Model::Mclp { data, p, radius, trying } => {
            let (distances, demand) = data.read()?;
            let mut model = MaxCover { seed: trying.seed, ..MaxCover::new(p, radius) };
            model.effort = trying.over(model.effort);
            tell(|| model.solve(&distances, &demand, &[]))
        }
        Model::CapacitatedPMedian { orlib, trying } => capacitated(&orlib, &trying),
        Model::Walk { walks, units, sites, reach, seed, write } => {
            walk(&walks, [units, sites], reach, seed, write.as_deref())
        }
        Model::Transport { points, sites, room, arcs, seed, write } => {
            transport([points, sites, arcs], room, seed, write.as_deref())
        }
    }
}

/// Solves, and prints the line.
fn tell(solve: impl FnOnce() -> evengrid::Result<Solution>) -> Fallible<()> {
    let (start, before) = (Instant::now(), processor_seconds());
    let answer = solve()?;
    let seconds = start.elapsed().as_secs_f64();
    let processor = processor_seconds().zip(before).map(|(now, before)| now - before);
    let line = json!({
        "objective": answer.objective, "lower_bound": answer.lower_bound,
        "upper_bound": answer.upper_bound, "gap": answer.gap(), "seconds": seconds,
        "processor_seconds": processor,
        "sites": answer.sites, "assignment": answer.site_of_client,
    });
    println!("{line}");
    Ok(())
}

/// The time that all threads have had a processor: what remains comparable on a busy machine.
fn processor_seconds() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let nanoseconds = tasks.flatten().filter_map(|task| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    Some(nanoseconds.sum::<f64>() / 1e9)
}

impl Data {
    fn read(&self) -> Fallible<(Distances, Vec<f64>)> {
        if let Some(file) = &self.tsplib {
            let points = tsplib(file)?;
            let demand = vec![1.0; points.len()];
            return Ok((Distances::between(points.clone(), points, 1.0)?, demand));
        }
        if let Some(file) = &self.matrix {
            return matrix(file);
        }
        if let Some(folder) = &self.city {
            return on_foot(folder);
        }
        let text = self.random.as_deref().unwrap_or_default();
        let numbers: Vec<u64> = text.split(':').map(str::parse).collect::<Result<_, _>>()?;
        let [clients, sites, seed] = numbers[..] else {
            return Err("--random needs CLIENTS:SITES:SEED".into());
        };
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let points = square(clients as usize, 30_000.0, &mut random);
        let at = match sites {
            0 => points.clone(),
            _ => square(sites as usize, 30_000.0, &mut random),
        };
        let demand = (0..points.len()).map(|_| 1.0 + (random.next_u64() % 50) as f64).collect();
        Ok((Distances::between(points, at, 1.0)?, demand))
    }
}

/// Units with people as clients and sites, on foot.
fn on_foot(folder: &Path) -> Fallible<(Distances, Vec<f64>)> {
    let city = evengrid::io::read_city(folder, &Default::default())?.city;
    let ground = evengrid::ground::Ground::survey(&city)?;
    let travel = Travel::on_foot(&city, &ground)?;
    let inhabited = (0..city.units.len()).filter(|&u| city.units[u].population > 0.0);
    let (at, people): (Vec<[f64; 2]>, Vec<f64>) = inhabited
        .map(|u| {
            let point = ground.unit_points[u];
            ([point.x(), point.y()], city.units[u].population)
        })
        .unzip();
    let at = ground.frame.project(&at)?;
    Ok((travel.between(at.clone(), at, 5_000.0)?, people))
}

/// Points spread evenly over a square.
fn square(count: usize, side: f64, random: &mut Xoshiro256PlusPlus) -> Vec<[f64; 2]> {
    let mut along = || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64 * side;
    (0..count).map(|_| [along(), along()]).collect()
}

fn tsplib(file: &Path) -> Fallible<Vec<[f64; 2]>> {
    let text = std::fs::read_to_string(file)?;
    let mut lines = text.lines().skip_while(|line| !line.starts_with("NODE_COORD_SECTION"));
    lines.next().ok_or("there is no NODE_COORD_SECTION")?;
    let mut points = Vec::new();
    for line in lines.take_while(|line| line.trim() != "EOF") {
        let numbers: Vec<f64> =
            line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if let [_, x, y] = numbers[..] {
            points.push([x, y]);
        }
    }
    Ok(points)
}

/// Clients and sites in the order in which they first stand in the file.
fn matrix(file: &Path) -> Fallible<(Distances, Vec<f64>)> {
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header.iter().position(|h| h == name).ok_or_else(|| format!("there is no column {name}"))
    };
    let (length, site, client) = (column("distance")?, column("name")?, column("DestinationName")?);
    let demand_column = column("demand").ok();
    let mut sites: HashMap<String, usize> = HashMap::new();
    let mut clients: HashMap<String, usize> = HashMap::new();
    let mut demand = Vec::new();
    let mut pairs = Vec::new();
    for row in reader.records() {
        let row = row?;
        let next = sites.len();
        let site = *sites.entry(row[site].to_owned()).or_insert(next);
        let next = clients.len();
        let client = *clients.entry(row[client].to_owned()).or_insert(next);
        if client == demand.len() {
            demand.push(demand_column.map_or(Ok(1.0), |c| row[c].parse())?);
        }
        pairs.push((client, site, row[length].parse::<f64>()?));
    }
    let mut table = vec![f64::INFINITY; clients.len() * sites.len()];
    for (client, site, length) in pairs {
        table[client * sites.len() + site] = length;
    }
    Ok((Distances::table(&table, clients.len(), sites.len())?, demand))
}

fn capacitated(file: &Path, trying: &Trying) -> Fallible<()> {
    let text = std::fs::read_to_string(file)?;
    let numbers: Vec<f64> =
        text.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [_, _, n, p, capacity, rows @ ..] = &numbers[..] else {
        return Err("the file ends in its head".into());
    };
    let n = *n as usize;
    if rows.len() != 4 * n {
        return Err(format!("{} numbers for {n} points", rows.len()).into());
    }
    let load: Vec<f64> = rows.chunks(4).map(|row| row[3]).collect();
    let pairs = rows.chunks(4).flat_map(|a| rows.chunks(4).map(move |b| (a, b)));
    let table: Vec<f64> = pairs.map(|(a, b)| (a[1] - b[1]).hypot(a[2] - b[2]).floor()).collect();
    let distances = Distances::table(&table, n, n)?;
    let (weight, capacity) = (vec![1.0; n], vec![*capacity; n]);
    let rooms = Rooms { weight: &weight, load: &load, capacity: &capacity };
    let mut model = CapacitatedMedian { seed: trying.seed, ..CapacitatedMedian::new(*p as usize) };
    model.effort = trying.over(model.effort);
    tell(|| model.solve(&distances, &rooms, &[]))
}

fn walk(
    file: &Path,
    [units, sites]: [usize; 2],
    reach: f64,
    seed: u64,
    write: Option<&Path>,
) -> Fallible<()> {
    let walks = evengrid::io::read_walks(file)?;
    let vertices: Vec<_> = walks.iter().flat_map(|w| w.line.0.iter().copied()).collect();
    let extent = geo::LineString(vertices.clone()).bounding_rect().ok_or("there is no walk")?;
    let frame = LocalFrame::over(extent)?;
    let lonlat: Vec<[f64; 2]> = vertices.iter().map(|c| [c.x, c.y]).collect();
    let metres = frame.project(&lonlat)?;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut near = |count: usize| -> Vec<[f64; 2]> {
        let off = square(count, 100.0, &mut random);
        let at = off.into_iter().map(|[x, y]| {
            let [u, v] = metres[random.next_u64() as usize % metres.len()];
            [u + x - 50.0, v + y - 50.0]
        });
        at.collect()
    };
    let (from, to) = (near(units), near(sites));
    let (start, before) = (Instant::now(), processor_seconds());
    let network = Network::of(&walks, &frame)?;
    let noded = start.elapsed().as_secs_f64();
    let places = network.snap(&from, 500.0);
    let targets = network.snap(&to, 500.0);
    let lists = network.nearest(&places, &targets, sites, reach);
    let seconds = start.elapsed().as_secs_f64();
    let processor = processor_seconds().zip(before).map(|(now, before)| now - before);
    let reached = lists.iter().filter(|list| !list.is_empty()).count();
    if let Some(file) = write {
        let mut rest = metres.into_iter();
        let lines: Vec<Vec<[f64; 2]>> =
            walks.iter().map(|w| rest.by_ref().take(w.line.0.len()).collect()).collect();
        let pairs: Vec<_> = lists
            .iter()
            .enumerate()
            .flat_map(|(unit, list)| list.iter().map(move |&(site, m)| (unit, site, m)))
            .collect();
        let text = json!({"lines": lines, "units": from, "sites": to, "reach": reach,
                          "pairs": pairs});
        std::fs::write(file, text.to_string())?;
    }
    let line = json!({
        "nodes": network.nodes(), "edges": network.edges(), "seconds": seconds,
        "processor_seconds": processor,
        "seconds_noding": noded, "units": units, "sites": sites, "units_reached": reached,
        "pairs": lists.iter().map(Vec::len).sum::<usize>(),
        "total_m": lists.iter().flatten().map(|w| w.1).sum::<f64>(),
    });
    println!("{line}");
    Ok(())
}

fn transport(
    [points, sites, arcs]: [usize; 3],
    room: i64,
    seed: u64,
    write: Option<&Path>,
) -> Fallible<()> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let from = square(points, 20_000.0, &mut random);
    let to = square(sites, 20_000.0, &mut random);
    let room = (points as i64 * room).div_euclid(1_000 * sites.max(1) as i64) + 1;
    let mut problem =
        Transport { supply: vec![1; points], capacity: vec![room; sites], ..Transport::default() };
    for (point, &[x, y]) in from.iter().enumerate() {
        let mut near: Vec<(f64, usize)> =
            to.iter().enumerate().map(|(s, &[u, v])| ((x - u).hypot(y - v), s)).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let ways = near.iter().take(arcs);
        problem.arcs.extend(ways.map(|&(d, site)| Arc { point, site, cost: d.round() as i64 }));
    }
    if let Some(file) = write {
        let mut text = format!("{points} {sites} {}\n", problem.arcs.len());
        for number in problem.supply.iter().chain(&problem.capacity) {
            writeln!(text, "{number}")?;
        }
        for arc in &problem.arcs {
            writeln!(text, "{} {} {}", arc.point, arc.site, arc.cost)?;
        }
        std::fs::write(file, text)?;
    }
    let (start, before) = (Instant::now(), processor_seconds());
    let answer = problem.solve()?;
    let seconds = start.elapsed().as_secs_f64();
    let processor = processor_seconds().zip(before).map(|(now, before)| now - before);
    let mut site_of_point = vec![None; points];
    answer.shipments.iter().for_each(|s| site_of_point[s.point] = Some(s.site));
    let mut used: Vec<usize> = answer.shipments.iter().map(|s| s.site).collect();
    used.sort_unstable();
    used.dedup();
    // With everything placed, the prices prove that no way costs less.
    let unplaced: i64 = answer.unplaced.iter().sum();
    let mut offers = vec![i64::MAX; points];
    for arc in &problem.arcs {
        offers[arc.point] = offers[arc.point].min(arc.cost + answer.prices[arc.site]);
    }
    let offered: i64 = offers.iter().zip(&problem.supply).map(|(o, s)| o * s).sum();
    let rooms: i64 = answer.prices.iter().zip(&problem.capacity).map(|(p, c)| p * c).sum();
    let bound = if unplaced == 0 { offered - rooms } else { answer.cost };
    let gap = if bound > 0 { (answer.cost - bound) as f64 / bound as f64 } else { 0.0 };
    let line = json!({
        "objective": answer.cost, "lower_bound": bound, "upper_bound": answer.cost, "gap": gap,
        "seconds": seconds, "processor_seconds": processor, "unplaced": unplaced, "sites": used, "assignment": site_of_point,
    });
    println!("{line}");
    Ok(())
}
