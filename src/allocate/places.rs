//! How many central-household places each grid gets.

/// What a number of places comes to in a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    /// Member households without a link.
    pub unlinked: usize,
    /// Sum of distances, metres.
    pub cost_m: f64,
}

impl Outcome {
    fn plus(self, other: Outcome) -> Outcome {
        Outcome { unlinked: self.unlinked + other.unlinked, cost_m: self.cost_m + other.cost_m }
    }

    fn below(self, other: Outcome) -> bool {
        (self.unlinked, self.cost_m) < (other.unlinked, other.cost_m)
    }
}

/// The outcomes of a grid for `least`, `least + 1`, … places.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    pub least: usize,
    pub outcomes: Vec<Outcome>,
}

/// Places for every grid, `places` in all or as near to that as the curves allow, so that as few as
/// possible are unlinked and then the sum of distances is least; and what the sums come to.
///
/// A dynamic programme over the grids (Bellman 1957): exact whatever the curves look like. Among
/// equal ways earlier grids get fewer.
pub(super) fn share_places(curves: &[Curve], places: usize) -> (Vec<usize>, Outcome) {
    let least: usize = curves.iter().map(|curve| curve.least).sum();
    let most: usize = curves.iter().map(|c| c.least + c.outcomes.len().saturating_sub(1)).sum();
    let spare = places.clamp(least, most) - least;
    let nothing = Outcome { unlinked: 0, cost_m: 0.0 };
    let impossible = Outcome { unlinked: usize::MAX, cost_m: f64::INFINITY };
    // Best sums with so many spare places given, and how many the last grid then has of them.
    let mut best = vec![impossible; spare + 1];
    best[0] = nothing;
    let mut taken: Vec<Vec<u32>> = Vec::with_capacity(curves.len());
    for curve in curves {
        let mut next = vec![impossible; spare + 1];
        let mut took = vec![0u32; spare + 1];
        for (given, sum) in best.iter().enumerate().filter(|(_, s)| s.unlinked < usize::MAX) {
            for (extra, outcome) in curve.outcomes.iter().enumerate().take(spare + 1 - given) {
                let with = sum.plus(*outcome);
                if with.below(next[given + extra]) {
                    next[given + extra] = with;
                    took[given + extra] = extra as u32;
                }
            }
        }
        best = next;
        taken.push(took);
    }
    let mut left = spare;
    let mut shares = vec![0; curves.len()];
    for (grid, took) in taken.iter().enumerate().rev() {
        let extra = took[left] as usize;
        shares[grid] = curves[grid].least + extra;
        left -= extra;
    }
    (shares, best[spare])
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
