use std::collections::HashMap;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Line};
use rstar::{PointDistance, RTree};

use serde::{Deserialize, Serialize};

use super::noding::{Segment, node};
use crate::error::{Error, Result};
use crate::ground::LocalFrame;
use crate::groups::Groups;
use crate::model::Walk;

/// A network of walks, in metres.
#[derive(Debug)]
pub struct Network {
    /// Nodes, in metres.
    pub(super) nodes: Vec<[f64; 2]>,
    /// Where the neighbours of each node begin.
    first: Vec<u32>,
    /// Neighbours with the length of the way there.
    ways: Vec<(u32, f64)>,
    /// All edges, for snapping: their nodes are kept with them.
    tree: RTree<GeomWithData<Line<[f64; 2]>, [u32; 2]>>,
    /// The connected part of every node.
    part: Vec<u32>,
}

/// The place on the network that is nearest to a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Snapped {
    /// The nodes at both ends of the edge.
    pub nodes: [u32; 2],
    /// Metres along the edge from the place to both nodes.
    pub along_m: [f64; 2],
    /// Metres from the point to the place.
    pub off_m: f64,
}

impl Network {
    /// Nodes lines in degrees, in a local frame.
    ///
    /// # Errors
    /// Where a line cannot be projected.
    pub fn of(walks: &[Walk], frame: &LocalFrame) -> Result<Network> {
        let lonlat: Vec<[f64; 2]> =
            walks.iter().flat_map(|walk| walk.line.0.iter().map(|c| [c.x, c.y])).collect();
        let mut metres = frame.project(&lonlat)?.into_iter();
        let lines = walks.iter().map(|walk| {
            let line: Vec<[f64; 2]> = metres.by_ref().take(walk.line.0.len()).collect();
            (line, walk.level)
        });
        Network::of_lines(&lines.collect::<Vec<_>>())
    }

    /// Nodes lines in metres, each with its level.
    ///
    /// # Errors
    /// Where a coordinate is not finite.
    pub fn of_lines(lines: &[(Vec<[f64; 2]>, i32)]) -> Result<Network> {
        if lines.iter().flat_map(|l| &l.0).flatten().any(|x| !x.is_finite()) {
            return Err(Error::request(
                "a walk with a coordinate that is not finite",
                "mend the line",
            ));
        }
        let mut segments = Vec::new();
        for (line, (points, level)) in lines.iter().enumerate() {
            let pairs = points.windows(2).filter(|w| w[0] != w[1]);
            segments.extend(pairs.map(|w| Segment {
                ends: [w[0], w[1]],
                level: *level,
                line: line as u32,
            }));
        }
        let mut numbers: HashMap<[u64; 2], u32> = HashMap::new();
        let mut nodes: Vec<[f64; 2]> = Vec::new();
        let mut edges: Vec<[u32; 2]> = Vec::new();
        for points in node(&segments) {
            let mut last = None;
            for point in points {
                let number =
                    *numbers.entry(point.map(|x| (x + 0.0).to_bits())).or_insert_with(|| {
                        nodes.push(point);
                        (nodes.len() - 1) as u32
                    });
                if let Some(last) = last.replace(number)
                    && last != number
                {
                    edges.push([last.min(number), last.max(number)]);
                }
            }
        }
        edges.sort_unstable();
        edges.dedup();
        Ok(Network::with(nodes, &edges))
    }

    fn with(nodes: Vec<[f64; 2]>, edges: &[[u32; 2]]) -> Network {
        let mut first = vec![0u32; nodes.len() + 1];
        for &[a, b] in edges {
            first[a as usize + 1] += 1;
            first[b as usize + 1] += 1;
        }
        for i in 0..nodes.len() {
            first[i + 1] += first[i];
        }
        let mut next = first.clone();
        let mut ways = vec![(0, 0.0); 2 * edges.len()];
        for &[a, b] in edges {
            let length = apart(nodes[a as usize], nodes[b as usize]);
            for (from, to) in [(a, b), (b, a)] {
                ways[next[from as usize] as usize] = (to, length);
                next[from as usize] += 1;
            }
        }
        let lines = edges.iter().map(|&[a, b]| {
            GeomWithData::new(Line::new(nodes[a as usize], nodes[b as usize]), [a, b])
        });
        let tree = RTree::bulk_load(lines.collect());
        let part = parts(nodes.len(), edges);
        Network { nodes, first, ways, tree, part }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Number of edges between nodes.
    pub fn edges(&self) -> usize {
        self.ways.len() / 2
    }

    /// Where a place lies, metres.
    pub fn position(&self, place: &Snapped) -> [f64; 2] {
        let [a, b] = place.nodes.map(|node| self.nodes[node as usize]);
        let way = place.along_m[0] + place.along_m[1];
        let share = if way > 0.0 { place.along_m[0] / way } else { 0.0 };
        [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
    }

    /// The connected part of the network that a place lies in; parts are numbered from 0.
    pub fn part(&self, place: &Snapped) -> u32 {
        self.part[place.nodes[0] as usize]
    }

    /// The neighbours of a node with the metres to walk there.
    pub fn neighbours(&self, node: u32) -> &[(u32, f64)] {
        let node = node as usize;
        &self.ways[self.first[node] as usize..self.first[node + 1] as usize]
    }

    /// The nearest place on the network for every point in metres, at most `farthest_m` away.
    pub fn snap(&self, points: &[[f64; 2]], farthest_m: f64) -> Vec<Option<Snapped>> {
        points.par_iter().with_min_len(64).map(|&point| self.snap_one(point, farthest_m)).collect()
    }

    fn snap_one(&self, point: [f64; 2], farthest_m: f64) -> Option<Snapped> {
        let mut nearest = self.tree.nearest_neighbor_iter_with_distance_2(&point);
        let (mut best, squared) = nearest.next().map(|(edge, d)| (edge.data, d))?;
        // Where several edges are equally near (they meet there), the first one.
        for (edge, other) in nearest {
            if other > squared {
                break;
            }
            best = best.min(edge.data);
        }
        let [a, b] = best.map(|node| self.nodes[node as usize]);
        let line = Segment { ends: [a, b], level: 0, line: 0 };
        let (_, foot) = line.foot(point);
        let off_m = Line::new(a, b).distance_2(&point).sqrt();
        (off_m <= farthest_m).then(|| Snapped {
            nodes: best,
            along_m: [apart(foot, a), apart(foot, b)],
            off_m,
        })
    }
}

fn parts(nodes: usize, edges: &[[u32; 2]]) -> Vec<u32> {
    let mut groups = Groups::of(nodes);
    for &[a, b] in edges {
        groups.join(a, b);
    }
    let mut number = vec![u32::MAX; nodes];
    let mut next = 0;
    let mut part = vec![0; nodes];
    for v in 0..nodes as u32 {
        let root = groups.find(v) as usize;
        if number[root] == u32::MAX {
            number[root] = next;
            next += 1;
        }
        part[v as usize] = number[root];
    }
    part
}

/// Straight-line distance, metres.
pub(super) fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
