//! Sizes of the faces of an arrangement, in metres.

use rayon::prelude::*;

use super::LocalFrame;
use super::arrangement::{Edges, Subdivision, to_degrees};
use super::coverage::signed_area;
use crate::error::Result;

/// Where the vertices of an arrangement lie in the local frame, and how large its faces are.
pub(super) struct FaceSizes {
    /// Vertices in metres.
    pub(super) metres: Vec<[f64; 2]>,
    /// Area of every face; that of the unbounded one is not positive.
    pub(super) area_m2: Vec<f64>,
}

impl FaceSizes {
    /// Measures the faces of an arrangement.
    ///
    /// # Errors
    /// As [`LocalFrame::project`].
    pub(super) fn of(edges: &Edges, faces: &Subdivision, frame: &LocalFrame) -> Result<FaceSizes> {
        let lonlat: Vec<[f64; 2]> = edges.points.par_iter().map(|&p| to_degrees(p)).collect();
        let metres = frame.project(&lonlat)?;
        let area = |loops: &Vec<u32>| -> f64 {
            let of_loop = |&start: &u32| {
                let ring: Vec<u32> = faces
                    .half_edges(start)
                    .map(|h| edges.ends[h as usize / 2][h as usize % 2])
                    .collect();
                signed_area(&metres, &ring)
            };
            loops.iter().map(of_loop).sum()
        };
        let area_m2 = faces.loops.par_iter().with_min_len(512).map(area).collect();
        Ok(FaceSizes { metres, area_m2 })
    }

    /// The distance between two vertices.
    pub(super) fn length_m(&self, [a, b]: [u32; 2]) -> f64 {
        let (a, b) = (self.metres[a as usize], self.metres[b as usize]);
        (a[0] - b[0]).hypot(a[1] - b[1])
    }
}
