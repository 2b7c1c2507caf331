//! Set cover: the fewest columns that cover every row as often as it needs.
//!
//! Rows and columns that others make superfluous are taken out first (Toregas & ReVelle 1973), what
//! is left falls into parts that do not touch, and each part is bounded by prices on its rows
//! (Balas & Ho 1980; Caprara, Fischetti & Toth 1999) and searched by branching.

use std::collections::HashMap;

use super::Effort;
use super::cover_blocks::Blocks;
use super::cover_search::CoverSearch;
use crate::groups::Groups;
use crate::random::Random;
use crate::watch::Watch;

/// A row: the columns that cover it, ascending, and by how many of them it must be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub columns: Vec<u32>,
    pub need: u32,
}

/// Columns that cover all rows, and the number below which no cover can go.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Covering {
    pub columns: Vec<u32>,
    pub least: usize,
}

/// Covers all rows. Rows that need more columns than they have are covered by all they have.
pub(super) fn cover(rows: Vec<Row>, effort: Effort, watch: Watch<'_>) -> Covering {
    let mut nodes = effort.nodes;
    let mut covering = Solver { effort, watch }.solve(rows, &mut nodes, effort.proof);
    covering.columns.sort_unstable();
    covering
}

/// Columns up to which a part is searched by branching alone.
const BRANCHED: usize = 24;
/// Steps of local search that an effort of 1 is worth.
const STEPS: usize = 10_000;

/// How much longer the search goes on where bounds leave something open.
const LONGER: usize = 5;

/// Columns between cover and bound up to which branching may close the gap.
const HOPEFUL: usize = 6;

/// Columns of a block that is solved by itself, and the nodes looked into for it.
const BLOCK: usize = 60;
const BLOCK_NODES: usize = 3_000;
/// Entries up to which all these nodes are looked into; blocks of longer rows take more time a node.
const EASY: usize = 12_000;

struct Solver<'a> {
    effort: Effort,
    /// What may stop the work: then the cover is one, but nobody has tried to better it.
    watch: Watch<'a>,
}

impl Solver<'_> {
    fn solve(&self, rows: Vec<Row>, nodes: &mut usize, steps: usize) -> Covering {
        let root = steps == self.effort.proof;
        let (forced, rows) = reduce(rows);
        let mut answer = Covering { least: forced.len(), columns: forced };
        for part in parts(rows) {
            let solved = self.part(&part, nodes, steps, root);
            answer.least += solved.least;
            answer.columns.extend(solved.columns);
        }
        answer
    }

    fn part(&self, rows: &[Row], nodes: &mut usize, steps: usize, root: bool) -> Covering {
        let table = Table::of(rows);
        let (mut answer, price) = self.search(&table, rows, nodes, steps, root);
        let open = root && !self.watch.is_over() && answer.least < answer.columns.len();
        if open && self.effort.search > 0 {
            let cover: Vec<usize> = answer.columns.iter().map(|&c| table.number(c)).collect();
            let mut search = CoverSearch::from(&table.rows, &table.need, &table.of_column, &cover);
            let steps = LONGER * self.effort.search * STEPS;
            let found = search.run(steps, answer.least, &mut Random::new(2), &self.watch);
            if found.len() < cover.len() {
                answer.columns = found.into_iter().map(|c| table.columns[c]).collect();
            }
        }
        let open = open && !self.watch.is_over() && answer.least < answer.columns.len();
        if open && self.effort.search > 0 && table.need.iter().all(|&n| n == 1) {
            let entries: usize = rows.iter().map(|row| row.columns.len()).sum();
            let blocks = Blocks {
                columns: BLOCK,
                rounds: self.effort.nodes / 25,
                nodes: BLOCK_NODES * EASY / entries.max(EASY),
                watch: self.watch,
            };
            let enough = answer.columns.len() as f64 - 1.0 + 1e-5;
            let bound = blocks.bound(&table.rows, &table.of_column, &price, enough);
            answer.least = answer.least.max(at_least(bound)).min(answer.columns.len());
        }
        answer
    }

    /// Searches and branches; the prices of the relaxation as well.
    fn search(
        &self,
        table: &Table,
        rows: &[Row],
        nodes: &mut usize,
        steps: usize,
        root: bool,
    ) -> (Covering, Vec<f64>) {
        let mut first = table.greedy(&vec![1.0; table.columns.len()]);
        if root && table.columns.len() > BRANCHED {
            // Small parts are branched on anyway.
            let mut search = CoverSearch::from(&table.rows, &table.need, &table.of_column, &first);
            let steps = self.effort.search * STEPS;
            first = search.run(steps, 1, &mut Random::new(1), &self.watch);
        }
        let mut relaxed = table.relax(first, steps, self.effort.starts.max(1), &self.watch);
        let open = relaxed.answer.columns.len().saturating_sub(relaxed.answer.least);
        if open == 0 || open > HOPEFUL || *nodes == 0 || self.watch.is_over() {
            return (relaxed.answer, relaxed.price);
        }
        *nodes -= 1;
        // Reduced costs settle columns: a cover with one less must do without these.
        let wanted = relaxed.answer.columns.len() - 1;
        let mut rows = rows.to_vec();
        let mut closed = vec![false; table.columns.len()];
        for (column, reduced) in relaxed.reduced.iter().enumerate() {
            closed[column] = relaxed.bound + reduced.max(0.0) > wanted as f64 + 1e-6;
        }
        if closed.iter().any(|c| *c) {
            let closed = |c: &u32| closed[table.number(*c)];
            rows.iter_mut().for_each(|row| row.columns.retain(|c| !closed(c)));
            if rows.iter().any(|row| row.columns.len() < row.need as usize) {
                relaxed.answer.least = relaxed.answer.columns.len();
                return (relaxed.answer, relaxed.price);
            }
        }
        let left = |c: &usize| !closed[*c];
        let branch = (0..table.columns.len())
            .filter(left)
            .min_by(|&a, &b| {
                let undecided = |c: usize| (relaxed.share[c] - 0.5).abs();
                undecided(a).total_cmp(&undecided(b)).then(a.cmp(&b))
            })
            .map(|c| table.columns[c]);
        let Some(branch) = branch else { return (relaxed.answer, relaxed.price) };

        let with = rows.iter().filter_map(|row| {
            let mut row = row.clone();
            if let Ok(at) = row.columns.binary_search(&branch) {
                row.columns.remove(at);
                row.need -= 1;
            }
            (row.need > 0).then_some(row)
        });
        let steps = (steps / 2).max(60);
        let mut inside = self.solve(with.collect(), nodes, steps);
        inside.columns.push(branch);
        inside.least += 1;
        let mut best = relaxed.answer;
        let mut least = inside.least;
        if inside.columns.len() < best.columns.len() {
            best.columns = inside.columns;
        }
        if best.columns.len() > best.least {
            let mut without = rows;
            without.iter_mut().for_each(|row| row.columns.retain(|c| *c != branch));
            if without.iter().all(|row| row.columns.len() >= row.need as usize) {
                let outside = self.solve(without, nodes, steps);
                least = least.min(outside.least);
                if outside.columns.len() < best.columns.len() {
                    best.columns = outside.columns;
                }
            }
        } else {
            least = best.least;
        }
        // What was settled by reduced costs holds for covers better than the first one found.
        best.least = best.least.max(least.min(wanted + 1)).min(best.columns.len());
        (best, relaxed.price)
    }
}

