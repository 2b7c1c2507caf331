//! What a planner can ask of a division, over the command line: on a small town and on bundled
//! cities, judged from the written files alone.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use common::{features, number, text};
use geojson::Feature;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with a city and room for its plan.
struct Town(TempDir);

impl Town {
    /// A square town of 8 × 8 units, ten people each, with further properties.
    fn of(properties: impl Fn(usize, usize) -> Value) -> Town {
        let unit = |i: usize| {
            let (x, y) = (i % 8, i / 8);
            let (w, s) = (x as f64 * 1e-3, y as f64 * 1e-3);
            let (e, n) = ((x + 1) as f64 * 1e-3, (y + 1) as f64 * 1e-3);
            let mut own = json!({"id": format!("u{x}{y}"), "population": 10, "households": 4});
            own.as_object_mut().unwrap().extend(properties(x, y).as_object().unwrap().clone());
            json!({
                "type": "Feature",
                "properties": own,
                "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
            })
        };
        let town = Town(tempfile::tempdir().unwrap());
        fs::create_dir(town.city()).unwrap();
        let units: Vec<Value> = (0..64).map(unit).collect();
        town.write("units.geojson", &collection(&units));
        town
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.city().join(name), text).unwrap();
    }

    fn city(&self) -> PathBuf {
        self.0.path().join("town")
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("plan")
    }

    /// Plans, and returns exit code, grids and `plan.json`.
    fn plan(&self, arguments: &[&str]) -> (i32, Vec<Feature>, Value) {
        plan(&self.city(), &self.out(), arguments)
    }

    fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        let output = evengrid("plan")
            .arg(self.city())
            .arg("-o")
            .arg(self.out())
            .args(arguments)
            .output()
            .unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in {message}");
        }
        assert!(!self.out().exists());
    }
}

fn plan(city: &Path, out: &Path, arguments: &[&str]) -> (i32, Vec<Feature>, Value) {
    let output = evengrid("plan")
        .arg(city)
        .arg("-o")
        .arg(out)
        .args(["--json", "--force"])
        .args(arguments)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!(code < 2, "{}", String::from_utf8_lossy(&output.stderr));
    let record = serde_json::from_slice(&output.stdout).unwrap();
    (code, features(&out.join("grids.geojson")), record)
}

fn evengrid(command: &str) -> Command {
    let mut evengrid = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    evengrid.env("LC_ALL", "C");
    evengrid.arg(command);
    evengrid
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// Sums of a property of the units of every grid.
fn sums(out: &Path, field: &str) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for unit in features(&out.join("units.geojson")) {
        *sums.entry(text(&unit, "grid")).or_insert(0.0) += number(&unit, field);
    }
    sums
}

#[test]
fn further_weights_are_even_and_written() {
    let town = Town::of(|x, _| json!({"elderly": if x < 4 { 2.5 } else { 0.5 }, "cases": x}));
    let arguments = [
        "--grids",
        "4",
        "--weight",
        "elderly=0.1",
        "--weight",
        "cases=:0.5",
        "--area-tolerance",
        ":",
    ];
    let (code, grids, record) = town.plan(&arguments);
    assert_eq!(code, 0, "{}", record["violations"]);
    assert_eq!(record["parameters"]["weight"], json!({"elderly": "0.1", "cases": ":0.5"}));
    let sums = sums(&town.out(), "elderly");
    for grid in &grids {
        let sum = number(grid, "sum_elderly");
        assert!((sum - sums[&text(grid, "grid")]).abs() < 1e-6);
        assert!((sum / 24.0 - 1.0 - number(grid, "deviation_elderly")).abs() < 1e-4);
        assert!(number(grid, "deviation_elderly").abs() <= 0.1 + 1e-9);
        assert!(number(grid, "deviation_cases") <= 0.5 + 1e-9);
        assert_eq!(text(grid, "kind"), "general");
    }
}

#[test]
fn faulty_amounts_are_named() {
    let town = Town::of(|x, y| match (x, y) {
        (3, 0) => json!({"elderly": -1}),
        (4, 0) => json!({"cases": "many", "elderly": 1}),
        _ => json!({"elderly": 1, "cases": 1}),
    });
    let parts = ["units.geojson", "feature 4", "u30", "elderly", "-1", "correct"];
    town.refuses(&["--grids", "4", "--weight", "elderly=0.1"], &parts);
    let parts = ["units.geojson", "feature 4", "cases", "missing", "fill in"];
    town.refuses(&["--grids", "4", "--weight", "cases=0.1"], &parts);
    town.refuses(&["--grids", "4", "--weight", "nothing=0.1"], &["feature 1", "nothing"]);
    town.refuses(&["--grids", "4", "--mix", "nothing"], &["units.geojson", "nothing", "missing"]);
    town.refuses(&["--grids", "4", "--weight", "elderly"], &["FIELD=TOLERANCE"]);
    town.refuses(&["--grids", "4", "--households-per-grid", "300"], &["LEAST:MOST"]);
    town.refuses(&["--grids", "4", "--people-per-grid", "1:2:3"], &["cannot be used"]);
    town.refuses(&["--grids", "4", "--apart", "u00,u99"], &["u99", "units.geojson"]);
    town.refuses(&["--grids", "4", "--max-diameter", "0"], &["0 m"]);
}

