use std::ops::RangeInclusive;

/// All ways to divide some things between two places, by the sum of sizes that the second gets: of
/// each sum the cheapest (subset sums by dynamic programming; Bellman 1957).
pub(super) struct Halves {
    pub places: [usize; 2],
    pub things: Vec<usize>,
    /// Least cost, by the sum in the second place; infinite where there is no such sum.
    least: Vec<f64>,
    /// Whether a thing goes to the second place, thing by thing for every sum.
    goes: Vec<bool>,
}

impl Halves {
    /// With sums in the second place up to `room`.
    pub fn of(
        things: Vec<usize>,
        places: [usize; 2],
        size: &[usize],
        room: usize,
        cost: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let width = room + 1;
        let mut least = vec![f64::INFINITY; width];
        least[0] = 0.0;
        let mut goes = vec![false; things.len() * width];
        for (&thing, goes) in things.iter().zip(goes.chunks_exact_mut(width)) {
            let (stay, go) = (cost(thing, places[0]), cost(thing, places[1]));
            // From above, so that nothing goes twice.
            for sum in (0..width).rev() {
                let stays = least[sum] + stay;
                let without = sum.checked_sub(size[thing]).map_or(f64::INFINITY, |s| least[s]);
                goes[sum] = without + go < stays;
                least[sum] = stays.min(without + go);
            }
        }
        Halves { places, things, least, goes }
    }

    pub fn cost(&self, sum: usize) -> f64 {
        self.least[sum]
    }

    /// The sum of least cost, the smallest where equal.
    pub fn cheapest(&self, sums: RangeInclusive<usize>) -> Option<usize> {
        let known = sums.filter(|&sum| self.is_there(sum));
        known.min_by(|&a, &b| self.least[a].total_cmp(&self.least[b]))
    }

    /// The largest sum there is.
    pub fn largest(&self, mut sums: RangeInclusive<usize>) -> Option<usize> {
        sums.rfind(|&sum| self.is_there(sum))
    }

    fn is_there(&self, sum: usize) -> bool {
        self.least.get(sum).is_some_and(|cost| cost.is_finite())
    }

    /// Where every thing goes, for a sum there is.
    pub fn division(&self, size: &[usize], mut sum: usize) -> Vec<(usize, usize)> {
        let width = self.least.len();
        let mut division = Vec::with_capacity(self.things.len());
        for (&thing, goes) in self.things.iter().zip(self.goes.chunks_exact(width)).rev() {
            let there = goes[sum];
            division.push((thing, self.places[usize::from(there)]));
            sum -= if there { size[thing] } else { 0 };
        }
        division
    }
}
