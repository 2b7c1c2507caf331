//! `docs/plan.schema.json` describes what plan folders hold: all of it, and nothing else.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use std::process::Command;

const SCHEMA: &str = "docs/plan.schema.json";

/// GeoJSON files of a plan folder, by their names in the schema.
const LAYERS: [&str; 5] = [
    "units.geojson",
    "grids.geojson",
    "cells.geojson",
    "assignments.geojson",
    "communities.geojson",
];

/// The schema as it is published, and with every object closed: later versions may add members, but
/// none that this version writes may be missing in it.
struct Format {
    closed: Value,
    /// Members that were met, as paths in the schema.
    met: BTreeSet<String>,
}

impl Format {
    fn new() -> Format {
        let mut closed: Value = read(Path::new(SCHEMA));
        jsonschema::meta::validate(&closed).unwrap();
        close(&mut closed);
        Format { closed, met: BTreeSet::new() }
    }

    fn faults(&self, layer: Option<&str>, instance: &Value) -> Vec<String> {
        let schema = match layer {
            None => self.closed.clone(),
            Some(layer) => json!({
                "$schema": self.closed["$schema"],
                "$defs": self.closed["$defs"],
                "$ref": format!("#/$defs/{layer}"),
            }),
        };
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults = validator.iter_errors(instance);
        faults.map(|fault| format!("{} at {}", fault, fault.instance_path())).take(3).collect()
    }

    /// Judges a plan folder by the schema, and notes what it holds.
    fn check(&mut self, folder: &Path) {
        let record = read(&folder.join("plan.json"));
        assert_eq!(self.faults(None, &record), [""; 0], "{folder:?}/plan.json");
        self.note(None, &record);
        for layer in LAYERS {
            let path = folder.join(layer);
            if path.exists() {
                let features = read(&path);
                assert_eq!(self.faults(Some(layer), &features), [""; 0], "{path:?}");
                self.note(Some(layer), &features);
            }
        }
    }

    fn note(&mut self, layer: Option<&str>, instance: &Value) {
        let path = layer.map_or_else(String::new, |layer| format!("/$defs/{layer}"));
        let schema = self.closed.pointer(&path).unwrap().clone();
        let mut met = std::mem::take(&mut self.met);
        meet(&schema, &self.closed, &path, instance, &mut met);
        self.met = met;
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Forbids members that are not named, wherever any are.
fn close(schema: &mut Value) {
    let Value::Object(keywords) = schema else { return };
    if keywords.contains_key("properties") {
        keywords.entry("additionalProperties").or_insert(json!(false));
    }
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(schemas)) => {
                schemas.values_mut().for_each(close);
            }
            ("oneOf", Value::Array(schemas)) => schemas.iter_mut().for_each(close),
            ("items" | "additionalProperties", schema) => close(schema),
            _ => {}
        }
    }
}

/// Notes which of a schema's members an instance has.
fn meet(schema: &Value, root: &Value, path: &str, instance: &Value, met: &mut BTreeSet<String>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let path = reference.trim_start_matches('#');
        return meet(root.pointer(path).unwrap(), root, path, instance, met);
    }
    for (number, branch) in schema["oneOf"].as_array().into_iter().flatten().enumerate() {
        if instance["kind"] == branch["properties"]["kind"]["const"] {
            meet(branch, root, &format!("{path}/oneOf/{number}"), instance, met);
        }
    }
    match instance {
        Value::Array(items) => {
            items
                .iter()
                .for_each(|item| meet(&schema["items"], root, &format!("{path}/items"), item, met));
        }
        Value::Object(members) => {
            for (name, value) in members {
                let place = format!("{path}/properties/{name}");
                if let Some(member) = schema["properties"].get(name) {
                    met.insert(place.clone());
                    meet(member, root, &place, value, met);
                } else if schema["additionalProperties"].is_object() {
                    let place = format!("{path}/additionalProperties");
                    meet(&schema["additionalProperties"], root, &place, value, met);
                } else if let Some(patterns) = schema["patternProperties"].as_object() {
                    let begins = |pattern: &&String| {
                        name.starts_with(pattern.trim_start_matches('^').trim_end_matches(".+"))
                    };
                    met.extend(patterns.keys().filter(begins).map(|p| format!("{path}/{p}")));
                }
            }
        }
        _ => {}
    }
}

