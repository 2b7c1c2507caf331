//! Points looked up in 500 grids: building the index, one thread, all threads.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evengrid::locate::GridIndex;
use geo::{LineString, MultiPolygon, Point, Polygon};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// 25 × 20 grids of some 500 m whose borders wind: 40 vertices on every side.
fn grids() -> Vec<MultiPolygon<f64>> {
    const STEP: f64 = 0.005;
    let wave = |t: f64| 0.08 * STEP * ((t * 1301.0).sin() + (t * 3307.0).cos());
    // The border between two corners is the same from either side.
    let side = |a: (f64, f64), b: (f64, f64)| {
        (0..40).map(move |k| {
            let t = f64::from(k) / 40.0;
            let (x, y) = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
            let pinned = if k == 0 { 0.0 } else { 1.0 };
            if a.0 == b.0 { (x + pinned * wave(y), y) } else { (x, y + pinned * wave(x)) }
        })
    };
    let grid = |i: u32, j: u32| {
        let at = |i: u32, j: u32| (100.0 + STEP * f64::from(i), 38.0 + STEP * f64::from(j));
        let corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
        let ring: LineString<f64> =
            (0..4).flat_map(|k| side(corners[k], corners[(k + 1) % 4])).collect::<Vec<_>>().into();
        MultiPolygon::from(Polygon::new(ring, vec![]))
    };
    (0..500).map(|g| grid(g % 25, g / 25)).collect()
}

fn points(count: usize) -> Vec<Point<f64>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut fraction = move || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    (0..count).map(|_| Point::new(100.0 + 0.125 * fraction(), 38.0 + 0.1 * fraction())).collect()
}

fn locating(c: &mut Criterion) {
    let grids = grids();
    let points = points(1_000_000);
    let index = GridIndex::new(&grids);
    let mut group = c.benchmark_group("locating");
    group.sample_size(20);
    group.bench_function("index of 500 grids", |b| b.iter(|| GridIndex::new(&grids)));
    group.throughput(Throughput::Elements(points.len() as u64));
    group.bench_function("a million points, one thread", |b| {
        b.iter(|| points.iter().filter_map(|&point| index.locate(point)).sum::<usize>());
    });
    group.bench_function("a million points, all threads", |b| b.iter(|| index.locate_all(&points)));
    group.finish();
}

criterion_group!(benches, locating);
criterion_main!(benches);
