#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn segment(a: [f64; 2], b: [f64; 2], level: i32) -> Segment {
    Segment { ends: [a, b], level, line: 0 }
}

#[test]
fn a_crossing_gets_the_same_point_on_both() {
    let cut = node(&[segment([0.0, 0.0], [10.0, 0.0], 0), segment([3.0, -4.0], [3.0, 4.0], 0)]);
    assert_eq!(cut[0], [[0.0, 0.0], [3.0, 0.0], [10.0, 0.0]]);
    assert_eq!(cut[1][1], cut[0][1]);
}

#[test]
fn bridges_pass_over_and_end_on_the_ground() {
    let road = segment([0.0, 0.0], [10.0, 0.0], 0);
    let bridge = segment([3.0, -4.0], [3.0, 4.0], 1);
    let ramp = segment([3.0, 4.0], [8.0, 0.0], 0);
    let cut = node(&[road, bridge, ramp]);
    assert_eq!(cut[0], [[0.0, 0.0], [8.0, 0.0], [10.0, 0.0]]);
    assert_eq!(cut[1].len(), 2);
}

#[test]
fn an_end_beside_a_line_meets_it_and_ends_that_nearly_meet_become_one() {
    let cut = node(&[
        segment([0.0, 0.0], [10.0, 0.0], 0),
        segment([5.0, 0.01], [5.0, 9.0], 0),
        segment([10.02, 0.0], [20.0, 0.0], 0),
    ]);
    assert_eq!(cut[0], [[0.0, 0.0], [5.0, 0.01], [10.0, 0.0]]);
    assert_eq!(cut[2], [[10.02, 0.0], [20.0, 0.0]]);
    assert_eq!(cut[3..], [vec![[10.0, 0.0], [10.02, 0.0]]]);
}

#[test]
fn lines_that_meet_at_their_ends_cross_elsewhere_as_well() {
    // At a small angle, from ends four centimetres apart, and from an end beside the other line.
    let road = segment([0.0, 0.0], [100.0, 0.0], 0);
    for start in [[0.0, 0.04], [1.0, 0.04]] {
        let cut = node(&[road, segment(start, [50.0, -0.2], 0)]);
        let x = start[0] + (50.0 - start[0]) * 0.04 / 0.24;
        for line in &cut[..2] {
            let near = |p: &&[f64; 2]| (p[0] - x).abs() < 1e-9 && p[1].abs() < 1e-9;
            assert_eq!(line.iter().filter(near).count(), 1, "{cut:?}");
        }
    }
}

#[test]
fn lines_that_lie_on_each_other_are_cut_at_their_ends_alone() {
    for turn in 0..200 {
        let (sin, cos) = (f64::from(turn) * 0.0731).sin_cos();
        let at = |along: f64| [along * cos, along * sin];
        let cut = node(&[segment(at(0.0), at(135.0), 0), segment(at(-85.0), at(81.0), 0)]);
        assert_eq!(cut[0], [at(0.0), at(81.0), at(135.0)], "{turn}");
        assert_eq!(cut[1], [at(-85.0), at(0.0), at(81.0)], "{turn}");
    }
}

/// Whether all lines are one network.
fn is_one(segments: &[Segment]) -> bool {
    let lines: Vec<_> = segments.iter().map(|s| (s.ends.to_vec(), s.level)).collect();
    let network = crate::walking::Network::of_lines(&lines).unwrap();
    let middles: Vec<[f64; 2]> = segments.iter().map(|s| s.at(0.5)).collect();
    let places = network.snap(&middles, 1.0);
    let parts = places.iter().map(|place| network.part(&place.unwrap()));
    parts.collect::<std::collections::HashSet<_>>().len() == 1
}

#[test]
fn a_bridge_meets_the_end_of_a_road_on_either_side_of_it() {
    let road = segment([0.0, 0.0], [100.0, 0.0], 0);
    for (x, meets) in [(-0.06, false), (-0.04, true), (-0.01, true), (0.0, true), (0.04, true)] {
        let bridge = segment([100.0 + x, 0.0], [100.0 + x, 50.0], 1);
        assert_eq!(is_one(&[road, bridge]), meets, "{x}");
        assert_eq!(is_one(&[bridge, road]), meets, "{x}");
    }
}

#[test]
fn all_ends_that_are_near_to_one_meet_it() {
    let ends = [[-0.04, 0.0], [0.0, 0.0], [0.03, 0.03], [0.03, -0.03]];
    let away = [[-50.0, 0.0], [0.0, 90.0], [50.0, 50.0], [50.0, -50.0]];
    let lines: Vec<_> = ends.into_iter().zip(away).map(|(a, b)| segment(a, b, 0)).collect();
    for start in 0..lines.len() {
        let turned: Vec<_> = lines.iter().cycle().skip(start).take(lines.len()).copied().collect();
        assert!(is_one(&turned), "{start}");
    }
}

proptest! {
    /// Two lines with ends near to each other meet exactly where the rule says so, whichever of
    /// them stands first and whichever way it runs.
    #[test]
    fn the_order_of_lines_and_of_their_ends_does_not_matter(
        end in (-9i32..9, -9i32..9),
        far in prop_oneof![Just([40.0, 70.0]), Just([-40.0, 70.0]), Just([0.0, 70.0])],
        at_end in prop::bool::ANY,
        level in 0i32..2,
    ) {
        let near = [f64::from(end.0) / 100.0, f64::from(end.1) / 100.0];
        let from = if at_end { [0.0, 0.0] } else { [-30.0, 0.0] };
        let road = segment(from, [60.0, 0.0], 0);
        let other = segment(near, far, level);
        let end_meets = apart(near, from) <= ON_LINE_M;
        let (_, foot) = road.foot(near);
        let crosses = near[1] <= 0.0 && (!at_end || crossing(near, far) >= 0.0);
        let on_line = level == 0 && (apart(foot, near) <= ON_LINE_M || crosses
            || (at_end && apart(other.foot(from).1, from) <= ON_LINE_M));
        for [a, b] in [[road, other], [other, road], [turned(road), other], [other, turned(road)],
            [road, turned(other)], [turned(other), turned(road)]]
        {
            prop_assert_eq!(is_one(&[a, b]), end_meets || on_line);
        }
    }
}

/// Where a line crosses the axis.
fn crossing(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] + (b[0] - a[0]) * -a[1] / (b[1] - a[1])
}

fn turned(segment: Segment) -> Segment {
    let [a, b] = segment.ends;
    Segment { ends: [b, a], ..segment }
}
