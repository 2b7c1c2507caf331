//! From faces with owners to cells: borders inside a cell cancel.

use super::LocalFrame;
use super::arrangement::{Edges, Subdivision, to_degrees};
use super::coverage::{Coverage, NONE};
use crate::error::Result;

/// A coverage, and where its borders come from.
pub(super) struct Carved {
    pub(super) coverage: Coverage,
    /// The edge of the arrangement under every half-edge.
    pub(super) edge_of: Vec<u32>,
}

/// Carves `cells` cells out of the faces of an arrangement: a cell is the faces it owns, without the
/// borders between them. `owner_of_face` holds [`NONE`] for faces that belong to no cell.
///
/// # Errors
/// As [`LocalFrame::project`].
pub(super) fn carve(
    edges: &Edges,
    faces: &Subdivision,
    owner_of_face: &[u32],
    cells: usize,
    frame: &LocalFrame,
) -> Result<Carved> {
    // Edges with different owners on their sides, and the points they need.
    let kept: Vec<u32> = (0..edges.len())
        .filter(|&e| {
            let [left, right] = faces.sides(e).map(|f| owner_of_face[f as usize]);
            left != right
        })
        .map(|e| e as u32)
        .collect();
    let mut number = vec![NONE; edges.points.len()];
    let mut points = Vec::new();
    let mut ends = Vec::with_capacity(kept.len());
    for &e in &kept {
        ends.push(edges.ends[e as usize].map(|v| {
            let slot = &mut number[v as usize];
            if *slot == NONE {
                *slot = points.len() as u32;
                points.push(edges.points[v as usize]);
            }
            *slot
        }));
    }
    let whole = Subdivision::of(&points, &ends);
    let mut owned: Vec<(u32, u32)> = (0..whole.len() as u32)
        .filter_map(|face| {
            let &h = whole.loops[face as usize].first()?;
            let half_edge = 2 * kept[h as usize / 2] + h % 2;
            let owner = owner_of_face[faces.face_of[half_edge as usize] as usize];
            (owner != NONE).then_some((owner, face))
        })
        .collect();
    owned.sort_unstable();

    let lonlat: Vec<[f64; 2]> = points.iter().map(|&p| to_degrees(p)).collect();
    let mut coverage = Coverage {
        metres: frame.project(&lonlat)?,
        lonlat,
        ring_offsets: vec![0],
        part_offsets: vec![0],
        cell_offsets: vec![0],
        ..Coverage::default()
    };
    let mut edge_of = Vec::new();
    let mut owned = owned.into_iter().peekable();
    for cell in 0..cells as u32 {
        while let Some((_, face)) = owned.next_if(|(owner, _)| *owner == cell) {
            for &start in &whole.loops[face as usize] {
                for h in whole.half_edges(start) {
                    coverage.ring_vertices.push(ends[h as usize / 2][h as usize % 2]);
                    edge_of.push(kept[h as usize / 2]);
                }
                coverage.ring_offsets.push(coverage.ring_vertices.len() as u32);
            }
            coverage.part_offsets.push(coverage.ring_offsets.len() as u32 - 1);
        }
        coverage.cell_offsets.push(coverage.part_offsets.len() as u32 - 1);
    }
    Ok(Carved { coverage: coverage.connect(), edge_of })
}
