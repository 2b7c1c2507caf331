use std::collections::HashSet;

use geo::Point;
use serde::{Deserialize, Serialize};

use super::flow::{Arc, Transport};
use super::seats::{by_largest_remainder, by_most_people};
use super::sharing::Sharing;
use super::travel::{Travel, centimetres, neighbouring};
use super::{Metres, capacitated_assignment};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Gives each community its auxiliary officer (一社区一辅警), least total distance, exactly.
///
/// An officer is not sent where [`Officer::avoids`](crate::model::Officer::avoids) says so, nor
/// where [`Offers::requires`](crate::model::Offers::requires) asks for a skill or language the
/// officer does not have. A community in [`Officer::prefers`](crate::model::Officer::prefers) counts
/// as nearer, and so does one that needs what the officer can do. Where officers are too few, some
/// look after two neighbouring communities, so that the sum of ways is least, exactly; the farther
/// of the two stays named as a vacancy. The same places any one-per-community role, such as
/// instructors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Officers {
    /// What becomes of officers beyond one per community. Default: they are left over.
    pub spare: SpareOfficers,
    /// Metres by which a preferred community, and one for each skill it needs of those an officer
    /// has, counts as nearer. Default 1,000.
    pub preference_m: f64,
}

/// What becomes of officers beyond one per community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SpareOfficers {
    /// They are left over.
    #[default]
    Left,
    /// Places in proportion to population, at least one each: whoever would have less than one gets
    /// one, and the others share what is left by largest remainder.
    LargestRemainder,
    /// Places so that the most people per officer are as few as possible.
    Minimax,
}

impl Default for Officers {
    fn default() -> Self {
        Officers { spare: SpareOfficers::default(), preference_m: 1_000.0 }
    }
}

/// Who serves which community.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OfficerAssignment {
    /// The officer of every community: an index into `City::officers`. Communities without units
    /// have none.
    pub officer_of_community: Vec<Option<usize>>,
    /// Distance of each, metres, parallel to the above.
    pub distance_m: Vec<Option<f64>>,
    /// The centre of every community that has units, in degrees: distances are measured to it.
    pub centre_of_community: Vec<Option<Point<f64>>>,
    /// Sum of all these distances, those of `further` and `shared` included, metres.
    pub total_distance_m: f64,
    /// Sum of the distances less preferences, metres, those of shared communities included.
    pub objective: f64,
    /// No way that leaves as few communities alone, and gives as many officers a place, has a smaller
    /// sum, metres.
    pub lower_bound: f64,
    /// Second and further officers: community, officer, and the distance, metres.
    pub further: Vec<(usize, usize, f64)>,
    /// Communities without an officer of their own, and the officer of a neighbouring community who
    /// looks after it as well, with the distance, metres. Each officer does so for one at most.
    pub shared: Vec<(usize, usize, f64)>,
    /// Communities (indices) with units that are left without an officer because there are too
    /// few: those whose omission leaves the least sum of distances; and those of `nobody_may`.
    pub vacancies: Vec<usize>,
    /// Communities (indices) with units that no officer may serve, or none reaches.
    pub nobody_may: Vec<usize>,
    /// Officers (indices) left over.
    pub spare: Vec<usize>,
}

impl Officers {
    /// Assigns. Distance is the straight line from the officer to the community's centre: the mean
    /// of its grids' centres, weighted by population. A city of which no officer is known is left
    /// as it is: nothing was asked.
    ///
    /// # Errors
    /// Where an officer cannot be projected with the city.
    pub fn assign(&self, city: &City, ground: &Ground, plan: &Plan) -> Result<OfficerAssignment> {
        if city.officers.is_empty() {
            let communities = city.communities.len();
            return Ok(OfficerAssignment {
                officer_of_community: vec![None; communities],
                distance_m: vec![None; communities],
                centre_of_community: vec![None; communities],
                ..OfficerAssignment::default()
            });
        }
        self.assign_by(city, ground, plan, &Travel::Straight(1.0))
    }

