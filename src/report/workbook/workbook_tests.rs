#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use serde_json::json;

use super::*;

fn read(bytes: Vec<u8>) -> Vec<(String, Range<Data>)> {
    Xlsx::new(Cursor::new(bytes)).unwrap().worksheets()
}

fn sheet(columns: &[&str], rows: &[&[Value]]) -> Sheet {
    let rows = rows.iter().map(|row| row.to_vec()).collect();
    Sheet { rows, ..Sheet::new("grids", columns) }
}

#[test]
fn numbers_are_numbers_and_codes_and_formulas_are_text() {
    let code = "110101001001001";
    let rows: &[&[Value]] = &[
        &[json!(code), json!(648), json!("=cmd|' /C calc'!A0"), json!(true)],
        &[json!("007"), json!(-0.25), json!("http://example.org"), Value::Null],
        &[json!("x\u{0}y\u{FFFF}"), json!(1e300), json!("{=1+1}"), json!([1, 2])],
    ];
    let made = workbook(&[sheet(&["grid", "population", "note", "ok"], rows)], Language::English);
    let read = read(made.unwrap().bytes);
    let (name, range) = &read[0];
    assert_eq!((name.as_str(), range.get_size()), ("grids", (4, 4)));
    let said = |row, column| range.get((row, column)).unwrap().clone();
    assert_eq!(said(0, 0), Data::String("grid".into()));
    assert_eq!(said(1, 0), Data::String(code.into()));
    assert_eq!(said(1, 1), Data::Float(648.0));
    assert_eq!(said(1, 2), Data::String("=cmd|' /C calc'!A0".into()));
    assert_eq!(said(1, 3), Data::Bool(true));
    assert_eq!(said(2, 0), Data::String("007".into()));
    assert_eq!(said(2, 1), Data::Float(-0.25));
    assert_eq!(said(2, 2), Data::String("http://example.org".into()));
    assert_eq!(said(2, 3), Data::Empty);
    assert_eq!(said(3, 0), Data::String("x\u{FFFD}y\u{FFFD}".into()));
    assert_eq!(said(3, 2), Data::String("{=1+1}".into()));
}

#[test]
fn the_same_sheets_give_the_same_bytes() {
    let sheets = [sheet(&["grid"], &[&[json!("a")]])];
    let made = || workbook(&sheets, Language::Chinese).unwrap().bytes;
    assert_eq!(made(), made());
}

#[test]
fn in_chinese_own_names_and_sentences_are_chinese_and_the_data_stays() {
    let reason = json!("drawn by hand in the map");
    let row: &[Value] = &[json!("g"), json!("general"), reason, json!("general")];
    let columns = ["grid", "kind", "reason", "general_note"];
    let made = workbook(&[sheet(&columns, &[row])], Language::Chinese).unwrap();
    let (name, range) = read(made.bytes).remove(0);
    assert_eq!(name, "网格");
    let said: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
    assert_eq!(said[..4], ["网格编码", "类型", "原因", "general_note"]);
    assert_eq!(said[4..], ["g", "一般网格", "在地图上手工调整", "general"]);
}

#[test]
fn what_is_too_long_is_cut_and_counted() {
    let long = "区".repeat(MOST_TEXT + 5);
    let made =
        workbook(&[sheet(&["note"], &[&[json!(long)], &[json!("short")]])], Language::English);
    let made = made.unwrap();
    assert_eq!(made.cut, 1);
    let text = read(made.bytes)[0].1.get((1, 0)).unwrap().to_string();
    assert_eq!(text.chars().count(), MOST_TEXT);
    assert!(text.ends_with("区…"));

    let names: Vec<String> = (0..=MOST_COLUMNS).map(|i| format!("c{i}")).collect();
    let wide = Sheet { name: "units".into(), columns: names, rows: Vec::new() };
    let refused = workbook(&[wide], Language::English).unwrap_err().to_string();
    assert!(refused.contains("16385 columns of units"), "{refused}");
}

#[test]
fn the_header_stays_in_sight_and_can_be_filtered() {
    let made = workbook(&[sheet(&["grid"], &[&[json!("a")]])], Language::English).unwrap();
    let mut archive = zip_entry(&made.bytes, "xl/worksheets/sheet1.xml");
    archive.retain(|c| c != '\n');
    assert!(archive.contains("state=\"frozen\""), "{archive}");
    assert!(archive.contains("<autoFilter ref=\"A1:A2\""), "{archive}");
    assert!(archive.contains("numberStoredAsText=\"1\""), "{archive}");
}

/// An entry of a zip archive, by the list at its end.
fn zip_entry(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0usize, |n, byte| n * 256 + usize::from(*byte))
    };
    let find = |from: usize| (from..bytes.len()).find(|&i| bytes[i..].starts_with(b"PK\x01\x02"));
    let mut at = find(0).unwrap();
    while &bytes[at + 46..at + 46 + number(at + 28, 2)] != name.as_bytes() {
        at = find(at + 4).unwrap();
    }
    let local = number(at + 42, 4);
    let start = local + 30 + number(local + 26, 2) + number(local + 28, 2);
    let mut text = String::new();
    let packed = &bytes[start..start + number(at + 20, 4)];
    flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}
