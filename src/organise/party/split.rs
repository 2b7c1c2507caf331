//! Some building groups cut into party groups, exactly.

/// Building groups up to which every way is tried.
pub(super) const EXHAUSTIVE: usize = 10;

/// What is to be cut: building groups with their members.
pub(super) struct Split<'a> {
    /// Members and full members of every building group.
    pub members: &'a [(u32, u32)],
    /// Pairs that touch, with the shared border.
    pub edges: &'a [(u32, u32, i64)],
    /// Members of a party group, at least; one of them is a full member.
    pub least: u32,
}

/// How good some groups are, the less the better: parts that do not touch, sum of squared numbers of
/// members, border inside groups (negated).
type Value = (i64, i64, i64);

impl Split<'_> {
    /// The best way to make `k` groups: those that touch first, then even ones, then short borders.
    /// `None` where there is no way to give each its members. At most [`EXHAUSTIVE`] building
    /// groups; a dynamic programme over their subsets.
    pub fn groups(&self, k: usize) -> Option<Vec<usize>> {
        let n = self.members.len();
        let all = (1usize << n) - 1;
        let values: Vec<Option<Value>> = (0..=all).map(|mask| self.value(mask)).collect();
        // Of every set and number of groups: the value and the group of its first member.
        let mut best: Vec<Vec<Option<(Value, usize)>>> = vec![vec![None; all + 1]; k + 1];
        best[0][0] = Some(((0, 0, 0), 0));
        for groups in 1..=k {
            for mask in 1..=all {
                let low = mask & mask.wrapping_neg();
                let others = mask ^ low;
                let mut rest = others;
                loop {
                    if let (Some(own), Some((other, _))) =
                        (values[mask ^ rest], best[groups - 1][rest])
                    {
                        let value = (own.0 + other.0, own.1 + other.1, own.2 + other.2);
                        if best[groups][mask].is_none_or(|(old, _)| value < old) {
                            best[groups][mask] = Some((value, mask ^ rest));
                        }
                    }
                    if rest == 0 {
                        break;
                    }
                    rest = (rest - 1) & others;
                }
            }
        }
        let mut labels = vec![0; n];
        let mut mask = all;
        for groups in (1..=k).rev() {
            let (_, own) = best[groups][mask]?;
            for (i, label) in labels.iter_mut().enumerate() {
                if own >> i & 1 == 1 {
                    *label = k - groups;
                }
            }
            mask ^= own;
        }
        Some(labels)
    }

    /// The value of one group; `None` where it has too few members.
    fn value(&self, mask: usize) -> Option<Value> {
        let inside = |i: usize| mask >> i & 1 == 1;
        let own = (0..self.members.len()).filter(|&i| inside(i));
        let (members, full) =
            own.fold((0, 0), |(m, f), i| (m + self.members[i].0, f + self.members[i].1));
        if members < self.least || full == 0 {
            return None;
        }
        let mut groups = crate::groups::Groups::of(self.members.len());
        let (mut parts, mut border) = (i64::from(mask.count_ones()), 0);
        for &(a, b, length) in self.edges {
            if inside(a as usize) && inside(b as usize) {
                border += length;
                if groups.find(a) != groups.find(b) {
                    groups.join(a, b);
                    parts -= 1;
                }
            }
        }
        Some((parts, i64::from(members).pow(2), -border))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best value by trying every labelling.
    fn by_trying(split: &Split<'_>, k: usize) -> Option<Value> {
        let n = split.members.len();
        let mut best = None;
        for code in 0..k.pow(n as u32) {
            let mut masks = vec![0usize; k];
            (0..n).fold(code, |code, i| {
                masks[code % k] |= 1 << i;
                code / k
            });
            let values: Option<Vec<Value>> = masks.iter().map(|&m| split.value(m)).collect();
            let sum =
                |v: Vec<Value>| v.iter().fold((0, 0, 0), |s, v| (s.0 + v.0, s.1 + v.1, s.2 + v.2));
            if let Some(value) = values.map(sum) {
                best = Some(best.map_or(value, |old: Value| old.min(value)));
            }
        }
        best
    }

    #[test]
    fn a_row_is_cut_where_it_is_even() {
        let members = [(9, 9), (3, 3), (3, 3), (9, 9)];
        let edges = [(0, 1, 5), (1, 2, 5), (2, 3, 5)];
        let split = Split { members: &members, edges: &edges, least: 3 };
        assert_eq!(split.groups(2), Some(vec![0, 0, 1, 1]));
        assert_eq!(Split { least: 13, ..split }.groups(2), None);
    }

    proptest! {
        #[test]
        fn no_other_cut_is_better(
            members in prop::collection::vec((0u32..12, 0u32..3), 2..7),
            raw in prop::collection::vec((0u32..7, 0u32..7, 1i64..9), 0..9),
            k in 1usize..4,
        ) {
            let n = members.len() as u32;
            let edges: Vec<(u32, u32, i64)> =
                raw.into_iter().filter(|e| e.0 < e.1 && e.1 < n).collect();
            let split = Split { members: &members, edges: &edges, least: 3 };
            let found = split.groups(k).map(|labels| {
                let mask = |label| (0..members.len()).filter(|&i| labels[i] == label).fold(0, |m, i| m | 1 << i);
                let values = (0..k).filter_map(|label| split.value(mask(label)));
                values.fold((0, 0, 0), |s, v| (s.0 + v.0, s.1 + v.1, s.2 + v.2))
            });
            prop_assert_eq!(found, by_trying(&split, k));
        }
    }
}
