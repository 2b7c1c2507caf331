#![allow(clippy::unwrap_used)]

use geo::{MultiPolygon, polygon};

use super::*;
use crate::cases::{Scoreboard, Standing};
use crate::organise::{
    BuildingGroupNode, CommunityNode, GridNode, GridRecord, PostNode, Structure,
};

/// Two grids of a community, side by side; the first is organised.
fn register() -> Register {
    let record = |code: &str, west: f64| {
        let shape = MultiPolygon::from(polygon![
            (x: west, y: 0.0), (x: west + 1.0, y: 0.0), (x: west + 1.0, y: 1.0), (x: west, y: 1.0),
        ]);
        let properties = serde_json::json!({
            "grid": code, "community": "c1", "community_name": "First", "subdistrict": "North",
            "population": 600.0, "area_m2": 1.0, "units": 3, "perimeter_m": 4.0,
            "polsby_popper": 0.8, "population_deviation": 0.0, "area_deviation": 0.0,
            "officer": "o1", "central_households": [], "linked_members": 0, "station": null,
        });
        let mut record: GridRecord = serde_json::from_value(properties).unwrap();
        record.shape = Some(shape);
        record
    };
    Register::from_records(vec![record("c1001", 0.0), record("c1002", 1.0)])
}

fn directory() -> Directory {
    let post = |role: &str, person: Option<&str>| PostNode {
        role: role.into(),
        name: String::new(),
        person: person.map(str::to_owned),
    };
    let grid = GridNode {
        grid: "c1001".into(),
        posts: vec![post("grid-worker", Some("w1")), post("mediator", None)],
        teams: vec!["volunteer-team-1".into()],
        building_groups: vec![BuildingGroupNode {
            building_group: "c100101".into(),
            leader: Some("m7".into()),
            owners_committee: Some("owners".into()),
            ..BuildingGroupNode::default()
        }],
        ..GridNode::default()
    };
    let community = CommunityNode {
        community: "c1".into(),
        posts: vec![post("community-worker", Some("w2"))],
        grids: vec![grid],
        ..CommunityNode::default()
    };
    let west = polygon![(x: 0.0, y: 0.0), (x: 0.5, y: 0.0), (x: 0.5, y: 1.0), (x: 0.0, y: 1.0)];
    let outlines = vec![("c100101".to_owned(), MultiPolygon::from(west))];
    Directory::new(Structure { communities: vec![community] }, outlines)
}

const ITEMS: &str = r#"
[loop]
dispatch = "4h"
feedback = "1d"
accept = "3d"
report = "2h"
[[item]]
id = "1"
kind = "Light out"
name = "路灯不亮"
level = "grid"
role = "grid-worker"
department = "lights"
deadline = "10h"
[[item]]
id = "2"
kind = "stairs"
level = "building_group"
role = "building-leader"
deadline = "2d"
"#;

fn docket(now: &str) -> Docket {
    let clock = Offset::default();
    let now = Moment::parse(now, clock).unwrap();
    Docket { items: Items::parse(ITEMS, "items.toml").unwrap(), now, clock }
}

fn case(x: f64, kind: &str, times: &[&str]) -> Case {
    let mut all = [const { None }; 6];
    for (slot, time) in all.iter_mut().zip(times) {
        *slot = Some((*time).to_owned());
    }
    Case {
        id: format!("{kind}{x}"),
        position: Point::new(x, 0.5),
        kind: kind.into(),
        times: all,
        reported: None,
    }
}

fn route(now: &str, case: Case) -> (DocketedCase, Vec<Finding>) {
    let (mut cases, findings) = docket(now).route(&[case], &register(), Some(&directory()));
    (cases.remove(0), findings)
}

