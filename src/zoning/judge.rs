//! Grids that stand already, judged by what was asked: the figures, limits and rules by which they
//! are made are also those by which an audit and an explanation look at them.

use super::asks::Asks;
use super::atoms::Atoms;
use super::clash::{self, Together};
use super::figures::figures;
use super::likeness;
use super::measures::{Measure, Range};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, GridFigure, Promise};

/// A city whose cells lie in grids, ready to be asked about any of them.
pub(crate) struct Judge<'a> {
    asked: &'a Divide,
    asks: Asks<'a>,
    city: &'a City,
    communities: Vec<Judged>,
}

/// A community whose grids stand.
struct Judged {
    /// Number of its general grids.
    grids: usize,
    /// Cells of its general grids, ascending.
    general: Vec<u32>,
    /// All its cells, ascending.
    everywhere: Vec<u32>,
    measures: Vec<Measure>,
    /// Seeds in its general grids.
    seeds: usize,
}

/// A sum over a grid that has a limit.
#[derive(Debug, Clone)]
pub(crate) struct AskedFigure {
    pub promise: Promise,
    /// The property of units it comes from, where one was named.
    pub field: Option<String>,
    /// What is counted, as a sentence names it.
    pub noun: String,
    pub value: f64,
    pub range: Range,
    /// What a violation counts against others.
    pub priority: f64,
}

/// The number of seeds of a general grid, of so many among so many grids: one at most, and one where
/// there is one for each.
pub(crate) fn seed_range(seeds: usize, grids: usize) -> Range {
    let least = (seeds > 0 && seeds == grids).then_some(1.0);
    Range { least, most: Some(1.0), mean: seeds as f64 / grids.max(1) as f64 }
}

impl<'a> Judge<'a> {
    /// A surveyed city.
    ///
    /// # Errors
    /// Where what was asked is about a property or a unit that is not there.
    pub fn of(
        asked: &'a Divide,
        city: &'a City,
        ground: &Ground,
        grids: &Grids<'_>,
    ) -> Result<Judge<'a>> {
        Ok(Judge::by(asked, Asks::of(asked, city, ground)?, city, &ground.area_m2, grids))
    }

    /// A city of which units and seeds are known, but no ground: nothing is said of areas. `seeds`
    /// are on units.
    ///
    /// # Errors
    /// As [`Judge::of`].
    pub fn of_units(asked: &'a Divide, city: &'a City, grids: &Grids<'_>) -> Result<Judge<'a>> {
        Ok(Judge::by(asked, Asks::of_units(asked, city)?, city, &[], grids))
    }

    fn by(
        asked: &'a Divide,
        asks: Asks<'a>,
        city: &'a City,
        area_m2: &[f64],
        grids: &Grids<'_>,
    ) -> Judge<'a> {
        let judged = |(community, [general, everywhere]): (usize, [Vec<u32>; 2])| {
            let seeds = general.iter().filter_map(|cell| asks.seeds.get(cell)).map(Vec::len).sum();
            Judged {
                grids: grids.general(community),
                measures: Measure::all(asked, city, area_m2, &asks, &general),
                general,
                everywhere,
                seeds,
            }
        };
        let communities = grids.cells().into_iter().enumerate().map(judged).collect();
        Judge { asked, asks, city, communities }
    }

    /// The sums of a general grid of these cells of a community, each with its limits: people and
    /// area first.
    pub fn sums(&self, community: usize, cells: &[u32]) -> Vec<AskedFigure> {
        let own = &self.communities[community];
        let place = |cell: &u32| own.general.binary_search(cell).ok();
        let places: Vec<usize> = cells.iter().filter_map(place).collect();
        let figure = |measure: &Measure| AskedFigure {
            promise: measure.promise,
            field: measure.field.clone(),
            noun: measure.noun.clone(),
            value: places.iter().map(|&place| measure.amounts[place]).sum(),
            range: measure.range(own.grids.max(1)),
            priority: measure.priority,
        };
        own.measures.iter().map(figure).collect()
    }

    /// The further figures of a grid of these cells, ascending, by the names of `grids.geojson`.
    pub fn figures(&self, community: usize, cells: &[u32]) -> Vec<GridFigure> {
        let everywhere = &self.communities[community].everywhere;
        figures(self.asked, &self.asks, self.city, cells, everywhere)
    }

    /// What must not be together in a grid of these cells, ascending, and is: locks, units to be kept
    /// apart, seeds. A general grid may also lack its seed.
    pub fn together(&self, community: usize, cells: &[u32], special: bool) -> Vec<Together> {
        let mut found = clash::together(self.city, &self.asks, cells);
        let own = &self.communities[community];
        let is_wanted = !special && seed_range(own.seeds, own.grids).least.is_some();
        if is_wanted && !cells.iter().any(|cell| self.asks.seeds.contains_key(cell)) {
            found.push(Together {
                promise: Promise::Seed,
                count: 0,
                of: Vec::new(),
                why: "there is a seed for every grid".to_owned(),
                cells: Vec::new(),
            });
        }
        found
    }

    /// The cells, ascending, that cannot be parted from one: that stand on the same ground, are of
    /// its estate and hang together with it, have its lock. What a special-purpose grid holds is
    /// given: there it is the ground alone.
    ///
    /// # Errors
    /// Where units of one lock are not connected.
    pub fn inseparable(&self, ground: &Ground, community: usize, cell: u32) -> Result<Vec<u32>> {
        let own = &self.communities[community];
        let Ok(place) = own.general.binary_search(&cell) else {
            return Ok(on_same_ground(ground, cell));
        };
        let atoms = Atoms::of(self.city, ground, &own.general)?;
        let atom = atoms.atom_of[place];
        let cells = own.general.iter().zip(&atoms.atom_of);
        Ok(cells.filter(|(_, of)| **of == atom).map(|(&cell, _)| cell).collect())
    }

    /// What a border between two cells costs for what they are like, of what it would else.
    pub fn likeness(&self, a: u32, b: u32) -> f64 {
        let units = self.city.units.len();
        let (a, b) = (a as usize, b as usize);
        if a < units && b < units { likeness::factor(self.asked, &self.asks, a, b) } else { 1.0 }
    }
}

