//! The Delaunay triangulation of labelled places.

use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};

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

/// The Delaunay triangulation of sites within a box, closed by four far corners; `None` where a
/// coordinate is none, which metres never are.
///
/// All at once is fast for sites that lie around their middle. Where most lie in few directions from
/// it, as along a straight street, that takes the square of their number: then one goes in after the
/// other along the line.
pub(super) fn triangulated(
    sites: &[Site],
    [min, max]: [[f64; 2]; 2],
) -> Option<DelaunayTriangulation<Site>> {
    let middle = [(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0];
    let far = 20.0 * (max[0] - min[0]).max(max[1] - min[1]).max(1.0);
    let corners = [[-far, -far], [far, -far], [far, far], [-far, far]];
    let corners = corners.map(|c| Site { at: [middle[0] + c[0], middle[1] + c[1]], label: FAR });
    if sites.len() < MANY || !is_narrow(sites) {
        return DelaunayTriangulation::bulk_load(sites.iter().copied().chain(corners).collect())
            .ok();
    }
    let mut diagram = DelaunayTriangulation::new();
    let mut sorted = sites.to_vec();
    sorted.sort_by(|a, b| a.at[0].total_cmp(&b.at[0]).then(a.at[1].total_cmp(&b.at[1])));
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
