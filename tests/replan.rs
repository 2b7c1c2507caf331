//! A plan that stands is changed, judged from the written files alone.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use common::{features, number, parts, text, touching};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A town of square units in two communities, west and east.
struct Town {
    place: TempDir,
}

const WIDTH: usize = 16;
const HEIGHT: usize = 8;

impl Town {
    fn new() -> Town {
        let town = Town { place: tempfile::tempdir().unwrap() };
        town.write("now", |_, unit| Some(unit));
        town
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Writes a state of the town; `change` may alter or drop each unit.
    fn write(&self, name: &str, change: impl Fn(usize, Value) -> Option<Value>) {
        let unit = |i: usize| {
            // The same numbers on both sides of a border.
            let [x, e] = [i % WIDTH, i % WIDTH + 1].map(|column| column as f64 * 1e-3);
            let [y, n] = [i / WIDTH, i / WIDTH + 1].map(|row| row as f64 * 1e-3);
            json!({
                "type": "Feature",
                "properties": {
                    "id": format!("u{i}"),
                    "population": 8 + i % 5,
                    "community": if i % WIDTH < WIDTH / 2 { "620302001001" } else { "620302001002" },
                },
                "geometry": {"type": "Polygon", "coordinates": [[[x, y], [e, y], [e, n], [x, n], [x, y]]]},
            })
        };
        let units: Vec<Value> = (0..WIDTH * HEIGHT).filter_map(|i| change(i, unit(i))).collect();
        fs::create_dir_all(self.folder(name)).unwrap();
        let text = json!({"type": "FeatureCollection", "features": units}).to_string();
        fs::write(self.folder(name).join("units.geojson"), text).unwrap();
    }

    fn run(&self, command: &str, city: &str, out: &str, arguments: &[&str]) -> Output {
        let mut run = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        run.arg(command).arg(self.folder(city)).arg("-o").arg(self.folder(out)).args(arguments);
        run.output().unwrap()
    }

    fn replan(&self, city: &str, out: &str, arguments: &[&str]) -> Value {
        let current = self.folder("plan");
        let arguments = [&["--current", current.to_str().unwrap()], arguments].concat();
        let output = self.run("replan", city, out, &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let record = record(&self.folder(out));
        judge(&self.folder("plan"), &self.folder(out), &record);
        record["replan"].clone()
    }
}

fn record(plan: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(plan.join("plan.json")).unwrap()).unwrap()
}

fn grid_of_unit(plan: &Path) -> BTreeMap<String, (String, f64)> {
    let units = features(&plan.join("units.geojson"));
    units.iter().map(|u| (text(u, "id"), (text(u, "grid"), number(u, "population")))).collect()
}

/// Figures of a change recomputed from both folders.
fn judge(before: &Path, after: &Path, record: &Value) {
    let (was, is) = (grid_of_unit(before), grid_of_unit(after));
    let change = &record["replan"];
    let moves = change["moves"].as_array().unwrap();
    let told: BTreeSet<&str> = moves.iter().map(|m| m["unit"].as_str().unwrap()).collect();
    let mut moved = 0.0;
    let mut different = BTreeSet::new();
    for (unit, (grid, people)) in &is {
        match was.get(unit) {
            Some((old, _)) if old != grid => {
                moved += people;
                different.insert(unit.as_str());
            }
            Some(_) => {}
            None => {
                different.insert(unit.as_str());
            }
        }
    }
    different.extend(was.keys().filter(|unit| !is.contains_key(*unit)).map(String::as_str));
    if change["renamed_grids"].as_array().unwrap().is_empty() {
        assert_eq!(change["people_moved"].as_f64().unwrap(), moved);
        assert_eq!(told, different);
    }
    assert!(change["least_people_moved"].as_f64() <= change["people_moved"].as_f64());
    // The table says the same.
    let table = fs::read_to_string(after.join("moves.csv")).unwrap();
    assert_eq!(table.lines().count(), moves.len() + 1);
    assert!(table.starts_with("unit,from,to,people,reason\n"));
    // Contiguity and tolerance, from the shapes.
    let units = features(&after.join("units.geojson"));
    let labels: Vec<String> = units.iter().map(|u| text(u, "grid")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    for (grid, parts) in parts(&labels, &touching(&units)) {
        assert_eq!(parts, 1, "{grid}");
    }
    for grid in features(&after.join("grids.geojson")) {
        assert!(number(&grid, "population_deviation").abs() <= 0.100_001);
    }
}

#[test]
fn a_plan_lives() {
    let town = Town::new();
    let first = town.run("plan", "now", "plan", &["--grids", "8", "--population-tolerance", "0.1"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));

    // Nothing changed: the same bytes, but for what tells of the change and the time it took.
    let same = town.replan("now", "same", &[]);
    assert_eq!(same["people_moved"], 0.0);
    assert_eq!(same["gap"], 0.0);
    for file in ["units.geojson", "grids.geojson", "map.svg"] {
        let bytes = |plan: &str| fs::read(town.folder(plan).join(file)).unwrap();
        assert_eq!(bytes("plan"), bytes("same"), "{file}");
    }
    let plain = |plan: &str| {
        let mut record = record(&town.folder(plan));
        let object = record.as_object_mut().unwrap();
        object.remove("replan");
        object.remove("timings");
        record
    };
    assert_eq!(plain("plan"), plain("same"));
    // Again, with one thread, and on top of the changed plan.
    let again = town.replan("now", "again", &["--threads", "1"]);
    assert_eq!(again, same);

    // A house has grown, one is gone, one is new.
    town.write("next", |i, mut unit| {
        match i {
            3 => unit["properties"]["population"] = json!(60),
            90 => return None,
            40 => unit["properties"]["id"] = json!("new"),
            _ => {}
        }
        Some(unit)
    });
    let change = town.replan("next", "moved", &[]);
    assert!(change["people_moved"].as_f64().unwrap() > 0.0);
    assert_eq!((&change["new_units"], &change["vanished_units"]), (&json!(1), &json!(2)));
    assert_eq!(change["grids_kept"], 8);
    let page = fs::read_to_string(town.folder("moved").join("map.html")).unwrap();
    assert!(page.contains("\"before\":{"));
    let both = fs::read_to_string(town.folder("moved").join("changes.svg")).unwrap();
    assert!(both.contains("get another grid"));
    // What was written can be asked and changed again.
    let points = town.folder("points.csv");
    fs::write(&points, "lon,lat\n0.0005,0.0005\n").unwrap();
    let mut locate = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    locate.arg("locate").arg(town.folder("moved")).arg("--points").arg(&points);
    locate.arg("-o").arg(town.folder("answered.csv"));
    assert!(locate.output().unwrap().status.success());

    // More grids, fewer grids, a lock, a curve.
    let more = town.replan("now", "more", &["--grids", "9"]);
    assert_eq!(more["new_grids"].as_array().unwrap().len(), 1);
    assert!(more["least_people_moved"].as_f64().unwrap() > 0.0);
    let fewer = town.replan("now", "fewer", &["--grids", "7"]);
    assert_eq!(fewer["given_up_grids"].as_array().unwrap().len(), 1);
    let curve = town.folder("curve.csv");
    let lock = ["--lock", "620302001001004", "--curve", curve.to_str().unwrap()];
    town.replan("next", "locked", &lock);
    let of = |plan: &str| -> BTreeSet<String> {
        let units = grid_of_unit(&town.folder(plan)).into_iter();
        units.filter(|(_, (grid, _))| grid == "620302001001004").map(|(unit, _)| unit).collect()
    };
    let kept: BTreeSet<String> =
        of("plan").into_iter().filter(|u| u != "u40" && u != "u90").collect();
    assert_eq!(kept, of("locked").into_iter().filter(|u| u != "new").collect());
    assert!(fs::read_to_string(curve).unwrap().lines().count() > 5);
}

#[test]
fn what_cannot_be_done_says_why() {
    let town = Town::new();
    let tolerance = ["--grids", "8", "--population-tolerance", "0.1"];
    assert!(town.run("plan", "now", "plan", &tolerance).status.success());
    let current = town.folder("plan");
    let current = current.to_str().unwrap();
    let nowhere = town.folder("nowhere");
    let cases: [(&[&str], &str); 5] = [
        (&["--current", current, "--lock", "007"], "no such grid"),
        (&["--current", current, "--grids", "1"], "ask for"),
        (&["--current", current, "--stability=-1"], "stability"),
        (&["--current", current, "--curve", "curve.txt"], ".csv or .svg"),
        (&["--current", nowhere.to_str().unwrap()], "plan.json"),
    ];
    for (arguments, part) in cases {
        let output = town.run("replan", "now", "out", arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(part), "{part:?} is not in {message}");
        assert!(!town.folder("out").exists());
    }
}

/// Traits and amounts of a town's unit, in another column for every id.
fn told(i: usize, mut unit: Value) -> Value {
    let own = unit["properties"].as_object_mut().unwrap();
    let id = own.remove("id").unwrap();
    let people = own.remove("population").unwrap();
    own.insert("GEOID".into(), id);
    own.insert("POP".into(), people);
    own.insert("elderly".into(), json!(i % 3));
    own.insert("tenure".into(), json!(["own", "let"][i % 2]));
    own.insert("era".into(), json!(1950 + 10 * (i % WIDTH)));
    unit
}

#[test]
fn what_was_asked_is_asked_again() {
    let town = Town::new();
    town.write("now", |i, unit| Some(told(i, unit)));
    town.write("next", |i, unit| {
        let mut unit = told(i, unit);
        if i == 3 {
            unit["properties"]["POP"] = json!(60);
        }
        Some(unit)
    });
    let asked = [
        ["--people-per-grid", "100:160:200"],
        ["--weight", "elderly=0.4"],
        ["--mix", "tenure=0.2"],
        ["--alike", "era=0.5"],
        ["--apart", "u0,u17"],
        ["--max-diameter", "900"],
        ["--barrier-cost", "dyke=0.2"],
        ["--id-field", "GEOID"],
        ["--population-field", "POP"],
        ["--seed", "5"],
    ]
    .concat();
    let first = town.run("plan", "now", "plan", &asked);
    assert!(first.status.code().is_some_and(|code| code < 2), "{first:?}");
    let before = record(&town.folder("plan"));
    assert_eq!(before["parameters"]["people-per-grid"], "100:160:200");
    let found = before["totals"]["general_grids"].as_u64().unwrap();
    assert_eq!(found as usize, features(&town.folder("plan").join("grids.geojson")).len());

    let current = town.folder("plan");
    let current = ["--current", current.to_str().unwrap()];
    let again = |city: &str, out: &str, more: &[&str]| -> Value {
        let output = town.run("replan", city, out, &[&current[..], more].concat());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code().is_some_and(|code| code < 2), "{message}");
        record(&town.folder(out))
    };
    // Nothing is lost, and nobody moves for nothing.
    let same = again("now", "same", &[]);
    assert_eq!(same["parameters"], before["parameters"]);
    assert_eq!(same["replan"]["people_moved"], 0.0);
    for file in ["units.geojson", "grids.geojson"] {
        let bytes = |plan: &str| fs::read(town.folder(plan).join(file)).unwrap();
        assert_eq!(bytes("plan"), bytes("same"), "{file}");
    }
    // A change is met by what was asked: figures are there, and people within their own range.
    let next = again("next", "next-plan", &[]);
    assert_eq!(next["parameters"], before["parameters"]);
    for violation in next["violations"].as_array().unwrap() {
        let limit = &violation["limit"];
        assert!(violation["promise"] != "population" || *limit == 100 || *limit == 200);
    }
    for grid in features(&town.folder("next-plan").join("grids.geojson")) {
        assert!(number(&grid, "deviation_elderly").is_finite());
        assert!(number(&grid, "diameter_m") > 0.0);
    }
    // Added to, put in another's place, let go.
    let more = again(
        "next",
        "more",
        &["--weight", "elderly=0.5", "--apart", "u5,u6", "--forget", "mix", "--grids", "9"],
    );
    let parameters = &more["parameters"];
    assert_eq!(parameters["weight"], json!({"elderly": "0.5"}));
    assert_eq!(parameters["apart"], json!([["u0", "u17"], ["u5", "u6"]]));
    assert_eq!((&parameters["mix"], &parameters["people-per-grid"]), (&Value::Null, &Value::Null));
    assert_eq!((&parameters["grids"], &parameters["seed"]), (&json!(9), &json!(5)));
    assert_eq!(parameters["alike"], json!({"era": 0.5}));
    let refused = |more: &[&str], part: &str| {
        let output = town.run("replan", "next", "refused", &[&current[..], more].concat());
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(part), "{part:?} is not in {message}");
    };
    refused(&["--forget", "households-per-grid"], "was not asked");
    refused(&["--population-tolerance", "0.1"], "--forget people-per-grid");
}

#[test]
fn a_number_of_grids_goes_when_it_no_longer_suits_the_people() {
    let town = Town::new();
    let asked = ["--people-per-grid", "100:160:200"];
    let first = town.run("plan", "now", "plan", &asked);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    // The west has nearly twice its people.
    town.write("grown", |i, mut unit| {
        if i % WIDTH < WIDTH / 2 {
            unit["properties"]["population"] = json!(19);
        }
        Some(unit)
    });
    let current = town.folder("plan");
    let output = town.run("replan", "grown", "out", &["--current", current.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let count = |plan: &str, community: &str| {
        let grids = features(&town.folder(plan).join("grids.geojson"));
        grids.iter().filter(|grid| text(grid, "community") == community).count()
    };
    assert_eq!((count("plan", "620302001001"), count("out", "620302001001")), (4, 8));
    assert_eq!(count("plan", "620302001002"), count("out", "620302001002"));
    for grid in features(&town.folder("out").join("grids.geojson")) {
        assert!((100.0..=200.0).contains(&number(&grid, "population")));
    }
}
