use geo::{Coord, LineString, MultiPolygon, Point, Polygon};
use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use super::LocalFrame;
use super::coverage::{Coverage, NONE, signed_area};
use super::crossing::Segment;
use super::pole;
use crate::error::Result;

/// The ground of one zone (a grid or a community): the union of its cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// Outline in degrees; rings as RFC 7946 wants them (exterior counter-clockwise), valid by OGC.
    pub shape: MultiPolygon<f64>,
    /// Area in square metres.
    pub area_m2: f64,
    /// Length of all its borders, holes included, in metres.
    pub perimeter_m: f64,
    /// A point well inside, in degrees (for labels and numbering): the centre of the largest disc
    /// that fits, to a fiftieth of the zone's size.
    pub centre: Point<f64>,
}

impl Zone {
    /// Polsby-Popper compactness 4πA/p²: 1 for a disc, towards 0 for a thread
    /// (Polsby & Popper 1991).
    pub fn polsby_popper(&self) -> f64 {
        4.0 * std::f64::consts::PI * self.area_m2 / (self.perimeter_m * self.perimeter_m)
    }
}

/// Dissolves cells into zones: inner borders cancel, and what is left is walked.
pub(super) fn dissolve(
    coverage: &Coverage,
    frame: &LocalFrame,
    zone_of_cell: &[u32],
    zones: usize,
) -> Vec<Zone> {
    let (offsets, borders) = borders_by_zone(coverage, zone_of_cell, zones);
    (0..zones)
        .into_par_iter()
        .map(|zone| {
            let border = &borders[offsets[zone]..offsets[zone + 1]];
            Outline { coverage, zone_of_cell, zone: zone as u32, border }.zone(frame)
        })
        .collect()
}

/// The shapes of zones, in degrees: what [`dissolve`] makes of each, without a centre.
pub(super) fn outlines(
    coverage: &Coverage,
    zone_of_cell: &[u32],
    zones: usize,
) -> Vec<MultiPolygon<f64>> {
    let (offsets, borders) = borders_by_zone(coverage, zone_of_cell, zones);
    (0..zones)
        .into_par_iter()
        .map(|zone| {
            let border = &borders[offsets[zone]..offsets[zone + 1]];
            let outline = Outline { coverage, zone_of_cell, zone: zone as u32, border };
            outline.shape(&outline.assemble(outline.rings()))
        })
        .collect()
}

/// The shapes of cells, in degrees.
pub(super) fn shapes(coverage: &Coverage) -> Vec<MultiPolygon<f64>> {
    let own: Vec<u32> = (0..coverage.len() as u32).collect();
    outlines(coverage, &own, own.len())
}

/// A piece of ground of all cells together.
pub(super) struct Piece {
    pub(super) shape: Polygon<f64>,
    /// The same number for pieces that hang together after all, across faulty borders.
    pub(super) home: u32,
    /// A cell on its outer border.
    pub(super) cell: u32,
}

/// A hole in the ground of all cells together.
pub(super) struct Hole {
    pub(super) area_m2: f64,
    pub(super) perimeter_m: f64,
    /// A cell beside it.
    pub(super) cell: u32,
}

/// The ground of all cells together: its pieces and the holes in them.
pub(super) fn whole(coverage: &Coverage) -> (Vec<Piece>, Vec<Hole>) {
    let zone_of_cell = vec![0; coverage.len()];
    let (_, border) = borders_by_zone(coverage, &zone_of_cell, 1);
    let outline = Outline { coverage, zone_of_cell: &zone_of_cell, zone: 0, border: &border };
    let (mut pieces, mut holes) = (Vec::new(), Vec::new());
    let parts = outline.assemble(outline.rings());
    let homes = if parts.len() > 1 { outline.pieces() } else { Default::default() };
    for part in parts {
        let cell_beside = |ring: &Ring| coverage.cell_of(ring.half_edge as usize);
        pieces.push(Piece {
            shape: outline.polygon(&part),
            home: homes.get(&outline.part_of(part[0].half_edge)).copied().unwrap_or(NONE),
            cell: cell_beside(&part[0]),
        });
        holes.extend(part[1..].iter().map(|ring| Hole {
            area_m2: ring.area_m2.abs(),
            perimeter_m: length_m(coverage, &ring.vertices),
            cell: cell_beside(ring),
        }));
    }
    (pieces, holes)
}

/// Length of a cycle of vertices in metres.
fn length_m(coverage: &Coverage, ring: &[u32]) -> f64 {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    ends.map(|(&a, &b)| (coverage.metres[a as usize], coverage.metres[b as usize]))
        .map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]))
        .sum()
}

/// The zone of a cell; cells without one are in none.
fn zone_of(zone_of_cell: &[u32], cell: u32) -> u32 {
    zone_of_cell.get(cell as usize).copied().unwrap_or(u32::MAX)
}

