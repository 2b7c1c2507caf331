//! What moving units from one grid to another does to every figure.

use std::collections::BTreeSet;

use super::{GridChange, GridNow, Judgement, Move};
use crate::divide::Tolerance;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Shares and metres that differ by less than this are the same.
const EPSILON: f64 = 1e-9;

/// A plan on its ground, ready for questions.
pub(super) struct Situation<'a> {
    city: &'a City,
    ground: &'a Ground,
    plan: &'a Plan,
    /// The grid of every cell: units, then open ground.
    grid_of_cell: Vec<u32>,
}

/// People and square metres.
type Load = [f64; 2];

impl<'a> Situation<'a> {
    pub(super) fn of(city: &'a City, ground: &'a Ground, plan: &'a Plan) -> Self {
        let mut grid_of_cell = plan.grid_of_unit.clone();
        grid_of_cell.extend(&plan.grid_of_open_ground);
        grid_of_cell.resize(ground.contiguity.len(), u32::MAX);
        Situation { city, ground, plan, grid_of_cell }
    }

    /// Border within the own grid in metres, other grids beside it in the same community, and grids
    /// of other communities beside it.
    pub(super) fn surroundings(&self, unit: u32) -> (f64, Vec<u32>, Vec<u32>) {
        self.surroundings_of(&[unit])
    }

    /// As [`surroundings`](Self::surroundings), of some units of one grid together.
    pub(super) fn surroundings_of(&self, units: &[u32]) -> (f64, Vec<u32>, Vec<u32>) {
        let own = self.grid_of_cell[units[0] as usize];
        let community = self.plan.grids[own as usize].community;
        let (mut within, mut beside, mut beyond) = (0.0, BTreeSet::new(), BTreeSet::new());
        for (_, neighbour, length) in self.borders(units) {
            let grid = self.grid_of_cell[neighbour as usize];
            match self.plan.grids.get(grid as usize) {
                _ if grid == own => within += length,
                Some(other) if length > 0.0 && other.community == community => {
                    beside.insert(grid);
                }
                Some(other) if length > 0.0 && other.community != community => {
                    beyond.insert(grid);
                }
                _ => {}
            }
        }
        (within, beside.into_iter().collect(), beyond.into_iter().collect())
    }

    /// Borders between some units and others: unit, neighbour, metres.
    fn borders<'b>(&'b self, units: &'b [u32]) -> impl Iterator<Item = (u32, u32, f64)> + 'b {
        units.iter().flat_map(move |&unit| {
            let neighbours = self.ground.contiguity.neighbours(unit as usize);
            let others = neighbours.filter(move |(other, _)| !units.contains(other));
            others.map(move |(other, length)| (unit, other, length))
        })
    }

    /// What a border between two cells costs: metres times the factor of the barrier along it.
    fn cost_m(&self, cell: u32, other: u32) -> f64 {
        let classes = self.ground.border_classes(cell as usize, other as usize);
        classes
            .iter()
            .filter(|(class, _)| class.is_none_or(|class| !class.hard))
            .map(|(class, length)| length * class.map_or(1.0, |class| class.factor))
            .sum()
    }

    /// The units that stay with a unit: those of its estate or lock in its community that hang
    /// together with it; ascending.
    pub(super) fn group(&self, unit: u32) -> Vec<u32> {
        let own = &self.city.units[unit as usize];
        let together = |other: u32| {
            let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
            self.city.units.get(other as usize).is_some_and(|other_unit| {
                self.ground.community_of_cell[other as usize]
                    == self.ground.community_of_cell[unit as usize]
                    && (same(&own.estate, &other_unit.estate) || same(&own.lock, &other_unit.lock))
            })
        };
        let mut group = BTreeSet::from([unit]);
        let mut stack = vec![unit];
        while let Some(at) = stack.pop() {
            for (other, length) in self.ground.contiguity.neighbours(at as usize) {
                if length > 0.0 && together(other) && group.insert(other) {
                    stack.push(other);
                }
            }
        }
        group.into_iter().collect()
    }

