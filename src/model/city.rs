use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    Attributes, Barrier, CandidateHousehold, Community, EstateBodies, MemberHousehold, Offers,
    Officer, Partner, ReportingMember, Seed, Station, Unit, Walk, Worker,
};

/// A city as it was read: everything that dividing and staffing start from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct City {
    /// A name for titles; the folder's name unless the data says better.
    pub name: String,
    /// Communities (社区) in the order of their file, or as the units name them in order of first
    /// appearance; where no unit names one, the whole is one community.
    pub communities: Vec<Community>,
    /// Units in the order of their file.
    pub units: Vec<Unit>,
    /// What further is known of the units.
    pub attributes: Attributes,
    /// Seed points: offices of which a grid holds one at most.
    pub seeds: Vec<Seed>,
    /// Barriers: lines that grids should follow rather than cross.
    pub barriers: Vec<Barrier>,
    /// Households that could be a central household.
    pub candidates: Vec<CandidateHousehold>,
    /// Households of party members, to be linked to a central household.
    pub members: Vec<MemberHousehold>,
    /// Auxiliary officers (辅警).
    pub officers: Vec<Officer>,
    /// Stations of the 15-minute service circle, and candidate sites for them.
    pub stations: Vec<Station>,
    /// Partner organisations.
    pub partners: Vec<Partner>,
    /// Party members who report to a community (双报到).
    pub reporting_members: Vec<ReportingMember>,
    /// People who can be put in service teams.
    pub workers: Vec<Worker>,
    /// Owners' committees and property companies of estates.
    pub estates: Vec<EstateBodies>,
    /// What communities need and offer, in the order of `communities`; empty where no file says.
    pub community_offers: Vec<Offers>,
    /// The walking network's lines.
    pub walks: Vec<Walk>,
    /// What in this city is modelled rather than real: a sentence each, shown with every result.
    pub modelled: Vec<String>,
    /// The files that were read.
    pub sources: Vec<Source>,
}

impl City {
    /// Officers who name a community, as home, to be preferred or avoided, that the city does not
    /// have, with its id; in their order, each pair once.
    pub(crate) fn unknown_communities(&self) -> Vec<(&Officer, &str)> {
        let known: HashSet<&str> = self.communities.iter().map(|c| c.id.as_str()).collect();
        if known.is_empty() {
            return Vec::new();
        }
        let mut unknown = Vec::new();
        for officer in &self.officers {
            let named = officer.prefers.iter().chain(&officer.avoids).map(String::as_str);
            let new: Vec<&str> = named.filter(|id| !known.contains(id)).collect();
            let mut seen = HashSet::new();
            unknown.extend(new.into_iter().filter(|id| seen.insert(*id)).map(|id| (officer, id)));
        }
        unknown
    }
}

/// A file that went into the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// File name inside the city folder.
    pub file: String,
    /// SHA-256 of its content (uncompressed), in hexadecimal.
    pub sha256: String,
    /// Number of features.
    pub features: usize,
}
