//! All connected blocks that a good division may hold.

use super::budget::{Budget, Spent};
use super::prices::Prices;
use super::rest::Rest;
use super::small::{Block, Small, bits};

/// What a division may come to; what is worse is not looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Number of blocks.
    pub blocks: usize,
    /// Most violation of all blocks.
    pub violation: i64,
    /// Most cost of the edges around one block.
    pub boundary: i64,
}

/// Prices that make dear blocks uninteresting.
#[derive(Debug)]
pub(super) struct Dear<'a> {
    prices: &'a Prices,
    /// How far beyond its prices the edges around a block may cost.
    farthest: i64,
    /// Vertices with a positive price, the most price for its weight first.
    order: Vec<u8>,
    /// Which weight, and how much of it a block may hold.
    weight: usize,
    capacity: i64,
}

impl<'a> Dear<'a> {
    pub fn new(small: &Small, prices: &'a Prices, farthest: i64, violation: i64) -> Self {
        let (shares, total) = (small.limits.shares(), small.total());
        let capacity = |d: usize| -> i64 {
            let (_, upper) = small.limits.ranges(0)[d];
            let beyond = if shares[d] > 0.0 { violation as f64 / (shares[d] * 1e9) } else { 1e18 };
            upper.saturating_add((beyond * (1.0 + 1e-9)).ceil().min(1e18) as i64 + 1)
        };
        // The weight of which a block may hold the least part.
        let part = |&d: &usize| capacity(d) as f64 / total[d].max(1) as f64;
        let weight =
            (0..small.dimensions()).min_by(|a, b| part(a).total_cmp(&part(b))).unwrap_or(0);
        let mut order: Vec<u8> =
            (0..small.len() as u8).filter(|&v| prices.price(v as usize) > 0).collect();
        let density = |v: u8| {
            prices.price(v as usize) as f64 / small.weights(v as usize)[weight].max(1) as f64
        };
        order.sort_by(|&a, &b| density(b).total_cmp(&density(a)));
        Dear { prices, farthest, order, weight, capacity: capacity(weight) }
    }

    /// More than the prices that can still be added from `reach` to a block that holds `load`.
    fn addable(&self, small: &Small, reach: u64, load: i64) -> i64 {
        let mut left = self.capacity - load;
        let mut sum = 0;
        for &v in self.order.iter().filter(|&&v| reach >> v & 1 == 1) {
            let (price, weight) =
                (self.prices.price(v as usize), small.weights(v as usize)[self.weight]);
            if weight > left {
                // The last one in part: so nothing that fits is worth more.
                return sum + (price as f64 * left.max(0) as f64 / weight as f64) as i64 + 1;
            }
            left -= weight;
            sum += price;
        }
        sum
    }
}

/// Steps that a block counts beside those of its growth.
const EMISSION: u64 = 8;

/// Enumerates connected sets by growing them: a vertex next to the set is taken in, or shut out for
/// good. Branches end where what is decided already costs too much.
pub(super) struct Growth<'a, 'b, V> {
    small: &'a Small<'a>,
    caps: Caps,
    budget: &'a mut Budget<'b>,
    dear: Option<Dear<'a>>,
    rest: Rest,
    /// Called with every block; it may lower the caps.
    visit: V,
    taken: u64,
    shut: u64,
    load: Vec<i64>,
    /// Of every vertex still open, the cost of its edges to what is taken, and to what is shut out.
    to_taken: Vec<i64>,
    to_shut: Vec<i64>,
    /// Cost of the edges between taken and shut, and of the cheaper side of every open vertex:
    /// a bound on the cost around any block that this one grows to.
    cut: i64,
    scratch: Vec<i64>,
}

impl<'a, 'b, V: FnMut(Block, &mut Caps)> Growth<'a, 'b, V> {
    pub fn new(
        small: &'a Small<'a>,
        caps: Caps,
        dear: Option<Dear<'a>>,
        budget: &'a mut Budget<'b>,
        visit: V,
    ) -> Self {
        Growth {
            small,
            caps,
            budget,
            dear,
            rest: Rest::new(small),
            visit,
            taken: 0,
            shut: 0,
            load: vec![0; small.dimensions()],
            to_taken: vec![0; small.len()],
            to_shut: vec![0; small.len()],
            cut: 0,
            scratch: Vec::new(),
        }
    }

    /// Visits every block whose first vertex is `root` and that a division within the caps may
    /// hold (and perhaps some more).
    pub fn grow_from(&mut self, root: usize) -> Result<(), Spent> {
        self.shut = 0;
        self.taken = 0;
        self.cut = 0;
        self.to_taken.fill(0);
        self.to_shut.fill(0);
        for earlier in 0..root {
            self.decide(earlier, false);
        }
        self.decide(root, true);
        self.load.copy_from_slice(self.small.weights(root));
        let reach = self.small.component(self.taken, self.small.all() & !self.shut);
        if self.is_too_light(reach) {
            return Ok(());
        }
        self.grow(self.small.near(root), reach)
    }

