//! What was asked of a plan beside people and area: judged by the very measures by which grids are
//! made.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Geometry, MultiPolygon, Point};

use super::cells::cells;
use super::drawn::index;
use super::facts::Facts;
use super::findings::Findings;
use super::report::{Subject, SubjectReport};
use super::residents::NONE;
use super::text::apart;
use crate::error::Result;
use crate::locate::GridIndex;
use crate::model::{City, Unit};
use crate::plan::{Divide, Promise};
use crate::sentence::plain;
use crate::zoning::{AskedFigure, Grids, Judge, Range, seed_range};

/// What an audit has to say of further asks.
#[derive(Default)]
pub(super) struct Asked {
    /// The subjects that were asked, in order.
    pub(super) subjects: Vec<SubjectReport>,
    /// Figures of every grid by the names of `grids.geojson`; empty where nothing was asked.
    pub(super) figures: Vec<BTreeMap<String, f64>>,
}

/// Judges what was asked; nothing where nothing was.
///
/// # Errors
/// Where what was asked is about a property or a unit that is not there.
pub(super) fn judge(facts: &Facts<'_>) -> Result<Asked> {
    let asked = facts.audit.all_asked();
    let seeds = Seeds::of(facts);
    let apart = !asked.apart.is_empty()
        || !facts.drawn.attributes.apart.is_empty()
        || facts.drawn.units.iter().any(|unit| unit.lock.is_some());
    if !(apart || seeds.any() || asks_further(&asked)) {
        return Ok(Asked::default());
    }
    let city = city_of(facts);
    let is_special = &facts.is_special;
    let grids = Grids {
        communities: facts.communities.len(),
        grid_of_cell: &facts.residents.grid_of_unit,
        community_of_grid: &facts.community_of_grid,
        is_special,
    };
    let judge = Judge::of_units(&asked, &city, &grids)?;
    let looked = Looked::at(facts, &asked, &judge);
    let mut found = Asked::default();
    if !asked.weights.is_empty() {
        found.subjects.push(further_amounts(facts, &asked, &looked));
    }
    if !asked.mixtures.is_empty() {
        found.subjects.push(mixture(facts, &asked, &looked));
    }
    if !asked.likenesses.is_empty() {
        found.subjects.push(likeness(&looked));
    }
    let limits = [asked.households_per_grid, asked.units_per_grid];
    if limits.iter().any(|limits| !limits.is_open()) || asked.shape.max_diameter_m.is_some() {
        found.subjects.push(size_limits(facts, &asked, &looked));
    }
    if apart {
        found.subjects.push(kept_apart(facts, &judge, &looked));
    }
    if seeds.any() {
        found.subjects.push(seeds.report(facts));
    }
    found.figures = looked.figures;
    for (grid, figures) in found.figures.iter_mut().enumerate() {
        if asked.shape.max_diameter_m.is_some() {
            figures.insert("diameter_m".into(), facts.measures[grid].diameter_m);
        }
        if seeds.any() {
            figures.insert("seeds".into(), seeds.names[grid].len() as f64);
        }
    }
    Ok(found)
}

fn asks_further(asked: &Divide) -> bool {
    let Divide {
        weights, mixtures, likenesses, units_per_grid, households_per_grid, shape, ..
    } = asked;
    !(weights.is_empty()
        && mixtures.is_empty()
        && likenesses.is_empty()
        && units_per_grid.is_open()
        && households_per_grid.is_open()
        && shape.max_diameter_m.is_none())
}

/// The city as far as what is asked needs it: no shapes.
fn city_of(facts: &Facts<'_>) -> City {
    let nowhere = Geometry::Point(Point::new(0.0, 0.0));
    let units = facts.drawn.units.iter().map(|unit| Unit {
        id: unit.id.clone(),
        population: unit.population,
        households: unit.households,
        community: None,
        estate: None,
        lock: unit.lock.clone(),
        shape: nowhere.clone(),
    });
    City {
        units: units.collect(),
        attributes: facts.drawn.attributes.clone(),
        communities: facts.communities.clone(),
        ..City::default()
    }
}

/// Every grid as what is asked sees it.
struct Looked {
    /// Units of every grid, ascending.
    units: Vec<Vec<u32>>,
    /// Sums with their limits, but for people and area; none of special-purpose grids.
    sums: Vec<Vec<AskedFigure>>,
    figures: Vec<BTreeMap<String, f64>>,
}

