#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn codes_stay_codes_and_lists_become_text() {
    assert_eq!(cell("110101001001001"), json!("110101001001001"));
    assert_eq!(cell("99999999999"), json!(99_999_999_999u64));
    assert_eq!(cell("-123456789012"), json!("-123456789012"));
    assert_eq!(cell("1234567890123.5"), json!(1_234_567_890_123.5));
    assert_eq!(cell("\"007\""), json!("007"));
    assert_eq!(cell("1e999"), json!("1e999"));
    assert_eq!(cell("null"), Value::Null);
    assert_eq!(cell("[\"a\", 2, {\"id\": \"b\"}, {\"x\": 1}]"), json!("a 2 b {\"x\":1}"));
}

#[test]
fn records_of_any_properties_make_one_table() {
    let record = |text: &str| {
        let pairs = text.split(',').map(|pair| pair.split_once('=').unwrap());
        pairs.map(|(k, v)| (k.to_owned(), json!(v))).collect()
    };
    let sheet = Sheet::of_records("s", vec![record("a=1"), record("b=2,a=3"), record("c=4")]);
    assert_eq!(sheet.columns, ["a", "b", "c"]);
    assert_eq!(sheet.rows[0], [json!("1"), Value::Null, Value::Null]);
    assert_eq!(sheet.rows[1], [json!("3"), json!("2"), Value::Null]);
    assert_eq!(sheet.value(2, "c"), &json!("4"));
    assert_eq!(sheet.value(2, "d"), &Value::Null);
}

#[test]
fn a_guarded_cell_is_read_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let text = "person,population,serves\n'=cmd(),12.5,'007\n'+1,'=1,\n";
    std::fs::write(place.path().join("t.csv"), text).unwrap();
    let sheet = table(place.path(), "t.csv", "t").unwrap();
    assert_eq!(sheet.rows[0], [json!("=cmd()"), json!(12.5), json!("'007")]);
    assert_eq!(sheet.rows[1], [json!("'+1"), json!("=1"), Value::Null]);
}
