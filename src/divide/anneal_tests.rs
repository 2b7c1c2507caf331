use proptest::prelude::*;

use super::*;
use crate::divide::partition::Partition;
use crate::divide::testing::{are_connected, board, labelled, limits};

const SCHEDULE: Schedule =
    Schedule { sweeps: 40, temperature: (1.0, 0.05), price: (10.0, 1_000.0), linear: 0.02 };

fn blocks<'a>(
    graph: &'a Graph,
    limits: &'a Limits,
    units: &'a [u32],
    least: &'a [usize],
) -> Blocks<'a> {
    Blocks { graph, limits, units, least, border: 10.0 }
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
        let limits = limits(&graph, 4);
        let (units, least) = (vec![1; graph.len()], [1, 2, 1, 1]);
        let blocks = blocks(&graph, &limits, &units, &least);
        let mut annealer = Annealer::default();
        let mut label = start.clone();
        let (watch, mut random) = (Watch::default(), Random::new(seed));
        annealer.anneal(&blocks, &mut label, SCHEDULE, &watch, &mut random);
        prop_assert!(parts(&graph, &label) <= parts(&graph, &start));
        for block in 0..4 {
            let count = |label: &[u32]| label.iter().filter(|&&own| own == block).count();
            prop_assert!(count(&label) >= least[block as usize].min(count(&start)));
        }
        let mut anew = Annealer::default();
        anew.reset(&blocks, &label, SCHEDULE.linear);
        prop_assert_eq!(&annealer.outside, &anew.outside);
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
        let limits = limits(&graph, 2);
        let (units, least) = (vec![1; graph.len()], [1, 1]);
        let mut annealer = Annealer::default();
        annealer.reset(&blocks(&graph, &limits, &units, &least), &label, 0.0);
        for v in 0..graph.len() {
            let mut inside = 0;
            for (i, (t, _)) in graph.neighbours(v).enumerate() {
                inside |= u32::from(label[t] == label[v]) << (i & 31);
            }
            let around: Vec<usize> =
                graph.neighbours(v).map(|(t, _)| t).filter(|&t| label[t] == label[v]).collect();
            let (part, _) = graph.components_within(|a, b| a != v && b != v && label[a] == label[b]);
            let joined = around.iter().all(|&t| part[t] == part[around[0]]);
            let expected = !around.is_empty() && joined;
            prop_assert_eq!(annealer.can_leave(&label, v, inside), expected, "{} of {:?}", v, label);
            if annealer.joined_around(v, inside) {
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
        let limits = limits(&graph, 2);
        let (units, least) = (vec![1; 41], [1, 1]);
        let mut annealer = Annealer::default();
        annealer.reset(&blocks(&graph, &limits, &units, &least), &label, 0.0);
        assert_eq!(annealer.can_leave(&label, 0, 0b11_1111_1111), !gap);
    }
}

#[test]
fn a_ragged_division_becomes_even_and_short() {
    let graph = board(12, 4, &[1]);
    let start: Vec<u32> = (0..48).map(|v| u32::from(v % 12 > v / 12 * 3)).collect();
    let limits = limits(&graph, 2);
    assert!(are_connected(&graph, &start, 2));
    let (units, least) = (vec![1; 48], [1, 1]);
    let mut label = start.clone();
    let schedule = Schedule { sweeps: 400, ..SCHEDULE };
    let run = |label: &mut [u32], schedule: Schedule, seed: u64| {
        let blocks = blocks(&graph, &limits, &units, &least);
        Annealer::default().anneal(
            &blocks,
            label,
            schedule,
            &Watch::default(),
            &mut Random::new(seed),
        );
    };
    run(&mut label, schedule, 1);
    assert!(are_connected(&graph, &label, 2));
    let score = Partition::new(&graph, &limits, label.clone()).score();
    assert!(score.violation == 0 && score.cost <= 5, "{score:?}");
    // The same seed, the same division; without a sweep, nothing is done.
    let mut again = start.clone();
    run(&mut again, schedule, 1);
    assert_eq!(again, label);
    let mut untouched = start.clone();
    run(&mut untouched, Schedule { sweeps: 0, ..schedule }, 1);
    assert_eq!(untouched, start);
    // A block keeps the units it has to have.
    let least = [start.iter().filter(|&&b| b == 0).count(), 1];
    let mut kept = start.clone();
    let blocks = blocks(&graph, &limits, &units, &least);
    Annealer::default().anneal(
        &blocks,
        &mut kept,
        schedule,
        &Watch::default(),
        &mut Random::new(1),
    );
    assert!(kept.iter().filter(|&&b| b == 0).count() >= least[0]);
}

#[test]
fn what_is_outside_costs_its_square_and_a_little() {
    let graph = board(10, 1, &[10]);
    // Two blocks of 50, 45 to 55; a tenth of the mean is outside.
    let limits = limits(&graph, 2);
    let (units, least) = (vec![1; 10], [1, 1]);
    let label: Vec<u32> = (0..10).map(|v| u32::from(v >= 6)).collect();
    let mut annealer = Annealer::default();
    annealer.reset(&blocks(&graph, &limits, &units, &least), &label, 0.5);
    assert_eq!(annealer.outside, [0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
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
