//! Routing reported problems by the command line, judged from its files.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

const JINCHANG: &str = "examples/data/jinchang";

fn evengrid(arguments: &[&str]) -> (i32, Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evengrid"))
        .env("LC_ALL", "C")
        .args(arguments)
        .arg("--json")
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), json, String::from_utf8(output.stderr).unwrap())
}

fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Jinchang, planned and organised once for a test.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        let (plan, structure) = (place.path("plan"), place.path("structure"));
        let grids = ["--grids", "120", "--effort", "fast"];
        let (code, _, message) = evengrid(&[&["plan", JINCHANG, "-o", &plan][..], &grids].concat());
        assert!(code <= 1, "{message}");
        let (code, _, message) = evengrid(&["organise", JINCHANG, &plan, "-o", &structure]);
        assert!(code <= 1, "{message}");
        place
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn cases(&self, file: &str, out: &str, more: &[&str]) -> (i32, Value, String) {
        let (plan, structure) = (self.path("plan"), self.path("structure"));
        let (file, out) = (self.path(file), self.path(out));
        let arguments = ["cases", &plan, "--cases", &file, "--structure", &structure, "-o", &out];
        evengrid(&[&arguments[..], more].concat())
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn reports_are_routed_scored_and_feed_the_next_plan() {
    let place = Place::new();
    // A report at every fourth member household, some on their way, some done.
    let text = fs::read(format!("{JINCHANG}/members.geojson.gz")).unwrap();
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(&text[..])).unwrap();
    let homes: Value = serde_json::from_str(&text).unwrap();
    let kinds =
        ["street light out", "楼道堆物", "0301", "minimum living allowance", "no such kind"];
    let logs = [
        "",
        ",2026-03-01T09:00,2026-03-01T10:00",
        ",2026-03-01 09:00,2026-03-01 10:00,2026-03-01 20:00",
    ];
    let mut csv = "id,name,phone,lon,lat,time,kind,discovered,dispatched,handled\n".to_owned();
    let mut features = Vec::new();
    let homes = homes["features"].as_array().unwrap();
    for (i, home) in homes.iter().step_by(4).enumerate() {
        let [lon, lat] = [0, 1].map(|at| home["geometry"]["coordinates"][at].as_f64().unwrap());
        let (kind, log) = (kinds[i % kinds.len()], logs[i % logs.len()]);
        let log_columns = format!("{log}{}", ",".repeat(3 - log.matches(',').count()));
        let _ = writeln!(
            csv,
            "k{i},Secret Person,12345678,{lon},{lat},2026-03-01 08:00,{kind}{log_columns}"
        );
        let mut properties =
            json!({"id": format!("k{i}"), "time": "2026-03-01 08:00", "kind": kind});
        for (name, time) in
            ["discovered", "dispatched", "handled"].iter().zip(log.split(',').skip(1))
        {
            properties[*name] = json!(time);
        }
        features.push(json!({"type": "Feature", "properties": properties,
                             "geometry": {"type": "Point", "coordinates": [lon, lat]}}));
    }
    csv.push_str("far,Secret Person,1,0,0,2026-03-01 08:00,street light out,,,\n");
    fs::write(place.out("c.csv"), &csv).unwrap();
    let collection = json!({"type": "FeatureCollection", "features": features});
    fs::write(place.out("c.geojson"), collection.to_string()).unwrap();

    let now = ["--now", "2026-03-02T12:00"];
    let (code, record, message) = place.cases("c.csv", "out", &now);
    assert_eq!(code, 1, "{message}");
    let cases = table(&place.out("out/cases.csv"));
    let count = homes.len().div_ceil(4);
    assert_eq!((cases.len(), record["located"].as_u64()), (count + 1, Some(count as u64)));
    let kind_of = |finding: &Value| finding["kind"].as_str().unwrap().to_owned();
    let findings: Vec<String> =
        record["findings"].as_array().unwrap().iter().map(kind_of).collect();
    assert_eq!(findings, ["cases-outside", "unknown-kinds"]);

    // Who answers, by the files of the structure.
    let grids: HashMap<String, HashMap<String, String>> = table(&place.out("structure/grids.csv"))
        .into_iter()
        .map(|row| (row["grid"].clone(), row))
        .collect();
    let groups: HashMap<String, String> = table(&place.out("structure/people.csv"))
        .into_iter()
        .filter(|row| row["role"] == "building-leader")
        .map(|row| (row["serves"].clone(), row["person"].clone()))
        .collect();
    let mut seen = [0; 3];
    for case in cases.iter().filter(|case| !case["grid"].is_empty()) {
        assert!(case["building_group"].starts_with(&case["grid"]));
        if case["next_step"] == "handled" && case["calls"] == "0" {
            let held = format!("grid-worker={}", case["who"]);
            match case["item"].as_str() {
                "0101" => unreachable!("its deadline of 24 hours is past"),
                "0202" => {
                    let leader = groups.get(&case["building_group"]);
                    assert_eq!(&case["who"], leader.unwrap_or(&case["building_group"]));
                    seen[0] += 1;
                }
                "0301" => assert!(!held.is_empty()),
                _ => {}
            }
        }
        if case["item"] == "0101" && case["standing"] == "overdue" && case["next_step"] == "handled"
        {
            assert_eq!((case["level"].as_str(), &case["who"]), ("community", &case["community"]));
            assert_eq!(case["report_by"], "2026-03-02T10:00:00+08:00");
            seen[1] += 1;
        }
        if case["state"] == "handled" && case["item"] == "0101" {
            assert_eq!(
                (case["standing"].as_str(), case["next_step"].as_str()),
                ("in_time", "fed_back")
            );
            seen[2] += 1;
        }
        assert!(grids.contains_key(&case["grid"]));
    }
    assert!(seen.iter().all(|&n| n > 50), "{seen:?}");

    // Scores and workloads add up.
    let sum = |file: &str, column: &str| -> usize {
        table(&place.out(file)).iter().map(|row| row[column].parse::<usize>().unwrap()).sum()
    };
    assert_eq!(sum("out/grid_scores.csv", "cases"), count);
    assert_eq!(sum("out/grid_workload.csv", "cases"), count);
    assert_eq!(sum("out/unit_workload.csv", "cases"), count);
    assert_eq!(table(&place.out("out/unit_workload.csv")).len(), 20_000);
    let known = cases.iter().filter(|case| !case["item"].is_empty()).count();
    assert_eq!(sum("out/department_scores.csv", "cases"), known);

    // Nothing personal comes out.
    for entry in fs::read_dir(place.out("out")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("Secret") && !text.contains("12345678"));
    }

    // GeoJSON says the same.
    place.cases("c.geojson", "same", &now);
    let same = table(&place.out("same/cases.csv"));
    assert_eq!(same[..], cases[..count]);

    // The next structure weighs the cases of the last.
    let measures = place.path("out/unit_workload.csv");
    let (plan, out) = (place.path("plan"), place.path("weighed"));
    let (code, _, message) =
        evengrid(&["organise", JINCHANG, &plan, "-o", &out, "--measures", &measures]);
    assert!(code <= 1, "{message}");
    let before: f64 = grids.values().map(|g| g["workload"].parse::<f64>().unwrap()).sum();
    let after: f64 = table(&place.out("weighed/grids.csv"))
        .iter()
        .map(|g| g["workload"].parse::<f64>().unwrap())
        .sum();
    assert!((after - before - 5.0 * count as f64).abs() < 1.0, "{before} {after}");

    // Without --now it is the latest time; nothing is replaced unasked; wrong usage says why.
    let (_, record, _) = place.cases("c.csv", "late", &[]);
    assert_eq!(record["now"], "2026-03-01T20:00:00+08:00");
    assert_eq!(place.cases("c.csv", "out", &now).0, 2);
    assert!(place.cases("c.csv", "out", &[&now[..], &["--force"]].concat()).0 <= 1);
    let (code, _, message) = place.cases("c.csv", "never", &["--now", "soon"]);
    assert!(code == 2 && message.contains("soon"), "{message}");
    fs::write(place.out("bad.csv"), "lon,lat\n1,2\n").unwrap();
    let (code, _, message) = place.cases("bad.csv", "never", &[]);
    assert!(code == 2 && message.contains("\"kind\""), "{message}");
    assert!(!place.out("never").exists());
}