    /// As [`assign`](Self::assign), with distances measured in another way.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn assign_by(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        travel: &Travel,
    ) -> Result<OfficerAssignment> {
        let officers: Vec<[f64; 2]> =
            city.officers.iter().map(|o| [o.position.x(), o.position.y()]).collect();
        let officers = ground.frame.project(&officers)?;
        let centres: Vec<[f64; 2]> =
            plan.grids.iter().map(|grid| [grid.centre.x(), grid.centre.y()]).collect();
        let centres = ground.frame.project(&centres)?;

        let communities = plan.grids.iter().map(|grid| grid.community + 1).max().unwrap_or(0);
        let mut sums = vec![([0.0, 0.0], 0.0); communities.max(city.communities.len())];
        for (grid, [x, y]) in plan.grids.iter().zip(centres) {
            // The small addition places communities where nobody lives.
            let weight = grid.population + 1e-6;
            let (sum, total) = &mut sums[grid.community];
            *sum = [sum[0] + weight * x, sum[1] + weight * y];
            *total += weight;
        }
        let middle = |(sum, total): ([f64; 2], f64)| (total > 0.0).then(|| sum.map(|s| s / total));
        let middles: Vec<Option<Metres>> = sums.into_iter().map(middle).collect();
        let served: Vec<usize> = (0..middles.len()).filter(|&c| middles[c].is_some()).collect();
        let places: Vec<Metres> = middles.iter().flatten().copied().collect();
        let way = travel.table(&officers, &places)?;
        let mut table = Table { officers: officers.len(), cost: way.clone(), way };
        for (i, officer) in city.officers.iter().enumerate() {
            for (j, &community) in served.iter().enumerate() {
                let id = city.communities.get(community).map(|c| &c.id);
                let offers = city.community_offers.get(community);
                let can = |skill: &&String| officer.skills.contains(skill);
                let lacks = offers.is_some_and(|o| !o.requires.iter().all(|skill| can(&skill)));
                let useful = offers.map_or(0, |o| o.needs.iter().filter(can).count());
                let preferred = id.is_some_and(|id| officer.prefers.contains(id));
                let cost = &mut table.cost[i * served.len() + j];
                *cost -= (useful + usize::from(preferred)) as f64 * self.preference_m;
                if lacks || id.is_some_and(|id| officer.avoids.contains(id)) {
                    *cost = f64::INFINITY;
                }
            }
        }
        let people: Vec<f64> = served.iter().map(|&c| sums_of_people(plan, c)).collect();
        let neighbours = neighbouring(city, ground);
        let mut assignment = self.place(&table, &served, &people, &neighbours, middles.len())?;
        for middle in middles {
            let centre = middle.map(|m| ground.frame.to_degrees(Point::from(m))).transpose()?;
            assignment.centre_of_community.push(centre);
        }
        Ok(assignment)
    }

    /// Officers to the communities `served`, by a table of officers and these. A community that
    /// nobody may serve has no part in how the others are staffed.
    fn place(
        &self,
        table: &Table,
        served: &[usize],
        people: &[f64],
        neighbours: &[Vec<usize>],
        communities: usize,
    ) -> Result<OfficerAssignment> {
        let (open, closed): (Vec<usize>, Vec<usize>) =
            (0..served.len()).partition(|&place| table.is_open(place, served.len()));
        let within = table.of_places(&open, served.len());
        let of_open = |place: &usize| served[*place];
        let serving: Vec<usize> = open.iter().map(of_open).collect();
        let people: Vec<f64> = open.iter().map(|&place| people[place]).collect();
        let mut assignment =
            self.place_open(&within, &serving, &people, neighbours, communities)?;
        assignment.nobody_may = closed.iter().map(of_open).collect();
        assignment.vacancies.extend(&assignment.nobody_may);
        assignment.vacancies.sort_unstable();
        Ok(assignment)
    }

    /// Officers to communities each of which somebody may serve.
    fn place_open(
        &self,
        table: &Table,
        served: &[usize],
        people: &[f64],
        neighbours: &[Vec<usize>],
        communities: usize,
    ) -> Result<OfficerAssignment> {
        let mut assignment = OfficerAssignment {
            officer_of_community: vec![None; communities],
            distance_m: vec![None; communities],
            ..OfficerAssignment::default()
        };
        let seats = self.seats(people, table.usable());
        let mut placed = capacitated_assignment(&table.cost, table.officers, &seats)?.column_of_row;
        let leaves_none = |placed: &[Option<usize>]| {
            placed.iter().flatten().collect::<HashSet<_>>().len() == served.len()
        };
        if !leaves_none(&placed) {
            placed = table.one_each_first(&seats)?;
        }
        if !leaves_none(&placed) {
            let mut assignment = self.shared(assignment, table, served, neighbours)?;
            self.add_spare(&mut assignment, table, served, people)?;
            return Ok(assignment);
        }
        for (officer, place) in placed.into_iter().enumerate() {
            let Some(place) = place else {
                assignment.spare.push(officer);
                continue;
            };
            let (community, pair) = (served[place], officer * served.len() + place);
            let way = table.way[pair];
            assignment.total_distance_m += way;
            assignment.objective += table.cost[pair];
            let first = &mut assignment.officer_of_community[community];
            match *first {
                None => {
                    *first = Some(officer);
                    assignment.distance_m[community] = Some(way);
                }
                Some(_) => assignment.further.push((community, officer, way)),
            }
        }
        assignment.lower_bound = assignment.objective;
        assignment.further.sort_by_key(|&(community, officer, _)| (community, officer));
        Ok(assignment)
    }

    /// Officers to more communities than they can have one each of.
    fn shared(
        &self,
        mut assignment: OfficerAssignment,
        table: &Table,
        served: &[usize],
        neighbours: &[Vec<usize>],
    ) -> Result<OfficerAssignment> {
        let places = served.len();
        let officers = table.officers;
        let touch = |a: usize, b: usize| neighbours.get(a).is_some_and(|n| n.contains(&b));
        let pairs = served.iter().flat_map(|&a| served.iter().map(move |&b| touch(a, b)));
        let adjacent: Vec<bool> = pairs.collect();
        let sharing = Sharing { cost: &table.cost, places, adjacent: &adjacent };
        let found = sharing.solve()?;
        assignment.objective = 0.0;
        for officer in 0..officers {
            let at = |place: usize| officer * places + place;
            let mut own: Vec<usize> =
                (0..places).filter(|&p| found.officer_of_place[p] == Some(officer)).collect();
            own.sort_by(|&a, &b| table.cost[at(a)].total_cmp(&table.cost[at(b)]));
            if own.is_empty() {
                assignment.spare.push(officer);
            }
            for (rank, place) in own.into_iter().enumerate() {
                assignment.objective += table.cost[at(place)];
                let (community, way) = (served[place], table.way[at(place)]);
                assignment.total_distance_m += way;
                if rank == 0 {
                    assignment.officer_of_community[community] = Some(officer);
                    assignment.distance_m[community] = Some(way);
                } else {
                    assignment.shared.push((community, officer, way));
                }
            }
        }
        // Sums of centimetres and of metres differ by rounding.
        let rounding = 0.01 * places as f64;
        assignment.lower_bound = match assignment.objective - found.least <= rounding {
            true => assignment.objective,
            // Sums of what is never below 0 are not either.
            false if table.cost.iter().all(|&cost| cost >= 0.0) => {
                (found.least - rounding).max(0.0)
            }
            false => found.least - rounding,
        };
        let vacant = |c: &usize| assignment.officer_of_community[*c].is_none();
        assignment.vacancies = served.iter().copied().filter(vacant).collect();
        assignment.shared.sort_by_key(|shared| shared.0);
        Ok(assignment)
    }

    /// Officers who are left over where not every community can have one of its own, to those that
    /// have one. The bound is then what every officer and every shared community costs at least.
    fn add_spare(
        &self,
        assignment: &mut OfficerAssignment,
        table: &Table,
        served: &[usize],
        people: &[f64],
    ) -> Result<()> {
        let has_own = |&p: &usize| assignment.officer_of_community[served[p]].is_some();
        let own: Vec<usize> = (0..served.len()).filter(has_own).collect();
        let people: Vec<f64> = own.iter().map(|&place| people[place]).collect();
        let may = |officer: &usize| table.may_serve(*officer, served.len());
        let (idle, useless): (Vec<usize>, Vec<usize>) =
            assignment.spare.iter().copied().partition(may);
        let seats = self.seats(&people, own.len() + idle.len());
        let further: Vec<usize> = seats.into_iter().map(|seats| seats - 1).collect();
        let cost = |officer: usize, place: usize| table.cost[officer * served.len() + place];
        let costs = idle.iter().flat_map(|&o| own.iter().map(move |&place| cost(o, place)));
        let costs: Vec<f64> = costs.collect();
        let answer = capacitated_assignment(&costs, idle.len(), &further)?;
        assignment.spare = useless;
        let mut added = 0;
        for (&officer, place) in idle.iter().zip(answer.column_of_row) {
            let Some(place) = place.map(|place| own[place]) else {
                assignment.spare.push(officer);
                continue;
            };
            let way = table.way[officer * served.len() + place];
            assignment.further.push((served[place], officer, way));
            assignment.total_distance_m += way;
            assignment.objective += cost(officer, place);
            added += 1;
        }
        assignment.spare.sort_unstable();
        assignment.further.sort_by_key(|&(community, officer, _)| (community, officer));
        if added > 0 {
            let least = table.least(own.len() + added, assignment.shared.len(), served.len());
            assignment.lower_bound = least.min(assignment.objective);
        }
        Ok(())
    }

    /// Places for officers in every community.
    fn seats(&self, people: &[f64], officers: usize) -> Vec<usize> {
        let officers = officers.max(people.len());
        match self.spare {
            SpareOfficers::Left => vec![1; people.len()],
            SpareOfficers::LargestRemainder => by_largest_remainder(people, officers),
            SpareOfficers::Minimax => by_most_people(people, officers),
        }
    }
}

