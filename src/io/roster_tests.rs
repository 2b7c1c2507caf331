#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;
use crate::io::{ReadOptions, read_city};

const UNIT: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
"properties":{"id":"u","population":5},"geometry":{"type":"Polygon",
"coordinates":[[[0,0],[0.001,0],[0.001,0.001],[0,0.001],[0,0]]]}}]}"#;

#[test]
fn a_table_says_what_a_layer_says() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("units.geojson"), UNIT).unwrap();
    let layer = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"7","skills":["grid worker","doctor"]},
         "geometry":{"type":"Point","coordinates":[0.5,0.25]}},
        {"type":"Feature","properties":{"id":"w2"},
         "geometry":{"type":"Point","coordinates":[0.125,-0.5]}}]}"#;
    fs::write(place.path().join("roster.geojson"), layer).unwrap();
    let by_layer = read_city(place.path(), &ReadOptions::default()).unwrap().city;
    let table = "Id;经度;纬度;Skills\n7;0.5;0.25;\"grid worker；doctor\"\n w2 ;0.125;-0.5;\n";
    fs::write(place.path().join("roster.csv"), table).unwrap();
    let both = read_city(place.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(both.contains("keep one"), "{both}");
    fs::remove_file(place.path().join("roster.geojson")).unwrap();
    let by_table = read_city(place.path(), &ReadOptions::default()).unwrap().city;
    assert_eq!(by_layer.workers, by_table.workers);
    let source = by_table.sources.last().unwrap();
    assert_eq!((source.file.as_str(), source.features), ("roster.csv", 2));
}

#[test]
fn what_is_wrong_is_named_with_its_row() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("roster.csv");
    for (table, said) in [
        ("id,lat\nw,1\n", "no column \"lon\""),
        ("lon,lat\n1,1\n", "no column \"id\""),
        ("id,lon,lat\nw,1,1\nw,1,1\n", "feature 2"),
        ("id,lon,lat\nw,x,1\n", "\"x\""),
        ("id,lon,lat\n,1,1\n", "id"),
        ("id,lon,lat\nw,200,1\n", "200"),
        ("id,lon,lat\n", "holds no"),
    ] {
        fs::write(&path, table).unwrap();
        let error = read_table(&path, Crs::Wgs84).unwrap_err().to_string();
        assert!(error.contains("roster.csv") && error.contains(said), "{table:?}: {error}");
    }
}
