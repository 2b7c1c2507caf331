use geo::{MultiPolygon, Point};
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{GridKind, GridRecord, PersonPoint, ResponsibilityChain};
use crate::allocate::{HouseholdAssignment, OfficerAssignment};
use crate::error::Result;
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::City;
use crate::plan::Plan;

/// The register of a plan: a record per grid, all that is needed to say who answers for it, and an
/// index to find the grid of a point.
///
/// It is what `grids.geojson` holds, so a written plan can be read back and asked. Through serde go the
/// records with their outlines; the index is made anew.
#[derive(Debug)]
pub struct Register {
    grids: Vec<GridRecord>,
    index: GridIndex,
}

/// A record with its outline, which the record itself leaves to geometry.
#[derive(Serialize, Deserialize)]
struct Entry<R, S> {
    record: R,
    outline: S,
}

impl Serialize for Register {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.grids.iter().map(|record| Entry { record, outline: &record.shape }))
    }
}

impl<'de> Deserialize<'de> for Register {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        type Own = Entry<GridRecord, Option<MultiPolygon<f64>>>;
        let entries = Vec::<Own>::deserialize(deserializer)?.into_iter();
        let records =
            entries.map(|Entry { record, outline }| GridRecord { shape: outline, ..record });
        Ok(Register::from_records(records.collect()))
    }
}

impl Register {
    /// Enters a plan and its staff. Every grid gets the station nearest to its centre, the first
    /// one where several are equally near.
    ///
    /// # Errors
    /// Where a station cannot be projected with the city.
    pub fn new(
        city: &City,
        ground: &Ground,
        plan: &Plan,
        households: &HouseholdAssignment,
        officers: &OfficerAssignment,
    ) -> Result<Register> {
        let mut central: Vec<Vec<PersonPoint>> = vec![Vec::new(); plan.grids.len()];
        for chosen in &households.central {
            let candidate = &city.candidates[chosen.candidate];
            let (lon, lat) = (candidate.position.x(), candidate.position.y());
            central[chosen.grid].push(PersonPoint { id: candidate.id.clone(), lon, lat });
        }
        let mut linked = vec![0; plan.grids.len()];
        for &central in households.central_of_member.iter().flatten() {
            linked[households.central[central as usize].grid] += 1;
        }
        let stations = nearest_stations(city, ground, plan)?;

        let records = plan.grids.iter().enumerate().map(|(i, grid)| {
            let community = city.communities.get(grid.community);
            let officer = officers.officer_of_community.get(grid.community).copied().flatten();
            GridRecord {
                grid: grid.code.clone(),
                community: community.map(|c| c.id.clone()).unwrap_or_default(),
                community_name: community.map(|c| c.name.clone()).unwrap_or_default(),
                subdistrict: community.and_then(|c| c.subdistrict.clone()),
                kind: if grid.special.is_some() { GridKind::Special } else { GridKind::General },
                special: grid.special.clone(),
                figures: grid
                    .figures
                    .iter()
                    .map(|figure| (figure.name.clone(), figure.value.into()))
                    .collect(),
                population: grid.population,
                area_m2: grid.area_m2,
                units: grid.units.len(),
                perimeter_m: grid.perimeter_m,
                barrier_share: (!city.barriers.is_empty()).then_some(grid.barrier_share),
                polsby_popper: grid.polsby_popper(),
                population_deviation: grid.population_deviation,
                area_deviation: grid.area_deviation,
                officer: officer.map(|o| city.officers[o].id.clone()),
                central_households: std::mem::take(&mut central[i]),
                linked_members: linked[i],
                station: stations[i].map(|s| city.stations[s].id.clone()),
                shape: Some(grid.shape.clone()),
            }
        });
        Ok(Register::from_records(records.collect()))
    }

