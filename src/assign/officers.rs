use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Link, Way, missing, note_centres_off_the_walks, without_way};
use crate::allocate::{self, OfficerAssignment, SpareOfficers};
use crate::error::{Error, Result};
use crate::ground::Ground;
use crate::model::City;
use crate::plan::Plan;

/// What is placed where nothing else is said.
const ROLE: &str = "officers";
/// Metres that a preference is worth where nothing else is said.
const PREFERENCE_M: f64 = 1_000.0;

/// Auxiliary officers (辅警), one per community; or another role of one per community
///
/// Ways are straight lines times 1.3, as in all that `assign` answers but households, or go on foot;
/// `plan` tells the officers' straight lines, as `--detour 1` does.
#[cfg_attr(feature = "cli", derive(clap::Args), group(skip))]
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Officers {
    /// Place the points of ROLE.geojson in the city folder rather than officers.geojson
    #[cfg_attr(feature = "cli", arg(long, value_name = "ROLE", default_value = ROLE))]
    pub role: String,
    /// Metres by which a preferred community counts as nearer, and one for each skill it needs
    #[cfg_attr(feature = "cli", arg(long, value_name = "M", default_value_t = PREFERENCE_M, allow_negative_numbers = true))]
    pub preference: f64,
    /// What becomes of officers beyond one per community
    #[cfg_attr(feature = "cli", arg(long, value_enum, default_value_t))]
    pub spare: Spare,
}

/// What becomes of officers beyond one per community.
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spare {
    /// Nothing: they are left over
    Left,
    /// Places in proportion to population, by largest remainder
    #[default]
    Workload,
    /// Places so that the most people per officer are as few as possible
    Minimax,
}

impl Default for Officers {
    fn default() -> Self {
        Officers { role: ROLE.into(), preference: PREFERENCE_M, spare: Spare::default() }
    }
}

impl Officers {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// Where the preference is no length.
    pub fn check(&self) -> Result<()> {
        if self.preference >= 0.0 && self.preference.is_finite() {
            return Ok(());
        }
        let problem = format!("--preference {}", self.preference);
        Err(Error::request(problem, "give metres, 0 or more"))
    }

    /// Officers and their communities: those of the city, whatever their role is called.
    ///
    /// # Errors
    /// As [`check`](Self::check); where the city has no officers; as [`Way::travel`] and
    /// [`allocate::Officers::assign_by`].
    pub fn answer(&self, city: &City, ground: &Ground, plan: &Plan, way: &Way) -> Result<Answer> {
        self.check()?;
        let role = &self.role;
        if city.officers.is_empty() {
            return Err(missing(role, &format!("{role}.geojson")));
        }
        let spare = match self.spare {
            Spare::Left => SpareOfficers::Left,
            Spare::Workload => SpareOfficers::LargestRemainder,
            Spare::Minimax => SpareOfficers::Minimax,
        };
        let rule = allocate::Officers { spare, preference_m: self.preference };
        let travel = way.travel(city, ground)?;
        let start = Instant::now();
        let found = rule.assign_by(city, ground, plan, &travel)?;
        let at = city.officers.iter().map(|officer| officer.position);
        let off_the_walks = travel.off_the_walks(ground, at)?;
        let mut answer = told(city, role, &found);
        let centres = &found.centre_of_community;
        note_centres_off_the_walks(&mut answer, city, ground, &travel, centres)?;
        note_officers(&mut answer, city, &off_the_walks);
        answer.asked([
            ("role", json!(role)),
            ("spare", json!(self.spare)),
            ("preference", json!(self.preference)),
        ]);
        answer.ways(way);
        Ok(answer.since(start))
    }
}

