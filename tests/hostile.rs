//! Hostile content is text: in the map, in tables, on the terminal; and nothing of people leaves
//! that was not asked for.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

const SCRIPT: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"&";
const FORMULA: &str = "=cmd|' /C calc'!A0";
const ESCAPES: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J";
const TURNED: &str = "\u{202e}gnp.exe\u{2066}";
const UPWARDS: &str = "../../../../etc/passwd";

fn feature(properties: Value, geometry: Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn square(x: f64, y: f64, w: f64, h: f64) -> Value {
    let [a, b, c, d] = [x, y, x + w, y + h].map(|v| v * 1e-3);
    json!({"type": "Polygon", "coordinates": [[[a, b], [c, b], [c, d], [a, d], [a, b]]]})
}

fn point(x: f64, y: f64) -> Value {
    json!({"type": "Point", "coordinates": [x * 1e-3, y * 1e-3]})
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// A town whose ids and names are `texts`, in turn.
struct Town(TempDir);

impl Town {
    fn of(texts: &[&str]) -> Town {
        let town = Town(tempfile::tempdir().unwrap());
        fs::create_dir(town.at("town")).unwrap();
        let text = |i: usize| texts[i % texts.len()];
        let unit = |i: usize| {
            let id = format!("{}{i}", text(i));
            let people = if i == 0 { 500 } else { 10 };
            feature(
                json!({"id": id, "population": people, "name": text(i), "estate": null}),
                square(i as f64, 0., 1., 1.),
            )
        };
        town.write("units", &(0..12).map(unit).collect::<Vec<_>>());
        let community = |i: usize| {
            feature(
                json!({"id": format!("{}c{i}", text(i)), "name": text(i), "subdistrict": text(i)}),
                square(6. * i as f64, 0., 6., 1.),
            )
        };
        town.write("communities", &[community(0), community(1)]);
        let person = |layer: &str, i: usize| {
            feature(
                json!({"id": format!("{}{layer}{i}", text(i)), "name": "Secret Name",
                       "phone": "13800138000", "id_card": "620302199001011234"}),
                point(i as f64 + 0.5, 0.5),
            )
        };
        for layer in ["members", "households", "officers"] {
            let people: Vec<Value> = (0..12).map(|i| person(layer, i)).collect();
            town.write(layer, &people);
        }
        town
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, layer: &str, features: &[Value]) {
        fs::write(self.at("town").join(format!("{layer}.geojson")), collection(features)).unwrap();
    }

    fn plan(&self) -> Output {
        let mut run = evengrid();
        run.arg("plan").arg(self.at("town")).arg("-o").arg(self.at("plan"));
        let output = run.args(["--grids", "4", "--force"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
        output
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at("plan").join(name)).unwrap()
    }
}

fn evengrid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found.sort();
    found
}

#[test]
fn in_maps_everything_is_text() {
    let (plain, hostile) = (Town::of(&["u"]), Town::of(&[SCRIPT, "]]>", "<!--"]));
    plain.plan();
    hostile.plan();
    // In a page no element or comment begins with them; in a picture they end no text either.
    for (map, marks) in [
        ("map.html", &["<script", "</script", "<img", "<!--"][..]),
        ("map.svg", &["<script", "</script", "<img", "<!--", "]]>"]),
    ] {
        let count = |text: &str| -> Vec<usize> {
            marks.iter().map(|mark| text.to_lowercase().matches(mark).count()).collect()
        };
        assert_eq!(count(&plain.read(map)), count(&hostile.read(map)), "{map}: {marks:?}");
    }
}

#[test]
fn on_the_terminal_nothing_steers_it() {
    let town = Town::of(&[ESCAPES, TURNED]);
    let output = town.plan();
    let mut said = vec![output.stdout, output.stderr];
    let grids = town.at("plan");
    for command in [&["audit"][..], &["explain", "--unit", "nobody\u{1b}[2J"]] {
        let output = evengrid().arg(command[0]).arg(&grids).args(&command[1..]).output().unwrap();
        said.extend([output.stdout, output.stderr]);
    }
    for text in said {
        let text = String::from_utf8(text).unwrap();
        let steers =
            |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(steers), "{text:?}");
    }
    // In files it stays what it was.
    let units: Value = serde_json::from_str(&town.read("units.geojson")).unwrap();
    assert_eq!(units["features"][0]["properties"]["id"], format!("{ESCAPES}0"));
}

#[test]
fn in_tables_no_cell_is_a_formula() {
    let town = Town::of(&[FORMULA, "+1", "@x"]);
    town.plan();
    fs::write(town.at("points.csv"), "name,lon,lat\n=mine,0.0005,0.0005\n").unwrap();
    let mut locate = evengrid();
    locate.arg("locate").arg(town.at("plan")).arg("--points").arg(town.at("points.csv"));
    assert!(locate.arg("-o").arg(town.at("out.csv")).status().unwrap().success());
    let mut table = csv::Reader::from_path(town.at("out.csv")).unwrap();
    let header = table.headers().unwrap().clone();
    let row = table.records().next().unwrap().unwrap();
    // The user's own columns stay as they came; what was added is guarded.
    assert_eq!(&row[0], "=mine");
    for (name, cell) in header.iter().zip(&row).skip(3) {
        let computed = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
        assert!(!computed, "{name}: {cell}");
    }
    let grid = header.iter().position(|name| name == "grid").unwrap();
    assert!(row[grid].starts_with("'=cmd"), "{}", &row[grid]);
}

#[test]
fn ids_that_are_paths_lead_nowhere() {
    let town = Town::of(&[UPWARDS, "/etc/passwd", "a/../../b"]);
    town.plan();
    let written: Vec<PathBuf> = files(town.0.path());
    let inside = |path: &PathBuf| {
        [town.at("town"), town.at("plan")].iter().any(|folder| path.parent() == Some(folder))
    };
    assert!(written.iter().all(inside), "{written:?}");
}

#[test]
fn plans_from_elsewhere_are_data() {
    let town = Town::of(&["u"]);
    town.plan();
    let record = town.read("plan.json");
    let mut value: Value = serde_json::from_str(&record).unwrap();
    for source in value["sources"].as_array_mut().into_iter().flatten() {
        source["file"] = json!("/etc/passwd");
    }
    value["city"] = json!(UPWARDS);
    value["parameters"]["grids"] = json!(1e300);
    value["objective"] = json!("[".repeat(1_000));
    fs::write(town.at("plan/plan.json"), value.to_string()).unwrap();
    let before = files(town.0.path());
    for command in ["audit", "explain"] {
        let mut run = evengrid();
        run.current_dir(town.0.path()).arg(command).arg(town.at("plan"));
        if command == "explain" {
            run.args(["--unit", "u3"]);
        }
        let output = run.output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!said.contains("root:"), "{said}");
        assert!(matches!(output.status.code(), Some(0..=2)), "{command}: {said}");
    }
    assert_eq!(files(town.0.path()), before);
    // Whatever stands in its place, plan.json is judged and never believed.
    for text in ["", "null", "[]", "{\"evengrid\":7}", "{\"evengrid\":\"9\"}", &"[".repeat(100_000)]
    {
        fs::write(town.at("plan/plan.json"), text).unwrap();
        for command in ["audit", "explain"] {
            let mut run = evengrid();
            run.arg(command).arg(town.at("plan"));
            if command == "explain" {
                run.args(["--unit", "u3"]);
            }
            let output = run.output().unwrap();
            assert!(matches!(output.status.code(), Some(0..=2)), "{command} {text:.20}");
        }
    }
}

