//! Whole things shared out in proportion: grids to communities, places to grids.

use crate::error::{Error, Result};

/// Seats each claimant gets when `seats` are shared out by Webster's method of highest averages
/// (Sainte-Laguë, odd divisors), between `least` and `most` each.
///
/// Every claimant first gets its least; each further seat goes where `weight / (2·seats + 1)` is
/// greatest, ties to the earlier claimant. All `seats` are given.
///
/// # Errors
/// Where the least sum to more than `seats`, or the most to less.
///
/// ```
/// use evengrid::apportion::apportion;
/// let grids = apportion(&[5_300.0, 3_100.0, 1_600.0], 10, &[(1, 99); 3])?;
/// assert_eq!(grids, [5, 3, 2]);
/// # Ok::<(), evengrid::Error>(())
/// ```
pub fn apportion(weights: &[f64], seats: usize, limits: &[(usize, usize)]) -> Result<Vec<usize>> {
    let least: usize = limits.iter().map(|l| l.0).sum();
    let most: usize = limits.iter().fold(0, |sum, l| sum.saturating_add(l.1));
    if seats < least || seats > most {
        return Err(Error::request(
            format!("{seats} cannot be shared out: at least {least} and at most {most} are needed"),
            format!("ask for a number between {least} and {most}"),
        ));
    }
    let mut given: Vec<usize> = limits.iter().map(|l| l.0).collect();
    let claim = |i: usize, given: usize| weights[i] / (2 * given + 1) as f64;
    let mut queue: std::collections::BinaryHeap<Claim> = (0..weights.len())
        .filter(|&i| given[i] < limits[i].1)
        .map(|i| Claim { average: claim(i, given[i]), claimant: i })
        .collect();
    for _ in least..seats {
        let Some(Claim { claimant: i, .. }) = queue.pop() else { break };
        given[i] += 1;
        if given[i] < limits[i].1 {
            queue.push(Claim { average: claim(i, given[i]), claimant: i });
        }
    }
    Ok(given)
}

/// The number of grids that brings their mean closest to `ideal` in Webster's sense: the weight
/// over the ideal, rounded half up, within `limits`.
pub fn round_by_divisor(weight: f64, ideal: f64, limits: (usize, usize)) -> usize {
    ((weight / ideal + 0.5).floor() as usize).clamp(limits.0, limits.1)
}

#[derive(PartialEq)]
struct Claim {
    average: f64,
    claimant: usize,
}

impl Eq for Claim {}

impl Ord for Claim {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.average.total_cmp(&other.average).then(other.claimant.cmp(&self.claimant))
    }
}

impl PartialOrd for Claim {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
#[path = "apportion_tests.rs"]
mod tests;
