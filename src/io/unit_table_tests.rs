#![allow(clippy::unwrap_used)]

use std::fs;

use crate::io::{MissingPopulation, ReadOptions, check_city, read_city};

/// Three squares, of which the second says its people itself.
fn town(place: &std::path::Path) {
    let square = |id: &str, x: f64, more: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}"{more}}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{x},0],[{0},0],[{0},0.001],[{x},0.001],[{x},0]]]}}}}"#,
            x + 0.001
        )
    };
    let units = [
        square("001", 0.0, ""),
        square("002", 0.001, r#","population":7,"note":"kept""#),
        square("3", 0.002, r#","population":null"#),
    ];
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, units.join(",\n"));
    fs::write(place.join("units.geojson"), text).unwrap();
}

#[test]
fn figures_are_joined_by_id_and_the_table_counts() {
    let place = tempfile::tempdir().unwrap();
    town(place.path());
    let table =
        "编号;人口;户数;小区;Elderly;code\n3;12.5;4;;1;0012\n001;10;5;Garden;2;\n002;8;3;;;\n";
    fs::write(place.path().join("population.csv"), table).unwrap();
    let options = ReadOptions { trait_fields: vec!["elderly".into()], ..ReadOptions::default() };
    let folder = read_city(place.path(), &options).unwrap();
    let people: Vec<f64> = folder.city.units.iter().map(|unit| unit.population).collect();
    assert_eq!(people, [10.0, 8.0, 12.5]);
    assert_eq!(folder.city.units[0].estate.as_deref(), Some("Garden"));
    assert_eq!(folder.city.units[2].households, Some(4.0));
    let replaced = folder.findings.iter().find(|f| f.kind == "values-replaced").unwrap();
    assert_eq!((replaced.count, &*replaced.examples[0]), (1, "002"));
    // What is written out has the figures, numbers as numbers and codes as they are.
    let text = |unit: usize| folder.units_text.properties_text(unit).unwrap().to_owned();
    assert!(text(2).contains(r#""population":12.5"#) && text(2).contains(r#""code": "0012""#));
    assert!(text(1).contains(r#""note":"kept""#), "{}", text(1));
    let files: Vec<&str> = folder.city.sources.iter().map(|s| s.file.as_str()).collect();
    assert_eq!(files, ["units.geojson", "population.csv"]);
}

#[test]
fn what_does_not_fit_is_counted_and_what_is_wrong_is_named_with_its_row() {
    let place = tempfile::tempdir().unwrap();
    town(place.path());
    let path = place.path().join("population.csv");
    let read = |table: &str, options: &ReadOptions| {
        fs::write(&path, table).unwrap();
        read_city(place.path(), options)
    };
    let zero = ReadOptions { missing_population: MissingPopulation::Zero, ..Default::default() };
    let folder = read("id,population\n001,10\n9,33\n10,1\n", &zero).unwrap();
    let finding = |kind: &str| folder.findings.iter().find(|f| f.kind == kind).unwrap();
    assert_eq!(finding("units-without-row").examples, ["002", "3"]);
    let strange = finding("rows-of-no-unit");
    assert!(strange.message.contains("34 people") && strange.count == 2, "{}", strange.message);

    for (table, said) in [
        (
            "id,population\n001,10\n002,3\n001,4\n",
            "line 4, id \"001\": the id stands already in line 2",
        ),
        ("id,population\n001,many\n", "line 2, id \"001\": property \"population\" is \"many\""),
        ("id,population\n001,-1\n", "property \"population\" is \"-1\""),
        ("id,population\n,5\n", "line 2: property \"id\" is missing"),
        ("number,population\n001,5\n", "no column \"id\""),
        ("id,population,人口\n001,5,5\n", "stands there twice"),
        ("id,population\n1,5\n2,5\n", "names a unit"),
        ("id,population\n", "holds no"),
        // A unit that neither says of itself nor has a row.
        ("id,population\n001,5\n", "id \"3\"): property \"population\" is missing"),
    ] {
        let error = read(table, &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.contains(said), "{table:?}: {error}");
    }
    fs::write(place.path().join("population.tsv"), "id\tpopulation\n").unwrap();
    let error = read("id,population\n001,5\n", &zero).unwrap_err().to_string();
    assert!(error.contains("keep one"), "{error}");
}

#[test]
fn a_check_tells_the_table_as_a_layer() {
    let place = tempfile::tempdir().unwrap();
    town(place.path());
    let check = |table: &str| {
        fs::write(place.path().join("population.csv"), table).unwrap();
        check_city(place.path(), &ReadOptions::default()).unwrap()
    };
    let (layers, city) = check("id,population\n001,1\n002,2\n3,3\n");
    assert_eq!((layers[1].layer, layers[1].features), ("population", Some(3)));
    assert!(layers[1].fault.is_none() && city.is_some());
    let (layers, city) = check("id,population\n001,1\n001,2\n3,3\n");
    let fault = layers[1].fault.as_ref().unwrap().to_string();
    assert!(fault.contains("line 3") && city.is_none(), "{fault}");
    assert!(layers[0].fault.is_none(), "{:?}", layers[0].fault);
}
