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
