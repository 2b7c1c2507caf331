use proptest::prelude::*;

use super::*;

/// Small coordinates meet in every degenerate way; large ones need wide arithmetic.
fn point() -> impl Strategy<Value = Point> {
    let span = prop_oneof![Just(4i64), Just(180_000_000_000)];
    span.prop_flat_map(|span| [-span..=span, -span..=span])
}

proptest! {
    #[test]
    fn the_filtered_sign_is_the_exact_sign(a in point(), b in point(), c in point()) {
        prop_assert_eq!(side(a, b, c), cross(vector(a, b), vector(a, c)).cmp(&0));
        prop_assert_eq!(side(a, b, c), side(b, c, a));
        prop_assert_eq!(side(a, b, c), side(b, a, c).reverse());
    }

    #[test]
    fn a_segment_passes_its_ends_and_a_pixel_just_where_it_meets_the_square(
        a in [-6i64..6, -6i64..6], b in [-6i64..6, -6i64..6], pixel in [-6i64..6, -6i64..6],
    ) {
        prop_assume!(a != b);
        prop_assert!(passes([a, b], a) && passes([a, b], b));
        prop_assert_eq!(passes([a, b], pixel), meets_square([a, b], pixel));
        prop_assert_eq!(passes([a, b], pixel), passes([b, a], pixel));
    }

    #[test]
    fn segments_that_cross_pass_the_pixel_of_their_crossing(
        a in [-40i64..40, -40i64..40], b in [-40i64..40, -40i64..40],
        c in [-40i64..40, -40i64..40], d in [-40i64..40, -40i64..40],
    ) {
        prop_assume!(cross_inside([a, b], [c, d]));
        let at = crossing([a, b], [c, d]);
        prop_assert!(passes([a, b], at) && passes([c, d], at));
        prop_assert_eq!(at, crossing([c, d], [a, b]));
        prop_assert_eq!(at, crossing([b, a], [c, d]));
    }

    #[test]
    fn degrees_come_back(lon in -180.0..180.0f64, lat in -90.0..90.0f64) {
        let point = to_lattice([lon, lat]);
        let back = to_degrees(point);
        prop_assert!((back[0] - lon).abs() <= 0.5e-9 + 1e-13);
        prop_assert_eq!(to_lattice(back), point);
    }
}

/// By brute force: clips the segment to the half-open square in exact fractions of its length.
fn meets_square([a, b]: [Point; 2], pixel: Point) -> bool {
    // Positions are doubled, shares are fractions over `whole`; a sixty-fourth of the way between
    // the places where the segment crosses a side of the square stands for all in between.
    let mut places: Vec<(i128, i128)> = vec![(0, 1), (1, 1)];
    for axis in 0..2 {
        let step = 2 * i128::from(b[axis] - a[axis]);
        for side in [-1, 1] {
            let room = i128::from(2 * pixel[axis] + side - 2 * a[axis]);
            if step != 0 {
                places.push(if step < 0 { (-room, -step) } else { (room, step) });
            }
        }
    }
    places.retain(|(n, d)| 0 <= *n && n <= d);
    places.sort_by(|(n, d), (m, e)| (n * e).cmp(&(m * d)));
    let between = places.windows(2).map(|w| {
        let ((n, d), (m, e)) = (w[0], w[1]);
        (n * e + m * d, 2 * d * e)
    });
    let all: Vec<(i128, i128)> = between.chain(places.iter().copied()).collect();
    all.into_iter().any(|(n, d)| {
        (0..2).all(|axis| {
            let position = 2 * i128::from(a[axis]) * d + 2 * i128::from(b[axis] - a[axis]) * n;
            let low = i128::from(2 * pixel[axis] - 1) * d;
            low <= position && position < low + 2 * d
        })
    })
}

#[test]
fn directions_are_ordered_counter_clockwise_from_east() {
    let round = [[3, 0], [2, 1], [1, 1], [0, 2], [-1, 3], [-2, 0], [-1, -1], [0, -5], [4, -1]];
    for (i, &u) in round.iter().enumerate() {
        for (j, &v) in round.iter().enumerate() {
            assert_eq!(by_angle(u, v), i.cmp(&j), "{u:?} {v:?}");
        }
    }
}
