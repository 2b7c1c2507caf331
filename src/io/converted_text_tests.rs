#![allow(clippy::unwrap_used)]

use geo::Geometry;
use serde_json::Value;

use super::super::crs::Crs;
use super::super::features::FeatureFile;
use super::super::source::TextFile;
use crate::error::Place;

/// Two polygons in CGCS2000 / 3-degree zone 38 with all that may stand around them.
const PROJECTED: &str = r#"{ "bbox": [1, 2, 3, 4], "type": "FeatureCollection", "name": "楼栋",
 "features": [
  {"type": "Feature", "id": 7, "bbox": [0, 0, -5, 1, 1, 50.5], "properties": {"id": 1.50, "bbox": [9, 9, 9, 9], "n": null},
   "geometry": {"type": "Polygon", "bbox": [0,0,1,1], "coordinates": [[[38512000.5, 3400000, 12.25], [ 38512100.5 ,3400000.0 , 12.25, 1e3],
     [38512100.5, 3400100], [3.85120005e7, 3400000, 12.25]]]}, "foreign": {"coordinates": [1, 2]}},
  {"geometry": {"coordinates": [[[[38512100.5,3400000],[38512200.5,3400000],[38512100.5,3400100],[38512100.5,3400000]]]], "type": "MultiPolygon"}, "type": "Feature", "properties": null}
 ], "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4526"}}, "last": [1] }
"#;

/// The text as it is written, and the shapes that the city has.
fn read(text: &str) -> (String, Vec<Geometry<f64>>) {
    let place = Place::file("units.geojson");
    let file = TextFile::from_bytes(place, "units.geojson".into(), text.into()).unwrap();
    let file = FeatureFile::new(file, Crs::Wgs84).unwrap();
    let read = file.decode("id", |mut f| Ok((f.geometry()?, f.properties_span))).unwrap();
    let (shapes, properties) = read.into_iter().unzip();
    let mut written = Vec::new();
    let members = |_| vec![("grid", Value::from("g"))];
    file.into_text(properties).write_with(&mut written, members).unwrap();
    (String::from_utf8(written).unwrap(), shapes)
}

#[test]
fn what_is_written_is_what_was_measured_bit_by_bit() {
    let (written, shapes) = read(PROJECTED);
    let (again, same) = read(&written);
    assert_eq!(shapes, same);
    assert_eq!(written, again, "WGS 84 comes back as it is");
}

#[test]
fn positions_and_boxes_change_and_nothing_else() {
    let (written, shapes) = read(PROJECTED);
    let value: Value = serde_json::from_str(&written).unwrap();
    let mut expected: Value = serde_json::from_str(PROJECTED).unwrap();
    let first = value["features"][0].clone();
    let [west, south] = [&first["bbox"][0], &first["bbox"][1]].map(|v| v.as_f64().unwrap());
    assert!((114.12..114.13).contains(&west) && (30.7..30.8).contains(&south), "{west} {south}");
    assert_eq!(first["bbox"][2], -5);
    assert_eq!(first["bbox"][5], 50.5);
    assert_eq!(first["geometry"]["bbox"].as_array().unwrap().len(), 4);
    assert_eq!(value["bbox"][0], first["bbox"][0]);
    let Geometry::MultiPolygon(east) = &shapes[1] else { panic!("{:?}", shapes[1]) };
    let easternmost = east.0[0].exterior().0.iter().map(|c| c.x).fold(0.0, f64::max);
    assert_eq!(value["bbox"][2], easternmost);
    let heights: Vec<usize> = first["geometry"]["coordinates"][0]
        .as_array()
        .unwrap()
        .iter()
        .map(|position| position.as_array().unwrap().len())
        .collect();
    assert_eq!(heights, [3, 4, 2, 3]);
    assert!(written.contains(", 12.25, 1e3]"), "{written}");
    assert_eq!(value["crs"]["properties"]["name"], "urn:ogc:def:crs:OGC:1.3:CRS84");

    // What else there is.
    for (at, grid) in [("/features/0", true), ("/features/1", false)] {
        let new = value.pointer(at).unwrap().clone();
        let old = expected.pointer_mut(at).unwrap();
        old["geometry"] = new["geometry"].clone();
        if grid {
            old["bbox"] = new["bbox"].clone();
            old["properties"]["grid"] = "g".into();
        } else {
            old["properties"] = serde_json::json!({"grid": "g"});
        }
    }
    expected["bbox"] = value["bbox"].clone();
    expected["crs"] = value["crs"].clone();
    assert_eq!(value, expected);
    assert!(written.contains(r#"{"id": 1.50, "bbox": [9, 9, 9, 9], "n": null, "grid": "g"}"#));
    assert!(written.starts_with("{ \"bbox\": [") && written.ends_with("\"last\": [1] }\n"));
}
