#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use geo::{Geometry, InteriorPoint, MultiLineString, MultiPolygon, Point, Polygon, line_string};
use proptest::prelude::*;

use super::*;
use crate::divide::Tolerance;
use crate::model::{Barrier, Community, Seed, Trait};
use crate::organise::PersonPoint;
use crate::plan::{Between, Divide, Promise, ShapeWish, Violation};

/// A street block, in thousandths of a degree.
const SIDE: f64 = 1e-3;
/// Square metres of a block on the equator.
const BLOCK_M2: f64 = 111.32 * 110.574;

/// The outline of blocks from one corner to another, with a vertex at every corner of a block.
fn blocks(x: [u32; 2], y: [u32; 2]) -> Polygon<f64> {
    let at = |x: u32, y: u32| (f64::from(x) * SIDE, f64::from(y) * SIDE);
    let mut ring = Vec::new();
    ring.extend((x[0]..x[1]).map(|i| at(i, y[0])));
    ring.extend((y[0]..y[1]).map(|j| at(x[1], j)));
    ring.extend((x[0] + 1..=x[1]).rev().map(|i| at(i, y[1])));
    ring.extend((y[0] + 1..=y[1]).rev().map(|j| at(x[0], j)));
    Polygon::new(ring.into(), Vec::new())
}

fn household(id: &str, x: f64, y: f64) -> PersonPoint {
    PersonPoint { id: id.into(), lon: x * SIDE, lat: y * SIDE }
}

/// Two communities of 4 × 4 blocks with ten people each, side by side, in two grids of 2 × 4 each.
fn town() -> DrawnPlan {
    let grid = |community: &str, number: u32, x: u32| DrawnGrid {
        code: Some(format!("{community}00{number}")),
        community: Some(community.into()),
        population: Some(80.0),
        area_m2: None,
        units: Some(8.0),
        officer: Some(format!("officer of {community}")),
        central_households: vec![household(&format!("h{x}"), f64::from(x) + 0.5, 0.5)],
        ..DrawnGrid::of(blocks([x, x + 2], [0, 4]).into())
    };
    let community = |id: &str, x: u32| Community {
        id: id.into(),
        name: id.into(),
        subdistrict: None,
        grids: None,
        boundary: Some(blocks([x, x + 4], [0, 4]).into()),
    };
    let unit = |x: u32, y: u32| DrawnUnit {
        id: format!("{x}-{y}"),
        population: 10.0,
        households: None,
        community: Some(if x < 4 { "west" } else { "east" }.into()),
        estate: Some(format!("estate {}", x / 2)),
        lock: None,
        grid: Some(format!("{}00{}", if x < 4 { "west" } else { "east" }, x % 4 / 2 + 1)),
        shape: blocks([x, x + 1], [y, y + 1]).into(),
    };
    DrawnPlan {
        grids: vec![grid("west", 1, 0), grid("west", 2, 2), grid("east", 1, 4), grid("east", 2, 6)],
        units: (0..8).flat_map(|x| (0..4).map(move |y| unit(x, y))).collect(),
        communities: vec![community("west", 0), community("east", 4)],
        ..DrawnPlan::default()
    }
}

/// Makes a grid a special-purpose one: it says so, and so do its units.
fn call_special(plan: &mut DrawnPlan, grid: usize) {
    plan.grids[grid].special = true;
    let code = plan.grids[grid].code.clone();
    let of = |unit: &DrawnUnit| (unit.grid == code).then(|| "market".to_owned());
    plan.attributes.special = plan.units.iter().map(of).collect();
}

fn audit(plan: &DrawnPlan) -> AuditReport {
    Audit::default().run(plan, None).unwrap()
}

/// The kinds of fault that an audit finds.
fn faults(plan: &DrawnPlan) -> BTreeSet<String> {
    audit(plan).failures().map(|failure| failure.fault.clone()).collect()
}

/// A town with something planted has exactly these faults, each kind once at least.
#[track_caller]
fn finds(plant: impl FnOnce(&mut DrawnPlan), expected: &[&str]) -> AuditReport {
    let mut plan = town();
    plant(&mut plan);
    let expected: BTreeSet<String> = expected.iter().map(|fault| (*fault).to_owned()).collect();
    assert_eq!(faults(&plan), expected);
    audit(&plan)
}

/// The failure of a kind.
fn failure<'a>(report: &'a AuditReport, fault: &str) -> &'a Failure {
    report.failures().find(|failure| failure.fault == fault).unwrap()
}

#[test]
fn a_sound_plan_passes() {
    let report = finds(|_| {}, &[]);
    assert!(report.passes);
    assert_eq!(report.figures["gap_m2"], 0.0);
    assert_eq!(report.figures["population_deviation_largest"], 0.0);
    let grid = &report.grids[0];
    assert_eq!(
        (grid.grid.as_str(), grid.population, grid.units, grid.pieces),
        ("west001", 80.0, 8, 1)
    );
    assert!((grid.area_m2 / (8.0 * BLOCK_M2) - 1.0).abs() < 1e-3, "{grid:?}");
    // A rectangle of 2 × 4 blocks, all but square.
    assert!((grid.polsby_popper - 4.0 * std::f64::consts::PI * 8.0 / 144.0).abs() < 5e-3);
    assert!((grid.diameter_m - 111.0 * 20f64.sqrt()).abs() < 2.0, "{grid:?}");
    // Nine lines: 4 × 8 + 2 × 4 outer ones less those that are shared.
    assert!(
        (report.figures["border_m"] / (2.0 * 8.0 * 111.3 + 5.0 * 4.0 * 110.6) - 1.0).abs() < 2e-3
    );
    let bare = DrawnPlan { communities: Vec::new(), ..town() };
    assert!(audit(&bare).passes);
}

