//! What moving units from one grid to another does to every figure.

use std::collections::BTreeSet;

use super::{Figure, FigureChange, GridChange, GridNow, Judgement, Move};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Plan, Promise};
use crate::zoning::{AskedFigure, Grids, Judge, Range, Together};

/// Shares and metres that differ by less than this are the same.
const EPSILON: f64 = 1e-9;
/// What must not come together counts this against all else.
const APART: f64 = 1_000.0;

/// A plan on its ground, ready for questions.
pub(super) struct Situation<'a> {
    city: &'a City,
    ground: &'a Ground,
    plan: &'a Plan,
    /// The grid of every cell: units, then open ground.
    grid_of_cell: Vec<u32>,
    judge: Judge<'a>,
}

/// All that is asked of a grid of some cells.
struct Looked {
    /// People and area first.
    sums: Vec<AskedFigure>,
    /// Figures beyond sums, some with a limit: how alike, how round, how far across.
    others: Vec<(String, f64, Range)>,
    amiss: Vec<Together>,
    pieces: usize,
    outline: Outline,
}

/// The shape of a grid, whether or not anything is asked of it.
#[derive(Clone, Copy)]
struct Outline {
    perimeter_m: f64,
    polsby_popper: f64,
    diameter_m: f64,
}

/// No limit.
const OPEN: Range = Range { least: None, most: None, mean: 0.0 };

impl<'a> Situation<'a> {
    /// # Errors
    /// Where what was asked is about something that is not there.
    pub(super) fn of(city: &'a City, ground: &'a Ground, plan: &'a Plan) -> Result<Self> {
        let mut grid_of_cell = plan.grid_of_unit.clone();
        grid_of_cell.extend(&plan.grid_of_open_ground);
        grid_of_cell.resize(ground.contiguity.len(), u32::MAX);
        let community_of_grid: Vec<u32> = plan.grids.iter().map(|g| g.community as u32).collect();
        let is_special: Vec<bool> = plan.grids.iter().map(|g| g.special.is_some()).collect();
        let grids = Grids {
            communities: city.communities.len(),
            grid_of_cell: &grid_of_cell,
            community_of_grid: &community_of_grid,
            is_special: &is_special,
        };
        let judge = Judge::of(&plan.asked, city, ground, &grids)?;
        Ok(Situation { city, ground, plan, grid_of_cell, judge })
    }

    /// Border of some units of one grid within it in metres, other grids beside them in the same
    /// community, and grids of other communities beside them.
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

    /// What a border between two cells costs: metres times the factor of the barrier along it, and
    /// less where they are to be alike and differ.
    fn cost_m(&self, cell: u32, other: u32) -> f64 {
        let classes = self.ground.border_classes(cell as usize, other as usize);
        let metres: f64 = classes
            .iter()
            .filter(|(class, _)| class.is_none_or(|class| !class.hard))
            .map(|(class, length)| length * class.map_or(1.0, |class| class.factor))
            .sum();
        metres * self.judge.likeness(cell, other)
    }

    /// The cells that stay with a unit; ascending.
    ///
    /// # Errors
    /// As [`Judge::inseparable`].
    pub(super) fn group(&self, unit: u32) -> Result<Vec<u32>> {
        let grid = self.grid_of_cell[unit as usize];
        let community = self.plan.grids[grid as usize].community;
        let group = self.judge.inseparable(self.ground, community, unit)?;
        // A plan drawn by other rules may part what ours would not.
        Ok(group.into_iter().filter(|&cell| self.grid_of_cell[cell as usize] == grid).collect())
    }

    /// The unit on whose ground a unit stands that has none of its own.
    pub(super) fn stands_on(&self, unit: u32) -> Option<String> {
        let own = self.ground.hosts.binary_search_by_key(&unit, |host| host.0).ok()?;
        let host = self.ground.hosts[own].1 as usize;
        Some(self.city.units.get(host).map_or_else(|| "open ground".into(), |u| u.id.clone()))
    }

    /// Ids of the units among some cells.
    pub(super) fn ids(&self, cells: &[u32]) -> Vec<String> {
        let unit = |&cell: &u32| Some(self.city.units.get(cell as usize)?.id.clone());
        cells.iter().filter_map(unit).collect()
    }

    /// A grid as it is.
    pub(super) fn now(&self, grid: u32) -> GridNow {
        let found = &self.plan.grids[grid as usize];
        let looked = self.look(grid, &self.cells(grid));
        let [people, area] = [&looked.sums[0], &looked.sums[1]];
        GridNow {
            grid: found.code.clone(),
            units: found.units.len(),
            population: people.value,
            population_deviation: deviation(people, people.value),
            area_m2: area.value,
            area_deviation: deviation(area, area.value),
            pieces: looked.pieces,
            perimeter_m: looked.outline.perimeter_m,
            polsby_popper: looked.outline.polsby_popper,
            diameter_m: looked.outline.diameter_m,
            asked: looked.figures().into_iter().map(|(figure, _)| figure).collect(),
            amiss: looked.amiss.iter().map(words).collect(),
        }
    }

