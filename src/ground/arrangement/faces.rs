//! From edges to faces: half-edges in order around every vertex, loops, and what lies inside what.

use rayon::prelude::*;

use super::lattice::{Point, by_angle, cross, vector};
use super::nesting;

/// The face around everything.
pub(in crate::ground) const UNBOUNDED: u32 = 0;

/// The faces between edges that meet in their ends alone.
///
/// Edge `e` is the half-edges `2e` (from its first end to its second) and `2e + 1` (back); a face
/// lies on the left of its half-edges. Face 0 is the unbounded one.
#[derive(Debug, Clone)]
pub(in crate::ground) struct Subdivision {
    /// The half-edge that follows each on the border of its face.
    pub(in crate::ground) next: Vec<u32>,
    /// The face on the left of each half-edge.
    pub(in crate::ground) face_of: Vec<u32>,
    /// The loops of each face as a half-edge of each: the exterior first, then the holes; the
    /// unbounded face has holes alone.
    pub(in crate::ground) loops: Vec<Vec<u32>>,
}

impl Subdivision {
    /// Walks the faces between `ends`, which are noded and numbered into `points`.
    pub(in crate::ground) fn of(points: &[Point], ends: &[[u32; 2]]) -> Subdivision {
        let next = followers(points, ends);
        let (loop_of, starts) = walk(&next);
        let outward: Vec<bool> =
            starts.par_iter().map(|&start| !turns_left(points, ends, &next, start)).collect();

        // Inner faces first, one per loop that turns left; then every other loop is a hole.
        let mut face_of_loop = vec![UNBOUNDED; starts.len()];
        let mut loops = vec![Vec::new()];
        for (l, &start) in starts.iter().enumerate().filter(|(l, _)| !outward[*l]) {
            face_of_loop[l] = loops.len() as u32;
            loops.push(vec![start]);
        }
        let holes: Vec<u32> = (0..starts.len() as u32).filter(|&l| outward[l as usize]).collect();
        nesting::place(points, ends, &next, &loop_of, &starts, &holes, &mut face_of_loop);
        for &hole in &holes {
            let face = face_of_loop[hole as usize];
            loops[face as usize].push(starts[hole as usize]);
        }
        let face_of = loop_of.iter().map(|&l| face_of_loop[l as usize]).collect();
        Subdivision { next, face_of, loops }
    }

    /// Number of faces, the unbounded one included.
    pub(in crate::ground) fn len(&self) -> usize {
        self.loops.len()
    }

    /// The half-edges of a loop, from one of them on.
    pub(in crate::ground) fn half_edges(&self, start: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = Some(start);
        std::iter::from_fn(move || {
            let h = at?;
            let next = self.next[h as usize];
            at = (next != start).then_some(next);
            Some(h)
        })
    }

    /// The faces on the two sides of an edge: left and right of the way from its first end.
    pub(in crate::ground) fn sides(&self, edge: usize) -> [u32; 2] {
        [self.face_of[2 * edge], self.face_of[2 * edge + 1]]
    }
}

/// The vertex a half-edge starts from.
#[inline]
pub(super) fn origin(ends: &[[u32; 2]], h: u32) -> u32 {
    ends[h as usize / 2][h as usize % 2]
}

/// The follower of every half-edge: at its end, the first half-edge clockwise from its twin.
fn followers(points: &[Point], ends: &[[u32; 2]]) -> Vec<u32> {
    let half_edges = 2 * ends.len();
    let mut offsets = vec![0u32; points.len() + 1];
    for &v in ends.iter().flatten() {
        offsets[v as usize + 1] += 1;
    }
    for v in 0..points.len() {
        offsets[v + 1] += offsets[v];
    }
    let mut around = vec![0u32; half_edges];
    let mut at = offsets.clone();
    for h in 0..half_edges as u32 {
        let slot = &mut at[origin(ends, h) as usize];
        around[*slot as usize] = h;
        *slot += 1;
    }
    let mut next = vec![0u32; half_edges];
    for window in offsets.windows(2) {
        let star = &mut around[window[0] as usize..window[1] as usize];
        if star.len() > 2 {
            let direction = |h: u32| {
                let from = points[origin(ends, h) as usize];
                vector(from, points[origin(ends, h ^ 1) as usize])
            };
            star.sort_unstable_by(|&g, &h| by_angle(direction(g), direction(h)));
        }
        for (i, &h) in star.iter().enumerate() {
            // Arriving by the twin of `h`, the face on the left goes on clockwise.
            let before = if i == 0 { star.len() - 1 } else { i - 1 };
            next[(h ^ 1) as usize] = star[before];
        }
    }
    next
}

/// The loop of every half-edge, and the first half-edge of every loop.
fn walk(next: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut loop_of = vec![u32::MAX; next.len()];
    let mut starts = Vec::new();
    for start in 0..next.len() as u32 {
        if loop_of[start as usize] != u32::MAX {
            continue;
        }
        let mut h = start;
        while loop_of[h as usize] == u32::MAX {
            loop_of[h as usize] = starts.len() as u32;
            h = next[h as usize];
        }
        starts.push(start);
    }
    (loop_of, starts)
}

/// Whether a loop turns counter-clockwise, that is, encloses an area on its left.
fn turns_left(points: &[Point], ends: &[[u32; 2]], next: &[u32], start: u32) -> bool {
    let base = points[origin(ends, start) as usize];
    let (mut h, mut last, mut twice_area) = (start, [0, 0], 0i128);
    loop {
        h = next[h as usize];
        let here = vector(base, points[origin(ends, h) as usize]);
        twice_area += cross(last, here);
        last = here;
        if h == start {
            return twice_area > 0;
        }
    }
}

#[cfg(test)]
#[path = "faces_tests.rs"]
mod tests;
