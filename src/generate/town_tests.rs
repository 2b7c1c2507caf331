#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::{LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::super::subdivision::{Position, doubled_area, position};
use super::*;

fn corners(ring: &LineString<f64>) -> Vec<Position> {
    ring.coords().map(|&c| position(c)).collect()
}

fn area_of(polygon: &Polygon<f64>) -> i128 {
    let holes: i128 = polygon.interiors().iter().map(|ring| doubled_area(corners(ring))).sum();
    doubled_area(corners(polygon.exterior())) + holes
}

fn area_of_all(shape: &MultiPolygon<f64>) -> i128 {
    shape.iter().map(area_of).sum()
}

fn unit_polygon(unit: &Unit) -> &Polygon<f64> {
    match &unit.shape {
        geo::Geometry::Polygon(polygon) => polygon,
        other => panic!("{other:?} is no polygon"),
    }
}

/// Twice the signed area of a triangle: on which side of `a`-`b` lies `c`?
fn side(a: Position, b: Position, c: Position) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn cross_or_touch(a: Position, b: Position, c: Position, d: Position) -> bool {
    let span = |p: i64, q: i64, r: i64, s: i64| p.min(q) <= r.max(s) && r.min(s) <= p.max(q);
    span(a[0], b[0], c[0], d[0])
        && span(a[1], b[1], c[1], d[1])
        && side(a, b, c).signum() * side(a, b, d).signum() <= 0
        && side(c, d, a).signum() * side(c, d, b).signum() <= 0
}

/// Whether a closed ring has an area, and edges that meet in their common ends alone.
fn is_simple(ring: &[Position]) -> bool {
    let n = ring.len() - 1;
    let edge = |i: usize| (ring[i % n], ring[i % n + 1]);
    let apart = |i: usize, j: usize| {
        let ((a, b), (c, d)) = (edge(i), edge(j));
        match (j - i, n - (j - i)) {
            (1, _) => side(a, b, d) != 0 || (b[0] - a[0]) * (d[0] - b[0]) >= 0,
            (_, 1) => side(c, d, b) != 0 || (d[0] - c[0]) * (b[0] - d[0]) >= 0,
            _ => !cross_or_touch(a, b, c, d),
        }
    };
    n >= 3 && doubled_area(ring) > 0 && (0..n).all(|i| (i + 1..n).all(|j| apart(i, j)))
}

fn check(generate: &Generate) -> std::result::Result<(), TestCaseError> {
    let GeneratedCity { city, old_community_of_unit, old_communities } = generate.run();
    prop_assert_eq!(city.units.len(), generate.units);
    let population: f64 = city.units.iter().map(|u| u.population).sum();
    prop_assert_eq!(population, generate.population as f64);

    // Parcels are simple, and every border is walked once from each side.
    let mut borders: HashMap<(Position, Position), usize> = HashMap::new();
    for (i, unit) in city.units.iter().enumerate() {
        let ring = corners(unit_polygon(unit).exterior());
        prop_assert!(is_simple(&ring), "{} is not simple: {:?}", unit.id, ring);
        for pair in ring.windows(2) {
            prop_assert!(borders.insert((pair[0], pair[1]), i).is_none());
        }
    }
    let total: i128 = city.units.iter().map(|u| area_of(unit_polygon(u))).sum();
    let rim: Vec<_> = borders.keys().filter(|(a, b)| !borders.contains_key(&(*b, *a))).collect();
    let rim_area: i128 = rim
        .iter()
        .map(|(a, b)| i128::from(a[0]) * i128::from(b[1]) - i128::from(a[1]) * i128::from(b[0]))
        .sum();
    prop_assert_eq!(total, rim_area, "parcels do not fill the outline");

    // Communities are in one piece and have just the ground of their parcels; so have the old.
    let mut ground = vec![0; city.communities.len()];
    let mut old_ground = vec![0; old_communities.len()];
    for (unit, &old) in city.units.iter().zip(&old_community_of_unit) {
        ground[unit.community.unwrap()] += area_of(unit_polygon(unit));
        old_ground[old as usize] += area_of(unit_polygon(unit));
    }
    let ids: BTreeSet<&str> = city.communities.iter().map(|c| c.id.as_str()).collect();
    prop_assert_eq!(ids.len(), city.communities.len());
    for (community, &ground) in city.communities.iter().zip(&ground) {
        let boundary = community.boundary.as_ref().unwrap();
        prop_assert_eq!(boundary.0.len(), 1, "{} is in pieces", community.id);
        prop_assert_eq!(area_of_all(boundary), ground);
        prop_assert_eq!(community.id.len(), 12);
    }
    for (boundary, &ground) in old_communities.iter().zip(&old_ground) {
        prop_assert_eq!(area_of_all(boundary), ground);
    }

    // Estates: two to eight parcels in one piece, in one community, not too many people.
    let mut estates: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, unit) in city.units.iter().enumerate() {
        if let Some(estate) = &unit.estate {
            estates.entry(estate).or_default().push(i);
        }
    }
    for (estate, parcels) in estates {
        prop_assert!((2..=8).contains(&parcels.len()), "{} of {}", estate, parcels.len());
        let community = city.units[parcels[0]].community;
        prop_assert!(parcels.iter().all(|&p| city.units[p].community == community));
        prop_assert!(parcels.iter().map(|&p| city.units[p].population).sum::<f64>() <= 251.0);
        let mut reached = vec![parcels[0]];
        let mut next = 0;
        while next < reached.len() {
            let ring = corners(unit_polygon(&city.units[reached[next]]).exterior());
            next += 1;
            for pair in ring.windows(2) {
                let beyond = borders.get(&(pair[1], pair[0])).copied();
                reached.extend(beyond.filter(|b| parcels.contains(b) && !reached.contains(b)));
            }
        }
        prop_assert_eq!(reached.len(), parcels.len(), "{} is in pieces", estate);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parcels_tile_their_communities(units in 1usize..1_500, seed in any::<u64>()) {
        check(&Generate::units(units).seed(seed))?;
    }

    #[test]
    fn any_number_of_communities_is_met(
        communities in 1usize..12,
        old_communities in 1usize..12,
        seed in any::<u64>(),
    ) {
        let generate =
            Generate { communities, old_communities, ..Generate::units(1_200).seed(seed) };
        check(&generate)?;
        let made = generate.run();
        prop_assert_eq!(made.city.communities.len(), communities);
        prop_assert_eq!(made.old_communities.len(), old_communities);
    }
}

#[test]
fn the_default_has_the_scale_of_jinchang() {
    let generate = Generate::default();
    check(&generate).unwrap();
    let GeneratedCity { city, old_communities, .. } = generate.run();
    assert_eq!((city.communities.len(), old_communities.len()), (26, 16));
    assert_eq!(city.members.iter().map(|m| m.members).sum::<u32>(), 9_513);
    assert_eq!((city.officers.len(), city.stations.len()), (26, 27 + 9));
    assert_eq!((city.partners.len(), city.reporting_members.len()), (516, 18_000));
    let organisations: BTreeSet<&str> =
        city.reporting_members.iter().map(|m| m.organisation.as_str()).collect();
    assert_eq!(organisations.len(), 450);
    let subdistricts: BTreeSet<_> = city.communities.iter().map(|c| &c.subdistrict).collect();
    assert_eq!(subdistricts.len(), 6);
    let in_estates = city.units.iter().filter(|u| u.estate.is_some()).count();
    assert!((5_000..7_500).contains(&in_estates), "{in_estates} units in estates");
    // Units stay far below a grid's 650 people.
    assert!(city.units.iter().all(|u| u.population <= 150.0));
}
