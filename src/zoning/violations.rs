//! Which grids break a promise, and why, said grid by grid.

use super::atoms::Atoms;
use crate::divide::Tolerance;
use crate::model::City;
use crate::plan::{Divide, Promise, ServiceGrid, Violation};

/// Slack for comparing shares, far below what anyone counts.
const EPSILON: f64 = 1e-9;

/// A divided community as its violations are judged.
pub(super) struct Community<'a> {
    pub city: &'a City,
    /// Its index in the city.
    pub index: usize,
    /// Its units, ascending.
    pub units: &'a [u32],
    pub atoms: &'a Atoms,
    /// Number of parts of it that do not touch.
    pub parts: usize,
}

/// All violations of the community's grids.
pub(super) fn violations(
    community: &Community,
    grids: &[ServiceGrid],
    asked: &Divide,
) -> Vec<Violation> {
    let k = grids.len().max(1) as f64;
    let mean_population = community.atoms.population.iter().sum::<f64>() / k;
    let mean_area = grids.iter().map(|g| g.area_m2).sum::<f64>() / k;
    let giants = Giants::of(community.atoms, mean_population, asked.population_tolerance);
    let mut found = Vec::new();
    for grid in grids {
        let mut add = |promise, value: f64, limit: f64, (unavoidable, reason)| {
            found.push(Violation {
                grid: grid.code.clone(),
                community: community.city.communities[community.index].id.clone(),
                promise,
                value,
                limit,
                unavoidable,
                reason,
            });
        };
        if grid.parts > 1 {
            add(Promise::Contiguity, grid.parts as f64, 1.0, pieces_reason(community, grids.len()));
        }
        let locks = locks(community, grid);
        if locks.len() > 1 {
            let reason = format!("locks {} share this grid", locks.join(", "));
            add(Promise::Lock, locks.len() as f64, 1.0, (false, reason));
        }
        if let Some(limit) = broken(grid.population, mean_population, asked.population_tolerance) {
            let reason = giants
                .reason(community, grid, limit, mean_population, grids.len())
                .unwrap_or_else(|| (false, best_found(community, grids.len())));
            add(Promise::Population, grid.population, limit, reason);
        }
        if let Some(limit) = broken(grid.area_m2, mean_area, asked.area_tolerance) {
            let reason = match grid.units[..] {
                [only] if grid.open_ground == 0 && grid.area_m2 > limit => {
                    let id = &community.city.units[only as usize].id;
                    (true, format!("unit {id} alone has {:.0} m²", grid.area_m2))
                }
                _ => (false, best_found(community, grids.len())),
            };
            add(Promise::Area, grid.area_m2, limit, reason);
        }
    }
    found
}

/// The limit that `value` breaks, if it breaks one.
fn broken(value: f64, mean: f64, tolerance: Tolerance) -> Option<f64> {
    let (lower, upper) = tolerance.range(mean);
    let slack = EPSILON * mean;
    match (lower, upper) {
        _ if mean <= 0.0 => None,
        (_, Some(upper)) if value > upper + slack => Some(upper),
        (Some(lower), _) if value < lower - slack => Some(lower),
        _ => None,
    }
}

/// Atoms that hold more people than a grid may: what they break nobody can mend.
struct Giants {
    count: usize,
    people: f64,
}

impl Giants {
    fn of(atoms: &Atoms, mean: f64, tolerance: Tolerance) -> Self {
        let (_, upper) = tolerance.range(mean);
        let giant = |people: &&f64| upper.is_some_and(|limit| **people > limit);
        let giants = atoms.population.iter().filter(giant);
        Giants { count: giants.clone().count(), people: giants.sum() }
    }

    /// What giants have to do with a violation, and whether no division could mend it in the grid
    /// of this unit.
    fn reason(
        &self,
        community: &Community,
        grid: &ServiceGrid,
        limit: f64,
        mean: f64,
        k: usize,
    ) -> Option<(bool, String)> {
        if self.count == 0 {
            return None;
        }
        if grid.population > limit {
            let atom = |u: u32| {
                let local = community.units.binary_search(&u).ok()?;
                Some(community.atoms.population[community.atoms.atom_of[local] as usize])
            };
            let giant = grid.units.iter().find(|&&u| atom(u).is_some_and(|p| p > limit))?;
            let id = &community.city.units[*giant as usize].id;
            let people = atom(*giant)?;
            let reason = format!(
                "unit {id}, with the rest of its estate if it has one, holds {people:.0} people: \
                 over the limit of {limit:.0} by itself"
            );
            return Some((true, reason));
        }
        let others = k.saturating_sub(self.count) as f64;
        let left = mean * k as f64 - self.people;
        (others > 0.0 && left / others < limit).then(|| {
            let reason = format!(
                "units larger than a grid hold {:.0} people in this community and leave {:.0} on \
                 average for the other {others} grids, under the limit of {limit:.0}: not all of \
                 them can be within",
                self.people,
                left / others
            );
            (false, reason)
        })
    }
}

fn pieces_reason(community: &Community, k: usize) -> (bool, String) {
    let reason = format!(
        "the community lies in {} parts that do not touch, or touch across hard barriers alone, for \
         {k} grids; a part too small for a \
         grid of its own is joined to the nearest one",
        community.parts
    );
    (community.parts > k, reason)
}

/// Names of the locks in a grid.
fn locks<'a>(community: &Community<'a>, grid: &ServiceGrid) -> Vec<&'a str> {
    let mut locks: Vec<&str> = grid
        .units
        .iter()
        .filter_map(|&u| community.city.units[u as usize].lock.as_deref())
        .collect();
    locks.sort_unstable();
    locks.dedup();
    locks
}

fn best_found(community: &Community, k: usize) -> String {
    format!(
        "the best division found of the community's {} units into {k} grids; it is not proved \
         that there is no better one",
        community.units.len()
    )
}
