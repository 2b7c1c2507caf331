use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn positions_are_numbered_as_they_first_appear(
        positions in prop::collection::vec((-9i8..9, -9i8..9), 0..300), expected in 0usize..40,
    ) {
        let mut table = VertexTable::with_capacity(expected);
        let mut known: HashMap<(i8, i8), u32> = HashMap::new();
        for &(x, y) in &positions {
            let next = known.len() as u32;
            let number = *known.entry((x, y)).or_insert(next);
            prop_assert_eq!(table.number(f64::from(x) / 7.0, f64::from(y) / 7.0), number);
        }
        let listed = table.into_positions();
        prop_assert_eq!(listed.len(), known.len());
        for ((x, y), number) in known {
            prop_assert_eq!(listed[number as usize], [f64::from(x) / 7.0, f64::from(y) / 7.0]);
        }
    }
}

#[test]
fn nothing_has_one_sign() {
    let mut table = VertexTable { slots: vec![FREE; 16], ..VertexTable::default() };
    assert_eq!(
        [table.number(-0.0, 0.0), table.number(0.0, -0.0), table.number(1.0, 0.0)],
        [0, 0, 1]
    );
    assert_eq!(table.into_positions()[0].map(f64::to_bits), [0, 0]);
}

#[test]
fn places_of_a_map_spread_over_the_slots() {
    // A city's positions with six decimals: a search ends within a few slots.
    let mut table = VertexTable::with_capacity(10_000);
    for i in 0..10_000u32 {
        table.number(116.3 + f64::from(i % 100) * 1e-5, 39.9 + f64::from(i / 100) * 1e-5);
    }
    let steps = |id: usize| {
        let slot = table.slot_of(table.positions[id]);
        let after = (slot..slot + table.slots.len()).map(|slot| slot & (table.slots.len() - 1));
        after.take_while(|&slot| table.slots[slot] != id as u32).count()
    };
    let all: usize = (0..10_000).map(steps).sum();
    assert!(all < 20_000, "{all} steps for 10,000 positions");
    assert_eq!(table.slots.iter().filter(|slot| **slot != FREE).count(), 10_000);
}
