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
    /// Members of a party group, at most, as far as that can be.
    pub most: u32,
}

/// How good some groups are, the less the better: parts that do not touch, members above the most,
/// sum of squared numbers of members, border inside groups (negated).
type Value = (i64, i64, i64, i64);

/// A sum of values.
fn plus(a: Value, b: Value) -> Value {
    (a.0 + b.0, a.1 + b.1, a.2 + b.2, a.3 + b.3)
}

/// What counts before evenness: parts that do not touch beyond one a group, members above the most,
/// and the number of groups.
pub(super) type Rank = (i64, i64, usize);

impl Split<'_> {
    /// The groups of the best number: those that touch first, then those that hold no more than the
    /// most, then the fewest, then even ones, then short borders. `None` where there is no way to
    /// make two groups with their members each. At most [`EXHAUSTIVE`] building groups; a dynamic
    /// programme over their subsets.
    pub fn best(&self) -> Option<Vec<usize>> {
        let n = self.members.len();
        let all = (1usize << n) - 1;
        let own = |mask: usize| (0..n).filter(|i| mask >> i & 1 == 1).collect::<Vec<_>>();
        let values: Vec<Option<Value>> = (0..=all).map(|mask| self.value(&own(mask))).collect();
        let mut none: Row = vec![None; all + 1];
        none[0] = Some(((0, 0, 0, 0), 0));
        let mut rows = vec![none];
        let mut best: Option<Rank> = None;
        for k in 1..=n {
            let row = with_one_more(&values, &rows[k - 1]);
            let rank = row[all].map(|(value, _)| (value.0 - k as i64, value.1, k));
            rows.push(row);
            if let Some(rank) = rank.filter(|_| k > 1) {
                best = Some(best.map_or(rank, |old| old.min(rank)));
            }
            // More groups cannot be better than that.
            if best.is_some_and(|rank| rank.0 == 0 && rank.1 == self.unavoidable()) {
                break;
            }
        }
        labels(&rows, n, best?.2)
    }

    /// Members above the most, however it is cut: those of single building groups.
    pub fn unavoidable(&self) -> i64 {
        self.members.iter().map(|m| (i64::from(m.0) - i64::from(self.most)).max(0)).sum()
    }

    /// How good some groups are before evenness; `None` where one has too few members.
    pub fn rank(&self, labels: &[usize], k: usize) -> Option<Rank> {
        let mut groups = vec![Vec::new(); k];
        for (i, &label) in labels.iter().enumerate() {
            groups.get_mut(label)?.push(i);
        }
        let values: Option<Vec<Value>> = groups.iter().map(|own| self.value(own)).collect();
        let sum = values?.into_iter().fold((0, 0, 0, 0), plus);
        Some((sum.0 - k as i64, sum.1, k))
    }

    /// The value of one group; `None` where it has too few members.
    fn value(&self, own: &[usize]) -> Option<Value> {
        let sum = |of: fn(&(u32, u32)) -> u32| -> i64 {
            own.iter().map(|&i| i64::from(of(&self.members[i]))).sum()
        };
        let (members, full) = (sum(|m| m.0), sum(|m| m.1));
        if members < i64::from(self.least) || full == 0 {
            return None;
        }
        let mut inside = vec![false; self.members.len()];
        own.iter().for_each(|&i| inside[i] = true);
        let mut groups = crate::groups::Groups::of(self.members.len());
        let (mut parts, mut border) = (own.len() as i64, 0);
        for &(a, b, length) in self.edges {
            if inside[a as usize] && inside[b as usize] {
                border += length;
                if groups.find(a) != groups.find(b) {
                    groups.join(a, b);
                    parts -= 1;
                }
            }
        }
        let above = (members - i64::from(self.most)).max(0);
        Some((parts, above, members.saturating_mul(members), -border))
    }
}

/// Of every set of building groups the best way to make so many groups of it: its value, and the group
/// of its first member.
type Row = Vec<Option<(Value, usize)>>;

