//! Rules beside the eight principles: codes, accounts, staffing.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use geo::{BoundingRect, Intersects, Point};
use rayon::prelude::*;

use super::drawn::DrawnUnit;
use super::facts::Facts;
use super::findings::Findings;
use super::kinds;
use super::report::{Subject, SubjectReport};
use super::residents::NONE;

/// People may differ from what is said by this: sums of fractions.
pub(super) const PEOPLE: f64 = 0.01;
/// Square metres may differ from what is said by this, or by [`AREA_SHARE`].
pub(super) const AREA_M2: f64 = 1.0;
/// Share by which an area may differ from what is said: another projection.
pub(super) const AREA_SHARE: f64 = 1e-3;

/// Codes: one for every grid, each once, and each its community's code with a number of at least
/// three digits behind it.
pub(super) fn codes(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::Codes);
    let mut grids_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (grid, drawn) in facts.drawn.grids.iter().enumerate() {
        let name = facts.drawn.name(grid);
        let Some(code) = &drawn.code else {
            let reason = format!("{name} of the grids has no code");
            found.fail("code-missing", Some(name), Vec::new(), [0.0, 1.0], reason);
            continue;
        };
        grids_of.entry(code).or_default().push(grid);
        let community = facts.community_id(facts.community_of_grid[grid]);
        if let Some(community) = community.filter(|community| !well_formed(code, community)) {
            let reason = format!(
                "code {code} is not the code of community {community} with a number of three digits \
                 behind it"
            );
            let of = vec![community.to_owned()];
            found.fail("code-malformed", Some(name), of, [1.0, 0.0], reason);
        }
    }
    for (code, grids) in grids_of.iter().filter(|(_, grids)| grids.len() > 1) {
        let numbers: Vec<String> = grids.iter().map(|g| format!("feature {}", g + 1)).collect();
        let reason = format!("code {code} stands {} times: {}", grids.len(), numbers.join(", "));
        let values = [grids.len() as f64, 1.0];
        found.fail("code-twice", Some((*code).to_owned()), numbers, values, reason);
    }
    let [twice, malformed, missing] =
        ["code-twice", "code-malformed", "code-missing"].map(|fault| found.count(fault));
    found.figure("codes_twice", twice as f64);
    found.figure("codes_malformed", malformed as f64);
    found.figure("codes_missing", missing as f64);
    found.report(format!("{twice} codes stand twice, {malformed} are malformed, {missing} missing"))
}

/// Whether a code is that of a community and a number of three digits or more.
fn well_formed(code: &str, community: &str) -> bool {
    code.strip_prefix(community).is_some_and(|number| {
        number.len() >= 3
            && number.bytes().all(|b| b.is_ascii_digit())
            && number.bytes().any(|b| b != b'0')
    })
}

/// Units that bear the id of an earlier one: that one, the last before them, and they.
fn twice(units: &[DrawnUnit]) -> Vec<(usize, usize)> {
    // Short keys are sorted sooner than ids; of those that agree, the ids decide.
    let key = |(number, unit): (usize, &DrawnUnit)| {
        let mut hasher = DefaultHasher::new();
        unit.id.hash(&mut hasher);
        (hasher.finish(), number)
    };
    let mut keys: Vec<(u64, usize)> =
        units.par_iter().with_min_len(4096).enumerate().map(key).collect();
    keys.par_sort_unstable();
    let mut twice = Vec::new();
    for same in keys.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let mut last_of: BTreeMap<&str, usize> = BTreeMap::new();
        for &(_, number) in same {
            if let Some(first) = last_of.insert(&units[number].id, number) {
                twice.push((first, number));
            }
        }
    }
    twice.sort_unstable_by_key(|pair| pair.1);
    twice
}

/// Every unit in exactly one grid; sums as the grids say.
pub(super) fn accounts(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::Accounts);
    let residents = &facts.residents;
    for (first, number) in twice(&facts.drawn.units) {
        let unit = &facts.drawn.units[number];
        let reason =
            format!("unit {} stands twice, at features {} and {}", unit.id, first + 1, number + 1);
        found.fail("unit-twice", None, vec![unit.id.clone()], [2.0, 1.0], reason);
    }
    for (number, unit) in facts.drawn.units.iter().enumerate() {
        if residents.grid_of_unit[number] == NONE {
            let reason =
                format!("unit {} with {} people lies in no grid", unit.id, unit.population);
            let of = vec![unit.id.clone()];
            found.fail("unit-in-no-grid", None, of, [unit.population, 0.0], reason);
        }
    }
    for &unit in &residents.astray {
        let unit = &facts.drawn.units[unit as usize];
        let said = unit.grid.clone().unwrap_or_default();
        let reason = format!("unit {} names grid {said}, which is not there", unit.id);
        found.fail("grid-unknown", None, vec![unit.id.clone(), said], [1.0, 0.0], reason);
    }
    for &(unit, here) in &residents.elsewhere {
        let unit = &facts.drawn.units[unit as usize];
        let said = unit.grid.clone().unwrap_or_default();
        let place = match here {
            NONE => "no grid".to_owned(),
            grid => format!("grid {}", facts.drawn.name(grid as usize)),
        };
        let reason = format!("unit {} names grid {said} and lies in {place}", unit.id);
        found.fail("unit-elsewhere", Some(said), vec![unit.id.clone()], [1.0, 0.0], reason);
    }
    for (grid, drawn) in facts.drawn.grids.iter().enumerate() {
        let name = facts.drawn.name(grid);
        let area = facts.measures[grid].area_m2;
        let checks = [
            ("wrong-population", "people", drawn.population, facts.population[grid], PEOPLE),
            ("wrong-units", "units", drawn.units, facts.units[grid] as f64, 0.5),
            ("wrong-area", "m²", drawn.area_m2, area, AREA_M2.max(AREA_SHARE * area)),
        ];
        for (fault, unit, said, counted, slack) in checks {
            if let Some(said) = said.filter(|said| (said - counted).abs() > slack) {
                let reason = format!("grid {name} says {said} {unit}, and has {counted:.0}");
                found.fail(fault, Some(name.clone()), Vec::new(), [said, counted], reason);
            }
        }
    }
    kinds::enter(facts, &mut found);
    let nowhere = found.count("unit-in-no-grid");
    let elsewhere = found.count("unit-elsewhere") + found.count("grid-unknown");
    let wrong = ["wrong-population", "wrong-units", "wrong-area"]
        .map(|fault| found.count(fault))
        .iter()
        .sum::<usize>();
    found.figure("units_in_no_grid", nowhere as f64);
    found.figure("units_elsewhere", elsewhere as f64);
    found.figure("wrong_sums", wrong as f64);
    found.report(format!(
        "{nowhere} of {} units in no grid, {elsewhere} elsewhere than they say, {wrong} sums wrong",
        facts.drawn.units.len()
    ))
}

