use geo::Intersects;

use super::*;

#[test]
fn everybody_within_reach_stands_in_the_circle() {
    let area = &Travel::Straight(1.3).reached_metres(&[[7.0, -3.0]], &[], 1_300.0)[0];
    for step in 0..1_000 {
        let angle = std::f64::consts::TAU * f64::from(step) / 1_000.0;
        let at = |radius: f64| Point::new(7.0 + radius * angle.cos(), radius * angle.sin() - 3.0);
        assert!(area.intersects(&at(1_000.0 - 1e-6)));
        assert!(!area.intersects(&at(1_002.0)));
    }
}
