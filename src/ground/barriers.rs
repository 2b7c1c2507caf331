//! Barriers by class: what a border along one costs, and which no grid may reach across.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{AABB, PointDistance, RTree};

use super::LocalFrame;
use super::coverage::{Coverage, NONE};
use crate::error::{Error, Result};
use crate::model::Barrier;

/// A border runs along a barrier where their directions differ by no more than 30°.
const ALONG_COS: f64 = 0.866;

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
#[derive(Debug, Clone, PartialEq)]
pub struct BarrierCosts(BTreeMap<String, f64>);

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
#[derive(Debug, Clone, PartialEq)]
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

    /// The class along every half-edge of a tiling whose borders may follow barriers without
    /// sharing their vertices: the strongest of those that lie within `reach_m` of the half-edge's
    /// middle and run the same way.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn along(
        &self,
        coverage: &Coverage,
        barriers: &[Barrier],
        frame: &LocalFrame,
        reach_m: f64,
    ) -> Result<Vec<u32>> {
        let mut lines = Vec::new();
        for (barrier, &class) in barriers.iter().zip(&self.of_barrier) {
            for line in barrier.lines.iter().filter(|_| class != NONE) {
                let lonlat: Vec<[f64; 2]> = line.coords().map(|&c| c.into()).collect();
                let metres = frame.project(&lonlat)?;
                lines.extend(
                    metres
                        .windows(2)
                        .filter(|s| s[0] != s[1])
                        .map(|s| GeomWithData::new(Line::new(s[0], s[1]), class)),
                );
            }
        }
        let tree = RTree::bulk_load(lines);
        let of_half_edge = |h: usize| {
            let a = coverage.metres[coverage.origin(h) as usize];
            let b = coverage.metres[coverage.destination(h) as usize];
            let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
            let near = AABB::from_corners(
                [middle[0] - reach_m, middle[1] - reach_m],
                [middle[0] + reach_m, middle[1] + reach_m],
            );
            strongest(
                tree.locate_in_envelope_intersecting(&near)
                    .filter(|line| {
                        line.geom().distance_2(&middle) <= reach_m * reach_m
                            && parallel([a, b], [line.geom().from, line.geom().to])
                    })
                    .map(|line| line.data),
            )
        };
        Ok((0..coverage.half_edge_count())
            .into_par_iter()
            .with_min_len(1024)
            .map(of_half_edge)
            .collect())
    }
}

/// The strongest of several classes, which come first; [`NONE`] for none.
pub(super) fn strongest(classes: impl Iterator<Item = u32>) -> u32 {
    classes.min().unwrap_or(NONE)
}

fn parallel([a, b]: [[f64; 2]; 2], [c, d]: [[f64; 2]; 2]) -> bool {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let dot = u[0] * v[0] + u[1] * v[1];
    dot.abs() >= ALONG_COS * u[0].hypot(u[1]) * v[0].hypot(v[1])
}

#[cfg(test)]
#[path = "barriers_tests.rs"]
mod tests;
