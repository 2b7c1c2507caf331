use serde::{Deserialize, Serialize};

use super::flow::{Arc, Transport, Transported};
use super::travel::{Travel, centimetres, community_centres, metres};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::{City, Offers, Partner};

/// Pairs each partner organisation with one community (三张清单: needs, resources, projects).
///
/// An organisation fits a community where it can give what the community needs, the community can
/// give what it needs, or both work on one project; a community of which no list is known fits all.
/// Every community gets as many as any other, give or take one, of those that a way leads to some
/// community; where ways allow no such share, as few as possible go to one. The sum of ways is least:
/// a transportation problem, solved exactly. An organisation that fits nowhere, or only where others
/// are nearer to being needed, is placed all the same, and named.
#[derive(Debug, Default)]
pub struct Partners {
    /// How ways are measured.
    pub travel: Travel,
    /// Organisations that each community gets, in city order; empty: evenly.
    pub loads: Vec<usize>,
}

/// Which organisation works with which community.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PartnerAssignment {
    /// The community of every partner: an index into `City::communities`; `None` where loads that
    /// were set leave no place, or no way leads to a community.
    pub community_of_partner: Vec<Option<usize>>,
    /// Partners (indices) from which no way leads to any community.
    pub unreachable: Vec<usize>,
    /// How far its centre is, metres.
    pub distance_m: Vec<Option<f64>>,
    /// Partners (indices) that share no category with their community.
    pub mismatched: Vec<usize>,
    /// Sum of distances, metres, to a centimetre a partner (with more than a thousand communities, to
    /// some centimetres): the least of all ways with as few mismatches and the same loads.
    pub total_distance_m: f64,
    /// Centre of every community, degrees.
    pub centres: Vec<Option<geo::Point<f64>>>,
}

impl Partners {
    /// Pairs them.
    ///
    /// # Errors
    /// Where a partner cannot be projected, or loads do not fit the communities.
    pub fn assign(&self, city: &City, ground: &Ground) -> Result<PartnerAssignment> {
        let centres = community_centres(city, ground)?;
        let places = Places::of(&centres);
        let from = metres(ground, city.partners.iter().map(|p| p.position))?;
        let table = self.travel.table(&from, &places.metres)?;
        let count = places.numbers.len();
        let unreachable = without_way(&table, from.len(), count);
        // A mismatch outweighs all ways together, or those of a chain of changes where that is less.
        let farthest = table.iter().copied().filter(|d| d.is_finite()).fold(0.0, f64::max);
        let together = 4 * from.len().min(count + 1).max(1) as i64;
        // Centimetres, coarser only where sums would not be exact otherwise.
        let room = Transport::most_cost(count, true) / (together + 1);
        let step = centimetres(farthest + 1.0) / room.max(1) + 1;
        let cost = |way: f64| centimetres(way) / step;
        let mismatch = (cost(farthest + 1.0) + 1) * together;
        let fits =
            |partner: usize, place: usize| match city.community_offers.get(places.numbers[place]) {
                Some(offers) => fits(&city.partners[partner], offers),
                None => true,
            };
        let mut arcs = Vec::new();
        for point in 0..from.len() {
            for site in 0..count {
                let way = table[point * count + site];
                if way.is_finite() {
                    let cost = cost(way) + if fits(point, site) { 0 } else { mismatch };
                    arcs.push(Arc { point, site, cost });
                }
            }
        }
        let problem = Transport { supply: vec![1; from.len()], arcs, ..Transport::default() };
        let flow = match self.set_loads(city, &places)? {
            Some(loads) => {
                Transport { capacity: loads.clone(), at_least: loads, ..problem }.solve()?
            }
            None => evenly(problem, count, from.len() - unreachable.len())?,
        };
        let mut answer = PartnerAssignment {
            community_of_partner: vec![None; from.len()],
            distance_m: vec![None; from.len()],
            centres: places.degrees(ground, centres.len())?,
            unreachable,
            ..PartnerAssignment::default()
        };
        for shipment in &flow.shipments {
            let (partner, place) = (shipment.point, shipment.site);
            let way = table[partner * count + place];
            answer.community_of_partner[partner] = Some(places.numbers[place]);
            answer.distance_m[partner] = Some(way);
            answer.total_distance_m += way;
            if !fits(partner, place) {
                answer.mismatched.push(partner);
            }
        }
        Ok(answer)
    }

    /// The loads that were set, of the communities that have units.
    fn set_loads(&self, city: &City, places: &Places) -> Result<Option<Vec<i64>>> {
        if self.loads.is_empty() {
            return Ok(None);
        }
        if self.loads.len() != city.communities.len() {
            return Err(Error::request(
                format!("{} loads for {} communities", self.loads.len(), city.communities.len()),
                "give one per community, or none",
            ));
        }
        Ok(Some(places.numbers.iter().map(|&c| self.loads[c] as i64).collect()))
    }
}

/// Shares out all of the points from which a way leads anywhere: evenly among the sites to which
/// one leads, and where ways do not allow that, so that the largest load is as small as possible.
fn evenly(mut problem: Transport, sites: usize, points: usize) -> Result<Transported> {
    let mut is_met = vec![false; sites];
    problem.arcs.iter().for_each(|arc| is_met[arc.site] = true);
    let met = is_met.iter().filter(|&&met| met).count().max(1);
    problem.at_least = vec![(points / met) as i64; sites];
    let mut with_most = |most: usize| {
        problem.capacity = vec![most as i64; sites];
        problem.solve()
    };
    let even = points.div_ceil(met);
    let flow = with_most(even)?;
    let is_whole = |flow: &Transported| flow.shipments.len() == points;
    if is_whole(&flow) {
        return Ok(flow);
    }
    // With room for all everybody finds a place.
    let (mut too_few, mut enough) = (even, points);
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        match is_whole(&with_most(middle)?) {
            true => enough = middle,
            false => too_few = middle,
        }
    }
    with_most(enough)
}

/// The rows of a table in which nothing is finite.
pub(super) fn without_way(table: &[f64], rows: usize, columns: usize) -> Vec<usize> {
    let has_way =
        |row: usize| table[row * columns..(row + 1) * columns].iter().any(|x| x.is_finite());
    (0..rows).filter(|&row| !has_way(row)).collect()
}

/// Communities that have units.
pub(super) struct Places {
    pub numbers: Vec<usize>,
    pub metres: Vec<[f64; 2]>,
}

impl Places {
    pub fn of(centres: &[Option<[f64; 2]>]) -> Self {
        let known = centres.iter().enumerate().filter_map(|(i, c)| Some((i, (*c)?)));
        let (numbers, metres) = known.unzip();
        Places { numbers, metres }
    }

    pub fn degrees(
        &self,
        ground: &Ground,
        communities: usize,
    ) -> Result<Vec<Option<geo::Point<f64>>>> {
        let mut degrees = vec![None; communities];
        for (&number, &at) in self.numbers.iter().zip(&self.metres) {
            degrees[number] = Some(ground.frame.to_degrees(geo::Point::from(at))?);
        }
        Ok(degrees)
    }
}

/// Whether a partner and a community have anything to do with each other.
fn fits(partner: &Partner, community: &Offers) -> bool {
    let meet = |a: &[String], b: &[String]| a.iter().any(|x| b.contains(x));
    if [&community.needs, &community.resources, &community.projects].iter().all(|l| l.is_empty()) {
        return true;
    }
    meet(&partner.resources, &community.needs)
        || meet(&partner.needs, &community.resources)
        || meet(&partner.projects, &community.projects)
}

#[cfg(test)]
#[path = "partners_tests.rs"]
mod tests;
