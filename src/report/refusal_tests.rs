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
        Fault::LockAcrossCommunities {
            lock: text(),
            community: text(),
            other: text(),
            other_community: text(),
        },
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
fn what_parsers_say_is_told_with_line_and_column() {
    let json = |text: &str| {
        let reason = serde_json::from_str::<serde_json::Value>(text).unwrap_err().to_string();
        zh(InputError::new(Place::file("a.geojson"), Fault::NotGeoJson { reason }))
    };
    for (text, said) in [
        ("{\"a\": 1 \"b\": 2}", "第 1 行第 9 列：此处应为 `,` 或 `}`"),
        ("[1,\n2", "第 2 行第 1 列：列表没有写完，文本就结束了"),
        ("[1, x]", "第 1 行第 5 列：此处应有一个值"),
        ("{} {}", "第 1 行第 4 列：末尾有多余的字符"),
    ] {
        assert!(json(text).contains(said), "{}", json(text));
    }
    let typed = serde_json::from_str::<Vec<usize>>("[1, \"x\"]").unwrap_err().to_string();
    let said = zh(InputError::new(Place::file("a"), Fault::NotGeoJson { reason: typed }));
    assert!(
        said.contains("第 1 行第 7 列：类型不对：这里是字符串 \"x\"，应为不小于 0 的整数"),
        "{said}"
    );

    let read = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("evengrid.toml"), text).unwrap();
        let settings = crate::settings::Settings::default().with_file(folder.path());
        let error = settings.unwrap_err();
        (error.to_string(), zh(error))
    };
    for (text, line, said) in [
        ("grids 3", "at line 1 column 7", "第 1 行第 7 列：名称没有值，此处应为 `=`"),
        ("grids = 3\ngrids = 4", "at line 2 column 1", "第 2 行第 1 列：名称重复"),
        (
            "# 网格\ngrids = \"x\"",
            "at line 2 column 9",
            "第 2 行第 9 列：类型不对：这里是字符串 \"x\"，应为不小于 0 的整数",
        ),
        (
            "grid = 3",
            "at line 1 column 1",
            "第 1 行第 1 列：没有设定 \"grid\"；最接近的是 \"grids\"",
        ),
        ("grids = [1", "at line 1", "数组没有写完"),
    ] {
        let (english, chinese) = read(text);
        assert!(english.contains(line), "{english}");
        assert!(chinese.contains(said), "{chinese}");
    }

    let mut rows = csv::Reader::from_reader("a,b\n1,2,3\n".as_bytes());
    let reason = rows.records().next().unwrap().unwrap_err().to_string();
    let said =
        zh(InputError::new(Place::file("a.csv"), Fault::NotReadable { format: "CSV", reason }));
    assert!(said.contains("第 2 行有 3 个单元格，而前一行有 2 个"), "{said}");
}

#[test]
fn names_of_settings_stay_as_they_are_spelt() {
    let reason = r#"there is no setting "gridz"; "grids" is the nearest"#.to_owned();
    let fault = Fault::NotReadable { format: "evengrid.toml", reason };
    let said = zh(InputError::new(Place::file("evengrid.toml"), fault));
    assert!(said.contains(r#"没有设定 "gridz"；最接近的是 "grids""#), "{said}");
}
