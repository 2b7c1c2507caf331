//! Matching half-edges: two that run opposite ways between the same vertices are twins.

use super::coverage::{Coverage, NONE};

/// What matching found.
pub(super) struct Matched {
    /// Twin of every half-edge, or `NONE`.
    pub(super) twins: Vec<u32>,
    /// Half-edges beside which another runs the same way, ascending.
    pub(super) doubled: Vec<u32>,
}

/// Matches the half-edges of a coverage by a counting sort on their lower vertex; in each bucket,
/// which holds a handful, they are ordered by the higher one.
pub(super) fn twins(coverage: &Coverage) -> Matched {
    let half_edges = coverage.half_edge_count();
    let mut offsets = vec![0u32; coverage.vertex_count() + 1];
    each_half_edge(coverage, |_, a, b| offsets[a.min(b) as usize + 1] += 1);
    for v in 0..coverage.vertex_count() {
        offsets[v + 1] += offsets[v];
    }
    // The higher vertex above, the half-edge below: one number sorts by both.
    let mut entries = vec![0u64; half_edges];
    let mut next = offsets.clone();
    each_half_edge(coverage, |h, a, b| {
        let slot = &mut next[a.min(b) as usize];
        entries[*slot as usize] = u64::from(a.max(b)) << 32 | u64::from(h);
        *slot += 1;
    });

    let mut matched = Matched { twins: vec![NONE; half_edges], doubled: Vec::new() };
    for (low, window) in offsets.windows(2).enumerate() {
        let bucket = &mut entries[window[0] as usize..window[1] as usize];
        bucket.sort_unstable();
        for border in bucket.chunk_by(|a, b| a >> 32 == b >> 32) {
            match_border(coverage, low as u32, border, &mut matched);
        }
    }
    matched.doubled.sort_unstable();
    matched
}

fn each_half_edge(coverage: &Coverage, mut act: impl FnMut(u32, u32, u32)) {
    for ring in coverage.ring_offsets.windows(2) {
        let vertices = &coverage.ring_vertices[ring[0] as usize..ring[1] as usize];
        let Some(&first) = vertices.first() else { continue };
        for (i, &a) in vertices.iter().enumerate() {
            act(ring[0] + i as u32, a, vertices.get(i + 1).copied().unwrap_or(first));
        }
    }
}

/// Pairs the half-edges between two vertices, first with first.
fn match_border(coverage: &Coverage, low: u32, border: &[u64], matched: &mut Matched) {
    let half_edge = |entry: &u64| *entry as u32;
    let upward = |h: &u32| coverage.ring_vertices[*h as usize] == low;
    if let [a, b] = border {
        let (a, b) = (half_edge(a), half_edge(b));
        if upward(&a) != upward(&b) {
            matched.twins[a as usize] = b;
            matched.twins[b as usize] = a;
        } else {
            matched.doubled.extend([a, b]);
        }
    } else if border.len() > 2 {
        let (up, down): (Vec<u32>, Vec<u32>) = border.iter().map(half_edge).partition(upward);
        for (&a, &b) in up.iter().zip(&down) {
            matched.twins[a as usize] = b;
            matched.twins[b as usize] = a;
        }
        for same_way in [up, down] {
            if same_way.len() > 1 {
                matched.doubled.extend(same_way);
            }
        }
    }
}
