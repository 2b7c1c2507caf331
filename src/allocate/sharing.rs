//! Officers who look after two neighbouring communities, where there are fewer than communities.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::flow::{Arc, Transport};
use super::travel::centimetres;
use crate::error::Result;

/// Nodes that are looked into before the best known way is taken.
const NODES: usize = 4_000;

/// Officers, places, and what each pair costs; infinite where it is ruled out.
pub(super) struct Sharing<'a> {
    /// Officer by officer.
    pub cost: &'a [f64],
    pub officers: usize,
    pub places: usize,
    /// Whether two places are neighbours, place by place.
    pub adjacent: &'a [bool],
}

/// Who looks after which place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shared {
    pub officer_of_place: Vec<Option<usize>>,
    /// No way that leaves as few places alone, and as few officers idle, costs less.
    pub least: f64,
}

/// What is made small, first things first: places alone, officers idle, cost.
type Key = (i64, i64, i64);

struct Found {
    key: Key,
    places_of: Vec<Vec<usize>>,
}

impl Sharing<'_> {
    /// As few places alone as can be, then as few officers idle, then least cost; an officer has one
    /// place, or two that are neighbours.
    ///
    /// Without the last condition it is a transport problem. Where its answer gives an officer two
    /// places that are not neighbours, the officer is denied the one or the other (branch and
    /// bound, Land & Doig 1960), always in the node of the best bound: the first answer without
    /// such an officer is the best.
    pub fn solve(&self) -> Result<Shared> {
        let finite = || self.cost.iter().copied().filter(|c| c.is_finite());
        let base = finite().fold(f64::INFINITY, f64::min).min(0.0);
        let mut queue = BinaryHeap::new();
        let mut denied: Vec<Vec<usize>> = vec![Vec::new()];
        let first = self.relaxed(&denied[0], base)?;
        queue.push(Reverse((first.key, 0usize)));
        let mut looked = 0;
        while let Some(Reverse((key, node))) = queue.pop() {
            looked += 1;
            let found = self.relaxed(&denied[node], base)?;
            let torn = (0..self.officers).find(|&o| self.is_torn(&found.places_of[o]));
            let (Some(officer), true) = (torn, looked < NODES) else {
                return Ok(self.answer(&found, key, base));
            };
            for &place in &found.places_of[officer] {
                let mut more = denied[node].clone();
                more.push(officer * self.places + place);
                let child = self.relaxed(&more, base)?;
                queue.push(Reverse((child.key.max(key), denied.len())));
                denied.push(more);
            }
        }
        // There is always a node left: branching puts two in the place of one.
        Ok(Shared { officer_of_place: vec![None; self.places], least: 0.0 })
    }

    fn is_torn(&self, places: &[usize]) -> bool {
        matches!(places, &[a, b] if !self.adjacent[a * self.places + b])
    }

    /// The transport problem without some pairs.
    fn relaxed(&self, denied: &[usize], base: f64) -> Result<Found> {
        let mut arcs = Vec::new();
        for point in 0..self.places {
            for site in 0..self.officers {
                let pair = site * self.places + point;
                if self.cost[pair].is_finite() && !denied.contains(&pair) {
                    arcs.push(Arc { point, site, cost: centimetres(self.cost[pair] - base) });
                }
            }
        }
        let problem = Transport {
            supply: vec![1; self.places],
            capacity: vec![2; self.officers],
            at_least: vec![1; self.officers],
            arcs,
        };
        let flow = problem.solve()?;
        let mut places_of = vec![Vec::new(); self.officers];
        flow.shipments.iter().for_each(|s| places_of[s.site].push(s.point));
        let idle = places_of.iter().filter(|places| places.is_empty()).count() as i64;
        Ok(Found { key: (flow.unplaced.iter().sum(), idle, flow.cost), places_of })
    }

    /// An officer who is still torn keeps the cheaper place.
    fn answer(&self, found: &Found, key: Key, base: f64) -> Shared {
        let mut officer_of_place = vec![None; self.places];
        let mut placed = 0;
        for (officer, places) in found.places_of.iter().enumerate() {
            placed += places.len();
            let cost = |place: &usize| self.cost[officer * self.places + place];
            let nearest = places.iter().copied().min_by(|a, b| cost(a).total_cmp(&cost(b)));
            for &place in places {
                if !self.is_torn(places) || Some(place) == nearest {
                    officer_of_place[place] = Some(officer);
                }
            }
        }
        // Where places are given up for want of time, others may have kept them for less.
        let gave_up = found.places_of.iter().any(|places| self.is_torn(places));
        let least = if gave_up { 0.0 } else { key.2 as f64 / 100.0 } + base * placed as f64;
        Shared { officer_of_place, least }
    }
}

#[cfg(test)]
#[path = "sharing_tests.rs"]
mod tests;