/// All members that a schema names, as paths in it.
fn named(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let Value::Object(members) = schema else { return };
    for (keyword, value) in members {
        let place = format!("{path}/{keyword}");
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, member) in properties {
                    found.insert(format!("{place}/{name}"));
                    named(member, &format!("{place}/{name}"), found);
                }
            }
            ("patternProperties", Value::Object(patterns)) => {
                found.extend(patterns.keys().map(|pattern| format!("{path}/{pattern}")));
            }
            ("oneOf", Value::Array(branches)) => {
                for (number, branch) in branches.iter().enumerate() {
                    named(branch, &format!("{place}/{number}"), found);
                }
            }
            ("$defs", Value::Object(definitions)) => {
                for (name, definition) in definitions {
                    named(definition, &format!("{place}/{name}"), found);
                }
            }
            ("items" | "additionalProperties", _) => named(value, &place, found),
            _ => {}
        }
    }
}

fn evengrid(arguments: &[&dyn AsRef<std::ffi::OsStr>]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    let output = command.args(arguments.iter().map(|a| a.as_ref())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 1), "{said}");
}

/// A feature of a town: a square cell (x, y), or a point in the middle of it.
fn feature(x: usize, y: usize, is_point: bool, properties: Value) -> Value {
    let at = |x: f64, y: f64| json!([103.0 + x * 1e-3, 30.0 + y * 1e-3]);
    let (x, y) = (x as f64, y as f64);
    let geometry = if is_point {
        json!({"type": "Point", "coordinates": at(x + 0.5, y + 0.5)})
    } else {
        let ring = [at(x, y), at(x + 1.0, y), at(x + 1.0, y + 1.0), at(x, y + 1.0), at(x, y)];
        json!({"type": "Polygon", "coordinates": [ring]})
    };
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn write_layer(folder: &Path, name: &str, features: Vec<Value>) {
    let text = json!({"type": "FeatureCollection", "features": features}).to_string();
    fs::write(folder.join(name), text).unwrap();
}

/// A town of two communities whose units name everything that can be named, by names of their own.
fn town(place: &Path) -> PathBuf {
    let folder = place.join("town");
    fs::create_dir(&folder).unwrap();
    let unit = |i: usize| {
        let (x, y) = (i % 12, i / 12);
        let mut own = Map::new();
        let mut set = |name: &str, value: Value| own.insert(name.into(), value);
        set("nr", json!(format!("u{x}-{y}")));
        set("people", if i == 5 { Value::Null } else { json!(if i == 30 { 150 } else { 10 }) });
        set("homes", json!(4));
        set("quarter", json!(if x < 6 { "west" } else { "east" }));
        set("yard", json!(format!("e{}-{}", x / 2, y)));
        set("old", json!(i % 3));
        set("tenure", json!(if i.is_multiple_of(2) { "own" } else { "rent" }));
        set("rivals", json!((i == 0 || i == 90).then_some("r")));
        set("held", json!((i == 16).then_some("l")));
        set("market", json!((x == 11 && y < 2).then_some("Market")));
        set("office", json!(i == 50));
        feature(x, y, false, own.into())
    };
    write_layer(&folder, "units.geojson", (0..96).map(unit).collect());
    let point = |x: usize, y: usize, id: &str| feature(x, y, true, json!({ "id": id }));
    write_layer(&folder, "seeds.geojson", vec![point(1, 1, "hall")]);
    let street = json!({
        "type": "Feature", "properties": {"class": "primary"},
        "geometry": {"type": "LineString", "coordinates": [[103.0, 30.004], [103.012, 30.004]]},
    });
    write_layer(&folder, "barriers.geojson", vec![street]);
    fs::write(folder.join("evengrid.toml"), "[communities.west]\ngrids = 4\n").unwrap();
    folder
}

#[test]
fn every_plan_folder_is_as_the_schema_says_and_the_schema_says_nothing_else() {
    let mut format = Format::new();
    for folder in ["tests/browser/plan", "tests/browser/recorded"] {
        format.check(Path::new(folder));
    }
    for version in fs::read_dir("tests/golden").unwrap() {
        let plan = version.unwrap().path().join("plan");
        if plan.is_dir() {
            format.check(&plan);
        }
    }

    let place = tempfile::tempdir().unwrap();
    let out = |name: &str| place.path().join(name);
    // Bundled cities: one of parcels with staff, one of buildings.
    for (city, number) in [("jinchang", "463"), ("shanghai", "44")] {
        let folder = Path::new("examples/data").join(city);
        evengrid(&[
            &"plan",
            &folder,
            &"-o",
            &out(city),
            &"--grids",
            &number,
            &"--effort",
            &"fast",
            &"--places",
            &"100",
        ]);
        format.check(&out(city));
    }
    // All that can be asked.
    let town = town(place.path());
    let table = place.path().join("homes.csv");
    fs::write(&table, "nr,floors\nu0-0,3\n").unwrap();
    evengrid(&[
        &"plan",
        &town,
        &"-o",
        &out("all"),
        &"--target-population",
        &"120",
        &"--weight",
        &"old=:0.4",
        &"--mix",
        &"tenure=0.2",
        &"--alike",
        &"tenure",
        &"--apart",
        &"u0-0,u1-5",
        &"--units-per-grid",
        &"3:30",
        &"--households-per-grid",
        &"10:80",
        &"--compactness",
        &"1",
        &"--evenness",
        &"1",
        &"--max-diameter",
        &"900",
        &"--id-field",
        &"nr",
        &"--population-field",
        &"people",
        &"--households-field",
        &"homes",
        &"--community-field",
        &"quarter",
        &"--estate-field",
        &"yard",
        &"--lock-field",
        &"held",
        &"--apart-field",
        &"rivals",
        &"--special-field",
        &"market",
        &"--seed-field",
        &"office",
        &"--crs",
        &"gcj02",
        &"--encoding",
        &"gbk",
        &"--keep",
        &"phone",
        &"--population-table",
        &table,
        &"--missing-population",
        &"zero",
        &"--barrier-cost",
        &"primary=0.2",
    ]);
    format.check(&out("all"));
    // Plans near it, with other numbers of people, and with communities drawn anew.
    evengrid(&[
        &"replan",
        &town,
        &"--current",
        &out("all"),
        &"-o",
        &out("next"),
        &"--population-table",
        &table,
        &"--people-per-grid",
        &"60:100:140",
    ]);
    format.check(&out("next"));
    evengrid(&[
        &"replan",
        &town,
        &"--current",
        &out("all"),
        &"-o",
        &out("more"),
        &"--population-table",
        &table,
        &"--grids",
        &"11",
    ]);
    format.check(&out("more"));
    evengrid(&[
        &"replan",
        &town,
        &"--current",
        &out("all"),
        &"-o",
        &out("drawn"),
        &"--population-table",
        &table,
        &"--communities",
        &"3",
    ]);
    format.check(&out("drawn"));

    let mut all = BTreeSet::new();
    named(&format.closed, "", &mut all);
    let absent: Vec<_> = all.difference(&format.met).collect();
    assert!(absent.is_empty(), "no plan has these: {absent:#?}");
}

#[test]
fn what_is_not_in_the_schema_is_found() {
    let format = Format::new();
    let folder = Path::new("tests/browser/plan");
    let record = read(&folder.join("plan.json"));
    for place in
        ["", "/parameters", "/totals", "/objective", "/staff", "/communities/0", "/violations/0"]
    {
        let mut more = record.clone();
        let members = more.pointer_mut(place).unwrap().as_object_mut().unwrap();
        members.insert("mood".into(), json!("good"));
        assert_eq!(format.faults(None, &more).len(), 1, "{place}");
    }
    let mut less = record.clone();
    less.as_object_mut().unwrap().remove("totals");
    assert_eq!(format.faults(None, &less).len(), 1);
    let mut grids = read(&folder.join("grids.geojson"));
    grids["features"][0]["properties"]["mood"] = json!("good");
    assert_eq!(format.faults(Some("grids.geojson"), &grids).len(), 1);
}
