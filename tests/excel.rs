//! Workbooks by the command line, read back by another crate.

#![cfg(feature = "excel")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use calamine::{Data, DataType, Reader, open_workbook_auto};

/// Runs the program; exit code, what it said, what it said on the side.
fn evengrid(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    let output = command.env("LC_ALL", "C").args(arguments).output().unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), said(output.stdout), said(output.stderr))
}

/// Sheets by name: rows of cells, the header among them.
fn sheets(path: &Path) -> HashMap<String, Vec<Vec<Data>>> {
    let mut book = open_workbook_auto(path).unwrap();
    let rows = |range: calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect();
    book.worksheets().into_iter().map(|(name, range)| (name, rows(range))).collect()
}

/// The cells beneath a header.
fn column(sheet: &[Vec<Data>], name: &str) -> Vec<Data> {
    let found = sheet[0].iter().position(|cell| *cell == Data::String(name.into()));
    let place = found.unwrap_or_else(|| panic!("no column {name} in {:?}", sheet[0]));
    sheet[1..].iter().map(|row| row[place].clone()).collect()
}

fn feature(properties: &str, geometry: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":{geometry}}}}}"
    )
}

fn layer(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(",\n"))
}

/// Eight squares of one community, with a formula and a long number among their properties, two
/// households that could be central ones, and an officer.
fn town(folder: &Path) {
    let square = |i: usize| {
        let [x, y] = [i % 4, i / 4].map(|n| n as f64 * 1e-3);
        let [x2, y2] = [x + 1e-3, y + 1e-3];
        let ring = format!("[[{x},{y}],[{x2},{y}],[{x2},{y2}],[{x},{y2}],[{x},{y}]]");
        let properties = format!(
            "\"id\":\"u{i}\",\"population\":{},\"register\":110101001001001,\"note\":\"=cmd()\"",
            100 + i
        );
        feature(&properties, &format!("\"Polygon\",\"coordinates\":[{ring}]"))
    };
    let point = |id: &str, x: f64| {
        feature(&format!("\"id\":\"{id}\""), &format!("\"Point\",\"coordinates\":[{x},0.0005]"))
    };
    fs::create_dir_all(folder).unwrap();
    let write = |name: &str, features: &[String]| {
        fs::write(folder.join(name), layer(features)).unwrap();
    };
    write("units.geojson", &(0..8).map(square).collect::<Vec<_>>());
    write("members.geojson", &[point("m1", 0.0006), point("m2", 0.0032)]);
    write("households.geojson", &[point("h1", 0.0005), point("h2", 0.0035)]);
    write("officers.geojson", &[point("o1", 0.002)]);
}

#[test]
fn a_plan_goes_out_as_a_workbook_and_says_the_same() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    town(&place.path().join("town"));
    let (town, plan, book) = (at("town"), at("plan"), at("tables.xlsx"));
    let asked = ["plan", &town, "-o", &plan, "--grids", "2", "--places", "2"];
    let (code, said, message) = evengrid(&[&asked[..], &["--excel", &book]].concat());
    assert_eq!(code, 0, "{said}{message}");
    assert!(said.trim_end().ends_with("tables.xlsx"), "{said}");

    let sheets = sheets(Path::new(&book));
    let text = |text: &str| Data::String(text.into());
    let grids = &sheets["grids"];
    let code = column(grids, "grid");
    assert_eq!(code.len(), 2);
    assert!(code.iter().all(|code| matches!(code, Data::String(_))), "{code:?}");
    let people: f64 = column(grids, "population").iter().map(|n| n.get_float().unwrap()).sum();
    assert_eq!(people, 828.0);

    let units = &sheets["units"];
    assert_eq!(column(units, "register"), vec![text("110101001001001"); 8]);
    assert_eq!(column(units, "note"), vec![text("=cmd()"); 8]);
    assert_eq!(column(units, "population")[3], Data::Float(103.0));
    assert!(column(units, "grid").iter().all(|grid| code.contains(grid)));

    assert_eq!(column(&sheets["staff"], "person"), ["h1", "h2", "o1"].map(text));
    assert_eq!(column(&sheets["members"], "member"), ["m1", "m2"].map(text));
    assert_eq!(column(&sheets["chain"], "officer"), ["o1", "o1"].map(text));
    assert_eq!(column(&sheets["audit"], "verdict")[0..2].len(), 2);
    assert!(column(&sheets["about"], "what").contains(&text("max_population_deviation")));
    assert!(!sheets.contains_key("violations") && !sheets.contains_key("vacancies"));

    // From the folder it is the same, byte by byte; over another file only by force.
    let again = at("again.xlsx");
    let render = ["render", &plan, "--city", &town, "-o", &again];
    assert_eq!(evengrid(&render).0, 0);
    assert_eq!(fs::read(&again).unwrap(), fs::read(&book).unwrap());
    let (code, _, message) = evengrid(&render);
    assert_eq!((code, message.contains("exists already")), (2, true), "{message}");
    assert_eq!(evengrid(&[&render[..], &["--force"]].concat()).0, 0);

    // In the plan's folder it is a part of the plan, and goes with it.
    let inside = format!("{plan}/plan.xlsx");
    for _ in 0..2 {
        let (code, _, message) = evengrid(&[&asked[..], &["--force", "--excel", &inside]].concat());
        assert_eq!(code, 0, "{message}");
        assert!(Path::new(&inside).exists());
    }
}

