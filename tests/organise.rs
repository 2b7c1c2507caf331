//! Organising a planned city by the command line, judged from its files.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{features, text};
use serde_json::Value;

const JINCHANG: &str = "examples/data/jinchang";

fn evengrid(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_evengrid"))
        .env("LC_ALL", "C")
        .args(arguments)
        .output()
        .unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), said(output.stdout), said(output.stderr))
}

fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn jinchang_is_organised_on_five_levels() {
    let place = tempfile::tempdir().unwrap();
    let (plan, out) = (place.path().join("plan"), place.path().join("structure"));
    let [plan_dir, out_dir] = [&plan, &out].map(|path| path.to_str().unwrap());
    let asked = ["--grids", "463", "--places", "659", "--effort", "fast", "--quiet"];
    evengrid(&[&["plan", JINCHANG, "-o", plan_dir][..], &asked].concat());
    let (code, said, message) =
        evengrid(&["organise", JINCHANG, plan_dir, "-o", out_dir, "--json"]);
    assert_eq!(code, 1, "posts are vacant: {message}");
    let record: Value = serde_json::from_str(&said).unwrap();
    let figures: BTreeMap<&str, u64> = record["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["name"].as_str().unwrap(), f["value"].as_u64().unwrap()))
        .collect();
    assert_eq!(figures["community_committees"], 26);
    assert_eq!(figures["grids"], 463);
    assert_eq!(figures["central_households"], 659);
    assert_eq!(figures["members"], 9_513);
    assert_eq!(figures["community_worker"], 400);
    assert_eq!((figures["volunteer_team"], figures["temporary_branch"]), (436, 21));
    assert_eq!(figures["leaders"] + figures["members_without_post"], 9_513);
    assert_eq!(
        figures["leaders"] + figures["leaders_wanted"],
        table(&out.join("vacancies.csv")).iter().filter(|v| v["role"].ends_with("-leader")).count()
            as u64
            + table(&out.join("people.csv"))
                .iter()
                .filter(|p| p["role"].ends_with("-leader"))
                .count() as u64
    );

    // The tree: codes grow by level, every unit and every grid stands once.
    let text = fs::read_to_string(out.join("structure.json")).unwrap();
    let tree: Value = serde_json::from_str(&text).unwrap();
    let (mut codes, mut units, mut doorways) = (BTreeSet::new(), BTreeSet::new(), 0);
    let list = |node: &Value, name: &str| node[name].as_array().unwrap().clone();
    let code = |node: &Value, name: &str| node[name].as_str().unwrap().to_owned();
    for community in list(&tree, "communities") {
        let above = code(&community, "community");
        for grid in list(&community, "grids") {
            let own = code(&grid, "grid");
            assert!(own.starts_with(&above) && own.len() == 15);
            for group in list(&grid, "building_groups") {
                let below = code(&group, "building_group");
                assert!(below.starts_with(&own) && below.len() == 17);
                for doorway in list(&group, "doorways") {
                    doorways += 1;
                    let last = code(&doorway, "doorway");
                    assert!(last.starts_with(&below) && last.len() == 19 && codes.insert(last));
                    units.extend(
                        list(&doorway, "units").iter().map(|u| u.as_str().unwrap().to_owned()),
                    );
                }
                assert!(codes.insert(below));
            }
            assert!(codes.insert(own));
        }
        for branch in list(&community, "branches") {
            assert!(branch["full"].as_u64().unwrap() >= 3);
            let members: u64 =
                list(&branch, "groups").iter().map(|g| g["members"].as_u64().unwrap()).sum();
            assert!(members == 0 || members == branch["members"].as_u64().unwrap());
        }
    }
    assert_eq!(doorways, figures["contact_groups"]);
    let inhabited = features(&plan.join("units.geojson"));
    let inhabited: BTreeSet<String> = inhabited
        .iter()
        .filter(|unit| common::number(unit, "households") > 0.0)
        .map(|unit| common::text(unit, "id"))
        .collect();
    assert_eq!(units, inhabited);

    // People: nobody holds two posts of the roster; leaders live in the grid they lead in.
    let people = table(&out.join("people.csv"));
    let roster: Vec<&str> =
        people.iter().map(|p| p["person"].as_str()).filter(|p| p.starts_with('w')).collect();
    assert_eq!(roster.iter().collect::<BTreeSet<_>>().len(), roster.len());
    let grid_of: HashMap<String, String> = table(&out.join("households.csv"))
        .into_iter()
        .map(|row| (row["household"].clone(), row["grid"].clone()))
        .collect();
    let size: HashMap<String, f64> = features(&Path::new(JINCHANG).join("members.geojson.gz"))
        .iter()
        .map(|member| (text_of(member), common::number(member, "members")))
        .collect();
    let mut leads: HashMap<&str, f64> = HashMap::new();
    for leader in people.iter().filter(|p| p["role"].ends_with("-leader")) {
        assert!(leader["serves"].starts_with(&grid_of[&leader["person"]]));
        *leads.entry(&leader["person"]).or_insert(0.0) += 1.0;
    }
    assert!(leads.iter().all(|(household, n)| *n <= size[*household]));
    assert!(
        features(&out.join("building_groups.geojson")).len() as u64 == figures["building_groups"]
    );

    // Same bytes on another number of threads, and nothing is replaced unasked.
    let again = place.path().join("again");
    let arguments = ["organise", JINCHANG, plan_dir, "-o", again.to_str().unwrap()];
    evengrid(&[&arguments[..], &["--threads", "1", "--quiet"]].concat());
    for file in ["structure.json", "people.csv", "households.csv", "teams.csv", "vacancies.csv"] {
        let read = |folder: &Path| fs::read(folder.join(file)).unwrap();
        assert!(read(&out) == read(&again), "{file} differs");
    }
    let (code, _, message) = evengrid(&arguments);
    assert_eq!(code, 2, "{message}");
    let (code, _, message) = evengrid(&[&arguments[..], &["--force"]].concat());
    assert_eq!(code, 1, "{message}");
}

fn text_of(feature: &geojson::Feature) -> String {
    text(feature, "id")
}

#[test]
fn roles_are_printed_and_read_back() {
    let (code, said, _) = evengrid(&["organise", "--print-roles"]);
    assert_eq!(code, 0);
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("roles.toml");
    fs::write(&file, said.replace("total = 400", "total = \"many\"")).unwrap();
    let out = place.path().join("out");
    let [file, out] = [&file, &out].map(|path| path.to_str().unwrap());
    let (code, _, message) =
        evengrid(&["organise", JINCHANG, "nowhere", "-o", out, "--roles", file]);
    assert_eq!(code, 2);
    assert!(message.contains("roles.toml, line") && message.contains("--print-roles"), "{message}");
}

/// A street of square blocks from west to east, a folder that `evengrid plan` reads. Blocks have a
/// community, people, households and members, who live in one household in the middle.
fn street(folder: &Path, blocks: &[(&str, u32, u32, u32)]) {
    let (mut units, mut members) = (Vec::new(), Vec::new());
    for (i, (community, people, households, own)) in blocks.iter().enumerate() {
        let west = 102.18 + 0.001 * i as f64;
        let (east, south, north) = (102.18 + 0.001 * (i + 1) as f64, 38.5, 38.501);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        units.push(serde_json::json!({
            "type": "Feature",
            "properties": {"id": format!("u{i}"), "community": community, "population": people,
                           "households": households},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }));
        if *own > 0 {
            members.push(serde_json::json!({
                "type": "Feature",
                "properties": {"id": format!("m{i}"), "members": own},
                "geometry": {"type": "Point", "coordinates": [west + 0.0005, 38.5005]},
            }));
        }
    }
    fs::create_dir_all(folder).unwrap();
    for (name, features) in [("units", units), ("members", members)] {
        let layer = serde_json::json!({"type": "FeatureCollection", "features": features});
        fs::write(folder.join(format!("{name}.geojson")), layer.to_string()).unwrap();
    }
}

fn kinds(record: &Value) -> Vec<(String, u64)> {
    let findings = record["findings"].as_array().unwrap().iter();
    let kind = |f: &Value| (f["kind"].as_str().unwrap().to_owned(), f["count"].as_u64().unwrap());
    findings.map(kind).collect()
}

#[test]
fn what_a_small_city_comes_to_and_what_is_met() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let [city, plan, out] = ["city", "plan", "out"].map(path);
    let (first, second) = ("620302001001", "620302001002");
    let blocks = [(first, 150, 50, 13), (first, 150, 50, 13), (first, 150, 50, 13)];
    let empty = (first, 0, 0, 5);
    street(
        &place.path().join("city"),
        &[&blocks[..], &[empty, (second, 150, 50, 0), (second, 150, 50, 0)]].concat(),
    );
    let (code, _, message) =
        evengrid(&["plan", &city, "-o", &plan, "--grids", "2", "--effort", "fast", "-q"]);
    assert!(code <= 1, "{message}");
    let organised = |more: &[&str]| -> Value {
        let arguments = ["organise", &city, &plan, "-o", &out, "--force", "--json"];
        let (code, said, message) = evengrid(&[&arguments[..], more].concat());
        assert!(code <= 1, "{message}");
        serde_json::from_str(&said).unwrap()
    };

    // The limit of party groups is kept with a group more than members alone would need; a community
    // without members has neither branch nor committee; every household is listed.
    let record = organised(&[]);
    let figure = |name: &str| {
        let figures = record["figures"].as_array().unwrap();
        figures.iter().find(|f| f["name"] == name).unwrap()["value"].as_u64().unwrap()
    };
    assert_eq!((figure("community_committees"), figure("branches")), (1, 1));
    assert_eq!((figure("party_groups"), figure("people_without_post")), (3, 0));
    let met = kinds(&record);
    assert!(met.contains(&("members-without-doorway".into(), 1)), "{met:?}");
    assert!(!met.iter().any(|(kind, _)| kind.starts_with("party-groups")), "{met:?}");
    let households = table(&Path::new(&out).join("households.csv"));
    let empty = households.iter().find(|row| row["household"] == "m3").unwrap();
    assert_eq!((households.len(), empty["code"].as_str()), (4, ""));
    assert_eq!(empty["grid"], "620302001001001");

    // A limit that no cut keeps is told with the branch and by how much.
    let record = organised(&["--group-above", "8"]);
    let findings = record["findings"].as_array().unwrap();
    let above = findings.iter().find(|f| f["kind"] == "party-groups-of-one-building-group");
    let text = above.unwrap()["examples"][0].as_str().unwrap().to_owned();
    assert_eq!(text, "B620302001001001-1: 13 (+5)");

    // One bad cell leaves the others; it is named. A name that is no figure is, too.
    let (measures, beside) = (path("m.csv"), path("b.toml"));
    fs::write(&measures, "unit,population,note\nu0,7,a\nu1,n/a,b\nu4,9,c\n").unwrap();
    fs::write(&beside, "grids = 2\nmoons = 1\n").unwrap();
    let record = organised(&["--measures", &measures, "--beside", &beside]);
    let met = kinds(&record);
    assert!(met.contains(&("measures-unreadable".into(), 1)), "{met:?}");
    assert!(met.contains(&("figures-unknown".into(), 1)), "{met:?}");
    let named = record["findings"].to_string();
    assert!(named.contains("m.csv, line 3: population = n/a"), "{named}");
    let workload = table(&Path::new(&out).join("grids.csv"));
    let area = 2.0; // area_hectares, about 0.97 for each block
    let people: Vec<f64> = workload.iter().map(|row| row["workload"].parse().unwrap()).collect();
    assert!((people[0] - 7.0 - 4.0 * 0.97 * area).abs() < 0.5, "{people:?}");
    assert!((people[1] - 9.0 - 2.0 * 0.97 * area).abs() < 0.5, "{people:?}");

    // People who came after the plan was made.
    let units = place.path().join("city/units.geojson");
    let text = fs::read_to_string(&units).unwrap();
    fs::write(&units, text.replacen("\"population\":150", "\"population\":650", 1)).unwrap();
    let met = kinds(&organised(&[]));
    assert!(met.contains(&("people-changed".into(), 1)), "{met:?}");
}