/// Ways and costs of officers and communities, officer by officer.
struct Table {
    officers: usize,
    way: Vec<f64>,
    cost: Vec<f64>,
}

impl Table {
    /// Whether somebody may serve a place.
    fn is_open(&self, place: usize, places: usize) -> bool {
        self.cost.iter().skip(place).step_by(places).any(|cost| cost.is_finite())
    }

    /// Whether an officer may serve anywhere.
    fn may_serve(&self, officer: usize, places: usize) -> bool {
        self.cost[officer * places..(officer + 1) * places].iter().any(|cost| cost.is_finite())
    }

    /// Officers who may serve somewhere.
    fn usable(&self) -> usize {
        let places = self.cost.len() / self.officers.max(1);
        (0..self.officers).filter(|&officer| self.may_serve(officer, places)).count()
    }

    /// The place of every officer where as many as can be have one, then as few places as can be have
    /// nobody, then the sum of costs is least, exactly. (Whatever places can be staffed can be so
    /// by as many officers as can have one at all: Mendelsohn & Dulmage 1958.)
    fn one_each_first(&self, seats: &[usize]) -> Result<Vec<Option<usize>>> {
        let pairs = self.cost.iter().enumerate().filter(|(_, cost)| cost.is_finite());
        let arc = |(pair, &cost): (usize, &f64)| {
            let (point, site) = (pair / seats.len(), pair % seats.len());
            Arc { point, site, cost: centimetres(cost) }
        };
        let problem = Transport {
            supply: vec![1; self.officers],
            capacity: seats.iter().map(|&seats| seats as i64).collect(),
            at_least: vec![1; seats.len()],
            arcs: pairs.map(arc).collect(),
        };
        let mut placed = vec![None; self.officers];
        problem.solve()?.shipments.iter().for_each(|s| placed[s.point] = Some(s.site));
        Ok(placed)
    }

