//! From what stands to `k` connected blocks, with as little ado as possible.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::{NONE, Standing};
use crate::divide::{Divider, Effort};
use crate::error::{Error, Result};
use crate::graph::Graph;

/// A first division into `k` blocks.
#[derive(Debug)]
pub(in crate::divide) struct Start {
    pub label: Vec<u32>,
    /// The block in which each vertex counts as not moved; `NONE` where its block has been given
    /// up. A new vertex is at home anywhere, at price 0.
    pub home: Vec<u32>,
    /// Whether each block stays as it is.
    pub closed: Vec<bool>,
    /// The block of each standing one; `NONE` where it has been given up.
    pub block_of_standing: Vec<u32>,
}

/// Keeps the largest piece of every standing block, gives blocks up or splits them until there are
/// `k`, and lets what is left over join what it touches, the lightest first. The first block to be
/// given up or split is the `choice`-th likeliest; `None` where there is no such choice.
pub(super) fn connected_blocks(
    divider: &Divider,
    graph: &Graph,
    k: usize,
    standing: &Standing,
    choice: usize,
) -> Result<Option<Start>> {
    let mut draft = Draft::of(graph, standing);
    draft.settle_lonely_parts();
    let closed = draft.closed.iter().zip(&draft.size).filter(|(c, n)| **c && **n > 0).count();
    let rest = draft.graph.len() - draft.closed_vertices();
    let open = k.saturating_sub(closed);
    if closed > k || (open == 0) != (rest == 0) || open > rest {
        return Err(Error::request(
            format!("{closed} locked grids leave {open} of {k} grids for {rest} other units"),
            "lock fewer grids, or ask for another number of grids",
        ));
    }
    draft.absorb();
    let choices = match draft.count().cmp(&k) {
        Ordering::Greater => draft.lightest(),
        Ordering::Less => draft.heaviest(),
        Ordering::Equal => vec![NONE as usize],
    };
    let Some(&first) = choices.get(choice) else {
        return if choice > 0 { Ok(None) } else { Err(draft.no_choice(k)) };
    };
    let mut next = Some(first);
    while draft.count() > k {
        let lightest = next.take().or_else(|| draft.lightest().first().copied());
        draft.give_up(lightest.ok_or_else(|| draft.no_choice(k))?);
        draft.absorb();
    }
    while draft.count() < k {
        let heaviest = next.take().or_else(|| draft.heaviest().first().copied());
        draft.split(heaviest.ok_or_else(|| draft.no_choice(k))?, divider)?;
    }
    Ok(Some(draft.finish()))
}

struct Draft<'a> {
    graph: &'a Graph,
    standing: &'a Standing,
    /// Block of every vertex: a standing one, or a new one after them.
    label: Vec<u32>,
    closed: Vec<bool>,
    load: Vec<i64>,
    size: Vec<u32>,
}

