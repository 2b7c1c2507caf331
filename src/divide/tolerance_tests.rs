#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn tolerances_are_written_as_they_are_read() {
    for text in ["0.05", "0.1:0.2", ":1", "0.1:", ":", "0"] {
        assert_eq!(text.parse::<Tolerance>().unwrap().to_string(), text);
    }
    assert_eq!(" 0.1 : 0.1 ".parse::<Tolerance>().unwrap(), Tolerance::both(0.1));
    assert_eq!(":".parse::<Tolerance>().unwrap(), Tolerance::OPEN);
    for text in ["", "-0.1", "x", "0.1:y", "nan", "inf:", "0.1:0.2:0.3"] {
        assert!(text.parse::<Tolerance>().is_err(), "{text}");
    }
}

#[test]
fn ranges_lie_around_a_mean() {
    let both = Tolerance { lower: Some(0.1), upper: Some(0.5) };
    assert_eq!(both.range(100.0), (Some(90.0), Some(150.0)));
    assert_eq!(both.scaled(2.0).range(100.0), (Some(80.0), Some(200.0)));
    assert_eq!(Tolerance::above(1.0).range(10.0), (None, Some(20.0)));
    assert_eq!(Tolerance::OPEN.scaled(3.0), Tolerance::OPEN);
}
