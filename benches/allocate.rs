//! Assigning, and what it starts from: generating a city.
#![allow(missing_docs)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use evengrid::allocate::flow::{Arc, Transport};
use evengrid::allocate::location::{
    CapacitatedMedian, Distances, Effort, MaxCover, PCenter, PMedian, Rooms, SetCover,
};
use evengrid::allocate::{capacitated_assignment, linear_assignment};
use evengrid::generate::{Generate, People};

/// A point of a square of 5 km, by a fixed rule.
fn point(i: usize) -> [f64; 2] {
    [0.618_033_988_75, 0.414_213_562_37].map(|step| (i as f64 * step).fract() * 5_000.0)
}

/// Distances (m) between points spread over the square.
fn distances(rows: usize, columns: usize) -> Vec<f64> {
    let pairs = (0..rows).flat_map(|r| (0..columns).map(move |c| (point(r), point(rows + c))));
    pairs.map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).collect()
}

/// Every location model on 1,000 clients and as many sites, and transport on 5,000 points.
fn locating(c: &mut Criterion) {
    let points: Vec<[f64; 2]> = (0..1_000).map(point).collect();
    let ones = vec![1.0; points.len()];
    let Ok(distances) = Distances::between(points.clone(), points, 1.0) else { return };
    let mut group = c.benchmark_group("location");
    group.sample_size(10);
    for p in [10, 100] {
        let model = PMedian::new(p);
        let search = Effort { starts: 2, search: 1, proof: 0, nodes: 0 };
        let alone = PMedian { effort: search, ..model.clone() };
        group.bench_function(format!("p_median/{p}"), |b| {
            b.iter(|| model.solve(&distances, &ones, &[]))
        });
        group.bench_function(format!("p_median/{p}/search"), |b| {
            b.iter(|| alone.solve(&distances, &ones, &[]))
        });
    }
    group.bench_function("p_center/20", |b| {
        b.iter(|| PCenter::new(20).solve(&distances, &ones, &[]))
    });
    group.bench_function("max_cover/20", |b| {
        b.iter(|| MaxCover::new(20, 400.0).solve(&distances, &ones, &[]))
    });
    group.bench_function("set_cover", |b| {
        b.iter(|| SetCover::within(150.0).solve(&distances, &ones, &[]))
    });
    let few: Vec<[f64; 2]> = (0..60).map(point).collect();
    if let Ok(distances) = Distances::between(few.clone(), few, 1.0) {
        let (ones, room) = (vec![1.0; 60], vec![12.0; 60]);
        let rooms = Rooms { weight: &ones, load: &ones, capacity: &room };
        group.bench_function("capacitated_median/6", |b| {
            b.iter(|| CapacitatedMedian::new(6).solve(&distances, &rooms, &[]))
        });
    }
    group.finish();

    let (points, sites) = (5_000, 50);
    let pairs = (0..points).flat_map(|p| (0..sites).map(move |s| (p, s)));
    let arc = |(p, s): (usize, usize)| {
        let ([x, y], [u, v]) = (point(p), point(points + s));
        Arc { point: p, site: s, cost: (x - u).hypot(y - v) as i64 }
    };
    let problem = Transport {
        supply: vec![1; points],
        capacity: vec![102; sites],
        at_least: Vec::new(),
        arcs: pairs.map(arc).collect(),
    };
    c.bench_function("transport/5000x50", |b| b.iter(|| problem.solve()));
}

/// Noding a raster of streets, and ways on it.
fn walking(c: &mut Criterion) {
    let along = |i: usize| i as f64 * 100.0;
    let streets: Vec<(Vec<[f64; 2]>, i32)> = (0..50)
        .flat_map(|i| {
            let (at, end) = (along(i), along(50));
            [(vec![[0.0, at], [end, at]], 0), (vec![[at, 0.0], [at, end]], 0)]
        })
        .collect();
    c.bench_function("network/node/50x50", |b| {
        b.iter(|| evengrid::walking::Network::of_lines(&streets))
    });
    let Ok(network) = evengrid::walking::Network::of_lines(&streets) else { return };
    let people: Vec<[f64; 2]> = (0..2_000).map(point).collect();
    let places = network.snap(&people, 100.0);
    c.bench_function("network/nearest/2000x20", |b| {
        b.iter(|| network.nearest(&places, &places[..20], 3, 1_000.0))
    });
}

fn assigning(c: &mut Criterion) {
    let officers = distances(26, 26);
    c.bench_function("linear_assignment/26x26", |b| {
        b.iter(|| linear_assignment(&officers, 26, 26))
    });
    let many = distances(1_000, 1_000);
    c.bench_function("linear_assignment/1000x1000", |b| {
        b.iter(|| linear_assignment(&many, 1_000, 1_000))
    });
    let households = distances(2_000, 200);
    c.bench_function("capacitated_assignment/2000x200", |b| {
        b.iter(|| capacitated_assignment(&households, 2_000, &[10; 200]))
    });
}

fn generating(c: &mut Criterion) {
    let mut group = c.benchmark_group("generate");
    group.sample_size(20);
    group.bench_function("city/20000", |b| b.iter(|| Generate::default().city()));
    let city = Generate::default().city();
    let bare = evengrid::model::City { units: city.units, ..Default::default() };
    group.bench_function("people/20000", |b| {
        b.iter_batched(
            || bare.clone(),
            |mut city| People::default().populate(&mut city),
            BatchSize::LargeInput,
        )
    });
    group.finish();
}

criterion_group!(benches, assigning, locating, walking, generating);
criterion_main!(benches);
