//! Points along outlines, close enough together that the nearest point tells the nearest outline.

use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use super::voronoi::Site;

/// A piece of a building's outline that faces open ground, in metres, with its label.
pub(super) type Facade = GeomWithData<Line<[f64; 2]>, u32>;

/// Points along facades.
///
/// A place *d* metres from a facade sees a sample at most *h*²/2*d* farther away than the facade
/// itself, where samples lie 2*h* apart (Pythagoras; and never more than *h*). A place on the
/// border between two labels is at least half their clearance *c* from both, so samples may lie
/// 2√(*error*·*c*) apart, and need never lie closer than twice the error. The clearance is taken
/// piece by piece, so that long walls get many points only where another building is near.
pub(super) fn sites(facades: &[Facade], error_m: f64) -> Vec<Site> {
    let tree = RTree::bulk_load(facades.to_vec());
    let mut sites = Vec::new();
    let mut stack = Vec::new();
    for facade in facades {
        let line = facade.geom();
        sites.push(Site { at: line.from, label: facade.data });
        stack.push([line.from, line.to]);
        while let Some([a, b]) = stack.pop() {
            let length = (a[0] - b[0]).hypot(a[1] - b[1]);
            let middle = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
            let enough = length <= 2.0 * error_m || {
                let clearance = clearance(&tree, middle, facade.data) - length / 2.0;
                length <= 2.0 * (error_m * clearance.max(0.0)).sqrt()
            };
            if enough {
                sites.push(Site { at: b, label: facade.data });
            } else {
                stack.extend([[middle, b], [a, middle]]);
            }
        }
    }
    sites
}

/// The distance from a point to the nearest facade of another label.
fn clearance(tree: &RTree<Facade>, point: [f64; 2], label: u32) -> f64 {
    tree.nearest_neighbor_iter(&point)
        .find(|other| other.data != label)
        .map_or(f64::INFINITY, |other| other.distance_2(&point).sqrt())
}
