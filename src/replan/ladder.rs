//! Plans between fewest people moved and shortest borders, of which the best is taken.
//!
//! Every weight of people against borders is answered from the same set of divisions, found with
//! weights from high to low. So a higher weight never moves more people, and no answer is worse on
//! both sides than another's.

use std::collections::HashMap;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::divide::Mended;
use crate::error::Result;

/// Metres of border per person by which divisions are looked for, besides people first.
pub(super) const WEIGHTS: [f64; 7] = [10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01];

/// A division of a community with the people it moves.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub mended: Mended,
    pub people: f64,
}

/// The divisions found so far, by community.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    steps: Mutex<HashMap<usize, Vec<Step>>>,
}

impl Ladder {
    /// The best division of a community where a person's staying is worth so many metres; `step`
    /// finds the division for a weight.
    pub fn best(
        &self,
        community: usize,
        metres: f64,
        step: impl Fn(Option<f64>) -> Result<Step> + Sync,
    ) -> Result<Mended> {
        let known = self.steps.lock().ok().and_then(|steps| steps.get(&community).cloned());
        let steps = match known {
            Some(steps) => steps,
            None => {
                let weights: Vec<Option<f64>> =
                    std::iter::once(None).chain(WEIGHTS.map(Some)).collect();
                let found: Vec<Result<Step>> =
                    weights.into_par_iter().with_max_len(1).map(&step).collect();
                let found = found.into_iter().collect::<Result<Vec<Step>>>()?;
                if let Ok(mut steps) = self.steps.lock() {
                    steps.insert(community, found.clone());
                }
                found
            }
        };
        let price = |step: &Step| step.people * metres + step.mended.division.cost as f64 / 1e3;
        let best = steps.into_iter().reduce(|best, next| {
            let order = next.mended.outside.cmp(&best.mended.outside);
            let order = order.then(price(&next).total_cmp(&price(&best)));
            // Of equals the one that moves fewer.
            let order = order.then(next.people.total_cmp(&best.people));
            if order.is_lt() { next } else { best }
        });
        // There are as many steps as weights.
        best.map(|step| step.mended).ok_or_else(|| {
            crate::Error::request("no plan was found near the present one", "plan the city anew")
        })
    }
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
