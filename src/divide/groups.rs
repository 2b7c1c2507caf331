//! Large divisions in groups of neighbouring blocks, side by side.
//!
//! Groups do not see each other, so they can be worked on by any number of threads with the same
//! answer; after every stretch of the work the blocks are grouped anew, so that borders between
//! groups get their turn.

use std::cell::RefCell;

use rayon::prelude::*;

use super::anneal::{Annealer, Blocks, Schedule};
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
const STRETCHES: usize = 4;
/// Sweeps in a stretch at least, since grouping anew has its price.
const SWEEPS: usize = 6;

thread_local! {
    /// The buffers of each thread.
    static ANNEALER: RefCell<Annealer> = RefCell::default();
}

/// Anneals `label`: as a whole where blocks are few, else group by group.
pub(crate) fn anneal_in_groups(
    blocks: &Blocks,
    label: &mut [u32],
    schedule: Schedule,
    watch: &Watch,
    random: &mut Random,
) {
    if blocks.limits.blocks() <= GROUP {
        return Annealer::default().anneal(blocks, label, schedule, watch, random);
    }
    let stretches = STRETCHES.min(schedule.sweeps.div_ceil(SWEEPS)).max(1);
    for part in 0..stretches {
        let stretch = schedule.stretch(part, stretches);
        for_each_group(blocks.graph, blocks.limits, label, random, |group, local, random| {
            let pick = |&v: &u32| blocks.units[v as usize];
            let units: Vec<u32> = group.vertices.iter().map(pick).collect();
            let least: Vec<usize> =
                group.blocks.iter().map(|&b| blocks.least[b as usize]).collect();
            let part = Blocks {
                graph: &group.graph,
                limits: &group.limits,
                units: &units,
                least: &least,
                border: blocks.border,
            };
            ANNEALER.with_borrow_mut(|annealer| {
                annealer.anneal(&part, local, stretch, watch, random);
            });
        });
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
        for_each_group(graph, limits, label, random, |group, local, random| {
            refine(&group.graph, &group.limits, local, random);
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
        for_each_group(graph, limits, label, random, |group, local, random| {
            repair(&group.graph, &group.limits, local, 0, share(&group.graph), watch, random);
        });
    }
    repair(graph, limits, label, unavoidable, patience, watch, random);
}

/// A group of blocks as a problem of its own.
struct Group<'a> {
    graph: Graph,
    limits: Limits,
    blocks: &'a [u32],
    vertices: &'a [u32],
}

/// Has `work` change the labels inside of every group of newly drawn ones.
fn for_each_group(
    graph: &Graph,
    limits: &Limits,
    label: &mut [u32],
    random: &mut Random,
    work: impl Fn(&Group, &mut [u32], &mut Random) + Sync,
) {
    let groups = Groups::draw(graph, label, limits.blocks(), random);
    let seeds: Vec<u64> = groups.blocks.iter().map(|_| random.seed()).collect();
    let done: Vec<Vec<u32>> = (&groups.blocks, &groups.vertices, seeds)
        .into_par_iter()
        .with_max_len(1)
        .map(|(blocks, vertices, seed)| {
            let graph = graph.induced_by(vertices, &groups.place);
            let group = Group { graph, limits: limits.of(blocks), blocks, vertices };
            let place = |&v: &u32| groups.place_of_block[label[v as usize] as usize];
            let mut local: Vec<u32> = vertices.iter().map(place).collect();
            work(&group, &mut local, &mut Random::new(seed));
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
    /// The place of every vertex in its group.
    place: Vec<(u32, u32)>,
    /// The place of every block in its group.
    place_of_block: Vec<u32>,
}

impl Groups {
    /// Groups of about [`GROUP`] blocks, grown from random blocks over the graph of blocks.
    fn draw(graph: &Graph, label: &[u32], count: usize, random: &mut Random) -> Self {
        let quotient = graph.contract(label, count);
        let (group_of_block, groups) = grow(&quotient, GROUP, random);
        let mut blocks = vec![Vec::new(); groups];
        let mut place_of_block = vec![0; count];
        for (b, &g) in group_of_block.iter().enumerate() {
            place_of_block[b] = blocks[g as usize].len() as u32;
            blocks[g as usize].push(b as u32);
        }
        let mut vertices = vec![Vec::new(); groups];
        let mut place = Vec::with_capacity(graph.len());
        for (v, &b) in label.iter().enumerate() {
            let g = group_of_block[b as usize];
            place.push((g, vertices[g as usize].len() as u32));
            vertices[g as usize].push(v as u32);
        }
        Groups { blocks, vertices, place, place_of_block }
    }
}

/// Connected groups of about `size` vertices: breadth-first from random vertices, and what is left
/// over joins the group beside it.
fn grow(graph: &Graph, size: usize, random: &mut Random) -> (Vec<u32>, usize) {
    const NONE: u32 = u32::MAX;
    let mut order: Vec<u32> = (0..graph.len() as u32).collect();
    random.shuffle(&mut order);
    let mut group = vec![NONE; graph.len()];
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
            for &t in graph.targets(queue[head] as usize) {
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
        let beside = |v: &u32| {
            graph.targets(*v as usize).iter().map(|&t| group[t as usize]).find(|&g| g < count)
        };
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
