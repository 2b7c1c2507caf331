use super::*;

#[test]
fn rows_run_from_the_north_and_within_them_from_the_west() {
    // Mean area 100 m²: rows are 10 m high, counted from the northernmost centre.
    let centres = [[30.0, 0.0], [0.0, 1.0], [20.0, 19.0], [10.0, 12.0], [0.0, 8.5]];
    assert_eq!(order(&centres, 100.0), [3, 2, 4, 1, 0]);
}

#[test]
fn equal_places_keep_their_order() {
    assert_eq!(order(&[[1.0, 1.0], [1.0, 1.0], [1.0, 2.0]], 100.0), [2, 0, 1]);
    assert_eq!(order(&[[5.0, 1.0], [1.0, 2.0]], 0.0), [1, 0]);
}

#[test]
fn sequences_have_three_digits_or_as_many_as_they_need() {
    assert_eq!((digits(0), digits(999), digits(1_000)), (3, 3, 4));
    assert_eq!(code("620302001001", 7, 3), "620302001001007");
    assert_eq!(code("1", 12, 4), "10012");
}
