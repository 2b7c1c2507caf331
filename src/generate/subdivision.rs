//! A planar subdivision that can only be refined: edges get vertices, faces get cut in two.
//!
//! Vertices are whole numbers of 1e-7 degrees. A new vertex on an edge belongs to the faces on both
//! sides at once, so faces always tile, vertex for vertex.

use geo::{Coord, LineString, MultiPolygon, Polygon};

/// A position in units of 1e-7 degrees: longitude, latitude.
pub(super) type Position = [i64; 2];

const DEGREE: f64 = 1e7;
const NOBODY: u32 = u32::MAX;

/// Positions as degrees. The division gives the double nearest to the decimal with seven places,
/// which is what a reader of the written file gets.
pub(super) fn degrees(position: Position) -> Coord<f64> {
    Coord { x: position[0] as f64 / DEGREE, y: position[1] as f64 / DEGREE }
}

pub(super) fn position(degrees: Coord<f64>) -> Position {
    [(degrees.x * DEGREE).round() as i64, (degrees.y * DEGREE).round() as i64]
}

/// Half-edges in pairs: the twin of `h` is `h ^ 1`. Faces lie to the left and are walked
/// counter-clockwise.
pub(super) struct Subdivision {
    vertices: Vec<Position>,
    origin: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
    face: Vec<u32>,
    /// A half-edge of every face.
    start: Vec<u32>,
}

/// Where a cut meets the ring of a face.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum End {
    /// At the origin of a half-edge.
    Vertex(u32),
    /// On a half-edge, at a position between its ends.
    Edge(u32, Position),
}

impl Subdivision {
    /// One face with the given outline, counter-clockwise and not closed.
    pub(super) fn new(outline: &[Position]) -> Self {
        let n = outline.len() as u32;
        let mut s = Subdivision {
            vertices: outline.to_vec(),
            origin: Vec::new(),
            next: Vec::new(),
            previous: Vec::new(),
            face: Vec::new(),
            start: vec![0],
        };
        for i in 0..n {
            let (after, before) = ((i + 1) % n, (i + n - 1) % n);
            s.origin.extend([i, after]);
            s.next.extend([2 * after, 2 * before + 1]);
            s.previous.extend([2 * before, 2 * after + 1]);
            s.face.extend([0, NOBODY]);
        }
        s
    }

