#![allow(clippy::unwrap_used)]

use geo::Coord;

use super::*;

fn converted(crs: Crs, x: f64, y: f64) -> Result<Coord<f64>, Fault> {
    Converter::from(crs).unwrap().unwrap().to_wgs84(Coord { x, y })
}

/// One position in every system, with its easting and northing by pyproj 3.7.2 (PROJ 9.5.1).
#[test]
fn every_system_agrees_with_proj_to_a_millimetre() {
    let table = include_str!("../../tests/fixtures/epsg.csv");
    let mut systems = 0;
    for row in table.lines().filter(|line| !line.starts_with('#')) {
        let numbers: Vec<f64> = row.split(',').map(|cell| cell.parse().unwrap()).collect();
        let [code, lon, lat, easting, northing] = numbers[..] else { panic!("{row}") };
        let there = converted(Crs::Epsg(code as u16), easting, northing).unwrap();
        // A millimetre is 9e-9 degrees of latitude.
        let east = (there.x - lon) * lat.to_radians().cos();
        assert!(east.abs() < 9e-9 && (there.y - lat).abs() < 9e-9, "{row}: {there:?}");
        systems += 1;
    }
    let all = (0..=u16::MAX).filter(|&code| Projected::of(code).is_some()).count();
    assert_eq!((systems, all), (all + 4, 196), "every system has a row, Web Mercator five");
}

#[test]
fn names_of_systems() {
    for (name, crs) in [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Some(Crs::Wgs84)),
        ("EPSG:4326", Some(Crs::Wgs84)),
        ("urn:ogc:def:crs:EPSG::4490", Some(Crs::Wgs84)),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", Some(Crs::Wgs84)),
        ("EPSG:3857", Some(Crs::Epsg(3857))),
        ("urn:ogc:def:crs:EPSG::4547", Some(Crs::Epsg(4547))),
        ("urn:ogc:def:crs:EPSG:9.8:32650", Some(Crs::Epsg(32650))),
        ("urn:ogc:def:crs:EPSG::14326", None),
        ("urn:ogc:def:crs:ESRI::4547", None),
        ("EPSG:2437", None),
        ("4547", None),
        ("gcj02", None),
        ("", None),
    ] {
        assert_eq!(Crs::named(name), crs, "{name}");
    }
    for crs in [Crs::Wgs84, Crs::Gcj02, Crs::Bd09, Crs::Epsg(4526)] {
        assert_eq!(crs.to_string().parse::<Crs>().unwrap(), crs);
    }
    assert_eq!(" GCJ-02 ".parse::<Crs>().unwrap(), Crs::Gcj02);
}

#[test]
fn positions_that_cannot_be_meant_are_refused() {
    // With a zone number where none belongs, without one, in the other order, in degrees.
    for (code, x, y) in [
        (4547, 38_500_000.0, 3_400_000.0),
        (4526, 500_000.0, 3_400_000.0),
        (4526, 3_400_000.0, 38_500_000.0),
        (4526, 114.0, 30.0),
        (3857, 20_037_509.0, 0.0),
        (32650, 500_000.0, 1.1e7),
    ] {
        assert!(converted(Crs::Epsg(code), x, y).is_err(), "EPSG:{code} ({x}, {y})");
    }
    assert!(converted(Crs::Gcj02, -104.9, 39.7).is_err());
    assert!(converted(Crs::Bd09, 31.2, 121.5).is_err());
    assert!(Converter::from(Crs::Wgs84).unwrap().is_none());
    assert!(Converter::from(Crs::Epsg(2437)).is_err());
}

#[test]
fn results_are_rounded_to_a_tenth_of_a_millimetre() {
    let at = converted(Crs::Epsg(4547), 512_345.678, 3_456_789.012).unwrap();
    for value in [at.x, at.y] {
        assert!(value.to_string().len() <= "114.123456789".len(), "{value}");
    }
}
