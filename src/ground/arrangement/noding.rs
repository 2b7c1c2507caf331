//! Snap rounding (Hobby 1999): segments become edges between lattice points that meet in their ends
//! alone.
//!
//! Every end and every crossing makes its lattice point *hot*; a segment that passes through the
//! pixel of a hot point is led through the point. A segment moves by less than a lattice unit, and
//! no vertex ever passes to the other side of an edge.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::index::Index;
use super::lattice::{Point, cross_inside, crossing, dot, passes, vector};
use crate::error::Error;
use crate::ground::vertices::VertexTable;

/// What a line stands for, chosen by the caller; below 2^31.
pub(in crate::ground) type Tag = u32;

/// A segment on its way into an arrangement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ground) struct Strand {
    pub(in crate::ground) from: Point,
    pub(in crate::ground) to: Point,
    pub(in crate::ground) tag: Tag,
}

/// Noded edges: they meet in their ends alone, and no two run between the same points.
#[derive(Debug, Clone, Default)]
pub(in crate::ground) struct Edges {
    /// The vertices.
    pub(in crate::ground) points: Vec<Point>,
    /// The ends of each edge, the lower number first.
    pub(in crate::ground) ends: Vec<[u32; 2]>,
    /// Edge `e` has the tags `offsets[e]..offsets[e + 1]`.
    offsets: Vec<u32>,
    /// A tag doubled, and 1 more where its line runs from the higher to the lower number.
    tags: Vec<u32>,
}

impl Edges {
    /// Number of edges.
    pub(in crate::ground) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The lines along an edge: the tag, and whether it runs from the first end to the second.
    pub(in crate::ground) fn tags(&self, edge: usize) -> impl Iterator<Item = (Tag, bool)> + '_ {
        let range = self.offsets[edge] as usize..self.offsets[edge + 1] as usize;
        self.tags[range].iter().map(|&tag| (tag >> 1, tag & 1 == 0))
    }

    /// The strands of an edge, tag by tag.
    pub(in crate::ground) fn strands(&self, edge: usize) -> impl Iterator<Item = Strand> + '_ {
        let [a, b] = self.ends[edge].map(|v| self.points[v as usize]);
        self.tags(edge).map(move |(tag, forward)| {
            let (from, to) = if forward { (a, b) } else { (b, a) };
            Strand { from, to, tag }
        })
    }
}

/// Segments that differ, each once, and the strands along them.
struct Segments {
    /// The ends, the lesser point first, ascending.
    ends: Vec<[Point; 2]>,
    /// Segment of every strand, and whether the strand runs from the second end to the first.
    of_strand: Vec<(u32, bool)>,
}

impl Segments {
    fn of(strands: &[Strand]) -> Segments {
        let sorted = |s: &Strand| if s.from <= s.to { [s.from, s.to] } else { [s.to, s.from] };
        let mut order: Vec<([Point; 2], u32)> =
            strands.iter().zip(0..).map(|(s, i)| (sorted(s), i)).collect();
        order.par_sort_unstable();
        let mut ends: Vec<[Point; 2]> = Vec::with_capacity(order.len() / 2);
        let mut of_strand = vec![(0, false); strands.len()];
        for (segment, strand) in order {
            if ends.last() != Some(&segment) {
                ends.push(segment);
            }
            let backwards = strands[strand as usize].from != segment[0];
            of_strand[strand as usize] = (ends.len() as u32 - 1, backwards);
        }
        Segments { ends, of_strand }
    }
}

/// A hot point that a segment is led through.
type Hit = (u32, Point);

/// Lines cross each other so often that their arrangement would be out of all proportion to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ground) struct Tangled {
    /// The tag of a line that is in the thick of it.
    pub(in crate::ground) tag: Tag,
}

impl From<Tangled> for Error {
    fn from(_: Tangled) -> Self {
        Error::request(TANGLED, "take away what lies many times over itself, or divide the area")
    }
}

/// What is wrong with lines that are tangled.
pub(in crate::ground) const TANGLED: &str =
    "its borders cross, or lie on top of each other, so often that no plan can come of them";

/// Meetings of segments that any input may have, and how many more for each of its segments. Real
/// maps have about one; an arrangement of all with all would be the square of its input.
const MOST_MEETINGS: usize = 1_000_000;
const MOST_PER_SEGMENT: usize = 10;
/// Segments that are looked at to say which line is in the thick of it.
const SAMPLE: usize = 256;

/// Nodes strands into edges. Strands without length leave no edge.
///
/// # Errors
/// Where the strands meet more than a million times, and ten times each besides.
pub(in crate::ground) fn node(strands: &[Strand]) -> Result<Edges, Tangled> {
    let segments = Segments::of(strands);
    let index = Index::of(&segments.ends);
    let Some((mut hits, mut crossings)) = meetings(&segments.ends, &index) else {
        return Err(Tangled { tag: thickest(strands, &segments, &index) });
    };
    crossings.par_sort_unstable();
    crossings.dedup();
    hits.par_extend(crossings.par_iter().flat_map_iter(|&pixel| {
        through(&segments.ends, &index, pixel).map(move |segment| (segment, pixel))
    }));
    // Along each segment; ends come of themselves.
    hits.par_sort_unstable_by(|x, y| {
        x.0.cmp(&y.0).then_with(|| {
            let [a, b] = segments.ends[x.0 as usize];
            let place = |point: Point| dot(vector(a, b), vector(a, point));
            place(x.1).cmp(&place(y.1)).then(x.1.cmp(&y.1))
        })
    });
    hits.dedup();
    Ok(chains(strands, &segments, &hits))
}

