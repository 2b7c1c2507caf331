use super::*;

fn units(properties: &[&str]) -> FeatureText {
    let feature = |p: &&str| {
        format!(
            r#"{{"type":"Feature","properties":{p},"geometry":{{"type":"Point","coordinates":[1,2]}}}}"#
        )
    };
    let features: Vec<String> = properties.iter().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    FeatureText::parse("units.geojson", text).unwrap()
}

fn written(text: &FeatureText) -> String {
    let mut out = Vec::new();
    text.write_with(&mut out, |unit| vec![("grid", (unit + 1).into())]).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn names_of_persons_are_known_in_both_languages() {
    for name in [
        "phone",
        "Phone_2",
        "contact:phone",
        "ID card",
        "id_card",
        "户主",
        "手机号码",
        "联系电话1",
        "OWNER",
    ] {
        assert!(is_personal(name), "{name}");
    }
    for name in [
        "name",
        "id",
        "population",
        "地址",
        "小区名称",
        "ownership",
        "contacts_per_day",
        "楼号",
        "telecom",
    ] {
        assert!(!is_personal(name), "{name}");
    }
}

#[test]
fn what_tells_of_persons_is_left_out_counted_and_kept_by_name() {
    let rows = [
        r#"{"id":"a", "name" : "Tower 1", "phone":"139", "户主":"王"}"#,
        r#"{"id":"b","name":"Tower 2"}"#,
        r#"{"phone":"138"}"#,
    ];
    let mut text = units(&rows);
    let told = leave_out(&mut text, &ReadOptions::default()).remove(0);
    assert_eq!((told.count, &told.examples[..]), (2, &["phone".to_owned(), "户主".into()][..]));
    let out = written(&text);
    assert!(!out.contains("139") && !out.contains("138") && !out.contains("王"), "{out}");
    assert!(out.contains(r#"{"id": "a", "name": "Tower 1", "grid": 1}"#), "{out}");
    assert!(out.contains(r#"{"id":"b","name":"Tower 2", "grid": 2}"#), "{out}");
    assert!(out.contains(r#"{"grid": 3}"#), "{out}");
    assert!(!format!("{:?}", text.labels()).contains("139"));

    let mut text = units(&rows);
    let options = ReadOptions { keep: vec!["phone".into()], ..ReadOptions::default() };
    assert_eq!(leave_out(&mut text, &options).remove(0).examples, ["户主"]);
    let out = written(&text);
    assert!(out.contains("139") && out.contains("138") && !out.contains("王"), "{out}");

    // What is named for another purpose is wanted.
    let mut text = units(&rows);
    let options = ReadOptions { id_field: "phone".into(), ..options };
    assert_eq!(leave_out(&mut text, &options).remove(0).examples, ["户主"]);
}

#[test]
fn without_persons_every_byte_stays() {
    let rows = [r#"{ "id":"a",  "n\u0061me":"x" }"#, "null"];
    let (mut text, before) = (units(&rows), units(&rows));
    assert_eq!(leave_out(&mut text, &ReadOptions::default()), []);
    assert_eq!(written(&text), written(&before));
}

#[test]
fn names_tell_of_persons_in_many_ways_and_counts_do_not() {
    for name in ["户主电话", "联系方式", "住户姓名", "owner_phone", "householder_name", "出生年月"]
    {
        assert!(is_personal(name), "{name}");
    }
    for name in
        ["租户数", "业主委员会", "出生率", "owner_occupied", "phone_count", "name", "households"]
    {
        assert!(!is_personal(name), "{name}");
    }
}

#[test]
fn a_name_to_keep_that_no_unit_has_is_told() {
    let rows = [r#"{"id":"a","phone":"139"}"#];
    let options = ReadOptions { keep: vec!["Phone".into()], ..ReadOptions::default() };
    let told = leave_out(&mut units(&rows), &options);
    let kinds: Vec<_> = told.iter().map(|finding| finding.kind.as_str()).collect();
    assert_eq!(kinds, ["personal-fields", "fields-not-found"]);
    assert_eq!(told[1].examples, ["Phone"]);
}
