//! Sums that a plan records, over the city and over its communities, against what is found.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::recorded::{SHARE, digits, failure};
use super::report::Failure;
use super::rules::{AREA_M2, AREA_SHARE, PEOPLE};

/// Sums over some of the grids, by the names of `plan.json`: each with what it may differ by.
type Sums = BTreeMap<&'static str, (f64, f64)>;

/// All sums that are not what the plan records.
pub(super) fn compare(facts: &Facts<'_>) -> Vec<Failure> {
    let Some(recorded) = &facts.drawn.recorded else { return Vec::new() };
    let mut wrong = city(facts, &recorded.totals);
    let found = of_communities(facts);
    let none = BTreeMap::new();
    let ids = (0u32..).take(facts.communities.len());
    let known: BTreeSet<&str> = facts.communities.iter().map(|c| c.id.as_str()).collect();
    for (community, id) in ids.filter_map(|c| Some((c, facts.community_id(c)?))) {
        let said = recorded.communities.get(id).unwrap_or(&none);
        let of = Some(id);
        if let Some(found) = found.get(&community) {
            wrong.extend(found.iter().filter_map(|(name, &found)| beside(name, of, said, found)));
        } else if said.get("grids").is_some_and(|&grids| grids > 0.0) {
            wrong.extend(beside("grids", of, said, (0.0, 0.5)));
        }
    }
    let unknown = recorded.communities.keys().filter(|id| !known.contains(id.as_str()));
    wrong.extend(unknown.map(|id| {
        let reason = format!("the plan records figures of community {id}, and there is none");
        failure("wrong-total", None, id.clone(), [1.0, 0.0], reason)
    }));
    wrong
}

/// Sums over the city.
fn city(facts: &Facts<'_>, said: &BTreeMap<String, f64>) -> Vec<Failure> {
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
    sums.into_iter().filter_map(|(name, found)| beside(name, None, said, found)).collect()
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

/// What is recorded and not so; nothing where nothing is recorded by that name.
fn beside(
    name: &str,
    community: Option<&str>,
    said: &BTreeMap<String, f64>,
    (found, slack): (f64, f64),
) -> Option<Failure> {
    let said = *said.get(name)?;
    if (said - found).abs() <= slack {
        return None;
    }
    let whose = community.map_or_else(|| "in all".to_owned(), |id| format!("of community {id}"));
    let (recorded, has) = (digits(said), digits(found));
    let reason = format!("the plan records {name} {recorded} {whose}, and has {has}");
    Some(failure("wrong-total", None, name.into(), [said, found], reason))
}
