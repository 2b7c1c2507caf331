//! Divides a city: takes special-purpose grids out, shares the others out to the communities, keeps
//! estates and locks whole, has each community's graph divided, numbers the grids and names what
//! falls short.

mod across;
mod asks;
mod atoms;
mod caps;
mod clash;
mod count;
mod draw;
mod figures;
mod foresee;
mod islands;
mod judge;
mod levels;
mod likeness;
mod measures;
pub(crate) mod numbering;
mod special;
mod violations;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::divide::{Divider, Division, Footing, Shaping, Watch};
use crate::error::Result;
use crate::graph::Graph;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::{Divide, Plan, Promise};
use crate::watch::Shares;

pub(crate) use levels::grids_as_communities;
pub use levels::one_level_down;

pub(crate) use clash::Together;
pub(crate) use foresee::{Foreseen, ForeseenSum};
pub(crate) use judge::{AskedFigure, Grids, Judge, on_same_ground, seed_range};
pub(crate) use measures::{Limits, Range};

use asks::Asks;
use atoms::{Atoms, scattered_finding};
use caps::Caps;
use draw::{DividedCommunity, draw};
use measures::Measure;
use special::Special;

/// How the communities of a city are divided, and into how many grids each.
pub(crate) trait Way: Sync {
    /// The number of grids of every community, given its people and the least and most grids it can
    /// have; `None` where [`Divide::count`] says so.
    fn counts(
        &self,
        _population: &[f64],
        _limits: &[(usize, usize)],
    ) -> Option<Result<Vec<usize>>> {
        None
    }

    /// Divides one community.
    fn divide(&self, part: &CommunityGraph<'_>) -> Result<Division> {
        match part.shaping {
            None => part.divider.divide_with(part.graph, part.grids, part.watch),
            Some(shaping) => {
                part.divider.divide_shaped(part.graph, part.grids, shaping, part.watch)
            }
        }
    }

    /// Why a grid, by its community and label, is out of a limit, where nothing makes that
    /// unavoidable; `None`: the search found nothing better.
    fn falls_short(
        &self,
        _community: usize,
        _label: u32,
        _promise: Promise,
        _field: Option<&str>,
    ) -> Option<String> {
        None
    }
}

/// Each community from nothing.
pub(crate) struct Anew;

impl Way for Anew {}

/// A community as the solver sees it.
pub(crate) struct CommunityGraph<'a> {
    /// Its index in the city.
    pub community: usize,
    /// Its cells, ascending, but those of special-purpose grids: units and, after them, open ground.
    pub cells: &'a [u32],
    /// The vertex of every cell: units that must not be parted are one.
    pub atom_of: &'a [u32],
    /// Its contiguity graph, weighted by people, area and what else is asked to be even.
    pub graph: &'a Graph,
    /// What every weight of the graph stands for.
    pub subjects: &'a [Subject],
    /// The number of grids it gets.
    pub grids: usize,
    /// Tolerances, priorities, seed and effort.
    pub divider: &'a Divider,
    /// What is asked of the shape of grids, if anything.
    pub shaping: Option<&'a Shaping>,
    /// What may stop the division.
    pub watch: Watch<'a>,
}

/// What a weight of a community's graph stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subject {
    /// The promise that is kept by its limits.
    pub promise: Promise,
    /// The property of units it comes from, where one was named.
    pub field: Option<String>,
    /// What is counted, as a sentence names it.
    pub noun: String,
    /// What the graph counts for one.
    pub scale: f64,
}

impl Divide {
    /// Divides the city.
    ///
    /// # Errors
    /// Where the number of grids asked for cannot be had: fewer than communities, more than units.
    /// Where what is asked is about a property or a unit that is not there.
    pub fn run(&self, city: &City, ground: &Ground) -> Result<Plan> {
        self.run_with(city, ground, &|_, _| {})
    }

