//! `evengrid init`, `check` and `completions`: what a planner meets before the first plan.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// A row of square units in one community, with these populations.
fn units(populations: &[Value]) -> String {
    let features: Vec<Value> = populations
        .iter()
        .enumerate()
        .map(|(i, population)| {
            let (w, e) = (i as f64 * 1e-3, (i + 1) as f64 * 1e-3);
            let ring = json!([[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]);
            json!({
                "type": "Feature",
                "properties": {"id": format!("u{i}"), "population": population},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::cargo_bin("evengrid").unwrap();
    command.env("LC_ALL", "C");
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_faulty_file_is_told_and_faulty_features_are_counted() {
    let city = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(city.path().join(name), text).unwrap();
    write("units.geojson", &units(&[json!(5), json!(-1), json!("x"), json!(-3), json!(5)]));
    write("members.geojson", "{\"type\": \"FeatureCollection\", \"features\": [}");
    write("officers.geojson", &units(&[json!(1)]));
    let (code, told, _) = run(&["check", "."], city.path());
    assert_eq!(code, Some(2), "{told}");
    let line = |name: &str| told.lines().find(|line| line.contains(name)).unwrap().to_owned();
    let of_units = line("units.geojson");
    assert!(
        of_units.contains("feature 2 (id \"u1\")") && of_units.contains("5 features"),
        "{told}"
    );
    assert!(of_units.contains("2 further features have a fault, too"), "{told}");
    assert!(line("members.geojson").contains("not a GeoJSON FeatureCollection"), "{told}");
    assert!(line("officers.geojson").contains("geometry is a Polygon"), "{told}");
    let (_, json, _) = run(&["check", ".", "--json"], city.path());
    let record: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(record["plan_can_be_made"], json!(false));
    assert_eq!(record["layers"].as_array().unwrap().len(), 3);
}

#[test]
fn what_stands_in_the_way_is_told_before_a_plan_is_made() {
    let city = tempfile::tempdir().unwrap();
    fs::write(city.path().join("units.geojson"), units(&vec![json!(10); 12])).unwrap();
    let (code, told, _) = run(&["check", ".", "--grids", "3"], city.path());
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("12 units with 120 people") && told.contains("nothing stands in the way")
    );

    let mut people = vec![json!(10); 11];
    people.push(json!(100));
    fs::write(city.path().join("units.geojson"), units(&people)).unwrap();
    let (code, told, _) = run(&["check", ".", "--grids", "3"], city.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("1 unit has more people than a grid may have (74), up to 100 (e.g. u11)")
    );
    // The plan itself meets just that.
    let (code, _, _) = run(&["plan", ".", "-o", "plan", "--grids", "3"], city.path());
    assert_eq!(code, Some(1));
    let record: Value =
        serde_json::from_str(&fs::read_to_string(city.path().join("plan/plan.json")).unwrap())
            .unwrap();
    let violations = record["violations"].as_array().unwrap();
    assert!(violations.iter().any(|violation| violation["unavoidable"] == json!(true)));
}

#[test]
fn numbers_of_grids_that_no_plan_can_have_are_told() {
    let city = tempfile::tempdir().unwrap();
    fs::write(city.path().join("units.geojson"), units(&vec![json!(10); 12])).unwrap();
    for grids in ["0", "13"] {
        let (code, told, _) = run(&["check", ".", "--grids", grids], city.path());
        let line = format!("FAULT {grids} grids cannot be had");
        assert!(code == Some(2) && told.contains(&line), "{told}");
        assert!(told.contains("; ask for 1 to 12 grids"), "{told}");
        // The plan itself is refused for just that.
        let (code, _, error) = run(&["plan", ".", "-o", "plan", "--grids", grids], city.path());
        assert!(code == Some(2) && error.contains("ask for 1 to 12 grids"), "{error}");
    }
    for people in ["0", "-1", "nan", "inf"] {
        let asked = format!("--target-population={people}");
        let (code, told, error) = run(&["check", ".", &asked], city.path());
        assert!(code == Some(2) && error.contains("is not a positive number"), "{told} {error}");
        let (code, _, error) = run(&["plan", ".", "-o", "plan", &asked], city.path());
        assert!(code == Some(2) && error.contains("is not a positive number"), "{error}");
    }
}

#[test]
fn estates_and_communities_stand_in_the_way_too() {
    let city = tempfile::tempdir().unwrap();
    let mut all: Value = serde_json::from_str(&units(&vec![json!(10); 12])).unwrap();
    for i in 0..12 {
        let of = &mut all["features"][i]["properties"];
        of["community"] = json!(if i < 10 { "large" } else { "small" });
        if i < 6 {
            of["estate"] = json!("six");
        }
    }
    fs::write(city.path().join("units.geojson"), all.to_string()).unwrap();
    let (code, told, _) = run(&["check", ".", "--target-population", "30"], city.path());
    assert_eq!(code, Some(1), "{told}");
    // Three grids of the community's 100 people, 5 % above the mean at most.
    assert!(
        told.contains("1 estate has more people than a grid may have (35), up to 60 (e.g. six)")
    );
    // A grid is held against the mean of its own community, or else against what all may have.
    assert!(!told.contains("fewer people"), "{told}");
    let (code, told, _) = run(&["check", ".", "--people-per-grid", "28:50:60"], city.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("1 community has fewer people than a grid should have (28) (e.g. small)")
    );
    for unit in all["features"].as_array_mut().unwrap().iter_mut().take(6) {
        let of = unit["properties"].as_object_mut().unwrap();
        of.remove("estate");
        of.insert("lock".into(), json!("six"));
    }
    fs::write(city.path().join("units.geojson"), all.to_string()).unwrap();
    let (_, told, _) = run(&["check", ".", "--target-population", "30"], city.path());
    assert!(
        told.contains("1 lock holds more people than a grid may have (35), up to 60"),
        "{told}"
    );
    // Nobody judges a special-purpose grid.
    for unit in all["features"].as_array_mut().unwrap().iter_mut().take(6) {
        let of = unit["properties"].as_object_mut().unwrap();
        of.remove("lock");
        of.insert("special".into(), json!("park"));
    }
    all["features"][0]["properties"]["population"] = json!(1000);
    fs::write(city.path().join("units.geojson"), all.to_string()).unwrap();
    let (code, told, _) = run(&["check", ".", "--grids", "3"], city.path());
    assert!(code == Some(0) && told.contains("nothing stands in the way"), "{told}");
}

#[test]
fn what_a_plan_is_refused_for_is_told_before() {
    let town = |change: &dyn Fn(usize, &mut Value)| {
        let mut all: Value = serde_json::from_str(&units(&vec![json!(10); 12])).unwrap();
        for (i, unit) in all["features"].as_array_mut().unwrap().iter_mut().enumerate() {
            change(i, &mut unit["properties"]);
        }
        all.to_string()
    };
    let set = |name: &'static str, units: &'static [usize], distinct: bool| {
        town(&|i, properties| {
            if units.contains(&i) {
                let value = if distinct { format!("{name}{i}") } else { "one".to_owned() };
                properties[name] = json!(value);
            }
        })
    };
    let plain = town(&|_, _| {});
    let cases: &[(String, &[&str])] = &[
        (set("lock", &[0, 1, 2], true), &[]),
        (set("lock", &[0, 11], false), &[]),
        (set("apart", &[0, 1, 11], false), &[]),
        (set("special", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], false), &[]),
        (town(&|i, properties| properties["seed"] = json!(i < 3)), &[]),
        (plain.clone(), &["--households-per-grid=3:9"]),
        (plain.clone(), &["--apart=u0,zzz"]),
        (plain.clone(), &["--apart=u0,u1,u10"]),
        (plain.clone(), &["--max-diameter=-1"]),
        (plain.clone(), &["--compactness=-1"]),
    ];
    for (units, options) in cases {
        let city = tempfile::tempdir().unwrap();
        fs::write(city.path().join("units.geojson"), units).unwrap();
        let asked = [&["--grids", "2"], *options].concat();
        let (code, told, _) = run(&[&["check", "."], &asked[..]].concat(), city.path());
        let plan = [&["plan", ".", "-o", "plan"], &asked[..]].concat();
        let (refused, _, error) = run(&plan, city.path());
        assert_eq!((code, refused), (Some(2), Some(2)), "{told} {error}");
        let (_, error) = error.split_once("error: ").unwrap();
        assert!(told.contains(&format!("FAULT {}", error.trim())), "{told} {error}");
    }
}

#[test]
fn what_no_plan_can_keep_stands_in_the_way() {
    let town = |change: &dyn Fn(usize, &mut Value)| {
        let mut all: Value = serde_json::from_str(&units(&vec![json!(10); 12])).unwrap();
        for (i, unit) in all["features"].as_array_mut().unwrap().iter_mut().enumerate() {
            change(i, &mut unit["properties"]);
        }
        all.to_string()
    };
    let plain = town(&|_, _| {});
    let estate_with = |name: &'static str, values: [&'static str; 2]| {
        town(&|i, properties| {
            if i < 2 {
                properties["estate"] = json!("E");
                properties[name] = json!(values[i]);
            }
        })
    };
    let special = town(&|i, properties| {
        if i == 5 {
            properties["special"] = json!("park");
        }
    });
    let cases: [(String, &[&str], &str); 9] = [
        (plain.clone(), &["--people-per-grid", "70:71:72"], "1 community has fewer people than"),
        (plain.clone(), &["--grids", "2", "--units-per-grid", "100:"], "fewer units than"),
        (plain.clone(), &["--grids", "2", "--units-per-grid", ":0"], "more units than a grid may"),
        (plain, &["--grids", "6", "--max-diameter", "100"], "12 units, estates or locks are more"),
        (estate_with("seed", ["1", "1"]), &["--grids", "2"], "holds more than one seed"),
        (estate_with("apart", ["g", "g"]), &["--grids", "2"], "units that are to be kept apart"),
        (estate_with("lock", ["A", "B"]), &["--grids", "2"], "holds units of different locks"),
        (special.clone(), &["--grids", "1"], "2 parts, 1 grids"),
        (special, &["--grids", "2"], "nothing stands in the way"),
    ];
    for (units, asked, said) in cases {
        let city = tempfile::tempdir().unwrap();
        fs::write(city.path().join("units.geojson"), units).unwrap();
        let (code, told, _) = run(&[&["check", "."], asked].concat(), city.path());
        assert!(told.contains(said), "{told}");
        let expected = if said.starts_with("nothing") { Some(0) } else { Some(1) };
        assert_eq!(code, expected, "{told}");
        if code == Some(1) {
            let plan = [&["plan", ".", "-o", "plan"], asked].concat();
            assert_eq!(run(&plan, city.path()).0, Some(1), "{asked:?}");
        }
    }
}

#[test]
fn the_template_is_written_once_and_asks_nothing() {
    let city = tempfile::tempdir().unwrap();
    fs::write(city.path().join("units.geojson"), units(&vec![json!(10); 12])).unwrap();
    assert_eq!(run(&["init", "."], city.path()).0, Some(0));
    let template = fs::read_to_string(city.path().join("evengrid.toml")).unwrap();
    assert!(template.lines().all(|line| line.is_empty() || line.starts_with('#')), "{template}");
    let (code, _, error) = run(&["init", "."], city.path());
    assert_eq!(code, Some(2));
    assert!(error.contains("evengrid.toml"), "{error}");
    assert_eq!(run(&["plan", ".", "-o", "plan", "--grids", "3"], city.path()).0, Some(0));
}

#[test]
fn completions_know_the_commands() {
    let here = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, script, _) = run(&["completions", shell], here.path());
        assert_eq!(code, Some(0));
        assert!(script.contains("replan") && script.contains("target-population"), "{shell}");
    }
}
