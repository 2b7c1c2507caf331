use std::time::Instant;

use serde_json::json;

use serde::{Deserialize, Serialize};

use super::{Answer, Link, Way, missing};
use crate::allocate::{self, PartnerAssignment};
use crate::error::Result;
use crate::ground::Ground;
use crate::model::City;

/// Partner organisations, each with one community, evenly
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partners;

impl Partners {
    /// Partners and their communities.
    ///
    /// # Errors
    /// Where the city has no partners; as [`Way::travel`] and [`allocate::Partners::assign`].
    pub fn answer(&self, city: &City, ground: &Ground, way: &Way) -> Result<Answer> {
        if city.partners.is_empty() {
            return Err(missing("partners", "partners.geojson"));
        }
        let travel = way.travel(city, ground)?;
        let start = Instant::now();
        let found = allocate::Partners { travel, loads: Vec::new() }.assign(city, ground)?;
        let mut answer = told(city, &found);
        answer.ways(way);
        Ok(answer.since(start))
    }
}

/// The answer as it is told.
fn told(city: &City, found: &PartnerAssignment) -> Answer {
    let mut answer = Answer::new(city, "partners");
    let sum = found.total_distance_m;
    answer.record.value("metres to communities' centres in all", sum, sum, sum);
    let mut load = vec![0usize; city.communities.len()];
    for (i, partner) in city.partners.iter().enumerate() {
        answer.person("partner", &partner.id, partner.position);
        let Some(community) = found.community_of_partner[i] else {
            answer.want(&partner.id, "no community has a place for it", "allow higher loads");
            continue;
        };
        load[community] += 1;
        let (Some(centre), Some(distance_m)) = (found.centres[community], found.distance_m[i])
        else {
            continue;
        };
        answer.links.push(Link {
            kind: "partner_link",
            ends: [
                ("partner", partner.id.clone()),
                ("community", city.communities[community].id.clone()),
            ],
            positions: [partner.position, centre],
            distance_m,
            people: None,
        });
    }
    answer.figure("partners", json!(found.community_of_partner.iter().flatten().count()));
    answer.figure("least_load", json!(load.iter().min()));
    answer.figure("most_load", json!(load.iter().max()));
    answer.figure("mismatched", json!(found.mismatched.len()));
    for &partner in &found.mismatched {
        let reason = "no need, resource or project in common with its community";
        answer.want(&city.partners[partner].id, reason, "add to its lists, or to a community's");
    }
    answer
}
