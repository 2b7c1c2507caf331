#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn efforts_are_written_as_they_are_read() {
    let said = ["fast", "balanced", "thorough", "2.5", "0"];
    for text in said {
        assert_eq!(text.parse::<Effort>().unwrap().to_string(), text);
    }
    assert_eq!(" fast ".parse::<Effort>().unwrap(), Effort::Fast);
    assert_eq!("0.5".parse::<Effort>().unwrap(), Effort::Time(Duration::from_millis(500)));
    for text in ["", "slow", "-1", "nan", "inf", "1e300"] {
        let error = text.parse::<Effort>().unwrap_err().to_string();
        assert!(error.contains(&format!("{text:?}")), "{error}");
    }
}

#[test]
fn more_effort_looks_longer() {
    let all = [Effort::Fast, Effort::Balanced, Effort::Thorough, Effort::Time(Duration::ZERO)];
    assert!(all.is_sorted_by_key(|effort| effort.exact_steps()));
    assert!(all.map(Effort::exact_steps).windows(2).all(|pair| pair[0] < pair[1]));
    for vertices in [10, 2_000, 2_001, 100_000] {
        assert!(all.is_sorted_by_key(|effort| effort.visits(vertices)), "{vertices}");
        assert_eq!(Effort::Balanced.visits(vertices), 60 * vertices);
        assert_eq!(Effort::Fast.visits(vertices) > 0, vertices <= 2_000);
    }
}
