//! What is different: who moves, from where to where, and why.

use serde::{Deserialize, Serialize};

use super::CurrentPlan;
use super::least::least_moved;
use super::matching::GoesOn;
use super::near::Facts;
use super::reasons::Reasons;
use super::standing::{NONE, Standing};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// How a plan differs from the one before; `replan` in `plan.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// People of units that both plans have, and whose unit is not in the grid that theirs goes on
    /// as.
    pub people_moved: f64,
    /// What no plan could fall below that has these communities and numbers of grids and leaves no
    /// more people out of tolerance, nor more of anything else out of its upper limits.
    pub least_people_moved: f64,
    /// What no such plan could fall below in which every grid goes on and nobody moves to a grid that
    /// does not touch theirs today. A plan may fall below this by giving a grid up, or by reaching
    /// through other grids along ground where few live.
    pub least_between_neighbours: f64,
    /// `people_moved` over `least_people_moved`, less 1; `None` where the least is 0 and somebody
    /// moves.
    pub gap: Option<f64>,
    /// People of units that both plans have.
    pub people_staying_or_moved: f64,
    /// Number of units moved.
    pub units_moved: usize,
    /// Number of units that the present plan did not have.
    pub new_units: usize,
    /// Number of units that the city has no more.
    pub vanished_units: usize,
    /// Number of grids that go on.
    pub grids_kept: usize,
    /// Codes of new grids.
    pub new_grids: Vec<String>,
    /// Codes of grids that are given up; none of them is used again.
    pub given_up_grids: Vec<String>,
    /// Grids that go on in another community, under a code of that one.
    pub renamed_grids: Vec<Renamed>,
    /// What has become of communities, where they were drawn anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub communities: Option<CommunityChange>,
    /// Every unit that moves, comes or goes, in the order of the city's units; gone ones last.
    pub moves: Vec<Move>,
}

/// How communities differ from those before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CommunityChange {
    /// People whose unit is not in the community that theirs goes on as.
    pub people_moved: f64,
    /// What no such division could fall below that does not cut present grids.
    pub least_people_moved: f64,
    /// Number of communities that go on, under their codes.
    pub kept: usize,
    /// Codes of new communities.
    pub new: Vec<String>,
    /// Codes of communities that are given up; none of them is used again.
    pub given_up: Vec<String>,
}

impl CommunityChange {
    /// Of a change with communities for grids.
    pub(super) fn of(change: &Change) -> Self {
        CommunityChange {
            people_moved: change.people_moved,
            least_people_moved: change.least_people_moved,
            kept: change.grids_kept,
            new: change.new_grids.clone(),
            given_up: change.given_up_grids.clone(),
        }
    }
}

/// A grid with another code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Its code before.
    pub from: String,
    /// Its code now.
    pub to: String,
}

/// A unit in another grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Id of the unit.
    pub unit: String,
    /// Code of the grid it was in, as it was; `None` for a new unit.
    pub from: Option<String>,
    /// Code of the grid it is in; `None` for a unit that is gone.
    pub to: Option<String>,
    /// Its people now, or when it was last seen.
    pub people: f64,
    /// Why, in a sentence.
    pub reason: String,
}

/// Compares two plans.
pub(super) fn change(
    city: &City,
    ground: &Ground,
    current: &CurrentPlan,
    standing: &Standing,
    plan: &Plan,
    matched: &GoesOn,
    facts: &[Option<Facts>],
) -> Change {
    let grids: Vec<usize> = plan.communities.iter().map(|c| c.grids).collect();
    let (least_people_moved, least_between_neighbours) = least_moved(facts, &grids);
    let mut change = Change {
        least_people_moved,
        least_between_neighbours,
        vanished_units: standing.vanished.len(),
        ..Change::default()
    };
    let why = Reasons::of(city, ground, current, standing, plan, matched, facts);
    for (u, unit) in city.units.iter().enumerate() {
        let (present, new) = (standing.grid_of_cell[u], plan.grid_of_unit[u]);
        let to = Some(plan.grids[new as usize].code.clone());
        if present == NONE {
            change.new_units += 1;
            let reason = why.of_new(u, new);
            let (unit, people) = (unit.id.clone(), unit.population);
            change.moves.push(Move { unit, from: None, to, people, reason });
            continue;
        }
        change.people_staying_or_moved += unit.population;
        if matched.new_of_present[present as usize] == Some(new) {
            continue;
        }
        change.units_moved += 1;
        change.people_moved += unit.population;
        change.moves.push(Move {
            unit: unit.id.clone(),
            from: Some(current.grids[present as usize].code.clone()),
            to,
            people: unit.population,
            reason: why.of_move(u, present, new),
        });
    }
    for (unit, grid, people) in &standing.vanished {
        change.moves.push(Move {
            unit: unit.clone(),
            from: Some(current.grids[*grid as usize].code.clone()),
            to: None,
            people: *people,
            reason: "the city has this unit no more".into(),
        });
    }
    for (present, new) in current.grids.iter().zip(&matched.new_of_present) {
        match new.map(|new| &plan.grids[new as usize].code) {
            None => change.given_up_grids.push(present.code.clone()),
            Some(code) => {
                change.grids_kept += 1;
                if *code != present.code {
                    let (from, to) = (present.code.clone(), code.clone());
                    change.renamed_grids.push(Renamed { from, to });
                }
            }
        }
    }
    let new = plan.grids.iter().zip(&matched.present_of_new);
    change.new_grids = new.filter(|(_, p)| p.is_none()).map(|(g, _)| g.code.clone()).collect();
    // Sums of fractions of people differ by a hair with their order; by no more.
    debug_assert!(change.least_people_moved <= change.people_moved * (1.0 + 1e-9) + 1e-6);
    if change.least_people_moved > change.people_moved * (1.0 + 1e-9) + 1e-6 {
        // Then it proves nothing.
        change.least_people_moved = 0.0;
    }
    change.least_people_moved = change.least_people_moved.min(change.people_moved);
    change.gap = match change.least_people_moved {
        least if least > 0.0 => Some(change.people_moved / least - 1.0),
        _ if change.people_moved == 0.0 => Some(0.0),
        _ => None,
    };
    change
}
