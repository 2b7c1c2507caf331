//! Golden plans: the plans of the bundled cities are these, and what is made of one of them, on any
//! number of threads; and a plan that an earlier version wrote can still be read.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use evengrid::divide::Effort;
use evengrid::io::{self, ReadOptions};
use evengrid::plan::GridCount;
use evengrid::{Divide, Pipeline};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Set this variable to write the hashes anew.
const RENEW: &str = "EVENGRID_RENEW_GOLDEN";
const JINCHANG: &str = "examples/data/jinchang";

/// The hash of what a plan says, but for its timings and the version.
fn hash(city: &str, count: GridCount, threads: usize) -> String {
    let folder =
        io::read_city(Path::new("examples/data").join(city), &ReadOptions::default()).unwrap();
    let divide = Divide { count, ..Divide::into_grids(1) }.effort(Effort::Fast);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    pool.install(|| {
        let planned = Pipeline::new(divide).run(&folder.city).unwrap();
        io::write_plan(&plan, &folder, &planned, &[], false).unwrap();
    });
    let mut hasher = Sha256::new();
    let mut names: Vec<_> =
        fs::read_dir(&plan).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names {
        let mut text = fs::read(plan.join(&name)).unwrap();
        if name == "plan.json" {
            let mut record: Value = serde_json::from_slice(&text).unwrap();
            let record_members = record.as_object_mut().unwrap();
            record_members.remove("timings").unwrap();
            record_members.remove("evengrid").unwrap();
            text = record.to_string().into_bytes();
        }
        hasher.update(name.to_string_lossy().as_bytes());
        hasher.update(&text);
    }
    hexadecimal(hasher)
}

fn hexadecimal(hasher: Sha256) -> String {
    let mut text = String::new();
    hasher.finalize().iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
    text
}

/// Whether the hashes are those in a file of `tests/golden`: `name hash` a line.
fn are_golden(found: &BTreeMap<&str, String>, file: &str) {
    let told: String = found.iter().map(|(name, hash)| format!("{name} {hash}\n")).collect();
    let hashes = Path::new("tests/golden").join(file);
    if std::env::var_os(RENEW).is_some() {
        fs::write(&hashes, &told).unwrap();
    }
    // Angles and roots are computed a little differently by other processors and libraries.
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        let golden = fs::read_to_string(&hashes).unwrap_or_default();
        assert_eq!(
            told, golden,
            "answers have changed: where they were meant to, set {RENEW}=1 and say why in CHANGELOG.md"
        );
    }
}

#[test]
fn the_plans_of_the_bundled_cities_are_these() {
    let cities = [
        ("buenos-aires", GridCount::PeoplePerGrid(1_000.0)),
        ("denver", GridCount::PeoplePerGrid(1_000.0)),
        ("helsinki", GridCount::PeoplePerGrid(1_000.0)),
        ("jinchang", GridCount::Total(463)),
        ("shanghai", GridCount::PeoplePerGrid(1_000.0)),
    ];
    let mut found = BTreeMap::new();
    for (city, count) in cities {
        let one = hash(city, count, 1);
        for threads in [2, 8] {
            assert_eq!(hash(city, count, threads), one, "{city} on {threads} threads");
        }
        found.insert(city, one);
    }
    are_golden(&found, "plans.txt");
}

/// The features and rows that the command writes with some arguments on so many threads.
fn written(arguments: &[&str], threads: &str) -> String {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C").args(arguments);
    let output = command.args(["--threads", threads, "--quiet", "-o"]).arg(&out).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().unwrap() <= 1, "{arguments:?}: {said}");
    let mut files: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "geojson" || e == "csv"));
    files.sort();
    assert!(!files.is_empty());
    let mut hasher = Sha256::new();
    for file in files {
        hasher.update(file.file_name().unwrap().to_string_lossy().as_bytes());
        hasher.update(fs::read(file).unwrap());
    }
    hexadecimal(hasher)
}