/// The best ways with one group more, by the values of all sets as one group.
fn with_one_more(values: &[Option<Value>], fewer: &Row) -> Row {
    let mut best: Row = vec![None; values.len()];
    for mask in 1..values.len() {
        let low = mask & mask.wrapping_neg();
        let others = mask ^ low;
        let mut rest = others;
        loop {
            if let (Some(own), Some((other, _))) = (values[mask ^ rest], fewer[rest]) {
                let value = plus(own, other);
                if best[mask].is_none_or(|(old, _)| value < old) {
                    best[mask] = Some((value, mask ^ rest));
                }
            }
            if rest == 0 {
                break;
            }
            rest = (rest - 1) & others;
        }
    }
    best
}

/// The group of each of `n` building groups, by the best ways to make 0 groups, 1 and so on.
fn labels(table: &[Row], n: usize, k: usize) -> Option<Vec<usize>> {
    let mut labels = vec![0; n];
    let mut mask = (1usize << n) - 1;
    for groups in (1..=k).rev() {
        let (_, own) = table.get(groups)?.get(mask).copied()??;
        for (i, label) in labels.iter_mut().enumerate() {
            if own >> i & 1 == 1 {
                *label = k - groups;
            }
        }
        mask ^= own;
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rank, evenness and borders of some labels.
    fn worth(split: &Split<'_>, labels: &[usize], k: usize) -> Option<(Rank, i64, i64)> {
        let group = |label| (0..labels.len()).filter(|&i| labels[i] == label).collect::<Vec<_>>();
        let values: Option<Vec<Value>> = (0..k).map(|label| split.value(&group(label))).collect();
        let sum = values?.into_iter().fold((0, 0, 0, 0), plus);
        Some((split.rank(labels, k)?, sum.2, sum.3))
    }

    /// The best of every labelling with every number of groups.
    fn by_trying(split: &Split<'_>) -> Option<(Rank, i64, i64)> {
        let n = split.members.len();
        let labellings = (2..=n).flat_map(|k| (0..k.pow(n as u32)).map(move |code| (k, code)));
        let digits = |k: usize, code: usize| -> Vec<usize> {
            (0..n as u32).map(|i| code / k.pow(i) % k).collect()
        };
        labellings.filter_map(|(k, code)| worth(split, &digits(k, code), k)).min()
    }

    #[test]
    fn a_row_is_cut_where_it_is_even() {
        let members = [(9, 9), (3, 3), (3, 3), (9, 9)];
        let edges = [(0, 1, 5), (1, 2, 5), (2, 3, 5)];
        let split = Split { members: &members, edges: &edges, least: 3, most: 20 };
        assert_eq!(split.best(), Some(vec![0, 0, 1, 1]));
        assert_eq!(Split { least: 13, ..split }.best(), None);
    }

    #[test]
    fn one_group_more_keeps_the_most() {
        let members = [(13, 13); 3];
        let edges = [(0, 1, 5), (1, 2, 5)];
        let split = Split { members: &members, edges: &edges, least: 3, most: 20 };
        assert_eq!(split.best(), Some(vec![0, 1, 2]));
        // No group more would help here.
        let split = Split { members: &[(39, 39), (13, 13)], edges: &[(0, 1, 5)], ..split };
        assert_eq!(split.best(), Some(vec![0, 1]));
        assert_eq!(split.rank(&[0, 1], 2), Some((0, 19, 2)));
        assert_eq!(Split { members: &[(39, 39)], edges: &[], ..split }.best(), None);
    }

    proptest! {
        #[test]
        fn no_other_cut_is_better(
            members in prop::collection::vec((0u32..12, 0u32..3), 2..6),
            raw in prop::collection::vec((0u32..6, 0u32..6, 1i64..9), 0..9),
            most in 4u32..20,
        ) {
            let n = members.len() as u32;
            let edges: Vec<(u32, u32, i64)> =
                raw.into_iter().filter(|e| e.0 < e.1 && e.1 < n).collect();
            let split = Split { members: &members, edges: &edges, least: 3, most };
            let found = split.best().and_then(|labels| {
                let k = labels.iter().max().map_or(0, |last| last + 1);
                worth(&split, &labels, k)
            });
            prop_assert_eq!(found, by_trying(&split));
        }
    }
}
