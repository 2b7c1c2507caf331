use proptest::prelude::*;

use super::*;
use crate::divide::partition::Partition;
use crate::divide::testing::{are_connected, board, labelled, limits};
use crate::graph::Graph;

const SCHEDULE: Schedule =
    Schedule { sweeps: 40, temperature: (1.0, 0.05), price: (10.0, 1_000.0), linear: 0.02 };

/// What annealing is given, with one unit a vertex.
struct Case {
    graph: Graph,
    limits: Limits,
    units: Vec<u32>,
    least: Vec<usize>,
    places: Vec<u32>,
}

impl Case {
    fn new(graph: Graph, least: &[usize]) -> Self {
        let limits = limits(&graph, least.len());
        let places = (0..graph.len() as u32).collect();
        Case { units: vec![1; graph.len()], least: least.to_vec(), places, graph, limits }
    }

    fn field(&self) -> Field<'_> {
        Field::new(&self.graph, &self.limits)
    }

    fn blocks<'a>(&'a self, field: &'a Field<'a>) -> Blocks<'a> {
        Blocks { field, limits: &self.limits, units: &self.units, least: &self.least, border: 10.0 }
    }

    fn whole(&self) -> Group<'_> {
        Group { vertices: &self.places, blocks: &self.places[..self.least.len()], first: 0 }
    }

    /// An annealer that knows the division.
    fn reset(&self, labels: &Labels, linear: f64) -> Annealer {
        let mut annealer = Annealer::default();
        annealer.reset(&self.blocks(&self.field()), &self.whole(), labels, linear);
        annealer
    }

    fn anneal(&self, label: &mut [u32], schedule: Schedule, seed: u64) -> Annealer {
        let labels = Labels::new(&self.graph, label);
        let mut annealer = Annealer::default();
        let (field, mut random) = (self.field(), Random::new(seed));
        let blocks = self.blocks(&field);
        annealer.anneal(&blocks, &self.whole(), &labels, schedule, &Watch::default(), &mut random);
        labels.read(label, |b| b);
        for v in 0..self.graph.len() {
            let others = self.graph.targets(v).iter().filter(|&&t| label[t as usize] != label[v]);
            assert_eq!(labels.outside(v), others.count() as u32);
        }
        annealer
    }
}

fn parts(graph: &Graph, label: &[u32]) -> usize {
    graph.components_within(|a, b| label[a] == label[b]).1
}

proptest! {
    /// What is kept in step while vertices move is what counting anew gives, and nothing is broken.
    #[test]
    fn blocks_stay_whole_and_are_counted_as_they_go(
        (graph, start) in labelled(30, 4), seed in any::<u64>(), dimensions in 1..3usize,
    ) {
        let weights = (0..graph.len()).flat_map(|v| graph.weights(v)[..dimensions].to_vec());
        let edges: Vec<_> = (0..graph.len())
            .flat_map(|v| graph.neighbours(v).map(move |(t, cost)| (v as u32, t as u32, cost)))
            .filter(|(v, t, _)| v < t)
            .collect();
        let graph = Graph::new(dimensions, weights.collect(), &edges)?;
        let least = [1, 2, 1, 1];
        let case = Case::new(graph.clone(), &least);
        let mut label = start.clone();
        let annealer = case.anneal(&mut label, SCHEDULE, seed);
        prop_assert!(parts(&graph, &label) <= parts(&graph, &start));
        for block in 0..4 {
            let count = |label: &[u32]| label.iter().filter(|&&own| own == block).count();
            prop_assert!(count(&label) >= least[block as usize].min(count(&start)));
        }
        let anew = case.reset(&Labels::new(&graph, &label), SCHEDULE.linear);
        prop_assert_eq!(&annealer.units, &anew.units);
        for (own, anew) in annealer.load.iter().zip(&anew.load) {
            prop_assert!((own - anew).abs() < 1e-9, "{} {}", own, anew);
        }
        for (own, anew) in annealer.excess.iter().zip(&anew.excess) {
            prop_assert!((own - anew).abs() < 1e-6 * (1.0 + anew), "{} {}", own, anew);
        }
    }

    /// A vertex can leave where those of its block around it stay joined without it.
    #[test]
    fn what_holds_a_block_together_cannot_leave((graph, label) in labelled(30, 2)) {
        let case = Case::new(graph.clone(), &[1, 1]);
        let (field, labels) = (case.field(), Labels::new(&graph, &label));
        let mut annealer = case.reset(&labels, 0.0);
        for v in 0..graph.len() {
            let mut inside = 0;
            for (i, (t, _)) in graph.neighbours(v).enumerate() {
                inside |= u32::from(label[t] == label[v]) << i;
            }
            let around: Vec<usize> =
                graph.neighbours(v).map(|(t, _)| t).filter(|&t| label[t] == label[v]).collect();
            let (part, _) = graph.components_within(|a, b| a != v && b != v && label[a] == label[b]);
            let joined = around.iter().all(|&t| part[t] == part[around[0]]);
            let expected = !around.is_empty() && joined;
            let found = annealer.can_leave(&field, &labels, v);
            prop_assert_eq!(found, expected, "{} of {:?}", v, label);
            if joined_around(&field, v, inside) {
                prop_assert!(joined);
            }
        }
    }
}

