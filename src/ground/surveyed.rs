//! What a survey finds: the ground that everything after stands on.

use std::collections::BTreeMap;

use geo::{MultiPolygon, Point};

use super::contiguity::Along;
use super::coverage::NONE;
use super::{
    BarrierClass, Contiguity, Coverage, LocalFrame, Survey, Zone, dissolve, extent, islands,
};
use crate::error::{Finding, Result};
use crate::model::City;

/// A surveyed city: every unit has its cell, its community and its neighbours.
///
/// Cells are the units' first, in unit order, then those of open ground: enclosures without
/// buildings, and large gaps. A unit whose ground is all another's has an empty cell, and hangs on
/// that one by a virtual edge.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Degrees to local metres and back.
    pub frame: LocalFrame,
    /// The cells.
    pub coverage: Coverage,
    /// Which cells touch, along how many metres. Over the whole city, also across communities.
    pub contiguity: Contiguity,
    /// Community of every cell: an index into `City::communities` (0 where there is none, and the
    /// whole is one).
    pub community_of_cell: Vec<u32>,
    /// Area of every cell in square metres.
    pub area_m2: Vec<f64>,
    /// Units without ground of their own, ascending, each with the cell it hangs on: the nearest of
    /// its community.
    pub hosts: Vec<(u32, u32)>,
    /// A point inside every unit as it was drawn, in degrees: where its people are taken to be.
    pub unit_points: Vec<Point<f64>>,
    /// Whether the units are buildings, among which the ground was shared out.
    pub are_buildings: bool,
    /// Whether the cells are other ground than the units as they were drawn.
    pub made: bool,
    /// The classes of barriers, the strongest first.
    pub barrier_classes: Vec<BarrierClass>,
    /// The class along every half-edge of the coverage, an index into `barrier_classes`, or
    /// `u32::MAX`; empty where there is no barrier.
    pub(super) class_of: Vec<u32>,
    /// What was met, and what was done about it. The kinds are
    ///
    /// - of borders, where nothing was repaired: `overlaps`, `nested-units`, `borders-not-noded`,
    ///   `gaps`, `slivers`, `crossed-borders`, `collapsed-rings`: the data should be mended;
    /// - of repairs: `borders-snapped`, `overlaps-resolved`, `gaps-filled`, `sliver-networks`,
    ///   `units-without-ground`, `units-heaped`;
    /// - of ground: `holes`, `islands`: usual, worth a look; `footprints-overlap`,
    ///   `coincident-points`, `cut-off-ground`, `open-ground`, `footprints-beyond-boundary`: how it
    ///   was shared out; `units-across-hard-barriers`;
    /// - of what was asked: `barrier-class-unknown`, `barrier-cost-unused`;
    /// - of communities: `community-mismatch`, `outside-boundaries`, `communities-overlap`,
    ///   `empty-communities`, `uncovered-ground`,
    ///   `ground-beyond-boundary` (areas compared, not shapes).
    pub findings: Vec<Finding>,
}

/// Findings that say that cells do not tile their communities.
const NOT_TILING: [&str; 7] = [
    "overlaps",
    "nested-units",
    "borders-not-noded",
    "gaps",
    "slivers",
    "uncovered-ground",
    "ground-beyond-boundary",
];

impl Ground {
    /// Whether the cells tile their communities, as far as was found: no overlap, no gap, borders
    /// shared vertex by vertex, no ground without a unit or beyond its community's boundary.
    pub fn tiles(&self) -> bool {
        !self.findings.iter().any(|finding| NOT_TILING.contains(&finding.kind.as_str()))
    }

    /// Surveys a city with default settings.
    ///
    /// # Errors
    /// As [`Survey::run`].
    pub fn survey(city: &City) -> Result<Ground> {
        Survey::default().run(city)
    }

    /// Dissolves cells into zones by cancelling the borders inside each.
    ///
    /// `zone_of_cell` holds a zone from `0..zones` per cell; a cell with a higher number, or none,
    /// lies in no zone. Zones come back in order; each has its
    /// polygon in degrees, with vertices bit-identical to the cells', and its measures in metres.
    pub fn dissolve(&self, zone_of_cell: &[u32], zones: usize) -> Vec<Zone> {
        dissolve::dissolve(&self.coverage, &self.frame, zone_of_cell, zones)
    }

    /// The largest distance between two points of some cells, in metres.
    pub fn diameter_m(&self, cells: &[u32]) -> f64 {
        extent::diameter(cells.iter().flat_map(|&cell| self.corners(cell as usize)))
    }

