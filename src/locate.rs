//! Point → grid: the spatial index.
//!
//! A raster lies over the city. Most of its tiles are wholly inside one grid, or outside of all,
//! and answer a point with one load (true-hit filtering: Kipf et al. 2018); the tiles that a border
//! passes through list the grids in question, each with the few edges that cross the tile's row,
//! and those are tested exactly (Shewchuk 1997).

mod nearest;
mod raster;
mod rows;

use std::sync::OnceLock;

use geo::{MultiPolygon, Point};
use rayon::prelude::*;

use nearest::Borders;
use raster::{Raster, Tiles};
use rows::EdgeRows;

/// Points looked up by one task.
const BATCH: usize = 4096;

/// Finds the grid of a point.
///
/// A point on a border belongs to the first grid, in the order given or by
/// [code](Self::by_code), that has it inside or on its border. So every point of a tiling has exactly one grid, the same one on every machine: the
/// tests are exact, without tolerance.
///
/// ```
/// use evengrid::locate::GridIndex;
/// use geo::{MultiPolygon, Point, polygon};
///
/// let west = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 1., y: 1.), (x: 0., y: 1.)];
/// let east = polygon![(x: 1., y: 0.), (x: 2., y: 0.), (x: 2., y: 1.), (x: 1., y: 1.)];
/// let index = GridIndex::new(&[MultiPolygon::from(west), MultiPolygon::from(east)]);
/// assert_eq!(index.locate(Point::new(1.5, 0.5)), Some(1));
/// assert_eq!(index.locate(Point::new(1.0, 0.5)), Some(0)); // on the border: the first
/// assert_eq!(index.locate(Point::new(2.5, 0.5)), None);
/// ```
#[derive(Debug)]
pub struct GridIndex {
    raster: Raster,
    tiles: Tiles,
    grids: Vec<EdgeRows>,
    /// Which grid comes before which, where several have a point.
    order: Vec<u32>,
    /// For [`nearest`](GridIndex::nearest) alone, so made when it is first asked.
    borders: OnceLock<Borders>,
}

impl GridIndex {
    /// An index of grids in degrees, numbered in their order. Their shapes may overlap and may be
    /// empty.
    pub fn new(grids: &[MultiPolygon<f64>]) -> GridIndex {
        GridIndex::ordered(grids, (0..grids.len() as u32).collect())
    }

    /// As [`new`](Self::new), but that a point on a border belongs to the grid with the lowest code,
    /// whatever the order in which grids stand; of equal codes, to the first. A grid without a code
    /// comes before all others.
    pub fn by_code<S: AsRef<str>>(grids: &[MultiPolygon<f64>], codes: &[S]) -> GridIndex {
        let mut order: Vec<u32> = (0..grids.len() as u32).collect();
        order.sort_by_key(|&grid| codes.get(grid as usize).map(AsRef::as_ref));
        GridIndex::ordered(grids, order)
    }

    fn ordered(grids: &[MultiPolygon<f64>], order: Vec<u32>) -> GridIndex {
        let raster = Raster::over(grids);
        let grids: Vec<EdgeRows> = grids.iter().map(|grid| EdgeRows::of(grid, &raster)).collect();
        let tiles = Tiles::of(&grids, &order, &raster);
        GridIndex { raster, tiles, grids, order, borders: OnceLock::new() }
    }

    /// Number of grids.
    pub fn len(&self) -> usize {
        self.grids.len()
    }

    /// Whether there is no grid.
    pub fn is_empty(&self) -> bool {
        self.grids.is_empty()
    }

    /// The grid of a point in degrees; the first one on a border, `None` outside of all.
    #[inline]
    pub fn locate(&self, point: Point<f64>) -> Option<usize> {
        self.locate_among(point, |_| true)
    }

    /// As [`locate`](Self::locate), among some of the grids, which do not overlap others.
    #[inline]
    pub(crate) fn locate_among(
        &self,
        point: Point<f64>,
        among: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let position = [point.x(), point.y()];
        let tile = self.raster.tile(position)?;
        match self.tiles.at(tile) {
            raster::Tile::Outside => None,
            raster::Tile::Inside(grid) => Some(grid as usize).filter(|&grid| among(grid)),
            raster::Tile::Border(candidates) => candidates
                .iter()
                .filter(|c| among(c.grid()))
                .find(|c| c.whole() || self.grids[c.grid()].holds(position, tile.row))
                .map(|c| c.grid()),
        }
    }

    /// A grid that surely holds the whole box between two corners (in degrees, south-west and
    /// north-east), told by the raster alone; `None` also where telling would take a closer look.
    /// Where grids overlap, the first one that holds it.
    pub fn surely_holds(&self, min: [f64; 2], max: [f64; 2]) -> Option<usize> {
        /// A larger box is hardly ever without a border.
        const MOST_TILES: usize = 64;
        let (low, high) = (self.raster.tile(min)?, self.raster.tile(max)?);
        let (columns, rows) = (low.column..=high.column, low.row..=high.row);
        if columns.clone().count() * rows.clone().count() > MOST_TILES {
            return None;
        }
        let mut tiles = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        let holder = |(column, row)| match self.tiles.at(raster::TileAt { column, row }) {
            raster::Tile::Inside(grid) => Some(grid as usize),
            _ => None,
        };
        let first = holder(tiles.next()?)?;
        tiles.all(|tile| holder(tile) == Some(first)).then_some(first)
    }

    /// The grids of many points, in parallel.
    pub fn locate_all(&self, points: &[Point<f64>]) -> Vec<Option<u32>> {
        points
            .par_iter()
            .with_min_len(BATCH)
            .map(|&point| self.locate(point).map(|grid| grid as u32))
            .collect()
    }

    /// The grid nearest to a point and how far it is in metres: 0 where the point is in a grid.
    /// `None` where there is no grid, or the point is not finite.
    ///
    /// Up to 50 km the distance is taken in the tangent plane of WGS 84 at the point, with an error
    /// below 1 % (it grows with the distance and the tangent of the latitude); farther out it is that
    /// of the geodesic to the point that is nearest on a sphere. Of grids equally near, the first.
    pub fn nearest(&self, point: Point<f64>) -> Option<(usize, f64)> {
        if !(point.x().is_finite() && point.y().is_finite()) {
            return None;
        }
        if let Some(grid) = self.locate(point) {
            return Some((grid, 0.0));
        }
        let borders = self.borders.get_or_init(|| Borders::of(&self.grids, &self.order));
        borders.nearest([point.x(), point.y()])
    }
}

#[cfg(test)]
#[path = "locate_tests.rs"]
mod tests;