#[test]
fn a_unit_has_one_role() {
    let town =
        Town::of(|x, _| if x == 2 { json!({"special": "park", "lock": "A"}) } else { json!({}) });
    town.refuses(&["--grids", "4"], &["units.geojson", "feature 3", "special", "lock", "take"]);
    let town =
        Town::of(|x, _| if x == 2 { json!({"special": "park", "seed": 1}) } else { json!({}) });
    town.refuses(&["--grids", "4"], &["units.geojson", "feature 3", "special", "seed"]);
    // Numbers written as text are names: codes of a zone, say.
    let town = Town::of(|x, _| json!({"zone": if x < 4 { "1" } else { "2" }, "age": x}));
    let (_, grids, _) = town.plan(&["--grids", "4", "--mix", "zone=0.5", "--mix", "age=0.9"]);
    assert!(grids[0].property("share_zone_1").is_some());
    assert!(grids[0].property("share_age_q4").is_some());
}

#[test]
fn what_no_grid_can_hold_across_communities_is_told() {
    let of = |name: &'static str| {
        Town::of(move |x, y| {
            let mut own = json!({"community": if x < 4 { "west" } else { "east" }});
            if y == 0 && (x == 3 || x == 4) {
                own[name] = json!("A");
            }
            own
        })
    };
    let parts = ["feature 5", "\"u40\"", "\"east\"", "\"A\"", "\"u30\"", "\"west\"", "lock units"];
    of("lock").refuses(&["--grids", "4"], &parts);
    let (code, _, record) = of("estate").plan(&["--grids", "4"]);
    assert_eq!(code, 0);
    let findings = record["findings"].as_array().unwrap();
    let told = findings.iter().find(|f| f["kind"] == "estates-across-communities").unwrap();
    assert_eq!((&told["count"], &told["examples"]), (&json!(1), &json!(["A"])));
}

#[test]
fn seeds_say_yes_or_no_in_many_words() {
    let of = |words: &'static [&'static str]| {
        let town = Town::of(move |x, y| match words.get(x) {
            Some(word) if y == 0 => json!({"seed": word}),
            _ => json!({}),
        });
        let (_, grids, record) = town.plan(&["--grids", "4"]);
        let seeds: f64 = grids.iter().filter_map(|g| g.property("seeds")?.as_f64()).sum();
        let findings = record["findings"].as_array().unwrap().clone();
        let unclear = findings.iter().find(|f| f["kind"] == "seed-unclear").cloned();
        (seeds, unclear.map(|f| (f["count"].clone(), f["examples"].clone())))
    };
    assert_eq!(of(&["否", "无", "假", "n", "F", "no", "0", "0.0"]), (0.0, None));
    assert_eq!(of(&["是", "yes", "1.0", "true"]), (4.0, None));
    assert_eq!(of(&["x", "2", "否"]), (2.0, Some((json!(2), json!(["x", "2"])))));
}

#[test]
fn all_settings_stand_in_evengrid_toml_too() {
    let town = Town::of(
        |x, y| json!({"elderly": 1, "tenure": if x < 4 { "own" } else { "rent" }, "year": 1900 + y}),
    );
    town.write(
        "evengrid.toml",
        r#"people-per-grid = "120:160:200"
apart = [["u00", "u10"], ["u77", "u07", "u70"]]
units-per-grid = "12:20"
households-per-grid = ":80"
max-diameter = 900
compactness = 0.5
evenness = 0.5
mix = { tenure = 0.4 }
alike = ["year"]
[weight]
elderly = 0.25
[communities."1"]
grids = 4
"#,
    );
    let (code, grids, record) = town.plan(&[]);
    assert_eq!((code, grids.len()), (0, 4), "{}", record["violations"]);
    let parameters = &record["parameters"];
    assert_eq!(parameters["people-per-grid"], "120:160:200");
    assert_eq!(parameters["units-per-grid"], "12:20");
    assert_eq!(parameters["weight"]["elderly"], "0.25");
    assert_eq!(parameters["alike"]["year"], 0.5);
    assert_eq!(parameters["max-diameter"], 900.0);
    for grid in &grids {
        for name in ["sum_elderly", "share_tenure_own", "alike_year", "diameter_m", "households"] {
            assert!(grid.property(name).is_some(), "{name}");
        }
    }
    // The command line comes first.
    let (_, _, record) = town.plan(&["--weight", "elderly=0.3", "--units-per-grid", "10:"]);
    assert_eq!(record["parameters"]["weight"]["elderly"], "0.3");
    assert_eq!(record["parameters"]["units-per-grid"], "10:");
    let town = Town::of(|_, _| json!({}));
    town.write("evengrid.toml", "[communities.\"9\"]\ngrids = 4\n");
    town.refuses(&[], &["evengrid.toml", "\"9\""]);
}

