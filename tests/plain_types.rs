//! Plain types go through serde and come back as they were: cities, what is asked, plans, staff.

#![allow(missing_docs, clippy::unwrap_used)]

use evengrid::allocate::StationModel;
use evengrid::audit::Audit;
use evengrid::cases::{Case, Docket, Items, Moment, Offset, Scoreboard, Span};
use evengrid::check::Prospect;
use evengrid::divide::{Effort, Tolerance};
use evengrid::explain::explain;
use evengrid::ground::BarrierCosts;
use evengrid::io::{self, Asked, Crs, ReadOptions};
use evengrid::model::City;
use evengrid::organise::{Directory, Organise, Roles, Structure};
use evengrid::plan::{Between, PeopleRange, Plan};
use evengrid::replan::{Counts, Redraw, Replan};
use evengrid::{Divide, Pipeline};
use geo::Centroid;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The value once through text and back; it has to be the same.
fn through<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), serde_json::to_value(value).unwrap());
    back
}

#[test]
fn a_city_its_plan_and_its_staff_come_back() {
    let folder = io::read_city("tests/golden/0.1.0/city", &ReadOptions::default()).unwrap();
    let mut city: City = through(&folder.city);
    evengrid::generate::People::default().seed(1).populate(&mut city);
    let city = through(&city);
    assert_eq!(city.units, folder.city.units);

    let mut pipeline = Pipeline::new(Divide::into_grids(4).effort(Effort::Fast));
    pipeline.households.places = Some(3);
    let pipeline = through(&pipeline);
    let planned = pipeline.run(&city).unwrap();
    let plan: Plan = through(&planned.plan);
    assert_eq!(plan.grids, planned.plan.grids);
    assert_eq!(through(&planned.households), planned.households);
    assert_eq!(through(&planned.officers), planned.officers);
    let drawn = through(&planned.drawn(&city));
    assert_eq!(drawn.units.len(), city.units.len());
    let asked: Asked = through(&Asked::of(&pipeline, &folder.options, &city));
    assert_eq!(asked.pipeline.divide, pipeline.divide);
    let current = io::read_current_plan("tests/golden/0.1.0/plan", &folder.options).unwrap();
    assert_eq!(through(&current).grids.len(), 4);
    assert_eq!(through(&StationModel::Fewest(2)), StationModel::Fewest(2));
}

#[test]
fn a_structure_its_cases_and_a_change_come_back() {
    let mut city = io::read_city("tests/golden/0.1.0/city", &ReadOptions::default()).unwrap().city;
    evengrid::generate::People::default().seed(1).populate(&mut city);
    let planned = Pipeline::new(Divide::into_grids(4).effort(Effort::Fast)).run(&city).unwrap();
    let roles = Roles::parse(Roles::DEFAULT, "roles.toml").unwrap();
    assert_eq!(through(&roles), roles);
    let asked = through(&Organise::new(roles));
    let (plan, ground) = (&planned.plan, &planned.ground);
    let made = asked.run(&city, ground, plan, &planned.register, &[]).unwrap();
    let back = through(&made);
    assert_eq!(back.figures(&city, plan, 3), made.figures(&city, plan, 3));

    let items = Items::parse(Items::DEFAULT, "items.toml").unwrap();
    let now = Moment::parse("2026-03-05", Offset::default()).unwrap();
    let docket = through(&Docket { items, now, clock: Offset::default() });
    let position = city.units[0].shape.centroid().unwrap();
    let times = [(); 6].map(|()| None);
    let case = Case { id: "1".into(), kind: "noise".into(), position, times, reported: None };
    let cases = vec![through(&case)];
    let (docketed, _) = docket.route(&cases, &planned.register, None);
    assert_eq!(through(&docketed), docketed);
    let board = Scoreboard::of(&docketed, &docket.items, now);
    assert_eq!(through(&board), board);

    let options = ReadOptions::default();
    let current = io::read_current_plan("tests/golden/0.1.0/plan", &options).unwrap();
    let replan = through(&Replan { counts: Counts::Total(5), ..Replan::default() });
    let pipeline = Pipeline::new(Divide::into_grids(5).effort(Effort::Fast));
    let (_, change) = pipeline.replan_with(&replan, &city, &current, &|_, _, _| {}).unwrap();
    assert_eq!(through(&change), change);
    assert_eq!(through(&Redraw::into_communities(3)), Redraw::into_communities(3));
    assert_eq!(through(&Audit::default()), Audit::default());
    let prospect = Prospect::of(&city, ground, &pipeline.divide).unwrap();
    through(&prospect);
    through(&explain(&city, ground, plan, 0).unwrap());
}

