use proptest::prelude::*;

use super::*;
use crate::allocate::location::Distances;

#[test]
fn subsets_are_all_and_as_many_as_counted() {
    for (all, size) in [(5, 2), (6, 3), (4, 0), (4, 4), (1, 1), (0, 0)] {
        let subsets: Vec<Vec<usize>> = Subsets::of(all, size).collect();
        assert_eq!(Some(subsets.len()), choices(all, size), "{all} {size}");
        assert!(subsets.is_sorted() && subsets.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(subsets.iter().all(|s| s.len() == size && s.iter().all(|&i| i < all)));
    }
    assert_eq!(choices(500, 250), None);
}

/// Units and sites on a line, metres apart.
fn line(units: &[f64], sites: &[f64]) -> Distances {
    let on = |places: &[f64]| places.iter().map(|&x| [x, 0.0]).collect::<Vec<_>>();
    Distances::between(on(units), on(sites), 1.0).unwrap_or_else(|_| unreachable!("on a line"))
}

/// People along a street, and stations of which at most the first is required, so that any number may
/// be asked for.
pub(in super::super) struct Town {
    pub distances: Distances,
    pub demand: Vec<f64>,
    pub room: Vec<f64>,
    pub rules: Vec<SiteRule>,
}

impl Town {
    /// Places with people, and with room.
    pub fn of(units: &[(u32, u32)], sites: &[(u32, u32, bool)]) -> Self {
        let rule = |(i, site): (usize, &(u32, u32, bool))| match i == 0 && site.2 {
            true => SiteRule::Required,
            false => SiteRule::Free,
        };
        Town {
            distances: line(
                &units.iter().map(|u| f64::from(u.0)).collect::<Vec<_>>(),
                &sites.iter().map(|s| f64::from(s.0)).collect::<Vec<_>>(),
            ),
            demand: units.iter().map(|u| f64::from(u.1)).collect(),
            room: sites.iter().map(|s| f64::from(s.1)).collect(),
            rules: sites.iter().enumerate().map(rule).collect(),
        }
    }
}

/// All subsets of a size.
pub(in super::super) fn subsets(all: usize, size: usize) -> impl Iterator<Item = Vec<usize>> {
    Subsets::of(all, size)
}

proptest! {
    /// No other choice leaves fewer over, or as few with fewer stations.
    #[test]
    fn nobody_is_left_over_who_could_have_a_place(
        units in prop::collection::vec((0..2_000u32, 0..60u32), 1..12),
        sites in prop::collection::vec((0..2_000u32, 0..100u32, any::<bool>()), 1..7),
        p in 1..5usize, reach in 100..1_500u32, longest in any::<bool>(),
    ) {
        let Town { distances, demand, room, rules } = Town::of(&units, &sites);
        let reach = f64::from(reach);
        let filling = Filling::new(&distances, &demand, &room, &rules, reach);
        let limited = Limited { filling, rules: &rules, reach };
        let left = |open: &[usize]| limited.left(open);
        let p = p.min(sites.len());
        let aim = if longest { Aim::Longest } else { Aim::Ways };
        let chosen = limited.best_of(p, &[0], aim)?;
        prop_assert!(chosen.sites.is_sorted() && chosen.sites.len() <= p && chosen.is_best);
        prop_assert!(!sites[0].2 || chosen.sites.contains(&0));
        let fewest = limited.fewest(&[], 0, 1)?;
        prop_assert!(fewest.is_best && fewest.least == fewest.sites.len() as i64);
        prop_assert_eq!(left(&chosen.sites)?, chosen.least);
        let all: Vec<usize> = (0..sites.len()).collect();
        prop_assert_eq!(left(&fewest.sites)?, left(&all)?);
        for size in 0..=sites.len() {
            for open in Subsets::of(sites.len(), size) {
                if sites[0].2 && !open.contains(&0) {
                    continue;
                }
                if size <= p {
                    prop_assert!(left(&open)? >= left(&chosen.sites)?, "{:?} {:?}", open, chosen.sites);
                }
                if size < fewest.sites.len() {
                    prop_assert!(left(&open)? > left(&all)?, "{:?} {:?}", open, fewest.sites);
                }
            }
        }
        // Within the least longest way as many are served, within a shorter one fewer.
        let longest = limited.least_longest(&chosen.sites)?;
        prop_assert_eq!(limited.filling.fill(&chosen.sites, longest)?.left(), left(&chosen.sites)?);
        if longest > 1e-6 {
            let shorter = limited.filling.fill(&chosen.sites, longest * (1.0 - 1e-8))?.left();
            prop_assert!(shorter > left(&chosen.sites)?, "{}", longest);
        }
    }
}
