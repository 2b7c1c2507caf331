use super::*;

const METRES: [f64; 2] = [0.001, 0.001];

fn strand(from: Point, to: Point, tag: Tag) -> Strand {
    Strand { from, to, tag }
}

#[test]
fn a_vertex_beside_a_foreign_border_bends_it() {
    // A border of 10 m, and a corner of another owner 5 cm beside its middle.
    let strands = [strand([0, 0], [10_000, 0], 0), strand([5_000, 50], [5_000, 9_000], 1)];
    let (result, snapped) = snap(&strands, 0.1, METRES);
    assert_eq!(snapped, Snapped { moved: 0, led: 1 });
    let expected =
        [strand([0, 0], [5_000, 50], 0), strand([5_000, 50], [10_000, 0], 0), strands[1]];
    assert_eq!(result, expected);
    let (same, untouched) = snap(&strands, 0.04, METRES);
    assert_eq!((same, untouched), (strands.to_vec(), Snapped::default()));
}

#[test]
fn corners_of_different_owners_become_one_and_those_of_one_owner_do_not() {
    let strands = [
        strand([0, 0], [10_000, 0], 0),
        strand([10_000, 0], [10_050, 9_000], 0),
        strand([10_060, 20], [20_000, 0], 1),
    ];
    let (result, snapped) = snap(&strands, 0.1, METRES);
    assert_eq!(snapped.moved, 1);
    assert_eq!(result[2].from, [10_000, 0]);
    let own = [strand([0, 0], [10_000, 0], 0), strand([10_060, 20], [20_000, 0], 0)];
    assert_eq!(snap(&own, 0.1, METRES).0, own);
}

#[test]
fn borders_that_two_owners_share_stay_where_they_are() {
    let shared = [strand([0, 0], [10_000, 0], 0), strand([10_000, 0], [0, 0], 1)];
    let beside = strand([5_000, 50], [5_000, 9_000], 2);
    let (result, _) = snap(&[shared[0], shared[1], beside], 0.1, METRES);
    assert_eq!(result, [shared[0], shared[1], beside]);
}
