#![allow(clippy::unwrap_used)]

use std::io::Write;

use geo::{CoordsIter, Geometry};
use proptest::prelude::*;

use super::*;

fn open(bytes: &[u8]) -> Result<FeatureFile> {
    let place = Place::file("some.geojson");
    let file = TextFile::from_bytes(place.clone(), "some.geojson".into(), bytes.to_vec())
        .map_err(|fault| InputError::new(place, fault))?;
    FeatureFile::new(file, Crs::Wgs84)
}

fn geometries(bytes: &[u8]) -> Result<Vec<Geometry<f64>>> {
    open(bytes)?.decode("id", |mut feature| feature.geometry())
}

fn collection(features: &str) -> String {
    format!(r#"{{"type": "FeatureCollection", "features": [{features}]}}"#)
}

fn feature(geometry: &str) -> String {
    format!(r#"{{"type": "Feature", "properties": null, "geometry": {geometry}}}"#)
}

fn one(geometry: &str) -> Result<Geometry<f64>> {
    Ok(geometries(collection(&feature(geometry)).as_bytes())?.remove(0))
}

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn all_types_are_read_whatever_the_order_of_members() {
    let geometries = [
        ("Point", "[1, 2]", 1),
        ("MultiPoint", "[[1, 2], [3, 4]]", 2),
        ("LineString", "[[1, 2], [3, 4]]", 2),
        ("MultiLineString", "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", 4),
        ("Polygon", "[[[0, 0], [1, 0], [1, 1], [0, 0]]]", 4),
        ("MultiPolygon", "[[[[0, 0], [1, 0], [1, 1], [0, 0]]]]", 4),
    ];
    for (kind, coordinates, positions) in geometries {
        let usual = one(&format!(r#"{{"type": "{kind}", "coordinates": {coordinates}}}"#)).unwrap();
        let turned =
            one(&format!(r#"{{"bbox": [], "coordinates": {coordinates}, "type": "{kind}"}}"#));
        assert_eq!(usual, turned.unwrap());
        assert_eq!(super::super::shape::type_name(&usual), kind);
        assert_eq!(usual.coords_count(), positions);
    }
}

#[test]
fn heights_are_dropped() {
    let flat = one(r#"{"type": "Point", "coordinates": [1.5, 2.5]}"#).unwrap();
    assert_eq!(one(r#"{"type": "Point", "coordinates": [1.5, 2.5, 99, "m"]}"#).unwrap(), flat);
}

#[test]
fn a_geometry_that_cannot_be_used_is_named() {
    let cases = [
        ("null", "has no geometry"),
        (r#"{"type": "Polygon", "coordinates": []}"#, "has no geometry"),
        (r#"{"type": "Point", "coordinates": []}"#, "invalid length 0"),
        (r#"{"type": "Point", "coordinates": [1]}"#, "invalid length 1"),
        (r#"{"type": "Point", "coordinates": [1, null]}"#, "invalid type: null"),
        (r#"{"type": "Point", "coordinates": [1e999, 0]}"#, "number out of range"),
        (r#"{"type": "Point"}"#, "missing field `coordinates`"),
        (r#"{"coordinates": [1, 2]}"#, "missing field `type`"),
        (r#"{"type": "Circle", "coordinates": [1, 2]}"#, "unknown variant `Circle`"),
        (r#"["Point", [1, 2]]"#, "invalid type: sequence"),
        (
            r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}"#,
            "fewer than four positions",
        ),
    ];
    for (geometry, expected) in cases {
        let message = message(one(geometry));
        assert!(message.contains(expected), "{geometry}: {message}");
        assert!(message.starts_with("some.geojson, feature 1: "), "{message}");
    }
}

#[test]
fn an_open_ring_is_closed_and_counted() {
    let text = collection(&feature(
        r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 0], [0, 0], [0, 0]]]}"#,
    ));
    let read = open(text.as_bytes())
        .unwrap()
        .decode("id", |mut feature| Ok((feature.unclosed_rings(), feature.geometry()?)))
        .unwrap();
    assert_eq!(read[0].0, 1);
    assert_eq!(read[0].1.coords_count(), 8);
}

#[test]
fn coordinates_off_the_globe_are_refused_with_the_cure_that_fits() {
    let projected = message(one(r#"{"type": "Point", "coordinates": [500000.5, 4400000]}"#));
    assert!(projected.contains("(500000.5, 4400000)"), "{projected}");
    assert!(projected.contains("reproject the layer to WGS 84"), "{projected}");

    let swapped = message(one(r#"{"type": "Point", "coordinates": [39.7, -104.9]}"#));
    assert!(swapped.contains("[longitude, latitude], in this order"), "{swapped}");
}

#[test]
fn a_file_says_what_its_coordinates_mean_or_is_told() {
    let read = |member: &str, given: Crs| {
        let member: Box<RawValue> = serde_json::from_str(member).unwrap();
        reference_system(Some(&member), given)
    };
    let name = |name: &str| format!(r#"{{"type": "name", "properties": {{"name": "{name}"}}}}"#);
    for given in [Crs::Wgs84, Crs::Gcj02, Crs::Bd09, Crs::Epsg(4547)] {
        assert_eq!(reference_system(None, given), Ok(given));
        assert_eq!(read(&name("EPSG:32650"), given), Ok(Crs::Epsg(32650)));
    }
    let crs84 = name("urn:ogc:def:crs:OGC:1.3:CRS84");
    assert_eq!(read(&crs84, Crs::Gcj02), Ok(Crs::Gcj02));
    assert_eq!(read(&crs84, Crs::Bd09), Ok(Crs::Bd09));
    assert_eq!(read(&crs84, Crs::Epsg(4547)), Ok(Crs::Wgs84));
    for (member, told) in [
        (name("EPSG:2437"), "EPSG:2437"),
        (name("urn:ogc:def:crs:EPSG::14326"), "urn:ogc:def:crs:EPSG::14326"),
        (r#"{"type": "link", "properties": {"href": "x"}}"#.into(), r#"{"type": "link""#),
        ("7".into(), "7"),
    ] {
        let message = read(&member, Crs::Gcj02).unwrap_err().to_string();
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn what_is_no_feature_collection_is_refused() {
    let cases: [(&[u8], &str); 10] = [
        (b"", "does not begin with {"),
        (b"[1, 2]", "does not begin with {"),
        (b"lon,lat\n1,2\n", "does not begin with {"),
        (b"{", "EOF while parsing"),
        (b"{}", "there is no \"type\""),
        (br#"{"type": "Feature", "geometry": null}"#, "the type is \"Feature\""),
        (br#"{"type": "FeatureCollection"}"#, "no \"features\" array"),
        (br#"{"type": "FeatureCollection", "features": []}"#, "holds no feature"),
        (br#"{"type": "FeatureCollection", "features": [7]}"#, "the feature is not an object"),
        (
            br#"{"type": "FeatureCollection", "features": [{"type": "Point"}]}"#,
            "the type is \"Point\"",
        ),
    ];
    for (bytes, expected) in cases {
        let message = message(geometries(bytes));
        assert!(message.contains(expected), "{message}");
        assert!(message.starts_with("some.geojson"), "{message}");
    }
}

#[test]
fn gzip_and_byte_order_mark_are_seen_through() {
    let text = collection(&feature(r#"{"type": "Point", "coordinates": [1, 2]}"#));
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend_from_slice(text.as_bytes());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&marked).unwrap();
    let packed = packed.finish().unwrap();

    let plain = geometries(text.as_bytes()).unwrap();
    assert_eq!(geometries(&marked).unwrap(), plain);
    assert_eq!(geometries(&packed).unwrap(), plain);
    let hash = |bytes: &[u8]| open(bytes).unwrap().source().sha256;
    assert_eq!(hash(&marked), hash(&packed), "the hash is that of the unpacked content");
    assert_ne!(hash(&marked), hash(text.as_bytes()), "the mark belongs to the content");

    let cut = message(open(&packed[..packed.len() - 9]));
    assert!(cut.contains("not readable as gzip"), "{cut}");
}

#[test]
fn the_hash_is_sha_256() {
    // echo '{"type":"FeatureCollection","features":[0]}' | sha256sum
    let source = open(b"{\"type\":\"FeatureCollection\",\"features\":[0]}\n").unwrap().source();
    assert_eq!(source.sha256, "b35f70f6b6464fa9ac59447b89612d18f2b06c2c33cf860bdef836de1a9ab5d2");
}

#[test]
fn the_first_byte_that_is_not_utf_8_is_named() {
    let mut text = b"\xEF\xBB\xBF{\"type\": \"".to_vec();
    text.extend_from_slice(b"\xC9\xE7\xC7\xF8\"}"); // 社区 in GBK
    let message = message(open(&text));
    assert!(message.contains("offset 13"), "{message}");
    assert!(message.contains("GBK"), "{message}");
}

#[test]
fn the_first_faulty_feature_in_file_order_is_named() {
    let good = feature(r#"{"type": "Point", "coordinates": [1, 2]}"#);
    let bad = |id: &str| format!(r#"{{"type": "Feature", "id": "{id}", "geometry": null}}"#);
    let mut features = vec![good; 2000];
    features[1990] = bad("late");
    features[700] = bad("early");
    features[1200] = bad("middle");
    let text = collection(&features.join(","));
    for _ in 0..20 {
        let message = message(geometries(text.as_bytes()));
        assert!(message.starts_with("some.geojson, feature 701 (id \"early\")"), "{message}");
    }
}

#[test]
fn deep_nesting_is_survived() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let point = r#"{"type": "Point", "coordinates": [1, 2]}"#;
    let in_properties =
        format!(r#"{{"type": "Feature", "properties": {{"deep": {deep}}}, "geometry": {point}}}"#);
    assert_eq!(geometries(collection(&in_properties).as_bytes()).unwrap().len(), 1);
    let in_geometry = format!(r#"{{"type": "Polygon", "coordinates": {deep}}}"#);
    assert!(message(one(&in_geometry)).contains("not a GeoJSON"));
    assert!(geometries(deep.as_bytes()).is_err());
}

#[test]
fn ids_come_from_the_property_then_the_member_then_the_number() {
    let text = collection(
        r#"{"type": "Feature", "id": "m", "properties": {"id": "p"}, "geometry": null},
           {"type": "Feature", "id": "m", "properties": {"id": null}, "geometry": null},
           {"type": "Feature", "id": 1.50, "geometry": null},
           {"type": "Feature", "geometry": null, "properties": {"id": 08031}},
           {"type": "Feature", "geometry": null, "properties": {"\u0069d": "\u793e\u533a"}},
           {"type": "Feature", "geometry": null}"#
            .replace("08031", "8031.0")
            .as_str(),
    );
    let ids = open(text.as_bytes()).unwrap().decode("id", |feature| Ok(feature.id)).unwrap();
    assert_eq!(ids, ["p", "m", "1.50", "8031.0", "社区", "6"]);
}

#[test]
fn what_is_modelled_is_kept() {
    for (member, expected) in [
        (r#""the people""#, vec!["the people"]),
        (r#"["a", "b"]"#, vec!["a", "b"]),
        ("7.5", vec!["7.5"]),
        ("{}", vec![]),
    ] {
        let text =
            format!(r#"{{"modelled": {member}, "type": "FeatureCollection", "features": [0]}}"#);
        assert_eq!(open(text.as_bytes()).unwrap().modelled, expected);
    }
}

proptest! {
    /// Coordinates are read exactly, as serde_json and Rust write them.
    #[test]
    fn coordinates_are_exact(x in -180.0..=180.0f64, y in -90.0..=90.0f64) {
        let read = one(&format!(r#"{{"type": "Point", "coordinates": [{x:?}, {y:e}]}}"#)).unwrap();
        prop_assert_eq!(read, Geometry::Point(geo::Point::new(x, y)));
    }

    /// No bytes make the reader panic, and text that is cut off is never taken.
    #[test]
    fn cut_files_are_refused(cut in 0usize..140) {
        let text = collection(&feature(r#"{"type": "Point", "coordinates": [1, 2]}"#));
        prop_assume!(cut < text.len());
        prop_assert!(geometries(&text.as_bytes()[..cut]).is_err());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = geometries(&bytes);
    }
}

/// A feature is read the same whether it is written in the usual way or so that only the general
/// parser knows it.
#[test]
fn the_quick_way_and_the_general_one_agree() {
    let shapes = [
        r#"{"type": "Point", "coordinates": [1, 2, 3]}"#,
        r#"{"bbox": [0, 1], "type": "LineString", "coordinates": [[1, 2], [3.5, -4e1]]}"#,
        r#"{"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}"#,
        r#"{"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 0]], [[1, 1], [2, 1], [2, 2]]], "more": {"type": 1}}"#,
        r#"{"type": "MultiPolygon", "coordinates": [[[[0, 0], [9, 0], [9, 9], [0, 0]]], [[[1, 1], [2, 1], [2, 2], [1, 1]]]]}"#,
        r#"{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}"#,
    ];
    for shape in shapes {
        let text = format!(
            r#"{{"type": "Feature", "id": 12, "properties": {{"a": 1.50, "b": null}}, "x": [1], "geometry": {shape}}}"#
        );
        let general = RawFeature::parse(&text).unwrap();
        // A name with an escape in it, and coordinates before their type.
        let odd = text.replacen("\"Feature\"", "\"F\\u0065ature\"", 1);
        assert!(RawFeature::take(&odd, Some(&mut Vec::new())).is_none());
        assert_eq!(RawFeature::parse(&odd).unwrap().geometry, general.geometry);
        let quick = RawFeature::take(&text, Some(&mut Vec::new()));
        let Some(quick) = quick else {
            assert!(shape.contains("MultiPoint"), "{shape}");
            continue;
        };
        assert_eq!(quick.geometry, general.geometry);
        assert_eq!(quick.id.map(RawValue::get), general.id.map(RawValue::get));
        assert_eq!(quick.properties_text, general.properties_text);
        assert_eq!(quick.properties.text("a").unwrap(), general.properties.text("a").unwrap());
    }
    for odd in [
        r#"{"type": "Feature", "type": "Feature"}"#,
        r#"{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2], "type": "Point"}}"#,
        r#"{"type": "Feature", "geometry": {"coordinates": [1, 2], "type": "Point"}}"#,
        r#"{"type": "Feature", "properties": 7}"#,
        r#"{"type": "Feature", "geometry": [1]}"#,
        r#"{"type": "Feature", "geometry": nil}"#,
        r#"{"type": "Feature", "geometry": NaN}"#,
        r#"{"type": "Feature"} "#,
        r#"{"properties": null}"#,
        r#"{}"#,
    ] {
        assert!(RawFeature::take(odd, Some(&mut Vec::new())).is_none(), "{odd}");
    }
}

/// What stands in a feature is judged when it is read, and the place told as of the whole file.
#[test]
fn faults_inside_of_features_are_told_with_their_line() {
    let feature = |x: &str| {
        format!(
            "{{\"type\": \"Feature\", \"properties\": null,\n \"geometry\": {{\"type\": \"Point\", \"coordinates\": [{x}, 2]}}}}"
        )
    };
    for (broken, told) in
        [("NaN", "NaN or Infinity at line 3"), ("01", "line 3"), ("1,,2", "line 3")]
    {
        let text = collection(&format!("{},{}", feature("1"), feature(broken)));
        let text = message(geometries(text.as_bytes()));
        assert!(text.contains(told), "{text}");
    }
}