/// That a type goes both ways.
fn both<T: Serialize + DeserializeOwned>() {}

/// That a type can be written, though not read: its parts stand in memory alone (the ground, names of
/// kinds that the program has).
fn written<T: Serialize>() {}

/// The public types that are plain data. What is missing here is an index, a solver's working state, a
/// file that is open, or borrowed from something else.
#[test]
fn plain_types_have_serde() {
    use evengrid::{allocate, assign, audit, cases, divide, error, explain, generate, ground};
    use evengrid::{model, organise, plan, replan, report, settings, walking};

    both::<model::City>();
    both::<model::Community>();
    both::<model::Unit>();
    both::<model::Barrier>();
    both::<model::Walk>();
    both::<model::Officer>();
    both::<model::MemberHousehold>();
    both::<model::CandidateHousehold>();
    both::<model::ReportingMember>();
    both::<model::Worker>();
    both::<model::Station>();
    both::<model::Partner>();
    both::<model::Seed>();
    both::<model::EstateBodies>();
    both::<model::Offers>();
    both::<model::Attributes>();
    both::<model::Labels>();
    both::<model::Sheet>();
    both::<model::Source>();
    both::<error::Finding>();
    both::<error::Place>();
    both::<ground::BarrierClass>();
    both::<ground::BarrierCosts>();
    both::<ground::Survey>();
    both::<ground::Zone>();
    both::<divide::Tolerance>();
    both::<divide::Effort>();
    both::<divide::Division>();
    both::<plan::Divide>();
    both::<plan::Plan>();
    both::<plan::CommunityFigures>();
    both::<settings::Settings>();
    both::<evengrid::Pipeline>();
    written::<evengrid::pipeline::PlannedCity>();
    both::<allocate::HouseholdAssignment>();
    both::<allocate::OfficerAssignment>();
    both::<allocate::StationAssignment>();
    both::<allocate::PartnerAssignment>();
    both::<allocate::ReportingAssignment>();
    both::<allocate::NearestPlaces>();
    both::<allocate::Assignment>();
    both::<allocate::flow::Transport>();
    both::<allocate::flow::Transported>();
    both::<allocate::location::Solution>();
    both::<allocate::location::SiteRule>();
    both::<allocate::location::Effort>();
    both::<allocate::location::PMedian>();
    both::<allocate::location::PCenter>();
    both::<allocate::location::SetCover>();
    both::<allocate::location::MaxCover>();
    both::<allocate::location::CapacitatedMedian>();
    both::<assign::Households>();
    both::<assign::Officers>();
    both::<assign::Stations>();
    both::<assign::NearestPlaces>();
    both::<assign::Members>();
    both::<assign::Partners>();
    both::<assign::Way>();
    both::<assign::AssignmentRecord>();
    both::<assign::Reached>();
    written::<assign::Answer>();
    both::<audit::Audit>();
    both::<audit::AuditReport>();
    both::<audit::Comparison>();
    both::<audit::DrawnPlan>();
    both::<explain::Explanation>();
    both::<organise::Register>();
    both::<organise::Directory>();
    both::<organise::Structure>();
    both::<organise::Organise>();
    both::<organise::ResponsibilityChain>();
    both::<cases::Docket>();
    both::<cases::DocketedCase>();
    both::<cases::Scoreboard>();
    both::<replan::Change>();
    both::<replan::CurrentPlan>();
    both::<replan::Curve>();
    written::<replan::Redrawn>();
    both::<generate::GeneratedCity>();
    both::<walking::Isochrone>();
    both::<walking::Snapped>();
    both::<walking::Within>();
    both::<io::DrawnFiles>();
    both::<io::ReadOptions>();
    both::<io::MeasureTable>();
    both::<io::OrganisationRecord>();
    written::<io::CasesRecord>();
    written::<io::PlanRecord>();
    written::<io::Vacancy>();
    both::<report::Language>();
}