/// Half-edges with their own zone on the left and another, or none, on the right, zone by zone and
/// ascending.
fn borders_by_zone(
    coverage: &Coverage,
    zone_of_cell: &[u32],
    zones: usize,
) -> (Vec<usize>, Vec<u32>) {
    let zone_of_ring: Vec<u32> =
        coverage.cell_of_ring.iter().map(|&cell| zone_of(zone_of_cell, cell)).collect();
    let mut offsets = vec![0usize; zones + 1];
    let mut found = Vec::new();
    for (ring, bounds) in coverage.ring_offsets.windows(2).enumerate() {
        let zone = zone_of_ring[ring];
        if zone as usize >= zones {
            continue;
        }
        for h in bounds[0]..bounds[1] {
            let twin = coverage.twins[h as usize];
            if twin == NONE || zone_of_ring[coverage.ring_of[twin as usize] as usize] != zone {
                offsets[zone as usize + 1] += 1;
                found.push((zone, h));
            }
        }
    }
    for zone in 0..zones {
        offsets[zone + 1] += offsets[zone];
    }
    let mut next = offsets.clone();
    let mut borders = vec![0; found.len()];
    for (zone, h) in found {
        borders[next[zone as usize]] = h;
        next[zone as usize] += 1;
    }
    (offsets, borders)
}

/// The borders of one zone, on their way to polygons.
struct Outline<'a> {
    coverage: &'a Coverage,
    zone_of_cell: &'a [u32],
    zone: u32,
    border: &'a [u32],
}

/// A simple cycle of border vertices.
struct Ring {
    vertices: Vec<u32>,
    area_m2: f64,
    /// Whether it runs counter-clockwise in degrees, and so bounds ground from outside.
    exterior: bool,
    /// A half-edge of it; its cell tells which piece of ground the ring bounds.
    half_edge: u32,
}

impl Outline<'_> {
    fn zone(&self, frame: &LocalFrame) -> Zone {
        let rings = self.rings();
        let perimeter_m = self.border.iter().map(|&h| self.coverage.length_m(h as usize)).sum();
        let area_m2 = rings.iter().map(|ring| ring.area_m2).sum();
        let parts = self.assemble(rings);
        let shape = self.shape(&parts);
        let centre = self.centre(&parts, frame).unwrap_or_else(|| fallback_centre(&shape));
        Zone { shape, area_m2, perimeter_m, centre }
    }

    fn shape(&self, parts: &[Vec<Ring>]) -> MultiPolygon<f64> {
        parts.iter().map(|part| self.polygon(part)).collect::<Vec<_>>().into()
    }

    /// The border half-edge that follows `h`: around its end, through the zone's own cells, to the
    /// far side of the wedge of ground that begins at `h`. No angle is needed.
    fn after(&self, h: u32) -> u32 {
        let mut e = self.coverage.next(h as usize);
        loop {
            let twin = self.coverage.twins[e];
            if twin == NONE || self.zone_of_half_edge(twin) != self.zone {
                return e as u32;
            }
            e = self.coverage.next(twin as usize);
        }
    }

    fn zone_of_half_edge(&self, h: u32) -> u32 {
        zone_of(self.zone_of_cell, self.coverage.cell_of(h as usize))
    }

    /// Walks the borders and cuts every walk where it meets itself, so that rings are simple.
    fn rings(&self) -> Vec<Ring> {
        let mut walked = vec![false; self.border.len()];
        let mut rings = Vec::new();
        let mut walk: Vec<u32> = Vec::new();
        for start in 0..self.border.len() {
            let mut at = start;
            walk.clear();
            while !std::mem::replace(&mut walked[at], true) {
                let h = self.border[at];
                walk.push(h);
                // What follows is a border of this zone, so the search finds it.
                at = self.border.binary_search(&self.after(h)).unwrap_or(start);
            }
            if !walk.is_empty() {
                self.cut(&walk, &mut rings);
            }
        }
        rings
    }

    /// Cuts a closed walk at vertices that it passes more than once.
    fn cut(&self, walk: &[u32], rings: &mut Vec<Ring>) {
        let mut vertices: Vec<u32> =
            walk.iter().map(|&h| self.coverage.origin(h as usize)).collect();
        let mut sorted = vertices.clone();
        sorted.sort_unstable();
        if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
            rings.push(self.ring(vertices, walk[0]));
            return;
        }
        vertices.clear();
        let mut half_edges: Vec<u32> = Vec::new();
        let mut depth = std::collections::HashMap::new();
        for &h in walk {
            let origin = self.coverage.origin(h as usize);
            if let Some(&first) = depth.get(&origin) {
                let lobe = vertices.split_off(first);
                for v in &lobe {
                    depth.remove(v);
                }
                rings.push(self.ring(lobe, half_edges[first]));
                half_edges.truncate(first);
            }
            depth.insert(origin, vertices.len());
            vertices.push(origin);
            half_edges.push(h);
        }
        if !vertices.is_empty() {
            rings.push(self.ring(vertices, half_edges[0]));
        }
    }

    fn ring(&self, vertices: Vec<u32>, half_edge: u32) -> Ring {
        let area_m2 = signed_area(&self.coverage.metres, &vertices);
        let exterior = signed_area(&self.coverage.lonlat, &vertices) > 0.0;
        Ring { vertices, area_m2, exterior, half_edge }
    }

    /// Groups rings into parts: an exterior ring first, then its holes.
    fn assemble(&self, rings: Vec<Ring>) -> Vec<Vec<Ring>> {
        let (exteriors, holes): (Vec<Ring>, Vec<Ring>) =
            rings.into_iter().partition(|ring| ring.exterior);
        let mut parts: Vec<Vec<Ring>> = exteriors.into_iter().map(|ring| vec![ring]).collect();
        if holes.is_empty() || parts.is_empty() {
            return parts;
        }
        if parts.len() == 1 {
            parts[0].extend(holes);
            return parts;
        }
        // Ground that hangs together has one exterior ring: a hole belongs to the part whose ground
        // it can be reached from.
        let piece = self.pieces();
        let piece_of = |ring: &Ring| piece.get(&self.part_of(ring.half_edge)).copied();
        let mut part_of_piece = std::collections::HashMap::new();
        for (index, part) in parts.iter().enumerate() {
            part_of_piece.entry(piece_of(&part[0])).or_insert(index);
        }
        for hole in holes {
            let owner = part_of_piece.get(&piece_of(&hole)).copied().unwrap_or(0);
            parts[owner].push(hole);
        }
        parts
    }

    /// The part (of a cell) on the left of a half-edge.
    fn part_of(&self, h: u32) -> u32 {
        self.coverage.part_of_ring[self.coverage.ring_of[h as usize] as usize]
    }

    /// Which pieces of ground the zone's parts hang together in.
    fn pieces(&self) -> std::collections::HashMap<u32, u32> {
        let mut piece = std::collections::HashMap::new();
        let mut stack = Vec::new();
        for &h in self.border {
            stack.push(self.part_of(h));
            let name = stack[0];
            while let Some(part) = stack.pop() {
                if piece.contains_key(&part) {
                    continue;
                }
                piece.insert(part, name);
                for e in self.coverage.half_edges_of_part(part as usize) {
                    let twin = self.coverage.twins[e];
                    if twin != NONE && self.zone_of_half_edge(twin) == self.zone {
                        stack.push(self.part_of(twin));
                    }
                }
            }
        }
        piece
    }

    fn polygon(&self, part: &[Ring]) -> Polygon<f64> {
        let mut rings = part.iter().map(|ring| {
            let closed = ring.vertices.iter().chain(ring.vertices.first());
            let positions = closed.map(|&v| Coord::from(self.coverage.lonlat[v as usize]));
            LineString::new(positions.collect())
        });
        let exterior = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
        Polygon::new(exterior, rings.collect())
    }

    /// The pole of the largest part.
    fn centre(&self, parts: &[Vec<Ring>], frame: &LocalFrame) -> Option<Point<f64>> {
        let size = |part: &&Vec<Ring>| part.iter().map(|ring| ring.area_m2).sum::<f64>();
        let largest = parts.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
        let mut segments = Vec::new();
        for ring in largest {
            let follower = ring.vertices.iter().cycle().skip(1);
            for (&a, &b) in ring.vertices.iter().zip(follower) {
                segments.push([self.coverage.metres[a as usize], self.coverage.metres[b as usize]]);
            }
        }
        let [x, y] = pole::of_inaccessibility(&segments)?;
        frame.to_degrees(Point::new(x, y)).ok()
    }
}

