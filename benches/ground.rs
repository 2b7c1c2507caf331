//! From polygons to the contiguity graph, and from labels to zones, on a synthetic tiling.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evengrid::ground::Ground;
use evengrid::model::{City, Unit};
use geo::{LineString, Polygon};

/// A number in -0.5..0.5 that depends on the seed alone.
fn jitter(seed: usize) -> f64 {
    let mut z = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 - 0.5
}

/// `side` × `side` quadrilaterals of some 50 m, with two more vertices on every side.
fn city(side: usize) -> City {
    const STEP: f64 = 0.0005;
    let round = |v: f64| (v * 1e7).round() / 1e7;
    let corner = |(i, j): (usize, usize)| {
        let seed = 2 * (i * 10_007 + j);
        let at = |k: usize, seed| STEP * (k as f64 + 0.4 * jitter(seed));
        (round(100.0 + at(i, seed)), round(38.0 + at(j, seed + 1)))
    };
    let between = |a: (usize, usize), b: (usize, usize)| {
        let (low, high) = (a.min(b), a.max(b));
        let (from, to) = (corner(low), corner(high));
        let mut points: Vec<(f64, f64)> = (1..3)
            .map(|s| {
                let t = f64::from(s) / 3.0;
                let bend =
                    0.05 * STEP * jitter(low.0 * 77_773 + low.1 * 31 + high.0 * 7 + s as usize);
                (
                    round(from.0 + t * (to.0 - from.0) + bend),
                    round(from.1 + t * (to.1 - from.1) + bend),
                )
            })
            .collect();
        if a > b {
            points.reverse();
        }
        points
    };
    let cell = |i: usize, j: usize| {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
        let mut ring = Vec::new();
        for k in 0..4 {
            ring.push(corner(corners[k]));
            ring.extend(between(corners[k], corners[(k + 1) % 4]));
        }
        Unit {
            id: format!("{i}-{j}"),
            population: 1.0,
            households: None,
            community: None,
            estate: None,
            lock: None,
            shape: Polygon::new(LineString::from(ring), vec![]).into(),
        }
    };
    let units = (0..side * side).map(|u| cell(u / side, u % side)).collect();
    City { units, ..City::default() }
}

fn contiguity(c: &mut Criterion) {
    let mut group = c.benchmark_group("contiguity");
    for side in [100, 316] {
        let city = city(side);
        group.throughput(Throughput::Elements(city.units.len() as u64));
        group.sample_size(20).bench_function(format!("{} cells", city.units.len()), |b| {
            b.iter(|| Ground::survey(&city).unwrap());
        });
    }
    group.finish();
}

fn dissolving(c: &mut Criterion) {
    let mut group = c.benchmark_group("dissolving");
    for side in [100, 316] {
        let city = city(side);
        let ground = Ground::survey(&city).unwrap();
        let across = side.div_ceil(14);
        let zones: Vec<u32> =
            (0..side * side).map(|u| (u / side / 14 * across + u % side / 14) as u32).collect();
        let name = format!("{} cells, {} zones", city.units.len(), across * across);
        group.throughput(Throughput::Elements(city.units.len() as u64));
        group.bench_function(name, |b| b.iter(|| ground.dissolve(&zones, across * across)));
    }
    group.finish();
}

criterion_group!(benches, contiguity, dissolving);
criterion_main!(benches);
