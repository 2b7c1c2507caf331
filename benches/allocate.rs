//! Assigning, and what it starts from: generating a city.
#![allow(missing_docs)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use evengrid::allocate::{capacitated_assignment, linear_assignment};
use evengrid::generate::{Generate, People};

/// Distances (m) between points spread over a square of 5 km by a fixed rule.
fn distances(rows: usize, columns: usize) -> Vec<f64> {
    let point = |i: usize| {
        let at = |step: f64| (i as f64 * step).fract() * 5_000.0;
        (at(0.618_033_988_75), at(0.414_213_562_37))
    };
    let pairs = (0..rows).flat_map(|r| (0..columns).map(move |c| (point(r), point(rows + c))));
    pairs.map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1)).collect()
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

criterion_group!(benches, assigning, generating);
criterion_main!(benches);
