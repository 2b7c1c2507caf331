//! Points at longitude 0, latitude 0: what is written where a position is not known.

use geo::{BoundingRect, Point};

use super::tally::Tally;
use crate::error::Finding;
use crate::model::City;

/// As near to zero as this (degrees) is zero: a conversion may have moved it a little.
const ZERO: f64 = 0.02;
/// A city this near (degrees) to zero has its points there.
const NEAR: f64 = 0.5;

/// The points of a city's layers that stand at zero, a finding a layer; none where the city is there.
pub(super) fn findings(city: &City) -> Vec<Finding> {
    let boxes = city.units.iter().filter_map(|unit| unit.shape.bounding_rect());
    let near = |low: f64, high: f64| low <= NEAR && high >= -NEAR;
    let is_there =
        |unit: geo::Rect<f64>| near(unit.min().x, unit.max().x) && near(unit.min().y, unit.max().y);
    if boxes.into_iter().any(is_there) {
        return Vec::new();
    }
    fn points<'a, T>(
        all: &'a [T],
        of: impl Fn(&'a T) -> (&'a String, Point<f64>),
    ) -> Vec<(&'a String, Point<f64>)> {
        all.iter().map(of).collect()
    }
    let layers = [
        ("households", points(&city.candidates, |p| (&p.id, p.position))),
        ("members", points(&city.members, |p| (&p.id, p.position))),
        ("officers", points(&city.officers, |p| (&p.id, p.position))),
        ("stations", points(&city.stations, |p| (&p.id, p.position))),
        ("seeds", points(&city.seeds, |p| (&p.id, p.position))),
        ("partners", points(&city.partners, |p| (&p.id, p.position))),
        ("reporting", points(&city.reporting_members, |p| (&p.id, p.position))),
        ("roster", points(&city.workers, |p| (&p.id, p.position))),
        ("estates", points(&city.estates, |p| (&p.estate, p.position))),
    ];
    let of_layer = |(layer, points): (&str, Vec<(&String, Point<f64>)>)| {
        let message = format!(
            "features of {layer} lie at longitude 0, latitude 0, far from the city: their positions \
             are not known; give them, or take the features away"
        );
        let mut tally = Tally::new("null-island", message);
        let is_zero = |at: &Point<f64>| at.x().abs() < ZERO && at.y().abs() < ZERO;
        points.iter().filter(|(_, at)| is_zero(at)).for_each(|(id, _)| tally.note(id));
        tally.finding()
    };
    layers.into_iter().filter_map(of_layer).collect()
}
