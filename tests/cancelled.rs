//! Long work under a token: stopped before it begins, midway, or not at all.

#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use evengrid::allocate::location::{
    CapacitatedMedian, Distances, MaxCover, PCenter, PMedian, Rooms, SetCover, Solution,
};
use evengrid::divide::{Effort, Watch};
use evengrid::generate::Generate;
use evengrid::ground::Survey;
use evengrid::pipeline::{Pipeline, Stage};
use evengrid::replan::{CurrentPlan, Replan};
use evengrid::{Divide, Error, Result, io};

/// What is left when the token is set may take so long, on a machine with much else to do.
const SOON: Duration = Duration::from_secs(20);

fn is_cancelled<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Cancelled))
}

fn pipeline() -> Pipeline {
    // Ten seconds for every community, many times over: it ends because it is stopped.
    Pipeline::new(Divide::into_grids(60).effort(Effort::Time(Duration::from_secs(10))))
}

#[test]
fn a_plan_is_stopped_before_it_begins_and_in_every_stage() {
    let city = Generate::units(4_000).seed(3).city();
    for stage in [None, Some(Stage::Survey), Some(Stage::Divide)] {
        let stop = AtomicBool::new(stage.is_none());
        let watch = Watch::default().cancelled_by(&stop);
        let heard = std::sync::Mutex::new(None);
        let progress = |now: Stage, done: usize, _: usize| {
            // In dividing, once a community is done.
            if Some(now) == stage && (now == Stage::Survey || done > 0) {
                stop.store(true, Ordering::Relaxed);
                heard.lock().unwrap().get_or_insert_with(Instant::now);
            }
        };
        let began = Instant::now();
        let planned = pipeline().run_watched(&city, watch, &progress);
        assert!(is_cancelled(&planned), "{stage:?}");
        let heard = heard.into_inner().unwrap();
        assert_eq!(heard.is_some(), stage.is_some(), "{stage:?}");
        assert!(heard.unwrap_or(began).elapsed() < SOON, "{stage:?}");
    }
    let message = Error::Cancelled.to_string();
    assert!(message.contains("cancelled") && message.contains("run it again"), "{message}");
}

#[test]
fn a_token_that_is_never_set_changes_nothing() {
    let city = io::read_city("examples/data/shanghai", &io::ReadOptions::default()).unwrap().city;
    let stop = AtomicBool::new(false);
    let watch = Watch::default().cancelled_by(&stop);
    let pipeline = Pipeline::new(Divide::into_grids(44).effort(Effort::Fast));
    let watched = pipeline.run_watched(&city, watch, &|_, _, _| {}).unwrap();
    let plain = pipeline.run(&city).unwrap();
    assert_eq!(watched.plan.grid_of_unit, plain.plan.grid_of_unit);
    let ground = Survey::default().run_watched(&city, watch).unwrap();
    assert_eq!(ground.area_m2, plain.ground.area_m2);
}

#[test]
fn a_watch_reports_shares_of_the_whole_plan_which_never_fall() {
    let mut city = Generate::units(2_000).seed(4).city();
    assert!(city.communities.len() > 2);
    let pipeline = Pipeline::new(Divide::into_grids(30).effort(Effort::Fast));
    let told = std::sync::Mutex::new(Vec::new());
    let keep = |share: f64| told.lock().unwrap().push(share);
    let taken = || std::mem::take(&mut *told.lock().unwrap());
    let watch = Watch::default().reporting_to(&keep);
    let first = pipeline.run_watched(&city, watch, &|_, _, _| {}).unwrap();
    let of_plan = taken();

    let current = CurrentPlan::of(&city, &first.plan);
    city.units.iter_mut().step_by(3).for_each(|unit| unit.population *= 3.0);
    pipeline.replan_watched(&Replan::default(), &city, &current, watch, &|_, _, _| {}).unwrap();
    let of_replan = taken();
    for shares in [of_plan, of_replan] {
        assert!(shares.len() > city.communities.len(), "{shares:?}");
        assert!(shares.is_sorted(), "{shares:?}");
        assert_eq!(shares.last(), Some(&1.0));
        // Not as though the first community were all.
        assert!(
            shares.iter().filter(|share| (0.2..0.9).contains(*share)).count() > 2,
            "{shares:?}"
        );
    }
}

