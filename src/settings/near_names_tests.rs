use proptest::prelude::*;

use super::*;

#[test]
fn distances_are_those_of_the_textbook() {
    for (a, b, changes) in [
        ("kitten", "sitting", 3),
        ("", "abc", 3),
        ("abc", "", 3),
        ("grids", "grids", 0),
        ("网格", "网", 1),
    ] {
        assert_eq!(distance(a, b), changes, "{a} {b}");
    }
}

#[test]
fn the_nearest_name_is_told_where_one_is_near() {
    let list = "expected one of `grids`, `target-population`, `population-tolerance`";
    let told = |wrong: &str| shorter(&format!("unknown field `{wrong}`, {list}"));
    assert_eq!(told("gridz"), r#"there is no setting "gridz"; "grids" is the nearest"#);
    assert_eq!(
        told("target_population"),
        r#"there is no setting "target_population"; "target-population" is the nearest"#
    );
    assert_eq!(
        told("zebra"),
        r#"there is no setting "zebra"; `evengrid init` writes all that there are"#
    );
    assert_eq!(shorter("invalid type: string"), "invalid type: string");
}

/// As the definition has it.
fn by_definition(a: &[char], b: &[char]) -> usize {
    match (a, b) {
        ([], rest) | (rest, []) => rest.len(),
        ([x, a_rest @ ..], [y, b_rest @ ..]) => {
            let kept = by_definition(a_rest, b_rest) + usize::from(x != y);
            kept.min(by_definition(a_rest, b) + 1).min(by_definition(a, b_rest) + 1)
        }
    }
}

proptest! {
    #[test]
    fn distances_are_those_of_the_definition(a in "[ab]{0,6}", b in "[abc]{0,6}") {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        prop_assert_eq!(distance(&a, &b), by_definition(&letters(&a), &letters(&b)));
    }
}