impl<'a> Draft<'a> {
    /// The largest piece of every standing block; all of it where it is closed.
    fn of(graph: &'a Graph, standing: &'a Standing) -> Draft<'a> {
        let blocks = standing.closed.len();
        let given = |v: usize| match standing.block[v] {
            NONE => standing.place[v],
            block => block,
        };
        let label: Vec<u32> = (0..graph.len()).map(given).collect();
        let (piece, pieces) = graph.components_within(|a, b| label[a] == label[b]);
        // What has been in a block counts before what is new in its place.
        let mut weight = vec![(0i64, 0i64, 0u32); pieces];
        for (v, &p) in piece.iter().enumerate() {
            let w = &mut weight[p as usize];
            let was_here = standing.block[v] != NONE;
            *w = (w.0 + if was_here { standing.stay[v] } else { 0 }, w.1 + load(graph, v), w.2 + 1);
        }
        let mut main = vec![NONE; blocks];
        for (v, &p) in piece.iter().enumerate() {
            if let Some(best) = main.get_mut(label[v] as usize)
                && (*best == NONE || weight[p as usize] > weight[*best as usize])
            {
                *best = p;
            }
        }
        let mut draft = Draft {
            graph,
            standing,
            label,
            closed: standing.closed.clone(),
            load: vec![0; blocks],
            size: vec![0; blocks],
        };
        for (v, own) in piece.into_iter().enumerate() {
            let block = draft.label[v];
            let was_here = standing.block[v] == block;
            let kept = match draft.closed.get(block as usize) {
                Some(true) => was_here || main[block as usize] == own,
                Some(false) => main[block as usize] == own,
                None => false,
            };
            draft.label[v] = NONE;
            if kept {
                draft.enter(v, block);
            }
        }
        draft
    }

    fn enter(&mut self, v: usize, block: u32) {
        let before = std::mem::replace(&mut self.label[v], block);
        if before != NONE {
            self.load[before as usize] -= load(self.graph, v);
            self.size[before as usize] -= 1;
        }
        if block != NONE {
            self.load[block as usize] += load(self.graph, v);
            self.size[block as usize] += 1;
        }
    }

    /// Number of blocks that are not empty.
    fn count(&self) -> usize {
        self.size.iter().filter(|&&n| n > 0).count()
    }

    fn closed_vertices(&self) -> usize {
        let closed = self.closed.iter().zip(&self.size).filter(|(closed, _)| **closed);
        closed.map(|(_, &n)| n as usize).sum()
    }

    fn is_open(&self, block: u32) -> bool {
        block != NONE && !self.closed[block as usize]
    }

    fn new_block(&mut self) -> u32 {
        self.closed.push(false);
        self.load.push(0);
        self.size.push(0);
        self.size.len() as u32 - 1
    }

    /// Parts of the graph, closed blocks aside, in which there is no block become one.
    fn settle_lonely_parts(&mut self) {
        let part = self.open_parts();
        let count = part.iter().filter(|&&p| p != NONE).max().map_or(0, |&p| p as usize + 1);
        let mut lonely = vec![true; count];
        for (v, &p) in part.iter().enumerate() {
            if p != NONE && self.label[v] != NONE {
                lonely[p as usize] = false;
            }
        }
        let mut block = vec![NONE; count];
        for (v, &p) in part.iter().enumerate() {
            if p != NONE && lonely[p as usize] {
                if block[p as usize] == NONE {
                    block[p as usize] = self.new_block();
                }
                self.enter(v, block[p as usize]);
            }
        }
    }

    /// Components of what is not in a closed block; `NONE` for what is.
    fn open_parts(&self) -> Vec<u32> {
        let closed = |v: usize| self.label[v] != NONE && self.closed[self.label[v] as usize];
        let (mut part, count) = self.graph.components_within(|a, b| !closed(a) && !closed(b));
        // Numbered without gaps.
        let mut number = vec![NONE; count];
        let mut next = 0;
        for (v, p) in part.iter_mut().enumerate() {
            if closed(v) {
                *p = NONE;
                continue;
            }
            let number = &mut number[*p as usize];
            if *number == NONE {
                *number = next;
                next += 1;
            }
            *p = *number;
        }
        part
    }

    /// Why there is no block to give up, or none to split.
    fn no_choice(&self, k: usize) -> Error {
        if self.count() > k {
            return Error::request(
                "the grids that are not locked lie in more parts than grids are left for",
                "lock fewer grids, or ask for more grids",
            );
        }
        Error::request(
            "there are not enough units outside of locked grids for so many grids",
            "lock fewer grids, or ask for fewer grids",
        )
    }

    /// Open blocks that are not alone in their part of the graph, the lightest first.
    fn lightest(&self) -> Vec<usize> {
        let part = self.open_parts();
        let blocks = self.size.len();
        let mut part_of = vec![NONE; blocks];
        for (v, &block) in self.label.iter().enumerate() {
            if block != NONE {
                part_of[block as usize] = part[v];
            }
        }
        let mut in_part = vec![0usize; part.len() + 1];
        for &p in part_of.iter().filter(|&&p| p != NONE) {
            in_part[p as usize] += 1;
        }
        let can = |&b: &usize| part_of[b] != NONE && in_part[part_of[b] as usize] > 1;
        let mut lightest: Vec<usize> = (0..blocks).filter(can).collect();
        lightest.sort_by_key(|&b| (self.load[b], b));
        lightest
    }

    /// What is in a block is left over.
    fn give_up(&mut self, block: usize) {
        for v in 0..self.label.len() {
            if self.label[v] == block as u32 {
                self.enter(v, NONE);
            }
        }
    }

    /// The load of every block and the mean load of the open blocks it touches, together.
    fn surroundings(&self) -> Vec<i64> {
        let mut around = vec![Vec::new(); self.size.len()];
        for (v, &block) in self.label.iter().enumerate() {
            for &t in self.graph.targets(v) {
                let other = self.label[t as usize];
                if other != block && self.is_open(other) && self.is_open(block) {
                    around[block as usize].push(other);
                }
            }
        }
        let sum = |(block, mut near): (usize, Vec<u32>)| {
            near.sort_unstable();
            near.dedup();
            let sum: i64 = near.iter().map(|&b| self.load[b as usize]).sum();
            self.load[block] + sum / near.len().max(1) as i64
        };
        around.into_iter().enumerate().map(sum).collect()
    }

    /// What is in no block joins one that it touches, the lightest block first.
    fn absorb(&mut self) {
        let mut queue: BinaryHeap<Reverse<(i64, u32, u32)>> = BinaryHeap::new();
        let offer = |draft: &Draft, queue: &mut BinaryHeap<_>, v: usize, block: u32| {
            if draft.is_open(block) {
                let joined = draft.load[block as usize] + load(draft.graph, v);
                queue.push(Reverse((joined, v as u32, block)));
            }
        };
        for v in 0..self.label.len() {
            if self.label[v] == NONE {
                for &t in self.graph.targets(v) {
                    offer(self, &mut queue, v, self.label[t as usize]);
                }
            }
        }
        while let Some(Reverse((joined, v, block))) = queue.pop() {
            let v = v as usize;
            if self.label[v] != NONE {
                continue;
            }
            // The block has grown since: ask again at its present load.
            if self.load[block as usize] + load(self.graph, v) > joined {
                offer(self, &mut queue, v, block);
                continue;
            }
            self.enter(v, block);
            for i in 0..self.graph.degree(v) {
                let t = self.graph.targets(v)[i] as usize;
                if self.label[t] == NONE {
                    offer(self, &mut queue, t, block);
                }
            }
        }
    }

    /// Open blocks of more than one vertex, those with most in and around them first.
    fn heaviest(&self) -> Vec<usize> {
        let surroundings = self.surroundings();
        let can = |&b: &usize| self.is_open(b as u32) && self.size[b] > 1;
        let mut heaviest: Vec<usize> = (0..self.size.len()).filter(can).collect();
        heaviest.sort_by_key(|&b| (Reverse(surroundings[b]), b));
        heaviest
    }

    /// Splits a block in two.
    fn split(&mut self, block: usize, divider: &Divider) -> Result<()> {
        let members: Vec<u32> = (0..self.label.len() as u32)
            .filter(|&v| self.label[v as usize] == block as u32)
            .collect();
        let halves = Divider { effort: Effort::Fast, ..divider.clone() };
        let halves = halves.divide(&self.graph.induced(&members), 2)?;
        // The half that is cheaper to leave becomes the new block.
        let mut price = [0i64; 2];
        for (&v, &half) in members.iter().zip(&halves.labels) {
            price[half as usize] += self.standing.stay[v as usize];
        }
        let leaving = u32::from(price[1] <= price[0]);
        let new = self.new_block();
        for (&v, &half) in members.iter().zip(&halves.labels) {
            if half == leaving {
                self.enter(v as usize, new);
            }
        }
        Ok(())
    }

    /// Blocks numbered without gaps.
    fn finish(self) -> Start {
        let mut number = vec![NONE; self.size.len()];
        let mut closed = Vec::new();
        for (block, &size) in self.size.iter().enumerate() {
            if size > 0 {
                number[block] = closed.len() as u32;
                closed.push(self.closed[block]);
            }
        }
        let block = |label: u32| number.get(label as usize).copied().unwrap_or(NONE);
        let label: Vec<u32> = self.label.iter().map(|&l| block(l)).collect();
        let home = self.standing.block.iter().map(|&b| block(b)).collect();
        let mut block_of_standing = number.clone();
        block_of_standing.truncate(self.standing.closed.len());
        Start { label, home, closed, block_of_standing }
    }
}

fn load(graph: &Graph, v: usize) -> i64 {
    graph.weights(v)[0]
}
