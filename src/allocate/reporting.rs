use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::flow::{Arc, Transport};
use super::partners::{Places, without_way};
use super::together::Together;
use super::travel::{Travel, centimetres, community_centres, metres};
use crate::apportion::apportion;
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::locate::GridIndex;
use crate::model::City;

/// Gives reporting members (双报到) a community to serve in.
///
/// As many as possible serve in the community they live in; the others go where the sum of ways is
/// least, and no community gets more than its places: a transportation problem, solved exactly.
/// Where organisations are kept together, as few as can be are not whole in one community, and of
/// these ones with as few members as can be; then the sum of ways is least. That is harder, and the
/// answer carries its bounds.
#[derive(Debug, Default)]
pub struct ReportingMembers {
    /// How ways are measured.
    pub travel: Travel,
    /// Members that each community takes, in city order; empty: in proportion to its population
    /// (Webster), as many as there are members in all.
    pub places: Vec<usize>,
    /// Whether the members of an organisation go to one community.
    pub together: bool,
}

/// Who serves where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportingAssignment {
    /// The community of every member: an index into `City::communities`; `None` where there is no
    /// place left.
    pub community_of_member: Vec<Option<usize>>,
    /// How far its centre is, metres; 0 in the home community.
    pub distance_m: Vec<Option<f64>>,
    /// Members who serve in the community they live in.
    pub at_home: usize,
    /// Members (indices) who live in no community.
    pub homeless: Vec<usize>,
    /// Places of every community, in city order.
    pub places: Vec<usize>,
    /// Members (indices) from which no way leads to any community.
    pub unreachable: Vec<usize>,
    /// Organisations that are not together in one community, since no room was found for them in one
    /// beside the others.
    pub split: Vec<String>,
    /// Organisations that are together in one community; counted only where that is asked.
    pub whole: usize,
    /// No answer has more of them.
    pub whole_at_most: usize,
    /// Those of `split` of which no community is reached by all members.
    pub scattered: Vec<String>,
    /// Sum of ways of those who do not serve at home, metres.
    pub objective: f64,
    /// No way that keeps the places and places as many, with as many at home or the same
    /// organisations whole, has a smaller sum, metres.
    pub lower_bound: f64,
    /// Centre of every community, degrees.
    pub centres: Vec<Option<geo::Point<f64>>>,
}

impl ReportingMembers {
    /// Assigns them.
    ///
    /// # Errors
    /// Where a member cannot be projected, or places do not fit the communities.
    pub fn assign(&self, city: &City, ground: &Ground) -> Result<ReportingAssignment> {
        let centres = community_centres(city, ground)?;
        let communities = Places::of(&centres);
        let from = metres(ground, city.reporting_members.iter().map(|m| m.position))?;
        let mut table = self.travel.table(&from, &communities.metres)?;
        let home = homes(city, ground, &communities);
        for (member, home) in home.iter().enumerate() {
            if let Some(place) = home {
                table[member * communities.numbers.len() + place] = 0.0;
            }
        }
        let places = self.places(city, ground, &communities)?;
        let mut answer = ReportingAssignment {
            community_of_member: vec![None; from.len()],
            distance_m: vec![None; from.len()],
            unreachable: without_way(&table, from.len(), communities.numbers.len()),
            homeless: (0..home.len()).filter(|&m| home[m].is_none()).collect(),
            centres: communities.degrees(ground, centres.len())?,
            ..ReportingAssignment::default()
        };
        answer.places = vec![0; centres.len()];
        for (&number, &places) in communities.numbers.iter().zip(&places) {
            answer.places[number] = places;
        }
        let count = communities.numbers.len();
        // More places than members are as good as these.
        let places: Vec<usize> = places.into_iter().map(|n| n.min(from.len())).collect();
        let found = if self.together {
            Self::by_organisation(city, &table, &places, &mut answer)?
        } else {
            one_by_one(&table, &places, &home)?
        };
        for (member, place) in found.into_iter().enumerate() {
            let Some(place) = place else { continue };
            let way = table[member * count + place];
            answer.community_of_member[member] = Some(communities.numbers[place]);
            answer.distance_m[member] = Some(way);
            answer.objective += way;
            answer.at_home += usize::from(home[member] == Some(place));
        }
        if !self.together {
            answer.lower_bound = answer.objective;
        }
        answer.lower_bound = answer.lower_bound.min(answer.objective);
        Ok(answer)
    }

