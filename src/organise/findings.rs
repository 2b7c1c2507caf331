//! What is met when a city is organised, and does not stop the work.

use std::collections::HashSet;

use super::organisation::Organisation;
use super::party::Branch;
use super::register::Register;
use super::teams::Measures;
use crate::error::Finding;
use crate::model::City;
use crate::plan::Plan;

/// Examples that a finding names.
const EXAMPLES: usize = 5;
/// People of a grid that differ by less are the same, up to rounding.
const SAME_PEOPLE: f64 = 0.5;

/// All findings of an organisation.
pub(super) fn met(
    made: &Organisation,
    city: &City,
    plan: &Plan,
    register: &Register,
    measures: &Measures,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(people_changed(plan, register));
    findings.extend(of_homes(made, city));
    findings.extend(of_branches(made, plan));
    findings.extend(groups_above(made, city, plan));
    findings.extend(of_inputs(made, city, measures));
    findings
}

/// The first few of some texts, and how many there are.
fn first(all: impl Iterator<Item = String>) -> (usize, Vec<String>) {
    let mut examples: Vec<String> = all.collect();
    let count = examples.len();
    examples.truncate(EXAMPLES);
    (count, examples)
}

fn finding(kind: &str, message: String, all: impl Iterator<Item = String>) -> Option<Finding> {
    let (count, examples) = first(all);
    Finding::counted(kind, count, message, examples)
}

fn people_changed(plan: &Plan, register: &Register) -> Option<Finding> {
    let grids = plan.grids.iter().zip(register.grids());
    let changed =
        grids.filter(|(now, then)| (now.population - then.population).abs() >= SAME_PEOPLE);
    finding(
        "people-changed",
        "grids have other people than when they were planned; \"evengrid replan\" makes a plan of \
         today's people"
            .into(),
        changed.map(|(grid, _)| grid.code.clone()),
    )
}

fn of_homes(made: &Organisation, city: &City) -> impl Iterator<Item = Finding> {
    let id = |member: usize| city.members[member].id.clone();
    let outside = made.homes.outside.iter().map(|&member| id(member));
    let homes = made.homes.unit_of_member.iter().enumerate();
    let empty = homes.filter_map(|(member, unit)| {
        let is_empty = made.buildings.households_of_unit.get((*unit)?) == Some(&0.0);
        is_empty.then(|| id(member))
    });
    [
        finding(
            "members-outside",
            "member households that lie in no grid: they are in no branch".into(),
            outside,
        ),
        finding(
            "members-without-doorway",
            "member households in units without households: they are in their branch, but have no \
             doorway and no code"
                .into(),
            empty,
        ),
    ]
    .into_iter()
    .flatten()
}

fn of_branches(made: &Organisation, plan: &Plan) -> impl Iterator<Item = Finding> {
    let rules = &made.asked.party;
    let named = |which: &dyn Fn(&Branch) -> bool| {
        let branches = made.party.branches.iter().filter(|branch| which(branch));
        let grids = branches.filter_map(|branch| branch.grids.first());
        grids.map(|&grid| plan.grids[grid].code.clone()).collect::<Vec<String>>().into_iter()
    };
    let unproved = usize::from(!made.party.exact);
    [
        finding(
            "branches-lacking-members",
            format!("branches with fewer than {} full members and no neighbour", rules.branch),
            named(&|branch| branch.lacking),
        ),
        finding(
            "wide-joint-branches",
            format!("joint branches of more than {} grids", rules.joint_grids),
            named(&|branch| branch.grids.len() > rules.joint_grids),
        ),
        Finding::counted(
            "joints-not-proved",
            unproved,
            "so many grids with too few members touch that joint branches are not proved to be \
             as many as can be"
                .into(),
            Vec::new(),
        ),
    ]
    .into_iter()
    .flatten()
}

/// Party groups, and branches that could not be cut, of more members than a group is to have: which,
/// by how much, and why.
fn groups_above(made: &Organisation, city: &City, plan: &Plan) -> impl Iterator<Item = Finding> {
    let (most, groups) = (made.asked.party.group_above, &made.buildings.groups);
    let mut members = vec![0u64; groups.len()];
    for (member, group) in city.members.iter().zip(&made.homes.group_of_member) {
        if let Some(group) = group {
            members[*group] += u64::from(member.members);
        }
    }
    let (mut alone, mut uncut) = (Vec::new(), Vec::new());
    for branch in &made.party.branches {
        let Some(&grid) = branch.grids.first() else { continue };
        let id = format!("B{}", plan.grids[grid].code);
        let mut enter = |id: String, people: u32, own: &[usize]| {
            if people > most {
                let text = format!("{}: {} (+{})", id, people, people - most);
                let is_alone = own.iter().any(|&group| members[group] > u64::from(most));
                if is_alone { alone.push(text) } else { uncut.push(text) }
            }
        };
        if branch.groups.is_empty() && branch.members > most {
            let own = (0..groups.len()).filter(|&g| branch.grids.contains(&groups[g].grid));
            enter(id, branch.members, &own.collect::<Vec<usize>>());
        } else {
            for (number, &group) in branch.groups.iter().enumerate() {
                let group = &made.party.groups[group];
                enter(format!("{id}-{}", number + 1), group.members, &group.building_groups);
            }
        }
    }
    [
        finding(
            "party-groups-of-one-building-group",
            format!(
                "party groups of more than {most} members, for one building group has more, and \
                 building groups are not cut"
            ),
            alone.into_iter(),
        ),
        finding(
            "party-groups-not-cut",
            format!(
                "party groups of more than {most} members, for no cut along building groups that \
                 was found leaves each {} members, a full one among them, in one piece",
                made.asked.party.group
            ),
            uncut.into_iter(),
        ),
    ]
    .into_iter()
    .flatten()
}

fn of_inputs(
    made: &Organisation,
    city: &City,
    measures: &Measures,
) -> impl Iterator<Item = Finding> {
    let unknown = measures.unknown(&made.asked.roles);
    let estates: HashSet<&str> = city.units.iter().filter_map(|u| u.estate.as_deref()).collect();
    let strange = city.estates.iter().map(|bodies| bodies.estate.clone());
    let strange = strange.filter(|estate| !estates.contains(estate.as_str()));
    let idle = made.asked.roles.without_a_role(city);
    [
        Finding::counted(
            "households-estimated",
            usize::from(made.buildings.estimated),
            "units without \"households\": 2.62 people were taken for one".into(),
            Vec::new(),
        ),
        finding(
            "unknown-measures",
            "measures that roles weigh and nobody has told: they count 0".into(),
            unknown.iter().map(|&name| name.to_owned()),
        ),
        finding(
            "estates-without-units",
            "estates in estates.geojson that no unit names".into(),
            strange,
        ),
        finding(
            "people-without-a-role",
            "people of the roster who have no skill that a role takes: they hold no post".into(),
            idle.into_iter().map(|person| city.workers[person].id.clone()),
        ),
    ]
    .into_iter()
    .flatten()
}
