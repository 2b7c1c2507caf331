//! How far it is for people: straight lines with a detour factor, or ways on the walking network.

use geo::orient::{Direction, Orient};
use geo::{Coord, LineString, MapCoords, MultiPolygon, Point, Polygon};

use rayon::prelude::*;

use super::location::Distances;
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::walking::{Isochrone, Network, Snapped};

/// Ways are this much longer than straight lines where no network is known: the usual detour of
/// people on foot in a town.
pub const DETOUR: f64 = 1.3;
/// Points farther than this from every walk, metres, are not on the walking network.
pub const FARTHEST_M: f64 = 500.0;

/// Corners of the circle that is reached by straight lines.
const CORNERS: usize = 64;

/// How distances between places are measured.
#[derive(Debug, Default)]
pub enum Travel {
    /// Straight lines times [`DETOUR`].
    #[default]
    Usual,
    /// Straight lines times a factor.
    Straight(f64),
    /// On foot on the walking network; points more than 500 m off it reach nothing.
    OnFoot(Box<Network>),
}

impl Travel {
    /// On the city's walking network, where it has one; else straight lines with the usual detour.
    ///
    /// # Errors
    /// Where a walk cannot be projected.
    pub fn on_foot(city: &City, ground: &Ground) -> Result<Travel> {
        if city.walks.is_empty() {
            return Ok(Travel::Usual);
        }
        Ok(Travel::OnFoot(Box::new(Network::of(&city.walks, &ground.frame)?)))
    }

    /// Distances from clients to sites, metres; on the network only those within `most_m`.
    ///
    /// # Errors
    /// Where the factor is not positive.
    pub fn between(
        &self,
        clients: Vec<[f64; 2]>,
        sites: Vec<[f64; 2]>,
        most_m: f64,
    ) -> Result<Distances> {
        match self {
            Travel::Usual => Distances::between(clients, sites, DETOUR),
            Travel::Straight(factor) => Distances::between(clients, sites, *factor),
            Travel::OnFoot(network) => {
                let count = sites.len();
                let clients: Vec<Option<Snapped>> = network.snap(&clients, FARTHEST_M);
                let sites = network.snap(&sites, FARTHEST_M);
                Distances::lists(network.nearest(&clients, &sites, count, most_m), count)
            }
        }
    }

    /// What can be reached from each place within `most_m` metres, as areas in degrees: a circle by
    /// straight lines, an isochrone on the network; empty for a place that is off it. On the network
    /// the straight ways of `people` off it belong to the area of each place that is within their
    /// reach: whoever is told to be within reach stands in the area.
    ///
    /// # Errors
    /// Where a place or a corner cannot be projected.
    pub fn reached(
        &self,
        ground: &Ground,
        places: impl IntoIterator<Item = Point<f64>>,
        people: impl IntoIterator<Item = Point<f64>>,
        most_m: f64,
    ) -> Result<Vec<MultiPolygon<f64>>> {
        let (places, people) = (metres(ground, places)?, metres(ground, people)?);
        let areas = self.reached_metres(&places, &people, most_m);
        areas.iter().map(|area| in_degrees(ground, area)).collect()
    }

    /// Which points are so far from every walk that nothing is reached from them; none by straight
    /// lines.
    ///
    /// # Errors
    /// Where a point cannot be projected.
    pub fn off_the_walks(
        &self,
        ground: &Ground,
        points: impl IntoIterator<Item = Point<f64>>,
    ) -> Result<Vec<bool>> {
        let points = metres(ground, points)?;
        Ok(match self {
            Travel::OnFoot(network) => {
                network.snap(&points, FARTHEST_M).iter().map(Option::is_none).collect()
            }
            Travel::Usual | Travel::Straight(_) => vec![false; points.len()],
        })
    }

