#![allow(clippy::unwrap_used)]

use geo::{LineString, MultiLineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::ground::testing::*;
use crate::model::Barrier;

/// Metres of a step from west to east, and from south to north.
const EAST_M: f64 = 111.32;
const NORTH_M: f64 = 110.574;

/// Four squares in a row, with a street along the border between the second and the third.
fn street() -> Ground {
    let mut city = city((0..4).map(|i| rectangle(f64::from(i), 0., f64::from(i) + 1., 1.)));
    let line: LineString<f64> = vec![(2. * STEP, -STEP), (2. * STEP, 2. * STEP)].into();
    let lines = MultiLineString(vec![line]);
    city.barriers = vec![Barrier {
        id: "s".into(),
        class: "primary".into(),
        hard: false,
        at_grade: true,
        lines,
    }];
    Ground::survey(&city).unwrap()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-3 * b.abs()
}

#[test]
fn borders_of_zones_are_told_with_what_runs_along_them() {
    let ground = street();
    // Both halves lie along the street, and on nothing else; the outside is no zone.
    let (along, between) = ground.border_lengths(&[0, 0, 1, 1], 2);
    assert!(near(along[0], NORTH_M) && near(along[1], NORTH_M), "{along:?}");
    assert!(near(between, NORTH_M), "{between}");
    // A border off the street is between zones, but along nothing.
    let (along, between) = ground.border_lengths(&[0, 1, 1, 1], 2);
    assert_eq!(along, [0.0, 0.0]);
    assert!(near(between, NORTH_M), "{between}");
    // Three zones, two borders; and cells in no zone have borders towards those that are in one.
    let (along, between) = ground.border_lengths(&[0, 1, 2, 2], 3);
    assert!(along[0] == 0.0 && near(along[1], NORTH_M) && near(along[2], NORTH_M), "{along:?}");
    assert!(near(between, 2.0 * NORTH_M), "{between}");
    let (along, _) = ground.border_lengths(&[7, 7, 0], 1);
    assert!(near(along[0], NORTH_M), "{along:?}");
    let classes = |a, b| -> Vec<(Option<String>, f64)> {
        let all = ground.border_classes(a, b).into_iter();
        all.map(|(class, m)| (class.map(|class| class.name.clone()), m)).collect()
    };
    let [(class, metres)] = &classes(1, 2)[..] else { panic!("one border") };
    assert!(class.as_deref() == Some("primary") && near(*metres, NORTH_M), "{class:?} {metres}");
    let [(class, metres)] = &classes(0, 1)[..] else { panic!("one border") };
    assert!(class.is_none() && near(*metres, NORTH_M), "{class:?} {metres}");
    assert!(classes(0, 3).is_empty());
}

#[test]
fn how_round_and_wide_cells_are_is_measured_in_metres() {
    let ground = street();
    // A square has a roundness of 3 / π; a strip of four a good deal less.
    assert!(near(ground.roundness(&[0]), 3.0 / std::f64::consts::PI));
    let (w, h) = (4.0 * EAST_M, NORTH_M);
    let strip = w * h / (2.0 * std::f64::consts::PI * (w * w + h * h) / 12.0);
    assert!(near(ground.roundness(&[0, 1, 2, 3]), strip));
    // What lies apart is less round than what lies together.
    assert!(ground.roundness(&[0, 3]) < ground.roundness(&[0, 1]));
    assert_eq!(ground.roundness(&[]), 0.0);
    assert!(near(ground.diameter_m(&[0, 1, 2, 3]), w.hypot(h)));
    assert!(near(ground.diameter_m(&[1]), EAST_M.hypot(NORTH_M)));
    let disc = (0..90).map(|i| {
        let angle = std::f64::consts::TAU * f64::from(i) / 90.0;
        (5.0 * angle.cos() / EAST_M * NORTH_M, 5.0 * angle.sin())
    });
    let round = Ground::survey(&city([polygon(&disc.collect::<Vec<_>>())])).unwrap();
    assert!(near(round.roundness(&[0]), 1.0), "{}", round.roundness(&[0]));
}

#[test]
fn what_does_not_tile_is_told() {
    assert!(street().tiles());
    let gaps: Vec<Polygon<f64>> = vec![rectangle(0., 0., 1., 1.), rectangle(0.5, 0., 2., 1.)];
    let untouched = Survey { repair: false, ..Survey::default() };
    assert!(!untouched.run(&city(gaps)).unwrap().tiles());
}

proptest! {
    /// Between zones lies half of what their perimeters have more than the outline of all.
    #[test]
    fn borders_add_up(tiling in tiling()) {
        let ground = Ground::survey(&tiling.city).unwrap();
        let zones = ground.dissolve(&tiling.zone_of_unit, tiling.zones);
        let all = ground.dissolve(&vec![0; tiling.zone_of_unit.len()], 1);
        let perimeters: f64 = zones.iter().map(|zone| zone.perimeter_m).sum();
        let (along, between) = ground.border_lengths(&tiling.zone_of_unit, tiling.zones);
        prop_assert!((2.0 * between - (perimeters - all[0].perimeter_m)).abs() < 1e-6);
        prop_assert!(along.iter().all(|along| *along == 0.0));
        for (zone, dissolved) in (0u32..).zip(&zones) {
            let labels = (0u32..).zip(&tiling.zone_of_unit);
            let cells: Vec<u32> = labels.filter(|of| *of.1 == zone).map(|of| of.0).collect();
            prop_assert!((ground.perimeter_m(&cells) - dissolved.perimeter_m).abs() < 1e-6);
        }
    }
}
