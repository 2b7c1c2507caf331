use std::ops::Range;

use super::matching;

/// No half-edge, where one is asked for.
pub(super) const NONE: u32 = u32::MAX;

/// The cells of a city as faces of one planar subdivision: rings of shared vertices.
///
/// A cell has parts, a part has an exterior ring and holes, a ring is a cycle of vertices: exterior
/// rings run counter-clockwise, holes clockwise, so that the ground of a cell is always on the
/// left. Everything lies in flat arrays. Entry `h` of the ring vertices is at the same time the
/// *half-edge* that starts there and runs to the ring's next vertex; its *twin* is the half-edge of
/// a neighbouring cell that runs the other way between the same two vertices.
///
/// Where the cells come from does not matter here: from polygons that share their vertices, or from
/// an arrangement that noded them first.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Longitude and latitude of every vertex, as they were read.
    pub(super) lonlat: Vec<[f64; 2]>,
    /// The same in metres of the local frame.
    pub(super) metres: Vec<[f64; 2]>,
    /// Vertices of all rings, without the closing one.
    pub(super) ring_vertices: Vec<u32>,
    /// Ring `r` has the half-edges `ring_offsets[r]..ring_offsets[r + 1]`.
    pub(super) ring_offsets: Vec<u32>,
    /// Part `p` has the rings `part_offsets[p]..part_offsets[p + 1]`, the exterior first.
    pub(super) part_offsets: Vec<u32>,
    /// Cell `c` has the parts `cell_offsets[c]..cell_offsets[c + 1]`.
    pub(super) cell_offsets: Vec<u32>,
    /// Ring of every half-edge.
    pub(super) ring_of: Vec<u32>,
    /// Cell of every ring.
    pub(super) cell_of_ring: Vec<u32>,
    /// Part of every ring.
    pub(super) part_of_ring: Vec<u32>,
    /// Twin of every half-edge, or `NONE`.
    pub(super) twins: Vec<u32>,
    /// Half-edges beside which another runs the same way: two cells lie on one side of a border.
    pub(super) doubled: Vec<u32>,
}

impl Coverage {
    /// Completes a coverage whose positions, rings and offsets are set.
    pub(super) fn connect(mut self) -> Coverage {
        let rings = self.ring_offsets.len().saturating_sub(1);
        self.cell_of_ring = Vec::with_capacity(rings);
        for cell in 0..self.len() {
            let end = self.rings(cell).end;
            self.cell_of_ring.resize(end, cell as u32);
        }
        self.part_of_ring = Vec::with_capacity(rings);
        for (part, bounds) in self.part_offsets.windows(2).enumerate() {
            self.part_of_ring.resize(bounds[1] as usize, part as u32);
        }
        self.ring_of = Vec::with_capacity(self.ring_vertices.len());
        for ring in 0..rings {
            self.ring_of.resize(self.ring_offsets[ring + 1] as usize, ring as u32);
        }
        let matched = matching::twins(&self);
        self.twins = matched.twins;
        self.doubled = matched.doubled;
        self
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cell_offsets.len().saturating_sub(1)
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of distinct vertices.
    pub fn vertex_count(&self) -> usize {
        self.lonlat.len()
    }

    /// Number of half-edges: the vertices of all rings together.
    pub fn half_edge_count(&self) -> usize {
        self.ring_vertices.len()
    }

    /// Number of half-edges that no other cell shares: the outer border, holes, and borders that do
    /// not fit together.
    pub fn unshared_count(&self) -> usize {
        self.twins.iter().filter(|&&t| t == NONE).count()
    }

    /// The rings of a cell, each as its vertices in degrees without the closing one.
    pub fn rings_of(&self, cell: usize) -> impl Iterator<Item = Vec<[f64; 2]>> + '_ {
        self.rings(cell).map(|ring| {
            let vertices = &self.ring_vertices[self.half_edges_of_ring(ring)];
            vertices.iter().map(|&v| self.lonlat[v as usize]).collect()
        })
    }

    /// Area of a cell in square metres. What is thinner than the rounding of its projection may come
    /// out below nothing, and is nothing.
    pub fn area_m2(&self, cell: usize) -> f64 {
        self.rings(cell).map(|ring| self.signed_area(ring)).sum::<f64>().max(0.0)
    }

