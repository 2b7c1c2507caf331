use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::allocate::{HouseholdAssignment, OfficerAssignment};
use crate::error::Finding;
use crate::model::{City, Source};
use crate::plan::{CommunityFigures, Plan, Violation};
use crate::replan::Change;

/// The content of `plan.json`: where a plan comes from, what it is worth, where it falls short.
///
/// All but `timings` is the same for the same input, parameters, seed and version.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanRecord {
    /// Version of evengrid that made the plan; also the mark by which a plan folder is known.
    pub evengrid: String,
    /// Name of the city.
    pub city: String,
    /// What in the city is modelled rather than real, a sentence each.
    pub modelled: Vec<String>,
    /// What was asked, by the names of the command line.
    pub parameters: Map<String, Value>,
    /// Seed of everything random.
    pub seed: u64,
    /// Offices of which a grid holds one: `id`, `lon`, `lat`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<Value>,
    /// The files the plan was made from.
    pub sources: Vec<Source>,
    /// Sums over the city.
    pub totals: Totals,
    /// What the division was to make small, and other figures of merit, by name.
    pub objective: Map<String, Value>,
    /// Each community that has grids.
    pub communities: Vec<CommunityFigures>,
    /// Where the plan falls short of what was asked, grid by grid.
    pub violations: Vec<Violation>,
    /// What was met on the way.
    pub findings: Vec<Finding>,
    /// How the plan differs from the one before, where it was made near one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replan: Option<Change>,
    /// Staff, where there are any.
    pub staff: Option<StaffSummary>,
    /// Seconds by stage: the only part that differs from run to run.
    pub timings: Map<String, Value>,
}

/// Sums over a city.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Units.
    pub units: usize,
    /// People.
    pub population: f64,
    /// Square metres.
    pub area_m2: f64,
    /// Communities that have grids.
    pub communities: usize,
    /// Grids, special-purpose ones (专属网格) among them.
    pub grids: usize,
    /// General grids (k): where no number was asked, the one that was found.
    #[serde(default)]
    pub general_grids: usize,
    /// Largest |P_g / P̄ − 1| over all grids, P̄ the mean of the grid's community.
    pub max_population_deviation: f64,
    /// Largest deviation of area, likewise.
    pub max_area_deviation: f64,
    /// Grids with at least one violation.
    pub grids_in_violation: usize,
}

/// Who was placed, and who was not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StaffSummary {
    /// Central households.
    pub central_households: usize,
    /// Member households with a central household.
    pub member_households_linked: usize,
    /// Member households without one.
    pub member_households_unlinked: usize,
    /// Member households that lie in no grid.
    pub member_households_outside: usize,
    /// Sum of distances between member households and central households, metres.
    pub total_distance_m: f64,
    /// The longest of them, metres.
    pub longest_distance_m: f64,
    /// Grids where somebody is left over.
    pub shortfalls: Vec<ShortfallRecord>,
    /// Auxiliary officers placed.
    pub officers: usize,
    /// Sum of their distances, metres.
    pub officer_distance_m: f64,
    /// Ids of communities without an officer.
    pub communities_without_officer: Vec<String>,
    /// Ids of officers left over.
    pub spare_officers: Vec<String>,
}

/// A grid that cannot house all its member households.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ShortfallRecord {
    /// Code of the grid.
    pub grid: String,
    /// Candidates in the grid.
    pub candidates: usize,
    /// Places it was given.
    pub places: usize,
    /// Member households left without one.
    pub unlinked: usize,
    /// What would cure it.
    pub cure: String,
}

impl PlanRecord {
    /// Enters what city and plan tell by themselves: version, name, sources, totals, figures by
    /// community, violations. Parameters, seed, objective, findings, staff and timings are left to
    /// the caller.
    pub fn of(city: &City, plan: &Plan) -> Self {
        let communities: Vec<CommunityFigures> =
            plan.communities.iter().filter(|c| c.grids > 0).cloned().collect();
        let largest = |figure: fn(&CommunityFigures) -> f64| {
            communities.iter().map(figure).fold(0.0, f64::max)
        };
        let mut in_violation: Vec<&str> = plan.violations.iter().map(|v| v.grid.as_str()).collect();
        in_violation.sort_unstable();
        in_violation.dedup();
        PlanRecord {
            evengrid: env!("CARGO_PKG_VERSION").into(),
            city: city.name.clone(),
            modelled: city.modelled.clone(),
            sources: city.sources.clone(),
            totals: Totals {
                units: city.units.len(),
                population: plan.grids.iter().map(|grid| grid.population).sum(),
                area_m2: plan.grids.iter().map(|grid| grid.area_m2).sum(),
                communities: communities.len(),
                grids: plan.grids.len(),
                general_grids: plan.grids.iter().filter(|grid| grid.special.is_none()).count(),
                max_population_deviation: largest(|c| c.max_population_deviation),
                max_area_deviation: largest(|c| c.max_area_deviation),
                grids_in_violation: in_violation.len(),
            },
            communities,
            violations: plan.violations.clone(),
            ..PlanRecord::default()
        }
    }
}

impl StaffSummary {
    /// Sums up who was placed.
    pub fn of(
        city: &City,
        plan: &Plan,
        households: &HouseholdAssignment,
        officers: &OfficerAssignment,
    ) -> Self {
        let linked = households.central_of_member.iter().flatten().count();
        let outside = households.members_outside.len();
        StaffSummary {
            central_households: households.central.len(),
            member_households_linked: linked,
            member_households_unlinked: city.members.len().saturating_sub(linked + outside),
            member_households_outside: outside,
            total_distance_m: households.total_distance_m,
            longest_distance_m: households.longest_m,
            shortfalls: households
                .shortfalls
                .iter()
                .map(|shortfall| ShortfallRecord {
                    grid: plan.grids[shortfall.grid].code.clone(),
                    candidates: shortfall.candidates,
                    places: shortfall.places,
                    unlinked: shortfall.unlinked,
                    cure: shortfall.cure.clone(),
                })
                .collect(),
            officers: officers.officer_of_community.iter().flatten().count(),
            officer_distance_m: officers.total_distance_m,
            communities_without_officer: officers
                .vacancies
                .iter()
                .map(|&community| city.communities[community].id.clone())
                .collect(),
            spare_officers: officers
                .spare
                .iter()
                .map(|&officer| city.officers[officer].id.clone())
                .collect(),
        }
    }
}
