//! How many officers each community gets where there are more officers than communities.

/// Shares and remainders that differ by less are equal: sums of floating-point numbers do.
const EQUAL: f64 = 1e-9;

/// Places in proportion to population by largest remainder, at least one each; as many as there are
/// officers, who are no fewer than communities.
///
/// Fair shares with a minimum (Balinski & Young 1982, "Fair Representation"): whoever would have
/// less than one gets one and is set aside, and the others share what is left in proportion, until
/// nobody has less than one. Each gets the whole part of its share, and the largest remainders one
/// more (Hamilton, Hare and Niemeyer). Among equal remainders the earlier community comes first.
pub(super) fn by_largest_remainder(people: &[f64], officers: usize) -> Vec<usize> {
    let shares = fair_shares(people, officers);
    let whole = |share: f64| (share + EQUAL).floor();
    let mut seats: Vec<usize> = shares.iter().map(|&share| whole(share) as usize).collect();
    let rest = |i: usize| shares[i] - whole(shares[i]);
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)).then(a.cmp(&b)));
    let left = officers.saturating_sub(seats.iter().sum());
    order.into_iter().take(left).for_each(|i| seats[i] += 1);
    seats
}

/// What everybody would get in proportion, but at least one.
fn fair_shares(people: &[f64], officers: usize) -> Vec<f64> {
    let mut raised = vec![false; people.len()];
    loop {
        let others = || (0..people.len()).filter(|&i| !raised[i]);
        let count = others().count();
        let left = officers.saturating_sub(people.len() - count) as f64;
        let total: f64 = others().map(|i| people[i]).sum();
        let share = |i: usize| match raised[i] {
            true => 1.0,
            // Where nobody lives all are equal.
            false if total <= 0.0 => left / count as f64,
            false => left * people[i] / total,
        };
        let shares: Vec<f64> = (0..people.len()).map(share).collect();
        let below: Vec<usize> = others().filter(|&i| shares[i] < 1.0 - EQUAL).collect();
        // In the mean there is one for each, so that somebody is always left.
        if below.is_empty() || below.len() == count {
            return shares;
        }
        below.into_iter().for_each(|i| raised[i] = true);
    }
}

/// Places so that the most people per officer are as few as possible, at least one each.
pub(super) fn by_most_people(people: &[f64], officers: usize) -> Vec<usize> {
    let mut seats = vec![1; people.len()];
    for _ in people.len()..officers {
        let load = |i: usize| people[i] / seats[i] as f64;
        let most = (0..people.len()).reduce(|a, b| if load(b) > load(a) { b } else { a });
        if let Some(most) = most {
            seats[most] += 1;
        }
    }
    seats
}

#[cfg(test)]
#[path = "seats_tests.rs"]
mod tests;
