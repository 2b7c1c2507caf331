//! Geometry as it really comes: each case ends in a plan that the audit passes, with its repairs
//! counted, or in an error that names feature and cure.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A unit of the street: a thousandth of a degree.
const S: f64 = 1e-3;

fn ring(x: f64, y: f64, w: f64, h: f64) -> Value {
    let [a, b, c, d] = [x, y, x + w, y + h].map(|v| v * S);
    json!([[a, b], [c, b], [c, d], [a, d], [a, b]])
}

fn polygon(rings: &[Value]) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

fn parts(polygons: &[&[Value]]) -> Value {
    json!({"type": "MultiPolygon", "coordinates": polygons})
}

fn path(corners: &[(f64, f64)]) -> Value {
    corners.iter().map(|(x, y)| json!([x * S, y * S])).collect()
}

/// Twelve squares in a row, ten people each; the fifth has another geometry.
fn street(fifth: Option<Value>) -> Vec<Value> {
    let mut units: Vec<Value> = (0..12)
        .map(|i| {
            json!({
                "type": "Feature",
                "properties": {"id": format!("u{i}"), "population": 10},
                "geometry": polygon(&[ring(f64::from(i), 0., 1., 1.)]),
            })
        })
        .collect();
    if let Some(geometry) = fifth {
        units[4]["geometry"] = geometry;
    }
    units
}

fn collection(features: &[Value]) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

struct Run {
    place: TempDir,
    code: Option<i32>,
    said: String,
}

impl Run {
    fn of(text: impl AsRef<[u8]>) -> Run {
        Run::with(text, &["plan"])
    }

    fn with(text: impl AsRef<[u8]>, command: &[&str]) -> Run {
        let place = tempfile::tempdir().unwrap();
        let city = place.path().join("town");
        fs::create_dir(&city).unwrap();
        fs::write(city.join("units.geojson"), text).unwrap();
        let mut run = evengrid();
        run.args(command).args(["--grids", "3", "-o"]).arg(place.path().join("plan"));
        match command[0] {
            "divide" => run.arg("--units").arg(city.join("units.geojson")),
            _ => run.arg(&city),
        };
        let output = run.timeout(std::time::Duration::from_secs(120)).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        Run { place, code: output.status.code(), said }
    }

    fn plan(&self) -> PathBuf {
        self.place.path().join("plan")
    }

    /// Planned, all of `kinds` counted, and the audit finds nothing wrong with the tiling.
    fn is_mended(&self, name: &str, kinds: &[&str]) {
        assert!(matches!(self.code, Some(0 | 1)), "{name}: {:?} {}", self.code, self.said);
        let text = fs::read_to_string(self.plan().join("plan.json")).unwrap();
        let record: Value = serde_json::from_str(&text).unwrap();
        let findings = record["findings"].as_array().unwrap();
        for kind in kinds {
            let found = findings.iter().find(|f| f["kind"] == *kind);
            let count = found.and_then(|f| f["count"].as_u64());
            assert!(count.is_some_and(|count| count > 0), "{name}: no {kind} in {findings:?}");
        }
        let output = evengrid().arg("audit").arg(self.plan()).arg("--json").output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let failures = report["subjects"].as_array().unwrap().iter();
        let failures = failures.flat_map(|s| s["failures"].as_array().unwrap());
        let faults: Vec<&str> = failures.map(|f| f["fault"].as_str().unwrap()).collect();
        for fault in ["gap", "overlap", "invalid-shape", "unit-cut"] {
            assert!(!faults.contains(&fault), "{name}: {faults:?}");
        }
        assert_eq!(report["figures"]["units_in_no_grid"], 0.0, "{name}");
    }

    /// Exit code 2, one line with all of `parts`, nothing written.
    fn is_refused(&self, name: &str, parts: &[&str]) {
        assert_eq!(self.code, Some(2), "{name}: {}", self.said);
        assert_eq!(self.said.lines().filter(|l| l.starts_with("error: ")).count(), 1, "{name}");
        for part in parts {
            assert!(self.said.contains(part), "{name}: {part:?} is not in {}", self.said);
        }
        let left: Vec<_> = fs::read_dir(self.place.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{name}: {left:?}");
    }
}

fn evengrid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    command.env("LC_ALL", "C");
    command
}

