use proptest::prelude::*;

use super::*;

/// A board of places, neighbours side by side.
fn board(columns: usize, rows: usize, weights: &[f64]) -> Places {
    let all = 0..columns * rows;
    let neighbours = |i: usize| {
        let (x, y) = (i % columns, i / columns);
        let mut near = Vec::new();
        near.extend((x > 0).then(|| i as u32 - 1));
        near.extend((x + 1 < columns).then_some(i as u32 + 1));
        near.extend((y > 0).then(|| (i - columns) as u32));
        near.extend((y + 1 < rows).then_some((i + columns) as u32));
        near
    };
    Places {
        centres: all.clone().map(|i| [(i % columns) as f64, (i / columns) as f64]).collect(),
        weights: all.clone().map(|i| weights[i % weights.len()]).collect(),
        neighbours: all.map(neighbours).collect(),
    }
}

proptest! {
    #[test]
    fn every_group_is_there_and_in_one_piece(
        columns in 1usize..15,
        rows in 1usize..15,
        groups in 1usize..20,
        seed in any::<u64>(),
        weights in prop::collection::vec(0.0..100.0f64, 1..30),
    ) {
        let places = board(columns, rows, &weights);
        let group = places.group(groups, &mut Random::stream(seed, "test"));
        let groups = groups.min(columns * rows);
        prop_assert!(group.iter().all(|&g| (g as usize) < groups));
        for g in 0..groups as u32 {
            let members: Vec<usize> = (0..group.len()).filter(|&i| group[i] == g).collect();
            prop_assert!(!members.is_empty(), "group {} is empty", g);
            let mut seen = vec![false; group.len()];
            let mut stack = vec![members[0]];
            seen[members[0]] = true;
            while let Some(i) = stack.pop() {
                for &next in &places.neighbours[i] {
                    if group[next as usize] == g && !seen[next as usize] {
                        seen[next as usize] = true;
                        stack.push(next as usize);
                    }
                }
            }
            prop_assert!(members.iter().all(|&i| seen[i]), "group {} is in pieces", g);
        }
    }
}