#[test]
fn replanning_and_drawing_communities_anew_are_stopped() {
    let mut city = Generate::units(3_000).seed(5).city();
    let first = Pipeline::new(Divide::into_grids(40).effort(Effort::Fast)).run(&city).unwrap();
    let current = CurrentPlan::of(&city, &first.plan);
    city.units.iter_mut().step_by(3).for_each(|unit| unit.population *= 3.0);
    let pipeline = Pipeline::new(Divide::into_grids(40));
    for after in [0, 1] {
        let stop = AtomicBool::new(after == 0);
        let watch = Watch::default().cancelled_by(&stop);
        let told = AtomicUsize::new(0);
        let progress = |stage: Stage, done: usize, _: usize| {
            if stage == Stage::Divide && done > 0 && told.fetch_add(1, Ordering::Relaxed) == 0 {
                stop.store(true, Ordering::Relaxed);
            }
        };
        let began = Instant::now();
        let changed =
            pipeline.replan_watched(&Replan::default(), &city, &current, watch, &progress);
        assert!(is_cancelled(&changed), "after {after}");
        assert!(began.elapsed() < 2 * SOON);
    }
    let stop = AtomicBool::new(true);
    let watch = Watch::default().cancelled_by(&stop);
    let redraw = evengrid::replan::Redraw::into_communities(city.communities.len() + 1);
    let redrawn = redraw.run_watched(&city, &first.ground, &current, watch);
    assert!(is_cancelled(&redrawn));
}

/// Points in no order, a fixed way.
fn scattered(count: usize) -> Vec<[f64; 2]> {
    let at = |i: usize, step: f64| (i as f64 * step).fract() * 10_000.0;
    (0..count).map(|i| [at(i, 0.618_033_988_749), at(i, 0.754_877_666_246)]).collect()
}

#[test]
fn location_models_are_stopped_at_once_and_midway() {
    let points = scattered(3_000);
    let distances = Distances::between(points.clone(), points[..600].to_vec(), 1.0).unwrap();
    let few = Distances::between(points[..400].to_vec(), points[..100].to_vec(), 1.0).unwrap();
    let (demand, some) = (vec![1.0; points.len()], vec![1.0; 400]);
    let capacity = vec![30.0; 100];
    let rooms = Rooms { weight: &some, load: &some, capacity: &capacity };
    // Efforts that take minutes.
    let mut median = PMedian::new(60);
    (median.effort.search, median.effort.proof) = (2_000_000, 2_000_000);
    let mut cover = SetCover::within(400.0);
    (cover.effort.search, cover.effort.proof, cover.effort.nodes) =
        (2_000_000, 2_000_000, 2_000_000);
    let mut most = MaxCover::new(60, 400.0);
    (most.effort.search, most.effort.proof) = (2_000_000, 2_000_000);
    let mut center = PCenter::new(60);
    (center.effort.proof, center.effort.nodes) = (2_000_000, 2_000_000);
    let mut room = CapacitatedMedian::new(20);
    (room.effort.search, room.effort.proof, room.effort.nodes) = (2_000_000, 2_000_000, 2_000_000);
    type Model<'a> = (&'a str, Box<dyn Fn(Watch<'_>) -> Result<Solution> + Sync + 'a>);
    let models: [Model<'_>; 5] = [
        ("p-median", Box::new(|watch| median.solve_watched(&distances, &demand, &[], watch))),
        ("set cover", Box::new(|watch| cover.solve_watched(&distances, &demand, &[], watch))),
        ("most cover", Box::new(|watch| most.solve_watched(&distances, &demand, &[], watch))),
        ("p-center", Box::new(|watch| center.solve_watched(&distances, &demand, &[], watch))),
        ("capacities", Box::new(|watch| room.solve_watched(&few, &rooms, &[], watch))),
    ];
    for (name, solve) in &models {
        for wait in [0, 300] {
            let stop = AtomicBool::new(wait == 0);
            let answer = std::thread::scope(|threads| {
                threads.spawn(|| {
                    std::thread::sleep(Duration::from_millis(wait));
                    stop.store(true, Ordering::Relaxed);
                });
                let began = Instant::now();
                let answer = solve(Watch::default().cancelled_by(&stop));
                assert!(began.elapsed() < SOON, "{name} went on for {:?}", began.elapsed());
                answer
            });
            // A model that is done within a third of a second has an answer that is good.
            match answer {
                Err(Error::Cancelled) => {}
                Ok(solution) => assert!(wait > 0 && !solution.sites.is_empty(), "{name}"),
                Err(other) => panic!("{name}: {other}"),
            }
        }
    }
    let usual = PMedian::new(60).solve(&distances, &demand, &[]).unwrap();
    let stop = AtomicBool::new(false);
    let watched = PMedian::new(60)
        .solve_watched(&distances, &demand, &[], Watch::default().cancelled_by(&stop))
        .unwrap();
    assert_eq!(usual, watched);
}