#[test]
fn shapes_that_are_not_simple_are_mended_and_counted() {
    let square = ring(4., 0., 1., 1.);
    const TANGLED: &str = "borders-untangled";
    let cases: Vec<(&str, Value, &[&str])> = vec![
        (
            "bow-tie",
            polygon(&[path(&[(4., 0.), (5., 1.), (5., 0.), (4., 1.), (4., 0.)])]),
            &[TANGLED],
        ),
        (
            "spike",
            polygon(&[path(&[
                (4., 0.),
                (5., 0.),
                (5., 1.),
                (4.5, 1.),
                (4.5, 9.),
                (4.5, 1.),
                (4., 1.),
                (4., 0.),
            ])]),
            &["spikes"],
        ),
        (
            "border that runs back on itself",
            polygon(&[path(&[
                (4., 0.),
                (5., 0.),
                (5., 0.7),
                (5., 0.2),
                (5., 1.),
                (4., 1.),
                (4., 0.),
            ])]),
            &[TANGLED],
        ),
        ("hole outside", polygon(&[square.clone(), ring(4., 5., 0.2, 0.2)]), &[TANGLED]),
        ("hole in a neighbour", polygon(&[square.clone(), ring(5.2, 0.2, 0.2, 0.2)]), &[TANGLED]),
        ("hole along the border", polygon(&[square.clone(), ring(4., 0.2, 0.2, 0.2)]), &[TANGLED]),
        (
            "hole that touches the border",
            polygon(&[square.clone(), path(&[(4., 0.5), (4.3, 0.3), (4.3, 0.7), (4., 0.5)])]),
            &[TANGLED],
        ),
        (
            "holes on each other",
            polygon(&[square.clone(), ring(4.2, 0.2, 0.4, 0.4), ring(4.4, 0.4, 0.4, 0.4)]),
            &[TANGLED],
        ),
        (
            "parts in parts",
            parts(&[
                std::slice::from_ref(&square),
                &[ring(4.2, 0.2, 0.6, 0.6)],
                &[ring(4.4, 0.4, 0.2, 0.2)],
            ]),
            &[TANGLED],
        ),
        (
            "parts on parts",
            parts(&[&[ring(4., 0., 0.7, 1.)], &[ring(4.3, 0., 0.7, 1.)]]),
            &[TANGLED],
        ),
        (
            "the same part twice",
            parts(&[std::slice::from_ref(&square), std::slice::from_ref(&square)]),
            &[TANGLED],
        ),
        (
            "a hole as large as the unit",
            polygon(&[square.clone(), square.clone()]),
            &["units-without-ground"],
        ),
        (
            "a hole larger than the unit",
            polygon(&[square.clone(), ring(3., -1., 3., 3.)]),
            &[TANGLED],
        ),
        (
            "no area beside some",
            parts(&[
                std::slice::from_ref(&square),
                &[path(&[(4., 0.), (5., 0.), (4., 0.), (4., 0.)])],
            ]),
            &["collapsed-rings"],
        ),
    ];
    for (name, geometry, kinds) in cases {
        Run::of(collection(&street(Some(geometry)))).is_mended(name, kinds);
    }
}

#[test]
fn rings_any_way_round_open_repeated_or_with_heights_are_read() {
    let each = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut units = street(None);
        for unit in &mut units {
            change(unit["geometry"]["coordinates"][0].as_array_mut().unwrap());
        }
        Run::of(collection(&units))
    };
    each(&|ring| ring.reverse()).is_mended("clockwise", &[]);
    each(&|ring| drop(ring.pop())).is_mended("open", &["rings-not-closed"]);
    let repeat = |ring: &mut Vec<Value>| {
        *ring = ring.iter().flat_map(|at| vec![at.clone(); 50]).collect();
    };
    each(&repeat).is_mended("every corner fifty times", &[]);
    let lift = |ring: &mut Vec<Value>| {
        ring.iter_mut().for_each(|at| at.as_array_mut().unwrap().extend([json!(5), json!(7.5)]));
    };
    each(&lift).is_mended("heights and measures", &[]);
}