/// The centre of a zone whose outline is known alone, in degrees: as [`Zone::centre`].
///
/// # Errors
/// Where a vertex cannot be projected.
pub fn zone_centre(shape: &MultiPolygon<f64>, frame: &LocalFrame) -> Result<Point<f64>> {
    let mut largest: (f64, Vec<Segment>) = (f64::NEG_INFINITY, Vec::new());
    for part in shape {
        let (mut twice_area, mut segments) = (0.0, Vec::new());
        for ring in std::iter::once(part.exterior()).chain(part.interiors()) {
            let degrees: Vec<[f64; 2]> = ring.coords().map(|c| [c.x, c.y]).collect();
            let metres = frame.project(&degrees)?;
            let of_ring = metres.windows(2).map(|ends| [ends[0], ends[1]]);
            let signed = of_ring.clone().map(|[[ax, ay], [bx, by]]| ax * by - bx * ay).sum::<f64>();
            twice_area += if segments.is_empty() { signed.abs() } else { -signed.abs() };
            segments.extend(of_ring);
        }
        if twice_area >= largest.0 {
            largest = (twice_area, segments);
        }
    }
    let Some([x, y]) = pole::of_inaccessibility(&largest.1) else {
        return Ok(fallback_centre(shape));
    };
    Ok(frame.to_degrees(Point::new(x, y)).unwrap_or_else(|_| fallback_centre(shape)))
}

/// Some point of a shape too thin for a pole; the origin for no shape at all.
fn fallback_centre(shape: &MultiPolygon<f64>) -> Point<f64> {
    use geo::InteriorPoint;
    shape.interior_point().unwrap_or_else(|| Point::new(0.0, 0.0))
}

#[cfg(test)]
#[path = "dissolve_tests.rs"]
mod tests;
