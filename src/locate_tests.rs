#![allow(clippy::unwrap_used)]

use geo::{Coord, Intersects, LineString, MultiPolygon, Polygon, polygon};
use proptest::prelude::*;

use super::*;

/// The rule, word by word: the first grid that has the point inside or on its border.
fn by_looking_at_all(grids: &[MultiPolygon<f64>], point: Point<f64>) -> Option<usize> {
    grids.iter().position(|grid| grid.intersects(&point))
}

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)]
}

/// Vertices, and points that lie on or hair-close to borders.
fn critical_points(grids: &[MultiPolygon<f64>]) -> Vec<Point<f64>> {
    let mut points = Vec::new();
    for part in grids.iter().flatten() {
        for ring in std::iter::once(part.exterior()).chain(part.interiors()) {
            for line in ring.lines() {
                let (a, b) = (line.start, line.end);
                points.push(Point::from(a));
                for t in [0.5, 0.25, 0.1] {
                    let on = a + (b - a) * t;
                    points.push(on.into());
                    points.push(Point::new(on.x.next_up(), on.y));
                    points.push(Point::new(on.x, on.y.next_down()));
                }
                points.push(Point::new(a.x, b.y));
            }
        }
    }
    points
}

/// A star-shaped ring; small whole steps make many coordinates and edges coincide.
fn star(centre: Coord<f64>, radii: &[u8], step: f64) -> LineString<f64> {
    let corner = |(i, r): (usize, &u8)| {
        let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
        let snap = |v: f64| (v / step).round() * step;
        Coord {
            x: snap(centre.x + f64::from(*r) * angle.cos()),
            y: snap(centre.y + f64::from(*r) * angle.sin()),
        }
    };
    let mut ring: Vec<Coord<f64>> = radii.iter().enumerate().map(corner).collect();
    ring.push(ring[0]);
    LineString::new(ring)
}

proptest! {
    #[test]
    fn finds_what_looking_at_all_finds(
        stars in prop::collection::vec(
            ((-20i8..20, -20i8..20), prop::collection::vec(4u8..12, 3..12), any::<bool>()), 0..12),
        scattered in prop::collection::vec((-40.0..40.0f64, -40.0..40.0f64), 50),
        step in prop::sample::select(vec![1e-6, 0.5]),
    ) {
        // Overlapping on purpose: the order decides.
        let grids: Vec<MultiPolygon<f64>> = stars.iter().map(|((x, y), radii, hole)| {
            let centre = Coord { x: f64::from(*x), y: f64::from(*y) };
            let small: Vec<u8> = vec![1; 4];
            let holes = if *hole { vec![star(centre, &small, step)] } else { vec![] };
            MultiPolygon::new(vec![Polygon::new(star(centre, radii, step), holes)])
        }).collect();
        let index = GridIndex::new(&grids);
        let mut points = critical_points(&grids);
        points.extend(scattered.into_iter().map(|(x, y)| Point::new(x, y)));
        let expected: Vec<Option<usize>> =
            points.iter().map(|&p| by_looking_at_all(&grids, p)).collect();
        for (&p, e) in points.iter().zip(&expected) {
            prop_assert_eq!(index.locate(p), *e, "{:?}", p);
        }
        let all: Vec<Option<usize>> =
            index.locate_all(&points).into_iter().map(|g| g.map(|g| g as usize)).collect();
        prop_assert_eq!(all, expected);
    }

    #[test]
    fn nearest_agrees_with_looking_at_all_edges(
        lon in -1.0..1.0f64, lat in 59.0..61.0f64,
        squares in prop::collection::vec((-1.0..1.0f64, 59.5..60.5f64), 1..8),
    ) {
        let grids: Vec<MultiPolygon<f64>> =
            squares.iter().map(|&(x, y)| MultiPolygon::from(square(x, y, 0.05))).collect();
        let (grid, metres) = GridIndex::new(&grids).nearest(Point::new(lon, lat)).unwrap();
        // On a sphere of the mean radius, densely sampled: good to 1 %.
        let distance = |grid: &MultiPolygon<f64>| {
            if grid.intersects(&Point::new(lon, lat)) { return 0.0; }
            let k = lat.to_radians().cos();
            grid.iter().flat_map(|p| p.exterior().lines()).flat_map(|l| {
                (0..=200).map(move |t| l.start + (l.end - l.start) * (f64::from(t) / 200.0))
            }).map(|c| ((c.x - lon) * k).hypot(c.y - lat).to_radians() * 6_371_000.0)
                .fold(f64::INFINITY, f64::min)
        };
        let least = grids.iter().map(distance).fold(f64::INFINITY, f64::min);
        prop_assert!((metres - least).abs() <= 0.01 * least + 30.0, "{} {}", metres, least);
        prop_assert!(distance(&grids[grid]) <= 1.01 * least + 30.0);
    }
}

