//! Areas on their way into an arrangement: rings become tagged strands, and the rings over a face
//! tell which areas lie there.

use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon};

use super::arrangement::{Strand, TANGLED, Tag, to_lattice};
use crate::error::{Error, Fault, InputError, Place};
use crate::model::City;

/// Areas (units, communities) by number, as rings.
#[derive(Debug, Default)]
pub(super) struct Areas {
    /// The part (a polygon) of every ring; tags are ring numbers.
    part_of_ring: Vec<u32>,
    /// The area of every part.
    area_of_part: Vec<u32>,
    /// The rings, as strands.
    pub(super) strands: Vec<Strand>,
}

impl Areas {
    /// Adds a shape as area `number`; points and lines have no ring.
    pub(super) fn add(&mut self, number: u32, shape: &Geometry<f64>) {
        match shape {
            Geometry::Polygon(polygon) => self.add_polygon(number, polygon),
            Geometry::MultiPolygon(parts) => self.add_parts(number, parts),
            _ => {}
        }
    }

    /// Adds polygons as area `number`.
    pub(super) fn add_parts(&mut self, number: u32, parts: &MultiPolygon<f64>) {
        for polygon in parts {
            self.add_polygon(number, polygon);
        }
    }

    fn add_polygon(&mut self, number: u32, polygon: &Polygon<f64>) {
        let part = self.area_of_part.len() as u32;
        self.area_of_part.push(number);
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let tag = self.part_of_ring.len() as Tag;
            self.part_of_ring.push(part);
            self.strands.extend(strands(ring, tag, true));
        }
    }

    /// Number of rings: their tags are the numbers below it.
    pub(super) fn rings(&self) -> u32 {
        self.part_of_ring.len() as u32
    }

    /// The area of a ring.
    pub(super) fn of_ring(&self, ring: u32) -> u32 {
        self.area_of_part[self.part_of_ring[ring as usize] as usize]
    }

    /// What to say of a ring in the thick of a tangle, where areas are units and then communities.
    pub(super) fn tangled(&self, ring: u32, city: &City) -> Error {
        let area = self.of_ring(ring) as usize;
        let place = match (city.units.get(area), area.checked_sub(city.units.len())) {
            (Some(unit), _) => Place::feature("units.geojson", area, Some(&unit.id)),
            (None, community) => {
                let id = community.and_then(|c| city.communities.get(c)).map(|c| c.id.as_str());
                Place::feature("communities.geojson", community.unwrap_or(0), id)
            }
        };
        InputError::new(place, Fault::BrokenGeometry { reason: TANGLED.into() }).into()
    }

    /// The areas that lie where exactly these rings (ascending) are around, ascending: those with a
    /// part whose exterior ring is, and none of whose holes are.
    pub(super) fn over(&self, rings: &[u32]) -> Vec<u32> {
        let part = |ring: &u32| self.part_of_ring[*ring as usize];
        let mut over: Vec<u32> = rings
            .chunk_by(|a, b| part(a) == part(b))
            .filter(|of_part| of_part.len() == 1 && self.is_exterior(of_part[0]))
            .map(|of_part| self.of_ring(of_part[0]))
            .collect();
        over.sort_unstable();
        over.dedup();
        over
    }

    /// The exterior ring of a part comes first.
    fn is_exterior(&self, ring: u32) -> bool {
        ring == 0 || self.part_of_ring[ring as usize - 1] != self.part_of_ring[ring as usize]
    }
}

/// The strands along a line, closed to a ring on demand; steps without length are left out.
pub(super) fn strands(
    line: &LineString<f64>,
    tag: Tag,
    close: bool,
) -> impl Iterator<Item = Strand> + '_ {
    let at = |c: &Coord<f64>| to_lattice([c.x, c.y]);
    let last = line.0.last().map(at);
    let first = line.0.first().map(at);
    let closing = last.zip(first).filter(|_| close);
    line.0
        .windows(2)
        .map(move |pair| (at(&pair[0]), at(&pair[1])))
        .chain(closing)
        .filter(|(from, to)| from != to)
        .map(move |(from, to)| Strand { from, to, tag })
}
