//! Which present grid every vertex of a community's graph stands in.

use std::collections::BTreeMap;

use super::{MILLIMETRES, Near, PARTS};
use crate::replan::matching::{heaviest, in_common};
use crate::replan::standing::NONE;
use crate::zoning::CommunityGraph;

/// What all prices together may come to: 2⁶⁰.
const MOST: f64 = (1u64 << 60) as f64;

/// Where the vertices of a community's graph stand.
pub(super) struct Blocks {
    /// Present grids with people or ground in it, ascending.
    pub present: Vec<u32>,
    /// The present grid of every vertex (the one most of its people are in), an index into
    /// `present`; `NONE` for a new one.
    pub block: Vec<u32>,
    /// The grid on whose ground a new vertex stands, likewise.
    pub place: Vec<u32>,
    /// People of every vertex that are in its grid.
    pub people: Vec<f64>,
}

impl Near<'_> {
    pub(super) fn blocks(&self, part: &CommunityGraph<'_>) -> Blocks {
        let mut present: Vec<u32> = part
            .cells
            .iter()
            .flat_map(|&c| {
                let standing = &self.standing;
                [standing.grid_of_cell[c as usize], standing.place_of_cell[c as usize]]
            })
            .filter(|&grid| grid != NONE)
            .collect();
        present.sort_unstable();
        present.dedup();
        let local = |grid: u32| present.binary_search(&grid).map_or(NONE, |i| i as u32);
        let n = part.graph.len();
        // Of every vertex: people, cells and the grid they are in.
        let mut shares: Vec<Vec<(u32, f64, usize)>> = vec![Vec::new(); n];
        let mut place = vec![NONE; n];
        for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
            let grid = local(self.standing.grid_of_cell[cell as usize]);
            if grid == NONE {
                let at = local(self.standing.place_of_cell[cell as usize]);
                place[atom as usize] = place[atom as usize].min(at);
                continue;
            }
            let people = self.city.units.get(cell as usize).map_or(0.0, |unit| unit.population);
            let shares = &mut shares[atom as usize];
            match shares.iter_mut().find(|share| share.0 == grid) {
                Some(share) => {
                    share.1 += people;
                    share.2 += 1;
                }
                None => shares.push((grid, people, 1)),
            }
        }
        let mut block = vec![NONE; n];
        let mut people = vec![0.0; n];
        let closed = |share: &(u32, f64, usize)| self.locked[present[share.0 as usize] as usize];
        for (v, shares) in shares.iter().enumerate() {
            let most = shares.iter().max_by(|a, b| {
                closed(a)
                    .cmp(&closed(b))
                    .then(a.1.total_cmp(&b.1))
                    .then(a.2.cmp(&b.2))
                    .then(b.0.cmp(&a.0))
            });
            if let Some(&(grid, own, _)) = most {
                (block[v], people[v]) = (grid, own);
            }
        }
        Blocks { present, block, place, people }
    }

    /// People of every present grid, vertex by vertex, in the graph's weight; and of every vertex
    /// those that are in its own.
    pub(super) fn items(
        &self,
        part: &CommunityGraph<'_>,
        blocks: &Blocks,
        person: f64,
    ) -> (Vec<Vec<i64>>, Vec<i64>) {
        let Blocks { present, block, .. } = blocks;
        let mut of_vertex: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
            let grid = self.standing.grid_of_cell[cell as usize];
            if let Some(unit) = self.city.units.get(cell as usize)
                && grid != NONE
            {
                *of_vertex.entry((grid, atom)).or_insert(0.0) += unit.population;
            }
        }
        let mut items = vec![Vec::new(); present.len()];
        let mut own = vec![0; block.len()];
        for ((grid, vertex), people) in of_vertex {
            if let Ok(local) = present.binary_search(&grid) {
                let weight = (people / person).round() as i64;
                items[local].push(weight);
                if block[vertex as usize] == local as u32 {
                    own[vertex as usize] = weight;
                }
            }
        }
        (items, own)
    }

    /// The present grid that each label goes on with, an index into `present`: so that as many
    /// people as can be keep theirs.
    pub(super) fn goes_on(
        &self,
        part: &CommunityGraph<'_>,
        present: &[u32],
        labels: &[u32],
    ) -> Vec<Option<u32>> {
        let mut common: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for (&cell, &atom) in part.cells.iter().zip(part.atom_of) {
            let grid = self.standing.grid_of_cell[cell as usize];
            if let Some(unit) = self.city.units.get(cell as usize)
                && let Ok(local) = present.binary_search(&grid)
            {
                let pair = (local as u32, labels[atom as usize]);
                *common.entry(pair).or_insert(0) += in_common(unit.population);
            }
        }
        let common: Vec<(u32, u32, i64)> =
            common.into_iter().map(|((old, label), weight)| (old, label, weight)).collect();
        let mut standing_of_label = vec![None; part.grids];
        for (old, label) in heaviest(&common, present.len(), part.grids) {
            standing_of_label[label as usize] = Some(old);
        }
        standing_of_label
    }

    /// Whether present grids have units nowhere but in this community.
    pub(super) fn is_whole(&self, part: &CommunityGraph<'_>, present: &[u32]) -> bool {
        let mut units = vec![0; present.len()];
        for &cell in part.cells.iter().filter(|&&cell| (cell as usize) < self.city.units.len()) {
            if let Ok(local) = present.binary_search(&self.standing.grid_of_cell[cell as usize]) {
                units[local] += 1;
            }
        }
        present.iter().zip(units).all(|(&grid, units)| self.persisting[grid as usize] == units)
    }

    /// Whether the units of a community and their people are what they were, in as many grids.
    pub(super) fn is_steady(&self, part: &CommunityGraph<'_>, blocks: &Blocks) -> bool {
        let Blocks { present, block, .. } = blocks;
        let mut units = vec![0; present.len()];
        let steady = part.cells.iter().zip(part.atom_of).all(|(&cell, &atom)| {
            let grid = self.standing.grid_of_cell[cell as usize];
            let Ok(local) = present.binary_search(&grid) else { return false };
            if (cell as usize) < self.city.units.len() {
                units[local] += 1;
                if self.standing.has_changed[cell as usize] {
                    return false;
                }
            }
            block[atom as usize] == local as u32
        });
        steady
            && present.len() == part.grids
            && present.iter().zip(&units).all(|(&grid, &units)| {
                self.persisting[grid as usize] == units && !self.thinned[grid as usize]
            })
    }
}

impl Blocks {
    /// The price of every vertex' leaving its grid: `None` counts people, else so many metres of
    /// border for each. Together they are no more than sums can hold, so where there are very many
    /// people parts of a person are coarser.
    pub fn prices(&self, stability: Option<f64>, person: f64) -> Vec<i64> {
        let all: f64 = self.people.iter().sum();
        let factor = match stability {
            None => PARTS / person,
            Some(metres) => metres * MILLIMETRES,
        };
        let factor = factor.min(MOST / all.max(1.0));
        let price = |(&block, &people): (&u32, &f64)| match (block, stability) {
            (NONE, _) => 0,
            (_, None) => (people * factor).round() as i64 + 1,
            (_, Some(_)) => (people * factor).round() as i64,
        };
        self.block.iter().zip(&self.people).map(price).collect()
    }
}
