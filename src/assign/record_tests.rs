use super::*;

#[test]
fn the_bound_is_on_the_side_of_the_goal_and_the_gap_is_the_same_share() {
    let of = |goal: Goal, value: f64, lower: f64, upper: f64| {
        let mut record = AssignmentRecord { goal, ..AssignmentRecord::default() };
        record.value("metres", value, lower, upper);
        record
    };
    let least = of(Goal::Least, 110.0, 100.0, 110.0);
    assert_eq!((least.bound, least.gap), (100.0, Some(0.1)));
    let most = of(Goal::Most, 100.0, 100.0, 110.0);
    assert_eq!((most.bound, most.gap), (110.0, Some(0.1)));
    assert_eq!((most.lower_bound, most.upper_bound), (100.0, 110.0));
    assert_eq!(of(Goal::Most, 7.0, 7.0, 7.0).gap, Some(0.0));
    assert_eq!(of(Goal::Most, 0.0, 0.0, 7.0).gap, None);
    let nothing = of(Goal::Least, -0.0, -0.0, -0.0);
    assert_eq!([nothing.objective, nothing.bound].map(|v| v.to_string()), ["0", "0"]);
    let written = serde_json::to_value(&most).unwrap_or_default();
    assert_eq!((&written["goal"], &written["bound"]), (&"most".into(), &110.0.into()));
}
