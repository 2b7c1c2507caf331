//! Load: many communities at once for long, memory flat; one index asked from many threads.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::time::{Duration, Instant};

use evengrid::divide::Effort;
use evengrid::generate::Generate;
use evengrid::ground::Ground;
use evengrid::locate::GridIndex;
use evengrid::{Divide, io};
use geo::{MultiPolygon, Point};

/// Memory that the process holds, MiB, where the system tells.
fn resident_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
}

/// `EVENGRID_LOAD=600 cargo test --release --test load -- --ignored --nocapture` runs for ten minutes.
#[test]
#[ignore = "runs for as many seconds as EVENGRID_LOAD says, 60 without"]
fn a_thousand_communities_at_once_for_long_take_no_more_memory() {
    let seconds = std::env::var("EVENGRID_LOAD").ok().and_then(|text| text.parse().ok());
    let run_for = Duration::from_secs(seconds.unwrap_or(60));
    let mut generate = Generate::units(50_000).seed(9);
    generate.communities = 1_000;
    let city = generate.city();
    assert_eq!(city.communities.len(), 1_000);
    let began = Instant::now();
    let (mut rounds, mut first, mut after) = (0, None, Vec::new());
    let mut minute = 0;
    while began.elapsed() < run_for {
        let ground = Ground::survey(&city).unwrap();
        let plan = Divide::into_grids(2_500).effort(Effort::Fast).seed(rounds).run(&city, &ground);
        assert_eq!(plan.unwrap().grids.len(), 2_500);
        rounds += 1;
        let held = resident_mib();
        // The first rounds fill what the allocator keeps.
        match first {
            None if rounds == 3 => first = held,
            None => {}
            Some(_) => after.extend(held),
        }
        if began.elapsed().as_secs() / 60 >= minute {
            println!("{:>4} s: {rounds} rounds, {held:?} MiB", began.elapsed().as_secs());
            minute += 1;
        }
    }
    println!(
        "{rounds} rounds; after the third {first:?} MiB, then at most {:?}",
        after.iter().max()
    );
    if let (Some(first), Some(most)) = (first, after.iter().max()) {
        assert!(*most <= first + first / 4 + 32, "{first} MiB became {most}");
    }
}

#[test]
fn an_index_is_asked_from_64_threads_at_once() {
    let city = io::read_city("examples/data/helsinki", &io::ReadOptions::default()).unwrap().city;
    let ground = Ground::survey(&city).unwrap();
    let plan = Divide::into_grids(40).effort(Effort::Fast).run(&city, &ground).unwrap();
    let grids: Vec<MultiPolygon<f64>> = plan.grids.iter().map(|grid| grid.shape.clone()).collect();
    let index = GridIndex::new(&grids);
    let corners: Vec<Point<f64>> = grids
        .iter()
        .flatten()
        .flat_map(|polygon| polygon.exterior().points().collect::<Vec<_>>())
        .collect();
    let inside = ground.unit_points.iter().copied();
    let points: Vec<Point<f64>> = inside.chain(corners).collect();
    let alone: Vec<Option<usize>> = points.iter().map(|&point| index.locate(point)).collect();
    assert!(alone.iter().filter(|found| found.is_some()).count() > points.len() / 2);
    std::thread::scope(|threads| {
        for start in 0..64 {
            let (points, alone, index) = (&points, &alone, &index);
            threads.spawn(move || {
                // Everyone begins elsewhere.
                for i in (0..points.len()).map(|i| (i + start * 97) % points.len()) {
                    assert_eq!(index.locate(points[i]), alone[i], "point {i} on thread {start}");
                }
            });
        }
    });
}
