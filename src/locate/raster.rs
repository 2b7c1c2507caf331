use std::ops::RangeInclusive;

use geo::{BoundingRect, CoordsIter, MultiPolygon};

use super::rows::{Edge, EdgeRows};

/// Tiles per border vertex: the finer the raster, the fewer points meet a border.
const TILES_PER_VERTEX: usize = 4;
/// Bounds on the number of tiles: enough for a handful of squares, and at most 4 MB.
const TILES: RangeInclusive<usize> = 1 << 12..=1 << 20;
/// Slack, in tiles, around an edge, far above what rounding could shift it by.
const SLACK: f64 = 1e-6;

/// A raster of tiles over all grids: which tile a position lies in.
#[derive(Debug)]
pub(super) struct Raster {
    min: [f64; 2],
    max: [f64; 2],
    columns: usize,
    rows: usize,
    /// Tiles per degree.
    scale: [f64; 2],
}

/// A tile of the raster.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileAt {
    pub(super) column: usize,
    pub(super) row: usize,
}

impl Raster {
    pub(super) fn over(grids: &[MultiPolygon<f64>]) -> Raster {
        let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for extent in grids.iter().filter_map(MultiPolygon::bounding_rect) {
            min = [min[0].min(extent.min().x), min[1].min(extent.min().y)];
            max = [max[0].max(extent.max().x), max[1].max(extent.max().y)];
        }
        let vertices: usize = grids.iter().map(CoordsIter::coords_count).sum();
        let tiles = (vertices * TILES_PER_VERTEX).clamp(*TILES.start(), *TILES.end());
        let (width, height) = (max[0] - min[0], max[1] - min[1]);
        let columns = ((tiles as f64 * width / height).sqrt() as usize).clamp(1, tiles);
        let rows = (tiles / columns).max(1);
        let scale = |tiles: usize, length: f64| {
            let scale = tiles as f64 / length;
            if scale.is_finite() { scale } else { 0.0 }
        };
        Raster { min, max, columns, rows, scale: [scale(columns, width), scale(rows, height)] }
    }

    /// The tile of a position; `None` outside of the raster.
    #[inline]
    pub(super) fn tile(&self, [x, y]: [f64; 2]) -> Option<TileAt> {
        let inside = x >= self.min[0] && x <= self.max[0] && y >= self.min[1] && y <= self.max[1];
        inside.then(|| TileAt { column: self.column(x), row: self.row(y) })
    }

    /// The row of a latitude. Never falls where the latitude rises, so that an edge passes through
    /// no row but those from its one end's to its other end's.
    #[inline]
    pub(super) fn row(&self, y: f64) -> usize {
        (((y - self.min[1]) * self.scale[1]) as usize).min(self.rows - 1)
    }

    #[inline]
    fn column(&self, x: f64) -> usize {
        (((x - self.min[0]) * self.scale[0]) as usize).min(self.columns - 1)
    }

    /// The columns of a row that an edge may pass through.
    fn columns_of(&self, &[a, b]: &Edge, row: usize) -> RangeInclusive<usize> {
        let across = |p: [f64; 2]| (p[0] - self.min[0]) * self.scale[0];
        let up = |p: [f64; 2]| (p[1] - self.min[1]) * self.scale[1];
        let (low, high) = if up(a) <= up(b) { (a, b) } else { (b, a) };
        let (x0, y0, x1, y1) = (across(low), up(low), across(high), up(high));
        let at = |y: f64| {
            let t = (y - y0) / (y1 - y0);
            if t.is_finite() { x0 + t.clamp(0.0, 1.0) * (x1 - x0) } else { x0 }
        };
        let (from, to) = if y1 - y0 > SLACK {
            (at(row as f64 - SLACK), at(row as f64 + 1.0 + SLACK))
        } else {
            (x0, x1)
        };
        let column = |x: f64| (x as usize).min(self.columns - 1);
        column(from.min(to) - SLACK)..=column(from.max(to) + SLACK)
    }

    fn centre(&self, tile: TileAt) -> [f64; 2] {
        [
            self.min[0] + (tile.column as f64 + 0.5) / self.scale[0],
            self.min[1] + (tile.row as f64 + 0.5) / self.scale[1],
        ]
    }
}

/// What is known of every tile.
#[derive(Debug)]
pub(super) struct Tiles {
    columns: usize,
    /// `OUTSIDE`, a grid, or `BORDER` and an index into `offsets`.
    codes: Vec<u32>,
    /// List `i` has the candidates `offsets[i]..offsets[i + 1]`.
    offsets: Vec<u32>,
    candidates: Vec<Candidate>,
}

const OUTSIDE: u32 = u32::MAX;
const BORDER: u32 = 1 << 31;

/// What is known of one tile.
pub(super) enum Tile<'a> {
    /// No grid reaches it.
    Outside,
    /// It lies wholly in this grid, and in none before it.
    Inside(u32),
    /// The grids that may hold a position in it, in order.
    Border(&'a [Candidate]),
}

/// A grid that may hold positions of a tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate(u32);

