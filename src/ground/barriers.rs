//! Barriers by class: what a border along one costs, and which no grid may reach across.

use std::collections::BTreeMap;

use geo::{Contains, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, PointDistance, RTree};
use serde::{Deserialize, Serialize};

use super::LocalFrame;
use super::coverage::{Coverage, NONE};
use super::dissolve::{self, Piece};
use crate::error::{Error, Result};
use crate::model::{Barrier, City};

/// A border runs along a barrier where their directions differ by no more than 30°.
const ALONG_COS: f64 = 0.866;
/// Whether a border follows a barrier is asked once in so many metres,
const EVERY_M: f64 = 10.0;
/// at no more than so many places.
const MOST_PLACES: usize = 64;
/// Two borders that are as near to a barrier but for this (m) both follow it.
const SLACK_M: f64 = 0.5;
/// Borders that are looked at around a place: one that runs the same way is among the nearest.
const MOST_BORDERS: usize = 64;

/// What a metre of border between grids costs along barriers of each class; 1 is a metre across
/// open ground. Links (`primary_link`) cost what their road does, classes that are not named 1.
///
/// By default 0.1 along walls, rivers, railways, motorways, trunk and primary roads, 0.3 along
/// secondary and 0.5 along tertiary roads, 0.7 along residential streets and unclassified roads.
///
/// ```
/// use evengrid::ground::BarrierCosts;
///
/// let costs = BarrierCosts::default().with("canal", 0.1)?;
/// assert_eq!(costs.factor("primary_link"), 0.1);
/// assert_eq!(costs.factor("canal"), 0.1);
/// assert_eq!(costs.factor("footway"), 1.0);
/// # Ok::<(), evengrid::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, f64>", into = "BTreeMap<String, f64>")]
pub struct BarrierCosts(BTreeMap<String, f64>);

impl TryFrom<BTreeMap<String, f64>> for BarrierCosts {
    type Error = Error;

    fn try_from(costs: BTreeMap<String, f64>) -> Result<Self> {
        let none = BarrierCosts(BTreeMap::new());
        costs.into_iter().try_fold(none, |costs, (class, factor)| costs.with(class, factor))
    }
}

impl From<BarrierCosts> for BTreeMap<String, f64> {
    fn from(costs: BarrierCosts) -> Self {
        costs.0
    }
}

impl Default for BarrierCosts {
    fn default() -> Self {
        let by_factor: [(f64, &[&str]); 4] = [
            (0.1, &["wall", "river", "canal", "rail", "motorway", "trunk", "primary"]),
            (0.3, &["secondary"]),
            (0.5, &["tertiary", "road"]),
            (0.7, &["residential", "unclassified", "living_street"]),
        ];
        let each = by_factor
            .iter()
            .flat_map(|(factor, classes)| classes.iter().map(|c| ((*c).to_owned(), *factor)));
        BarrierCosts(each.collect())
    }
}

impl BarrierCosts {
    /// The same costs with another factor for a class.
    ///
    /// # Errors
    /// Where the factor is not between 0 and 1.
    pub fn with(mut self, class: impl Into<String>, factor: f64) -> Result<Self> {
        let class = class.into();
        if !(0.0..=1.0).contains(&factor) {
            return Err(Error::request(
                format!("a cost factor of {factor} for barriers of class {class:?}"),
                "give a factor from 0 (a border there costs nothing) to 1 (as across open ground)",
            ));
        }
        self.0.insert(class, factor);
        Ok(self)
    }

    /// The factor of a class.
    pub fn factor(&self, class: &str) -> f64 {
        let road = class.strip_suffix("_link");
        let of = |class: &str| self.0.get(class).copied();
        of(class).or_else(|| of(road?)).unwrap_or(1.0)
    }

    /// The classes that are named, with their factors.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(class, factor)| (class.as_str(), *factor))
    }
}

/// A class of barriers that are alike to grids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarrierClass {
    /// Its name; empty where the data has none.
    pub name: String,
    /// Whether no grid may reach across.
    pub hard: bool,
    /// What a metre of border along it costs.
    pub factor: f64,
}

/// The classes of a city's barriers, the strongest first.
#[derive(Debug, Clone, Default)]
pub(super) struct BarrierClasses {
    pub(super) classes: Vec<BarrierClass>,
    of_barrier: Vec<u32>,
}

