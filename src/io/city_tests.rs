#![allow(clippy::unwrap_used)]

use std::fs;

use super::super::MissingPopulation;
use super::*;
use crate::error::Error;

const SQUARE: &str = r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}"#;
const LINE: &str = r#"{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}"#;
const POINT: &str = r#"{"type": "Point", "coordinates": [0.5, 0.25]}"#;

fn layer(features: &[(&str, &str)]) -> String {
    let features: Vec<String> = features
        .iter()
        .map(|(properties, geometry)| {
            format!(
                r#"{{"type": "Feature", "properties": {{{properties}}}, "geometry": {geometry}}}"#
            )
        })
        .collect();
    format!(r#"{{"type": "FeatureCollection", "features": [{}]}}"#, features.join(",\n"))
}

fn squares(properties: &[&str]) -> String {
    layer(&properties.iter().map(|properties| (*properties, SQUARE)).collect::<Vec<_>>())
}

fn read_with(files: &[(&str, &str)], options: &ReadOptions) -> Result<CityFolder> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    read_city(folder.path(), options)
}

fn read(files: &[(&str, &str)]) -> Result<CityFolder> {
    read_with(files, &ReadOptions::default())
}

/// The message of a city that cannot be read, which has to hold all the parts.
fn refused(files: &[(&str, &str)], parts: &[&str]) {
    let message = read(files).map(|folder| folder.city).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    assert!(!message.contains('\n'), "more than one line: {message:?}");
}

#[test]
fn the_bundled_denver_is_whole() {
    let folder = read_city("examples/data/denver", &ReadOptions::default()).unwrap();
    let city = &folder.city;
    assert_eq!(
        (city.name.as_str(), city.units.len(), city.communities.len()),
        ("denver", 10_149, 178)
    );
    assert_eq!(city.units.iter().map(|unit| unit.population).sum::<f64>(), 715_522.0);
    assert!(city.units.iter().all(|unit| unit.community.is_some()));
    assert!(city.communities.iter().all(|community| community.boundary.is_some()));
    assert_eq!(folder.findings, []);
    assert_eq!(folder.units_text.len(), 10_149);
    let sources: Vec<_> = city.sources.iter().map(|s| (s.file.as_str(), s.features)).collect();
    assert_eq!(sources, [("units.geojson.gz", 10_149), ("communities.geojson.gz", 178)]);
    assert_eq!(city.modelled, Vec::<String>::new());
}

#[test]
fn a_missing_folder_or_file_is_named_with_its_cure() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let message = read_city(&nowhere, &ReadOptions::default()).unwrap_err().to_string();
    assert!(
        message.contains("nowhere: there is no such folder; name a folder that holds"),
        "{message}"
    );
    refused(&[], &["units.geojson: there is no such file", "export the layer of units"]);

    let message = read_units(&nowhere, None, &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("nowhere: ") && message.contains("check the path"), "{message}");
}

