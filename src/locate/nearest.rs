use std::sync::OnceLock;

use geo::{Distance, Geodesic, Point};
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::rows::EdgeRows;

/// How far the plane that touches the globe at a point is a measure (m).
const PLANE_M: f64 = 50_000.0;

/// The edges of all grids in an R*-tree, in a plane that is about metric for the city.
#[derive(Debug)]
pub(super) struct Borders {
    tree: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
    /// Which grid comes before which, where several are equally near: edges have places in it.
    order: Vec<u32>,
    /// Metres per degree in that plane.
    scale: [f64; 2],
    /// The edges as chords of the unit sphere, for points to which no plane reaches; so made when
    /// the first one is asked.
    chords: OnceLock<Chords>,
}

type Chords = RTree<GeomWithData<Line<[f64; 3]>, u32>>;

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
        Borders {
            tree: RTree::bulk_load(lines),
            order: order.to_vec(),
            scale,
            chords: OnceLock::new(),
        }
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
        let (place, distance) = match best {
            Some((distance_2, place)) if distance_2.sqrt() <= PLANE_M => (place, distance_2.sqrt()),
            _ => self.nearest_on_globe(position)?,
        };
        Some((*self.order.get(place as usize)? as usize, distance))
    }

    /// The place in the order of the grid whose border is nearest on the globe, and how far it is
    /// along the geodesic of WGS 84.
    fn nearest_on_globe(&self, position: [f64; 2]) -> Option<(u32, f64)> {
        let chords = self.chords.get_or_init(|| self.chords());
        let here = on_sphere(position);
        let edge = chords.nearest_neighbors(&here).into_iter().min_by_key(|edge| edge.data)?;
        let there = Point::from(in_degrees(edge.geom().nearest_point(&here)));
        Some((edge.data, Geodesic.distance(Point::from(position), there)))
    }

    fn chords(&self) -> Chords {
        let end = |p: [f64; 2]| on_sphere([p[0] / self.scale[0], p[1] / self.scale[1]]);
        let chord = |edge: &GeomWithData<Line<[f64; 2]>, u32>| {
            let line = edge.geom();
            GeomWithData::new(Line::new(end(line.from), end(line.to)), edge.data)
        };
        RTree::bulk_load(self.tree.iter().map(chord).collect())
    }
}

/// A position in degrees as a vector of length 1.
fn on_sphere([lon, lat]: [f64; 2]) -> [f64; 3] {
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// The direction of a vector in degrees.
fn in_degrees([x, y, z]: [f64; 3]) -> [f64; 2] {
    [y.atan2(x), z.atan2(x.hypot(y))].map(f64::to_degrees)
}

/// Metres per degree of longitude and of latitude on WGS 84, from the radii of curvature.
fn metres_per_degree(latitude: f64) -> [f64; 2] {
    const A: f64 = 6_378_137.0;
    const E2: f64 = 0.006_694_379_990_141_3;
    let (sin, cos) = latitude.to_radians().sin_cos();
    let w = 1.0 - E2 * sin * sin;
    [(A / w.sqrt() * cos).to_radians(), (A * (1.0 - E2) / (w * w.sqrt())).to_radians()]
}