    /// The cells of a grid, ascending.
    fn cells(&self, grid: u32) -> Vec<u32> {
        (0u32..).zip(&self.grid_of_cell).filter(|(_, g)| **g == grid).map(|(c, _)| c).collect()
    }

    /// All that is asked of a grid, if it were of these cells.
    fn look(&self, grid: u32, cells: &[u32]) -> Looked {
        let found = &self.plan.grids[grid as usize];
        let (community, special) = (found.community, found.special.is_some());
        let asked = &self.plan.asked;
        let mut sums = self.judge.sums(community, cells);
        if special {
            // It is held to no mean, and no limit; nor are its cells among those that are.
            let people = |&cell: &u32| Some(self.city.units.get(cell as usize)?.population);
            sums[0].value = cells.iter().filter_map(people).sum();
            sums[1].value = cells.iter().map(|&cell| self.ground.area_m2[cell as usize]).sum();
            sums.truncate(2);
            sums.iter_mut().for_each(|sum| sum.range = OPEN);
        }
        let figures = self.judge.figures(community, cells).into_iter();
        let mut others: Vec<(String, f64, Range)> = figures
            .filter(|figure| figure.name.starts_with("alike_"))
            .map(|figure| (figure.name, figure.value, OPEN))
            .collect();
        if asked.shape.compactness > 0.0 {
            others.push((ROUNDNESS.into(), self.ground.roundness(cells), OPEN));
        }
        if let Some(most) = asked.shape.max_diameter_m {
            let range = Range { least: None, most: Some(most), mean: most };
            others.push(("diameter_m".into(), self.ground.diameter_m(cells), range));
        }
        let amiss = self.judge.together(community, cells, special);
        Looked { sums, others, amiss, pieces: self.pieces(cells), outline: self.outline(cells) }
    }

    /// The shape of cells, ascending.
    fn outline(&self, cells: &[u32]) -> Outline {
        let area_m2: f64 = cells.iter().map(|&cell| self.ground.area_m2[cell as usize]).sum();
        let perimeter_m = self.ground.perimeter_m(cells);
        let disc = perimeter_m * perimeter_m / (4.0 * std::f64::consts::PI);
        Outline {
            perimeter_m,
            polsby_popper: if disc > 0.0 { area_m2 / disc } else { 0.0 },
            diameter_m: self.ground.diameter_m(cells),
        }
    }

