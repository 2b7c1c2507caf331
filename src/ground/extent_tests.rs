use proptest::prelude::*;

use super::*;

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
