#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::{Map, json};

use super::super::crs::Crs;
use super::super::features::FeatureFile;
use super::super::source::TextFile;
use super::*;
use crate::error::Place;

fn feature_text(text: &str) -> FeatureText {
    let file =
        TextFile::from_bytes(Place::file("f"), "f".into(), text.as_bytes().to_vec()).unwrap();
    let file = FeatureFile::new(file, Crs::Wgs84).unwrap();
    let spans = file.decode("id", |feature| Ok(feature.properties_span)).unwrap();
    file.into_text(spans)
}

fn with_grid(text: &str) -> String {
    let mut out = Vec::new();
    let text = feature_text(text);
    text.write_with(&mut out, |n| vec![("grid", Value::from(format!("G{n}")))]).unwrap();
    String::from_utf8(out).unwrap()
}

fn one(feature: &str) -> String {
    let before = "{ \"name\":\"x\",\n\"type\": \"FeatureCollection\", \"features\": [\n";
    let after = "\n ] , \"later\": [1.0e0]}\n";
    let out = with_grid(&format!("{before}{feature}{after}"));
    out.strip_prefix(before).unwrap().strip_suffix(after).unwrap().to_owned()
}

#[test]
fn the_grid_is_spliced_in_and_nothing_else_changes() {
    for (feature, expected) in [
        (
            r#"{"type": "Feature", "properties": {"a": 1.50 }, "geometry": null }"#,
            r#"{"type": "Feature", "properties": {"a": 1.50, "grid": "G0" }, "geometry": null }"#,
        ),
        (
            r#"{"properties": { }, "type": "Feature"}"#,
            r#"{"properties": {"grid": "G0"}, "type": "Feature"}"#,
        ),
        (
            r#"{"properties": null, "type": "Feature"}"#,
            r#"{"properties": {"grid": "G0"}, "type": "Feature"}"#,
        ),
        (r#"{ "type": "Feature"}"#, r#"{"properties": {"grid": "G0"}, "type": "Feature"}"#),
        (
            r#"{"type": "Feature", "properties": {"grid" : 7, "b": {"grid": 1}}}"#,
            r#"{"type": "Feature", "properties": {"grid" : "G0", "b": {"grid": 1}}}"#,
        ),
        (
            r#"{"type": "Feature", "properties": {"gr\u0069d": [1, "]"], "grid": null}}"#,
            r#"{"type": "Feature", "properties": {"gr\u0069d": "G0", "grid": "G0"}}"#,
        ),
        (
            r#"{"properties": {"a": "properties\": {"}, "type": "Feature"}"#,
            r#"{"properties": {"a": "properties\": {", "grid": "G0"}, "type": "Feature"}"#,
        ),
    ] {
        assert_eq!(one(feature), expected);
    }
}

#[test]
fn several_members_are_spliced_in_order() {
    let text = feature_text(
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"b":0}}]}"#,
    );
    let mut out = Vec::new();
    let members = |_| vec![("a", json!(null)), ("b", json!("\"")), ("c", json!([1]))];
    text.write_with(&mut out, members).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"b":"\"", "a": null, "c": [1]}}]}"#
    );
}

/// Any JSON, small.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300f64).prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
        "[\"\\\\{}\\[\\],:]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            members(inner, 0..4).prop_map(Value::Object),
        ]
    })
}

fn members(
    value: impl Strategy<Value = Value>,
    size: std::ops::Range<usize>,
) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof!["[a-z\"\\\\]{0,3}", Just("grid".to_owned()), "\\PC{1,4}"];
    proptest::collection::vec((key, value), size).prop_map(|members| members.into_iter().collect())
}

fn any_feature() -> impl Strategy<Value = Value> {
    let properties = prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        members(any_json(), 0..5).prop_map(|members| Some(Value::Object(members))),
    ];
    (properties, members(any_json(), 0..3), any::<bool>()).prop_map(
        |(properties, foreign, last)| {
            let mut feature = Map::new();
            if !last {
                feature.insert("type".into(), "Feature".into());
            }
            for (name, value) in foreign {
                if name != "id" {
                    feature.insert(format!("x{name}"), value);
                }
            }
            if let Some(properties) = properties {
                feature.insert("properties".into(), properties);
            }
            feature.insert("type".into(), "Feature".into());
            Value::Object(feature)
        },
    )
}

proptest! {
    /// What comes out is what went in, but for the grid; and the text around it is the same.
    #[test]
    fn only_the_grid_differs(
        features in proptest::collection::vec(any_feature(), 1..6),
        foreign in any_json(),
        pretty in any::<bool>(),
    ) {
        let input = json!({
            "before": foreign, "type": "FeatureCollection", "features": features, "after": foreign,
        });
        let text = if pretty {
            serde_json::to_string_pretty(&input).unwrap()
        } else {
            input.to_string()
        };
        let mut output: Value = serde_json::from_str(&with_grid(&text)).unwrap();
        for (n, (out, was)) in
            output["features"].as_array_mut().unwrap().iter_mut().zip(&features).enumerate()
        {
            let old = was.get("properties").and_then(|properties| properties.get("grid"));
            let properties = out["properties"].as_object_mut().unwrap();
            prop_assert_eq!(&properties["grid"], &Value::from(format!("G{n}")));
            match old {
                Some(old) => { properties.insert("grid".into(), old.clone()); }
                None => { properties.shift_remove("grid"); }
            }
            if properties.is_empty() {
                match was.get("properties") {
                    Some(properties) => out["properties"] = properties.clone(),
                    None => { out.as_object_mut().unwrap().shift_remove("properties"); }
                }
            }
        }
        prop_assert_eq!(output, input);
    }
}