/// A cell, the one on whose ground it stands if it has none, and all that stand there; ascending.
pub(crate) fn on_same_ground(ground: &Ground, cell: u32) -> Vec<u32> {
    let host_of = |cell: u32| {
        let own = ground.hosts.binary_search_by_key(&cell, |host| host.0);
        own.map_or(cell, |i| ground.hosts[i].1)
    };
    let host = host_of(cell);
    let mut all: Vec<u32> =
        ground.hosts.iter().filter(|(_, other)| *other == host).map(|(unit, _)| *unit).collect();
    all.push(host);
    all.sort_unstable();
    all
}

/// Which cell lies in which grid of which community.
pub(crate) struct Grids<'a> {
    /// Number of communities.
    pub communities: usize,
    /// The grid of every cell; beyond the last for none.
    pub grid_of_cell: &'a [u32],
    /// The community of every grid; beyond the last for none.
    pub community_of_grid: &'a [u32],
    /// Whether a grid is a special-purpose one.
    pub is_special: &'a [bool],
}

impl Grids<'_> {
    /// Number of general grids of a community.
    fn general(&self, community: usize) -> usize {
        let grids = self.community_of_grid.iter().zip(self.is_special);
        grids.filter(|&(&own, &special)| own as usize == community && !special).count()
    }

    /// Cells of every community's general grids, and of all its grids; ascending.
    fn cells(&self) -> Vec<[Vec<u32>; 2]> {
        let mut cells = vec![[Vec::new(), Vec::new()]; self.communities];
        for (cell, &grid) in (0u32..).zip(self.grid_of_cell) {
            let community = self.community_of_grid.get(grid as usize);
            let Some([general, all]) = community.and_then(|&c| cells.get_mut(c as usize)) else {
                continue;
            };
            all.push(cell);
            if !self.is_special[grid as usize] {
                general.push(cell);
            }
        }
        cells
    }
}
