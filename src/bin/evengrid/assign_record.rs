//! Answers as they are written and said: a record, people and links.

use std::fmt::Write as _;
use std::path::Path;

use evengrid::Result;
use evengrid::allocate::{
    HouseholdAssignment, NearestPlaces, OfficerAssignment, PartnerAssignment, ReportingAssignment,
    StationAssignment, StationModel, Travel,
};
use evengrid::ground::Ground;
use evengrid::io::{AssignmentRecord, Link, Person, Reached, Want};
use evengrid::model::City;
use evengrid::plan::Plan;
use geo::Point;
use serde_json::{Value, json};

/// Wants that the summary lists; `assignment.json` has all.
const LISTED: usize = 10;

/// What is written.
pub struct Answer {
    pub record: AssignmentRecord,
    pub people: Vec<Person>,
    pub links: Vec<Link>,
    pub reached: Vec<Reached>,
}

impl Answer {
    fn new(city: &City, assignment: &str) -> Self {
        let record = AssignmentRecord::of(city, assignment);
        Answer { record, people: Vec::new(), links: Vec::new(), reached: Vec::new() }
    }

    /// Enters what was asked.
    pub fn asked(&mut self, parameters: &[(&str, Value)]) {
        for (name, value) in parameters {
            self.record.parameters.insert((*name).to_owned(), value.clone());
        }
    }

    fn figure(&mut self, name: &str, value: Value) {
        self.record.figures.insert(name.to_owned(), value);
    }

    fn person(&mut self, kind: &'static str, id: &str, position: Point<f64>) {
        self.people.push(Person { kind, id: id.to_owned(), position });
    }

    fn want(&mut self, of: &str, reason: impl Into<String>, cure: impl Into<String>) {
        let (reason, cure) = (reason.into(), cure.into());
        self.record.wants.push(Want { of: of.to_owned(), reason, cure });
    }
}

/// What can be reached from each place, as areas.
pub fn isochrones(
    ground: &Ground,
    travel: &Travel,
    reach_m: f64,
    places: &[(String, Point<f64>)],
) -> Result<Vec<Reached>> {
    let at = places.iter().map(|place| place.1);
    let areas = places.iter().zip(travel.reached(ground, at, reach_m)?);
    let near = areas.filter(|(_, area)| !area.0.is_empty());
    Ok(near.map(|((id, _), area)| Reached { id: id.clone(), reach_m, area }).collect())
}

/// The nearest few places of every unit.
pub fn nearest(
    city: &City,
    ground: &Ground,
    places: &[(String, Point<f64>)],
    found: &NearestPlaces,
) -> Answer {
    let mut answer = Answer::new(city, "nearest");
    let sum = found.metres_people;
    answer.record.value("metres times people to the nearest place", sum, sum, sum);
    let people = |units: &[usize]| units.iter().map(|&u| city.units[u].population).sum::<f64>();
    let reached: Vec<usize> =
        (0..found.of_unit.len()).filter(|&unit| !found.of_unit[unit].is_empty()).collect();
    answer.figure("people_in_reach", json!(people(&reached) + 0.0));
    answer.figure("people_unreachable", json!(people(&found.unreachable) + 0.0));
    for (id, position) in places {
        answer.person("place", id, *position);
    }
    for (unit, near) in found.of_unit.iter().enumerate() {
        for &(place, distance_m) in near {
            let (id, position) = &places[place];
            answer.links.push(Link {
                kind: "nearest_link",
                ends: [("unit", city.units[unit].id.clone()), ("place", id.clone())],
                positions: [ground.unit_points[unit], *position],
                distance_m,
            });
        }
    }
    for &unit in &found.unreachable {
        let reason = format!("{} people, and no place within reach", city.units[unit].population);
        answer.want(&city.units[unit].id, reason, "name a place nearer to it");
    }
    answer
}

/// Central households and the member households they link.
pub fn households(
    city: &City,
    ground: &Ground,
    plan: &Plan,
    found: &HouseholdAssignment,
) -> Result<Answer> {
    let mut answer = Answer::new(city, "households");
    let sum = found.total_distance_m;
    answer.record.value("metres from member households in all", sum, found.lower_bound_m, sum);
    let linked = found.central_of_member.iter().flatten().count();
    answer.figure("central_households", json!(found.central.len()));
    answer.figure("member_households_linked", json!(linked));
    answer.figure("longest_m", json!(found.longest_m));
    answer.figure("proved_grids", json!(found.proved_grids));
    for central in &found.central {
        let household = &city.candidates[central.candidate];
        answer.person("central_household", &household.id, household.position);
    }
    for (member, central) in city.members.iter().zip(&found.central_of_member) {
        let Some(central) = central else { continue };
        let household = &city.candidates[found.central[*central as usize].candidate];
        let ends = [member.position, household.position];
        let metres = ends.map(|end| ground.frame.to_metres(end));
        let [a, b] = metres;
        let (a, b) = (a?, b?);
        answer.links.push(Link {
            kind: "link",
            ends: [("member", member.id.clone()), ("central_household", household.id.clone())],
            positions: ends,
            distance_m: (a.x() - b.x()).hypot(a.y() - b.y()),
        });
    }
    for shortfall in &found.shortfalls {
        let reason = match shortfall.unlinked {
            0 => "people live there, and no central household".to_owned(),
            n => format!("{n} member household(s) without a central household"),
        };
        let cures = shortfall
            .cures
            .iter()
            .map(|cure| format!("{} ({} household(s) concerned)", cure.what, cure.households));
        let cure = cures.collect::<Vec<_>>().join(", or ");
        answer.want(&plan.grids[shortfall.grid].code, reason, cure);
    }
    for &member in &found.members_outside {
        let id = &city.members[member as usize].id;
        answer.want(id, "the member household lies in no grid", "correct its position");
    }
    Ok(answer)
}

