#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use geo::{Area, Intersects, Validation, Winding};
use proptest::prelude::*;

use crate::ground::testing::*;
use crate::ground::{Ground, Zone, zone_centre};

fn check_form(zone: &Zone) {
    for part in &zone.shape {
        assert!(part.exterior().is_ccw() && part.exterior().is_closed());
        assert!(part.interiors().iter().all(|hole| hole.is_cw() && hole.is_closed()));
    }
    assert!(zone.shape.is_valid(), "{:?}", zone.shape);
}

proptest! {
    #[test]
    fn zones_are_what_is_left_when_inner_borders_cancel(tiling in tiling()) {
        let ground = Ground::survey(&tiling.city).unwrap();
        let zones = ground.dissolve(&tiling.zone_of_unit, tiling.zones);
        prop_assert_eq!(zones.len(), tiling.zones);
        for (z, zone) in zones.iter().enumerate() {
            check_form(zone);
            let members = || (0..tiling.city.units.len()).filter(|&u| tiling.zone_of_unit[u] as usize == z);
            // By brute force: all directed edges of the units, less those that run both ways.
            let mut expected = BTreeSet::new();
            for [a, b] in members().flat_map(|u| directed_edges(&shape_of(&tiling.city.units[u]))) {
                if !expected.remove(&[b, a]) {
                    expected.insert([a, b]);
                }
            }
            let found: Vec<_> = directed_edges(&zone.shape);
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected);

            let area: f64 = members().map(|u| ground.area_m2[u]).sum();
            prop_assert!((zone.area_m2 - area).abs() < 1e-6 * area.max(1.0));
            if area > 0.0 {
                prop_assert!(zone.shape.intersects(&zone.centre));
                // Of parts of one size either may have the centre.
                if zone.shape.0.len() == 1 {
                    prop_assert_eq!(zone_centre(&zone.shape, &ground.frame).unwrap(), zone.centre);
                }
            }
        }
        // Inner borders belong to two zones, the outer border to one.
        let apart: f64 = ground.contiguity.pairs()
            .filter(|&(u, v, _)| tiling.zone_of_unit[u as usize] != tiling.zone_of_unit[v as usize])
            .map(|(_, _, m)| m).sum();
        let outer = ground.dissolve(&vec![0; tiling.city.units.len()], 1)[0].perimeter_m;
        let all: f64 = zones.iter().map(|zone| zone.perimeter_m).sum();
        prop_assert!((all - 2.0 * apart - outer).abs() < 1e-6 * all);
    }
}

/// A 5 × 5 block of unit squares; the zone of each is given row by row from the south.
fn block(rows: [&str; 5]) -> Vec<Zone> {
    let squares = (0..5).flat_map(|y| (0..5).map(move |x| (f64::from(x), f64::from(y))));
    let city = city(squares.map(|(x, y)| rectangle(x, y, x + 1., y + 1.)));
    let labels: Vec<u32> =
        rows.iter().flat_map(|row| row.chars().map(|c| u32::from(c == '#'))).collect();
    let zones = Ground::survey(&city).unwrap().dissolve(&labels, 2);
    zones.iter().for_each(check_form);
    zones
}

fn rings(zone: &Zone) -> Vec<usize> {
    zone.shape.iter().map(|part| part.interiors().len()).collect()
}

#[test]
fn an_enclave_is_a_hole_around_and_a_part_inside() {
    let zones = block(["#####", "#...#", "#.#.#", "#...#", "#####"]);
    assert_eq!(rings(&zones[1]), [1, 0]);
    assert_eq!(rings(&zones[0]), [1]);
}

#[test]
fn a_pinch_divides_ground_but_closes_a_ring() {
    // Squares that meet in a corner only are two parts.
    let zones = block([".....", ".#...", "..#..", ".....", "....."]);
    assert_eq!(rings(&zones[1]), [0, 0]);
    // Around them the ground is one, with a hole that touches itself: two holes.
    assert_eq!(rings(&zones[0]), [2]);
    // A ring of squares closed by a corner: one part, whose hole touches the outside there.
    let zones = block([".....", ".###.", ".#.#.", ".##..", "....."]);
    assert_eq!(rings(&zones[1]), [1]);
    assert_eq!(rings(&zones[0]), [1, 0]);
}

#[test]
fn holes_go_to_the_part_around_them() {
    let zones = block(["###.#", "#.#..", "###..", "..###", "..#.#"]);
    assert_eq!(rings(&zones[1]).iter().sum::<usize>(), 1);
    let holed = zones[1].shape.iter().find(|part| !part.interiors().is_empty()).unwrap();
    let hole = geo::Polygon::new(holed.interiors()[0].clone(), vec![]);
    assert!(holed.exterior().0.iter().any(|c| c.x == 0.0));
    assert!((hole.unsigned_area() / (STEP * STEP) - 1.0).abs() < 1e-9);
}

#[test]
fn compactness_and_units_in_no_zone() {
    let city = city([rectangle(0., 0., 1., 1.), rectangle(1., 0., 2., 1.)]);
    let ground = Ground::survey(&city).unwrap();
    let zones = ground.dissolve(&[0, u32::MAX], 2);
    assert!((zones[0].polsby_popper() - std::f64::consts::FRAC_PI_4).abs() < 1e-4);
    assert!(zones[1].shape.0.is_empty());
    assert_eq!(zones[1].area_m2, 0.0);
}
