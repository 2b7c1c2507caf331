use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::lattice::{cross_inside, side};
use super::*;

fn strands(span: i64, most: usize) -> impl Strategy<Value = Vec<Strand>> {
    let point = [0..span, 0..span];
    prop::collection::vec((point.clone(), point, 0u32..4), 0..most)
        .prop_map(|all| all.into_iter().map(|(from, to, tag)| Strand { from, to, tag }).collect())
}

proptest! {
    #[test]
    fn edges_meet_in_their_ends_alone(strands in prop_oneof![strands(8, 12), strands(60, 40)]) {
        let edges = node(&strands).unwrap();
        let at = |e: usize| edges.ends[e].map(|v| edges.points[v as usize]);
        for e in 0..edges.len() {
            let own = at(e);
            for f in 0..e {
                let its = at(f);
                prop_assert!(own != its && own != [its[1], its[0]]);
                prop_assert!(!cross_inside(own, its), "{own:?} {its:?}");
                for end in its {
                    prop_assert!(own.contains(&end) || !lies_on(own, end), "{own:?} {end:?}");
                }
            }
        }
    }

    #[test]
    fn a_strand_becomes_a_path_beside_it(strands in strands(30, 25)) {
        // By tag: every vertex is left as often as it is entered, but for the strands' own ends.
        let edges = node(&strands).unwrap();
        let mut balance: BTreeMap<(Tag, Point), i64> = BTreeMap::new();
        for s in (0..edges.len()).flat_map(|e| edges.strands(e)) {
            *balance.entry((s.tag, s.from)).or_default() += 1;
            *balance.entry((s.tag, s.to)).or_default() -= 1;
            let near = strands
                .iter()
                .any(|t| t.tag == s.tag && passes([t.from, t.to], s.from) && passes([t.from, t.to], s.to));
            prop_assert!(near, "{s:?} runs beside no strand");
        }
        for s in &strands {
            *balance.entry((s.tag, s.from)).or_default() -= 1;
            *balance.entry((s.tag, s.to)).or_default() += 1;
        }
        prop_assert!(balance.values().all(|b| *b == 0));
    }

    #[test]
    fn the_order_of_strands_does_not_matter(strands in strands(20, 15)) {
        let picture = |strands: &[Strand]| {
            let edges = node(strands).unwrap();
            let mut all: Vec<Strand> = (0..edges.len()).flat_map(|e| edges.strands(e)).collect();
            all.sort();
            all
        };
        let reversed: Vec<Strand> = strands.iter().rev().copied().collect();
        prop_assert_eq!(picture(&strands), picture(&reversed));
    }
}

fn lies_on([a, b]: [Point; 2], point: Point) -> bool {
    let within = |axis: usize| (a[axis].min(b[axis])..=a[axis].max(b[axis])).contains(&point[axis]);
    within(0) && within(1) && side(a, b, point).is_eq()
}

#[test]
fn a_cross_has_four_arms() {
    let strand = |from, to, tag| Strand { from, to, tag };
    let edges = node(&[strand([0, 0], [10, 10], 1), strand([0, 10], [10, 0], 2)]).unwrap();
    assert_eq!((edges.len(), edges.points.len()), (4, 5));
    assert!(edges.points.contains(&[5, 5]));
}