/// The tag of the segment of a sample that crosses most others.
fn thickest(strands: &[Strand], segments: &Segments, index: &Index) -> Tag {
    let crossings = |own: &[Point; 2]| {
        let near = index.near(*own);
        near.filter(|&other| cross_inside(*own, segments.ends[other as usize])).count()
    };
    let step = segments.ends.len().div_ceil(SAMPLE).max(1);
    let sample = (0..segments.ends.len()).step_by(step);
    let most = sample.max_by_key(|&i| (crossings(&segments.ends[i]), std::cmp::Reverse(i)));
    let of = |strand: &usize| Some(segments.of_strand[*strand].0 as usize) == most;
    (0..strands.len()).find(of).map_or(0, |strand| strands[strand].tag)
}

/// Ends of other segments that each segment passes, and the points where segments cross; `None`
/// where there are too many.
fn meetings(ends: &[[Point; 2]], index: &Index) -> Option<(Vec<Hit>, Vec<Point>)> {
    let most = MOST_PER_SEGMENT.saturating_mul(ends.len()).saturating_add(MOST_MEETINGS);
    let met = AtomicUsize::new(0);
    let found = |i: usize| {
        let own = ends[i];
        let mut hits: Vec<Hit> = Vec::new();
        let mut crossings: Vec<Point> = Vec::new();
        if own[0] == own[1] || met.load(Ordering::Relaxed) > most {
            return (hits, crossings);
        }
        for other in index.near(own) {
            let j = other as usize;
            let its = ends[j];
            if j == i {
                continue;
            }
            let mut shared = false;
            for end in its {
                if own.contains(&end) {
                    shared = true;
                } else if passes(own, end) {
                    hits.push((i as u32, end));
                }
            }
            if !shared && j > i && cross_inside(own, its) {
                crossings.push(crossing(own, its));
            }
        }
        met.fetch_add(hits.len() + crossings.len(), Ordering::Relaxed);
        (hits, crossings)
    };
    let parts: Vec<(Vec<Hit>, Vec<Point>)> =
        (0..ends.len()).into_par_iter().with_min_len(256).map(found).collect();
    if met.into_inner() > most {
        return None;
    }
    let (mut hits, mut crossings) = (Vec::new(), Vec::new());
    for (h, c) in parts {
        hits.extend(h);
        crossings.extend(c);
    }
    Some((hits, crossings))
}

/// The segments that pass through a pixel without ending in it.
fn through(ends: &[[Point; 2]], index: &Index, pixel: Point) -> impl Iterator<Item = u32> {
    let passed = |&i: &u32| {
        let segment = ends[i as usize];
        !segment.contains(&pixel) && segment[0] != segment[1] && passes(segment, pixel)
    };
    index.at(pixel).filter(passed).collect::<Vec<_>>().into_iter()
}

/// Leads every segment through its hot points and gathers what runs along each edge.
fn chains(strands: &[Strand], segments: &Segments, hits: &[Hit]) -> Edges {
    let mut table = VertexTable::with_capacity(segments.ends.len());
    let mut number = |p: Point| table.number(p[0] as f64, p[1] as f64);
    // The vertices along each segment.
    let mut vertices: Vec<u32> = Vec::with_capacity(2 * segments.ends.len() + hits.len());
    let mut offsets: Vec<u32> = Vec::with_capacity(segments.ends.len() + 1);
    let mut rest = hits;
    for (i, [a, b]) in segments.ends.iter().enumerate() {
        offsets.push(vertices.len() as u32);
        let count = rest.iter().take_while(|hit| hit.0 as usize == i).count();
        vertices.push(number(*a));
        vertices.extend(rest[..count].iter().map(|hit| number(hit.1)));
        vertices.push(number(*b));
        rest = &rest[count..];
    }
    offsets.push(vertices.len() as u32);

    let mut along: Vec<(u64, u32)> = Vec::with_capacity(vertices.len());
    for (strand, &(segment, backwards)) in strands.iter().zip(&segments.of_strand) {
        let range = offsets[segment as usize] as usize..offsets[segment as usize + 1] as usize;
        for step in vertices[range].windows(2).filter(|step| step[0] != step[1]) {
            let (low, high) = (step[0].min(step[1]), step[0].max(step[1]));
            let backwards = backwards != (step[0] > step[1]);
            let key = u64::from(low) << 32 | u64::from(high);
            along.push((key, strand.tag << 1 | u32::from(backwards)));
        }
    }
    along.par_sort_unstable();
    let mut edges = Edges::default();
    for (i, (key, tag)) in along.iter().enumerate() {
        if i == 0 || along[i - 1].0 != *key {
            edges.offsets.push(edges.tags.len() as u32);
            edges.ends.push([(key >> 32) as u32, *key as u32]);
        }
        edges.tags.push(*tag);
    }
    edges.offsets.push(edges.tags.len() as u32);
    edges.points = table.into_positions().into_iter().map(|p| p.map(|c| c as i64)).collect();
    edges
}

#[cfg(test)]
#[path = "noding_tests.rs"]
mod tests;
