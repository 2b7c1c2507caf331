#![allow(clippy::unwrap_used)]

use geo::{Area, Geometry, MultiPolygon};
use proptest::prelude::*;

use crate::error::Finding;
use crate::ground::testing::*;
use crate::ground::{Ground, Survey, UnitKind};
use crate::model::City;

/// Units are ground, whatever they look like.
fn survey(city: &City) -> Ground {
    Survey { units: UnitKind::Ground, ..Survey::default() }.run(city).unwrap()
}

fn finding<'a>(ground: &'a Ground, kind: &str) -> Option<&'a Finding> {
    ground.findings.iter().find(|finding| finding.kind == kind)
}

/// Metres of a step.
const STEP_M: f64 = 111.3;

/// A row of squares in a frame, each corner of each square moved on its own by up to `off_m`.
fn shaken(side: usize, off_m: f64) -> impl Strategy<Value = City> {
    let off = off_m / STEP_M;
    prop::collection::vec((-off..=off, -off..=off), side * side * 5).prop_map(move |shifts| {
        city((0..side * side).map(|i| {
            let (x, y) = ((i % side) as f64, (i / side) as f64);
            // Five corners: the upper border has a vertex in its middle that the neighbour lacks.
            let corners = [(0., 0.), (1., 0.), (1., 1.), (0.5, 1.), (0., 1.)];
            let ring: Vec<(f64, f64)> = corners
                .iter()
                .zip(&shifts[5 * i..])
                .map(|((dx, dy), (sx, sy))| (x + dx + sx, y + dy + sy))
                .collect();
            polygon(&ring)
        }))
    })
}

proptest! {
    #[test]
    fn a_shaken_tiling_tiles_again(city in shaken(4, 0.04)) {
        let ground = survey(&city);
        assert_tiles(&ground, [0.01, 0.01, 3.99, 3.99], |cells| cells == 1);
        prop_assert!(ground.tiles(), "{:?}", ground.findings);
        // Rook neighbours of the lattice, and no more than corners beside them.
        for i in 0..16 {
            let (x, y) = (i % 4, i / 4);
            for j in [(x < 3).then_some(i + 1), (y < 3).then_some(i + 4)].into_iter().flatten() {
                prop_assert!(ground.contiguity.neighbours(i).any(|n| n.0 as usize == j));
            }
        }
    }

    #[test]
    fn shaken_beyond_the_tolerance_it_still_counts_no_ground_twice(city in shaken(3, 2.0)) {
        let ground = survey(&city);
        assert_tiles(&ground, [0.05, 0.05, 2.95, 2.95], |cells| cells < 2);
    }

    /// Soup: rings of any kind. Nothing panics, and what comes out is a tiling of what was covered.
    #[test]
    fn any_soup_of_rings_becomes_a_tiling(
        soup in prop::collection::vec(
            prop::collection::vec((0u8..12, 0u8..12), 3..8), 1..8),
        // Down to a tenth of the lattice, up to four degrees.
        scale in prop::sample::select(vec![1e-7, 1e-4, 1.0, 333.0]),
    ) {
        let rings = soup.iter().map(|ring| {
            let at = |n: u8| f64::from(n) * scale;
            polygon(&ring.iter().map(|&(x, y)| (at(x), at(y))).collect::<Vec<_>>())
        });
        let city = city(rings);
        let survey = Survey { units: UnitKind::Ground, gap_m2: 0.0, ..Survey::default() };
        let Ok(ground) = survey.run(&city) else { return Ok(()) };
        prop_assert!(ground.coverage.doubled.is_empty());
        let cells = ground.cells();
        for (cell, &area_m2) in cells.iter().zip(&ground.area_m2) {
            prop_assert!(area_m2 >= 0.0);
            let drawn = ground.frame.area_m2(cell).unwrap();
            prop_assert!((drawn - area_m2).abs() < 1e-6 * area_m2 + 1e-3, "{drawn} {area_m2}");
        }
        // Over degrees, a straight line of the map is a curve of the frame: a sliver may be larger.
        if scale <= 1.0 {
            let covered: f64 = ground.area_m2.iter().sum();
            let drawn: f64 = cells.iter().map(|cell| cell.unsigned_area()).sum();
            let square_step = 1e6 * STEP_M * STEP_M;
            prop_assert!((drawn * square_step - covered).abs() < 0.02 * covered + 1e-3);
        }
    }
}

#[test]
fn an_overlap_goes_to_the_smaller_unit() {
    let ground = survey(&city([
        rectangle(0., 0., 4., 4.),
        rectangle(3., 1., 5., 2.),
        rectangle(1., 1., 2., 2.),
    ]));
    let step_2 = ground.area_m2[2];
    assert!((ground.area_m2[1] / step_2 - 2.0).abs() < 1e-6);
    assert!((ground.area_m2[0] / step_2 - 14.0).abs() < 1e-6);
    assert_eq!(finding(&ground, "overlaps-resolved").unwrap().count, 2);
    assert!(ground.tiles());
}

