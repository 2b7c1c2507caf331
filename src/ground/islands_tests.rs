#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use crate::ground::testing::*;
use crate::ground::{Ground, Islands, Survey};

/// Least total length of a tree over parts, by Prim's algorithm over all pairs of corners.
fn least_tree(ground: &Ground, parts: &[Vec<u32>]) -> f64 {
    let corners = |part: &Vec<u32>| -> Vec<[f64; 2]> {
        let cells = part.iter().flat_map(|&u| ground.coverage.half_edges(u as usize));
        cells.map(|h| ground.coverage.metres[ground.coverage.origin(h) as usize]).collect()
    };
    let corners: Vec<Vec<[f64; 2]>> = parts.iter().map(corners).collect();
    let distance = |p: usize, q: usize| {
        let all = corners[p].iter().flat_map(|a| corners[q].iter().map(move |b| (a, b)));
        all.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).fold(f64::INFINITY, f64::min)
    };
    let mut joined = vec![0];
    let mut total = 0.0;
    while joined.len() < parts.len() {
        let rest = (0..parts.len()).filter(|p| !joined.contains(p));
        let next = rest
            .map(|q| (joined.iter().map(|&p| distance(p, q)).fold(f64::INFINITY, f64::min), q))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap();
        total += next.0;
        joined.push(next.1);
    }
    total
}

proptest! {
    #[test]
    fn virtual_edges_join_all_with_the_least_total_distance(tiling in tiling()) {
        let apart = Survey { islands: Islands::Report, ..Survey::default() };
        let apart = apart.run(&tiling.city).unwrap();
        let everywhere = vec![0; tiling.city.units.len()];
        let scattered = super::scattered(&apart.contiguity, &everywhere);
        let ground = Ground::survey(&tiling.city).unwrap();
        prop_assert!(super::scattered(&ground.contiguity, &everywhere).is_empty());
        if let [community] = &scattered[..] {
            let edges = super::bridges(&ground.coverage, &community.parts);
            prop_assert_eq!(edges.len(), community.parts.len() - 1);
            let part_of = |u: u32| vec![community.parts.iter().find(|p| p.contains(&u)).unwrap().clone()];
            let length: f64 = edges.iter().map(|&(a, b)| {
                least_tree(&ground, &[part_of(a), part_of(b)].concat())
            }).sum();
            prop_assert!((length - least_tree(&ground, &community.parts)).abs() < 1e-6);
        } else {
            prop_assert!(scattered.is_empty() && ground.contiguity.virtual_edges().is_empty());
        }
    }
}

#[test]
fn islands_join_within_their_community_only() {
    // Communities a and b alternate along a street: a b a b.
    let mut city = city((0..4).map(|i| {
        let x = f64::from(i);
        rectangle(x, 0., x + 1., 1.)
    }));
    city.communities = vec![community("a", None), community("b", None)];
    for (u, unit) in city.units.iter_mut().enumerate() {
        unit.community = Some(u % 2);
    }
    let ground = Ground::survey(&city).unwrap();
    assert_eq!(ground.contiguity.virtual_edges(), [(0, 2), (1, 3)]);
    assert_eq!(ground.contiguity.pair_count(), 5);
    let finding = ground.findings.iter().find(|f| f.kind == "islands").unwrap();
    assert_eq!((finding.count, &finding.examples[..]), (2, &["2".to_owned(), "3".into()][..]));
    let report = Survey { islands: Islands::Report, ..Survey::default() }.run(&city).unwrap();
    assert!(report.contiguity.virtual_edges().is_empty());
    assert_eq!(report.findings.iter().filter(|f| f.kind == "islands").count(), 1);
}

#[test]
fn many_islands_in_a_row_are_joined_one_to_the_next_soon() {
    // Once by the square of their number: minutes for these.
    let count = 40_000;
    let clock = std::time::Instant::now();
    let ground = Ground::survey(&city((0..count).map(|i| {
        let x = f64::from(i) * 0.002;
        rectangle(x, 0., x + 0.001, 0.001)
    })))
    .unwrap();
    let edges = ground.contiguity.virtual_edges();
    assert_eq!(edges.len(), count as usize - 1);
    assert!(edges.iter().all(|&(a, b)| b == a + 1));
    assert!(clock.elapsed().as_secs() < 300, "{:?}", clock.elapsed());
}

#[test]
fn islands_that_touch_in_a_corner_are_joined_there() {
    let mut shapes = vec![rectangle(0., 0., 1., 1.), rectangle(1., 1., 2., 2.)];
    shapes.extend([rectangle(0., 1.5, 0.5, 2.5), rectangle(-1., 1., 0., 1.4)]);
    let city = city(shapes);
    let apart = Survey { islands: Islands::Report, repair: false, ..Survey::default() };
    let apart = apart.run(&city).unwrap();
    let scattered = super::scattered(&apart.contiguity, &[0; 4]);
    let edges = super::bridges(&apart.coverage, &scattered[0].parts);
    // The first touches the second and the last in a corner; the third is nearest to the last.
    assert_eq!(edges, [(0, 1), (0, 3), (2, 3)]);
}
