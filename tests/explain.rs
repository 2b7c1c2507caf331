//! A written plan explained, and drawn again.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

fn evengrid() -> Command {
    let mut command = Command::cargo_bin("evengrid").unwrap();
    command.env("LC_ALL", "C");
    command
}

#[test]
fn a_unit_of_shanghai_is_explained_and_the_map_drawn_again() {
    let place = tempfile::tempdir().unwrap();
    let plan = place.path().join("plan").display().to_string();
    let city = "examples/data/shanghai";
    let planned = evengrid()
        .args(["plan", city, "-o", &plan, "--target-population", "1000", "--effort", "fast"])
        .output()
        .unwrap();
    assert!(planned.status.code().is_some_and(|code| code < 2));

    let units: Value =
        serde_json::from_str(&fs::read_to_string(format!("{plan}/units.geojson")).unwrap())
            .unwrap();
    let barriers = format!("{city}/barriers.geojson.gz");
    // The first unit with a choice.
    let explained = units["features"].as_array().unwrap().iter().find_map(|unit| {
        let id = unit["properties"]["id"].as_str()?;
        let output = evengrid()
            .args(["explain", &plan, "--unit", id, "--barriers", &barriers, "--json"])
            .output()
            .unwrap();
        let explained: Value = serde_json::from_slice(&output.stdout).ok()?;
        let choices = explained["moves"].as_array()?.len();
        (choices > 0).then(|| (id.to_owned(), unit["properties"]["grid"].clone(), explained))
    });
    let (id, grid, explained) = explained.unwrap();
    assert_eq!(explained["grid"]["grid"], grid);
    for moved in explained["moves"].as_array().unwrap() {
        let [from, to] = [&moved["from"]["population"], &moved["to"]["population"]];
        let sum = |i: usize| from[i].as_f64().unwrap() + to[i].as_f64().unwrap();
        assert!((sum(0) - sum(1)).abs() < 1e-6, "{moved}");
    }
    // Buildings that lie wholly under others count, too: what is told of a grid is what was written.
    let grids: Value =
        serde_json::from_str(&fs::read_to_string(format!("{plan}/grids.geojson")).unwrap())
            .unwrap();
    let written = |grid: &Value, name: &str| {
        let mut features = grids["features"].as_array().unwrap().iter();
        let found = features.find(|feature| feature["properties"]["grid"] == *grid).unwrap();
        found["properties"][name].as_f64().unwrap()
    };
    let output = evengrid().args(["explain", &plan, "--unit=-6651434", "--json"]).output().unwrap();
    let beside: Value = serde_json::from_slice(&output.stdout).unwrap();
    let moves = beside["moves"].as_array().unwrap();
    assert!(moves.len() > 1);
    for side in moves.iter().flat_map(|moved| [&moved["from"], &moved["to"]]) {
        for name in ["population", "population_deviation"] {
            let told = side[name][0].as_f64().unwrap();
            // Shares are written with six decimals.
            assert!((told - written(&side["grid"], name)).abs() < 1e-6, "{name}: {side}");
        }
        for (name, within) in [("perimeter_m", 0.01), ("polsby_popper", 1e-4)] {
            let told = side[name][0].as_f64().unwrap();
            assert!((told - written(&side["grid"], name)).abs() < within, "{name}: {side}");
        }
    }
    let text = evengrid().args(["explain", &plan, "--unit", &id]).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains(&format!("Unit {id}")) && text.contains("Moving it to grid"), "{text}");

    let unknown = evengrid().args(["explain", &plan, "--unit", "nobody"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));

    for (name, beginning) in [("again.html", "<!"), ("again.svg", "<svg")] {
        let map = place.path().join(name);
        let drawn =
            evengrid().args(["render", &plan, "--city", city, "-o"]).arg(&map).output().unwrap();
        assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
        assert!(fs::read_to_string(&map).unwrap().trim_start().starts_with(beginning));
    }
    // The picture drawn from what was written is the one that was drawn from what was planned.
    let [then, again] = ["plan/map.svg", "again.svg"]
        .map(|name| fs::read_to_string(place.path().join(name)).unwrap());
    let shape = |text: &str| text.matches("<path").count();
    assert_eq!(shape(&then), shape(&again));
    let refused = evengrid().args(["render", &plan, "-o", "map.gif"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}
