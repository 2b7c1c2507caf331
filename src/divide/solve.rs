//! The whole solution of one connected graph: attempts of growing effort, the best of which is
//! kept; in each the graph is annealed from coarse to fine, refined, and repaired.

use std::time::Instant;

use super::effort::Effort;
use super::exact::{Proof, solve_exactly};
use super::groups::{refine_in_groups, repair_in_groups};
use super::multilevel::{cycle, multilevel};
use super::objective::{Limits, Score, Target};
use super::refine;
use super::repair::Patience;
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// The attempts: each level of effort makes so many of them, and where a time is given, what comes
/// after the last are more like it.
const ATTEMPTS: [Attempt; 4] = [
    Attempt { start: 0.1, cycles: 0, effort: 0.06, refines: false },
    Attempt { start: 0.3, cycles: 3, effort: 0.4, refines: true },
    Attempt { start: 0.4, cycles: 4, effort: 4.0, refines: true },
    Attempt { start: 4.0, cycles: 3, effort: 12.0, refines: true },
];

/// A start and further cycles from it.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    /// What the sweeps of the start are multiplied by.
    start: f64,
    /// Number of further cycles.
    cycles: usize,
    /// What their sweeps are multiplied by.
    effort: f64,
    /// Whether local search follows; on small graphs it always does.
    refines: bool,
}

/// Steps of the exact solver for every sweep, on graphs that are small enough for it.
const EXACT: f64 = 250_000.0;

/// Graphs up to this size are solved several times over in every attempt.
const SMALL: usize = 1_500;
/// Starts on a small graph: at least, and at most while violation is left that may be avoidable.
const STARTS: (usize, usize) = (1, 6);

/// Rounds of repair without success before it gives up: on every start, and on the best of them.
const ROUNDS: (usize, usize) = (3, 6);
/// Vertices that repair may anneal anew for every vertex of the graph, and so many more times the
/// sweeps.
const WORK: (f64, f64) = (1.0, 4.0);
/// Such vertices at least.
const LEAST_WORK: usize = 10_000;

/// Local search after annealing.
const REFINEMENT: refine::Effort = refine::Effort { rounds: 1, patience: 15 };

/// Divides a connected graph into exactly `k` connected blocks (`1 ≤ k ≤ len`), with what is proved
/// of it. Without `exact` a small graph is left as annealing leaves it, and nothing is proved.
pub(super) fn solve(
    graph: &Graph,
    k: usize,
    target: &Target,
    effort: Effort,
    watch: &Watch,
    seed: u64,
    exact: bool,
) -> (Vec<u32>, Proof) {
    if k == 1 {
        return (vec![0; graph.len()], Proof::Optimum);
    }
    if k == graph.len() {
        return ((0..k as u32).collect(), Proof::Optimum);
    }
    // Neighbours that are read together stand together.
    let order = graph.breadth_first();
    let mut place = vec![(0, 0); graph.len()];
    for (i, &v) in order.iter().enumerate() {
        place[v as usize] = (0, i as u32);
    }
    let graph = &graph.induced_by(&order, &place);
    let (attempts, deadline) = match effort {
        Effort::Fast => (1, None),
        Effort::Balanced => (2, None),
        Effort::Thorough => (3, None),
        Effort::Time(time) => (usize::MAX, Instant::now().checked_add(time)),
    };
    let watch = watch.until(deadline);
    let problem = Problem {
        graph,
        k,
        target,
        limits: target.limits(&vec![1; k]),
        unavoidable: target.least_violation_connected(graph, k),
        exact,
        watch: &watch,
    };
    let mut random = Random::new(seed);
    let mut best: Option<(Score, Vec<u32>)> = None;
    let mut proof = Proof::default();
    for attempt in 0..attempts {
        if attempt > 0 && watch.is_over() {
            break;
        }
        let way = ATTEMPTS[attempt.min(ATTEMPTS.len() - 1)];
        let found = problem.attempt(way, random.seed());
        if best.as_ref().is_none_or(|(score, _)| found.0 < *score) {
            best = Some(found);
        }
        if let Some((score, label)) = &mut best {
            proof = problem.improve_exactly(score, label, way);
        }
        if proof == Proof::Optimum {
            watch.report(1.0);
            break;
        }
        watch.report((attempt + 1) as f64 / attempts.min(ATTEMPTS.len()) as f64);
    }
    let label = best.map_or_else(|| vec![0; graph.len()], |(_, label)| label);
    (place.iter().map(|&(_, at)| label[at as usize]).collect(), proof)
}

