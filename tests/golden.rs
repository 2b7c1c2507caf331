//! Golden plans: the plans of the bundled cities are these, on any number of threads, and a plan that
//! an earlier version wrote can still be read.

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

/// Names, files and hashes. Set this variable to write it anew.
const RENEW: &str = "EVENGRID_RENEW_GOLDEN";
const HASHES: &str = "tests/golden/plans.txt";

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
    let mut hexadecimal = String::new();
    hasher.finalize().iter().for_each(|byte| write!(hexadecimal, "{byte:02x}").unwrap());
    hexadecimal
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
    let told: String = found.iter().map(|(city, hash)| format!("{city} {hash}\n")).collect();
    if std::env::var_os(RENEW).is_some() {
        fs::write(HASHES, &told).unwrap();
    }
    // Angles and roots are computed a little differently by other processors and libraries.
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        let Ok(golden) = fs::read_to_string(HASHES) else {
            return eprintln!("there are no hashes in {HASHES}: set {RENEW}=1 to write them");
        };
        assert_eq!(
            told, golden,
            "plans have changed: where they were meant to, set {RENEW}=1 and say why in CHANGELOG.md"
        );
    }
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
