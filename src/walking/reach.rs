use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use super::Snapped;
use super::network::Network;

/// What can be reached within a distance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Within {
    /// Of every starting point the targets it reaches and how many metres they are away, by target.
    pub targets: Vec<Vec<(usize, f64)>>,
}

impl Network {
    /// Metres on foot from each of `from` to each of `to` that is within `most_m`: to the network,
    /// along it and off again. Both on one edge go straight along it.
    ///
    /// Bounded search from every starting point (Dijkstra 1959); in parallel, in their order.
    pub fn within(&self, from: &[Option<Snapped>], to: &[Option<Snapped>], most_m: f64) -> Within {
        let targets = Targets::of(self, to);
        let search = |space: &mut Space, start: &Option<Snapped>| match start {
            Some(start) => {
                space.run(self, start, most_m);
                targets.read(space, start, most_m)
            }
            None => Vec::new(),
        };
        let targets = from.par_iter().map_init(|| Space::new(self.nodes()), search).collect();
        Within { targets }
    }

    /// The `count` nearest of `to` for each of `from` within `most_m`, nearest first, equally near
    /// ones by number.
    pub fn nearest(
        &self,
        from: &[Option<Snapped>],
        to: &[Option<Snapped>],
        count: usize,
        most_m: f64,
    ) -> Vec<Vec<(usize, f64)>> {
        // Ways have no direction, so the search may start where there are fewer points.
        let mut lists = if to.len() < from.len() {
            let mut lists = vec![Vec::new(); from.len()];
            for (target, found) in self.within(to, from, most_m).targets.into_iter().enumerate() {
                found.into_iter().for_each(|(start, length)| lists[start].push((target, length)));
            }
            lists
        } else {
            self.within(from, to, most_m).targets
        };
        for list in &mut lists {
            list.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            list.truncate(count);
        }
        lists
    }

    /// Metres on foot from a place to every node within `most_m`; infinite for the others.
    pub fn lengths(&self, start: &Snapped, most_m: f64) -> Vec<f64> {
        let mut space = Space::new(self.nodes());
        space.run(self, start, most_m);
        space.length
    }
}

/// Targets by the nodes at the ends of their edges.
struct Targets<'a> {
    places: &'a [Option<Snapped>],
    first: Vec<u32>,
    at: Vec<u32>,
}

impl<'a> Targets<'a> {
    fn of(network: &Network, places: &'a [Option<Snapped>]) -> Self {
        let mut first = vec![0u32; network.nodes() + 1];
        let ends = || {
            let known = places.iter().enumerate().filter_map(|(i, p)| Some((i, p.as_ref()?)));
            known.flat_map(|(i, place)| place.nodes.map(|node| (i as u32, node as usize)))
        };
        ends().for_each(|(_, node)| first[node + 1] += 1);
        for i in 0..network.nodes() {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut at = vec![0; first[network.nodes()] as usize];
        for (target, node) in ends() {
            at[next[node] as usize] = target;
            next[node] += 1;
        }
        Targets { places, first, at }
    }

    fn read(&self, space: &Space, start: &Snapped, most_m: f64) -> Vec<(usize, f64)> {
        let mut found: Vec<(usize, f64)> = Vec::new();
        let mut nodes: Vec<u32> = space.reached.clone();
        // Targets on the start's own edge are near even where its ends are not.
        nodes.extend(start.nodes);
        for node in nodes {
            let list = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
            for &target in &self.at[list] {
                let Some(place) = &self.places[target as usize] else { continue };
                let length = length_to(space, start, place);
                if length <= most_m {
                    found.push((target as usize, length));
                }
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        found.dedup_by_key(|f| f.0);
        found
    }
}

fn length_to(space: &Space, start: &Snapped, place: &Snapped) -> f64 {
    let by = |end: usize| space.length[place.nodes[end] as usize] + place.along_m[end];
    let mut along = by(0).min(by(1));
    if place.nodes == start.nodes {
        along = along.min(start.off_m + (start.along_m[0] - place.along_m[0]).abs());
    }
    along + place.off_m
}

/// Working space of a search, used again and again.
struct Space {
    length: Vec<f64>,
    reached: Vec<u32>,
    queue: BinaryHeap<Step>,
}

impl Space {
    fn new(nodes: usize) -> Self {
        Space { length: vec![f64::INFINITY; nodes], reached: Vec::new(), queue: BinaryHeap::new() }
    }

    fn run(&mut self, network: &Network, start: &Snapped, most_m: f64) {
        for node in self.reached.drain(..) {
            self.length[node as usize] = f64::INFINITY;
        }
        self.queue.clear();
        for (node, along) in start.nodes.into_iter().zip(start.along_m) {
            self.relax(node, start.off_m + along, most_m);
        }
        while let Some(Step { length, node }) = self.queue.pop() {
            if length > self.length[node as usize] {
                continue;
            }
            for &(next, way) in network.neighbours(node) {
                self.relax(next, length + way, most_m);
            }
        }
    }

    fn relax(&mut self, node: u32, length: f64, most_m: f64) {
        let known = &mut self.length[node as usize];
        if length < *known && length <= most_m {
            if known.is_infinite() {
                self.reached.push(node);
            }
            *known = length;
            self.queue.push(Step { length, node });
        }
    }
}

#[derive(PartialEq)]
struct Step {
    length: f64,
    node: u32,
}

impl Eq for Step {}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> Ordering {
        other.length.total_cmp(&self.length).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
