//! Whole places shared out in proportion to numbers.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Gives `places` further places by highest averages with odd divisors (Webster, Sainte-Laguë):
/// each goes where weight / (2 × places held + 1) is greatest, the lower index where equal.
///
/// `held` are the places held already and grow; none grows past its `cap`. Returns the places that
/// nobody could take.
pub(super) fn highest_averages(
    weights: &[usize],
    caps: &[usize],
    held: &mut [usize],
    places: usize,
) -> usize {
    // Averages as fractions, compared crosswise: exact.
    let claim = |i: usize, held: usize| Claim { weight: weights[i], divisor: 2 * held + 1, i };
    let open = (0..weights.len()).filter(|&i| held[i] < caps[i]);
    let mut claims: BinaryHeap<Claim> = open.map(|i| claim(i, held[i])).collect();
    for given in 0..places {
        let Some(Claim { i, .. }) = claims.pop() else { return places - given };
        held[i] += 1;
        if held[i] < caps[i] {
            claims.push(claim(i, held[i]));
        }
    }
    0
}

#[derive(PartialEq, Eq)]
struct Claim {
    weight: usize,
    divisor: usize,
    i: usize,
}

impl Ord for Claim {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, others) = (
            self.weight as u128 * other.divisor as u128,
            other.weight as u128 * self.divisor as u128,
        );
        own.cmp(&others).then(other.i.cmp(&self.i))
    }
}

impl PartialOrd for Claim {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

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
) -> Vec<usize> {
    let need = |i: usize| members[i].div_ceil(links.max(1)).max(1).min(candidates[i]);
    let needs: Vec<usize> = (0..members.len()).map(need).collect();
    let Some(places) = places else { return needs };
    let needed: usize = needs.iter().sum();
    if needed <= places {
        let mut held = needs;
        highest_averages(members, candidates, &mut held, places - needed);
        return held;
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
    held
}

#[cfg(test)]
#[path = "apportion_tests.rs"]
mod tests;
