#![allow(clippy::unwrap_used)]

use super::*;
use crate::divide::mend::testing::{problem, start_of};
use crate::divide::mend::{NONE, Standing};
use crate::divide::objective::Target;
use crate::divide::{Divider, Tolerance};
use crate::graph::Graph;

#[test]
fn a_block_hands_on_before_it_is_handed_anything() {
    let handed = |from, to| Handed { from, to, amount: 1 };
    let flows = vec![handed(0, 1), handed(1, 2), handed(3, 1), handed(2, 4)];
    let ordered = downstream_first(flows.clone(), 5);
    assert_eq!(ordered.len(), flows.len());
    for (i, earlier) in ordered.iter().enumerate() {
        assert!(ordered[i + 1..].iter().all(|later| later.from != earlier.to), "{ordered:?}");
    }
}

/// The labels after handing on once, and the violation left.
fn handed_on(graph: &Graph, block: Vec<u32>, tolerances: Vec<Tolerance>) -> (Vec<u32>, i64) {
    let k = block.iter().max().map_or(0, |&b| b as usize + 1);
    let standing = Standing {
        place: vec![NONE; block.len()],
        stay: (0..graph.len()).map(|v| graph.weights(v)[0] * 1024 + 1).collect(),
        closed: vec![false; k],
        tolerated: vec![(i64::MAX, 0); k * graph.dimensions()],
        stay_first: true,
        diameters: None,
        block,
    };
    let limits = Target::new(graph, k, &tolerances).limits(&vec![1; k]);
    let start = start_of(&Divider::new(tolerances), graph, k, &standing);
    let problem = problem(graph, &limits, &standing, &start);
    let mut p = Partition::new(graph, &limits, start.label.clone());
    Hander::new(&problem, &p).mend(&mut p, (0..k).collect(), &mut Random::new(1));
    let violation = p.score().violation;
    (p.into_labels(), violation)
}

#[test]
fn what_hangs_on_a_vertex_goes_with_it() {
    // A block of two; the other hangs together at its first vertex, which has a leaf.
    let mut weights = vec![10, 10, 5, 1];
    weights.extend([2; 13]);
    let mut edges = vec![(0, 1, 1), (1, 2, 1), (2, 3, 1), (2, 4, 1)];
    edges.extend((4..16).map(|v| (v, v + 1, 1)));
    let graph = Graph::new(1, weights, &edges).unwrap();
    let block = (0..17).map(|v| u32::from(v > 1)).collect();
    let (label, violation) = handed_on(&graph, block, vec![Tolerance::both(0.01)]);
    assert_eq!(violation, 0);
    let first: Vec<usize> = (0..17).filter(|&v| label[v] == 0).collect();
    assert_eq!(first, [0, 1, 2, 3]);
}

#[test]
fn sets_are_exchanged_where_none_can_go_alone() {
    // All have five people; the first block has more than its share of ground.
    let weights = vec![5, 8, 5, 4, 5, 5, 5, 1];
    let edges = [(0, 1, 1), (0, 2, 1), (0, 3, 1), (1, 2, 1), (1, 3, 1), (2, 3, 1)];
    let graph = Graph::new(2, weights, &edges).unwrap();
    let tolerances = vec![Tolerance::both(0.0), Tolerance::above(0.2)];
    let (label, violation) = handed_on(&graph, vec![0, 0, 1, 1], tolerances);
    assert_eq!(violation, 0);
    assert_eq!(label.iter().filter(|&&l| l == 0).count(), 2);
}
