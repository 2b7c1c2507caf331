//! The command line's contract: exit codes, one-line errors with file, feature and cure.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A street of square units, ten people each, in two communities.
fn street(count: usize) -> Vec<Value> {
    let square = |i: usize| {
        let (w, e) = (i as f64 * 1e-3, (i + 1) as f64 * 1e-3);
        json!([[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]])
    };
    (0..count)
        .map(|i| {
            json!({
                "type": "Feature",
                "properties": {
                    "id": format!("u{i}"),
                    "population": 10,
                    "community": if i < count / 2 { "west" } else { "east" },
                },
                "geometry": {"type": "Polygon", "coordinates": square(i)},
            })
        })
        .collect()
}

#[test]
fn progress_is_told_in_lines_where_there_is_no_terminal() {
    let town = Town::of(&street(40));
    let said = |arguments: &[&str]| {
        let output = town.plan(arguments);
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let told = said(&["--grids", "4", "--progress"]);
    assert!(told.starts_with("survey 0% 0s\n") && told.contains("\ndivide 100% 0s\n"), "{told}");
    assert!(told.lines().count() < 60, "no flood: {told}");
    assert_eq!(said(&["--grids", "4", "--force"]), "", "nothing unasked");
}

struct Town {
    place: TempDir,
}

impl Town {
    fn of(units: &[Value]) -> Self {
        let town = Town { place: tempfile::tempdir().unwrap() };
        town.write("units.geojson", &collection(units));
        town
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        fs::create_dir_all(self.city()).unwrap();
        fs::write(self.city().join(name), text).unwrap();
        self
    }

    fn city(&self) -> PathBuf {
        self.place.path().join("town")
    }

    fn out(&self) -> PathBuf {
        self.place.path().join("plan")
    }

    fn plan(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = evengrid();
        command.arg("plan").arg(self.city()).arg("-o").arg(self.out()).args(arguments);
        command.output().unwrap()
    }

    /// Runs into an error: exit code 2, one line with all of `parts`, nothing written.
    fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        let output = self.plan(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        let errors: Vec<&str> = message.lines().filter(|l| l.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{message}");
        assert_eq!(message.lines().last(), Some(errors[0]), "{message}");
        for part in parts {
            assert!(errors[0].contains(part), "{part:?} is not in {message}");
        }
        assert!(!self.out().exists());
        let left: Vec<_> = fs::read_dir(self.place.path()).unwrap().collect();
        assert!(left.len() <= 1, "something was left behind: {left:?}");
    }
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn evengrid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command
}

#[test]
fn a_town_is_planned() {
    let town = Town::of(&street(12));
    let output = town.plan(&["--grids", "4", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["totals"]["grids"], 4);
    let mut files: Vec<String> = fs::read_dir(town.out())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["grids.geojson", "map.html", "map.svg", "plan.json", "report.html", "units.geojson"]
    );
    let grids = fs::read_to_string(town.out().join("grids.geojson")).unwrap();
    for code in ["west001", "west002", "east001", "east002"] {
        assert!(grids.contains(code), "{code}");
    }
}

#[test]
fn what_cannot_be_met_is_exit_code_1_with_the_files_written() {
    let mut units = street(12);
    units[0]["properties"]["population"] = json!(500);
    let town = Town::of(&units);
    let output = town.plan(&["--grids", "4"]);
    assert_eq!(output.status.code(), Some(1));
    let record: Value =
        serde_json::from_str(&fs::read_to_string(town.out().join("plan.json")).unwrap()).unwrap();
    let violation = &record["violations"][0];
    assert_eq!(violation["grid"], "west001");
    assert_eq!(violation["unavoidable"], true);
    assert!(violation["reason"].as_str().unwrap().contains("u0"));
}

#[test]
fn without_a_number_the_usual_size_is_taken_and_said() {
    let town = Town::of(&street(12));
    let output = town.plan(&[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("1000 people"));
}

#[test]
fn settings_come_from_evengrid_toml_and_the_command_line_comes_first() {
    let town = Town::of(&street(12));
    town.write("evengrid.toml", "grids = 6\npopulation-tolerance = \"0.5:\"\nseed = 7\n");
    let parameters = |arguments: &[&str]| -> Value {
        let output = town.plan(&[arguments, &["--json", "--force"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["parameters"].clone()
    };
    let from_file = parameters(&[]);
    assert_eq!((&from_file["grids"], &from_file["seed"]), (&json!(6), &json!(7)));
    assert_eq!(from_file["population-tolerance"], "0.5:");
    let overruled = parameters(&["--target-population", "60", "--seed", "8"]);
    assert_eq!(overruled["grids"], Value::Null);
    assert_eq!((&overruled["target-population"], &overruled["seed"]), (&json!(60.0), &json!(8)));
    town.write("evengrid.toml", "gridz = 6\n");
    fs::remove_dir_all(town.out()).unwrap();
    town.refuses(&[], &["evengrid.toml", r#"no setting "gridz"; "grids" is the nearest"#]);
    town.write("evengrid.toml", "zebra = 6\n");
    town.refuses(&[], &["evengrid.toml", "\"zebra\"", "`evengrid init` writes all"]);
}

#[test]
fn a_missing_folder_or_file_is_named() {
    let town = Town { place: tempfile::tempdir().unwrap() };
    town.refuses(&[], &["town"]);
    fs::create_dir(town.city()).unwrap();
    town.refuses(&[], &["units.geojson"]);
}

#[test]
fn what_is_not_geojson_is_named() {
    let town = Town::of(&[]);
    town.refuses(&[], &["units.geojson", "no feature"]);
    town.write("units.geojson", "PK\u{3}\u{4}").refuses(&[], &["units.geojson", "GeoJSON"]);
    town.write("units.geojson", "{\"type\": \"Feature\"}")
        .refuses(&[], &["units.geojson", "GeoJSON"]);
}

#[test]
fn faulty_features_are_named_with_their_cure() {
    let cases: [(&str, Value, &[&str]); 6] = [
        (
            "/geometry",
            json!({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}),
            &["LineString", "Polygon"],
        ),
        ("/properties/population", Value::Null, &["population", "missing"]),
        ("/properties/population", json!(-3), &["population", "-3"]),
        ("/properties/population", json!("many"), &["population", "many"]),
        ("/properties/id", json!("u1"), &["u1", "feature 2"]),
        (
            "/geometry/coordinates",
            json!([[
                [500_000.0, 4_400_000.0],
                [500_100.0, 4_400_000.0],
                [500_100.0, 4_400_100.0],
                [500_000.0, 4_400_000.0]
            ]]),
            &["500000", "EPSG:4326"],
        ),
    ];
    for (pointer, value, parts) in cases {
        let mut units = street(12);
        *units[4].pointer_mut(pointer).unwrap() = value;
        let parts: Vec<&str> = [&["units.geojson", "feature 5", "; "], parts].concat();
        Town::of(&units).refuses(&["--grids", "4"], &parts);
    }
}

#[test]
fn a_unit_in_no_community_is_named() {
    let mut units = street(12);
    units[7]["properties"]["community"] = json!("north");
    let town = Town::of(&units);
    let boundary = |w: f64, e: f64| json!([[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]]);
    let community = |id: &str, w: f64, e: f64| {
        json!({"type": "Feature", "properties": {"id": id, "name": id},
               "geometry": {"type": "Polygon", "coordinates": boundary(w, e)}})
    };
    let communities = [community("west", 0.0, 6e-3), community("east", 6e-3, 12e-3)];
    town.write("communities.geojson", &collection(&communities));
    town.refuses(&["--grids", "4"], &["feature 8", "u7", "north", "communities.geojson"]);

    for unit in &mut units {
        unit["properties"].as_object_mut().unwrap().remove("community");
    }
    let town = Town::of(&units);
    town.write("communities.geojson", &collection(&communities[..1]));
    town.refuses(&["--grids", "4"], &["feature 8", "u7", "no community"]);
}

#[test]
fn units_that_do_not_tile_are_repaired_or_exit_code_1() {
    let mut units = street(12);
    // The third unit reaches into the fourth.
    units[2]["geometry"]["coordinates"] =
        json!([[[2e-3, 0.0], [3.2e-3, 0.0], [3.2e-3, 1e-3], [2e-3, 1e-3], [2e-3, 0.0]]]);
    let town = Town::of(&units);
    let output = town.plan(&["--grids", "4"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("overlaps-resolved"));
    assert!(town.out().join("cells.geojson").exists());

    let output = town.plan(&["--grids", "4", "--no-repair", "--force"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("borders-not-noded"));
    assert!(String::from_utf8(output.stdout).unwrap().contains("do not tile"));
}

#[test]
fn locks_that_do_not_touch_are_refused() {
    let mut units = street(12);
    for i in [0, 3] {
        units[i]["properties"]["lock"] = json!("A");
    }
    Town::of(&units).refuses(&["--grids", "4"], &["units.geojson", "feature 4", "u0", "touch"]);
}

#[test]
fn numbers_that_json_does_not_know_are_named() {
    let text = collection(&street(12)).replacen("\"population\":10", "\"population\":NaN", 1);
    let town = Town::of(&[]);
    town.write("units.geojson", &text).refuses(&[], &["units.geojson", "NaN", "feature 1", "null"]);
}

#[test]
fn too_much_is_refused() {
    let town = Town::of(&street(12));
    town.refuses(&["--threads", "20000"], &["--threads 20000", "1024"]);
    town.refuses(&["--threads", "0"], &["--threads 0"]);
    let city = town.place.path().join("huge");
    let mut command = evengrid();
    command.args(["generate", "--units", "99999999999", "-o"]).arg(city).assert().code(2);
}

#[test]
fn impossible_numbers_of_grids_are_refused() {
    let town = Town::of(&street(12));
    town.refuses(&["--grids", "13"], &["13 grids", "2 to 12"]);
    town.refuses(&["--grids", "1"], &["1 grids", "2 to 12"]);
    town.refuses(&["--target-population", "0"], &["0 people per grid"]);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in
        [&["plan"][..], &["plan", "x", "--grids", "4"], &["divide", "-o", "y"], &["conquer"]]
    {
        evengrid().args(arguments).assert().code(2);
    }
    let town = Town::of(&street(12));
    for tolerance in ["much", "-0.1", "0.1:0.2:0.3"] {
        let output = town.plan(&["--population-tolerance", tolerance]);
        assert_eq!(output.status.code(), Some(2), "{tolerance}");
    }
}

#[test]
fn plans_are_replaced_only_by_force_and_nothing_else_ever_is() {
    let town = Town::of(&street(12));
    assert_eq!(town.plan(&["--grids", "4"]).status.code(), Some(0));
    let before = fs::read(town.out().join("grids.geojson")).unwrap();
    let refused = town.plan(&["--grids", "6"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--force"));
    assert_eq!(fs::read(town.out().join("grids.geojson")).unwrap(), before);
    assert_eq!(town.plan(&["--grids", "6", "--force"]).status.code(), Some(0));
    assert_ne!(fs::read(town.out().join("grids.geojson")).unwrap(), before);

    // A file of somebody else's keeps the folder, plan or not.
    fs::write(town.out().join("thesis.txt"), "years of work").unwrap();
    let refused = town.plan(&["--grids", "4", "--force"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("thesis.txt"));
    fs::remove_file(town.out().join("plan.json")).unwrap();
    assert_eq!(town.plan(&["--grids", "4", "--force"]).status.code(), Some(2));
    assert!(town.out().join("thesis.txt").exists());
}

#[test]
fn points_are_located() {
    let town = Town::of(&street(12));
    assert_eq!(town.plan(&["--grids", "4"]).status.code(), Some(0));
    let points = town.place.path().join("points.csv");
    fs::write(&points, "case,lon,lat\na,0.0005,0.0005\nb,5,5\nc,0.0115,0.0005\n").unwrap();
    let answered = town.place.path().join("answered.csv");
    let locate = |points: &Path, out: &Path| {
        let mut command = evengrid();
        command.arg("locate").arg(town.out()).arg("--points").arg(points).arg("-o").arg(out);
        command.assert()
    };
    locate(&points, &answered).code(1);
    let mut rows = csv::Reader::from_path(&answered).unwrap();
    let column = rows.headers().unwrap().iter().position(|h| h == "grid").unwrap();
    let grids: Vec<String> = rows.records().map(|r| r.unwrap()[column].to_owned()).collect();
    assert_eq!(grids, ["west001", "", "east002"]);
    locate(&points, &answered).code(2);

    let points = town.place.path().join("points.geojson");
    let point = |x: f64| {
        json!({"type": "Feature", "properties": {"kept": x},
               "geometry": {"type": "Point", "coordinates": [x, 5e-4]}})
    };
    fs::write(&points, collection(&[point(5e-4), point(9.0)])).unwrap();
    let answered = town.place.path().join("answered.geojson");
    locate(&points, &answered).code(1);
    let text = fs::read_to_string(&answered).unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["features"][0]["properties"]["grid"], "west001");
    assert_eq!(answer["features"][0]["properties"]["kept"], 5e-4);
    assert_eq!(answer["features"][1]["properties"]["grid"], Value::Null);
}

#[test]
fn a_property_that_no_unit_has_is_named() {
    let town = Town::of(&street(12));
    for field in ["estate", "lock", "apart", "special", "seed", "households", "community"] {
        let option = format!("--{field}-field");
        let mut command = evengrid();
        command.arg("plan").arg(town.city()).args(["--grids", "4", &option, "misspelt", "-o"]);
        let output = command.arg(town.out()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{field}: {said}");
        assert!(said.contains("units.geojson: no feature has the property \"misspelt\""), "{said}");
    }
    let mut command = evengrid();
    command.arg("plan").arg(town.city()).args(["--population-tolerance", "5", "-o"]);
    let output = command.arg(town.out()).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("is 500 %"));
}

#[test]
fn units_alone_are_divided() {
    let town = Town::of(&street(12));
    let mut command = evengrid();
    command.arg("divide").arg("--units").arg(town.city().join("units.geojson"));
    command.args(["--grids", "3", "--community-field", "none", "-o"]).arg(town.out());
    command.assert().code(0);
    let grids = fs::read_to_string(town.out().join("grids.geojson")).unwrap();
    assert!(["1001", "1002", "1003"].iter().all(|code| grids.contains(code)));
}

#[test]
fn a_generated_city_is_planned() {
    let place = tempfile::tempdir().unwrap();
    let (city, plan) = (place.path().join("city"), place.path().join("plan"));
    let generate = |arguments: &[&str]| {
        evengrid().args(["generate", "--units", "600", "-o"]).arg(&city).args(arguments).assert()
    };
    generate(&[]).code(0);
    generate(&[]).code(2);
    generate(&["--force", "--seed", "2"]).code(0);
    let mut command = evengrid();
    command.arg("plan").arg(&city).args(["--grids", "14", "-o"]).arg(&plan);
    let output = command.output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)));
    assert!(String::from_utf8(output.stdout).unwrap().contains("not real data"));
}
