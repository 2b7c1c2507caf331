use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::rows::EdgeRows;

/// The edges of all grids in an R*-tree, in a plane that is about metric for the city.
#[derive(Debug)]
pub(super) struct Borders {
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
    /// Which grid comes before which, where several are equally near: edges have places in it.
    order: Vec<u32>,
    /// Metres per degree in that plane.
    scale: [f64; 2],
}

impl Borders {
    pub(super) fn of(grids: &[EdgeRows], order: &[u32]) -> Borders {
        let edges = || {
            let all = (0u32..).zip(order);
            all.flat_map(|(place, &grid)| {
                grids[grid as usize].edges().iter().map(move |edge| (place, edge))
            })
        };
        let (low, high) = edges()
            .map(|(_, edge)| edge[0][1])
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(y), high.max(y)));
        let scale = metres_per_degree(low + (high - low) / 2.0);
        let place = |p: [f64; 2]| [p[0] * scale[0], p[1] * scale[1]];
        let lines = edges()
            .map(|(first, &[a, b])| GeomWithData::new(Line::new(place(a), place(b)), first))
            .collect();
        Borders { tree: RTree::bulk_load(lines), order: order.to_vec(), scale }
    }

    /// The grid whose border is nearest, and how far it is in metres.
    pub(super) fn nearest(&self, position: [f64; 2]) -> Option<(usize, f64)> {
        // The tree's plane is right for the city's middle; here the scale may be another, so
        // candidates are measured anew until none farther in the plane can be nearer in truth.
        let here = metres_per_degree(position[1]);
        let ratio = [here[0] / self.scale[0], here[1] / self.scale[1]];
        let least = ratio[0].min(ratio[1]);
        let query = [position[0] * self.scale[0], position[1] * self.scale[1]];
        let target = [position[0] * here[0], position[1] * here[1]];
        let mut best: Option<(f64, u32)> = None;
        for (edge, plane_2) in self.tree.nearest_neighbor_iter_with_distance_2(&query) {
            if best.is_some_and(|b| plane_2 * least * least > b.0 * (1.0 + 1e-9)) {
                break;
            }
            let place = |p: [f64; 2]| [p[0] * ratio[0], p[1] * ratio[1]];
            let line = Line::new(place(edge.geom().from), place(edge.geom().to));
            let found = (line.distance_2(&target), edge.data);
            if best.is_none_or(|b| found < b) {
                best = Some(found);
            }
        }
        let (distance_2, place) = best?;
        Some((*self.order.get(place as usize)? as usize, distance_2.sqrt()))
    }
}

/// Metres per degree of longitude and of latitude on WGS 84, from the radii of curvature.
fn metres_per_degree(latitude: f64) -> [f64; 2] {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_141_3;
    let (sin, cos) = latitude.to_radians().sin_cos();
    let w = 1.0 - E2 * sin * sin;
    [(A / w.sqrt() * cos).to_radians(), (A * (1.0 - E2) / (w * w.sqrt())).to_radians()]
}
