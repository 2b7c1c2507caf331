//! What no division within the tolerances can leave where it is.

use std::cmp::Reverse;

use super::between::Quotient;
use super::touching::Touching;
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
    /// The most that all blocks together can keep where each goes on, and nothing moves to a block that
    /// does not touch its own today.
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
    /// Least and greatest weights that each may have besides the tolerances, a row a block.
    pub tolerated: &'a [(i64, i64)],
    /// The block that each goes on as.
    pub goes_on: &'a [Option<u32>],
    /// Whether no standing block reaches beyond this graph.
    pub is_whole: bool,
}

impl Divider {
    /// What could be kept of standing blocks by any division of `graph` into as many blocks as
    /// `labels` has, with no more out of limits than that has. A block's limits are those of the
    /// tolerances, and for a standing block what is tolerated besides.
    pub fn keeping(&self, graph: &Graph, labels: &[u32], holding: &Holding<'_>) -> Keeping {
        let Holding { block, own, items, goes_on, is_whole, .. } = *holding;
        let k = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let target = Target::new(graph, k, &self.tolerances);
        let whole = target.limits(&[1]).ranges(0)[0];
        let (allowed, lightest_giant) = allowed(graph, holding, whole);
        let total = graph.total_weights()[0];
        let mut range = vec![whole; k];
        for (&allowed, block) in allowed.iter().zip(goes_on) {
            if let Some(block) = block {
                range[*block as usize] = allowed;
            }
        }
        let outside = outside(graph, labels, 0, &range);
        // People are whole, but what lies outside of limits that are not need not be.
        let (usual, allowed, lightest_giant) = if outside == 0 {
            (whole, allowed, lightest_giant)
        } else {
            let usual = target.limits_outward(1).ranges(0)[0];
            let (allowed, lightest_giant) = self::allowed(graph, holding, usual);
            (usual, allowed, lightest_giant)
        };
        let leaving = self.least_leaving(graph, labels, holding);
        let standing: Vec<i64> = items.iter().map(|items| items.iter().sum()).collect();
        let most: Vec<i64> = items
            .iter()
            .zip(&standing)
            .zip(&allowed)
            .zip(&leaving)
            .map(|(((items, &sum), &(_, upper)), leaving)| {
                let within = match sum <= upper {
                    true => sum,
                    // Which sums can be had matters only where every limit is kept.
                    false if outside == 0 => largest_sum(items, upper),
                    false => upper,
                };
                within.min(sum - leaving)
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
                leaving: &leaving,
                free: total - own.iter().sum::<i64>(),
                outside,
                touching: Touching::of(graph, block, standing.len(), |v| {
                    own[v] != graph.weights(v)[0]
                }),
            };
            let (least, between_neighbours) = quotient.least_moved();
            // Or some block does not go on, and all that is in it moves.
            let lightest = standing.iter().copied().min().unwrap_or(0);
            together = together.min(all - least.min(lightest));
            beside = together.min(all - between_neighbours);
        }
        // All this holds where every giant stays.
        let given_up = all - lightest_giant.min(all);
        let [together, beside] = [together.max(given_up), beside.max(given_up)];
        let [together, beside] = [together, beside].map(|kept| kept.clamp(0, all));
        Keeping { standing, most, together, beside, outside }
    }

    /// The least of every standing block's first weight that must leave it for the limits of the
    /// other weights: of vertices in parts, those first that weigh most for it. What lies outside of
    /// these limits in the division at hand may stay.
    fn least_leaving(&self, graph: &Graph, labels: &[u32], holding: &Holding<'_>) -> Vec<i64> {
        let Holding { block, own, tolerated, goes_on, .. } = *holding;
        let (blocks, d) = (goes_on.len(), graph.dimensions());
        let k = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let target = Target::new(graph, k, &self.tolerances);
        let (limits, outward) = (target.limits(&[1]), target.limits_outward(1));
        let mut leaving = vec![0i64; blocks];
        for (i, &usual) in limits.ranges(0).iter().enumerate().skip(1) {
            let allowed = |b: usize| {
                let tolerated = tolerated[b * d + i];
                (usual.0.min(tolerated.0), usual.1.max(tolerated.1))
            };
            if usual.1 == i64::MAX {
                continue;
            }
            let mut members = vec![Vec::new(); blocks];
            let mut load = vec![0i64; blocks];
            for (v, &b) in block.iter().enumerate() {
                let weight = graph.weights(v)[i];
                if weight > 0 && (b as usize) < blocks {
                    load[b as usize] += weight;
                    members[b as usize].push((own[v], weight));
                }
            }
            if (0..blocks).all(|b| load[b] <= allowed(b).1) {
                continue;
            }
            let mut range = vec![usual; k];
            for (b, block) in goes_on.iter().enumerate() {
                if let Some(block) = block {
                    range[*block as usize] = allowed(b);
                }
            }
            let outside = outside(graph, labels, i, &range);
            let rounding = if outside == 0 { 0 } else { outward.ranges(0)[i].1 - usual.1 };
            for (b, members) in members.iter_mut().enumerate() {
                let excess = load[b] - allowed(b).1 - rounding - outside;
                leaving[b] = leaving[b].max(cheapest(members, excess));
            }
        }
        leaving
    }
}

/// Least and greatest load of every standing block in the first weight: the usual limits, and what is
/// tolerated besides; and what has been in its block of the lightest vertex that is too heavy for
/// it. Such a vertex stays all the same, or is moved whole.
fn allowed(graph: &Graph, holding: &Holding, usual: (i64, i64)) -> (Vec<(i64, i64)>, i64) {
    let tolerated = holding.tolerated.iter().step_by(graph.dimensions());
    let mut allowed: Vec<(i64, i64)> =
        tolerated.map(|t| (usual.0.min(t.0), usual.1.max(t.1))).collect();
    let mut lightest_giant = i64::MAX;
    let mut giants = vec![0i64; allowed.len()];
    for (v, &b) in holding.block.iter().enumerate() {
        if let Some(&(_, upper)) = allowed.get(b as usize)
            && graph.weights(v)[0] > upper
        {
            giants[b as usize] += graph.weights(v)[0];
            lightest_giant = lightest_giant.min(holding.own[v]);
        }
    }
    for (allowed, &giants) in allowed.iter_mut().zip(&giants) {
        allowed.1 = allowed.1.max(giants);
    }
    (allowed, lightest_giant)
}

/// The least price of items `(price, weight)` that weigh `wanted` together, where they can be taken
/// in parts (Dantzig 1957); rounded down.
fn cheapest(items: &mut [(i64, i64)], wanted: i64) -> i64 {
    items.sort_by(|a, b| {
        (i128::from(a.0) * i128::from(b.1)).cmp(&(i128::from(b.0) * i128::from(a.1)))
    });
    let (mut left, mut price) = (wanted, 0i64);
    for &(own, weight) in items.iter() {
        if left <= 0 {
            break;
        }
        let part = weight.min(left);
        price += (i128::from(own) * i128::from(part) / i128::from(weight)) as i64;
        left -= part;
    }
    price
}

/// What lies outside of every block's range of a weight, together.
fn outside(graph: &Graph, labels: &[u32], weight: usize, range: &[(i64, i64)]) -> i64 {
    let mut load = vec![0i64; range.len()];
    for (v, &label) in labels.iter().enumerate() {
        load[label as usize] += graph.weights(v)[weight];
    }
    load.iter().zip(range).map(|(&l, &(low, up))| (l - up).max(low - l).max(0)).sum()
}
