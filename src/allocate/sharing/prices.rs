//! Bounds by prices on officers.
//!
//! Where nobody asks how many officers of a kind there are, the best groups are a matching of
//! greatest weight among the neighbours, each group with the kind that is cheapest for it. What is
//! used too often is made dearer (Lagrangian relaxation; Held, Wolfe & Crowder 1974, "Validation
//! of subgradient optimization", with the step of Polyak 1969). With every price that is a bound,
//! and no bound of fractions of pairs is better than the best of these.

use super::super::flow::matching;
use super::groups::{Key, Table};
use super::{Aim, Effort};
use crate::error::Result;

/// What has been decided of a pair of neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decision {
    Open,
    Together,
    Apart,
}

/// The problem without the numbers of officers, of places alone and of groups.
pub(super) struct Relaxation<'a> {
    table: &'a Table,
    aim: Aim,
    /// What a thing of cost 1 counts: prices are fractions.
    unit: i64,
    /// Of each kind and place.
    cost: Vec<Option<i64>>,
    /// Of each group.
    group: i64,
    /// More than any price.
    limit: i64,
}

/// Prices of a unit: of each kind, of a group, of a place alone.
#[derive(Debug, Clone)]
pub(super) struct Prices(Vec<f64>);

/// Groups that are best with some prices.
pub(super) struct Priced {
    /// No way costs less, in units.
    pub value: i64,
    pub partner: Vec<Option<usize>>,
    /// The same, parted where least is lost until there are no more pairs than are needed.
    pub fitted: Vec<Option<usize>>,
    /// By how much each number that has a price is exceeded.
    excess: Vec<i64>,
}

/// What groups cost with prices, and the kind that is cheapest for each.
struct Offers {
    single: Vec<Option<(i64, usize)>>,
    pair: Vec<Option<(i64, usize)>>,
    /// A place alone.
    alone: i64,
    /// What is set of all numbers together.
    set: i64,
}

impl Offers {
    /// What a place costs that is in no pair.
    fn least(&self, place: usize) -> i64 {
        self.single[place].map_or(self.alone, |(cost, _)| cost.min(self.alone))
    }
}

/// What prices have come to.
pub(super) struct Bound {
    /// No way costs less.
    pub value: f64,
    pub prices: Prices,
    /// How often each pair was together of late, from 0 to 1.
    pub together: Vec<f64>,
}

/// Rounds without a better bound after which steps are halved.
const PATIENCE: usize = 12;

