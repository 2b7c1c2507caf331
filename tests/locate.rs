//! Locating on real grids: a million points, and every border, against looking at all polygons.

#![allow(missing_docs, clippy::unwrap_used)]

use evengrid::divide::Effort;
use evengrid::ground::Ground;
use evengrid::locate::GridIndex;
use evengrid::{Divide, io};
use geo::{BoundingRect, Coord, Intersects, MultiPolygon, Point, Rect};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

const POINTS: usize = 1_000_000;

#[test]
fn a_million_points_of_denver_are_where_brute_force_finds_them() {
    let city = io::read_city("examples/data/denver", &io::ReadOptions::default()).unwrap().city;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(500).effort(Effort::Fast).run(&city, &ground).unwrap();
    let grids: Vec<MultiPolygon<f64>> = plan.grids.iter().map(|grid| grid.shape.clone()).collect();
    let boxes: Vec<Rect<f64>> = grids.iter().map(|grid| grid.bounding_rect().unwrap()).collect();
    let low =
        boxes.iter().map(|b| b.min()).reduce(|a, b| Coord { x: a.x.min(b.x), y: a.y.min(b.y) });
    let high =
        boxes.iter().map(|b| b.max()).reduce(|a, b| Coord { x: a.x.max(b.x), y: a.y.max(b.y) });
    let (low, size) = (low.unwrap(), high.unwrap() - low.unwrap());

    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut fraction = move || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let mut points: Vec<Point<f64>> = (0..POINTS)
        .map(|_| Point::new(low.x + size.x * fraction(), low.y + size.y * fraction()))
        .collect();
    for line in grids.iter().flatten().flat_map(|p| p.exterior().lines()) {
        points.extend([line.start.into(), Point::from((line.start + line.end) / 2.0)]);
    }
    assert!(points.len() > POINTS + 10_000);

    // Brute force, passing over grids whose extent is elsewhere.
    let by_looking = |point: &Point<f64>| {
        (0..grids.len()).find(|&g| boxes[g].intersects(point) && grids[g].intersects(point))
    };
    let expected: Vec<Option<usize>> = points.par_iter().map(by_looking).collect();
    let index = GridIndex::new(&grids);
    for (point, expected) in points.iter().zip(&expected) {
        assert_eq!(index.locate(*point), *expected, "{point:?}");
    }
    let all = index.locate_all(&points);
    assert!(all.iter().zip(&expected).all(|(a, b)| a.map(|grid| grid as usize) == *b));
}

#[test]
fn points_in_no_grid_and_columns_that_are_replaced_are_told() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let run = |arguments: &[&str]| {
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_evengrid"));
        run.env("LC_ALL", "C");
        run.args(arguments).output().unwrap()
    };
    let generated = run(&["generate", "--units", "300", "-o", &path("city")]);
    assert!(generated.status.success());
    let planned = run(&["plan", &path("city"), "-o", &path("plan"), "--effort", "fast"]);
    assert!(planned.status.code().is_some_and(|code| code < 2));
    let points = |name: &str, rows: &str| {
        std::fs::write(place.path().join(name), format!("lon,lat,grid\n{rows}")).unwrap();
        run(&[
            "locate",
            &path("plan"),
            "--points",
            &path(name),
            "-o",
            &path(&format!("out-{name}")),
        ])
    };
    let inside = points("inside.csv", "102.19,38.52,mine\n");
    assert_eq!(inside.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&inside.stderr).contains("replace: grid"));
    let outside = points("outside.csv", "102.19,38.52,\n0,0,\n");
    assert_eq!(outside.status.code(), Some(1), "{outside:?}");
}

#[test]
fn without_a_file_to_write_the_answer_is_printed() {
    let place = tempfile::tempdir().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let run = |arguments: &[&str]| {
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_evengrid"));
        run.env("LC_ALL", "C").args(arguments).output().unwrap()
    };
    assert!(run(&["generate", "--units", "300", "-o", &path("city")]).status.success());
    let planned = run(&["plan", &path("city"), "-o", &path("plan"), "--effort", "fast"]);
    assert!(planned.status.code().is_some_and(|code| code < 2));
    let rows = "name,lon,lat\nhere,102.19,38.52\nfar,0,0\n";
    std::fs::write(place.path().join("p.csv"), rows).unwrap();
    let layer = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"here"},"geometry":{"type":"Point","coordinates":[102.19,38.52]}},
        {"type":"Feature","properties":{"id":"far"},"geometry":{"type":"Point","coordinates":[0,0]}}]}"#;
    std::fs::write(place.path().join("p.geojson"), layer).unwrap();
    let locate = |points: &str, more: &[&str]| {
        let asked = ["locate", &path("plan"), "--points", &path(points)];
        run(&[&asked[..], more].concat())
    };
    for near in [&[][..], &["--nearest", "1e9"]] {
        let file = locate("p.csv", &[near, &["-o", &path("out.csv"), "--force"]].concat());
        let printed = locate("p.csv", near);
        // What is written to a file, to the byte, and nothing else.
        assert_eq!(printed.stdout, std::fs::read(place.path().join("out.csv")).unwrap());
        assert_eq!(printed.status.code(), file.status.code());
        assert!(String::from_utf8_lossy(&printed.stderr).contains("1 points in a grid"));
        assert_eq!(locate("p.csv", &[near, &["-q"]].concat()).stdout, printed.stdout);
        // Points of GeoJSON are a table, too.
        let of_features = locate("p.geojson", near);
        let as_csv = String::from_utf8(printed.stdout).unwrap().replacen("name,", "id,", 1);
        assert_eq!(String::from_utf8(of_features.stdout).unwrap(), as_csv);
        let json = locate("p.geojson", &[near, &["--json"]].concat());
        let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        let answers = json["answers"].as_array().unwrap();
        assert_eq!((answers.len(), json["inside"].as_u64()), (2, Some(1)));
        assert_eq!(answers[1].is_null(), near.is_empty());
        if let Some(distance) = answers[1]["distance_m"].as_f64() {
            // Along the geodesic: 99.5 degrees of a great circle, less the reach of the town.
            assert!((distance - 11_064_000.0).abs() < 30_000.0, "{distance}");
        }
    }
}
