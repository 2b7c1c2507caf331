//! The central households of one grid, in metres.

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::median::Median;
use super::{Metres, distance};
use crate::error::Result;

/// The people of one grid.
#[derive(Debug, Default)]
pub(super) struct GridPeople {
    pub(super) candidates: Vec<Metres>,
    pub(super) members: Vec<Metres>,
    /// Middles of the units, for the residents around.
    pub(super) units: Vec<Metres>,
}

/// The central households of one grid and whom they serve.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct GridHouseholds {
    /// Chosen candidates, ascending.
    pub(super) central: Vec<usize>,
    /// Of every member household: an index into `central`.
    pub(super) central_of_member: Vec<Option<usize>>,
    /// Of every unit: an index into `central`.
    pub(super) central_of_unit: Vec<Option<usize>>,
    /// Sum of distances of member households, metres.
    pub(super) cost_m: f64,
    /// What no other choice of as many central households can fall below, metres.
    pub(super) bound_m: f64,
}

impl GridHouseholds {
    /// Whether no other choice of as many central households has a smaller sum of distances.
    pub(super) fn is_proved(&self) -> bool {
        self.bound_m >= self.cost_m * (1.0 - 1e-9)
    }
}

impl GridPeople {
    /// Chooses `places` central households nearest to the member households, each linking `links`
    /// of them at most; in a grid without member households, nearest to the units.
    /// With `patience` so many times as much is tried.
    pub(super) fn choose(
        &self,
        places: usize,
        links: usize,
        patience: usize,
    ) -> Result<GridHouseholds> {
        let (clients, capacity) = if self.members.is_empty() {
            (&self.units, usize::MAX)
        } else {
            (&self.members, links)
        };
        let costs: Vec<f64> = clients
            .iter()
            .flat_map(|&client| self.candidates.iter().map(move |&site| distance(client, site)))
            .collect();
        let sites = self.candidates.len();
        let median = Median { costs: &costs, clients: clients.len(), sites, capacity };
        let opened = median.open(places, patience)?;

        let points = opened.sites.iter().enumerate();
        let index = RTree::bulk_load(
            points.map(|(i, &c)| GeomWithData::new(self.candidates[c], i)).collect(),
        );
        // The lowest of all that are equally near, since the tree promises no order among them.
        let nearest =
            |unit: &Metres| index.nearest_neighbors(unit).into_iter().map(|found| found.data).min();
        Ok(GridHouseholds {
            central_of_unit: self.units.iter().map(nearest).collect(),
            central_of_member: if self.members.is_empty() {
                Vec::new()
            } else {
                opened.site_of_client
            },
            central: opened.sites,
            cost_m: if self.members.is_empty() { 0.0 } else { opened.cost },
            bound_m: if self.members.is_empty() { 0.0 } else { opened.bound },
        })
    }
}

#[cfg(test)]
#[path = "grid_households_tests.rs"]
mod tests;
