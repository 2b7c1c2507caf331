use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use rayon::prelude::*;

use super::joint::join;
use super::split::{EXHAUSTIVE, Rank, Split};
use crate::divide::{Divider, Effort, Tolerance};
use crate::error::Result;
use crate::graph::Graph;
use crate::ground::Ground;
use crate::model::City;
use crate::organise::building_groups::BuildingGroupDivision;
use crate::organise::homes::Homes;
use crate::plan::Plan;

/// Who forms a branch, and when it has groups.
///
/// The numbers are those of the Regulations on the Work of Party Branches (中国共产党支部工作条例,
/// 2018): three full members form a branch, fewer join one nearby, in general no more than five
/// places in one; seven full members elect a branch committee; and of the rules on Party groups of
/// central organs: a branch of more than twenty members has groups, of three members and
/// one full member at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyRules {
    /// Full members that form a branch. Default 3.
    pub branch: u32,
    /// Members above which a branch has groups, and the most that a group is to have. Default 20.
    pub group_above: u32,
    /// Members of a group, at least. Default 3.
    pub group: u32,
    /// Full members with whom a branch elects a committee. Default 7.
    pub committee: u32,
    /// Grids of a joint branch above which it is named in the findings. Default 5.
    pub joint_grids: usize,
}

impl Default for PartyRules {
    fn default() -> Self {
        PartyRules { branch: 3, group_above: 20, group: 3, committee: 7, joint_grids: 5 }
    }
}

/// A branch (党支部) of one grid, or a joint one of several (联合党支部).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its community: an index into `City::communities`.
    pub community: usize,
    /// Its grids, ascending: indices into `Plan::grids`.
    pub grids: Vec<usize>,
    /// Party members.
    pub members: u32,
    /// Full members among them.
    pub full: u32,
    /// Whether it elects a committee.
    pub committee: bool,
    /// Whether it has too few full members, and no neighbour to join.
    pub lacking: bool,
    /// Its groups: indices into [`PartyOrganisation::groups`].
    pub groups: Vec<usize>,
}

/// A party group (党小组) of a branch: some of its building groups, which touch as far as they can.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyGroup {
    /// Its branch: an index into [`PartyOrganisation::branches`].
    pub branch: usize,
    /// Its building groups, ascending.
    pub building_groups: Vec<usize>,
    /// Party members.
    pub members: u32,
    /// Full members among them.
    pub full: u32,
}

/// Branches and groups of a city. Each community with a branch has a committee (社区党委) above them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyOrganisation {
    /// Branches, by their first grid.
    pub branches: Vec<Branch>,
    /// The branch of every grid; none in a community without members.
    pub branch_of_grid: Vec<Option<usize>>,
    /// Groups, by branch.
    pub groups: Vec<PartyGroup>,
    /// The group of every building group, where its branch has groups.
    pub group_of_building_group: Vec<Option<usize>>,
    /// Whether it is proved that joining grids otherwise would not leave more branches.
    pub exact: bool,
}

impl PartyRules {
    /// Organises the members of a city.
    ///
    /// # Errors
    /// Where a grid cannot be projected.
    pub fn organise(
        &self,
        city: &City,
        ground: &Ground,
        plan: &Plan,
        buildings: &BuildingGroupDivision,
        homes: &Homes,
    ) -> Result<PartyOrganisation> {
        let mut answer = PartyOrganisation {
            branch_of_grid: vec![None; plan.grids.len()],
            group_of_building_group: vec![None; buildings.groups.len()],
            exact: true,
            ..PartyOrganisation::default()
        };
        if city.members.is_empty() {
            return Ok(answer);
        }
        let mut members = vec![0u32; plan.grids.len()];
        let mut full = vec![0u32; plan.grids.len()];
        let mut in_group = vec![(0u32, 0u32); buildings.groups.len()];
        for (member, home) in city.members.iter().zip(&homes.group_of_member) {
            let Some(group) = *home else { continue };
            let grid = buildings.groups[group].grid;
            members[grid] = members[grid].saturating_add(member.members);
            full[grid] = full[grid].saturating_add(member.full());
            let (all, full) = &mut in_group[group];
            *all = all.saturating_add(member.members);
            *full = full.saturating_add(member.full());
        }
        let neighbours = neighbours(ground, plan)?;
        let mut first = 0;
        while first < plan.grids.len() {
            let community = plan.grids[first].community;
            let last =
                first + plan.grids[first..].iter().take_while(|g| g.community == community).count();
            // Without members there is nobody who could form a branch, or lack others.
            if members[first..last].iter().any(|&members| members > 0) {
                self.join_community(&mut answer, &full, &neighbours, community, first..last);
            }
            first = last;
        }
        self.form_groups(ground, buildings, &in_group, &mut answer)?;
        Ok(answer)
    }