#[test]
fn a_border_belongs_to_the_first_grid() {
    let grids: Vec<MultiPolygon<f64>> = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
        .map(|(x, y)| square(x, y, 1.0).into())
        .into();
    let index = GridIndex::new(&grids);
    assert_eq!(index.locate(Point::new(1.0, 1.0)), Some(0));
    assert_eq!(index.locate(Point::new(2.0, 1.0)), Some(1));
    assert_eq!(index.locate(Point::new(1.0, 1.5)), Some(2));
    assert_eq!(index.locate(Point::new(2.0, 2.0)), Some(3));
}

#[test]
fn outside_and_nonsense_are_none() {
    let index = GridIndex::new(&[square(0.0, 0.0, 1.0).into()]);
    for point in [(1.1, 0.5), (0.5, -0.1), (f64::NAN, 0.5), (f64::INFINITY, 0.5)] {
        assert_eq!(index.locate(Point::from(point)), None);
    }
    assert_eq!(index.nearest(Point::new(f64::NAN, 0.0)), None);
    let empty = GridIndex::new(&[]);
    assert!(empty.is_empty());
    assert_eq!(empty.locate(Point::new(0.0, 0.0)), None);
    assert_eq!(empty.nearest(Point::new(0.0, 0.0)), None);
    let hollow = GridIndex::new(&[MultiPolygon::new(vec![]), square(0.0, 0.0, 1.0).into()]);
    assert_eq!(hollow.locate(Point::new(0.5, 0.5)), Some(1));
}

#[test]
fn a_hole_is_outside_and_its_rim_inside() {
    let ring = Polygon::new(
        square(0.0, 0.0, 10.0).into_inner().0,
        vec![square(4.0, 4.0, 2.0).into_inner().0],
    );
    let index = GridIndex::new(&[ring.into()]);
    assert_eq!(index.locate(Point::new(5.0, 5.0)), None);
    assert_eq!(index.locate(Point::new(4.0, 5.0)), Some(0));
    assert_eq!(index.nearest(Point::new(5.0, 5.0)).unwrap().0, 0);
}

/// A tiling of `columns` × `rows` cells whose inner corners are pushed about.
fn tiling(columns: usize, rows: usize, push: &[(f64, f64)]) -> Vec<MultiPolygon<f64>> {
    let corner = |i: usize, j: usize| {
        let inner = (1..columns).contains(&i) && (1..rows).contains(&j);
        let (x, y) = if inner { push[j * columns + i] } else { (0.0, 0.0) };
        (i as f64 + x, j as f64 + y)
    };
    let cell = |i: usize, j: usize| {
        let ring = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
        MultiPolygon::from(Polygon::new(ring.to_vec().into(), vec![]))
    };
    (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j))).map(|(i, j)| cell(i, j)).collect()
}

