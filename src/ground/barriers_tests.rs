#![allow(clippy::unwrap_used)]

use geo::{LineString, MultiLineString};

use super::*;
use crate::ground::testing::*;
use crate::ground::{Ground, Survey};

/// A metre in steps.
const METRE: f64 = 1.0 / 111.3;

fn barrier(class: &str, hard: bool, line: &[(f64, f64)]) -> Barrier {
    let degrees: Vec<(f64, f64)> = line.iter().map(|&(x, y)| (x * STEP, y * STEP)).collect();
    let lines = MultiLineString(vec![LineString::from(degrees)]);
    Barrier { id: class.into(), class: class.into(), hard, at_grade: true, lines }
}

/// Strips side by side, one step long.
fn strips(width: f64, count: usize, barriers: Vec<Barrier>) -> Ground {
    let mut city = city((0..count).map(|i| {
        let x = i as f64 * width;
        rectangle(x, 0., x + width, 1.)
    }));
    city.barriers = barriers;
    Survey::default().run(&city).unwrap()
}

fn class_between(ground: &Ground, a: usize, b: usize) -> Option<String> {
    ground.border_classes(a, b)[0].0.map(|class| class.name.clone())
}

#[test]
fn borders_of_a_tiling_follow_barriers_beside_them() {
    // 4 m beside the border, and one across all of them.
    let beside = 1.0 + 4.0 * METRE;
    let ground = strips(
        1.0,
        3,
        vec![
            barrier("secondary_link", false, &[(beside, -1.), (beside, 2.)]),
            barrier("primary", false, &[(-1., 0.5), (4., 0.5)]),
        ],
    );
    assert_eq!(class_between(&ground, 0, 1).as_deref(), Some("secondary_link"));
    assert_eq!(class_between(&ground, 1, 2), None);
    let graph = ground.contiguity.graph(&[0, 1, 2], vec![1; 3], 1).unwrap();
    let costs: Vec<i64> = graph.neighbours(1).map(|(_, cost)| cost).collect();
    assert!((costs[0] as f64 / costs[1] as f64 - 0.3).abs() < 1e-3, "{costs:?}");
}

#[test]
fn of_several_borders_within_reach_the_nearest_follows() {
    let line = 5.0 * 8.0 * METRE;
    let ground = strips(8.0 * METRE, 10, vec![barrier("rail", true, &[(line, -1.), (line, 2.)])]);
    let apart: Vec<usize> =
        (1..10).filter(|&i| class_between(&ground, i - 1, i).is_some()).collect();
    assert_eq!(apart, [5]);
    assert_eq!(ground.contiguity.virtual_edges(), [(4, 5)]);
}

#[test]
fn a_stub_is_not_all_of_a_border() {
    let stub = |length: f64| {
        let ends = (0.5 - length / 2.0, 0.5 + length / 2.0);
        let ground = strips(1.0, 2, vec![barrier("wall", true, &[(1., ends.0), (1., ends.1)])]);
        ground.contiguity.virtual_edges().len()
    };
    assert_eq!(stub(2.0 * METRE), 0);
    assert_eq!(stub(0.9), 1);
}

#[test]
fn a_hard_barrier_through_a_unit_is_told() {
    let ground = strips(1.0, 2, vec![barrier("river", true, &[(0.5, -1.), (0.5, 2.)])]);
    let told = ground.findings.iter().find(|f| f.kind == "hard-barriers-through-units").unwrap();
    assert_eq!(told.examples, ["river"]);
}

#[test]
fn classes_go_from_hard_to_cheap_to_dear() {
    let barriers: Vec<Barrier> = ["residential", "river", "footway", "wall"]
        .map(|c| barrier(c, false, &[(0., 0.), (1., 1.)]))
        .into();
    let costs = BarrierCosts::default();
    let classes = BarrierClasses::of(&barriers, &costs, &["residential".to_owned()]);
    let names: Vec<&str> = classes.classes.iter().map(|class| class.name.as_str()).collect();
    assert_eq!(names, ["residential", "river", "wall", "footway"]);
    assert_eq!(classes.strongest([2, 1].into_iter()), 1);
    assert_eq!(classes.strongest(std::iter::empty()), NONE);
    assert!(costs.with("river", 1.5).is_err());
}

#[test]
fn classes_that_were_asked_for_and_are_on_no_barrier_are_told() {
    let mut city = city((0..2).map(|i| rectangle(f64::from(i), 0., f64::from(i) + 1., 1.)));
    city.barriers = vec![
        barrier("primary_link", false, &[(1., -1.), (1., 2.)]),
        barrier("hedge", false, &[(0., 0.5), (2., 0.5)]),
    ];
    let costs = |all: &[(&str, f64)]| {
        all.iter().try_fold(BarrierCosts::default(), |costs, (c, f)| costs.with(*c, *f)).unwrap()
    };
    let told = |costs: BarrierCosts, hard: &[&str]| -> Vec<(String, Vec<String>)> {
        let hard_barriers = hard.iter().map(|class| (*class).to_owned()).collect();
        let survey = Survey { barrier_costs: costs, hard_barriers, ..Survey::default() };
        let findings = survey.run(&city).unwrap().findings;
        let asked = findings.into_iter().filter(|f| f.kind.starts_with("barrier-c"));
        asked.map(|f| (f.kind, f.examples)).collect()
    };
    // What is usual is no question, nor is what some barrier is; a link is of its road.
    assert_eq!(told(costs(&[]), &[]), []);
    assert_eq!(told(costs(&[("hedge", 0.2), ("primary", 0.3), ("river", 0.1)]), &["hedge"]), []);
    let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        told(costs(&[("hegde", 0.2), ("river", 0.2)]), &["moat"]),
        [
            ("barrier-class-unknown".to_owned(), names(&["moat"])),
            ("barrier-cost-unused".to_owned(), names(&["hegde", "river"])),
        ]
    );
}