    fn join_community(
        &self,
        answer: &mut PartyOrganisation,
        full: &[u32],
        neighbours: &[(usize, usize, i64)],
        community: usize,
        grids: std::ops::Range<usize>,
    ) {
        let own = neighbours.iter().filter(|e| grids.contains(&e.0) && grids.contains(&e.1));
        let edges: Vec<(usize, usize, i64)> =
            own.map(|&(a, b, way)| (a - grids.start, b - grids.start, way)).collect();
        let joined = join(&full[grids.clone()], &edges, self.branch);
        answer.exact &= joined.exact;
        let mut branch_at = HashMap::new();
        for (place, &name) in joined.branch_of_grid.iter().enumerate() {
            let branch = *branch_at.entry(name).or_insert_with(|| {
                let lacking = joined.lacking.contains(&name);
                answer.branches.push(Branch { community, lacking, ..Branch::default() });
                answer.branches.len() - 1
            });
            answer.branches[branch].grids.push(grids.start + place);
            answer.branch_of_grid[grids.start + place] = Some(branch);
        }
    }

    fn form_groups(
        &self,
        ground: &Ground,
        buildings: &BuildingGroupDivision,
        in_group: &[(u32, u32)],
        answer: &mut PartyOrganisation,
    ) -> Result<()> {
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); answer.branches.len()];
        for (i, group) in buildings.groups.iter().enumerate() {
            if let Some(branch) = answer.branch_of_grid[group.grid] {
                parts[branch].push(i);
                let (members, full) = in_group[i];
                let branch = &mut answer.branches[branch];
                branch.members = branch.members.saturating_add(members);
                branch.full = branch.full.saturating_add(full);
            }
        }
        let edges = group_edges(ground, buildings);
        let branches = &mut answer.branches;
        let cut: Vec<Vec<Vec<usize>>> = parts
            .par_iter()
            .zip(branches.par_iter_mut())
            .map(|(parts, branch)| {
                branch.committee = branch.full >= self.committee;
                self.cut(parts, in_group, &edges)
            })
            .collect::<Result<_>>()?;
        for (branch, groups) in cut.into_iter().enumerate() {
            for building_groups in groups {
                let sum = |of: fn(&(u32, u32)) -> u32| {
                    let all = building_groups.iter().map(|&i| of(&in_group[i]));
                    all.fold(0u32, u32::saturating_add)
                };
                for &i in &building_groups {
                    answer.group_of_building_group[i] = Some(answer.groups.len());
                }
                answer.branches[branch].groups.push(answer.groups.len());
                answer.groups.push(PartyGroup {
                    branch,
                    members: sum(|g| g.0),
                    full: sum(|g| g.1),
                    building_groups,
                });
            }
        }
        Ok(())
    }

    /// The building groups of a branch by party group; none where it needs no groups.
    fn cut(
        &self,
        parts: &[usize],
        in_group: &[(u32, u32)],
        edges: &HashMap<(usize, usize), i64>,
    ) -> Result<Vec<Vec<usize>>> {
        let members: u64 = parts.iter().map(|&i| u64::from(in_group[i].0)).sum();
        if members <= u64::from(self.group_above) {
            return Ok(Vec::new());
        }
        let people: Vec<(u32, u32)> = parts.iter().map(|&i| in_group[i]).collect();
        let mut own = Vec::new();
        for (x, &a) in parts.iter().enumerate() {
            for (y, &b) in parts.iter().enumerate().skip(x + 1) {
                if let Some(&border) = edges.get(&(a, b)) {
                    own.push((x as u32, y as u32, border));
                }
            }
        }
        let (least, most) = (self.group, self.group_above.max(1));
        let split = Split { members: &people, edges: &own, least, most };
        let labels = if parts.len() <= EXHAUSTIVE { split.best() } else { divide(&split)? };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (&i, label) in parts.iter().zip(labels.unwrap_or_default()) {
            groups.resize(groups.len().max(label + 1), Vec::new());
            groups[label].push(i);
        }
        groups.sort_unstable();
        Ok(groups)
    }
}

