//! Small random instances, and answers by trying everything.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{Distances, SiteRule};

/// A small instance: a table with ties, coincident places, pairs out of reach and empty clients.
#[derive(Debug, Clone)]
pub(super) struct Small {
    pub table: Vec<f64>,
    pub clients: usize,
    pub sites: usize,
    pub demand: Vec<f64>,
    pub rules: Vec<SiteRule>,
}

impl Small {
    pub fn distances(&self) -> Distances {
        Distances::table(&self.table, self.clients, self.sites).unwrap()
    }

    /// Choices of open sites that keep the rules.
    pub fn choices(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        (0..1u32 << self.sites)
            .map(|bits| (0..self.sites).filter(|s| bits >> s & 1 == 1).collect::<Vec<_>>())
            .filter(|open| {
                (0..self.sites).all(|s| match self.rules[s] {
                    SiteRule::Free => true,
                    SiteRule::Required => open.contains(&s),
                    SiteRule::Closed => !open.contains(&s),
                })
            })
    }

    /// Distance from a client to the nearest of open sites; infinite where none serves it.
    pub fn nearest(&self, client: usize, open: &[usize]) -> f64 {
        open.iter().map(|s| self.table[client * self.sites + s]).fold(f64::INFINITY, f64::min)
    }
}

fn rule() -> impl Strategy<Value = SiteRule> {
    prop_oneof![
        8 => Just(SiteRule::Free),
        1 => Just(SiteRule::Required),
        1 => Just(SiteRule::Closed),
    ]
}

/// Instances with lists that leave pairs out, with or without rules.
pub(super) fn small() -> impl Strategy<Value = Small> {
    (1usize..=9, 1usize..=7).prop_flat_map(|(clients, sites)| {
        let length = prop_oneof![
            5 => (0i32..9).prop_map(f64::from),
            2 => 0.0..50.0f64,
            1 => Just(f64::INFINITY),
        ];
        let demand = prop_oneof![1 => Just(0.0), 4 => (1i32..6).prop_map(f64::from)];
        (
            prop::collection::vec(length, clients * sites),
            prop::collection::vec(demand, clients),
            prop::collection::vec(rule(), sites),
        )
            .prop_map(move |(table, demand, rules)| Small {
                table,
                clients,
                sites,
                demand,
                rules,
            })
    })
}

/// Points on a coarse raster, so that many coincide or are equally far.
pub(super) fn points(most: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
    prop::collection::vec((0i32..8, 0i32..8), 1..=most).prop_map(|points| {
        points.into_iter().map(|(x, y)| [f64::from(x) * 10.0, f64::from(y) * 10.0]).collect()
    })
}
