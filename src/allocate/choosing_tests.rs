#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// People, and their ways to sites, some of which there are not.
type Client = (f64, Vec<Option<f64>>);

fn any_ways() -> impl Strategy<Value = (usize, Vec<Client>)> {
    let way = prop_oneof![2 => Just(None), 3 => (0u32..40).prop_map(|w| Some(f64::from(w)))];
    let people = (0u32..5).prop_map(f64::from);
    let clients = prop::collection::vec((people, prop::collection::vec(way, 6)), 1..10);
    (1usize..7, clients)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_longest_way_is_least_of_those_whom_most_can_be_reached_with(
        (sites, clients) in any_ways(),
        p in 1usize..4,
    ) {
        let p = p.min(sites);
        let ways = |client: usize| &clients[client].1[..sites];
        let lists: Vec<Vec<(usize, f64)>> = (0..clients.len())
            .map(|c| (0..sites).filter_map(|s| Some((s, ways(c)[s]?))).collect())
            .collect();
        let distances = Distances::lists(lists.clone(), sites).unwrap();
        // As stations do: whom no site reaches does not count.
        let demand: Vec<f64> = (0..clients.len())
            .map(|c| if lists[c].is_empty() { 0.0 } else { clients[c].0 })
            .collect();
        let served = || (0..clients.len()).filter(|&c| demand[c] > 0.0);
        let choosing = Choosing {
            distances: &distances,
            demand: &demand,
            rules: &vec![SiteRule::Free; sites],
            reach_m: 1.0,
            longest_m: served().flat_map(|c| ways(c).iter().flatten().copied()).fold(0.0, f64::max),
            is_connected: served().all(|c| lists[c].len() == sites),
        };
        let found = choosing.choose(StationModel::LeastLongest(p)).unwrap();
        let worth = |open: &dyn Fn(usize) -> bool| {
            let near = |c: usize| (0..sites).filter(|&s| open(s)).filter_map(|s| ways(c)[s])
                .reduce(f64::min);
            let reached = served().filter(|&c| near(c).is_some());
            let people: f64 = reached.map(|c| demand[c]).sum();
            (-people, served().filter_map(near).fold(0.0, f64::max))
        };
        let all = (0..1usize << sites).filter(|set| set.count_ones() as usize <= p);
        let best = all.map(|set| worth(&|s| set >> s & 1 == 1)).reduce(|a, b| if b < a { b } else { a });
        let (people, longest) = best.unwrap();
        prop_assert_eq!(worth(&|s| found.sites.contains(&s)), (people, longest));
        prop_assert_eq!((found.objective, found.lower_bound), (longest, longest));
    }
}
