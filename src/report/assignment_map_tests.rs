use geo::Point;

use super::*;
use crate::assign::Want;
use crate::model::Unit;

fn link(from: &str, to: &str, x: f64) -> Link {
    Link {
        kind: "officer_link",
        ends: [("officer", from.to_owned()), ("community", to.to_owned())],
        positions: [Point::new(x, 0.01), Point::new(0.02, 0.02)],
        distance_m: 1_234.0,
        people: None,
    }
}

#[test]
fn links_and_whoever_is_left_over_are_drawn_and_ids_are_escaped() {
    let ring = LineString::from(vec![(0.0, 0.0), (0.04, 0.0), (0.04, 0.04)]);
    let square = Polygon::new(ring, Vec::new());
    let unit = Unit {
        id: "u".into(),
        population: 1.0,
        households: None,
        community: None,
        estate: None,
        lock: None,
        shape: square.into(),
    };
    let city = City { name: "<town>".into(), units: vec![unit], ..City::default() };
    let mut record = AssignmentRecord::of(&city, "officers");
    record.wants.push(Want { of: "u".into(), reason: "too far".into(), cure: String::new() });
    let person =
        |id: &str, x: f64| Person { kind: "officer", id: id.into(), position: Point::new(x, 0.01) };
    let people = [person("a", 0.0), person("b & c", 0.01)];
    let (people, links) = (people.to_vec(), vec![link("a", "west", 0.0)]);
    let answer = Answer { record, people, links, reached: Vec::new(), units: Vec::new() };
    let [page, picture] = assignment_maps(&city, &answer, Language::English);
    assert_eq!((page.0, picture.0), ("map.html", "map.svg"));
    let text = &picture.1;
    assert!(text.contains("&lt;town&gt;: officers"));
    assert!(text.contains("community west: 1 linked, the farthest 1234 m away"));
    assert!(text.contains(">1 linked to 1 × community; "), "{text}");
    assert!(text.contains("officer b &amp; c: linked to nobody"));
    assert!(!text.contains("officer a: linked to nobody") && !text.contains("NaN"));
    assert!(text.contains("<title>u: too far</title>"), "a unit that is left over has a ring");
    assert!(page.1.contains(text.as_str()) && page.1.contains("wheel"));
}
