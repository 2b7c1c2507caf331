#![allow(clippy::unwrap_used)]

use geo::{Geometry, polygon};

use super::*;
use crate::ground::Ground;
use crate::model::{Community, Unit};
use crate::plan::Divide;

/// A board of `side` × `side` units, a community for each half.
fn board(side: usize, name: &str) -> (City, Plan) {
    let unit = |i: usize| {
        let [x, east] = [i % side, i % side + 1].map(|i| 0.001 * i as f64);
        let [y, north] = [i / side, i / side + 1].map(|i| 0.001 * i as f64);
        let shape = polygon![(x: x, y: y), (x: east, y: y), (x: east, y: north), (x: x, y: north)];
        Unit {
            id: i.to_string(),
            population: 10.0,
            households: None,
            community: Some(usize::from(i >= side * side / 2)),
            estate: None,
            lock: None,
            shape: Geometry::Polygon(shape),
        }
    };
    let community = |id: &str| Community {
        id: id.into(),
        name: id.into(),
        subdistrict: None,
        grids: None,
        boundary: None,
    };
    let city = City {
        name: name.into(),
        communities: vec![community("a"), community("b")],
        units: (0..side * side).map(unit).collect(),
        modelled: vec!["all of it <modelled>; not real data ".repeat(12)],
        ..City::default()
    };
    let plan = Divide::into_grids(8).run(&city, &Ground::survey(&city).unwrap()).unwrap();
    (city, plan)
}

/// Whether tags open and close in pairs and every `&` begins a known entity.
fn well_formed(svg: &str) -> bool {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        let entities = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        let sound =
            |part: &str| part.split('&').skip(1).all(|e| entities.iter().any(|k| e.starts_with(k)));
        if !sound(text) || !sound(tag) || !tag.matches('"').count().is_multiple_of(2) {
            return false;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    open.is_empty()
}

#[test]
fn the_picture_is_well_formed_whatever_the_names() {
    let (city, plan) = board(8, "<b>\"A & B\"</b> 'x' ]]> \u{1}");
    let svg = map_svg(&city, &plan, 800, Language::English);
    assert!(well_formed(&svg));
    assert!(svg.contains("&lt;b&gt;") && svg.contains("&lt;modelled&gt;"));
    assert!(!svg.contains('\u{1}'));
    assert_eq!(svg.matches("http").count(), 1, "only the name space");
}

#[test]
fn every_grid_is_painted_once() {
    let (city, plan) = board(8, "board");
    let svg = map_svg(&city, &plan, 800, Language::English);
    let fills = svg.lines().filter(|line| line.starts_with("<path fill=\"#"));
    let rings: usize = fills.map(|line| line.matches('z').count()).sum();
    let drawn: usize =
        plan.grids.iter().flat_map(|g| g.shape.iter()).map(|p| 1 + p.interiors().len()).sum();
    assert_eq!(rings, drawn);
}

#[test]
fn a_plan_of_nothing_is_still_a_picture() {
    let (mut city, mut plan) = board(4, "");
    plan.grids.clear();
    plan.communities.clear();
    city.modelled.clear();
    let svg = map_svg(&city, &plan, 1, Language::Chinese);
    assert!(well_formed(&svg));
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

#[test]
fn numbers_are_short() {
    let shown: Vec<String> = [-5, 5, 0, 120, -34].map(|t| Tenths(t).to_string()).into();
    assert_eq!(shown, ["-.5", ".5", "0", "12", "-3.4"]);
    assert_eq!(path(&[[0, 0], [10, -5], [10, 20]], true), "M0 0l1-.5 0 2.5z");
    assert_eq!(thousands(1_234_567.0), "1,234,567");
    assert_eq!(thousands(999.0), "999");
}

#[test]
fn folder_names_become_titles() {
    assert_eq!(title("buenos-aires"), "Buenos Aires");
    assert_eq!(title("Le Havre"), "Le Havre");
    assert_eq!(title("金昌"), "金昌");
}
