#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn distances(clients: &[(i32, i32)], sites: &[(i32, i32)]) -> Vec<f64> {
    let pairs = clients.iter().flat_map(|a| sites.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1))).collect()
}

/// The least capacitated cost with as many served as there is room for, by trying all subsets and
/// ways.
fn brute_force(median: &Median<'_>, p: usize) -> f64 {
    fn serve(median: &Median<'_>, client: usize, room: &mut [usize], left_out: usize) -> f64 {
        if client == median.clients {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        if left_out > 0 {
            best = serve(median, client + 1, room, left_out - 1);
        }
        for site in 0..median.sites {
            if room[site] > 0 {
                room[site] -= 1;
                let rest = serve(median, client + 1, room, left_out);
                best = best.min(median.cost(client, site) + rest);
                room[site] += 1;
            }
        }
        best
    }
    (0..1u32 << median.sites)
        .filter(|subset| subset.count_ones() as usize == p)
        .map(|subset| {
            let mut room: Vec<usize> =
                (0..median.sites).map(|s| (subset >> s & 1) as usize * median.capacity).collect();
            serve(median, 0, &mut room, median.clients.saturating_sub(p * median.capacity))
        })
        .fold(f64::INFINITY, f64::min)
}

fn places(most: usize) -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((0i32..50, 0i32..50), 1..=most)
}

proptest! {
    #[test]
    fn few_choices_are_solved_exactly(
        clients in places(5),
        sites in places(5),
        p in 1usize..4,
        capacity in 1usize..4,
    ) {
        let p = p.min(sites.len());
        let costs = distances(&clients, &sites);
        let median = Median { costs: &costs, clients: clients.len(), sites: sites.len(), capacity };
        let opened = median.open(p, 1).unwrap();
        prop_assert_eq!(opened.bound, opened.cost);
        prop_assert_eq!(opened.sites.len(), p);
        prop_assert!((opened.cost - brute_force(&median, p)).abs() < 1e-9);
    }

    #[test]
    fn many_choices_are_bounded_truly(
        clients in places(7),
        sites in places(6),
        p in 1usize..4,
        capacity in 1usize..4,
    ) {
        let p = p.min(sites.len());
        let costs = distances(&clients, &sites);
        let median = Median { costs: &costs, clients: clients.len(), sites: sites.len(), capacity };
        let opened = median.bounded(p, 1).unwrap();
        let best = brute_force(&median, p);
        prop_assert!(opened.bound <= best + 1e-9 && opened.cost >= best - 1e-9);
        prop_assert!((opened.cost - best).abs() < 1e-6, "{} {}", opened.cost, best);
    }

    #[test]
    fn the_search_ends_where_no_swap_helps_and_leaves_nobody_out(
        clients in places(60),
        sites in places(40),
        p in 1usize..12,
    ) {
        let p = p.min(sites.len());
        let costs = distances(&clients, &sites);
        let (clients, sites) = (clients.len(), sites.len());
        let free = Median { costs: &costs, clients, sites, capacity: usize::MAX };
        let opened = free.search(p).unwrap();
        prop_assert_eq!(opened.sites.len(), p);
        for out in 0..p {
            for site in (0..sites).filter(|s| !opened.sites.contains(s)) {
                let mut swapped = opened.sites.clone();
                swapped[out] = site;
                prop_assert!(free.nearest_cost(&swapped) >= opened.cost * (1.0 - 1e-6) - 1e-6);
            }
        }
        let tight = Median { capacity: 10, ..free };
        let opened = tight.search(p).unwrap();
        let served = opened.site_of_client.iter().flatten().count();
        prop_assert_eq!(served, clients.min(10 * p));
        for i in 0..p {
            prop_assert!(opened.site_of_client.iter().filter(|s| **s == Some(i)).count() <= 10);
        }
    }
}

#[test]
fn the_search_finds_the_optimum_of_an_easy_case() {
    // Three clusters far apart with a site in the middle of each, and sites off the middle.
    let mut clients = Vec::new();
    let mut sites = Vec::new();
    for (x, y) in [(0, 0), (1000, 0), (0, 1000)] {
        clients.extend([(x - 9, y), (x + 9, y), (x, y - 9), (x, y + 9)]);
        sites.extend([(x + 40, y + 40), (x, y), (x - 40, y + 40)]);
    }
    let costs = distances(&clients, &sites);
    let median = Median { costs: &costs, clients: 12, sites: 9, capacity: 4 };
    let opened = median.search(3).unwrap();
    assert_eq!(opened.sites, [1, 4, 7]);
    assert_eq!(opened.cost, 108.0);
}
