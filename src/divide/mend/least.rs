//! What no division within the tolerances can leave where it is.

use std::cmp::Reverse;

use super::between::Quotient;
use crate::divide::Divider;
use crate::divide::bounds::largest_sum;
use crate::divide::objective::Target;
use crate::graph::Graph;

/// What of standing blocks could be kept by a division into `k` blocks, in the graph's first weight.
///
/// A block that goes on as another keeps at most what a block may weigh, and where it keeps less
/// than a block must weigh, the rest has to come in. So the sum of what `k` blocks keep has two
/// bounds, and what is not kept is moved: the transport bound, from blocks that are too full and
/// into those that are not full enough. Where all go on, it is also asked how far it has to go, and
/// which sums can be had.
#[derive(Debug, Clone, PartialEq)]
pub struct Keeping {
    /// What there is of every standing block.
    pub standing: Vec<i64>,
    /// The most that a block can keep of each.
    pub most: Vec<i64>,
    /// The most that all blocks together can keep.
    pub together: i64,
    /// The most that all blocks together can keep where nothing moves to a block that does not touch
    /// its own today.
    pub beside: i64,
    /// What lies outside of the limits in the division at hand: another one that leaves as much may
    /// keep as much more.
    pub outside: i64,
}

/// What is known of standing blocks for a bound on what must be moved; see [`Divider::keeping`].
#[derive(Debug, Clone, Copy)]
pub struct Holding<'a> {
    /// The standing block of every vertex, `u32::MAX` for a new one.
    pub block: &'a [u32],
    /// The part of every vertex's first weight that has been in its block.
    pub own: &'a [i64],
    /// The weights of each standing block, vertex by vertex; also of vertices that most have in
    /// another.
    pub items: &'a [Vec<i64>],
    /// Least and greatest first weight that each may have besides the tolerance.
    pub tolerated: &'a [(i64, i64)],
    /// The block that each goes on as.
    pub goes_on: &'a [Option<u32>],
    /// Whether no standing block reaches beyond this graph.
    pub is_whole: bool,
}

impl Divider {
    /// What could be kept of standing blocks by any division of `graph` into as many blocks as
    /// `labels` has, with no more out of limits than that has. A block's limits are those of the
    /// first tolerance, and for a standing block what is tolerated besides.
    pub fn keeping(&self, graph: &Graph, labels: &[u32], holding: &Holding<'_>) -> Keeping {
        let Holding { block, own, items, tolerated, goes_on, is_whole } = *holding;
        let k = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let limits = Target::new(graph, k, &self.tolerances).limits(&[1]);
        let usual = limits.ranges(0)[0];
        let allowed: Vec<(i64, i64)> =
            tolerated.iter().map(|t| (usual.0.min(t.0), usual.1.max(t.1))).collect();
        let total = graph.total_weights()[0];
        let mut load = vec![0i64; k];
        for (v, &label) in labels.iter().enumerate() {
            load[label as usize] += graph.weights(v)[0];
        }
        let mut range = vec![usual; k];
        for (&allowed, block) in allowed.iter().zip(goes_on) {
            if let Some(block) = block {
                range[*block as usize] = allowed;
            }
        }
        let out = load.iter().zip(range).map(|(&l, (low, up))| (l - up).max(low - l).max(0));
        let outside: i64 = out.sum();
        let standing: Vec<i64> = items.iter().map(|items| items.iter().sum()).collect();
        let most: Vec<i64> = items
            .iter()
            .zip(&standing)
            .zip(&allowed)
            .map(|((items, &sum), &(_, upper))| match sum <= upper {
                true => sum,
                // Which sums can be had matters only where every limit is kept.
                false if outside == 0 => largest_sum(items, upper),
                false => upper,
            })
            .collect();
        let mut highest = most.clone();
        highest.sort_unstable_by_key(|v| Reverse(*v));
        // Those that lack least go on; a new block lacks all of it.
        let lacks = standing.iter().zip(&allowed).map(|(sum, allowed)| (allowed.0 - sum).max(0));
        let mut lack: Vec<i64> = lacks.collect();
        lack.sort_unstable();
        lack.resize(k.max(lack.len()), usual.0);
        let kept: i64 = highest.iter().take(k).sum();
        let all: i64 = standing.iter().sum();
        let mut together = kept.min(total - lack[..k].iter().sum::<i64>()) + outside;
        let mut beside = together;
        if is_whole && standing.len() == k {
            let quotient = Quotient {
                graph,
                block,
                weight: own,
                range: &allowed,
                free: total - own.iter().sum::<i64>(),
                outside,
            };
            let (least, between_neighbours) = quotient.least_moved();
            together = together.min(all - least);
            beside = together.min(all - between_neighbours);
        }
        let [together, beside] = [together, beside].map(|kept| kept.clamp(0, all));
        Keeping { standing, most, together, beside, outside }
    }
}
