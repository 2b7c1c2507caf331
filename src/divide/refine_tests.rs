use proptest::prelude::*;

use super::*;
use crate::divide::testing::{are_connected, board, labelled, limits};

proptest! {
    #[test]
    fn refining_is_never_worse_and_breaks_no_block(
        (graph, label) in labelled(24, 3), seed in any::<u64>(),
    ) {
        let parts = |label: &[u32]| graph.components_within(|a, b| label[a] == label[b]).1;
        let limits = limits(&graph, 3);
        let mut p = Partition::new(&graph, &limits, label.clone());
        let before = p.score();
        let effort = Effort { rounds: 3, patience: 10 };
        Refiner::default().refine(&mut p, effort, &mut Random::new(seed));
        prop_assert!(p.score() <= before);
        prop_assert!(parts(p.labels()) <= parts(&label));
        prop_assert!((0..3).all(|block| p.labels().contains(&block)));
        let anew = Partition::new(&graph, &limits, p.labels().to_vec());
        prop_assert_eq!(anew.score(), p.score());
    }

    #[test]
    fn the_best_move_is_the_cheapest((graph, label) in labelled(12, 4), exchange in 0.0..1e-6f64) {
        let limits = limits(&graph, 4);
        let p = Partition::new(&graph, &limits, label.clone());
        let mut refiner = Refiner::default();
        for v in 0..graph.len() {
            let beside = |b: &usize| *b != p.block(v)
                && graph.targets(v).iter().any(|&t| label[t as usize] as usize == *b);
            let price = |to: usize| {
                let mut moved = p.clone();
                let change = moved.move_vertex(v, to);
                change.cost as f64 + exchange * change.violation as f64
            };
            let best = (0..4).filter(beside).map(price).min_by(f64::total_cmp);
            let found = refiner.best_move(&p, v, exchange);
            prop_assert_eq!(found.is_some(), best.is_some());
            if let (Some((own, to)), Some(best)) = (found, best) {
                prop_assert!((own - best).abs() <= 1e-9 * best.abs().max(1.0), "{} {}", own, best);
                prop_assert!((price(to) - best).abs() <= 1e-9 * best.abs().max(1.0));
            }
        }
    }
}

#[test]
fn a_ragged_border_is_straightened() {
    // Two halves of 8 × 8 with a border in teeth.
    let graph = board(8, 8, &[1]);
    let tooth = |v: usize| if (v / 8).is_multiple_of(2) { 5 } else { 3 };
    let label: Vec<u32> = (0..64).map(|v| u32::from(v % 8 >= tooth(v))).collect();
    let limits = limits(&graph, 2);
    let mut p = Partition::new(&graph, &limits, label);
    let before = p.score().cost;
    let effort = Effort { rounds: 10, patience: 30 };
    Refiner::default().refine(&mut p, effort, &mut Random::new(1));
    assert!(are_connected(&graph, p.labels(), 2));
    // Eight is the least; local search alone comes near it.
    let score = p.score();
    assert!(before > 20 && score.violation == 0 && score.cost <= 10, "{score:?}");
}

#[test]
fn what_is_too_much_goes_through_the_blocks_between() {
    // Three blocks in a row; the first has what the last lacks.
    let graph = board(30, 2, &[1]);
    let label: Vec<u32> =
        (0..60).map(|v| [12, 22, 30].iter().filter(|&&e| v % 30 >= e).count() as u32).collect();
    let limits = limits(&graph, 3);
    let mut p = Partition::new(&graph, &limits, label);
    assert!(p.score().violation > 0);
    let effort = Effort { rounds: 10, patience: 30 };
    Refiner::default().refine(&mut p, effort, &mut Random::new(1));
    assert_eq!(p.score(), Score { violation: 0, cost: 4 });
}

#[test]
fn the_cheapest_candidate_comes_first() {
    let candidate = |price, vertex| Candidate { price, vertex };
    let mut queue: BinaryHeap<Candidate> =
        [candidate(2.0, 1), candidate(-1.0, 9), candidate(2.0, 0), candidate(0.5, 3)].into();
    let order: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(|next| next.vertex).collect();
    assert_eq!(order, [9, 3, 0, 1]);
}