    /// Divides the city and reports progress as cells done out of all; called from many threads.
    ///
    /// # Errors
    /// As [`Divide::run`].
    pub fn run_with(
        &self,
        city: &City,
        ground: &Ground,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Plan> {
        self.run_watched(city, ground, Watch::default(), progress)
    }

    /// As [`Divide::run_with`], under a watch that may stop it.
    ///
    /// # Errors
    /// As [`Divide::run`]; [`Error::Cancelled`](crate::Error::Cancelled) where it was stopped.
    pub fn run_watched(
        &self,
        city: &City,
        ground: &Ground,
        watch: Watch<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Plan> {
        self.run_by(&Anew, city, ground, watch, progress)
    }

    /// Divides the city by another way than anew.
    pub(crate) fn run_by(
        &self,
        way: &dyn Way,
        city: &City,
        ground: &Ground,
        watch: Watch<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Plan> {
        watch.check()?;
        let asks = Asks::of(self, city, ground)?;
        let prepared = prepare(city, ground, &asks)?;
        let (counts, infeasible) = self.share_out(way, city, &prepared)?;
        let mut findings = Vec::new();
        findings.extend(scattered_finding(prepared.iter().map(|part| &part.atoms)));
        findings.extend(special::groundless_finding(city, ground));
        findings.extend(special::estates_finding(city, ground));
        findings.extend(special::namesakes_finding(city, ground));
        findings.extend(across::estates_finding(city, ground));
        findings.extend(infeasible);

        let done = AtomicUsize::new(0);
        let shares = Shares::of(prepared.iter().map(|part| part.cells.len()).sum());
        let communities: Vec<DividedCommunity> = (prepared, counts)
            .into_par_iter()
            .with_max_len(1)
            .map(|(part, k)| {
                let count = part.cells.len();
                watch.check()?;
                let divided = shares.part(count, watch, |watch| {
                    self.divide_community(way, city, ground, &asks, part, k, watch)
                });
                progress(done.fetch_add(count, Ordering::Relaxed) + count, ground.coverage.len());
                divided
            })
            .collect::<Result<_>>()?;
        watch.check()?;
        let mut plan = draw(self, way, &asks, city, ground, &communities)?;
        plan.findings.extend(findings);
        Ok(plan)
    }

    // One call, of which each is a part.
    #[allow(clippy::too_many_arguments)]
    fn divide_community(
        &self,
        way: &dyn Way,
        city: &City,
        ground: &Ground,
        asks: &Asks<'_>,
        part: Prepared,
        k: usize,
        watch: Watch<'_>,
    ) -> Result<DividedCommunity> {
        let Prepared { community, cells, specials, atoms, caps } = part;
        if k == 0 {
            return Ok(DividedCommunity { specials, ..DividedCommunity::default() });
        }
        let measures = Measure::all(self, city, &ground.area_m2, asks, &cells);
        let mut divider = Divider {
            seed: self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(community as u64),
            effort: self.effort,
            ..Divider::new(Vec::new())
        };
        let (weights, subjects) = weigh(&measures, &caps, &atoms, k, &mut divider);
        let graph = ground.contiguity.graph(&cells, weights, divider.tolerances.len())?;
        let graph =
            if specials.is_empty() { graph } else { special::rejoin(graph, ground, &cells)? };
        let true_costs = (!self.likenesses.is_empty()).then(|| graph.clone());
        let graph = likeness::cheapen(graph, self, asks, city, &cells);
        let graph = atoms.contract(graph);
        let least = measures[0].range(k).least.unwrap_or(0.0) * graph_scale(&graph, &measures[0]);
        let graph = islands::keep_apart(graph, least, k);
        let shaping = (!self.shape.is_open()).then(|| shaping(self, ground, &cells, &atoms));
        let mut division = way.divide(&CommunityGraph {
            community,
            cells: &cells,
            atom_of: &atoms.atom_of,
            graph: &graph,
            subjects: &subjects,
            grids: k,
            divider: &divider,
            shaping: shaping.as_ref(),
            watch,
        })?;
        if let Some(graph) = true_costs {
            let label = |cell: usize| division.labels[atoms.atom_of[cell] as usize];
            let cut = |v: usize| {
                let later = graph.neighbours(v).filter(move |&(t, _)| t > v);
                later.filter(|&(t, _)| label(t) != label(v)).map(|(_, cost)| cost).sum::<i64>()
            };
            division.cost = (0..graph.len()).map(cut).sum();
        }
        Ok(DividedCommunity {
            cells,
            specials,
            atoms,
            measures,
            grids: k,
            division: Some(division),
        })
    }
}

/// Every community of the city before it is divided.
///
/// # Errors
/// Where units of one lock are not connected, or lie in several communities.
fn prepare(city: &City, ground: &Ground, asks: &Asks<'_>) -> Result<Vec<Prepared>> {
    across::refuse_locks(city, ground)?;
    let mut cells_of = vec![Vec::new(); city.communities.len()];
    for (cell, &c) in ground.community_of_cell.iter().enumerate() {
        // Open ground comes after the units, and makes no community of its own.
        let is_unit = cell < city.units.len();
        if is_unit || !cells_of[c as usize].is_empty() {
            cells_of[c as usize].push(cell as u32);
        }
    }
    let prepared: Vec<Result<Prepared>> = cells_of
        .into_par_iter()
        .enumerate()
        .map(|(community, cells)| Prepared::of(city, ground, asks, community, cells))
        .collect();
    // The first community with an error speaks, whichever thread was faster.
    prepared.into_iter().collect()
}

/// A community before it is divided.
struct Prepared {
    /// Its index in the city.
    community: usize,
    /// Its cells, ascending, but those of special-purpose grids.
    cells: Vec<u32>,
    specials: Vec<Special>,
    atoms: Atoms,
    caps: Caps,
}

impl Prepared {
    fn of(
        city: &City,
        ground: &Ground,
        asks: &Asks<'_>,
        community: usize,
        cells: Vec<u32>,
    ) -> Result<Prepared> {
        let (specials, cells) = special::take_out(city, ground, cells);
        let atoms = Atoms::of(city, ground, &cells)?;
        let caps = Caps::of(city, asks, &cells, &atoms);
        Ok(Prepared { community, cells, specials, atoms, caps })
    }
}

/// The weights of every cell for the solver, a row a cell, with what they stand for, and in the
/// divider how each is to be spread over `k` grids: people, area, what must not come together, and
/// what else is added up.
fn weigh(
    measures: &[Measure],
    caps: &Caps,
    atoms: &Atoms,
    k: usize,
    divider: &mut Divider,
) -> (Vec<i64>, Vec<Subject>) {
    let cells = atoms.atom_of.len();
    // The first cell of an atom carries what the atom weighs.
    let mut first = vec![None; atoms.len()];
    for (cell, &atom) in atoms.atom_of.iter().enumerate() {
        first[atom as usize].get_or_insert(cell);
    }
    let mut columns: Vec<Vec<i64>> = Vec::with_capacity(measures.len() + caps.all.len());
    let mut subjects = Vec::new();
    let mut add = |column: Vec<i64>, subject, tolerance, priority| {
        columns.push(column);
        subjects.push(subject);
        divider.tolerances.push(tolerance);
        divider.priorities.push(priority);
    };
    let (always, further) = measures.split_at(2);
    for measure in always {
        add(measure.whole(), measure.subject(), measure.tolerance(k), measure.priority);
    }
    for cap in &caps.all {
        let mut column = vec![0; cells];
        for &(atom, weight) in &cap.weights {
            if let Some(cell) = first[atom as usize] {
                column[cell] = weight;
            }
        }
        add(column, cap.subject(), cap.tolerance(k), caps::PRIORITY);
    }
    for measure in further {
        add(measure.whole(), measure.subject(), measure.tolerance(k), measure.priority);
    }
    let rows = (0..cells).flat_map(|cell| columns.iter().map(move |column| column[cell]));
    (rows.collect(), subjects)
}

/// Where the atoms lie, and what is asked of the shape of grids.
fn shaping(asked: &Divide, ground: &Ground, cells: &[u32], atoms: &Atoms) -> Shaping {
    let mut footings = vec![Footing::default(); atoms.len()];
    let around = cells.iter().flat_map(|&cell| ground.corners(cell as usize)).next();
    for (&cell, &atom) in cells.iter().zip(&atoms.atom_of) {
        let moments = ground.moments(cell as usize, around.unwrap_or_default());
        footings[atom as usize].add(&Footing::new(moments, ground.corners(cell as usize)));
    }
    Shaping {
        compactness: asked.shape.compactness,
        evenness: asked.shape.evenness,
        max_diameter: asked.shape.max_diameter_m,
        cost_per_metre: 1e3,
        footings,
    }
}

/// What the graph counts for one of the measure that is its first weight.
fn graph_scale(graph: &Graph, measure: &Measure) -> f64 {
    let total = measure.total();
    if total > 0.0 { graph.total_weights()[0] as f64 / total } else { 1.0 }
}

#[cfg(test)]
#[path = "zoning_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "asks_tests.rs"]
mod asks_tests;
