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
    assert_eq!(cut[2], [[10.02, 0.0], [10.0, 0.0], [20.0, 0.0]]);
}
