//! The main job on the bundled cities, judged from the written files alone.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{features, number, parts, text, touching, twice_area, unshared};
use evengrid::generate::{Generate, People};
use evengrid::io::{self, ReadOptions};
use evengrid::pipeline::Pipeline;
use evengrid::{Divide, report};
use geojson::Feature;
use serde_json::Value;

/// What every plan folder must keep, whatever the city.
fn check_promises(city: &Path, plan: &Path, tolerance: f64) -> (Vec<Feature>, Value) {
    let input = features(&city.join("units.geojson.gz"));
    let units = features(&plan.join("units.geojson"));
    let grids = features(&plan.join("grids.geojson"));
    let communities = features(&city.join("communities.geojson.gz"));
    let record: Value =
        serde_json::from_str(&fs::read_to_string(plan.join("plan.json")).unwrap()).unwrap();

    // Nothing is lost: every unit, its properties, its geometry, and all the people.
    assert_eq!(units.len(), input.len());
    for (was, is) in input.iter().zip(&units) {
        assert_eq!(was.geometry, is.geometry);
        let mut properties = is.properties.clone().unwrap();
        assert!(properties.remove("grid").unwrap().is_string());
        assert_eq!(was.properties.as_ref().unwrap(), &properties);
    }
    let people: f64 = input.iter().map(|u| number(u, "population")).sum();
    assert_eq!(grids.iter().map(|g| number(g, "population")).sum::<f64>(), people);

    // Codes: one feature per grid, the community's code and three digits.
    let codes: BTreeSet<String> = grids.iter().map(|g| text(g, "grid")).collect();
    assert_eq!(codes.len(), grids.len());
    let of_unit: Vec<String> = units.iter().map(|u| text(u, "grid")).collect();
    assert_eq!(of_unit.iter().cloned().collect::<BTreeSet<_>>(), codes);
    for (unit, grid) in units.iter().zip(&of_unit) {
        let community = text(unit, "community");
        assert_eq!(grid.strip_prefix(&community).map(str::len), Some(3), "{grid}");
    }

    // Contiguity, by the shared segments of the input; a community in pieces may have such a grid.
    let pairs = touching(&input);
    let labels: Vec<&str> = of_unit.iter().map(String::as_str).collect();
    let owners: Vec<String> = units.iter().map(|u| text(u, "community")).collect();
    let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
    let community_parts = parts(&owners, &pairs);
    for (grid, parts) in parts(&labels, &pairs) {
        assert!(parts == 1 || community_parts[&grid[..grid.len() - 3]] > 1, "{grid}: {parts}");
    }

    // Tiling: every inner border is shared by exactly two grids; areas are those of the communities.
    assert!(unshared(&grids) < grids.iter().map(|g| common::segments(g).len()).sum());
    let mut area: BTreeMap<String, f64> = BTreeMap::new();
    for grid in &grids {
        *area.entry(text(grid, "community")).or_insert(0.0) += twice_area(grid);
    }
    for community in &communities {
        let (own, sum) = (twice_area(community).abs(), area[&text(community, "id")]);
        assert!((own - sum).abs() <= 1e-9 * own, "{own} {sum}");
    }

    // Every grid out of tolerance is named, with a reason.
    let mut means: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for grid in &grids {
        let mean = means.entry(text(grid, "community")).or_default();
        *mean = (mean.0 + number(grid, "population"), mean.1 + 1.0);
    }
    let violations = record["violations"].as_array().unwrap();
    let named: BTreeSet<&str> = violations
        .iter()
        .filter(|v| v["promise"] == "population")
        .inspect(|v| assert!(v["reason"].as_str().unwrap().len() > 20))
        .map(|v| v["grid"].as_str().unwrap())
        .collect();
    for grid in &grids {
        let (sum, count) = means[&text(grid, "community")];
        // Where nobody lives there is nothing to be even in.
        let mean = sum / count;
        let deviation = if mean > 0.0 { number(grid, "population") / mean - 1.0 } else { 0.0 };
        assert!((deviation - number(grid, "population_deviation")).abs() < 1e-5);
        let code = text(grid, "grid");
        assert_eq!(deviation.abs() > tolerance + 1e-9, named.contains(code.as_str()), "{code}");
    }
    (grids, record)
}

