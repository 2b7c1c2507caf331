//! Audits of written plans: sound ones of all bundled cities, and the command line on faulty ones.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use evengrid::audit::{Audit, AuditReport, Failure};
use evengrid::divide::Effort;
use evengrid::io::{self, ReadOptions};
use evengrid::plan::GridCount;
use evengrid::{Divide, Pipeline};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A plan of a bundled city, written.
fn planned(city: &str, count: GridCount) -> (TempDir, PathBuf) {
    let folder =
        io::read_city(Path::new("examples/data").join(city), &ReadOptions::default()).unwrap();
    let divide = Divide { count, ..Divide::into_grids(1) }.effort(Effort::Fast);
    let planned = Pipeline::new(divide).run(&folder.city).unwrap();
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan");
    io::write_plan(&plan, &folder, &planned, &[], false).unwrap();
    (place, plan)
}

/// The audit of a written plan within its city's boundaries.
fn audited(city: &str, plan: &Path) -> AuditReport {
    let options = ReadOptions::default();
    let (mut drawn, _) = io::read_drawn_folder(plan, &options).unwrap();
    let communities = format!("examples/data/{city}/communities.geojson.gz");
    drawn.communities = io::read_communities(Path::new(&communities), &options).unwrap();
    Audit::default().run(&drawn, Some(&drawn.grids)).unwrap()
}

#[test]
fn sound_plans_fail_in_nothing_that_they_do_not_name() {
    for (city, count) in [
        ("jinchang", GridCount::Total(463)),
        ("denver", GridCount::PeoplePerGrid(1_000.0)),
        ("shanghai", GridCount::PeoplePerGrid(1_000.0)),
        ("helsinki", GridCount::PeoplePerGrid(1_000.0)),
        ("buenos-aires", GridCount::PeoplePerGrid(1_000.0)),
    ] {
        let (_place, plan) = planned(city, count);
        let report = audited(city, &plan);
        // Gaps between communities that a unit was given lie in none; the plan tells of them by
        // community, not by grid.
        let filled = |f: &&Failure| f.fault == "community-crossed" && f.of.is_empty();
        let unnamed: Vec<_> = report
            .failures()
            .filter(|f| !f.named_by_plan)
            .filter(|f| city != "buenos-aires" || !filled(f))
            .collect();
        assert!(unnamed.is_empty(), "{city}: {unnamed:?}");
        let record = fs::read_to_string(plan.join("plan.json")).unwrap();
        let told = record.contains("\"ground-beyond-boundary\"");
        assert!(told || !report.failures().any(|f| filled(&f)), "{city}: beyond, and not told");
        assert_eq!(report.figures["people_moved"], 0.0, "{city}");
        assert_eq!(report.figures["units_in_no_grid"], 0.0, "{city}");
        assert_eq!(report.passes, report.failures().next().is_none(), "{city}");
        if city == "jinchang" {
            assert!(report.passes, "{report}");
            assert_eq!(report.figures["officers"], 26.0);
        }
    }
}

fn evengrid() -> Command {
    let mut command = Command::cargo_bin("evengrid").unwrap();
    command.env("LC_ALL", "C");
    command
}

/// What a command printed as JSON, and its exit code.
fn json_of(arguments: &[&str]) -> (Value, i32) {
    let output = evengrid().args(arguments).arg("--json").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text} {errors}"));
    (value, output.status.code().unwrap())
}

/// The kinds of fault in a report.
fn faults(report: &Value) -> Vec<String> {
    let subjects = report["subjects"].as_array().unwrap();
    let failures = subjects.iter().flat_map(|s| s["failures"].as_array().unwrap());
    let mut faults: Vec<String> =
        failures.map(|f| f["fault"].as_str().unwrap().to_owned()).collect();
    faults.dedup();
    faults
}

/// A square in thousandths of a degree as a ring.
fn square(x: f64, y: f64, w: f64, h: f64) -> Value {
    let (a, b, c, d) = (x * 1e-3, y * 1e-3, (x + w) * 1e-3, (y + h) * 1e-3);
    json!({"type": "Polygon", "coordinates": [[[a, b], [c, b], [c, d], [a, d], [a, b]]]})
}

