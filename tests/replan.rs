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
        run.env("LC_ALL", "C");
        run.arg(command).arg(self.folder(city)).arg("-o").arg(self.folder(out)).args(arguments);
        run.output().unwrap()
    }

    /// Changes a plan that must keep all that is asked.
    fn run_near(&self, plan: &str, city: &str, out: &str, arguments: &[&str]) -> Value {
        let record = self.run_near_anyhow(plan, city, out, arguments);
        assert_eq!(record["violations"], json!([]));
        record["replan"].clone()
    }

    /// Changes a plan; exit code 1 will do.
    fn run_near_anyhow(&self, plan: &str, city: &str, out: &str, arguments: &[&str]) -> Value {
        let current = self.folder(plan);
        let arguments = [&["--current", current.to_str().unwrap()], arguments].concat();
        let output = self.run("replan", city, out, &arguments);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
        record(&self.folder(out))
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
    locate.env("LC_ALL", "C");
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

/// The grid of every unit in a plan.
fn grids_of(plan: &Path) -> BTreeMap<String, String> {
    grid_of_unit(plan).into_iter().map(|(unit, (grid, _))| (unit, grid)).collect()
}

fn reasons(record: &Value) -> Vec<String> {
    let moves = record["moves"].as_array().unwrap();
    moves.iter().map(|m| m["reason"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_or_stricter_ask_alone_is_met_with_few_moves() {
    let town = Town::new();
    let usual = ["--grids", "8", "--population-tolerance", "0.1"];
    assert!(town.run("plan", "now", "plan", &usual).status.success());
    let before = grids_of(&town.folder("plan"));
    let mates = |unit: &str| -> Vec<String> {
        let own = &before[unit];
        before.iter().filter(|(_, grid)| *grid == own).map(|(unit, _)| unit.clone()).collect()
    };

    // Three that share a grid are to be kept apart: two move, and little else.
    let place = |unit: &String| unit[1..].parse::<usize>().unwrap();
    let own = mates("u0");
    let east = own.iter().max_by_key(|u| (place(u) % WIDTH, HEIGHT - place(u) / WIDTH)).unwrap();
    let north = own.iter().max_by_key(|u| (place(u) / WIDTH, WIDTH - place(u) % WIDTH)).unwrap();
    let three = format!("u0,{east},{north}");
    let change = town.replan("now", "apart", &["--apart", &three]);
    let after = grids_of(&town.folder("apart"));
    let grids: BTreeSet<&String> = three.split(',').map(|unit| &after[unit]).collect();
    assert_eq!(grids.len(), 3);
    assert!(change["units_moved"].as_u64().unwrap() <= 6, "{change}");
    let (least, moved) = (&change["least_people_moved"], &change["people_moved"]);
    assert!(least.as_f64().unwrap() >= 16.0, "two of them have 16 people at least: {least}");
    assert!(least.as_f64() <= moved.as_f64());
    let told = reasons(&change);
    assert!(told.iter().any(|r| r.contains("would hold 3 units to be kept apart")), "{told:?}");
    // It was asked, so it stands; and it is no violation.
    let same = town.run_near("apart", "now", "apart-again", &[]);
    assert_eq!(same["people_moved"], 0.0);

    // A further amount: three units with many elderly share a grid, which is one too many.
    town.write("old", |i, mut unit| {
        let many = three.split(',').any(|name| name == format!("u{i}"));
        unit["properties"]["elderly"] = json!(if many { 30 } else { 10 });
        Some(unit)
    });
    let change = town.run_near("plan", "old", "even", &["--weight", "elderly=:0.2"]);
    let moved = change["people_moved"].as_f64().unwrap();
    assert!(moved > 0.0 && moved <= 40.0, "{moved}");
    assert!(change["least_people_moved"].as_f64().unwrap() > 0.0);
    let told = reasons(&change);
    assert!(told.iter().any(|r| r.contains("elderly, over its limit of")), "{told:?}");

    // A tighter tolerance: what was within the old one is not excused from the new one.
    town.write("uneven", |i, mut unit| {
        unit["properties"]["population"] = json!(if i / WIDTH < 2 { 14 } else { 8 });
        Some(unit)
    });
    let rough = ["--grids", "8", "--population-tolerance", "0.3"];
    assert!(town.run("plan", "uneven", "rough", &rough).status.success());
    let most = |plan: &str| {
        let grids = features(&town.folder(plan).join("grids.geojson"));
        grids.iter().map(|g| number(g, "population_deviation").abs()).fold(0.0, f64::max)
    };
    assert!(most("rough") > 0.06, "{}", most("rough"));
    let tight = ["--population-tolerance", "0.06"];
    let change = town.run_near("rough", "uneven", "tight", &tight);
    assert!(most("tight") <= 0.060_001);
    let (moved, least) = (&change["people_moved"], &change["least_people_moved"]);
    assert!(least.as_f64().unwrap() > 0.0);
    assert!(moved.as_f64().unwrap() <= 1.5 * least.as_f64().unwrap(), "{moved} {least}");

    // Squares of sixteen units cannot be less far across: the reason says what was looked at.
    let wide = ["--grids", "8", "--population-tolerance", "0.1", "--max-diameter", "9999"];
    assert!(town.run("plan", "now", "wide", &wide).status.success());
    let record = town.run_near_anyhow("wide", "now", "narrow", &["--max-diameter", "500"]);
    let broken = record["violations"].as_array().unwrap();
    let far = broken.iter().filter(|v| v["promise"] == "diameter");
    let reasons: Vec<&str> = far.map(|v| v["reason"].as_str().unwrap()).collect();
    assert!(!reasons.is_empty());
    assert!(reasons.iter().all(|r| r.contains("near the present plan")), "{reasons:?}");
}

#[test]
fn what_cannot_be_met_near_the_plan_says_why() {
    let town = Town::new();
    let usual = ["--grids", "8", "--population-tolerance", "0.1"];
    assert!(town.run("plan", "now", "plan", &usual).status.success());
    // Sixteen units a grid on average: none can have fewer than twenty.
    let record = town.run_near_anyhow("plan", "now", "out", &["--units-per-grid", "20:"]);
    let broken = record["violations"].as_array().unwrap();
    assert!(!broken.is_empty());
    for violation in broken.iter().filter(|v| v["promise"] == "units") {
        let reason = violation["reason"].as_str().unwrap();
        assert!(reason.contains("fewer than 4 grids of 20 make"), "{reason}");
    }
    // Once it is a matter of record, it moves nobody again, and the record stays.
    let again = town.run_near_anyhow("out", "now", "again", &[]);
    assert_eq!(again["replan"]["people_moved"], 0.0);
    assert_eq!(again["violations"], record["violations"]);
    assert_eq!(again["objective"], record["objective"]);
}

#[test]
fn units_of_special_grids_and_of_apart_groups_come_and_go() {
    let town = Town::new();
    town.write("first", |i, mut unit| {
        if [0, 1, WIDTH].contains(&i) {
            unit["properties"]["special"] = json!("market");
        }
        Some(unit)
    });
    let asked = ["--grids", "8", "--population-tolerance", "0.1", "--apart", "u60,u61"];
    let first = town.run("plan", "first", "plan", &asked);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    town.write("second", |i, mut unit| {
        if [1, 2, WIDTH].contains(&i) {
            unit["properties"]["special"] = json!("market");
        }
        (i != 60).then_some(unit)
    });
    let record = town.run_near_anyhow("plan", "second", "next", &[]);
    let moves = record["replan"]["moves"].as_array().unwrap();
    let reason = |id: &str| {
        let of = moves.iter().find(|m| m["unit"] == id);
        of.map(|m| m["reason"].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert!(reason("u2").contains("given to the special-purpose grid market"), "{}", reason("u2"));
    assert!(reason("u0").contains("no more"), "{}", reason("u0"));
    let findings = record["findings"].as_array().unwrap();
    let gone = findings.iter().find(|f| f["kind"] == "apart-vanished").unwrap();
    assert_eq!((&gone["count"], &gone["examples"]), (&json!(1), &json!(["u60"])));
    assert!(record["parameters"].get("apart").is_none(), "{}", record["parameters"]);
    // Limits in reasons are of the general grids alone, as the violations' are.
    let general = features(&town.folder("next").join("grids.geojson"));
    let west = general.iter().filter(|g| text(g, "grid").starts_with("620302001001"));
    let west: Vec<f64> =
        west.filter(|g| text(g, "kind") == "general").map(|g| number(g, "population")).collect();
    let limit = west.iter().sum::<f64>() / west.len() as f64 * 1.1;
    for reason in reasons(&record["replan"]).iter().filter(|r| r.contains("over its limit of")) {
        if reason.starts_with("grid 620302001001") {
            assert!(reason.ends_with(&format!("limit of {limit:.0}")), "{reason} {limit}");
        }
    }
}

#[test]
fn other_ids_are_no_other_city() {
    let town = Town::new();
    assert!(town.run("plan", "now", "plan", &["--grids", "8"]).status.code() != Some(2));
    town.write("renamed", |i, mut unit| {
        unit["properties"]["id"] = json!(format!("house-{i}"));
        unit["properties"]["old"] = json!(format!("u{i}"));
        Some(unit)
    });
    let plan = town.folder("plan");
    let near = ["--current", plan.to_str().unwrap()];
    let refused = town.run("replan", "renamed", "out", &near);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{message}");
    assert!(message.contains("\"house-0\"") && message.contains("--id-field"), "{message}");
    assert!(!town.folder("out").exists());
}

#[test]
fn a_changed_plan_is_drawn_again_with_both_states() {
    let town = Town::new();
    let usual = ["--grids", "8", "--population-tolerance", "0.1"];
    assert!(town.run("plan", "now", "plan", &usual).status.success());
    town.write("next", |i, mut unit| {
        if i % WIDTH < 4 && i / WIDTH < 2 {
            unit["properties"]["population"] = json!(24);
        }
        Some(unit)
    });
    let record = town.run_near_anyhow("plan", "next", "moved", &[]);
    assert!(record["replan"]["people_moved"].as_f64().unwrap() > 0.0);
    let map = town.folder("again.html");
    let mut render = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    render.env("LC_ALL", "C");
    render.arg("render").arg(town.folder("moved")).arg("-o").arg(&map);
    assert!(render.output().unwrap().status.success());

    // What replan changed is there and cannot be read: no map that keeps silent about it.
    let plan = town.folder("moved").join("plan.json");
    let sound = fs::read_to_string(&plan).unwrap();
    render.arg("--force");
    for (name, value) in [("replan", json!({"people_moved": "many"})), ("modelled", json!([7]))] {
        let mut broken: Value = serde_json::from_str(&sound).unwrap();
        broken[name] = value;
        fs::write(&plan, broken.to_string()).unwrap();
        let refused = render.output().unwrap();
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains("plan.json") && message.contains(name), "{message}");
    }
    fs::write(&plan, sound).unwrap();
    let before = |page: &Path| {
        let page = fs::read_to_string(page).unwrap();
        let start = page.find("\"before\":{").expect("a switch");
        let data = &page[start + 9..];
        let value = serde_json::Deserializer::from_str(data).into_iter::<Value>().next();
        value.unwrap().unwrap()
    };
    assert_eq!(before(&map), before(&town.folder("moved").join("map.html")));
}

#[test]
fn communities_are_drawn_anew() {
    let town = Town::new();
    let usual = ["--grids", "12", "--population-tolerance", "0.1"];
    assert!(town.run("plan", "now", "plan", &usual).status.success());
    let record = town.run_near_anyhow("plan", "now", "three", &["--communities", "3"]);
    let change = &record["replan"]["communities"];
    assert_eq!((&change["kept"], &change["new"]), (&json!(2), &json!(["620302001003"])));
    assert_eq!(record["replan"]["grids_kept"], 12);
    // What was written is a city in which one can go on.
    let next = town.folder("city");
    fs::create_dir_all(&next).unwrap();
    for file in ["units.geojson", "communities.geojson"] {
        fs::copy(town.folder("three").join(file), next.join(file)).unwrap();
    }
    let units = features(&next.join("units.geojson"));
    assert!(units.iter().all(|u| text(u, "grid").starts_with(&text(u, "community"))));
    let again = town.run_near_anyhow("three", "city", "again", &[]);
    assert_eq!(again["replan"]["people_moved"], 0.0);
    assert_eq!(again["totals"]["communities"], 3);
    assert!(again["violations"].as_array().unwrap().is_empty());
    let mut audit = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    audit.env("LC_ALL", "C");
    audit.arg("audit").arg(town.folder("three")).arg("--communities");
    let audit = audit.arg(next.join("communities.geojson")).output().unwrap();
    assert!(audit.status.code() != Some(2), "{}", String::from_utf8_lossy(&audit.stderr));
    // And back to two.
    let back = town.run_near_anyhow("three", "city", "two", &["--communities", "2"]);
    assert_eq!(back["replan"]["communities"]["given_up"].as_array().unwrap().len(), 1);
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
        (&["--current", current, "--curve", "curve.txt"], ".csv, .svg or .png"),
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

/// A whole city: 16 communities become 26, and its 463 grids go on in them.
#[test]
fn sixteen_communities_become_twenty_six() {
    let place = tempfile::tempdir().unwrap();
    let city = place.path().join("city");
    fs::create_dir_all(&city).unwrap();
    let data = Path::new("examples/data/jinchang");
    fs::copy(data.join("units.geojson.gz"), city.join("units.geojson.gz")).unwrap();
    let old = "old_communities.geojson.gz";
    fs::copy(data.join(old), city.join("communities.geojson.gz")).unwrap();
    let run = |arguments: &[&str], out: &str| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        run.env("LC_ALL", "C");
        run.arg(arguments[0]).arg(&city).arg("-o").arg(place.path().join(out));
        let output = run.args(&arguments[1..]).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{message}");
        record(&place.path().join(out))
    };
    let asked = ["--grids", "463", "--community-field", "old_community"];
    let before = run(&[&["plan"][..], &asked].concat(), "plan");
    assert_eq!(before["totals"]["communities"], 16);
    let current = place.path().join("plan");
    let after =
        run(&["replan", "--current", current.to_str().unwrap(), "--communities", "26"], "next");
    let change = &after["replan"];
    assert_eq!(
        (&after["totals"]["communities"], &after["totals"]["grids"]),
        (&json!(26), &json!(463))
    );
    assert_eq!(change["communities"]["kept"], 16);
    assert_eq!(change["communities"]["new"].as_array().unwrap().len(), 10);
    assert_eq!(change["grids_kept"], 463);
    // Nearly everybody keeps the grid; the communities are even, and every unit says its own.
    assert!(change["people_moved"].as_f64().unwrap() < 3_000.0, "{}", change["people_moved"]);
    let people: Vec<f64> = after["communities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["population"].as_f64().unwrap())
        .collect();
    let mean = people.iter().sum::<f64>() / 26.0;
    assert!(people.iter().all(|p| (p / mean - 1.0).abs() <= 0.1), "{people:?}");
    let next = place.path().join("next");
    let report = fs::read_to_string(next.join("report.html")).unwrap();
    for part in
        ["Communities were drawn anew", "10 are new", "社区已按完整网格重新划分", "From grid"]
    {
        assert!(report.contains(part), "{part}");
    }
    assert!(!report.contains("no present plan was given"), "audited against it");
    for unit in features(&next.join("units.geojson")) {
        assert!(text(&unit, "grid").starts_with(&text(&unit, "old_community")));
    }
    assert_eq!(features(&next.join("communities.geojson")).len(), 26);
}
