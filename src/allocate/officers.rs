use geo::Point;

use super::{Metres, distance, linear_assignment};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Gives each community its auxiliary officer (一社区一辅警), least total distance, exactly.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Officers {}

/// Who serves which community.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfficerAssignment {
    /// The officer of every community: an index into `City::officers`. Communities without units
    /// have none.
    pub officer_of_community: Vec<Option<usize>>,
    /// Distance of each, metres, parallel to the above.
    pub distance_m: Vec<Option<f64>>,
    /// The centre of every community that has units, in degrees: distances are measured to it.
    pub centre_of_community: Vec<Option<Point<f64>>>,
    /// Sum of the distances, metres: the least possible.
    pub total_distance_m: f64,
    /// Communities (indices) with units that are left without an officer because there are too
    /// few: those whose omission leaves the least sum of distances.
    pub vacancies: Vec<usize>,
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
        let mut assignment = assign(&officers, &middles)?;
        for middle in middles {
            let centre = middle.map(|m| ground.frame.to_degrees(Point::from(m))).transpose()?;
            assignment.centre_of_community.push(centre);
        }
        Ok(assignment)
    }
}

/// Officers to communities, in metres; communities without a place get none.
fn assign(officers: &[Metres], communities: &[Option<Metres>]) -> Result<OfficerAssignment> {
    let served: Vec<(usize, Metres)> =
        communities.iter().enumerate().filter_map(|(i, place)| Some((i, (*place)?))).collect();
    let costs: Vec<f64> = served
        .iter()
        .flat_map(|&(_, place)| officers.iter().map(move |&officer| distance(officer, place)))
        .collect();
    let answer = linear_assignment(&costs, served.len(), officers.len())?;

    let mut assignment = OfficerAssignment {
        officer_of_community: vec![None; communities.len()],
        distance_m: vec![None; communities.len()],
        total_distance_m: answer.cost,
        ..OfficerAssignment::default()
    };
    let mut busy = vec![false; officers.len()];
    for (&(community, place), officer) in served.iter().zip(answer.column_of_row) {
        assignment.officer_of_community[community] = officer;
        match officer {
            Some(officer) => {
                busy[officer] = true;
                assignment.distance_m[community] = Some(distance(officers[officer], place));
            }
            None => assignment.vacancies.push(community),
        }
    }
    assignment.spare = (0..officers.len()).filter(|&officer| !busy[officer]).collect();
    Ok(assignment)
}

#[cfg(test)]
#[path = "officers_tests.rs"]
mod tests;