impl Candidate {
    #[inline]
    pub(super) fn grid(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether the grid holds the whole tile.
    #[inline]
    pub(super) fn whole(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Tiles {
    /// The tiles of grids, of which the earlier ones in `order` come first where several have a
    /// position.
    pub(super) fn of(grids: &[EdgeRows], order: &[u32], raster: &Raster) -> Tiles {
        let mut tiles = Tiles::of_places(grids, order, raster);
        // Places in the order become grids here, so that looking up needs no table.
        let grid = |place: u32| order.get(place as usize).copied().unwrap_or(place);
        for code in tiles.codes.iter_mut().filter(|code| **code & BORDER == 0) {
            *code = grid(*code);
        }
        for candidate in &mut tiles.candidates {
            *candidate = Candidate(grid(candidate.0 >> 1) << 1 | candidate.0 & 1);
        }
        tiles
    }

    fn of_places(grids: &[EdgeRows], order: &[u32], raster: &Raster) -> Tiles {
        let mut found: Vec<(u32, Candidate)> = Vec::new();
        let mut codes = vec![OUTSIDE; raster.columns * raster.rows];
        let mut strip = Strip::default();
        for (index, grid) in order.iter().map(|&grid| &grids[grid as usize]).enumerate() {
            strip.clear();
            for (row, edges) in grid.rows() {
                strip.advance(grid, raster, row, edges);
                for (offset, &state) in strip.states.iter().enumerate() {
                    if state != State::Out {
                        let tile = (row * raster.columns + strip.first + offset) as u32;
                        let whole = u32::from(state == State::In);
                        // Most tiles lie in one grid alone and need no list.
                        if whole == 1 && codes[tile as usize] == OUTSIDE {
                            codes[tile as usize] = index as u32;
                        } else {
                            found.push((tile, Candidate((index as u32) << 1 | whole)));
                        }
                    }
                }
            }
        }
        Tiles::with_lists(codes, found, raster.columns)
    }

    /// Sorts candidates into lists. A grid that stands in `codes` already comes into the list too.
    fn with_lists(mut codes: Vec<u32>, mut found: Vec<(u32, Candidate)>, columns: usize) -> Tiles {
        let inside: Vec<(u32, Candidate)> = found
            .iter()
            .filter(|(tile, _)| codes[*tile as usize] != OUTSIDE)
            .map(|&(tile, _)| (tile, Candidate(codes[tile as usize] << 1 | 1)))
            .collect();
        found.extend(inside);
        found.sort_unstable_by_key(|&(tile, candidate)| (tile, candidate.0));
        found.dedup_by_key(|&mut (tile, candidate)| (tile, candidate.0));
        let mut tiles =
            Tiles { columns, codes: Vec::new(), offsets: vec![0], candidates: Vec::new() };
        for list in found.chunk_by(|a, b| a.0 == b.0) {
            codes[list[0].0 as usize] = if list[0].1.whole() {
                list[0].1.grid() as u32
            } else {
                tiles.candidates.extend(list.iter().map(|entry| entry.1));
                tiles.offsets.push(tiles.candidates.len() as u32);
                BORDER | (tiles.offsets.len() as u32 - 2)
            };
        }
        tiles.codes = codes;
        tiles
    }

    #[inline]
    pub(super) fn at(&self, tile: TileAt) -> Tile<'_> {
        match self.codes[tile.row * self.columns + tile.column] {
            OUTSIDE => Tile::Outside,
            grid if grid & BORDER == 0 => Tile::Inside(grid),
            list => {
                let list = (list ^ BORDER) as usize;
                let bounds = self.offsets[list] as usize..self.offsets[list + 1] as usize;
                Tile::Border(&self.candidates[bounds])
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Out,
    In,
    Border,
}

/// One row of tiles under one grid; rows are taken in ascending order.
#[derive(Debug, Default)]
struct Strip {
    first: usize,
    states: Vec<State>,
    below: Vec<State>,
    first_below: usize,
}

impl Strip {
    fn clear(&mut self) {
        self.states.clear();
        self.first = 0;
    }

    fn advance(&mut self, grid: &EdgeRows, raster: &Raster, row: usize, edges: &[Edge]) {
        std::mem::swap(&mut self.states, &mut self.below);
        self.first_below = self.first;
        self.states.clear();
        let spans = || edges.iter().map(|edge| raster.columns_of(edge, row));
        let Some(first) = spans().map(|span| *span.start()).min() else { return };
        let last = spans().map(|span| *span.end()).max().unwrap_or(first);
        self.first = first;
        self.states.resize(last - first + 1, State::Out);
        for span in spans() {
            self.states[span.start() - first..=span.end() - first].fill(State::Border);
        }
        for i in 0..self.states.len() {
            if self.states[i] == State::Border {
                continue;
            }
            // No border lies between two such tiles side by side: what holds for one holds for the
            // other.
            let west = i.checked_sub(1).map(|w| self.states[w]).filter(|&s| s != State::Border);
            let known = west.or_else(|| {
                let j = (first + i).checked_sub(self.first_below)?;
                self.below.get(j).copied().filter(|&s| s != State::Border)
            });
            self.states[i] = known.unwrap_or_else(|| {
                let centre = raster.centre(TileAt { column: first + i, row });
                if grid.holds(centre, row) { State::In } else { State::Out }
            });
        }
    }
}
