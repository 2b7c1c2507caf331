use geo::algorithm::kernels::{Kernel, RobustKernel};
use geo::{Coord, MultiPolygon, Orientation};

use super::raster::Raster;

/// An edge from one position to another.
pub(super) type Edge = [[f64; 2]; 2];

/// Edges of a row from which on it is looked through block by block: a long strip, of which a row
/// holds a whole side.
const MANY: usize = 256;
/// Edges in a block.
const BLOCK: usize = 32;

/// The edges of one grid, sorted into the rows of the raster that they pass through.
#[derive(Debug)]
pub(super) struct EdgeRows {
    /// The first row that an edge passes through.
    first: usize,
    /// Row `first + i` has `edges[offsets[i]..offsets[i + 1]]`.
    offsets: Vec<u32>,
    edges: Vec<Edge>,
    /// Where some row has many edges: the extent of every block of every row's edges, from west to
    /// east, row `first + i` from `first_block[i]` on. Empty elsewhere.
    blocks: Vec<Extent>,
    first_block: Vec<u32>,
}

/// The extent of some edges.
#[derive(Debug)]
struct Extent {
    low: [f64; 2],
    high: [f64; 2],
}

impl Extent {
    fn of(edges: &[Edge]) -> Extent {
        let mut extent = Extent { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };
        for [x, y] in edges.iter().flatten() {
            extent.low = [extent.low[0].min(*x), extent.low[1].min(*y)];
            extent.high = [extent.high[0].max(*x), extent.high[1].max(*y)];
        }
        extent
    }

    /// Whether edges in it may lie under a position or to the east of it.
    fn reaches(&self, [x, y]: [f64; 2]) -> bool {
        x <= self.high[0] && self.low[1] <= y && y <= self.high[1]
    }
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
        let mut rows =
            EdgeRows { first, offsets, edges, blocks: Vec::new(), first_block: Vec::new() };
        if rows.offsets.windows(2).any(|b| (b[1] - b[0]) as usize > MANY) {
            rows.block();
        }
        rows
    }

    /// Sorts the edges of every row from west to east, and tells their extents block by block.
    fn block(&mut self) {
        let west = |[a, b]: &Edge| a[0].min(b[0]);
        for bounds in self.offsets.windows(2) {
            let row = &mut self.edges[bounds[0] as usize..bounds[1] as usize];
            row.sort_by(|a, b| west(a).total_cmp(&west(b)));
            self.first_block.push(self.blocks.len() as u32);
            self.blocks.extend(row.chunks(BLOCK).map(Extent::of));
        }
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
        let edges = &self.edges[self.offsets[i] as usize..self.offsets[i + 1] as usize];
        if self.blocks.is_empty() {
            return passed(edges, [x, y]).unwrap_or(true);
        }
        let extents = &self.blocks[self.first_block[i] as usize..];
        let mut inside = false;
        for (edges, _) in edges.chunks(BLOCK).zip(extents).filter(|(_, e)| e.reaches([x, y])) {
            let Some(is_odd) = passed(edges, [x, y]) else { return true };
            inside ^= is_odd;
        }
        inside
    }
}

/// Whether an odd number of edges lies to the east of a position; `None` where it is on one.
#[inline]
fn passed(edges: &[Edge], [x, y]: [f64; 2]) -> Option<bool> {
    let mut is_odd = false;
    for &[a, b] in edges {
        if (a[1] > y) != (b[1] > y) {
            if x < a[0] && x < b[0] {
                is_odd = !is_odd;
            } else if x <= a[0] || x <= b[0] {
                let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
                match side(low, high, [x, y]) {
                    Orientation::CounterClockwise => is_odd = !is_odd,
                    Orientation::Collinear => return None,
                    Orientation::Clockwise => {}
                }
            }
        } else if [x, y] == a || [x, y] == b || level_with([x, y], a, b) {
            return None;
        }
    }
    Some(is_odd)
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
