#![allow(clippy::unwrap_used)]

use geo::{Area, Geometry, Intersects, LineString, MultiPolygon};
use proptest::prelude::*;

use crate::error::{Error, Fault};
use crate::ground::coverage::NONE;
use crate::ground::testing::*;
use crate::ground::{Ground, Survey};
use crate::model::City;

fn fault_of(city: &City) -> (String, Fault) {
    match Ground::survey(city).unwrap_err() {
        Error::Input(input) => (input.place.to_string(), input.fault),
        other => panic!("{other}"),
    }
}

proptest! {
    #[test]
    fn twins_are_opposite_and_rings_have_their_ground_on_the_left(tiling in tiling()) {
        let ground = Ground::survey(&tiling.city).unwrap();
        let coverage = &ground.coverage;
        prop_assert_eq!(coverage.len(), tiling.city.units.len());
        prop_assert!(coverage.doubled.is_empty());
        for h in 0..coverage.half_edge_count() {
            let twin = coverage.twins[h];
            if twin != NONE {
                let t = twin as usize;
                prop_assert_eq!(coverage.twins[t] as usize, h);
                prop_assert_eq!(coverage.origin(t), coverage.destination(h));
                prop_assert_eq!(coverage.destination(t), coverage.origin(h));
                prop_assert_eq!(coverage.length_m(t).to_bits(), coverage.length_m(h).to_bits());
            }
        }
        for (cell, unit) in tiling.city.units.iter().enumerate() {
            for ring in coverage.rings(cell) {
                prop_assert!(coverage.signed_area(ring) > 0.0);
            }
            let shape = shape_of(unit);
            prop_assert!(shape.intersects(&coverage.interior_point(cell)));
            // At the equator a degree is 111,320 m east and 110,574 m north.
            let about = shape.unsigned_area() * 111_320.0 * 110_574.0;
            prop_assert!((ground.area_m2[cell] / about - 1.0).abs() < 1e-3);
        }
    }
}

#[test]
fn holes_run_clockwise_and_count_off() {
    let holed = polygon_with_holes(
        &[(0., 0.), (9., 0.), (9., 9.), (0., 9.)],
        &[&[(3., 3.), (6., 3.), (6., 6.), (3., 6.)]],
    );
    let ground = Ground::survey(&city([holed, rectangle(3., 3., 6., 6.)])).unwrap();
    let areas: Vec<f64> =
        ground.coverage.rings(0).map(|r| ground.coverage.signed_area(r)).collect();
    assert!(areas[0] > 0.0 && areas[1] < 0.0);
    assert!((ground.area_m2[0] / ground.area_m2[1] - 8.0).abs() < 1e-6);
    assert_eq!(ground.contiguity.pair_count(), 1);
    // In a hole there is no inside.
    let point = ground.coverage.interior_point(0);
    assert!(!rectangle(3., 3., 6., 6.).intersects(&point));
}

#[test]
fn zero_has_one_sign() {
    let west = polygon(&[(-1., -0.0), (0., -0.0), (0., 1.), (-1., 1.)]);
    let east = polygon(&[(-0.0, 0.0), (1., 0.), (1., 1.), (-0.0, 1.)]);
    assert_eq!(Ground::survey(&city([west, east])).unwrap().contiguity.pair_count(), 1);
}

#[test]
fn no_unit_is_a_fault_of_the_file() {
    assert_eq!(fault_of(&City::default()), ("units.geojson".into(), Fault::Empty));
}

#[test]
fn a_unit_that_is_neither_ground_nor_a_building_is_named() {
    let mut city = city([rectangle(0., 0., 1., 1.)]);
    let hedge = LineString::from(vec![(0.0, 0.0), (1e-3, 0.0)]);
    city.units.push(unit("hedge", Geometry::LineString(hedge)));
    let (place, fault) = fault_of(&city);
    assert_eq!(place, "units.geojson, feature 2 (id \"hedge\")");
    assert!(matches!(fault, Fault::WrongGeometry { found, .. } if found == "LineString"));
}

#[test]
fn a_border_that_crosses_itself_is_broken_where_nothing_is_to_be_repaired() {
    let survey = Survey { repair: false, ..Survey::default() };
    let fault_of = |city: &City| match survey.run(city).unwrap_err() {
        Error::Input(input) => (input.place.to_string(), input.fault),
        other => panic!("{other}"),
    };
    let bow_tie = polygon(&[(0., 0.), (2., 2.), (2., 0.), (0., 3.)]);
    let (_, fault) = fault_of(&city([bow_tie]));
    assert!(matches!(fault, Fault::BrokenGeometry { reason } if reason.contains("crosses")));
    // A hole that crosses the exterior ring.
    let holed = polygon_with_holes(
        &[(0., 0.), (4., 0.), (4., 4.), (0., 4.)],
        &[&[(3., 1.), (5., 1.), (5., 2.), (3., 2.)]],
    );
    assert!(matches!(fault_of(&city([holed])).1, Fault::BrokenGeometry { .. }));
}

#[test]
fn a_ring_that_touches_itself_is_not_broken() {
    let pinched = polygon(&[(0., 0.), (2., 0.), (1., 1.), (2., 2.), (0., 2.), (1., 1.)]);
    let ground = Ground::survey(&city([pinched])).unwrap();
    let zones = ground.dissolve(&[0], 1);
    assert_eq!(zones[0].shape.0.len(), 2);
}

#[test]
fn a_unit_without_ground_is_broken_but_a_stray_ring_is_only_counted() {
    let flat = polygon(&[(0., 0.), (1., 1.), (2., 2.)]);
    assert!(matches!(fault_of(&city([flat.clone()])).1, Fault::BrokenGeometry { .. }));
    let point = polygon(&[(0., 0.), (0., 0.), (0., 0.)]);
    assert!(matches!(fault_of(&city([point.clone()])).1, Fault::BrokenGeometry { .. }));

    let parts = MultiPolygon::new(vec![flat, rectangle(5., 5., 6., 6.), point]);
    let ground = Ground::survey(&city([parts])).unwrap();
    let finding = ground.findings.iter().find(|f| f.kind == "collapsed-rings").unwrap();
    assert_eq!((finding.count, &finding.examples[..]), (2, &["0".to_owned()][..]));
    assert_eq!(ground.coverage.half_edge_count(), 4);
}

#[test]
fn coordinates_that_are_no_degrees_are_named() {
    let metres = rectangle(500_000_000., 0., 500_001_000., 1.);
    assert!(matches!(fault_of(&city([metres])).1, Fault::NotLonLat { .. }));
    let nan = polygon(&[(0., 0.), (f64::NAN, 0.), (1., 1.)]);
    assert!(matches!(fault_of(&city([nan])).1, Fault::NotLonLat { .. }));
}
