#![allow(clippy::unwrap_used)]

use geo::polygon;

use super::*;

fn household(id: &str, lon: f64, lat: f64) -> PersonPoint {
    PersonPoint { id: id.into(), lon, lat }
}

/// A square grid of 0.01° whose south-west corner is at longitude `west` on 60° north.
fn record(grid: &str, west: f64, central_households: Vec<PersonPoint>) -> GridRecord {
    let square = polygon![
        (x: west, y: 60.0), (x: west + 0.01, y: 60.0),
        (x: west + 0.01, y: 60.01), (x: west, y: 60.01),
    ];
    GridRecord {
        grid: grid.into(),
        community: "c1".into(),
        community_name: "First".into(),
        subdistrict: Some("North".into()),
        kind: GridKind::General,
        special: None,
        figures: Default::default(),
        population: 600.0,
        area_m2: 1.0,
        units: 3,
        perimeter_m: 4.0,
        barrier_share: None,
        polsby_popper: 0.8,
        population_deviation: 0.0,
        area_deviation: 0.0,
        officer: Some("o1".into()),
        central_households,
        linked_members: 0,
        station: None,
        shape: Some(square.into()),
    }
}

#[test]
fn a_point_is_answered_with_the_chain_of_its_grid() {
    let register = Register::from_records(vec![
        record("001", 10.0, Vec::new()),
        record(
            "002",
            10.01,
            vec![household("h1", 10.011, 60.001), household("h2", 10.019, 60.009)],
        ),
    ]);
    let chain = register.locate(Point::new(10.018, 60.008)).unwrap();
    assert_eq!(chain.grid, "002");
    assert_eq!(chain.subdistrict.as_deref(), Some("North"));
    assert_eq!((chain.community.as_str(), chain.community_name.as_str()), ("c1", "First"));
    assert_eq!(chain.central_household.as_deref(), Some("h2"));
    assert_eq!(chain.officer.as_deref(), Some("o1"));
    assert_eq!(chain.station, None);
    // A neighbour's household may be nearer; it does not answer here.
    assert_eq!(register.locate(Point::new(10.0099, 60.001)).unwrap().central_household, None);
    assert_eq!(register.locate(Point::new(10.03, 60.0)), None);
    assert_eq!(register.chain(2, Point::new(10.0, 60.0)), None);
}

#[test]
fn nearness_is_of_metres_and_not_of_degrees() {
    // On 60° north 0.003° of longitude are 167 m, 0.002° of latitude 223 m.
    let east = household("east", 10.008, 60.005);
    let north = household("north", 10.005, 60.007);
    let register = Register::from_records(vec![record("001", 10.0, vec![north, east])]);
    let chain = register.locate(Point::new(10.005, 60.005)).unwrap();
    assert_eq!(chain.central_household.as_deref(), Some("east"));
}

#[test]
fn beyond_all_grids_the_nearest_answers_if_it_is_near() {
    let register = Register::from_records(vec![record("001", 10.0, Vec::new())]);
    // 0.001° of longitude on 60° north are 55.8 m.
    let beyond = Point::new(10.011, 60.005);
    let (chain, distance_m) = register.locate_near(beyond, 60.0).unwrap();
    assert_eq!(chain.grid, "001");
    assert!((distance_m - 55.8).abs() < 0.2, "{distance_m}");
    assert_eq!(register.locate_near(beyond, 50.0), None);
    assert_eq!(register.locate_near(Point::new(10.005, 60.005), 0.0).unwrap().1, 0.0);
}

#[test]
fn a_record_without_a_shape_is_never_located() {
    let mut lost = record("001", 10.0, Vec::new());
    lost.shape = None;
    let register = Register::from_records(vec![lost]);
    assert_eq!(register.locate(Point::new(10.005, 60.005)), None);
    assert_eq!(register.grids().len(), 1);
}

#[test]
fn a_border_belongs_to_the_lowest_code_whatever_the_order_of_the_file() {
    // Three grids in a row, of which the middle one has the highest code and stands first.
    let records = vec![
        record("c1003", 10.01, Vec::new()),
        record("c1002", 10.02, Vec::new()),
        record("c1001", 10.0, Vec::new()),
    ];
    let middle = 60.005;
    let register = Register::from_records(records);
    let found = |lon: f64| register.locate(Point::new(lon, middle)).unwrap().grid;
    assert_eq!((found(10.01), found(10.02)), ("c1001".into(), "c1002".into()));
    assert_eq!((found(10.015), found(10.03)), ("c1003".into(), "c1002".into()));
    let at = register.index().locate(Point::new(10.01, middle)).unwrap();
    assert_eq!(register.grids()[at].grid, "c1001");
}