#[test]
fn a_gap_is_found() {
    let plant = |plan: &mut DrawnPlan| {
        // The block in the south-west corner is left out; its person goes elsewhere.
        plan.grids[0].shape = MultiPolygon(vec![blocks([1, 2], [0, 4]), blocks([0, 1], [1, 4])]);
        plan.grids[0].central_households[0].lon = 1.5 * SIDE;
    };
    let report = finds(plant, &["gap", "unit-elsewhere"]);
    let gap = failure(&report, "gap");
    assert_eq!(gap.of, ["west"]);
    assert!((gap.value / BLOCK_M2 - 1.0).abs() < 1e-3, "{gap:?}");
    assert_eq!(failure(&report, "unit-elsewhere").of, ["0-0"]);
    assert_eq!(report.grids[0].pieces, 1);
    // Where no boundary is known, the unit's own ground tells.
    let report = finds(
        |plan| {
            plan.communities.clear();
            plant(plan);
        },
        &["gap", "unit-elsewhere"],
    );
    assert_eq!(failure(&report, "gap").of, ["0-0"]);
}

/// A strip of three metres is a small part of any unit, and nobody answers for it.
#[test]
fn a_narrow_gap_is_found_without_boundaries() {
    let report = finds(
        |plan| {
            plan.communities.clear();
            plan.grids[0].shape.0[0].exterior_mut(|ring| {
                ring.0.iter_mut().filter(|c| c.x == 0.0).for_each(|c| c.x = 0.027 * SIDE);
            });
        },
        &["gap"],
    );
    assert_eq!(report.failures().count(), 4);
    assert!((failure(&report, "gap").value / BLOCK_M2 - 0.027).abs() < 1e-3);
}

#[test]
fn an_overlap_is_found() {
    let report = finds(
        |plan| {
            let both = plan.grids[1].shape.0[0].clone();
            plan.grids[1].shape = MultiPolygon(vec![both, blocks([1, 2], [1, 2])]);
        },
        &["overlap"],
    );
    let overlap = failure(&report, "overlap");
    assert_eq!(
        (overlap.grid.as_deref(), &overlap.of[..]),
        (Some("west001"), &["west002".into()][..])
    );
    assert!((overlap.value / BLOCK_M2 - 1.0).abs() < 1e-3, "{overlap:?}");
    // A grid drawn on top of another, border on border, without boundaries to compare with.
    let nested = |plan: &mut DrawnPlan| {
        plan.communities.clear();
        let mut market = DrawnGrid::of(blocks([0, 1], [0, 1]).into());
        market.code = Some("west003".into());
        market.community = Some("west".into());
        plan.grids.insert(0, market);
        plan.units[0].grid = Some("west003".into());
    };
    let mut plan = town();
    nested(&mut plan);
    assert!(faults(&plan).contains("overlap"), "{:?}", faults(&plan));
}

#[test]
fn a_grid_in_pieces_is_found() {
    let report = finds(
        |plan| {
            // Two grids change corners: each has a block in the other's ground.
            plan.grids[0].shape = MultiPolygon(vec![
                blocks([0, 1], [0, 4]),
                blocks([1, 2], [1, 4]),
                blocks([3, 4], [0, 1]),
            ]);
            plan.grids[1].shape = MultiPolygon(vec![
                blocks([2, 3], [0, 4]),
                blocks([3, 4], [1, 4]),
                blocks([1, 2], [0, 1]),
            ]);
            for unit in &mut plan.units {
                match unit.id.as_str() {
                    "1-0" => unit.grid = Some("west002".into()),
                    "3-0" => unit.grid = Some("west001".into()),
                    _ => unit.estate = None,
                }
            }
        },
        &["grid-in-pieces"],
    );
    let pieces = failure(&report, "grid-in-pieces");
    assert_eq!((pieces.grid.as_deref(), pieces.value), (Some("west001"), 2.0));
    assert!((report.grids[0].area_m2 / (8.0 * BLOCK_M2) - 1.0).abs() < 1e-3);
}

#[test]
fn a_community_crossed_is_found() {
    let report = finds(
        |plan| {
            // The last western grid takes a block from the first eastern one.
            let grid = &mut plan.grids[1].shape;
            *grid = MultiPolygon(vec![blocks([2, 4], [0, 4]), blocks([4, 5], [3, 4])]);
            plan.grids[2].shape =
                MultiPolygon(vec![blocks([5, 6], [0, 4]), blocks([4, 5], [0, 3])]);
            let moved = plan.units.iter_mut().find(|unit| unit.id == "4-3").unwrap();
            (moved.grid, moved.estate) = (Some("west002".into()), None);
            for (grid, units) in [(1, 9.0), (2, 7.0)] {
                (plan.grids[grid].population, plan.grids[grid].units) =
                    (Some(10.0 * units), Some(units));
            }
        },
        &["community-crossed", "population-out-of-tolerance"],
    );
    let crossed: Vec<&Failure> =
        report.failures().filter(|failure| failure.fault == "community-crossed").collect();
    assert!(crossed.iter().all(|c| c.grid.as_deref() == Some("west002") && c.of == ["east"]));
    assert!((crossed[0].value / BLOCK_M2 - 1.0).abs() < 1e-3, "{crossed:?}");
    assert!(report.grids[1].fails.contains(&Subject::LegalBasis));
}

