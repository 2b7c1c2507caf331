#![allow(clippy::unwrap_used)]

use super::*;
use crate::divide::mend::{NONE, Standing, exact, start};
use crate::divide::objective::Target;
use crate::divide::{Divider, Tolerance, Watch};
use crate::graph::Graph;
use crate::random::Random;

/// Large units on a board, in bands of rows: a chain is nearly always what looking at all finds, and
/// never worse than what stood.
#[test]
fn chains_move_as_little_as_can_be() {
    let mut random = Random::new(11);
    let (mut same, cases) = (0, 40);
    for _ in 0..cases {
        let (width, height, k) = (4, 6, 3);
        let weights: Vec<i64> = (0..width * height).map(|_| 8 + random.below(5) as i64).collect();
        let mut edges = Vec::new();
        for v in 0..width * height {
            let right = (v % width + 1 < width).then_some(v + 1);
            let below = (v + width < width * height).then_some(v + width);
            edges.extend(right.into_iter().chain(below).map(|t| (v as u32, t as u32, 1)));
        }
        let graph = Graph::new(1, weights.clone(), &edges).unwrap();
        let standing = Standing {
            block: (0..width * height).map(|v| (v / (2 * width)) as u32).collect(),
            place: vec![NONE; weights.len()],
            stay: weights.iter().map(|w| w * 1024 + 1).collect(),
            closed: vec![false; k],
            tolerated: vec![(i64::MAX, 0); k],
            stay_first: true,
            diameters: None,
        };
        let divider = Divider::new(vec![Tolerance::both(random.between(0.01, 0.06))]);
        let limits = Target::new(&graph, k, &divider.tolerances).limits(&vec![1; k]);
        let start = start::connected_blocks(&divider, &graph, k, &standing, 0).unwrap().unwrap();
        let problem = Problem {
            graph: &graph,
            limits: &limits,
            unavoidable: 0,
            standing: &standing,
            start: &start,
            far: None,
            watch: Watch::default(),
        };
        let before = Partition::new(&graph, &limits, start.label.clone());
        let (mut chained, mut best) = (before.clone(), before.clone());
        improve(&problem, &mut chained, 1_000_000);
        assert!(exact::improve(&problem, &mut best, &[0, 1, 2], 50_000_000));
        assert!(problem.worth(&chained) <= problem.worth(&before));
        assert!(problem.worth(&chained) >= problem.worth(&best));
        let (_, pieces) =
            graph.components_within(|a, b| chained.labels()[a] == chained.labels()[b]);
        assert_eq!(pieces, k);
        let moved = |p: &Partition| (problem.violation(p), problem.moved(p));
        same += usize::from(moved(&chained) == moved(&best));
    }
    assert!(same * 10 >= cases * 9, "{same} of {cases} move as little as can be");
}
