//! A plan against the present one: who gets into another grid.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::drawn::{DrawnGrid, index};
use super::facts::Facts;
use super::residents::{NONE, located};

/// What changes against the present plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Moves {
    /// People who get into another grid.
    pub(super) moved: f64,
    /// People whose place lies in no grid at present.
    pub(super) new: f64,
    /// People in all.
    pub(super) all: f64,
    /// People of every grid who were in another one, or in none.
    pub(super) gained: Vec<f64>,
    /// Grids of the plan that carry on a present one.
    pub(super) persisting: usize,
    /// Grids of the present plan.
    pub(super) present: usize,
    /// Codes of the present plan that the plan has, too.
    pub(super) codes_kept: usize,
    /// Whether grids were paired by their codes, else by the people they share.
    pub(super) by_code: bool,
}

/// Compares by the units' people: a grid carries on the present grid of the same code, or of the code
/// that it had before as the plan says; where the two plans have no such code in common, grids are
/// paired in descending order of the people they share.
pub(super) fn compare(facts: &Facts<'_>, present: &[DrawnGrid]) -> Moves {
    let before = located(facts.drawn, &index(present));
    let codes: HashSet<&str> = present.iter().filter_map(|g| g.code.as_deref()).collect();
    let kept: HashSet<&str> = facts
        .drawn
        .grids
        .iter()
        .filter_map(|grid| grid.code.as_deref().filter(|code| codes.contains(code)))
        .collect();

    let mut shared: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for ((unit, &now), &then) in
        facts.drawn.units.iter().zip(&facts.residents.grid_of_unit).zip(&before)
    {
        if now != NONE {
            *shared.entry((now, then)).or_default() += unit.population;
        }
    }
    let before_of: HashMap<&str, &str> = facts
        .drawn
        .renamed
        .iter()
        .filter(|(from, _)| codes.contains(from.as_str()))
        .map(|(from, to)| (to.as_str(), from.as_str()))
        .collect();
    let by_code = !(kept.is_empty() && before_of.is_empty());
    let heir: BTreeMap<u32, u32> = if by_code {
        let numbered = (0u32..).zip(present);
        let of_code: HashMap<&str, u32> =
            numbered.filter_map(|(number, grid)| Some((grid.code.as_deref()?, number))).collect();
        let grids = (0u32..).zip(&facts.drawn.grids);
        let heir = |(number, grid): (u32, &DrawnGrid)| {
            let code = grid.code.as_deref()?;
            Some((number, *of_code.get(before_of.get(code).copied().unwrap_or(code))?))
        };
        grids.filter_map(heir).collect()
    } else {
        pair(&shared)
    };
    let mut moves = Moves {
        gained: vec![0.0; facts.len()],
        persisting: heir.len(),
        present: present.len(),
        codes_kept: kept.len(),
        by_code,
        ..Moves::default()
    };
    for (&(now, then), &people) in &shared {
        moves.all += people;
        if then == NONE {
            moves.new += people;
        } else if heir.get(&now) != Some(&then) {
            moves.moved += people;
            moves.gained[now as usize] += people;
        }
    }
    moves
}

/// Pairs grids one to one in descending order of the people they share; ties by number.
fn pair(shared: &BTreeMap<(u32, u32), f64>) -> BTreeMap<u32, u32> {
    let mut pairs: Vec<(f64, u32, u32)> = shared
        .iter()
        .filter(|((_, then), _)| *then != NONE)
        .map(|(&(now, then), &people)| (people, now, then))
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut heir, mut taken) = (BTreeMap::new(), HashSet::new());
    for (_, now, then) in pairs {
        if !heir.contains_key(&now) && taken.insert(then) {
            heir.insert(now, then);
        }
    }
    heir
}
