#![allow(clippy::unwrap_used)]

use geo::{Area, Contains};
use proptest::prelude::*;

use super::*;

fn ring(corners: &[(f64, f64)]) -> LineString<f64> {
    corners.to_vec().into()
}

fn polygon(exterior: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Polygon<f64> {
    Polygon::new(ring(exterior), holes.iter().map(|hole| ring(hole)).collect())
}

fn steps(shape: &[Polygon<f64>]) -> Vec<[[f64; 2]; 2]> {
    let mut steps = Vec::new();
    each_step(shape, |step| steps.push(ends(step)));
    steps
}

/// A star-shaped ring, either way round.
fn star() -> impl Strategy<Value = Polygon<f64>> {
    (prop::collection::vec(1u8..9, 3..12), any::<bool>()).prop_map(|(radii, turned)| {
        let corner = |(i, r): (usize, &u8)| {
            let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
            (f64::from(*r) * angle.cos(), f64::from(*r) * angle.sin())
        };
        let mut corners: Vec<(f64, f64)> = radii.iter().enumerate().map(corner).collect();
        if turned {
            corners.reverse();
        }
        polygon(&corners, &[])
    })
}

proptest! {
    #[test]
    fn ground_is_on_the_left_whichever_way_a_ring_runs(star in star()) {
        let steps = steps(std::slice::from_ref(&star));
        prop_assert_eq!(steps.len(), star.exterior().0.len() - 1);
        let twice: f64 = steps.iter().map(|[a, b]| a[0] * b[1] - b[0] * a[1]).sum();
        prop_assert!((twice / 2.0 - star.unsigned_area()).abs() < 1e-9);
        let area = square_degrees(std::slice::from_ref(&star));
        prop_assert!((area - star.unsigned_area()).abs() < 1e-9);
    }

    #[test]
    fn an_inner_point_is_inside(star in star()) {
        if star.unsigned_area() > 1e-6 {
            let point = inner_point(&star).unwrap();
            prop_assert!(star.contains(&point), "{:?}", point);
            // No run on the parallel is longer than the one it is in the middle of.
            let reach = |way: f64| {
                let inside = |i: &i32| !star.contains(&Point::new(point.x() + way * f64::from(*i) * 0.01, point.y()));
                (0..2_000).find(inside).unwrap_or(2_000)
            };
            prop_assert!((reach(1.0) - reach(-1.0)).abs() <= 1);
        }
    }
}

#[test]
fn holes_have_the_ground_on_their_other_side() {
    let outer = [(0., 0.), (4., 0.), (4., 4.), (0., 4.)];
    let hole = [(1., 1.), (2., 1.), (2., 3.), (1., 3.)];
    let mut turned = hole;
    turned.reverse();
    for hole in [hole, turned] {
        let holed = polygon(&outer, &[&hole]);
        assert_eq!(square_degrees(std::slice::from_ref(&holed)), 14.0);
        let steps = steps(std::slice::from_ref(&holed));
        assert_eq!(steps.len(), 8);
        // Along the south of the hole, the ground lies to the south.
        assert!(steps.contains(&[[2., 1.], [1., 1.]]) && steps.contains(&[[0., 0.], [4., 0.]]));
        // The longest run lies beside the hole.
        assert_eq!(inner_point(&holed), Some(Point::new(3.0, 2.0)));
    }
    assert_eq!(square_degrees(&[]), 0.0);
    assert_eq!(inner_point(&polygon(&[(0., 1.), (2., 1.), (1., 1.)], &[])), None);
    let wide_to_the_east = polygon(
        &[(0., 0.), (9., 0.), (9., 2.), (5., 2.), (5., 1.), (1., 1.), (1., 2.), (0., 2.)],
        &[],
    );
    assert_eq!(inner_point(&wide_to_the_east), Some(Point::new(7.0, 1.5)));
}

#[test]
fn an_inner_point_is_no_corner_that_touches_its_parallel() {
    // The corner in the middle of the south side ends half way up, in the middle of the whole.
    let notched =
        polygon(&[(0., 0.), (1., 0.), (2., 1.), (3., 0.), (4., 0.), (4., 2.), (0., 2.)], &[]);
    assert_eq!(inner_point(&notched), Some(Point::new(2.0, 1.5)));
    let hole = [(1., 1.), (2., 0.5), (3., 1.), (2., 1.5)];
    let holed = polygon(&[(0., 0.), (4., 0.), (4., 2.), (0., 2.)], &[&hole]);
    assert_eq!(inner_point(&holed).map(|p| p.y()), Some(1.25));
}

#[test]
fn negative_nothing_is_nothing_and_steps_have_length() {
    let plain = polygon(&[(0., 0.), (1., 0.), (1., 1.)], &[]);
    let repeated = polygon(&[(-0., 0.), (1., -0.), (1., -0.), (1., 1.), (1., 1.)], &[]);
    let bits = |shape: &Polygon<f64>| {
        let mut all = Vec::new();
        each_step(std::slice::from_ref(shape), |step| all.push(step));
        all
    };
    assert_eq!(bits(&plain), bits(&repeated));
    assert_eq!(bits(&plain).len(), 3);
    assert_eq!(ends(back(bits(&plain)[0])), [[1., 0.], [0., 0.]]);
}

#[test]
fn borders_cancel_where_tilings_fit() {
    let square = |x: f64, w: f64| polygon(&[(x, 0.), (x + w, 0.), (x + w, 1.), (x, 1.)], &[]);
    let mut chain = Chain::default();
    assert!(chain.is_empty());
    chain.add(&[square(0., 1.)], 1);
    assert!(!chain.is_empty());
    chain.add(&[square(0., 1.)], -1);
    assert!(chain.is_empty());
    // Two halves against the whole: the border between them cancels, the long sides do not, for the
    // whole has no vertex in their middle.
    chain.add(&[square(0., 1.), square(1., 1.)], 1);
    let whole = polygon(&[(0., 0.), (1., 0.), (2., 0.), (2., 1.), (1., 1.), (0., 1.)], &[]);
    chain.add(&[whole], -1);
    assert!(chain.is_empty());
    chain.add(&[square(0., 1.), square(1., 1.)], 2);
    chain.add(&[square(0., 2.)], -2);
    assert!(!chain.is_empty());
}
