use proptest::prelude::*;

use super::*;
use crate::divide::testing::{labelled, limits};

proptest! {
    /// What is kept in step while vertices move is what counting anew gives.
    #[test]
    fn moves_are_counted_as_they_go(
        (graph, label) in labelled(14, 4),
        moves in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize), 1..12),
    ) {
        let limits = limits(&graph, 4);
        let mut p = Partition::new(&graph, &limits, label);
        for (v, to) in moves {
            let (v, before) = (v.index(graph.len()), p.score());
            if p.block(v) == to {
                continue;
            }
            let foretold = p.violation_change(v, to);
            let change = p.move_vertex(v, to);
            prop_assert_eq!(change.violation, foretold);
            prop_assert_eq!(before + change, p.score());
            let anew = Partition::new(&graph, &limits, p.labels().to_vec());
            prop_assert_eq!(anew.score(), p.score());
            prop_assert_eq!(&anew.size, &p.size);
            for b in 0..4 {
                prop_assert_eq!(anew.load(b), p.load(b));
                prop_assert_eq!(anew.block_violation(b), p.block_violation(b));
            }
        }
    }

    /// The score is the sum of what is outside of the limits, and of the edges that are cut.
    #[test]
    fn a_score_is_what_counting_says((graph, label) in labelled(12, 3)) {
        let limits = limits(&graph, 3);
        let p = Partition::new(&graph, &limits, label.clone());
        let (mut cost, mut load) = (0, vec![[0i64; 2]; 3]);
        for v in 0..graph.len() {
            let mut borders = false;
            for (t, c) in graph.neighbours(v) {
                borders |= label[t] != label[v];
                cost += if label[t] != label[v] { c } else { 0 };
            }
            prop_assert_eq!(p.on_border(v), borders);
            let sums = load[label[v] as usize].iter_mut();
            sums.zip(graph.weights(v)).for_each(|(sum, weight)| *sum += weight);
        }
        let violation: i64 = (0..3).map(|b| limits.violation(b, &load[b])).sum();
        prop_assert_eq!(p.score(), Score { violation, cost: cost / 2 });
    }

    /// A vertex can leave where its block stays in as few parts as it was without being used up.
    #[test]
    fn what_holds_a_block_together_cannot_leave((graph, label) in labelled(12, 2)) {
        let limits = limits(&graph, 2);
        let p = Partition::new(&graph, &limits, label.clone());
        let mut reach = Reach::default();
        for v in 0..graph.len() {
            let others: Vec<u32> =
                (0..graph.len()).filter(|&u| u != v && label[u] == label[v]).map(|u| u as u32).collect();
            let mut own = others.clone();
            own.push(v as u32);
            // Looked at among what hung together with it.
            let (part, _) = graph.induced(&own).components();
            let beside: Vec<u32> = own.iter().zip(&part)
                .filter(|(u, p)| **u as usize != v && **p == part[own.len() - 1])
                .map(|(u, _)| *u).collect();
            let stays = !beside.is_empty() && graph.induced(&beside).components().1 == 1;
            prop_assert_eq!(p.can_leave(v, &mut reach), stays, "{} of {:?}", v, label);
        }
    }
}

#[test]
fn marks_are_forgotten_from_search_to_search() {
    let mut reach = Reach::default();
    reach.start(3);
    assert!(reach.visit(1) && !reach.visit(1));
    assert!(reach.part_of(1).is_some() && reach.part_of(2).is_none());
    reach.start(3);
    assert!(reach.part_of(1).is_none() && reach.visit(1));
    let (first, second) = (reach.part_of(1), reach.start_part());
    assert!(reach.visit(2) && reach.part_of(2) == Some(second) && reach.part_of(1) == first);
    // Larger graphs, and stamps that run out, begin anew.
    reach.stamp = u32::MAX - 1;
    reach.start(5);
    assert!((0..5).all(|v| reach.part_of(v).is_none() && reach.visit(v)));
}
