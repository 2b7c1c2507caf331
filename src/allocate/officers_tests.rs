#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn table(officers: &[Metres], places: &[Metres]) -> Table {
    let pairs = officers.iter().flat_map(|a| places.iter().map(move |b| (a, b)));
    let way: Vec<f64> = pairs.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).collect();
    Table { cost: way.clone(), way }
}

fn assign(officers: &[Metres], places: &[Option<Metres>]) -> OfficerAssignment {
    let served: Vec<usize> = (0..places.len()).filter(|&c| places[c].is_some()).collect();
    let at: Vec<Metres> = places.iter().flatten().copied().collect();
    let people = vec![1.0; served.len()];
    // Communities stand in a row.
    let neighbours: Vec<Vec<usize>> = (0..places.len())
        .map(|c| [c.wrapping_sub(1), c + 1].into_iter().filter(|&n| n < places.len()).collect())
        .collect();
    let table = table(officers, &at);
    Officers::default().place(&table, &served, &people, &neighbours, places.len()).unwrap()
}

#[test]
fn the_sum_counts_and_not_who_comes_first() {
    // The first officer is nearest to the first community, but worth more at the second.
    let officers = [[0.0, 0.0], [1.0, 2.0]];
    let answer = assign(&officers, &[Some([1.0, 0.0]), Some([-5.0, 0.0])]);
    assert_eq!(answer.officer_of_community, [Some(1), Some(0)]);
    assert_eq!((answer.total_distance_m, answer.objective), (7.0, 7.0));
    assert_eq!(answer.distance_m, [Some(2.0), Some(5.0)]);
    assert!(answer.vacancies.is_empty() && answer.spare.is_empty());
}

#[test]
fn too_few_officers_leave_the_dearest_community_to_a_neighbour() {
    let places = [Some([0.0, 0.0]), None, Some([500.0, 0.0]), Some([90.0, 0.0])];
    let answer = assign(&[[10.0, 0.0], [100.0, 0.0]], &places);
    assert_eq!(answer.officer_of_community, [Some(0), None, None, Some(1)]);
    assert_eq!(answer.vacancies, [2]);
    assert_eq!(answer.total_distance_m, 20.0);
    assert_eq!(answer.shared, [(2, 1, 400.0)]);
}

#[test]
fn officers_beyond_the_communities_are_spare() {
    let answer = assign(&[[9.0, 0.0], [1.0, 0.0], [5.0, 0.0]], &[Some([0.0, 0.0])]);
    assert_eq!(answer.officer_of_community, [Some(1)]);
    assert_eq!(answer.spare, [0, 2]);
}

#[test]
fn every_officer_of_a_community_has_a_distance() {
    let officers = [[9.0, 0.0], [1.0, 0.0], [5.0, 0.0]];
    let rule = Officers { spare: SpareOfficers::Minimax, ..Officers::default() };
    let answer = rule.place(&table(&officers, &[[0.0, 0.0]]), &[0], &[1.0], &[vec![]], 1).unwrap();
    assert_eq!((answer.officer_of_community[0], answer.distance_m[0]), (Some(0), Some(9.0)));
    assert_eq!(answer.further, [(0, 1, 1.0), (0, 2, 5.0)]);
    assert_eq!(answer.total_distance_m, 15.0);
}

#[test]
fn a_pair_that_is_ruled_out_is_not_made() {
    let mut table = table(&[[0.0, 0.0], [9.0, 0.0]], &[[0.0, 0.0], [9.0, 0.0]]);
    table.cost[0] = f64::INFINITY;
    let answer = Officers::default().place(&table, &[0, 1], &[1.0; 2], &[vec![1], vec![0]], 2);
    assert_eq!(answer.unwrap().officer_of_community, [Some(1), Some(0)]);
}

proptest! {
    #[test]
    fn places_go_by_workload(
        people in prop::collection::vec(0.0..5_000.0f64, 1..8),
        spare in 0usize..12,
    ) {
        let officers = people.len() + spare;
        for rule in [SpareOfficers::LargestRemainder, SpareOfficers::Minimax] {
            let seats = Officers { spare: rule, ..Officers::default() }.seats(&people, officers);
            prop_assert_eq!(seats.iter().sum::<usize>(), officers);
            prop_assert!(seats.iter().all(|&s| s >= 1));
        }
        let minimax = Officers { spare: SpareOfficers::Minimax, ..Officers::default() };
        let seats = minimax.seats(&people, officers);
        let worst = people.iter().zip(&seats).map(|(p, &s)| p / s as f64).fold(0.0, f64::max);
        // One fewer in all would be needed to bring everybody below the worst load.
        let needed: usize =
            people.iter().map(|p| ((p / (worst * (1.0 - 1e-9))).ceil() as usize).max(1)).sum();
        prop_assert!(worst == 0.0 || needed > officers, "{} {}", needed, officers);
    }
}