#[test]
fn of_people_only_ids_and_places_leave() {
    let town = Town::of(&["u"]);
    town.plan();
    for file in files(&town.at("plan")) {
        let text = fs::read_to_string(&file).unwrap();
        for secret in ["Secret Name", "13800138000", "620302199001011234"] {
            assert!(!text.contains(secret), "{secret} is in {file:?}");
        }
    }
    assert!(town.read("assignments.geojson").contains("umembers3"));
}

#[test]
fn of_units_what_tells_of_persons_leaves_by_name_alone() {
    let town = Town::of(&["u"]);
    let units: Vec<Value> = (0..12)
        .map(|i| {
            let persons = json!({"id": format!("u{i}"), "population": 10, "name": "Tower",
                                 "手机": "13800138000", "户主": "Secret Name", "floors": 7});
            feature(persons, square(f64::from(i), 0., 1., 1.))
        })
        .collect();
    town.write("units", &units);
    let said = String::from_utf8(town.plan().stderr).unwrap();
    assert!(said.contains("personal-fields (12)") && said.contains("--keep"), "{said}");
    for file in files(&town.at("plan")) {
        let text = fs::read_to_string(&file).unwrap();
        for secret in ["Secret Name", "13800138000"] {
            assert!(!text.contains(secret), "{secret} is in {file:?}");
        }
    }
    let text = town.read("units.geojson");
    assert!(text.contains("Tower") && text.contains("floors"), "the rest stays");
    let mut run = evengrid();
    run.arg("plan").arg(town.at("town")).arg("-o").arg(town.at("plan"));
    run.args(["--grids", "4", "--force", "--keep", "手机"]);
    assert!(matches!(run.output().unwrap().status.code(), Some(0 | 1)));
    let text = town.read("units.geojson");
    assert!(text.contains("13800138000") && !text.contains("Secret Name"));
    assert!(town.read("plan.json").contains("\"keep\""), "it is asked again by replan");
}

#[test]
fn nothing_can_open_a_connection() {
    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = ")?.strip_suffix('"'));
    let names: Vec<&str> = names.map(|name| name.trim_start_matches('"')).collect();
    assert!(names.contains(&"evengrid"));
    for network in [
        "async-std",
        "curl",
        "h2",
        "hyper",
        "isahc",
        "mio",
        "native-tls",
        "openssl",
        "quinn",
        "reqwest",
        "rustls",
        "smol",
        "socket2",
        "tokio",
        "tungstenite",
        "ureq",
    ] {
        assert!(!names.contains(&network), "{network}");
    }
    for file in files(Path::new("src")) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let code = file.extension().is_some_and(|ending| ending == "rs");
        assert!(
            !code || !text.contains("std::net") && !text.contains("process::Command"),
            "{file:?}"
        );
    }
    // Where the system calls of a run can be watched, there is none for the network.
    let town = Town::of(&["u"]);
    let log = town.at("calls");
    let mut watched = Command::new("strace");
    watched
        .args(["-f", "-e", "trace=%network", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_evengrid"));
    watched.arg("plan").arg(town.at("town")).args(["--grids", "4", "-o"]).arg(town.at("watched"));
    match watched.output() {
        Ok(output) if matches!(output.status.code(), Some(0 | 1)) && log.exists() => {
            let calls = fs::read_to_string(&log).unwrap();
            let made =
                calls.lines().filter(|line| line.contains("socket(") || line.contains("connect("));
            assert_eq!(made.count(), 0, "{calls}");
        }
        _ => eprintln!("not watched: there is no strace here, or it may not watch"),
    }
}
