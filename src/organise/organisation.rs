use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::building_groups::{BuildingGroupDivision, BuildingGroups};
use super::contact_tree::ContactTree;
use super::homes::Homes;
use super::party::{PartyOrganisation, PartyRules};
use super::register::Register;
use super::teams::{Measures, Roles, ServiceTeams};
use crate::error::{Finding, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// The rules by which a planned city is organised below and beside its grids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organise {
    /// Building groups and doorways.
    pub buildings: BuildingGroups,
    /// Branches and groups.
    pub party: PartyRules,
    /// Roles and teams.
    pub roles: Roles,
}

/// A planned city with its structure and people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// The rules it follows.
    pub asked: Organise,
    /// Building groups and doorways.
    pub buildings: BuildingGroupDivision,
    /// Where member households live.
    pub homes: Homes,
    /// Branches and groups.
    pub party: PartyOrganisation,
    /// Who leads building groups and doorways.
    pub contacts: ContactTree,
    /// Posts and teams.
    pub teams: ServiceTeams,
    /// What was met and did not stop the work.
    pub findings: Vec<Finding>,
}

impl Organise {
    /// The usual rules with these roles.
    pub fn new(roles: Roles) -> Self {
        Organise { buildings: BuildingGroups::default(), party: PartyRules::default(), roles }
    }

    /// Organises a city; the same for any number of threads.
    ///
    /// `register` is the plan's, with the officers; `further` are measures beyond those that every
    /// plan tells, such as `cases`: a number per grid.
    ///
    /// # Errors
    /// Where a size is not above 0, or somebody cannot be projected with the city.
    pub fn run(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        register: &Register,
        further: &[(String, Vec<f64>)],
    ) -> Result<Organisation> {
        let buildings = self.buildings.run(city, ground, plan)?;
        let homes = Homes::of(city, ground, plan, &buildings);
        let party = self.party.organise(city, ground, plan, &buildings, &homes)?;
        let contacts = ContactTree::grow(city, ground, &buildings, &homes)?;
        let mut measures = Measures::of(city, plan, &buildings, &homes);
        for (name, of_grid) in further {
            measures.set(name, of_grid.clone());
        }
        let officers: HashMap<&str, usize> =
            city.officers.iter().enumerate().map(|(i, o)| (o.id.as_str(), i)).collect();
        let mut officer_of_community = vec![None; city.communities.len()];
        for (grid, record) in plan.grids.iter().zip(register.grids()) {
            let officer = record.officer.as_deref().and_then(|id| officers.get(id).copied());
            officer_of_community[grid.community] = officer;
        }
        let teams = self.roles.place(city, ground, plan, &measures, &officer_of_community)?;
        let mut organisation = Organisation {
            asked: self.clone(),
            buildings,
            homes,
            party,
            contacts,
            teams,
            findings: Vec::new(),
        };
        organisation.findings = organisation.met(city, plan, &measures);
        Ok(organisation)
    }
}

impl Organisation {
    fn met(&self, city: &City, plan: &Plan, measures: &Measures) -> Vec<Finding> {
        const EXAMPLES: usize = 5;
        let code = |grid: &usize| plan.grids[*grid].code.clone();
        let rules = &self.asked.party;
        let outside = &self.homes.outside;
        let lacking = self.party.branches.iter().filter(|b| b.lacking);
        let wide = self.party.branches.iter().filter(|b| b.grids.len() > rules.joint_grids);
        let unknown = measures.unknown(&self.asked.roles);
        let first = |branches: &mut dyn Iterator<Item = &super::party::Branch>| {
            let all: Vec<String> = branches.filter_map(|b| b.grids.first().map(code)).collect();
            (all.len(), all.into_iter().take(EXAMPLES).collect())
        };
        let (lacking, lacking_at) = first(&mut lacking.into_iter());
        let (wide, wide_at) = first(&mut wide.into_iter());
        let estates: std::collections::HashSet<&str> =
            city.units.iter().filter_map(|u| u.estate.as_deref()).collect();
        let strange: Vec<String> = city
            .estates
            .iter()
            .filter(|bodies| !estates.contains(bodies.estate.as_str()))
            .map(|bodies| bodies.estate.clone())
            .collect();
        let estimated = usize::from(self.buildings.estimated);
        let unproved = usize::from(!self.party.exact);
        [
            Finding::counted(
                "members-outside",
                outside.len(),
                "member households that lie in no grid: they are in no branch".into(),
                outside.iter().take(EXAMPLES).map(|&m| city.members[m].id.clone()).collect(),
            ),
            Finding::counted(
                "branches-lacking-members",
                lacking,
                format!("branches with fewer than {} full members and no neighbour", rules.branch),
                lacking_at,
            ),
            Finding::counted(
                "wide-joint-branches",
                wide,
                format!("joint branches of more than {} grids", rules.joint_grids),
                wide_at,
            ),
            Finding::counted(
                "joints-not-proved",
                unproved,
                "so many grids with too few members touch that joint branches are not proved to be \
                 as many as can be"
                    .into(),
                Vec::new(),
            ),
            Finding::counted(
                "households-estimated",
                estimated,
                "units without \"households\": 2.62 people were taken for one".into(),
                Vec::new(),
            ),
            Finding::counted(
                "unknown-measures",
                unknown.len(),
                "measures that roles weigh and nobody has told: they count 0".into(),
                unknown.iter().map(|&name| name.to_owned()).collect(),
            ),
            Finding::counted(
                "estates-without-units",
                strange.len(),
                "estates in estates.geojson that no unit names".into(),
                strange.iter().take(EXAMPLES).cloned().collect(),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