#[test]
fn what_is_made_of_jinchangs_plan_is_this() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let (plan, table) = (path("plan"), path("people.csv"));
    let made = Command::new(env!("CARGO_BIN_EXE_evengrid"))
        .args(["plan", JINCHANG, "--grids", "463", "--effort", "fast", "--quiet", "-o", &plan])
        .status();
    assert!(made.unwrap().code().unwrap() <= 1);
    // Half as many people more in every fiftieth unit.
    let city = io::read_city(Path::new(JINCHANG), &ReadOptions::default()).unwrap().city;
    let mut people = String::from("id,population\n");
    for (i, unit) in city.units.iter().enumerate() {
        let factor = if i % 50 == 0 { 1.5 } else { 1.0 };
        writeln!(people, "{},{}", unit.id, (unit.population * factor).round()).unwrap();
    }
    fs::write(&table, people).unwrap();

    // Stations of limited room, too few for all.
    let limited = path("limited");
    fs::create_dir(&limited).unwrap();
    for file in fs::read_dir(JINCHANG).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap();
        if !name.to_string_lossy().starts_with("stations") {
            fs::copy(&file, Path::new(&limited).join(name)).unwrap();
        }
    }
    let mut stations = String::from("id,lon,lat,capacity\n");
    for (i, station) in city.stations.iter().enumerate() {
        let (at, room) = (station.position, 6_000 + 500 * (i % 7));
        writeln!(stations, "{},{},{},{room}", station.id, at.x(), at.y()).unwrap();
    }
    fs::write(Path::new(&limited).join("stations.csv"), stations).unwrap();

    let named: [(&str, &[&str]); 11] = [
        ("central-households", &["assign", "households", JINCHANG, &plan, "--places", "659"]),
        (
            "few-links",
            &["assign", "households", JINCHANG, &plan, "--places", "700", "--links", "3"],
        ),
        ("officers", &["assign", "officers", JINCHANG, &plan]),
        ("stations", &["assign", "stations", JINCHANG]),
        (
            "stations-with-room",
            &["assign", "stations", &limited, "--model", "people", "-p", "27", "--capacities"],
        ),
        ("partners", &["assign", "partners", JINCHANG]),
        ("members", &["assign", "members", JINCHANG]),
        ("structure", &["organise", JINCHANG, &plan]),
        ("replanned", &["replan", JINCHANG, "--current", &plan, "--population-table", &table]),
        ("more-grids", &["replan", JINCHANG, "--current", &plan, "--grids", "470"]),
        (
            "balanced",
            &["plan", "examples/data/shanghai", "--target-population", "1000", "--seed", "7"],
        ),
    ];
    let mut found = BTreeMap::new();
    for (name, arguments) in named {
        let one = written(arguments, "1");
        assert_eq!(written(arguments, "3"), one, "{name} on 3 threads");
        found.insert(name, one);
    }
    are_golden(&found, "answers.txt");
}

/// Every version's plan that is kept.
#[test]
fn plans_of_earlier_versions_can_be_read() {
    let mut versions: Vec<_> = fs::read_dir("tests/golden")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    versions.sort();
    assert!(!versions.is_empty());
    for version in versions {
        let place = tempfile::tempdir().unwrap();
        let out = |name: &str| place.path().join(name);
        fs::write(out("points.csv"), "lon,lat\n0.0005,0.0005\n").unwrap();
        let (city, plan) = (version.join("city"), version.join("plan"));
        let run = |arguments: &[&dyn AsRef<std::ffi::OsStr>]| -> String {
            let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
            command.env("LC_ALL", "C");
            let output = command.args(arguments.iter().map(|a| a.as_ref())).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{version:?}: {said}");
            String::from_utf8(output.stdout).unwrap()
        };
        let audit = run(&[&"audit", &plan, &"--json"]);
        assert_eq!(serde_json::from_str::<Value>(&audit).unwrap()["passes"], true);
        run(&[&"locate", &plan, &"--points", &out("points.csv"), &"-o", &out("answered.csv")]);
        assert!(fs::read_to_string(out("answered.csv")).unwrap().contains("west001"));
        assert!(run(&[&"explain", &plan, &"--unit", &"u0"]).contains("west001"));
        run(&[&"render", &plan, &"-o", &out("map.html")]);
        run(&[&"replan", &city, &"--current", &plan, &"-o", &out("next")]);
        for file in ["units.geojson", "grids.geojson"] {
            let (old, new) = (fs::read(plan.join(file)), fs::read(out("next").join(file)));
            assert_eq!(old.unwrap(), new.unwrap(), "nothing has changed, so nothing is to change");
        }
    }
}