#[test]
fn a_case_goes_to_whoever_holds_the_role_of_its_item() {
    let dispatched = ["2026-03-01 08:00", "2026-03-01 09:00", "2026-03-01 10:00"];
    let (light, findings) = route("2026-03-01 12:00", case(0.2, "light OUT ", &dispatched));
    assert!(findings.is_empty());
    let next = light.next.as_ref().unwrap();
    assert_eq!((next.step, next.who.as_str(), next.overdue), (Step::Handled, "w1", false));
    assert_eq!(next.due.text(Offset::default()), "2026-03-01T18:00:00+08:00");
    assert_eq!((light.calls, light.level, light.report_by), (0, Some(Level::Grid), None));
    let chain = light.chain.unwrap();
    assert_eq!(chain.building_group.as_deref(), Some("c100101"));
    assert_eq!(chain.owners_committee.as_deref(), Some("owners"));
    assert_eq!(chain.team, ["grid-worker=w1", "volunteer-team-1"]);

    let (stairs, _) = route("2026-03-01 12:00", case(0.2, "stairs", &dispatched));
    assert_eq!(stairs.next.unwrap().who, "m7");
    // Open ground belongs to the nearest building group of the grid; the other grid has nobody.
    let (stairs, _) = route("2026-03-01 12:00", case(0.9, "2", &dispatched));
    assert_eq!(stairs.next.unwrap().who, "m7");
    let (light, _) = route("2026-03-01 12:00", case(1.5, "路灯不亮", &dispatched));
    assert_eq!(light.next.unwrap().who, "c1002");
    // Before it is dispatched, it is the window's.
    let (light, _) = route("2026-03-01 13:00", case(0.2, "1", &dispatched[..2]));
    let next = light.next.unwrap();
    assert_eq!((next.step, next.who.as_str(), next.overdue), (Step::Dispatched, "c1", true));
}

#[test]
fn what_is_late_is_called_up_level_by_level() {
    let dispatched = ["2026-03-01 08:00", "2026-03-01 09:00", "2026-03-01 10:00"];
    let at = |now: &str| route(now, case(0.2, "light out", &dispatched)).0;
    // The deadline is 18:00; to the minute it is not past.
    assert_eq!(at("2026-03-01 18:00").calls, 0);
    let late = at("2026-03-01 18:01");
    // Nor is the next deadline at exactly its moment.
    let [to_the_second, after] = ["2026-03-02 04:00:00", "2026-03-02 04:00:01"].map(at);
    assert_eq!((to_the_second.calls, after.calls), (1, 2));
    assert_eq!((late.calls, late.level), (1, Some(Level::Community)));
    assert_eq!(late.next.as_ref().unwrap().who, "c1");
    let reported = late.report_by.unwrap().text(Offset::default());
    assert_eq!(reported, "2026-03-01T20:00:00+08:00");
    // Ten hours on, another level; the department has been called before.
    let later = at("2026-03-02 04:01");
    assert_eq!((later.calls, later.level), (2, Some(Level::Subdistrict)));
    assert_eq!((later.report_by, later.next.unwrap().who.as_str()), (late.report_by, "North"));
    assert_eq!(at("2026-03-09").level, Some(Level::Subdistrict));
    // No department, no report; from a building group it is two calls to the community.
    let stairs = route("2026-03-03 09:00", case(0.2, "stairs", &dispatched)).0;
    assert_eq!((stairs.level, stairs.report_by), (Some(Level::Grid), None));
}