/// What is to be divided, and how long.
struct Problem<'a> {
    graph: &'a Graph,
    k: usize,
    target: &'a Target,
    limits: Limits,
    unavoidable: i64,
    /// Whether small graphs are solved exactly.
    exact: bool,
    watch: &'a Watch<'a>,
}

impl Problem<'_> {
    /// The best of some starts, and further cycles from it.
    fn attempt(&self, attempt: Attempt, seed: u64) -> (Score, Vec<u32>) {
        let mut random = Random::new(seed);
        let (graph, target, watch) = (self.graph, self.target, self.watch);
        let (least, most) = if graph.len() <= SMALL { STARTS } else { (1, 1) };
        let (mut best, mut strain) = self.start(attempt.start, random.seed());
        if best.0.violation > self.unavoidable
            && self.improve_exactly(&mut best.0, &mut best.1, attempt) == Proof::Optimum
        {
            // What is out of limits cannot be helped.
            return best;
        }
        for start in 1..most {
            if start >= least && best.0.violation <= self.unavoidable || watch.is_over() {
                break;
            }
            let (found, its_strain) = self.start(attempt.start, random.seed());
            if found.0 < best.0 {
                (best, strain) = (found, its_strain);
            }
        }
        for _ in 0..attempt.cycles {
            if watch.is_over() {
                break;
            }
            let begin = (best.1.clone(), strain);
            let label = cycle(graph, target, begin, attempt.effort, watch, random.seed());
            let found = (self.score(&label), label);
            let found = self.repaired(found, ROUNDS.0, attempt.effort, &mut random);
            if found.0 < best.0 {
                best = found;
            }
        }
        if attempt.refines || graph.len() <= SMALL {
            refine_in_groups(graph, &self.limits, &mut best.1, REFINEMENT, &mut random);
            best.0 = self.score(&best.1);
        }
        self.repaired(best, ROUNDS.1, attempt.effort, &mut random)
    }

    /// Has the exact solver improve a division, in as many steps as go with an attempt.
    fn improve_exactly(&self, score: &mut Score, label: &mut Vec<u32>, attempt: Attempt) -> Proof {
        if !self.exact {
            return Proof::default();
        }
        let (graph, limits, watch) = (self.graph, &self.limits, self.watch);
        let steps = (EXACT * attempt.effort) as u64;
        match solve_exactly(graph, limits, label, self.unavoidable, steps, watch) {
            Some(exact) => {
                (*score, *label) = (exact.score, exact.labels);
                exact.proof
            }
            None => Proof::default(),
        }
    }

    /// A division from nothing, repaired, and how hard tolerances were to keep.
    fn start(&self, sweeps: f64, seed: u64) -> ((Score, Vec<u32>), f64) {
        let mut random = Random::new(seed);
        let (graph, watch) = (self.graph, self.watch);
        let (label, strain) = multilevel(graph, self.k, self.target, sweeps, watch, random.seed());
        let found = (self.score(&label), label);
        (self.repaired(found, ROUNDS.0, sweeps, &mut random), strain)
    }

    /// Repairs what is out of tolerance.
    fn repaired(
        &self,
        (mut score, mut label): (Score, Vec<u32>),
        rounds: usize,
        effort: f64,
        random: &mut Random,
    ) -> (Score, Vec<u32>) {
        if score.violation > self.unavoidable {
            let work = LEAST_WORK + ((WORK.0 + WORK.1 * effort) * self.graph.len() as f64) as usize;
            let patience = Patience { rounds, work };
            let (graph, limits, watch) = (self.graph, &self.limits, self.watch);
            repair_in_groups(graph, limits, &mut label, self.unavoidable, patience, watch, random);
            score = self.score(&label);
        }
        (score, label)
    }

    fn score(&self, label: &[u32]) -> Score {
        let loads = self.graph.class_weights(label, self.k);
        let loads = loads.chunks_exact(self.graph.dimensions()).enumerate();
        let violation = loads.map(|(b, load)| self.limits.violation(b, load)).sum();
        Score { violation, cost: self.graph.cut_cost(label) }
    }
}
