//! Places in groups of one or two, and the best officers for these.

use std::collections::BTreeMap;

use super::super::flow::{capacitated_assignment, matching};
use super::super::travel::centimetres;
use super::{Effort, Sharing};
use crate::error::Result;

/// Costs by kinds of officers: those to whom every place costs the same are alike, so that nothing
/// is looked into once for each of them.
pub(super) struct Table {
    pub places: usize,
    /// The officers of each kind.
    pub kinds: Vec<Vec<usize>>,
    /// Centimetres, kind by kind; `None` where it is ruled out.
    cost: Vec<Option<i64>>,
    /// Neighbouring places that somebody may look after both.
    pub pairs: Vec<[usize; 2]>,
}

/// Places up to which pairs are matched exactly, which takes their square of room and their cube of
/// time; beyond, one pair after the other, the cheapest first.
pub(super) const MATCHED: usize = 800;

/// What is made small, first things first: places alone, officers idle, cost in centimetres.
pub(super) type Key = (i64, i64, i64);

/// Which places share an officer, and of which kind that of each place is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    pub key: Key,
    /// The place that shares its officer.
    pub partner: Vec<Option<usize>>,
    pub kind: Vec<Option<usize>>,
}

impl Table {
    pub fn new(sharing: &Sharing<'_>) -> Table {
        let places = sharing.places;
        let in_centimetres = |cost: &f64| cost.is_finite().then(|| centimetres(*cost));
        let mut alike: BTreeMap<Vec<Option<i64>>, Vec<usize>> = BTreeMap::new();
        for (officer, row) in sharing.cost.chunks(places.max(1)).enumerate() {
            alike.entry(row.iter().map(in_centimetres).collect()).or_default().push(officer);
        }
        // Who may serve nowhere is no use.
        alike.retain(|row, _| row.iter().any(Option::is_some));
        let mut kinds: Vec<(Vec<Option<i64>>, Vec<usize>)> = alike.into_iter().collect();
        kinds.sort_by(|a, b| a.1.cmp(&b.1));
        let (rows, kinds): (Vec<_>, Vec<_>) = kinds.into_iter().unzip();
        let both = |a: usize, b: usize| {
            sharing.adjacent[a * places + b]
                && rows.iter().any(|row| row[a].is_some() && row[b].is_some())
        };
        let pairs = (0..places).flat_map(|a| (a + 1..places).map(move |b| [a, b]));
        let pairs: Vec<[usize; 2]> = pairs.filter(|&[a, b]| both(a, b)).collect();
        Table { places, kinds, cost: rows.concat(), pairs }
    }

    pub fn officers(&self) -> usize {
        self.kinds.iter().map(Vec::len).sum()
    }

    pub fn cost(&self, kind: usize, place: usize) -> Option<i64> {
        self.cost[kind * self.places + place]
    }

