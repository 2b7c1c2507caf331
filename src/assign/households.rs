use std::time::Instant;

use geo::Point;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Link, Served, missing};
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
    /// Places of every grid; one with fewer candidates takes them all
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    pub places_per_grid: Option<usize>,
    /// Member households that a central household links at most
    #[cfg_attr(feature = "cli", arg(long, value_name = "N", default_value_t = LINKS))]
    pub links: usize,
}

impl Default for Households {
    fn default() -> Self {
        Households { places: None, places_per_grid: None, links: LINKS }
    }
}

impl Households {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// Where a central household may link nobody; where places are given over the city and per grid,
    /// or none per grid.
    pub fn check(&self) -> Result<()> {
        let refuse = |problem: &str, cure: &str| Err(Error::request(problem, cure));
        match (self.links, self.places, self.places_per_grid) {
            (0, ..) => refuse("--links 0", "let a central household link at least one"),
            (_, Some(_), Some(_)) => refuse(
                "places are given over the city and per grid",
                "ask for --places or for --places-per-grid",
            ),
            (.., Some(0)) => refuse("--places-per-grid 0", "give every grid at least one"),
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
        let found = match self.places_per_grid {
            Some(places) => {
                rule.assign_places(city, ground, plan, &vec![places; plan.grids.len()])?
            }
            None => rule.assign(city, ground, plan)?,
        };
        let mut answer = told(city, ground, plan, &found)?;
        answer.units = served(city, ground, plan, &found)?;
        let without = answer.units.iter().filter(|unit| unit.place.is_none()).count();
        answer.figure("units_without_central_household", json!(without));
        self.note_places(&mut answer, found.central.len());
        self.note_places_of_grids(&mut answer, plan, &found);
        answer.figure("ways", json!("straight lines"));
        answer.asked([
            ("places", json!(self.places)),
            ("places-per-grid", json!(self.places_per_grid)),
            ("links", json!(self.links)),
        ]);
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

    /// Tells the grids that have a candidate, but fewer than places.
    fn note_places_of_grids(&self, answer: &mut Answer, plan: &Plan, found: &HouseholdAssignment) {
        let Some(places) = self.places_per_grid else { return };
        let mut given = vec![0; plan.grids.len()];
        for central in &found.central {
            given[central.grid] += 1;
        }
        for (grid, given) in plan.grids.iter().zip(given).filter(|of| (1..places).contains(&of.1)) {
            let reason = format!(
                "there are candidates for {given} places only, and {places} were asked for"
            );
            let cure = "name more candidate households, or ask for fewer places";
            answer.want(&grid.code, reason, cure);
        }
    }
}

/// The central household of every unit: the nearest of its grid for the residents (the N of 1+10+N).
fn served(
    city: &City,
    ground: &Ground,
    plan: &Plan,
    found: &HouseholdAssignment,
) -> Result<Vec<Served>> {
    let metres = |point: Point<f64>| ground.frame.to_metres(point);
    let units = city.units.iter().zip(&ground.unit_points).enumerate();
    units
        .map(|(unit, (named, &middle))| {
            let central = found.central_of_unit.get(unit).copied().flatten();
            let central = central.and_then(|i| found.central.get(i as usize));
            let household = central.map(|central| &city.candidates[central.candidate]);
            let distance_m = household
                .map(|household| {
                    let [a, b] = [metres(middle)?, metres(household.position)?];
                    Ok::<_, Error>((a.x() - b.x()).hypot(a.y() - b.y()))
                })
                .transpose()?;
            let grid = plan.grid_of_unit.get(unit).and_then(|&grid| plan.grids.get(grid as usize));
            Ok(Served {
                unit: named.id.clone(),
                grid: grid.map(|grid| grid.code.clone()),
                place: household.map(|household| household.id.clone()),
                distance_m,
            })
        })
        .collect()
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
