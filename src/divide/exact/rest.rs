//! What is left when a block is taken out: can it still be divided?

use super::small::{Small, bits};

/// Lower bounds on the violation of what a block leaves.
#[derive(Debug)]
pub(super) struct Rest {
    /// What a unit of each weight out of limits counts, rounded down.
    scale: Vec<f64>,
    /// For every weight, the vertices that are heavier than a block may be.
    giants: Vec<u64>,
    load: Vec<i64>,
    floors: Vec<i64>,
    next: Vec<i64>,
}

/// More than any violation.
const NEVER: i64 = i64::MAX / 4;

impl Rest {
    pub fn new(small: &Small) -> Self {
        let ranges = small.limits.ranges(0);
        let giants = (0..small.dimensions()).map(|d| {
            let heavy = |&bit: &usize| small.weights(bit)[d] > ranges[d].1;
            (0..small.len()).filter(heavy).fold(0, |set, bit| set | 1 << bit)
        });
        Rest {
            // A hair less, so that rounding never lifts a bound over what it bounds.
            scale: small.limits.shares().iter().map(|s| s * 1e9 * (1.0 - 1e-9)).collect(),
            giants: giants.collect(),
            load: Vec::new(),
            floors: Vec::new(),
            next: Vec::new(),
        }
    }

    /// A violation that no division of `set` into `blocks` connected blocks falls below; more than
    /// `i64::MAX / 8` where there is no such division.
    pub fn least_violation(&mut self, small: &Small, set: u64, blocks: usize) -> i64 {
        // floors[b]: the least over the components so far, divided into b blocks in all.
        self.floors.clear();
        self.floors.resize(blocks + 1, NEVER);
        self.floors[0] = 0;
        let mut left = set;
        let mut components = 0;
        while left != 0 {
            let component = small.component(left & left.wrapping_neg(), left);
            left &= !component;
            components += 1;
            if components > blocks {
                return NEVER;
            }
            self.next.clear();
            self.next.resize(blocks + 1, NEVER);
            small.load_into(component, &mut self.load);
            let most = if left == 0 { blocks } else { blocks - 1 };
            for own in 1..=most.min(component.count_ones() as usize) {
                if (0..=blocks - own).all(|b| self.floors[b] >= NEVER) {
                    break;
                }
                let floor = self.of_component(small, component, own as i64);
                for before in 0..=blocks - own {
                    let sum = self.floors[before].saturating_add(floor);
                    self.next[before + own] = self.next[before + own].min(sum);
                }
            }
            std::mem::swap(&mut self.floors, &mut self.next);
        }
        self.floors[blocks]
    }

    /// The same for a component whose sums are in `self.load`.
    fn of_component(&self, small: &Small, component: u64, blocks: i64) -> i64 {
        let ranges = small.limits.ranges(0).iter().zip(&self.load).zip(&self.scale);
        let mut sum = 0.0;
        for (d, ((&(lower, upper), &load), scale)) in ranges.enumerate() {
            let (mut giants, mut heavy, mut over) = (0, 0, 0);
            for bit in bits(component & self.giants[d]) {
                let weight = small.weights(bit)[d];
                giants += 1;
                heavy += weight;
                over += weight - upper;
            }
            let over = over.max(load.saturating_sub(upper.saturating_mul(blocks)));
            let under = (lower.saturating_mul((blocks - giants).max(0)) - (load - heavy)).max(0);
            sum += (over + under) as f64 * scale;
        }
        sum as i64
    }
}