#[test]
fn wrong_sums_are_found() {
    let report = finds(|plan| plan.grids[2].population = Some(81.0), &["wrong-population"]);
    let wrong = failure(&report, "wrong-population");
    assert_eq!((wrong.grid.as_deref(), wrong.value, wrong.limit), (Some("east001"), 81.0, 80.0));
    finds(|plan| plan.grids[2].units = Some(7.0), &["wrong-units"]);
    finds(|plan| plan.grids[2].area_m2 = Some(1e5), &["wrong-area"]);
    finds(
        |plan| plan.units[0].population = 30.0,
        &["population-out-of-tolerance", "wrong-population"],
    );
}

#[test]
fn wanting_staff_is_found() {
    let report = finds(|plan| plan.grids[3].officer = None, &["no-officer"]);
    assert_eq!(failure(&report, "no-officer").grid.as_deref(), Some("east002"));
    let report =
        finds(|plan| plan.grids[3].officer = plan.grids[0].officer.clone(), &["officer-shared"]);
    assert_eq!(failure(&report, "officer-shared").of[0], "officer of west");
    finds(|plan| plan.grids[3].central_households.clear(), &["no-central-household"]);
    finds(|plan| plan.grids[3].central_households[0].lon = 0.0, &["household-outside"]);
    let links = |count: usize| {
        let link = |member: usize| DrawnLink {
            member: member.to_string(),
            central_household: "h0".into(),
            grid: "west001".into(),
        };
        (0..count).map(link).collect::<Vec<_>>()
    };
    finds(|plan| plan.links = links(10), &[]);
    finds(|plan| plan.links = links(11), &["too-many-links"]);
    let unstaffed = |plan: &mut DrawnPlan| {
        for grid in &mut plan.grids {
            grid.officer = None;
            grid.central_households.clear();
        }
    };
    let report = finds(unstaffed, &[]);
    assert_eq!(report.subject(Subject::Staffing).unwrap().verdict, Verdict::NotJudged);
}

#[test]
fn faulty_codes_are_found() {
    let report = finds(
        |plan| {
            plan.grids[1].code = Some("west001".into());
            plan.units.iter_mut().for_each(|unit| unit.grid = None);
        },
        &["code-twice"],
    );
    assert_eq!(failure(&report, "code-twice").grid.as_deref(), Some("west001"));
    let unnamed = |plan: &mut DrawnPlan| {
        plan.units.iter_mut().for_each(|unit| unit.grid = None);
    };
    for code in ["west02", "east003", "west000", "westabc"] {
        finds(
            |plan| {
                unnamed(plan);
                plan.grids[1].code = Some(code.into());
            },
            &["code-malformed"],
        );
    }
    let report = finds(
        |plan| {
            unnamed(plan);
            plan.grids[1].code = None;
        },
        &["code-missing"],
    );
    assert_eq!(failure(&report, "code-missing").grid.as_deref(), Some("feature 2"));
}

#[test]
fn units_out_of_place_are_found() {
    finds(
        |plan| plan.units.push(plan.units[0].clone()),
        &["population-out-of-tolerance", "unit-twice", "wrong-population", "wrong-units"],
    );
    finds(|plan| plan.units[0].grid = Some("west009".into()), &["grid-unknown"]);
    let report = finds(
        |plan| {
            plan.units[0].population = 0.0;
            plan.units[0].grid = None;
            plan.units[0].shape = Geometry::Point(Point::new(9.5 * SIDE, 0.5 * SIDE));
            (plan.grids[0].population, plan.grids[0].units) = (Some(70.0), Some(7.0));
            // Nobody may be within the tolerance by accident.
            plan.units[4].population = 20.0;
            plan.grids[0].population = Some(80.0);
        },
        &["unit-in-no-grid"],
    );
    assert_eq!(failure(&report, "unit-in-no-grid").of, ["0-0"]);
}

#[test]
fn an_estate_split_between_grids_is_found() {
    let report = finds(|plan| plan.units[8].estate = Some("estate 0".into()), &["estate-split"]);
    let split = failure(&report, "estate-split");
    assert_eq!(split.of, ["estate 0", "west002"]);
    // An estate whose units do not touch could not be whole.
    finds(|plan| plan.units[12].estate = Some("estate 0".into()), &[]);
}

#[test]
fn a_border_through_a_unit_is_found() {
    let report = finds(
        |plan| {
            // The border between the western grids runs a third of a block too far west.
            let third = |polygon: &mut Polygon<f64>| {
                polygon.exterior_mut(|ring| {
                    for c in ring.0.iter_mut().filter(|c| (c.x - 2.0 * SIDE).abs() < 1e-9) {
                        c.x -= SIDE / 3.0;
                    }
                });
            };
            third(&mut plan.grids[0].shape.0[0]);
            third(&mut plan.grids[1].shape.0[0]);
        },
        &["unit-cut"],
    );
    let cut: Vec<&Failure> = report.failures().collect();
    assert_eq!(cut.len(), 4);
    assert!(cut.iter().all(|c| (c.value - 1.0 / 3.0).abs() < 1e-3 && c.of[0].starts_with("1-")));
    assert!(cut.iter().all(|c| c.grid.as_deref() == Some("west001")));
}

#[test]
fn a_border_that_crosses_itself_is_found() {
    let mut plan = town();
    // Two opposite corners on the east side change places.
    plan.grids[0].shape.0[0].exterior_mut(|ring| ring.0.swap(2, 6));
    let report = audit(&plan);
    assert_eq!(failure(&report, "border-crosses-itself").grid.as_deref(), Some("west001"));
    assert_eq!(failure(&report, "gap").of, ["west"]);
}