    fn places(&self, city: &City, ground: &Ground, communities: &Places) -> Result<Vec<usize>> {
        if !self.places.is_empty() {
            if self.places.len() != city.communities.len() {
                return Err(Error::request(
                    format!(
                        "{} numbers of places for {} communities",
                        self.places.len(),
                        city.communities.len()
                    ),
                    "give one per community, or none",
                ));
            }
            return Ok(communities.numbers.iter().map(|&c| self.places[c]).collect());
        }
        let mut people = vec![0.0; city.communities.len().max(1)];
        for (unit, community) in city.units.iter().zip(&ground.community_of_cell) {
            people[*community as usize] += unit.population;
        }
        let weights: Vec<f64> = communities.numbers.iter().map(|&c| people[c]).collect();
        let members = city.reporting_members.len();
        apportion(&weights, members, &vec![(0, members); weights.len()])
    }

    /// Each organisation to one community whole; the members of one that fits nowhere go one by one.
    fn by_organisation(
        city: &City,
        table: &[f64],
        places: &[usize],
        answer: &mut ReportingAssignment,
    ) -> Result<Vec<Option<usize>>> {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, member) in city.reporting_members.iter().enumerate() {
            members.entry(&member.organisation).or_default().push(i);
        }
        let (names, groups): (Vec<&str>, Vec<Vec<usize>>) = members.into_iter().unzip();
        let together = Together { way: table, room: places, groups: &groups };
        let placed = together.solve()?;
        answer.whole = groups.len() - placed.torn.len();
        answer.whole_at_most = placed.whole_at_most;
        // Who is alone cannot be split: without a place it is named as a member.
        for group in placed.torn.into_iter().filter(|&group| groups[group].len() > 1) {
            answer.split.push(names[group].to_owned());
            if !together.has_common(group) {
                answer.scattered.push(names[group].to_owned());
            }
        }
        answer.lower_bound = placed.least;
        Ok(placed.place_of_member)
    }
}

/// Each member by itself: as many at home as can be, and then the least sum of ways.
fn one_by_one(
    table: &[f64],
    places: &[usize],
    home: &[Option<usize>],
) -> Result<Vec<Option<usize>>> {
    let count = places.len();
    // One more at home outweighs the ways of a whole chain of others.
    let farthest = table.iter().copied().filter(|d| d.is_finite()).fold(0.0, f64::max);
    let at_home = centimetres(farthest + 1.0).saturating_mul(2 * count as i64 + 2);
    let mut arcs = Vec::with_capacity(table.len());
    for (i, &way) in table.iter().enumerate().filter(|(_, way)| way.is_finite()) {
        let (point, site) = (i / count, i % count);
        let cost = if home[point] == Some(site) { 0 } else { at_home + centimetres(way) };
        arcs.push(Arc { point, site, cost });
    }
    let problem = Transport {
        supply: vec![1; home.len()],
        capacity: places.iter().map(|&p| p as i64).collect(),
        arcs,
        ..Transport::default()
    };
    let mut place_of = vec![None; home.len()];
    for shipment in problem.solve()?.shipments {
        place_of[shipment.point] = Some(shipment.site);
    }
    Ok(place_of)
}

/// The community every member lives in, as a place: the one whose ground the point lies on.
fn homes(city: &City, ground: &Ground, communities: &Places) -> Vec<Option<usize>> {
    let place = |community: usize| communities.numbers.iter().position(|&c| c == community);
    let count = city.communities.len().max(1);
    let community_of_cell = &ground.community_of_cell;
    let shapes: Vec<_> =
        ground.dissolve(community_of_cell, count).into_iter().map(|z| z.shape).collect();
    let index = GridIndex::new(&shapes);
    let points: Vec<_> = city.reporting_members.iter().map(|m| m.position).collect();
    let found = index.locate_all(&points);
    found.into_iter().map(|community| community.and_then(|c| place(c as usize))).collect()
}

#[cfg(test)]
#[path = "reporting_tests.rs"]
mod tests;
