#![allow(clippy::unwrap_used)]

use geo::{LineString, Polygon};

use super::super::{ReadOptions, StaffSummary, read_city};
use super::*;
use crate::allocate::CentralHousehold;
use crate::model::{CandidateHousehold, MemberHousehold, Officer};
use crate::organise::{GridKind, PersonPoint};
use crate::plan::{Divide, Promise, ServiceGrid, Violation};

const UNITS: &str = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:4326"}}, "features": [
{"type": "Feature", "properties": {"id": "a", "population": 10.0}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1.10, 0], [1, 1], [0, 0]]]}},
{"type": "Feature", "properties": {"id": "b", "population": 20}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [0, 0]]]}}
]}
"#;

fn triangle(x: f64) -> MultiPolygon<f64> {
    let ring = vec![(0.0, 0.0), (x, 0.1 + 0.2), (1.0, 1.0), (0.0, 0.0)];
    MultiPolygon(vec![Polygon::new(LineString::from(ring), Vec::new())])
}

fn grid(code: &str, unit: u32, shape: MultiPolygon<f64>) -> ServiceGrid {
    ServiceGrid {
        code: code.into(),
        community: 0,
        units: vec![unit],
        population: 10.0 * f64::from(unit + 1),
        area_m2: 1234.5678,
        perimeter_m: 200.0,
        barrier_share: 0.0,
        open_ground: 0,
        special: None,
        figures: Vec::new(),
        population_deviation: 1.0 / 3.0,
        area_deviation: -0.25,
        parts: 1,
        shape,
        centre: Point::new(0.5, 0.5),
    }
}

fn record(grid: &ServiceGrid) -> GridRecord {
    GridRecord {
        grid: grid.code.clone(),
        community: "1".into(),
        community_name: "社区".into(),
        subdistrict: None,
        kind: GridKind::General,
        special: None,
        figures: Default::default(),
        population: grid.population,
        area_m2: grid.area_m2,
        units: 1,
        perimeter_m: grid.perimeter_m,
        barrier_share: None,
        polsby_popper: grid.polsby_popper(),
        population_deviation: grid.population_deviation,
        area_deviation: grid.area_deviation,
        officer: Some("o".into()),
        central_households: vec![PersonPoint { id: "h".into(), lon: 0.1 + 0.2, lat: 0.5 }],
        linked_members: 1,
        station: None,
        shape: Some(grid.shape.clone()),
    }
}

/// Writes a plan of two grids, with staff, and hands the folder to a check.
fn with_plan(check: impl FnOnce(&Path, &dyn Fn(bool) -> Result<()>, &Register)) {
    let place = tempfile::tempdir().unwrap();
    let city_folder = place.path().join("town");
    fs::create_dir(&city_folder).unwrap();
    fs::write(city_folder.join("units.geojson"), UNITS).unwrap();
    let read = read_city(&city_folder, &ReadOptions::default()).unwrap();
    let mut city = read.city;
    city.modelled = vec!["the people".into()];
    city.candidates = vec![CandidateHousehold { id: "h".into(), position: Point::new(0.25, 0.5) }];
    city.members = vec![MemberHousehold {
        id: "m".into(),
        position: Point::new(0.75, 0.5),
        members: 2,
        probationary: 0,
    }];
    city.officers = vec![Officer {
        id: "o".into(),
        position: Point::new(0.5, 0.125),
        prefers: vec![],
        avoids: vec![],
        skills: vec![],
    }];
    let two_parts = MultiPolygon([triangle(0.5).0, triangle(0.75).0].concat());
    let grids = vec![grid("1001", 0, triangle(0.7)), grid("1002", 1, two_parts)];
    let mut plan = Plan::bare(Divide::into_grids(2), grids, vec![0, 1]);
    plan.violations.push(Violation {
        grid: "1002".into(),
        community: "1".into(),
        promise: Promise::Population,
        field: None,
        value: 1.0 / 3.0,
        limit: 0.05,
        unavoidable: true,
        reason: "one unit".into(),
    });
    let register = Register::from_records(plan.grids.iter().map(record).collect());
    let households = HouseholdAssignment {
        central: vec![CentralHousehold { candidate: 0, grid: 1 }],
        central_of_member: vec![Some(0)],
        ..HouseholdAssignment::default()
    };
    let officers = OfficerAssignment {
        officer_of_community: vec![Some(0)],
        centre_of_community: vec![Some(Point::new(0.5, 0.5))],
        ..OfficerAssignment::default()
    };
    let mut plan_record = PlanRecord::of(&city, &plan);
    plan_record.staff = Some(StaffSummary::of(&city, &plan, &households, &officers));
    let folder = PlanFolder {
        community_field: None,
        city: &city,
        units_text: &read.units_text,
        plan: &plan,
        register: &register,
        ground: None,
        households: &households,
        officers: &officers,
        record: &plan_record,
        extras: &[("map.html", "<html>".into())],
    };
    let target = place.path().join("plan");
    check(&target, &|force| write_plan_folder(&target, &folder, force), &register);
}