/// One officer per community, a central household in every grid where people live, links within the
/// limit and inside the grid.
pub(super) fn staffing(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::Staffing);
    let grids = &facts.drawn.grids;
    let officers_known = grids.iter().any(|grid| grid.officer.is_some());
    let households_known = grids.iter().any(|grid| !grid.central_households.is_empty());
    if !officers_known && !households_known {
        return found.not_judged("the grids name neither officers nor central households".into());
    }
    let mut communities_of: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for (grid, drawn) in grids.iter().enumerate().filter(|_| officers_known) {
        let community = facts.community_of_grid[grid];
        match &drawn.officer {
            Some(officer) => {
                communities_of.entry(officer).or_default().insert(community);
            }
            None => {
                let name = facts.drawn.name(grid);
                let reason = format!("grid {name} has no officer");
                found.fail("no-officer", Some(name), Vec::new(), [0.0, 1.0], reason);
            }
        }
    }
    for (officer, communities) in communities_of.iter().filter(|(_, c)| c.len() > 1) {
        let ids: Vec<String> = communities
            .iter()
            .filter_map(|&community| facts.community_id(community).map(str::to_owned))
            .collect();
        let reason = format!("officer {officer} serves communities {}", ids.join(", "));
        let values = [communities.len() as f64, 1.0];
        let of = std::iter::once((*officer).to_owned()).chain(ids).collect();
        found.fail("officer-shared", None, of, values, reason);
    }
    let mut households = 0;
    for (grid, drawn) in grids.iter().enumerate().filter(|_| households_known) {
        let name = facts.drawn.name(grid);
        households += drawn.central_households.len();
        if drawn.central_households.is_empty() && facts.population[grid] > 0.0 {
            let reason = format!(
                "grid {name} with {:.0} people has no central household",
                facts.population[grid]
            );
            found.fail("no-central-household", Some(name.clone()), Vec::new(), [0.0, 1.0], reason);
        }
        for household in &drawn.central_households {
            let point = Point::new(household.lon, household.lat);
            let near = drawn.shape.bounding_rect().is_some_and(|extent| extent.intersects(&point));
            if !(near && drawn.shape.intersects(&point)) {
                let reason =
                    format!("central household {} of grid {name} lies outside of it", household.id);
                let of = vec![household.id.clone()];
                found.fail("household-outside", Some(name.clone()), of, [1.0, 0.0], reason);
            }
        }
    }
    for (grid, unlinked) in &facts.drawn.unlinked {
        let reason =
            format!("{unlinked} member households of grid {grid} have no central household");
        let values = [*unlinked as f64, 0.0];
        found.fail("members-unlinked", Some(grid.clone()), Vec::new(), values, reason);
    }
    if facts.drawn.members_outside > 0 {
        let outside = facts.drawn.members_outside;
        let reason = format!("{outside} member households lie in no grid");
        found.fail("members-outside", None, Vec::new(), [outside as f64, 0.0], reason);
    }
    let mut links: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for link in &facts.drawn.links {
        *links.entry((&link.grid, &link.central_household)).or_default() += 1;
    }
    let limit = facts.audit.links;
    for ((grid, household), count) in links.iter().filter(|(_, count)| **count > limit) {
        let reason = format!("central household {household} of grid {grid} links {count} members");
        let of = vec![(*household).to_owned()];
        let values = [*count as f64, limit as f64];
        found.fail("too-many-links", Some((*grid).to_owned()), of, values, reason);
    }
    let [no_officer, no_household] =
        ["no-officer", "no-central-household"].map(|fault| found.count(fault));
    found.figure("officers", communities_of.len() as f64);
    found.figure("central_households", households as f64);
    found.figure("grids_without_officer", no_officer as f64);
    found.figure("grids_without_central_household", no_household as f64);
    let most = links.values().max().copied().unwrap_or_default();
    found.figure("links_most", most as f64);
    found.report(format!(
        "{} officers, {households} central households ({}); {no_officer} grids without an officer, \
         {no_household} without a central household",
        communities_of.len(),
        if links.is_empty() { "links not known".into() } else { format!("at most {most} links") },
    ))
}