    /// The pieces that cells lie in; those without ground are in none.
    fn pieces(&self, cells: &[u32]) -> usize {
        let ground = |cell: &u32| self.ground.area_m2[*cell as usize] > 0.0;
        let mut cells: BTreeSet<u32> = cells.iter().copied().filter(ground).collect();
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
        let [left, right] = [from, to].map(|grid| self.cells(grid));
        let without: Vec<u32> =
            left.iter().copied().filter(|cell| units.binary_search(cell).is_err()).collect();
        let mut with = [&right, units].concat();
        with.sort_unstable();
        let before = [self.look(from, &left), self.look(to, &right)];
        let after = [self.look(from, &without), self.look(to, &with)];
        let changes = [(from, 0), (to, 1)].map(|(grid, i)| {
            change(self.plan.grids[grid as usize].code.clone(), &before[i], &after[i])
        });
        let [from_change, to_change] = changes;
        let outside = |change: &GridChange| change.violation[1] - change.violation[0];
        let mut found = Move {
            units: self.ids(units),
            violation_change: outside(&from_change) + outside(&to_change),
            shared_border_m,
            border_change_m,
            cost_change_m,
            splits_estate: self.splits(units),
            breaks_lock: self.breaks_lock(units, to),
            special: [from, to]
                .iter()
                .find_map(|&grid| self.plan.grids[grid as usize].special.clone()),
            empties: without.iter().all(|&cell| cell as usize >= self.city.units.len()),
            judgement: Judgement::AsGood,
            from: from_change,
            to: to_change,
        };
        found.judgement = judge(&found, &Balance::of(&before, &after));
        found
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

/// The name of a figure that no limit is set for.
const ROUNDNESS: &str = "roundness";

impl Looked {
    /// What was asked beside people and area, each with its limits.
    fn figures(&self) -> Vec<(Figure, Range)> {
        let figure = |name: &str, value: f64, range: Range| {
            let name = name.to_owned();
            (Figure { name, value, least: range.least, most: range.most }, range)
        };
        let sums = self.sums.iter().skip(2).map(|sum| figure(&sum.noun, sum.value, sum.range));
        let others = self.others.iter().map(|(name, value, range)| figure(name, *value, *range));
        sums.chain(others).collect()
    }

    /// What lies outside of limits, as shares of means.
    fn violation(&self) -> f64 {
        let sums = self.sums.iter().map(|sum| sum.range.outside(sum.value));
        let others = self.others.iter().map(|(_, value, range)| range.outside(*value));
        sums.chain(others).sum()
    }
}

fn deviation(sum: &AskedFigure, value: f64) -> f64 {
    if sum.range.mean > 0.0 { value / sum.range.mean - 1.0 } else { 0.0 }
}

fn words(amiss: &Together) -> String {
    match (amiss.promise, &amiss.of[..]) {
        (Promise::Seed, []) => format!("it has no seed, though {}", amiss.why),
        (Promise::Seed, of) => format!("seeds {} share it, but {}", of.join(", "), amiss.why),
        (Promise::Lock, of) => format!("locks {} share it, but {}", of.join(", "), amiss.why),
        (_, of) => format!("units {} share it, but {}", of.join(", "), amiss.why),
    }
}

fn change(grid: String, before: &Looked, after: &Looked) -> GridChange {
    let [people, area] = [0, 1].map(|i| [before.sums[i].value, after.sums[i].value]);
    let deviation =
        |i: usize, values: [f64; 2]| values.map(|value| deviation(&before.sums[i], value));
    let asked =
        before.figures().into_iter().zip(after.figures()).map(|((old, range), (new, _))| {
            let outside = [old.value, new.value].map(|value| range.outside(value));
            FigureChange { before: old, after: new.value, outside }
        });
    let amiss = |looked: &Looked| looked.amiss.iter().map(words).collect();
    let outline = [before.outline, after.outline];
    GridChange {
        grid,
        population: people,
        population_deviation: deviation(0, people),
        area_m2: area,
        area_deviation: deviation(1, area),
        pieces: [before.pieces, after.pieces],
        perimeter_m: outline.map(|of| of.perimeter_m),
        polsby_popper: outline.map(|of| of.polsby_popper),
        diameter_m: outline.map(|of| of.diameter_m),
        asked: asked.collect(),
        amiss: [amiss(before), amiss(after)],
        violation: [before.violation(), after.violation()],
    }
}

/// What gets better and what worse, all grids together, as the search weighs it.
struct Balance {
    /// Change of violations by their priorities.
    weighed: f64,
    /// Whether any limit is broken more than it is now.
    worse: bool,
    /// Whether more comes together that is to be kept apart.
    together: bool,
    /// Whether grids get less round where that was asked.
    less_round: bool,
}

impl Balance {
    fn of(before: &[Looked; 2], after: &[Looked; 2]) -> Balance {
        let mut balance =
            Balance { weighed: 0.0, worse: false, together: false, less_round: false };
        let shared = |looked: &[Looked; 2]| -> f64 {
            let amiss = looked.iter().flat_map(|looked| &looked.amiss);
            amiss.map(|amiss| (amiss.count as f64 - 1.0).abs()).sum()
        };
        let more = shared(after) - shared(before);
        balance.together = more > 0.0;
        balance.weighed += APART * more;
        for (old, new) in before.iter().zip(after) {
            let mut add = |by: f64, priority: f64| {
                balance.weighed += priority * by;
                balance.worse |= by > EPSILON;
            };
            for (old, new) in old.sums.iter().zip(&new.sums) {
                add(old.range.outside(new.value) - old.range.outside(old.value), old.priority);
            }
            for ((name, old, range), (_, new, _)) in old.others.iter().zip(&new.others) {
                add(range.outside(*new) - range.outside(*old), 1.0);
                balance.less_round |= name == ROUNDNESS && new < &(old - EPSILON);
            }
        }
        balance
    }
}

fn judge(found: &Move, balance: &Balance) -> Judgement {
    let worse = |change: &GridChange| change.pieces[1] > change.pieces[0].max(1);
    let in_pieces = worse(&found.from) || worse(&found.to);
    let forbidden = in_pieces
        || balance.together
        || found.splits_estate.is_some()
        || found.breaks_lock.is_some()
        || found.special.is_some()
        || found.empties;
    let dearer = found.cost_change_m > EPSILON;
    let cheaper = found.cost_change_m < -EPSILON;
    match balance.weighed {
        _ if forbidden => Judgement::Forbidden,
        weighed if weighed < -EPSILON && balance.worse => Judgement::Trade,
        weighed if weighed < -EPSILON => Judgement::Better,
        weighed if weighed > EPSILON || balance.worse => Judgement::MoreViolation,
        _ if cheaper && balance.less_round => Judgement::Trade,
        _ if cheaper => Judgement::Better,
        _ if dearer => Judgement::DearerBorder,
        _ => Judgement::AsGood,
    }
}
