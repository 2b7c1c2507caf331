#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

fn read(text: &str) -> Result<Points> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points");
    fs::write(&path, text).unwrap();
    read_points(path, &ReadOptions::default())
}

fn chain(grid: &str) -> ResponsibilityChain {
    ResponsibilityChain {
        subdistrict: None,
        community: "c".into(),
        community_name: "The \"C\", so called".into(),
        grid: grid.into(),
        central_household: Some("h".into()),
        officer: Some("o".into()),
        station: None,
        ..ResponsibilityChain::default()
    }
}

fn answered(text: &str, answers: &[Option<ResponsibilityChain>]) -> String {
    let mut out = Vec::new();
    read(text).unwrap().write_to(&mut out, answers, None).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_columns_are_kept_in_order_and_answers_follow() {
    let text = "name,lat,note,lon\n\"a, b\",2,,1\nc,4.50,x,-3\n";
    let points = read(text).unwrap();
    assert_eq!(points.positions(), [Point::new(1.0, 2.0), Point::new(-3.0, 4.5)]);
    assert_eq!(
        answered(text, &[Some(chain("c001")), None]),
        "name,lat,note,lon,grid,community,community_name,subdistrict,central_household,officer,station\n\
         \"a, b\",2,,1,c001,c,\"The \"\"C\"\", so called\",,h,o,\n\
         c,4.50,x,-3,,,,,,,\n"
    );
}

#[test]
fn distances_follow_the_answers() {
    let mut out = Vec::new();
    let points = read("lon,lat\n1,2\n3,4\n5,6\n").unwrap();
    let answers = [Some(chain("c001")), None, Some(chain("c002"))];
    points.write_to(&mut out, &answers, Some(&[0.0, 9.0, 12.34])).unwrap();
    let text = String::from_utf8(out).unwrap();
    let column: Vec<&str> = text.lines().filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(column, ["distance_m", "0", "", "12.3"]);
}

#[test]
fn answering_twice_is_answering_once() {
    let answers = [Some(chain("c001")), None];
    let once = answered("lon,lat\n1,2\n3,4\n", &answers);
    assert_eq!(answered(&once, &answers), once);
}

#[test]
fn columns_go_by_many_names() {
    for header in [
        "lon,lat",
        "LNG,LAT",
        "\u{FEFF}Longitude, Latitude",
        "经度,纬度",
        "x,y",
        "lon;lat",
        "lon\tlat",
    ] {
        let row = if header.contains(';') {
            "1;2"
        } else if header.contains('\t') {
            "1\t2"
        } else {
            "1,2"
        };
        let points = read(&format!("{header}\r\n{row}\r\n")).unwrap();
        assert_eq!(points.positions(), [Point::new(1.0, 2.0)], "{header}");
    }
}

#[test]
fn faulty_tables_are_named_with_row_and_cure() {
    for (text, parts) in [
        ("", &["no column \"lon\"", "the file is to be a table"][..]),
        ("lon,latt\n1,2\n", &["no column \"lat\""]),
        ("lon,lat\n", &["holds no feature"]),
        ("lon,lat\n1,2\n1,\n", &["line 3", "\"lat\" is \"\"", "a number"]),
        ("lon,lat\n1,nan\n", &["line 2", "\"lat\" is \"nan\""]),
        ("lon,lat\n1,2\n1,2,3\n", &["line 3", "not readable as a table"]),
        ("lon,lat\n39,116\n", &["line 2", "(39, 116)", "[longitude, latitude]"]),
        ("lon,lat\n500000,4400000\n", &["line 2", "reproject"]),
    ] {
        let message = read(text).unwrap_err().to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{text:?}: {message}");
    }
}

#[test]
fn geojson_points_get_their_answers_as_properties() {
    let text = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"n": 1.0}, "geometry": {"type": "Point", "coordinates": [1, 2, 3]}},
{"type": "Feature", "properties": {"grid": "old"}, "geometry": {"type": "Point", "coordinates": [3, 4]}}
]}"#;
    let out = answered(text, &[Some(chain("c001")), None]);
    assert!(out.contains(r#"{"n": 1.0, "grid": "c001", "community": "c","#), "{out}");
    assert!(out.contains(r#"{"grid": null, "community": null,"#), "{out}");
    let line = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
        "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}]}"#;
    let message = read(line).unwrap_err().to_string();
    assert!(message.contains("a LineString, but Point is needed"), "{message}");
}

#[test]
fn the_output_has_the_format_of_the_points() {
    let folder = tempfile::tempdir().unwrap();
    let points = read("lon,lat\n1,2\n").unwrap();
    let write = |name: &str| points.write(&folder.path().join(name), &[None], false);
    let message = write("out.geojson").unwrap_err().to_string();
    assert!(message.contains("name an output that ends in .csv"), "{message}");
    write("out.csv").unwrap();
    assert!(write("out.csv").unwrap_err().to_string().contains("exists already"));
    assert!(points.write(&folder.path().join("few.csv"), &[], false).is_err());
}

#[test]
fn every_column_of_a_name_gets_the_answer() {
    let text = "grid,lon,lat,grid\nmine,1,2,yours\n";
    let out = answered(text, &[Some(chain("c001"))]);
    assert!(out.starts_with("grid,lon,lat,grid,community"), "{out}");
    assert!(out.contains("\nc001,1,2,c001,c,"), "{out}");
    assert_eq!(read(text).unwrap().replaced(), ["grid"]);
}

#[test]
fn what_is_asked_decides_on_the_columns() {
    for text in [
        "lon,lat\n1,2\n",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},
            "geometry":{"type":"Point","coordinates":[1,2]}}]}"#,
    ] {
        let mut out = Vec::new();
        read(text).unwrap().organised().write_to(&mut out, &[None], None).unwrap();
        let out = String::from_utf8(out).unwrap();
        for column in ["building_group", "building_leader", "property_company", "team"] {
            assert!(out.contains(column), "{out}");
        }
    }
}
