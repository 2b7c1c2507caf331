#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn lines(lines: &[&[[f64; 2]]]) -> Network {
    let lines: Vec<_> = lines.iter().map(|line| (line.to_vec(), 0)).collect();
    Network::of_lines(&lines).unwrap()
}

#[test]
fn a_cross_has_five_nodes_and_ways_turn_at_its_middle() {
    let network = lines(&[&[[-10.0, 0.0], [10.0, 0.0]], &[[0.0, -10.0], [0.0, 10.0]]]);
    assert_eq!((network.nodes(), network.edges()), (5, 4));
    let places = network.snap(&[[-7.0, 3.0], [2.0, 9.0], [90.0, 0.0], [-3.0, -1.0]], 50.0);
    assert_eq!(places[2], None);
    let found = network.within(&places, &places, 100.0).targets;
    // 3 to the line, 7 to the middle, 9 up, 2 off; along one edge: 3 + 4 + 1.
    assert_eq!(found[0], [(0, 6.0), (1, 21.0), (3, 8.0)]);
    assert_eq!(network.within(&places, &places, 20.0).targets[0], [(0, 6.0), (3, 8.0)]);
    assert_eq!(network.nearest(&places, &places[1..2], 5, 100.0)[3], [(0, 15.0)]);
    assert!(found[2].is_empty());
}

#[test]
fn parts_that_do_not_meet_do_not_reach_each_other() {
    let network = lines(&[&[[0.0, 0.0], [9.0, 0.0]], &[[0.0, 5.0], [9.0, 5.0]]]);
    let places = network.snap(&[[1.0, 0.0], [1.0, 5.0]], 1.0);
    assert_ne!(network.part(&places[0].unwrap()), network.part(&places[1].unwrap()));
    assert_eq!(network.within(&places[..1], &places[1..], f64::INFINITY).targets[0], []);
}

proptest! {
    #[test]
    fn ways_are_the_shortest_of_all(
        ends in prop::collection::vec(((0i32..9, 0i32..9), (0i32..9, 0i32..9)), 1..9),
        people in prop::collection::vec((0.0..9.0f64, 0.0..9.0f64), 2..6),
        most in 5.0..30.0f64,
    ) {
        let at = |p: (i32, i32)| [f64::from(p.0), f64::from(p.1)];
        let drawn: Vec<_> = ends.iter().map(|&(a, b)| (vec![at(a), at(b)], 0)).collect();
        let network = Network::of_lines(&drawn).unwrap();
        let n = network.nodes();
        // All pairs by Floyd and Warshall.
        let mut all = vec![vec![f64::INFINITY; n]; n];
        for (v, row) in all.iter_mut().enumerate() {
            row[v] = 0.0;
            for &(w, length) in network.neighbours(v as u32) {
                row[w as usize] = length;
            }
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    all[i][j] = all[i][j].min(all[i][k] + all[k][j]);
                }
            }
        }
        let people: Vec<[f64; 2]> = people.into_iter().map(|(x, y)| [x, y]).collect();
        let places = network.snap(&people, 100.0);
        let found = network.within(&places, &places, most).targets;
        for (i, a) in places.iter().enumerate() {
            for (j, b) in places.iter().enumerate() {
                let (Some(a), Some(b)) = (a, b) else { continue };
                let mut way = f64::INFINITY;
                for e in 0..2 {
                    for f in 0..2 {
                        let between = all[a.nodes[e] as usize][b.nodes[f] as usize];
                        way = way.min(a.along_m[e] + between + b.along_m[f]);
                    }
                }
                if a.nodes == b.nodes {
                    way = way.min((a.along_m[0] - b.along_m[0]).abs());
                }
                way += a.off_m + b.off_m;
                let listed = found[i].iter().find(|f| f.0 == j).map(|f| f.1);
                match listed {
                    Some(length) => prop_assert!((length - way).abs() < 1e-9),
                    None => prop_assert!(way > most - 1e-9),
                }
            }
        }
    }
}