#[test]
fn a_small_city_counts_cases_by_its_own_ids_and_borders() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    // Two communities side by side, the one with the higher code first in the file.
    let unit = |nr: u32, community: &str, west: f64| {
        let (east, south, north) = (west + 0.001, 38.5, 38.501);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        json!({"type": "Feature",
               "properties": {"NR": nr, "population": 100, "households": 40, "community": community},
               "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let features = [unit(4, "620302001002", 102.125), unit(3, "620302001001", 102.126)];
    fs::create_dir(place.path().join("city")).unwrap();
    let layer = json!({"type": "FeatureCollection", "features": features});
    fs::write(place.path().join("city/units.geojson"), layer.to_string()).unwrap();
    let [city, plan, cases, out] = ["city", "plan", "cases.csv", "out"].map(path);
    let asked = ["plan", &city, "-o", &plan, "--grids", "2", "--id-field", "NR", "-q"];
    let (code, _, message) = evengrid(&asked);
    assert!(code <= 1, "{message}");
    // One in the west, and one on the border of the two; one row fills time alone.
    let rows = "id,lon,lat,kind,gathered,time\n\
                a,102.1255,38.5005,street light out,,2026-03-01 08:00\n\
                b,102.126,38.5005,street light out,2026-03-01 09:00,2026-03-01 08:00\n";
    fs::write(&cases, rows).unwrap();
    let (code, record, message) = evengrid(&["cases", &plan, "--cases", &cases, "-o", &out]);
    assert_eq!(code, 0, "{record} {message}");
    let found = table(&place.path().join("out/cases.csv"));
    let grid = |i: usize| found[i]["grid"].as_str();
    assert_eq!((grid(0), grid(1)), ("620302001002001", "620302001001001"));
    let gathered: Vec<&str> = found.iter().map(|case| case["gathered"].as_str()).collect();
    assert_eq!(gathered, ["2026-03-01T08:00:00+08:00", "2026-03-01T09:00:00+08:00"]);
    let workload = table(&place.path().join("out/unit_workload.csv"));
    let counts: Vec<[&str; 2]> =
        workload.iter().map(|row| [row["unit"].as_str(), row["cases"].as_str()]).collect();
    assert_eq!(counts, [["3", "1"], ["4", "1"]]);
    // The table feeds the next plan as it was written: people stay those of the layer.
    let (weighed, table) = (path("weighed"), path("out/unit_workload.csv"));
    let asked = ["plan", &city, "-o", &weighed, "--grids", "2", "--id-field", "NR"];
    let more = ["--population-table", &table, "--weight", "cases=:0.5"];
    let (code, _, message) = evengrid(&[&asked[..], &more].concat());
    assert!(code <= 1, "{message}");
    let told = fs::read_to_string(place.path().join("weighed/grids.geojson")).unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    for grid in told["features"].as_array().unwrap() {
        assert_eq!(grid["properties"]["population"], 100.0, "{grid}");
        assert_eq!(grid["properties"]["sum_cases"], 1.0, "{grid}");
    }
}

#[test]
fn departments_report_when_they_are_called() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let [city, plan, items, cases] = ["city", "plan", "items.toml", "cases.csv"].map(path);
    let (code, _, message) = evengrid(&["generate", "--units", "300", "-o", &city]);
    assert_eq!(code, 0, "{message}");
    let (code, _, message) = evengrid(&["plan", &city, "-o", &plan, "--effort", "fast"]);
    assert!(code <= 1, "{message}");
    let rules = "[loop]\ndispatch = '4h'\nfeedback = '1d'\naccept = '3d'\nreport = '2h'\n\
                 [[item]]\nid = '1'\nkind = 'noise'\nlevel = 'community'\nrole = ''\n\
                 department = 'police'\ndeadline = '30m'\n";
    fs::write(&items, rules).unwrap();
    // Each to be handled by 08:30, and its department to report by 10:30.
    let rows = "id,lon,lat,kind,time,handled,reported\n\
                in-time,102.19,38.52,noise,2026-03-01 08:00,,2026-03-01 10:30\n\
                late,102.19,38.52,noise,2026-03-01 08:00,2026-03-01 13:00,2026-03-01 11:00\n\
                overdue,102.19,38.52,noise,2026-03-01 08:00,,\n\
                open,102.19,38.52,noise,2026-03-01 12:00,,\n\
                handled,102.19,38.52,noise,2026-03-01 08:00,2026-03-01 08:30,\n\
                unknown,102.19,38.52,noise,2026-03-01 08:00,2026-03-01 13:00,\n\
                wrong,102.19,38.52,noise,2026-03-01 08:00,,2026-02-01 08:00\n";
    fs::write(&cases, rows).unwrap();
    let out = path("out");
    let now = ["--now", "2026-03-01 14:00", "--items", &items, "-o", &out];
    let (code, record, message) =
        evengrid(&[&["cases", &plan, "--cases", &cases][..], &now].concat());
    assert_eq!(code, 1, "{message}");
    assert!(message.contains("bad-reports (1)"), "{message}");
    assert_eq!(
        record["reports"],
        json!({"in_time": 1, "late": 1, "open": 1, "overdue": 2, "unknown": 1})
    );
    let found = table(&place.path().join("out/cases.csv"));
    for case in &found {
        let id = if case["id"] == "wrong" { "overdue" } else { &case["id"] };
        let expected = if id == "handled" { "" } else { &id.replace('-', "_") };
        assert_eq!(case["report"], expected, "{id}");
        let [late, step_late] = [&case["standing"] == "overdue", &case["overdue"] == "yes"];
        assert!(case["by"] <= case["handle_by"] || case["state"] == "handled", "{id}");
        assert!(!late || step_late, "{id}");
    }
    // Handled at 13:00, it had been called nine times.
    assert_eq!((found[1]["calls"].as_str(), found[1]["level"].as_str()), ("9", "subdistrict"));
    let score = &table(&place.path().join("out/department_scores.csv"))[0];
    let counts = ["called", "reports_in_time", "reports_late", "reports_open", "reports_overdue"];
    assert_eq!(counts.map(|name| score[name].as_str()), ["6", "1", "1", "1", "2"]);
}
