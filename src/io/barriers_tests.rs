#![allow(clippy::unwrap_used)]

use super::*;
use crate::io::{ReadOptions, read_units};

fn read(features: &str) -> (Vec<Barrier>, Vec<Finding>) {
    let place = tempfile::tempdir().unwrap();
    let collection =
        |features: &str| format!("{{\"type\": \"FeatureCollection\", \"features\": [{features}]}}");
    let units = place.path().join("units.geojson");
    let unit = r#"{"type": "Feature", "properties": {"id": "u", "population": 1}, "geometry":
        {"type": "Point", "coordinates": [0, 0]}}"#;
    std::fs::write(&units, collection(unit)).unwrap();
    let barriers = place.path().join("barriers.geojson");
    std::fs::write(&barriers, collection(features)).unwrap();
    let options = ReadOptions::default();
    let mut city = read_units(&units, None, &options).unwrap();
    city.read_barriers(&barriers, &options).unwrap();
    (city.city.barriers, city.findings)
}

fn feature(properties: &str, geometry: &str) -> String {
    format!("{{\"type\": \"Feature\", \"properties\": {properties}, \"geometry\": {geometry}}}")
}

const LINE: &str = r#"{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}"#;

#[test]
fn classes_come_from_the_field_or_from_tags() {
    let properties = [
        r#"{"class": "River "}"#,
        r#"{"fclass": "primary"}"#,
        r#"{"highway": "residential"}"#,
        r#"{"railway": "yes"}"#,
        r#"{}"#,
    ];
    let features: Vec<String> = properties.iter().map(|p| feature(p, LINE)).collect();
    let (barriers, findings) = read(&features.join(","));
    let classes: Vec<&str> = barriers.iter().map(|barrier| barrier.class.as_str()).collect();
    assert_eq!(classes, ["river", "primary", "residential", "rail", ""]);
    assert!(findings.is_empty());
}

#[test]
fn whatever_says_no_is_on_the_ground() {
    let said = |value: &str| feature(&format!(r#"{{"bridge": {value}}}"#), LINE);
    let no = ["null", "false", "0", "\"no\"", "\"No\"", "\"F\"", "\"n\"", "\"\""];
    let (barriers, _) = read(&no.map(said).join(","));
    assert!(barriers.iter().all(|barrier| barrier.at_grade));
    let yes = ["true", "1", "\"yes\"", "\"T\"", "\"viaduct\""];
    let (barriers, findings) = read(&yes.map(said).join(","));
    assert!(barriers.iter().all(|barrier| !barrier.at_grade));
    assert_eq!((findings[0].kind.as_str(), findings[0].count), ("barriers-off-grade", 5));
    let layers = [r#"{"layer": "-1"}"#, r#"{"layer": 0, "hard": true}"#];
    let (barriers, _) = read(&layers.map(|p| feature(p, LINE)).join(","));
    assert_eq!(
        barriers.iter().map(|b| (b.at_grade, b.hard)).collect::<Vec<_>>(),
        [(false, false), (true, true)]
    );
}

#[test]
fn areas_are_barriers_by_their_rings_and_points_are_left_out() {
    let lake = r#"{"type": "Polygon", "coordinates":
        [[[0, 0], [9, 0], [9, 9], [0, 0]], [[4, 1], [5, 1], [5, 2], [4, 1]]]}"#;
    let gate = r#"{"type": "Point", "coordinates": [0, 0]}"#;
    let features = [feature("{}", lake), feature(r#"{"id": "gate"}"#, gate), feature("{}", "null")];
    let (barriers, findings) = read(&features.join(","));
    assert_eq!(barriers.len(), 1);
    assert_eq!(barriers[0].lines.0.len(), 2);
    assert_eq!((findings[0].kind.as_str(), findings[0].count), ("barriers-without-line", 2));
    assert_eq!(findings[0].examples[0], "gate");
}
