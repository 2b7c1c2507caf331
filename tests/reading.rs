//! The bundled Denver, in and out again through the public API.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs::File;
use std::io::Read;

use evengrid::io::{ReadOptions, read_city};
use flate2::read::GzDecoder;
use serde_json::Value;

const DENVER: &str = "examples/data/denver";

#[test]
fn denver_comes_out_as_it_went_in_but_for_the_grid() {
    let folder = read_city(DENVER, &ReadOptions::default()).unwrap();
    let mut written = Vec::new();
    let members = |unit: usize| vec![("grid", Value::from(unit.to_string()))];
    folder.units_text.write_with(&mut written, members).unwrap();

    let mut source = String::new();
    let packed = File::open(format!("{DENVER}/units.geojson.gz")).unwrap();
    GzDecoder::new(packed).read_to_string(&mut source).unwrap();
    // Taking the new members out of the text gives the source back, byte for byte.
    let mut without = String::with_capacity(source.len());
    let mut rest = std::str::from_utf8(&written).unwrap();
    for unit in 0..folder.city.units.len() {
        let (before, after) = rest.split_once(&format!(", \"grid\": \"{unit}\"")).unwrap();
        without.push_str(before);
        rest = after;
    }
    without.push_str(rest);
    assert!(without == source, "the text differs");
}
