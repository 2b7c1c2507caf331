use serde::{Deserialize, Serialize};

use crate::apportion::apportion;
use crate::error::Result;

/// How a number of people or teams is shared out by workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    /// Webster's method of highest averages ([`apportion`]): closest to proportion pair by pair.
    #[default]
    Webster,
    /// The whole parts of the quotas, then the largest remainders (Hamilton): each within one of
    /// its quota.
    LargestRemainder,
    /// So that the greatest workload of one person is least, then the next: whoever has most to do
    /// per person gets the next.
    Minimax,
}

impl Share {
    /// Shares `seats` out by `weights`, at most `most` to each; fewer are given where there is no
    /// more room. Where all weights are 0 they count as equal. Ties go to the earlier claimant.
    ///
    /// # Errors
    /// None with weights that are finite and not negative.
    pub fn out(self, weights: &[f64], seats: usize, most: &[usize]) -> Result<Vec<usize>> {
        let room = most.iter().fold(0usize, |sum, &m| sum.saturating_add(m));
        let seats = seats.min(room);
        let equal = vec![1.0; weights.len()];
        let weights = if weights.iter().any(|&w| w > 0.0) { weights } else { &equal };
        match self {
            Share::Webster => {
                let limits: Vec<(usize, usize)> = most.iter().map(|&m| (0, m)).collect();
                apportion(weights, seats, &limits)
            }
            Share::LargestRemainder => Ok(largest_remainder(weights, seats, most)),
            Share::Minimax => Ok(minimax(weights, seats, most)),
        }
    }
}

fn largest_remainder(weights: &[f64], seats: usize, most: &[usize]) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let quota: Vec<f64> = weights.iter().map(|w| seats as f64 * w / total).collect();
    let mut given: Vec<usize> =
        quota.iter().zip(most).map(|(&q, &m)| (q.floor() as usize).min(m)).collect();
    let mut left = seats - given.iter().sum::<usize>().min(seats);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| quota[b].fract().total_cmp(&quota[a].fract()).then(a.cmp(&b)));
    while left > 0 {
        let before = left;
        for &i in &order {
            if left > 0 && given[i] < most[i] {
                given[i] += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    given
}

fn minimax(weights: &[f64], seats: usize, most: &[usize]) -> Vec<usize> {
    let mut given = vec![0usize; weights.len()];
    // Somebody without anybody comes before all others, by weight.
    let load = |i: usize, given: &[usize]| {
        (given[i] == 0 && weights[i] > 0.0, weights[i] / given[i].max(1) as f64)
    };
    for _ in 0..seats {
        let open = (0..weights.len()).filter(|&i| given[i] < most[i]);
        let next = open.reduce(|a, b| {
            let (x, y) = (load(a, &given), load(b, &given));
            // Of equals, whoever has fewer: its load falls farther.
            if y > x || y == x && given[b] < given[a] { b } else { a }
        });
        if let Some(next) = next {
            given[next] += 1;
        }
    }
    given
}

#[cfg(test)]
#[path = "share_tests.rs"]
mod tests;
