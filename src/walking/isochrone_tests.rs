#![allow(clippy::unwrap_used)]

use geo::{Area, Intersects, Point};

use super::*;

#[test]
fn the_area_ends_where_the_way_does() {
    let lines = [(vec![[-100.0, 0.0], [100.0, 0.0]], 0), (vec![[50.0, 0.0], [50.0, 200.0]], 0)];
    let network = Network::of_lines(&lines).unwrap();
    let start = network.snap(&[[0.0, 0.0]], 1.0)[0].unwrap();
    let area = Isochrone { most_m: 80.0, strip_m: 5.0 }.around(&network, &start, []);
    assert_eq!(area.0.len(), 1);
    let holds = |x: f64, y: f64| area.intersects(&Point::new(x, y));
    assert!(holds(-80.0, 0.0) && holds(80.0, 4.0) && holds(50.0, 30.0) && holds(-84.0, 0.0));
    assert!(!holds(-86.0, 0.0) && !holds(50.0, 36.0) && !holds(0.0, 6.0));
    // 160 m and 30 m of strips 10 m wide and two and a half round ends.
    assert!((area.unsigned_area() - 1_950.0).abs() < 80.0, "{}", area.unsigned_area());
}
