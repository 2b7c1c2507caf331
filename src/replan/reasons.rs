//! Why a unit is in another grid, in a sentence.

use std::collections::BTreeMap;

use super::CurrentPlan;
use super::matching::GoesOn;
use super::near::{Broken, Facts};
use super::standing::{NONE, Standing};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Plan, Promise};

/// What is known of the present grids under today's people and limits.
pub(super) struct Reasons<'a> {
    city: &'a City,
    current: &'a CurrentPlan,
    standing: &'a Standing,
    plan: &'a Plan,
    matched: &'a GoesOn,
    facts: &'a [Option<Facts>],
    /// Whether each unit hangs together with most of its present grid.
    is_cut_off: Vec<bool>,
    /// People that each present grid takes in from others and hands on to others.
    taken: BTreeMap<u32, f64>,
    handed: BTreeMap<u32, f64>,
}

impl<'a> Reasons<'a> {
    pub fn of(
        city: &'a City,
        ground: &Ground,
        current: &'a CurrentPlan,
        standing: &'a Standing,
        plan: &'a Plan,
        matched: &'a GoesOn,
        facts: &'a [Option<Facts>],
    ) -> Reasons<'a> {
        let mut why = Reasons {
            city,
            current,
            standing,
            plan,
            matched,
            facts,
            is_cut_off: cut_off(city, ground, standing, current.grids.len()),
            taken: BTreeMap::new(),
            handed: BTreeMap::new(),
        };
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

    pub fn of_new(&self, unit: usize, new: u32) -> String {
        if let Some(name) = &self.plan.grids[new as usize].special {
            return format!("a new unit, given to the special-purpose grid {name}");
        }
        let place = self.standing.place_of_cell[unit];
        if place != NONE && self.matched.new_of_present[place as usize] == Some(new) {
            return format!(
                "a new unit, on the ground of grid {}",
                self.current.grids[place as usize].code
            );
        }
        "a new unit, put where the grids keep their limits with fewest people moved".into()
    }

    pub fn of_move(&self, unit: usize, present: u32, new: u32) -> String {
        let from = &self.current.grids[present as usize];
        let to = &self.plan.grids[new as usize];
        let community = &self.city.communities[to.community];
        let into = self.matched.present_of_new[new as usize];
        let successor = self.matched.new_of_present[present as usize];
        if let Some(name) = &to.special {
            return format!("the unit is given to the special-purpose grid {name}");
        }
        if from.is_special {
            return format!("the unit is given to special-purpose grid {} no more", from.code);
        }
        let stays =
            successor.is_some_and(|s| self.plan.grids[s as usize].community == to.community);
        if from.community != community.id && !stays {
            return format!("the unit lies in community {} now", community.id);
        }
        if successor.is_none() {
            return format!("grid {} is given up", from.code);
        }
        if self.is_cut_off[unit] {
            return format!("the unit does not hang together with the rest of grid {}", from.code);
        }
        let Some(into) = into else {
            return format!("grid {} is new, and is made of what is around it", to.code);
        };
        if let Some(reason) = self.of_limits(unit, to.community, present, into) {
            return reason;
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

    /// The limit that one of the two grids would be out of if nothing were done: one that the unit
    /// itself counts for where there is one.
    fn of_limits(&self, unit: usize, community: usize, from: u32, into: u32) -> Option<String> {
        let facts = self.facts[community].as_ref()?;
        let weighs = facts.weighs.get(&(unit as u32)).copied().unwrap_or_default();
        let counts = |broken: &&Broken| {
            let bit = weighs.checked_shr(broken.subject as u32).unwrap_or_default() & 1 == 1;
            bit || facts.subjects[broken.subject].promise == Promise::Diameter
        };
        let of = |grid: u32, is_over: bool| {
            let local = facts.present.binary_search(&grid).ok();
            let broken = local.map_or(&[][..], |local| &facts.broken[local]);
            broken.iter().filter(move |broken| broken.is_over() == is_over)
        };
        let tell = |grid: u32, broken: &Broken| {
            let code = &self.current.grids[grid as usize].code;
            self.told(code, broken, facts)
        };
        let over = of(from, true).find(counts).map(|broken| tell(from, broken));
        let under = || of(into, false).find(counts).map(|broken| tell(into, broken));
        let any = || of(from, true).next().map(|broken| tell(from, broken));
        over.or_else(under).or_else(any)
    }

    fn told(&self, code: &str, broken: &Broken, facts: &Facts) -> String {
        let subject = &facts.subjects[broken.subject];
        let (value, limit, noun) = (broken.value, broken.limit, &subject.noun);
        match subject.promise {
            Promise::Diameter => {
                format!("grid {code} is {value:.0} m across, over its limit of {limit:.0}")
            }
            Promise::Lock | Promise::Apart | Promise::Seed if broken.is_over() => {
                format!("grid {code} would hold {value:.0} {noun}, of which it may hold {limit:.0}")
            }
            Promise::Lock | Promise::Apart | Promise::Seed => {
                format!("grid {code} would hold none of the {noun}, and is to hold one")
            }
            _ => {
                let side = if broken.is_over() { "over" } else { "under" };
                format!("grid {code} would have {value:.0} {noun}, {side} its limit of {limit:.0}")
            }
        }
    }
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
