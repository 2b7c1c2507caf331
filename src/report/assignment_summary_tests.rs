use super::*;

#[test]
fn the_gap_is_told_on_the_side_of_the_goal() {
    let told = |goal: Goal, value: f64, lower: f64, upper: f64| {
        let mut record = AssignmentRecord { goal, ..AssignmentRecord::default() };
        record.value("people", value, lower, upper);
        assignment_summary(&record)
    };
    let least = told(Goal::Least, 110.0, 100.0, 110.0);
    assert!(least.contains("people: 110, at most 10.00 % above the least possible"), "{least}");
    assert!(least.contains("the best value lies between 100 and 110"), "{least}");
    let most = told(Goal::Most, 100.0, 100.0, 105.0);
    assert!(most.contains("people: 100, at most 5.00 % more is possible"), "{most}");
    assert!(most.contains("the best value lies between 100 and 105"), "{most}");
    let best = told(Goal::Most, 100.0, 100.0, 100.0);
    assert!(best.contains("people: 100, proved to be the best"), "{best}");
}