#[test]
fn groups_seeds_and_special_purpose_grids_are_kept() {
    let town = Town::of(|x, y| match (x, y) {
        (0, 0) | (1, 0) => json!({"apart": "clinic"}),
        (3 | 4, 3 | 4) => json!({"special": "market"}),
        (7, 7) => json!({"seed": true}),
        _ => json!({}),
    });
    let seed = |id: &str, x: f64, y: f64| {
        json!({"type": "Feature", "properties": {"id": id},
               "geometry": {"type": "Point", "coordinates": [x, y]}})
    };
    let seeds = [seed("north", 6.5e-3, 7.5e-3), seed("west", 0.5e-3, 4.5e-3)];
    town.write("seeds.geojson", &collection(&seeds));
    let (code, grids, record) = town.plan(&["--grids", "3"]);
    assert_eq!(code, 0, "{}", record["violations"]);
    // Three general grids, and the market besides.
    assert_eq!(grids.len(), 4);
    let market: Vec<&Feature> = grids.iter().filter(|g| text(g, "kind") == "special").collect();
    assert_eq!((market.len(), text(market[0], "special").as_str()), (1, "market"));
    assert_eq!((number(market[0], "units"), number(market[0], "population_deviation")), (4.0, 0.0));
    let of_unit: BTreeMap<String, String> = features(&town.out().join("units.geojson"))
        .iter()
        .map(|u| (text(u, "id"), text(u, "grid")))
        .collect();
    assert_ne!(of_unit["u00"], of_unit["u10"]);
    let offices: BTreeSet<&String> = ["u77", "u67", "u04"].iter().map(|&u| &of_unit[u]).collect();
    assert_eq!(offices.len(), 3);
    assert_eq!(record["communities"][0]["special_grids"], 1);
    town.write("seeds.geojson", &collection(&[seed("lost", 1.0, 1.0)]));
    fs::remove_dir_all(town.out()).unwrap();
    town.refuses(&["--grids", "3"], &["seeds.geojson", "feature 1", "lost"]);
}

#[test]
fn what_special_purpose_grids_hold_is_not_counted_as_kept() {
    let town = Town::of(|x, y| match (x, y) {
        (3 | 4, 3 | 4) => json!({"special": "market"}),
        _ => json!({}),
    });
    let output = evengrid("plan")
        .args([town.city(), "-o".into(), town.out()])
        .args(["--grids", "3", "--units-per-grid", "18:22", "--weight", "households=0.2"])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    for line in [
        "mean: 3 grids of 3",
        "units per grid 18:22: 3 grids of 3",
        "households within 20 % of the community's mean: 3 grids of 3",
        "in one piece: 4 grids of 4",
    ] {
        assert!(told.contains(line), "{line:?} is not in {told}");
    }
}

#[test]
fn a_file_in_the_place_of_the_city_folder_is_said_to_be_one() {
    let town = Town::of(|_, _| json!({}));
    let output = evengrid("plan")
        .args([town.city().join("units.geojson"), "-o".into(), town.out()])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("units.geojson: is not a folder; name a folder"), "{message}");
}

#[test]
fn what_cannot_be_kept_is_named_with_value_limit_and_reason() {
    let town = Town::of(|_, _| json!({"estate": "one"}));
    let arguments = ["--units-per-grid", ":20", "--apart", "u00,u10", "--target-population", "640"];
    let (code, _, record) = town.plan(&arguments);
    assert_eq!(code, 1);
    let of = |promise: &str| {
        let all = record["violations"].as_array().unwrap();
        all.iter().find(|v| v["promise"] == promise).unwrap().clone()
    };
    let units = of("units");
    assert_eq!((&units["value"], &units["limit"]), (&json!(64.0), &json!(20.0)));
    assert_eq!(units["unavoidable"], true);
    assert_eq!(of("apart")["unavoidable"], true);
}

