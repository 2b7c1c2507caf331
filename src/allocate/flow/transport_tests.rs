#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// The best (unplaced, missing at least loads, cost) by trying every way, unit by unit.
fn brute_force(problem: &Transport) -> (i64, i64, i64) {
    fn place(problem: &Transport, units: &[usize], load: &mut [i64]) -> (i64, i64, i64) {
        let Some((&point, rest)) = units.split_first() else {
            let missing = problem.at_least.iter().zip(&problem.capacity).zip(load.iter());
            return (0, missing.map(|((&l, &c), &n)| (l.min(c) - n).max(0)).sum(), 0);
        };
        let mut best = place(problem, rest, load);
        best.0 += 1;
        for arc in problem.arcs.iter().filter(|arc| arc.point == point) {
            if load[arc.site] < problem.capacity[arc.site] {
                load[arc.site] += 1;
                let (unplaced, missing, cost) = place(problem, rest, load);
                best = best.min((unplaced, missing, cost + arc.cost));
                load[arc.site] -= 1;
            }
        }
        best
    }
    let units: Vec<usize> = problem
        .supply
        .iter()
        .enumerate()
        .flat_map(|(point, &n)| std::iter::repeat_n(point, n as usize))
        .collect();
    place(problem, &units, &mut vec![0; problem.capacity.len()])
}