#[test]
fn a_handled_case_is_judged_by_when_it_was_handled() {
    let done = |handled: &'static str| {
        ["2026-03-01 08:00", "2026-03-01 09:00", "2026-03-01 10:00", handled]
    };
    let (quick, _) = route("2026-03-09", case(0.2, "1", &done("2026-03-01 18:00")));
    let (slow, _) = route("2026-03-09", case(0.2, "1", &done("2026-03-02 18:00")));
    let now = docket("2026-03-09").now;
    assert_eq!((quick.standing(now), slow.standing(now)), (Standing::InTime, Standing::Late));
    // Handled 24 hours after its deadline of 10: it was called at 18:00, 04:00 and 14:00.
    assert_eq!((quick.calls, slow.calls, slow.level), (0, 3, Some(Level::Subdistrict)));
    // What comes after it is the community's again.
    assert_eq!(slow.next.as_ref().unwrap().who, "c1");
    let next = quick.next.as_ref().unwrap();
    assert_eq!((next.step, next.who.as_str(), next.overdue), (Step::FedBack, "c1", true));
    let items = Items::parse(ITEMS, "items.toml").unwrap();
    let board = Scoreboard::of(&[quick, slow], &items, now);
    let score = &board.departments["lights"];
    assert_eq!((score.cases, score.in_time, score.late, score.called), (2, 1, 1, 1));
    assert_eq!((score.in_time_share(), score.mean_hours()), (Some(0.5), Some(22.0)));
    assert_eq!(board.grids["c1001"], *score);
}

#[test]
fn the_steps_before_handling_are_due_by_the_deadline_at_the_latest() {
    let items = ITEMS.replace("dispatch = \"4h\"", "dispatch = \"3d\"");
    for hour in 0..90 {
        let now = format!("2026-03-{:02} {:02}:30", 1 + (8 + hour) / 24, (8 + hour) % 24);
        let rules = Docket { items: Items::parse(&items, "items.toml").unwrap(), ..docket(&now) };
        for kind in ["1", "stairs"] {
            let case = case(0.2, kind, &["2026-03-01 08:00"]);
            let case = rules.route(&[case], &register(), None).0.remove(0);
            let is_overdue = case.standing(rules.now) == Standing::Overdue;
            let next = case.next.unwrap();
            assert!(next.due <= case.handle_by.unwrap() && next.overdue == is_overdue, "{now}");
        }
    }
}

#[test]
fn departments_are_held_to_their_calls() {
    let steps = ["2026-03-01 08:00", "2026-03-01 09:00", "2026-03-01 10:00"];
    let handled = [&steps[..], &["2026-03-02 09:00"]].concat();
    let with = |times: &[&str], reported: Option<&str>| Case {
        reported: reported.map(str::to_owned),
        ..case(0.2, "1", times)
    };
    let judged = |now: &str, times: &[&str], reported| {
        let (case, findings) = route(now, with(times, reported));
        (case.report(docket(now).now), findings.len())
    };
    // Called at 18:00, to report by 20:00.
    let next_day = "2026-03-02 12:00";
    assert_eq!(judged("2026-03-01 18:00", &steps, None), (None, 0));
    assert_eq!(judged("2026-03-01 20:00", &steps, None), (Some(Standing::Open), 0));
    assert_eq!(judged(next_day, &steps, None), (Some(Standing::Overdue), 0));
    for (reported, standing) in [
        ("2026-03-01 17:00", Standing::InTime),
        ("2026-03-01 20:00", Standing::InTime),
        ("2026-03-01 20:01", Standing::Late),
    ] {
        assert_eq!(judged(next_day, &steps, Some(reported)), (Some(standing), 0));
        assert_eq!(judged(next_day, &handled, Some(reported)), (Some(standing), 0));
    }
    // Handled without a report: whether somebody came is not known.
    assert_eq!(judged(next_day, &handled, None), (Some(Standing::Unknown), 0));
    for wrong in ["soon", "2026-02-28", "2026-03-03"] {
        assert_eq!(judged(next_day, &steps, Some(wrong)), (Some(Standing::Overdue), 1), "{wrong}");
    }

    let cases = [
        with(&steps, Some("2026-03-01 19:00")),
        with(&steps, None),
        with(&handled, Some("2026-03-01 22:00")),
        with(&["2026-03-02 01:30"], None),
        with(&handled, None),
    ];
    let rules = docket(next_day);
    let (routed, _) = rules.route(&cases, &register(), None);
    let board = Scoreboard::of(&routed, &rules.items, rules.now);
    let score = &board.departments["lights"];
    let reports =
        [score.reports_in_time, score.reports_late, score.reports_open, score.reports_overdue];
    assert_eq!((reports, score.called), ([1, 1, 1, 1], 5));
    assert_eq!(score.reports_unknown, 1);
}

