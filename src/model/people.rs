use geo::Point;
use serde::{Deserialize, Serialize};

/// A household that could be a central household (党员中心户). An id and a point, nothing personal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateHousehold {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
}

/// A household with party members, to be linked to a central household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberHousehold {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
    /// Party members living there; at least 1.
    pub members: u32,
    /// How many of them are probationary (预备党员): they make no branch, and lead no group.
    pub probationary: u32,
}

impl MemberHousehold {
    /// Full members (正式党员) living there.
    pub fn full(&self) -> u32 {
        self.members.saturating_sub(self.probationary)
    }
}

/// Somebody on the roster who can be put in a service team: an id, a home and skills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worker {
    /// The id.
    pub id: String,
    /// Where the worker lives or starts from, in degrees.
    pub position: Point<f64>,
    /// What the worker can do, the main skill first, in the words of the roles.
    pub skills: Vec<String>,
}

/// An auxiliary officer (辅警).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Officer {
    /// The officer's id.
    pub id: String,
    /// Where the officer starts from (home or police post), in degrees.
    pub position: Point<f64>,
    /// Communities (ids) where the officer is rather to serve, the home community among them.
    pub prefers: Vec<String>,
    /// Communities (ids) where the officer is not to serve.
    pub avoids: Vec<String>,
    /// Skills and languages, in the words in which communities need or require them.
    pub skills: Vec<String>,
}

/// A party member in work who reports to a community for service (双报到).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportingMember {
    /// The member's id.
    pub id: String,
    /// The organisation the member works for.
    pub organisation: String,
    /// Where the member lives, in degrees.
    pub position: Point<f64>,
}
