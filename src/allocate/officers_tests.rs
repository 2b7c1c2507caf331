#![allow(clippy::unwrap_used)]

use super::*;

fn table(officers: &[Metres], places: &[Metres]) -> Table {
    let pairs = officers.iter().flat_map(|a| places.iter().map(move |b| (a, b)));
    let way: Vec<f64> = pairs.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).collect();
    Table { officers: officers.len(), cost: way.clone(), way }
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
    assert_eq!((answer.total_distance_m, answer.objective), (420.0, 420.0));
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

/// Six officers and three communities in a row, of 10, 100 and 10 people.
fn six(spare: SpareOfficers) -> (Officers, Table) {
    let officers: Vec<Metres> = (0..6).map(|i| [f64::from(i) * 10.0, 0.0]).collect();
    let table = table(&officers, &[[0.0, 0.0], [25.0, 0.0], [50.0, 0.0]]);
    (Officers { spare, ..Officers::default() }, table)
}

#[test]
fn a_community_that_nobody_may_serve_leaves_the_others_their_spare_officers() {
    for spare in [SpareOfficers::LargestRemainder, SpareOfficers::Minimax, SpareOfficers::Left] {
        let (rule, mut table) = six(spare);
        (0..6).for_each(|officer| table.cost[officer * 3] = f64::INFINITY);
        let neighbours = [vec![1], vec![0, 2], vec![1]];
        let people = [10.0, 100.0, 10.0];
        let answer = rule.place(&table, &[0, 1, 2], &people, &neighbours, 3).unwrap();
        assert_eq!((&answer.vacancies, &answer.nobody_may), (&vec![0], &vec![0]));
        assert_eq!(answer.officer_of_community[0], None);
        assert!(answer.shared.is_empty());
        let of = |c: usize| {
            let own = usize::from(answer.officer_of_community[c].is_some());
            own + answer.further.iter().filter(|f| f.0 == c).count()
        };
        let expected = if spare == SpareOfficers::Left { [0, 1, 1] } else { [0, 5, 1] };
        assert_eq!([of(0), of(1), of(2)], expected);
        assert_eq!(answer.objective, answer.lower_bound);
    }
}

#[test]
fn spare_officers_are_placed_though_two_communities_have_one_between_them() {
    let (rule, mut table) = six(SpareOfficers::LargestRemainder);
    // Only the first may serve the first two communities.
    for officer in 1..6 {
        table.cost[officer * 3] = f64::INFINITY;
        table.cost[officer * 3 + 1] = f64::INFINITY;
    }
    let neighbours = [vec![1], vec![0, 2], vec![1]];
    let answer = rule.place(&table, &[0, 1, 2], &[10.0, 100.0, 10.0], &neighbours, 3).unwrap();
    assert_eq!(answer.officer_of_community[0], Some(0));
    assert_eq!((answer.shared[0].0, answer.shared[0].1), (1, 0));
    assert!(answer.nobody_may.is_empty() && answer.spare.len() < 5);
    assert_eq!(answer.further.len() + answer.spare.len(), 4);
    let sum: f64 = 0.0
        + 25.0
        + answer.further.iter().map(|f| f.2).sum::<f64>()
        + answer.distance_m[2].unwrap();
    assert!((answer.objective - sum).abs() < 1e-9);
    assert!(answer.lower_bound <= answer.objective && answer.lower_bound > 0.0);
}

#[test]
fn nobody_goes_without_an_officer_so_that_another_has_two() {
    let rule = Officers { spare: SpareOfficers::LargestRemainder, ..Officers::default() };
    // The first has two places, and both who may serve in the second would rather be there.
    let near = [[0.0, 90.0, f64::INFINITY], [0.0, 100.0, f64::INFINITY]];
    let others = [[f64::INFINITY, f64::INFINITY, 5.0], [f64::INFINITY, f64::INFINITY, 6.0]];
    let cost = [near, others].concat().concat();
    let table = Table { officers: 4, way: cost.clone(), cost };
    let neighbours = [vec![1], vec![0, 2], vec![1]];
    let people = [100.0, 30.0, 30.0];
    let answer = rule.place(&table, &[0, 1, 2], &people, &neighbours, 3).unwrap();
    assert_eq!(answer.officer_of_community, [Some(1), Some(0), Some(2)]);
    assert!(answer.shared.is_empty() && answer.vacancies.is_empty());
    assert_eq!((answer.objective, answer.lower_bound, &answer.spare), (95.0, 95.0, &vec![3]));
}

#[test]
fn officers_who_can_be_used_by_nobody_cost_nothing_and_not_less() {
    let cost = vec![f64::INFINITY; 4];
    let table = Table { officers: 2, way: cost.clone(), cost };
    let answer = Officers::default().place(&table, &[0, 1], &[1.0; 2], &[vec![1], vec![0]], 2);
    let answer = answer.unwrap();
    for figure in [answer.objective, answer.lower_bound, answer.total_distance_m] {
        assert_eq!(figure.to_string(), "0");
    }
}

#[test]
fn nobody_at_all_may_serve_and_an_officer_without_a_way_is_no_spare_seat() {
    let (rule, mut table) = six(SpareOfficers::LargestRemainder);
    table.cost.fill(f64::INFINITY);
    let answer = rule.place(&table, &[0, 1, 2], &[1.0; 3], &vec![vec![]; 3], 3);
    let (_, mut two) = six(SpareOfficers::LargestRemainder);
    two.cost[..6].fill(f64::INFINITY);
    let answer = answer.unwrap();
    assert_eq!((answer.vacancies.len(), answer.objective), (3, 0.0));
    assert_eq!(answer.spare, [0, 1, 2, 3, 4, 5]);
    let answer = rule.place(&two, &[0, 1, 2], &[1.0, 9.0, 1.0], &vec![vec![]; 3], 3).unwrap();
    assert_eq!(answer.spare, [0, 1]);
    assert_eq!(answer.further.len(), 1);
    assert_eq!(answer.further[0].0, 1);
}