    /// A point well inside a cell, in degrees: on the parallel through the middle of its largest
    /// part, in the middle of the longest run inside.
    pub fn interior_point(&self, cell: usize) -> geo::Point<f64> {
        let size = |part: &usize| self.signed_area(self.part_offsets[*part] as usize);
        let largest = self.parts(cell).max_by(|p, q| size(p).total_cmp(&size(q)));
        let half_edges = self.half_edges_of_part(largest.unwrap_or(0));
        let latitudes = half_edges.clone().map(|h| self.lonlat[self.origin(h) as usize][1]);
        let (low, high) = latitudes
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        let parallel = low + (high - low) / 2.0;
        let mut crossings: Vec<f64> = half_edges
            .map(|h| (self.origin(h), self.destination(h)))
            .map(|(a, b)| (self.lonlat[a as usize], self.lonlat[b as usize]))
            .filter(|(a, b)| (a[1] <= parallel) != (b[1] <= parallel))
            .map(|(a, b)| a[0] + (parallel - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            .collect();
        crossings.sort_unstable_by(f64::total_cmp);
        let longest = crossings
            .chunks_exact(2)
            .map(|run| (run[1] - run[0], run[0]))
            .fold((f64::NEG_INFINITY, 0.0), |best, run| if run.0 > best.0 { run } else { best });
        geo::Point::new(longest.1 + longest.0 / 2.0, parallel)
    }

    /// Parts of a cell.
    pub(super) fn parts(&self, cell: usize) -> Range<usize> {
        self.cell_offsets[cell] as usize..self.cell_offsets[cell + 1] as usize
    }

    /// Rings of a cell.
    pub(super) fn rings(&self, cell: usize) -> Range<usize> {
        let parts = self.parts(cell);
        self.part_offsets[parts.start] as usize..self.part_offsets[parts.end] as usize
    }

    /// Half-edges of a ring.
    pub(super) fn half_edges_of_ring(&self, ring: usize) -> Range<usize> {
        self.ring_offsets[ring] as usize..self.ring_offsets[ring + 1] as usize
    }

    /// Half-edges of a part.
    pub(super) fn half_edges_of_part(&self, part: usize) -> Range<usize> {
        let rings = self.part_offsets[part] as usize..self.part_offsets[part + 1] as usize;
        self.ring_offsets[rings.start] as usize..self.ring_offsets[rings.end] as usize
    }

    /// Half-edges of a cell.
    pub(super) fn half_edges(&self, cell: usize) -> Range<usize> {
        let rings = self.rings(cell);
        self.ring_offsets[rings.start] as usize..self.ring_offsets[rings.end] as usize
    }

    /// The cell on the left of a half-edge.
    #[inline]
    pub(super) fn cell_of(&self, h: usize) -> u32 {
        self.cell_of_ring[self.ring_of[h] as usize]
    }

    /// The half-edge after `h` in its ring.
    #[inline]
    pub(super) fn next(&self, h: usize) -> usize {
        let ring = self.ring_of[h] as usize;
        if h + 1 < self.ring_offsets[ring + 1] as usize {
            h + 1
        } else {
            self.ring_offsets[ring] as usize
        }
    }

    /// The vertex a half-edge starts from.
    #[inline]
    pub(super) fn origin(&self, h: usize) -> u32 {
        self.ring_vertices[h]
    }

    /// The vertex a half-edge runs to.
    #[inline]
    pub(super) fn destination(&self, h: usize) -> u32 {
        self.ring_vertices[self.next(h)]
    }

    /// Length of a half-edge in metres; the same bits for its twin.
    #[inline]
    pub(super) fn length_m(&self, h: usize) -> f64 {
        let a = self.metres[self.origin(h) as usize];
        let b = self.metres[self.destination(h) as usize];
        (a[0] - b[0]).hypot(a[1] - b[1])
    }

    /// Area to the left of a ring in square metres; negative for a hole.
    pub(super) fn signed_area(&self, ring: usize) -> f64 {
        signed_area(&self.metres, &self.ring_vertices[self.half_edges_of_ring(ring)])
    }
}

/// Signed area of a cycle of vertices by the shoelace formula, taken from its first vertex so that
/// large coordinates cost no digits.
pub(super) fn signed_area(positions: &[[f64; 2]], ring: &[u32]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    let [x0, y0] = positions[first as usize];
    let mut twice = 0.0;
    let mut last = [0.0, 0.0];
    for &v in &ring[1..] {
        let [x, y] = positions[v as usize];
        let here = [x - x0, y - y0];
        twice += last[0] * here[1] - here[0] * last[1];
        last = here;
    }
    twice / 2.0
}

#[cfg(test)]
#[path = "coverage_tests.rs"]
mod tests;