#[test]
fn denver_is_planned_whole() {
    let city = Path::new("examples/data/denver");
    let mut folder = io::read_city(city, &ReadOptions::default()).unwrap();
    People::default().seed(1).populate(&mut folder.city);
    let planned = Pipeline::new(Divide::into_grids_of(1_000.0)).run(&folder.city).unwrap();
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("denver");
    let maps = report::pages(&report::Exhibit::of(&folder.city, &planned));
    io::write_plan(&plan, &folder, &planned, &maps, false).unwrap();

    let (grids, record) = check_promises(city, &plan, 0.05);
    assert_eq!(record["totals"]["population"], 715_522.0);
    assert_eq!(record["totals"]["communities"], 178);
    assert!(record["modelled"][0].as_str().unwrap().contains("not real data"));
    assert!(maps.iter().all(|(_, map)| map.contains("not real data")));
    // METIS leaves about half of the grids out of tolerance; some cannot be met.
    let within = grids.iter().filter(|g| number(g, "population_deviation").abs() <= 0.05).count();
    assert!(within >= 620, "{within} of {} grids within tolerance", grids.len());
    let violation = record["objective"]["violation"].as_f64().unwrap();
    let least = record["objective"]["least_violation"].as_f64().unwrap();
    assert!(least <= violation && violation < 1.5 * least, "{least} {violation}");
    assert_eq!(planned.officers.officer_of_community.iter().flatten().count(), 178);
}

#[test]
fn jinchang_scale_meets_every_constraint() {
    let city = Path::new("examples/data/jinchang");
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    let status = evengrid(&["plan", "examples/data/jinchang", "--grids", "463", "--places", "659"])
        .args(["--quiet", "-o"])
        .arg(&plan)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
    let (grids, record) = check_promises(city, &plan, 0.05);
    assert_eq!(grids.len(), 463);
    assert!(record["violations"].as_array().unwrap().is_empty());
    assert_eq!(record["staff"]["central_households"], 659);

    // One officer for each of 26 communities, each officer once.
    let officers: BTreeMap<String, String> =
        grids.iter().map(|g| (text(g, "community"), text(g, "officer"))).collect();
    assert_eq!(officers.len(), 26);
    assert_eq!(officers.values().collect::<BTreeSet<_>>().len(), 26);

    // Every member household is linked once, within its grid, ten to a central household at most.
    let assignments = features(&plan.join("assignments.geojson"));
    let of_kind = |kind: &str| -> Vec<&Feature> {
        assignments.iter().filter(|f| text(f, "kind") == kind).collect()
    };
    let grid_of: BTreeMap<String, String> =
        of_kind("central_household").iter().map(|f| (text(f, "id"), text(f, "grid"))).collect();
    assert_eq!(grid_of.len(), 659);
    let mut linked = BTreeSet::new();
    let mut load: BTreeMap<String, usize> = BTreeMap::new();
    for link in of_kind("link") {
        assert!(linked.insert(text(link, "member")));
        let central = text(link, "central_household");
        assert_eq!(grid_of[&central], text(link, "grid"));
        *load.entry(central).or_insert(0) += 1;
    }
    assert_eq!(linked.len(), features(&city.join("members.geojson.gz")).len());
    assert!(load.values().all(|&n| n <= 10));
}

#[test]
fn the_bundled_jinchang_is_what_generate_draws() {
    for (name, drawn) in Generate::default().folder() {
        let packed = fs::File::open(format!("examples/data/jinchang/{name}.gz")).unwrap();
        let bundled = std::io::read_to_string(flate2::read::GzDecoder::new(packed)).unwrap();
        assert!(bundled == drawn, "{name} differs");
    }
}

#[test]
fn threads_and_runs_do_not_change_a_byte() {
    let place = tempfile::tempdir().unwrap();
    let run = |name: &str, threads: &str| {
        let plan = place.path().join(name);
        let status = evengrid(&["plan", "examples/data/jinchang", "--grids", "463", "--quiet"])
            .args(["--threads", threads, "-o"])
            .arg(&plan)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(0));
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(&plan).unwrap() {
            let path = entry.unwrap().path();
            let mut content = fs::read_to_string(&path).unwrap();
            if path.ends_with("plan.json") {
                let mut record: Value = serde_json::from_str(&content).unwrap();
                assert!(record.as_object_mut().unwrap().remove("timings").is_some());
                content = record.to_string();
            }
            files.insert(path.file_name().unwrap().to_owned(), content);
        }
        files
    };
    let first = run("1-a", "1");
    assert_eq!(first.len(), 7);
    for (name, threads) in [("1-b", "1"), ("2-a", "2"), ("2-b", "2"), ("8-a", "8"), ("8-b", "8")] {
        assert!(run(name, threads) == first, "{name} differs");
    }
}

fn evengrid(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command.args(arguments);
    command
}
