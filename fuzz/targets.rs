//! What is fuzzed: each kind of input, and what is promised of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use evengrid::allocate::location::{Distances, MaxCover, PCenter, PMedian, SetCover};
use evengrid::divide::{Divider, Effort, Tolerance};
use evengrid::ground::{Ground, Survey};
use evengrid::io::{self, Crs, ReadOptions};
use evengrid::organise::Roles;
use evengrid::{Divide, Graph};
use tempfile::TempDir;

use crate::changes::Dice;

/// A kind of input.
pub struct Target {
    pub name: &'static str,
    /// What to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Whether an input could be read; an error where something is not as promised.
    pub run: fn(&[u8]) -> Result<bool, String>,
}

pub const TARGETS: &[Target] = &[
    Target { name: "geojson", seeds: cities, run: geojson },
    Target { name: "ground", seeds: numbers, run: ground },
    Target { name: "graph", seeds: numbers, run: graph },
    Target { name: "location", seeds: numbers, run: location },
    Target { name: "plan", seeds: plans, run: plan },
    Target { name: "toml", seeds: tomls, run: toml },
    Target { name: "table", seeds: tables, run: table },
    #[cfg(feature = "excel")]
    Target { name: "workbook", seeds: workbooks, run: workbook },
];

/// A folder for the files of this process.
fn place() -> &'static Path {
    static PLACE: OnceLock<TempDir> = OnceLock::new();
    PLACE.get_or_init(|| tempfile::tempdir().unwrap()).path()
}

fn put(name: &str, input: &[u8]) -> PathBuf {
    let path = place().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, input).unwrap();
    path
}

fn square(x: usize, y: usize) -> String {
    let [a, b, c, d] = [x, y, x + 1, y + 1].map(|v| v as f64 * 1e-3);
    format!("[[{a},{b}],[{c},{b}],[{c},{d}],[{a},{d}],[{a},{b}]]")
}

fn town(property: &str) -> String {
    let unit = |i: usize| {
        let ring = square(i % 4, i / 4);
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"u{i}\",\"population\":10{property}}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}"
        )
    };
    let units: Vec<String> = (0..8).map(unit).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", units.join(","))
}

fn cities() -> Vec<Vec<u8>> {
    let hole = format!(
        "[{},[[0.0002,0.0002],[0.0002,0.0004],[0.0004,0.0004],[0.0002,0.0002]]]",
        square(0, 0)
    );
    let multi = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"id\":7,\"properties\":\
         {{\"population\":5}},\"geometry\":{{\"type\":\"MultiPolygon\",\"coordinates\":[{hole},[{}]]}}}}]}}",
        square(2, 2)
    );
    let points = "{\"type\":\"FeatureCollection\",\"crs\":null,\"features\":[{\"type\":\"Feature\",\
         \"properties\":{\"population\":1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[0.001,0.002,3]}},\
         {\"type\":\"Feature\",\"properties\":{\"population\":1},\"geometry\":{\"type\":\"Point\",\
         \"coordinates\":[0.002,0.002]}}]}";
    let mut all = vec![
        town(""),
        town(",\"lock\":\"a\",\"estate\":\"b\",\"seed\":true"),
        multi,
        points.into(),
    ];
    all.push(town(",\"community\":\"c\",\"apart\":\"d\"").replace("[0,0]", "[0.001,0.001]"));
    all.into_iter().map(String::into_bytes).collect()
}

/// A city file, through reading, surveying and dividing; what is planned adds up and is whole.
fn geojson(input: &[u8]) -> Result<bool, String> {
    let path = put("city/units.geojson", input);
    let Ok(folder) = io::read_units(&path, None, &ReadOptions::default()) else { return Ok(false) };
    if folder.city.units.len() > 200 {
        return Ok(false);
    }
    let Ok(ground) = Ground::survey(&folder.city) else { return Ok(false) };
    let grids = folder.city.communities.len();
    let divide = Divide::into_grids(grids).effort(Effort::Fast);
    let Ok(plan) = divide.run(&folder.city, &ground) else { return Ok(false) };
    let people = |sum: f64, more: f64| sum + more;
    let units = folder.city.units.iter().map(|unit| unit.population).fold(0.0, people);
    let planned = plan.grids.iter().map(|grid| grid.population).fold(0.0, people);
    if (units - planned).abs() > 1e-9 * units.max(1.0) {
        return Err(format!("{units} people in units, {planned} in grids"));
    }
    Ok(true)
}

