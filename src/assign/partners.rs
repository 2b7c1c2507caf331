use std::time::Instant;

use serde_json::json;

use serde::{Deserialize, Serialize};

use super::{Answer, Link, Way, missing, note_centres_off_the_walks, without_way};
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
        let rule = allocate::Partners { travel, loads: Vec::new() };
        let found = rule.assign(city, ground)?;
        let at = city.partners.iter().map(|partner| partner.position);
        let off_the_walks = rule.travel.off_the_walks(ground, at)?;
        let mut answer = told(city, &found, &off_the_walks);
        note_centres_off_the_walks(&mut answer, city, ground, &rule.travel, &found.centres)?;
        answer.ways(way);
        Ok(answer.since(start))
    }
}

/// The answer as it is told.
fn told(city: &City, found: &PartnerAssignment, off_the_walks: &[bool]) -> Answer {
    let mut answer = Answer::new(city, "partners");
    let sum = found.total_distance_m;
    answer.record.value("metres to communities' centres in all", sum, sum, sum);
    let mut load = vec![0usize; city.communities.len()];
    for (i, partner) in city.partners.iter().enumerate() {
        answer.person("partner", &partner.id, partner.position);
        if found.unreachable.contains(&i) {
            let (reason, cure) = without_way(off_the_walks[i]);
            answer.want(&partner.id, reason, cure);
            continue;
        }
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
