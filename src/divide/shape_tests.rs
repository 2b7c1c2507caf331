#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::divide::{Divider, Tolerance};

/// A town of square cells, ten metres wide: its graph, and where the cells lie.
fn town(columns: usize, rows: usize, people: &[i64]) -> (Graph, Vec<Footing>) {
    let cell = |x: usize, y: usize| (y * columns + x) as u32;
    let mut edges = Vec::new();
    let mut footings = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            if x + 1 < columns {
                edges.push((cell(x, y), cell(x + 1, y), 10));
            }
            if y + 1 < rows {
                edges.push((cell(x, y), cell(x, y + 1), 10));
            }
            let (w, s) = (x as f64 * 10.0, y as f64 * 10.0);
            let (cx, cy) = (w + 5.0, s + 5.0);
            let square = 100.0 * (cx * cx + cy * cy) + 2.0 * 10f64.powi(4) / 12.0;
            let corners = [[w, s], [w + 10.0, s], [w + 10.0, s + 10.0], [w, s + 10.0]];
            footings.push(Footing::new([100.0, 100.0 * cx, 100.0 * cy, square], corners));
        }
    }
    (Graph::new(1, people.to_vec(), &edges).unwrap(), footings)
}

fn asked(footings: Vec<Footing>) -> Shaping {
    let none = Shaping {
        compactness: 0.0,
        evenness: 0.0,
        max_diameter: None,
        cost_per_metre: 1.0,
        footings: Vec::new(),
    };
    Shaping { footings, ..none }
}

#[test]
fn a_square_is_nearly_as_round_as_a_disc() {
    let (_, footings) = town(1, 1, &[1]);
    // The moment of a square of side s is s⁴/6, that of a disc of border b is b⁴/(32 π³).
    let expected = (32.0 * std::f64::consts::PI.powi(3) * 1e4 / 6.0).powf(0.25);
    assert!((footings[0].border() - expected).abs() < 1e-9);
    assert!((footings[0].width() - 200f64.sqrt()).abs() < 1e-9);
}

#[test]
fn blocks_that_reach_too_far_are_brought_in() {
    let (graph, footings) = town(12, 12, &[1; 144]);
    // Long strips of two rows are even, but six times as long as they are wide.
    let strips: Vec<u32> = (0..144).map(|v| v / 24).collect();
    let target = crate::divide::objective::Target::new(&graph, 6, &[Tolerance::both(0.05)]);
    let limits = target.limits(&[1; 6]);
    let shaping = Shaping { max_diameter: Some(75.0), ..asked(footings) };
    let watch = Watch::default();
    let label = shape(&graph, &limits, strips.clone(), &shaping, Effort::Balanced, &watch, 1);
    assert!(Shaper::new(&graph, &limits, strips, &shaping).worth().violation > 0);
    assert_eq!(Shaper::new(&graph, &limits, label, &shaping).worth().violation, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn shaping_keeps_blocks_whole_and_never_makes_them_worse(
        people in proptest::collection::vec(1..20i64, 48),
        compactness in 0.0..3.0f64,
        evenness in 0.0..3.0f64,
        diameter in prop_oneof![Just(None), (30.0..90.0f64).prop_map(Some)],
        seed in any::<u64>(),
    ) {
        let (graph, footings) = town(8, 6, &people);
        let shaping =
            Shaping { compactness, evenness, max_diameter: diameter, ..asked(footings) };
        let divider = Divider {
            effort: Effort::Fast,
            seed,
            ..Divider::new(vec![Tolerance::both(0.1)])
        };
        let plain = divider.divide(&graph, 4).unwrap();
        let target = crate::divide::objective::Target::new(&graph, 4, &divider.tolerances);
        let limits = target.limits(&[1; 4]);
        let watch = Watch::default();
        let start = Shaper::new(&graph, &limits, plain.labels.clone(), &shaping);
        let shaped =
            shape(&graph, &limits, plain.labels.clone(), &shaping, Effort::Fast, &watch, seed);
        let mut end = Shaper::new(&graph, &limits, shaped.clone(), &shaping);
        end.border = start.border;
        prop_assert!(end.worth() <= start.worth());
        let blocks = graph.components_within(|a, b| shaped[a] == shaped[b]).1;
        prop_assert_eq!(blocks, 4);
        prop_assert_eq!(&shaped, &shape(&graph, &limits, plain.labels, &shaping, Effort::Fast, &watch, seed));
    }

    #[test]
    fn what_is_kept_in_step_is_what_is_counted_anew(
        people in proptest::collection::vec(1..20i64, 30),
        seed in any::<u64>(),
    ) {
        let (graph, footings) = town(6, 5, &people);
        let shaping = Shaping {
            compactness: 1.0, evenness: 1.0, max_diameter: Some(35.0), ..asked(footings)
        };
        let limits = crate::divide::objective::Target::new(&graph, 3, &[Tolerance::both(0.1)])
            .limits(&[1; 3]);
        let strips: Vec<u32> = (0..30).map(|v| v / 10).collect();
        let mut shaper = Shaper::new(&graph, &limits, strips, &shaping);
        shaper.anneal(20, &Watch::default(), &mut Random::new(seed));
        let border = shaper.border;
        let kept = shaper.worth();
        let mut anew = Shaper::new(&graph, &limits, shaper.p.labels().to_vec(), &shaping);
        anew.border = border;
        prop_assert_eq!(kept.violation, anew.worth().violation);
        prop_assert!((kept.cost - anew.worth().cost).abs() < 1e-6 * kept.cost);
    }
}