    /// A register of records as they were read back. Records without a shape are never located; a
    /// point on a border belongs to the grid with the lowest code.
    pub fn from_records(grids: Vec<GridRecord>) -> Register {
        let shape = |record: &GridRecord| record.shape.clone().unwrap_or(MultiPolygon(Vec::new()));
        let shapes: Vec<MultiPolygon<f64>> = grids.iter().map(shape).collect();
        let codes: Vec<&str> = grids.iter().map(|record| record.grid.as_str()).collect();
        Register { index: GridIndex::by_code(&shapes, &codes), grids }
    }

    /// The records, in plan order.
    pub fn grids(&self) -> &[GridRecord] {
        &self.grids
    }

    /// The index of the grids' shapes; it answers with indices into [`grids`](Register::grids).
    pub fn index(&self) -> &GridIndex {
        &self.index
    }

    /// Who answers for a point in degrees; `None` outside of all grids.
    pub fn locate(&self, point: Point<f64>) -> Option<ResponsibilityChain> {
        self.chain(self.index.locate(point)?, point)
    }

    /// Who answers for each of many points in degrees; in parallel, in their order.
    pub fn locate_all(&self, points: &[Point<f64>]) -> Vec<Option<ResponsibilityChain>> {
        points.par_iter().map(|&point| self.locate(point)).collect()
    }

    /// Who answers for a point in degrees, in its grid or else in the nearest one within `most_m`
    /// metres, and how far that is: 0 in a grid. `None` farther out.
    pub fn locate_near(
        &self,
        point: Point<f64>,
        most_m: f64,
    ) -> Option<(ResponsibilityChain, f64)> {
        let (grid, distance_m) = self.index.nearest(point).filter(|found| found.1 <= most_m)?;
        Some((self.chain(grid, point)?, distance_m))
    }

    /// Who answers for a point in degrees that lies in the grid of the given index; `None` where
    /// there is no such grid.
    pub fn chain(&self, index: usize, point: Point<f64>) -> Option<ResponsibilityChain> {
        let record = self.grids.get(index)?;
        Some(ResponsibilityChain {
            subdistrict: record.subdistrict.clone(),
            community: record.community.clone(),
            community_name: record.community_name.clone(),
            grid: record.grid.clone(),
            central_household: nearest_household(record, point).map(|h| h.id.clone()),
            officer: record.officer.clone(),
            station: record.station.clone(),
            ..ResponsibilityChain::default()
        })
    }
}

/// The central household of a grid nearest to a point, by straight line in the plane that touches
/// the globe there; the first where several are equally near.
fn nearest_household(record: &GridRecord, point: Point<f64>) -> Option<&PersonPoint> {
    let shrink = point.y().to_radians().cos();
    let squared = |household: &PersonPoint| {
        let (x, y) = (shrink * (household.lon - point.x()), household.lat - point.y());
        x * x + y * y
    };
    let measured =
        record.central_households.iter().map(|household| (squared(household), household));
    measured.reduce(|best, next| if next.0 < best.0 { next } else { best }).map(|(_, h)| h)
}

/// Of every grid the station (an index) nearest to its centre.
fn nearest_stations(city: &City, ground: &Ground, plan: &Plan) -> Result<Vec<Option<usize>>> {
    let lonlat = |point: Point<f64>| [point.x(), point.y()];
    let stations: Vec<[f64; 2]> = city.stations.iter().map(|s| lonlat(s.position)).collect();
    let centres: Vec<[f64; 2]> = plan.grids.iter().map(|g| lonlat(g.centre)).collect();
    let stations = ground.frame.project(&stations)?.into_iter().enumerate();
    let tree = RTree::bulk_load(stations.map(|(i, s)| GeomWithData::new(s, i)).collect());
    let nearest = |centre: [f64; 2]| {
        // All that are equally near, since the tree promises no order among them.
        tree.nearest_neighbors(&centre).into_iter().map(|found| found.data).min()
    };
    Ok(ground.frame.project(&centres)?.into_iter().map(nearest).collect())
}

#[cfg(test)]
#[path = "register_tests.rs"]
mod tests;