#[test]
fn slivers_between_borders_drawn_twice_pass() {
    let report =
        finds(
            |plan| {
                // One of two neighbours has a border some centimetres off in a middle corner.
                plan.grids[0].shape.0[0].exterior_mut(|ring| {
                    for c in ring.0.iter_mut().filter(|c| {
                        (c.x - 2.0 * SIDE).abs() < 1e-9 && (c.y - 2.0 * SIDE).abs() < 1e-9
                    }) {
                        c.x -= 5e-7;
                    }
                });
            },
            &[],
        );
    assert!(report.figures["slivers_m2"] > 1.0, "{:?}", report.figures["slivers_m2"]);
    assert_eq!(report.figures["gap_m2"], 0.0);
}

#[test]
fn limits_are_held_against_shapes() {
    let strict =
        Audit { least_compactness: Some(0.9), most_diameter_m: Some(400.0), ..Audit::default() };
    let report = strict.run(&town(), None).unwrap();
    let kinds: BTreeSet<&str> = report.failures().map(|f| f.fault.as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["not-compact", "too-wide"]);
}

#[test]
fn grids_that_say_nothing_are_placed() {
    let mut plan = town();
    for grid in &mut plan.grids {
        *grid = DrawnGrid { code: grid.code.clone(), ..DrawnGrid::of(grid.shape.clone()) };
    }
    let by_boundary = audit(&plan);
    assert!(by_boundary.passes, "{by_boundary}");
    plan.communities.clear();
    let by_people = audit(&plan);
    assert!(by_people.passes, "{by_people}");
    assert_eq!(by_people.grids[2].community.as_deref(), Some("east"));
    plan.units.iter_mut().for_each(|unit| unit.community = None);
    plan.grids.iter_mut().zip(1..).for_each(|(g, n)| g.code = Some(format!("100{n}")));
    plan.units.iter_mut().for_each(|unit| unit.grid = None);
    let whole = audit(&plan);
    assert!(whole.passes, "{whole}");
    assert_eq!(whole.subject(Subject::LegalBasis).unwrap().verdict, Verdict::NotJudged);
}

#[test]
fn points_do_for_units() {
    let mut plan = town();
    for unit in &mut plan.units {
        let (x, y) = unit.id.split_once('-').unwrap();
        let middle = |n: &str| (n.parse::<f64>().unwrap() + 0.5) * SIDE;
        unit.shape = Geometry::Point(Point::new(middle(x), middle(y)));
        unit.grid = None;
    }
    let report = audit(&plan);
    assert!(report.passes, "{report}");
    assert_eq!(report.grids[3].population, 80.0);
}

#[test]
fn a_present_plan_tells_who_moves() {
    let now = town();
    let mut then = town().grids;
    // A block of the first grid belonged to the second.
    then[0].shape = MultiPolygon(vec![blocks([0, 1], [0, 4]), blocks([1, 2], [0, 3])]);
    then[1].shape = MultiPolygon(vec![blocks([2, 4], [0, 4]), blocks([1, 2], [3, 4])]);
    let moved = |then: &[DrawnGrid]| {
        let report = Audit::default().run(&now, Some(then)).unwrap();
        (report.figures["people_moved"], report.figures["grids_persisting"])
    };
    assert_eq!(moved(&then), (10.0, 4.0));
    // Codes that have nothing in common leave it to the people shared.
    then.iter_mut().for_each(|grid| grid.code = None);
    assert_eq!(moved(&then), (10.0, 4.0));
    let limit = Audit { most_moved_share: Some(0.01), ..Audit::default() };
    let report = limit.run(&now, Some(&then)).unwrap();
    assert_eq!(failure(&report, "many-moved").value, 10.0 / 320.0);
    assert_eq!(report.figures["people_staying_share"], 310.0 / 320.0);
}

