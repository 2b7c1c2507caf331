#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn the_sum_counts_and_not_who_comes_first() {
    // The first officer is nearest to the first community, but worth more at the second.
    let officers = [[0.0, 0.0], [1.0, 2.0]];
    let answer = assign(&officers, &[Some([1.0, 0.0]), Some([-5.0, 0.0])]).unwrap();
    assert_eq!(answer.officer_of_community, [Some(1), Some(0)]);
    assert_eq!(answer.total_distance_m, 7.0);
    assert_eq!(answer.distance_m, [Some(2.0), Some(5.0)]);
    assert!(answer.vacancies.is_empty() && answer.spare.is_empty());
}

#[test]
fn too_few_officers_leave_the_dearest_community_vacant() {
    let places = [Some([0.0, 0.0]), None, Some([500.0, 0.0]), Some([90.0, 0.0])];
    let answer = assign(&[[10.0, 0.0], [100.0, 0.0]], &places).unwrap();
    assert_eq!(answer.officer_of_community, [Some(0), None, None, Some(1)]);
    assert_eq!(answer.vacancies, [2]);
    assert_eq!(answer.total_distance_m, 20.0);
}

#[test]
fn officers_beyond_the_communities_are_spare() {
    let answer = assign(&[[9.0, 0.0], [1.0, 0.0], [5.0, 0.0]], &[Some([0.0, 0.0])]).unwrap();
    assert_eq!(answer.officer_of_community, [Some(1)]);
    assert_eq!(answer.spare, [0, 2]);
}

#[test]
fn without_officers_every_community_is_vacant() {
    let answer = assign(&[], &[Some([0.0, 0.0]), Some([1.0, 0.0])]).unwrap();
    assert_eq!(answer.vacancies, [0, 1]);
    assert_eq!(answer.total_distance_m, 0.0);
}
