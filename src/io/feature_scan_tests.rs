#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn spans(text: &str) -> Option<Vec<&str>> {
    Some(scan(text)?.features.into_iter().map(|span| span.text(text)).collect())
}

#[test]
fn features_are_found_whatever_stands_in_their_strings() {
    let text = " {\"a\" : [1, {\"features\": []}], \"features\" :\n[ {\"b\":\"}{\\\"[\\\\\"} ,{\"c\":{\"d\":{}}}\t],\"type\":\"x\"}\n";
    assert_eq!(spans(text).unwrap(), ["{\"b\":\"}{\\\"[\\\\\"}", "{\"c\":{\"d\":{}}}"]);
    let members: Vec<_> = scan(text).unwrap().members;
    assert_eq!(members.len(), 2);
    assert_eq!((members[0].0, members[0].1.get()), ("a", "[1, {\"features\": []}]"));
    assert_eq!((members[1].0, members[1].1.get()), ("type", "\"x\""));
}

#[test]
fn what_is_not_plain_is_left_to_the_general_parser() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"features": []"#,
        r#"{"features": {}}"#,
        r#"{"features": [1]}"#,
        r#"{"features": [{}]} {}"#,
        r#"{"features": [{},]}"#,
        r#"{"features": [{} {}]}"#,
        r#"{"features": [{}], }"#,
        r#"{"features": [{}], "features": []}"#,
        r#"{"features": [{]}"#,
        r#"{"features": [{"]}"#,
        r#"{"features": [], "x": NaN}"#,
        r#"{"features": [], "x": 01}"#,
        "{\"feat\\u0075res\": []}",
        "{features: []}",
    ] {
        assert!(scan(text).is_none(), "{text}");
    }
    assert_eq!(spans(r#"{"features": []}"#).unwrap(), Vec::<&str>::new());
}

/// Scanned in stretches that begin where features seem to begin.
#[test]
fn features_that_only_seem_to_begin_are_none() {
    let long = "x".repeat(3 * STRETCH);
    let ordinary = format!(r#"{{"type":"Feature","note":"{long}"}}"#);
    for odd in [
        // A string that ends like the name of a type, behind a brace.
        format!(r#"{{"type":"Feature","note":"{long},{{\"Feature"}}"#),
        // Features in a feature.
        format!(r#"{{"inner":[{ordinary},{ordinary}],"type":"Feature"}}"#),
        // The type behind all else.
        format!(r#"{{"note":"{long}","type":"Feature"}}"#),
        format!(r#"{{"id":"7", "type":"Feature","note":"{long}"}}"#),
        format!(r#"{{"note":"{}"}}"#, r#"\"},{"#.repeat(STRETCH)),
    ] {
        let features = [&ordinary, &odd, &odd, &ordinary, &odd, &ordinary];
        let joined = features.map(String::as_str).join(" ,\n ");
        let text = format!(r#"{{"type":"FeatureCollection","features":[ {joined} ]}}"#);
        assert_eq!(spans(&text).unwrap(), features);
        assert!(spans(&text[..text.len() - 2]).is_none());
    }
}

/// JSON values with all that makes strings and nesting hard.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<f64>().prop_filter("JSON", |f| f.is_finite()).prop_map(Value::from),
        "[\\PC\"\\\\{}\\[\\], \n]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let members = prop::collection::vec(("[a-c\"\\\\{}]{0,3}", inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_same_features_as_the_general_parser_finds(
        features in prop::collection::vec(prop::collection::vec(("[a-d]", values()), 0..3), 0..9),
        before in values(), after in values(), pretty in any::<bool>(),
    ) {
        let features: Vec<Value> = features
            .into_iter()
            .map(|members| Value::Object(members.into_iter().collect()))
            .collect();
        // Every other one says its type first, as most programs write it.
        let features: Vec<Value> = features
            .into_iter()
            .zip(0..)
            .map(|(mut feature, i)| {
                if i % 2 == 0
                    && let Some(members) = feature.as_object_mut()
                {
                    members.shift_insert(0, "type".into(), "Feature".into());
                }
                feature
            })
            .collect();
        let whole = json!({"before": before, "features": features, "after": after});
        let text = if pretty {
            serde_json::to_string_pretty(&whole).unwrap()
        } else {
            whole.to_string()
        };
        let found: Vec<Value> = spans(&text)
            .unwrap()
            .into_iter()
            .map(|feature| serde_json::from_str(feature).unwrap())
            .collect();
        prop_assert_eq!(found, features);
    }

    #[test]
    fn no_text_is_too_odd(text in "[\\PC{}\\[\\]\":,]{0,40}") {
        // Where an answer is given, the spans are whole objects by their braces.
        for feature in spans(&text).unwrap_or_default() {
            let whole = feature.starts_with('{') && feature.ends_with('}');
            prop_assert!(whole, "not from brace to brace");
        }
    }
}
