#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn weights_costs_sizes_and_comments_are_read() {
    let text = "% two weights a vertex, sizes before them\n3 2 111 2\n9 5 1 2 7\n% b\n9 6 2 1 7 3 8\n\
                9 4 0 2 8\n\n";
    let graph = read_graph("town.graph", text).unwrap();
    assert_eq!((graph.len(), graph.edge_count(), graph.dimensions()), (3, 2, 2));
    let edges = [(0, 1, 7), (1, 2, 8)];
    assert_eq!(graph, Graph::new(2, vec![5, 1, 6, 2, 4, 0], &edges).unwrap());
    // Without weights a vertex weighs 1, and without costs an edge costs 1.
    let plain = read_graph("town.graph", "3 2\n2\n1 3\n2\n").unwrap();
    assert_eq!(plain, Graph::new(1, vec![1; 3], &[(0, 1, 1), (1, 2, 1)]).unwrap());
}

#[test]
fn what_is_no_such_graph_is_refused_with_its_line() {
    for (text, line, reason) in [
        ("", 1, "empty"),
        ("% nothing but this\n", 1, "empty"),
        ("3\n", 1, "2 to 4 numbers"),
        ("3 2 0 1 1\n", 1, "2 to 4 numbers"),
        ("three 2\n", 1, "\"three\" is not a whole number"),
        ("-3 2\n", 1, "negative"),
        ("99999999999999999 2\n2\n", 1, "cannot hold"),
        ("2 1 0 0\n2\n1\n", 1, "0 weights"),
        ("2 1 0 65\n2\n1\n", 1, "65 weights"),
        ("3 2\n2\n1 3\n", 4, "3 vertices announced, 2 found"),
        ("2 1\n2\n1\n1 2\n", 4, "and then \"1 2\""),
        ("2 1 10\n5 2\n\n", 3, "a weight is missing"),
        ("2 1 1\n2 4\n1\n", 3, "an edge weight is missing"),
        ("2 1\n2\n3\n", 3, "neighbour 3 is not in 1..2"),
        ("2 1\n2\n0\n", 3, "neighbour 0 is not in 1..2"),
        ("2 1\n2\n1.5\n", 3, "\"1.5\" is not a whole number"),
        ("3 2\n2\n1\n\n", 1, "2 edges announced, 1 found"),
        ("2 9223372036854775807\n2\n1\n", 1, "edges announced, 1 found"),
        // As many ends as are announced, but of other edges; and two costs for one edge.
        ("3 1\n2\n\n1\n", 1, "1 edges announced, 0 found"),
        ("2 1 1\n2 4\n1 5\n", 1, "1 edges announced, 0 found"),
        ("1 1\n1 1\n", 1, "1 edges announced, 0 found"),
    ] {
        let error = read_graph("town.graph", text).unwrap_err().to_string();
        let place = format!("town.graph: not readable as a METIS 5 graph: line {line}: ");
        assert!(error.starts_with(&place) && error.contains(reason), "{text:?}: {error}");
        assert!(error.contains("; the file is to be a METIS 5 graph"), "{error}");
    }
    // What reads well may still be no graph that can be divided.
    let error = read_graph("town.graph", "2 1 10\n-5 2\n1 1\n").unwrap_err().to_string();
    assert!(error.contains("-5 is negative"), "{error}");
}