/// As [`Split::best`], for many building groups: by the dividing solver, for one number of groups
/// after the other, until what cannot be helped alone is above the most.
fn divide(split: &Split<'_>) -> Result<Option<Vec<usize>>> {
    /// Numbers of groups, beyond the least that can be enough, which are looked at.
    const FURTHER: usize = 8;
    let weights: Vec<i64> = split.members.iter().map(|m| i64::from(m.0)).collect();
    let most = i64::from(split.most);
    let members: i64 = weights.iter().sum();
    // Whoever is above the most alone shares a group with nobody.
    let (above, others): (Vec<i64>, Vec<i64>) = weights.iter().partition(|&&w| w > most);
    let others: i64 = others.iter().sum();
    let enough = above.len() + (others / most + i64::from(others % most > 0)) as usize;
    let enough = enough.max(2);
    let graph = Graph::new(1, weights, split.edges)?;
    let last = (enough + FURTHER).min(split.members.len());
    let mut best: Option<(Rank, Vec<usize>)> = None;
    for k in (enough..=last).chain((2..enough).rev()) {
        // Fewer only where so many would not have their members each.
        if k < enough && best.is_some() {
            break;
        }
        // Even ones, and where these hold too many, any that do not.
        let to_most = most as f64 * k as f64 / members as f64 - 1.0;
        let tolerances = [Tolerance::both(0.1), Tolerance::above(to_most.max(0.0))];
        for tolerance in tolerances {
            let divider = Divider { effort: Effort::Fast, ..Divider::new(vec![tolerance]) };
            let labels = divider.labels(&graph, k)?.into_iter().map(|label| label as usize);
            let labels: Vec<usize> = labels.collect();
            let Some(rank) = split.rank(&labels, k) else { continue };
            if best.as_ref().is_none_or(|(old, _)| rank < *old) {
                best = Some((rank, labels));
            }
            if best.as_ref().is_some_and(|(rank, _)| rank.0 == 0 && rank.1 == split.unavoidable()) {
                return Ok(best.map(|(_, labels)| labels));
            }
        }
    }
    Ok(best.map(|(_, labels)| labels))
}

/// Pairs of grids of one community that touch, with the distance of their centres in millimetres.
/// A grid that touches none has the nearest as its neighbour.
fn neighbours(ground: &Ground, plan: &Plan) -> Result<Vec<(usize, usize, i64)>> {
    let lonlat: Vec<[f64; 2]> = plan.grids.iter().map(|g| [g.centre.x(), g.centre.y()]).collect();
    let centres = ground.frame.project(&lonlat)?;
    let way = |a: usize, b: usize| {
        let [x, y] = [0, 1].map(|i| centres[a][i] - centres[b][i]);
        (x.hypot(y) * 1e3).round() as i64
    };
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let grid = |cell: u32| plan.grid_of_unit.get(cell as usize).map(|&g| g as usize);
    for (a, b, border) in ground.contiguity.pairs() {
        if let (Some(a), Some(b)) = (grid(a), grid(b))
            && a != b
            && border > 0.0
            && plan.grids[a].community == plan.grids[b].community
        {
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let mut alone = vec![true; plan.grids.len()];
    for &(a, b) in &pairs {
        (alone[a], alone[b]) = (false, false);
    }
    for a in (0..plan.grids.len()).filter(|&a| alone[a]) {
        let others = (0..plan.grids.len())
            .filter(|&b| b != a && plan.grids[b].community == plan.grids[a].community);
        if let Some(b) = others.min_by_key(|&b| (way(a, b), b)) {
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs.into_iter().map(|(a, b)| (a, b, way(a, b))).collect())
}

/// Shared borders of building groups, in millimetres, lower one first.
fn group_edges(ground: &Ground, buildings: &BuildingGroupDivision) -> HashMap<(usize, usize), i64> {
    let group = |cell: u32| {
        let group = buildings.group_of_unit.get(cell as usize).copied().unwrap_or(u32::MAX);
        (group != u32::MAX).then_some(group as usize)
    };
    let mut edges = HashMap::new();
    for (a, b, border) in ground.contiguity.pairs() {
        if let (Some(a), Some(b)) = (group(a), group(b))
            && a != b
        {
            *edges.entry((a.min(b), a.max(b))).or_insert(0) += (border * 1e3).round() as i64;
        }
    }
    edges
}

#[cfg(test)]
#[path = "organisation_tests.rs"]
mod tests;
