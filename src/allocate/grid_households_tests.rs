#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn points(least: usize, most: usize) -> impl Strategy<Value = Vec<Metres>> {
    prop::collection::vec([0.0..500.0f64, 0.0..500.0f64], least..=most)
}

proptest! {
    #[test]
    fn nobody_is_left_over_while_places_are_free(
        candidates in points(1, 12),
        members in points(0, 70),
        units in points(1, 20),
        places in 1usize..9,
        links in 1usize..12,
    ) {
        let people = GridPeople { candidates, members, units };
        let chosen = people.choose(places, links, 1).unwrap();
        let open = places.min(people.candidates.len());
        prop_assert_eq!(chosen.central.len(), open);
        prop_assert_eq!(chosen.central_of_member.len(), people.members.len());
        let linked = chosen.central_of_member.iter().flatten().count();
        prop_assert_eq!(linked, people.members.len().min(open * links));
        for i in 0..open {
            let load = chosen.central_of_member.iter().filter(|c| **c == Some(i)).count();
            prop_assert!(load <= links);
        }
        for (unit, central) in people.units.iter().zip(&chosen.central_of_unit) {
            let to = |i: usize| distance(*unit, people.candidates[chosen.central[i]]);
            let own = to(central.unwrap());
            prop_assert!((0..open).all(|i| own <= to(i)));
        }
    }
}

#[test]
fn without_members_the_middle_of_the_units_is_chosen() {
    let people = GridPeople {
        candidates: vec![[0.0, 0.0], [50.0, 0.0], [100.0, 0.0]],
        members: Vec::new(),
        units: vec![[0.0, 0.0], [40.0, 0.0], [60.0, 0.0], [100.0, 0.0]],
    };
    let chosen = people.choose(1, 10, 1).unwrap();
    assert_eq!(chosen.central, [1]);
    assert_eq!(chosen.central_of_unit, [Some(0); 4]);
    assert!(chosen.central_of_member.is_empty());
}

#[test]
fn a_full_central_household_passes_a_member_on_to_the_next() {
    // All three live beside the first; the one for whom the way to the second is shortest goes.
    let people = GridPeople {
        candidates: vec![[0.0, 0.0], [100.0, 0.0]],
        members: vec![[1.0, 0.0], [30.0, 0.0], [2.0, 0.0]],
        units: Vec::new(),
    };
    let chosen = people.choose(2, 2, 1).unwrap();
    assert_eq!(chosen.central_of_member, [Some(0), Some(1), Some(0)]);
}
