use geo::algorithm::kernels::{Kernel, RobustKernel};
use geo::{Coord, MultiPolygon, Orientation};

use super::raster::Raster;

/// An edge from one position to another.
pub(super) type Edge = [[f64; 2]; 2];

/// The edges of one grid, sorted into the rows of the raster that they pass through.
#[derive(Debug)]
pub(super) struct EdgeRows {
    /// The first row that an edge passes through.
    first: usize,
    /// Row `first + i` has `edges[offsets[i]..offsets[i + 1]]`.
    offsets: Vec<u32>,
    edges: Vec<Edge>,
}

impl EdgeRows {
    pub(super) fn of(grid: &MultiPolygon<f64>, raster: &Raster) -> EdgeRows {
        let all: Vec<Edge> = edges(grid).collect();
        let span = |edge: &Edge| {
            let (a, b) = (raster.row(edge[0][1]), raster.row(edge[1][1]));
            (a.min(b), a.max(b))
        };
        let first = all.iter().map(|edge| span(edge).0).min().unwrap_or(0);
        let last = all.iter().map(|edge| span(edge).1).max().unwrap_or(0);
        let mut offsets = vec![0u32; last - first + 2];
        for edge in &all {
            let (low, high) = span(edge);
            for row in low..=high {
                offsets[row - first + 1] += 1;
            }
        }
        for row in 1..offsets.len() {
            offsets[row] += offsets[row - 1];
        }
        let mut next = offsets.clone();
        let mut edges = vec![[[0.0; 2]; 2]; offsets[offsets.len() - 1] as usize];
        for edge in &all {
            let (low, high) = span(edge);
            for slot in &mut next[low - first..=high - first] {
                edges[*slot as usize] = *edge;
                *slot += 1;
            }
        }
        EdgeRows { first, offsets, edges }
    }

    /// The rows that edges pass through, each with its edges.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &[Edge])> {
        let bounds = self.offsets.windows(2).enumerate();
        bounds.map(|(i, b)| (self.first + i, &self.edges[b[0] as usize..b[1] as usize]))
    }

    /// All edges; one that passes through several rows stands in each.
    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Whether a position, which lies in `row`, is inside or on the border. Exact: an even-odd
    /// count of the edges to the east, each half-open upwards.
    #[inline]
    pub(super) fn holds(&self, [x, y]: [f64; 2], row: usize) -> bool {
        let Some(i) = row.checked_sub(self.first).filter(|&i| i + 1 < self.offsets.len()) else {
            return false;
        };
        let mut inside = false;
        for &[a, b] in &self.edges[self.offsets[i] as usize..self.offsets[i + 1] as usize] {
            if (a[1] > y) != (b[1] > y) {
                if x < a[0] && x < b[0] {
                    inside = !inside;
                } else if x <= a[0] || x <= b[0] {
                    let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
                    match side(low, high, [x, y]) {
                        Orientation::CounterClockwise => inside = !inside,
                        Orientation::Collinear => return true,
                        Orientation::Clockwise => {}
                    }
                }
            } else if [x, y] == a || [x, y] == b || level_with([x, y], a, b) {
                return true;
            }
        }
        inside
    }
}

fn side(a: [f64; 2], b: [f64; 2], point: [f64; 2]) -> Orientation {
    RobustKernel::orient2d(Coord::from(a), Coord::from(b), Coord::from(point))
}

/// Whether a position lies on a level edge.
fn level_with([x, y]: [f64; 2], a: [f64; 2], b: [f64; 2]) -> bool {
    a[1] == y && b[1] == y && (a[0] < x) != (b[0] < x)
}

fn edges(grid: &MultiPolygon<f64>) -> impl Iterator<Item = Edge> + '_ {
    grid.iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
        .flat_map(|ring| ring.0.windows(2))
        .map(|ends| [ends[0].into(), ends[1].into()])
}
