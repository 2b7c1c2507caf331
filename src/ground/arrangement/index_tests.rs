use proptest::prelude::*;

use super::super::lattice::{cross_inside, passes};
use super::*;
use crate::random::Random;

/// Long lines askew, nearly parallel, and a few across them.
fn askew(count: usize) -> Vec<[Point; 2]> {
    let mut random = Random::new(7);
    let mut segment = |i: usize| {
        let i = i as i64;
        let wobble = random.below(5) as i64;
        if i % 50 == 0 {
            return [[i * 900, 700_000 - i], [i * 900 + 40_000, 650_000 + wobble]];
        }
        [[i * 700, -i * 1_000], [i * 700 + 1_000_000 + wobble, 700_000 - i * 1_000]]
    };
    (0..count).map(&mut segment).collect()
}

/// Spokes from a rim outwards, as the borders between points along a curve run.
fn spokes(count: usize) -> Vec<[Point; 2]> {
    let at = |i: usize, radius: f64| {
        let angle = std::f64::consts::TAU * i as f64 / count as f64;
        [(radius * angle.cos()) as i64, (radius * angle.sin()) as i64]
    };
    (0..count).map(|i| [at(i, 10_000_000.0), at(i, 30_000_000.0)]).collect()
}

fn boxes(ends: &[[Point; 2]]) -> Index {
    let boxed = ends.iter().zip(0..).map(|(ends, i)| GeomWithData::new(around(ends).into(), i));
    Index::Boxes(RTree::bulk_load(boxed.collect()))
}

fn sorted(found: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut found: Vec<u32> = found.collect();
    found.sort_unstable();
    found
}

/// Whether two segments have to do with each other.
fn meet(own: [Point; 2], its: [Point; 2]) -> bool {
    cross_inside(own, its)
        || its.iter().any(|end| passes(own, *end))
        || own.iter().any(|end| passes(its, *end))
}

#[test]
fn strips_find_what_boxes_do_and_little_else() {
    for ends in [askew(5_000), spokes(5_000)] {
        let index = Index::of(&ends);
        assert!(matches!(index, Index::Strips(_)), "boxes that all overlap become strips");
        let boxes = boxes(&ends);
        let (mut looked_at, mut before) = (0, 0);
        for (own, mine) in ends.iter().zip(0..).step_by(17) {
            let (few, many) = (sorted(index.near(*own)), sorted(boxes.near(*own)));
            (looked_at, before) = (looked_at + few.len(), before + many.len());
            let met = |found: Vec<u32>| -> Vec<u32> {
                found.into_iter().filter(|&other| meet(*own, ends[other as usize])).collect()
            };
            assert_eq!(met(few), met(many));
            assert!(own.iter().all(|end| index.at(*end).any(|other| other == mine)));
        }
        assert!(100 * looked_at < before, "{looked_at} instead of {before}");
    }
}

#[test]
fn nodes_that_lie_apart_are_not_opened() {
    // Every spoke is found among 5,000 by looking at some dozens of nodes.
    let ends = spokes(5_000);
    let Index::Strips(tree) = Index::strips(&ends) else { unreachable!("strips were asked for") };
    let opened = std::cell::Cell::new(0);
    struct Counting<'a>(Beside, &'a std::cell::Cell<usize>);
    impl SelectionFunction<Strip> for Counting<'_> {
        fn should_unpack_parent(&self, ends: &AABB<[f64; 4]>) -> bool {
            let opens = self.0.should_unpack_parent(ends);
            self.1.set(self.1.get() + usize::from(opens));
            opens
        }
    }
    for own in &ends {
        tree.locate_with_selection_function(Counting(Beside::new(*own), &opened)).count();
    }
    assert!(opened.get() < 30 * ends.len(), "{} nodes", opened.get());
}

#[test]
fn maps_have_upright_boxes() {
    let squares =
        (0..5_000i64).map(|i| [[i % 70 * 10, i / 70 * 10], [i % 70 * 10 + 10, i / 70 * 10]]);
    assert!(matches!(Index::of(&squares.collect::<Vec<_>>()), Index::Boxes(_)));
}

fn segments(span: i64) -> impl Strategy<Value = Vec<[Point; 2]>> {
    let point = [-span..span, -span..span];
    prop::collection::vec((point.clone(), point).prop_map(|(a, b)| [a, b]), 1..60)
}

proptest! {
    #[test]
    fn nothing_that_meets_is_missed(
        ends in prop_oneof![segments(20), segments(1_000), segments(100_000_000_000)],
    ) {
        for index in [boxes(&ends), Index::strips(&ends)] {
            for own in &ends {
                let found = sorted(index.near(*own));
                for (its, other) in ends.iter().zip(0..) {
                    prop_assert!(!meet(*own, *its) || found.contains(&other), "{own:?} {its:?}");
                }
                let at = sorted(index.at(own[0]));
                for (its, other) in ends.iter().zip(0..) {
                    prop_assert!(!passes(*its, own[0]) || at.contains(&other), "{own:?} {its:?}");
                }
            }
        }
    }
}
