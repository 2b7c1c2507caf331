//! What is different: who moves, from where to where, and why.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CurrentPlan;
use super::least::least_moved;
use super::matching::GoesOn;
use super::near::Facts;
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
    /// more people out of tolerance.
    pub least_people_moved: f64,
    /// What no such plan could fall below in which nobody moves to a grid that does not touch theirs
    /// today. A plan may fall below this by reaching through other grids along ground where few live.
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
    /// Every unit that moves, comes or goes, in the order of the city's units; gone ones last.
    pub moves: Vec<Move>,
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
    let why = Reasons::of(city, ground, current, standing, plan, matched);
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
    // Sums of fractions of people differ by a hair with their order.
    change.least_people_moved = change.least_people_moved.min(change.people_moved);
    change.gap = match change.least_people_moved {
        least if least > 0.0 => Some(change.people_moved / least - 1.0),
        _ if change.people_moved == 0.0 => Some(0.0),
        _ => None,
    };
    change
}

/// What is known of the present grids under today's people and limits.
struct Reasons<'a> {
    city: &'a City,
    current: &'a CurrentPlan,
    standing: &'a Standing,
    plan: &'a Plan,
    matched: &'a GoesOn,
    /// People and area of every present grid today, new units on its ground included.
    people: Vec<f64>,
    area: Vec<f64>,
    /// Whether each unit hangs together with most of its present grid.
    is_cut_off: Vec<bool>,
    /// People that each present grid takes in from others and hands on to others.
    taken: BTreeMap<u32, f64>,
    handed: BTreeMap<u32, f64>,
}

impl<'a> Reasons<'a> {
    fn of(
        city: &'a City,
        ground: &Ground,
        current: &'a CurrentPlan,
        standing: &'a Standing,
        plan: &'a Plan,
        matched: &'a GoesOn,
    ) -> Reasons<'a> {
        let mut why = Reasons {
            city,
            current,
            standing,
            plan,
            matched,
            people: vec![0.0; current.grids.len()],
            area: vec![0.0; current.grids.len()],
            is_cut_off: cut_off(city, ground, standing, current.grids.len()),
            taken: BTreeMap::new(),
            handed: BTreeMap::new(),
        };
        for cell in 0..ground.coverage.len() {
            let grid = match standing.grid_of_cell[cell] {
                NONE => standing.place_of_cell[cell],
                grid => grid,
            };
            if grid != NONE {
                why.people[grid as usize] += city.units.get(cell).map_or(0.0, |u| u.population);
                why.area[grid as usize] += ground.area_m2[cell];
            }
        }
        for (u, unit) in city.units.iter().enumerate() {
            let (present, new) = (standing.grid_of_cell[u], plan.grid_of_unit[u]);
            let into = matched.present_of_new[new as usize];
            if present != NONE && into != Some(present) {
                *why.handed.entry(present).or_insert(0.0) += unit.population;
                if let Some(into) = into {
                    *why.taken.entry(into).or_insert(0.0) += unit.population;
                }
            }
        }
        why
    }

    fn of_new(&self, unit: usize, new: u32) -> String {
        let place = self.standing.place_of_cell[unit];
        if place != NONE && self.matched.new_of_present[place as usize] == Some(new) {
            return format!(
                "a new unit, on the ground of grid {}",
                self.current.grids[place as usize].code
            );
        }
        "a new unit, put where the grids keep their limits with fewest people moved".into()
    }

    fn of_move(&self, unit: usize, present: u32, new: u32) -> String {
        let from = &self.current.grids[present as usize];
        let to = &self.plan.grids[new as usize];
        let community = &self.city.communities[to.community];
        let into = self.matched.present_of_new[new as usize];
        let successor = self.matched.new_of_present[present as usize];
        let stays =
            successor.is_some_and(|s| self.plan.grids[s as usize].community == to.community);
        if from.community != community.id && !stays {
            return format!("the unit lies in community {} now", community.id);
        }
        if self.matched.new_of_present[present as usize].is_none() {
            return format!("grid {} is given up", from.code);
        }
        if self.is_cut_off[unit] {
            return format!("the unit does not hang together with the rest of grid {}", from.code);
        }
        let limits = self.limits(to.community);
        let people = self.people[present as usize];
        if into.is_none() {
            return format!("grid {} is new, and is made of what is around it", to.code);
        }
        if let Some(upper) = limits.people.1
            && people > upper
        {
            return format!(
                "grid {} would have {people:.0} people, over its limit of {upper:.0}",
                from.code
            );
        }
        let into = into.unwrap_or(present);
        let other = self.people[into as usize];
        if let Some(lower) = limits.people.0
            && other < lower
        {
            return format!(
                "grid {} would have {other:.0} people, under its limit of {lower:.0}",
                self.current.grids[into as usize].code
            );
        }
        let area = self.area[present as usize];
        if let Some(upper) = limits.area.1
            && area > upper
            && from.area_m2 <= upper
        {
            return format!(
                "grid {} would have {area:.0} m², over its limit of {upper:.0}",
                from.code
            );
        }
        if let Some(&taken) = self.taken.get(&present) {
            return format!(
                "grid {} takes in {taken:.0} people from its neighbours and hands some on",
                from.code
            );
        }
        if let Some(&handed) = self.handed.get(&into) {
            return format!(
                "grid {} hands {handed:.0} people on and takes some in",
                self.current.grids[into as usize].code
            );
        }
        "borders become shorter".into()
    }

    /// What grids of a community may have in people and area.
    fn limits(&self, community: usize) -> Limits {
        let figures = &self.plan.communities[community];
        let k = figures.grids.max(1) as f64;
        let asked = &self.plan.asked;
        Limits {
            people: asked.population_tolerance.range(figures.population / k),
            area: asked.area_tolerance.range(figures.area_m2 / k),
        }
    }
}

struct Limits {
    people: (Option<f64>, Option<f64>),
    area: (Option<f64>, Option<f64>),
}

/// Of every unit, whether it lies apart from the part of its present grid with most people, within
/// its community.
fn cut_off(city: &City, ground: &Ground, standing: &Standing, grids: usize) -> Vec<bool> {
    let cells = ground.coverage.len();
    let grid = |cell: usize| match standing.grid_of_cell[cell] {
        NONE => standing.place_of_cell[cell],
        grid => grid,
    };
    let mut part = vec![NONE; cells];
    let mut people: Vec<(f64, usize)> = Vec::new();
    let mut main = vec![NONE; grids];
    let mut stack = Vec::new();
    for start in 0..cells {
        if part[start] != NONE || grid(start) == NONE {
            continue;
        }
        let own = people.len() as u32;
        people.push((0.0, 0));
        part[start] = own;
        stack.push(start);
        while let Some(cell) = stack.pop() {
            let sum = &mut people[own as usize];
            *sum = (sum.0 + city.units.get(cell).map_or(0.0, |u| u.population), sum.1 + 1);
            for (t, _) in ground.contiguity.neighbours(cell) {
                let t = t as usize;
                let same = grid(t) == grid(start)
                    && ground.community_of_cell[t] == ground.community_of_cell[start];
                if same && part[t] == NONE {
                    part[t] = own;
                    stack.push(t);
                }
            }
        }
        let best = &mut main[grid(start) as usize];
        if *best == NONE || people[own as usize] > people[*best as usize] {
            *best = own;
        }
    }
    (0..city.units.len()).map(|u| grid(u) != NONE && part[u] != main[grid(u) as usize]).collect()
}
