#![allow(clippy::unwrap_used)]

use geo::{MultiPolygon, Polygon, polygon};

use super::*;

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
}

/// The vertices of a ring, put together from its arcs as a reader of the encoding would.
fn walk(topology: &Topology, ring: &[i32]) -> Vec<Vertex> {
    let mut walked: Vec<Vertex> = Vec::new();
    for &reference in ring {
        let mut arc =
            topology.arcs[if reference < 0 { !reference } else { reference } as usize].clone();
        if reference < 0 {
            arc.reverse();
        }
        assert!(walked.last().is_none_or(|last| *last == arc[0]));
        walked.pop();
        walked.extend(arc);
    }
    assert_eq!(walked.first(), walked.last());
    walked
}

/// Twice the signed area in square 1e-7 degrees.
fn doubled_area(ring: &[Vertex]) -> i64 {
    ring.windows(2).map(|e| e[0][0] * e[1][1] - e[1][0] * e[0][1]).sum()
}

#[test]
fn neighbours_share_one_arc() {
    let shapes: Vec<MultiPolygon<f64>> =
        vec![square(104.0, 30.0, 0.01).into(), square(104.01, 30.0, 0.01).into()];
    let topology = Topology::of(shapes.iter());
    assert_eq!(topology.arcs.len(), 3);
    assert_eq!(topology.sides.iter().filter(|s| s[0].is_some() && s[1].is_some()).count(), 1);
    assert_eq!(topology.origin, [1_040_000_000, 300_000_000]);
    for area in &topology.areas {
        assert_eq!(doubled_area(&walk(&topology, &area[0][0])), 2 * 100_000 * 100_000);
    }
}

#[test]
fn an_enclave_is_one_closed_arc_for_both() {
    let hole = square(0.01, 0.01, 0.01);
    let around = Polygon::new(
        square(0.0, 0.0, 0.03).exterior().clone(),
        vec![hole.exterior().0.iter().rev().copied().collect()],
    );
    let shapes: Vec<MultiPolygon<f64>> = vec![around.into(), hole.into()];
    let topology = Topology::of(shapes.iter());
    assert_eq!(topology.arcs.len(), 2);
    assert_eq!(topology.areas[0][0][1], [1]);
    assert_eq!(topology.areas[1][0][0], [-2]);
    assert_eq!(topology.sides[1], [Some(0), Some(1)]);
}

#[test]
fn nothing_and_less_than_a_vertex() {
    assert_eq!(Topology::of([].iter()), Topology::default());
    let speck: Vec<MultiPolygon<f64>> = vec![square(1.0, 1.0, 1e-9).into(), MultiPolygon(vec![])];
    let topology = Topology::of(speck.iter());
    assert!(topology.arcs.is_empty());
    assert_eq!(topology.areas, vec![Vec::<Vec<Vec<i32>>>::new(); 2]);
}

proptest::proptest! {
    /// Any grouping of the squares of a board comes back vertex for vertex, and no edge stands in
    /// two arcs.
    #[test]
    fn rings_come_back(labels in proptest::collection::vec(0u32..4, 25)) {
        let shapes: Vec<MultiPolygon<f64>> = (0..4)
            .map(|label| {
                let cells = (0..25).filter(|&i| labels[i as usize] == label);
                MultiPolygon(cells.map(|i| square(f64::from(i % 5), f64::from(i / 5), 1.0)).collect())
            })
            .collect();
        let topology = Topology::of(shapes.iter());
        for (shape, area) in shapes.iter().zip(&topology.areas) {
            proptest::prop_assert_eq!(shape.0.len(), area.len());
            for (polygon, rings) in shape.iter().zip(area) {
                let walked = walk(&topology, &rings[0]);
                let mut got: Vec<Vertex> = walked[1..].to_vec();
                let mut want: Vec<Vertex> = polygon.exterior().0[1..]
                    .iter()
                    .map(|c| [whole(c.x) - topology.origin[0], whole(c.y) - topology.origin[1]])
                    .collect();
                got.sort_unstable();
                want.sort_unstable();
                proptest::prop_assert_eq!(got, want);
                proptest::prop_assert!(doubled_area(&walked) > 0);
            }
        }
        let mut edges: Vec<_> = topology
            .arcs
            .iter()
            .flat_map(|arc| arc.windows(2).map(|e| (e[0].min(e[1]), e[0].max(e[1]))))
            .collect();
        let all = edges.len();
        edges.sort_unstable();
        edges.dedup();
        proptest::prop_assert_eq!(edges.len(), all);
    }
}
