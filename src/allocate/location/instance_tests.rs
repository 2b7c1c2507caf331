#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::{points, small};

/// The two nearest of open sites within a limit, by looking at all of them.
fn by_looking(lengths: &[f64], open: &[usize], outside: f64) -> [f64; 2] {
    let mut near: Vec<f64> =
        open.iter().map(|&site| lengths[site]).filter(|l| *l < outside).collect();
    near.sort_by(f64::total_cmp);
    [0, 1].map(|i| near.get(i).copied().unwrap_or(outside))
}

proptest! {
    #[test]
    fn the_two_nearest_open_sites_are_found(
        small in small(), bits in any::<u32>(), clients in points(12), sites in points(40),
    ) {
        let metric = Distances::between(clients.clone(), sites.clone(), 1.0).unwrap();
        let (c, s) = (metric.clients(), metric.sites());
        let lengths = (0..c).flat_map(|i| (0..s).map(move |j| (i, j)));
        let lengths: Vec<f64> = lengths.map(|(i, j)| metric.get(i, j).unwrap()).collect();
        let cases = [(metric, lengths, 1e9), (small.distances(), small.table.clone(), 40.0)];
        for (distances, lengths, outside) in cases {
            let sites = distances.sites();
            let open: Vec<usize> = (0..sites).filter(|s| bits >> (s % 32) & 1 == 1).collect();
            if open.is_empty() {
                continue;
            }
            let weight = vec![1.0; distances.clients()];
            // Once with lists of all sites, and once with lists that come to an end.
            for p in [1, open.len()] {
                let mut instance = Instance::new(&distances, &weight, &[], p, outside).unwrap();
                if distances.is_metric() && p > 1 {
                    let short = 3.min(sites);
                    instance.by_client = distances.nearest_lists(short, &vec![true; sites]);
                    if short < sites {
                        let last = |client| *instance.by_client.lengths(client).last().unwrap();
                        instance.complete_to = (0..distances.clients()).map(last).collect();
                    }
                }
                let places: Vec<u32> = open.iter().map(|&site| site as u32).collect();
                let mut place_of = vec![NONE; sites];
                open.iter().zip(0..).for_each(|(&site, place)| place_of[site] = place);
                let (cost, site_of) = instance.cost(&open);
                let mut sum = 0.0;
                for client in 0..distances.clients() {
                    let own = &lengths[client * sites..][..sites];
                    let expected = by_looking(own, &open, instance.outside);
                    let found = instance.two_nearest(client, &place_of, &places);
                    prop_assert_eq!(found.map(|(_, length)| length), expected);
                    for (place, length) in found {
                        prop_assert!(place == NONE && length == instance.outside
                            || own[places[place as usize] as usize] == length);
                    }
                    prop_assert!(found[0].0 == NONE || found[0].0 != found[1].0);
                    sum += expected[0];
                    let served = site_of[client].map(|site| own[site]);
                    prop_assert_eq!(served.unwrap_or(instance.outside), expected[0]);
                }
                prop_assert!(cost == sum || (cost - sum).abs() < 1e-6, "{} {}", cost, sum);
            }
        }
    }
}

#[test]
fn what_cannot_be_opened_is_refused() {
    let distances = Distances::table(&[1.0, 2.0, 3.0], 1, 3).unwrap();
    let of =
        |rules: &[SiteRule], p: usize| Instance::new(&distances, &[1.0], rules, p, 9.0).is_ok();
    use SiteRule::{Closed, Free, Required};
    assert!(of(&[], 1) && of(&[], 3) && !of(&[], 0) && !of(&[], 4));
    assert!(of(&[Closed, Free, Free], 2) && !of(&[Closed, Free, Free], 3));
    assert!(of(&[Required, Required, Free], 2) && !of(&[Required, Required, Free], 1));
    assert!(Instance::new(&distances, &[f64::NAN], &[], 1, 9.0).is_err());
    assert!(Instance::new(&distances, &[-1.0], &[], 1, 9.0).is_err());
    assert!(Instance::new(&distances, &[0.0], &[], 1, 9.0).is_ok());
}
