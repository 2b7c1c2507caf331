//! People of real units from a table, as offices have them, instead of from the layer itself.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const SHANGHAI: &str = "examples/data/shanghai";

/// Runs the program; exit code and all it said.
fn run(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evengrid")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code().unwrap(), said.concat())
}

/// Shanghai with its people taken out: the folder, and the rows of the table.
fn without_people(folder: &Path) -> Vec<[String; 2]> {
    fs::create_dir(folder).unwrap();
    for layer in ["barriers", "communities"] {
        let name = format!("{layer}.geojson.gz");
        fs::copy(Path::new(SHANGHAI).join(&name), folder.join(&name)).unwrap();
    }
    let packed = fs::File::open(Path::new(SHANGHAI).join("units.geojson.gz")).unwrap();
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(packed)).unwrap();
    let mut units: Value = serde_json::from_str(&text).unwrap();
    let rows = units["features"].as_array_mut().unwrap().iter_mut().map(|unit| {
        let properties = unit["properties"].as_object_mut().unwrap();
        let people = properties.remove("population").unwrap();
        [properties["id"].as_str().unwrap().to_owned(), people.to_string()]
    });
    let rows: Vec<[String; 2]> = rows.collect();
    fs::write(folder.join("units.geojson"), units.to_string()).unwrap();
    rows
}

/// What of a plan does not say where its figures came from.
fn told(plan: &Path) -> Vec<Value> {
    let read = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(plan.join(name)).unwrap()).unwrap()
    };
    let mut record = read("plan.json");
    let record_of = record.as_object_mut().unwrap();
    for name in ["sources", "timings", "findings", "city"] {
        assert!(record_of.remove(name).is_some(), "{name}");
    }
    record_of["parameters"].as_object_mut().unwrap().remove("population-table");
    vec![read("grids.geojson"), read("units.geojson"), record]
}

#[test]
fn people_in_a_table_give_the_plan_that_people_in_the_layer_give() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let plan = |city: &str, more: &[&str]| {
        let out = at("plan");
        let asked = ["plan", city, "-o", out.to_str().unwrap(), "--effort", "fast", "--force"];
        let (code, said) = run(&[&asked[..], more].concat());
        assert!(code < 2, "{said}");
        (told(&out), fs::read(out.join("grids.geojson")).unwrap(), said)
    };
    let (usual, usual_grids, _) = plan(SHANGHAI, &[]);
    let city = at("city");
    let rows = without_people(&city);
    let city_name = city.to_str().unwrap();
    let (code, said) = run(&["plan", city_name, "-o", at("none").to_str().unwrap()]);
    assert!(code == 2 && said.contains("property \"population\" is missing"), "{said}");

    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    let csv = format!("id,population\n{}\n", lines.join("\n"));
    fs::write(city.join("population.csv"), &csv).unwrap();
    let (by_csv, grids, _) = plan(city_name, &[]);
    assert!(by_csv == usual && grids == usual_grids, "by CSV");
    let (_, said) = run(&["check", city_name]);
    assert!(said.contains("population.csv") && said.contains("1272 rows"), "{said}");

    // Elsewhere, and named; beside it a row of nobody's, which is told.
    fs::remove_file(city.join("population.csv")).unwrap();
    let elsewhere = at("people.csv");
    fs::write(&elsewhere, csv + "nobody,17\n").unwrap();
    let (by_name, _, said) = plan(city_name, &["--population-table", elsewhere.to_str().unwrap()]);
    assert!(by_name == usual && said.contains("17 people are in no grid"), "{said}");
    // Without the table, the people would be others.
    let next = ["-o", at("next").to_str().unwrap()].map(str::to_owned);
    for asked in [
        vec!["replan", city_name, "--current", at("plan").to_str().unwrap(), &next[0], &next[1]],
        vec!["organise", city_name, at("plan").to_str().unwrap(), &next[0], &next[1]],
    ] {
        let (code, said) = run(&asked);
        assert!(code == 2 && said.contains("from the table people.csv"), "{said}");
        // Named, it serves.
        let named = [&asked[..], &["--population-table", elsewhere.to_str().unwrap()]].concat();
        let (code, said) = run(&named);
        assert!(code < 2, "{said}");
        fs::remove_dir_all(at("next")).unwrap();
    }
    let (planned, map) = (at("plan"), at("map.svg"));
    let (planned, map) = (planned.to_str().unwrap(), map.to_str().unwrap());
    let table = elsewhere.to_str().unwrap();
    let draw = ["render", planned, "--city", city_name, "-o", map];
    assert!(run(&draw).1.contains("from the table people.csv"));
    let (code, said) = run(&[&draw[..], &["--population-table", table]].concat());
    assert_eq!(code, 0, "{said}");
    let (code, said) = run(&["check", city_name, "--population-table", table]);
    assert!(code < 2 && said.contains("1273 rows"), "{said}");
}

#[test]
fn a_name_in_the_place_of_an_id_is_told_of_the_table() {
    let place = tempfile::tempdir().unwrap();
    let city = place.path().join("city");
    let rows = without_people(&city);
    let named = "陆家嘴社区";
    let mut table = "编号,人口,社区\n".to_owned();
    for (row, [id, people]) in rows.iter().enumerate() {
        let community = if row == 4 { named } else { "" };
        table += &format!("{id},{people},{community}\n");
    }
    fs::write(city.join("population.csv"), table).unwrap();
    let out = place.path().join("plan");
    let asked = ["plan", city.to_str().unwrap(), "-o", out.to_str().unwrap()];
    let (code, said) = run(&asked);
    let id = &rows[4][0];
    let told = format!("population.csv, line 6, id {id:?}: community {named:?} is not in");
    assert!(code == 2 && said.contains(&told) && !said.contains("units.geojson"), "{said}");
}

#[cfg(feature = "excel")]
#[test]
fn a_workbook_does_as_well_and_the_settings_may_name_its_sheet() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let city = at("city");
    let rows = without_people(&city);
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("readme").unwrap().write(0, 0, "nothing here").unwrap();
    let sheet = book.add_worksheet().set_name("2026").unwrap();
    for (column, name) in ["编号", "人口"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    for (row, [id, people]) in rows.iter().enumerate() {
        let row = row as u32 + 1;
        sheet.write(row, 0, id.as_str()).unwrap();
        sheet.write(row, 1, people.parse::<f64>().unwrap()).unwrap();
    }
    book.save(city.join("register.xlsx")).unwrap();
    fs::write(city.join("evengrid.toml"), "population-table = \"register.xlsx#2026\"\n").unwrap();
    let plans = [SHANGHAI, city.to_str().unwrap()].map(|city| {
        let out = at("plan");
        let asked = ["plan", city, "-o", out.to_str().unwrap(), "--effort", "fast", "--force"];
        let (code, said) = run(&asked);
        assert!(code < 2, "{said}");
        (told(&out), fs::read(out.join("grids.geojson")).unwrap())
    });
    assert!(plans[0] == plans[1]);
    // And what is planned can be asked about without the table being named again.
    let (code, said) = run(&[
        "replan",
        city.to_str().unwrap(),
        "--current",
        at("plan").to_str().unwrap(),
        "-o",
        at("next").to_str().unwrap(),
    ]);
    assert!(code < 2 && said.contains("0 people in 0 units move"), "{said}");
}