#[test]
fn who_answers_where_is_known_after_the_way_through_text() {
    let mut city = io::read_city("tests/golden/0.1.0/city", &ReadOptions::default()).unwrap().city;
    evengrid::generate::People::default().seed(1).populate(&mut city);
    let planned = Pipeline::new(Divide::into_grids(4).effort(Effort::Fast)).run(&city).unwrap();
    let register = through(&planned.register);
    let points: Vec<geo::Point<f64>> =
        city.units.iter().filter_map(|unit| unit.shape.centroid()).collect();
    assert_eq!(register.locate_all(&points), planned.register.locate_all(&points));

    let roles = Roles::parse(Roles::DEFAULT, "roles.toml").unwrap();
    let (plan, ground) = (&planned.plan, &planned.ground);
    let made = Organise::new(roles).run(&city, ground, plan, &planned.register, &[]).unwrap();
    let structure = Structure::of(&city, plan, &planned.register, &made);
    // Every building group is the ground of its grid here: a place in it is found by its outline.
    let grids = structure.communities.iter().flat_map(|community| &community.grids);
    let outlines = grids.zip(&plan.grids).filter_map(|(node, grid)| {
        Some((node.building_groups.first()?.building_group.clone(), grid.shape.clone()))
    });
    let directory = Directory::new(structure.clone(), outlines.collect());
    let back = through(&directory);
    for (point, chain) in points.iter().zip(planned.register.locate_all(&points)) {
        let Some(chain) = chain else { continue };
        let found = [&directory, &back].map(|of| of.building_group(&chain.grid, *point));
        assert!(found[0].is_some() && found[0] == found[1], "{point:?}");
    }
}

#[test]
fn settings_go_in_the_form_of_the_file() {
    let text = "target-population = 900.0\npopulation-tolerance = \":0.1\"\neffort = \"fast\"\n\
                apart = [[\"u1\", \"u2\"]]\nalike = [\"era\"]\nhouseholds-per-grid = \"300:500\"\n\
                islands = \"report\"\n[weight]\nelderly = \"0.2\"\n[mix]\ntenure = 0.1\n\
                [barrier-costs]\ncanal = 0.2\n[communities.west]\ngrids = 5\n";
    let settings: evengrid::settings::Settings = toml::from_str(text).unwrap();
    let back = through(&settings);
    assert_eq!(format!("{back:?}"), format!("{settings:?}"));
    assert_eq!(json!(settings)["mix"], json!({"tenure": 0.1}));
    assert_eq!(json!(settings)["alike"], json!(["era"]));
}

#[test]
fn what_is_asked_is_written_as_on_the_command_line() {
    assert_eq!(json!(Tolerance::above(1.0)), ":1");
    assert_eq!(json!("20:".parse::<Between>().unwrap()), "20:");
    assert_eq!(json!("800:1000:1300".parse::<PeopleRange>().unwrap()), "800:1000:1300");
    assert_eq!(json!(Effort::Thorough), "thorough");
    assert_eq!(json!("EPSG:4547".parse::<Crs>().unwrap()), "EPSG:4547");
}

#[test]
fn what_makes_no_sense_is_refused() {
    fn refused<T: DeserializeOwned>(value: Value, part: &str) {
        let error = serde_json::from_value::<T>(value).err().expect("it makes no sense");
        assert!(error.to_string().contains(part), "{part:?} is not in {error}");
    }
    refused::<Tolerance>(json!("-1"), "LOWER:UPPER");
    refused::<PeopleRange>(json!("3:2:1"), "3:2:1");
    refused::<Effort>(json!("much"), "much");
    refused::<BarrierCosts>(json!({"river": 2}), "cost factor of 2");
    refused::<Moment>(json!("2026-02-30"), "no time");
    refused::<Offset>(json!("eight"), "+08:00");
    assert!(serde_json::to_value(Span { seconds: 61 }).is_err(), "no text says 61 seconds");
}
