//! Sums that a plan records, over the city and over its communities, against what is found.
//!
//! How many grids fall short is held against the plan's own list of them, which is held against what
//! is found elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::recorded::{SHARE, digits, failure};
use super::report::Failure;
use super::rules::{AREA_M2, AREA_SHARE, PEOPLE};

/// Sums over some of the grids, by the names of `plan.json`: each with what it may differ by.
type Sums = BTreeMap<&'static str, (f64, f64)>;

/// Sums that every plan of ours records.
const NEEDED: [&str; 4] = ["area_m2", "grids", "population", "units"];

/// All sums that are not what the plan records, or that it does not record.
pub(super) fn compare(facts: &Facts<'_>) -> Vec<Failure> {
    let Some(recorded) = &facts.drawn.recorded else { return Vec::new() };
    let mut wrong = wrong_sums(None, &recorded.totals, &of_city(facts));
    let mut of_communities = of_communities(facts);
    let (nothing, no_grid) = (BTreeMap::new(), Sums::from([("grids", (0.0, 0.5))]));
    for (community, number) in facts.communities.iter().zip(0u32..) {
        let (id, said) = (Some(community.id.as_str()), recorded.communities.get(&community.id));
        match (of_communities.remove(&number), said) {
            (Some(found), said) => wrong.extend(wrong_sums(id, said.unwrap_or(&nothing), &found)),
            (None, Some(said)) => wrong.extend(differing(id, said, &no_grid)),
            (None, None) => {}
        }
    }
    let known: BTreeSet<&str> = facts.communities.iter().map(|c| c.id.as_str()).collect();
    let unknown = recorded.communities.iter().filter(|(id, _)| !known.contains(id.as_str()));
    wrong.extend(unknown.map(|(id, said)| {
        let reason = format!("the plan records figures of community {id}, and there is none");
        let grids = said.get("grids").copied().unwrap_or_default();
        failure("community-unknown", None, vec![id.clone()], [grids, 0.0], reason)
    }));
    wrong
}

/// Sums over the city.
fn of_city(facts: &Facts<'_>) -> Sums {
    let all: Vec<usize> = (0..facts.len()).collect();
    let mut sums = over(facts, &all);
    // Units in no grid are units of the plan.
    sums.insert("units", (facts.drawn.units.len() as f64, 0.5));
    let with_grids: BTreeSet<u32> = facts.community_of_grid.iter().copied().collect();
    let known = with_grids.iter().filter(|&&community| facts.community_id(community).is_some());
    sums.insert("communities", (known.count() as f64, 0.5));
    let special = facts.is_special.iter().filter(|special| **special).count();
    sums.insert("general_grids", ((facts.len() - special) as f64, 0.5));
    let named: BTreeSet<&str> = facts.drawn.named.iter().map(|v| v.grid.as_str()).collect();
    sums.insert("grids_in_violation", (named.len() as f64, 0.5));
    sums
}

/// Sums over every community that has grids, by its number.
fn of_communities(facts: &Facts<'_>) -> BTreeMap<u32, Sums> {
    let mut grids: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (grid, &community) in facts.community_of_grid.iter().enumerate() {
        grids.entry(community).or_default().push(grid);
    }
    let of = |(community, grids): (u32, Vec<usize>)| {
        let id = facts.community_id(community)?;
        let mut sums = over(facts, &grids);
        let special = grids.iter().filter(|&&grid| facts.is_special[grid]).count();
        sums.insert("special_grids", (special as f64, 0.5));
        let named = facts.drawn.named.iter().filter(|violation| violation.community == id);
        sums.insert("violations", (named.count() as f64, 0.5));
        Some((community, sums))
    };
    grids.into_iter().filter_map(of).collect()
}

/// What is summed alike over a city and over a community.
fn over(facts: &Facts<'_>, grids: &[usize]) -> Sums {
    let sum = |of: &dyn Fn(usize) -> f64| grids.iter().map(|&grid| of(grid)).sum::<f64>();
    let largest = |which: usize| {
        grids.iter().map(|&grid| facts.deviations[grid][which].abs()).fold(0.0, f64::max)
    };
    let area = sum(&|grid| facts.measures[grid].area_m2);
    BTreeMap::from([
        ("units", (sum(&|grid| facts.units[grid] as f64), 0.5)),
        ("grids", (grids.len() as f64, 0.5)),
        ("population", (sum(&|grid| facts.population[grid]), PEOPLE)),
        ("area_m2", (area, AREA_M2.max(AREA_SHARE * area))),
        ("max_population_deviation", (largest(0), SHARE)),
        ("max_area_deviation", (largest(1), SHARE + 2.0 * AREA_SHARE * (1.0 + largest(1)))),
    ])
}

/// Whatever is recorded of a community, or of the city, and not so; and what is missing.
fn wrong_sums(community: Option<&str>, said: &BTreeMap<String, f64>, found: &Sums) -> Vec<Failure> {
    let mut wrong = differing(community, said, found);
    for name in NEEDED.into_iter().filter(|name| !said.contains_key(*name)) {
        let Some(&(has, _)) = found.get(name) else { continue };
        let reason =
            format!("the plan records no {name:?} {}, and has {}", of(community), digits(has));
        wrong.push(failure("figure-missing", None, about(name, community), [0.0, has], reason));
    }
    wrong
}

/// Whatever is recorded and not so.
fn differing(community: Option<&str>, said: &BTreeMap<String, f64>, found: &Sums) -> Vec<Failure> {
    let compared = found.iter().filter_map(|(name, &(has, slack))| {
        let said = *said.get(*name)?;
        ((said - has).abs() > slack).then(|| {
            let (recorded, whose) = (digits(said), of(community));
            let reason =
                format!("the plan records {name:?} {recorded} {whose}, and has {}", digits(has));
            failure("wrong-total", None, about(name, community), [said, has], reason)
        })
    });
    compared.collect()
}

fn of(community: Option<&str>) -> String {
    community.map_or_else(|| "in all".to_owned(), |id| format!("of community {id}"))
}

/// What a failure is about: the figure, and the community if it is one's.
fn about(name: &str, community: Option<&str>) -> Vec<String> {
    std::iter::once(name).chain(community).map(str::to_owned).collect()
}
