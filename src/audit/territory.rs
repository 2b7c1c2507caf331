//! Principles of territory: legal basis (法定基础), territorial management (属地管理), and geographic
//! layout (地理布局).

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::findings::Findings;
use super::report::{Subject, SubjectReport};
use super::residents::NONE;

/// Grids that lie beyond their community's boundary.
pub(super) fn legal_basis(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::LegalBasis);
    let mut beyond = 0.0;
    for (&(grid, there), amiss) in &facts.tiling.outside {
        beyond += amiss.area_m2;
        if amiss.area_m2 <= facts.audit.seam_m2 {
            continue;
        }
        let name = facts.drawn.name(grid as usize);
        let own = facts.community_id(facts.community_of_grid[grid as usize]).unwrap_or("?");
        let [lon, lat] = amiss.at;
        let (of, place) = match facts.community_id(there) {
            Some(other) => (vec![other.to_owned()], format!("in community {other}")),
            None => (Vec::new(), "in no community".to_owned()),
        };
        let reason = format!(
            "grid {name} of community {own} has {:.0} m² {place}, near ({lon:.6}, {lat:.6})",
            amiss.area_m2
        );
        let values = [amiss.area_m2, facts.audit.seam_m2];
        found.fail("community-crossed", Some(name), of, values, reason);
    }
    // Where no boundary is known, units tell of which community their ground is.
    let mut strangers: BTreeMap<(u32, &str), (usize, f64)> = BTreeMap::new();
    for (unit, &grid) in facts.drawn.units.iter().zip(&facts.residents.grid_of_unit) {
        let Some(own) = facts.community_of_grid.get(grid as usize) else { continue };
        if let (Some(said), Some(community)) =
            (&unit.community, facts.communities.get(*own as usize))
            && *said != community.id
        {
            let entry = strangers.entry((grid, said)).or_default();
            entry.0 += 1;
            entry.1 += unit.population;
        }
    }
    for ((grid, said), (units, people)) in strangers {
        let name = facts.drawn.name(grid as usize);
        let own = facts.community_id(facts.community_of_grid[grid as usize]).unwrap_or("?");
        let reason = format!(
            "grid {name} of community {own} has {units} units with {people:.0} people of community \
             {said}"
        );
        let values = [units as f64, 0.0];
        found.fail("community-crossed", Some(name), vec![said.to_owned()], values, reason);
    }
    let grids: BTreeSet<&String> = found.failures.iter().filter_map(|f| f.grid.as_ref()).collect();
    let crossing = grids.len();
    found.figure("grids_beyond_boundary", crossing as f64);
    found.figure("beyond_boundary_m2", beyond);
    let bounded = facts.communities.iter().any(|c| c.boundary.is_some());
    let told = facts.communities_given || facts.drawn.units.iter().any(|u| u.community.is_some());
    if !bounded && !told {
        return found.not_judged("no community is known".into());
    }
    let by = if bounded { "boundary" } else { "units" };
    found.report(format!(
        "{crossing} of {} grids cross a community (by {by}; {beyond:.0} m² beyond boundaries)",
        facts.len()
    ))
}

/// One community for every grid, grids for every community.
pub(super) fn territorial_management(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::TerritorialManagement);
    for (grid, &community) in facts.community_of_grid.iter().enumerate() {
        if community != NONE {
            continue;
        }
        let name = facts.drawn.name(grid);
        let reason = match &facts.drawn.grids[grid].community {
            Some(said) => format!("grid {name} names community {said:?}, which is not there"),
            None => format!("grid {name} names no community, and lies in none"),
        };
        found.fail("no-responsible-community", Some(name), Vec::new(), [0.0, 1.0], reason);
    }
    for (community, people) in people_without_grid(facts) {
        let community = &facts.communities[community as usize].id;
        let reason = format!("community {community} has {people:.0} people and no grid");
        let of = vec![community.clone()];
        found.fail("community-without-grid", None, of, [0.0, 1.0], reason);
    }
    let without = found.count("no-responsible-community");
    found.figure("grids_without_community", without as f64);
    let mut summary = format!(
        "{} of {} grids have one community that answers for them",
        facts.len() - without,
        facts.len()
    );
    let empty = facts.empty_communities();
    if !empty.is_empty() {
        found.figure("communities_without_units", empty.len() as f64);
        let ids: Vec<&str> = empty.iter().filter_map(|&c| facts.community_id(c)).take(5).collect();
        let more = if empty.len() > ids.len() { ", …" } else { "" };
        summary += &format!(
            "; {} communities have no unit, and so no grid: {}{more}",
            empty.len(),
            ids.join(", ")
        );
    }
    found.report(summary)
}

/// Borders along barriers.
pub(super) fn geographic_layout(facts: &Facts<'_>) -> SubjectReport {
    let mut found = Findings::of(Subject::GeographicLayout);
    let shares = match &facts.barrier_share {
        Ok(shares) => shares,
        Err(why) => return found.not_judged(why.clone()),
    };
    let whole: f64 = facts.measures.iter().map(|m| m.perimeter_m).sum();
    let along: f64 = shares.iter().zip(&facts.measures).map(|(s, m)| s * m.perimeter_m).sum();
    let mean = if whole > 0.0 { along / whole } else { 0.0 };
    found.figure("barrier_share", mean);
    if let Some(least) = facts.audit.least_barrier_share {
        for (grid, &share) in shares.iter().enumerate().filter(|(_, share)| **share < least) {
            let name = facts.drawn.name(grid);
            let reason =
                format!("{:.0} % of the border of grid {name} runs along barriers", 100.0 * share);
            found.fail("few-barriers", Some(name), Vec::new(), [share, least], reason);
        }
    }
    found.report(format!("{:.0} % of the grids' borders run along barriers", 100.0 * mean))
}

/// Communities without a grid where people live, and how many.
fn people_without_grid(facts: &Facts<'_>) -> Vec<(u32, f64)> {
    let people = |units: &[usize]| units.iter().map(|&u| facts.drawn.units[u].population).sum();
    let units = facts.units_without_grid.iter();
    let people = units.map(|(&community, units)| (community, people(units)));
    people.filter(|&(_, people): &(u32, f64)| people > 0.0).collect()
}
