#![allow(clippy::unwrap_used)]

use geo::{Geometry, polygon};
use serde_json::Value;

use super::*;
use crate::ground::Ground;
use crate::model::{City, Community, Officer, Station, Unit};
use crate::organise::Register;
use crate::plan::{Divide, Plan, Promise, Violation};

const HOSTILE: &str = "</script><script>alert(1)</script><!-- \"' & \u{2028}\u{2029} {{data}} 社区";

/// A street of `n` square units of 100 people, with a name that wants to break out.
fn street(n: usize, name: &str) -> (City, Plan) {
    let unit = |i: usize| {
        let [x, end] = [i, i + 1].map(|i| 102.0 + 0.001 * i as f64);
        let shape =
            polygon![(x: x, y: 38.0), (x: end, y: 38.0), (x: end, y: 38.001), (x: x, y: 38.001)];
        Unit {
            id: format!("u{i}"),
            population: 100.0,
            households: None,
            community: Some(0),
            estate: None,
            lock: None,
            shape: Geometry::Polygon(shape),
        }
    };
    let city = City {
        name: name.into(),
        communities: vec![Community {
            id: name.into(),
            name: name.into(),
            subdistrict: Some(name.into()),
            grids: None,
            boundary: None,
        }],
        units: (0..n).map(unit).collect(),
        officers: vec![Officer {
            id: name.into(),
            position: geo::Point::new(102.0, 38.0),
            prefers: vec![],
            avoids: vec![],
            skills: vec![],
        }],
        stations: vec![Station {
            id: name.into(),
            position: geo::Point::new(102.0, 38.0),
            kind: Some(name.into()),
            capacity: None,
            status: Default::default(),
        }],
        modelled: vec![name.into()],
        ..City::default()
    };
    let ground = Ground::survey(&city).unwrap();
    let mut plan = Divide::into_grids_of(200.0).run(&city, &ground).unwrap();
    plan.violations.push(Violation {
        grid: plan.grids[0].code.clone(),
        community: name.into(),
        promise: Promise::Population,
        field: None,
        value: 200.0,
        limit: 210.0,
        unavoidable: false,
        reason: name.into(),
    });
    (city, plan)
}

/// The page of a plan with the ground of its units.
fn page(city: &City, plan: &Plan) -> String {
    let register = Register::from_records(Vec::new());
    map_html(&Exhibit::new(city, plan, &register).on(&Ground::survey(city).unwrap()))
}

/// The text of the page's data element.
fn data_of(html: &str) -> &str {
    let opening = "<script id=\"data\" type=\"application/json\">";
    let from = html.find(opening).unwrap() + opening.len();
    &html[from..from + html[from..].find("</script>").unwrap()]
}

#[test]
fn the_data_holds_every_grid_and_adds_up() {
    let (city, plan) = street(6, "Bell Street");
    let html = page(&city, &plan);
    let data: Value = serde_json::from_str(data_of(&html)).unwrap();
    let grids = data["grids"].as_array().unwrap();
    assert_eq!(grids.len(), 3);
    let people: f64 = grids.iter().map(|g| g["population"].as_f64().unwrap()).sum();
    assert_eq!(people, 600.0);
    for (grid, planned) in grids.iter().zip(&plan.grids) {
        assert_eq!(grid["grid"], planned.code.as_str());
    }
    assert_eq!(grids[0]["violations"][0]["promise"], "population");
    assert_eq!(data["has_units"], true);
    // Six squares in a row: five sides in common, and of the others two arcs in the middle, one at either end.
    assert_eq!(data["arcs"].as_array().unwrap().len(), 15);
    let grids_of_cells = data["cells"]["grid"].as_array().unwrap();
    for (cell, grid) in grids_of_cells.iter().zip(&plan.grid_of_unit) {
        assert_eq!(cell.as_u64().unwrap(), u64::from(*grid));
    }
    assert_eq!(data["units"]["id"].as_array().unwrap().len(), 6);
}

#[test]
fn too_much_ground_is_left_out() {
    let (city, plan) = street(2, "Bell Street");
    let register = Register::from_records(Vec::new());
    let mut exhibit = Exhibit::new(&city, &plan, &register).on(&Ground::survey(&city).unwrap());
    // Both units have the same two million vertices between them.
    let shared =
        (0..2_000_000).map(|i| (102.001 + 1e-6 * f64::from(i % 2), 38.0 + 5e-10 * f64::from(i)));
    let mut ring: Vec<(f64, f64)> = shared.collect();
    ring.push((102.0, 38.001));
    exhibit.pieces.as_mut().unwrap().shapes[0] = geo::Polygon::new(ring.into(), vec![]).into();
    let html = map_html(&exhibit);
    let data: Value = serde_json::from_str(data_of(&html)).unwrap();
    assert_eq!(data["has_units"], false);
    assert_eq!(data["cells"]["grid"].as_array().unwrap().len(), plan.grids.len());
    assert!(html.len() < 1_000_000, "{} bytes", html.len());
}

