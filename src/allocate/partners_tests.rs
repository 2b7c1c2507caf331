#![allow(clippy::unwrap_used)]

use super::*;
use crate::generate::Generate;

fn town() -> (City, Ground) {
    let town = Generate { communities: 4, old_communities: 2, ..Generate::units(600) };
    let mut city = town.seed(3).city();
    assert_eq!(city.communities.len(), 4);
    city.partners.truncate(11);
    city.community_offers.clear();
    let ground = Ground::survey(&city).unwrap();
    (city, ground)
}

#[test]
fn loads_are_even_and_the_sum_of_ways_is_least() {
    let (city, ground) = town();
    let answer = Partners::default().assign(&city, &ground).unwrap();
    let communities = city.communities.len();
    let mut load = vec![0usize; communities];
    answer.community_of_partner.iter().for_each(|c| load[c.unwrap()] += 1);
    let (least, most) = (load.iter().min().unwrap(), load.iter().max().unwrap());
    assert!(most - least <= 1, "{load:?}");
    assert!(answer.mismatched.is_empty());
    // No two partners would do better by changing places.
    let centres = community_centres(&city, &ground).unwrap();
    let from = metres(&ground, city.partners.iter().map(|p| p.position)).unwrap();
    let way = |p: usize, c: usize| {
        let [x, y] = centres[c].unwrap();
        1.3 * (from[p][0] - x).hypot(from[p][1] - y)
    };
    let of = |p: usize| answer.community_of_partner[p].unwrap();
    for a in 0..from.len() {
        for b in 0..a {
            let now = way(a, of(a)) + way(b, of(b));
            assert!(way(a, of(b)) + way(b, of(a)) >= now - 0.03);
        }
    }
}

#[test]
fn needs_meet_resources_before_ways_are_short() {
    let (mut city, ground) = town();
    for (i, partner) in city.partners.iter_mut().enumerate() {
        partner.resources = vec![["repairs", "teaching"][i % 2].into()];
        partner.needs.clear();
        partner.projects.clear();
    }
    city.community_offers = (0..city.communities.len())
        .map(|i| Offers { needs: vec![["repairs", "teaching"][i % 2].into()], ..Offers::default() })
        .collect();
    let loads: Vec<usize> = vec![city.partners.len(); city.communities.len()];
    let answer = Partners { loads: loads.clone(), ..Partners::default() }.assign(&city, &ground);
    let answer = answer.unwrap();
    assert!(answer.mismatched.is_empty());
    for (partner, community) in answer.community_of_partner.iter().enumerate() {
        assert_eq!(community.unwrap() % 2, partner % 2);
    }
    // Somebody nobody needs is placed all the same, and named.
    city.partners[0].resources = vec!["magic".into()];
    let answer = Partners { loads, ..Partners::default() }.assign(&city, &ground).unwrap();
    assert_eq!(answer.mismatched, [0]);
    assert!(answer.community_of_partner[0].is_some());
}

/// A problem with such arcs, each of cost 0.
fn shared(arcs: &[(usize, usize)], sites: usize, points: usize) -> Vec<usize> {
    let all = arcs.iter().map(|&(point, site)| Arc { point, site, cost: 0 }).collect();
    let supply = vec![1; arcs.iter().map(|arc| arc.0 + 1).max().unwrap_or(0)];
    let problem = Transport { supply, arcs: all, ..Transport::default() };
    let mut load = vec![0; sites];
    evenly(problem, sites, points).unwrap().shipments.iter().for_each(|s| load[s.site] += 1);
    load
}

#[test]
fn only_those_with_a_way_are_counted_in_an_even_share() {
    // Points 2 and 3 reach nothing, and nobody reaches site 2.
    assert_eq!(shared(&[(0, 0), (0, 1), (1, 0), (1, 1)], 3, 2), [1, 1, 0]);
    // Three can go to the first site only, one to the second: nobody is left out for evenness.
    assert_eq!(shared(&[(0, 0), (1, 0), (2, 0), (3, 1)], 2, 4), [3, 1]);
    // The one who can choose goes where there are fewer.
    assert_eq!(shared(&[(0, 0), (1, 0), (2, 0), (3, 0), (3, 1)], 2, 4), [3, 1]);
    assert_eq!(shared(&[], 2, 0), [0, 0]);
}
