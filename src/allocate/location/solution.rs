use serde::{Deserialize, Serialize};

/// The answer of a location model: which sites, who goes where, and how good that is at least.
///
/// The best value that exists lies between `lower_bound` and `upper_bound`. Where costs are kept
/// small the upper bound is the objective itself; where coverage is made large the lower one is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// The open sites, ascending.
    pub sites: Vec<usize>,
    /// The open site that serves each client; `None` where it is served by none.
    pub site_of_client: Vec<Option<usize>>,
    /// The value of this answer, in the model's own unit.
    pub objective: f64,
    /// The best answer has a value of at least this. Where costs are kept small, no answer that
    /// the model allows has less; where coverage is made large, it is this answer's own value.
    pub lower_bound: f64,
    /// The best answer has a value of at most this. Where coverage is made large, no answer that
    /// the model allows has more; where costs are kept small, it is this answer's own value.
    pub upper_bound: f64,
}

impl Solution {
    /// How far the answer is from the best at most, as a share of the lower bound:
    /// (upper − lower) / lower. 0 where it is proved to be the best.
    pub fn gap(&self) -> f64 {
        let open = self.upper_bound - self.lower_bound;
        // Sums of floating-point numbers in different orders differ by about this.
        if open <= 1e-9 * self.upper_bound.abs() {
            0.0
        } else if self.lower_bound > 0.0 {
            open / self.lower_bound
        } else {
            f64::INFINITY
        }
    }

    /// Whether no other answer is better.
    pub fn is_proved(&self) -> bool {
        self.gap() == 0.0
    }
}

/// What is set for a site beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SiteRule {
    /// It may be opened.
    #[default]
    Free,
    /// It is open, and counts among the sites.
    Required,
    /// It is not opened.
    Closed,
}
