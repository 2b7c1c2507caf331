#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// Unserved places, idle officers and cost of a way; `None` where it is not allowed.
fn value(sharing: &Sharing<'_>, officer_of_place: &[Option<usize>]) -> Option<(usize, usize, f64)> {
    let mut cost = 0.0;
    let mut idle = 0;
    for (place, officer) in officer_of_place.iter().enumerate() {
        cost += officer.map_or(0.0, |o| sharing.cost[o * sharing.places + place]);
    }
    for officer in 0..sharing.officers {
        let own: Vec<usize> =
            (0..sharing.places).filter(|&p| officer_of_place[p] == Some(officer)).collect();
        idle += usize::from(own.is_empty());
        if own.len() > 2 || sharing.is_torn(&own) {
            return None;
        }
    }
    let alone = officer_of_place.iter().filter(|o| o.is_none()).count();
    cost.is_finite().then_some((alone, idle, cost))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_way_is_better(
        (officers, places) in (1usize..4, 1usize..6),
        costs in prop::collection::vec(
            prop_oneof![4 => (-20i32..90).prop_map(f64::from), 1 => Just(f64::INFINITY)], 15),
        neighbours in prop::collection::vec(prop::bool::ANY, 25),
    ) {
        let adjacent: Vec<bool> = (0..places * places).map(|pair| {
            let (a, b) = (pair / places, pair % places);
            neighbours[a.min(b) * 5 + a.max(b)]
        }).collect();
        let cost = &costs[..officers * places];
        let sharing = Sharing { cost, officers, places, adjacent: &adjacent };
        let found = sharing.solve().unwrap();
        let (alone, idle, sum) = value(&sharing, &found.officer_of_place).unwrap();
        prop_assert!((found.least - sum).abs() < 0.01 * places as f64);
        // All ways, as numbers to the base of officers and one more for nobody.
        let base = officers + 1;
        for number in 0..base.pow(places as u32) {
            let way: Vec<Option<usize>> = (0..places)
                .map(|p| Some(number / base.pow(p as u32) % base).filter(|&o| o < officers))
                .collect();
            if let Some((a, i, s)) = value(&sharing, &way) {
                prop_assert!((alone, idle, sum - 1e-6) <= (a, i, s), "{way:?} costs {s}, not {sum}");
            }
        }
    }
}