impl Looked {
    fn at(facts: &Facts<'_>, asked: &Divide, judge: &Judge<'_>) -> Looked {
        let mut units = vec![Vec::new(); facts.len()];
        for (unit, &grid) in (0u32..).zip(&facts.residents.grid_of_unit) {
            if let Some(own) = units.get_mut(grid as usize) {
                own.push(unit);
            }
        }
        let mut sums = Vec::with_capacity(units.len());
        let mut figures = Vec::with_capacity(units.len());
        for (grid, own) in units.iter().enumerate() {
            let community = facts.community_of_grid[grid];
            if community == NONE {
                sums.push(Vec::new());
                figures.push(BTreeMap::new());
                continue;
            }
            let mut told = judge.sums(community as usize, own);
            told.drain(..2);
            told.truncate(if facts.is_special[grid] { 0 } else { told.len() });
            let named = judge.figures(community as usize, own).into_iter();
            let mut named: BTreeMap<String, f64> = named.map(|f| (f.name, f.value)).collect();
            for sum in told.iter().filter(|sum| sum.promise == Promise::Weight) {
                let field = sum.field.as_deref().unwrap_or_default();
                named.insert(format!("deviation_{field}"), deviation(sum));
            }
            if !asked.units_per_grid.is_open() {
                named.insert("units".into(), own.len() as f64);
            }
            sums.push(told);
            figures.push(named);
        }
        Looked { units, sums, figures }
    }

    /// The sums of one promise, grid by grid.
    fn of(&self, promise: Promise) -> impl Iterator<Item = (usize, &AskedFigure)> {
        let all = self.sums.iter().enumerate();
        let all = all.flat_map(|(grid, sums)| sums.iter().map(move |sum| (grid, sum)));
        all.filter(move |(_, sum)| sum.promise == promise)
    }

    /// Least and most of every figure whose name begins so, over all grids that have it.
    fn ranges(&self, beginning: &str) -> BTreeMap<&str, (f64, f64)> {
        let mut ranges: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (name, &value) in self.figures.iter().flatten() {
            if name.starts_with(beginning) {
                let range = ranges.entry(name).or_insert((value, value));
                *range = (range.0.min(value), range.1.max(value));
            }
        }
        ranges
    }
}

fn deviation(sum: &AskedFigure) -> f64 {
    if sum.range.mean > 0.0 { sum.value / sum.range.mean - 1.0 } else { 0.0 }
}

/// Enters what breaks its limits.
fn enter(found: &mut Findings, facts: &Facts<'_>, fault: &str, (grid, sum): (usize, &AskedFigure)) {
    let Some(limit) = sum.range.broken(sum.value) else { return };
    let name = facts.drawn.name(grid);
    let reason = format!(
        "grid {name} has {} {}, {:+.1} % of the mean of community {}, where {} is the limit",
        plain(sum.value),
        sum.noun,
        100.0 * deviation(sum),
        facts.community_id(facts.community_of_grid[grid]).unwrap_or("?"),
        plain(limit)
    );
    let of = sum.field.clone().into_iter().collect();
    found.fail(fault, Some(name), of, [sum.value, limit], reason);
}

/// Further amounts even.
fn further_amounts(facts: &Facts<'_>, asked: &Divide, looked: &Looked) -> SubjectReport {
    let mut found = Findings::of(Subject::FurtherAmounts);
    for told in looked.of(Promise::Weight) {
        enter(&mut found, facts, "weight-out-of-tolerance", told);
    }
    let mut parts = Vec::new();
    for weight in &asked.weights {
        let field = Some(&weight.field);
        let own = looked.of(Promise::Weight).filter(|(_, sum)| sum.field.as_ref() == field);
        let deviations: Vec<f64> = own.map(|(_, sum)| deviation(sum).abs()).collect();
        let largest = deviations.iter().copied().fold(0.0, f64::max);
        let broken = found.failures.iter().filter(|f| f.of.first() == field).count();
        found.figure(&format!("{}_deviation_largest", weight.field), largest);
        found.figure(&format!("{}_out_of_tolerance", weight.field), broken as f64);
        parts.push(format!(
            "{} of {} grids within {} in {} (largest deviation {:.1} %)",
            deviations.len() - broken,
            deviations.len(),
            weight.tolerance,
            weight.field,
            100.0 * largest
        ));
    }
    found.report(parts.join("; "))
}

/// Grids in the community's own mixture.
fn mixture(facts: &Facts<'_>, asked: &Divide, looked: &Looked) -> SubjectReport {
    let mut found = Findings::of(Subject::Mixture);
    for told in looked.of(Promise::Mix) {
        enter(&mut found, facts, "mixture-out-of-tolerance", told);
    }
    let mut parts = Vec::new();
    for mixture in &asked.mixtures {
        let field = Some(&mixture.field);
        let failures = found.failures.iter().filter(|f| f.of.first() == field);
        let grids: BTreeSet<_> = failures.map(|f| f.grid.clone()).collect();
        let general = facts.is_special.iter().filter(|special| !**special).count();
        parts.push(format!(
            "{} of {general} grids mixed in {} as their community, within {} of a grid's people",
            general - grids.len(),
            mixture.field,
            mixture.tolerance
        ));
        found.figure(&format!("{}_out_of_mixture", mixture.field), grids.len() as f64);
    }
    found.report(parts.join("; "))
}

