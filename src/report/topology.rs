use std::collections::HashMap;

use geo::{Coord, LineString, MultiPolygon, Rect};

/// Whole units of a degree that vertices are rounded to: 1e-7°, about a centimetre.
pub(super) const PER_DEGREE: f64 = 1e7;

/// A vertex in whole 1e-7 degrees, east and north of the topology's origin.
pub(super) type Vertex = [i64; 2];

/// Areas that share borders, with every border stored once.
///
/// The arcs are those of TopoJSON (Bostock & Metcalf 2013): a chain of vertices between two
/// junctions, or a whole ring where there is none. A ring of an area is a list of references to
/// arcs; `!i` (which is `-1 - i`) means arc `i` walked backwards. Arcs hold both end vertices.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Topology {
    /// South-west corner of the extent, in 1e-7 degrees.
    pub origin: Vertex,
    /// Vertices relative to the origin.
    pub arcs: Vec<Vec<Vertex>>,
    /// The areas on the two sides of each arc; `None` is the outside.
    pub sides: Vec<[Option<u32>; 2]>,
    /// Area by area: polygons, of rings, of references to arcs. The first ring is the outer one.
    pub areas: Vec<Vec<Vec<Vec<i32>>>>,
}

impl Topology {
    /// Finds the shared borders of areas whose neighbours share their vertices. Where they do not,
    /// each keeps its own arc.
    pub fn of<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone) -> Self {
        let Some(extent) = shapes.clone().filter_map(geo::BoundingRect::bounding_rect).reduce(join)
        else {
            return Topology { areas: vec![Vec::new(); shapes.count()], ..Topology::default() };
        };
        let origin = [extent.min().x, extent.min().y].map(whole);
        let mut vertices = Vertices::new(origin);
        let rings: Vec<Vec<Vec<Vec<u32>>>> = shapes.map(|shape| vertices.rings(shape)).collect();
        let junction = junctions(&rings, vertices.list.len());
        let mut arcs = Arcs::default();
        let mut areas = Vec::with_capacity(rings.len());
        for (area, polygons) in rings.iter().enumerate() {
            let mut ring = |ring: &Vec<u32>| arcs.ring(ring, &junction, area as u32);
            areas
                .push(polygons.iter().map(|rings| rings.iter().map(&mut ring).collect()).collect());
        }
        let place = |arc: Vec<u32>| {
            arc.iter().filter_map(|&v| vertices.list.get(v as usize).copied()).collect()
        };
        Topology {
            origin,
            arcs: arcs.chains.into_iter().map(place).collect(),
            sides: arcs.sides,
            areas,
        }
    }
}

fn whole(degrees: f64) -> i64 {
    (degrees * PER_DEGREE).round() as i64
}

fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let min = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let max = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Rect::new(min, max)
}

/// Rounded vertices, each once, numbered as they first appear.
struct Vertices {
    origin: Vertex,
    list: Vec<Vertex>,
    number: HashMap<Vertex, u32>,
}

impl Vertices {
    fn new(origin: Vertex) -> Self {
        Vertices { origin, list: Vec::new(), number: HashMap::new() }
    }

    /// The polygons of a shape as rings of vertex numbers, not closed. What rounding leaves with
    /// fewer than three vertices is gone, and with an outer ring its holes.
    fn rings(&mut self, shape: &MultiPolygon<f64>) -> Vec<Vec<Vec<u32>>> {
        let polygons = shape.iter().map(|polygon| {
            let outer = self.ring(polygon.exterior());
            let holes: Vec<_> = polygon.interiors().iter().map(|hole| self.ring(hole)).collect();
            let rings = std::iter::once(outer).chain(holes.into_iter().filter(|h| h.len() > 2));
            rings.collect::<Vec<_>>()
        });
        polygons.filter(|rings| rings.first().is_some_and(|outer| outer.len() > 2)).collect()
    }

    fn ring(&mut self, ring: &LineString<f64>) -> Vec<u32> {
        let mut numbers: Vec<u32> = ring.coords().map(|c| self.number(*c)).collect();
        numbers.dedup();
        if numbers.len() > 1 && numbers.first() == numbers.last() {
            numbers.pop();
        }
        numbers
    }