impl BarrierClasses {
    /// Sorts barriers into classes; those of the classes `hard` are hard whatever they say.
    pub(super) fn of(barriers: &[Barrier], costs: &BarrierCosts, hard: &[String]) -> Self {
        let class = |barrier: &Barrier| BarrierClass {
            hard: barrier.hard || hard.contains(&barrier.class),
            factor: costs.factor(&barrier.class),
            name: barrier.class.clone(),
        };
        let mut classes: Vec<BarrierClass> =
            barriers.iter().filter(|b| b.at_grade).map(class).collect();
        let order = |a: &BarrierClass, b: &BarrierClass| {
            b.hard.cmp(&a.hard).then(a.factor.total_cmp(&b.factor)).then(a.name.cmp(&b.name))
        };
        classes.sort_by(order);
        classes.dedup();
        let number = |barrier: &Barrier| {
            if !barrier.at_grade {
                return NONE;
            }
            let own = class(barrier);
            classes.binary_search_by(|other| order(other, &own)).map_or(NONE, |i| i as u32)
        };
        let of_barrier = barriers.iter().map(number).collect();
        BarrierClasses { of_barrier, classes }
    }

    /// The class of a barrier; [`NONE`] where it divides nothing.
    pub(super) fn of_barrier(&self, barrier: u32) -> u32 {
        self.of_barrier[barrier as usize]
    }

    /// The strongest class of several barriers; [`NONE`] for none.
    pub(super) fn strongest(&self, barriers: impl Iterator<Item = u32>) -> u32 {
        strongest(barriers.map(|b| self.of_barrier(b)))
    }

    /// What runs along the borders of a tiling whose borders may follow barriers without sharing
    /// their vertices.
    ///
    /// A half-edge runs along a barrier where at least half of the places on it do (one every 10 m,
    /// at least three): those within `reach_m` of a barrier that runs the same way, if no other
    /// border that does is nearer to the barrier there. Of several the strongest counts.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn along(
        &self,
        coverage: &Coverage,
        city: &City,
        frame: &LocalFrame,
        reach_m: f64,
    ) -> Result<AlongBorders> {
        let lines = self.lines(coverage, &city.barriers, frame)?;
        let borders = (0..coverage.half_edge_count())
            .filter(|&h| coverage.twins[h] == NONE || coverage.twins[h] as usize > h)
            .map(|h| {
                let [a, b] = ends(coverage, h);
                Line::new(a, b)
            });
        let borders = Borders(RTree::bulk_load(borders.collect()));
        let hard: Vec<BarrierLine> =
            lines.iter().filter(|line| self.classes[line.data.1 as usize].hard).copied().collect();
        let tree = RTree::bulk_load(lines);
        let pieces = if hard.is_empty() { Vec::new() } else { dissolve::whole(coverage).0 };
        let class_of = (0..coverage.half_edge_count())
            .into_par_iter()
            .with_min_len(256)
            .map(|h| borders.class(&tree, ends(coverage, h), reach_m))
            .collect();
        let mut through: Vec<u32> = hard
            .par_iter()
            .filter(|line| {
                let Line { from, to } = line.geom();
                let middle = [0, 1].map(|axis| (from[axis] + to[axis]) / 2.0);
                borders.nearest_along(line.geom(), middle) > reach_m
                    && on_ground(&pieces, middle, frame)
            })
            .map(|line| line.data.0)
            .collect();
        through.sort_unstable();
        through.dedup();
        Ok(AlongBorders { class_of, through })
    }

    /// The steps of barriers, in metres, as far as they lie within the extent of a coverage.
    fn lines(
        &self,
        coverage: &Coverage,
        barriers: &[Barrier],
        frame: &LocalFrame,
    ) -> Result<Vec<BarrierLine>> {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for position in &coverage.lonlat {
            for axis in 0..2 {
                low[axis] = low[axis].min(position[axis]);
                high[axis] = high[axis].max(position[axis]);
            }
        }
        let apart = |[a, b]: [[f64; 2]; 2]| {
            (0..2).any(|axis| a[axis].max(b[axis]) < low[axis] || a[axis].min(b[axis]) > high[axis])
        };
        let mut lines = Vec::new();
        for (number, barrier) in (0u32..).zip(barriers) {
            let class = self.of_barrier(number);
            for line in barrier.lines.iter().filter(|_| class != NONE) {
                for step in line.0.windows(2).map(|s| [s[0].into(), s[1].into()]) {
                    if step[0] != step[1] && !apart(step) {
                        let metres = frame.project(&step)?;
                        let line = Line::new(metres[0], metres[1]);
                        lines.push(BarrierLine::new(line, (number, class)));
                    }
                }
            }
        }
        Ok(lines)
    }
}

