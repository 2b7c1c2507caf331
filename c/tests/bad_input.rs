//! What C can get wrong is told, and nothing is written where it does not belong.

#![allow(missing_docs, clippy::unwrap_used)]

use std::ffi::{CStr, CString};
use std::ptr::{null, null_mut};

use evengrid_c::*;

fn message() -> String {
    // SAFETY: text that ends with a zero byte.
    unsafe { CStr::from_ptr(evengrid_message()) }.to_str().unwrap().to_owned()
}

/// A square of four vertices.
struct Square {
    offsets: Vec<usize>,
    targets: Vec<u32>,
    costs: Vec<i64>,
    weights: Vec<i64>,
}

impl Square {
    fn new() -> Square {
        Square {
            offsets: vec![0, 2, 4, 6, 8],
            targets: vec![1, 3, 0, 2, 1, 3, 0, 2],
            costs: vec![1; 8],
            weights: vec![5; 4],
        }
    }

    fn divide(&self, zones: usize, tolerance: Option<f64>) -> (EvengridCode, Vec<u32>, String) {
        let graph = EvengridGraph {
            vertices: self.weights.len(),
            offsets: self.offsets.as_ptr(),
            targets: self.targets.as_ptr(),
            costs: self.costs.as_ptr(),
            dimensions: 1,
            weights: self.weights.as_ptr(),
        };
        let tolerance = tolerance.map(|share| EvengridTolerance { lower: share, upper: share });
        let tolerances = tolerance.as_ref().map_or(null(), std::ptr::from_ref);
        let mut zone = vec![9; self.weights.len()];
        // SAFETY: all arrays are as long as they are said to be.
        let code = unsafe {
            evengrid_divide(&graph, zones, tolerances, null(), 1, zone.as_mut_ptr(), null_mut())
        };
        (code, zone, message())
    }
}

#[test]
fn a_graph_that_is_none_is_told() {
    let (code, zone, said) = Square::new().divide(2, None);
    assert_eq!((code, said.as_str()), (EvengridCode::Ok, ""));
    assert!(zone.iter().all(|&zone| zone < 2) && zone.contains(&0) && zone.contains(&1));

    let refuses = |change: fn(&mut Square), part: &str| {
        let mut square = Square::new();
        change(&mut square);
        let (code, zone, said) = square.divide(2, None);
        assert_eq!(code, EvengridCode::Unusable);
        assert_eq!(zone, [9; 4]);
        assert!(said.contains(part), "{part:?} is not in {said}");
    };
    refuses(|s| s.targets[0] = 2, "edge 0-1 does not stand at both ends");
    refuses(|s| s.targets[0] = 7, "edge 0-1");
    refuses(|s| s.costs[0] = 3, "edge 0-1");
    refuses(|s| s.costs = vec![-1; 8], "negative");
    refuses(|s| s.weights[2] = -5, "negative");
    refuses(|s| s.offsets[2] = 1, "offsets fall after vertex 1");
    refuses(|s| s.offsets[0] = 1, "offsets begin with 1");
    for (zones, tolerance, part) in [
        (0, None, "0 grids"),
        (5, None, "5 grids"),
        (2, Some(-1.0), "tolerance of -1"),
        (2, Some(f64::NAN), "NaN"),
    ] {
        let (code, _, said) = Square::new().divide(zones, tolerance);
        assert_eq!(code, EvengridCode::Unusable);
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    let (code, _, said) = Square::new().divide(3, Some(0.01));
    assert_eq!(code, EvengridCode::Incomplete);
    assert!(said.contains("out of tolerance"), "{said}");
    assert_eq!(Square::new().divide(3, Some(f64::INFINITY)).0, EvengridCode::Ok);
}

#[test]
fn null_is_told() {
    let refused = |code: EvengridCode, name: &str| {
        assert_eq!(code, EvengridCode::Unusable);
        assert!(message().contains(&format!("{name} is NULL")), "{}", message());
    };
    let mut zone = [0u32; 4];
    let folder = CString::new("../tests/golden/0.1.0/plan").unwrap();
    let mut plan = null_mut();
    // SAFETY: nulls are what is tried; all else is as it should be.
    unsafe {
        let code = evengrid_divide(null(), 2, null(), null(), 1, zone.as_mut_ptr(), null_mut());
        refused(code, "graph");
        refused(evengrid_plan(null(), folder.as_ptr(), null(), false, null_mut()), "city_folder");
        refused(evengrid_open(null(), &mut plan), "plan_folder");
        refused(evengrid_open(folder.as_ptr(), null_mut()), "plan");
        refused(evengrid_locate(null(), null(), 0, null_mut()), "plan");
        assert_eq!(evengrid_grid_count(null()), 0);
        assert!(evengrid_grid_code(null(), 0).is_null());
        evengrid_close(null_mut());

        assert_eq!(evengrid_open(folder.as_ptr(), &mut plan), EvengridCode::Ok);
        refused(evengrid_locate(plan, null(), 1, zone.as_mut_ptr()), "lon_lat");
        refused(evengrid_locate(plan, [0.0; 2].as_ptr(), 1, null_mut()), "grids");
        assert_eq!(evengrid_locate(plan, null(), 0, null_mut()), EvengridCode::Ok);
        let points = [0.0005, 0.0005, f64::NAN, f64::INFINITY, 50.0, 50.0];
        assert_eq!(
            evengrid_locate(plan, points.as_ptr(), 3, zone.as_mut_ptr()),
            EvengridCode::Incomplete
        );
        assert_eq!(zone[1..3], [EVENGRID_NOWHERE; 2]);
        let code = CStr::from_ptr(evengrid_grid_code(plan, zone[0] as usize));
        assert_eq!(code.to_str(), Ok("west001"));
        assert!(evengrid_grid_record(plan, evengrid_grid_count(plan)).is_null());
        evengrid_close(plan);
    }
}

#[test]
fn settings_and_folders_that_make_no_sense_are_told() {
    let place = tempfile::tempdir().unwrap();
    let city = CString::new("../tests/golden/0.1.0/city").unwrap();
    let out = CString::new(place.path().join("plan").to_str().unwrap()).unwrap();
    for (settings, part) in [
        ("grids = 0", "grid"),
        ("gridz = 4", "gridz"),
        ("grids = ", "settings"),
        ("seed = -1", "settings"),
    ] {
        let settings = CString::new(settings).unwrap();
        // SAFETY: texts end with a zero byte.
        let code = unsafe {
            evengrid_plan(city.as_ptr(), out.as_ptr(), settings.as_ptr(), false, null_mut())
        };
        assert_eq!(code, EvengridCode::Unusable, "{}", message());
        assert!(message().contains(part), "{part:?} is not in {}", message());
    }
    assert!(!place.path().join("plan").exists());
    // What is taken for granted is told, whether or not all is kept.
    // SAFETY: as above.
    let code = unsafe { evengrid_plan(city.as_ptr(), out.as_ptr(), null(), false, null_mut()) };
    assert!(matches!(code, EvengridCode::Ok | EvengridCode::Incomplete), "{}", message());
    assert!(message().contains("no number of grids was given"), "{}", message());
    std::fs::remove_dir_all(place.path().join("plan")).unwrap();
    // SAFETY: as above; the text is not UTF-8.
    let code = unsafe { evengrid_plan(c"\xff".as_ptr(), out.as_ptr(), null(), false, null_mut()) };
    assert_eq!(code, EvengridCode::Unusable);
    assert!(message().contains("not UTF-8"), "{}", message());
    assert!(!place.path().join("plan").exists());
}
