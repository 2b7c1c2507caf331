#![allow(clippy::unwrap_used)]

use geo::{LineString, Polygon};
use proptest::prelude::*;

use super::*;
use crate::ground::testing::{city, polygon, polygon_with_holes, rectangle};
use crate::ground::{Ground, Survey};

fn on_a_grid(most: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
    let corner = (0u8..7, 0u8..7).prop_map(|(x, y)| [f64::from(x), f64::from(y)]);
    prop::collection::vec(corner, 3..most)
}

proptest! {
    /// As solving for the two shares of the way says, in whole numbers.
    #[test]
    fn crossing_is_in_a_point_inside_both(corners in on_a_grid(5)) {
        prop_assume!(corners.len() == 4);
        let (s, t) = ([corners[0], corners[1]], [corners[2], corners[3]]);
        let way = |s: Segment| [s[1][0] - s[0][0], s[1][1] - s[0][1]];
        let times = |u: [f64; 2], v: [f64; 2]| u[0] * v[1] - u[1] * v[0];
        let (u, v, between) = (way(s), way(t), way([s[0], t[0]]));
        let whole = times(u, v);
        let inside = |share: f64| 0.0 < share && share < 1.0;
        let expected =
            whole != 0.0 && inside(times(between, v) / whole) && inside(times(between, u) / whole);
        prop_assert_eq!(cross(s, t), expected);
        prop_assert_eq!(cross(t, s), expected);
        prop_assert_eq!(first_among([s, t].into_iter()).is_some(), expected);
        // Meeting is crossing, or an end on the other between its ends.
        let on = |p: [f64; 2], s: Segment| {
            let (u, v) = (way(s), way([s[0], p]));
            let along = u[0] * v[0] + u[1] * v[1];
            times(u, v) == 0.0 && along > 0.0 && along < u[0] * u[0] + u[1] * u[1]
        };
        let touches = t.iter().any(|&p| on(p, s)) || s.iter().any(|&p| on(p, t));
        prop_assert_eq!(meeting(s, t).is_some(), expected || touches);
    }

    #[test]
    fn a_crossing_is_found_where_one_is(corners in on_a_grid(12)) {
        let ring: Vec<(f64, f64)> = corners.iter().map(|&[x, y]| (x, y)).collect();
        let shape = Polygon::new(LineString::from(ring), Vec::new());
        let segments: Vec<Segment> =
            shape.exterior().0.windows(2).map(|s| [s[0].into(), s[1].into()]).collect();
        let any = segments.iter().enumerate()
            .any(|(i, &s)| segments[..i].iter().any(|&t| cross(s, t)));
        prop_assert_eq!(self_crossing(&shape.into()).is_some(), any);
    }
}

#[test]
fn sound_ground_is_told_from_what_is_not() {
    let faulty = |shape: Polygon<f64>| {
        let untouched = Survey { repair: false, ..Survey::default() };
        match untouched.run(&city([shape, rectangle(50., 0., 51., 1.)])) {
            Ok(ground) => first_in(&ground.coverage, 0).is_some(),
            Err(_) => true,
        }
    };
    let square = [(0., 0.), (30., 0.), (30., 30.), (0., 30.)];
    let hole = [(3., 3.), (6., 3.), (6., 6.), (3., 6.)];
    let island = [(4., 4.), (5., 4.), (5., 5.), (4., 5.)];
    let outside = [(33., 3.), (36., 3.), (36., 6.), (33., 6.)];
    assert!(!faulty(polygon(&square)));
    assert!(!faulty(polygon_with_holes(&square, &[&hole])));
    assert!(faulty(polygon_with_holes(&square, &[&outside])));
    assert!(faulty(polygon_with_holes(&square, &[&hole, &island])));
    assert!(faulty(polygon(&[(0., 0.), (9., 9.), (9., 0.), (0., 9.)])));
    // A border that ends on another which has no vertex there.
    assert!(faulty(polygon(&[(0., 0.), (9., 0.), (9., 9.), (5., 0.), (0., 9.)])));
    // The same with many corners, which a tree looks through.
    let comb = |last: (f64, f64)| {
        let mut ring = vec![(0., -9.)];
        ring.extend((0..40).map(|i| (f64::from(i), f64::from(i % 2))));
        ring.push(last);
        polygon(&ring)
    };
    assert!(!faulty(comb((40., -9.))));
    assert!(faulty(comb((-5., 0.5))));
    assert!(Ground::survey(&city([polygon(&square)])).is_ok());
}