#[test]
fn units_on_top_of_each_other_are_told_apart() {
    let mut twice = street(None);
    let mut copy = twice[4].clone();
    copy["properties"]["id"] = json!("copy");
    twice.push(copy);
    Run::of(collection(&twice)).is_mended("twice", &["overlaps-resolved", "units-without-ground"]);
    let mut over_all = street(None);
    over_all.push(json!({
        "type": "Feature", "properties": {"id": "all", "population": 10},
        "geometry": polygon(&[ring(-1., -1., 14., 3.)]),
    }));
    Run::of(collection(&over_all)).is_mended("one over all", &["overlaps-resolved"]);
}

#[test]
fn what_encloses_nothing_or_is_nowhere_is_named() {
    let corner = json!([4.0 * S, 0.0]);
    let flat = path(&[(4., 0.), (5., 0.), (4., 0.), (4., 0.)]);
    let there_and_back = path(&[(4., 0.), (5., 0.), (5., 1.), (4., 0.)]);
    assert_eq!(there_and_back.as_array().unwrap().len(), 4, "a triangle is no line");
    for (name, geometry, parts) in [
        ("a line", polygon(&[flat]), "no area"),
        ("a point five times", polygon(&[json!(vec![corner.clone(); 5])]), "no area"),
        ("two positions", polygon(&[json!([corner, corner, corner])]), "fewer than four"),
        ("no ring", polygon(&[]), "no geometry"),
        ("an empty ring", polygon(&[json!([])]), "no geometry"),
        ("no part", parts(&[]), "no geometry"),
        ("null", Value::Null, "no geometry"),
        (
            "a collection",
            json!({"type": "GeometryCollection", "geometries": [polygon(&[ring(4., 0., 1., 1.)])]}),
            "GeometryCollection",
        ),
        ("a curve", json!({"type": "Curve", "coordinates": []}), "Curve"),
        ("one number", polygon(&[json!([[1], [2], [3], [1]])]), "two or more numbers"),
        ("text", polygon(&[json!([["1", "2"], ["2", "2"], ["2", "3"], ["1", "2"]])]), "string"),
        ("null positions", polygon(&[json!([[null, 0], [1, 0], [1, 1], [null, 0]])]), "null"),
    ] {
        let run = Run::of(collection(&street(Some(geometry))));
        run.is_refused(name, &["units.geojson", "feature 5", "; ", parts]);
    }
}

#[test]
fn numbers_beyond_all_measure_are_named() {
    let text = collection(&street(None));
    for (number, parts) in [
        ("NaN", ["NaN", "write null"]),
        ("-Infinity", ["units.geojson", "; "]),
        ("1e308", ["feature 5", "1e308"]),
        ("1e999", ["feature 5", "out of range"]),
        ("-1e308", ["feature 5", "1e308"]),
    ] {
        assert!(text.contains("[0.005,0.0]"));
        let text = text.replace("[0.005,0.0]", &format!("[{number},0.0]"));
        Run::of(text).is_refused(number, &parts);
    }
    let long = text.replacen("0.005", &format!("0.005{}1", "0".repeat(100_000)), 1);
    Run::of(long).is_mended("a hundred thousand digits", &[]);
    for (number, said) in [("1e400", "1e400"), (&*"9".repeat(100_000), "99999…"), ("-1", "-1")] {
        let text = text.replacen("\"population\":10", &format!("\"population\":{number}"), 1);
        Run::of(text).is_refused(said, &["feature 1", "population", said]);
    }
}

#[test]
fn the_largest_populations_add_up_exactly() {
    let mut units = street(None);
    units.iter_mut().for_each(|unit| unit["properties"]["population"] = json!(1e15));
    let run = Run::of(collection(&units));
    run.is_mended("10^15 people each", &[]);
    let text = fs::read_to_string(run.plan().join("plan.json")).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["totals"]["population"].as_f64(), Some(1.2e16));
}

