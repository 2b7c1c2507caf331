//! The borders between the cells of labelled sites: those edges of their Voronoi diagram that lie
//! between different labels, joined to lines and simplified.

use std::collections::HashMap;

use spade::Triangulation;

pub(super) use crate::ground::triangulation::Site;
use crate::ground::triangulation::{FAR, triangulated};

/// A line with a label on either side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Border {
    pub(super) line: Vec<[f64; 2]>,
    pub(super) left: u32,
    pub(super) right: u32,
}

/// No triangle: an end that was cut off.
const CUT: u32 = u32::MAX;

/// The borders between sites of different labels within a box, simplified by at most `simplify_m`.
pub(super) fn borders(sites: &[Site], [min, max]: [[f64; 2]; 2], simplify_m: f64) -> Vec<Border> {
    let pieces = pieces(sites, [min, max]);
    let mut borders = chains(pieces);
    for border in &mut borders {
        border.line = simplified(&border.line, simplify_m);
    }
    borders
}

/// A Voronoi edge: the triangles at its ends, where they are, and the labels beside it; the lower
/// label is on the left.
struct Piece {
    labels: (u32, u32),
    triangles: [u32; 2],
    ends: [[f64; 2]; 2],
}

fn pieces(sites: &[Site], window: [[f64; 2]; 2]) -> Vec<Piece> {
    let Some(diagram) = triangulated(sites, window) else { return Vec::new() };
    let mut pieces = Vec::new();
    for edge in diagram.undirected_edges() {
        let edge = edge.as_directed();
        let (a, b) = (edge.from().data().label, edge.to().data().label);
        if a == b || a == FAR || b == FAR {
            continue;
        }
        let (Some(left), Some(right)) = (edge.face().as_inner(), edge.rev().face().as_inner())
        else {
            continue;
        };
        // From the right triangle to the left one, the edge's start is on the left.
        let mut triangles = [right.index() as u32, left.index() as u32];
        let mut ends = [right.circumcenter(), left.circumcenter()].map(|p| [p.x, p.y]);
        if a > b {
            triangles.reverse();
            ends.reverse();
        }
        if let Some((from, to)) = clip(ends, window) {
            for (triangle, (cut, end)) in triangles.iter_mut().zip([(from, ends[0]), (to, ends[1])])
            {
                if cut != end {
                    *triangle = CUT;
                }
            }
            pieces.push(Piece { labels: (a.min(b), a.max(b)), triangles, ends: [from, to] });
        }
    }
    pieces
}

/// The part of a segment inside a box (Liang & Barsky 1984).
fn clip([a, b]: [[f64; 2]; 2], [min, max]: [[f64; 2]; 2]) -> Option<([f64; 2], [f64; 2])> {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for axis in 0..2 {
        let step = b[axis] - a[axis];
        for (limit, sign) in [(min[axis], -1.0), (max[axis], 1.0)] {
            let (room, pace) = (sign * (limit - a[axis]), sign * step);
            if pace == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if pace < 0.0 {
                enter = enter.max(room / pace);
            } else {
                leave = leave.min(room / pace);
            }
        }
    }
    // Not a number where an end is infinite: nothing to draw.
    if enter.partial_cmp(&leave) != Some(std::cmp::Ordering::Less) {
        return None;
    }
    let at = |share: f64| [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    Some((if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// Joins pieces between the same labels end to end.
fn chains(mut pieces: Vec<Piece>) -> Vec<Border> {
    pieces.sort_by(|p, q| p.labels.cmp(&q.labels).then(p.triangles.cmp(&q.triangles)));
    let mut borders = Vec::new();
    for group in pieces.chunk_by(|p, q| p.labels == q.labels) {
        let mut starting: HashMap<u32, usize> = HashMap::with_capacity(group.len());
        let mut follows = vec![false; group.len()];
        for (i, piece) in group.iter().enumerate().filter(|(_, p)| p.triangles[0] != CUT) {
            starting.insert(piece.triangles[0], i);
        }
        let after = |i: usize| {
            let end = group[i].triangles[1];
            if end == CUT { None } else { starting.get(&end).copied() }
        };
        for i in 0..group.len() {
            if let Some(next) = after(i) {
                follows[next] = true;
            }
        }
        let mut used = vec![false; group.len()];
        let mut chain = |first: usize| {
            let mut line = vec![group[first].ends[0]];
            let mut at = Some(first);
            while let Some(i) = at.filter(|&i| !std::mem::replace(&mut used[i], true)) {
                line.push(group[i].ends[1]);
                at = after(i);
            }
            let (left, right) = group[first].labels;
            if line.len() > 1 {
                borders.push(Border { line, left, right });
            }
        };
        // Open lines from their beginnings, then what is left: closed ones.
        (0..group.len()).filter(|&i| !follows[i]).for_each(&mut chain);
        (0..group.len()).for_each(&mut chain);
    }
    borders
}

/// Douglas & Peucker (1973), keeping the ends.
fn simplified(line: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    if line.len() < 3 || tolerance <= 0.0 {
        return line.to_vec();
    }
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    keep[line.len() - 1] = true;
    let mut stack = vec![(0, line.len() - 1)];
    while let Some((first, last)) = stack.pop() {
        let ends = [line[first], line[last]];
        let farthest = (first + 1..last)
            .map(|i| (crate::ground::pole::distance_2(line[i], ends), i))
            .fold((0.0, first), |best, other| if other.0 > best.0 { other } else { best });
        if farthest.0 > tolerance * tolerance {
            keep[farthest.1] = true;
            stack.extend([(first, farthest.1), (farthest.1, last)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(p, _)| *p).collect()
}

#[cfg(test)]
#[path = "voronoi_tests.rs"]
mod tests;
