//! Areas of any origin, however dirty, laid over each other: who lies on whom, and in how many
//! pieces an area is.

use std::collections::BTreeMap;

use geo::MultiPolygon;

use super::LocalFrame;
use super::areas::Areas;
use super::arrangement::{Edges, Subdivision, covers, node, to_degrees};
use super::face_sizes::FaceSizes;
use crate::error::Result;
use crate::groups::Groups;

/// All ground over which the very same areas lie.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// The areas, ascending; never empty.
    pub over: Vec<u32>,
    /// How much ground it is, in square metres, without what is too narrow to be meant.
    pub area_m2: f64,
    /// Ground in faces that are too narrow to be meant, in square metres.
    pub narrow_m2: f64,
    /// A corner of its largest face, in degrees.
    pub at: [f64; 2],
}

/// Lays numbered areas over each other and measures every combination that occurs, in ascending
/// order of `over`. Areas may overlap, cross themselves (even-odd rule) and have any orientation;
/// several shapes may have one number.
///
/// Faces that are narrower than `least_width_m` on average (twice the area over the perimeter) are
/// counted apart: borders drawn twice with differing vertices leave such slivers. All is noded on the
/// lattice of a billionth of a degree (0.11 mm).
///
/// # Errors
/// As [`LocalFrame::project`].
pub fn overlay<'a>(
    areas: impl IntoIterator<Item = (u32, &'a MultiPolygon<f64>)>,
    least_width_m: f64,
    frame: &LocalFrame,
) -> Result<Vec<Patch>> {
    let Laid { areas, edges, faces, sizes } = Laid::of(areas, frame)?;
    let perimeter = |face: usize| -> f64 {
        let border = faces.loops[face].iter().flat_map(|&start| faces.half_edges(start));
        border.map(|h| sizes.length_m(edges.ends[h as usize / 2])).sum()
    };
    // The patch, and its largest face with that one's area.
    let mut patches: BTreeMap<Vec<u32>, (Patch, f64, usize)> = BTreeMap::new();
    for (face, rings) in covers(&edges, &faces, Some)?.iter().enumerate().skip(1) {
        let over = areas.over(rings);
        if over.is_empty() {
            continue;
        }
        let area = sizes.area_m2[face];
        let new = || (Patch { over: over.clone(), ..Patch::default() }, f64::NEG_INFINITY, 0);
        let (patch, largest, at) = patches.entry(over.clone()).or_insert_with(new);
        let narrow = 2.0 * area < least_width_m * perimeter(face);
        *(if narrow { &mut patch.narrow_m2 } else { &mut patch.area_m2 }) += area;
        if area > *largest {
            (*largest, *at) = (area, face);
        }
    }
    let finish = |(mut patch, _, face): (Patch, f64, usize)| {
        let h = faces.loops[face][0] as usize;
        patch.at = to_degrees(edges.points[edges.ends[h / 2][h % 2] as usize]);
        patch
    };
    Ok(patches.into_values().map(finish).collect())
}

/// The pieces of an area, by size in square metres, the largest first: ground hangs together across a
/// shared border of at least `least_border_m`, never across a corner. What one shape of `whole` covers
/// of it hangs together, too, however it lies.
///
/// # Errors
/// As [`LocalFrame::project`].
pub fn pieces(
    area: &MultiPolygon<f64>,
    whole: &[&MultiPolygon<f64>],
    least_border_m: f64,
    frame: &LocalFrame,
) -> Result<Vec<f64>> {
    let Laid { areas, edges, faces, sizes } = {
        let whole = whole.iter().zip(1..).map(|(shape, number)| (number, *shape));
        Laid::of(std::iter::once((0, area)).chain(whole), frame)?
    };
    let around = covers(&edges, &faces, Some)?;
    // Parts of one area may lie on each other, so rings are counted part by part.
    let over: Vec<Vec<u32>> = around.iter().map(|rings| areas.over(rings)).collect();
    let inside: Vec<bool> = over.iter().map(|over| over.first() == Some(&0)).collect();
    let mut shared: BTreeMap<[u32; 2], f64> = BTreeMap::new();
    for edge in 0..edges.len() {
        let [f, g] = faces.sides(edge);
        if f != g && inside[f as usize] && inside[g as usize] {
            *shared.entry([f.min(g), f.max(g)]).or_default() += sizes.length_m(edges.ends[edge]);
        }
    }
    let mut groups = Groups::of(faces.len());
    for ([f, g], length) in shared {
        if length >= least_border_m {
            groups.join(f, g);
        }
    }
    let mut first_of: BTreeMap<u32, u32> = BTreeMap::new();
    for (face, over) in (0u32..).zip(&over).filter(|(face, _)| inside[*face as usize]) {
        for &number in &over[1..] {
            groups.join(*first_of.entry(number).or_insert(face), face);
        }
    }
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for face in (0..faces.len()).filter(|&face| inside[face]) {
        *sums.entry(groups.find(face as u32)).or_default() += sizes.area_m2[face];
    }
    let mut sizes: Vec<f64> = sums.into_values().collect();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(sizes)
}

/// Areas with their arrangement.
struct Laid {
    areas: Areas,
    edges: Edges,
    faces: Subdivision,
    sizes: FaceSizes,
}

impl Laid {
    fn of<'a>(
        shapes: impl IntoIterator<Item = (u32, &'a MultiPolygon<f64>)>,
        frame: &LocalFrame,
    ) -> Result<Laid> {
        let mut areas = Areas::default();
        for (number, shape) in shapes {
            areas.add_parts(number, shape);
        }
        let edges = node(&areas.strands)?;
        let faces = Subdivision::of(&edges.points, &edges.ends);
        let sizes = FaceSizes::of(&edges, &faces, frame)?;
        Ok(Laid { areas, edges, faces, sizes })
    }
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
