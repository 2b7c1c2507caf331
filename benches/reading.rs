//! How fast a city is read: the bundled Denver (10,149 census blocks, 178 tracts), whole and by
//! throughput of its units' text, beside the general parser on the same text on one thread: into
//! exactly the types it holds, and into values of any type.

#![allow(missing_docs, clippy::unwrap_used)]

use std::borrow::Cow;
use std::fs;
use std::hint::black_box;
use std::io::Read;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evengrid::io::{ReadOptions, read_city, read_units};
use serde::Deserialize;

/// What there is to read in Denver's units, and no more.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Collection<'a> {
    #[serde(borrow)]
    features: Vec<Feature<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Feature<'a> {
    #[serde(borrow)]
    properties: Properties<'a>,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Properties<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    population: f64,
    #[serde(borrow)]
    community: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
#[allow(dead_code)]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

const DENVER: &str = "examples/data/denver";

fn reading(c: &mut Criterion) {
    let options = ReadOptions::default();
    let packed = fs::File::open(format!("{DENVER}/units.geojson.gz")).unwrap();
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("units.geojson");
    fs::write(&plain, &text).unwrap();

    let mut group = c.benchmark_group("reading");
    group.bench_function("city folder, packed", |b| {
        b.iter(|| read_city(black_box(DENVER), &options).unwrap());
    });
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("units", |b| {
        b.iter(|| read_units(black_box(&plain), None, &options).unwrap());
    });
    group.bench_function("text, by serde_json into types", |b| {
        b.iter(|| serde_json::from_slice::<Collection<'_>>(black_box(&text)).unwrap());
    });
    group.bench_function("text, by serde_json as untyped values", |b| {
        b.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(&text)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
