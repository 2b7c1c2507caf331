//! What no solver can make sense of is refused by name, with what would do.
#![allow(clippy::unwrap_used)]

use super::{
    CapacitatedMedian, Distances, MaxCover, PCenter, PMedian, Rooms, SetCover, SiteRule, Solution,
};
use crate::error::Result;

/// Two clients, three sites; the second client reaches the third site alone.
fn lists() -> Distances {
    Distances::lists([vec![(0, 1.0), (1, 2.0)], vec![(2, 5.0)]], 3).unwrap()
}

fn refused<T: std::fmt::Debug>(answer: Result<T>, parts: &[&str]) {
    let error = answer.unwrap_err().to_string();
    assert!(parts.iter().all(|part| error.contains(part)), "{parts:?} are not in {error}");
}

#[test]
fn distances_that_are_none() {
    let at = |x: f64| vec![[x, 0.0]];
    for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(Distances::between(at(0.0), at(1.0), factor), &["factor of", "positive"]);
    }
    for x in [f64::NAN, f64::INFINITY] {
        refused(Distances::between(at(x), at(1.0), 1.0), &["not finite", "metres"]);
        refused(Distances::between(at(1.0), at(x), 1.0), &["not finite", "metres"]);
    }
    refused(Distances::table(&[1.0; 5], 2, 3), &["5 distances", "2 × 3", "every pair"]);
    refused(Distances::table(&[], usize::MAX, 2), &["0 distances"]);
    refused(Distances::table(&[1.0, -2.0], 1, 2), &["client 0", "-2", "site 1"]);
    refused(Distances::lists([vec![(3, 1.0)]], 3), &["client 0", "site 3", "3 sites"]);
    for length in [-1.0, f64::NAN, f64::INFINITY] {
        refused(Distances::lists([vec![], vec![(0, length)]], 3), &["client 1", "0 or more"]);
    }
    let twice = vec![(1, 1.0), (0, 1.0), (1, 4.0)];
    refused(Distances::lists([twice], 3), &["client 0", "a site twice", "once"]);
    // A table without sites still has its clients.
    let none = Distances::table(&[], 2, 0).unwrap();
    assert_eq!((none.clients(), none.sites()), (2, 0));
}

#[test]
fn demands_and_rules_that_do_not_fit() {
    type Solver = fn(&Distances, &[f64], &[SiteRule]) -> Result<Solution>;
    let solvers: [Solver; 5] = [
        |d, demand, rules| PMedian::new(2).solve(d, demand, rules),
        |d, demand, rules| PCenter::new(2).solve(d, demand, rules),
        |d, demand, rules| SetCover::within(9.0).solve(d, demand, rules),
        |d, demand, rules| MaxCover::new(2, 9.0).solve(d, demand, rules),
        |d, demand, rules| {
            let rooms = Rooms { weight: demand, load: &[1.0; 2], capacity: &[9.0; 3] };
            CapacitatedMedian::new(2).solve(d, &rooms, rules)
        },
    ];
    for solve in solvers {
        assert!(solve(&lists(), &[1.0, 1.0], &[]).is_ok());
        refused(solve(&lists(), &[1.0], &[]), &["1 demands for 2 clients", "one demand"]);
        for demand in [-1.0, f64::NAN, f64::INFINITY] {
            refused(solve(&lists(), &[1.0, demand], &[]), &["a demand below 0", "0 or more"]);
        }
        let rules = [SiteRule::Free; 2];
        refused(solve(&lists(), &[1.0, 1.0], &rules), &["2 rules for 3 sites", "or none"]);
    }
}

#[test]
fn numbers_of_sites_that_cannot_be() {
    let demand = [1.0, 1.0];
    let rules = [SiteRule::Required, SiteRule::Closed, SiteRule::Required];
    let room = Rooms { weight: &demand, load: &demand, capacity: &[9.0; 3] };
    for (p, rules, range) in [(0, &[][..], "1 to 3"), (4, &[], "1 to 3"), (1, &rules, "2 to 2")] {
        let sites = format!("{p} sites are to be opened");
        let parts = [sites.as_str(), range];
        refused(PMedian::new(p).solve(&lists(), &demand, rules), &parts);
        refused(PCenter::new(p).solve(&lists(), &demand, rules), &parts);
        refused(CapacitatedMedian::new(p).solve(&lists(), &room, rules), &parts);
    }
}

#[test]
fn clients_that_no_site_can_reach() {
    let demand = [1.0, 1.0];
    let parts = ["client 1 can be served from no site", "within reach"];
    let closed = [SiteRule::Free, SiteRule::Free, SiteRule::Closed];
    refused(PCenter::new(1).solve(&lists(), &demand, &closed), &parts);
    refused(PCenter::new(1).solve(&lists(), &demand, &[]), &["1 sites cannot reach all", "more"]);
    // A client without demand need not be reached.
    let answer = PCenter::new(1).solve(&lists(), &[1.0, 0.0], &[]).unwrap();
    assert_eq!((answer.sites, answer.objective), (vec![0], 1.0));
}

#[test]
fn reaches_and_rooms_that_are_none() {
    let demand = [1.0, 1.0];
    for radius in [-1.0, f64::NAN, f64::INFINITY] {
        refused(SetCover::within(radius).solve(&lists(), &demand, &[]), &["a reach of"]);
        refused(MaxCover::new(1, radius).solve(&lists(), &demand, &[]), &["a reach of"]);
    }
    let model = CapacitatedMedian::new(2);
    let solve = |load: &[f64], capacity: &[f64]| {
        model.solve(&lists(), &Rooms { weight: &demand, load, capacity }, &[])
    };
    refused(solve(&[1.0], &[9.0; 3]), &["1 loads and 3 capacities", "2 loads and 3"]);
    refused(solve(&[1.0; 2], &[9.0; 2]), &["2 loads and 2 capacities", "2 loads and 3"]);
    refused(solve(&[1.0, -1.0], &[9.0; 3]), &["below 0", "0 or more"]);
    refused(solve(&[1.0; 2], &[9.0, f64::NAN, 1.0]), &["below 0", "0 or more"]);
}