proptest! {
    /// In a tiling every point has one grid, on borders the first; boxes that are surely held are.
    #[test]
    fn every_point_of_a_tiling_has_its_first_grid(
        push in prop::collection::vec((-0.3..0.3f64, -0.3..0.3f64), 30),
        scattered in prop::collection::vec((0.0..6.0f64, 0.0..5.0f64), 60),
        boxes in prop::collection::vec((0.0..6.0f64, 0.0..5.0f64, 0.0..0.4f64, 0.0..0.4f64), 40),
    ) {
        let grids = tiling(6, 5, &push);
        let index = GridIndex::new(&grids);
        let mut points = critical_points(&grids);
        points.extend(scattered.into_iter().map(Point::from));
        for point in points {
            let inside = (0.0..=6.0).contains(&point.x()) && (0.0..=5.0).contains(&point.y());
            prop_assert_eq!(index.locate(point), by_looking_at_all(&grids, point), "{:?}", point);
            // A corner pushed about may leave a point hair-close to a border in no cell, nowhere else.
            prop_assert!(!inside || index.locate(point).is_some() || index.nearest(point).unwrap().1 < 1e-3);
        }
        for (x, y, w, h) in boxes {
            if let Some(grid) = index.surely_holds([x, y], [x + w, y + h]) {
                for (s, t) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.3)] {
                    prop_assert_eq!(index.locate(Point::new(x + s * w, y + t * h)), Some(grid));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Long strips, of which a row of the raster holds a whole side, are looked through in blocks.
    #[test]
    fn long_strips_are_found_as_by_looking_at_all(
        heights in prop::collection::vec(0u8..4, 700), level in any::<bool>(),
    ) {
        let strip = |from: usize, to: usize| {
            let at = |i: usize, base: f64| {
                let rise = if level { 0.0 } else { f64::from(heights[i]) * 0.25 };
                Coord { x: i as f64, y: base + rise }
            };
            let mut ring: Vec<Coord<f64>> = (from..=to).map(|i| at(i, 0.0)).collect();
            ring.extend((from..=to).rev().map(|i| at(i, 2.0)));
            MultiPolygon::from(Polygon::new(LineString::new(ring), Vec::new()))
        };
        let grids = [strip(0, 340), strip(340, 699)];
        let index = GridIndex::new(&grids);
        let mut points: Vec<Point<f64>> = critical_points(&grids).into_iter().step_by(7).collect();
        points.extend((0..699).map(|i| Point::new(f64::from(i) + 0.5, 1.0)));
        for point in points {
            prop_assert_eq!(index.locate(point), by_looking_at_all(&grids, point), "{:?}", point);
        }
    }
}

proptest! {
    #[test]
    fn by_code_the_lowest_code_has_a_border_whatever_the_order(
        codes in prop::collection::vec("[a-d]{1,2}", 9),
        shifts in prop::collection::vec((0i8..4, 0i8..4), 9),
    ) {
        // Squares that touch and overlap, in an order that is not that of their codes.
        let grids: Vec<MultiPolygon<f64>> = shifts
            .iter()
            .map(|&(x, y)| square(f64::from(x), f64::from(y), 1.0).into())
            .collect();
        let index = GridIndex::by_code(&grids, &codes);
        for point in critical_points(&grids) {
            let holders = (0..grids.len()).filter(|&grid| grids[grid].intersects(&point));
            let lowest = holders.min_by_key(|&grid| (&codes[grid], grid));
            prop_assert_eq!(index.locate(point), lowest, "{:?}", point);
        }
    }
}

#[test]
fn of_grids_equally_near_the_lowest_code_is_taken() {
    let grids: [MultiPolygon<f64>; 2] =
        [square(0.1, 0.0, 0.1).into(), square(0.1, 0.1, 0.1).into()];
    let nearest = |codes: [&str; 2]| {
        let found = GridIndex::by_code(&grids, &codes).nearest(Point::new(0.05, 0.1));
        found.map(|found| found.0)
    };
    assert_eq!((nearest(["1", "2"]), nearest(["2", "1"])), (Some(0), Some(1)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Where no plane reaches, the distance is that of the geodesic to the nearest point of a border.
    #[test]
    fn far_away_the_distance_is_along_the_globe(
        lon in -180.0..180.0f64, lat in -89.0..89.0f64, west in -170.0..170.0f64, south in -70.0..70.0f64,
    ) {
        use geo::{Densify, Distance, Euclidean, Geodesic};
        let grids: Vec<MultiPolygon<f64>> =
            (0..3).map(|i| square(west + f64::from(i) * 0.1, south, 0.1).into()).collect();
        let index = GridIndex::new(&grids);
        let here = Point::new(lon, lat);
        let (grid, distance) = index.nearest(here).unwrap();
        prop_assume!(distance > 0.0);
        let to = |grid: &MultiPolygon<f64>| {
            let dense = Euclidean.densify(grid, 0.002);
            let points = dense.iter().flat_map(|p| p.exterior().points().collect::<Vec<_>>());
            points.map(|point| Geodesic.distance(here, point)).fold(f64::INFINITY, f64::min)
        };
        let expected = grids.iter().map(to).fold(f64::INFINITY, f64::min);
        prop_assert!((distance / expected - 1.0).abs() < 0.01, "{} for {}", distance, expected);
        prop_assert!(to(&grids[grid]) < 1.005 * expected + 1.0);
    }
}

#[test]
fn a_town_on_the_other_side_of_the_antimeridian_is_near() {
    let index = GridIndex::new(&[square(179.0, 0.0, 0.5).into()]);
    let (_, distance) = index.nearest(Point::new(-179.5, 0.2)).unwrap();
    assert!((distance - 111_319.5).abs() < 100.0, "{distance}");
}
