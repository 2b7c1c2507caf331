#![allow(clippy::unwrap_used)]

use std::fs;

use crate::io::features::FeatureFile;
use crate::io::{ReadOptions, places, read_city};
use crate::model::Worker;

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
        ("id,lon,lat\nw,1,1\n\nw,1,1\n", "line 4, id \"w\": the id stands already in line 2"),
        ("id,lon,lat\nw,x,1\n", "line 2, id \"w\": property \"lon\" is \"x\""),
        ("id,lon,lat\n,1,1\n", "line 2: property \"id\" is missing"),
        ("id,lon,lat\nw,200,1\n", "line 2, id \"w\": coordinate (200, 1)"),
        ("id,lon,lat,编号\nw,2,1,v\n", "twice"),
        ("id,lon,lat\n", "holds no"),
    ] {
        fs::write(&path, table).unwrap();
        let file = FeatureFile::open(&path, &ReadOptions::default());
        let error = file.and_then(|file| places::read::<Worker>(&file)).unwrap_err().to_string();
        assert!(error.contains("roster.csv") && error.contains(said), "{table:?}: {error}");
    }
}

#[test]
fn what_is_passed_over_is_told_and_every_layer_of_points_may_be_a_table() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    write("units.geojson", UNIT);
    write(
        "members.csv",
        "\u{feff}id,members,probationary,lon,lat\nm1,3,1,0.1,0.2\n,,,,\nm2,,,0.1,0.2\n",
    );
    write("households.tsv", "编号\t经度\t纬度\nh1\t0.5\t0.5\n");
    write("officers.csv", "ID;Prefers;x;y\no1;c1；c2;0.5;0.5\n");
    write("stations.csv", "id,kind,capacity,status,lon,lat\ns,post,200,candidate,0.1,0.1\n");
    write("partners.csv", "id,需求,lon,lat\np,tax;law,0.1,0.1\n");
    write("reporting.csv", "id,organisation,lon,lat\nr,school,0.1,0.1\n");
    let folder = read_city(place.path(), &ReadOptions::default()).unwrap();
    let city = &folder.city;
    let members: Vec<(&str, u32)> =
        city.members.iter().map(|m| (m.id.as_str(), m.members)).collect();
    assert_eq!(members, [("m1", 3), ("m2", 1)]);
    assert_eq!(city.candidates[0].id, "h1");
    assert_eq!(city.officers[0].prefers, ["c1", "c2"]);
    assert_eq!(city.stations[0].capacity, Some(200.0));
    assert_eq!(city.partners[0].needs, ["tax", "law"]);
    assert_eq!(city.reporting_members[0].organisation, "school");
    let empty = folder.findings.iter().find(|finding| finding.kind == "rows-empty").unwrap();
    assert_eq!((empty.count, empty.message.contains("members.csv")), (1, true));
    write("stations.csv", "id,status,lon,lat\ns,perhaps,0.1,0.1\n");
    let error = read_city(place.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("stations.csv, line 2, id \"s\": property \"status\""), "{error}");
}

#[test]
fn projected_places_of_a_table_come_to_wgs_84() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("roster.csv");
    fs::write(&path, "id,x,y\nw,500000,4400000\n").unwrap();
    let options = ReadOptions { crs: "EPSG:32650".parse().unwrap(), ..ReadOptions::default() };
    let file = FeatureFile::open(&path, &options).unwrap();
    let worker = places::read::<Worker>(&file).unwrap().remove(0);
    assert!((worker.position.x() - 117.0).abs() < 1e-9, "{:?}", worker.position);
    assert!((39.0..40.0).contains(&worker.position.y()));
}

#[test]
fn skills_are_set_apart_as_people_write_them() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("units.geojson"), UNIT).unwrap();
    let table = "id;lon;lat;skills\n1;0;0;law, health\n2;0;0;law、health\n3;0;0;law，health；\n";
    fs::write(place.path().join("roster.csv"), table).unwrap();
    let workers = read_city(place.path(), &ReadOptions::default()).unwrap().city.workers;
    assert!(workers.iter().all(|worker| worker.skills == ["law", "health"]), "{workers:?}");
}
