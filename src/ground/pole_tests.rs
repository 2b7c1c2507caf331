#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn ring(corners: &[[f64; 2]]) -> Vec<Segment> {
    (0..corners.len()).map(|i| [corners[i], corners[(i + 1) % corners.len()]]).collect()
}

proptest! {
    #[test]
    fn no_sampled_point_is_much_better(radii in prop::collection::vec(1.0..10.0f64, 3..20)) {
        let corner = |(i, r): (usize, &f64)| {
            let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
            [r * angle.cos(), r * angle.sin()]
        };
        let star = ring(&radii.iter().enumerate().map(corner).collect::<Vec<_>>());
        let pole = of_inaccessibility(&star).unwrap();
        let best = (0..2500)
            .map(|i| [f64::from(i % 50) * 0.4 - 10.0, f64::from(i / 50) * 0.4 - 10.0])
            .map(|p| clearance(p, &star))
            .fold(0.0, f64::max);
        prop_assert!(clearance(pole, &star) > 0.0);
        prop_assert!(clearance(pole, &star) >= best - PRECISION * 20.0);
    }
}

#[test]
fn is_in_the_wide_end_and_not_in_the_hole() {
    let mut key = ring(&[[0., 0.], [100., 0.], [100., 1.], [10., 1.], [10., 10.], [0., 10.]]);
    let [x, _] = of_inaccessibility(&key).unwrap();
    assert!(x < 10.0);
    key.extend(ring(&[[4., 4.], [4., 6.], [6., 6.], [6., 4.]]));
    assert!(clearance(of_inaccessibility(&key).unwrap(), &key) > 1.0);
}

#[test]
fn nothing_has_no_pole() {
    assert_eq!(of_inaccessibility(&[]), None);
    assert_eq!(of_inaccessibility(&ring(&[[0., 0.], [1., 0.], [2., 0.]])), None);
}

proptest! {
    #[test]
    fn the_distance_to_a_segment_is_that_to_its_nearest_point(
        ends in prop::array::uniform4(-9i8..9), at in prop::array::uniform2(-9i8..9),
    ) {
        let [ax, ay, bx, by] = ends.map(f64::from);
        let [x, y] = at.map(f64::from);
        let steps = (0..=1_000).map(|i| f64::from(i) / 1_000.0);
        let nearest = steps
            .map(|t| (ax + t * (bx - ax) - x).hypot(ay + t * (by - ay) - y))
            .fold(f64::INFINITY, f64::min);
        let found = distance_2([x, y], [[ax, ay], [bx, by]]).sqrt();
        prop_assert!(found <= nearest + 1e-12 && nearest - found < 0.02, "{} {}", found, nearest);
    }
}

#[test]
fn clearance_is_told_on_either_side() {
    let square = ring(&[[0., 0.], [4., 0.], [4., 4.], [0., 4.]]);
    for (at, expected) in
        [([2., 2.], 2.), ([1., 2.], 1.), ([3., 3.5], 0.5), ([-3., 2.], -3.), ([7., 8.], -5.)]
    {
        assert_eq!(clearance(at, &square), expected, "{at:?}");
    }
    // Squares are taken by what they may hold, then by where they are.
    let of = |centre: [f64; 2], half: f64| Square::new(centre, half, &square);
    assert!(of([2., 2.], 1.0) > of([1., 2.], 1.0) && of([1., 2.], 2.0) > of([2., 2.], 0.2));
    assert!(of([1., 2.], 1.0) > of([3., 2.], 1.0) && of([2., 1.], 1.0) > of([2., 3.], 1.0));
    assert!((of([2., 2.], 1.0).potential() - 2.0 - 2f64.sqrt()).abs() < 1e-12);
    assert!(of([2., 2.], 1.0) == of([2., 2.], 1.0) && of([2., 2.], 1.0) != of([2., 2.], 0.5));
}

#[test]
fn long_shapes_have_their_pole_too() {
    // A strip ten thousand times as long as wide, with a room at its end.
    let strip =
        ring(&[[0., 0.], [10_000., 0.], [10_000., 400.], [9_600., 400.], [9_600., 1.], [0., 1.]]);
    let [x, y] = of_inaccessibility(&strip).unwrap();
    assert!((9_600.0..10_000.0).contains(&x) && clearance([x, y], &strip) > 50.0, "{x} {y}");
}