    /// The half-edges of a face, in order.
    pub(super) fn half_edges(&self, face: usize) -> impl Iterator<Item = u32> + '_ {
        let start = self.start[face];
        let mut next = Some(start);
        std::iter::from_fn(move || {
            let h = next?;
            let after = self.next[h as usize];
            next = (after != start).then_some(after);
            Some(h)
        })
    }

    pub(super) fn origin(&self, h: u32) -> Position {
        self.vertices[self.origin[h as usize] as usize]
    }

    /// The face beyond a half-edge, where there is one.
    pub(super) fn face_beyond(&self, h: u32) -> Option<usize> {
        let face = self.face[(h ^ 1) as usize];
        (face != NOBODY).then_some(face as usize)
    }

    /// Ends half-edge `h` at a new vertex; the rest becomes a new half-edge, which is returned.
    fn split_edge(&mut self, h: u32, position: Position) -> u32 {
        let (vertex, rest) = (self.vertices.len() as u32, self.origin.len() as u32);
        let twin = h ^ 1;
        let (after, before) = (self.next[h as usize], self.previous[twin as usize]);
        self.vertices.push(position);
        self.origin.extend([vertex, self.origin[twin as usize]]);
        self.origin[twin as usize] = vertex;
        self.face.extend([self.face[h as usize], self.face[twin as usize]]);
        self.next.extend([after, twin]);
        self.previous.extend([h, before]);
        self.previous[after as usize] = rest;
        self.next[before as usize] = rest + 1;
        self.next[h as usize] = rest;
        self.previous[twin as usize] = rest + 1;
        rest
    }

    fn vertex_at(&mut self, end: End) -> u32 {
        match end {
            End::Vertex(h) => h,
            End::Edge(h, position) => self.split_edge(h, position),
        }
    }

    /// Cuts a face along a chain from `from` over `bends` to `to`, two different places of its
    /// ring. What lies to the right of the chain becomes a new face, which is returned.
    pub(super) fn cut(&mut self, face: usize, from: End, bends: &[Position], to: End) -> usize {
        // Splitting one edge keeps the half-edges of other ends valid, since a half-edge keeps its
        // origin and the ends of a cut lie on different edges.
        let (a, b) = (self.vertex_at(from), self.vertex_at(to));
        let (before_a, before_b) = (self.previous[a as usize], self.previous[b as usize]);
        let chain = self.origin.len() as u32;
        let mut tail = self.origin[a as usize];
        for i in 0..=bends.len() as u32 {
            let head = match bends.get(i as usize) {
                Some(&bend) => {
                    self.vertices.push(bend);
                    self.vertices.len() as u32 - 1
                }
                None => self.origin[b as usize],
            };
            let h = chain + 2 * i;
            self.origin.extend([tail, head]);
            self.next.extend([h + 2, h.wrapping_sub(1)]);
            self.previous.extend([h.wrapping_sub(2), h + 3]);
            self.face.extend([face as u32; 2]);
            tail = head;
        }
        let last = chain + 2 * bends.len() as u32;
        // Left of the chain: from a along the chain to b and on. Right: back from b to a.
        self.link(before_a, chain);
        self.link(last, b);
        self.link(before_b, last + 1);
        self.link(chain + 1, a);

        let new = self.start.len();
        self.start[face] = chain;
        self.start.push(chain + 1);
        let right: Vec<u32> = self.half_edges(new).collect();
        for h in right {
            self.face[h as usize] = new as u32;
        }
        new
    }

    fn link(&mut self, before: u32, after: u32) {
        self.next[before as usize] = after;
        self.previous[after as usize] = before;
    }

    /// The polygon of one face in degrees.
    pub(super) fn polygon(&self, face: usize) -> Polygon<f64> {
        let ring = self.half_edges(face).map(|h| degrees(self.origin(h)));
        Polygon::new(LineString::new(ring.collect()), Vec::new())
    }

    /// The outlines of groups of faces (`group_of_face[face] < groups`), in degrees: the borders
    /// inside a group cancel, what is left is walked with the group to the left.
    pub(super) fn outlines(&self, group_of_face: &[u32], groups: usize) -> Vec<MultiPolygon<f64>> {
        let group = |h: u32| match self.face[h as usize] {
            NOBODY => NOBODY,
            face => group_of_face[face as usize],
        };
        let mut rings = vec![Vec::new(); groups];
        let mut walked = vec![false; self.origin.len()];
        for first in 0..self.origin.len() as u32 {
            let inside = group(first);
            if walked[first as usize] || inside == NOBODY || group(first ^ 1) == inside {
                continue;
            }
            let mut walk = Vec::new();
            let mut h = first;
            while !walked[h as usize] {
                walked[h as usize] = true;
                walk.push(self.origin[h as usize]);
                h = self.next[h as usize];
                while group(h ^ 1) == inside {
                    h = self.next[(h ^ 1) as usize];
                }
            }
            rings[inside as usize].extend(simple_rings(&walk));
        }
        rings.into_iter().map(|rings| self.assemble(&rings)).collect()
    }

    /// Polygons from rings: counter-clockwise ones are exteriors, the others lie in the smallest
    /// exterior that holds them.
    fn assemble(&self, rings: &[Vec<u32>]) -> MultiPolygon<f64> {
        use geo::{Contains, Line};
        let shape = |ring: &Vec<u32>| {
            LineString::new(ring.iter().map(|&v| degrees(self.vertices[v as usize])).collect())
        };
        let area = |ring: &Vec<u32>| {
            doubled_area(ring.iter().map(|&v| self.vertices[v as usize]).collect::<Vec<_>>())
        };
        let (mut outer, holes): (Vec<_>, Vec<_>) = rings.iter().partition(|ring| area(ring) > 0);
        outer.sort_by_key(|ring| area(ring));
        let mut polygons: Vec<Polygon<f64>> =
            outer.into_iter().map(|ring| Polygon::new(shape(ring), Vec::new())).collect();
        for hole in holes {
            let edge = [hole[0], hole[1]].map(|v| degrees(self.vertices[v as usize]));
            let inside = Line::new(edge[0], edge[1]);
            let middle = (inside.start + inside.end) / 2.0;
            if let Some(polygon) = polygons.iter_mut().find(|p| p.contains(&middle)) {
                polygon.interiors_push(shape(hole));
            }
        }
        MultiPolygon::new(polygons)
    }
}

/// Splits a closed walk wherever it comes back to a vertex, so that no ring touches itself.
fn simple_rings(walk: &[u32]) -> Vec<Vec<u32>> {
    let mut rings = Vec::new();
    let mut path: Vec<u32> = Vec::new();
    let mut place = std::collections::HashMap::new();
    for &vertex in walk {
        if let Some(&at) = place.get(&vertex) {
            let ring: Vec<u32> = path.drain(at..).collect();
            for passed in &ring {
                place.remove(passed);
            }
            rings.push(ring);
        }
        place.insert(vertex, path.len());
        path.push(vertex);
    }
    rings.push(path);
    rings
}

/// Twice the signed area of a ring, exactly.
pub(super) fn doubled_area(ring: impl AsRef<[Position]>) -> i128 {
    let ring = ring.as_ref();
    let Some(&base) = ring.first() else { return 0 };
    let from_base = |p: Position| [i128::from(p[0] - base[0]), i128::from(p[1] - base[1])];
    ring.windows(2)
        .map(|pair| {
            let (p, q) = (from_base(pair[0]), from_base(pair[1]));
            p[0] * q[1] - p[1] * q[0]
        })
        .sum()
}
