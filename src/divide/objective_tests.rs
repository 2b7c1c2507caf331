#![allow(clippy::unwrap_used)]

use super::*;

/// Four vertices that weigh 100 people and 10 of area together.
fn graph() -> Graph {
    Graph::new(2, vec![10, 1, 20, 2, 30, 3, 40, 4], &[(0, 1, 1), (1, 2, 1), (2, 3, 1)]).unwrap()
}

fn target() -> Target {
    Target::new(&graph(), 2, &[Tolerance::both(0.1), Tolerance::above(0.5)])
}

#[test]
fn limits_lie_around_the_mean() {
    // 50 people and 5 of area in a block: 45 to 55, and up to 7.5.
    let limits = target().limits(&[1, 1]);
    assert_eq!((limits.blocks(), limits.ranges(1)), (2, &[(45, 55), (0, 7)][..]));
    for share in limits.shares().iter().zip([1.0 / 50.0, 1.0 / 5.0]) {
        assert!((share.0 - share.1).abs() < 1e-12, "{share:?}");
    }
    // A block of two shares, and half of the tolerance for it.
    let both = target().limits_tightened(&[2, 1], |share| if share == 2 { 0.5 } else { 1.0 });
    assert_eq!(both.ranges(0), [(95, 105), (0, 12)]);
    assert_eq!(both.ranges(1), limits.ranges(1));
    assert_eq!(both.of(&[1, 0]).ranges(1), both.ranges(0));
    // Weights without a tolerance have no limit.
    let open = Target::new(&graph(), 2, &[]).limits(&[1, 1]);
    assert_eq!(open.ranges(0), [(0, i64::MAX); 2]);
}

#[test]
fn what_is_outside_is_counted_in_billionths_of_the_mean() {
    let limits = target().limits(&[1, 1]).plain();
    let violation = |people, area| limits.violation(0, &[people, area]);
    for (people, area, parts) in
        [(45, 0, 0), (55, 7, 0), (44, 0, 1), (56, 0, 1), (60, 7, 5), (40, 7, 5), (50, 9, 20)]
    {
        let expected = parts * 20_000_000 + i64::from(parts > 0);
        assert_eq!(violation(people, area), expected, "{people} people on {area}");
    }
    assert_eq!(violation(56, 8), 20_000_001 + 200_000_001);
    // Gaining and losing a vertex is as if it had been there, or not.
    assert_eq!(limits.violation_with(0, &[50, 7], &[10, 1], 1), violation(60, 8));
    assert_eq!(limits.violation_with(0, &[50, 7], &[10, 1], -1), violation(40, 6));
}

#[test]
fn a_block_that_is_out_counts_besides_and_priorities_count_as_often() {
    let limits = target().prefer(&[10.0, 1.0]).limits(&[1, 1]);
    let out = OUT as i64;
    assert_eq!(limits.out(), [10 * out, out]);
    assert_eq!(limits.violation(0, &[56, 7]), 10 * (20_000_000 + out));
    assert_eq!(limits.violation(0, &[55, 8]), 200_000_000 + out);
    assert_eq!(limits.clone().plain().violation(0, &[56, 7]), 200_000_001);
}

#[test]
fn a_block_is_let_have_more_and_others_are_not() {
    let mut limits = target().limits(&[1, 1]);
    limits.widen(1, &[(40, 50), (2, 9)]);
    assert_eq!(limits.ranges(0), [(45, 55), (0, 7)]);
    assert_eq!(limits.ranges(1), [(40, 55), (0, 9)]);
}

#[test]
fn scores_are_added_up_and_violation_counts_first() {
    let (small, large) = (Score { violation: 1, cost: 90 }, Score { violation: 3, cost: 5 });
    assert!(small < large);
    assert_eq!(small + large, Score { violation: 4, cost: 95 });
    assert_eq!(large - small, Score { violation: 2, cost: -85 });
}
