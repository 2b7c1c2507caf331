#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::{Small, small};

/// The least cost over open sites, client by client; a client may be left out at a price.
fn brute_force(small: &Small, open: &[usize], loads: &[f64], outside: f64) -> f64 {
    fn place(
        small: &Small,
        open: &[usize],
        loads: &[f64],
        outside: f64,
        client: usize,
        room: &mut [f64],
    ) -> f64 {
        if client == small.clients {
            return 0.0;
        }
        let weight = small.demand[client];
        let mut best =
            weight.max(1e-9) * outside + place(small, open, loads, outside, client + 1, room);
        for &site in open {
            let length = small.table[client * small.sites + site];
            if length.is_finite() && loads[client] <= room[site] {
                room[site] -= loads[client];
                let rest = place(small, open, loads, outside, client + 1, room);
                best = best.min(weight * length + rest);
                room[site] += loads[client];
            }
        }
        best
    }
    let mut room: Vec<f64> = (0..small.sites).map(capacity).collect();
    place(small, open, loads, outside, 0, &mut room)
}

fn capacity(site: usize) -> f64 {
    [4.0, 6.0, 3.0, 5.0][site % 4]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn small_instances_are_solved_to_the_optimum(
        small in small().prop_filter("few", |s| s.clients <= 6 && s.sites <= 5),
        p in 1usize..=5,
        unit in any::<bool>(),
    ) {
        let loads: Vec<f64> =
            (0..small.clients).map(|c| if unit { 1.0 } else { (1 + c % 3) as f64 }).collect();
        let capacities: Vec<f64> = (0..small.sites).map(capacity).collect();
        let longest = small.table.iter().copied().filter(|d| d.is_finite()).fold(0.0, f64::max);
        let outside = 10.0 * longest + 1.0;
        let best = small.choices().filter(|open| open.len() == p)
            .map(|open| brute_force(&small, &open, &loads, outside))
            .fold(f64::INFINITY, f64::min);
        let rooms = Rooms { weight: &small.demand, load: &loads, capacity: &capacities };
        let answer = CapacitatedMedian::new(p).solve(&small.distances(), &rooms, &small.rules);
        prop_assert_eq!(answer.is_ok(), best.is_finite());
        let Ok(answer) = answer else { return Ok(()) };
        let mut room = capacities.clone();
        let mut cost = 0.0;
        for (c, site) in answer.site_of_client.iter().enumerate() {
            cost += match site {
                Some(site) => {
                    prop_assert!(answer.sites.contains(site));
                    room[*site] -= loads[c];
                    small.demand[c] * small.table[c * small.sites + site]
                }
                None => small.demand[c].max(1e-9) * outside,
            };
        }
        prop_assert!(room.iter().all(|r| *r >= -1e-9));
        prop_assert!((cost - answer.objective).abs() < 1e-6);
        prop_assert!(answer.lower_bound <= best + 1e-6, "bound {} {}", answer.lower_bound, best);
        prop_assert!((answer.objective - best).abs() < 1e-6, "{} {}", answer.objective, best);
    }
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let distances = Distances::table(&[1.0, 2.0], 1, 2).unwrap();
    let rooms =
        |load: &'static [f64], capacity: &'static [f64]| Rooms { weight: &[1.0], load, capacity };
    let solve = |p, rooms: Rooms<'_>| CapacitatedMedian::new(p).solve(&distances, &rooms, &[]);
    assert!(solve(1, rooms(&[1.0], &[1.0, 1.0])).is_ok());
    assert!(solve(3, rooms(&[1.0], &[1.0, 1.0])).is_err());
    assert!(solve(1, rooms(&[1.0, 1.0], &[1.0, 1.0])).is_err());
    assert!(solve(1, rooms(&[1.0], &[1.0])).is_err());
    assert!(solve(1, rooms(&[-1.0], &[1.0, 1.0])).is_err());
}

#[test]
fn rooms_that_are_full_to_the_last_place_are_filled_in_time() {
    // Where nearly nobody fits in, chains of clients who make room for each other have no end.
    let (clients, sites) = (300, 20);
    let mut random = Random::new(3);
    let load: Vec<f64> = (0..clients).map(|_| 5.0 + random.below(40) as f64).collect();
    let total: f64 = load.iter().sum();
    let capacity = vec![(total / sites as f64).ceil(); sites];
    let table: Vec<f64> = (0..clients * sites).map(|_| random.below(1_000) as f64).collect();
    let distances = Distances::table(&table, clients, sites).unwrap();
    let weight = vec![1.0; clients];
    let rooms = Rooms { weight: &weight, load: &load, capacity: &capacity };
    let effort = Effort { starts: 1, search: 1, proof: 20, nodes: 0 };
    let model = CapacitatedMedian { effort, ..CapacitatedMedian::new(sites) };
    let answer = model.solve(&distances, &rooms, &vec![SiteRule::Required; sites]).unwrap();
    let mut taken = vec![0.0; sites];
    for (client, site) in answer.site_of_client.iter().enumerate() {
        if let Some(site) = site {
            taken[*site] += load[client];
        }
    }
    assert!(taken.iter().zip(&capacity).all(|(taken, room)| taken <= room));
    let left_out = answer.site_of_client.iter().filter(|site| site.is_none()).count();
    assert!(left_out <= 2, "{left_out}");
    assert!(answer.lower_bound <= answer.objective);
}
