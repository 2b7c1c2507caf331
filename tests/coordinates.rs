//! What coordinates may mean: shifted, projected, out of range, on the antimeridian, near a pole.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Ten square units in a row, 100 m wide, with the south-west corner at `(x, y)` in units of `step`.
fn row(x: f64, y: f64, step: f64) -> Value {
    let square = |i: usize| {
        let (west, east) = (x + step * i as f64, x + step * (i + 1) as f64);
        let north = y + step;
        json!([[[west, y, 4.5], [east, y, 4.5], [east, north], [west, north], [west, y, 4.5]]])
    };
    let features: Vec<Value> = (0..10)
        .map(|i| {
            json!({
                "type": "Feature",
                "id": i,
                "properties": {"id": format!("u{i}"), "population": 10, "storeys": 6.50},
                "geometry": {"type": "Polygon", "coordinates": square(i)},
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}

fn named(mut layer: Value, name: &str) -> Value {
    layer["crs"] = json!({"type": "name", "properties": {"name": name}});
    layer
}

/// Ten people in the row, one in the middle of each square.
fn members(x: f64, y: f64, step: f64) -> Value {
    let feature = |i: usize| {
        let at = json!([x + step * (i as f64 + 0.5), y + step / 2.0]);
        json!({"type": "Feature", "properties": {"id": i}, "geometry": {"type": "Point", "coordinates": at}})
    };
    json!({"type": "FeatureCollection", "features": (0..10).map(feature).collect::<Vec<_>>()})
}

fn plan(layers: &[(&str, Value)], arguments: &[&str]) -> (TempDir, std::process::Output) {
    let place = tempfile::tempdir().unwrap();
    let city = place.path().join("town");
    fs::create_dir(&city).unwrap();
    for (name, layer) in layers {
        fs::write(city.join(format!("{name}.geojson")), layer.to_string()).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command.arg("plan").arg(&city).arg("-o").arg(place.path().join("plan"));
    let output = command.args(["--grids", "5"]).args(arguments).output().unwrap();
    (place, output)
}

/// Plans, and gives the units and grids that were written, and `plan.json`.
fn planned(layers: &[(&str, Value)], arguments: &[&str]) -> (Value, Value, Value) {
    let (place, output) = plan(layers, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    let folder = place.path().join("plan");
    // Written units and grids tile in the very same vertices.
    let units = common::features(&folder.join("units.geojson"));
    let grids = common::features(&folder.join("grids.geojson"));
    common::unshared(&grids);
    let mut vertices: Vec<_> = units.iter().flat_map(common::segments).map(|s| s.0).collect();
    vertices.sort_unstable();
    for (from, _) in grids.iter().flat_map(common::segments) {
        assert!(vertices.binary_search(&from).is_ok(), "a grid has a vertex that no unit has");
    }
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    (read("units.geojson"), read("grids.geojson"), read("plan.json"))
}

/// Runs into an error: exit code 2, one line with all of `parts`, nothing written.
fn refused(layers: &[(&str, Value)], arguments: &[&str], parts: &[&str]) {
    let (place, output) = plan(layers, arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
    assert!(!Path::new(&place.path().join("plan")).exists());
}

fn findings(plan: &Value) -> Vec<&str> {
    let findings = plan["findings"].as_array().unwrap().iter();
    findings
        .filter(|f| f["kind"] == "coordinates-converted")
        .map(|f| f["message"].as_str().unwrap())
        .collect()
}

fn first_position(units: &Value) -> [f64; 2] {
    let position = &units["features"][0]["geometry"]["coordinates"][0][0];
    [0, 1].map(|axis| position[axis].as_f64().unwrap())
}

fn assert_near(position: [f64; 2], expected: [f64; 2], tolerance_deg: f64) {
    let off = (position[0] - expected[0]).abs().max((position[1] - expected[1]).abs());
    assert!(off < tolerance_deg, "{position:?} is not {expected:?}");
}

#[test]
fn wgs84_comes_back_as_it_went_in() {
    let mut layer = row(121.47, 31.23, 0.001);
    layer["bbox"] = json!([121.47, 31.23, 121.48, 31.231]);
    layer["features"][3]["properties"]["nothing"] = Value::Null;
    let (mut units, _, plan) = planned(&[("units", layer.clone())], &[]);
    for unit in units["features"].as_array_mut().unwrap() {
        assert!(unit["properties"].as_object_mut().unwrap().remove("grid").is_some());
    }
    assert_eq!(units, layer);
    assert!(findings(&plan).is_empty());
}

#[test]
fn shifted_layers_are_brought_to_wgs84_all_of_them() {
    // Where GCJ-02 and BD-09 put (121.4737, 31.2304).
    for (crs, x, y) in
        [("gcj02", 121.478223059277, 31.228457737577), ("bd09", 121.484781468503, 31.23431059369)]
    {
        let layers = [("units", row(x, y, 0.001)), ("members", members(x, y, 0.001))];
        let (units, _, plan) = planned(&layers, &["--crs", crs]);
        assert_near(first_position(&units), [121.4737, 31.2304], 1e-8);
        assert_eq!(units["features"][0]["geometry"]["coordinates"][0][0][2], 4.5);
        assert_eq!(units["features"][4]["id"], 4);
        assert_eq!(findings(&plan).len(), 2, "{plan}");
        assert!(findings(&plan)[0].contains(crs));
        assert_eq!(plan["staff"]["member_households_outside"], 0);
        // GDAL writes the member on whatever is in degrees.
        let said = named(row(x, y, 0.001), "urn:ogc:def:crs:OGC:1.3:CRS84");
        let (again, _, _) = planned(&[("units", said)], &["--crs", crs]);
        assert_eq!(first_position(&again), first_position(&units));
    }
}

#[test]
fn projected_layers_say_what_they_are_in() {
    // The corner is (114.12539565, 30.72542769) by pyproj 3.7.2.
    let crs = "urn:ogc:def:crs:EPSG::4547";
    let layer = named(row(512_010.0, 3_400_540.0, 100.0), crs);
    let (units, grids, plan) = planned(&[("units", layer)], &[]);
    assert_near(first_position(&units), [114.125_395_653, 30.725_427_69], 1e-7);
    assert!(findings(&plan)[0].contains("EPSG:4547"));
    assert_eq!(units["crs"]["properties"]["name"], "urn:ogc:def:crs:OGC:1.3:CRS84");
    let area: f64 = grids["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|grid| grid["properties"]["area_m2"].as_f64().unwrap())
        .sum();
    assert!((area - 100_000.0).abs() < 1.0, "{area} m²");
}

#[test]
fn projected_layers_without_a_word_are_told() {
    let layers = [
        ("units", row(512_010.0, 3_400_540.0, 100.0)),
        // This one says what it is in, and is believed.
        ("members", named(members(114.1254, 30.7255, 0.001), "EPSG:4490")),
    ];
    refused(&layers, &[], &["units.geojson, feature 1 (id \"u0\")", "--crs EPSG:"]);
    let (units, _, plan) = planned(&layers, &["--crs", "EPSG:4547"]);
    assert_near(first_position(&units), [114.125_395_653, 30.725_427_69], 1e-7);
    assert_eq!(findings(&plan).len(), 1);
    assert_eq!(plan["staff"]["member_households_outside"], 0);
    // With a zone number where the system has none.
    let zoned = [("units", row(38_512_010.0, 3_400_540.0, 100.0))];
    refused(&zoned, &["--crs", "EPSG:4547"], &["(38512010, 3400540)", "EPSG:4547", "zone number"]);
    planned(&zoned, &["--crs", "epsg:4526"]);
}

#[test]
fn the_setting_may_stand_in_the_folder() {
    let place = tempfile::tempdir().unwrap();
    let city = place.path().join("town");
    fs::create_dir(&city).unwrap();
    fs::write(city.join("units.geojson"), row(121.478, 31.228, 0.001).to_string()).unwrap();
    let run = |crs: &str| {
        fs::write(city.join("evengrid.toml"), format!("grids = 5\ncrs = \"{crs}\"\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        command.env("LC_ALL", "C");
        let out = place.path().join("plan");
        command.arg("plan").arg(&city).arg("-o").arg(out).output().unwrap()
    };
    let refused = run("beijing54");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("beijing54"));
    assert_eq!(run("gcj02").status.code(), Some(0));
    let units = fs::read_to_string(place.path().join("plan/units.geojson")).unwrap();
    assert!(first_position(&serde_json::from_str(&units).unwrap())[0] < 121.475);
}

#[test]
fn points_are_located_in_what_they_are_in() {
    let (place, _) = plan(&[("units", row(121.4737, 31.2304, 0.001))], &[]);
    let points = place.path().join("points.csv");
    // The middle of the fifth unit in BD-09 and EPSG:3857; (121.4782, 31.2309).
    for (crs, row) in [("bd09", "121.489285,31.234725"), ("EPSG:3857", "13522891.366,3662772.350")]
    {
        fs::write(&points, format!("lng,lat\n{row}\n")).unwrap();
        let answers = place.path().join("answers.csv");
        let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        command.env("LC_ALL", "C");
        command.arg("locate").arg(place.path().join("plan")).arg("--points").arg(&points);
        let output = command.arg("-o").arg(&answers).args(["--force", "--crs", crs]).output();
        assert!(output.unwrap().status.success());
        let answer = fs::read_to_string(&answers).unwrap();
        assert!(answer.contains(&format!("{row},1003,1,")), "{answer}");
    }
}

#[test]
fn systems_that_cannot_be_read_are_refused_with_the_cure() {
    let layer = named(row(500_000.0, 4_000_000.0, 100.0), "urn:ogc:def:crs:EPSG::2437");
    refused(&[("units", layer)], &[], &["units.geojson: ", "EPSG::2437", "WGS 84 (EPSG:4326)"]);
    let units = ("units", row(121.47, 31.23, 0.001));
    let odd = named(members(121.47, 31.23, 0.001), "EPSG:4214");
    refused(&[units, ("members", odd)], &[], &["members.geojson: ", "EPSG:4214", "reproject"]);
    let units = [("units", row(121.47, 31.23, 0.001))];
    refused(&units, &["--crs", "EPSG:2437"], &["EPSG:2437", "wgs84, gcj02, bd09"]);
    let denver = [("units", row(-104.99, 39.74, 0.001))];
    refused(&denver, &["--crs", "gcj02"], &["(-104.99, 39.74)", "China", "--crs"]);
}

#[test]
fn coordinates_out_of_range_name_the_cure() {
    let swapped = [("units", row(31.23, 121.47, 0.001))];
    refused(&swapped, &[], &["units.geojson, feature 1", "[longitude, latitude]"]);
}

#[test]
fn the_antimeridian_and_the_poles_are_told_clearly() {
    // Taveuni, Fiji: one side as positive, the other as negative longitudes.
    let mut fiji = row(179.995, -16.8, 0.001);
    for i in 5..10 {
        let ring = &mut fiji["features"][i]["geometry"]["coordinates"][0];
        for position in ring.as_array_mut().unwrap() {
            position[0] = json!(position[0].as_f64().unwrap() - 360.0);
        }
    }
    refused(&[("units", fiji)], &[], &["antimeridian", "the two sides one by one"]);
    // One side of it is as good as any place.
    planned(&[("units", row(179.99, -16.8, 0.001))], &[]);
    refused(&[("units", row(15.0, 84.5, 0.001))], &[], &["latitude 84.5", "±84°"]);
    planned(&[("units", row(15.6, 78.2, 0.001))], &[]);
}