fn numbers() -> Vec<Vec<u8>> {
    (0..16)
        .map(|seed| (0..400).map(|i: u32| (i.wrapping_mul(seed * 37 + 11) >> 2) as u8).collect())
        .collect()
}

/// Soups of rings on a small lattice, where everything meets everything.
fn ground(input: &[u8]) -> Result<bool, String> {
    let mut dice = Dice::new(crate::changes::checksum(input));
    let (mut units, mut bytes) = (Vec::new(), input.iter().copied());
    while let Some(count) = bytes.next() {
        let mut ring = Vec::new();
        for _ in 0..3 + count % 8 {
            let (Some(x), Some(y)) = (bytes.next(), bytes.next()) else { break };
            let off = if dice.below(6) == 0 { dice.below(100) as f64 * 1e-9 } else { 0.0 };
            ring.push([f64::from(x % 13) * 1e-3 + off, f64::from(y % 13) * 1e-3]);
        }
        if ring.len() >= 3 && units.len() < 40 {
            ring.push(ring[0]);
            units.push(format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"population\":1}},\"geometry\":{{\"type\":\
                 \"Polygon\",\"coordinates\":[{ring:?}]}}}}"
            ));
        }
    }
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", units.join(","));
    let path = put("soup/units.geojson", text.as_bytes());
    let Ok(folder) = io::read_units(&path, None, &ReadOptions::default()) else { return Ok(false) };
    let survey = Survey { units: evengrid::ground::UnitKind::Ground, ..Survey::default() };
    let Ok(ground) = survey.run(&folder.city) else { return Ok(false) };
    let areas = &ground.area_m2;
    match areas.iter().all(|area| area.is_finite() && *area >= 0.0) {
        true => Ok(true),
        false => Err(format!("areas {areas:?}")),
    }
}

/// Graphs, connected or not: all blocks are there, and connected where the graph is.
fn graph(input: &[u8]) -> Result<bool, String> {
    let Some((&[n, k, most, dimensions], rest)) = input.split_first_chunk() else {
        return Ok(false);
    };
    let (n, dimensions) = (1 + usize::from(n % 60), 1 + usize::from(dimensions % 3));
    let byte = |i: usize| rest.get(i % rest.len().max(1)).copied().unwrap_or(0);
    let weights: Vec<i64> = (0..n * dimensions)
        .map(|i| i64::from(byte(i)) << (byte(i + 1) % 40).min(if most > 128 { 39 } else { 3 }))
        .collect();
    let edges: Vec<(u32, u32, i64)> = rest
        .chunks_exact(3)
        .map(|e| (u32::from(e[0]) % n as u32, u32::from(e[1]) % n as u32, i64::from(e[2])))
        .collect();
    let Ok(graph) = Graph::new(dimensions, weights, &edges) else { return Ok(false) };
    let k = 1 + usize::from(k) % n;
    let divider =
        Divider { effort: Effort::Fast, ..Divider::new(vec![Tolerance::both(0.05); dimensions]) };
    let Ok(division) = divider.divide(&graph, k) else { return Ok(false) };
    let mut used = vec![false; k];
    division.labels.iter().for_each(|&block| used[block as usize] = true);
    if used.contains(&false) {
        return Err(format!("an empty block among {k}"));
    }
    let (_, parts) = graph.components_within(|u, v| division.labels[u] == division.labels[v]);
    let (_, whole) = graph.components();
    if whole <= k && parts != k && division.in_pieces == 0 {
        return Err(format!("{k} blocks in {parts} parts"));
    }
    Ok(true)
}