#[test]
fn a_small_gap_goes_to_a_neighbour_and_a_large_one_stays() {
    // A square metre is 0.009 steps wide.
    let around = |side: f64| {
        let hole = [(3., 3.), (3. + side, 3.), (3. + side, 3. + side), (3., 3. + side)];
        let frame = [(0., 0.), (9., 0.), (9., 9.), (0., 9.)];
        survey(&city([polygon_with_holes(&frame, &[&hole]), rectangle(9., 0., 12., 9.)]))
    };
    let small = around(0.05);
    assert!(finding(&small, "gaps-filled").is_some() && finding(&small, "holes").is_none());
    let large = around(2.0);
    assert_eq!(finding(&large, "holes").unwrap().count, 1);
}

#[test]
fn ground_without_a_unit_inside_a_boundary_becomes_open_ground() {
    let mut city = city([rectangle(0., 0., 2., 2.), rectangle(0., 2., 2., 4.)]);
    city.communities = vec![community("c", Some(rectangle(0., 0., 3., 4.).into()))];
    let ground = survey(&city);
    assert_eq!(ground.community_of_cell, [0, 0, 0]);
    assert!((ground.area_m2[2] / ground.area_m2[0] - 1.0).abs() < 1e-6);
    assert_eq!(finding(&ground, "open-ground").unwrap().count, 1);
    assert!(ground.tiles());
}

#[test]
fn a_unit_drawn_twice_hangs_on_its_twin() {
    let square = rectangle(0., 0., 1., 1.);
    let ground = survey(&city([square.clone(), rectangle(1., 0., 2., 1.), square]));
    assert_eq!(finding(&ground, "units-without-ground").unwrap().examples, ["2"]);
    assert_eq!(ground.contiguity.neighbours(2).collect::<Vec<_>>(), [(0, 0.0)]);
    assert_eq!(ground.contiguity.parts(&[0, 0, 0], 1), [1]);
}

#[test]
fn a_bow_tie_keeps_both_its_wings() {
    let bow_tie = polygon(&[(0., 0.), (2., 2.), (2., 0.), (0., 2.)]);
    let ground = survey(&city([bow_tie]));
    let whole: MultiPolygon<f64> = MultiPolygon::new(ground.cells()[0].0.clone());
    assert_eq!(whole.0.len(), 2);
    let square: Geometry<f64> = rectangle(0., 0., 2., 2.).into();
    assert!((whole.unsigned_area() / square.unsigned_area() - 0.5).abs() < 1e-6);
}

/// Two communities of three by three units, with units left out.
fn twins_without(missing: &[(usize, usize)]) -> City {
    let cells = (0..18).map(|i| (i % 6, i / 6)).filter(|cell| !missing.contains(cell));
    let mut city = city(cells.map(|(x, y)| {
        let (x, y) = (x as f64, y as f64);
        rectangle(x, y, x + 1., y + 1.)
    }));
    city.communities = vec![
        community("west", Some(rectangle(0., 0., 3., 3.).into())),
        community("east", Some(rectangle(3., 0., 6., 3.).into())),
    ];
    city
}

#[test]
fn a_gap_across_a_boundary_is_open_ground_on_both_sides() {
    let ground = survey(&twins_without(&[(2, 1), (3, 1)]));
    assert_eq!(ground.community_of_cell[16..], [0, 1]);
    assert!((ground.area_m2[16] / ground.area_m2[17] - 1.0).abs() < 1e-3);
    assert_tiles(&ground, [0., 0., 6., 3.], |cells| cells == 1);
    let generous = Survey { units: UnitKind::Ground, gap_m2: 1e6, ..Survey::default() };
    let filled = generous.run(&twins_without(&[(2, 1), (3, 1)])).unwrap();
    assert_eq!(filled.coverage.len(), 16);
    assert_tiles(&filled, [0., 0., 6., 3.], |cells| cells == 1);
}

#[test]
fn a_network_of_slivers_makes_nobody_everybodys_neighbour() {
    // Gaps of 0.3 m between all of 25 units; a wider snap closes them.
    let gap = 0.3 / STEP_M;
    let city = city((0..25).map(|i| {
        let (x, y) = ((i % 5) as f64, (i / 5) as f64);
        rectangle(x, y, x + 1. - gap, y + 1. - gap)
    }));
    // The outer rim closes the network.
    let mut framed = city.clone();
    let frame = [(-1., -1.), (6., -1.), (6., 6.), (-1., 6.)];
    let hole = [(-0.001, -0.001), (5., -0.001), (5., 5.), (-0.001, 5.)];
    framed.units.push(unit("frame", polygon_with_holes(&frame, &[&hole])));
    let ground = survey(&framed);
    assert!((0..25).all(|u| ground.contiguity.neighbours(u).len() < 5));
    assert_eq!(finding(&ground, "sliver-networks").unwrap().count, 1);
    let snapped = Survey { units: UnitKind::Ground, snap_m: 0.5, ..Survey::default() };
    let snapped = snapped.run(&city).unwrap();
    assert_eq!(snapped.contiguity.pair_count(), 40);
}