    /// Takes `v` in or shuts it out.
    fn decide(&mut self, v: usize, take: bool) {
        let bit = 1u64 << v;
        self.cut -= self.to_taken[v].min(self.to_shut[v]);
        if take {
            self.cut += self.to_shut[v];
            self.taken |= bit;
        } else {
            self.cut += self.to_taken[v];
            self.shut |= bit;
        }
        self.tell_neighbours(v, take, 1);
    }

    /// Takes back the last decision, which was on `v`.
    fn undo(&mut self, v: usize, take: bool) {
        self.tell_neighbours(v, take, -1);
        let bit = 1u64 << v;
        self.taken &= !bit;
        self.shut &= !bit;
        self.cut -= if take { self.to_shut[v] } else { self.to_taken[v] };
        self.cut += self.to_taken[v].min(self.to_shut[v]);
    }

    /// Counts the edges of `v` (`sign` 1), or no longer counts them (−1), at their other ends.
    fn tell_neighbours(&mut self, v: usize, take: bool, sign: i64) {
        let decided = self.taken | self.shut;
        for &(t, cost) in self.small.edges(v) {
            let t = t as usize;
            let before = self.to_taken[t].min(self.to_shut[t]);
            let side = if take { &mut self.to_taken[t] } else { &mut self.to_shut[t] };
            *side += sign * cost;
            if decided >> t & 1 == 0 {
                self.cut += self.to_taken[t].min(self.to_shut[t]) - before;
            }
        }
    }

    /// Whether what is taken is too heavy already.
    fn is_too_heavy(&mut self) -> bool {
        let ranges = self.small.limits.ranges(0);
        if self.load.iter().zip(ranges).all(|(&load, &(_, upper))| load <= upper) {
            return false;
        }
        self.scratch.clear();
        self.scratch.extend(self.load.iter().zip(ranges).map(|(&l, &(lower, _))| l.max(lower)));
        self.small.limits.violation(0, &self.scratch) > self.caps.violation
    }

    /// Whether the block will cost too much beyond its prices.
    fn is_too_dear(&self, reach: u64) -> bool {
        self.dear.as_ref().is_some_and(|dear| {
            let left = dear.farthest - dear.prices.beyond(self.taken, self.cut);
            left < 0
                && left + dear.addable(self.small, reach & !self.taken, self.load[dear.weight]) < 0
        })
    }

    /// Whether all that can still be reached is too light.
    fn is_too_light(&mut self, reach: u64) -> bool {
        self.small.load_into(reach, &mut self.scratch);
        let ranges = self.small.limits.ranges(0);
        if self.scratch.iter().zip(ranges).all(|(&load, &(lower, _))| load >= lower) {
            return false;
        }
        for (load, &(_, upper)) in self.scratch.iter_mut().zip(ranges) {
            *load = (*load).min(upper);
        }
        self.small.limits.violation(0, &self.scratch) > self.caps.violation
    }

    /// Goes on from what is decided: `around` are the neighbours of what is taken, `reach` holds
    /// what the block may grow to.
    fn grow(&mut self, around: u64, reach: u64) -> Result<(), Spent> {
        self.budget.take(1)?;
        if self.cut > self.caps.boundary || self.is_too_heavy() || self.is_too_dear(reach) {
            return Ok(());
        }
        let open = around & reach & !self.taken;
        let Some(v) = bits(open).max_by_key(|&v| (self.to_taken[v], std::cmp::Reverse(v))) else {
            return self.emit();
        };
        let near = self.small.near(v);
        self.decide(v, true);
        for (load, w) in self.load.iter_mut().zip(self.small.weights(v)) {
            *load += w;
        }
        let grown = self.grow(around | near, reach);
        for (load, w) in self.load.iter_mut().zip(self.small.weights(v)) {
            *load -= w;
        }
        self.undo(v, true);
        grown?;
        let mut left = reach & !(1 << v);
        // Where all its neighbours are next to the block, nothing is reached through `v` alone.
        if near & left & !around & !self.taken != 0 {
            left = self.small.component(self.taken, left);
        }
        if self.is_too_light(left) {
            return Ok(());
        }
        self.decide(v, false);
        let grown = self.grow(around, left);
        self.undo(v, false);
        grown
    }

    fn emit(&mut self) -> Result<(), Spent> {
        self.budget.take(EMISSION)?;
        let violation = self.small.limits.violation(0, &self.load);
        let Some(left) = self.caps.violation.checked_sub(violation).filter(|l| *l >= 0) else {
            return Ok(());
        };
        let others = self.small.all() & !self.taken;
        if self.rest.least_violation(self.small, others, self.caps.blocks - 1) <= left {
            let block = Block { members: self.taken, boundary: self.cut, violation };
            (self.visit)(block, &mut self.caps);
        }
        Ok(())
    }
}