    fn reached_metres(
        &self,
        places: &[[f64; 2]],
        people: &[[f64; 2]],
        most_m: f64,
    ) -> Vec<MultiPolygon<f64>> {
        let circle = |factor: f64| {
            // The corners stand outside of the circle, so that its polygon holds the whole of it.
            let radius = most_m / factor / (std::f64::consts::PI / CORNERS as f64).cos();
            let around = move |&[x, y]: &[f64; 2]| {
                let corner = |i: usize| {
                    let angle = std::f64::consts::TAU * i as f64 / CORNERS as f64;
                    (x + radius * angle.cos(), y + radius * angle.sin())
                };
                let ring: Vec<(f64, f64)> = (0..CORNERS).map(corner).collect();
                MultiPolygon(vec![Polygon::new(LineString::from(ring), Vec::new())])
            };
            places.iter().map(around).collect()
        };
        match self {
            Travel::Usual => circle(DETOUR),
            Travel::Straight(factor) => circle(*factor),
            Travel::OnFoot(network) => {
                let snapped = network.snap(places, FARTHEST_M);
                let homes = network.snap(people, FARTHEST_M);
                let near = network.within(&snapped, &homes, most_m).targets;
                let rule = Isochrone::within(most_m);
                let around = |number: usize| {
                    let Some(place) = &snapped[number] else { return MultiPolygon(Vec::new()) };
                    let homes = near[number].iter().filter_map(|&(person, _)| {
                        homes[person].as_ref().map(|home| (people[person], home))
                    });
                    let ends = homes.chain([(places[number], place)]);
                    let off = ends.filter(|(_, home)| rule.is_off(home));
                    rule.around(network, place, off.map(|(at, home)| [at, network.position(home)]))
                };
                (0..places.len()).into_par_iter().map(around).collect()
            }
        }
    }

    /// All distances from `from` to `to`, row by row; infinite where there is no way.
    ///
    /// # Errors
    /// As [`between`](Self::between).
    pub(super) fn table(&self, from: &[[f64; 2]], to: &[[f64; 2]]) -> Result<Vec<f64>> {
        let distances = self.between(from.to_vec(), to.to_vec(), f64::INFINITY)?;
        let lists = distances.within(f64::INFINITY, &vec![true; to.len()]);
        let mut table = vec![f64::INFINITY; from.len() * to.len()];
        for row in 0..from.len() {
            for (column, length) in lists.of(row) {
                table[row * to.len() + column] = length;
            }
        }
        Ok(table)
    }
}

/// An area in metres as one in degrees, its outer ring against the clock (RFC 7946).
fn in_degrees(ground: &Ground, area: &MultiPolygon<f64>) -> Result<MultiPolygon<f64>> {
    let degrees = area.try_map_coords(|Coord { x, y }| {
        ground.frame.to_degrees(Point::new(x, y)).map(|point| point.0)
    })?;
    Ok(degrees.orient(Direction::Default))
}

/// Points in degrees to metres.
pub(super) fn metres(
    ground: &Ground,
    points: impl IntoIterator<Item = Point<f64>>,
) -> Result<Vec<[f64; 2]>> {
    let lonlat: Vec<[f64; 2]> = points.into_iter().map(|p| [p.x(), p.y()]).collect();
    ground.frame.project(&lonlat)
}

/// The middle of every community's people, in metres; `None` where it has no unit.
pub(super) fn community_centres(city: &City, ground: &Ground) -> Result<Vec<Option<[f64; 2]>>> {
    let points = metres(ground, ground.unit_points.iter().copied())?;
    let mut sums = vec![([0.0, 0.0], 0.0); city.communities.len().max(1)];
    for (unit, [x, y]) in points.into_iter().enumerate() {
        // The small addition places communities where nobody lives.
        let weight = city.units[unit].population + 1e-6;
        let (sum, total) = &mut sums[ground.community_of_cell[unit] as usize];
        *sum = [sum[0] + weight * x, sum[1] + weight * y];
        *total += weight;
    }
    let middle = |(sum, total): ([f64; 2], f64)| (total > 0.0).then(|| sum.map(|s| s / total));
    Ok(sums.into_iter().map(middle).collect())
}

/// The communities that touch each community, ascending.
pub(super) fn neighbouring(city: &City, ground: &Ground) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); city.communities.len().max(1)];
    for (a, b, _) in ground.contiguity.pairs() {
        let [a, b] = [a, b].map(|cell| ground.community_of_cell[cell as usize] as usize);
        if a != b {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    neighbours
}

/// Costs in whole centimetres, for exact flows.
pub(super) fn centimetres(metres: f64) -> i64 {
    (metres * 100.0).round() as i64
}

#[cfg(test)]
#[path = "travel_tests.rs"]
mod tests;
