//! Which grids share a branch.
//!
//! A grid with too few full members joins a neighbour. Of all ways to do so that leave the most
//! branches, the one is taken whose joints are shortest in all: a joint branch's joints are the
//! least tree of centre distances that holds its grids together.
//!
//! Only grids with too few matter, in the parts in which they touch. A part of up to
//! [`EXHAUSTIVE`] of them is solved exactly by a dynamic programme over its subsets. In a larger
//! one, wherever any two neighbours are enough together, the answer is a maximum-weight matching
//! and exact too: each pair saves a joint, whoever is left over goes to its nearest neighbour. Else
//! pairs are matched first and larger groups grow from the nearest, which is told.

use crate::allocate::flow::matching;
use crate::groups::Groups;
use serde::{Deserialize, Serialize};

/// Grids with too few members that touch, up to which every grouping is tried.
const EXHAUSTIVE: usize = 12;

/// Grids by branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedGrids {
    /// The branch of every grid, named by its first grid.
    pub branch_of_grid: Vec<usize>,
    /// Branches that have too few members all the same: they touch nobody else.
    pub lacking: Vec<usize>,
    /// Whether it is proved that no grouping leaves more branches, or as many with shorter joints.
    pub exact: bool,
}

/// Joins grids until every branch has `least` full members, where it can be had.
///
/// `full` are the full members of every grid; `neighbours` are pairs of grids that touch, with a
/// distance of 0 or more.
///
/// ```
/// use evengrid::organise::join;
/// // Four grids in a row; the two in the middle are too small, and enough together.
/// let joined = join(&[5, 1, 2, 4], &[(0, 1, 10), (1, 2, 30), (2, 3, 10)], 3);
/// assert_eq!(joined.branch_of_grid, [0, 1, 1, 3]);
/// ```
pub fn join(full: &[u32], neighbours: &[(usize, usize, i64)], least: u32) -> JoinedGrids {
    join_by(full, neighbours, least, EXHAUSTIVE)
}

fn join_by(
    full: &[u32],
    neighbours: &[(usize, usize, i64)],
    least: u32,
    exhaustive: usize,
) -> JoinedGrids {
    let mut edges = neighbours.to_vec();
    edges.sort_unstable_by_key(|&(a, b, way)| (way, a.min(b), a.max(b)));
    let short = |grid: usize| full[grid] < least;
    let mut parts = Groups::of(full.len());
    for &(a, b, _) in edges.iter().filter(|e| short(e.0) && short(e.1)) {
        parts.join(a as u32, b as u32);
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); full.len()];
    for grid in (0..full.len()).filter(|&grid| short(grid)) {
        members[parts.find(grid as u32) as usize].push(grid);
    }
    let mut town = Town { full, edges: &edges, least, groups: Groups::of(full.len()) };
    let mut exact = true;
    for part in members.into_iter().filter(|part| !part.is_empty()) {
        if part.len() <= exhaustive {
            town.try_all(&part);
        } else {
            exact &= town.pair(&part);
        }
    }
    let branch_of_grid: Vec<usize> =
        (0..full.len() as u32).map(|grid| town.groups.find(grid) as usize).collect();
    let mut people = vec![0u64; full.len()];
    for (grid, &branch) in branch_of_grid.iter().enumerate() {
        people[branch] += u64::from(full[grid]);
    }
    let lacking = (0..full.len())
        .filter(|&b| branch_of_grid[b] == b && people[b] < u64::from(least))
        .collect();
    JoinedGrids { branch_of_grid, lacking, exact }
}

struct Town<'a> {
    full: &'a [u32],
    /// The shortest first.
    edges: &'a [(usize, usize, i64)],
    least: u32,
    groups: Groups,
}

