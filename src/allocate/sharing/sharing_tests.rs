#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// Places alone, officers idle and cost of a way; `None` where it is not allowed.
fn value(sharing: &Sharing<'_>, officer_of_place: &[Option<usize>]) -> Option<(i64, i64, f64)> {
    let places = sharing.places;
    let mut cost = 0.0;
    let mut idle = 0;
    for (place, officer) in officer_of_place.iter().enumerate() {
        cost += officer.map_or(0.0, |o| sharing.cost[o * places + place]);
    }
    for officer in 0..sharing.cost.len() / places {
        let own: Vec<usize> =
            (0..places).filter(|&p| officer_of_place[p] == Some(officer)).collect();
        idle += i64::from(own.is_empty());
        if own.len() > 2 || own.len() == 2 && !sharing.adjacent[own[0] * places + own[1]] {
            return None;
        }
    }
    let alone = officer_of_place.iter().filter(|o| o.is_none()).count() as i64;
    cost.is_finite().then_some((alone, idle, cost))
}

/// The best by a dynamic programme over sets of places, one officer after the other; cost in whole
/// numbers.
fn by_trying(sharing: &Sharing<'_>) -> (i64, i64, i64) {
    let places = sharing.places;
    let mut best = vec![None; 1 << places];
    best[0] = Some((0, 0));
    for row in sharing.cost.chunks(places) {
        let mut next = best.clone();
        next.iter_mut().flatten().for_each(|(idle, _)| *idle += 1);
        for a in 0..places {
            for b in a..places {
                let cost = if a == b { row[a] } else { row[a] + row[b] };
                if !cost.is_finite() || a != b && !sharing.adjacent[a * places + b] {
                    continue;
                }
                let group = 1 << a | 1 << b;
                for set in (0..best.len()).filter(|set| set & group == 0) {
                    let Some((idle, sum)) = best[set] else { continue };
                    let way = (idle, sum + cost as i64);
                    let known = &mut next[set | group];
                    *known = Some(known.map_or(way, |known: (i64, i64)| known.min(way)));
                }
            }
        }
        best = next;
    }
    let alone = |set: usize| places as i64 - i64::from(set.count_ones());
    let ways = best.into_iter().enumerate();
    ways.filter_map(|(set, way)| way.map(|(idle, cost)| (alone(set), idle, cost))).min().unwrap()
}

/// Officers and places, all alike or not, and who is whose neighbour.
fn any_case() -> impl Strategy<Value = (usize, usize, Vec<f64>, Vec<bool>)> {
    let cost = prop_oneof![4 => (-20i32..90).prop_map(f64::from), 1 => Just(f64::INFINITY)];
    let kinds = prop::collection::vec(prop::collection::vec(cost, 9), 1..6);
    let officers = prop::collection::vec(0usize..6, 1..9);
    let neighbours = prop::collection::vec(0u8..10, 81);
    (1usize..9, kinds, officers, neighbours, 1u8..10).prop_map(
        |(places, kinds, officers, neighbours, share)| {
            let rows = officers.iter().map(|&kind| &kinds[kind % kinds.len()][..places]);
            let pairs = (0..places * places).map(|pair| (pair / places, pair % places));
            let touch =
                |(a, b): (usize, usize)| a != b && neighbours[a.min(b) * 9 + a.max(b)] < share;
            (officers.len(), places, rows.collect::<Vec<_>>().concat(), pairs.map(touch).collect())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_way_is_better((_, places, cost, adjacent) in any_case()) {
        let sharing = Sharing { cost: &cost, places, adjacent: &adjacent };
        let found = sharing.solve().unwrap();
        let (alone, idle, sum) = value(&sharing, &found.officer_of_place).unwrap();
        let best = by_trying(&sharing);
        prop_assert_eq!((alone, idle, sum as i64), best);
        prop_assert!((found.least - sum).abs() < 1e-6, "{} {}", found.least, sum);
    }

    #[test]
    fn no_bound_is_above_the_best(
        (_, places, cost, adjacent) in any_case(),
        drawn in prop::collection::vec(-3e5..3e5, 10),
    ) {
        let sharing = Sharing { cost: &cost, places, adjacent: &adjacent };
        let table = groups::Table::new(&sharing);
        let (alone, idle, sum) = by_trying(&sharing);
        let useless = (cost.len() / places - table.officers()) as i64;
        let aim = Aim::Cost { alone, idle: idle - useless };
        let relaxation = prices::Relaxation::new(&table, aim);
        let open = vec![prices::Decision::Open; table.pairs.len()];
        let prices = relaxation.prices(&drawn);
        let bound = relaxation.priced(&open, &prices).unwrap().value;
        prop_assert!(bound <= sum * 100 * 16, "{bound} {sum}");
        prop_assert!(relaxation.at_a_glance() <= (sum * 100) as f64);
    }
}

/// Communities in a square, and so many officers at one point.
fn at_one_point(side: usize, officers: usize) -> (Vec<f64>, Vec<bool>) {
    let places = side * side;
    let at = |place: usize| [(place % side) as f64, (place / side) as f64];
    let far = |a: usize, b: usize| (at(a)[0] - at(b)[0]).abs() + (at(a)[1] - at(b)[1]).abs();
    let row: Vec<f64> = (0..places).map(|place| 100.0 + 10.0 * far(0, place)).collect();
    let pairs = (0..places * places).map(|pair| far(pair / places, pair % places) == 1.0);
    (row.repeat(officers), pairs.collect())
}

#[test]
fn officers_at_one_point_leave_nobody_alone_who_need_not_be() {
    for (side, officers, alone) in [(4, 9, 0), (4, 8, 0), (5, 14, 0), (8, 36, 0), (5, 9, 7)] {
        let (cost, adjacent) = at_one_point(side, officers);
        let sharing = Sharing { cost: &cost, places: side * side, adjacent: &adjacent };
        let found = sharing.solve().unwrap();
        let (left, idle, sum) = value(&sharing, &found.officer_of_place).unwrap();
        assert_eq!((left, idle), (alone, 0), "{officers} officers");
        assert!((found.least - sum).abs() < 1e-6);
    }
}

#[test]
fn in_a_very_large_city_as_many_are_looked_after_as_officers_can() {
    let (cost, adjacent) = at_one_point(29, 90);
    let sharing = Sharing { cost: &cost, places: 841, adjacent: &adjacent };
    let found = sharing.solve().unwrap();
    let (left, idle, sum) = value(&sharing, &found.officer_of_place).unwrap();
    assert_eq!((left, idle), (841 - 180, 0));
    assert!(found.least > 0.0 && found.least <= sum);
}

#[test]
fn costs_beyond_the_earth_are_no_reason_to_fail_otherwise() {
    let sharing = Sharing { cost: &[1e300, 1.0], places: 2, adjacent: &[false; 4] };
    assert!(sharing.solve().unwrap_err().to_string().contains("larger unit"));
    let sharing = Sharing { cost: &[f64::INFINITY; 2], places: 2, adjacent: &[true; 4] };
    assert_eq!(sharing.solve().unwrap().officer_of_place, [None, None]);
}
