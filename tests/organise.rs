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
