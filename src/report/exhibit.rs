use geo::{MultiPolygon, Point};
use serde_json::Value;

use super::language::Language;
use super::pieces::Pieces;
use crate::Result;
use crate::audit::{Audit, AuditReport, DrawnGrid};
use crate::ground::Ground;
use crate::model::{City, Labels};
use crate::organise::{Directory, Register};
use crate::pipeline::PlannedCity;
use crate::plan::Plan;
use crate::replan::{Change, CurrentPlan};

/// All that a map or a report is made from. City, plan and register are needed; what else is there
/// is shown, too.
#[derive(Debug)]
pub struct Exhibit<'a> {
    /// The city.
    pub city: &'a City,
    /// Its plan.
    pub plan: &'a Plan,
    /// Who answers for which grid.
    pub register: &'a Register,
    /// The ground of units: without it the map shows grids alone.
    pub pieces: Option<Pieces>,
    /// Texts by which units can be searched.
    pub labels: Labels,
    /// From member households to their central households, degrees.
    pub links: Vec<[Point<f64>; 2]>,
    /// What is within 15 minutes of each station, in city order; without it a circle is drawn.
    pub reached: Vec<MultiPolygon<f64>>,
    /// Building groups and who leads them.
    pub directory: Option<&'a Directory>,
    /// How the plan differs from the one before.
    pub change: Option<&'a Change>,
    /// What an audit says of it.
    pub audit: Option<AuditReport>,
    /// Why there is no audit, where one was begun and could not be made.
    pub audit_fault: Option<String>,
    /// `plan.json`: parameters, findings, staff.
    pub record: Value,
    /// Language of pictures; pages have both.
    pub language: Language,
}

impl<'a> Exhibit<'a> {
    /// Grids and who answers for them, nothing else.
    pub fn new(city: &'a City, plan: &'a Plan, register: &'a Register) -> Self {
        Exhibit {
            city,
            plan,
            register,
            pieces: None,
            labels: Labels::default(),
            links: Vec::new(),
            reached: Vec::new(),
            directory: None,
            change: None,
            audit: None,
            audit_fault: None,
            record: Value::Null,
            language: Language::English,
        }
    }

    /// A planned city with its ground and staff.
    pub fn of(city: &'a City, planned: &'a PlannedCity) -> Self {
        Exhibit::after(city, planned, None)
    }

    /// As [`Exhibit::of`]; with the plan that stood before and what is different from it, where it is
    /// a changed one.
    pub fn after(
        city: &'a City,
        planned: &'a PlannedCity,
        before: Option<(&CurrentPlan, &'a Change)>,
    ) -> Self {
        let PlannedCity { ground, plan, households, register, .. } = planned;
        let linked = city.members.iter().zip(&households.central_of_member);
        let links = linked.filter_map(|(member, central)| {
            let central = households.central.get((*central)? as usize)?;
            Some([member.position, city.candidates.get(central.candidate)?.position])
        });
        let links = links.collect();
        let (audit, audit_fault) =
            match draws_units(city).then(|| audited(city, planned, before)).transpose() {
                Ok(audit) => (audit, None),
                Err(fault) => (None, Some(fault.to_string())),
            };
        let change = before.map(|(_, change)| change);
        Exhibit {
            links,
            audit,
            audit_fault,
            change,
            ..Exhibit::new(city, plan, register).on(ground)
        }
    }

    /// The same with the ground of units, where the map can show so many.
    pub fn on(mut self, ground: &Ground) -> Self {
        self.pieces = draws_units(self.city).then(|| Pieces::of(ground, self.plan));
        self
    }
}

/// Most units a city may have for the map to show each of them and for the audit to be part of the
/// report: with more, the page takes long to open, and planning takes longer.
const MOST_UNITS: usize = 60_000;

/// What an audit says of a plan as it was made, by what was asked; against the plan it was changed
/// from, where there is one.
fn audited(
    city: &City,
    planned: &PlannedCity,
    before: Option<(&CurrentPlan, &Change)>,
) -> Result<AuditReport> {
    let audit = Audit::of_asked(&planned.plan.asked, planned.asked.households.links)
        .by_survey(&planned.asked.survey);
    let mut drawn = planned.drawn(city);
    let Some((current, change)) = before else { return audit.run(&drawn, None) };
    let renamed = change.renamed_grids.iter();
    drawn.renamed = renamed.map(|grid| (grid.from.clone(), grid.to.clone())).collect();
    let present = current.grids.iter().map(|grid| DrawnGrid {
        code: Some(grid.code.clone()),
        special: grid.is_special,
        ..DrawnGrid::of(grid.shape.clone())
    });
    audit.run(&drawn, Some(&present.collect::<Vec<_>>()))
}

/// Whether a city has few enough units for a map in the browser to show each.
pub fn draws_units(city: &City) -> bool {
    city.units.len() <= MOST_UNITS
}
