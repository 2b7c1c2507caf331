#![allow(clippy::unwrap_used)]

use super::charts::histogram;
use super::*;

#[test]
fn shares_are_told_with_sign_and_no_idle_digits() {
    let told = [0.05, -0.05, 0.0, 0.123456, -0.0004].map(|share| percent(share, 1));
    assert_eq!(
        told,
        ["+5\u{202F}%", "\u{2212}5\u{202F}%", "0\u{202F}%", "+12.3\u{202F}%", "0\u{202F}%"]
    );
}

/// Heights of the bars of a histogram, as shares of the highest.
fn heights(svg: &str) -> Vec<f64> {
    let bars = svg.split("<rect ").skip(1);
    let heights: Vec<f64> = bars
        .map(|bar| {
            bar.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        })
        .collect();
    let most = heights.iter().copied().fold(0.0, f64::max);
    heights.iter().map(|height| height / most).collect()
}

#[test]
fn a_histogram_counts_every_value_once() {
    let values: Vec<f64> = (0..100).map(|i| f64::from(i % 10)).collect();
    let shares = heights(&histogram(&values, &[], &|v| v.to_string()));
    assert_eq!(shares.len(), 10);
    assert!(shares.iter().all(|share| (share - 1.0).abs() < 0.01), "{shares:?}");
    let skewed = [vec![1.0; 30], vec![2.0; 15]].concat();
    let shares = heights(&histogram(&skewed, &[0.0, 3.0], &|v| v.to_string()));
    assert_eq!(shares.len(), 2);
    assert!((shares[1] - 0.5).abs() < 0.01, "{shares:?}");
}

#[test]
fn a_histogram_of_one_value_or_none_is_no_trouble() {
    assert_eq!(histogram(&[], &[], &|v| v.to_string()), "");
    for value in [0.0, 1.0, -5.0, 1e9] {
        let svg = histogram(&[value; 3], &[], &|v| v.to_string());
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        assert_eq!(heights(&svg).len(), 1);
    }
}