/// Takes out what others make superfluous; returns the columns that must be taken.
fn reduce(mut rows: Vec<Row>) -> (Vec<u32>, Vec<Row>) {
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
fn parts(rows: Vec<Row>) -> Vec<Vec<Row>> {
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

/// Rows and columns of one part, both ways.
struct Table {
    /// The numbers the columns have outside.
    columns: Vec<u32>,
    rows: Vec<Vec<u32>>,
    need: Vec<u32>,
    of_column: Vec<Vec<u32>>,
}

/// What prices tell of a part.
struct Relaxed {
    answer: Covering,
    bound: f64,
    /// Reduced cost of every column at the best prices.
    reduced: Vec<f64>,
    /// How often each column was worth taking of late.
    share: Vec<f64>,
    /// The best prices.
    price: Vec<f64>,
}

impl Table {
    fn of(rows: &[Row]) -> Table {
        let mut columns: Vec<u32> = rows.iter().flat_map(|r| r.columns.iter().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let mut table = Table {
            of_column: vec![Vec::new(); columns.len()],
            rows: Vec::new(),
            need: rows.iter().map(|r| r.need).collect(),
            columns,
        };
        for (i, row) in rows.iter().enumerate() {
            let local: Vec<u32> = row.columns.iter().map(|&c| table.number(c) as u32).collect();
            local.iter().for_each(|&c| table.of_column[c as usize].push(i as u32));
            table.rows.push(local);
        }
        table
    }

    fn number(&self, column: u32) -> usize {
        self.columns.binary_search(&column).unwrap_or(usize::MAX)
    }

    /// Improves prices from a cover on, and looks for better covers by them.
    fn relax(
        &self,
        mut best: Vec<usize>,
        steps: usize,
        starts: usize,
        watch: &Watch<'_>,
    ) -> Relaxed {
        let most = |row: &Vec<u32>| row.iter().map(|&c| self.of_column[c as usize].len()).max();
        let mut price: Vec<f64> =
            self.rows.iter().map(|row| 1.0 / most(row).unwrap_or(1) as f64).collect();
        let mut best_price = price.clone();
        let mut direction = vec![0.0; self.rows.len()];
        let mut reduced = vec![1.0; self.columns.len()];
        let mut share = vec![0.5; self.columns.len()];
        let mut bound = 0.0f64;
        let (mut step, mut stale) = (1.0, 0);
        let every = (steps / (20 * starts)).max(1);
        for round in 0..steps {
            self.reduce_costs(&price, &mut reduced);
            let offered: f64 = price.iter().zip(&self.need).map(|(p, &n)| p * f64::from(n)).sum();
            let value = offered + reduced.iter().map(|r| r.min(0.0)).sum::<f64>();
            stale = if value > bound + 1e-6 { 0 } else { stale + 1 };
            if value > bound {
                bound = value;
                best_price.copy_from_slice(&price);
            }
            if round % every == 0 {
                let found = self.greedy(&reduced);
                if found.len() < best.len() {
                    best = found;
                }
            }
            if at_least(bound) >= best.len() {
                break;
            }
            if step < 1e-3 || watch.is_over() {
                break;
            }
            if stale >= 30 {
                step *= 0.7;
                stale = 0;
                price.copy_from_slice(&best_price);
                direction.fill(0.0);
                continue;
            }
            for (share, reduced) in share.iter_mut().zip(&reduced) {
                *share = 0.95 * *share + if *reduced < 0.0 { 0.05 } else { 0.0 };
            }
            let mut norm = 0.0;
            for (row, direction) in direction.iter_mut().enumerate() {
                let taken = self.rows[row].iter().filter(|&&c| reduced[c as usize] < 0.0);
                let left = f64::from(self.need[row]) - taken.count() as f64;
                let left = if left < 0.0 && price[row] == 0.0 { 0.0 } else { left };
                *direction = 0.4 * left + 0.6 * *direction;
                norm += *direction * *direction;
            }
            if norm == 0.0 {
                break;
            }
            let length = step * (1.05 * best.len() as f64 - value).max(0.05) / norm;
            for (price, direction) in price.iter_mut().zip(&direction) {
                *price = (*price + length * direction).max(0.0);
            }
        }
        self.reduce_costs(&best_price, &mut reduced);
        let columns: Vec<u32> = best.iter().map(|&c| self.columns[c]).collect();
        let least = at_least(bound).min(columns.len());
        Relaxed { answer: Covering { columns, least }, bound, reduced, share, price: best_price }
    }

    fn reduce_costs(&self, price: &[f64], reduced: &mut [f64]) {
        for (reduced, rows) in reduced.iter_mut().zip(&self.of_column) {
            *reduced = 1.0 - rows.iter().map(|&row| price[row as usize]).sum::<f64>();
        }
    }

    /// Takes columns by how many rows they help for what they cost, then gives back what is not
    /// needed.
    fn greedy(&self, reduced: &[f64]) -> Vec<usize> {
        let mut need = self.need.clone();
        let mut open: usize = need.iter().filter(|n| **n > 0).count();
        let mut helps: Vec<u32> = self.of_column.iter().map(|rows| rows.len() as u32).collect();
        let mut taken = vec![false; self.columns.len()];
        let mut order: Vec<usize> = Vec::new();
        let key = |column: usize, helps: &[u32]| {
            // Below 0 a column is worth taking for itself.
            let cost = reduced[column].max(1e-3);
            cost / f64::from(helps[column].max(1))
        };
        let mut queue: std::collections::BinaryHeap<Offer> = (0..self.columns.len())
            .map(|column| Offer { key: key(column, &helps), column })
            .collect();
        while open > 0 {
            let Some(Offer { key: old, column }) = queue.pop() else { break };
            if taken[column] || helps[column] == 0 {
                continue;
            }
            let now = key(column, &helps);
            if now > old {
                queue.push(Offer { key: now, column });
                continue;
            }
            taken[column] = true;
            order.push(column);
            for &row in &self.of_column[column] {
                let need = &mut need[row as usize];
                if *need == 0 {
                    continue;
                }
                *need -= 1;
                if *need == 0 {
                    open -= 1;
                    self.rows[row as usize].iter().for_each(|&c| helps[c as usize] -= 1);
                }
            }
        }
        let mut covered = vec![0u32; self.rows.len()];
        for &column in &order {
            self.of_column[column].iter().for_each(|&row| covered[row as usize] += 1);
        }
        // The dearest are given back first.
        let mut back = order.clone();
        back.sort_by(|&a, &b| reduced[b].total_cmp(&reduced[a]).then(b.cmp(&a)));
        for column in back {
            let rows = &self.of_column[column];
            if rows.iter().all(|&row| covered[row as usize] > self.need[row as usize]) {
                rows.iter().for_each(|&row| covered[row as usize] -= 1);
                taken[column] = false;
            }
        }
        order.retain(|&column| taken[column]);
        order
    }
}

/// The whole number that a bound on whole numbers amounts to.
fn at_least(bound: f64) -> usize {
    (bound - 1e-6).ceil().max(0.0) as usize
}

#[derive(PartialEq)]
struct Offer {
    key: f64,
    column: usize,
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.key.total_cmp(&self.key).then(other.column.cmp(&self.column))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
#[path = "set_cover_tests.rs"]
mod tests;
