#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::divide::exact::testing::{Town, cheapest, frontier};
use crate::divide::objective::Target;
use crate::divide::{Divider, Effort, Tolerance};

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_division_costs_less_than_the_bound(town in Town::any(9), pick in 0..100usize) {
        let limits = Target::new(&town.graph, town.k, &town.tolerances).limits(&vec![1; town.k]);
        let all = frontier(&town.graph, &limits);
        // As little violation as can be, or some more.
        let violation = all[pick * all.len() / 100].violation;
        let bound = least_cost(&town.graph, &limits, violation, 100_000, &Watch::default());
        prop_assert!(Some(bound) <= cheapest(&all, violation), "{} {:?}", bound, all);
    }
}

#[test]
fn the_bound_on_a_mesh_is_not_far_off() {
    // 24 × 24 squares into 16 squares of 36: three cuts of 24 each way.
    let side = 24u32;
    let mut edges = Vec::new();
    for v in 0..side * side {
        if v % side + 1 < side {
            edges.push((v, v + 1, 10));
        }
        if v + side < side * side {
            edges.push((v, v + side, 10));
        }
    }
    let graph = Graph::new(1, vec![1; (side * side) as usize], &edges).unwrap();
    let divider = Divider { effort: Effort::Thorough, ..Divider::new(vec![Tolerance::both(0.05)]) };
    let division = divider.divide(&graph, 16).unwrap();
    assert!(division.least_cost <= 1_440 && division.cost >= 1_350, "{division:?}");
    assert!(division.gap().unwrap() < 0.6, "{} {}", division.cost, division.least_cost);
}

#[test]
fn steps_visit_everything() {
    for n in 1..200 {
        let step = stride(n);
        let mut seen = vec![false; n];
        (0..n).for_each(|i| seen[i * step % n] = true);
        assert!(seen.iter().all(|s| *s), "{n}");
    }
}