fn problems() -> impl Strategy<Value = Transport> {
    (1usize..=5, 1usize..=4).prop_flat_map(|(points, sites)| {
        (
            prop::collection::vec(0i64..=2, points),
            prop::collection::vec(0i64..=4, sites),
            prop_oneof![Just(Vec::new()), prop::collection::vec(0i64..=3, sites)],
            prop::collection::vec(prop::option::weighted(0.8, -3i64..=7), points * sites),
        )
            .prop_map(move |(supply, capacity, at_least, costs)| {
                let pairs = (0..points).flat_map(|p| (0..sites).map(move |s| (p, s)));
                let arcs = pairs
                    .zip(costs)
                    .filter_map(|((point, site), cost)| Some(Arc { point, site, cost: cost? }))
                    .collect();
                Transport { supply, capacity, at_least, arcs }
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_transport_is_the_best_of_all(problem in problems()) {
        let answer = problem.solve().unwrap();
        let mut load = vec![0; problem.capacity.len()];
        let mut left = problem.supply.clone();
        let mut cost = 0;
        for s in &answer.shipments {
            prop_assert!(s.amount > 0);
            load[s.site] += s.amount;
            left[s.point] -= s.amount;
            let arc = problem.arcs.iter().find(|a| (a.point, a.site) == (s.point, s.site)).unwrap();
            cost += arc.cost * s.amount;
        }
        prop_assert_eq!(&left, &answer.unplaced);
        prop_assert_eq!(cost, answer.cost);
        prop_assert!(load.iter().zip(&problem.capacity).all(|(l, c)| l <= c));
        let missing: i64 = problem.at_least.iter().zip(&problem.capacity).zip(&load)
            .map(|((&l, &c), &n)| (l.min(c) - n).max(0)).sum();
        prop_assert_eq!((left.iter().sum::<i64>(), missing, cost), brute_force(&problem));

        if problem.at_least.is_empty() && left.iter().all(|&n| n == 0) {
            let offer = |p: usize| problem.arcs.iter().filter(|a| a.point == p)
                .map(|a| a.cost + answer.prices[a.site]).min().unwrap_or(0);
            let offers: i64 = (0..problem.supply.len()).map(|p| problem.supply[p] * offer(p)).sum();
            let rooms: i64 =
                answer.prices.iter().zip(&problem.capacity).map(|(p, c)| p * c).sum();
            prop_assert!(answer.prices.iter().all(|&p| p >= 0));
            prop_assert_eq!(offers - rooms, cost);
        }
    }
}

#[test]
fn faulty_problems_are_refused() {
    let arc = |point, site, cost| Arc { point, site, cost };
    let with =
        |arcs| Transport { supply: vec![1], capacity: vec![1], arcs, ..Transport::default() };
    assert!(with(vec![arc(1, 0, 1)]).solve().is_err());
    assert!(with(vec![arc(0, 0, 1), arc(0, 0, 2)]).solve().is_err());
    assert!(with(vec![arc(0, 0, i64::MAX / 4)]).solve().is_err());
    let negative = Transport { supply: vec![-1], ..Transport::default() };
    assert!(negative.solve().is_err());
    let mismatched = Transport { at_least: vec![1, 1], ..with(vec![]) };
    assert!(mismatched.solve().is_err());
}

/// Many points at few sites, so that prices come from samples; everybody can go everywhere.
fn crowd(seed: u64, points: usize, room: i64) -> Transport {
    let mut random = crate::random::Random::new(seed);
    let sites = 4;
    let arcs = (0..points * sites).map(|i| Arc {
        point: i / sites,
        site: i % sites,
        cost: random.below(1_000) as i64,
    });
    Transport {
        arcs: arcs.collect(),
        supply: (0..points as i64).map(|p| p % 3).collect(),
        capacity: (0..sites as i64).map(|s| room / 4 + 40 * s - 60).collect(),
        ..Transport::default()
    }
}

#[test]
fn prices_from_samples_end_in_the_optimum() {
    for seed in 0..20 {
        let points = 2_000;
        let total: i64 = (0..points as i64).map(|p| p % 3).sum();
        // Much room, little, none to spare, and too little.
        for room in [2 * total, total + 40, total, total - 25] {
            let problem = crowd(seed, points, room);
            let answer = problem.solve().unwrap();
            let room: i64 = problem.capacity.iter().sum();
            assert_eq!(answer.unplaced.iter().sum::<i64>(), (total - room).max(0));
            if total > room {
                continue;
            }
            let offers: i64 = (0..points)
                .map(|p| {
                    let offer = |a: &Arc| a.cost + answer.prices[a.site];
                    problem.supply[p]
                        * problem.arcs[4 * p..4 * p + 4].iter().map(offer).min().unwrap()
                })
                .sum();
            let rooms: i64 = answer.prices.iter().zip(&problem.capacity).map(|(p, c)| p * c).sum();
            assert!(answer.prices.iter().all(|&p| p >= 0));
            assert_eq!(offers - rooms, answer.cost);
        }
    }
}

#[test]
fn what_is_no_problem_is_refused_by_name() {
    let arc = |point, site, cost| Arc { point, site, cost };
    let sound = Transport {
        supply: vec![2, 1],
        capacity: vec![1, 5],
        at_least: vec![],
        arcs: vec![arc(0, 0, 1), arc(0, 1, 4), arc(1, 0, 1)],
    };
    assert!(sound.solve().is_ok());
    let refuses = |change: &dyn Fn(&mut Transport), parts: [&str; 2]| {
        let mut problem = sound.clone();
        change(&mut problem);
        let error = problem.solve().unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    };
    refuses(&|p| p.supply[1] = -1, ["a supply, capacity or least load below 0", "0 or more"]);
    refuses(&|p| p.capacity[0] = -1, ["a supply, capacity or least load below 0", "0 or more"]);
    refuses(&|p| p.at_least = vec![0, -1], ["a supply, capacity or least load", "0 or more"]);
    refuses(&|p| p.at_least = vec![1], ["1 least loads for 2 sites", "one per site"]);
    refuses(&|p| p.arcs.push(arc(2, 0, 1)), ["arc 3 goes from 2 to 0", "that exist"]);
    refuses(&|p| p.arcs.push(arc(1, 2, 1)), ["arc 3 goes from 1 to 2", "that exist"]);
    refuses(&|p| p.arcs.push(arc(1, 0, 3)), ["two arcs from point 1 to one site", "cheaper"]);
    for cost in [i64::MAX, i64::MIN, i64::MAX / 2 + 1, i64::MAX / 8] {
        refuses(&|p| p.arcs[0].cost = cost, ["costs up to", "a larger unit"]);
    }
}

#[test]
fn sums_are_exact_up_to_the_largest_cost() {
    let arc = |point, site, cost| Arc { point, site, cost };
    for at_least in [vec![], vec![0, 1]] {
        let most = Transport::most_cost(2, !at_least.is_empty());
        let mut problem = Transport {
            supply: vec![2, 1],
            capacity: vec![1, 1],
            at_least,
            arcs: vec![arc(0, 0, most - 1), arc(0, 1, most), arc(1, 0, most - 2)],
        };
        let answer = problem.solve().unwrap();
        assert_eq!((answer.cost, answer.unplaced), (2 * most - 2, vec![1, 0]));
        problem.arcs[1].cost += 1;
        assert!(problem.solve().is_err());
    }
}
