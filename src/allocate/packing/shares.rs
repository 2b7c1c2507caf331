use std::ops::RangeInclusive;

/// All ways to divide some things among two or three places, by the sums of sizes that the second and
/// the third get: of each the cheapest (subset sums by dynamic programming; Bellman 1957).
pub(super) struct Shares {
    /// Two or three.
    pub places: Vec<usize>,
    pub things: Vec<usize>,
    /// Sums that the third may have, 0 among them.
    width: usize,
    /// Least cost, by the sums of the second and the third; infinite where there are no such.
    least: Vec<f64>,
    /// To which of the places a thing goes, thing by thing for all sums.
    goes: Vec<u8>,
}

/// The number of sums that the later places may have.
pub(super) fn width(rooms: &[usize]) -> usize {
    rooms.iter().map(|room| room + 1).product()
}

impl Shares {
    /// With sums up to `rooms` in the places after the first.
    pub fn of(
        things: Vec<usize>,
        places: &[usize],
        size: &[usize],
        rooms: &[usize],
        cost: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let third = rooms.get(1).map_or(1, |room| room + 1);
        let all = width(rooms);
        let mut least = vec![f64::INFINITY; all];
        least[0] = 0.0;
        let mut goes = vec![0; things.len() * all];
        for (&thing, goes) in things.iter().zip(goes.chunks_exact_mut(all)) {
            let size = size[thing];
            let costs: Vec<f64> = places.iter().map(|&place| cost(thing, place)).collect();
            // From above, so that nothing goes twice.
            for sums in (0..all).rev() {
                let mut best = (least[sums] + costs[0], 0);
                if sums / third >= size && least[sums - size * third] + costs[1] < best.0 {
                    best = (least[sums - size * third] + costs[1], 1);
                }
                if sums % third >= size && least[sums - size] + costs[2] < best.0 {
                    best = (least[sums - size] + costs[2], 2);
                }
                (least[sums], goes[sums]) = best;
            }
        }
        Shares { places: places.to_vec(), things, width: third, least, goes }
    }

    pub fn cost(&self, sums: usize) -> f64 {
        self.least[sums]
    }

    /// What is cheapest where the places after the first have a sum within limits, the first where
    /// equal.
    pub fn cheapest(&self, limits: RangeInclusive<usize>) -> Option<usize> {
        let sum = |sums: usize| sums / self.width + sums % self.width;
        let all = (0..self.least.len()).filter(|&sums| limits.contains(&sum(sums)));
        let known = all.filter(|&sums| self.least[sums].is_finite());
        known.min_by(|&a, &b| self.least[a].total_cmp(&self.least[b]))
    }

    /// The largest sum there is of the second of two places.
    pub fn largest(&self, mut limits: RangeInclusive<usize>) -> Option<usize> {
        limits.rfind(|&sum| self.least.get(sum).is_some_and(|cost| cost.is_finite()))
    }

    /// Where every thing goes, for sums there are.
    pub fn division(&self, size: &[usize], mut sums: usize) -> Vec<(usize, usize)> {
        let mut division = Vec::with_capacity(self.things.len());
        for (&thing, goes) in self.things.iter().zip(self.goes.chunks_exact(self.least.len())).rev()
        {
            let place = usize::from(goes[sums]);
            division.push((thing, self.places[place]));
            sums -= [0, size[thing] * self.width, size[thing]][place];
        }
        division
    }
}