    /// A grid as it is.
    pub(super) fn now(&self, grid: u32) -> GridNow {
        let found = &self.plan.grids[grid as usize];
        let load = self.load(grid);
        // A special-purpose grid is held to no mean.
        let mean =
            found.special.as_ref().map_or_else(|| self.mean(found.community), |_| [0.0, 0.0]);
        let [population_deviation, area_deviation] = deviations(load, mean);
        GridNow {
            grid: found.code.clone(),
            units: found.units.len(),
            population: load[0],
            population_deviation,
            area_m2: load[1],
            area_deviation,
            pieces: self.pieces(grid, &[], None),
        }
    }

    fn load(&self, grid: u32) -> Load {
        let found = &self.plan.grids[grid as usize];
        [found.population, found.area_m2]
    }

    fn mean(&self, community: usize) -> Load {
        let own = self.plan.grids.iter().filter(|grid| grid.community == community);
        let grids = own.filter(|grid| grid.special.is_none());
        let count = grids.clone().count().max(1) as f64;
        let sum = grids.fold([0.0, 0.0], |[p, a], grid| [p + grid.population, a + grid.area_m2]);
        sum.map(|s| s / count)
    }

    /// The pieces of a grid without some units, and with them if it is `Some(with)`.
    fn pieces(&self, grid: u32, without: &[u32], with: Option<&[u32]>) -> usize {
        let added = with.unwrap_or_default();
        let mut cells: BTreeSet<u32> = (0..self.grid_of_cell.len() as u32)
            .filter(|&cell| self.grid_of_cell[cell as usize] == grid && !without.contains(&cell))
            .filter(|&cell| self.ground.area_m2[cell as usize] > 0.0)
            .chain(added.iter().copied())
            .collect();
        let mut pieces = 0;
        let mut stack = Vec::new();
        while let Some(start) = cells.pop_first() {
            pieces += 1;
            stack.push(start);
            while let Some(at) = stack.pop() {
                for (other, length) in self.ground.contiguity.neighbours(at as usize) {
                    if length > 0.0 && cells.remove(&other) {
                        stack.push(other);
                    }
                }
            }
        }
        pieces
    }

    /// What moving units from their grid to another one would do.
    pub(super) fn moving(&self, units: &[u32], from: u32, to: u32) -> Move {
        let mean = self.mean(self.plan.grids[from as usize].community);
        let moved = units.iter().fold([0.0, 0.0], |[people, area], &unit| {
            let unit = unit as usize;
            [people + self.city.units[unit].population, area + self.ground.area_m2[unit]]
        });
        let (mut border_change_m, mut cost_change_m, mut shared_border_m) = (0.0, 0.0, 0.0);
        for (unit, other, length) in self.borders(units) {
            let grid = self.grid_of_cell[other as usize];
            if grid == from {
                border_change_m += length;
                cost_change_m += self.cost_m(unit, other);
            } else if grid == to {
                border_change_m -= length;
                cost_change_m -= self.cost_m(unit, other);
                shared_border_m += length;
            }
        }
        let change = |grid: u32, sign: f64, pieces: [usize; 2]| {
            let special = self.plan.grids[grid as usize].special.is_some();
            let mean = if special { [0.0, 0.0] } else { mean };
            let before = self.load(grid);
            let after = [0, 1].map(|i| before[i] + sign * moved[i]);
            let deviation = [before, after].map(|load| deviations(load, mean));
            GridChange {
                grid: self.plan.grids[grid as usize].code.clone(),
                population: [before[0], after[0]],
                population_deviation: [deviation[0][0], deviation[1][0]],
                area_m2: [before[1], after[1]],
                area_deviation: [deviation[0][1], deviation[1][1]],
                pieces,
                violation: [before, after].map(|load| self.violation(load, mean)),
            }
        };
        let left = [self.pieces(from, &[], None), self.pieces(from, units, None)];
        let right = [self.pieces(to, &[], None), self.pieces(to, &[], Some(units))];
        let (from_change, to_change) = (change(from, -1.0, left), change(to, 1.0, right));
        let outside = |change: &GridChange| change.violation[1] - change.violation[0];
        let mut found = Move {
            units: units.iter().map(|&u| self.city.units[u as usize].id.clone()).collect(),
            violation_change: outside(&from_change) + outside(&to_change),
            shared_border_m,
            border_change_m,
            cost_change_m,
            splits_estate: self.splits(units),
            breaks_lock: self.breaks_lock(units, to),
            special: [from, to]
                .iter()
                .find_map(|&grid| self.plan.grids[grid as usize].special.clone()),
            empties: units.len() >= self.plan.grids[from as usize].units.len(),
            judgement: Judgement::AsGood,
            from: from_change,
            to: to_change,
        };
        found.judgement = judge(&found);
        found
    }

