//! The ground of real cities with dirty data, judged from the written files: by this test's own
//! arithmetic everywhere, and by GEOS where Python with shapely is at hand.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::io::Read;
use std::path::Path;
use std::process::Command;

use common::{features, number, twice_area, unshared};
use evengrid::ground::Ground;
use evengrid::io::{self, ReadOptions};
use evengrid::pipeline::Pipeline;
use evengrid::{Divide, report};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

/// A planned city and what GEOS 3.14 said of it when this test was written.
struct Case {
    name: &'static str,
    grids: usize,
    units: usize,
    /// Units, and open ground.
    cells: usize,
    outside_m2: f64,
    /// Kinds of findings that this data must bring, with their counts.
    findings: &'static [(&'static str, usize)],
}

const CASES: [Case; 3] = [
    Case {
        name: "shanghai",
        grids: 44,
        units: 1_272,
        cells: 1_482,
        outside_m2: 0.0,
        findings: &[("outside-boundaries", 2), ("open-ground", 212), ("units-without-ground", 2)],
    },
    Case {
        name: "helsinki",
        grids: 40,
        units: 1_932,
        cells: 1_960,
        outside_m2: 0.1,
        findings: &[("footprints-overlap", 32), ("open-ground", 29), ("units-without-ground", 1)],
    },
    Case {
        name: "buenos-aires",
        grids: 400,
        units: 3_554,
        cells: 3_554,
        outside_m2: 377.3,
        findings: &[("borders-snapped", 60), ("overlaps-resolved", 32), ("gaps-filled", 18)],
    },
];

#[test]
fn cells_and_grids_tile_their_communities() {
    for case in &CASES {
        let city = format!("examples/data/{}", case.name);
        let folder = io::read_city(&city, &ReadOptions::default()).unwrap();
        let planned = Pipeline::new(Divide::into_grids(case.grids)).run(&folder.city).unwrap();
        let place = tempfile::tempdir().unwrap();
        let plan = place.path().join("plan");
        let maps = report::pages(&report::Exhibit::of(&folder.city, &planned));
        let record = io::write_plan(&plan, &folder, &planned, &maps, false).unwrap();
        for &(kind, count) in case.findings {
            let found = record.findings.iter().find(|finding| finding.kind == kind);
            assert_eq!(found.map(|finding| finding.count), Some(count), "{} {kind}", case.name);
        }

        let cells = features(&plan.join("cells.geojson"));
        let with_ground = cells.iter().filter(|cell| cell.geometry.is_some()).count();
        assert_eq!(with_ground, case.cells, "{}", case.name);
        let units = cells.iter().filter(|cell| cell.property("unit").unwrap().is_string()).count();
        assert_eq!(units, case.units);

        // Every step of a border is walked once in each direction, or once at the outer border; and
        // what the cells enclose is what the communities do, to the lattice.
        let ground: Vec<_> = cells.into_iter().filter(|cell| cell.geometry.is_some()).collect();
        let outer = unshared(&ground);
        assert!(outer > 0 && outer < ground.iter().map(|c| common::segments(c).len()).sum());
        let communities = features(Path::new(&format!("{city}/communities.geojson.gz")));
        let sum =
            |list: &[geojson::Feature]| list.iter().map(twice_area).map(f64::abs).sum::<f64>();
        let (drawn, cut) = (sum(&communities), sum(&ground));
        assert!((cut / drawn - 1.0).abs() < 3e-6, "{}: {cut} of {drawn}", case.name);
        let grids = features(&plan.join("grids.geojson"));
        assert_eq!(grids.len(), case.grids);
        assert!((sum(&grids) / cut - 1.0).abs() < 1e-12);
        assert!(grids.iter().all(|grid| number(grid, "population_deviation").is_finite()));

        if let Some(said) = geos(&["tiling", &city, plan.to_str().unwrap()]) {
            let said: Value = serde_json::from_str(&said).unwrap();
            let expected = json!({
                "cells": case.cells,
                "valid": true,
                "cells_are_a_coverage": true,
                "grids_are_a_coverage": true,
                "uncovered_m2": said["uncovered_m2"],
                "outside_m2": said["outside_m2"],
                "grids_are_the_cells": true,
            });
            assert_eq!(said, expected, "{}", case.name);
            assert!(said["uncovered_m2"].as_f64().unwrap() <= 0.1);
            assert!((said["outside_m2"].as_f64().unwrap() - case.outside_m2).abs() <= 0.2);
        }
    }
}

