//! Items drawn by weights that change: a Fenwick tree (Fenwick 1994).

use crate::random::Random;

/// Items, and sums of their weights over ranges that double.
pub(super) struct Draws {
    sums: Vec<f64>,
    weight: Vec<f64>,
}

impl Draws {
    pub fn new(weights: impl Iterator<Item = f64>) -> Self {
        let weight: Vec<f64> = weights.collect();
        let mut draws = Draws { sums: vec![0.0; weight.len() + 1], weight };
        for i in 0..draws.weight.len() {
            draws.add(i, draws.weight[i]);
        }
        draws
    }

    fn add(&mut self, item: usize, change: f64) {
        let mut i = item + 1;
        while i < self.sums.len() {
            self.sums[i] += change;
            i += i & i.wrapping_neg();
        }
    }

    pub fn set(&mut self, item: usize, weight: f64) {
        let change = weight - self.weight[item];
        self.weight[item] = weight;
        self.add(item, change);
    }

    pub fn draw(&self, random: &mut Random) -> Option<usize> {
        let mut total = 0.0;
        let mut i = self.weight.len();
        while i > 0 {
            total += self.sums[i];
            i &= i - 1;
        }
        if total <= 0.0 || !total.is_finite() {
            return None;
        }
        let mut rank = random.unit() * total;
        let mut at = 0;
        let mut step = self.sums.len().next_power_of_two();
        while step > 0 {
            if at + step < self.sums.len() && self.sums[at + step] <= rank {
                at += step;
                rank -= self.sums[at];
            }
            step /= 2;
        }
        Some(at.min(self.weight.len() - 1))
    }
}