    /// The length of the border around some cells (ascending), holes included, in metres.
    pub fn perimeter_m(&self, cells: &[u32]) -> f64 {
        let is_inner = |h: usize| {
            let twin = self.coverage.twins[h];
            let beyond = (twin != NONE).then(|| self.coverage.cell_of(twin as usize));
            beyond.is_some_and(|cell| cells.binary_search(&cell).is_ok())
        };
        let half_edges = cells.iter().flat_map(|&cell| self.coverage.half_edges(cell as usize));
        half_edges.filter(|&h| !is_inner(h)).map(|h| self.coverage.length_m(h)).sum()
    }

    /// The moments of a cell around a point near it, in metres: area in m², the area times x and
    /// times y, and the integral of x² + y².
    pub(crate) fn moments(&self, cell: usize, around: [f64; 2]) -> [f64; 4] {
        let segments = self.coverage.half_edges(cell).map(|h| {
            let at = |v: u32| {
                let [x, y] = self.coverage.metres[v as usize];
                [x - around[0], y - around[1]]
            };
            (at(self.coverage.origin(h)), at(self.coverage.destination(h)))
        });
        extent::moments(segments)
    }

    /// How round the ground of some cells is: its area squared over 2π times its moment of inertia.
    /// 1 for a disc, towards 0 for what is long or scattered (Li, Goodchild & Church 2013); 0
    /// without ground.
    pub fn roundness(&self, cells: &[u32]) -> f64 {
        let around = cells.iter().flat_map(|&cell| self.corners(cell as usize)).next();
        let mut sums = [0.0; 4];
        for &cell in cells {
            let own = self.moments(cell as usize, around.unwrap_or_default());
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        let [area, x, y, square] = sums;
        let moment = square - (x * x + y * y) / area;
        if area > 0.0 && moment > 0.0 {
            area * area / (2.0 * std::f64::consts::PI * moment)
        } else {
            0.0
        }
    }

    /// The corners of a cell in metres of the local frame.
    pub(crate) fn corners(&self, cell: usize) -> impl Iterator<Item = [f64; 2]> + '_ {
        let half_edges = self.coverage.half_edges(cell);
        half_edges.map(|h| self.coverage.metres[self.coverage.origin(h) as usize])
    }

    /// Pairs of cells by which parts of a community can be joined, nearest ones first: the least
    /// total distance in a tree over all parts.
    pub(crate) fn bridges(&self, parts: &[Vec<u32>]) -> Vec<(u32, u32)> {
        islands::bridges(&self.coverage, parts)
    }

    /// The shapes of all cells in degrees, in order: empty for a unit without ground.
    pub fn cells(&self) -> Vec<MultiPolygon<f64>> {
        dissolve::shapes(&self.coverage)
    }

    /// Which cells would touch if no barrier were hard; borders shorter than `least_border_m` in all
    /// do not count.
    pub(crate) fn contiguity_but_for_hard(&self, least_border_m: f64) -> Contiguity {
        Contiguity::of(&self.coverage, least_border_m, &Along::default())
    }

    /// What runs along the border between two cells: metres by barrier class, `None` for open
    /// ground; classes in the order of `barrier_classes`, open ground last. Hard barriers are told
    /// too.
    pub fn border_classes(&self, cell: usize, other: usize) -> Vec<(Option<&BarrierClass>, f64)> {
        let mut by_class = BTreeMap::new();
        for h in self.coverage.half_edges(cell) {
            let twin = self.coverage.twins[h];
            if twin != NONE && self.coverage.cell_of(twin as usize) as usize == other {
                let class = self.class_of.get(h).copied().unwrap_or(NONE);
                *by_class.entry(class).or_insert(0.0) += self.coverage.length_m(h);
            }
        }
        by_class
            .into_iter()
            .map(|(class, length)| (self.barrier_classes.get(class as usize), length))
            .collect()
    }

    /// Length of the borders of zones that lie along barriers, in metres, zone by zone; and the
    /// length of the borders between zones, each counted once.
    pub fn border_lengths(&self, zone_of_cell: &[u32], zones: usize) -> (Vec<f64>, f64) {
        let mut along = vec![0.0; zones];
        let mut between = 0.0;
        let zone = |h: usize| zone_of_cell.get(self.coverage.cell_of(h) as usize).copied();
        for h in 0..self.coverage.half_edge_count() {
            let twin = self.coverage.twins[h];
            let (own, beyond) = (zone(h), (twin != NONE).then(|| zone(twin as usize)).flatten());
            if own == beyond {
                continue;
            }
            let length = self.coverage.length_m(h);
            if (twin as usize) > h && twin != NONE {
                between += length;
            }
            let class = self.class_of.get(h).copied().unwrap_or(NONE);
            if let Some(slot) = own.and_then(|own| along.get_mut(own as usize))
                && class != NONE
            {
                *slot += length;
            }
        }
        (along, between)
    }
}

#[cfg(test)]
#[path = "surveyed_tests.rs"]
mod tests;