#[test]
fn contiguity_of_denver_is_that_of_an_independent_count_pair_by_pair() {
    let packed = std::fs::File::open("tests/oracle/denver_pairs.txt.gz").unwrap();
    let mut counted = String::new();
    GzDecoder::new(packed).read_to_string(&mut counted).unwrap();
    if let Some(said) = geos(&["pairs", "examples/data/denver/units.geojson"]) {
        assert!(said == counted, "the recorded pairs are not what the judge counts");
    }
    let city = io::read_city("examples/data/denver", &ReadOptions::default()).unwrap().city;
    let ground = Ground::survey(&city).unwrap();
    let ours: Vec<(u32, u32, f64)> = ground.contiguity.pairs().filter(|p| p.2 > 0.0).collect();
    assert_eq!(ours.len(), counted.lines().count());
    for ((a, b, length_m), line) in ours.into_iter().zip(counted.lines()) {
        let theirs: Vec<f64> = line.split(' ').map(|n| n.parse().unwrap()).collect();
        assert_eq!([f64::from(a), f64::from(b)], theirs[..2]);
        assert!((1000.0 * length_m - theirs[2]).abs() < 1.0, "{line}: {length_m}");
    }
}

/// Streets of Shanghai that run in tunnels and on bridges divide nothing; the others are followed.
#[test]
fn grids_of_shanghai_follow_streets_on_the_ground() {
    let city = io::read_city("examples/data/shanghai", &ReadOptions::default()).unwrap().city;
    assert_eq!(city.barriers.iter().filter(|barrier| !barrier.at_grade).count(), 71);
    let share = |city: &evengrid::model::City| {
        let ground = Ground::survey(city).unwrap();
        let plan = Divide::into_grids(44).run(city, &ground).unwrap();
        let along: f64 = plan.grids.iter().map(|g| g.barrier_share * g.perimeter_m).sum();
        along / plan.grids.iter().map(|g| g.perimeter_m).sum::<f64>()
    };
    let followed = share(&city);
    assert!(followed > 0.35, "{followed}");
    let mut hard = city.clone();
    hard.barriers.retain(|barrier| barrier.class == "primary");
    hard.barriers.iter_mut().for_each(|barrier| barrier.hard = true);
    let ground = Ground::survey(&hard).unwrap();
    let across = ground.contiguity.pairs().filter(|&(a, b, length)| {
        let classes = ground.border_classes(a as usize, b as usize);
        length > 0.0 && classes.iter().all(|(class, _)| class.is_some_and(|class| class.hard))
    });
    assert_eq!(across.count(), 0);
}

/// What the independent judge says; `None` without Python, or without a shapely that knows
/// coverages (2.1 with GEOS 3.12) and pyproj.
fn geos(arguments: &[&str]) -> Option<String> {
    let needs =
        "import pyproj, shapely; assert shapely.geos_version >= (3, 12); shapely.coverage_is_valid";
    let able = Command::new("python3").args(["-c", needs]).output().ok()?.status.success();
    if !able {
        eprintln!("no Python with shapely >= 2.1 and pyproj: GEOS was not asked");
        return None;
    }
    let judged =
        Command::new("python3").arg("tests/oracle/geos.py").args(arguments).output().unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    Some(String::from_utf8(judged.stdout).unwrap())
}
