use proptest::prelude::*;

use super::*;

/// The greatest weight by trying everything.
fn by_trying(edges: &[(usize, usize, i64)], taken: u32) -> i64 {
    let Some((&(a, b, weight), rest)) = edges.split_first() else { return 0 };
    let without = by_trying(rest, taken);
    let both = 1 << a | 1 << b;
    if taken & both != 0 || a == b {
        return without;
    }
    without.max(weight + by_trying(rest, taken | both))
}

fn weight(mates: &[Option<usize>], edges: &[(usize, usize, i64)]) -> i64 {
    let mut sum = 0;
    for (a, mate) in mates.iter().enumerate() {
        let Some(b) = *mate else { continue };
        assert_eq!(mates[b], Some(a));
        let best = edges.iter().filter(|e| (e.0, e.1) == (a, b) || (e.1, e.0) == (a, b));
        sum += best.map(|e| e.2).max().unwrap_or(i64::MIN / 8);
    }
    sum / 2
}

#[test]
fn a_blossom_is_shrunk_and_opened() {
    // Two triangles joined by an edge: both ends of the joint and one edge of each triangle.
    let edges = [(0, 1, 8), (1, 2, 9), (0, 2, 8), (2, 3, 10), (3, 4, 8), (4, 5, 9), (3, 5, 8)];
    assert_eq!(weight(&matching(6, &edges), &edges), 27);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn no_other_matching_weighs_more(
        n in 1usize..9,
        raw in prop::collection::vec((0usize..9, 0usize..9, -3i64..40), 0..15),
    ) {
        let edges: Vec<(usize, usize, i64)> =
            raw.into_iter().filter(|e| e.0 < n && e.1 < n && e.0 != e.1).collect();
        let mates = matching(n, &edges);
        prop_assert_eq!(weight(&mates, &edges), by_trying(&edges, 0));
    }
}