#[test]
fn the_ends_of_the_earth_are_named_with_the_feature() {
    let at = |west: f64, south: f64, step: f64| {
        let mut units = street(None);
        for (i, unit) in units.iter_mut().enumerate() {
            let (a, b) = (west + i as f64 * step, west + (i + 1) as f64 * step);
            let (c, d) = (south, south + step);
            unit["geometry"] = polygon(&[json!([[a, c], [b, c], [b, d], [a, d], [a, c]])]);
        }
        collection(&units)
    };
    Run::of(at(10., 89.9, 1e-3)).is_refused("pole", &["units.geojson, feature", "latitude"]);
    Run::of(at(10., -90., 1e-3)).is_refused("south pole", &["units.geojson, feature", "latitude"]);
    Run::of(at(-180., -15., 30.)).is_refused("world", &["units.geojson, feature", "longitude"]);
    Run::of(at(179.995, 10., 1e-3)).is_refused("beyond 180", &["feature 6", "180.00"]);
    let mut units = street(None);
    units[7]["geometry"] = polygon(&[ring(120_000., 40_000., 1., 1.)]);
    Run::of(collection(&units))
        .is_refused("a stray unit", &["units.geojson, feature 8 (id \"u7\")", "mend stray"]);
    let text = at(179.99, 10., 1e-3).replace("180.00", "-179.99");
    Run::of(text).is_refused("antimeridian", &["units.geojson, feature", "antimeridian"]);
}

#[test]
fn files_in_all_shapes_are_read_or_named() {
    let text = collection(&street(None));
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&text).unwrap());
    let pretty = pretty.unwrap();
    Run::of(format!("\u{feff}{text}")).is_mended("byte order mark", &[]);
    Run::of(pretty.replace('\n', "\r\n")).is_mended("CRLF", &[]);
    Run::of(pretty.replace('\n', "\r")).is_mended("CR", &[]);
    for deep in [
        "[".repeat(100_000) + &"]".repeat(100_000),
        "{\"a\":".repeat(50_000) + "1" + &"}".repeat(50_000),
    ] {
        let text =
            text.replacen("\"population\":10", &format!("\"x\":{deep},\"population\":10"), 1);
        Run::of(text).is_mended("a deep property", &[]);
    }
    let twice = text.replacen("\"population\":10", "\"population\":10,\"population\":20", 1);
    Run::of(twice).is_mended("a key twice", &["properties-twice"]);

    let gbk: Vec<u8> = {
        let at = text.find("\"id\"").unwrap();
        [&text.as_bytes()[..at], b"\"name\":\"\xbd\xf0\xb4\xa8\xc7\xf8\",", &text.as_bytes()[at..]]
            .concat()
    };
    Run::of(&gbk).is_refused("GBK", &["units.geojson", "not UTF-8", "--encoding gbk"]);
    for name in ["gbk", "GB18030", "gb2312"] {
        let converted = Run::with(&gbk, &["plan", "--encoding", name]);
        converted.is_mended(name, &[]);
        let written = fs::read_to_string(converted.plan().join("units.geojson")).unwrap();
        assert!(written.contains("\"name\":\"金川区\""), "{name}");
        let record = fs::read_to_string(converted.plan().join("plan.json")).unwrap();
        assert!(record.contains("\"encoding\": \"gb18030\""), "{name}");
    }
    // Text that is UTF-8 stays what it is, whatever is said.
    let chinese = text.replacen("\"id\"", "\"name\":\"金川区\",\"id\"", 1);
    let told = Run::with(&chinese, &["plan", "--encoding", "gbk"]);
    told.is_mended("UTF-8 said to be GBK", &[]);
    assert!(fs::read_to_string(told.plan().join("units.geojson")).unwrap().contains("金川区"));
    let neither = [&gbk[..], b"\xff\xff"].concat();
    Run::with(neither, &["plan", "--encoding", "gbk"])
        .is_refused("neither", &["units.geojson", "nor gb18030", "UTF-8"]);
    Run::with(&text, &["plan", "--encoding", "klingon"]).is_refused("klingon", &["klingon", "gbk"]);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    Run::of([&[0xFF, 0xFE][..], &utf16].concat()).is_refused("UTF-16", &["UTF-8"]);
    for (name, text) in [
        ("empty", String::new()),
        ("white", "  \r\n ".into()),
        ("no feature", collection(&[])),
        ("cut off", text[..text.len() - 40].into()),
        ("more behind", format!("{text}xx")),
        ("an array", json!(street(None)).to_string()),
        ("features of null", json!({"type": "FeatureCollection", "features": [null]}).to_string()),
        ("features twice", format!("{},\"features\":[]}}", &text[..text.len() - 1])),
        ("geometry twice", text.replacen("\"geometry\":{", "\"geometry\":null,\"geometry\":{", 1)),
        (
            "200,000 brackets",
            format!("{{\"type\":\"FeatureCollection\",\"features\":{}", "[".repeat(200_000)),
        ),
        ("100,000 braces", "{\"a\":".repeat(100_000)),
        ("deep coordinates", text.replacen("[0.005", &format!("{}0.005", "[".repeat(100_000)), 1)),
        ("half a letter", text.replace("\"u3\"", "\"\\ud800\"")),
    ] {
        Run::of(text).is_refused(name, &["units.geojson", "; "]);
    }
}

