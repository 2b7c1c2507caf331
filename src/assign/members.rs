use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Link, Way, missing};
use crate::allocate::{ReportingAssignment, ReportingMembers};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;

/// Reporting members (双报到) to communities, home first
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Members {
    /// Members that each community takes [default: in proportion to population]
    #[cfg_attr(feature = "cli", arg(long, value_name = "N"))]
    pub capacity: Option<usize>,
    /// Keep the members of an organisation together
    #[cfg_attr(feature = "cli", arg(long))]
    pub together: bool,
}

impl Members {
    /// Reporting members and their communities.
    ///
    /// # Errors
    /// Where the city has no reporting members; as [`Way::travel`] and
    /// [`ReportingMembers::assign`].
    pub fn answer(&self, city: &City, ground: &Ground, way: &Way) -> Result<Answer> {
        if city.reporting_members.is_empty() {
            return Err(missing("reporting members", "reporting.geojson"));
        }
        let travel = way.travel(city, ground)?;
        let places = self.capacity.map_or(Vec::new(), |n| vec![n; city.communities.len()]);
        let start = Instant::now();
        let rule = ReportingMembers { travel, places, together: self.together };
        let found = rule.assign(city, ground)?;
        let mut answer = told(city, &found);
        answer.asked([("capacity", json!(self.capacity)), ("together", json!(self.together))]);
        answer.ways(way);
        Ok(answer.since(start))
    }
}

/// The answer as it is told.
fn told(city: &City, found: &ReportingAssignment) -> Answer {
    let mut answer = Answer::new(city, "members");
    let sum = found.objective;
    answer.record.value("metres of those who do not serve at home", sum, found.lower_bound, sum);
    let placed = found.community_of_member.iter().flatten().count();
    answer.figure("members", json!(placed));
    answer.figure("at_home", json!(found.at_home));
    answer.figure("in_no_community", json!(found.homeless.len()));
    for organisation in &found.split {
        let reason = "it fits into no community whole: its members serve in several";
        answer.want(organisation, reason, "give communities more places");
    }
    for (i, member) in city.reporting_members.iter().enumerate() {
        answer.person("reporting_member", &member.id, member.position);
        let Some(community) = found.community_of_member[i] else {
            answer.want(
                &member.id,
                "no community has a place left",
                "give communities more places",
            );
            continue;
        };
        let (Some(centre), Some(distance_m)) = (found.centres[community], found.distance_m[i])
        else {
            continue;
        };
        answer.links.push(Link {
            kind: "member_link",
            ends: [
                ("member", member.id.clone()),
                ("community", city.communities[community].id.clone()),
            ],
            positions: [member.position, centre],
            distance_m,
            people: None,
        });
    }
    answer
}
