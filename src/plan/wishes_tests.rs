#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_written_is_read_back() {
    for text in ["300:500", "20:", ":80", ":"] {
        assert_eq!(text.parse::<Between>().unwrap().to_string(), text);
    }
    for text in ["300", "5:3", "-1:", "a:b", ""] {
        assert!(text.parse::<Between>().is_err(), "{text}");
    }
    assert_eq!("1:2.5:3".parse::<PeopleRange>().unwrap().to_string(), "1:2.5:3");
    for text in ["1:2", "3:2:1", "0:1:2", "1:2:3:4", "::"] {
        assert!(text.parse::<PeopleRange>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn the_number_of_grids_is_the_best_by_trying_all(
        people in 0..5_000u32,
        least in 1..500u32,
        more in (0..300u32, 0..300u32),
    ) {
        let (people, least) = (f64::from(people), f64::from(least));
        let ideal = least + f64::from(more.0);
        let range = PeopleRange { least, ideal, most: ideal + f64::from(more.1) };
        let within = |k: usize| {
            let mean = people / k as f64;
            mean >= least - 1e-9 && mean <= range.most + 1e-9
        };
        let (k, feasible) = range.grids_for(people);
        let wished = (people / ideal + 0.5).floor().max(1.0);
        let best = (1..=5_001).filter(|&k| within(k)).min_by_key(|&k| (k as f64 - wished).abs() as usize);
        prop_assert_eq!(feasible, best.is_some());
        prop_assert!(k >= 1);
        if let Some(best) = best {
            prop_assert!(within(k));
            prop_assert_eq!((k as f64 - wished).abs(), (best as f64 - wished).abs());
        }
    }
}