#[test]
fn a_step_that_nobody_noted_is_taken_as_done() {
    let done = ["2026-03-01 08:00", "", "", "2026-03-01 17:00"];
    let (case, findings) = route("2026-03-09", case(0.2, "1", &done));
    assert_eq!(case.standing(docket("2026-03-09").now), Standing::InTime);
    assert_eq!(case.next.unwrap().step, Step::FedBack);
    assert_eq!(findings[0].kind, "steps-skipped");
    // Handled at the latest when whoever reported it was told.
    let told = ["2026-03-01 08:00", "", "2026-03-01 10:00", "", "2026-03-01 17:30", "2026-03-03"];
    let (case, _) = route("2026-03-09", self::case(0.2, "1", &told));
    assert_eq!((case.standing(docket("2026-03-09").now), case.calls), (Standing::InTime, 0));
    assert_eq!((case.log.state(), case.next), (Some(Step::Accepted), None));
}

#[test]
fn what_cannot_be_routed_is_counted_and_named() {
    let cases = [
        case(5.0, "1", &["2026-03-01"]),
        case(0.2, "dragons", &["2026-03-01"]),
        case(0.3, "1", &["some day"]),
        case(0.4, "1", &["2026-03-01", "2026-02-01"]),
        case(0.4, "1", &["2026-03-01"]),
    ];
    let (routed, findings) = docket("2026-03-02").route(&cases, &register(), None);
    let found: Vec<(&str, usize)> = findings.iter().map(|f| (f.kind.as_str(), f.count)).collect();
    let expected = [
        ("bad-times", 1),
        ("cases-outside", 1),
        ("ids-twice", 1),
        ("steps-backwards", 1),
        ("unknown-kinds", 1),
    ];
    assert_eq!(found, expected);
    assert_eq!(findings[4].examples, ["dragons0.2: dragons"]);
    assert!(routed[0].chain.is_none() && routed[0].next.is_none());
    assert_eq!(routed[1].standing(docket("2026-03-02").now), Standing::Unknown);
    assert_eq!(routed[3].log.state(), Some(Step::Gathered));
}

#[test]
fn items_of_roles_that_nobody_has_are_told() {
    let strange = ITEMS.replace("grid-worker", "grid-wrker");
    let items = Items::parse(&strange, "items.toml").unwrap();
    let docket = Docket { items, ..docket("2026-03-01 12:00") };
    let cases = [case(0.2, "1", &["2026-03-01"]), case(0.2, "stairs", &["2026-03-01"])];
    let (routed, findings) = docket.route(&cases, &register(), Some(&directory()));
    assert_eq!((findings[0].kind.as_str(), findings.len()), ("unknown-roles", 1));
    assert_eq!(findings[0].examples, ["10.2: grid-wrker"]);
    assert!(routed[0].next.is_some());
    assert!(docket.route(&cases, &register(), None).1.is_empty());
}

#[test]
fn the_usual_items_are_95_at_one_window() {
    let items = Items::parse(Items::DEFAULT, "items.toml").unwrap();
    assert_eq!(items.items.len(), 95);
    let roles =
        crate::organise::Roles::parse(crate::organise::Roles::DEFAULT, "roles.toml").unwrap();
    for item in &items.items {
        let known = roles.roles.iter().any(|role| role.id == item.role);
        assert!(known || item.role == "building-leader", "{}", item.role);
    }
    for (text, part) in [
        (ITEMS.replace("\"10h\"", "\"soon\""), "soon"),
        (ITEMS.replace("\"stairs\"", "\"light out\""), "two items"),
        (ITEMS.replace("\"grid\"", "\"galaxy\""), "line 11"),
    ] {
        let message = Items::parse(&text, "items.toml").unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}
