//! Which grids are special-purpose ones (专属网格): what they call themselves, and what their units say.

use std::collections::HashSet;

use super::drawn::DrawnPlan;
use super::facts::Facts;
use super::findings::Findings;
use super::residents::NONE;

/// Whether each grid is a special-purpose one: it says so, and so does a unit in it, if there is any.
pub(super) fn special(drawn: &DrawnPlan, grid_of_unit: &[u32]) -> Vec<bool> {
    let mut said = vec![false; drawn.grids.len()];
    let mut inhabited = vec![false; drawn.grids.len()];
    for (unit, &grid) in grid_of_unit.iter().enumerate().filter(|(_, grid)| **grid != NONE) {
        inhabited[grid as usize] = true;
        said[grid as usize] |= drawn.attributes.special(unit).is_some();
    }
    let grids = drawn.grids.iter().zip(said.into_iter().zip(inhabited));
    grids.map(|(grid, (said, inhabited))| grid.special && (said || !inhabited)).collect()
}

/// Enters grids of an unknown kind, and those that call themselves special-purpose ones and hold
/// units that do not. A unit without ground goes with the one whose ground it lies on.
pub(super) fn enter(facts: &Facts<'_>, found: &mut Findings) {
    let drawn = facts.drawn;
    for (grid, of) in drawn.grids.iter().enumerate() {
        if let Some(kind) = &of.unknown_kind {
            let name = facts.drawn.name(grid);
            let reason = format!(
                "grid {name} is of kind {kind:?}, which is neither \"general\" nor \"special\""
            );
            found.fail("kind-unknown", Some(name), vec![kind.clone()], [1.0, 0.0], reason);
        }
    }
    if !drawn.grids.iter().any(|grid| grid.special) {
        return;
    }
    let groundless: HashSet<&str> = drawn
        .cells
        .iter()
        .filter(|cell| cell.shape.0.is_empty())
        .filter_map(|cell| cell.unit.as_deref())
        .collect();
    let mut silent: Vec<Vec<String>> = vec![Vec::new(); drawn.grids.len()];
    for (unit, &grid) in facts.residents.grid_of_unit.iter().enumerate() {
        let of = &drawn.units[unit];
        if drawn.grids.get(grid as usize).is_some_and(|grid| grid.special)
            && drawn.attributes.special(unit).is_none()
            && !groundless.contains(of.id.as_str())
        {
            silent[grid as usize].push(of.id.clone());
        }
    }
    for (grid, units) in silent.into_iter().enumerate().filter(|(_, units)| !units.is_empty()) {
        let name = facts.drawn.name(grid);
        let reason = format!(
            "grid {name} calls itself a special-purpose grid, but {} of its {} units name none, such \
             as {}",
            units.len(),
            facts.units[grid],
            units[0]
        );
        let values = [units.len() as f64, 0.0];
        let of = units.into_iter().take(5).collect();
        found.fail("special-unsaid", Some(name), of, values, reason);
    }
}
