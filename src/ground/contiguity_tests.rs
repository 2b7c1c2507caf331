#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use crate::ground::testing::*;
use crate::ground::{Ground, Islands, Survey};

/// As drawn, and without virtual edges.
fn land_borders() -> Survey {
    Survey { islands: Islands::Report, repair: false, ..Survey::default() }
}

proptest! {
    #[test]
    fn neighbours_are_those_that_share_edges(tiling in tiling()) {
        let ground = land_borders().run(&tiling.city).unwrap();
        // By brute force: undirected edges and who has them.
        let mut holders: HashMap<[[u64; 2]; 2], Vec<u32>> = HashMap::new();
        for (u, unit) in tiling.city.units.iter().enumerate() {
            for mut edge in directed_edges(&shape_of(unit)) {
                edge.sort_unstable();
                holders.entry(edge).or_default().push(u as u32);
            }
        }
        let mut expected: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for (edge, mut units) in holders {
            units.sort_unstable();
            if let [u, v] = units[..] && u != v {
                let at = |p: [u64; 2]| {
                    let degrees = geo::Point::new(f64::from_bits(p[0]), f64::from_bits(p[1]));
                    ground.frame.to_metres(degrees).unwrap()
                };
                let (a, b) = (at(edge[0]), at(edge[1]));
                *expected.entry((u, v)).or_default() += (a.x() - b.x()).hypot(a.y() - b.y());
            }
        }
        let found: BTreeMap<(u32, u32), f64> =
            ground.contiguity.pairs().map(|(u, v, m)| ((u, v), m)).collect();
        prop_assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (pair, length) in found {
            prop_assert!((length - expected[&pair]).abs() < 1e-6);
        }
        for u in 0..ground.contiguity.len() {
            for (v, length) in ground.contiguity.neighbours(u) {
                let back = ground.contiguity.neighbours(v as usize).find(|n| n.0 as usize == u);
                prop_assert_eq!(back.unwrap().1.to_bits(), length.to_bits());
            }
        }
    }
}

#[test]
fn a_corner_is_no_border_and_a_short_one_need_not_be() {
    // 0 and 1 touch in a corner; 2 shares 0.05 steps (5.6 m) with 0.
    let shapes = [
        polygon(&[(0., 0.), (1., 0.), (1., 0.95), (1., 1.), (0., 1.)]),
        rectangle(1., 1., 2., 2.),
        polygon(&[(1., 0.95), (3., 0.95), (3., 1.), (2., 1.), (1., 1.)]),
    ];
    let pairs = |least_border_m| {
        let ground = Survey { least_border_m, islands: Islands::Report, ..Survey::default() }
            .run(&city(shapes.clone()));
        ground.unwrap().contiguity.pairs().map(|(u, v, _)| (u, v)).collect::<Vec<_>>()
    };
    assert_eq!(pairs(0.1), [(0, 2), (1, 2)]);
    assert_eq!(pairs(6.0), [(1, 2)]);
    assert!(Survey { least_border_m: f64::NAN, ..Survey::default() }.run(&city(shapes)).is_err());
}

#[test]
fn the_graph_costs_millimetres_and_virtual_edges_nothing() {
    let city = city([
        rectangle(0., 0., 1., 1.),
        rectangle(1., 0., 2., 1.),
        rectangle(5., 0., 6., 1.),
        rectangle(2., 0., 3., 1.),
    ]);
    let ground = Ground::survey(&city).unwrap();
    assert_eq!(ground.contiguity.virtual_edges(), [(2, 3)]);
    let graph = ground.contiguity.graph(&[3, 1, 2], vec![7, 8, 9], 1).unwrap();
    assert_eq!(graph.weights(1), [8]);
    assert_eq!(graph.targets(0), [1, 2]);
    let costs: Vec<i64> = graph.neighbours(0).map(|n| n.1).collect();
    // A step north at the equator is 110.574 m.
    assert!((costs[0] - 110_574).abs() < 20, "{costs:?}");
    assert_eq!(costs[1], 0);
    assert_eq!(graph.edge_count(), 2);
}

#[test]
fn any_number_of_threads_gives_the_same_ground() {
    let shapes = (0..60).flat_map(|i| (0..60).map(move |j| (f64::from(i), f64::from(j))));
    let city =
        city(shapes.filter(|&(x, _)| x != 30.).map(|(x, y)| rectangle(x, y, x + 1., y + 1.)));
    let zones: Vec<u32> = (0..city.units.len() as u32).map(|u| (u * 7919) % 40).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let ground = Ground::survey(&city).unwrap();
            let zones = ground.dissolve(&zones, 40);
            (ground.contiguity, ground.area_m2, ground.findings, zones)
        })
    };
    let one = on(1);
    assert_eq!(one.0.virtual_edges().len(), 1);
    assert!(one == on(2) && one == on(5));
}