    fn number(&mut self, at: Coord<f64>) -> u32 {
        let vertex = [whole(at.x) - self.origin[0], whole(at.y) - self.origin[1]];
        *self.number.entry(vertex).or_insert_with(|| {
            self.list.push(vertex);
            self.list.len() as u32 - 1
        })
    }
}

/// The edges of a ring, the closing one included.
fn edges(ring: &[u32]) -> impl Iterator<Item = (u32, u32)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Which vertices are junctions: other than two edges meet there, or the areas beside them change.
fn junctions(rings: &[Vec<Vec<Vec<u32>>>], vertices: usize) -> Vec<bool> {
    let mut sides: HashMap<(u32, u32), [u32; 2]> = HashMap::new();
    let mut order = Vec::new();
    for (area, ring) in
        rings.iter().enumerate().flat_map(|(i, p)| p.iter().flatten().map(move |r| (i, r)))
    {
        for (a, b) in edges(ring) {
            let edge = (a.min(b), a.max(b));
            let [forwards, backwards] = sides.entry(edge).or_insert_with(|| {
                order.push(edge);
                [u32::MAX; 2]
            });
            *(if a > b { backwards } else { forwards }) = area as u32;
        }
    }
    // How many edges end in every vertex, the areas beside the first, and whether those change.
    let mut ends = vec![(0u32, [u32::MAX; 2], false); vertices];
    for edge in order {
        let Some(mut beside) = sides.get(&edge).copied() else { continue };
        beside.sort_unstable();
        for end in [edge.0, edge.1] {
            let Some((degree, first, changes)) = ends.get_mut(end as usize) else { continue };
            if *degree == 0 {
                *first = beside;
            }
            *degree += 1;
            *changes |= *first != beside;
        }
    }
    ends.into_iter().map(|(degree, _, changes)| changes || degree != 2).collect()
}

/// Arcs as they are found, ring after ring.
#[derive(Default)]
struct Arcs {
    chains: Vec<Vec<u32>>,
    sides: Vec<[Option<u32>; 2]>,
    /// By the first two vertices, from either end: the two tell an arc from any other.
    by_start: HashMap<(u32, u32), i32>,
}

impl Arcs {
    /// A ring as references to arcs.
    fn ring(&mut self, ring: &[u32], junction: &[bool], area: u32) -> Vec<i32> {
        let n = ring.len();
        let is_junction = |v: &u32| junction.get(*v as usize) == Some(&true);
        // Without a junction any start will do that both sides of the ring agree on.
        let lowest = || ring.iter().enumerate().min_by_key(|(_, v)| **v).map(|(i, _)| i);
        let start = ring.iter().position(is_junction).or_else(lowest).unwrap_or(0);
        let mut references = Vec::new();
        let mut walk = ring.iter().cycle().skip(start);
        let mut chain: Vec<u32> = walk.next().into_iter().copied().collect();
        for (step, v) in (1..=n).zip(walk) {
            chain.push(*v);
            if is_junction(v) || step == n {
                references.extend(self.arc(std::mem::replace(&mut chain, vec![*v]), area));
            }
        }
        references
    }

    /// The reference to an arc; `None` where it has no step.
    fn arc(&mut self, chain: Vec<u32>, area: u32) -> Option<i32> {
        let ([first, second, ..], [.., before, last]) = (chain.as_slice(), chain.as_slice()) else {
            return None;
        };
        let reference = *self.by_start.entry((*first, *second)).or_insert_with(|| {
            self.chains.push(Vec::new());
            self.sides.push([None; 2]);
            self.chains.len() as i32 - 1
        });
        let index = if reference < 0 { !reference } else { reference } as usize;
        let (own, [left, right]) = (self.chains.get_mut(index)?, self.sides.get_mut(index)?);
        if own.is_empty() {
            self.by_start.insert((*last, *before), !reference);
            *own = chain;
        }
        *(if reference < 0 { right } else { left }) = Some(area);
        Some(reference)
    }
}

#[cfg(test)]
#[path = "topology_tests.rs"]
mod tests;