#[test]
fn a_hub_leaves_where_its_spokes_are_joined() {
    // More neighbours than bits, ten of them in its block, with a rim that may have a gap.
    for gap in [false, true] {
        let rim = (1..40u32).filter(|v| !gap || *v != 5).map(|v| (v, v + 1, 1));
        let edges: Vec<_> = (1..=40u32).map(|v| (0, v, 1)).chain(rim).collect();
        let Ok(graph) = Graph::new(1, vec![1; 41], &edges) else { unreachable!("it is a graph") };
        let label: Vec<u32> = (0..41).map(|v| u32::from(v > 10)).collect();
        let case = Case::new(graph, &[1, 1]);
        let labels = Labels::new(&case.graph, &label);
        let mut annealer = case.reset(&labels, 0.0);
        assert_eq!(annealer.can_leave(&case.field(), &labels, 0), !gap);
    }
}

#[test]
fn a_ragged_division_becomes_even_and_short() {
    let start: Vec<u32> = (0..48).map(|v| u32::from(v % 12 > v / 12 * 3)).collect();
    let case = Case::new(board(12, 4, &[1]), &[1, 1]);
    assert!(are_connected(&case.graph, &start, 2));
    let mut label = start.clone();
    let schedule = Schedule { sweeps: 400, ..SCHEDULE };
    case.anneal(&mut label, schedule, 1);
    assert!(are_connected(&case.graph, &label, 2));
    let score = Partition::new(&case.graph, &case.limits, label.clone()).score();
    assert!(score.violation == 0 && score.cost <= 5, "{score:?}");
    // The same seed, the same division; without a sweep, nothing is done.
    let mut again = start.clone();
    case.anneal(&mut again, schedule, 1);
    assert_eq!(again, label);
    let mut untouched = start.clone();
    case.anneal(&mut untouched, Schedule { sweeps: 0, ..schedule }, 1);
    assert_eq!(untouched, start);
    // A block keeps the units it has to have.
    let least = start.iter().filter(|&&b| b == 0).count();
    let mut kept = start.clone();
    Case::new(board(12, 4, &[1]), &[least, 1]).anneal(&mut kept, schedule, 1);
    assert!(kept.iter().filter(|&&b| b == 0).count() >= least);
}

#[test]
fn a_group_leaves_all_others_alone() {
    // Four blocks of three columns; only the two in the middle are annealed.
    let case = Case::new(board(12, 4, &[1]), &[1; 4]);
    let start: Vec<u32> = (0..48).map(|v| v % 12 / 3).collect();
    let labels = Labels::new(&case.graph, &start);
    let vertices: Vec<u32> = (0..48).filter(|&v| [1, 2].contains(&start[v as usize])).collect();
    let group = Group { vertices: &vertices, blocks: &[1, 2], first: 1 };
    let schedule = Schedule { temperature: (5.0, 1.0), ..SCHEDULE };
    let (field, mut random) = (case.field(), Random::new(1));
    let mut annealer = Annealer::default();
    let blocks = case.blocks(&field);
    annealer.anneal(&blocks, &group, &labels, schedule, &Watch::default(), &mut random);
    let mut label = start.clone();
    labels.read(&mut label, |b| b);
    assert_ne!(label, start);
    assert!(are_connected(&case.graph, &label, 4));
    for (old, new) in start.iter().zip(&label) {
        assert!(old == new || [*old, *new] == [1, 2] || [*old, *new] == [2, 1]);
    }
}

#[test]
fn what_is_outside_costs_its_square_and_a_little() {
    // Two blocks of 50, 45 to 55; a tenth of the mean is outside.
    let case = Case::new(board(10, 1, &[10]), &[1, 1]);
    let label: Vec<u32> = (0..10).map(|v| u32::from(v >= 6)).collect();
    let labels = Labels::new(&case.graph, &label);
    let annealer = case.reset(&labels, 0.5);
    let outside: Vec<u32> = (0..10).map(|v| labels.outside(v)).collect();
    assert_eq!(outside, [0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
    assert_eq!(annealer.units, [6, 4]);
    for excess in &annealer.excess {
        assert!((excess - 0.1 * (0.1 + 0.5)).abs() < 1e-9, "{excess}");
    }
    assert!(annealer.excess_with::<1>(0, &[0.2], -1.0).abs() < 1e-12);
    assert!((annealer.excess_with::<0>(1, &[0.4], 1.0) - 0.1 * 0.6).abs() < 1e-9);
}

#[test]
fn a_schedule_in_stretches_is_the_schedule() {
    for parts in [1, 3, 4, 7] {
        let stretches: Vec<Schedule> = (0..parts).map(|i| SCHEDULE.stretch(i, parts)).collect();
        assert_eq!(stretches.iter().map(|s| s.sweeps).sum::<usize>(), SCHEDULE.sweeps);
        let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
        let (first, last) = (stretches[0], stretches[parts - 1]);
        assert!(near(first.temperature.0, 1.0) && near(last.temperature.1, 0.05));
        assert!(near(first.price.0, 10.0) && near(last.price.1, 1_000.0));
        for pair in stretches.windows(2) {
            assert!(near(pair[0].temperature.1, pair[1].temperature.0));
            assert!(near(pair[0].price.1, pair[1].price.0));
            assert!(pair[0].temperature.0 > pair[1].temperature.0);
        }
    }
    let warm = SCHEDULE.warm();
    assert!(warm.temperature.0 < 1.0 && warm.temperature.0 > warm.temperature.1);
    assert_eq!((warm.sweeps, warm.temperature.1), (40, 0.05));
}