impl Town<'_> {
    fn short(&self, grid: usize) -> bool {
        self.full[grid] < self.least
    }

    /// Tries every grouping of a part.
    fn try_all(&mut self, part: &[usize]) {
        let local = |grid: usize| part.binary_search(&grid).ok();
        // The part's own edges, and the shortest one of each grid to a sound grid: place `root`.
        let root = part.len();
        let mut edges: Vec<(usize, usize, i64, (usize, usize))> = Vec::new();
        for &(a, b, way) in self.edges {
            let ends = (local(a), local(b));
            let (x, y) = match ends {
                (Some(x), Some(y)) => (x, y),
                (Some(x), None) if !self.short(b) => (x, root),
                (None, Some(y)) if !self.short(a) => (y, root),
                _ => continue,
            };
            if y != root || !edges.iter().any(|e| (e.0, e.1) == (x, root)) {
                edges.push((x, y, way, (a, b)));
            }
        }
        let tree = |mask: usize| -> Option<(i64, Vec<(usize, usize)>)> {
            let mut groups = Groups::of(root + 1);
            let (mut length, mut taken) = (0, Vec::new());
            for &(x, y, way, ends) in &edges {
                let inside = mask >> x & 1 == 1 && mask >> y & 1 == 1;
                if inside && groups.find(x as u32) != groups.find(y as u32) {
                    groups.join(x as u32, y as u32);
                    length += way;
                    taken.push(ends);
                }
            }
            (taken.len() + 1 == mask.count_ones() as usize).then_some((length, taken))
        };
        let all = (1usize << root) - 1;
        let lengths: Vec<Option<i64>> = (0..=all).map(|m| tree(m).map(|t| t.0)).collect();
        let enough = |mask: usize| {
            let members = (0..root).filter(|i| mask >> i & 1 == 1);
            let sum: u64 = members.map(|i| u64::from(self.full[part[i]])).sum();
            sum >= u64::from(self.least)
        };
        // Of every set of grids: most branches among themselves, then the shortest joints (negated).
        let mut best: Vec<Option<(i64, i64)>> = vec![None; all + 1];
        let mut choice = vec![0usize; all + 1];
        best[0] = Some((0, 0));
        let sound: Vec<bool> = (0..=all).map(|m| lengths[m].is_some() && enough(m)).collect();
        for mask in 1..=all {
            let low = mask & mask.wrapping_neg();
            let others = mask ^ low;
            let mut rest = others;
            loop {
                // The group of the lowest grid is `low` and what is not in `rest`.
                let group = mask ^ rest;
                if sound[group]
                    && let (Some(length), Some((branches, joints))) = (lengths[group], best[rest])
                {
                    let value = (branches + 1, joints - length);
                    if best[mask].is_none_or(|old| value > old) {
                        (best[mask], choice[mask]) = (Some(value), group);
                    }
                }
                if rest == 0 {
                    break;
                }
                rest = (rest - 1) & others;
            }
        }
        let mut answer: Option<((i64, i64), usize)> = None;
        for rooted in 0..=all {
            let way = if rooted == 0 { Some(0) } else { tree(rooted | 1 << root).map(|t| t.0) };
            let (Some(way), Some((branches, joints))) = (way, best[all ^ rooted]) else { continue };
            let value = (branches, joints - way);
            if answer.is_none_or(|(old, _)| value > old) {
                answer = Some((value, rooted));
            }
        }
        // Too few even together, and nobody else about: one group, which lacks members.
        let rooted = answer.map_or(0, |(_, rooted)| rooted);
        let mut taken = tree(rooted | 1 << root).map_or(Vec::new(), |t| t.1);
        let mut rest = all ^ rooted;
        while rest != 0 {
            let group = if answer.is_some() { choice[rest] } else { rest };
            taken.extend(tree(group).map_or(Vec::new(), |t| t.1));
            rest ^= group;
        }
        for (a, b) in taken {
            self.groups.join(a as u32, b as u32);
        }
    }

    /// Matches pairs, and lets groups that are too small grow by the shortest joints; whether that
    /// is exact.
    fn pair(&mut self, part: &[usize]) -> bool {
        let local = |grid: usize| part.binary_search(&grid).ok();
        let mut nearest = vec![None; part.len()];
        for &(a, b, way) in self.edges {
            for grid in [a, b] {
                if let Some(place) = local(grid) {
                    nearest[place].get_or_insert(way);
                }
            }
        }
        let longest = self.edges.last().map_or(0, |e| e.2);
        let pair = 2 * (longest + 1) * (part.len() as i64 + 1);
        let alone = |place: usize| nearest[place].unwrap_or(0);
        let mut every_pair_suffices = true;
        let mut pairs = Vec::new();
        for &(a, b, way) in self.edges {
            let (Some(x), Some(y)) = (local(a), local(b)) else { continue };
            if self.full[a].saturating_add(self.full[b]) >= self.least {
                pairs.push((x, y, pair + alone(x) + alone(y) - way));
            } else {
                every_pair_suffices = false;
            }
        }
        for (x, mate) in matching(part.len(), &pairs).into_iter().enumerate() {
            if let Some(y) = mate {
                self.groups.join(part[x] as u32, part[y] as u32);
            }
        }
        let mut people: Vec<u64> = vec![0; self.full.len()];
        for (grid, &full) in self.full.iter().enumerate() {
            people[self.groups.find(grid as u32) as usize] += u64::from(full);
        }
        for &(a, b, _) in self.edges {
            if local(a).is_none() && local(b).is_none() {
                continue;
            }
            let (x, y) = (self.groups.find(a as u32), self.groups.find(b as u32));
            let few = |branch: u32| people[branch as usize] < u64::from(self.least);
            if x != y && (few(x) || few(y)) {
                self.groups.join(x, y);
                people[x.min(y) as usize] = people[x as usize] + people[y as usize];
            }
        }
        every_pair_suffices
    }
}

#[cfg(test)]
#[path = "joint_tests.rs"]
mod tests;