#[test]
fn two_plans_are_set_side_by_side() {
    let (a, mut other) = (audit(&town()), town());
    other.grids[0].officer = None;
    let b = audit(&other);
    let beside = compare(["ours", "theirs"], [&a, &b]);
    let staffing =
        beside.subjects.iter().find(|(subject, _)| *subject == Subject::Staffing).unwrap();
    assert_eq!(staffing.1, [(Verdict::Pass, 0), (Verdict::Fail, 1)]);
    let (_, values) =
        beside.figures.iter().find(|(name, _)| name == "grids_without_officer").unwrap();
    assert_eq!(*values, [Some(0.0), Some(1.0)]);
    assert!(beside.to_string().contains("A: ours"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Blocks dealt out at random: pieces, people, gaps and overlaps are what counting says.
    #[test]
    fn figures_are_what_counting_says(
        labels in prop::collection::vec((0usize..4, prop::bool::weighted(0.1)), 24),
    ) {
        const WIDTH: usize = 6;
        let block = |i: usize| {
            let (x, y) = ((i % WIDTH) as u32, (i / WIDTH) as u32);
            blocks([x, x + 1], [y, y + 1])
        };
        // Label 3 is a gap; a block that is claimed twice also belongs to the next grid.
        let mut holds = vec![BTreeSet::new(); 3];
        for (i, &(label, twice)) in labels.iter().enumerate().filter(|(_, l)| l.0 < 3) {
            holds[label].insert(i);
            if twice {
                holds[(label + 1) % 3].insert(i);
            }
        }
        let grids: Vec<DrawnGrid> = holds
            .iter()
            .map(|held| DrawnGrid::of(held.iter().map(|&i| block(i)).collect()))
            .collect();
        let units = (0..24).map(|i| DrawnUnit {
            id: i.to_string(), population: 1.0 + i as f64, households: None, community: None, estate: None, lock: None,
            grid: None, shape: block(i).into(),
        });
        let whole = Community {
            id: "1".into(), name: "whole".into(), subdistrict: None, grids: None,
            boundary: Some(blocks([0, WIDTH as u32], [0, 4]).into()),
        };
        let plan = DrawnPlan {
            grids: grids.into_iter().map(|g| DrawnGrid { community: Some("1".into()), ..g }).collect(),
            units: units.collect(),
            communities: vec![whole],
            ..DrawnPlan::default()
        };
        let report = audit(&plan);
        let gaps = labels.iter().filter(|l| l.0 == 3).count() as f64;
        let twice = labels.iter().filter(|l| l.0 < 3 && l.1).count() as f64;
        prop_assert!((report.figures["gap_m2"] / BLOCK_M2 - gaps).abs() < 0.05);
        prop_assert!((report.figures["overlap_m2"] / BLOCK_M2 - twice).abs() < 0.05);
        for (held, grid) in holds.iter().zip(&report.grids) {
            let mut left = held.clone();
            let mut pieces = 0;
            while let Some(start) = left.pop_first() {
                pieces += 1;
                let mut stack = vec![start];
                while let Some(i) = stack.pop() {
                    let (x, y) = (i % WIDTH, i / WIDTH);
                    let beside = [
                        (x > 0).then(|| i - 1), (x + 1 < WIDTH).then(|| i + 1),
                        (y > 0).then(|| i - WIDTH), (y + 1 < 4).then(|| i + WIDTH),
                    ];
                    stack.extend(beside.into_iter().flatten().filter(|j| left.remove(j)));
                }
            }
            prop_assert_eq!(grid.pieces, pieces);
            prop_assert!((grid.area_m2 / BLOCK_M2 - held.len() as f64).abs() < 0.05);
        }
        // A unit counts once, in the first grid that claims it.
        let people: f64 = report.grids.iter().map(|grid| grid.population).sum();
        let housed = (0..24).filter(|&i| labels[i].0 < 3).map(|i| 1.0 + i as f64).sum::<f64>();
        prop_assert_eq!(people, housed);
    }
}

/// An audit by what was asked besides.
fn by(ask: impl Fn(Divide) -> Divide) -> Audit {
    Audit { asked: Some(ask(Divide::into_grids(1))), ..Audit::default() }
}

#[track_caller]
fn verdict(report: &AuditReport, subject: Subject) -> Verdict {
    report.subject(subject).unwrap().verdict
}

#[test]
fn what_was_not_asked_is_no_subject() {
    let report = audit(&town());
    assert_eq!(report.subjects.len(), 11);
    assert!(report.grids.iter().all(|grid| grid.asked.is_empty()));
}

#[test]
fn further_amounts_are_judged_grid_by_grid() {
    let mut plan = town();
    // Five elderly in every unit of the first column, one elsewhere: 24 of 40, 8 of the mean 16.
    let elderly = (0..32).map(|unit| if unit < 4 { 5.0 } else { 1.0 });
    plan.attributes.amounts.insert("elderly".into(), elderly.collect());
    let within = by(|divide| divide.weight("elderly", Tolerance::both(0.5)));
    let report = within.run(&plan, None).unwrap();
    assert_eq!(verdict(&report, Subject::FurtherAmounts), Verdict::Pass);
    let sums: Vec<f64> = report.grids.iter().map(|grid| grid.asked["sum_elderly"]).collect();
    assert_eq!(sums, [24.0, 8.0, 8.0, 8.0]);
    assert_eq!(report.grids[0].asked["deviation_elderly"], 0.5);
    let beyond = by(|divide| divide.weight("elderly", Tolerance::both(0.4)));
    let mut named = plan.clone();
    named.named.push(Violation {
        grid: "west001".into(),
        community: "west".into(),
        promise: crate::plan::Promise::Weight,
        field: Some("elderly".into()),
        value: 24.0,
        limit: 22.4,
        unavoidable: false,
        reason: String::new(),
    });
    let report = beyond.run(&named, None).unwrap();
    let failures: Vec<_> = report.failures().collect();
    assert_eq!(failures.len(), 2);
    assert!(failures.iter().all(|failure| failure.fault == "weight-out-of-tolerance"));
    assert_eq!((failures[0].value, failures[0].limit), (24.0, 22.4));
    assert_eq!([failures[0].named_by_plan, failures[1].named_by_plan], [true, false]);
    assert_eq!(report.figures["elderly_out_of_tolerance"], 2.0);
    // Special-purpose grids are in no mean.
    call_special(&mut plan, 1);
    assert!(beyond.run(&plan, None).unwrap().passes);
}

#[test]
fn mixtures_and_likeness_are_told() {
    let mut plan = town();
    let tenure = (0..32).map(|unit| Some(if unit < 8 { "own" } else { "let" }.to_owned()));
    plan.attributes.traits.insert("tenure".into(), Trait::Categories(tenure.collect()));
    let report = by(|divide| divide.mix("tenure", 0.2).alike("tenure", 0.5)).run(&plan, None);
    let report = report.unwrap();
    // In the west, one grid owns and the other lets.
    let failures: BTreeSet<_> = report.failures().filter_map(|f| f.grid.clone()).collect();
    assert_eq!(failures, BTreeSet::from(["west001".to_owned(), "west002".to_owned()]));
    assert_eq!(verdict(&report, Subject::Mixture), Verdict::Fail);
    assert_eq!(verdict(&report, Subject::Likeness), Verdict::NotJudged);
    assert_eq!(report.figures["alike_tenure_mean"], 1.0);
    assert_eq!(report.grids[0].asked["share_tenure_own"], 1.0);
}

#[test]
fn limits_that_are_the_same_everywhere_are_judged() {
    let mut plan = town();
    plan.units.iter_mut().for_each(|unit| unit.households = Some(5.0));
    plan.units[0].households = Some(15.0);
    let limit = |text: &str| text.parse::<Between>().unwrap();
    let asked = by(|divide| {
        let divide = divide.households_per_grid(limit(":40")).units_per_grid(limit("8:"));
        divide.shape(ShapeWish { max_diameter_m: Some(496.0), ..ShapeWish::default() })
    });
    let report = asked.run(&plan, None).unwrap();
    let found = failure(&report, "households-out-of-limits");
    assert_eq!((found.grid.as_deref(), found.value, found.limit), (Some("west001"), 50.0, 40.0));
    assert_eq!(report.failures().count(), 1);
    // Grids are 495.2 m across.
    let narrow = ShapeWish { max_diameter_m: Some(490.0), ..ShapeWish::default() };
    let report = by(|divide| divide.shape(narrow).units_per_grid(limit("9:"))).run(&plan, None);
    let report = report.unwrap();
    assert_eq!(report.figures["wider_than_asked"], 4.0);
    assert_eq!(report.figures["units_out_of_limits"], 4.0);
}

#[test]
fn people_from_least_to_most_take_the_place_of_their_tolerance() {
    let mut plan = town();
    plan.units[0].population = 30.0;
    let people = |text: &str| {
        let range = text.parse().unwrap();
        let audit = by(|_| Divide::into_grids_between(range));
        audit.run(&plan, None).unwrap()
    };
    let report = people("60:80:100");
    assert_eq!(verdict(&report, Subject::LoadBalance), Verdict::Pass, "{report}");
    let report = people("60:80:90");
    let found = failure(&report, "population-out-of-tolerance");
    assert_eq!((found.value, found.limit), (100.0, 90.0));
}

#[test]
fn locks_and_units_kept_apart_are_judged() {
    let lock = |plan: &mut DrawnPlan, unit: usize, name: &str| {
        plan.units[unit].lock = Some(name.into());
    };
    finds(|plan| lock(plan, 0, "a"), &[]);
    let two = |other: usize, name: &'static str| {
        move |plan: &mut DrawnPlan| {
            lock(plan, 0, "a");
            lock(plan, other, name);
        }
    };
    assert!(!finds(two(1, "b"), &["locks-together"]).passes);
    finds(two(8, "a"), &["lock-split"]);
    let report = by(|divide| divide.apart(["0-0", "1-0"]).apart(["0-0", "7-0"])).run(&town(), None);
    let report = report.unwrap();
    assert_eq!(failure(&report, "not-kept-apart").of, ["0-0", "1-0"]);
    assert_eq!(report.failures().count(), 1);
    let missing = by(|divide| divide.apart(["0-0", "9-9"])).run(&town(), None);
    assert!(missing.unwrap_err().to_string().contains("9-9"));
}

#[test]
fn seeds_are_judged() {
    let seed =
        |id: &str, x: f64, y: f64| Seed { id: id.into(), position: Point::new(x * SIDE, y * SIDE) };
    // One in every grid: a unit of its own, points, and a point on the unit that is a seed.
    let sound = |plan: &mut DrawnPlan| {
        plan.attributes.seed = (0..32).map(|unit| unit == 0).collect();
        plan.seeds = vec![
            seed("s1", 0.5, 0.5),
            seed("s2", 2.5, 0.5),
            seed("s3", 4.5, 0.5),
            seed("s4", 6.5, 0.5),
        ];
    };
    let report = finds(sound, &[]);
    assert_eq!(report.figures["seeds"], 4.0);
    assert_eq!(report.grids[0].asked["seeds"], 1.0);
    let report = finds(
        |plan| {
            sound(plan);
            plan.seeds[1] = seed("s2", 1.5, 1.5);
            plan.seeds.push(seed("s5", 60.0, 60.0));
        },
        &["seeds-together", "grid-without-seed", "seed-outside"],
    );
    assert!(!report.passes);
    assert_eq!(failure(&report, "seeds-together").of, ["s1", "s2"]);
}

#[test]
fn an_estate_that_a_special_grid_takes_a_part_of_is_told() {
    let mut plan = town();
    plan.units[4].estate = Some("estate 1".into());
    plan.units[8].estate = Some("estate 1".into());
    assert!(faults(&plan).contains("estate-split"));
    call_special(&mut plan, 0);
    let report = audit(&plan);
    assert!(!faults(&plan).contains("estate-split"));
    assert_eq!(report.figures["estates_split_by_special_grids"], 1.0);
    let said = &report.subject(Subject::StatusQuo).unwrap().summary;
    assert!(said.contains("1 split by special-purpose grids"), "{said}");
}

#[test]
fn grids_that_were_renamed_go_on() {
    let present = town();
    let mut plan = town();
    for grid in &mut plan.grids[..2] {
        let old = grid.code.clone().unwrap();
        let new = old.replace("west", "new");
        plan.renamed.push((old, new.clone()));
        grid.code = Some(new);
    }
    for unit in &mut plan.units {
        unit.grid = unit.grid.take().map(|grid| grid.replace("west", "new"));
    }
    let moved = |plan: &DrawnPlan| {
        let report = Audit::default().run(plan, Some(&present.grids)).unwrap();
        (report.figures["people_moved"], report.figures["grids_persisting"])
    };
    assert_eq!(moved(&plan), (0.0, 4.0));
    // Without being told, half of the people seem to have moved.
    plan.renamed.clear();
    assert_eq!(moved(&plan), (160.0, 2.0));
}

/// A river from south to north, at so many blocks from the west.
fn river(x: f64, hard: bool) -> Barrier {
    Barrier {
        id: "r".into(),
        class: "river".into(),
        hard,
        at_grade: true,
        lines: MultiLineString(vec![line_string![
            (x: x * SIDE, y: -0.5 * SIDE), (x: x * SIDE, y: 4.5 * SIDE)
        ]]),
    }
}

#[test]
fn grids_across_hard_barriers_are_in_pieces() {
    // Between grids, and through one.
    finds(|plan| plan.barriers = vec![river(2.0, true)], &[]);
    finds(|plan| plan.barriers = vec![river(1.0, false)], &[]);
    let report = finds(|plan| plan.barriers = vec![river(1.0, true)], &["across-hard-barrier"]);
    let found = failure(&report, "across-hard-barrier");
    assert_eq!((found.grid.as_deref(), found.value), (Some("west001"), 2.0));
    assert_eq!((report.grids[0].pieces, report.grids[1].pieces), (2, 1));
    assert_eq!(report.figures["grids_in_pieces"], 1.0);
    // By the class that was asked, and named by the plan.
    let mut plan = town();
    plan.barriers = vec![river(1.0, false)];
    plan.named = vec![Violation {
        grid: "west001".into(),
        community: "west".into(),
        promise: Promise::Contiguity,
        field: None,
        value: 2.0,
        limit: 1.0,
        unavoidable: true,
        reason: String::new(),
    }];
    let hard = Audit { hard_barriers: vec!["river".into()], ..Audit::default() };
    let report = hard.run(&plan, None).unwrap();
    assert!(failure(&report, "across-hard-barrier").named_by_plan);
    // Points have no ground to look at: that is told.
    for unit in &mut plan.units {
        unit.shape = unit.shape.interior_point().unwrap().into();
    }
    let report = hard.run(&plan, None).unwrap();
    let said = &report.subject(Subject::EaseOfManagement).unwrap().summary;
    assert!(report.passes && said.contains("is not known: the units have no ground"), "{report}");
}

#[test]
fn an_estate_on_both_banks_of_a_hard_barrier_is_not_split() {
    let both = |plan: &mut DrawnPlan| {
        plan.units.iter_mut().for_each(|unit| unit.estate = None);
        [4, 8].into_iter().for_each(|u| plan.units[u].estate = Some("on both banks".into()));
    };
    finds(both, &["estate-split"]);
    finds(
        |plan| {
            both(plan);
            plan.barriers = vec![river(2.0, true)];
        },
        &[],
    );
}

#[test]
fn what_reaches_across_communities_is_told() {
    let across = |name: &'static str| {
        move |plan: &mut DrawnPlan| {
            for unit in [12, 16] {
                let unit = &mut plan.units[unit];
                match name {
                    "lock" => unit.lock = Some("across".into()),
                    _ => unit.estate = Some("across".into()),
                }
            }
        }
    };
    let report = finds(across("lock"), &["lock-split"]);
    let said = &report.subject(Subject::KeptApart).unwrap().summary;
    assert!(said.starts_with("1 locks, 1 broken"), "{said}");
    let report = finds(across("estate"), &[]);
    let said = &report.subject(Subject::StatusQuo).unwrap().summary;
    assert_eq!(said, "4 of 5 estates whole; 1 reach across communities, which no grid does");
    // Of the same name, but apart: two.
    let report = finds(
        |plan| [0, 31].into_iter().for_each(|u| plan.units[u].estate = Some("apart".into())),
        &[],
    );
    let said = &report.subject(Subject::StatusQuo).unwrap().summary;
    assert_eq!(said, "6 of 6 estates whole");
}

