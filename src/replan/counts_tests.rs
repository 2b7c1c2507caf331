#![allow(clippy::unwrap_used)]

use super::*;

fn claim(population: f64, present: Option<usize>) -> Claim {
    Claim { population, present, limits: (1, 100) }
}

#[test]
fn what_was_not_redrawn_keeps_its_number() {
    let claims = [claim(9_000.0, Some(5)), claim(1_000.0, Some(5))];
    assert_eq!(counts(&claims, 10, None).unwrap(), [5, 5]);
    assert_eq!(counts(&claims, 10, Some(10)).unwrap(), [5, 5]);
}

#[test]
fn one_more_goes_where_most_are_served_and_one_fewer_where_fewest() {
    let claims = [claim(9_000.0, Some(5)), claim(1_000.0, Some(5))];
    assert_eq!(counts(&claims, 10, Some(12)).unwrap(), [7, 5]);
    assert_eq!(counts(&claims, 10, Some(8)).unwrap(), [5, 3]);
    let even = [claim(4_000.0, Some(4)), claim(4_000.0, Some(4))];
    assert_eq!(counts(&even, 8, Some(9)).unwrap(), [5, 4], "ties go to the first");
}

#[test]
fn redrawn_communities_share_what_is_left() {
    let claims = [claim(3_000.0, Some(3)), claim(4_000.0, None), claim(2_000.0, None)];
    assert_eq!(counts(&claims, 9, None).unwrap(), [3, 4, 2]);
    assert_eq!(counts(&claims, 9, Some(10)).unwrap(), [3, 5, 2]);
}

#[test]
fn limits_hold_and_say_what_can_be_had() {
    let mut claims = [claim(3_000.0, Some(3)), claim(4_000.0, None)];
    claims[0].limits = (2, 2);
    assert_eq!(counts(&claims, 7, None).unwrap(), [2, 5]);
    let refused = counts(&claims, 7, Some(200)).unwrap_err().to_string();
    assert!(refused.contains("ask for 3 to 102 grids"), "{refused}");
}
