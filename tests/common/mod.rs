//! An independent reading of plan folders: by the geojson crate, sharing no code with the library.

#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use geojson::{Feature, FeatureCollection, GeometryValue};

/// The features of a GeoJSON file, packed or not.
pub fn features(path: &Path) -> Vec<Feature> {
    let text = if path.extension().is_some_and(|e| e == "gz") {
        std::io::read_to_string(flate2::read::GzDecoder::new(fs::File::open(path).unwrap()))
            .unwrap()
    } else {
        fs::read_to_string(path).unwrap()
    };
    text.parse::<FeatureCollection>().unwrap().features
}

pub fn text(feature: &Feature, name: &str) -> String {
    feature.property(name).unwrap().as_str().unwrap().to_owned()
}

pub fn number(feature: &Feature, name: &str) -> f64 {
    feature.property(name).unwrap().as_f64().unwrap()
}

pub type Position = (u64, u64);

/// All rings of a feature as lists of positions (bits of longitude and latitude).
pub fn rings(feature: &Feature) -> Vec<Vec<(f64, f64)>> {
    let polygons = match &feature.geometry.as_ref().unwrap().value {
        GeometryValue::Polygon { coordinates } => vec![coordinates.clone()],
        GeometryValue::MultiPolygon { coordinates } => coordinates.clone(),
        other => panic!("{other:?}"),
    };
    let ring = |ring: Vec<_>| ring.into_iter().map(|p: geojson::Position| (p[0], p[1])).collect();
    polygons.into_iter().flatten().map(ring).collect()
}

/// Twice the area in square degrees: exteriors count positive, holes negative.
pub fn twice_area(feature: &Feature) -> f64 {
    let shoelace = |ring: &Vec<(f64, f64)>| -> f64 {
        let (x0, y0) = ring[0];
        ring.windows(2).map(|w| (w[0].0 - x0) * (w[1].1 - y0) - (w[1].0 - x0) * (w[0].1 - y0)).sum()
    };
    let polygons = match &feature.geometry.as_ref().unwrap().value {
        GeometryValue::Polygon { .. } => 1,
        GeometryValue::MultiPolygon { coordinates } => coordinates.len(),
        _ => 0,
    };
    assert!(polygons > 0);
    rings(feature).iter().map(shoelace).sum()
}

/// Directed segments of a feature's rings, by the bits of their ends.
pub fn segments(feature: &Feature) -> Vec<(Position, Position)> {
    let bits = |(x, y): (f64, f64)| (x.to_bits(), y.to_bits());
    rings(feature)
        .iter()
        .flat_map(|ring| ring.windows(2).map(|w| (bits(w[0]), bits(w[1]))).collect::<Vec<_>>())
        .collect()
}

/// Pairs of features that share a segment with the very same ends.
pub fn touching(features: &[Feature]) -> Vec<(usize, usize)> {
    let mut owner: HashMap<(Position, Position), usize> = HashMap::new();
    let mut pairs = Vec::new();
    for (i, feature) in features.iter().enumerate() {
        for (a, b) in segments(feature) {
            if let Some(j) = owner.insert((a.min(b), a.max(b)), i) {
                pairs.push((j.min(i), j.max(i)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Number of connected parts of every label.
pub fn parts<'a>(labels: &[&'a str], pairs: &[(usize, usize)]) -> BTreeMap<&'a str, usize> {
    let mut root: Vec<usize> = (0..labels.len()).collect();
    fn find(root: &mut [usize], mut v: usize) -> usize {
        while root[v] != v {
            root[v] = root[root[v]];
            v = root[v];
        }
        v
    }
    for &(a, b) in pairs.iter().filter(|(a, b)| labels[*a] == labels[*b]) {
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        root[a] = b;
    }
    let mut parts = BTreeMap::new();
    for (v, label) in labels.iter().copied().enumerate() {
        *parts.entry(label).or_insert(0) += usize::from(find(&mut root, v) == v);
    }
    parts
}

/// Whether features tile: no directed segment stands twice, and what is not shared makes up the
/// whole outline (returned as a count).
pub fn unshared(features: &[Feature]) -> usize {
    let mut seen: HashMap<(Position, Position), usize> = HashMap::new();
    for feature in features {
        for segment in segments(feature) {
            *seen.entry(segment).or_insert(0) += 1;
        }
    }
    assert!(seen.values().all(|&n| n == 1), "a border belongs to two features on one side");
    seen.keys().filter(|(a, b)| !seen.contains_key(&(*b, *a))).count()
}
