use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Strand, covers, node};
use super::*;
use crate::ground::arrangement::FaceIndex;

fn square(x: i64, y: i64, side: i64, tag: u32) -> Vec<Strand> {
    let corners = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
    (0..4).map(|i| Strand { from: corners[i], to: corners[(i + 1) % 4], tag }).collect()
}

fn squares() -> impl Strategy<Value = Vec<(i64, i64, i64)>> {
    prop::collection::vec((0i64..24, 0i64..24, 1i64..20), 1..8)
}

proptest! {
    /// Rings of any kind: each face lies inside just those that contain a point of it.
    #[test]
    fn faces_know_the_rings_around_them(squares in squares()) {
        let strands: Vec<Strand> = squares
            .iter()
            .zip(0..)
            .flat_map(|(&(x, y, side), tag)| square(2 * x, 2 * y, 2 * side, tag))
            .collect();
        let edges = node(&strands).unwrap();
        let faces = Subdivision::of(&edges.points, &edges.ends);
        let around = covers(&edges, &faces, Some).unwrap();
        let index = FaceIndex::of(&edges.points, &edges.ends);
        for (x, y) in (0..88).flat_map(|x| (0..88).map(move |y| (2 * x + 1, 2 * y + 1))) {
            let face = index.face_at(&faces, [x, y]);
            let inside: Vec<u32> = squares
                .iter()
                .zip(0..)
                .filter(|((l, b, side), _)| {
                    (2 * l..2 * (l + side)).contains(&x) && (2 * b..2 * (b + side)).contains(&y)
                })
                .map(|(_, tag)| tag)
                .collect();
            prop_assert_eq!(&around[face as usize], &inside, "at ({}, {})", x, y);
        }
    }

    /// Euler: vertices - edges + faces = 1 + connected parts; and areas of bounded faces are those
    /// of their loops, in all that of the unbounded one.
    #[test]
    fn faces_fill_the_plane_once(
        points in prop::collection::vec(([0i64..40, 0i64..40], [0i64..40, 0i64..40]), 1..25),
    ) {
        let strands: Vec<Strand> =
            points.into_iter().map(|(from, to)| Strand { from, to, tag: 0 }).collect();
        let edges = node(&strands).unwrap();
        let faces = Subdivision::of(&edges.points, &edges.ends);
        let mut part: Vec<usize> = (0..edges.points.len()).collect();
        let find = |part: &[usize], mut v: usize| {
            while part[v] != v { v = part[v]; }
            v
        };
        for ends in &edges.ends {
            let (a, b) = (find(&part, ends[0] as usize), find(&part, ends[1] as usize));
            part[a] = b;
        }
        // Points without an edge are strands without length.
        let mut used = vec![false; edges.points.len()];
        edges.ends.iter().flatten().for_each(|&v| used[v as usize] = true);
        let parts = (0..part.len()).filter(|&v| used[v] && part[v] == v).count();
        let vertices = used.iter().filter(|used| **used).count();
        prop_assert_eq!(vertices + faces.len(), edges.len() + 1 + parts);

        let mut twice_area: BTreeMap<u32, i128> = BTreeMap::new();
        for (face, loops) in faces.loops.iter().enumerate() {
            for &start in loops {
                for h in faces.half_edges(start) {
                    prop_assert_eq!(faces.face_of[h as usize], face as u32);
                    let [a, b] = [h, h ^ 1].map(|h| edges.points[origin(&edges.ends, h) as usize]);
                    *twice_area.entry(face as u32).or_default() += cross(a, b);
                }
            }
        }
        prop_assert_eq!(twice_area.values().sum::<i128>(), 0);
        prop_assert!(twice_area.iter().all(|(face, area)| (*face == UNBOUNDED) != (*area > 0)));
    }
}

#[test]
fn a_ring_in_a_hole_in_a_ring_is_nested_twice() {
    let strands: Vec<Strand> = [(0, 0, 10, 0), (2, 2, 6, 1), (4, 4, 2, 2)]
        .into_iter()
        .flat_map(|(x, y, s, t)| square(x, y, s, t))
        .collect();
    let edges = node(&strands).unwrap();
    let faces = Subdivision::of(&edges.points, &edges.ends);
    let mut holes: Vec<usize> = faces.loops.iter().map(Vec::len).collect();
    holes.sort_unstable();
    assert_eq!(holes, [1, 1, 2, 2]);
    let mut around = covers(&edges, &faces, Some).unwrap();
    around.sort();
    assert_eq!(around, [vec![], vec![0], vec![0, 1], vec![0, 1, 2]]);
}
