use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// Gives each community its auxiliary officer (一社区一辅警), least total distance, exactly.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Officers {}

/// Who serves which community.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfficerAssignment {
    /// The officer of every community that has units: an index into `City::officers`.
    pub officer_of_community: Vec<Option<usize>>,
    /// Distance of each, metres, parallel to the above.
    pub distance_m: Vec<Option<f64>>,
    /// Sum of the distances, metres: the least possible.
    pub total_distance_m: f64,
    /// Communities (indices) left without an officer because there are too few.
    pub vacancies: Vec<usize>,
    /// Officers (indices) left over.
    pub spare: Vec<usize>,
}

impl Officers {
    /// Assigns. Distance is the straight line from the officer to the community's centre.
    pub fn assign(&self, city: &City, ground: &Ground, plan: &Plan) -> OfficerAssignment {
        let _ = (city, ground, plan);
        unimplemented!()
    }
}