/// Clients and sites: every bound lies below what was found.
fn location(input: &[u8]) -> Result<bool, String> {
    let Some((&[p, reach], rest)) = input.split_first_chunk() else { return Ok(false) };
    let points: Vec<[f64; 2]> =
        rest.chunks_exact(2).take(60).map(|c| [f64::from(c[0]), f64::from(c[1])]).collect();
    let half = points.len() / 2;
    let (clients, sites) = points.split_at(half);
    let Ok(distances) = Distances::between(clients.to_vec(), sites.to_vec(), 1.0) else {
        return Ok(false);
    };
    let demand: Vec<f64> = rest.iter().take(clients.len()).map(|b| f64::from(b % 9)).collect();
    let p = 1 + usize::from(p) % sites.len().max(1);
    let radius = f64::from(reach);
    let found = [
        PMedian::new(p).solve(&distances, &demand, &[]),
        PCenter::new(p).solve(&distances, &demand, &[]),
        SetCover::within(radius).solve(&distances, &demand, &[]),
        MaxCover::new(p, radius).solve(&distances, &demand, &[]),
    ];
    let mut read = false;
    for solution in found.into_iter().flatten() {
        read = true;
        let slack = 1e-9 * solution.objective.abs();
        let between = solution.lower_bound <= solution.objective + slack
            && solution.objective <= solution.upper_bound + slack;
        if !between || solution.sites.iter().any(|&site| site >= sites.len()) {
            return Err(format!("{solution:?}"));
        }
    }
    Ok(read)
}

fn plans() -> Vec<Vec<u8>> {
    ["grids.geojson", "plan.json", "units.geojson"]
        .map(|name| fs::read(Path::new("tests/golden/0.1.0/plan").join(name)).unwrap())
        .to_vec()
}

/// One file of a plan folder is another's work.
fn plan(input: &[u8]) -> Result<bool, String> {
    let mut read = false;
    for (name, seed) in ["grids.geojson", "plan.json", "units.geojson"].into_iter().zip(plans()) {
        put(&format!("plan/{name}"), &seed);
    }
    for name in ["grids.geojson", "plan.json", "units.geojson"] {
        let path = place().join("plan").join(name);
        let kept = fs::read(&path).unwrap();
        put(&format!("plan/{name}"), input);
        let folder = place().join("plan");
        read |= io::read_plan_folder(&folder).is_ok_and(|register| !register.grids().is_empty());
        if let Ok((drawn, _)) = io::read_drawn_folder(&folder, &ReadOptions::default()) {
            read |= evengrid::audit::Audit::default().run(&drawn, None).is_ok();
        }
        fs::write(path, kept).unwrap();
    }
    Ok(read)
}

fn tomls() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../src/organise/teams/roles.toml").to_vec(),
        include_bytes!("../src/cases/items.toml").to_vec(),
    ]
}

fn toml(input: &[u8]) -> Result<bool, String> {
    let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
    let roles = Roles::parse(text, "roles.toml").is_ok();
    let items = evengrid::cases::Items::parse(text, "items.toml").is_ok();
    Ok(roles || items)
}

fn tables() -> Vec<Vec<u8>> {
    [
        "id,lon,lat\na,0.5,0.5\nb,,\n",
        "经度;纬度;name\r\n104.1;30.2;\"a;\"\"b\"\r\n",
        "lon,lat,time,kind,discovered\n0.5,0.5,2026-01-02T03:04:05+08:00,noise,2026-01-02 03:04\n",
        "case\tx\ty\n1\t2\t3\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn table(input: &[u8]) -> Result<bool, String> {
    let path = put("table.csv", input);
    let points = io::read_points(&path, &ReadOptions::default());
    let cases = io::read_cases(&path, &ReadOptions { crs: Crs::Gcj02, ..ReadOptions::default() });
    Ok(points.is_ok() || cases.is_ok())
}

/// Workbooks of people, as points and as cases.
#[cfg(feature = "excel")]
fn workbooks() -> Vec<Vec<u8>> {
    let book = |rows: &[&[&str]]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let page = book.add_worksheet();
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => drop(page.write_number(row, column, number).unwrap()),
                    Err(_) => drop(page.write_string(row, column, *cell).unwrap()),
                }
            }
        }
        book.save_to_buffer().unwrap()
    };
    vec![
        book(&[&["id", "lon", "lat"], &["a", "0.5", "0.5"], &[], &["b", "0.25", "1e-3"]]),
        book(&[&["lon", "lat", "time", "kind"], &["104.1", "30.2", "2026-01-02", "noise"]]),
    ]
}

#[cfg(feature = "excel")]
fn workbook(input: &[u8]) -> Result<bool, String> {
    let mut read = false;
    for name in ["table.xlsx", "table.ods"] {
        let path = put(name, input);
        let points = io::read_points(&path, &ReadOptions::default());
        let cases =
            io::read_cases(&path, &ReadOptions { crs: Crs::Gcj02, ..ReadOptions::default() });
        read |= points.is_ok() || cases.is_ok();
    }
    Ok(read)
}