#[test]
fn a_layer_that_is_there_twice_is_refused() {
    let units = squares(&[r#""population": 1"#]);
    refused(
        &[("units.geojson", &units), ("units.geojson.gz", &units)],
        &["units.geojson: units.geojson.gz stands beside it", "delete the other"],
    );
}

#[test]
fn faults_name_file_feature_and_cure() {
    let good = r#""id": "a", "population": 1"#;
    let cases: [(&str, String, &[&str]); 12] = [
        (
            "units",
            "no json".into(),
            &["not a GeoJSON FeatureCollection", "export it from your GIS"],
        ),
        (
            "units",
            layer(&[(good, SQUARE), (r#""id": "b", "population": 1"#, LINE)]),
            &[
                "feature 2 (id \"b\")",
                "a LineString, but Polygon, MultiPolygon or Point",
                "export the layer",
            ],
        ),
        (
            "units",
            layer(&[(good, r#"{"type": "GeometryCollection", "geometries": []}"#)]),
            &["feature 1 (id \"a\")", "is a GeometryCollection", "export the layer"],
        ),
        (
            "units",
            squares(&[good, r#""id": "b""#]),
            &["feature 2 (id \"b\")", "\"population\" is missing", "fill in \"population\""],
        ),
        (
            "units",
            squares(&[good, r#""id": 17, "population": null"#]),
            &["feature 2 (id \"17\")", "\"population\" is missing", "fill in"],
        ),
        (
            "units",
            squares(&[r#""id": "a", "population": -3"#]),
            &["feature 1 (id \"a\")", "\"population\" is -3, but a number of people", "correct"],
        ),
        (
            "units",
            squares(&[r#""id": "a", "population": "many""#]),
            &["feature 1 (id \"a\")", "\"population\" is \"many\"", "correct the value"],
        ),
        (
            "units",
            squares(&[r#""id": "a", "population": "NaN""#]),
            &["feature 1 (id \"a\")", "\"population\" is \"NaN\"", "correct the value"],
        ),
        (
            "units",
            squares(&[good, r#""id": "b", "population": 1"#, good]),
            &["feature 3 (id \"a\")", "stands already at feature 1", "an id of its own"],
        ),
        (
            "units",
            layer(&[(good, &SQUARE.replace("[1, 1]", "[500000.0, 4400000]"))]),
            &["feature 1 (id \"a\")", "(500000, 4400000)", "reproject the layer to WGS 84"],
        ),
        (
            "units",
            layer(&[(good, &SQUARE.replace("[1, 1]", "[31.2, 121.5]"))]),
            &["feature 1 (id \"a\")", "(31.2, 121.5)", "[longitude, latitude]"],
        ),
        (
            "units",
            squares(&[r#""id": {}, "population": 1"#]),
            &["feature 1: property \"id\" is {}", "a string or a number", "correct"],
        ),
    ];
    for (name, text, parts) in cases {
        let file = format!("{name}.geojson");
        refused(&[(&file, &text)], &[&[file.as_str()], parts].concat());
    }
}

#[test]
fn a_unit_of_an_unknown_community_is_refused() {
    refused(
        &[
            ("units.geojson", &squares(&[r#""id": "a", "population": 1, "community": "X""#])),
            ("communities.geojson", &squares(&[r#""id": "Y""#])),
        ],
        &["units.geojson, feature 1 (id \"a\")", "community \"X\" is not in", "correct the name"],
    );
}

#[test]
fn units_without_the_id_that_is_named_are_refused_or_told() {
    let named = |field: &str| ReadOptions { id_field: field.into(), ..ReadOptions::default() };
    let rows = [r#""NR": "7", "population": 1"#, r#""population": 1"#, r#""population": 1"#];
    let units = squares(&rows);
    let error = read_with(&[("units.geojson", &units)], &named("typo")).unwrap_err().to_string();
    assert!(error.contains("no feature has the property \"typo\""), "{error}");
    let told = |options: &ReadOptions, units: &str| {
        let folder = read_with(&[("units.geojson", units)], options).unwrap();
        let ids: Vec<String> = folder.city.units.iter().map(|unit| unit.id.clone()).collect();
        let findings = folder.findings.into_iter().map(|f| (f.kind, f.count, f.examples));
        (ids, findings.collect::<Vec<_>>())
    };
    let finding = |kind: &str, ids: &[&str]| {
        (kind.to_owned(), ids.len(), ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
    };
    let (ids, findings) = told(&named("NR"), &units);
    assert_eq!(ids, ["7", "2", "3"]);
    assert_eq!(findings, [finding("ids-missing", &["2", "3"])]);
    // The usual field may be missing everywhere; a number that is an id already gives way.
    let (ids, findings) =
        told(&ReadOptions::default(), &units.replace("\"NR\": \"7\"", "\"id\": 2"));
    assert_eq!(ids, ["2", "4", "3"]);
    assert_eq!(findings, [finding("ids-missing", &["4", "3"])]);
    let members = units.replace(r#"{"type": "Feature", "#, r#"{"type": "Feature", "id": "m", "#);
    let (_, findings) = told(&named("NR"), &members.replacen("\"m\"", "\"n\"", 2));
    assert_eq!(findings, [finding("ids-of-features", &["n", "m"])]);
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = squares(&[r#""population": 1, "name": "@""#]);
    let (before, after) = text.split_once('@').unwrap();
    let bytes = [before.as_bytes(), b"\xC9\xE7", after.as_bytes()].concat();
    fs::write(folder.path().join("units.geojson"), bytes).unwrap();
    let message = read_city(folder.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("units.geojson: the text is not UTF-8"), "{message}");
    assert!(message.contains("save the file as UTF-8"), "{message}");
}

#[test]
fn a_byte_order_mark_does_not_matter() {
    let units = format!("\u{FEFF}{}", squares(&[r#""population": 1"#]));
    assert_eq!(read(&[("units.geojson", &units)]).unwrap().city.units.len(), 1);
}

#[test]
fn communities_come_from_their_file() {
    let folder = read(&[
        (
            "units.geojson",
            &squares(&[
                r#""id": 1, "population": " 12 ", "community": 20, "estate": "E", "lock": "L""#,
                r#""id": 2, "population": 2.5, "households": 3"#,
                r#""id": 3, "population": 0, "community": """#,
            ]),
        ),
        (
            "communities.geojson",
            &layer(&[
                (r#""id": "10", "name": "Ten", "subdistrict": "S", "grids": 3"#, SQUARE),
                (r#""id": 20"#, "null"),
            ]),
        ),
    ])
    .unwrap();
    let city = &folder.city;
    let [ten, twenty] = &city.communities[..] else { panic!("two communities") };
    assert_eq!(
        (ten.name.as_str(), ten.subdistrict.as_deref(), ten.grids),
        ("Ten", Some("S"), Some(3))
    );
    assert!(ten.boundary.is_some());
    assert_eq!((twenty.id.as_str(), twenty.name.as_str(), &twenty.boundary), ("20", "20", &None));
    assert_eq!(city.units[0].community, Some(1));
    assert_eq!(city.units[0].population, 12.0);
    assert_eq!(city.units[0].estate.as_deref(), Some("E"));
    assert_eq!(city.units[0].lock.as_deref(), Some("L"));
    assert_eq!((city.units[1].community, city.units[1].households), (None, Some(3.0)));
    assert_eq!(city.units[2].community, None, "to be placed by its position");
}

#[test]
fn communities_have_whole_numbers_of_grids() {
    for grids in ["0", "1.5", "-1", "\"few\"", "true", "1e99"] {
        let communities = squares(&[&format!(r#""id": "c", "grids": {grids}"#)]);
        refused(
            &[
                ("units.geojson", &squares(&[r#""population": 1"#])),
                ("communities.geojson", &communities),
            ],
            &[
                "communities.geojson, feature 1 (id \"c\")",
                "\"grids\" is",
                "a whole number of grids",
            ],
        );
    }
}

#[test]
fn without_a_file_the_units_name_the_communities() {
    let units = |third: &str| {
        squares(&[
            r#""population": 1, "community": "b""#,
            r#""population": 1, "community": "a""#,
            &format!(r#""population": 1{third}"#),
        ])
    };
    let city = read(&[("units.geojson", &units(r#", "community": "b""#))]).unwrap().city;
    let ids: Vec<_> = city.communities.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
    let of_units: Vec<_> = city.units.iter().map(|unit| unit.community).collect();
    assert_eq!(of_units, [Some(0), Some(1), Some(0)]);

    refused(
        &[("units.geojson", &units(""))],
        &["feature 3", "\"community\" is missing", "fill in"],
    );
}

#[test]
fn without_any_name_the_whole_is_one_community() {
    let folder = tempfile::tempdir().unwrap();
    let town = folder.path().join("金昌");
    fs::create_dir(&town).unwrap();
    fs::write(town.join("units.geojson"), squares(&[r#""population": 1"#; 2])).unwrap();
    let by_folder = read_city(&town, &ReadOptions::default()).unwrap().city;
    let by_file =
        read_units(town.join("units.geojson"), None, &ReadOptions::default()).unwrap().city;
    for city in [by_folder, by_file] {
        assert_eq!(city.name, "金昌");
        assert_eq!(city.communities.len(), 1);
        assert_eq!((city.communities[0].id.as_str(), &*city.communities[0].name), ("1", "金昌"));
        assert!(city.units.iter().all(|unit| unit.community == Some(0)));
        assert_eq!(city.units[1].id, "2", "the feature's number stands in");
    }
}

#[test]
fn fields_and_gaps_are_as_the_options_say() {
    let options = ReadOptions {
        id_field: "GEOID".into(),
        population_field: "POP".into(),
        community_field: "TRACT".into(),
        missing_population: MissingPopulation::Zero,
        ..ReadOptions::default()
    };
    let units = squares(&[
        r#""GEOID": "x", "POP": 5, "TRACT": "t", "population": -1"#,
        r#""GEOID": "y", "TRACT": "t", "grid": 3"#,
        r#""GEOID": "z", "TRACT": "t", "POP": null"#,
    ])
    .replacen("[1, 1], [0, 0]]", "[1, 1]]", 1);
    let folder = read_with(&[("units.geojson", &units)], &options).unwrap();
    let populations: Vec<_> = folder.city.units.iter().map(|unit| unit.population).collect();
    assert_eq!(populations, [5.0, 0.0, 0.0]);
    let findings: Vec<_> = folder
        .findings
        .iter()
        .map(|finding| (finding.kind.as_str(), finding.count, finding.examples.join(" ")))
        .collect();
    assert_eq!(
        findings,
        [
            ("population-missing", 2, "y z".to_owned()),
            ("grid-replaced", 1, "y".to_owned()),
            ("rings-not-closed", 1, "x".to_owned()),
        ]
    );
}

#[test]
fn people_and_places_are_read_where_there_are_any() {
    let point = |properties: &str| {
        let text = layer(&[(properties, POINT)]);
        text.replacen('{', r#"{"modelled": "all of it","#, 1)
    };
    let folder = read(&[
        ("units.geojson", &squares(&[r#""id": "u", "population": 1"#])),
        ("households.geojson", &point(r#""id": "h""#)),
        (
            "members.geojson",
            &layer(&[(r#""id": "m""#, POINT), (r#""id": "n", "members": "2""#, POINT)]),
        ),
        ("officers.geojson", &point(r#""id": "o""#)),
        ("stations.geojson", &point(r#""id": "s", "kind": "centre", "capacity": 900"#)),
        ("partners.geojson", &point(r#""id": "p", "needs": ["a", "b"], "resources": "c; d；e;""#)),
        ("reporting.geojson", &point(r#""id": "r", "organisation": "bank""#)),
        ("barriers.geojson", &point("")),
    ])
    .unwrap();
    let city = &folder.city;
    assert_eq!(city.candidates[0].id, "h");
    assert_eq!(city.candidates[0].position, geo::Point::new(0.5, 0.25));
    assert_eq!(city.members.iter().map(|member| member.members).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(city.officers[0].id, "o");
    assert_eq!(city.stations[0].kind.as_deref(), Some("centre"));
    assert_eq!(city.stations[0].capacity, Some(900.0));
    assert_eq!(city.partners[0].needs, ["a", "b"]);
    assert_eq!(city.partners[0].resources, ["c", "d", "e"]);
    assert_eq!(city.partners[0].projects, Vec::<String>::new());
    assert_eq!(city.reporting_members[0].organisation, "bank");
    assert_eq!(city.modelled, ["all of it"], "said once");
    assert_eq!(city.sources.len(), 8);
    assert_eq!(folder.findings[0].kind, "barriers-without-line");
}

#[test]
fn faulty_people_and_places_are_refused() {
    let units = squares(&[r#""population": 1"#]);
    let cases: [(&str, String, &[&str]); 5] = [
        (
            "members",
            layer(&[(r#""id": "m", "members": 0"#, POINT)]),
            &["\"members\" is 0", "1 to 1000000"],
        ),
        ("officers", layer(&[(r#""id": "o""#, SQUARE)]), &["a Polygon, but Point is needed"]),
        ("reporting", layer(&[(r#""id": "r""#, POINT)]), &["\"organisation\" is missing"]),
        (
            "partners",
            layer(&[(r#""needs": [true]"#, POINT)]),
            &["\"needs\" is [true]", "array of strings"],
        ),
        (
            "households",
            layer(&[(r#""id": "h""#, POINT), (r#""id": "h""#, POINT)]),
            &["feature 2 (id \"h\")", "stands already at feature 1"],
        ),
    ];
    for (name, text, parts) in cases {
        let file = format!("{name}.geojson");
        refused(
            &[("units.geojson", &units), (&file, &text)],
            &[&[file.as_str(), ", feature "], parts].concat(),
        );
    }
}

#[test]
fn a_reference_system_that_cannot_be_read_is_refused() {
    let units = squares(&[r#""population": 1"#]).replacen(
        '{',
        r#"{"crs": {"type": "name", "properties": {"name": "EPSG:4214"}},"#,
        1,
    );
    refused(&[("units.geojson", &units)], &["units.geojson: ", "EPSG:4214", "to WGS 84"]);
}

#[test]
fn errors_stay_small() {
    assert!(size_of::<Error>() <= 64, "{} bytes in every Result", size_of::<Error>());
}

#[test]
fn points_at_zero_are_counted_by_layer_unless_the_city_is_there() {
    let town = |lon: f64| {
        let place = tempfile::tempdir().unwrap();
        let [a, b] = [lon, lon + 0.01];
        let unit = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"id":"u","population":5}},
            "geometry":{{"type":"Polygon","coordinates":[[[{a},0.1],[{b},0.1],[{b},0.2],[{a},0.2],[{a},0.1]]]}}}}]}}"#
        );
        std::fs::write(place.path().join("units.geojson"), unit).unwrap();
        let officers = format!("id,lon,lat\nhere,{a},0.1\nlost,0,0\nastray,0.0,0\n");
        std::fs::write(place.path().join("officers.csv"), officers).unwrap();
        std::fs::write(place.path().join("stations.csv"), "id,lon,lat\nnowhere,0,0\n").unwrap();
        read_city(place.path(), &ReadOptions::default()).unwrap().findings
    };
    let found = town(104.0);
    let told: Vec<_> = found
        .iter()
        .filter(|finding| finding.kind == "null-island")
        .map(|finding| {
            (finding.count, finding.examples.clone(), finding.message.contains("officers"))
        })
        .collect();
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(told, [(2, names(&["lost", "astray"]), true), (1, names(&["nowhere"]), false)]);
    // In the Gulf of Guinea that is a place as any other.
    assert!(!town(0.3).iter().any(|finding| finding.kind == "null-island"));
}
