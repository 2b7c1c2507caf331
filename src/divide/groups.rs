//! Large divisions in groups of neighbouring blocks, side by side.
//!
//! Groups do not see each other, so they can be worked on by any number of threads with the same
//! answer; after every stretch of the work the blocks are grouped anew, so that borders between
//! groups get their turn.

use std::cell::RefCell;

use rayon::prelude::*;

use super::anneal::{Annealer, Blocks, Group, Schedule};
use super::field::Labels;
use super::objective::Limits;
use super::partition::Partition;
use super::refine::{Effort, Refiner};
use super::repair::{Patience, repair};
use crate::graph::Graph;
use crate::random::Random;
use crate::watch::Watch;

/// Blocks in a group, about.
const GROUP: usize = 64;
/// Stretches into which a schedule is cut where there are several groups.
const STRETCHES: usize = 8;
/// Sweeps in a stretch at least, since grouping anew has its price.
const SWEEPS: usize = 3;

thread_local! {
    /// The buffers of each thread.
    static ANNEALER: RefCell<Annealer> = RefCell::default();
}

/// Anneals `label`, for which `labels` stand: as a whole where blocks are few, else group by group.
pub(crate) fn anneal_in_groups(
    blocks: &Blocks,
    labels: &Labels,
    label: &mut [u32],
    schedule: Schedule,
    watch: &Watch,
    random: &mut Random,
) {
    let (graph, count) = (blocks.field.graph(), blocks.limits.blocks());
    if count <= GROUP {
        let all: Vec<u32> = (0..graph.len().max(count) as u32).collect();
        let whole = Group { vertices: &all[..graph.len()], blocks: &all[..count], first: 0 };
        Annealer::default().anneal(blocks, &whole, labels, schedule, watch, random);
        return labels.read(label, |b| b);
    }
    let stretches = STRETCHES.min(schedule.sweeps.div_ceil(SWEEPS)).max(1);
    for part in 0..stretches {
        let stretch = schedule.stretch(part, stretches);
        let groups = Groups::draw(graph, label, count, random);
        let seeds: Vec<u64> = groups.blocks.iter().map(|_| random.seed()).collect();
        // While at work, the blocks of a group have labels that follow each other.
        let order: Vec<u32> = groups.blocks.concat();
        let mut stands_for = vec![0; count];
        order.iter().zip(0..).for_each(|(&block, at)| stands_for[block as usize] = at);
        labels.write(label, |b| stands_for[b as usize]);
        let first = groups.blocks.iter().scan(0, |next, blocks| {
            let first = *next;
            *next += blocks.len() as u32;
            Some(first)
        });
        let first: Vec<u32> = first.collect();
        (&groups.blocks, &groups.vertices, first, seeds).into_par_iter().with_max_len(1).for_each(
            |(own, vertices, first, seed)| {
                let group = Group { vertices, blocks: own, first };
                let mut random = Random::new(seed);
                ANNEALER.with_borrow_mut(|annealer| {
                    annealer.anneal(blocks, &group, labels, stretch, watch, &mut random);
                });
            },
        );
        labels.read(label, |at| order[at as usize]);
    }
}

/// Refines `label` by local search: as a whole where blocks are few, else group by group.
pub(crate) fn refine_in_groups(
    graph: &Graph,
    limits: &Limits,
    label: &mut [u32],
    effort: Effort,
    random: &mut Random,
) {
    let refine = |graph: &Graph, limits: &Limits, label: &mut [u32], random: &mut Random| {
        let mut p = Partition::new(graph, limits, label.to_vec());
        Refiner::default().refine(&mut p, effort, random);
        label.copy_from_slice(p.labels());
    };
    if limits.blocks() <= GROUP {
        return refine(graph, limits, label, random);
    }
    for _ in 0..2 {
        for_each_group(graph, limits, label, random, |part, local, random| {
            refine(&part.graph, &part.limits, local, random);
        });
    }
}

/// Repairs `label` group by group where blocks are many, and then as a whole.
pub(crate) fn repair_in_groups(
    graph: &Graph,
    limits: &Limits,
    label: &mut [u32],
    unavoidable: i64,
    patience: Patience,
    watch: &Watch,
    random: &mut Random,
) {
    if limits.blocks() > GROUP {
        let share = |part: &Graph| Patience {
            work: (patience.work as f64 * part.len() as f64 / graph.len() as f64) as usize,
            ..patience
        };
        for_each_group(graph, limits, label, random, |part, local, random| {
            repair(&part.graph, &part.limits, local, 0, share(&part.graph), watch, random);
        });
    }
    repair(graph, limits, label, unavoidable, patience, watch, random);
}

