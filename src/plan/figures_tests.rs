use super::*;

/// The bound tried at many sizes between the areas.
fn by_trying(areas: &[f64]) -> f64 {
    let at = |a: f64| areas.iter().map(|&own| own.min(a)).sum::<f64>() / a.sqrt();
    let most = areas.iter().copied().fold(0.0, f64::max);
    12f64.powf(0.25) * (1..=20_000).map(|i| at(most * f64::from(i) / 20_000.0)).fold(0.0, f64::max)
}

#[test]
fn the_honeycomb_bound_is_the_greatest_over_all_sizes() {
    for areas in [&[1.0][..], &[4.0, 4.0], &[1.0, 9.0], &[1.0, 2.0, 3.0, 100.0], &[0.5; 30]] {
        let (bound, tried) = (honeycomb_bound(areas), by_trying(areas));
        assert!((bound - tried).abs() < 1e-3 * bound, "{areas:?}: {bound} {tried}");
    }
}

#[test]
fn squares_and_hexagons_lie_above_the_bound() {
    // Four unit squares have 12 of border; seven unit hexagons 30 sides.
    assert!(honeycomb_bound(&[1.0; 4]) < 12.0);
    let side = (2.0 / (3.0 * 3f64.sqrt())).sqrt();
    assert!(honeycomb_bound(&[1.0; 7]) < 30.0 * side);
    assert_eq!(honeycomb_bound(&[]), 0.0);
    assert_eq!(honeycomb_bound(&[0.0, 1.0]), honeycomb_bound(&[1.0]));
}
