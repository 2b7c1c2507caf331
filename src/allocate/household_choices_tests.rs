#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn points(most: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
    let point = (0i32..40, 0i32..40).prop_map(|(x, y)| [f64::from(x), f64::from(y)]);
    prop::collection::vec(point, 1..=most)
}

proptest! {
    #[test]
    fn the_sum_is_the_least_of_all_ways_to_share(
        grids in prop::collection::vec((points(5), points(5)), 1..4),
        spare in 0usize..5,
    ) {
        let people: Vec<GridPeople> = grids
            .into_iter()
            .map(|(candidates, members)| GridPeople { candidates, members, units: vec![] })
            .collect();
        let links = 3;
        let need = |p: &GridPeople| p.members.len().div_ceil(links).min(p.candidates.len());
        let ranges: Vec<_> = people.iter().map(|p| need(p)..=p.candidates.len()).collect();
        let places = ranges.iter().map(|r| *r.start()).sum::<usize>() + spare;
        let (chosen, bound) =
            HouseholdChoices::new(&people, &ranges, links).unwrap().share(places).unwrap();

        // All ways to share, grid by grid: so many places used, so many unlinked, at such a cost.
        let mut ways = vec![(0usize, 0usize, 0.0f64)];
        for (people, range) in people.iter().zip(&ranges) {
            ways = ways
                .iter()
                .flat_map(|&(used, unlinked, cost)| {
                    range.clone().map(move |places| {
                        let here = people.choose(places, links, 1).unwrap();
                        let left = here.central_of_member.iter().filter(|c| c.is_none()).count();
                        (used + places, unlinked + left, cost + here.cost_m)
                    })
                })
                .collect();
        }
        let most = ways.iter().map(|w| w.0).max().unwrap();
        let fitting = ways.iter().filter(|w| w.0 == places.min(most)).map(|w| (w.1, w.2));
        let best = fitting.min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let unlinked: usize = (chosen.iter())
            .map(|c| c.central_of_member.iter().filter(|m| m.is_none()).count())
            .sum();
        let cost: f64 = chosen.iter().map(|c| c.cost_m).sum();
        prop_assert_eq!(unlinked, best.0);
        prop_assert!((cost - best.1).abs() < 1e-9, "{} and {}", cost, best.1);
        prop_assert!(bound <= cost + 1e-9);
        prop_assert_eq!(chosen.iter().map(|c| c.central.len()).sum::<usize>(), places.min(most));
    }
}

/// A grid whose first look leaves a gap: a harder look makes it smaller, and the answer no dearer.
#[test]
fn what_is_open_is_looked_into_harder() {
    let grid = |seed: u64| {
        let mut random = crate::random::Random::new(seed);
        let mut points = |count: usize| -> Vec<[f64; 2]> {
            (0..count).map(|_| [random.below(400) as f64, random.below(400) as f64]).collect()
        };
        [GridPeople { candidates: points(30), members: points(79), units: vec![] }]
    };
    let mut open = 0;
    for seed in 1..10 {
        let people = grid(seed);
        // No patience at all: prices without a branch.
        let before = people[0].choose(8, 10, 0).unwrap();
        if before.is_proved() {
            continue;
        }
        open += 1;
        let choice = Choice { households: before.clone(), looked_into: 0 };
        let choices = vec![vec![choice]];
        let first = HouseholdChoices { people: &people, links: 10, least: vec![8], choices };
        let (chosen, bound) = first.share(8).unwrap();
        assert!(bound > before.bound_m, "{bound} after {}", before.bound_m);
        assert!(chosen[0].cost_m <= before.cost_m && bound <= chosen[0].cost_m);
        assert!(chosen[0].is_proved());
    }
    assert!(open > 0);
}