fn feature(properties: Value, geometry: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// A town of 4 × 2 units with ten people each; grids of 2 × 2 units, drawn by hand without corners in
/// between.
struct Town(TempDir);

impl Town {
    fn new() -> Town {
        let town = Town(tempfile::tempdir().unwrap());
        let unit = |i: usize| {
            let (x, y) = ((i % 4) as f64, (i / 4) as f64);
            feature(json!({"id": format!("u{i}"), "population": 10}), square(x, y, 1.0, 1.0))
        };
        town.write("units.geojson", (0..8).map(unit).collect());
        let grids = [("c001", 0.0), ("c002", 2.0)];
        let grid =
            |(code, x): (&str, f64)| feature(json!({"grid": code}), square(x, 0.0, 2.0, 2.0));
        town.write("grids.geojson", grids.map(grid).to_vec());
        town.write(
            "communities.geojson",
            vec![feature(json!({"id": "c"}), square(0.0, 0.0, 4.0, 2.0))],
        );
        town
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, features: Vec<Value>) {
        let text = json!({"type": "FeatureCollection", "features": features}).to_string();
        fs::write(self.path(name), text).unwrap();
    }

    fn audit(&self, further: &[&str]) -> (Value, i32) {
        let (grids, units) = (self.path("grids.geojson"), self.path("units.geojson"));
        let communities = self.path("communities.geojson");
        let mut arguments =
            vec!["audit", "--grids", &grids, "--units", &units, "--communities", &communities];
        arguments.extend(further);
        json_of(&arguments)
    }
}

#[test]
fn a_plan_drawn_by_hand_is_audited() {
    let town = Town::new();
    let (report, code) = town.audit(&[]);
    assert_eq!((faults(&report), code), (vec![], 0));
    assert_eq!(report["grids"][1]["population"], 40.0);

    // Too far to the east: a gap, and ground beyond the community.
    town.write(
        "grids.geojson",
        vec![
            feature(json!({"grid": "c001"}), square(0.0, 0.0, 2.0, 2.0)),
            feature(json!({"grid": "c002"}), square(2.5, 0.0, 2.0, 2.0)),
        ],
    );
    let (report, code) = town.audit(&[]);
    let found = faults(&report);
    assert_eq!(code, 1);
    for fault in ["gap", "community-crossed"] {
        assert!(found.contains(&fault.to_owned()), "{found:?}");
    }
    let text = evengrid()
        .args(["audit", "--grids", &town.path("grids.geojson")])
        .args(["--units", &town.path("units.geojson")])
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("无缝拼接") && text.contains("FAIL"), "{text}");
}

/// A row of eight units, planned in two grids with further files and options, and audited with more;
/// what fails, and the exit codes of both.
fn row_planned(
    of: impl Fn(usize) -> Value,
    files: &[(&str, Value)],
    options: [&[&str]; 2],
) -> (Vec<String>, [i32; 2]) {
    let place = tempfile::tempdir().unwrap();
    let unit = |i: usize| {
        let mut own = json!({"id": format!("u{i}"), "population": 10});
        own.as_object_mut().unwrap().extend(of(i).as_object().unwrap().clone());
        feature(own, square(i as f64, 0.0, 1.0, 1.0))
    };
    let collection = |features: Value| json!({"type": "FeatureCollection", "features": features});
    let write = |name: &str, features: Value| {
        fs::write(place.path().join(name), collection(features).to_string()).unwrap();
    };
    write("units.geojson", (0..8).map(unit).collect());
    files.iter().for_each(|(name, features)| write(name, features.clone()));
    let city = place.path().to_str().unwrap().to_owned();
    let plan = place.path().join("plan").to_str().unwrap().to_owned();
    let asked = [&["plan", &city, "-o", &plan, "--grids", "2"], options[0]].concat();
    let made = evengrid().args(&asked).output().unwrap().status.code().unwrap();
    let barriers = format!("{city}/barriers.geojson");
    let mut audit = vec!["audit", &plan];
    if Path::new(&barriers).exists() {
        audit.extend(["--barriers", &barriers]);
    }
    let (report, code) = json_of(&[&audit, options[1]].concat());
    (faults(&report), [made, code])
}

