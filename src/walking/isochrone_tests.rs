#![allow(clippy::unwrap_used)]

use geo::{Area, Intersects, Point};
use proptest::prelude::*;

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

#[test]
fn a_way_that_only_one_end_walks_whole_is_drawn() {
    // The far corner is reached by the short way; the long one is walked whole from there only.
    let lines = [
        (vec![[0.0, 0.0], [100.0, 0.0], [100.0, 10.0]], 0),
        (vec![[0.0, 0.0], [0.0, 60.0], [100.0, 10.0]], 0),
    ];
    for turn in [false, true] {
        let mut lines = lines.to_vec();
        if turn {
            lines.reverse();
        }
        let network = Network::of_lines(&lines).unwrap();
        let start = network.snap(&[[50.0, 0.0]], 1.0)[0].unwrap();
        let area = Isochrone { most_m: 175.0, strip_m: 5.0 }.around(&network, &start, []);
        assert_eq!(area.0.len(), 1);
        for share in 0..=10 {
            let t = f64::from(share) / 10.0;
            assert!(area.intersects(&Point::new(100.0 * t, 60.0 - 50.0 * t)), "{turn} {t}");
        }
    }
}

proptest! {
    /// The area holds everybody who is told to be within reach, is in one piece, and grows with the
    /// reach.
    #[test]
    fn the_area_holds_whoever_is_within_reach(
        ends in prop::collection::vec(((0i32..9, 0i32..9), (0i32..9, 0i32..9)), 1..14),
        people in prop::collection::vec((0.0..900.0f64, 0.0..900.0f64), 2..30),
        reach in 50.0..1_500.0f64,
        more in 0.0..900.0f64,
    ) {
        let at = |p: (i32, i32)| [100.0 * f64::from(p.0), 100.0 * f64::from(p.1)];
        let drawn: Vec<_> = ends.iter().map(|&(a, b)| (vec![at(a), at(b)], 0)).collect();
        let network = Network::of_lines(&drawn).unwrap();
        let people: Vec<[f64; 2]> = people.into_iter().map(<[f64; 2]>::from).collect();
        let places = network.snap(&people, 500.0);
        let Some(start) = places[0] else { return Ok(()) };
        let area = |reach: f64| {
            let within = network.within(&[Some(start)], &places, reach).targets.remove(0);
            let rule = Isochrone::within(reach);
            let homes = within.iter().filter_map(|&(i, _)| Some((people[i], places[i]?)));
            let off = homes.filter(|(_, home)| rule.is_off(home));
            let off = off.map(|(at, home)| [at, network.position(&home)]);
            (rule.around(&network, &start, off), within)
        };
        let (smaller, within) = area(reach);
        for &(person, _) in &within {
            let [x, y] = people[person];
            prop_assert!(smaller.intersects(&Point::new(x, y)), "{x} {y}");
        }
        if !within.is_empty() {
            prop_assert_eq!(smaller.0.len(), 1);
        }
        let (larger, _) = area(reach + more);
        for probe in 0..900 {
            let [x, y] = [probe % 30, probe / 30].map(|i| 3.7 + 30.3 * f64::from(i));
            let probe = Point::new(x, y);
            prop_assert!(!smaller.intersects(&probe) || larger.intersects(&probe), "{x} {y}");
        }
    }
}
