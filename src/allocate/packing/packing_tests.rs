#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn pack(size: &[usize], room: &[usize]) -> Packed {
    let cost = vec![1.0; size.len() * room.len()];
    Packing { size, cost: &cost, room }.pack(&vec![None; size.len()])
}

fn sizes(packed: &Packed, size: &[usize], places: usize) -> Vec<usize> {
    let mut load = vec![0; places];
    for (place, size) in packed.place_of.iter().zip(size) {
        place.iter().for_each(|&place| load[place] += size);
    }
    load
}

#[test]
fn all_find_room_where_none_is_to_spare() {
    let (size, room) = ([7, 6, 5, 4, 3, 3, 2, 9, 8, 5], [13, 17, 22]);
    let packed = pack(&size, &room);
    assert_eq!((sizes(&packed, &size, 3), packed.at_most), (room.to_vec(), 10));
}

#[test]
fn what_cannot_be_packed_is_proved_not_to_be() {
    // Three of six and two rooms of nine: one must stay outside, and no more.
    let packed = pack(&[6, 6, 6], &[9, 9]);
    assert_eq!(packed.at_most, 2);
    assert_eq!(packed.place_of.iter().flatten().count(), 2);
    // As many as can be, and of these the large ones.
    let packed = pack(&[2, 3, 4], &[7]);
    assert_eq!((packed.place_of, packed.at_most), (vec![None, Some(0), Some(0)], 2));
}

#[test]
fn hundreds_fill_rooms_exactly() {
    // As the organisations of a city of 300,000, with no place too many.
    let mut random = Random::new(7);
    let size: Vec<usize> = (0..450).map(|_| 15 + random.below(50)).collect();
    let all: usize = size.iter().sum();
    let room: Vec<usize> = (1..=26).map(|i| all * i / 26 - all * (i - 1) / 26).collect();
    let packed = pack(&size, &room);
    assert_eq!((sizes(&packed, &size, 26), packed.at_most), (room, 450));
}

/// All ways to put each of so many things into one of so many places, or none.
fn all(things: usize, places: usize) -> impl Iterator<Item = Vec<Option<usize>>> {
    let base = places + 1;
    (0..base.pow(things as u32)).map(move |number| {
        let digit = |thing: usize| number / base.pow(thing as u32) % base;
        (0..things).map(|thing| Some(digit(thing)).filter(|&place| place < places)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_packing_holds_more(
        size in prop::collection::vec(1usize..7, 1..7),
        ways in prop::collection::vec(
            prop_oneof![8 => (0i32..90).prop_map(f64::from), 1 => Just(f64::INFINITY)], 18),
        seats in prop::collection::vec(0usize..3, 6),
        spare in prop::collection::vec(0usize..2, 1..4),
    ) {
        // Rooms that some division fills but for what is spare.
        let places = spare.len();
        let mut room = spare;
        size.iter().zip(&seats).for_each(|(size, seat)| room[seat % places] += size);
        let cost = &ways[..size.len() * places];
        let packing = Packing { size: &size, cost, room: &room };
        // Things outside, their size, and the cost of the others.
        let value = |place_of: &[Option<usize>]| {
            let mut left = room.clone();
            let (mut outside, mut sum) = ((0, 0), 0.0);
            for (thing, place) in place_of.iter().enumerate() {
                let Some(place) = *place else {
                    outside = (outside.0 + 1, outside.1 + size[thing]);
                    continue;
                };
                left[place] = left[place].checked_sub(size[thing])?;
                sum += packing.cost(thing, place);
            }
            sum.is_finite().then_some((outside, sum))
        };
        let best = all(size.len(), places).filter_map(|p| value(&p));
        let best = best.map(|value| value.0).min().unwrap();
        let mut packed = packing.pack(&vec![None; size.len()]);
        let (outside, sum) = value(&packed.place_of).unwrap();
        prop_assert_eq!(outside, best);
        prop_assert_eq!(packed.at_most, size.len() - best.0);

        packing.shorten(&mut packed.place_of).unwrap();
        let (same, shorter) = value(&packed.place_of).unwrap();
        prop_assert_eq!(same, outside);
        prop_assert!(shorter <= sum + 1e-9);
    }
}

#[test]
fn costs_become_as_small_as_can_be_where_no_two_places_can_do_it() {
    // All move on by one place, which two places alone would only pay for.
    let (size, room) = ([5, 5, 4, 6, 3, 7], [10, 10, 10]);
    let home = [0, 0, 1, 1, 2, 2];
    let cost = |home: usize, place: usize| [1.0, 0.0, 3.0][(place + 3 - home) % 3];
    let cost: Vec<f64> =
        home.iter().flat_map(|&home| (0..3).map(move |place| cost(home, place))).collect();
    let mut place_of: Vec<Option<usize>> = home.into_iter().map(Some).collect();
    Packing { size: &size, cost: &cost, room: &room }.shorten(&mut place_of).unwrap();
    assert_eq!(place_of, [1, 1, 2, 2, 0, 0].map(Some));
}
