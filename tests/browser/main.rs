//! The pages in a real browser: they open without an error and without asking anybody for anything,
//! and what a planner does in them works. A changed plan that the map saves is one that `audit`,
//! `replan` and `render` read, and its figures are those of the core.
//!
//! What needs a browser is passed over where no Chromium is installed, and says so; what the map
//! saved when it was last recorded (`EVENGRID_RECORD=1`) is judged everywhere.

#![allow(missing_docs, clippy::unwrap_used)]

mod chromium;
mod town;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use chromium::Chromium;
use town::Town;

fn evengrid() -> Command {
    let mut command = Command::cargo_bin("evengrid").unwrap();
    command.env("LC_ALL", "C");
    command
}

fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/recorded")
}

/// Runs a command and returns its `--json` result and its exit code.
fn json(arguments: &[&std::ffi::OsStr]) -> (Value, i32) {
    let output = evengrid().args(arguments).arg("--json").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    (
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{told}")),
        output.status.code().unwrap(),
    )
}

#[test]
fn the_map_works_and_what_it_saves_is_a_plan() {
    let Some(browser) = Chromium::find() else { return };
    let town = Town::planned();
    let found = browser.run(&town.page("map.html"), "map.js");
    found.assert_sound();
    let files = unpack(&base64(found.text("saved")));
    let trials = serde_json::to_string_pretty(&found.value["trials"]).unwrap() + "\n";
    if std::env::var_os("EVENGRID_RECORD").is_some() {
        for (name, text) in &files {
            fs::write(recorded().join(name), text).unwrap();
        }
        fs::write(recorded().join("trials.json"), &trials).unwrap();
    }
    for (name, text) in &files {
        let known = fs::read_to_string(recorded().join(name)).unwrap_or_default();
        assert!(known == *text, "{name} is not as recorded; EVENGRID_RECORD=1 records it anew");
    }
    assert_eq!(fs::read_to_string(recorded().join("trials.json")).unwrap(), trials);
}

#[test]
fn the_report_opens_in_both_languages() {
    let Some(browser) = Chromium::find() else { return };
    browser.run(&Town::planned().page("report.html"), "report.js").assert_sound();
}

/// What `replan` writes and what `render` makes of its folder have the same switch.
#[test]
fn a_replanned_plan_can_be_seen_before_and_after() {
    let Some(browser) = Chromium::find() else { return };
    let town = Town::planned();
    town.grow();
    let next = town.folder().join("next");
    let mut command = evengrid();
    command.arg("replan").arg(town.city()).arg("--current").arg(town.plan()).arg("-o").arg(&next);
    let output = command.output().unwrap();
    assert!(output.status.code().unwrap() < 2, "{}", String::from_utf8_lossy(&output.stderr));
    browser.run(&next.join("map.html"), "change.js").assert_sound();
    let again = town.folder().join("again.html");
    evengrid().arg("render").arg(&next).arg("-o").arg(&again).assert().success();
    browser.run(&again, "change.js").assert_sound();
}

#[test]
fn the_saved_plan_is_read_by_audit_replan_and_render() {
    let town = Town::planned();
    let saved = recorded();
    let (report, code) = json(&["audit".as_ref(), saved.as_os_str()]);
    assert!(code < 2);
    // What is drawn is a tiling, every unit is in one grid, and the sums are right.
    for subject in ["seamless-tiling", "accounts", "legal-basis", "codes"] {
        let found = report["subjects"].as_array().unwrap().iter().find(|s| s["subject"] == subject);
        assert_eq!(found.unwrap()["verdict"], "pass", "{subject}: {}", found.unwrap());
    }
    let (by_files, _) = json(&[
        "audit".as_ref(),
        "--grids".as_ref(),
        saved.join("grids.geojson").as_os_str(),
        "--units".as_ref(),
        saved.join("units.geojson").as_os_str(),
    ]);
    assert_eq!(by_files["figures"]["units_elsewhere"], 0.0);

    // The map says which unit it moved, and replan starts from there.
    let record: Value =
        serde_json::from_str(&fs::read_to_string(saved.join("plan.json")).unwrap()).unwrap();
    assert!(!record["drawn"].as_array().unwrap().is_empty());
    let next = town.folder().join("next");
    let arguments: [std::ffi::OsString; 4] =
        ["replan".into(), town.city().into(), "--current".into(), saved.clone().into()];
    let output = evengrid().args(arguments).arg("-o").arg(&next).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().unwrap() < 2, "{told}");
    let page = town.folder().join("again.html");
    evengrid().arg("render").arg(&saved).arg("-o").arg(&page).assert().success();
    assert!(fs::read_to_string(page).unwrap().contains("default-src 'none'"));
}

/// Every move that the map tried, against what the core says of it.
#[test]
fn the_map_reckons_as_the_core_does() {
    let town = Town::planned();
    let text = fs::read_to_string(recorded().join("trials.json")).unwrap();
    let trials: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(trials.len() > 40);
    let mut unit = String::new();
    let mut explained = Value::Null;
    for trial in trials.iter().step_by(3) {
        if trial["unit"] != unit.as_str() {
            unit = trial["unit"].as_str().unwrap().to_owned();
            let arguments: [std::ffi::OsString; 3] =
                ["explain".into(), town.plan().into(), "--unit".into()];
            let output = evengrid().args(arguments).arg(&unit).arg("--json").output().unwrap();
            explained = serde_json::from_slice(&output.stdout).unwrap();
        }
        let moves = explained["moves"].as_array().unwrap();
        let same = moves
            .iter()
            .find(|m| m["to"]["grid"] == trial["to"] && m["units"].as_array().unwrap().len() == 1);
        let same = same.unwrap_or_else(|| panic!("{trial} is no move in {explained}"));
        let near = |ours: &Value, cores: &Value, most: f64| {
            let (a, b) = (ours.as_f64().unwrap(), cores.as_f64().unwrap());
            assert!((a - b).abs() <= most, "{unit}: {a} in the map, {b} in the core: {trial}");
        };
        near(&trial["border"], &same["border_change_m"], 0.05);
        near(&trial["cost"], &same["cost_change_m"], 0.05);
        for (side, name) in trial["sides"].as_array().unwrap().iter().zip(["from", "to"]) {
            near(&side["population"], &same[name]["population"][1], 1e-6);
            near(&side["area_m2"], &same[name]["area_m2"][1], 1.0);
            near(&side["population_deviation"], &same[name]["population_deviation"][1], 1e-6);
            near(&side["area_deviation"], &same[name]["area_deviation"][1], 1e-4);
            near(&side["pieces"], &same[name]["pieces"][1], 0.0);
        }
    }
}

/// The files of a ZIP archive that is not compressed, without their folder.
fn unpack(archive: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, size: usize| {
        archive[at..at + size].iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let mut files = Vec::new();
    let mut at = 0;
    while archive[at..].starts_with(b"PK\x03\x04") {
        let (size, name) = (number(at + 18, 4), number(at + 26, 2));
        let path = String::from_utf8(archive[at + 30..at + 30 + name].to_vec()).unwrap();
        let body = at + 30 + name;
        let text = String::from_utf8(archive[body..body + size].to_vec()).unwrap();
        files.push((path.rsplit('/').next().unwrap().to_owned(), text));
        at = body + size;
    }
    assert!(archive[at..].starts_with(b"PK\x01\x02"), "an index follows the files");
    assert!(files.len() >= 3);
    files
}

/// The bytes of text in base 64.
fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    let group = |four: &[u8]| {
        let bits = (0..4).fold(0u32, |bits, i| bits << 6 | u32::from(*four.get(i).unwrap_or(&0)));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