#[test]
fn a_special_grid_is_one_by_what_its_units_say() {
    finds(|plan| call_special(plan, 1), &[]);
    let report = finds(|plan| plan.grids[1].special = true, &["special-unsaid"]);
    assert_eq!(failure(&report, "special-unsaid").value, 8.0);
    let mixed = |plan: &mut DrawnPlan| {
        call_special(plan, 1);
        plan.attributes.special[8] = None;
    };
    assert_eq!(failure(&finds(mixed, &["special-unsaid"]), "special-unsaid").of, ["2-0"]);
    finds(|plan| plan.grids[0].unknown_kind = Some("foo".into()), &["kind-unknown"]);
}

#[test]
fn whatever_is_recorded_is_compared() {
    let recorded = |name: &'static str, value: f64| {
        move |plan: &mut DrawnPlan| _ = plan.grids[0].figures.insert(name.to_owned(), value)
    };
    let perimeter = audit(&town()).grids[0].perimeter_m;
    let sound = [("perimeter_m", perimeter), ("population_deviation", 0.0), ("storeys", 4.0)];
    for (name, value) in sound {
        finds(recorded(name, value), &[]);
    }
    let wrong = [
        ("perimeter_m", 2.0),
        ("diameter_m", 2.0),
        ("polsby_popper", 0.9),
        ("area_deviation", 0.1),
    ];
    for (name, value) in wrong {
        let report = finds(recorded(name, value), &["wrong-figure"]);
        assert_eq!(failure(&report, "wrong-figure").of, [name]);
    }
    // A plan of ours says all of it.
    let sums_of = |communities: f64| -> BTreeMap<String, f64> {
        let of_one = [
            ("units", 16.0),
            ("grids", 2.0),
            ("population", 160.0),
            ("area_m2", audit(&town()).grids.iter().map(|grid| grid.area_m2).sum::<f64>() / 2.0),
        ];
        of_one.map(|(name, value)| (name.to_owned(), communities * value)).into()
    };
    let ours = |plan: &mut DrawnPlan, name: &str, value: f64| {
        plan.grids.iter_mut().for_each(|grid| grid.area_m2 = Some(8.0 * BLOCK_M2));
        let mut totals = sums_of(2.0);
        totals.insert(name.to_owned(), value);
        plan.recorded = Some(Recorded {
            totals,
            communities: ["west", "east"].map(|id| (id.to_owned(), sums_of(1.0))).into(),
            asked: Divide::into_grids(4),
        });
    };
    let sums = [
        ("population", 320.0),
        ("grids", 4.0),
        ("general_grids", 4.0),
        ("communities", 2.0),
        ("grids_in_violation", 0.0),
    ];
    for (name, value) in sums {
        finds(|plan| ours(plan, name, value), &[]);
        finds(|plan| ours(plan, name, value + 1.0), &["wrong-total"]);
    }
    let of_community = |id: &'static str, name: &'static str, value: f64| {
        move |plan: &mut DrawnPlan| {
            ours(plan, "grids", 4.0);
            let communities = &mut plan.recorded.as_mut().unwrap().communities;
            communities.entry(id.into()).or_default().insert(name.to_owned(), value);
        }
    };
    let sums = [
        ("units", 16.0),
        ("population", 160.0),
        ("grids", 2.0),
        ("special_grids", 0.0),
        ("area_m2", 16.0 * BLOCK_M2),
        ("max_population_deviation", 0.0),
        ("violations", 0.0),
    ];
    for (name, value) in sums {
        finds(of_community("east", name, value), &[]);
        let wrong = value + f64::max(1.0, 1e-3 * value);
        let report = finds(of_community("east", name, wrong), &["wrong-total"]);
        assert_eq!(failure(&report, "wrong-total").of, [name, "east"]);
    }
    finds(of_community("south", "units", 0.0), &["community-unknown"]);
    // What is not recorded is told as well.
    type Forget = fn(&mut Recorded);
    let forgets: [Forget; 3] = [
        |recorded| _ = recorded.totals.remove("population"),
        |recorded| _ = recorded.communities.get_mut("east").unwrap().remove("units"),
        |recorded| _ = recorded.communities.remove("east"),
    ];
    for forget in forgets {
        let forgotten = |plan: &mut DrawnPlan| {
            ours(plan, "grids", 4.0);
            forget(plan.recorded.as_mut().unwrap());
        };
        finds(forgotten, &["figure-missing"]);
    }
    let with = |change: fn(&mut DrawnPlan)| {
        move |plan: &mut DrawnPlan| {
            ours(plan, "grids", 4.0);
            change(plan);
        }
    };
    finds(with(|plan| plan.grids[0].population = None), &["figure-missing"]);
    finds(with(|plan| plan.units[0].grid = None), &["grid-unsaid"]);
    // What it says that it falls short of, and does not.
    let mut plan = town();
    ours(&mut plan, "grids", 4.0);
    plan.named.push(Violation {
        grid: "west001".into(),
        community: "west".into(),
        promise: Promise::Population,
        field: None,
        value: 1.0,
        limit: 2.0,
        unavoidable: true,
        reason: String::new(),
    });
    let faults = |audit: Audit| {
        let report = audit.run(&plan, None).unwrap();
        report.failures().map(|failure| failure.fault.clone()).collect::<Vec<_>>()
    };
    assert_eq!(faults(Audit::of_asked(&Divide::into_grids(4), 10)), ["violation-unfounded"]);
    // By another tolerance nothing can be said of it.
    let wider = Audit::of_asked(&Divide::into_grids(4).population_tolerance(0.5), 10);
    assert!(faults(wider).is_empty());
}