#[test]
fn an_audit_judges_by_the_rules_of_the_plan() {
    let plain = |_: usize| json!({});
    let line = json!({"type": "LineString", "coordinates": [[4e-3, -1e-4], [4e-3, 1.1e-3]]});
    let river = [("barriers.geojson", json!([feature(json!({"class": "river"}), line)]))];
    let hard: &[&str] = &["--hard-barriers", "river"];
    // An estate on both banks.
    let both = |i: usize| if i == 3 || i == 4 { json!({"estate": "E"}) } else { json!({}) };
    assert_eq!(row_planned(both, &river, [hard, &[]]), (vec![], [0, 0]));
    // A bank too small for a grid of its own: plan and audit say so, and the plan's word is not doubted.
    let few = |i: usize| if i > 3 { json!({"population": 1}) } else { json!({}) };
    let (found, codes) = row_planned(few, &river, [hard, &[]]);
    assert!(codes == [1, 1] && found.contains(&"across-hard-barrier".to_owned()), "{found:?}");
    assert!(!found.contains(&"violation-unfounded".to_owned()), "{found:?}");
    // Seeds on the border between the grids, and elsewhere.
    let seed = |x: f64| {
        let at = json!({"type": "Point", "coordinates": [x * 1e-3, 5e-4]});
        feature(json!({"id": format!("s{x}")}), at)
    };
    for seeds in [[4.0, 5.5], [1.5, 4.0], [2.0, 4.0]] {
        let files = [("seeds.geojson", json!(seeds.map(seed)))];
        let (found, [made, audited]) = row_planned(plain, &files, [&[], &[]]);
        assert_eq!(made, audited, "{seeds:?} {found:?}");
    }
    // Special-purpose grids, with all that is recorded of them.
    let park = |i: usize| if i < 3 { json!({"special": "park"}) } else { json!({}) };
    let wide: &[&str] = &["--population-tolerance", "0.5", "--area-tolerance", ":1"];
    assert_eq!(row_planned(park, &[], [wide, &[]]), (vec![], [0, 0]));
    // Units that do not name their community, or by a property that the plan writes over.
    let half = |x: f64| feature(json!({"id": format!("c{x}")}), square(x, 0.0, 4.0, 1.0));
    let halves = [("communities.geojson", json!([half(0.0), half(4.0)]))];
    let none: &[&str] = &["--community-field", "none"];
    assert_eq!(row_planned(plain, &halves, [none, &[]]), (vec![], [0, 0]));
    let named = |i: usize| json!({"grid": if i < 4 { "c0" } else { "c4" }});
    let by_grid: &[&str] = &["--community-field", "grid"];
    assert_eq!(row_planned(named, &halves, [by_grid, &[]]), (vec![], [0, 0]));
}

#[test]
fn a_plan_is_set_beside_another() {
    let town = Town::new();
    town.write(
        "other.geojson",
        vec![
            feature(json!({"grid": "c001"}), square(0.0, 0.0, 1.0, 2.0)),
            feature(json!({"grid": "c002"}), square(1.0, 0.0, 3.0, 2.0)),
        ],
    );
    let (report, code) = town.audit(&["--against", &town.path("other.geojson")]);
    assert_eq!(code, 0);
    let figures = report["comparison"]["figures"].as_array().unwrap();
    let figure = |name: &str| figures.iter().find(|f| f[0] == name).unwrap()[1].clone();
    assert_eq!(figure("population_deviation_largest"), json!([0.0, 0.5]));
    assert_eq!(report["reports"].as_array().unwrap().len(), 2);

    let (report, code) =
        town.audit(&["--current", &town.path("other.geojson"), "--most-moved", "0.1"]);
    assert_eq!((report["figures"]["people_moved"].clone(), code), (json!(20.0), 1));
    assert_eq!(faults(&report), ["many-moved"]);
}

#[test]
fn a_plan_asked_otherwise_is_judged_as_this_one() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    // Two grids cannot be even by twos; the second plan is asked to be, the first is not.
    let unit = |i: usize| {
        let people = if i < 2 { 40 } else { 10 };
        let own = json!({"id": format!("u{i}"), "population": people, "elderly": i % 3});
        feature(own, square(i as f64, 0.0, 1.0, 1.0))
    };
    let units: Vec<Value> = (0..8).map(unit).collect();
    let text = json!({"type": "FeatureCollection", "features": units}).to_string();
    fs::write(path("units.geojson"), text).unwrap();
    let plan = |name: &str, options: &[&str]| {
        let mut command = evengrid();
        command.args(["plan", &path(""), "-o", &path(name), "--grids", "2"]).args(options);
        command.output().unwrap().status.code().unwrap()
    };
    assert_eq!(plan("wide", &["--population-tolerance", "0.9", "--area-tolerance", ":1"]), 0);
    assert_eq!(plan("narrow", &["--weight", "elderly=0.01"]), 1);
    let beside = |a: &str, b: &str| {
        let (report, code) = json_of(&["audit", &path(a), "--against", &path(b)]);
        let faults = |i: usize| faults(&report["reports"][i]);
        (faults(0), faults(1), code)
    };
    // Held to what the first was asked, both are sound; held to the second's, neither is.
    assert_eq!(beside("wide", "narrow"), (vec![], vec![], 0));
    let (own, other, code) = beside("narrow", "wide");
    let uneven = |faults: &[String]| faults.contains(&"population-out-of-tolerance".to_owned());
    assert!(uneven(&own) && uneven(&other) && code == 1, "{own:?} {other:?}");
    let recorded = |fault: &String| fault.starts_with("wrong-") || fault.starts_with("violation-");
    assert!(!own.iter().chain(&other).any(recorded), "{own:?} {other:?}");
}

