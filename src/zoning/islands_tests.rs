#![allow(clippy::unwrap_used)]

use super::*;

/// Three parts of two vertices each, strung together by virtual edges.
fn parts(people: [i64; 6]) -> Graph {
    let edges = [(0, 1, 5), (2, 3, 5), (4, 5, 5), (1, 2, 0), (3, 4, 0)];
    Graph::new(1, people.to_vec(), &edges).unwrap()
}

#[test]
fn large_parts_stay_apart() {
    let graph = keep_apart(parts([50; 6]), 95.0, 3);
    assert_eq!(graph.components().1, 3);
}

#[test]
fn a_small_part_joins_the_part_it_is_tied_to() {
    let graph = keep_apart(parts([50, 50, 50, 50, 1, 1]), 95.0, 3);
    assert_eq!(graph.components().0, [0, 0, 1, 1, 1, 1]);
    // Two small parts in a row make one that is large enough.
    let graph = keep_apart(parts([50, 50, 30, 30, 20, 20]), 95.0, 3);
    assert_eq!(graph.components().0, [0, 0, 1, 1, 1, 1]);
}

#[test]
fn too_few_grids_leave_the_parts_joined() {
    assert_eq!(keep_apart(parts([50; 6]), 95.0, 2).components().1, 1);
}

#[test]
fn a_graph_in_one_part_stays_as_it_is() {
    let graph = Graph::new(1, vec![1; 3], &[(0, 1, 4), (1, 2, 4)]).unwrap();
    assert_eq!(keep_apart(graph.clone(), 2.0, 3), graph);
}
