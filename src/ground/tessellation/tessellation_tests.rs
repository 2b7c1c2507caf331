#![allow(clippy::unwrap_used)]

use geo::{
    Centroid, Contains, Distance, Euclidean, Geometry, Intersects, LineString, MapCoords,
    MultiLineString, Point,
};
use proptest::prelude::*;

use crate::ground::testing::*;
use crate::ground::{Ground, Survey, UnitKind};
use crate::model::{Barrier, City};

/// Metres of a step.
const STEP_M: f64 = 111.3;

fn survey(city: &City) -> Ground {
    Survey { units: UnitKind::Buildings, ..Survey::default() }.run(city).unwrap()
}

fn barrier(class: &str, line: &[(f64, f64)]) -> Barrier {
    let degrees: Vec<(f64, f64)> = line.iter().map(|&(x, y)| (x * STEP, y * STEP)).collect();
    Barrier {
        id: class.into(),
        class: class.into(),
        hard: false,
        at_grade: true,
        lines: MultiLineString(vec![LineString::from(degrees)]),
    }
}

/// A square community of four steps.
fn square(mut city: City) -> City {
    city.communities = vec![community("c", Some(rectangle(0., 0., 4., 4.).into()))];
    city
}

/// Houses on plots of a raster, so that they do not overlap; some plots are empty.
fn houses() -> impl Strategy<Value = Vec<[f64; 4]>> {
    let house = (0.05..0.45f64, 0.05..0.45f64, 0.05..0.5f64, 0.05..0.5f64, 0u8..4);
    prop::collection::vec(house, 16).prop_map(|plots| {
        let placed = plots.into_iter().enumerate().filter(|(_, house)| house.4 > 0);
        let boxes = placed.map(|(i, (dx, dy, w, h, _))| {
            let (x, y) = ((i % 4) as f64 + dx, (i / 4) as f64 + dy);
            [x, y, x + w, y + h]
        });
        boxes.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cells_tile_and_go_to_the_nearest_house(houses in houses()) {
        prop_assume!(!houses.is_empty());
        let boxes: Vec<_> = houses.iter().map(|b| rectangle(b[0], b[1], b[2], b[3])).collect();
        let city = square(city(boxes.clone()));
        let ground = survey(&city);
        assert_tiles(&ground, [0., 0., 4., 4.], |cells| cells == 1);
        prop_assert!(ground.tiles());
        let cells = ground.cells();
        for (cell, house) in cells.iter().zip(&boxes) {
            prop_assert!(house.exterior().points().all(|corner| cell.intersects(&corner)));
            prop_assert!(cell.contains(&house.centroid().unwrap()));
        }
        let metric = |p: &Point<f64>| ground.frame.to_metres(*p).unwrap();
        let boxes: Vec<geo::Polygon<f64>> = boxes
            .iter()
            .map(|house| house.map_coords(|c| metric(&c.into()).0))
            .collect();
        for i in 0..400 {
            let at = |n: usize| (n as f64 + 0.37) * 0.2 * STEP;
            let point = Point::new(at(i % 20), at(i / 20));
            let Some(own) = cells.iter().position(|cell| cell.contains(&point)) else {
                continue;
            };
            let metres = |house: &geo::Polygon<f64>| Euclidean.distance(&metric(&point), house);
            let nearest = boxes.iter().map(metres).fold(f64::INFINITY, f64::min);
            prop_assert!(metres(&boxes[own]) <= nearest + 0.5 + 0.01);
        }
    }

    /// Any boxes, overlapping or not, with any streets: a tiling all the same.
    #[test]
    fn any_houses_and_streets_make_a_tiling(
        boxes in prop::collection::vec((0u8..34, 0u8..34, 1u8..9, 1u8..9), 1..10),
        streets in prop::collection::vec(prop::collection::vec((0u8..45, 0u8..45), 2..5), 0..5),
    ) {
        let boxes = boxes.iter().map(|&(x, y, w, h)| {
            let at = |n: u8| f64::from(n) / 10.0;
            rectangle(at(x), at(y), at(x + w), at(y + h))
        });
        let mut city = square(city(boxes));
        city.barriers = streets
            .iter()
            .map(|line| {
                let line: Vec<_> =
                    line.iter().map(|&(x, y)| (f64::from(x) / 10.0, f64::from(y) / 10.0)).collect();
                barrier("residential", &line)
            })
            .collect();
        let ground = survey(&city);
        assert_tiles(&ground, [0., 0., 4., 4.], |cells| cells == 1);
        let area: f64 = ground.area_m2.iter().sum();
        prop_assert!((area / (16.0 * 12_364.0 ) - 1.0).abs() < 0.01, "{area}");
    }
}

#[test]
fn streets_make_enclosures_and_empty_ones_are_open_ground() {
    let mut city = square(city([rectangle(0.5, 0.5, 1., 1.), rectangle(1.2, 2.5, 1.6, 3.)]));
    // Across without a common vertex, and beyond the boundary; the third ends in the middle.
    city.barriers = vec![
        barrier("primary", &[(2., -1.), (2., 5.)]),
        barrier("river", &[(-1., 2.), (5., 2.)]),
        barrier("residential", &[(0., 1.5), (1.5, 1.5)]),
    ];
    let ground = survey(&city);
    assert_eq!(ground.coverage.len(), 4);
    assert!(ground.area_m2.windows(2).all(|pair| (pair[0] / pair[1] - 1.0).abs() < 1e-3));
    let classes = |a, b| -> Vec<String> {
        let classes = ground.border_classes(a, b);
        classes.into_iter().map(|(class, _)| class.map_or("none", |c| &c.name).to_owned()).collect()
    };
    assert_eq!(classes(0, 1), ["river"]);
    let open = ground.findings.iter().find(|f| f.kind == "open-ground").unwrap();
    assert_eq!(open.count, 2);
    assert_eq!(ground.contiguity.pair_count(), 4);
}

#[test]
fn bridges_and_tunnels_divide_nothing_and_hard_barriers_everything() {
    let houses = [rectangle(0.5, 0.5, 1., 1.), rectangle(3., 3., 3.5, 3.5)];
    let wall = |hard: bool, at_grade: bool| {
        let mut city = square(city(houses.clone()));
        city.barriers = vec![Barrier { hard, at_grade, ..barrier("wall", &[(0., 4.), (4., 0.)]) }];
        survey(&city)
    };
    let soft = wall(false, true);
    assert_eq!(soft.border_classes(0, 1)[0].0.unwrap().factor, 0.1);
    assert_eq!(soft.contiguity.pair_count(), 1);
    let hard = wall(true, true);
    assert_eq!(hard.contiguity.virtual_edges(), [(0, 1)]);
    let above = wall(false, false);
    assert_eq!(above.border_classes(0, 1)[0].0, None);
}

#[test]
fn points_are_units_and_those_at_one_place_share_it() {
    let at = |x: f64, y: f64| Geometry::Point(Point::new(x * STEP, y * STEP));
    let city = square(city([at(1., 1.), at(3., 3.), at(3., 3.), at(3., 3.)]));
    let ground = survey(&city);
    assert_eq!(ground.coverage.len(), 4);
    assert!(ground.area_m2.iter().all(|&area| area > 1_000.0));
    assert_tiles(&ground, [0., 0., 4., 4.], |cells| cells == 1);
    let told = ground.findings.iter().find(|f| f.kind == "coincident-points").unwrap();
    assert_eq!(told.count, 3);
}

#[test]
fn without_a_boundary_the_ground_around_the_houses_is_theirs() {
    let city = city([rectangle(0., 0., 1., 1.), rectangle(2., 0., 3., 1.)]);
    let ground = survey(&city);
    let (width, height) = (3.0 * STEP_M + 40.0, STEP_M + 40.0);
    let area: f64 = ground.area_m2.iter().sum();
    assert!((area / (width * height) - 1.0).abs() < 0.02, "{area}");
}

#[test]
fn a_house_on_the_boundary_keeps_to_its_side() {
    let mut city = city([rectangle(1.5, 0.5, 2.3, 1.), rectangle(3., 3., 3.5, 3.5)]);
    city.communities = vec![
        community("west", Some(rectangle(0., 0., 2., 4.).into())),
        community("east", Some(rectangle(2., 0., 4., 4.).into())),
    ];
    let ground = survey(&city);
    assert!((ground.area_m2[0] / ground.area_m2[1] - 1.0).abs() < 1e-3);
}

#[test]
fn a_point_alone_in_its_enclosure_has_all_of_it() {
    let at = |x: f64, y: f64| Geometry::Point(Point::new(x * STEP, y * STEP));
    let mut city = square(city([at(1., 1.), at(3., 1.), at(3., 3.)]));
    city.barriers = vec![barrier("river", &[(-1., 2.), (5., 2.)])];
    let ground = survey(&city);
    assert_eq!(ground.coverage.len(), 3);
    assert!((ground.area_m2[2] / (ground.area_m2[0] + ground.area_m2[1]) - 1.0).abs() < 1e-3);
}

#[test]
fn the_box_of_an_enclosure_holds_all_of_it_whatever_the_order_of_its_corners() {
    // A corner that is the lowest in both directions, and visited late.
    let mut city = city([rectangle(2.0, 1.9, 2.2, 2.1), rectangle(3.0, 1.9, 3.2, 2.1)]);
    let slanted = polygon(&[(1., 0.), (4., 1.), (4.4, 4.), (1.6, 3.6)]);
    city.communities = vec![community("c", Some(slanted.into()))];
    city.barriers = (0..6)
        .map(|i| barrier("primary", &[(-9., 5. + f64::from(i)), (9., 6. + f64::from(i))]))
        .collect();
    let ground = survey(&city);
    let share = ground.area_m2[0] / (ground.area_m2[0] + ground.area_m2[1]);
    assert!((0.35..0.65).contains(&share), "{share}");
}

#[test]
fn a_footprint_drawn_twice_stays_in_one_grid_with_its_twin() {
    let house = rectangle(1., 1., 2., 2.);
    let mut city = square(city([house.clone(), house, rectangle(3., 3., 3.5, 3.5)]));
    city.units.iter_mut().for_each(|unit| unit.population = 1_000.0);
    let ground = survey(&city);
    assert_eq!(ground.hosts, [(1, 0)]);
    let plan = crate::Divide::into_grids(2).run(&city, &ground).unwrap();
    assert_eq!(plan.grid_of_unit[0], plan.grid_of_unit[1]);
    assert!(plan.grids.iter().all(|grid| grid.area_m2 > 0.0 && grid.parts == 1));
    // Locks and estates hold across ground that is shared.
    city.units[0].lock = Some("tower".into());
    city.units[1].lock = Some("tower".into());
    assert!(crate::Divide::into_grids(2).run(&city, &survey(&city)).is_ok());
}

#[test]
fn buildings_of_a_community_without_a_boundary_are_an_error_that_names_it() {
    let mut city = square(city([rectangle(1., 1., 2., 2.), rectangle(3., 3., 3.5, 3.5)]));
    city.communities.push(community("unbounded", None));
    city.units[1].community = Some(1);
    let survey = Survey { units: UnitKind::Buildings, ..Survey::default() };
    let message = survey.run(&city).unwrap_err().to_string();
    assert!(message.starts_with("communities.geojson, feature 2 (id \"unbounded\")"), "{message}");
}

#[test]
fn what_reaches_beyond_and_across_is_told() {
    let mut city = square(city([rectangle(3.5, 1., 4.5, 1.5), rectangle(1., 1., 3., 1.5)]));
    city.barriers = vec![Barrier { hard: true, ..barrier("rail", &[(2., -1.), (2., 5.)]) }];
    let ground = survey(&city);
    let told =
        |kind: &str| ground.findings.iter().find(|f| f.kind == kind).unwrap().examples.clone();
    assert_eq!(told("footprints-beyond-boundary"), ["0"]);
    assert_eq!(told("units-across-hard-barriers"), ["1"]);
}
