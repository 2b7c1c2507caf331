//! Plan folders that hands or other programs have changed, and settings that make no sense, are
//! refused by every command: file, feature and cure in one line, and nothing is written.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A street of twelve units in two communities, planned in four grids.
struct Planned(TempDir);

impl Planned {
    fn new() -> Planned {
        let place = Planned(tempfile::tempdir().unwrap());
        fs::create_dir(place.at("town")).unwrap();
        place.write("town/units.geojson", &street());
        let output = place.run(&["plan", "town", "-o", "plan", "--grids", "4", "--quiet"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        place.write_text("points.csv", "lon,lat\n0.0005,0.0005\n");
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, value: &Value) {
        self.write_text(name, &value.to_string());
    }

    fn write_text(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    /// Changes a file of the plan; the text that stood there.
    fn change(&self, name: &str, change: &dyn Fn(&mut Value)) -> String {
        let text = fs::read_to_string(self.at(name)).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        self.write(name, &value);
        text
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        command.env("LC_ALL", "C").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// Exit code 2, one line of error with all of `parts`, and no output.
    fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        let output = self.run(arguments);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        let line = message.lines().find(|line| line.starts_with("error: ")).unwrap();
        for part in parts {
            assert!(line.contains(part), "{arguments:?}: {part:?} is not in {message}");
        }
        assert!(!self.at("out").exists() && !self.at("out.csv").exists(), "{arguments:?}");
    }
}

fn street() -> Value {
    let unit = |i: usize| {
        let (w, e) = (i as f64 * 1e-3, (i + 1) as f64 * 1e-3);
        json!({
            "type": "Feature",
            "properties": {"id": format!("u{i}"), "population": 10, "households": 4,
                           "community": if i < 6 { "west" } else { "east" }},
            "geometry": {"type": "Polygon",
                         "coordinates": [[[w, 0.0], [e, 0.0], [e, 1e-3], [w, 1e-3], [w, 0.0]]]},
        })
    };
    json!({"type": "FeatureCollection", "features": (0..12).map(unit).collect::<Vec<_>>()})
}

const EXPLAIN: &[&str] = &["explain", "plan", "--unit", "u0"];
const LOCATE: &[&str] = &["locate", "plan", "--points", "points.csv", "-o", "out.csv"];
const REPLAN: &[&str] = &["replan", "town", "--current", "plan", "-o", "out"];
const ORGANISE: &[&str] = &["organise", "town", "plan", "-o", "out"];
const HOUSEHOLDS: &[&str] = &["assign", "households", "town", "plan", "-o", "out"];
const RENDER: &[&str] = &["render", "plan", "-o", "out"];

#[test]
fn units_whose_grid_is_missing_or_not_there_are_named() {
    let place = Planned::new();
    for (grid, parts) in [
        (None, ["property \"grid\" is missing", "fill in"]),
        (Some(json!("east999")), ["east999", "the code of a grid in grids.geojson"]),
    ] {
        let units = place.change("plan/units.geojson", &|units| {
            let properties = units["features"][2]["properties"].as_object_mut().unwrap();
            match &grid {
                None => drop(properties.remove("grid")),
                Some(code) => drop(properties.insert("grid".into(), code.clone())),
            }
        });
        for command in [EXPLAIN, REPLAN, ORGANISE] {
            place.refuses(command, &["units.geojson, feature 3", parts[0], parts[1]]);
        }
        place.write_text("plan/units.geojson", &units);
    }
}

#[test]
fn a_folder_without_its_plan_is_named() {
    let place = Planned::new();
    let record = fs::read_to_string(place.at("plan/plan.json")).unwrap();
    for other in [None, Some("{}"), Some("{\"name\": \"of another program\"}"), Some("{")] {
        match other {
            None => fs::remove_file(place.at("plan/plan.json")).unwrap(),
            Some(text) => place.write_text("plan/plan.json", text),
        }
        for command in [EXPLAIN, LOCATE, REPLAN, ORGANISE, &[RENDER[0], "plan", "-o", "out.svg"]] {
            place.refuses(command, &["plan.json", "a folder that \"evengrid plan\" has written"]);
        }
    }
    place.write_text("plan/plan.json", &record);
    fs::remove_file(place.at("plan/grids.geojson")).unwrap();
    for command in [LOCATE, REPLAN, ORGANISE] {
        place.refuses(command, &["grids.geojson", "write the plan anew"]);
    }
}

#[test]
fn what_the_record_cannot_have_asked_is_named() {
    let place = Planned::new();
    for (name, value, expected) in [
        ("effort", json!("soon"), "fast, balanced, thorough or seconds"),
        ("population-tolerance", json!("much"), "shares as LOWER:UPPER"),
        ("barrier-costs", json!({"river": 3}), "costs from 0 to 1 by class"),
        ("missing-population", json!("maybe"), "error or zero"),
    ] {
        let record = place.change("plan/plan.json", &|record| {
            record["parameters"][name] = value.clone();
        });
        for command in [EXPLAIN, REPLAN, ORGANISE] {
            place.refuses(command, &["plan.json", name, expected, "; correct the value"]);
        }
        place.write_text("plan/plan.json", &record);
    }
}

#[test]
fn what_a_plan_falls_short_of_must_be_readable() {
    let place = Planned::new();
    place.change("plan/plan.json", &|record| record["violations"] = json!([{"grid": 7}]));
    for command in [&["audit", "plan"], REPLAN] {
        place.refuses(command, &["plan.json", "violations: "]);
    }
}

#[test]
fn the_plan_of_another_city_is_told() {
    let place = Planned::new();
    let mut more = street();
    more["features"].as_array_mut().unwrap().truncate(11);
    place.write("town/units.geojson", &more);
    for command in [ORGANISE, HOUSEHOLDS] {
        place.refuses(command, &["unit \"u11\" of the plan", "is not in the city", "replan"]);
    }
    let mut other = street();
    other["features"][4]["properties"]["id"] = json!("new");
    place.write("town/units.geojson", &other);
    for command in [ORGANISE, HOUSEHOLDS] {
        place.refuses(command, &["unit \"new\" is not in the plan", "plan the city anew"]);
    }
    // Of ids that are all different a new plan near it cannot be made either.
    for feature in other["features"].as_array_mut().unwrap() {
        let id = format!("b-{}", feature["properties"]["id"].as_str().unwrap());
        feature["properties"]["id"] = json!(id);
    }
    place.write("town/units.geojson", &other);
    place.refuses(REPLAN, &["none of the city's 12 units", "matched by id", "--id-field"]);

    place.write("town/units.geojson", &street());
    place.change("plan/grids.geojson", &|grids| {
        grids["features"][1]["properties"]["community"] = json!("north");
    });
    for command in [ORGANISE, HOUSEHOLDS] {
        place.refuses(command, &["grids.geojson, feature 2", "\"north\"", "correct the name"]);
    }
}

#[test]
fn what_cannot_be_asked_of_a_plan_is_refused() {
    let place = Planned::new();
    place.write_text("bare.csv", "lon,lat\n1,2\n");
    place.write_text("uneven.csv", "unit,cases\nu1,5\nu1\n");
    place.write_text("word.toml", "grids = \"many\"\n");
    place.write_text("each.toml", "[[role]]\nid = \"a\"\nname = \"a\"\nserves = \"people\"\n");
    for (command, more, parts) in [
        (&["explain", "plan"][..], &["--unit", "u99"][..], ["\"u99\" is not in the plan", "id of"]),
        (LOCATE, &["--nearest=-1"], ["--nearest -1", "0 or more"]),
        (LOCATE, &["--nearest", "nan"], ["--nearest NaN", "0 or more"]),
        (LOCATE, &["--structure", "plan"], ["structure", "; "]),
        (RENDER, &[], ["out is neither .html, .svg, .png nor", "name a file that ends"]),
        (REPLAN, &["--curve", "c.txt"], ["c.txt is neither .csv, .svg nor .png", "ends in .csv"]),
        (REPLAN, &["--curve", "bare.csv"], ["bare.csv is there already", "--force"]),
        (REPLAN, &["--lock", "west009"], ["\"west009\" cannot be locked", "grids.geojson"]),
        (REPLAN, &["--stability=-1"], ["stability -1", "leave it out"]),
        (REPLAN, &["--grids", "40"], ["40 grids cannot be had", "ask for 2 to 12 grids"]),
        (REPLAN, &["--communities", "9"], ["9 communities cannot be drawn", "1 (one for each"]),
        (REPLAN, &["--forget", "mix"], ["\"mix\" was not asked", "name one of grids"]),
        (REPLAN, &["--threads", "0"], ["--threads 0", "1 to 1024"]),
        (ORGANISE, &["--building-group", "0"], ["groups of 0 households", "at least one"]),
        (ORGANISE, &["--doorway=nan"], ["groups of NaN households", "at least one"]),
        (ORGANISE, &["--branch", "0"], ["--branch", "a number from 1 is needed"]),
        (ORGANISE, &["--group-above", "0"], ["--group-above", "a number from 1 is needed"]),
        (ORGANISE, &["--measures", "bare.csv"], ["bare.csv", "no column \"grid\" or \"unit\""]),
        (ORGANISE, &["--measures", "uneven.csv"], ["uneven.csv", "line: 3"]),
        (ORGANISE, &["--beside", "word.toml"], ["word.toml", "lines such as: grids = 463"]),
        (ORGANISE, &["--roles", "none.toml"], ["none.toml", "name a file that can be read"]),
        (ORGANISE, &["--roles", "word.toml"], ["word.toml, line 1", "--print-roles"]),
        (ORGANISE, &["--roles", "each.toml"], ["role \"a\"", "how many grids or people"]),
    ] {
        place.refuses(&[command, more].concat(), &parts);
    }
}

#[test]
fn cases_that_cannot_be_sent_on_their_way_are_refused() {
    let place = Planned::new();
    place.write_text("cases.csv", "lon,lat,kind,time\n0.0005,0.0005,noise,yesterday\n");
    place.write_text("half.toml", "[[item]]\nid = \"a\"\n");
    let usual = place.run(&["cases", "--print-items"]);
    let items = String::from_utf8(usual.stdout).unwrap();
    let first = items.split("[[item]]").nth(1).unwrap().to_owned();
    let again = format!("{items}\n[[item]]{}", first.replacen("id = \"", "id = \"z", 1));
    place.write_text("twice.toml", &again);
    let cases = ["cases", "plan", "--cases", "cases.csv", "-o", "out"];
    for (more, parts) in [
        (&[][..], ["cases.csv has no time that can be read", "--now"]),
        (&["--now", "noon"], ["--now \"noon\" is no time", "2026-03-01T18:00"]),
        (&["--clock", "99"], ["--clock", "such as +08:00"]),
        (&["--items", "none.toml"], ["none.toml", "name a file that can be read"]),
        (&["--items", "half.toml"], ["half.toml, line 1", "--print-items"]),
        (&["--items", "twice.toml"], ["twice.toml: ", "stands at two items"]),
        (&["--structure", "plan"], ["structure", "; "]),
    ] {
        place.refuses(&[&cases[..], more].concat(), &parts);
    }
}

#[test]
fn settings_of_a_plan_that_make_no_sense_are_refused() {
    let place = Planned::new();
    for (more, parts) in [
        (&["--effort", "soon"][..], ["effort \"soon\"", "a number of seconds"]),
        (&["--effort=-3"], ["effort \"-3\"", "a number of seconds"]),
        (&["--population-tolerance", "1:2:3"], ["\"1:2:3\" is not LOWER:UPPER", "0.1:0.2"]),
        (&["--population-tolerance", ""], ["the tolerance is empty", ": for none"]),
        (&["--population-tolerance", "5"], ["population-tolerance 5 is 500 %", "0.05 for 5 %"]),
        (&["--barrier-cost", "canal"], ["--barrier-cost", "canal=0.1"]),
        (&["--barrier-cost", "canal=3"], ["factor of 3", "from 0"]),
        (&["--barrier-cost", "canal=nan"], ["factor of NaN", "from 0"]),
        (&["--snap=-1"], ["a snapping distance of -1 m", "0 or more"]),
        (&["--largest-gap", "nan"], ["a largest gap of NaN m²", "0 or more"]),
        (&["--barrier-reach=-2"], ["a reach of barriers of -2 m", "0 or more"]),
        (&["--cell-error", "0"], ["a cell error of 0 m", "at least 0.05 m"]),
        (&["--units-per-grid", "9:3"], ["\"9:3\" is not LEAST:MOST", "300:500"]),
        (&["--people-per-grid", "9"], ["\"9\" is not LEAST:IDEAL:MOST", "800:1000:1300"]),
        (&["--people-per-grid", "9:8:7"], ["\"9:8:7\" is not LEAST", "three rising numbers"]),
        (&["--crs", "EPSG:9"], ["\"EPSG:9\" cannot be read", "wgs84"]),
        (&["--links", "0"], ["--links 0", "at least one"]),
        (&["--mix", "=0.1"], ["--mix", "tenure=0.1"]),
        (&["--alike", "era=much"], ["--alike", "write FIELD"]),
        (&["--weight", "=0.1"], ["--weight", "elderly=0.2"]),
        (&["--apart", "u1"], ["--apart", "two units or more"]),
        (&["--apart", "u1,"], ["--apart", "two units or more"]),
        (&["--grids", "13"], ["13 grids cannot be had", "ask for 2 to 12"]),
    ] {
        place.refuses(&[&["plan", "town", "-o", "out"][..], more].concat(), &parts);
    }
    place.write_text("town/evengrid.toml", "grids = 3\ntarget-population = 30\n");
    place.refuses(&["plan", "town", "-o", "out"], &["evengrid.toml", "keep one of them"]);
    place.write_text("town/evengrid.toml", "target-population = -3\n");
    place.refuses(&["plan", "town", "-o", "out"], &["-3 people per grid", "at least one"]);
}