impl<'a> Relaxation<'a> {
    pub fn new(table: &'a Table, aim: Aim) -> Relaxation<'a> {
        let unit: i64 = if matches!(aim, Aim::Cost { .. }) { 16 } else { 1 << 16 };
        let (of_place, group) = match aim {
            Aim::Alone => (Some(-unit), 0),
            Aim::Idle { .. } => (Some(0), -unit),
            Aim::Cost { .. } => (None, 0),
        };
        let pairs = (0..table.kinds.len()).flat_map(|k| (0..table.places).map(move |p| (k, p)));
        let cost = pairs.map(|(k, p)| table.cost(k, p).map(|c| of_place.unwrap_or(c * unit)));
        let cost: Vec<Option<i64>> = cost.collect();
        let most = cost.iter().flatten().map(|c| c.abs()).max().unwrap_or(0).max(unit);
        Relaxation { table, aim, unit, cost, group, limit: 8 * most }
    }

    pub fn no_prices(&self) -> Prices {
        Prices(vec![0.0; self.table.kinds.len() + 2])
    }

    #[cfg(test)]
    pub fn prices(&self, drawn: &[f64]) -> Prices {
        let mut prices = Prices(drawn[..self.table.kinds.len() + 2].to_vec());
        let direction = vec![0.0; prices.0.len()];
        self.walk(&mut prices, &direction, 0.0);
        prices
    }

    /// The cost of a way, in what is made small.
    pub fn value(&self, key: Key) -> f64 {
        let (places, officers) = (self.table.places as i64, self.table.officers() as i64);
        match self.aim {
            Aim::Alone => (key.0 - places) as f64,
            Aim::Idle { .. } => (key.1 - officers) as f64,
            Aim::Cost { .. } => key.2 as f64,
        }
    }

    /// Places alone and groups, where they are set.
    fn set(&self) -> (Option<i64>, Option<i64>) {
        match self.aim {
            Aim::Alone => (None, None),
            Aim::Idle { alone } => (Some(alone), None),
            Aim::Cost { alone, idle } => (Some(alone), Some(self.table.officers() as i64 - idle)),
        }
    }

    /// Whether every officer is used, so that none is too dear to be.
    fn uses_all(&self) -> bool {
        matches!(self.aim, Aim::Cost { idle: 0, .. })
    }

    /// What every place and pair costs with prices.
    fn offers(&self, decided: &[Decision], prices: &Prices) -> Offers {
        let (places, kinds) = (self.table.places, self.table.kinds.len());
        let price: Vec<i64> = prices.0.iter().map(|price| price.round() as i64).collect();
        let (of_kind, of_group, of_alone) = (&price[..kinds], price[kinds], price[kinds + 1]);
        let cheapest = |cost: &dyn Fn(usize) -> Option<i64>| {
            let all = (0..kinds).filter_map(|k| Some((cost(k)? + of_kind[k], k)));
            all.min().map(|(cost, kind)| (cost + of_group + self.group, kind))
        };
        let of = |kind: usize, place: usize| self.cost[kind * places + place];
        let both = |&[a, b]: &[usize; 2]| cheapest(&|k| Some(of(k, a)? + of(k, b)?));
        let pairs = self.table.pairs.iter().zip(decided);
        let (set_alone, set_groups) = self.set();
        let counted = self.table.kinds.iter().map(|officers| officers.len() as i64);
        Offers {
            single: (0..places).map(|p| cheapest(&|k| of(k, p))).collect(),
            pair: pairs.map(|(p, &d)| both(p).filter(|_| d != Decision::Apart)).collect(),
            alone: match set_alone {
                Some(0) => self.void(),
                Some(_) => of_alone,
                None => 0,
            },
            set: counted.zip(of_kind).map(|(count, price)| count * price).sum::<i64>()
                + of_group * set_groups.unwrap_or(0)
                + of_alone * set_alone.unwrap_or(0),
        }
    }

    /// Where nobody may be alone, whoever could not be in a pair would make the way void: this costs
    /// more than all prices together.
    fn void(&self) -> i64 {
        8 * self.limit * (1 + self.table.places as i64)
    }

    /// The best groups with prices; `None` where no groups keep to what is decided.
    pub fn priced(&self, decided: &[Decision], prices: &Prices) -> Option<Priced> {
        let Table { places, kinds, pairs, .. } = self.table;
        let offers = self.offers(decided, prices);
        let (mut partner, mut gains) = (vec![None; *places], Vec::new());
        for ((&[a, b], decision), offer) in pairs.iter().zip(decided).zip(&offers.pair) {
            let Some((cost, _)) = offer else { continue };
            if *decision == Decision::Together {
                (partner[a], partner[b]) = (Some(b), Some(a));
            } else {
                gains.push((a, b, offers.least(a) + offers.least(b) - cost));
            }
        }
        for (place, mate) in matching(*places, &gains).into_iter().enumerate() {
            partner[place] = partner[place].or(mate);
        }
        let mut value = -offers.set;
        let mut excess: Vec<i64> = kinds.iter().map(|kind| -(kind.len() as i64)).collect();
        let (mut groups, mut alone) = (0, 0);
        let mut take = |(cost, kind): (i64, usize)| {
            value += cost;
            groups += 1;
            excess[kind] += 1;
        };
        for (&[a, b], &offer) in pairs.iter().zip(&offers.pair) {
            if partner[a] == Some(b) {
                take(offer?);
            }
        }
        for place in (0..*places).filter(|&place| partner[place].is_none()) {
            match offers.single[place] {
                Some((cost, kind)) if cost <= offers.alone => take((cost, kind)),
                _ => alone += 1,
            }
        }
        if alone > 0 && offers.alone == self.void() {
            return None;
        }
        value += alone * offers.alone;
        let (set_alone, set_groups) = self.set();
        excess.push(set_groups.map_or(0, |set| groups - set));
        excess.push(set_alone.map_or(0, |set| alone - set));
        let fitted = self.fitted(&partner, &gains);
        Some(Priced { value, partner, fitted, excess })
    }

    fn fitted(
        &self,
        partner: &[Option<usize>],
        gains: &[(usize, usize, i64)],
    ) -> Vec<Option<usize>> {
        let mut fitted = partner.to_vec();
        let (Some(alone), Some(groups)) = self.set() else { return fitted };
        let needed = self.table.places as i64 - alone - groups;
        let pairs = partner.iter().flatten().count() as i64 / 2;
        let mut made: Vec<_> =
            gains.iter().filter(|edge| partner[edge.0] == Some(edge.1)).collect();
        made.sort_unstable_by_key(|&&(a, b, gain)| (gain, a, b));
        for &&(a, b, _) in made.iter().take(usize::try_from(pairs - needed).unwrap_or(0)) {
            (fitted[a], fitted[b]) = (None, None);
        }
        fitted
    }

    /// What no way is better than, told at a glance: every place that is not alone costs its least.
    pub fn at_a_glance(&self) -> f64 {
        let alone = self.set().0.unwrap_or(0);
        let served = self.table.places.saturating_sub(usize::try_from(alone).unwrap_or(0));
        let least = |place: usize| {
            let kinds = 0..self.table.kinds.len();
            kinds.filter_map(|kind| self.cost[kind * self.table.places + place]).min()
        };
        let mut least: Vec<i64> = (0..self.table.places).filter_map(least).collect();
        least.sort_unstable();
        let groups = self.group * self.table.officers() as i64;
        let sum: i64 = least.iter().take(served).sum();
        (sum + groups) as f64 / self.unit as f64
    }

    /// Raises the bound towards what the best known way costs, for so many rounds; `None` where
    /// there is no way. Groups that come up are handed to `found`.
    pub fn raise(
        &self,
        decided: &[Decision],
        start: &Prices,
        target: f64,
        rounds: usize,
        effort: &mut Effort,
        found: &mut dyn FnMut(Vec<Option<usize>>) -> Result<f64>,
    ) -> Result<Option<Bound>> {
        let mut prices = start.clone();
        let mut direction = vec![0.0; prices.0.len()];
        let mut best: Option<(i64, Prices)> = None;
        let mut target = target;
        let mut together = vec![0.0; self.table.pairs.len()];
        let (mut step, mut since) = (1.0, 0);
        for round in 0..rounds {
            let enough = effort.spend(self.table.places.pow(3));
            let Some(priced) = self.priced(decided, &prices) else { return Ok(None) };
            let fade = if round == 0 { 0.0 } else { 0.9 };
            for (share, &[a, b]) in together.iter_mut().zip(&self.table.pairs) {
                let now = f64::from(priced.partner[a] == Some(b));
                *share = fade * *share + (1.0 - fade) * now;
            }
            let better = best.as_ref().is_none_or(|(value, _)| priced.value > *value);
            if better {
                best = Some((priced.value, prices.clone()));
                since = 0;
            } else {
                since += 1;
                if since == PATIENCE {
                    (step, since) = (step / 2.0, 0);
                }
            }
            let value = priced.value as f64 / self.unit as f64;
            let excess = priced.excess;
            if better || round % 8 == 0 {
                target = found(priced.fitted)?.min(target);
            }
            let reached = best.as_ref().map_or(value, |b| b.0 as f64 / self.unit as f64);
            if reached > target - 1.0 || !enough || excess.iter().all(|&e| e == 0) {
                break;
            }
            for (d, e) in direction.iter_mut().zip(excess) {
                *d = 0.5 * *d + e as f64;
            }
            self.walk(&mut prices, &direction, step * (target - value) * self.unit as f64);
        }
        Ok(best.map(|(value, prices)| Bound {
            value: value as f64 / self.unit as f64,
            prices,
            together,
        }))
    }

    fn walk(&self, prices: &mut Prices, direction: &[f64], gap: f64) {
        let norm: f64 = direction.iter().map(|d| d * d).sum();
        let kinds = self.table.kinds.len();
        let limit = self.limit as f64;
        for (i, (price, d)) in prices.0.iter_mut().zip(direction).enumerate() {
            let least = if i < kinds && !self.uses_all() { 0.0 } else { -limit };
            *price = (*price + gap * d / norm.max(1.0)).clamp(least, limit);
        }
    }
}
