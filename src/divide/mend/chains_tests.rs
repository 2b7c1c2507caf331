use super::*;
use crate::divide::mend::exact;
use crate::divide::mend::testing::{board, problem, standing, start_of};
use crate::divide::objective::Target;
use crate::divide::{Divider, Tolerance};
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
        let graph = board(width, height, &weights);
        let rows = (0..width * height).map(|v| (v / (2 * width)) as u32).collect();
        let standing = standing(rows, &weights, k);
        let divider = Divider::new(vec![Tolerance::both(random.between(0.01, 0.06))]);
        let limits = Target::new(&graph, k, &divider.tolerances).limits(&vec![1; k]);
        let start = start_of(&divider, &graph, k, &standing);
        let problem = problem(&graph, &limits, &standing, &start);
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
