#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::{points, small};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn tables_are_solved_to_the_optimum(small in small(), p in 1usize..=7) {
        let longest = |open: &[usize]| (0..small.clients).filter(|&c| small.demand[c] > 0.0)
            .map(|c| small.nearest(c, open)).fold(0.0, f64::max);
        let best = small.choices().filter(|open| open.len() == p).map(|open| longest(&open))
            .fold(f64::INFINITY, f64::min);
        let answer = PCenter::new(p).solve(&small.distances(), &small.demand, &small.rules);
        prop_assert_eq!(answer.is_ok(), best.is_finite(), "{:?} {}", answer, best);
        let Ok(answer) = answer else { return Ok(()) };
        prop_assert!(answer.sites.len() <= p);
        prop_assert_eq!(longest(&answer.sites), answer.objective);
        prop_assert_eq!(answer.objective, best);
        prop_assert_eq!(answer.lower_bound, best);
    }

    #[test]
    fn points_are_solved_to_the_optimum(people in points(8), p in 1usize..=8) {
        prop_assume!(p <= people.len());
        let n = people.len();
        let distances = Distances::between(people.clone(), people, 1.0).unwrap();
        let longest = |bits: u32| {
            let near = |c: usize| (0..n).filter(|s| bits >> s & 1 == 1)
                .map(|s| distances.get(c, s).unwrap()).fold(f64::INFINITY, f64::min);
            (0..n).map(near).fold(0.0, f64::max)
        };
        let best = (0..1u32 << n).filter(|b| b.count_ones() as usize == p).map(longest)
            .fold(f64::INFINITY, f64::min);
        let answer = PCenter::new(p).solve(&distances, &vec![1.0; n], &[]).unwrap();
        prop_assert_eq!((answer.objective, answer.lower_bound), (best, best));
    }
}