    /// What lies outside of the tolerances, as shares of the mean.
    fn violation(&self, load: Load, mean: Load) -> f64 {
        let tolerances = [self.plan.asked.population_tolerance, self.plan.asked.area_tolerance];
        let outside = |i: usize| {
            let Tolerance { lower, upper } = tolerances[i];
            let deviation = deviations(load, mean)[i];
            let over = upper.map_or(0.0, |most| (deviation - most).max(0.0));
            let under = lower.map_or(0.0, |most| (-deviation - most).max(0.0));
            over + under
        };
        outside(0) + outside(1)
    }

    /// The estate of which these units are a part that others in their grid hang together with.
    fn splits(&self, units: &[u32]) -> Option<String> {
        let own = |unit: u32| self.city.units.get(unit as usize)?.estate.as_deref();
        let torn = |(unit, other, length): &(u32, u32, f64)| {
            *length > 0.0
                && own(*unit).is_some()
                && own(*unit) == own(*other)
                && self.grid_of_cell[*unit as usize] == self.grid_of_cell[*other as usize]
        };
        self.borders(units).find(torn).and_then(|(unit, ..)| own(unit)).map(str::to_owned)
    }

    /// The lock that would be torn, or would have to share its grid with another.
    fn breaks_lock(&self, units: &[u32], to: u32) -> Option<String> {
        let lock = |unit: u32| self.city.units.get(unit as usize)?.lock.as_deref();
        let moved: BTreeSet<&str> = units.iter().filter_map(|&unit| lock(unit)).collect();
        let own = self.grid_of_cell[units[0] as usize];
        let stays = |grid: u32| {
            let members = self.plan.grids[grid as usize].units.iter();
            members.filter(|unit| !units.contains(unit)).filter_map(|&unit| lock(unit))
        };
        let torn = stays(own).find(|name| moved.contains(name));
        let strange = |name: &&str| stays(to).any(|other| other != *name);
        torn.or_else(|| moved.iter().copied().find(strange)).map(str::to_owned)
    }
}

fn deviations(load: Load, mean: Load) -> Load {
    [0, 1].map(|i| if mean[i] > 0.0 { load[i] / mean[i] - 1.0 } else { 0.0 })
}

fn judge(found: &Move) -> Judgement {
    let worse = |change: &GridChange| change.pieces[1] > change.pieces[0].max(1);
    let in_pieces = worse(&found.from) || worse(&found.to);
    let forbidden = in_pieces
        || found.splits_estate.is_some()
        || found.breaks_lock.is_some()
        || found.special.is_some()
        || found.empties;
    match (found.violation_change, found.cost_change_m) {
        _ if forbidden => Judgement::Forbidden,
        (violation, _) if violation > EPSILON => Judgement::MoreViolation,
        (violation, _) if violation < -EPSILON => Judgement::Better,
        (_, cost) if cost < -EPSILON => Judgement::Better,
        (_, cost) if cost > EPSILON => Judgement::DearerBorder,
        _ => Judgement::AsGood,
    }
}
