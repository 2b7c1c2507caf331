//! Smaller tables with the same covers: rows and columns that others make superfluous are taken out
//! (Toregas & ReVelle 1973), and what is left falls into parts that do not touch.

use std::collections::HashMap;

use super::set_cover::Row;
use crate::groups::Groups;

/// Takes out what others make superfluous; returns the columns that must be taken.
pub(super) fn reduce(mut rows: Vec<Row>) -> (Vec<u32>, Vec<Row>) {
    let mut forced: Vec<u32> = Vec::new();
    loop {
        let before = (rows.len(), rows.iter().map(|r| r.columns.len()).sum::<usize>());
        // Rows that need all they have.
        let mut taken: Vec<u32> = rows
            .iter()
            .filter(|row| row.columns.len() <= row.need as usize)
            .flat_map(|row| row.columns.iter().copied())
            .collect();
        taken.sort_unstable();
        taken.dedup();
        if !taken.is_empty() {
            for row in &mut rows {
                let has = row.columns.len();
                row.columns.retain(|c| taken.binary_search(c).is_err());
                row.need = row.need.saturating_sub((has - row.columns.len()) as u32);
            }
            rows.retain(|row| row.need > 0 && !row.columns.is_empty());
            forced.extend(&taken);
        }
        rows = without_dominated_rows(rows);
        without_dominated_columns(&mut rows);
        let after = (rows.len(), rows.iter().map(|r| r.columns.len()).sum::<usize>());
        if before == after {
            return (forced, rows);
        }
    }
}

/// 64 bits that tell most sets apart that do not contain each other.
fn signature(numbers: &[u32]) -> u64 {
    numbers.iter().fold(0, |bits, n| bits | 1 << (n.wrapping_mul(0x9E37_79B1) >> 26))
}

fn contains(all: &[u32], some: &[u32]) -> bool {
    let mut rest = all.iter();
    some.iter().all(|n| rest.any(|m| m == n))
}

/// A row is covered with another whose columns are all its own.
fn without_dominated_rows(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_unstable_by(|a, b| {
        a.columns
            .len()
            .cmp(&b.columns.len())
            .then_with(|| a.columns.cmp(&b.columns))
            .then(b.need.cmp(&a.need))
    });
    rows.dedup_by(|b, a| a.columns == b.columns);
    let signatures: Vec<u64> = rows.iter().map(|r| signature(&r.columns)).collect();
    let mut of_column: HashMap<u32, Vec<u32>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        row.columns.iter().for_each(|&c| of_column.entry(c).or_default().push(i as u32));
    }
    let mut dead = vec![false; rows.len()];
    for i in 0..rows.len() {
        if dead[i] {
            continue;
        }
        let Some(few) = rows[i].columns.iter().min_by_key(|c| of_column[c].len()) else { continue };
        // Rows stand by length, so only later ones can contain this one.
        for &j in of_column[few].iter().rev().take_while(|&&j| j as usize > i) {
            let j = j as usize;
            if !dead[j]
                && rows[j].need <= rows[i].need
                && signatures[i] & !signatures[j] == 0
                && contains(&rows[j].columns, &rows[i].columns)
            {
                dead[j] = true;
            }
        }
    }
    let mut dead = dead.into_iter();
    rows.retain(|_| !dead.next().unwrap_or(false));
    rows
}

/// A column is not needed where another covers all its rows and more; not so where rows need more
/// than one.
fn without_dominated_columns(rows: &mut [Row]) {
    if rows.iter().any(|row| row.need > 1) {
        return;
    }
    let mut of_column: HashMap<u32, Vec<u32>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        row.columns.iter().for_each(|&c| of_column.entry(c).or_default().push(i as u32));
    }
    let mut columns: Vec<u32> = of_column.keys().copied().collect();
    columns.sort_unstable_by_key(|c| (of_column[c].len(), *c));
    let signatures: HashMap<u32, u64> =
        of_column.iter().map(|(&c, list)| (c, signature(list))).collect();
    let mut dead: HashMap<u32, bool> = HashMap::new();
    for &c in &columns {
        let own = &of_column[&c];
        let Some(few) = own.iter().min_by_key(|r| rows[**r as usize].columns.len()) else {
            continue;
        };
        let dominated = rows[*few as usize].columns.iter().any(|&d| {
            let other = &of_column[&d];
            d != c
                && !dead.contains_key(&d)
                && other.len() >= own.len()
                && signatures[&c] & !signatures[&d] == 0
                && contains(other, own)
        });
        if dominated {
            dead.insert(c, true);
        }
    }
    for row in rows {
        row.columns.retain(|c| !dead.contains_key(c));
    }
}

/// Rows in groups that share no column.
pub(super) fn parts(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut groups = Groups::of(rows.len());
    let mut first: HashMap<u32, u32> = HashMap::new();
    for (row, i) in rows.iter().zip(0..) {
        for &c in &row.columns {
            groups.join(i, *first.entry(c).or_insert(i));
        }
    }
    let mut number: HashMap<u32, usize> = HashMap::new();
    let mut parts: Vec<Vec<Row>> = Vec::new();
    for (row, i) in rows.into_iter().zip(0..) {
        let part = *number.entry(groups.find(i)).or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[part].push(row);
    }
    parts
}
