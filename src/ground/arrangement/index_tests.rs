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

fn sorted(found: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut found: Vec<u32> = found.collect();
    found.sort_unstable();
    found
}

#[test]
fn turned_trees_find_what_an_upright_one_does() {
    let ends = askew(5_000);
    let index = Index::of(&ends);
    assert!(index.turned.len() > 1, "boxes that all overlap are turned");
    let upright = Index { turned: vec![Turned::of(&ends, 0..5_000, 0.0)] };
    let meets = |own: &[Point; 2], other: u32| {
        crate::ground::arrangement::lattice::cross_inside(*own, ends[other as usize])
    };
    let (mut looked_at, mut before) = (0, 0);
    for own in ends.iter().step_by(17) {
        let (few, many) = (sorted(index.near(*own)), sorted(upright.near(*own)));
        (looked_at, before) = (looked_at + few.len(), before + many.len());
        let crossed = |found: Vec<u32>| -> Vec<u32> {
            found.into_iter().filter(|&other| meets(own, other)).collect()
        };
        assert_eq!(crossed(few), crossed(many));
        for (end, which) in own.iter().zip(["from", "to"]) {
            let mine = ends.iter().position(|other| other == own).unwrap() as u32;
            assert!(index.at(*end).any(|other| other == mine), "{which}");
        }
    }
    assert!(20 * looked_at < before, "{looked_at} instead of {before}");
}

#[test]
fn maps_have_one_upright_tree() {
    let squares =
        (0..5_000i64).map(|i| [[i % 70 * 10, i / 70 * 10], [i % 70 * 10 + 10, i / 70 * 10]]);
    assert_eq!(Index::of(&squares.collect::<Vec<_>>()).turned.len(), 1);
}
