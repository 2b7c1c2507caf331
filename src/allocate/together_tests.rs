#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn solve(way: &[f64], room: &[usize], organisation: &[usize]) -> Placed {
    let groups = groups(organisation);
    Together { way, room, groups: &groups }.solve().unwrap()
}

fn groups(organisation: &[usize]) -> Vec<Vec<usize>> {
    let last = organisation.iter().max().map_or(0, |last| last + 1);
    let of = |group| (0..organisation.len()).filter(|&m| organisation[m] == group).collect();
    (0..last).map(of).filter(|group: &Vec<usize>| !group.is_empty()).collect()
}

#[test]
fn whole_organisations_give_way_to_single_members_where_the_sum_is_smaller() {
    // The first is whole either way; of the two others one finds a place, at home in the first.
    let way = [301.0, 326.0, 0.0, 627.0, 9_000.0, 9_500.0];
    let found = solve(&way, &[1, 1], &[0, 1, 1]);
    assert_eq!(found.place_of_member, [Some(1), Some(0), None]);
    assert_eq!((found.torn, found.least), (vec![1], 326.0));
}

#[test]
fn members_that_happen_to_serve_in_one_place_are_whole() {
    // Both fit into the second place alone, to which no way leads from the third member.
    let way = [1.0, 5.0, 1.0, 5.0, 1.0, f64::INFINITY];
    let found = solve(&way, &[3, 0], &[0, 0, 0]);
    assert_eq!((found.torn, found.least), (vec![], 3.0));
    let found = solve(&[f64::INFINITY; 4], &[3, 3], &[0, 1]);
    assert_eq!((found.torn, found.least), (vec![0, 1], 0.0));
    assert_eq!(found.place_of_member, [None, None]);
}

/// All ways to give each of so many members one of so many places, or none.
fn all(members: usize, places: usize) -> impl Iterator<Item = Vec<Option<usize>>> {
    let base = places + 1;
    (0..base.pow(members as u32)).map(move |number| {
        let digit = |m: usize| number / base.pow(m as u32) % base;
        (0..members).map(|m| Some(digit(m)).filter(|&place| place < places)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_answer_is_better(
        organisation in prop::collection::vec(0usize..4, 1..7),
        room in prop::collection::vec(0usize..4, 1..4),
        ways in prop::collection::vec(
            prop_oneof![6 => (0i32..90).prop_map(f64::from), 1 => Just(f64::INFINITY)], 18),
    ) {
        let (members, places) = (organisation.len(), room.len());
        let way = &ways[..members * places];
        let found = solve(way, &room, &organisation);
        let groups = groups(&organisation);
        let is_whole = |place_of: &[Option<usize>], group: &[usize]| {
            let first = place_of[group[0]];
            first.is_some() && group.iter().all(|&m| place_of[m] == first)
        };
        // Members without a place, and the sum of ways; none where the answer is not allowed.
        let value = |place_of: &[Option<usize>]| {
            let load = |place| place_of.iter().filter(|p| **p == Some(place)).count();
            let sum = place_of.iter().enumerate();
            let sum: f64 = sum.filter_map(|(m, p)| p.map(|p| way[m * places + p])).sum();
            let kept = (0..places).all(|place| load(place) <= room[place]);
            let left = place_of.iter().filter(|p| p.is_none()).count();
            (kept && sum.is_finite()).then_some((left, sum))
        };
        let own = value(&found.place_of_member).unwrap();
        let whole: Vec<usize> =
            (0..groups.len()).filter(|&g| is_whole(&found.place_of_member, &groups[g])).collect();
        let torn: Vec<usize> = (0..groups.len()).filter(|g| !whole.contains(g)).collect();
        prop_assert_eq!(&found.torn, &torn);
        let mut best = (usize::MAX, f64::INFINITY);
        let mut fewest = (usize::MAX, usize::MAX);
        let outside = |place_of: &[Option<usize>]| {
            let torn = groups.iter().filter(|group| !is_whole(place_of, group));
            torn.fold((0, 0), |(count, of), group| (count + 1, of + group.len()))
        };
        for place_of in all(members, places) {
            if value(&place_of).is_some() {
                fewest = fewest.min(outside(&place_of));
            }
            if whole.iter().all(|&group| is_whole(&place_of, &groups[group]))
                && let Some((left, sum)) = value(&place_of)
                && (left, sum) < best
            {
                best = (left, sum);
            }
        }
        prop_assert_eq!(outside(&found.place_of_member), fewest);
        prop_assert_eq!(found.whole_at_most, groups.len() - fewest.0);
        prop_assert_eq!(own.0, best.0);
        // Ways are whole metres, and means of up to six are rounded to centimetres.
        prop_assert!((own.1 - best.1).abs() <= 0.01 * members as f64, "{} and {}", own.1, best.1);
        prop_assert!(found.least <= best.1 + 1e-9 && own.1 - found.least < 1e-9);
    }
}
