use geo::Point;

/// A household that could be a central household (党员中心户). An id and a point, nothing personal.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateHousehold {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
}

/// A household with party members, to be linked to a central household.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberHousehold {
    /// Its id.
    pub id: String,
    /// Where it is, in degrees.
    pub position: Point<f64>,
    /// Party members living there; at least 1.
    pub members: u32,
}

/// An auxiliary officer (辅警).
#[derive(Debug, Clone, PartialEq)]
pub struct Officer {
    /// The officer's id.
    pub id: String,
    /// Where the officer starts from (home or police post), in degrees.
    pub position: Point<f64>,
    /// Communities (ids) where the officer is rather to serve: home, language, skills.
    pub prefers: Vec<String>,
    /// Communities (ids) where the officer is not to serve.
    pub avoids: Vec<String>,
}

/// A party member in work who reports to a community for service (双报到).
#[derive(Debug, Clone, PartialEq)]
pub struct ReportingMember {
    /// The member's id.
    pub id: String,
    /// The organisation the member works for.
    pub organisation: String,
    /// Where the member lives, in degrees.
    pub position: Point<f64>,
}
