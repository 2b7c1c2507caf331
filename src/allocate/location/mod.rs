//! Location models: where to open, and who is served from where.
//!
//! Everything here knows [`Distances`] and demands, and nothing of a city. Every answer is a
//! [`Solution`] with a bound, so that it can be said how far from the best it is at most.

mod capacitated;
mod capacitated_proof;
mod capacitated_table;
mod clusters;
mod cover_blocks;
mod cover_order;
mod cover_prices;
mod cover_reduce;
mod cover_search;
mod cover_sweep;
mod covering;
mod distances;
mod draws;
mod instance;
mod knapsack;
mod p_center;
mod p_median;
#[cfg(test)]
mod refusal_tests;
mod relaxation;
mod set_cover;
mod solution;
mod swap;
#[cfg(test)]
mod testing;

use serde::{Deserialize, Serialize};

pub use capacitated::{CapacitatedMedian, Rooms};
pub use covering::{MaxCover, SetCover};
pub use distances::{Distances, Lists};
pub use p_center::PCenter;
pub use p_median::PMedian;
pub use solution::{SiteRule, Solution};

/// How much a solver tries. Counts, not seconds: so the answer is the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Independent starts of the search.
    pub starts: usize,
    /// Shaking around the starts, in rough hundredths of a second.
    pub search: usize,
    /// Steps in which prices are improved; 0: no bound is sought.
    pub proof: usize,
    /// Branches that are looked into where the bound leaves something open.
    pub nodes: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { starts: 3, search: 20, proof: 500, nodes: 100 }
    }
}