#[test]
fn what_is_vacant_and_what_is_not_kept_have_sheets_also_in_chinese() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    town(&place.path().join("town"));
    let (town, plan, book) = (at("town"), at("plan"), at("表.xlsx"));
    let units = fs::read_to_string(place.path().join("town/units.geojson")).unwrap();
    let uneven = units.replace("\"population\":100", "\"population\":5000");
    fs::write(place.path().join("town/units.geojson"), uneven).unwrap();
    let asked = ["plan", &town, "-o", &plan, "--grids", "2", "--quiet", "--lang", "zh"];
    assert_eq!(evengrid(&[&asked[..], &["--excel", &book]].concat()).0, 1);

    let by_name = sheets(Path::new(&book));
    let text = |text: &str| Data::String(text.into());
    let broken = &by_name["未满足项"];
    assert_eq!(column(broken, "要求")[0], text("人口"));
    let reason = column(broken, "原因")[0].to_string();
    assert!(reason.starts_with("单元 u0"), "{reason}");
    assert!(column(&by_name["审核"], "结论").contains(&text("不符合")));
    assert!(by_name.contains_key("审核问题"));

    let structure = at("structure");
    let book = at("structure.xlsx");
    let organise = ["organise", &town, &plan, "-o", &structure, "--excel", &book, "--quiet"];
    let (code, _, message) = evengrid(&organise);
    assert_eq!(code, 1, "posts are vacant: {message}");
    let organised = sheets(Path::new(&book));
    let vacant = column(&organised["vacancies"], "role");
    let listed = fs::read_to_string(place.path().join("structure/vacancies.csv")).unwrap();
    assert!(vacant.len() >= listed.lines().count() - 1 && vacant.len() > 2, "{vacant:?}");
    let workload = column(&organised["chain"], "workload");
    assert!(workload.iter().all(Data::is_float), "{workload:?}");
    assert!(column(&organised["staff"], "person").contains(&text("o1")));
}

#[test]
fn a_workbook_of_another_format_or_in_the_way_is_refused_before_any_work() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    town(&place.path().join("town"));
    let (town, plan, book) = (at("town"), at("plan"), at("a.xlsx"));
    let refused = |book: &str, cure: &str| {
        let asked = ["plan", &town, "-o", &plan, "--grids", "2", "--excel", book];
        let (code, _, message) = evengrid(&asked);
        assert_eq!(code, 2);
        assert!(message.contains(cure), "{message}");
        assert!(!Path::new(&plan).exists());
    };
    refused(&at("a.csv"), "ends in .xlsx");
    fs::write(&book, "mine").unwrap();
    refused(&book, "use --force");
    assert_eq!(fs::read_to_string(&book).unwrap(), "mine");
}

/// Writes a workbook of one sheet; cells that are numbers become numbers.
fn write(path: &Path, sheet: &str, rows: &[&[&str]]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet().set_name(sheet).unwrap();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(*cells) {
            match cell.parse::<f64>() {
                Ok(number) => drop(page.write_number(row, column, number).unwrap()),
                Err(_) => drop(page.write_string(row, column, *cell).unwrap()),
            }
        }
    }
    book.save(path).unwrap();
}