/// A group of blocks as a problem of its own.
struct Part {
    graph: Graph,
    limits: Limits,
}

/// Has `work` change the labels inside of every group of newly drawn ones.
fn for_each_group(
    graph: &Graph,
    limits: &Limits,
    label: &mut [u32],
    random: &mut Random,
    work: impl Fn(&Part, &mut [u32], &mut Random) + Sync,
) {
    let groups = Groups::draw(graph, label, limits.blocks(), random);
    let seeds: Vec<u64> = groups.blocks.iter().map(|_| random.seed()).collect();
    let (place, place_of_block) = groups.places(graph.len(), limits.blocks());
    let done: Vec<Vec<u32>> = (&groups.blocks, &groups.vertices, seeds)
        .into_par_iter()
        .with_max_len(1)
        .map(|(blocks, vertices, seed)| {
            let graph = graph.induced_by(vertices, &place);
            let part = Part { graph, limits: limits.of(blocks) };
            let place = |&v: &u32| place_of_block[label[v as usize] as usize];
            let mut local: Vec<u32> = vertices.iter().map(place).collect();
            work(&part, &mut local, &mut Random::new(seed));
            local
        })
        .collect();
    for ((blocks, vertices), local) in groups.blocks.iter().zip(&groups.vertices).zip(done) {
        for (&v, l) in vertices.iter().zip(local) {
            label[v as usize] = blocks[l as usize];
        }
    }
}

/// Blocks in connected groups, with their vertices.
struct Groups {
    /// The blocks of every group.
    blocks: Vec<Vec<u32>>,
    /// The vertices of every group, ascending.
    vertices: Vec<Vec<u32>>,
}

impl Groups {
    /// Groups of about [`GROUP`] blocks, grown from random blocks over the graph of blocks.
    fn draw(graph: &Graph, label: &[u32], count: usize, random: &mut Random) -> Self {
        let quotient = graph.beside(label, count);
        let (group_of_block, groups) = grow(&quotient, GROUP, random);
        let mut blocks = vec![Vec::new(); groups];
        for (b, &g) in group_of_block.iter().enumerate() {
            blocks[g as usize].push(b as u32);
        }
        let mut vertices = vec![Vec::new(); groups];
        for (v, &b) in label.iter().enumerate() {
            vertices[group_of_block[b as usize] as usize].push(v as u32);
        }
        Groups { blocks, vertices }
    }

    /// The group of every vertex and its place in it, and the place of every block in its group.
    fn places(&self, vertices: usize, blocks: usize) -> (Vec<(u32, u32)>, Vec<u32>) {
        let (mut place, mut place_of_block) = (vec![(0, 0); vertices], vec![0; blocks]);
        for (group, (own, blocks)) in (0..).zip(self.vertices.iter().zip(&self.blocks)) {
            own.iter().zip(0..).for_each(|(&v, at)| place[v as usize] = (group, at));
            blocks.iter().zip(0..).for_each(|(&b, at)| place_of_block[b as usize] = at);
        }
        (place, place_of_block)
    }
}

/// Connected groups of about `size` vertices: breadth-first from random vertices, and what is left
/// over joins the group beside it.
fn grow(beside: &[Vec<u32>], size: usize, random: &mut Random) -> (Vec<u32>, usize) {
    const NONE: u32 = u32::MAX;
    let mut order: Vec<u32> = (0..beside.len() as u32).collect();
    random.shuffle(&mut order);
    let mut group = vec![NONE; beside.len()];
    let mut count = 0;
    let mut queue = Vec::new();
    for start in order {
        if group[start as usize] != NONE {
            continue;
        }
        queue.clear();
        queue.push(start);
        group[start as usize] = count;
        let mut head = 0;
        while head < queue.len() {
            for &t in &beside[queue[head] as usize] {
                if group[t as usize] == NONE && queue.len() < size {
                    group[t as usize] = count;
                    queue.push(t);
                }
            }
            head += 1;
        }
        if queue.len() >= size / 3 || count == 0 {
            count += 1;
            continue;
        }
        let beside =
            |v: &u32| beside[*v as usize].iter().map(|&t| group[t as usize]).find(|&g| g < count);
        match queue.iter().find_map(beside) {
            Some(g) => queue.iter().for_each(|&v| group[v as usize] = g),
            None => count += 1,
        }
    }
    (group, count as usize)
}

#[cfg(test)]
#[path = "groups_tests.rs"]
mod tests;
