#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::{points, small};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn tables_are_solved_to_the_optimum(small in small(), p in 1usize..=7) {
        let distances = small.distances();
        let outside = 10.0 * distances.longest_listed() + 1.0;
        let cost = |open: &[usize]| -> f64 {
            (0..small.clients)
                .map(|c| small.demand[c] * small.nearest(c, open).min(outside))
                .sum()
        };
        let best = small.choices().filter(|open| open.len() == p).map(|open| cost(&open))
            .fold(f64::INFINITY, f64::min);
        let answer = PMedian::new(p).solve(&distances, &small.demand, &small.rules);
        prop_assert_eq!(answer.is_ok(), best.is_finite());
        let Ok(answer) = answer else { return Ok(()) };
        prop_assert_eq!(answer.sites.len(), p);
        prop_assert!(small.choices().any(|open| open == answer.sites));
        prop_assert!((answer.objective - cost(&answer.sites)).abs() < 1e-9);
        prop_assert!((answer.objective - best).abs() < 1e-6, "{} {}", answer.objective, best);
        prop_assert!(answer.lower_bound <= best + 1e-6);
        prop_assert!(answer.gap() < 1e-6, "gap {}", answer.gap());
    }

    #[test]
    fn points_are_solved_to_the_optimum(clients in points(9), sites in points(7), p in 1usize..=7) {
        prop_assume!(p <= sites.len());
        let distances = Distances::between(clients.clone(), sites.clone(), 1.3).unwrap();
        let demand: Vec<f64> = (0..clients.len()).map(|i| (i % 4) as f64).collect();
        let cost = |bits: u32| -> f64 {
            let near = |c: usize| (0..sites.len()).filter(|s| bits >> s & 1 == 1)
                .map(|s| distances.get(c, s).unwrap()).fold(f64::INFINITY, f64::min);
            (0..clients.len()).map(|c| demand[c] * near(c)).sum()
        };
        let best = (0..1u32 << sites.len()).filter(|b| b.count_ones() as usize == p).map(cost)
            .fold(f64::INFINITY, f64::min);
        let answer = PMedian::new(p).solve(&distances, &demand, &[]).unwrap();
        prop_assert!((answer.objective - best).abs() < 1e-6);
        prop_assert!(answer.lower_bound <= best + 1e-6 && answer.gap() < 1e-6);
    }
}

#[test]
fn a_bound_that_nearly_meets_is_closed() {
    // The subgradient came to within a millionth here, and stopped.
    let clients = vec![[0.0, 0.0], [50.0, 10.0], [50.0, 40.0], [60.0, 60.0]];
    let sites = [[40, 10], [0, 0], [60, 50], [50, 20], [60, 10], [50, 70], [60, 50]];
    let sites: Vec<[f64; 2]> = sites.iter().map(|s| s.map(f64::from)).collect();
    let distances = Distances::between(clients, sites, 1.3).unwrap();
    let answer = PMedian::new(4).solve(&distances, &[0.0, 1.0, 2.0, 3.0], &[]).unwrap();
    assert!(answer.gap() < 1e-7, "{answer:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lists_that_are_cut_short_still_give_true_bounds(seed in 0u64..1000, p in 2usize..40) {
        // Enough points that every list is cut; the best of many random choices stands in for an
        // optimum that nobody knows.
        let mut random = Random::new(seed);
        let people: Vec<[f64; 2]> =
            (0..150).map(|_| [random.between(0.0, 1e3), random.between(0.0, 1e3)]).collect();
        let distances = Distances::between(people.clone(), people, 1.0).unwrap();
        let answer = PMedian::new(p).solve(&distances, &[1.0; 150], &[]).unwrap();
        prop_assert!(answer.lower_bound <= answer.objective);
        prop_assert!(answer.gap() < 0.02, "gap {}", answer.gap());
        let known = distances.nearest(&answer.sites);
        let cost: f64 = known.iter().flatten().map(|n| n.1).sum();
        prop_assert!((cost - answer.objective).abs() < 1e-6);
        for _ in 0..20 {
            let mut other: Vec<usize> = (0..150).collect();
            random.shuffle(&mut other);
            let cost: f64 =
                distances.nearest(&other[..p]).iter().flatten().map(|n| n.1).sum();
            prop_assert!(answer.lower_bound <= cost);
        }
    }
}

#[test]
fn all_sites_open_cost_nothing_where_everybody_is_one() {
    let people: Vec<[f64; 2]> = (0..12).map(|i| [f64::from(i % 5), f64::from(i / 5)]).collect();
    let distances = Distances::between(people.clone(), people, 1.0).unwrap();
    let answer = PMedian::new(12).solve(&distances, &[1.0; 12], &[]).unwrap();
    assert_eq!((answer.objective, answer.gap()), (0.0, 0.0));
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let mut random = Random::new(5);
    let people: Vec<[f64; 2]> =
        (0..2_000).map(|_| [random.between(0.0, 1e4), random.between(0.0, 1e4)]).collect();
    let distances = Distances::between(people.clone(), people, 1.0).unwrap();
    let model = PMedian { effort: Effort { proof: 60, ..Effort::default() }, ..PMedian::new(8) };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| model.solve(&distances, &[1.0; 2_000], &[])).unwrap()
    };
    let once = with(1);
    assert_eq!(once, with(2));
    assert_eq!(once, with(3));
}

#[test]
fn impossible_numbers_are_refused() {
    let distances = Distances::table(&[1.0, 2.0], 1, 2).unwrap();
    let solve = |p, rules: &[SiteRule]| PMedian::new(p).solve(&distances, &[1.0], rules);
    assert!(solve(0, &[]).is_err());
    assert!(solve(3, &[]).unwrap_err().to_string().contains("from 1 to 2"));
    assert!(solve(2, &[SiteRule::Closed, SiteRule::Free]).is_err());
    assert!(solve(1, &[SiteRule::Required; 2]).is_err());
    assert!(solve(1, &[SiteRule::Free]).unwrap_err().to_string().contains("1 rules"));
}
