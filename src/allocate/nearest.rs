use geo::Point;
use serde::{Deserialize, Serialize};

use super::travel::{Travel, metres};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;

/// The nearest few places of any kind for every unit where people live: clinics, shops, bus stops.
#[derive(Debug)]
pub struct Nearest {
    /// Places told for each unit at most. Default 1.
    pub count: usize,
    /// Longest way that counts, metres. Default 1,000.
    pub reach_m: f64,
    /// How ways are measured.
    pub travel: Travel,
}

impl Default for Nearest {
    fn default() -> Self {
        Nearest { count: 1, reach_m: 1_000.0, travel: Travel::default() }
    }
}

/// What is near to each unit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NearestPlaces {
    /// Of every unit places and metres to them, nearest first; none where nobody lives.
    pub of_unit: Vec<Vec<(usize, f64)>>,
    /// Units (indices) where people live and no place is within reach.
    pub unreachable: Vec<usize>,
    /// Metres times people to the nearest place, of all who have one.
    pub metres_people: f64,
}

impl Nearest {
    /// Finds them.
    ///
    /// # Errors
    /// Where `count` is 0, the reach is no distance, or a place cannot be projected.
    pub fn find(
        &self,
        city: &City,
        ground: &Ground,
        places: &[Point<f64>],
    ) -> Result<NearestPlaces> {
        if self.count == 0 {
            return Err(Error::request("the 0 nearest places", "ask for 1 or more"));
        }
        if !(self.reach_m >= 0.0 && self.reach_m.is_finite()) {
            let problem = format!("a reach of {}", self.reach_m);
            return Err(Error::request(problem, "give a distance of 0 or more"));
        }
        let units = metres(ground, ground.unit_points.iter().copied())?;
        let sites = metres(ground, places.iter().copied())?;
        let all = vec![true; sites.len()];
        let lists = self.travel.between(units, sites, self.reach_m)?.within(self.reach_m, &all);
        let mut answer = NearestPlaces::default();
        for (number, unit) in city.units.iter().enumerate() {
            let inhabited = unit.population > 0.0;
            let near: Vec<(usize, f64)> =
                lists.of(number).take(if inhabited { self.count } else { 0 }).collect();
            match near.first() {
                Some(&(_, way)) => answer.metres_people += way * unit.population,
                None if inhabited => answer.unreachable.push(number),
                None => {}
            }
            answer.of_unit.push(near);
        }
        Ok(answer)
    }
}
