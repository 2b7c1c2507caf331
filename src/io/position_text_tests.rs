#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Option<f64> {
    let mut cursor = Cursor { text, at: 0 };
    let number = cursor.number()?;
    // As in an array: something has to follow that ends it.
    (cursor.next() == Some(b']')).then_some(number)
}

#[test]
fn numbers_are_those_of_json() {
    for text in [
        "0",
        "-0",
        "7",
        "-12.5",
        "0.1",
        "121.4737001",
        "1e3",
        "1E+3",
        "1.5e-3",
        "0e0",
        "9007199254740993",
        "123456789012345678901234567890",
        "0.1000000000000000055511151231257827",
        "1e-400",
        "18446744073709551617",
        "99999999999999999999",
        "0.00000000000000000000000001",
    ] {
        let parsed = number(&format!("{text}]")).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(parsed.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
    }
    for text in [
        "", "-", "+1", "01", "-01", ".5", "1.", "1.e3", "1e", "1e400", "NaN", "Infinity", "0x1",
        "1 2", "\"1\"",
    ] {
        assert_eq!(number(&format!("{text}]")), None, "{text}");
    }
}

#[test]
fn positions_and_paths() {
    let path = |text| Cursor { text, at: 0 }.path(&mut Vec::new());
    assert_eq!(path("[]"), Some(LineString(vec![])));
    assert_eq!(
        path(" [ [1 , 2],[3,4, 5.5 ,6] ] "),
        Some(LineString(vec![Coord { x: 1.0, y: 2.0 }, Coord { x: 3.0, y: 4.0 }]))
    );
    for text in [
        "[[1]]",
        "[[1,2],]",
        "[[1,2] [3,4]]",
        "[[1,2]",
        "[1,2]",
        "[[1,null]]",
        "[[1,2,null]]",
        "{}",
    ] {
        assert_eq!(path(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn numbers_have_the_bits_of_the_general_parser(number_of in any::<f64>(), places in 0usize..25) {
        prop_assume!(number_of.is_finite());
        for text in [number_of.to_string(), format!("{:.*}", places, number_of % 1e6), format!("{number_of:e}")] {
            let general: f64 = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(number(&format!("{text}]")).unwrap().to_bits(), general.to_bits(), "{}", text);
        }
    }

    #[test]
    fn the_same_answer_as_the_general_parser_or_none(text in "[0-9eE.+-]{1,12}") {
        let general = serde_json::from_str::<f64>(&text).ok();
        prop_assert_eq!(number(&format!("{text}]")), general, "{}", text);
    }
}