#[test]
fn numbers_beyond_reason_are_refused_with_their_name() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let [city, plan, out, roles] = ["city", "plan", "out", "roles.toml"].map(path);
    street(&place.path().join("city"), &[("620302001001", 150, 50, 4_000_000_000)]);
    let planned = ["plan", &city, "-o", &plan, "--grids", "1", "-q"];
    let (code, _, message) = evengrid(&planned);
    assert!(code == 2 && message.contains("\"members\" is 4000000000"), "{message}");
    street(&place.path().join("city"), &[("620302001001", 150, 50, 1_000_000)]);
    assert!(evengrid(&planned).0 <= 1);
    for (role, said) in [
        ("serves = \"community\"\ncount = 9223372036854775807", "\"count\" is 9223372036854775807"),
        ("serves = \"community\"\ntotal = 99999999999", "\"total\" is 99999999999"),
        ("serves = \"people\"\neach = 1", ""),
        ("serves = \"grid\"\ntotal = 4", "\"total\" goes with"),
        ("serves = \"community\"\ntotal = 4\ncount = 2", "\"total\" and \"count\""),
    ] {
        fs::write(&roles, format!("[[role]]\nid = \"a\"\n{role}\n")).unwrap();
        let arguments = ["organise", &city, &plan, "-o", &out, "--roles", &roles, "--force", "-q"];
        let (code, _, message) = evengrid(&arguments);
        assert_eq!(code == 2, !said.is_empty(), "{role}: {message}");
        assert!(message.contains(said), "{role}: {message}");
    }
}
