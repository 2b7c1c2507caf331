#![allow(clippy::unwrap_used)]

use geo::polygon;
use proptest::prelude::*;

use super::*;

/// A city of one grid with two building groups, west and east of open ground.
fn directory(west: MultiPolygon<f64>, east: MultiPolygon<f64>) -> Directory {
    let group = |code: &str| BuildingGroupNode {
        building_group: code.into(),
        ..BuildingGroupNode::default()
    };
    let grid = GridNode {
        grid: "c1001".into(),
        building_groups: vec![group("c100101"), group("c100102")],
        ..GridNode::default()
    };
    let community =
        CommunityNode { community: "c1".into(), grids: vec![grid], ..CommunityNode::default() };
    let outlines = vec![("c100101".to_owned(), west), ("c100102".to_owned(), east)];
    Directory::new(Structure { communities: vec![community] }, outlines)
}

fn found(directory: &Directory, x: f64, y: f64) -> String {
    directory.building_group("c1001", Point::new(x, y)).unwrap().building_group.clone()
}

#[test]
fn a_long_side_is_nearer_than_a_far_corner() {
    let west = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)];
    // Its corners are far up and down, its side is beside the point.
    let east = polygon![(x: 3.0, y: -9.0), (x: 4.0, y: -9.0), (x: 4.0, y: 9.0), (x: 3.0, y: 9.0)];
    let directory = directory(west.into(), east.into());
    assert_eq!(found(&directory, 2.4, 0.5), "c100102");
    assert_eq!(found(&directory, 1.6, 0.5), "c100101");
    assert_eq!(found(&directory, 1.0, 0.5), "c100101");
}

proptest! {
    #[test]
    fn distance_is_that_of_the_nearest_point_of_the_border(
        corners in prop::collection::vec((-5i8..5, -5i8..5), 3..7),
        x in -9i8..9, y in -9i8..9,
    ) {
        let ring: Vec<(f64, f64)> =
            corners.into_iter().map(|(x, y)| (f64::from(x) * 1e-3, f64::from(y) * 1e-3)).collect();
        let shape = MultiPolygon(vec![geo::Polygon::new(ring.into(), Vec::new())]);
        let point = Point::new(f64::from(x) * 1e-3, f64::from(y) * 1e-3);
        let sampled = shape.lines_iter().flat_map(|line| {
            (0..=1_000).map(move |step| line.start + line.delta() * (f64::from(step) / 1_000.0))
        });
        let shrink = point.y().to_radians().cos();
        let away = |c: Coord<f64>| ((c.x - point.x()) * shrink).hypot(c.y - point.y());
        let least = sampled.map(away).fold(f64::INFINITY, f64::min);
        let own = squared_distance(&shape, point).sqrt();
        prop_assert!(own <= least + 1e-12 && own >= least - 1e-5, "{} {}", own, least);
    }
}
