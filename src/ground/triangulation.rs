//! The Delaunay triangulation of labelled places.

use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

use crate::random::Random;

/// A place in metres, with whose it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Site {
    pub(super) at: [f64; 2],
    pub(super) label: u32,
}

impl HasPosition for Site {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        Point2::new(self.at[0], self.at[1])
    }
}

/// The label of the four far corners that close a triangulation.
pub(super) const FAR: u32 = u32::MAX;

/// Sites of which it is asked how they lie; fewer are triangulated in no time.
const MANY: usize = 2_000;
/// Directions, as seen from the middle of sites, and in how few of them half of all may lie.
const DIRECTIONS: usize = 1_024;
const FEW: usize = 8;
/// The same for curves, on which the sites take so many tiles of a square raster with as many tiles
/// as sites, for every tile of its side: a straight line takes one or two.
const MANY_ON_CURVES: usize = 10_000;
const TILES_OF_CURVES: usize = 16;
/// Sites of a curve that go in first, and how often as many more follow.
const FIRST: usize = 512;
const SEED: u64 = 1;

/// The Delaunay triangulation of sites within a box, closed by four far corners; `None` where a
/// coordinate is none, which metres never are.
///
/// All at once is fast for sites that lie around their middle. Where most lie in few directions from
/// it, as along a straight street, that takes the square of their number: then one goes in after the
/// other along the line. Where they lie along a curve, each may turn as many triangles as went
/// before it; in an order by chance it turns a few, wherever sites lie (Amenta, Choi & Rote 2003).
pub(super) fn triangulated(
    sites: &[Site],
    [min, max]: [[f64; 2]; 2],
) -> Option<DelaunayTriangulation<Site>> {
    let middle = [(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0];
    let far = 20.0 * (max[0] - min[0]).max(max[1] - min[1]).max(1.0);
    let corners = [[-far, -far], [far, -far], [far, far], [-far, far]];
    let corners = corners.map(|c| Site { at: [middle[0] + c[0], middle[1] + c[1]], label: FAR });
    let sorted = if sites.len() >= MANY && is_narrow(sites) {
        let mut sorted = sites.to_vec();
        sorted.sort_by(|a, b| a.at[0].total_cmp(&b.at[0]).then(a.at[1].total_cmp(&b.at[1])));
        sorted
    } else if sites.len() >= MANY_ON_CURVES && is_curve(sites) {
        in_rounds(sites)
    } else {
        return DelaunayTriangulation::bulk_load(sites.iter().copied().chain(corners).collect())
            .ok();
    };
    let mut diagram = DelaunayTriangulation::new();
    for site in corners.into_iter().chain(sorted) {
        diagram.insert(site).ok()?;
    }
    Some(diagram)
}

/// Whether half of the sites lie in few directions from their middle.
fn is_narrow(sites: &[Site]) -> bool {
    let count = sites.len() as f64;
    let middle = sites.iter().fold([0.0, 0.0], |sum: [f64; 2], site| {
        [sum[0] + site.at[0] / count, sum[1] + site.at[1] / count]
    });
    let mut seen = vec![0; DIRECTIONS];
    for site in sites {
        let angle = (site.at[1] - middle[1]).atan2(site.at[0] - middle[0]);
        let turn = (angle / std::f64::consts::TAU).rem_euclid(1.0);
        seen[(turn * DIRECTIONS as f64) as usize % DIRECTIONS] += 1;
    }
    seen.sort_unstable_by(|a, b| b.cmp(a));
    2 * seen[..FEW].iter().sum::<usize>() >= sites.len()
}

/// Square tiles over sites, about as many as there are sites.
struct Tiles {
    low: [f64; 2],
    size: f64,
    side: usize,
}

impl Tiles {
    fn over(sites: &[Site]) -> Tiles {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for Site { at: [x, y], .. } in sites {
            low = [low[0].min(*x), low[1].min(*y)];
            high = [high[0].max(*x), high[1].max(*y)];
        }
        let side = sites.len().isqrt().max(1);
        let extent = (high[0] - low[0]).max(high[1] - low[1]);
        Tiles { low, size: (extent / side as f64).max(f64::MIN_POSITIVE), side }
    }

    /// The column and row of the tile of a site.
    fn of(&self, site: &Site) -> [usize; 2] {
        let place = |axis: usize| ((site.at[axis] - self.low[axis]) / self.size) as usize;
        [0, 1].map(|axis| place(axis).min(self.side - 1))
    }
}

/// Whether sites take few tiles, as points along a curve do.
fn is_curve(sites: &[Site]) -> bool {
    let tiles = Tiles::over(sites);
    let mut taken = vec![false; tiles.side * tiles.side];
    for site in sites {
        let [column, row] = tiles.of(site);
        taken[row * tiles.side + column] = true;
    }
    taken.iter().filter(|taken| **taken).count() <= TILES_OF_CURVES * tiles.side
}

/// Sites in rounds drawn by chance, each twice as large as all before it; those of a round row by
/// row of tiles and to and fro, so that the next is never far.
fn in_rounds(sites: &[Site]) -> Vec<Site> {
    let mut order = sites.to_vec();
    Random::new(SEED).shuffle(&mut order);
    let (mut first, mut size) = (0, FIRST);
    while first < order.len() {
        let last = order.len().min(first + size);
        let round = &mut order[first..last];
        let tiles = Tiles::over(round);
        let key = |site: &Site| {
            let [column, row] = tiles.of(site);
            [row, if row % 2 == 0 { column } else { tiles.side - column }]
        };
        round.sort_by(|a, b| {
            let along = || a.at[0].total_cmp(&b.at[0]).then(a.at[1].total_cmp(&b.at[1]));
            key(a).cmp(&key(b)).then_with(along)
        });
        (first, size) = (last, 2 * last);
    }
    order
}

#[cfg(test)]
#[path = "triangulation_tests.rs"]
mod tests;
