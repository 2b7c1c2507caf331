use super::*;
use crate::divide::Tolerance;
use crate::divide::objective::Target;
use crate::divide::testing::{are_connected, board};

/// Ten blocks of 3 × 3 in a row, the first of which has five columns and the last but one.
fn row() -> (Graph, Vec<u32>) {
    let label = |v: usize| match v % 30 {
        0..5 => 0,
        29 => 9,
        x => (x as u32 - 2) / 3,
    };
    (board(30, 3, &[1]), (0..90).map(label).collect())
}

/// Eight to ten vertices in a block.
fn limits(graph: &Graph) -> Limits {
    Target::new(graph, 10, &[Tolerance::both(0.2)]).limits(&[1; 10])
}

#[test]
fn what_is_too_much_finds_its_way_to_where_there_is_room() {
    let (graph, mut label) = row();
    let limits = limits(&graph);
    assert!(are_connected(&graph, &label, 10));
    let violation =
        |label: &[u32]| Partition::new(&graph, &limits, label.to_vec()).score().violation;
    let before = violation(&label);
    let patience = Patience { rounds: 60, work: 10_000_000 };
    repair(&graph, &limits, &mut label, 0, patience, &Watch::default(), &mut Random::new(1));
    assert!(are_connected(&graph, &label, 10));
    assert!(before > 0 && violation(&label) == 0, "{label:?}");
}

#[test]
fn what_cannot_be_helped_or_paid_for_is_left() {
    let (graph, start) = row();
    let limits = limits(&graph);
    let mut random = Random::new(1);
    let patience = Patience { rounds: 5, work: 10_000_000 };
    // As good as can be, as far as is known.
    let mut label = start.clone();
    let all = Partition::new(&graph, &limits, start.clone()).score().violation;
    repair(&graph, &limits, &mut label, all, patience, &Watch::default(), &mut random);
    assert_eq!(label, start);
    let mut label = start.clone();
    let nothing = Patience { rounds: 0, ..patience };
    repair(&graph, &limits, &mut label, 0, nothing, &Watch::default(), &mut random);
    assert_eq!(label, start);
    // One neighbourhood is the least that is tried: four blocks at first.
    let mut label = start.clone();
    let one = Patience { work: 0, ..patience };
    repair(&graph, &limits, &mut label, 0, one, &Watch::default(), &mut random);
    let changed = label.iter().zip(&start).filter(|(now, before)| now != before);
    let blocks: std::collections::BTreeSet<u32> = changed.map(|(_, before)| *before).collect();
    assert!(blocks.len() <= SIZES[0], "{blocks:?}");
    let score = |label: &[u32]| Partition::new(&graph, &limits, label.to_vec()).score();
    assert!(score(&label) <= score(&start));
}

#[test]
fn neighbourhoods_are_connected_and_the_worst_comes_first() {
    let (graph, mut label) = row();
    // The first has four too many, the last five too few.
    label[4] = 1;
    let sizes: Vec<usize> =
        (0..10).map(|block| label.iter().filter(|&&own| own == block).count()).collect();
    let limits = limits(&graph);
    let repair = Repair::new(&graph, &limits, &mut label);
    assert_eq!(repair.violated(), [9, 0]);
    assert_eq!(repair.violation(), repair.violation[0] + repair.violation[9]);
    for (count, seed) in [(1, 1), (3, 2), (4, 3), (10, 4), (40, 5)] {
        let mut group = repair.group(5, count, &mut Random::new(seed));
        assert_eq!((group[0], group.len()), (5, count.min(10)));
        let size: usize = group.iter().map(|&b| sizes[b]).sum();
        assert_eq!(repair.size(&group), size);
        group.sort_unstable();
        // In a row, a group has no gap.
        assert!(group.windows(2).all(|pair| pair[1] == pair[0] + 1), "{group:?}");
    }
}
