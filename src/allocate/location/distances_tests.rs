#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::allocate::location::testing::points;

proptest! {
    #[test]
    fn lists_of_points_are_those_of_the_table(
        clients in points(20), sites in points(20), radius in 0.0..90.0f64, count in 0usize..20,
    ) {
        let (c, s) = (clients.len(), sites.len());
        let metric = Distances::between(clients, sites, 1.3).unwrap();
        let pairs = (0..c).flat_map(|i| (0..s).map(move |j| (i, j)));
        let table: Vec<f64> = pairs.map(|(i, j)| metric.get(i, j).unwrap()).collect();
        let table = Distances::table(&table, c, s).unwrap();
        let allowed: Vec<bool> = (0..s).map(|j| j % 3 != 1).collect();
        prop_assert_eq!(metric.within(radius, &allowed), table.within(radius, &allowed));
        let near = metric.nearest_lists(count, &allowed);
        let all = table.within(f64::INFINITY, &allowed);
        for client in 0..c {
            let wanted: Vec<_> = all.of(client).take(count).collect();
            prop_assert_eq!(near.of(client).collect::<Vec<_>>(), wanted);
        }
        let open: Vec<usize> = (0..s).filter(|&j| allowed[j]).collect();
        prop_assert_eq!(metric.nearest(&open), table.nearest(&open));
    }
}

#[test]
fn the_spatial_index_finds_what_measuring_all_finds() {
    let spread = |i: usize, step: f64| (i as f64 * step).fract() * 1e4;
    let sites: Vec<[f64; 2]> =
        (0..ALL_MEASURED + 500).map(|i| [spread(i, 0.618), spread(i, 0.4142)]).collect();
    let clients = sites[..40].to_vec();
    let allowed = vec![true; sites.len()];
    let distances = Distances::between(clients, sites, 1.0).unwrap();
    let near = distances.nearest_lists(30, &allowed);
    let all = distances.within(f64::INFINITY, &allowed);
    for client in 0..40 {
        assert!(near.of(client).eq(all.of(client).take(30)));
    }
}

#[test]
fn faulty_lists_are_refused() {
    assert!(Distances::lists([vec![(2, 1.0)]], 2).is_err());
    assert!(Distances::lists([vec![(0, -1.0)]], 2).is_err());
    assert!(Distances::lists([vec![(0, 1.0), (0, 2.0)]], 2).is_err());
    assert!(Distances::table(&[1.0; 5], 2, 3).is_err());
    assert!(Distances::between(vec![[f64::NAN, 0.0]], vec![], 1.0).is_err());
    assert!(Distances::between(vec![], vec![], 0.0).is_err());
    assert_eq!(Distances::table(&[], 3, 0).unwrap().clients(), 3);
}