#[test]
fn people_points_cases_and_measures_come_in_from_workbooks() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let in_town = |name: &str| place.path().join("town").join(name);
    town(&place.path().join("town"));
    let (town, plan) = (at("town"), at("plan"));
    for name in ["members", "households", "officers"] {
        fs::remove_file(in_town(&format!("{name}.geojson"))).unwrap();
    }
    let members: &[&[&str]] = &[
        &["编号", "members", "经度", "纬度"],
        &["m1", "2", "0.0006", "0.0005"],
        &["", "", "", ""],
        &["m2", "1", "0.0032", "0.0005"],
    ];
    write(&in_town("members.xlsx"), "党员", members);
    let households: &[&[&str]] =
        &[&["id", "x", "y"], &["h1", "0.0005", "0.0005"], &["h2", "0.0035", "0.0005"]];
    write(&in_town("households.xlsx"), "户", households);
    fs::write(in_town("officers.csv"), "id,lon,lat\no1,0.002,0.0005\n").unwrap();
    let asked = ["plan", &town, "-o", &plan, "--grids", "2", "--places", "2"];
    let (code, said, message) = evengrid(&asked);
    assert_eq!(code, 0, "{said}{message}");
    assert!(said.contains("member households linked: 2 of 2"), "{said}");
    assert!(message.contains("empty rows of members.xlsx"), "{message}");
    assert!(message.contains("rows-empty (1)"), "{message}");

    let points = at("points.xlsx");
    let rows: &[&[&str]] = &[&["id", "lon", "lat"], &["a", "0.0005", "0.0005"], &["b", "9", "9"]];
    write(Path::new(&points), "点", rows);
    let (answers, named) = (at("answers.csv"), format!("{points}#点"));
    let (code, _, message) = evengrid(&["locate", &plan, "--points", &named, "-o", &answers]);
    assert_eq!(code, 1, "one lies outside: {message}");
    let text = fs::read_to_string(&answers).unwrap();
    assert!(text.starts_with("id,lon,lat,grid,") && text.contains("\na,0.0005,0.0005,1"), "{text}");
    let other = at("answers.xlsx");
    let (code, _, message) = evengrid(&["locate", &plan, "--points", &named, "-o", &other]);
    assert_eq!((code, message.contains("ends in .csv")), (2, true), "{message}");

    let cases = at("cases.xlsx");
    let rows: &[&[&str]] = &[
        &["id", "lon", "lat", "time", "kind"],
        &["1", "0.0005", "0.0005", "2026-03-01T08:00", "heating"],
        &["2", "north", "0.0005", "2026-03-01T09:00", "heating"],
    ];
    write(Path::new(&cases), "cases", rows);
    let (code, _, message) = evengrid(&["cases", &plan, "--cases", &cases, "-o", &at("docket")]);
    assert_eq!(code, 2);
    let said = "cases.xlsx, sheet \"cases\", row 3: property \"lon\" is \"north\"";
    assert!(message.replace("\\\"", "\"").replace("\"\"", "\"").contains(said), "{message}");
    write(Path::new(&cases), "cases", &rows[..2]);
    let (_, said, message) = evengrid(&["cases", &plan, "--cases", &cases, "-o", &at("docket")]);
    assert!(said.starts_with("1 cases"), "{said}{message}");

    let measures = at("measures.xlsx");
    let rows: &[&[&str]] = &[&["unit", "cases"], &["u0", "5"], &["u1", "7"], &["no", "1"]];
    write(Path::new(&measures), "m", rows);
    let structure = at("structure");
    let organise = ["organise", &town, &plan, "-o", &structure, "--measures", &measures, "--quiet"];
    let (code, _, message) = evengrid(&organise);
    assert_eq!((code, message.as_str()), (1, ""));

    // A row that cannot be used is named with its file, sheet and row.
    write(&in_town("members.xlsx"), "党员", &[members[0], members[1], members[1]]);
    let (code, _, message) = evengrid(&["check", &town]);
    assert_eq!(code, 2);
    let (_, said, _) = evengrid(&["check", &town]);
    assert!(
        said.contains("sheet \"党员\", row 3, id \"m1\": the id stands already in row 2"),
        "{said}{message}"
    );
}
