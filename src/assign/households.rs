use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Link, missing};
use crate::allocate::{CentralHouseholds, HouseholdAssignment};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Member households that a central household links at most, where nothing else is said ("1+10+N").
const LINKS: usize = 10;

/// Central households (党员中心户), and the member households each links
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Households {
    /// Places over the city [default: as few as the links allow]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    pub places: Option<usize>,
    /// Member households that a central household links at most
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", default_value_t = LINKS))]
    pub links: usize,
}

impl Default for Households {
    fn default() -> Self {
        Households { places: None, links: LINKS }
    }
}

impl Households {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// Where a central household may link nobody.
    pub fn check(&self) -> Result<()> {
        match self.links {
            0 => Err(Error::request("--links 0", "let a central household link at least one")),
            _ => Ok(()),
        }
    }

    /// Central households and the member households they link.
    ///
    /// # Errors
    /// As [`check`](Self::check); where the city has no households at all; as
    /// [`CentralHouseholds::assign`].
    pub fn answer(&self, city: &City, ground: &Ground, plan: &Plan) -> Result<Answer> {
        self.check()?;
        if city.members.is_empty() && city.candidates.is_empty() {
            let files = "households.geojson and members.geojson";
            return Err(missing("households", files));
        }
        let start = Instant::now();
        let rule = CentralHouseholds { links: self.links, places: self.places };
        let found = rule.assign(city, ground, plan)?;
        let mut answer = told(city, ground, plan, &found)?;
        self.note_places(&mut answer, found.central.len());
        answer.figure("ways", json!("straight lines"));
        answer.asked([("places", json!(self.places)), ("links", json!(self.links))]);
        Ok(answer.since(start))
    }

    /// Tells where there are more places than candidates for them.
    fn note_places(&self, answer: &mut Answer, given: usize) {
        if let Some(places) = self.places.filter(|&places| given < places) {
            let reason = format!(
                "there are candidates for {given} places only, and {places} were asked for"
            );
            let cure = "name more candidate households, or ask for fewer places";
            answer.want("places", reason, cure);
        }
    }
}

/// The answer as it is told.
fn told(city: &City, ground: &Ground, plan: &Plan, found: &HouseholdAssignment) -> Result<Answer> {
    let mut answer = Answer::new(city, "households");
    let sum = found.total_distance_m;
    answer.record.value("metres from member households in all", sum, found.lower_bound_m, sum);
    let linked = found.central_of_member.iter().flatten().count();
    answer.figure("central_households", json!(found.central.len()));
    answer.figure("member_households_linked", json!(linked));
    answer.figure("longest_m", json!(found.longest_m));
    answer.figure("proved_grids", json!(found.proved_grids));
    for central in &found.central {
        let household = &city.candidates[central.candidate];
        answer.person("central_household", &household.id, household.position);
    }
    for (member, central) in city.members.iter().zip(&found.central_of_member) {
        let Some(central) = central else { continue };
        let household = &city.candidates[found.central[*central as usize].candidate];
        let ends = [member.position, household.position];
        let metres = ends.map(|end| ground.frame.to_metres(end));
        let [a, b] = metres;
        let (a, b) = (a?, b?);
        answer.links.push(Link {
            kind: "link",
            ends: [("member", member.id.clone()), ("central_household", household.id.clone())],
            positions: ends,
            distance_m: (a.x() - b.x()).hypot(a.y() - b.y()),
            people: None,
        });
    }
    for shortfall in &found.shortfalls {
        let reason = match shortfall.unlinked {
            0 => "people live there, and no central household".to_owned(),
            n => format!("{n} member household(s) without a central household"),
        };
        let cures = shortfall
            .cures
            .iter()
            .map(|cure| format!("{} ({} household(s) concerned)", cure.what, cure.households));
        let cure = cures.collect::<Vec<_>>().join(", or ");
        answer.want(&plan.grids[shortfall.grid].code, reason, cure);
    }
    for &member in &found.members_outside {
        let id = &city.members[member as usize].id;
        answer.want(id, "the member household lies in no grid", "correct its position");
    }
    answer.figure("candidates_in_no_grid", json!(found.candidates_outside.len()));
    for &candidate in &found.candidates_outside {
        let id = &city.candidates[candidate as usize].id;
        answer.want(id, "the candidate household lies in no grid", "correct its position");
    }
    Ok(answer)
}