/// Officers and their communities.
pub fn officers(city: &City, role: &str, found: &OfficerAssignment) -> Answer {
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
    let first = found.officer_of_community.iter().enumerate();
    let mut pairs: Vec<(usize, usize, &'static str)> =
        first.filter_map(|(c, o)| Some((c, (*o)?, "officer_link"))).collect();
    pairs.extend(found.further.iter().map(|&(c, o)| (c, o, "officer_link")));
    for &(_, officer, _) in &pairs {
        let officer = &city.officers[officer];
        answer.person("officer", &officer.id, officer.position);
    }
    pairs.extend(found.shared.iter().map(|&(c, o, _)| (c, o, "shared_officer_link")));
    for (community, officer, kind) in pairs {
        let Some(centre) = found.centre_of_community[community] else { continue };
        let shared = found.shared.iter().find(|s| (s.0, s.1) == (community, officer)).map(|s| s.2);
        let first = found.officer_of_community[community] == Some(officer);
        let own = found.distance_m[community].filter(|_| first);
        answer.links.push(Link {
            kind,
            ends: [
                ("officer", city.officers[officer].id.clone()),
                ("community", city.communities[community].id.clone()),
            ],
            positions: [city.officers[officer].position, centre],
            distance_m: shared.or(own).unwrap_or_default(),
        });
    }
    for &community in &found.vacancies {
        let shared = found.shared.iter().find(|s| s.0 == community);
        let reason = match shared {
            Some(&(_, officer, way)) => format!(
                "not one per community: none of its own; {} of a neighbouring community looks after it, {way:.0} m away",
                city.officers[officer].id
            ),
            None => "nobody, and nobody of a neighbouring community is free".to_owned(),
        };
        let cure = "name one more, or ease what is avoided or required";
        answer.want(&city.communities[community].id, reason, cure);
    }
    answer
}

/// Stations and whom they serve.
pub fn stations(
    city: &City,
    ground: &Ground,
    model: StationModel,
    found: &StationAssignment,
) -> Answer {
    let mut answer = Answer::new(city, "stations");
    let measure = match model {
        StationModel::Fewest(_) => "stations",
        StationModel::MostPeople(_) => "people within reach",
        StationModel::LeastDistance(_) => "metres times people",
        StationModel::LeastLongest(_) => "metres of the longest way",
    };
    let (value, lower, upper) = (found.objective, found.lower_bound, found.upper_bound);
    answer.record.value(measure, value, lower, upper);
    // Adding 0 turns the -0 of an empty sum into 0.
    let people =
        |units: &[usize]| units.iter().map(|&u| city.units[u].population).sum::<f64>() + 0.0;
    answer.figure("stations", json!(found.open.len()));
    answer.figure("people_in_reach", json!(found.served_in_reach));
    answer.figure("people_unreachable", json!(people(&found.unreachable)));
    answer.figure("people_beyond_reach", json!(people(&found.unserved)));
    answer.figure("units_shared", json!(found.shared.len()));
    for &site in &found.open {
        let station = &city.stations[site];
        answer.person("station", &station.id, station.position);
    }
    for (unit, station) in found.station_of_unit.iter().enumerate() {
        let (Some(site), Some(distance_m)) = (station, found.distance_m[unit]) else { continue };
        let station = &city.stations[*site];
        answer.links.push(Link {
            kind: "station_link",
            ends: [("unit", city.units[unit].id.clone()), ("station", station.id.clone())],
            positions: [ground.unit_points[unit], station.position],
            distance_m,
        });
    }
    for &unit in &found.unreachable {
        let reason = format!("{} people, and no site within reach", city.units[unit].population);
        answer.want(&city.units[unit].id, reason, "name a site nearer to it");
    }
    for &unit in &found.unserved {
        let reason = match found.distance_m[unit] {
            Some(way) => format!("its station is {way:.0} m away, beyond reach"),
            None => "no open station within reach has room for it".to_owned(),
        };
        answer.want(&city.units[unit].id, reason, "open one more station, or more room");
    }
    answer
}

/// Partners and their communities.
pub fn partners(city: &City, found: &PartnerAssignment) -> Answer {
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

/// Reporting members and their communities.
pub fn members(city: &City, found: &ReportingAssignment) -> Answer {
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
        });
    }
    answer
}

/// What a person reads.
pub fn summary(record: &AssignmentRecord, output: &Path) -> String {
    let mut text = format!("{} of {}\n", record.assignment, record.city);
    for sentence in &record.modelled {
        let _ = writeln!(text, "modelled: {sentence}");
    }
    let gap = match record.gap {
        Some(0.0) => "proved to be the best".to_owned(),
        Some(gap) => format!("at most {:.2} % from the best", 100.0 * gap),
        None => "no bound is known".to_owned(),
    };
    let _ = writeln!(text, "{}: {:.0}, {gap}", record.measure, record.objective);
    let _ = writeln!(
        text,
        "the best lies between {:.0} and {:.0}",
        record.lower_bound, record.upper_bound
    );
    for (name, value) in &record.figures {
        let value = match value.as_f64() {
            Some(number) if value.is_f64() => format!("{number:.0}"),
            _ => value.to_string(),
        };
        let _ = writeln!(text, "{}: {value}", name.replace('_', " "));
    }
    for want in record.wants.iter().take(LISTED) {
        let _ = writeln!(text, "not met: {}: {}; {}", want.of, want.reason, want.cure);
    }
    if record.wants.len() > LISTED {
        let _ = writeln!(text, "… and {} more, see assignment.json", record.wants.len() - LISTED);
    }
    let _ = write!(text, "wrote {}", output.display());
    text
}
