#![allow(clippy::unwrap_used)]

use geo::{Point, Rect, coord};
use proptest::prelude::*;

use super::*;

fn extent(west: f64, south: f64, east: f64, north: f64) -> Rect<f64> {
    Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north })
}

#[test]
fn agrees_with_proj() {
    // pyproj 3.7.2: +proj=tmerc +lat_0=39.75 +lon_0=-104.9 +k=1 +ellps=WGS84
    let frame = LocalFrame::over(extent(-105.2, 39.5, -104.6, 40.0)).unwrap();
    let there = frame.to_metres(Point::new(-104.6, 39.6)).unwrap();
    assert!((there.x() - 25767.031745825).abs() < 1e-6, "{there:?}");
    assert!((there.y() - (-16611.259543472)).abs() < 1e-6, "{there:?}");
}

#[test]
fn refuses_extents_that_are_no_city() {
    for (bad, word) in [
        (extent(-179.9, 10.0, 179.9, 11.0), "antimeridian"),
        (extent(0.0, 10.0, 7.0, 11.0), "stray"),
        (extent(0.0, 83.0, 1.0, 85.0), "latitude"),
    ] {
        let message = LocalFrame::over(bad).unwrap_err().to_string();
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn refuses_points_it_cannot_place() {
    let frame = LocalFrame::over(extent(0.0, 50.0, 1.0, 51.0)).unwrap();
    assert!(frame.to_metres(Point::new(f64::NAN, 50.0)).is_err());
    assert!(frame.project(&[[0.5, 50.5], [0.5, 91.0]]).is_err());
}

proptest! {
    #[test]
    fn there_and_back_is_exact_to_10_nm(lon in -177.0..177.0f64, lat in -81.0..81.0f64,
                                        dx in -2.99..2.99f64, dy in -2.99..2.99f64) {
        let frame = LocalFrame::over(extent(lon - 2.99, lat - 2.99, lon + 2.99, lat + 2.99)).unwrap();
        let point = Point::new(lon + dx, lat + dy);
        let metres = frame.to_metres(point).unwrap();
        let back = frame.to_degrees(metres).unwrap();
        let again = frame.to_metres(back).unwrap();
        prop_assert!((metres.x() - again.x()).hypot(metres.y() - again.y()) < 1e-8);
        prop_assert!((back.x() - point.x()).abs() < 1e-12 && (back.y() - point.y()).abs() < 1e-12);
    }
}
