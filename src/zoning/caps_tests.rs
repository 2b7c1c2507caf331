use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn stars_forbid_the_pairs_and_nothing_else(
        pairs in proptest::collection::vec((0..9u32, 0..9u32), 0..14),
    ) {
        let pairs: Vec<(u32, u32)> =
            pairs.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect();
        let caps = stars(pairs.clone());
        for set in 0u32..1 << 9 {
            let holds = |atom: u32| set >> atom & 1 == 1;
            let forbidden = pairs.iter().any(|&(a, b)| holds(a) && holds(b));
            let over = caps.iter().any(|cap| {
                let sum: i64 = cap.weights.iter().filter(|w| holds(w.0)).map(|w| w.1).sum();
                sum > cap.most
            });
            prop_assert_eq!(over, forbidden);
        }
        let atoms: BTreeSet<u32> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        prop_assert!(caps.len() <= atoms.len().saturating_sub(1));
    }
}

#[test]
fn a_star_of_pairs_is_one_cap() {
    assert_eq!(stars(vec![(0, 1), (0, 2), (0, 3)]).len(), 1);
    assert!(stars(Vec::new()).is_empty());
}
