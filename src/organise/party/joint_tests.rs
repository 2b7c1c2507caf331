use proptest::prelude::*;

use super::*;

/// The least tree that holds some grids together.
fn tree(members: &[usize], edges: &[(usize, usize, i64)]) -> Option<i64> {
    let mut inside = vec![members[0]];
    let mut length = 0;
    while inside.len() < members.len() {
        let next = edges.iter().filter_map(|&(a, b, way)| {
            match (inside.contains(&a), inside.contains(&b)) {
                (true, false) if members.contains(&b) => Some((way, b)),
                (false, true) if members.contains(&a) => Some((way, a)),
                _ => None,
            }
        });
        let (way, grid) = next.min()?;
        length += way;
        inside.push(grid);
    }
    Some(length)
}

/// Most branches and shortest joints over all partitions.
fn by_trying(
    full: &[u32],
    edges: &[(usize, usize, i64)],
    least: u32,
    groups: &mut Vec<Vec<usize>>,
    next: usize,
) -> Option<(usize, i64)> {
    if next == full.len() {
        let mut joints = 0;
        for group in groups.iter() {
            if group.iter().map(|&g| full[g]).sum::<u32>() < least {
                return None;
            }
            joints -= tree(group, edges)?;
        }
        return Some((groups.len(), joints));
    }
    let mut best = None;
    for place in 0..=groups.len() {
        if place == groups.len() {
            groups.push(vec![next]);
        } else {
            groups[place].push(next);
        }
        best = best.max(by_trying(full, edges, least, groups, next + 1));
        groups[place].pop();
        groups.retain(|group| !group.is_empty());
    }
    best
}

fn value(joined: &JoinedGrids, edges: &[(usize, usize, i64)]) -> Option<(usize, i64)> {
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); joined.branch_of_grid.len()];
    for (grid, &branch) in joined.branch_of_grid.iter().enumerate() {
        groups[branch].push(grid);
    }
    groups.retain(|group| !group.is_empty());
    let mut joints = 0;
    for group in &groups {
        joints -= tree(group, edges)?;
    }
    Some((groups.len(), joints))
}

fn town(most: u32) -> impl Strategy<Value = (Vec<u32>, Vec<(usize, usize, i64)>)> {
    let full = prop::collection::vec(0..=most, 2..8usize);
    (full, prop::collection::vec((0usize..8, 0usize..8, 0i64..20), 0..14)).prop_map(
        |(full, raw)| {
            let n = full.len();
            let mut edges: Vec<(usize, usize, i64)> =
                raw.into_iter().filter(|e| e.0 < e.1 && e.1 < n).collect();
            // A path makes the town hang together.
            edges.extend((1..n).map(|i| (i - 1, i, 7 + i as i64)));
            (full, edges)
        },
    )
}

#[test]
fn who_is_left_over_goes_to_the_nearest() {
    // Three small grids round a large one: two of them make a pair, the third goes to the large one.
    let edges = [(0, 1, 5), (1, 2, 4), (0, 3, 9), (1, 3, 9), (2, 3, 1)];
    let joined = join(&[2, 2, 2, 9], &edges, 3);
    assert_eq!(joined.branch_of_grid, [0, 0, 2, 2]);
    assert!(joined.exact && joined.lacking.is_empty());
}

#[test]
fn a_town_with_too_few_members_is_one_group_that_lacks_them() {
    let joined = join(&[1, 0, 1], &[(0, 1, 1), (1, 2, 1)], 3);
    assert_eq!((joined.branch_of_grid, joined.lacking), (vec![0; 3], vec![0]));
    assert_eq!(join(&[1, 5], &[], 3).lacking, [0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_other_grouping_leaves_more_branches_or_shorter_joints((full, edges) in town(5)) {
        let best = by_trying(&full, &edges, 3, &mut Vec::new(), 0);
        prop_assume!(best.is_some());
        let joined = join(&full, &edges, 3);
        prop_assert!(joined.exact && joined.lacking.is_empty());
        prop_assert_eq!(value(&joined, &edges), best);
    }

    #[test]
    fn matching_is_exact_where_any_pair_suffices((full, edges) in town(4)) {
        let full: Vec<u32> = full.into_iter().map(|f| f.max(2)).collect();
        let joined = join_by(&full, &edges, 3, 0);
        prop_assert!(joined.exact);
        let best = by_trying(&full, &edges, 3, &mut Vec::new(), 0);
        prop_assert_eq!(value(&joined, &edges), best);
    }

    #[test]
    fn matching_never_leaves_a_branch_short_that_could_be_whole((full, edges) in town(4)) {
        prop_assume!(full.iter().sum::<u32>() >= 3);
        let joined = join_by(&full, &edges, 3, 0);
        prop_assert!(joined.lacking.is_empty());
        prop_assert!(value(&joined, &edges).is_some());
    }
}
