#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// The most member households that `places` can link, by trying every way.
fn most_linked(members: &[usize], candidates: &[usize], links: usize, places: usize) -> usize {
    let Some((&m, rest)) = members.split_first() else { return 0 };
    (0..=candidates[0].min(places))
        .map(|p| m.min(p * links) + most_linked(rest, &candidates[1..], links, places - p))
        .max()
        .unwrap_or(0)
}

proptest! {
    #[test]
    fn no_other_way_links_more(
        grids in prop::collection::vec((0usize..35, 0usize..5), 1..5),
        places in 0usize..14,
    ) {
        let (members, candidates): (Vec<_>, Vec<_>) = grids.into_iter().unzip();
        let held = central_places(&members, &candidates, 10, Some(places)).unwrap();
        prop_assert!(held.iter().zip(&candidates).all(|(h, c)| h <= c));
        prop_assert!(held.iter().sum::<usize>() <= places);
        let linked: usize = held.iter().zip(&members).map(|(&h, &m)| m.min(10 * h)).sum();
        prop_assert_eq!(linked, most_linked(&members, &candidates, 10, places));
        // Places are left over only where there are no candidates left.
        let all: usize = candidates.iter().sum();
        prop_assert_eq!(held.iter().sum::<usize>(), all.min(places));
    }

    #[test]
    fn without_a_number_everybody_who_can_be_is_linked(
        grids in prop::collection::vec((0usize..35, 0usize..5), 1..5),
    ) {
        let (members, candidates): (Vec<_>, Vec<_>) = grids.into_iter().unzip();
        let held = central_places(&members, &candidates, 10, None).unwrap();
        for ((&h, &m), &c) in held.iter().zip(&members).zip(&candidates) {
            prop_assert_eq!(h, m.div_ceil(10).max(1).min(c));
        }
    }
}
