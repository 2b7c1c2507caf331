#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn every_sentence_has_both_languages_and_the_same_values() {
    let mut seen = Vec::new();
    for (english, chinese) in pairs() {
        assert!(english.is_ascii() || english.contains('²'), "{english}");
        assert!(!chinese.is_ascii(), "{chinese}");
        let numbers = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).map(|part| part[..1].to_owned()).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(numbers(english), numbers(chinese), "{english}");
        assert!(!seen.contains(&english), "{english} stands twice");
        seen.push(english);
    }
    assert!(seen.len() > 60);
}

#[test]
fn numbers_and_names_go_from_one_into_the_other() {
    let said = "unit u {7}, with the rest of its estate if it has one, holds 1400 people: over the \
                limit of 1050 by itself";
    let chinese = chinese(said).unwrap();
    assert_eq!(chinese, "单元 u {7}（连同其所在小区）自身即有 1400（人），已超过限值 1050");
}

#[test]
fn the_more_special_sentence_is_taken_and_the_unknown_left() {
    let said = "3 of 4 estates whole; 99.0 % of the people stay in their present grid";
    assert_eq!(chinese(said).unwrap(), "4 个小区中 3 个完整；99.0% 的人口留在现有网格");
    let both = Both::of("nobody knows this sentence");
    assert_eq!(both.en, both.zh);
}

#[test]
fn a_value_is_not_empty_and_nothing_is_left_over() {
    assert_eq!(values("grid {0} is given up", "grid  is given up"), None);
    assert_eq!(values("a {0} b {1}", "a x b y").unwrap(), ["x", "y"]);
    assert_eq!(values("plain", "plain").unwrap(), Vec::<&str>::new());
    assert_eq!(values("plain", "plainly"), None);
}
