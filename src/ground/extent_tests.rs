use proptest::prelude::*;

use super::*;

#[test]
fn moments_are_those_of_a_square() {
    let (w, s, side) = (3.0, -2.0, 4.0);
    let corners = [[w, s], [w + side, s], [w + side, s + side], [w, s + side]];
    let [area, x, y, square] = moments((0..4).map(|i| (corners[i], corners[(i + 1) % 4])));
    assert!((area - 16.0).abs() < 1e-9 && (x - 80.0).abs() < 1e-9 && y.abs() < 1e-9);
    // Around its middle (5, 0) a square has side⁴ / 6, and 16 · 5² more around the origin.
    assert!((square - (256.0 / 6.0 + 400.0)).abs() < 1e-9);
}

proptest! {
    #[test]
    fn the_diameter_is_that_of_all_pairs(points in proptest::collection::vec((0..20i32, 0..20i32), 0..40)) {
        let points: Vec<[f64; 2]> =
            points.into_iter().map(|(x, y)| [f64::from(x), f64::from(y)]).collect();
        let mut most = 0.0f64;
        for a in &points {
            for b in &points {
                most = most.max((a[0] - b[0]).hypot(a[1] - b[1]));
            }
        }
        prop_assert_eq!(diameter(points.into_iter()), most);
    }
}
