#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::small;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_fewest_sites_cover_everybody(small in small(), radius in 0.0..12.0f64, times in 1usize..3) {
        let distances = small.distances();
        let within = |c: usize, open: &[usize]| {
            open.iter().filter(|&&s| small.table[c * small.sites + s] <= radius).count()
        };
        let all: Vec<usize> =
            (0..small.sites).filter(|&s| small.rules[s] != SiteRule::Closed).collect();
        let covers = |open: &[usize]| (0..small.clients).filter(|&c| small.demand[c] > 0.0)
            .all(|c| within(c, open) >= times.min(within(c, &all)));
        let best = small.choices().filter(|open| covers(open)).map(|open| open.len()).min().unwrap();
        let answer = SetCover { times, ..SetCover::within(radius) }
            .solve(&distances, &small.demand, &small.rules).unwrap();
        prop_assert!(covers(&answer.sites) && small.choices().any(|open| open == answer.sites));
        prop_assert_eq!(answer.objective, best as f64);
        prop_assert_eq!(answer.lower_bound, best as f64);
        for (c, site) in answer.site_of_client.iter().enumerate() {
            prop_assert_eq!(site.is_some(), within(c, &answer.sites) > 0);
        }
    }

    #[test]
    fn the_most_demand_is_brought_within_reach(
        small in small(), radius in 0.0..12.0f64, p in 1usize..=7,
    ) {
        let covered = |open: &[usize]| -> f64 {
            (0..small.clients).filter(|&c| small.nearest(c, open) <= radius)
                .map(|c| small.demand[c]).sum()
        };
        let best = small.choices().filter(|open| open.len() == p).map(|open| covered(&open))
            .fold(f64::NEG_INFINITY, f64::max);
        let answer =
            MaxCover::new(p, radius).solve(&small.distances(), &small.demand, &small.rules);
        prop_assert_eq!(answer.is_ok(), best.is_finite());
        let Ok(answer) = answer else { return Ok(()) };
        prop_assert_eq!(answer.objective, best);
        prop_assert_eq!(covered(&answer.sites), best);
        prop_assert!(answer.upper_bound >= best && answer.gap() < 1e-6, "gap {}", answer.gap());
    }
}

#[test]
fn a_reach_that_is_none_is_refused() {
    let distances = Distances::table(&[1.0], 1, 1).unwrap();
    assert!(SetCover::within(f64::NAN).solve(&distances, &[1.0], &[]).is_err());
    assert!(MaxCover::new(1, -1.0).solve(&distances, &[1.0], &[]).is_err());
}
