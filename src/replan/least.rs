//! The fewest people that any plan as good could move.

use std::collections::BTreeMap;

use super::near::Facts;
use crate::allocate::capacitated_assignment;
use crate::groups::Groups;

/// A lower bound on the people moved by any plan of these communities and numbers of grids whose
/// grids lie out of their population tolerances by no more people in all than this plan's, and out
/// of their other upper limits by no more either.
///
/// A grid goes on as one grid of one community at most, and then keeps no more than that may hold;
/// which grids go on where is chosen at best (a transport problem, solved exactly). And in each
/// community, what its grids lack when they keep all they have must come in. `grids` is the number
/// of grids of every community.
pub(super) fn least_moved(facts: &[Option<Facts>], grids: &[usize]) -> (f64, f64) {
    let known = || facts.iter().enumerate().filter_map(|(c, f)| Some((c, f.as_ref()?)));
    let people: f64 =
        known().map(|(_, f)| f.keeping.standing.iter().sum::<i64>() as f64 * f.person).sum();
    let together: f64 = known().map(|(_, f)| f.keeping.together as f64 * f.person).sum();
    let beside: f64 = known().map(|(_, f)| f.keeping.beside as f64 * f.person).sum();
    let outside: f64 = known().map(|(_, f)| f.keeping.outside as f64 * f.person).sum();
    let apart = most_kept(facts, grids) + outside;
    let least = |together: f64| (people - together.min(apart)).max(0.0);
    (least(together), least(beside))
}

/// The most that grids could keep if each went on in one community at most, and no community had
/// more grids than it has.
fn most_kept(facts: &[Option<Facts>], grids: &[usize]) -> f64 {
    // Which communities each present grid reaches into, and what it could keep there.
    let mut reach: BTreeMap<u32, Vec<(usize, f64)>> = BTreeMap::new();
    for (community, facts) in facts.iter().enumerate() {
        let Some(facts) = facts else { continue };
        for (&grid, &most) in facts.present.iter().zip(&facts.keeping.most) {
            reach.entry(grid).or_default().push((community, most as f64 * facts.person));
        }
    }
    // Communities that share a grid are looked at together.
    let mut groups = Groups::of(facts.len());
    for places in reach.values() {
        for pair in places.windows(2) {
            groups.join(pair[0].0 as u32, pair[1].0 as u32);
        }
    }
    let mut rows: BTreeMap<u32, Vec<&Vec<(usize, f64)>>> = BTreeMap::new();
    for places in reach.values() {
        rows.entry(groups.find(places[0].0 as u32)).or_default().push(places);
    }
    rows.values()
        .map(|rows| {
            let mut communities: Vec<usize> =
                rows.iter().flat_map(|places| places.iter().map(|p| p.0)).collect();
            communities.sort_unstable();
            communities.dedup();
            match communities[..] {
                [only] => {
                    let mut most: Vec<f64> = rows.iter().map(|places| places[0].1).collect();
                    most.sort_by(|a, b| b.total_cmp(a));
                    most.iter().take(grids[only]).sum()
                }
                _ => assigned(rows, &communities, grids),
            }
        })
        .sum()
}

fn assigned(rows: &[&Vec<(usize, f64)>], communities: &[usize], grids: &[usize]) -> f64 {
    // One column more takes the grids that do not go on.
    let columns = communities.len() + 1;
    let mut costs = vec![f64::INFINITY; rows.len() * columns];
    for (row, places) in rows.iter().enumerate() {
        costs[row * columns + columns - 1] = 0.0;
        for &(community, most) in places.iter() {
            if let Ok(column) = communities.binary_search(&community) {
                costs[row * columns + column] = -most;
            }
        }
    }
    let mut capacities: Vec<usize> = communities.iter().map(|&c| grids[c]).collect();
    capacities.push(rows.len());
    let all = || rows.iter().map(|places| places.iter().fold(0.0, |m: f64, p| m.max(p.1))).sum();
    capacitated_assignment(&costs, rows.len(), &capacities).map_or_else(|_| all(), |a| -a.cost)
}