    /// The same of some places only.
    fn of_places(&self, some: &[usize], places: usize) -> Table {
        let of = |all: &[f64]| {
            let rows = (0..self.officers).flat_map(|o| some.iter().map(move |&p| o * places + p));
            rows.map(|pair| all[pair]).collect()
        };
        Table { officers: self.officers, way: of(&self.way), cost: of(&self.cost) }
    }

    /// What so many officers with a place, and so many places that share one, cost at least.
    fn least(&self, officers: usize, shared: usize, places: usize) -> f64 {
        let least = |costs: &mut dyn Iterator<Item = f64>| costs.fold(f64::INFINITY, f64::min);
        let row = |o: usize| least(&mut self.cost[o * places..(o + 1) * places].iter().copied());
        let column = |p: usize| least(&mut self.cost.iter().skip(p).step_by(places).copied());
        let sum = |mut costs: Vec<f64>, count: usize| -> f64 {
            costs.sort_by(f64::total_cmp);
            costs.into_iter().take(count).sum()
        };
        sum((0..self.officers).map(row).collect(), officers)
            + sum((0..places).map(column).collect(), shared)
    }
}

fn sums_of_people(plan: &Plan, community: usize) -> f64 {
    plan.grids.iter().filter(|g| g.community == community).map(|g| g.population).sum()
}

#[cfg(test)]
#[path = "officers_tests.rs"]
mod tests;
