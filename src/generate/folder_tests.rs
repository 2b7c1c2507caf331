#![allow(clippy::unwrap_used)]

use geo::Geometry as Shape;
use geojson::FeatureCollection;

use super::*;

#[test]
fn what_is_written_reads_back_the_same() {
    let generated = Generate::units(300).seed(9).run();
    let folder = generated.folder();
    let read = |name: &str| -> FeatureCollection {
        let (_, text) = folder.iter().find(|(file, _)| *file == name).unwrap();
        text.parse().unwrap()
    };
    let units = read("units.geojson");
    assert_eq!(units.features.len(), 300);
    for (feature, unit) in units.features.iter().zip(&generated.city.units) {
        let shape = Shape::<f64>::try_from(feature.geometry.clone().unwrap()).unwrap();
        assert_eq!(shape, unit.shape);
        assert_eq!(feature.property("id").unwrap(), unit.id.as_str());
        assert_eq!(feature.property("population").unwrap().as_f64(), Some(unit.population));
        assert_eq!(feature.property("estate").and_then(|e| e.as_str()), unit.estate.as_deref());
    }
    let members = read("members.geojson");
    for (feature, member) in members.features.iter().zip(&generated.city.members) {
        let shape = Shape::<f64>::try_from(feature.geometry.clone().unwrap()).unwrap();
        assert_eq!(shape, Shape::from(member.position));
        assert_eq!(feature.property("members").unwrap().as_u64(), Some(member.members.into()));
    }
}

#[test]
fn every_file_says_that_it_is_modelled() {
    let folder = Generate::units(500).seed(2).folder();
    let names: Vec<&str> = folder.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), 11, "{names:?}");
    for (name, text) in &folder {
        let head = text.lines().next().unwrap();
        let claim =
            r#""modelled":"all of it: modelled by evengrid generate, seed 2; not real data""#;
        assert!(head.contains(claim), "{name}: {head}");
    }
}

#[test]
fn same_seed_same_bytes() {
    let generate = Generate::units(400).seed(5);
    assert_eq!(generate.folder(), generate.folder());
    assert_ne!(generate.folder(), generate.clone().seed(6).folder());
}
