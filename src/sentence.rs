//! Numbers as sentences tell them.

/// No more digits than tell something: whole where it is whole or large, else two decimals.
pub(crate) fn plain(value: f64) -> String {
    let decimals = if value.fract() == 0.0 || value.abs() >= 100.0 { 0 } else { 2 };
    format!("{value:.decimals$}")
}