/// How alike the units of a grid are: no limit is set, so there is nothing to judge.
fn likeness(looked: &Looked) -> SubjectReport {
    let mut found = Findings::of(Subject::Likeness);
    let mut parts = Vec::new();
    for (name, (least, _)) in looked.ranges("alike_") {
        let all: Vec<f64> = looked.figures.iter().filter_map(|f| f.get(name).copied()).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        found.figure(&format!("{name}_mean"), mean);
        found.figure(&format!("{name}_least"), least);
        parts.push(format!("{name} {mean:.2} on average, {least:.2} at least"));
    }
    found.not_judged(format!("no limit is set for it; {}", parts.join("; ")))
}

/// Limits that are the same everywhere.
fn size_limits(facts: &Facts<'_>, asked: &Divide, looked: &Looked) -> SubjectReport {
    let mut found = Findings::of(Subject::SizeLimits);
    let mut parts = Vec::new();
    let limits = [
        ("households", Promise::Households, asked.households_per_grid),
        ("units", Promise::Units, asked.units_per_grid),
    ];
    for (noun, promise, limits) in limits.into_iter().filter(|limits| !limits.2.is_open()) {
        let fault = format!("{noun}-out-of-limits");
        let mut all = 0;
        for told in looked.of(promise) {
            enter(&mut found, facts, &fault, told);
            all += 1;
        }
        let broken = found.count(&fault);
        found.figure(&format!("{noun}_out_of_limits"), broken as f64);
        parts.push(format!("{} of {all} grids have {limits} {noun}", all - broken));
    }
    if let Some(most) = asked.shape.max_diameter_m {
        let range = Range { least: None, most: Some(most), mean: most };
        for (grid, measures) in facts.measures.iter().enumerate() {
            if range.broken(measures.diameter_m).is_some() {
                let name = facts.drawn.name(grid);
                let across = measures.diameter_m;
                let told = apart(across, most);
                let reason = format!("grid {name} is {told} m across, where {most} is asked");
                found.fail("wider-than-asked", Some(name), Vec::new(), [across, most], reason);
            }
        }
        let broken = found.count("wider-than-asked");
        found.figure("wider_than_asked", broken as f64);
        parts.push(format!(
            "{} of {} grids {most} m across at most",
            facts.len() - broken,
            facts.len()
        ));
    }
    found.report(parts.join("; "))
}

/// Locks, and units to be kept apart.
fn kept_apart(facts: &Facts<'_>, judge: &Judge<'_>, looked: &Looked) -> SubjectReport {
    let mut found = Findings::of(Subject::KeptApart);
    for (grid, units) in looked.units.iter().enumerate() {
        let community = facts.community_of_grid[grid];
        if community == NONE {
            continue;
        }
        let special = facts.is_special[grid];
        for amiss in judge.together(community as usize, units, special) {
            let fault = match amiss.promise {
                Promise::Lock => "locks-together",
                Promise::Apart => "not-kept-apart",
                _ => continue,
            };
            let name = facts.drawn.name(grid);
            let what = if amiss.promise == Promise::Lock { "locks" } else { "units" };
            let reason =
                format!("{what} {} share grid {name}, but {}", amiss.of.join(", "), amiss.why);
            let values = [amiss.count as f64, 1.0];
            found.fail(fault, Some(name), amiss.of, values, reason);
        }
    }
    // Units of one lock share a grid, of whatever community.
    let mut grids_of: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for (unit, &grid) in facts.drawn.units.iter().zip(&facts.residents.grid_of_unit) {
        if let (Some(lock), true) = (&unit.lock, grid != NONE) {
            grids_of.entry(lock).or_default().insert(grid);
        }
    }
    let locks = grids_of.len();
    for (lock, grids) in grids_of.into_iter().filter(|(_, grids)| grids.len() > 1) {
        let names: Vec<String> = grids.iter().map(|&g| facts.drawn.name(g as usize)).collect();
        let reason = format!("units of lock {lock} lie in grids {}", names.join(", "));
        let values = [names.len() as f64, 1.0];
        let of = std::iter::once(lock.to_owned()).chain(names.iter().skip(1).cloned()).collect();
        found.fail("lock-split", names.first().cloned(), of, values, reason);
    }
    let [together, split, apart] =
        ["locks-together", "lock-split", "not-kept-apart"].map(|fault| found.count(fault));
    found.figure("locks_broken", (together + split) as f64);
    found.figure("not_kept_apart", apart as f64);
    found.report(format!(
        "{locks} locks, {} broken; {apart} times units share a grid that are to be kept apart",
        together + split
    ))
}