/// A community to the east in which there is nothing.
fn add_lake(plan: &mut DrawnPlan) {
    let lake = Community {
        id: "lake".into(),
        boundary: Some(blocks([8, 12], [0, 4]).into()),
        ..plan.communities[0].clone()
    };
    plan.communities.push(lake);
}

#[test]
fn a_community_without_units_is_no_gap() {
    let report = finds(add_lake, &[]);
    let said = &report.subject(Subject::TerritorialManagement).unwrap().summary;
    assert!(said.ends_with("; 1 communities have no unit, and so no grid: lake"), "{said}");
    // Where a unit is of it, it is one without a grid.
    let settled = |plan: &mut DrawnPlan| {
        add_lake(plan);
        plan.units[0].community = Some("lake".into());
    };
    finds(settled, &["gap", "community-crossed", "community-without-grid"]);
    // So it is where a unit that lies in it says nothing, and is in no grid.
    let lost = |plan: &mut DrawnPlan| {
        add_lake(plan);
        plan.units.push(DrawnUnit {
            id: "hut".into(),
            community: None,
            estate: None,
            grid: None,
            shape: blocks([9, 10], [1, 2]).into(),
            ..plan.units[0].clone()
        });
    };
    finds(lost, &["gap", "community-without-grid", "unit-in-no-grid"]);
}

#[test]
fn parts_that_share_too_little_border_do_not_hang_together() {
    // The halves of the first grid meet along one side of a block, of some 111 m.
    let mut plan = town();
    plan.grids[0].shape = MultiPolygon(vec![blocks([0, 2], [0, 2]), blocks([1, 2], [2, 4])]);
    plan.grids[1].shape = MultiPolygon(vec![blocks([2, 4], [0, 4]), blocks([0, 1], [2, 4])]);
    let pieces = |least_border_m: f64| {
        let audit = Audit { least_border_m, ..Audit::default() };
        audit.run(&plan, None).unwrap().grids.iter().map(|grid| grid.pieces).collect::<Vec<_>>()
    };
    assert_eq!(pieces(100.0), [1, 2, 1, 1]);
    assert_eq!(pieces(120.0), [2, 2, 1, 1]);
}

#[test]
fn as_many_digits_are_told_as_differ() {
    for (value, limit, expected) in
        [(500.4, 500.0, "500.4"), (612.3, 500.0, "612"), (500.004, 500.0, "500.004")]
    {
        assert_eq!(super::text::apart(value, limit), expected);
    }
}
