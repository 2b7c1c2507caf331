use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Link, Way, missing, note_centres_off_the_walks, without_way};
use crate::allocate::{ReportingAssignment, ReportingMembers};
use crate::error::{Error, Result};
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
    /// Members that communities take, each by its id, in the place of one number for all.
    #[cfg_attr(feature = "cli", arg(skip))]
    pub capacities: BTreeMap<String, usize>,
    /// Keep the members of an organisation together
    #[cfg_attr(feature = "cli", arg(long))]
    pub together: bool,
}

impl Members {
    /// Reporting members and their communities.
    ///
    /// # Errors
    /// Where the city has no reporting members, or capacities do not name its communities; as
    /// [`Way::travel`] and [`ReportingMembers::assign`].
    pub fn answer(&self, city: &City, ground: &Ground, way: &Way) -> Result<Answer> {
        if city.reporting_members.is_empty() {
            return Err(missing("reporting members", "reporting.geojson"));
        }
        let travel = way.travel(city, ground)?;
        let places = self.places(city)?;
        let start = Instant::now();
        let rule = ReportingMembers { travel, places, together: self.together };
        let found = rule.assign(city, ground)?;
        let at = city.reporting_members.iter().map(|member| member.position);
        let off_the_walks = rule.travel.off_the_walks(ground, at)?;
        let mut answer = told(city, &found, &off_the_walks);
        note_centres_off_the_walks(&mut answer, city, ground, &rule.travel, &found.centres)?;
        answer.asked([("capacity", json!(self.capacity)), ("together", json!(self.together))]);
        if !self.capacities.is_empty() {
            answer.asked([("capacities", json!(self.capacities))]);
        }
        if self.together {
            note_organisations(&mut answer, &found, organisations(city));
        }
        answer.ways(way);
        Ok(answer.since(start))
    }

    /// Members that each community takes, in city order; empty where that is not said.
    fn places(&self, city: &City) -> Result<Vec<usize>> {
        if self.capacities.is_empty() {
            return Ok(self.capacity.map_or(Vec::new(), |n| vec![n; city.communities.len()]));
        }
        let known: BTreeSet<&str> = city.communities.iter().map(|c| c.id.as_str()).collect();
        if let Some(unknown) = self.capacities.keys().find(|id| !known.contains(id.as_str())) {
            return Err(Error::request(
                format!("capacities name the community {unknown:?}, which the city does not have"),
                "correct its id, or leave it out",
            ));
        }
        let places = city.communities.iter().map(|community| {
            self.capacities.get(&community.id).copied().ok_or_else(|| {
                Error::request(
                    format!("capacities do not name the community {:?}", community.id),
                    "give every community its places, 0 where it takes nobody",
                )
            })
        });
        places.collect()
    }
}

/// How many organisations the members belong to.
fn organisations(city: &City) -> usize {
    let of = city.reporting_members.iter().map(|member| member.organisation.as_str());
    of.collect::<BTreeSet<_>>().len()
}

/// Enters how many organisations are whole, and how many could be.
fn note_organisations(answer: &mut Answer, found: &ReportingAssignment, organisations: usize) {
    answer.figure("organisations", json!(organisations));
    answer.figure("organisations_whole", json!(found.whole));
    answer.figure("organisations_whole_at_most", json!(found.whole_at_most));
    if found.whole < organisations {
        // Others may be whole in the place of some that are not.
        answer.record.measure += ", of answers with the same organisations whole";
    }
}

/// The answer as it is told.
fn told(city: &City, found: &ReportingAssignment, off_the_walks: &[bool]) -> Answer {
    let mut answer = Answer::new(city, "members");
    let sum = found.objective;
    answer.record.value("metres of those who do not serve at home", sum, found.lower_bound, sum);
    let placed = found.community_of_member.iter().flatten().count();
    answer.figure("members", json!(placed));
    answer.figure("at_home", json!(found.at_home));
    answer.figure("in_no_community", json!(found.homeless.len()));
    for organisation in &found.split {
        let (reason, cure) = not_together(city, found, organisation);
        answer.want(organisation, reason, cure);
    }
    for (i, member) in city.reporting_members.iter().enumerate() {
        answer.person("reporting_member", &member.id, member.position);
        let Some(community) = found.community_of_member[i] else {
            if found.unreachable.contains(&i) {
                let (reason, cure) = without_way(off_the_walks[i]);
                answer.want(&member.id, reason, cure);
                continue;
            }
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

/// Why the members of an organisation are not together, where they are, and what helps.
fn not_together(
    city: &City,
    found: &ReportingAssignment,
    organisation: &String,
) -> (String, &'static str) {
    let members = city.reporting_members.iter().zip(&found.community_of_member);
    let of = members.filter(|(member, _)| member.organisation == *organisation);
    let communities: Vec<Option<usize>> = of.map(|(_, community)| *community).collect();
    let all = communities.len();
    let mut places: Vec<usize> = communities.into_iter().flatten().collect();
    let placed = places.len();
    places.sort_unstable();
    places.dedup();
    let serving = match places.len() {
        0 => "none of them found a place".to_owned(),
        1 => format!("{placed} of {all} found a place, in one community"),
        several => format!("{placed} of {all} found a place, in {several} communities"),
    };
    let most = found.places.iter().copied().max().unwrap_or(0);
    let (reason, cure) = if found.scattered.contains(organisation) {
        let reason = format!("no community is reached by all of its {all} members");
        (reason, "add the walks that are missing, or ask without --on-foot")
    } else if all > most {
        let reason = format!("no community has places for all of its {all} members");
        (reason, "give communities more places")
    } else if found.whole < found.whole_at_most {
        let reason =
            format!("no way was found to keep all of its {all} members together beside the others");
        (reason, "give communities more places")
    } else {
        let reason =
            format!("no community has room for all of its {all} members beside the others");
        (reason, "give communities more places")
    };
    (format!("{reason}; {serving}"), cure)
}
