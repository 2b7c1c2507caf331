#![allow(clippy::unwrap_used)]

use super::*;
use crate::error::Fault;

fn zh(error: impl Into<Error>) -> String {
    told_error(&error.into(), Language::Chinese)
}

#[test]
fn an_error_has_place_fault_and_cure_in_chinese() {
    let fault = Fault::MissingProperty { name: "population".into() };
    let mut error = InputError::new(Place::feature("units.geojson", 6, Some("b7")), fault);
    error.more = 2;
    let said = "units.geojson，第 7 个要素（id \"b7\"）：缺少属性 \"population\"（另有 2 个要素也有\
                错误）；请为每个要素填写 \"population\"，或指定其他字段";
    assert_eq!(zh(error.clone()), said);
    assert_eq!(told_error(&error.clone().into(), Language::English), error.to_string());

    let place = Place { id: Some("m3".into()), ..Place::file("roster.xlsx, sheet \"A\", row 12") };
    let error = InputError::new(place, Fault::DuplicateRow { first: "row 4".into() });
    let said = "roster.xlsx，工作表 \"A\"，第 12 行，id \"m3\"：该 id 已出现在第 4 行；请为每一行给出各自的 id";
    assert_eq!(zh(error), said);

    let missing = std::io::Error::from_raw_os_error(2);
    let error = Error::File { path: "a.csv".into(), source: missing, cure: "name a file".into() };
    assert_eq!(zh(error), "a.csv：没有该文件或文件夹；请指定文件");
}

#[test]
fn what_is_not_known_stays_english_as_a_whole() {
    let half = Error::request("nobody has translated this", "name a file");
    assert_eq!(zh(half), "nobody has translated this; name a file");
    let told = told_refusal("tolerance \"x\" is not LOWER:UPPER; nobody knows", Language::Chinese);
    assert_eq!(told, "tolerance \"x\" is not LOWER:UPPER; nobody knows");
}

#[test]
fn every_kind_of_fault_has_chinese() {
    let text = || "x".to_owned();
    let faults = [
        Fault::NotUtf8 { offset: 3 },
        Fault::NotGeoJson { reason: text() },
        Fault::NotReadable { format: "gzip", reason: text() },
        Fault::Empty,
        Fault::NoGeometry,
        Fault::WrongGeometry { found: text(), expected: "Polygon or MultiPolygon" },
        Fault::BrokenGeometry { reason: "its rings enclose no area".into() },
        Fault::NotLonLat { x: 100.0, y: 10.0 },
        Fault::NotLonLat { x: 10.0, y: 100.0 },
        Fault::UnknownReferenceSystem { crs: text() },
        Fault::OutsideReferenceSystem { x: 1.0, y: 2.0, crs: "EPSG:4547".into() },
        Fault::OutsideReferenceSystem { x: 1.0, y: 2.0, crs: "gcj02".into() },
        Fault::MissingProperty { name: text() },
        Fault::NowhereSaid { name: text() },
        Fault::BadProperty {
            name: text(),
            value: text(),
            expected: "a number of people, 0 or more",
        },
        Fault::DuplicateId { first: 1 },
        Fault::DuplicateRow { first: "line 2".into() },
        Fault::UnknownCommunity { community: text() },
        Fault::ScatteredLock { lock: text(), other: text() },
        Fault::TwoRoles { first: text(), second: text() },
        Fault::OnNoGround,
        Fault::NoBoundary,
        Fault::InNoCommunity,
    ];
    for fault in faults {
        let error = Error::from(InputError::new(Place::file("f"), fault));
        let said = zh_of(&error);
        assert_ne!(said, error.to_string());
        let words =
            |text: &str| text.split(' ').filter(|word| word.len() > 3 && word.is_ascii()).count();
        assert!(words(&said) < 4, "{said}");
    }
}

fn zh_of(error: &Error) -> String {
    told_error(error, Language::Chinese)
}

#[test]
fn names_of_settings_stay_as_they_are_spelt() {
    let reason = r#"there is no setting "gridz"; "grids" is the nearest"#.to_owned();
    let fault = Fault::NotReadable { format: "evengrid.toml", reason };
    let said = zh(InputError::new(Place::file("evengrid.toml"), fault));
    assert!(said.contains(r#"没有设定 "gridz"；最接近的是 "grids""#), "{said}");
}
