//! Carving connected sets of vertices off a block along its border with another.

use super::hand_on::{Handed, Hander};
use crate::divide::partition::Partition;
use crate::random::Random;

/// Vertices that may hang on one that is moved, in a piece.
const HANGING: usize = 64;

/// Which vertices were looked at.
pub(super) struct Carving {
    seen: Vec<u32>,
    stamp: u32,
}

impl Carving {
    pub fn of(vertices: usize) -> Carving {
        Carving { seen: vec![0; vertices], stamp: 0 }
    }

    fn start(&mut self) {
        self.stamp += 1;
    }

    /// Marks a vertex; whether it was new.
    fn see(&mut self, v: u32) -> bool {
        std::mem::replace(&mut self.seen[v as usize], self.stamp) != self.stamp
    }
}

/// The lightest set found that weighs enough: the moves before its last vertices, these, and its
/// weight.
struct Enough {
    steps: usize,
    last: Vec<u32>,
    weight: i64,
}

/// What lies along the border.
struct Border {
    /// Places of vertices that fit and are too light.
    fitting: Vec<usize>,
    /// Vertices that are heavy enough and fit, the lightest first: weight and place.
    last: Vec<(i64, usize)>,
    /// The least weight in all with a vertex that is heavy enough but does not fit.
    too_heavy: Option<i64>,
}

