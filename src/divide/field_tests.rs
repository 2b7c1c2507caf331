use proptest::prelude::*;

use super::*;
use crate::divide::testing::{labelled, limits};

proptest! {
    /// Links, shares and rings are those of the graph, however often they are asked for.
    #[test]
    fn a_field_is_its_graph((graph, label) in labelled(30, 3)) {
        let limits = limits(&graph, 3);
        let field = Field::new(&graph, &limits);
        let scale = limits.shares();
        for v in 0..graph.len() {
            let neighbours: Vec<_> = graph.neighbours(v).collect();
            for (i, (&(link, cost), &(t, whole))) in field.links(v).iter().zip(&neighbours).enumerate() {
                prop_assert_eq!(link as usize, t);
                prop_assert!((f64::from(cost) * field.unit_cost - whole as f64).abs() < 1e-4);
                for _ in 0..2 {
                    let ring = field.beside(v, i);
                    for (j, (other, _)) in neighbours.iter().enumerate() {
                        let beside = graph.targets(t).contains(&(*other as u32));
                        prop_assert_eq!(ring >> j & 1 == 1, beside);
                    }
                }
            }
            prop_assert_eq!(field.links(v).len(), graph.degree(v));
            for ((share, &weight), scale) in field.share(v, 2).iter().zip(graph.weights(v)).zip(&scale) {
                prop_assert_eq!(*share, weight as f64 * scale);
            }
        }
        let labels = Labels::new(&graph, &label);
        let mut read = vec![0; graph.len()];
        labels.write(&label, |b| b + 7);
        labels.read(&mut read, |b| b - 7);
        prop_assert_eq!(&read, &label);
        for v in 0..graph.len() {
            let others = graph.targets(v).iter().filter(|&&t| label[t as usize] != label[v]);
            prop_assert_eq!(labels.outside(v) as usize, others.count());
        }
    }
}