#[test]
fn classes_of_barriers_are_named_for_a_plan_drawn_by_hand() {
    let town = Town::new();
    let line = json!({"type": "LineString", "coordinates": [[1e-3, -1e-3], [1e-3, 3e-3]]});
    town.write("barriers.geojson", vec![feature(json!({"class": "rail"}), line)]);
    let barriers = town.path("barriers.geojson");
    let (report, code) = town.audit(&["--barriers", &barriers]);
    assert_eq!((faults(&report), code), (vec![], 0));
    let (report, code) = town.audit(&["--barriers", &barriers, "--hard-barriers", "Rail, "]);
    assert_eq!((faults(&report), code), (vec!["across-hard-barrier".to_owned()], 1));
}

#[test]
fn what_cannot_be_audited_is_said_in_one_line() {
    let town = Town::new();
    let refuses = |arguments: &[&str], part: &str| {
        let output = evengrid().arg("audit").args(arguments).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(part), "{part:?} is not in {errors}");
    };
    let (grids, units) = (town.path("grids.geojson"), town.path("units.geojson"));
    refuses(&[&town.path("nowhere")], "plan.json");
    refuses(&["--grids", &grids], "--units");
    refuses(&["--grids", &grids, "--units", &town.path("none.geojson")], "none.geojson");
    refuses(
        &["--grids", &grids, "--units", &units, "--population-field", "people"],
        "property \"people\" is missing",
    );
    refuses(&["--grids", &grids, "--units", &units, "--seam=-1"], "--seam");
    let hard = ["--grids", &grids, "--units", &units, "--hard-barriers", "rail"];
    refuses(&hard, "give them with --barriers");
    let line = json!({"type": "LineString", "coordinates": [[1e-3, -1e-3], [1e-3, 3e-3]]});
    town.write("barriers.geojson", vec![feature(json!({"class": "river"}), line)]);
    let barriers = town.path("barriers.geojson");
    refuses(&[&hard[..], &["--barriers", &barriers]].concat(), "name one of river");
    town.write(
        "grids.geojson",
        vec![feature(json!({}), json!({"type": "Point", "coordinates": [0, 0]}))],
    );
    refuses(&["--grids", &grids, "--units", &units], "Polygon or MultiPolygon");
}

#[test]
fn faults_planted_in_a_written_plan_are_found() {
    let (_place, plan) = planned("jinchang", GridCount::Total(463));
    let grids = plan.join("grids.geojson");
    let sound: Value = serde_json::from_str(&fs::read_to_string(&grids).unwrap()).unwrap();
    let folder = plan.display().to_string();
    let communities = "examples/data/jinchang/communities.geojson.gz";
    let (report, code) = json_of(&["audit", &folder, "--communities", communities]);
    assert_eq!((faults(&report), code), (vec![], 0));

    let mut faulty = sound.clone();
    let properties = |grid: usize, value: &mut Value| value["features"][grid]["properties"].take();
    let mut first = properties(3, &mut faulty);
    first["population"] = json!(first["population"].as_f64().unwrap() + 1.0);
    first["officer"] = Value::Null;
    let code_twice = first["grid"].clone();
    faulty["features"][3]["properties"] = first;
    let mut second = properties(4, &mut faulty);
    second["grid"] = code_twice.clone();
    faulty["features"][4]["properties"] = second;
    // The last grid is gone: a gap, and its units name what is not there.
    faulty["features"].as_array_mut().unwrap().pop();
    fs::write(&grids, faulty.to_string()).unwrap();
    let (report, code) = json_of(&["audit", &folder, "--communities", communities]);
    let found = faults(&report);
    assert_eq!(code, 1);
    for fault in ["gap", "no-officer", "code-twice", "wrong-population", "grid-unknown"] {
        assert!(found.contains(&fault.to_owned()), "{fault} is not in {found:?}");
    }
    let twice = report["subjects"].as_array().unwrap().iter();
    let twice: Vec<&Value> = twice
        .flat_map(|s| s["failures"].as_array().unwrap())
        .filter(|f| f["fault"] == "code-twice")
        .collect();
    assert_eq!(twice[0]["grid"], code_twice);
}
