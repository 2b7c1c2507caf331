#![allow(clippy::unwrap_used)]

use crate::ground::Ground;
use crate::ground::testing::*;
use crate::model::City;

/// Two communities side by side, three steps wide each.
fn twin_city() -> City {
    let mut city = city([rectangle(0., 0., 1., 1.), rectangle(4., 0., 5., 1.)]);
    city.communities = vec![
        community("west", Some(rectangle(0., 0., 3., 3.).into())),
        community("east", Some(rectangle(3., 0., 6., 3.).into())),
    ];
    city
}

#[test]
fn a_unit_goes_where_it_lies() {
    assert_eq!(Ground::survey(&twin_city()).unwrap().community_of_cell, [0, 1]);
}

#[test]
fn on_a_shared_border_the_first_community_has_it() {
    let mut city = twin_city();
    city.units.push(unit("across", rectangle(2., 1., 4., 2.)));
    assert_eq!(Ground::survey(&city).unwrap().community_of_cell[2], 0);
    city.communities.swap(0, 1);
    assert_eq!(Ground::survey(&city).unwrap().community_of_cell, [1, 0, 0]);
}

#[test]
fn the_name_counts_more_than_the_place_but_is_told() {
    let mut city = twin_city();
    city.units[1].community = Some(0);
    let ground = Ground::survey(&city).unwrap();
    assert_eq!(ground.community_of_cell[..2], [0, 0]);
    let finding = ground.findings.iter().find(|f| f.kind == "community-mismatch").unwrap();
    assert_eq!(finding.examples, ["1"]);
}

#[test]
fn a_unit_just_outside_goes_to_the_nearest_community_and_is_told() {
    let mut city = twin_city();
    // A step is 111 m.
    city.units.push(unit("pier", rectangle(6.2, 1., 6.6, 2.)));
    let ground = Ground::survey(&city).unwrap();
    assert_eq!(ground.community_of_cell[2], 1);
    let finding = ground.findings.iter().find(|f| f.kind == "outside-boundaries").unwrap();
    assert_eq!(finding.examples, ["pier"]);
}

#[test]
fn a_unit_in_no_community_is_named() {
    let mut city = twin_city();
    city.units.push(unit("lost", rectangle(9., 9., 10., 10.)));
    let message = Ground::survey(&city).unwrap_err().to_string();
    assert!(
        message.starts_with("units.geojson, feature 3 (id \"lost\"); lies in no community")
            || message.starts_with("units.geojson, feature 3 (id \"lost\"): lies in no community"),
        "{message}"
    );
}

#[test]
fn a_city_without_boundaries_is_one_community() {
    let mut city = twin_city();
    city.communities.clear();
    assert_eq!(Ground::survey(&city).unwrap().community_of_cell, [0, 0]);
    city.communities.push(community("all", None));
    assert_eq!(Ground::survey(&city).unwrap().community_of_cell, [0, 0]);
}
