#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::divide::partition::Partition;
use crate::divide::testing::{are_connected, board, labelled, limits};

proptest! {
    #[test]
    fn cuts_have_two_connected_sides_and_come_best_first(
        (graph, _) in labelled(20, 2), seed in any::<u64>(),
    ) {
        let limits = limits(&graph, 2);
        let cuts = sweep_cuts(&graph, &limits, &mut Random::new(seed));
        prop_assert!(!cuts.is_empty() && cuts.is_sorted_by_key(|cut| cut.0));
        for (score, label) in &cuts {
            prop_assert_eq!(Partition::new(&graph, &limits, label.clone()).score(), *score);
            prop_assert!(are_connected(&graph, label, 2), "{:?}", label);
        }
    }

    #[test]
    fn the_best_beginning_of_an_order_is_taken((graph, _) in labelled(15, 2), seed in any::<u64>()) {
        let limits = limits(&graph, 2);
        let mut order: Vec<u32> = (0..graph.len() as u32).collect();
        Random::new(seed).shuffle(&mut order);
        let label = |length: usize| -> Vec<u32> {
            (0..graph.len() as u32).map(|v| u32::from(!order[..length].contains(&v))).collect()
        };
        let score = |label: Vec<u32>| Partition::new(&graph, &limits, label).score();
        let best = (1..graph.len()).map(|length| score(label(length))).min();
        prop_assert_eq!(best_prefix(&graph, &limits, &order).map(score), best);
    }

    #[test]
    fn what_lies_apart_changes_sides((graph, label) in labelled(15, 2)) {
        let joined = connect(&graph, label.clone());
        let (part, count) = graph.components_within(|a, b| label[a] == label[b]);
        let size = |p: u32| part.iter().filter(|&&own| own == p).count();
        let is_first = |p: &u32| (0..label.len()).any(|v| part[v] == *p && label[v] == 0);
        let largest = (0..count as u32).filter(is_first).map(size).max().unwrap();
        // The largest part of the first side stays where it is.
        let stays = (0..label.len()).filter(|&v| joined[v] == 0 && label[v] == 0).count();
        prop_assert!(stays >= largest, "{:?} {:?}", label, joined);
        prop_assert!(are_connected(&graph, &joined, 2), "{:?} {:?}", label, joined);
    }
}

#[test]
fn a_strip_is_cut_across_in_the_middle() {
    let strip = board(12, 3, &[1]);
    let cuts = sweep_cuts(&strip, &limits(&strip, 2), &mut Random::new(1));
    let best = cuts[0].0;
    assert!(best.violation == 0 && (3..=5).contains(&best.cost), "{best:?}");
}

#[test]
fn hops_are_counted_along_edges() {
    let strip = board(5, 1, &[1]);
    assert_eq!(hops(&strip, 1), [1, 0, 1, 2, 3]);
    let places = embed(&board(9, 3, &[1]), &mut Random::new(3));
    // The ends of a strip lie at the ends of its map, which is as long as twice the way.
    let (west, east) = (places[9][0], places[17][0]);
    assert!((west - east).abs() > 14.0, "{west} {east}");
    let far: Vec<f64> = (0..9).map(|x| places[9 + x][0]).collect();
    assert!(far.is_sorted() || far.iter().rev().is_sorted(), "{far:?}");
    // And across it, one side lies before the other.
    let aside: Vec<f64> = (0..9).map(|x| places[x][1] - places[18 + x][1]).collect();
    assert!(aside.iter().filter(|a| **a * aside[4] > 0.0).count() >= 8, "{aside:?}");
}