impl Hander<'_> {
    /// Moves a connected set of vertices from a block to one beside it that weighs as much as is to
    /// be handed on, or as little more as was found; less where no more has room. Where not even one
    /// vertex has, it is noted how much room it wants.
    pub fn carve(&mut self, p: &mut Partition, handed: Handed, random: &mut Random) {
        let Handed { from, to, amount } = handed;
        let graph = self.problem.graph;
        // What the block that hands on may lack then, it is handed later.
        let most = self.problem.limits.ranges(to)[0].1.saturating_sub(p.load(to)[0]);
        let dimensions = 0..graph.dimensions();
        let ground: Vec<bool> =
            dimensions.map(|i| i > 0 && self.ground(to, i).next().is_some()).collect();
        self.carving.start();
        let touches = |v: u32| graph.targets(v as usize).iter().any(|&t| p.block(t as usize) == to);
        let of_block = self.members.of_block[from].iter().copied();
        let mut border: Vec<u32> = of_block.filter(|&v| touches(v)).collect();
        border.iter().for_each(|&v| _ = self.carving.see(v));
        let (mut sum, mut enough, mut too_heavy) = (0, None::<Enough>, None::<i64>);
        loop {
            let mut found = self.border(p, to, &border, [amount - sum, most - sum], &ground);
            if let Some(weight) = found.too_heavy {
                too_heavy = Some(too_heavy.map_or(sum + weight, |least| least.min(sum + weight)));
            }
            let is_better = |enough: &Option<Enough>, weight: i64| {
                enough.as_ref().is_none_or(|e| sum + weight < e.weight)
            };
            for &(weight, at) in &found.last {
                if !is_better(&enough, weight) {
                    break;
                }
                let Some((last, weight)) = self.leaving(p, border[at], to, most - sum, &ground)
                else {
                    continue;
                };
                if is_better(&enough, weight) {
                    enough = Some(Enough { steps: self.steps(), last, weight: sum + weight });
                }
            }
            if enough.as_ref().is_some_and(|e| e.weight == amount) {
                break;
            }
            let mut next = None;
            while next.is_none() && !found.fitting.is_empty() {
                let at = found.fitting.swap_remove(random.below(found.fitting.len()));
                let Some((leaving, weight)) = self.leaving(p, border[at], to, most - sum, &ground)
                else {
                    continue;
                };
                if weight < amount - sum {
                    next = Some((leaving, weight));
                } else if is_better(&enough, weight) {
                    let (steps, weight) = (self.steps(), sum + weight);
                    enough = Some(Enough { steps, last: leaving, weight });
                }
            }
            let Some((leaving, weight)) = next else { break };
            sum += weight;
            for &v in &leaving {
                self.step(p, v as usize, to);
            }
            border.retain(|&v| p.block(v as usize) == from);
            for v in leaving {
                for &t in graph.targets(v as usize) {
                    if p.block(t as usize) == from && self.carving.see(t) {
                        border.push(t);
                    }
                }
            }
        }
        if let Some(Enough { steps, last, .. }) = enough {
            self.back_to(p, steps);
            for v in last {
                self.step(p, v as usize, to);
            }
        } else if let Some(weight) = too_heavy {
            self.wanted[to] = self.wanted[to].max(weight - most);
        }
    }

    /// A vertex and what hangs on it, if the rest of its block holds together without them.
    pub fn with_hanging(&mut self, p: &Partition, v: u32) -> Option<Vec<u32>> {
        let mut leaving = vec![v];
        if !p.can_leave(v as usize, &mut self.reach) {
            leaving.extend(p.hanging_on(v as usize, HANGING, &mut self.reach)?);
        }
        Some(leaving)
    }

    /// A vertex with all that hangs on it, if they can leave together and have room; and their weight.
    fn leaving(
        &mut self,
        p: &Partition,
        v: u32,
        to: usize,
        room: i64,
        ground: &[bool],
    ) -> Option<(Vec<u32>, i64)> {
        let graph = self.problem.graph;
        let leaving = self.with_hanging(p, v)?;
        if leaving.len() == 1 {
            return Some((leaving, graph.weights(v as usize)[0]));
        }
        let mut weights = vec![0; graph.dimensions()];
        for &u in &leaving {
            weights.iter_mut().zip(graph.weights(u as usize)).for_each(|(sum, w)| *sum += w);
        }
        let has_room =
            weights[0] <= room && self.fits(p, p.block(v as usize), &weights, to, ground);
        has_room.then_some((leaving, weights[0]))
    }

    /// What lies along the border of block `to` and can be moved there, where so much is left to be
    /// handed on and so much has room; `ground` as in [`Hander::fits`].
    fn border(
        &self,
        p: &Partition,
        to: usize,
        border: &[u32],
        [left, room]: [i64; 2],
        ground: &[bool],
    ) -> Border {
        let mut found = Border { fitting: Vec::new(), last: Vec::new(), too_heavy: None };
        for (at, &v) in border.iter().enumerate() {
            let weight = self.problem.graph.weights(v as usize)[0];
            if weight > room {
                if weight >= left {
                    found.too_heavy = Some(found.too_heavy.map_or(weight, |w| w.min(weight)));
                }
            } else if !self.fits(
                p,
                p.block(v as usize),
                self.problem.graph.weights(v as usize),
                to,
                ground,
            ) {
                continue;
            } else if weight < left {
                found.fitting.push(at);
            } else {
                found.last.push((weight, at));
            }
        }
        found.last.sort_unstable();
        found
    }

    /// Whether other weights allow a move; where people come in, ground without any can leave, if
    /// there is `ground` that weighs in that weight.
    fn fits(&self, p: &Partition, own: usize, weights: &[i64], to: usize, ground: &[bool]) -> bool {
        let limits = self.problem.limits;
        let weights = weights.iter().enumerate().skip(1);
        weights.filter(|(_, weight)| **weight > 0).all(|(i, &weight)| {
            let has_room = p.load(to)[i] + weight <= limits.ranges(to)[i].1;
            p.load(own)[i] - weight >= limits.ranges(own)[i].0 && (has_room || ground[i])
        })
    }

    /// Vertices of a block that weigh in one weight, but not in the first.
    fn ground(&self, block: usize, weight: usize) -> impl Iterator<Item = u32> {
        let graph = self.problem.graph;
        self.members.of_block[block].iter().copied().filter(move |&v| {
            let weights = graph.weights(v as usize);
            weights[0] == 0 && weights[weight] > 0
        })
    }

    /// Where people came in and a block is now over the limit of another weight, ground without
    /// people leaves it.
    pub fn relieve(&mut self, p: &mut Partition, block: usize, random: &mut Random) {
        let (graph, limits) = (self.problem.graph, self.problem.limits);
        loop {
            let is_over = |i: usize, p: &Partition| p.load(block)[i] > limits.ranges(block)[i].1;
            let Some(i) = (1..graph.dimensions()).find(|&i| is_over(i, p)) else { return };
            let mut ways: Vec<(u32, u32)> = Vec::new();
            for v in self.ground(block, i) {
                let beside = graph.targets(v as usize).iter().map(|&t| p.labels()[t as usize]);
                let open = beside.filter(|to| self.beside[block].contains(to));
                ways.extend(open.map(|to| (v, to)));
            }
            random.shuffle(&mut ways);
            let steps = self.steps();
            for (v, to) in ways {
                let (v, to) = (v as usize, to as usize);
                if !is_over(i, p) {
                    break;
                }
                let loads = graph.weights(v).iter().zip(p.load(to));
                let mut sums = loads.zip(limits.ranges(to)).skip(1);
                if p.block(v) == block
                    && sums.all(|((weight, load), range)| load + weight <= range.1)
                    && p.can_leave(v, &mut self.reach)
                {
                    self.step(p, v, to);
                }
            }
            if self.steps() == steps {
                return;
            }
        }
    }
}