/// The answer as it is told.
fn told(city: &City, role: &str, found: &OfficerAssignment) -> Answer {
    let mut answer = Answer::new(city, role);
    let (value, least) = (found.objective, found.lower_bound);
    let measure = "metres to communities' centres in all, less preferences";
    answer.record.value(measure, value, least, value);
    // Preferences may bring the sum below 0, where a share of it says nothing.
    answer.record.gap = if value <= least { Some(0.0) } else { answer.record.gap };
    let placed = found.officer_of_community.iter().flatten().count();
    answer.figure("officers", json!(placed + found.further.len()));
    answer.figure("total_distance_m", json!(found.total_distance_m));
    let spare: Vec<&str> = found.spare.iter().map(|&o| city.officers[o].id.as_str()).collect();
    answer.figure("spare_officers", json!(spare));
    let officers = found.officer_of_community.iter().zip(&found.distance_m).enumerate();
    let first = officers.filter_map(|(c, (o, way))| Some((c, (*o)?, (*way)?)));
    let own: Vec<(usize, usize, f64)> = first.chain(found.further.iter().copied()).collect();
    for &(_, officer, _) in &own {
        let officer = &city.officers[officer];
        answer.person("officer", &officer.id, officer.position);
    }
    let own = own.iter().map(|link| (link, "officer_link"));
    let shared = found.shared.iter().map(|link| (link, "shared_officer_link"));
    for (&(community, officer, distance_m), kind) in own.chain(shared) {
        let Some(centre) = found.centre_of_community[community] else { continue };
        answer.links.push(Link {
            kind,
            ends: [
                ("officer", city.officers[officer].id.clone()),
                ("community", city.communities[community].id.clone()),
            ],
            positions: [city.officers[officer].position, centre],
            distance_m,
            people: None,
        });
    }
    for &community in &found.vacancies {
        let shared = found.shared.iter().find(|s| s.0 == community);
        let reason = match shared {
            Some(&(_, officer, way)) => format!(
                "not one per community: none of its own; {} of a neighbouring community looks after it, {way:.0} m away",
                city.officers[officer].id
            ),
            None if found.nobody_may.contains(&community) => {
                let (reason, cure) = nobody_may(city, community);
                answer.want(&city.communities[community].id, reason, cure);
                continue;
            }
            None => "nobody: all who may serve it are needed elsewhere".to_owned(),
        };
        answer.want(&city.communities[community].id, reason, one_more(city));
    }
    answer
}

/// Why nobody may serve a community, and what helps.
fn nobody_may(city: &City, community: usize) -> (String, &'static str) {
    let requires = city.community_offers.get(community).map_or(&[][..], |offers| &offers.requires);
    let meets = |skills: &[String]| requires.iter().all(|required| skills.contains(required));
    if !city.officers.iter().any(|officer| meets(&officer.skills)) {
        let reason = format!("nobody meets what it requires: {}", requires.join(", "));
        return (reason, "name one who does, or ease what it requires");
    }
    let reason = match rules_out(city) {
        true => "everybody avoids it, lacks what it requires, or has no way to it",
        false => "nobody has a way to it",
    };
    (reason.to_owned(), one_more(city))
}

/// Whether anything is avoided or required.
fn rules_out(city: &City) -> bool {
    city.officers.iter().any(|officer| !officer.avoids.is_empty())
        || city.community_offers.iter().any(|offers| !offers.requires.is_empty())
}

/// What helps where officers are too few.
fn one_more(city: &City) -> &'static str {
    match rules_out(city) {
        true => "name one more, or ease what is avoided or required",
        false => "name one more",
    }
}

/// Names officers from whom no way leads anywhere, and those who name communities that the city does
/// not have.
fn note_officers(answer: &mut Answer, city: &City, off_the_walks: &[bool]) {
    for (officer, _) in city.officers.iter().zip(off_the_walks).filter(|(_, off)| **off) {
        let (reason, cure) = without_way(true);
        answer.want(&officer.id, reason, cure);
    }
    for (officer, community) in city.unknown_communities() {
        let reason = format!("the city has no community {community:?}, which it names");
        answer.want(&officer.id, reason, "correct its home, prefers or avoids");
    }
}