/// What runs along the borders of a tiling.
pub(super) struct AlongBorders {
    /// The class along every half-edge, or [`NONE`].
    pub(super) class_of: Vec<u32>,
    /// Hard barriers that run through units rather than along their borders, ascending.
    pub(super) through: Vec<u32>,
}

/// A step of a barrier: its number and its class.
type BarrierLine = GeomWithData<Line<[f64; 2]>, (u32, u32)>;

fn ends(coverage: &Coverage, h: usize) -> [[f64; 2]; 2] {
    [coverage.origin(h), coverage.destination(h)].map(|v| coverage.metres[v as usize])
}

/// Whether a place in metres lies on the ground of any cell.
fn on_ground(pieces: &[Piece], place: [f64; 2], frame: &LocalFrame) -> bool {
    let Ok(point) = frame.to_degrees(Point::from(place)) else { return false };
    pieces.iter().any(|piece| piece.shape.contains(&point))
}

/// All borders of a tiling, each once.
struct Borders(RTree<Line<[f64; 2]>>);

impl Borders {
    /// The strongest class that at least half of a border runs along.
    fn class(&self, barriers: &RTree<BarrierLine>, ends: [[f64; 2]; 2], reach_m: f64) -> u32 {
        let [a, b] = ends;
        let length = (a[0] - b[0]).hypot(a[1] - b[1]);
        let places = ((length / EVERY_M) as usize).clamp(3, MOST_PLACES);
        let mut found: Vec<u32> = (0..places)
            .map(|i| (i as f64 + 0.5) / places as f64)
            .map(|share| [0, 1].map(|axis| a[axis] + share * (b[axis] - a[axis])))
            .map(|place| self.class_at(barriers, &ends, place, reach_m))
            .collect();
        found.sort_unstable();
        found[(places - 1) / 2]
    }

    /// The strongest class that a border runs along at one of its places.
    fn class_at(
        &self,
        barriers: &RTree<BarrierLine>,
        ends: &[[f64; 2]; 2],
        place: [f64; 2],
        reach_m: f64,
    ) -> u32 {
        let near = AABB::from_corners(place.map(|c| c - reach_m), place.map(|c| c + reach_m));
        let follows = |line: &&BarrierLine| {
            let line = line.geom();
            let distance = line.distance_2(&place).sqrt();
            distance <= reach_m
                && parallel(ends, line)
                && distance <= self.nearest_along(line, line.nearest_point(&place)) + SLACK_M
        };
        let near = barriers.locate_in_envelope_intersecting(&near);
        strongest(near.filter(follows).map(|line| line.data.1))
    }

    /// The distance from a place on a barrier to the nearest border that runs the same way.
    fn nearest_along(&self, barrier: &Line<[f64; 2]>, place: [f64; 2]) -> f64 {
        self.0
            .nearest_neighbor_iter(&place)
            .take(MOST_BORDERS)
            .find(|border| parallel(&[border.from, border.to], barrier))
            .map_or(f64::INFINITY, |border| border.distance_2(&place).sqrt())
    }
}

/// The strongest of several classes, which come first; [`NONE`] for none.
pub(super) fn strongest(classes: impl Iterator<Item = u32>) -> u32 {
    classes.min().unwrap_or(NONE)
}

fn parallel([a, b]: &[[f64; 2]; 2], barrier: &Line<[f64; 2]>) -> bool {
    let (c, d) = (barrier.from, barrier.to);
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let dot = u[0] * v[0] + u[1] * v[1];
    dot.abs() >= ALONG_COS * u[0].hypot(u[1]) * v[0].hypot(v[1])
}

#[cfg(test)]
#[path = "barriers_tests.rs"]
mod tests;