#[test]
fn a_plan_is_divided_again_inside_its_grids() {
    let town = Town::of(|_, _| json!({}));
    town.plan(&["--grids", "4"]);
    let groups = town.0.path().join("groups");
    let mut command = evengrid("divide");
    command.arg("--units").arg(town.out().join("units.geojson"));
    command.arg("--communities").arg(town.out().join("grids.geojson"));
    command.args(["--community-field", "grid", "--target-population", "40", "-o"]).arg(&groups);
    command.assert().code(0);
    let groups = features(&groups.join("grids.geojson"));
    assert_eq!(groups.len(), 16);
    for group in &groups {
        assert!(text(group, "grid").starts_with(&text(group, "community")));
        assert_eq!(number(group, "population"), 40.0);
    }
}

#[test]
fn households_and_people_per_grid_hold_in_a_real_city() {
    let out = tempfile::tempdir().unwrap();
    let city = Path::new("examples/data/jinchang");
    let arguments =
        ["--people-per-grid", "500:650:800", "--area-tolerance", ":", "--effort", "fast"];
    let (_, grids, record) = plan(city, &out.path().join("plan"), &arguments);
    let named: BTreeSet<&str> = record["violations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| v["promise"] == "population")
        .map(|v| v["grid"].as_str().unwrap())
        .collect();
    let mut within = 0;
    for grid in &grids {
        let holds = (500.0..=800.0).contains(&number(grid, "population"));
        assert_eq!(holds, !named.contains(text(grid, "grid").as_str()));
        within += usize::from(holds);
    }
    assert!(within * 100 >= grids.len() * 99, "{within} of {}", grids.len());
}

#[test]
fn households_are_even_beside_people_in_a_real_city() {
    let out = tempfile::tempdir().unwrap();
    let city = Path::new("examples/data/buenos-aires");
    let arguments = [
        "--grids",
        "80",
        "--weight",
        "households=0.1",
        "--max-diameter",
        "2500",
        "--area-tolerance",
        ":",
        "--effort",
        "fast",
    ];
    let (_, grids, record) = plan(city, &out.path().join("plan"), &arguments);
    let sums = sums(&out.path().join("plan"), "households");
    let mut mean: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for grid in &grids {
        let sum = sums[&text(grid, "grid")];
        assert_eq!(number(grid, "sum_households"), sum);
        let entry = mean.entry(text(grid, "community")).or_default();
        *entry = (entry.0 + sum, entry.1 + 1.0);
    }
    let violations = record["violations"].as_array().unwrap();
    for grid in &grids {
        let (sum, count) = mean[&text(grid, "community")];
        let deviation = sums[&text(grid, "grid")] / (sum / count) - 1.0;
        let named = |promise: &str| {
            let mut all = violations.iter();
            all.any(|v| v["promise"] == promise && v["grid"] == text(grid, "grid").as_str())
        };
        assert_eq!(named("weight"), deviation.abs() > 0.1 + 1e-9, "{deviation}");
        assert_eq!(named("diameter"), number(grid, "diameter_m") > 2_500.0);
    }
}

/// What a command prints with `--json`, and its exit code.
fn told(command: &str, arguments: &[&str]) -> (i32, Value) {
    let output = evengrid(command).args(arguments).arg("--json").output().unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    (output.status.code().unwrap(), json)
}

/// A town with people over 80, owners and tenants.
fn town_of_traits() -> Town {
    Town::of(|x, y| {
        let tenure = ["own", "let"][(x + y) % 2];
        json!({"elderly": (x + y) % 4, "tenure": tenure})
    })
}

fn seed(id: &str, lon: f64, lat: f64) -> Value {
    json!({
        "type": "Feature", "properties": {"id": id},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    })
}

#[test]
fn what_was_asked_is_audited_and_explained() {
    let town = town_of_traits();
    let seeds: Vec<Value> = [(0, 0), (7, 0), (0, 7), (7, 7)]
        .map(|(x, y)| seed(&format!("s{x}{y}"), x as f64 * 1e-3 + 5e-4, y as f64 * 1e-3 + 5e-4))
        .into();
    town.write("seeds.geojson", &collection(&seeds));
    let asked = [
        ["--grids", "4"],
        ["--weight", "elderly=0.3"],
        ["--mix", "tenure=0.2"],
        ["--alike", "tenure=0.2"],
        ["--apart", "u00,u33"],
        ["--units-per-grid", "14:18"],
        ["--households-per-grid", "50:80"],
        ["--max-diameter", "1000"],
    ]
    .concat();
    let (code, grids, _) = town.plan(&asked);
    let plan = town.out();
    let plan = plan.to_str().unwrap();
    let (audited, report) = told("audit", &[plan]);
    assert_eq!(audited, code, "{report}");
    let subject = |report: &Value, name: &str| -> Value {
        let subjects = report["subjects"].as_array().unwrap();
        subjects.iter().find(|subject| subject["subject"] == name).cloned().unwrap()
    };
    for name in ["further-amounts", "mixture", "size-limits", "kept-apart", "seeds"] {
        assert_eq!(subject(&report, name)["verdict"], "pass", "{name}");
    }
    assert_eq!(subject(&report, "likeness")["verdict"], "not-judged");
    // Grid by grid, the figures are those that the plan wrote.
    for (grid, audited) in grids.iter().zip(report["grids"].as_array().unwrap()) {
        assert_eq!(text(grid, "grid"), audited["grid"]);
        for name in ["sum_elderly", "share_tenure_own", "alike_tenure", "households", "seeds"] {
            let told = audited["asked"][name].as_f64().unwrap();
            assert!((number(grid, name) - told).abs() < 1e-9, "{name}: {audited}");
        }
        assert!(
            (number(grid, "diameter_m") - audited["asked"]["diameter_m"].as_f64().unwrap()).abs()
                < 0.1
        );
    }
    // Each move of a unit on a border tells all of it.
    let units = features(&town.out().join("units.geojson"));
    let moves = units.iter().find_map(|unit| {
        let (_, found) = told("explain", &[plan, "--unit", &text(unit, "id")]);
        let moves = found["moves"].as_array().unwrap().clone();
        (!moves.is_empty()).then_some(moves)
    });
    for side in moves.unwrap().iter().flat_map(|moved| [&moved["from"], &moved["to"]]) {
        let named: BTreeSet<&str> =
            side["asked"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
        for name in
            ["elderly", "people of tenure own", "households", "units", "diameter_m", "alike_tenure"]
        {
            assert!(named.contains(name), "{name} is not in {named:?}");
        }
    }
    // Where more is asked than stands, the audit says so.
    let record = town.out().join("plan.json");
    let stricter = fs::read_to_string(&record).unwrap().replace("\"14:18\"", "\":10\"");
    fs::write(&record, stricter).unwrap();
    let (code, report) = told("audit", &[plan]);
    assert_eq!(code, 1);
    let failures = subject(&report, "size-limits")["failures"].as_array().unwrap().clone();
    assert_eq!(failures.len(), 4);
    assert!(failures.iter().all(|failure| failure["fault"] == "units-out-of-limits"));
}

#[test]
fn a_plan_with_two_seeds_in_a_grid_fails() {
    let town = town_of_traits();
    let seeds: Vec<Value> = [1e-4, 2e-4].map(|at| seed(&format!("s{at}"), at, at)).into();
    town.write("seeds.geojson", &collection(&seeds));
    let (code, _, _) = town.plan(&["--grids", "4"]);
    assert_eq!(code, 1);
    let out = town.out();
    let output = evengrid("audit").arg(&out).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("seeds s0.0001, s0.0002 share grid"), "{report}");
    assert!(report.contains("1 failures, 1 of which the plan names itself"), "{report}");
}

#[test]
fn people_from_least_to_most_are_what_a_plan_is_audited_by() {
    // A hundred people live in the corner: no mean of a grid is near it.
    let town = Town::of(|x, y| json!({"population": if (x, y) == (0, 0) { 100 } else { 10 }}));
    let (code, grids, _) = town.plan(&["--people-per-grid", "90:150:240"]);
    assert_eq!(code, 0);
    let deviation = |grid: &Feature| number(grid, "population_deviation").abs();
    assert!(grids.iter().map(deviation).fold(0.0, f64::max) > 0.05);
    let out = town.out();
    let out = out.to_str().unwrap();
    let (code, report) = told("audit", &[out]);
    assert_eq!(code, 0, "{report}");
    // Unless another tolerance is given.
    assert_eq!(told("audit", &[out, "--population-tolerance", "0.01"]).0, 1);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let town = town_of_traits();
    town.refuses(&["--mix", "tenure=2"], &["tenure", "from 0 to 1"]);
    town.refuses(&["--apart", "u00,u00"], &["u00", "twice"]);
    town.refuses(&["--weight", "elderly=0.1", "--weight", "elderly=0.2"], &["elderly", "twice"]);
    town.refuses(&["--weight", "population=0.2"], &["--population-tolerance"]);
    town.refuses(&["--compactness", "-1"], &["compactness -1", "from 0"]);
}
