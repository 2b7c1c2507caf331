//! How many grids each community gets, starting from what it has.

use std::cmp::Ordering;

use crate::apportion::apportion;
use crate::error::{Error, Result};

/// A community as its grids are counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Claim {
    pub population: f64,
    /// Present grids that lie in it alone, where it is the community it was; `None` where it was
    /// redrawn.
    pub present: Option<usize>,
    /// Fewest and most grids it can have.
    pub limits: (usize, usize),
}

/// Present numbers where communities are what they were; the rest of `present_total` is shared out
/// among the redrawn ones by Webster's method. Then one grid at a time is given or taken until
/// there are `total`.
///
/// # Errors
/// Where the limits do not allow `total`.
pub(super) fn counts(
    claims: &[Claim],
    present_total: usize,
    total: Option<usize>,
) -> Result<Vec<usize>> {
    let limits: Vec<(usize, usize)> = claims.iter().map(|c| c.limits).collect();
    let least: usize = limits.iter().map(|l| l.0).sum();
    let most: usize = limits.iter().map(|l| l.1).sum();
    let mut counts: Vec<usize> = claims
        .iter()
        .map(|claim| claim.present.unwrap_or(0).clamp(claim.limits.0, claim.limits.1))
        .collect();
    let redrawn: Vec<usize> = (0..claims.len()).filter(|&c| claims[c].present.is_none()).collect();
    if !redrawn.is_empty() {
        let kept: usize =
            (0..claims.len()).filter(|&c| claims[c].present.is_some()).map(|c| counts[c]).sum();
        let people: Vec<f64> = redrawn.iter().map(|&c| claims[c].population).collect();
        let own: Vec<(usize, usize)> = redrawn.iter().map(|&c| limits[c]).collect();
        let (low, high) = own.iter().fold((0, 0), |s, l| (s.0 + l.0, s.1 + l.1));
        let seats = present_total.saturating_sub(kept).clamp(low, high);
        for (&c, n) in redrawn.iter().zip(apportion(&people, seats, &own)?) {
            counts[c] = n;
        }
    }
    let Some(total) = total else { return Ok(counts) };
    if total < least || total > most {
        return Err(Error::request(
            format!(
                "{total} grids cannot be had: one for each community, lock and number set in \
                 communities.geojson makes at least {least}, units and estates make {most} at most"
            ),
            format!("ask for {least} to {most} grids"),
        ));
    }
    // Webster's quotients: the next grid goes where it would serve most, the last one where it
    // serves fewest.
    let quotient = |c: usize, n: usize| claims[c].population / (2 * n + 1) as f64;
    let mut sum: usize = counts.iter().sum();
    while sum != total {
        let more = sum < total;
        let can = |&c: &usize| if more { counts[c] < limits[c].1 } else { counts[c] > limits[c].0 };
        let worth = |c: usize| quotient(c, if more { counts[c] } else { counts[c] - 1 });
        let order = |a: &usize, b: &usize| -> Ordering { worth(*a).total_cmp(&worth(*b)) };
        let candidates = (0..claims.len()).filter(can);
        let next = if more { candidates.rev().max_by(order) } else { candidates.min_by(order) };
        let Some(c) = next else { break };
        counts[c] = if more { counts[c] + 1 } else { counts[c] - 1 };
        sum = if more { sum + 1 } else { sum - 1 };
    }
    Ok(counts)
}

#[cfg(test)]
#[path = "counts_tests.rs"]
mod tests;