/// Where offices are.
struct Seeds {
    /// Names of the seeds of every grid.
    names: Vec<Vec<String>>,
    /// Seeds that lie in no grid.
    outside: Vec<String>,
}

impl Seeds {
    /// Where a plan has them: units that are seeds in the grid of the unit, points in the grid of the
    /// ground they lie on, which is the first where they lie on a border. A point on a unit that is a
    /// seed is that seed. On no ground, a point counts by the polygons of grids.
    fn of(facts: &Facts<'_>) -> Seeds {
        let mut seeds = Seeds { names: vec![Vec::new(); facts.len()], outside: Vec::new() };
        let drawn = facts.drawn;
        let grid_of_unit = &facts.residents.grid_of_unit;
        let own = (0..drawn.units.len()).filter(|&unit| drawn.attributes.is_seed(unit));
        if drawn.seeds.is_empty() {
            own.for_each(|unit| seeds.enter(grid_of_unit[unit] as usize, &drawn.units[unit].id));
            return seeds;
        }
        let cells = cells(drawn, grid_of_unit);
        let shapes: Vec<MultiPolygon<f64>> = cells.iter().map(|cell| cell.shape.clone()).collect();
        let ground = GridIndex::new(&shapes);
        let grids = index(&drawn.grids);
        let mut taken = BTreeSet::new();
        for seed in &drawn.seeds {
            let cell = ground.locate(seed.position).map(|number| &cells[number]);
            taken.extend(cell.map(|cell| cell.unit));
            let by_ground = cell.map(|cell| cell.grid as usize).filter(|&grid| grid < facts.len());
            let grid = by_ground.or_else(|| grids.locate(seed.position));
            seeds.enter(grid.unwrap_or(usize::MAX), &seed.id);
        }
        for unit in own.filter(|&unit| !taken.contains(&(unit as u32))) {
            seeds.enter(grid_of_unit[unit] as usize, &drawn.units[unit].id);
        }
        seeds
    }

    fn enter(&mut self, grid: usize, name: &str) {
        match self.names.get_mut(grid) {
            Some(names) => names.push(name.to_owned()),
            None => self.outside.push(name.to_owned()),
        }
    }

    fn any(&self) -> bool {
        !self.outside.is_empty() || self.names.iter().any(|names| !names.is_empty())
    }

    fn report(&self, facts: &Facts<'_>) -> SubjectReport {
        let is_special = &facts.is_special;
        let mut found = Findings::of(Subject::Seeds);
        let communities = facts.communities.len();
        let mut all = vec![(0, 0); communities];
        let of = |grid: usize| facts.community_of_grid[grid] as usize;
        for (grid, names) in self.names.iter().enumerate().filter(|(grid, _)| !is_special[*grid]) {
            if let Some((seeds, grids)) = all.get_mut(of(grid)) {
                *seeds += names.len();
                *grids += 1;
            }
        }
        for (grid, names) in self.names.iter().enumerate() {
            let (seeds, grids) = all.get(of(grid)).copied().unwrap_or_default();
            let range = seed_range(seeds, grids);
            let range = Range { least: range.least.filter(|_| !is_special[grid]), ..range };
            let Some(limit) = range.broken(names.len() as f64) else { continue };
            let name = facts.drawn.name(grid);
            let (fault, reason) = if names.is_empty() {
                let reason = format!("there is a seed for every grid, but none in grid {name}");
                ("grid-without-seed", reason)
            } else {
                ("seeds-together", format!("seeds {} share grid {name}", names.join(", ")))
            };
            let values = [names.len() as f64, limit];
            found.fail(fault, Some(name), names.clone(), values, reason);
        }
        for seed in &self.outside {
            let reason = format!("seed {seed} lies in no grid");
            found.fail("seed-outside", None, vec![seed.clone()], [0.0, 1.0], reason);
        }
        let seeds: usize = self.names.iter().map(Vec::len).sum();
        let [together, without] =
            ["seeds-together", "grid-without-seed"].map(|fault| found.count(fault));
        found.figure("seeds", seeds as f64);
        found.figure("grids_with_several_seeds", together as f64);
        found.figure("grids_without_seed", without as f64);
        found.report(format!(
            "{seeds} seeds; {together} grids with more than one, {without} without the one they are to \
             have"
        ))
    }
}