#[test]
fn a_tangle_out_of_all_proportion_is_refused_rather_than_drawn() {
    // Each of 2,499 chords crosses almost all others: some three million crossings.
    let n = 2_499;
    let corner = |i: usize| {
        let angle = std::f64::consts::TAU * (i % n * (n / 2) % n) as f64 / n as f64;
        (4.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin())
    };
    let star = path(&(0..=n).map(corner).collect::<Vec<_>>());
    Run::of(collection(&street(Some(polygon(&[star])))))
        .is_refused("star", &["units.geojson, feature 5 (id \"u4\")", "cross", "repair"]);
}

#[test]
fn heaps_of_units_end_soon() {
    let heap = |count: usize, shift: f64| -> String {
        let unit = |i: usize| {
            json!({
                "type": "Feature",
                "properties": {"id": format!("u{i}"), "population": 1},
                "geometry": polygon(&[ring(i as f64 * shift, 0., 1., 1.)]),
            })
        };
        collection(&(0..count).map(unit).collect::<Vec<_>>())
    };
    Run::of(heap(5_000, 0.)).is_refused("all in one place", &["ask for 1 to 1 grids"]);
    Run::of(heap(400, 1e-2)).is_mended("stairs", &["overlaps-resolved"]);
}

/// As many units as asked, of one person each, where a function of their number says.
fn units(count: usize, geometry: impl Fn(f64) -> Value) -> String {
    let unit = |i: usize| {
        json!({
            "type": "Feature",
            "properties": {"id": format!("u{i}"), "population": 1},
            "geometry": geometry(i as f64),
        })
    };
    collection(&(0..count).map(unit).collect::<Vec<_>>())
}

#[test]
fn points_in_one_place_or_along_a_line_end_soon() {
    let points = |count: usize, step: [f64; 2]| -> String {
        units(
            count,
            |i| json!({"type": "Point", "coordinates": [4.0 + i * step[0], 3.0 + i * step[1]]}),
        )
    };
    // By the square of their number, each would take a minute or more.
    for (name, step) in [
        ("one place", [0.0, 0.0]),
        ("a street to the east", [1e-6, 0.0]),
        ("a street askew", [1e-6, 0.7e-6]),
    ] {
        let run = Run::with(points(20_000, step), &["plan", "--effort", "fast"]);
        let heap = [("one place", "coincident-points"), ("one place", "units-heaped")];
        let kinds = heap.iter().filter(|(of, _)| *of == name).map(|(_, kind)| *kind);
        run.is_mended(name, &kinds.collect::<Vec<_>>());
        let text = fs::read_to_string(run.plan().join("plan.json")).unwrap();
        let record: Value = serde_json::from_str(&text).unwrap();
        let people = record["communities"][0]["max_population_deviation"].as_f64();
        assert!(people.is_some_and(|deviation| deviation <= 0.06), "{name}: {people:?}");
    }
}

