use super::*;

#[test]
fn the_tolerance_is_a_break_and_belongs_inside() {
    let classes = Classes::population_deviation(Tolerance { lower: Some(0.1), upper: Some(0.2) });
    assert_eq!(classes.breaks, [-0.2, -0.1, -0.05, 0.1, 0.2, 0.4]);
    assert_eq!(classes.class_of(0.0), 3);
    assert_eq!(classes.class_of(-0.1), 2);
    assert_eq!(classes.class_of(950.0 / 1000.0 - 1.05), 2, "-0.1 but for a rounding error");
    assert_eq!(classes.class_of(-0.100001), 1);
    assert_eq!(classes.class_of(0.2), 4);
    assert_eq!(classes.class_of(0.200001), 5);
    assert_eq!((classes.class_of(-1.0), classes.class_of(9.0)), (0, 6));
}

#[test]
fn an_open_tolerance_still_has_classes() {
    let classes = Classes::population_deviation(Tolerance::OPEN);
    assert!(classes.breaks.windows(2).all(|b| b[0] < b[1]));
    let zero = Classes::population_deviation(Tolerance::both(0.0));
    assert_eq!(zero, classes);
}

#[test]
fn quintiles_of_anything() {
    assert_eq!(quintiles((1..=1000).map(f64::from)), [200.0, 400.0, 600.0, 800.0]);
    assert_eq!(quintiles([0.0; 9].into_iter()), [0.0]);
    assert!(quintiles(std::iter::empty()).is_empty());
    let classes = Classes::sequential("population", quintiles([5.0; 3].into_iter()));
    assert_eq!(classes.colours.len(), classes.breaks.len() + 1);
    assert_eq!(classes.class_of(5.0), 0);
}
