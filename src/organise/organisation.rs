use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::building_groups::{BuildingGroupDivision, BuildingGroups};
use super::contact_tree::ContactTree;
use super::findings;
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
        organisation.findings = findings::met(&organisation, city, plan, register, &measures);
        Ok(organisation)
    }
}