#[test]
fn a_plan_folder_holds_its_files() {
    with_plan(|target, write, _| {
        write(false).unwrap();
        let text = |name: &str| fs::read_to_string(target.join(name)).unwrap();
        assert_eq!(
            text("units.geojson"),
            UNITS
                .replace("10.0}", r#"10.0, "grid": "1001"}"#)
                .replace("20}", r#"20, "grid": "1002"}"#)
        );
        let grids = text("grids.geojson");
        assert!(grids.starts_with(
            "{\"type\":\"FeatureCollection\",\"modelled\":[\"the people\"],\"features\":[\n{"
        ));
        assert_eq!(grids.lines().count(), 4, "a feature a line");
        for part in [
            r#""area_m2":1234.57,"units":1,"perimeter_m":200,"#,
            r#""population_deviation":0.333333,"area_deviation":-0.25"#,
            "[0.7,0.30000000000000004]",
            r#""lon":0.30000000000000004"#,
            r#""type":"Polygon""#,
            r#""type":"MultiPolygon""#,
        ] {
            assert!(grids.contains(part), "{part} is not in {grids}");
        }
        let assignments = text("assignments.geojson");
        for part in [
            r#"{"kind":"central_household","id":"h","grid":"1002"},"geometry":{"type":"Point","coordinates":[0.25,0.5]}"#,
            r#"{"kind":"link","member":"m","central_household":"h","grid":"1002"},"geometry":{"type":"LineString","coordinates":[[0.75,0.5],[0.25,0.5]]}"#,
            r#"{"kind":"officer","id":"o","community":"1"}"#,
            r#"{"kind":"officer_link","officer":"o","community":"1"}"#,
        ] {
            assert!(assignments.contains(part), "{part} is not in {assignments}");
        }
        assert_eq!(text("map.html"), "<html>");

        let record: PlanRecord = serde_json::from_str(&text("plan.json")).unwrap();
        assert_eq!(record.evengrid, env!("CARGO_PKG_VERSION"));
        assert_eq!((record.totals.grids, record.totals.population), (2, 30.0));
        assert_eq!(record.totals.grids_in_violation, 1);
        assert_eq!(record.violations[0].grid, "1002");
        assert_eq!(record.sources[0].file, "units.geojson");
        assert_eq!(record.staff.unwrap().member_households_linked, 1);
    });
}

#[test]
fn a_plan_folder_is_replaced_only_by_force() {
    with_plan(|target, write, _| {
        write(false).unwrap();
        assert!(write(false).unwrap_err().to_string().contains("--force"));
        write(true).unwrap();
        fs::write(target.join("plan.json"), "{}").unwrap();
        assert!(write(true).unwrap_err().to_string().contains("holds something else"));
    });
}

#[test]
fn a_written_register_is_read_back() {
    with_plan(|target, write, register| {
        write(false).unwrap();
        let read = read_plan_folder(target).unwrap();
        assert_eq!(read.grids().len(), register.grids().len());
        for (read, was) in read.grids().iter().zip(register.grids()) {
            assert_eq!(read.shape, was.shape, "coordinates are never rounded");
            assert_eq!(read.central_households, was.central_households);
            assert_eq!((&read.grid, &read.officer), (&was.grid, &was.officer));
            assert_eq!(read.area_m2, 1234.57);
        }
    });
}

#[test]
fn folders_without_a_plan_are_refused() {
    with_plan(|target, write, _| {
        let message = read_plan_folder(target).unwrap_err().to_string();
        assert!(message.contains("\"evengrid plan\" has written"), "{message}");
        write(false).unwrap();

        let grids = fs::read_to_string(target.join("grids.geojson")).unwrap();
        fs::write(target.join("grids.geojson"), grids.replace("community_name", "name")).unwrap();
        let message = read_plan_folder(target).unwrap_err().to_string();
        assert!(message.contains("grids.geojson, feature 1 (id \"1001\")"), "{message}");
        assert!(message.contains("missing field `community_name`"), "{message}");

        fs::remove_file(target.join("grids.geojson")).unwrap();
        let message = read_plan_folder(target).unwrap_err().to_string();
        assert!(message.contains("grids.geojson: there is no such file"), "{message}");
        assert!(message.contains("write the plan anew"), "{message}");

        fs::remove_file(target.join("plan.json")).unwrap();
        let message = read_plan_folder(target).unwrap_err().to_string();
        assert!(message.contains("plan.json: missing, or not written by evengrid"), "{message}");
    });
}
