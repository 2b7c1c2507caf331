#![allow(clippy::unwrap_used)]

use geo::MultiPolygon;
use proptest::prelude::*;

use crate::error::Finding;
use crate::ground::testing::*;
use crate::ground::{Survey, UnitKind};
use crate::model::City;

fn findings(city: &City) -> Vec<Finding> {
    let survey = Survey { repair: false, units: UnitKind::Ground, ..Survey::default() };
    survey.run(city).unwrap().findings
}

fn kinds(city: &City) -> Vec<String> {
    findings(city).into_iter().map(|f| f.kind).collect()
}

proptest! {
    #[test]
    fn a_clean_tiling_has_no_faulty_border(tiling in tiling()) {
        for kind in kinds(&tiling.city) {
            prop_assert!(kind == "holes" || kind == "islands", "{}", kind);
        }
    }
}

#[test]
fn a_vertex_along_a_border_that_lacks_it_is_told() {
    let wide = rectangle(0., 0., 2., 1.);
    let (left, right) = (rectangle(0., 1., 1., 2.), rectangle(1., 1., 2., 2.));
    let found = findings(&city([wide, left, right]));
    let unnoded = found.iter().find(|f| f.kind == "borders-not-noded").unwrap();
    assert_eq!((unnoded.count, unnoded.examples.len()), (3, 3));
    assert!(!found.iter().any(|f| f.kind == "overlaps"));
}

#[test]
fn borders_a_hand_apart_are_told_and_those_a_metre_apart_are_not() {
    // A step is 111 m.
    let with_gap = |steps: f64| {
        kinds(&city([rectangle(0., 0., 1., 1.), rectangle(1. + steps, -0.5, 2., 0.5)]))
    };
    assert!(with_gap(0.05 / 111.0).contains(&"borders-not-noded".to_owned()));
    let level = kinds(&city([rectangle(0., 0., 1., 1.), rectangle(1. + 0.05 / 111.0, 0., 2., 1.)]));
    assert!(level.contains(&"borders-not-noded".to_owned()));
    assert_eq!(with_gap(1.0 / 111.0), ["islands"]);
}

#[test]
fn overlaps_are_told_whether_borders_cross_or_coincide() {
    let base = rectangle(0., 0., 2., 2.);
    for other in [rectangle(1., 1., 3., 3.), base.clone()] {
        let found = findings(&city([base.clone(), other]));
        assert_eq!(found.iter().find(|f| f.kind == "overlaps").unwrap().count, 2);
    }
}

#[test]
fn a_unit_inside_another_is_told() {
    let inner = rectangle(3., 3., 4., 4.);
    let found = findings(&city([rectangle(0., 0., 9., 9.), inner.clone()]));
    assert_eq!(found.iter().find(|f| f.kind == "nested-units").unwrap().examples, ["1"]);
    // In a hole there is room.
    let frame = [(0., 0.), (9., 0.), (9., 9.), (0., 9.)];
    let hole = [(2., 2.), (6., 2.), (6., 6.), (2., 6.)];
    let roomy = city([polygon_with_holes(&frame, &[&hole]), inner]);
    assert!(!kinds(&roomy).contains(&"nested-units".to_owned()));
}

#[test]
fn holes_and_slivers_are_told_apart() {
    let around = |inner: &[(f64, f64)]| {
        let frame = [(0., 0.), (9., 0.), (9., 9.), (0., 9.)];
        kinds(&city([polygon_with_holes(&frame, &[inner])]))
    };
    assert_eq!(around(&[(3., 3.), (6., 3.), (6., 6.), (3., 6.)]), ["holes"]);
    assert_eq!(around(&[(3., 3.), (6., 3.), (6., 3.0005)]), ["slivers"]);
}

#[test]
fn communities_are_compared_with_their_units() {
    let mut city = city([rectangle(0., 0., 1., 1.), rectangle(4., 0., 5., 1.)]);
    city.communities = vec![
        community("fits", Some(rectangle(0., 0., 1., 1.).into())),
        community("wide", Some(rectangle(3., 0., 6., 3.).into())),
        community("empty", Some(rectangle(7., 0., 8., 1.).into())),
    ];
    let found = findings(&city);
    let bare = found.iter().find(|f| f.kind == "uncovered-ground").unwrap();
    assert_eq!(bare.examples, ["wide"]);
    let empty = found.iter().find(|f| f.kind == "empty-communities").unwrap();
    assert_eq!(empty.examples, ["empty"]);

    city.communities[1].boundary = Some(rectangle(4.2, 0.2, 4.8, 0.8).into());
    assert!(kinds(&city).contains(&"ground-beyond-boundary".to_owned()));
    city.communities[1].boundary =
        Some(MultiPolygon::new(vec![rectangle(4., 0., 4.5, 1.), rectangle(4.5, 0., 5., 1.)]));
    assert_eq!(kinds(&city), ["empty-communities"]);
}

#[test]
fn ground_left_bare_and_ground_beyond_do_not_cancel() {
    // A boundary drawn a fifth of a unit too far east: as much is bare as lies beyond.
    let mut city = city([rectangle(0., 0., 1., 1.), rectangle(1., 0., 2., 1.)]);
    city.communities = vec![community("shifted", Some(rectangle(0.2, 0., 2.2, 1.).into()))];
    let found = findings(&city);
    for kind in ["uncovered-ground", "ground-beyond-boundary"] {
        let told = found.iter().find(|f| f.kind == kind).unwrap();
        assert_eq!(told.examples, ["shifted"], "{kind}");
        // A fifth of 111 m by 111 m.
        let area: f64 =
            told.message.split(['(', ' ']).filter_map(|w| w.parse().ok()).next_back().unwrap();
        assert!((2_400.0..2_530.0).contains(&area), "{}", told.message);
    }
    // Mended, the bare ground is open ground.
    let survey = Survey { units: UnitKind::Ground, ..Survey::default() };
    let ground = survey.run(&city).unwrap();
    assert_eq!(ground.community_of_cell, [0, 0, 0]);
}
