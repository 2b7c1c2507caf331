//! How many central-household places each grid gets.

use crate::apportion::apportion;
use crate::error::Result;

/// Central-household places for every grid: first what each needs so that everybody finds a link
/// (at least one, at most its candidates), then the rest by highest averages on member households.
///
/// Where `places` do not cover the needs, each goes where it links most households, so that no
/// other way links more.
pub(super) fn central_places(
    members: &[usize],
    candidates: &[usize],
    links: usize,
    places: Option<usize>,
) -> Result<Vec<usize>> {
    let need = |i: usize| members[i].div_ceil(links.max(1)).max(1).min(candidates[i]);
    let needs: Vec<usize> = (0..members.len()).map(need).collect();
    let Some(places) = places else { return Ok(needs) };
    let needed: usize = needs.iter().sum();
    if needed <= places {
        let weights: Vec<f64> = members.iter().map(|&m| m as f64).collect();
        let limits: Vec<_> = needs.into_iter().zip(candidates.iter().copied()).collect();
        return apportion(&weights, places.min(candidates.iter().sum()), &limits);
    }
    // Gains fall with every place a grid gets, so taking the greatest gains first is best.
    let mut gains: Vec<(usize, usize, usize)> = (0..members.len())
        .flat_map(|i| (0..needs[i]).map(move |p| (i, members[i].saturating_sub(p * links))))
        .map(|(i, unlinked)| (unlinked.min(links), unlinked, i))
        .collect();
    gains.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
    let mut held = vec![0; members.len()];
    for &(_, _, i) in gains.iter().take(places) {
        held[i] += 1;
    }
    Ok(held)
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
