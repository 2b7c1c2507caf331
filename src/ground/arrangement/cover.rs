//! What lies over each face: the rings around it, by the even-odd rule.

use super::faces::{Subdivision, UNBOUNDED};
use super::noding::{Edges, Tag, Tangled};

/// Rings over faces, face by face, that any input may have, and how many more for each face.
const MOST: usize = 50_000_000;
const MOST_PER_FACE: usize = 50;

/// The rings around each face, ascending: those with the face on their inner side, counted by the
/// even-odd rule, so that it matters neither which way a ring runs nor whether it crosses itself.
///
/// `ring_of` tells the ring of a tag; lines that are no ring have none.
///
/// # Errors
/// Where so many rings lie on top of each other that their lists would be out of all proportion.
pub(in crate::ground) fn covers(
    edges: &Edges,
    faces: &Subdivision,
    ring_of: impl Fn(Tag) -> Option<u32>,
) -> Result<Vec<Vec<u32>>, Tangled> {
    let most = MOST_PER_FACE.saturating_mul(faces.len()).saturating_add(MOST);
    let mut entries = 0;
    let mut around: Vec<Option<Vec<u32>>> = vec![None; faces.len()];
    around[UNBOUNDED as usize] = Some(Vec::new());
    let mut stack = vec![UNBOUNDED];
    while let Some(face) = stack.pop() {
        let inside = around[face as usize].take().unwrap_or_default();
        for &start in &faces.loops[face as usize] {
            for h in faces.half_edges(start) {
                let beyond = faces.face_of[(h ^ 1) as usize];
                if beyond == face || around[beyond as usize].is_some() {
                    continue;
                }
                let mut rings = inside.clone();
                for (tag, _) in edges.tags(h as usize / 2) {
                    if let Some(ring) = ring_of(tag) {
                        toggle(&mut rings, ring);
                    }
                }
                entries += rings.len();
                if entries > most {
                    return Err(Tangled { tag: rings.first().copied().unwrap_or(0) });
                }
                around[beyond as usize] = Some(rings);
                stack.push(beyond);
            }
        }
        around[face as usize] = Some(inside);
    }
    Ok(around.into_iter().map(Option::unwrap_or_default).collect())
}

/// Puts a number into an ascending list, or takes it out where it is there.
fn toggle(list: &mut Vec<u32>, number: u32) {
    match list.binary_search(&number) {
        Ok(at) => drop(list.remove(at)),
        Err(at) => list.insert(at, number),
    }
}
