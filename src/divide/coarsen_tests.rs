use proptest::prelude::*;

use super::*;
use crate::divide::testing::{board, labelled};

/// The cluster of the coarsest graph that every vertex is in.
fn clusters(hierarchy: &Hierarchy<'_>) -> Vec<u32> {
    let mut cluster: Vec<u32> = (0..hierarchy.coarsest().len() as u32).collect();
    for finer in (0..hierarchy.finer().count() - 1).rev() {
        cluster = hierarchy.project(finer, cluster);
    }
    cluster
}

proptest! {
    #[test]
    fn clusters_are_connected_within_their_label_and_add_up(
        (graph, label) in labelled(40, 3), seed in any::<u64>(), respects in any::<bool>(),
    ) {
        let given = respects.then(|| label.clone());
        let hierarchy = Hierarchy::new(&graph, 4, given, &mut Random::new(seed));
        let levels: Vec<_> = hierarchy.finer().collect();
        prop_assert_eq!(levels[0].1.len(), hierarchy.coarsest().len());
        prop_assert_eq!(levels[levels.len() - 1].1.len(), graph.len());
        for (i, level, units) in &levels {
            prop_assert_eq!(units.iter().sum::<u32>() as usize, graph.len());
            prop_assert_eq!(level.total_weights(), graph.total_weights());
            // Every vertex with its own number, led down to the units.
            let mut cluster: Vec<u32> = (0..level.len() as u32).collect();
            for finer in (0..*i).rev() {
                cluster = hierarchy.project(finer, cluster);
            }
            prop_assert_eq!(graph.components_within(|a, b| cluster[a] == cluster[b]).1, level.len());
            for (number, &count) in units.iter().enumerate() {
                let own = |v: &usize| cluster[*v] as usize == number;
                let members: Vec<usize> = (0..graph.len()).filter(own).collect();
                prop_assert_eq!(members.len(), count as usize);
                prop_assert!(!respects || members.iter().all(|&v| label[v] == label[members[0]]));
                let weight: i64 = members.iter().map(|&v| graph.weights(v)[0]).sum();
                prop_assert_eq!(weight, level.weights(number)[0]);
            }
        }
        if respects {
            let mut led = hierarchy.coarse_label();
            for finer in (0..levels.len() - 1).rev() {
                led = hierarchy.project(finer, led);
            }
            prop_assert_eq!(led, label);
        }
    }
}

#[test]
fn a_board_becomes_a_few_even_clusters() {
    let graph = board(20, 20, &[1]);
    let hierarchy = Hierarchy::new(&graph, 40, None, &mut Random::new(5));
    let coarsest = hierarchy.coarsest();
    assert_eq!(coarsest.len(), 40);
    let heaviest = (0..coarsest.len()).map(|v| coarsest.weights(v)[0]).max();
    assert!(heaviest <= Some(30), "{heaviest:?}");
    assert_eq!(Hierarchy::new(&graph, 400, None, &mut Random::new(5)).finer().count(), 1);
}

#[test]
fn dear_edges_are_merged_and_cheap_ones_last() {
    // Pairs across dear edges, between which edges are cheap.
    let edges: Vec<_> = (0..19u32).map(|v| (v, v + 1, if v % 2 == 0 { 100 } else { 1 })).collect();
    let Ok(graph) = Graph::new(1, vec![1; 20], &edges) else { unreachable!("a path is a graph") };
    let hierarchy = Hierarchy::new(&graph, 10, None, &mut Random::new(2));
    assert_eq!(hierarchy.coarsest().len(), 10);
    let pairs = clusters(&hierarchy);
    assert!((0..10).all(|pair| pairs[2 * pair] == pairs[2 * pair + 1]), "{pairs:?}");
}

#[test]
fn giants_stay_alone() {
    let mut weights = vec![1; 30];
    weights[7] = 100;
    let graph = board(30, 1, &weights);
    let hierarchy = Hierarchy::new(&graph, 15, None, &mut Random::new(2));
    let cluster = clusters(&hierarchy);
    assert!(hierarchy.coarsest().len() < 20);
    assert_eq!(cluster.iter().filter(|&&c| c == cluster[7]).count(), 1);
}
