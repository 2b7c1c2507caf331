//! What goes wrong around a run: killed, interrupted, disk full, two at once. Whatever it is, the old
//! plan or the new one stands, whole.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Town {
    place: TempDir,
}

impl Town {
    /// A town of `side` × `side` units.
    fn new(side: usize) -> Town {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("town")).unwrap();
        let unit = |i: usize| {
            let [x, y, e, n] =
                [i % side, i / side, i % side + 1, i / side + 1].map(|v| v as f64 * 1e-3);
            json!({
                "type": "Feature",
                "properties": {"id": format!("u{i}"), "population": 10 + i % 7},
                "geometry": {"type": "Polygon",
                             "coordinates": [[[x, y], [e, y], [e, n], [x, n], [x, y]]]},
            })
        };
        let units: Vec<Value> = (0..side * side).map(unit).collect();
        let text = json!({"type": "FeatureCollection", "features": units}).to_string();
        fs::write(place.path().join("town/units.geojson"), text).unwrap();
        Town { place }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn command(&self, grids: usize, further: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        command.env("LC_ALL", "C");
        command.arg("plan").arg(self.at("town")).arg("-o").arg(self.at("plan"));
        command.args(["--grids", &grids.to_string()]).args(further);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn plan(&self, grids: usize, further: &[&str]) -> Output {
        self.command(grids, further).output().unwrap()
    }

    /// What lies beside the town, hidden things too.
    fn beside(&self) -> Vec<String> {
        listing(self.place.path()).into_iter().filter(|name| name != "town").collect()
    }

    /// The number of grids of the plan that stands, all of whose files speak of the same.
    fn grids_of_whole_plan(&self) -> usize {
        let read = |name: &str| -> Value {
            let text = fs::read_to_string(self.at("plan").join(name)).unwrap();
            serde_json::from_str(&text).unwrap()
        };
        let grids = read("grids.geojson")["features"].as_array().unwrap().len();
        assert_eq!(read("plan.json")["totals"]["grids"], grids);
        let units = read("units.geojson");
        let units = units["features"].as_array().unwrap();
        let codes: std::collections::BTreeSet<&str> =
            units.iter().map(|u| u["properties"]["grid"].as_str().unwrap()).collect();
        assert_eq!(codes.len(), grids);
        let names =
            ["grids.geojson", "map.html", "map.svg", "plan.json", "report.html", "units.geojson"];
        assert_eq!(listing(&self.at("plan")), names);
        grids
    }

    /// Starts a run and waits until it has claimed its place.
    fn started(&self, grids: usize, further: &[&str]) -> Child {
        let child = self.command(grids, further).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        while !self.at(".plan.partial/lock").exists() {
            assert!(Instant::now() < until, "the run did not begin");
            sleep(Duration::from_millis(1));
        }
        child
    }
}

fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn killed_at_any_moment_the_old_plan_stands_or_the_new_one() {
    let town = Town::new(12);
    let clock = Instant::now();
    assert_eq!(town.plan(4, &[]).status.code(), Some(0));
    let whole = clock.elapsed();
    let mut stood = 4;
    let (mut old, mut new) = (0, 0);
    const KILLS: u32 = 40;
    for kill in 0..KILLS {
        let next = if stood == 4 { 5 } else { 4 };
        let mut child = town.command(next, &["--force"]).spawn().unwrap();
        sleep(whole * kill / KILLS * 11 / 10);
        let _ = child.kill();
        child.wait().unwrap();
        let stands = town.grids_of_whole_plan();
        assert!(stands == stood || stands == next, "{stands}");
        *(if stands == stood { &mut old } else { &mut new }) += 1;
        stood = stands;
    }
    assert!(old > 0, "{old} {new}");
    // The next run clears away what the dead ones left.
    let last = town.plan(6, &["--force"]);
    assert!(matches!(last.status.code(), Some(0 | 1)), "{}", said(&last));
    assert_eq!(town.grids_of_whole_plan(), 6);
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn a_plan_that_was_taken_away_by_a_run_that_died_is_put_back() {
    let town = Town::new(6);
    assert_eq!(town.plan(4, &[]).status.code(), Some(0));
    fs::create_dir(town.at(".plan.partial")).unwrap();
    File::create(town.at(".plan.partial/lock")).unwrap();
    fs::rename(town.at("plan"), town.at(".plan.partial/old")).unwrap();
    let refused = town.plan(5, &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("not empty"), "{}", said(&refused));
    assert_eq!(town.grids_of_whole_plan(), 4);
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn interrupted_it_says_so_and_leaves_nothing() {
    let town = Town::new(60);
    let child = town.started(100, &["--effort", "60"]);
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains("interrupted"));
    assert_eq!(town.beside(), Vec::<String>::new());
}

#[test]
fn interrupted_after_the_plan_is_in_place_it_does_not_say_that_nothing_was_written() {
    let town = Town::new(10);
    // Nobody reads what it says at the end, so that it waits there.
    let (_reader, mut full) = std::io::pipe().unwrap();
    full.write_all(&[b'x'; 1 << 16]).unwrap();
    let child = town.command(4, &[]).stdout(full).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !town.at("plan/plan.json").exists() {
        assert!(Instant::now() < until, "the run did not write its plan");
        sleep(Duration::from_millis(1));
    }
    sleep(Duration::from_millis(100));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("plan was written already and is whole"), "{said}");
    assert!(!said.contains("nothing was written"), "{said}");
    town.grids_of_whole_plan();
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn of_two_runs_at_once_one_wins_and_the_other_says_so() {
    let town = Town::new(40);
    let first = town.started(30, &["--effort", "3"]);
    let second = town.plan(20, &[]);
    assert_eq!(second.status.code(), Some(2));
    assert!(said(&second).contains("another run is writing there"), "{}", said(&second));
    let first = first.wait_with_output().unwrap();
    assert!(matches!(first.status.code(), Some(0 | 1)), "{}", said(&first));
    assert_eq!(town.grids_of_whole_plan(), 30);
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn many_runs_at_once_leave_one_whole_plan() {
    let town = Town::new(8);
    let runs: Vec<Child> =
        (4..10).map(|grids| town.command(grids, &["--force"]).spawn().unwrap()).collect();
    let ends: Vec<Output> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let won = ends.iter().filter(|end| matches!(end.status.code(), Some(0 | 1))).count();
    assert!(won >= 1);
    for end in ends.iter().filter(|end| !matches!(end.status.code(), Some(0 | 1))) {
        assert_eq!(end.status.code(), Some(2), "{}", said(end));
        assert!(said(end).contains("another run"), "{}", said(end));
    }
    town.grids_of_whole_plan();
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn a_full_disk_costs_nothing_but_the_new_plan() {
    let town = Town::new(20);
    assert!(matches!(town.plan(4, &[]).status.code(), Some(0 | 1)));
    // Files of at most so many blocks of 512 bytes: writing on fails.
    for blocks in [0, 1, 8, 60, 200] {
        let run = town.command(5, &["--force"]);
        let mut limited = Command::new("sh");
        limited.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
        let output = limited.arg(run.get_program()).args(run.get_args()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{blocks}: {}", said(&output));
        assert!(said(&output).contains("plan"), "{}", said(&output));
        assert_eq!(town.grids_of_whole_plan(), 4);
        assert_eq!(town.beside(), ["plan"]);
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let town = Town::new(4);
    let file = town.at("file");
    fs::write(&file, "x").unwrap();
    let mut places = vec![file.join("plan"), file.clone()];
    if cfg!(target_os = "linux") {
        places.push("/proc/evengrid/plan".into());
    }
    for place in places {
        let mut run = Command::new(env!("CARGO_BIN_EXE_evengrid"));
        run.env("LC_ALL", "C");
        run.arg("plan").arg(town.at("town")).args(["--grids", "2", "-o"]).arg(&place);
        let output = run.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{place:?}");
        let line = said(&output);
        assert_eq!(line.lines().filter(|l| l.starts_with("error: ")).count(), 1, "{line}");
    }
    assert_eq!(fs::read(&file).unwrap(), b"x");
}

#[test]
fn a_place_that_vanishes_is_named_and_not_made_anew() {
    let town = Town::new(40);
    let mut run = Command::new(env!("CARGO_BIN_EXE_evengrid"));
    run.env("LC_ALL", "C");
    run.arg("plan").arg(town.at("town")).arg("-o").arg(town.at("some/plan"));
    run.args(["--grids", "30", "--effort", "2"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = run.spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !town.at("some/.plan.partial/lock").exists() {
        assert!(Instant::now() < until);
        sleep(Duration::from_millis(1));
    }
    fs::rename(town.at("some"), town.at("gone")).unwrap();
    let output = child.wait_with_output().unwrap();
    let end = output.status.code();
    // It is either named, or made anew as a whole; never a half.
    assert!(matches!(end, Some(0..=2)), "{}", said(&output));
    if end == Some(2) {
        assert!(said(&output).contains("plan"), "{}", said(&output));
        assert!(!town.at("some/plan").exists());
    } else {
        assert!(town.at("some/plan/plan.json").exists());
    }
    assert!(!town.at("gone/plan").exists());
}

#[test]
fn input_that_changes_while_it_is_read_is_read_as_it_was_or_refused() {
    let town = Town::new(20);
    let path = town.at("town/units.geojson");
    let one = fs::read_to_string(&path).unwrap();
    let two = one.replace("\"population\":10", "\"population\":11");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                fs::write(&path, &two).unwrap();
                fs::write(&path, &one).unwrap();
            }
        });
        let sum = |text: &str| -> f64 {
            let value: Value = serde_json::from_str(text).unwrap();
            let features = value["features"].as_array().unwrap();
            features.iter().map(|f| f["properties"]["population"].as_f64().unwrap()).sum()
        };
        let sums = [sum(&one), sum(&two)];
        for _ in 0..10 {
            let output = town.plan(4, &["--force", "--json"]);
            match output.status.code() {
                Some(0 | 1) => {
                    let record: Value = serde_json::from_slice(&output.stdout).unwrap();
                    let people = record["totals"]["population"].as_f64().unwrap();
                    assert!(sums.contains(&people), "{people}");
                }
                Some(2) => assert!(said(&output).contains("units.geojson"), "{}", said(&output)),
                other => panic!("{other:?} {}", said(&output)),
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_folder_that_holds_anything_else_is_refused_by_every_command() {
    let town = Town::new(4);
    let out = town.at("plan");
    fs::create_dir(&out).unwrap();
    for names in [&["thesis.txt"][..], &["plan.json", "thesis.txt"], &["assignment.json", "x"]] {
        for name in names {
            fs::write(out.join(name), "{\"evengrid\": \"0.1.0\"}").unwrap();
        }
        let city = town.at("town").display().to_string();
        let place = out.display().to_string();
        for command in [
            &["plan", &city, "--grids", "2"][..],
            &["assign", "stations", &city],
            &["generate", "--units", "100"],
        ] {
            let mut run = Command::new(env!("CARGO_BIN_EXE_evengrid"));
            run.env("LC_ALL", "C");
            let output = run.args(command).args(["--force", "-o", &place]).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{command:?} {}", said(&output));
            assert_eq!(listing(&out), *names);
        }
        for name in names {
            fs::remove_file(out.join(name)).unwrap();
        }
    }
    assert_eq!(town.beside(), ["plan"]);
}

#[test]
fn single_files_appear_whole_or_not_at_all() {
    let town = Town::new(6);
    assert_eq!(town.plan(4, &[]).status.code(), Some(0));
    let points: String = (0..2_000).map(|i| format!("0.00{:03},0.0005\n", i % 1_000)).collect();
    fs::write(town.at("points.csv"), format!("lon,lat\n{points}")).unwrap();
    fs::write(town.at("out.csv"), "before").unwrap();
    let run = |blocks: &str, force: &[&str]| {
        let mut limited = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        limited.args(["-c", &script]).arg(env!("CARGO_BIN_EXE_evengrid")).arg("locate");
        limited.arg(town.at("plan")).arg("--points").arg(town.at("points.csv")).arg("-o");
        limited.arg(town.at("out.csv")).args(force).output().unwrap()
    };
    let full = run("4", &["--force"]);
    assert_eq!(full.status.code(), Some(2), "{}", said(&full));
    assert!(said(&full).contains("out.csv"), "{}", said(&full));
    assert_eq!(run("unlimited", &[]).status.code(), Some(2));
    assert_eq!(fs::read(town.at("out.csv")).unwrap(), b"before");
    let written = run("unlimited", &["--force"]);
    assert!(written.status.code() < Some(2), "{}", said(&written));
    assert!(fs::read_to_string(town.at("out.csv")).unwrap().lines().count() == 2_001);
    assert_eq!(town.beside(), ["out.csv", "plan", "points.csv"]);
}
