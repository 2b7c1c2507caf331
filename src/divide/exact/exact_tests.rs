#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::testing::{Town, best_score, cheapest, frontier};
use super::*;
use crate::divide::objective::Target;
use crate::divide::{Divider, Effort, Tolerance};

/// More than any of these graphs needs.
const PLENTY: u64 = 1 << 40;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_is_proved_equals_the_best_of_all_divisions(
        town in Town::any(12),
        priority in prop_oneof![Just(1.0), Just(10.0)],
    ) {
        let target = Target::new(&town.graph, town.k, &town.tolerances).prefer(&[priority]);
        let limits = target.limits(&vec![1; town.k]);
        let least = target.least_violation(&town.graph, town.k);
        let start = town.some_division();
        let exact =
            solve_exactly(&town.graph, &limits, &start, least, PLENTY, &Watch::default()).unwrap();
        prop_assert_eq!(exact.proof, Proof::Optimum);
        prop_assert_eq!(Some(exact.score), best_score(&town.graph, &limits));
        let again = crate::divide::partition::Partition::new(&town.graph, &limits, exact.labels);
        prop_assert_eq!(again.score(), exact.score);
    }

    #[test]
    fn whoever_runs_out_of_steps_is_no_worse_off_and_claims_no_more_than_is_so(
        town in Town::any(9),
        steps in 0..4_000u64,
    ) {
        let target = Target::new(&town.graph, town.k, &town.tolerances);
        let limits = target.limits(&vec![1; town.k]);
        let least = target.least_violation(&town.graph, town.k);
        let start = town.some_division();
        let before =
            crate::divide::partition::Partition::new(&town.graph, &limits, start.clone()).score();
        let exact =
            solve_exactly(&town.graph, &limits, &start, least, steps, &Watch::default()).unwrap();
        prop_assert!(exact.score <= before);
        let all = frontier(&town.graph, &limits);
        prop_assert!(least <= all[0].violation);
        match exact.proof {
            Proof::Optimum => prop_assert_eq!(exact.score, all[0]),
            Proof::Cost(bound) => {
                prop_assert!(Some(bound) <= cheapest(&all, exact.score.violation));
            }
        }
    }

    #[test]
    fn dividers_prove_small_graphs_in_parts_as_well(town in Town::any(10), seed in any::<u64>()) {
        let divider = Divider { seed, ..Divider::new(town.tolerances.clone()) };
        let division = divider.divide(&town.graph, town.k).unwrap();
        prop_assert!(division.proved);
        let limits = Target::new(&town.graph, town.k, &town.tolerances).limits(&vec![1; town.k]);
        let partition =
            crate::divide::partition::Partition::new(&town.graph, &limits, division.labels);
        prop_assert_eq!(Some(partition.score()), best_score(&town.graph, &limits));
    }
}

/// A mesh of equal squares.
fn mesh(width: u32, height: u32) -> Graph {
    let at = |x: u32, y: u32| y * width + x;
    let mut edges = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        if x + 1 < width {
            edges.push((at(x, y), at(x + 1, y), 10));
        }
        if y + 1 < height {
            edges.push((at(x, y), at(x, y + 1), 10));
        }
    }
    Graph::new(1, vec![3; (width * height) as usize], &edges).unwrap()
}

#[test]
fn meshes_are_cut_straight_and_proved() {
    // Four quarters, two halves, nine squares of nine squares.
    for (width, height, k, cost) in [(6, 6, 4, 120), (8, 8, 2, 80), (6, 6, 9, 240)] {
        let divider =
            Divider { effort: Effort::Thorough, ..Divider::new(vec![Tolerance::both(0.05)]) };
        let division = divider.divide(&mesh(width, height), k).unwrap();
        assert_eq!((division.violation, division.cost), (0.0, cost), "{width} × {height}");
        assert!(division.proved && division.least_cost == cost);
    }
}

#[test]
fn what_is_too_large_or_in_pieces_is_left_alone() {
    let limits = Target::new(&mesh(13, 5), 2, &[]).limits(&[1; 2]);
    let half = (0..65).map(|v| u32::from(v > 30)).collect::<Vec<_>>();
    let solve = |graph: &Graph, labels: &[u32]| {
        solve_exactly(graph, &limits, labels, 0, PLENTY, &Watch::default())
    };
    assert_eq!(solve(&mesh(13, 5), &half), None);
    assert_eq!(solve(&mesh(4, 1), &[0, 1, 1, 0]), None);
}