#[test]
fn hostile_names_are_data_and_nothing_else() {
    let (city, plan) = street(4, HOSTILE);
    let html = page(&city, &plan);
    let data: Value = serde_json::from_str(data_of(&html)).unwrap();
    assert_eq!(data["city"], HOSTILE);
    assert_eq!(data["communities"][0]["name"], HOSTILE);
    assert_eq!(data["modelled"][0], HOSTILE);
    assert!(!data_of(&html).contains('<'));
    assert!(!html.contains("alert(1)</script>"));
    assert!(!html.contains(['\u{2028}', '\u{2029}']) || html.matches('\u{2028}').count() == 1);
    // Opening and closing tags of the template, no more.
    let (plain, plain_plan) = street(4, "Bell Street");
    let tags = |page: &str| {
        ["<script", "</script", "<style", "<!--", "-->"].map(|t| page.matches(t).count())
    };
    assert_eq!(tags(&html), tags(&page(&plain, &plain_plan)));
}

#[test]
fn the_page_asks_no_host_for_anything() {
    let (city, plan) = street(2, "Bell Street");
    let html = page(&city, &plan);
    assert!(html.contains("default-src 'none'"));
    for load in [
        "src=\"",
        "src='",
        "<link",
        "<iframe",
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "sourceMappingURL",
    ] {
        assert!(!html.contains(load), "{load} in the page");
    }
    assert!(!include_str!("assets/leaflet/leaflet.css").contains("url("));
    assert!(!include_str!("assets/map/map.css").contains("url("));
    // What names a host is a namespace, a licence or a comment, and the one link of Leaflet's
    // attribution, which is switched off.
    let script = SCRIPTS.concat();
    assert!(!script.contains("http:") && !script.contains("https:"));
    assert!(script.contains("attributionControl: false"));
}

#[test]
fn texts_go_into_the_page_as_text() {
    let script = SCRIPTS.concat();
    for door in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!script.contains(door), "{door} in a script");
    }
}

#[test]
fn every_word_is_said_in_both_languages() {
    let words = include_str!("assets/map/words.js");
    let (english, chinese) = words.split_once("zh: {").unwrap();
    let keys = |part: &str| -> Vec<String> {
        let entries = part.lines().filter(|line| line.starts_with("    "));
        entries.filter_map(|line| Some(line.trim().split_once(':')?.0.to_owned())).collect()
    };
    assert!(keys(english).len() > 40);
    assert_eq!(keys(english), keys(chinese));
}

#[test]
fn a_template_is_filled_once() {
    let filled = fill("a {{x}} b {{y}} c {{none}}!", &[("x", "{{y}}"), ("y", "2")]);
    assert_eq!(filled, "a {{y}} b 2 c !");
}

#[test]
fn same_plan_same_bytes() {
    let (city, plan) = street(9, "Bell Street");
    assert_eq!(page(&city, &plan), page(&city, &plan));
}

#[test]
fn the_report_holds_hostile_names_as_text_and_asks_nobody() {
    let (city, plan) = street(4, HOSTILE);
    let register = Register::from_records(Vec::new());
    let html = crate::report::report_html(&Exhibit::new(&city, &plan, &register));
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert!(!html.contains("<script>alert") && html.contains("default-src 'none'"));
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("http:") && !html.contains("https:"), "no host");
    assert!(plan.violations[0].grid.ends_with("社区001") && html.contains("社区001"));
    let nan = html.find("NaN").map(|at| &html[at.saturating_sub(100)..at + 50]);
    assert_eq!(nan, None);
}

#[test]
fn the_report_says_why_there_is_no_audit() {
    let (city, plan) = street(4, "Bell Street");
    let register = Register::from_records(Vec::new());
    let fault = Some("no extent <b>at all".to_owned());
    let exhibit = Exhibit { audit_fault: fault, ..Exhibit::new(&city, &plan, &register) };
    let html = crate::report::report_html(&exhibit);
    assert!(html.contains("could not be made: no extent &lt;b&gt;at all"), "{html}");
    assert!(!html.contains("for a city of this size"));
}
