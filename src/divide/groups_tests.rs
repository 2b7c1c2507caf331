use proptest::prelude::*;

use super::*;
use crate::divide::field::Field;
use crate::divide::testing::{are_connected, board, labelled, limits};

proptest! {
    #[test]
    fn groups_are_connected_and_about_as_large_as_asked(
        (graph, _) in labelled(60, 2), size in 3..20usize, seed in any::<u64>(),
    ) {
        let each: Vec<u32> = (0..graph.len() as u32).collect();
        let beside = graph.beside(&each, graph.len());
        prop_assert!((0..graph.len()).all(|v| beside[v] == graph.targets(v)));
        let (group, count) = grow(&beside, size, &mut Random::new(seed));
        prop_assert!(group.iter().all(|&g| (g as usize) < count));
        prop_assert!(are_connected(&graph, &group, count), "{:?}", group);
        for g in 0..count as u32 {
            // What is left over is less than a third, and joins another.
            let own = group.iter().filter(|&&own| own == g).count();
            prop_assert!(own >= size / 3 || count == 1, "{} of {}", own, size);
        }
    }

    #[test]
    fn every_vertex_has_its_place((graph, label) in labelled(40, 6), seed in any::<u64>()) {
        let groups = Groups::draw(&graph, &label, 6, &mut Random::new(seed));
        let (place, place_of_block) = groups.places(graph.len(), 6);
        for (v, &(group, place)) in place.iter().enumerate() {
            prop_assert_eq!(groups.vertices[group as usize][place as usize] as usize, v);
            let block = place_of_block[label[v] as usize];
            prop_assert_eq!(groups.blocks[group as usize][block as usize], label[v]);
        }
        prop_assert_eq!(groups.vertices.iter().map(Vec::len).sum::<usize>(), graph.len());
    }
}

/// A board of 100 blocks of 3 × 3, a good deal of them out of shape.
fn ragged() -> (Graph, Vec<u32>) {
    let graph = board(30, 30, &[1]);
    let mut label: Vec<u32> = (0..900).map(|v| (v / 90 * 10 + v % 30 / 3) as u32).collect();
    // From every other block a corner is taken.
    for block in (0..100u32).filter(|b| b % 10 % 2 == 0) {
        let corner = (block / 10 * 90 + block % 10 * 3 + 2) as usize;
        label[corner] = block + 1;
    }
    (graph, label)
}

#[test]
fn many_blocks_are_made_better_group_by_group() {
    let (graph, start) = ragged();
    let limits = limits(&graph, 100);
    let score = |label: &[u32]| Partition::new(&graph, &limits, label.to_vec()).score();
    assert!(are_connected(&graph, &start, 100) && score(&start).violation > 0);

    let mut label = start.clone();
    let effort = Effort { rounds: 4, patience: 20 };
    refine_in_groups(&graph, &limits, &mut label, effort, &mut Random::new(1));
    assert!(are_connected(&graph, &label, 100) && score(&label) < score(&start));

    let mut label = start.clone();
    let patience = Patience { rounds: 20, work: 1_000_000 };
    let (watch, mut random) = (Watch::default(), Random::new(1));
    repair_in_groups(&graph, &limits, &mut label, 0, patience, &watch, &mut random);
    assert!(are_connected(&graph, &label, 100));
    assert_eq!(score(&label).violation, 0);

    let mut label = start.clone();
    let blocks = Blocks {
        field: &Field::new(&graph, &limits),
        limits: &limits,
        units: &vec![1; 900],
        least: &vec![1; 100],
        border: 12.0,
    };
    let schedule =
        Schedule { sweeps: 60, temperature: (0.5, 0.05), price: (100.0, 1_000.0), linear: 0.02 };
    anneal_in_groups(
        &blocks,
        &Labels::new(&graph, &start),
        &mut label,
        schedule,
        &watch,
        &mut random,
    );
    assert!(are_connected(&graph, &label, 100));
    assert!(score(&label) < score(&start), "{:?}", score(&label));
}