    pub fn costs(&self) -> impl Iterator<Item = i64> + '_ {
        self.cost.iter().copied().flatten()
    }

    /// What a pair costs at least.
    fn least(&self, [a, b]: [usize; 2]) -> i64 {
        let both = |kind: usize| Some(self.cost(kind, a)? + self.cost(kind, b)?);
        (0..self.kinds.len()).filter_map(both).min().unwrap_or(0)
    }

    /// As many pairs as can be, the cheapest ones; no more than places beyond officers.
    pub fn most_pairs(&self) -> Vec<Option<usize>> {
        let most = 1 + 2 * self.costs().map(i64::abs).max().unwrap_or(0);
        // One more pair outweighs all costs.
        let a_pair = 2 * most * self.places as i64;
        let edges = self.pairs.iter().map(|&[a, b]| (a, b, a_pair - self.least([a, b])));
        let edges: Vec<(usize, usize, i64)> = edges.collect();
        let mut partner = match self.places <= MATCHED {
            true => matching(self.places, &edges),
            false => heaviest_first(self.places, edges),
        };
        let pairs = self.pairs.iter().filter(|[a, b]| partner[*a] == Some(*b));
        let mut made: Vec<(i64, [usize; 2])> =
            pairs.map(|&pair| (self.least(pair), pair)).collect();
        made.sort_unstable();
        let needed = self.places.saturating_sub(self.officers());
        for &(_, [a, b]) in made.iter().skip(needed) {
            (partner[a], partner[b]) = (None, None);
        }
        partner
    }

    /// The best officers for groups: exactly, as a linear assignment.
    pub fn staffed(&self, partner: Vec<Option<usize>>) -> Result<Way> {
        let heads: Vec<usize> =
            (0..self.places).filter(|&p| partner[p].is_none_or(|other| p < other)).collect();
        let most = self.costs().map(i64::abs).max().unwrap_or(0);
        // An officer who is not idle outweighs all costs, and a place that is not alone all officers.
        let not_idle = 1 + 2 * most * self.places as i64;
        let not_alone = not_idle * (1 + self.officers() as i64);
        let mut costs = Vec::new();
        for &head in &heads {
            for kind in 0..self.kinds.len() {
                let other = partner[head].map_or(Some(0), |other| self.cost(kind, other));
                let both = self.cost(kind, head).zip(other).map(|(a, b)| a + b);
                let places = 1 + i64::from(partner[head].is_some());
                let cost = both.map(|cost| cost - places * not_alone - not_idle);
                costs.push(cost.map_or(f64::INFINITY, |cost| cost as f64));
            }
            // Nobody.
            costs.push(0.0);
        }
        let mut capacities: Vec<usize> = self.kinds.iter().map(Vec::len).collect();
        capacities.push(heads.len());
        let answer = capacitated_assignment(&costs, heads.len(), &capacities)?;
        let mut way = Way { key: (0, 0, 0), partner, kind: vec![None; self.places] };
        let mut busy = 0;
        for (&head, kind) in heads.iter().zip(answer.column_of_row) {
            let Some(kind) = kind.filter(|&kind| kind < self.kinds.len()) else { continue };
            busy += 1;
            for place in std::iter::once(head).chain(way.partner[head]) {
                way.kind[place] = Some(kind);
                way.key.2 += self.cost(kind, place).unwrap_or(0);
            }
        }
        way.key.0 = way.kind.iter().filter(|kind| kind.is_none()).count() as i64;
        way.key.1 = (self.officers() - busy) as i64;
        Ok(way)
    }

    /// Parts pairs and makes others for as long as that is better: local search, officers being the
    /// best ones each time.
    pub fn improve(&self, mut way: Way, effort: &mut Effort) -> Result<Way> {
        let mut unchanged = 0;
        let mut at = 0;
        while unchanged < self.pairs.len() {
            let pair = self.pairs[at];
            at = (at + 1) % self.pairs.len();
            unchanged += 1;
            for partner in self.changed(&way.partner, pair) {
                if !effort.spend(self.places * self.places * (self.kinds.len() + 1)) {
                    return Ok(way);
                }
                let other = self.staffed(partner)?;
                if other.key < way.key {
                    way = other;
                    unchanged = 0;
                    break;
                }
            }
        }
        Ok(way)
    }

    /// The pair parted where it is one; else made one, and those who are left by it another where
    /// they can be.
    fn changed(&self, partner: &[Option<usize>], [a, b]: [usize; 2]) -> Vec<Vec<Option<usize>>> {
        let mut changed = partner.to_vec();
        let left = [partner[a], partner[b]];
        for place in left.into_iter().flatten() {
            changed[place] = None;
        }
        if left[0] == Some(b) {
            return vec![changed];
        }
        (changed[a], changed[b]) = (Some(b), Some(a));
        let mut all = vec![changed.clone()];
        if let [Some(x), Some(y)] = left
            && self.pairs.binary_search(&[x.min(y), x.max(y)]).is_ok()
        {
            (changed[x], changed[y]) = (Some(y), Some(x));
            all.push(changed);
        }
        all
    }

    /// Officers of a kind are handed out in their order.
    pub fn officers_of(&self, way: &Way) -> Vec<Option<usize>> {
        let mut next = vec![0; self.kinds.len()];
        let mut officer: Vec<Option<usize>> = vec![None; self.places];
        for place in 0..self.places {
            let Some(kind) = way.kind[place].filter(|_| officer[place].is_none()) else { continue };
            officer[place] = self.kinds[kind].get(next[kind]).copied();
            next[kind] += 1;
            if let Some(other) = way.partner[place] {
                officer[other] = officer[place];
            }
        }
        officer
    }
}

/// One pair after the other, the heaviest first.
fn heaviest_first(places: usize, mut edges: Vec<(usize, usize, i64)>) -> Vec<Option<usize>> {
    edges.sort_unstable_by_key(|&(a, b, weight)| (std::cmp::Reverse(weight), a, b));
    let mut partner = vec![None; places];
    for (a, b, _) in edges {
        if partner[a].is_none() && partner[b].is_none() {
            (partner[a], partner[b]) = (Some(b), Some(a));
        }
    }
    partner
}