#[test]
fn points_along_curves_and_strips_of_tiny_squares_end_soon() {
    let curves = [
        (
            "an arc",
            units(60_000, |i| {
                let angle = 1.5 * i / 60_000.0;
                json!({"type": "Point", "coordinates": [4.0 + 1e-2 * angle.cos(), 3.0 + 1e-2 * angle.sin()]})
            }),
        ),
        (
            "a circle",
            units(60_000, |i| {
                let angle = std::f64::consts::TAU * i / 60_000.0;
                json!({"type": "Point", "coordinates": [4.0 + 1e-2 * angle.cos(), 3.0 + 1e-2 * angle.sin()]})
            }),
        ),
        (
            "a strip",
            units(100_000, |i| {
                let x = 4.0 / S + i * 1e-3;
                polygon(&[ring(x, 3.0 / S, 1e-3, 1e-3)])
            }),
        ),
    ];
    // By the square of their number, they would take minutes each.
    for (name, text) in curves {
        Run::with(text, &["plan", "--effort", "fast"]).is_mended(name, &[]);
    }
}

#[test]
fn the_other_commands_stand_it_as_well() {
    let star = polygon(&[path(&[(4., 0.), (5., 1.), (5., 0.), (4., 1.), (4., 0.)])]);
    let text = collection(&street(Some(star.clone())));
    Run::with(&text, &["divide", "--community-field", "none"])
        .is_mended("divide", &["borders-untangled"]);
    // Grids drawn by hand, one of which crosses itself.
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, features: &[Value]| {
        fs::write(place.path().join(name), collection(features)).unwrap();
        place.path().join(name)
    };
    let units = write("units.geojson", &street(None));
    let grid = |code: &str, geometry: Value| json!({"type": "Feature", "properties": {"grid": code}, "geometry": geometry});
    for geometry in [
        star,
        polygon(&[ring(4., 0., 1., 1.), ring(4., 5., 0.2, 0.2)]),
        parts(&[&[ring(4., 0., 1., 1.)], &[ring(4.2, 0.2, 0.6, 0.6)]]),
        polygon(&[json!(vec![json!([4.0 * S, 0.0]); 5])]),
        Value::Null,
    ] {
        let grids = write(
            "grids.geojson",
            &[grid("a", polygon(&[ring(0., 0., 4., 1.)])), grid("b", geometry)],
        );
        let output = evengrid()
            .arg("audit")
            .arg("--grids")
            .arg(grids)
            .arg("--units")
            .arg(&units)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{said}");
        assert!(output.status.code() == Some(1) || said.contains("feature 2"), "{said}");
    }
    // Points that are none, to be located.
    let town = Run::of(collection(&street(None)));
    for (points, code) in [
        ("lon,lat\n0.0005,0.0005\n1e308,5\n", 2),
        ("lon,lat\nNaN,0.0005\n", 2),
        ("lon,lat\n,\n", 2),
        ("lon,lat\n180,-90\n-180,90\n", 1),
        ("\u{feff}lon,lat\r\n0.0005,0.0005\r\n", 0),
    ] {
        let file = place.path().join("points.csv");
        fs::write(&file, points).unwrap();
        let mut locate = evengrid();
        locate.arg("locate").arg(town.plan()).arg("--points").arg(&file).arg("-o");
        let output = locate.arg(place.path().join("out.csv")).arg("--force").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{points:?} {said}");
        assert!(code < 2 || said.contains("points.csv"), "{said}");
    }
    // Stations for units of all shapes.
    let city = town.place.path().join("town");
    fs::write(city.join("units.geojson"), text).unwrap();
    let point = |id: &str, at: [f64; 2]| {
        json!({"type": "Feature", "properties": {"id": id},
               "geometry": {"type": "Point", "coordinates": at}})
    };
    for (at, code) in [([4.5 * S, 0.5 * S], 0), ([180.0, 90.0], 2), ([1e308, 0.0], 2)] {
        fs::write(city.join("stations.geojson"), collection(&[point("s", at)])).unwrap();
        let mut assign = evengrid();
        assign.args(["assign", "stations"]).arg(&city).args(["--reach", "5000", "--force", "-o"]);
        let output = assign.arg(place.path().join("stations")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let ended = output.status.code();
        assert!(ended == Some(code) || at[0] == 180.0 && ended == Some(1), "{at:?} {said}");
    }
}
