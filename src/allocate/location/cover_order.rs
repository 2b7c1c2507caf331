//! Tables laid out along a line: where rows stand from one end to the other, and an order of columns
//! in which few are open at a time.

use std::collections::VecDeque;

/// Rounds of taking means, by which hops become places.
const SMOOTHING: [usize; 2] = [1, 8];

/// Where every row stands between the two ends of a connected table, in about hops.
pub(super) fn along(rows: &[Vec<u32>], of_column: &[Vec<u32>]) -> Vec<f64> {
    let [from, to] = from_both_ends(rows, of_column).map(|f| smooth(rows, of_column, f, 3));
    between(&from, &to)
}

/// An order of the columns of a connected table, and a measure of the work of a sweep in it.
pub(super) fn narrow(rows: &[Vec<u32>], of_column: &[Vec<u32>]) -> (Vec<u32>, u64) {
    let ends = from_both_ends(rows, of_column);
    let mut best: Option<(Vec<u32>, u64)> = None;
    for rounds in SMOOTHING {
        let [from, to] = ends.clone().map(|f| smooth(rows, of_column, f, rounds));
        let back: Vec<f64> = to.iter().map(|f| -f).collect();
        let both = between(&from, &to);
        for place in [from, back, both] {
            let column = means(of_column, &place);
            let mut order: Vec<u32> = (0..of_column.len() as u32).collect();
            order.sort_by(|&a, &b| {
                column[a as usize].total_cmp(&column[b as usize]).then(a.cmp(&b))
            });
            let work = work(rows, &order);
            if best.as_ref().is_none_or(|b| work < b.1) {
                best = Some((order, work));
            }
        }
    }
    best.unwrap_or_default()
}

/// Hops of every row from two rows that lie far apart.
fn from_both_ends(rows: &[Vec<u32>], of_column: &[Vec<u32>]) -> [Vec<f64>; 2] {
    let hops = |start: usize| {
        let mut hops = vec![f64::INFINITY; rows.len()];
        let mut queue = VecDeque::new();
        if let Some(hop) = hops.get_mut(start) {
            *hop = 0.0;
            queue.push_back(start);
        }
        let mut last = start;
        while let Some(row) = queue.pop_front() {
            last = row;
            for &next in rows[row].iter().flat_map(|&c| &of_column[c as usize]) {
                let next = next as usize;
                if hops[next].is_infinite() {
                    hops[next] = hops[row] + 1.0;
                    queue.push_back(next);
                }
            }
        }
        (hops, last)
    };
    let (from, other) = hops(hops(0).1);
    [from, hops(other).0]
}

/// Places on the line through both ends: where the squares of distances differ by as much, lines of
/// equal place are straight across.
fn between(from: &[f64], to: &[f64]) -> Vec<f64> {
    let length = from.iter().copied().fold(1.0, f64::max);
    from.iter().zip(to).map(|(a, b)| (a * a - b * b) / (2.0 * length)).collect()
}

/// Rows at the mean of their columns, and columns at the mean of their rows.
fn smooth(
    rows: &[Vec<u32>],
    of_column: &[Vec<u32>],
    mut place: Vec<f64>,
    rounds: usize,
) -> Vec<f64> {
    for _ in 0..rounds {
        place = means(rows, &means(of_column, &place));
    }
    place
}

fn means(lists: &[Vec<u32>], place: &[f64]) -> Vec<f64> {
    let mean = |list: &Vec<u32>| {
        list.iter().map(|&i| place[i as usize]).sum::<f64>() / list.len().max(1) as f64
    };
    lists.iter().map(mean).collect()
}

/// Over all steps, about 1.35 to the power of the columns decided that share a row with one to come.
fn work(rows: &[Vec<u32>], order: &[u32]) -> u64 {
    let mut place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(at, &c)| place[c as usize] = at);
    let mut until: Vec<usize> = (0..order.len()).collect();
    for row in rows {
        let last = row.iter().map(|&c| place[c as usize]).max().unwrap_or(0);
        for &column in row {
            let until = &mut until[place[column as usize]];
            *until = last.max(*until);
        }
    }
    let mut ends = vec![0u32; order.len()];
    let mut open = 0u32;
    let mut work = 0u64;
    for (at, &until) in until.iter().enumerate() {
        ends[until] += 1;
        open = open + 1 - ends[at];
        work = work.saturating_add(1 << (open * 7 / 16).min(60));
    }
    work
}
